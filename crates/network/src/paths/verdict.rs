//! What may honestly be said about the way to a person.

use super::Path;
use crate::people::Person;
use crate::probability::Probability;
use crate::strength::MEDIUM_FROM;
use crate::ties::TieGraph;

/// Below this value a path is not claimed.
pub const CLAIM_FROM: f64 = 0.02;
/// Below this value a path is shown as of low confidence.
pub const CONFIDENT_FROM: f64 = 0.05;

/// One tie of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who asks.
    pub from: Person,
    /// Who is asked.
    pub to: Person,
    /// How likely it carries.
    pub probability: Probability,
}

/// The answer in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is a warm path.
    WarmPath,
    /// There is one, but its first step needs warming up: the link named is weak.
    WarmThisFirst(Link),
    /// There is one, of low confidence; its weakest link is named.
    LowConfidence(Link),
    /// No verified path yet.
    NoVerifiedPath,
}

impl Verdict {
    /// As shown to people.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::WarmPath => "warm path",
            Self::WarmThisFirst(_) => "warm this connector first",
            Self::LowConfidence(_) => "low confidence",
            Self::NoVerifiedPath => "no verified path yet",
        }
    }
}

impl Path {
    /// Its ties in order.
    #[must_use]
    pub fn links(&self, graph: &TieGraph) -> Vec<Link> {
        let stops = self.contacts.iter().copied().chain([self.target]);
        let mut from = self.member;
        stops
            .map(|to| {
                let probability = graph.tie(from, to).unwrap_or(Probability::ZERO);
                Link { from: std::mem::replace(&mut from, to), to, probability }
            })
            .collect()
    }

    /// The tie most likely to fail; the first of equals.
    #[must_use]
    pub fn weakest_link(&self, graph: &TieGraph) -> Option<Link> {
        self.links(graph).into_iter().min_by_key(|link| link.probability)
    }
}

/// What may be said of the best of some paths, as [`crate::Team::paths_to`] returns them.
#[must_use]
pub fn verdict(graph: &TieGraph, paths: &[Path]) -> Verdict {
    let Some(best) = paths.first().filter(|best| best.value.to_f64() >= CLAIM_FROM) else {
        return Verdict::NoVerifiedPath;
    };
    match (best.weakest_link(graph), best.links(graph).first()) {
        (Some(weakest), _) if best.value.to_f64() < CONFIDENT_FROM => {
            Verdict::LowConfidence(weakest)
        }
        (_, Some(first)) if first.probability.to_f64() < MEDIUM_FROM => {
            Verdict::WarmThisFirst(*first)
        }
        _ => Verdict::WarmPath,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::{Team, Willingness};
    use crate::ties::{Published, TieList};

    fn say(ties: &[(&str, &str, f64)]) -> &'static str {
        let mut list = TieList::default();
        for (from, to, p) in ties {
            list.add(from, to, Probability::from_f64(*p).expect("in range"));
        }
        list.add("x", "me", Probability::ONE);
        let state = Published::fixed(list.build().0);
        let find = |name| state.graph().people().find(name).expect("known");
        let team = Team::new(&state, &[find("me")], Willingness::default());
        verdict(state.graph(), &team.paths_to(state.graph(), find("x"))).words()
    }

    #[test]
    fn nothing_is_claimed_that_is_not_there() {
        assert_eq!(say(&[]), "no verified path yet");
        assert_eq!(say(&[("me", "a", 0.1), ("a", "x", 0.1)]), "no verified path yet");
        assert_eq!(say(&[("me", "a", 0.2), ("a", "x", 0.2)]), "low confidence");
        assert_eq!(say(&[("me", "a", 0.3), ("a", "x", 0.9)]), "warm this connector first");
        assert_eq!(say(&[("me", "a", 0.5), ("a", "x", 0.5)]), "warm path");
    }
}
