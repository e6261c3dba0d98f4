//! Everybody who fits a profile, the best reached first.

use std::cmp::{Ordering, Reverse};

use super::{Path, Team};
use crate::people::Person;
use crate::probability::{ONE, PathValue};
use crate::ties::TieGraph;

/// A person who fits, and the best way to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Who.
    pub person: Person,
    /// The value of the best path.
    pub value: PathValue,
    /// How many ties it has, 1 to 3.
    pub ties: u8,
}

impl Team {
    /// The `limit` best reached of the given people, best first; equal values are ordered by fewer
    /// ties, then by name. Members of the team and people out of reach are left out; a person
    /// given twice counts once.
    #[must_use]
    pub fn matches(&self, graph: &TieGraph, people: &[Person], limit: usize) -> Vec<Match> {
        let mut promised: Vec<(u64, Person)> = people
            .iter()
            .map(|&person| (self.promise(graph, person), person))
            .filter(|(bound, _)| *bound > 0)
            .collect();
        promised.sort_unstable_by_key(|&(bound, person)| (Reverse(bound), person));
        promised.dedup();
        let mut best: Vec<Match> = Vec::new();
        let order = |a: &Match, b: &Match| {
            let by_value = b.value.cmp(&a.value).then(a.ties.cmp(&b.ties));
            by_value.then_with(|| graph.people().compare(a.person, b.person))
        };
        for (bound, person) in promised {
            if best.len() == limit && best.last().is_none_or(|last| bound < last.value.0) {
                break;
            }
            if let Some(way) = self.search(graph, person).ways().first() {
                let found = Match { person, value: PathValue(way.value), ties: way.ties };
                let at = best.partition_point(|held| order(held, &found) == Ordering::Less);
                best.insert(at, found);
                best.truncate(limit);
            }
        }
        best
    }

    /// The paths behind a match.
    #[must_use]
    pub fn explain(&self, graph: &TieGraph, found: &Match) -> Vec<Path> {
        self.paths_to(graph, found.person)
    }

    /// At least the value of the best path to a person, from the table alone.
    fn promise(&self, graph: &TieGraph, target: Person) -> u64 {
        if self.is_member(target.0) {
            return 0;
        }
        let step = u64::from(ONE);
        let mut best = 0;
        for tie in graph.incoming(target) {
            let last = tie.raw() * step;
            if last * step * step <= best {
                break;
            }
            let reach = self.reach[tie.index() as usize];
            // MEMBER stands for a direct tie, whose first step is certain.
            let known = u64::from(reach.known).min(step * step);
            best = best.max(known.max(u64::from(reach.through)) * last);
        }
        best
    }
}
