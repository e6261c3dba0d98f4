//! The search for one target: exact, and bounded from both sides.
//!
//! One walk over the ties into the target takes every path of one and two ties at its exact value,
//! and notes which second contacts promise more than the fifth best so far. Those are opened, the
//! most promising first, until no promise is left that could change the answer.

use super::Team;
use super::team::MEMBER;
use super::top::{Top, Way};
use crate::people::Person;
use crate::probability::{ONE, PathValue};
use crate::ties::TieGraph;

/// A warm path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Product of the ties' probabilities and the first contact's willingness.
    pub value: PathValue,
    /// The team member who starts it.
    pub member: Person,
    /// None, one or two people between member and target, in order.
    pub contacts: Vec<Person>,
    /// Who is reached.
    pub target: Person,
}

const STEP: u64 = ONE as u64;

/// A second contact that may be worth opening.
#[derive(Clone, Copy, Debug)]
struct Promise {
    /// At least the value of every path of three ties over this contact, in 1e-16.
    bound: u64,
    second: u32,
    last: u64,
}

fn direct(member: u32, strength: u64) -> Way {
    Way { value: strength * STEP * STEP * STEP, ties: 1, first: member, second: member }
}

impl Team {
    /// The best paths to a person, at most five, each with a different first contact; best first.
    /// Equal values are ordered by fewer ties, then by name. Empty for a member of the team.
    #[must_use]
    pub fn paths_to(&self, graph: &TieGraph, target: Person) -> Vec<Path> {
        let top = self.search(graph, target);
        top.ways().iter().map(|way| self.path(graph, way, target)).collect()
    }

    /// The value of the best path to a person; [`PathValue::ZERO`] without one.
    #[must_use]
    pub fn best_value(&self, graph: &TieGraph, target: Person) -> PathValue {
        PathValue(self.search(graph, target).ways().first().map_or(0, |way| way.value))
    }

    /// Values only, without looking up who starts each path.
    #[must_use]
    pub fn values_to(&self, graph: &TieGraph, target: Person) -> Vec<PathValue> {
        self.search(graph, target).ways().iter().map(|way| PathValue(way.value)).collect()
    }

    pub(super) fn search(&self, graph: &TieGraph, target: Person) -> Top {
        let mut top = Top::default();
        if self.is_member(target.0) {
            return top;
        }
        let mut promises = Vec::new();
        self.near(graph, target, &mut top, &mut promises);
        let bar = top.bar();
        promises.retain(|promise| promise.bound >= bar);
        promises.sort_unstable_by_key(|promise| std::cmp::Reverse(promise.bound));
        for promise in &promises {
            if promise.bound < top.bar() {
                break;
            }
            self.open(graph, target, promise, &mut top);
        }
        top
    }

    /// Paths of one and two ties, and the promises of three.
    fn near(&self, graph: &TieGraph, target: Person, top: &mut Top, promises: &mut Vec<Promise>) {
        let people = graph.people();
        let beyond_direct = self.known_max.max(self.through_max) * STEP;
        let ties = graph.incoming(target);
        let mut read = 0;
        for tie in ties {
            let (contact, last) = (tie.index(), tie.raw());
            if beyond_direct * last < top.bar() {
                break;
            }
            read += 1;
            let reach = self.reach[contact as usize];
            if reach.known == MEMBER {
                top.offer(direct(contact, last), people);
                continue;
            }
            if reach.known > 0 {
                let value = u64::from(reach.known) * last * STEP;
                top.offer(Way { value, ties: 2, first: contact, second: contact }, people);
            }
            let bound = u64::from(reach.through) * last * STEP;
            if bound > 0 && bound >= top.bar() {
                promises.push(Promise { bound, second: contact, last });
            }
        }
        // From here on only a member's own tie can still be good enough.
        for tie in &ties[read..] {
            let way = direct(tie.index(), tie.raw());
            if way.value < top.bar() {
                break;
            }
            if self.may_be_member(way.first) && self.is_member(way.first) {
                top.offer(way, people);
            }
        }
    }

    /// Paths of three ties over one second contact.
    fn open(&self, graph: &TieGraph, target: Person, promise: &Promise, top: &mut Top) {
        let Promise { second, last, .. } = *promise;
        for tie in graph.incoming(Person(second)) {
            let both = tie.raw() * last;
            if both * self.known_max < top.bar() {
                break;
            }
            let first = tie.index();
            let known = self.reach[first as usize].known;
            if known == 0 || known == MEMBER || first == target.0 {
                continue;
            }
            let value = u64::from(known) * both;
            top.offer(Way { value, ties: 3, first, second }, graph.people());
        }
    }

    fn path(&self, graph: &TieGraph, way: &Way, target: Person) -> Path {
        let first = Person(way.first);
        let contacts = match way.ties {
            1 => Vec::new(),
            2 => vec![first],
            _ => vec![first, Person(way.second)],
        };
        let member = if way.ties == 1 { first } else { self.member_next_to(graph, first) };
        Path { value: PathValue(way.value), member, contacts, target }
    }

    /// The member with the strongest tie to a first contact; of equals the first by name.
    fn member_next_to(&self, graph: &TieGraph, first: Person) -> Person {
        let mut members =
            graph.incoming(first).iter().filter(|tie| self.is_member(tie.index())).peekable();
        let strongest = members.peek().map_or(0, |tie| tie.strength());
        members
            .take_while(|tie| tie.strength() == strongest)
            .map(|tie| tie.person())
            .min_by(|&a, &b| graph.people().compare(a, b))
            .unwrap_or(first)
    }
}
