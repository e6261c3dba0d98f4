//! Ties that change while they are read.
//!
//! One writer at a time edits its own state and publishes a snapshot per batch; readers take the
//! newest snapshot without a lock and keep it as long as they like. A snapshot names the last
//! change it holds, and carries the recent changes so that state derived from an older snapshot
//! ([`crate::Team`]) can catch up instead of starting again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use super::{Adjacency, Side, Tie, TieGraph};
use crate::people::Person;
use crate::probability::Probability;

/// Batches whose changes a snapshot carries. State further behind is built again.
const RECENT_BATCHES_MAX: usize = 512;
/// Lists are packed again once this share (one in …) of all people have a changed list.
const PACK_AT_ONE_IN: usize = 8;
/// Fewer changed lists than this are never packed: it would not pay.
const PACK_FLOOR: usize = 4_096;

/// A tie as it is from now on; [`Probability::ZERO`] ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who is asked to open the door.
    pub from: Person,
    /// To whom.
    pub to: Person,
    /// How likely it opens.
    pub strength: Probability,
}

/// Ties under change. Shared between threads behind an `Arc`.
#[derive(Debug)]
pub struct LiveTies {
    published: ArcSwap<Published>,
    writer: Mutex<Published>,
}

/// A snapshot and the changes that led to it.
#[derive(Clone, Debug, Default)]
pub struct Published {
    graph: TieGraph,
    recent: VecDeque<Arc<Batch>>,
}

#[derive(Debug)]
struct Batch {
    /// The state this batch changed.
    after: u64,
    changes: Vec<Change>,
}

impl Published {
    /// A graph that nobody changes.
    #[must_use]
    pub fn fixed(graph: TieGraph) -> Self {
        Self { graph, recent: VecDeque::new() }
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &TieGraph {
        &self.graph
    }

    /// The changes after `as_of`, oldest first; `None` when they are no longer known.
    pub fn changes_since(&self, as_of: u64) -> Option<impl Iterator<Item = &Change>> {
        let first = self.recent.partition_point(|batch| batch.after < as_of);
        let known = as_of == self.graph.as_of
            || self.recent.get(first).is_some_and(|batch| batch.after == as_of);
        known.then(|| self.recent.iter().skip(first).flat_map(|batch| batch.changes.iter()))
    }
}

impl LiveTies {
    /// Starts from a graph as built.
    #[must_use]
    pub fn new(graph: TieGraph) -> Self {
        let state = Published::fixed(graph);
        Self { published: ArcSwap::from_pointee(state.clone()), writer: Mutex::new(state) }
    }

    /// The newest snapshot. Never waits.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Published> {
        self.published.load_full()
    }

    /// The people of those names, added when new. They are published with the next change.
    pub fn people(&self, names: &[&str]) -> Vec<Person> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        names.iter().map(|name| writer.graph.people.find_or_add(name)).collect()
    }

    /// Makes a batch of changes and publishes them together. Returns the number of the state that
    /// holds them. A tie to oneself is passed over.
    pub fn apply(&self, changes: &[Change]) -> u64 {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            writer.graph.set(*change);
        }
        let after = writer.graph.as_of;
        writer.graph.as_of = after + 1;
        writer.recent.push_back(Arc::new(Batch { after, changes: changes.to_vec() }));
        if writer.recent.len() > RECENT_BATCHES_MAX {
            writer.recent.pop_front();
        }
        writer.graph.pack_when_due();
        self.published.store(Arc::new(writer.clone()));
        after + 1
    }
}

impl TieGraph {
    fn set(&mut self, change: Change) {
        let Change { from: Person(from), to: Person(to), strength } = change;
        if from == to {
            return;
        }
        let old = self.strength(from, to);
        if old == strength.raw() {
            return;
        }
        self.outgoing.set(from, to, old, strength.raw());
        self.incoming.set(to, from, old, strength.raw());
    }

    /// Looks in the shorter of the two lists the tie stands in.
    fn strength(&self, from: u32, to: u32) -> u16 {
        let (out, into) = (self.outgoing.list(from), self.incoming.list(to));
        let (list, other) = if out.len() <= into.len() { (out, to) } else { (into, from) };
        list.iter().find(|tie| tie.index() == other).map_or(0, |tie| tie.strength())
    }

    /// Packs both directions anew once many lists changed. Readers of older snapshots keep theirs.
    fn pack_when_due(&mut self) {
        let changed = self.outgoing.changed.len().max(self.incoming.changed.len());
        if changed > PACK_FLOOR.max(self.people.len() / PACK_AT_ONE_IN) {
            let people = self.people.len() as u32;
            self.outgoing.pack(people);
            self.incoming.pack(people);
        }
    }
}

/// Where a tie of this strength begins a list's weaker part: behind its equals.
fn place(list: &[Tie], strength: u16) -> usize {
    list.partition_point(|tie| tie.strength() >= strength)
}

/// Changes one tie of a list, which keeps its order and moves no more than it must.
fn change(list: &mut [Tie], at: usize, tie: Tie) {
    let weaker = tie.strength() < list[at].strength();
    list[at] = tie;
    if weaker {
        let end = at + 1 + place(&list[at + 1..], tie.strength());
        list[at..end].rotate_left(1);
    } else {
        let start = place(&list[..at], tie.strength());
        list[start..=at].rotate_right(1);
    }
}

impl Side {
    fn set(&mut self, owner: u32, other: u32, old: u16, new: u16) {
        let Self { base, changed } = self;
        let list = changed.edit(owner, base.list(owner));
        let first = list.partition_point(|tie| tie.strength() > old);
        let same = list[first..].iter().position(|tie| tie.index() == other);
        match same.filter(|_| old > 0).map(|at| first + at) {
            Some(at) if new > 0 => change(Arc::make_mut(list), at, Tie::new(other, new)),
            Some(at) => *list = list[..at].iter().chain(&list[at + 1..]).copied().collect(),
            None if new > 0 => {
                let (stronger, weaker) = list.split_at(place(list, new));
                let tie = [Tie::new(other, new)];
                *list = stronger.iter().chain(&tie).chain(weaker).copied().collect();
            }
            None => {}
        }
    }

    fn pack(&mut self, people: u32) {
        let packed = Adjacency::pack((0..people).map(|person| self.list(person)));
        *self = Self::new(packed);
    }
}
