//! Who may open a door to whom: directed ties with a probability each, kept so that both
//! directions are read in order of falling strength.
//!
//! Start with [`TieGraph`], a snapshot that never changes. [`TieList`] collects ties and builds
//! one; [`LiveTies`] takes changes and publishes new snapshots while old ones are being read.

mod adjacency;
mod build;
mod live;
mod overlay;

use std::sync::Arc;

pub(crate) use adjacency::Adjacency;
pub use adjacency::Tie;
pub use build::{BuildReport, TieList};
pub use live::{Change, LiveTies, Published};
pub(crate) use overlay::Overlay;

use crate::people::{People, Person};
use crate::probability::Probability;

/// One unchanging state of the ties of a workspace. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct TieGraph {
    pub(crate) people: People,
    pub(crate) outgoing: Side,
    pub(crate) incoming: Side,
    as_of: u64,
}

/// One direction: the lists as built, and the lists that changed since.
#[derive(Clone, Debug, Default)]
pub(crate) struct Side {
    base: Arc<Adjacency>,
    changed: Overlay,
}

impl Side {
    fn new(base: Adjacency) -> Self {
        Self { base: Arc::new(base), changed: Overlay::default() }
    }

    #[inline]
    fn list(&self, person: u32) -> &[Tie] {
        match self.changed.get(person) {
            Some(list) => list,
            None => self.base.list(person),
        }
    }
}

impl TieGraph {
    /// Who the people are.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    /// The number of the last change this state holds; 0 for a graph as built.
    #[must_use]
    pub fn as_of(&self) -> u64 {
        self.as_of
    }

    /// Ties by which this person is reached, strongest first; [`Tie::person`] is the other end.
    #[must_use]
    #[inline]
    pub fn incoming(&self, person: Person) -> &[Tie] {
        self.incoming.list(person.0)
    }

    /// People this person reaches, strongest tie first.
    #[must_use]
    #[inline]
    pub fn outgoing(&self, person: Person) -> &[Tie] {
        self.outgoing.list(person.0)
    }

    /// The tie from one person to another.
    #[must_use]
    pub fn tie(&self, from: Person, to: Person) -> Option<Probability> {
        self.outgoing(from).iter().find(|tie| tie.person() == to).map(|tie| tie.probability())
    }

    /// How many ties there are.
    #[must_use]
    pub fn tie_count(&self) -> usize {
        let lists = 0..self.people.len() as u32;
        lists.map(|person| self.outgoing.list(person).len()).sum()
    }
}
