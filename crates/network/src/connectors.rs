//! Connectors: what they could reach, apart from how willing they are.
//!
//! *Reach* is what a team would lose without a person as first contact. *Willingness* is how likely
//! they agree when asked now: past answers, how much is open with them, and what they got back.

use std::collections::BTreeMap;

use crate::paths::Team;
use crate::people::Person;
use crate::probability::Probability;
use crate::ties::TieGraph;

/// What happened with a connector so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectorRecord {
    /// Asks that were answered, silence after the deadline included.
    pub asked: u32,
    /// Of those, accepted.
    pub accepted: u32,
    /// Asks still open.
    pub open: u32,
    /// How many open asks they carry; 0 takes them out of every path.
    pub budget: u32,
    /// Introductions they received from us, and favours.
    pub given_to_them: u32,
    /// Introductions they made for us.
    pub received_from_them: u32,
    /// They refused to be asked, or left.
    pub refused: bool,
}

/// What a workspace expects of a connector nobody has asked yet: a Beta distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AcceptancePrior {
    /// Acceptances counted beforehand.
    pub accepted: f64,
    /// Refusals and silences counted beforehand.
    pub refused: f64,
}

impl Default for AcceptancePrior {
    /// Three in five, worth five asks: the acceptance a healthy programme shows.
    fn default() -> Self {
        Self { accepted: 3.0, refused: 2.0 }
    }
}

impl AcceptancePrior {
    /// The workspace's own mean, worth five asks. Without asks the default.
    #[must_use]
    pub fn of_workspace(records: &[ConnectorRecord]) -> Self {
        let asked: u32 = records.iter().map(|record| record.asked).sum();
        let accepted: u32 = records.iter().map(|record| record.accepted).sum();
        let start = Self::default();
        let strength = start.accepted + start.refused;
        let mean = (f64::from(accepted) + start.accepted) / (f64::from(asked) + strength);
        Self { accepted: mean * strength, refused: (1.0 - mean) * strength }
    }
}

/// Willingness and its three parts, each `0..=1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConnectorWillingness {
    /// (accepted + prior) / (asked + prior): the mean of the Beta posterior.
    pub accepts: f64,
    /// 2^(-open asks / budget): who carries much carries no more.
    pub fatigue: f64,
    /// (given + 1) / (received + 1), at most 1: who only gave is asked less.
    pub reciprocity: f64,
    /// The product; 0 for one who refused or has no budget.
    pub willingness: Probability,
}

impl ConnectorRecord {
    /// How willing they are now.
    #[must_use]
    pub fn willingness(&self, prior: AcceptancePrior) -> ConnectorWillingness {
        let accepted = f64::from(self.accepted) + prior.accepted;
        let asked = f64::from(self.asked) + prior.accepted + prior.refused;
        let accepts = if asked > 0.0 { (accepted / asked).clamp(0.0, 1.0) } else { 0.0 };
        let budget = f64::from(self.budget);
        let spent = self.budget == 0 || self.open >= self.budget;
        let fatigue = if self.budget == 0 { 0.0 } else { (-f64::from(self.open) / budget).exp2() };
        let given = f64::from(self.given_to_them) + 1.0;
        let reciprocity = (given / (f64::from(self.received_from_them) + 1.0)).min(1.0);
        let product = if self.refused || spent { 0.0 } else { accepts * fatigue * reciprocity };
        let willingness = Probability::from_f64(product).unwrap_or(Probability::ZERO);
        ConnectorWillingness { accepts, fatigue, reciprocity, willingness }
    }
}

/// What a first contact means to a team over a list of targets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Who.
    pub person: Person,
    /// Targets whose best path begins with them.
    pub best_for: usize,
    /// Sum of those best values.
    pub carries: f64,
    /// How much the best values would fall in sum if they were gone: what breaks when this tie
    /// cools.
    pub would_cost: f64,
    /// Targets that would have no path left.
    pub only_way_to: usize,
}

