//! What is kept of a judgement: every step of the waterfall by name, level and bits. No values of the
//! records: those stand where personal data may stand, and are read there when somebody looks.

use serde::{Deserialize, Serialize};

/// One step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What was compared: `family name`.
    pub comparison: String,
    /// What was found: `same`.
    pub level: String,
    /// P(level | same entity), 0..=1.
    pub m: f64,
    /// P(level | different entities), 0..=1.
    pub u: f64,
    /// Bits of surprise of the shared value; 0 where rarity does not count.
    pub rarity: f64,
    /// Bits added to the log2 odds.
    pub bits: f64,
}

/// A waterfall: the prior and the steps sum to the total.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The model.
    pub model: String,
    /// log2 odds before anything is compared.
    pub prior_bits: f64,
    /// The steps.
    pub steps: Vec<Step>,
    /// log2 odds that both are one.
    pub total_bits: f64,
    /// The same as a probability, 0..=1.
    pub probability: f64,
}

impl Trace {
    /// As it is kept.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As it was kept; an unreadable one is empty.
    pub fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As the ledger has it: comparison, level and tenths of a bit.
    pub fn codes(&self) -> Vec<String> {
        let tenths = |bits: f64| (bits * 10.0).round() as i64;
        let step =
            |s: &Step| format!("{}/{}/{}", word(&s.comparison), word(&s.level), tenths(s.bits));
        self.steps.iter().map(step).collect()
    }
}

fn word(text: &str) -> String {
    text.chars().filter(|c| *c != ',').map(|c| if c == ' ' { '_' } else { c }).collect()
}
