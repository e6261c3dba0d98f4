//! The definitions of the single factors.

use serde::{Deserialize, Serialize};

/// Something two people did together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interaction {
    /// A meeting.
    Meeting,
    /// A call.
    Call,
    /// A thread of mail in which both wrote.
    MailThread,
    /// Work for the same employer at the same time.
    WorkedTogether,
    /// An introduction that one made for the other.
    IntroductionMade,
}

impl Interaction {
    const fn weight(self) -> f64 {
        match self {
            Self::Meeting => 3.0,
            Self::Call => 2.0,
            Self::MailThread => 1.0,
            Self::WorkedTogether => 6.0,
            Self::IntroductionMade => 4.0,
        }
    }

    /// Days after which it counts half: five years for shared work, else half a year.
    const fn half_life_days(self) -> f64 {
        match self {
            Self::WorkedTogether => 5.0 * 365.25,
            _ => 180.0,
        }
    }
}

/// Depth of a relationship, `0..=1`:
/// `(1 − exp(−Σ w·2^(−age / half-life) / 6)) · (0.5 + 0.5 · 2·min(in, out) / (in + out))`.
/// Ages in days; `inbound` and `outbound` count messages. Without messages the balance is not
/// known and the second part is 0.5.
#[must_use]
pub fn depth(interactions: &[(Interaction, f64)], inbound: u32, outbound: u32) -> f64 {
    let aged = |(kind, age_days): &(Interaction, f64)| {
        kind.weight() * (-age_days.max(0.0) / kind.half_life_days()).exp2()
    };
    let sum: f64 = interactions.iter().map(aged).sum();
    let total = f64::from(inbound) + f64::from(outbound);
    let balance = if total > 0.0 { 2.0 * f64::from(inbound.min(outbound)) / total } else { 0.0 };
    (1.0 - (-sum / 6.0).exp()) * (0.5 + 0.5 * balance)
}

/// A person's own word for a tie, which replaces the computed depth: software cannot see the
/// quality of a relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatedTie {
    /// 0.9.
    Strong,
    /// 0.6.
    Medium,
    /// 0.3.
    Weak,
}

impl StatedTie {
    /// The depth that it stands for.
    #[must_use]
    pub const fn depth(self) -> f64 {
        match self {
            Self::Strong => 0.9,
            Self::Medium => 0.6,
            Self::Weak => 0.3,
        }
    }
}

/// The connector's record over 24 months: `(accepted + 3) / (asked + 5)`, at most 1.
#[must_use]
pub fn connector_record(accepted: u32, asked: u32) -> f64 {
    ((f64::from(accepted) + 3.0) / (f64::from(asked) + 5.0)).min(1.0)
}

/// Timing: 1 while a trigger is live, then half for every 90 days since it ended, and 0.4
/// without one (`None`).
#[must_use]
pub fn timing(days_since_trigger: Option<f64>) -> f64 {
    days_since_trigger.map_or(0.4, |days| (-days.max(0.0) / 90.0).exp2())
}

/// Quality: the share of contact fields that were verified within 180 days; 0 without fields.
#[must_use]
pub fn quality(verified: u32, fields: u32) -> f64 {
    if fields == 0 { 0.0 } else { f64::from(verified.min(fields)) / f64::from(fields) }
}
