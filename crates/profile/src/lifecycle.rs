//! Versions of a profile compared by outcome, and the lock on automation.

use serde::{Deserialize, Serialize};

/// Introductions made by hand that must have worked before anything may be automated, by default.
pub const PROVEN_BY_HAND: u32 = 3;

/// Below this many cases a rate is no finding.
pub const CASES_MIN: u32 = 20;

/// What came of the introductions of one version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// Introductions asked for.
    pub asked: u32,
    /// Of these, accepted by the connector.
    pub accepted: u32,
    /// Of these, with a meeting that took place.
    pub met: u32,
    /// Of these, that led on to a qualified conversation.
    pub worked: u32,
}

/// A share with its 95 percent interval after Wilson (1927).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// Cases.
    pub cases: u32,
    /// Share, 0 to 1; 0 where there are no cases.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Rate {
    /// The share of `hits` among `cases`; more hits than cases count as all.
    #[must_use]
    pub fn new(hits: u32, cases: u32) -> Self {
        if cases == 0 {
            return Self { cases, share: 0.0, low: 0.0, high: 1.0 };
        }
        let z = 1.959_963_984_540_054_f64;
        let n = f64::from(cases);
        let p = f64::from(hits.min(cases)) / n;
        let centre = p + z * z / (2.0 * n);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        Self {
            cases,
            share: p,
            low: ((centre - spread) / scale).max(0.0),
            high: ((centre + spread) / scale).min(1.0),
        }
    }
}

/// How a version compares with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Fewer than [`CASES_MIN`] cases on either side.
    NotEnoughData,
    /// The intervals overlap.
    NoDifference,
    /// The newer version works more often.
    Better,
    /// The newer version works less often.
    Worse,
}

/// Compares two versions by the share of asked introductions that worked.
#[must_use]
pub fn compare(older: Outcomes, newer: Outcomes) -> Comparison {
    if older.asked < CASES_MIN || newer.asked < CASES_MIN {
        return Comparison::NotEnoughData;
    }
    let (old, new) = (Rate::new(older.worked, older.asked), Rate::new(newer.worked, newer.asked));
    if new.low > old.high {
        Comparison::Better
    } else if new.high < old.low {
        Comparison::Worse
    } else {
        Comparison::NoDifference
    }
}

/// Whether a profile may be automated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Automation {
    /// So many introductions made by hand still have to work.
    Locked {
        /// How many.
        remaining: u32,
    },
    /// Enough introductions made by hand worked.
    Open,
}

/// The lock: `needed` introductions made by hand from this profile must have worked, one at least.
#[must_use]
pub fn automation(by_hand: Outcomes, needed: u32) -> Automation {
    let needed = needed.max(1);
    match needed.saturating_sub(by_hand.worked) {
        0 => Automation::Open,
        remaining => Automation::Locked { remaining },
    }
}
