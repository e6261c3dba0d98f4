//! What one team can reach: for everybody, the best first step and a bound on the best two.
//!
//! Built once per team from the ties of its members and of the people they know, then kept up with
//! changes. A search for a target is a walk over the target's own ties against this table.

use std::collections::BTreeSet;

use super::Willingness;
use crate::people::Person;
use crate::probability::{ONE, Probability};
use crate::ties::{Change, Published, TieGraph};

/// Marks a team member in [`Reach::known`].
pub(super) const MEMBER: u32 = u32::MAX;

/// 4,096 bits against some fifty members.
const HINT_WORDS: usize = 64;

/// How the team stands to one person. Both in units of 1e-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// The best tie from any member times the willingness of this person, exact; 0 if nobody in
    /// the team knows them; [`MEMBER`] for a member.
    pub(super) known: u32,
    /// At least the best value over one first contact. It may be too high (after ties weakened,
    /// and by rounding up), never too low; the search opens what it promises and reads the truth.
    pub(super) through: u32,
}

/// A team, and what it reaches.
#[derive(Clone, Debug)]
pub struct Team {
    pub(super) members: BTreeSet<Person>,
    pub(super) willingness: Willingness,
    closed: BTreeSet<Person>,
    pub(super) reach: Vec<Reach>,
    /// At least every `known` of a non-member, in 1e-8.
    pub(super) known_max: u64,
    /// At least every `through`, in 1e-8.
    pub(super) through_max: u64,
    /// A small filter by index: a clear bit means no member, so that most people are told from
    /// members without a look at the table.
    member_hint: [u64; HINT_WORDS],
    as_of: u64,
    /// Ties read by the build, and changes that made a bound loose since.
    ties_read: usize,
    loosened: usize,
}

impl Team {
    /// Builds the table of a team. Cost: the ties of its members and of the people they know.
    #[must_use]
    pub fn new(state: &Published, members: &[Person], willingness: Willingness) -> Self {
        let closed: BTreeSet<Person> = willingness.closed().collect();
        let mut team = Self {
            members: members.iter().copied().filter(|who| !closed.contains(who)).collect(),
            willingness,
            closed,
            reach: Vec::new(),
            known_max: 0,
            through_max: 0,
            member_hint: [0; HINT_WORDS],
            as_of: 0,
            ties_read: 0,
            loosened: 0,
        };
        team.build(state.graph());
        team
    }

    /// The members.
    pub fn members(&self) -> impl Iterator<Item = Person> {
        self.members.iter().copied()
    }

    /// Whether this person is a member.
    #[must_use]
    pub fn has(&self, person: Person) -> bool {
        self.members.contains(&person)
    }

    /// The number of the last change this table holds.
    #[must_use]
    pub fn as_of(&self) -> u64 {
        self.as_of
    }

    /// Brings the table up to a newer state; starts again when it is too far behind or when too
    /// many bounds have become loose.
    pub fn advance(&mut self, state: &Published) {
        let graph = state.graph();
        if graph.as_of() == self.as_of {
            return;
        }
        let loose = self.loosened > self.ties_read / 8 + 1_000;
        match state.changes_since(self.as_of).filter(|_| !loose) {
            None => self.build(graph),
            Some(changes) => {
                self.reach.resize(graph.people().len(), Reach::default());
                changes.for_each(|change| self.follow(graph, change));
                self.shut_the_closed();
                self.as_of = graph.as_of();
            }
        }
    }

    pub(super) fn is_member(&self, person: u32) -> bool {
        self.reach[person as usize].known == MEMBER
    }

    /// False only for people who are surely no members.
    #[inline]
    pub(super) fn may_be_member(&self, person: u32) -> bool {
        let bit = person as usize % (HINT_WORDS * 64);
        self.member_hint[bit / 64] >> (bit % 64) & 1 == 1
    }

    fn build(&mut self, graph: &TieGraph) {
        self.reach.clear();
        self.reach.resize(graph.people().len(), Reach::default());
        (self.known_max, self.through_max) = (0, 0);
        (self.ties_read, self.loosened, self.as_of) = (0, 0, graph.as_of());
        let mut known = Vec::new();
        for &member in &self.members {
            let ties = graph.outgoing(member);
            self.ties_read += ties.len();
            for tie in ties {
                let entry = &mut self.reach[tie.index() as usize];
                if entry.known == 0 {
                    known.push(tie.index());
                }
                entry.known = entry.known.max(u32::from(tie.strength()));
            }
        }
        for member in self.members.clone() {
            self.reach[member.index()].known = MEMBER;
            let bit = member.index() % (HINT_WORDS * 64);
            self.member_hint[bit / 64] |= 1 << (bit % 64);
        }
        for &person in &known {
            if !self.is_member(person) {
                self.weigh(Person(person));
            }
        }
        for &person in &known {
            if !self.is_member(person) {
                self.ties_read += self.spread(graph, Person(person));
            }
        }
        self.shut_the_closed();
    }

    /// Nothing goes through the closed, whatever ties lead to them.
    fn shut_the_closed(&mut self) {
        for person in &self.closed {
            self.reach[person.index()] = Reach::default();
        }
    }

    /// Turns a tie strength in `known` into a value in 1e-8 with the person's willingness.
    fn weigh(&mut self, person: Person) {
        let willingness = u32::from(self.willingness.of(person).raw());
        let entry = &mut self.reach[person.index()];
        entry.known *= willingness;
        self.known_max = self.known_max.max(u64::from(entry.known));
    }

    /// Carries what is known of a first contact on to everybody they know.
    fn spread(&mut self, graph: &TieGraph, first: Person) -> usize {
        let known = u64::from(self.reach[first.index()].known);
        if known == 0 {
            return 0;
        }
        let ties = graph.outgoing(first);
        for tie in ties {
            self.raise(tie.index(), known, tie.raw());
        }
        ties.len()
    }

    #[inline]
    fn raise(&mut self, person: u32, known: u64, strength: u64) {
        let through = (known * strength).div_ceil(u64::from(ONE));
        let entry = &mut self.reach[person as usize];
        entry.through = entry.through.max(through as u32);
        self.through_max = self.through_max.max(through);
    }

    fn follow(&mut self, graph: &TieGraph, change: &Change) {
        let Change { from, to, strength } = *change;
        if self.closed.contains(&from) || self.closed.contains(&to) {
            return;
        }
        let known = self.reach[from.index()].known;
        if known == MEMBER {
            self.know_again(graph, to);
        } else if known > 0 && strength == Probability::ZERO {
            self.loosened += 1;
        } else if known > 0 {
            self.raise(to.0, u64::from(known), u64::from(strength.raw()));
            self.loosened += 1;
        }
    }

    /// Finds the best tie from a member once more: the first member in the list, which is
    /// strongest first.
    fn know_again(&mut self, graph: &TieGraph, person: Person) {
        if self.is_member(person.0) {
            return;
        }
        let before = self.reach[person.index()].known;
        let best = graph.incoming(person).iter().find(|tie| self.is_member(tie.index()));
        self.reach[person.index()].known = best.map_or(0, |tie| u32::from(tie.strength()));
        self.weigh(person);
        let after = self.reach[person.index()].known;
        if after > before {
            self.spread(graph, person);
        } else if after < before {
            self.loosened += graph.outgoing(person).len();
        }
    }
}
