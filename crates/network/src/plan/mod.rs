//! Whom to ask for whom: the plan of asks.
//!
//! Connectors can carry so many asks, and each target is asked for once: an assignment problem
//! whose linear relaxation has a whole-number optimum, solved exactly by [`assign`]. Its dual
//! prices say what one more ask of a connector would be worth. [`extend`] then spends asks that
//! are left on second and third ways to the same target.

mod assign;
mod extend;

pub use assign::{Assignment, assign};
pub use extend::{ASKS_PER_TARGET_MAX, extend};

/// A possible ask: this connector could introduce to this target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AskOption {
    /// Dense number of the connector.
    pub connector: u32,
    /// Dense number of the target.
    pub target: u32,
    /// P(the introduction happens), `0..=1`.
    pub probability: f64,
}

/// What may be asked, and how much.
#[derive(Clone, Debug, Default)]
pub struct AskProblem {
    /// How many asks each connector still carries, by number. Zero for one who refused.
    pub caps: Vec<u32>,
    /// How many targets there are.
    pub targets: u32,
    /// All possible asks. Of two for the same pair the likelier counts.
    pub options: Vec<AskOption>,
}

/// One ask of a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ask {
    /// Number of the connector.
    pub connector: u32,
    /// Number of the target.
    pub target: u32,
    /// P(the introduction happens).
    pub probability: f64,
}

impl AskProblem {
    /// Takes commitments out of the problem: asks already made use up their connector's room, and
    /// their targets are not asked for again.
    pub fn commit(&mut self, made: &[(u32, u32)]) {
        let mut taken = vec![false; self.targets as usize];
        for &(connector, target) in made {
            if let Some(cap) = self.caps.get_mut(connector as usize) {
                *cap = cap.saturating_sub(1);
            }
            if let Some(taken) = taken.get_mut(target as usize) {
                *taken = true;
            }
        }
        self.options.retain(|option| !taken[option.target as usize]);
    }
}

/// The sum of a plan's probabilities: introductions to expect.
#[must_use]
pub fn expected(asks: &[Ask]) -> f64 {
    asks.iter().map(|ask| ask.probability).sum()
}
