//! From a heap of ties to a graph, in linear time: one counting sort by strength, then two
//! scatters, so that no list is ever sorted by itself.

use super::{Adjacency, Side, TieGraph};
use crate::intern::Interner;
use crate::probability::{ONE, Probability};

/// Ties on their way into a graph. Ten bytes a tie.
///
/// ```
/// use warmpath_network::{Probability, TieList};
/// let mut ties = TieList::default();
/// ties.add("ann", "bob", Probability::from_f64(0.5).expect("in range"));
/// let (graph, _) = ties.build();
/// let bob = graph.people().find("bob").expect("known");
/// assert_eq!(graph.incoming(bob).len(), 1);
/// ```
#[derive(Debug, Default)]
pub struct TieList {
    names: Interner,
    from: Vec<u32>,
    to: Vec<u32>,
    strength: Vec<u16>,
    /// Ties from a person to themselves.
    self_ties: usize,
    /// Ties whose strength rounds to nothing.
    empty_ties: usize,
}

/// What the build left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BuildReport {
    /// Ties in the graph.
    pub ties: usize,
    /// Ties from a person to themselves, left out.
    pub self_ties: usize,
    /// Ties weaker than 1/20,000, left out.
    pub empty_ties: usize,
    /// Ties given more than once; the strongest stays.
    pub repeated_ties: usize,
}

impl TieList {
    /// Adds a tie between two people named by the caller.
    pub fn add(&mut self, from: &str, to: &str, strength: Probability) {
        self.add_bytes(from.as_bytes(), to.as_bytes(), strength);
    }

    /// As [`Self::add`]; names that are not UTF-8 are repaired.
    #[inline]
    pub fn add_bytes(&mut self, from: &[u8], to: &[u8], strength: Probability) {
        if strength == Probability::ZERO {
            self.empty_ties += 1;
        } else if from == to {
            self.self_ties += 1;
        } else {
            let (from, to) = (self.names.person(from), self.names.person(to));
            self.from.push(from);
            self.to.push(to);
            self.strength.push(strength.raw());
        }
    }

    /// As [`Self::add`] for people named by plain numbers.
    #[inline]
    pub(crate) fn add_numbers(&mut self, from: u32, to: u32, strength: Probability) {
        if strength == Probability::ZERO || from == to || !self.names.takes_numbers(from.max(to)) {
            return self.add(&from.to_string(), &to.to_string(), strength);
        }
        self.from.push(self.names.numbered(from));
        self.to.push(self.names.numbered(to));
        self.strength.push(strength.raw());
    }

    /// How many ties wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.from.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.from.is_empty()
    }

    /// Builds the graph. Uses a second thread for the second direction.
    #[must_use]
    pub fn build(self) -> (TieGraph, BuildReport) {
        let Self { names, from, to, strength, self_ties, empty_ties } = self;
        let (old_of, new_of) = busiest_first(names.len(), &from, &to);
        let people = names.into_people(&old_of);
        let count = old_of.len();
        drop(old_of);
        let order = strongest_first(&from, &to, &strength, &new_of);
        drop((from, to, strength, new_of));
        let ties = || order.iter().map(|&(a, b, raw)| (a, b, raw));
        let (mut outgoing, mut incoming) = std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                let degree = degrees(count, ties().map(|(_, to, _)| to));
                Adjacency::scatter(&degree, ties().map(|(from, to, raw)| (to, from, raw)))
            });
            let degree = degrees(count, ties().map(|(from, _, _)| from));
            let outgoing = Adjacency::scatter(&degree, ties());
            let incoming = other.join().unwrap_or_default();
            (outgoing, incoming)
        });
        drop(order);
        let repeated_ties = outgoing.drop_repeats();
        if repeated_ties > 0 {
            incoming.drop_repeats();
        }
        let ties = outgoing.tie_count();
        let graph = TieGraph {
            people,
            outgoing: Side::new(outgoing),
            incoming: Side::new(incoming),
            as_of: 0,
        };
        (graph, BuildReport { ties, self_ties, empty_ties, repeated_ties })
    }
}

fn degrees(count: usize, owners: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut degree = vec![0; count];
    for owner in owners {
        degree[owner as usize] += 1;
    }
    degree
}

/// New numbers by falling count of ties: `old_of[new]` and `new_of[old]`.
fn busiest_first(count: usize, from: &[u32], to: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let degree = degrees(count, from.iter().chain(to).copied());
    let mut old_of: Vec<u32> = (0..count as u32).collect();
    old_of.sort_by_key(|&old| std::cmp::Reverse(degree[old as usize]));
    let mut new_of = vec![0; count];
    for (new, &old) in old_of.iter().enumerate() {
        new_of[old as usize] = new as u32;
    }
    (old_of, new_of)
}

/// All ties in new numbers, by falling strength: a counting sort over the 10,000 steps.
fn strongest_first(
    from: &[u32],
    to: &[u32],
    strength: &[u16],
    new_of: &[u32],
) -> Vec<(u32, u32, u16)> {
    let mut next = vec![0_u32; usize::from(ONE) + 2];
    for &raw in strength {
        next[usize::from(ONE - raw) + 1] += 1;
    }
    for step in 1..next.len() {
        next[step] += next[step - 1];
    }
    let mut order = vec![(0, 0, 0); strength.len()];
    for ((&from, &to), &raw) in from.iter().zip(to).zip(strength) {
        let slot = &mut next[usize::from(ONE - raw)];
        order[*slot as usize] = (new_of[from as usize], new_of[to as usize], raw);
        *slot += 1;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(raw: u16) -> Probability {
        Probability::from_raw(raw).expect("in range")
    }

    #[test]
    fn lists_are_strongest_first_and_hold_each_person_once() {
        let mut ties = TieList::default();
        for (from, to, raw) in
            [("a", "x", 10), ("b", "x", 30), ("c", "x", 20), ("a", "x", 50), ("x", "x", 9)]
        {
            ties.add(from, to, p(raw));
        }
        ties.add("a", "y", Probability::ZERO);
        let (graph, report) = ties.build();
        let expected = BuildReport { ties: 3, self_ties: 1, empty_ties: 1, repeated_ties: 1 };
        assert_eq!(report, expected);
        let x = graph.people().find("x").expect("known");
        let list: Vec<_> = graph
            .incoming(x)
            .iter()
            .map(|tie| (graph.people().name(tie.person()), tie.probability().raw()))
            .collect();
        let want = [("a", 50), ("b", 30), ("c", 20)].map(|(n, r)| (n.to_owned(), r));
        assert_eq!(list, want);
    }

    #[test]
    fn numeric_and_textual_names_live_together() {
        let mut ties = TieList::default();
        ties.add("7", "12", p(100));
        ties.add("12", "ann", p(200));
        ties.add("4000000000", "7", p(300));
        let (graph, report) = ties.build();
        assert_eq!(report.ties, 3);
        for name in ["7", "12", "ann", "4000000000"] {
            let person = graph.people().find(name).expect("known");
            assert_eq!(graph.people().name(person), name);
        }
    }
}
