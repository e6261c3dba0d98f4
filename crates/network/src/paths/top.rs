//! The best five, with a different first contact each.

use std::cmp::Ordering;

use crate::people::{People, Person};

/// How many paths an answer holds at most.
pub const PATHS_MAX: usize = 5;

/// A way to the target as the search sees it: without the member, who is looked up at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// In units of 1e-16.
    pub(super) value: u64,
    /// 1 to 3.
    pub(super) ties: u8,
    /// The first contact; for a direct tie the member.
    pub(super) first: u32,
    /// The second contact on a path of three ties.
    pub(super) second: u32,
}

impl Way {
    /// Better first: higher value, fewer ties, then by the names of the contacts.
    fn order(&self, other: &Self, people: &People) -> Ordering {
        other
            .value
            .cmp(&self.value)
            .then_with(|| self.ties.cmp(&other.ties))
            .then_with(|| people.compare(Person(self.first), Person(other.first)))
            .then_with(|| people.compare(Person(self.second), Person(other.second)))
    }
}

/// At most five ways in order.
#[derive(Debug, Default)]
pub(super) struct Top {
    ways: Vec<Way>,
}

impl Top {
    /// What a way must at least be worth to matter: the value of the fifth.
    #[inline]
    pub(super) fn bar(&self) -> u64 {
        if self.ways.len() < PATHS_MAX { 0 } else { self.ways[PATHS_MAX - 1].value }
    }

    /// Takes a way in if it is among the best, keeping one way per first contact.
    pub(super) fn offer(&mut self, way: Way, people: &People) {
        if way.value < self.bar() {
            return;
        }
        if let Some(at) = self.ways.iter().position(|held| held.first == way.first) {
            if self.ways[at].order(&way, people) != Ordering::Greater {
                return;
            }
            self.ways.remove(at);
        }
        let at = self.ways.partition_point(|held| held.order(&way, people) == Ordering::Less);
        self.ways.insert(at, way);
        self.ways.truncate(PATHS_MAX);
    }

    pub(super) fn ways(&self) -> &[Way] {
        &self.ways
    }
}