/// The reach of every first contact of a team, the costliest loss first.
#[must_use]
pub fn reach(graph: &TieGraph, team: &Team, targets: &[Person]) -> Vec<Reach> {
    let mut by_person: BTreeMap<Person, Reach> = BTreeMap::new();
    for &target in targets {
        let paths = team.paths_to(graph, target);
        let Some(best) = paths.first() else { continue };
        let person = best.contacts.first().copied().unwrap_or(best.member);
        let value = best.value.to_f64();
        // The second best begins with somebody else: each path of an answer has its own first
        // contact.
        let next = paths.get(1).map_or(0.0, |path| path.value.to_f64());
        let empty = Reach { person, best_for: 0, carries: 0.0, would_cost: 0.0, only_way_to: 0 };
        let reach = by_person.entry(person).or_insert(empty);
        reach.best_for += 1;
        reach.carries += value;
        reach.would_cost += value - next;
        reach.only_way_to += usize::from(paths.len() == 1);
    }
    let mut all: Vec<Reach> = by_person.into_values().collect();
    all.sort_by(|a, b| {
        let by_cost = b.would_cost.total_cmp(&a.would_cost);
        by_cost.then_with(|| graph.people().compare(a.person, b.person))
    });
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::paths::Willingness;
    use crate::ties::{Published, TieList};

    #[test]
    fn willingness_is_the_product_of_its_parts() {
        let record = ConnectorRecord {
            asked: 5,
            accepted: 4,
            open: 1,
            budget: 2,
            given_to_them: 1,
            received_from_them: 3,
            refused: false,
        };
        let now = record.willingness(AcceptancePrior::default());
        assert!((now.accepts - 0.7).abs() < 1e-12);
        assert!((now.fatigue - 0.5_f64.sqrt()).abs() < 1e-12);
        assert!((now.reciprocity - 0.5).abs() < 1e-12);
        assert_eq!(now.willingness.raw(), 2_475);
        let tired = ConnectorRecord { open: 2, ..record };
        assert_eq!(tired.willingness(AcceptancePrior::default()).willingness, Probability::ZERO);
        let refused = ConnectorRecord { refused: true, ..record };
        assert_eq!(refused.willingness(AcceptancePrior::default()).willingness, Probability::ZERO);
    }

    proptest! {
        #[test]
        fn nobody_is_asked_beyond_their_budget_or_after_refusing(
            asked in 0_u32..50, accepted in 0_u32..50, open in 0_u32..6, budget in 0_u32..4,
            given in 0_u32..9, received in 0_u32..9, refused in any::<bool>(),
        ) {
            let record = ConnectorRecord {
                asked: asked.max(accepted),
                accepted,
                open,
                budget,
                given_to_them: given,
                received_from_them: received,
                refused,
            };
            let now = record.willingness(AcceptancePrior::of_workspace(&[record]));
            if refused || open >= budget {
                prop_assert_eq!(now.willingness, Probability::ZERO);
            }
            let more_open = ConnectorRecord { open: open + 1, ..record };
            let later = more_open.willingness(AcceptancePrior::of_workspace(&[record]));
            prop_assert!(later.willingness <= now.willingness);
        }
    }

    #[test]
    fn reach_says_what_would_break() {
        let mut ties = TieList::default();
        for (from, to, p) in [
            ("me", "ann", 0.5),
            ("me", "bob", 0.4),
            ("ann", "x", 0.8),
            ("bob", "x", 0.5),
            ("ann", "y", 0.6),
        ] {
            ties.add(from, to, Probability::from_f64(p).expect("in range"));
        }
        let state = Published::fixed(ties.build().0);
        let graph = state.graph();
        let find = |name| graph.people().find(name).expect("known");
        let team = Team::new(&state, &[find("me")], Willingness::default());
        let all = reach(graph, &team, &[find("x"), find("y")]);
        assert_eq!(all.len(), 1, "bob is nobody's best way");
        let ann = all[0];
        assert_eq!((ann.person, ann.best_for, ann.only_way_to), (find("ann"), 2, 1));
        assert!((ann.would_cost - (0.4 - 0.2 + 0.3)).abs() < 1e-9);
    }
}
