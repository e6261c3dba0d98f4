//! The formula of the tie score and its weights.
//!
//! P = 1 / (1 + e^-z), z = intercept + Σ weight × input, over the ten inputs of [`super::Signals`].
//! The weights were fitted by ridge logistic regression (standardised inputs, penalty 1/0.003,
//! 1/0.03 and 1/0.003) on mail among the employees of one company (Enron, public record; Priebe,
//! Conroy, Marchette, Park 2005) before February 2001, asked on 1 August and 1 November 2000 and
//! 1 February 2001, and judged on three later dates. They are a prior: a workspace fits its own
//! level once it has outcomes.

use super::signals::{INPUTS, Signals};

/// Weights of one probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Formula {
    /// What is predicted, in words.
    pub name: &'static str,
    /// z for a tie without any contact.
    pub intercept: f64,
    /// In the order of [`super::INPUT_NAMES`].
    pub weights: [f64; INPUTS],
}

/// P(a personal message is answered within 7 days).
pub const ANSWERS_IN_7_DAYS: Formula = Formula {
    name: "answers within 7 days",
    intercept: -1.698,
    weights: [0.177, 0.125, 0.072, 0.242, 0.0, 0.099, 0.354, -0.062, 0.185, 0.364],
};

/// P(a personal message is answered within 24 hours).
pub const ANSWERS_IN_24_HOURS: Formula = Formula {
    name: "answers within 24 hours",
    intercept: -2.887,
    weights: [0.181, 0.095, 0.002, 0.351, 0.0, 0.141, 0.209, -0.071, 0.587, 0.500],
};

/// P(writes at least once within 90 days).
pub const STILL_WRITES_IN_90_DAYS: Formula = Formula {
    name: "still writes within 90 days",
    intercept: -2.235,
    weights: [0.333, 0.359, 0.224, 0.346, 0.285, 0.007, 0.695, 0.057, 0.272, 0.420],
};

impl Formula {
    /// The sum z, in log-odds.
    #[must_use]
    pub fn log_odds(&self, signals: &Signals) -> f64 {
        let inputs = signals.inputs();
        self.intercept + self.weights.iter().zip(inputs).map(|(w, x)| w * x).sum::<f64>()
    }

    /// The probability, `0..=1`.
    #[must_use]
    pub fn probability(&self, signals: &Signals) -> f64 {
        logistic(self.log_odds(signals))
    }
}

/// 1 / (1 + e^-z).
pub(crate) fn logistic(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}
