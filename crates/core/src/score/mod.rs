//! The priority score of a referral: a published formula, explained factor by factor.
//!
//! `R = 100 · D^0.35 · F^0.30 · C^0.15 · T^0.10 · Q^0.10`, each factor in `0.05..=1`. Gates come
//! first: a referral that fails one has no score. The product lets one poor factor count; the
//! logarithms make it a waterfall. From 100 points each factor takes its share away, and what is
//! left is the total, exactly, in tenths of a point.

mod parts;

pub use parts::{Interaction, StatedTie, connector_record, depth, quality, timing};

use serde::{Deserialize, Serialize};

/// The least value of a factor; zero would let one unknown wipe out all the rest.
const FACTOR_MIN: f64 = 0.05;

/// The five factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorName {
    /// D: how deep the relationship is through which the referral comes.
    Depth,
    /// F: how well the prospect fits the profile.
    Fit,
    /// C: how often the connector's introductions were accepted.
    Connector,
    /// T: how timely it is.
    Timing,
    /// Q: how much of the contact data is verified.
    Quality,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Counted from what happened.
    Observed,
    /// Said by a person.
    Stated,
    /// Nothing is known; the value of the formula for that case.
    Assumed,
}

/// One factor before it is weighed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// The value, `0..=1`.
    pub value: f64,
    /// Where it comes from.
    pub basis: Basis,
    /// The evidence, in one sentence without personal data.
    pub evidence: String,
}

/// The five inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// Depth of the relationship.
    pub depth: Input,
    /// Fit to the profile.
    pub fit: Input,
    /// The connector's record.
    pub connector: Input,
    /// Timing.
    pub timing: Input,
    /// Quality of the contact data.
    pub quality: Input,
}

/// The exponents. Any value is finite, not negative, and not all are zero.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 5]", into = "[f64; 5]")]
pub struct Exponents([f64; 5]);

/// Exponents must be finite, not negative, and not all zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("exponents must be finite and not negative, and at least one above zero")]
pub struct BadExponents;

impl Exponents {
    /// Exponents of depth, fit, connector, timing and quality.
    ///
    /// # Errors
    /// [`BadExponents`].
    pub fn new(exponents: [f64; 5]) -> Result<Self, BadExponents> {
        let each_is_good = exponents.iter().all(|value| value.is_finite() && *value >= 0.0);
        let good = each_is_good && exponents.iter().any(|value| *value > 0.0);
        if good { Ok(Self(exponents)) } else { Err(BadExponents) }
    }
}

impl Default for Exponents {
    fn default() -> Self {
        Self([0.35, 0.30, 0.15, 0.10, 0.10])
    }
}

impl TryFrom<[f64; 5]> for Exponents {
    type Error = BadExponents;

    fn try_from(exponents: [f64; 5]) -> Result<Self, BadExponents> {
        Self::new(exponents)
    }
}

impl From<Exponents> for [f64; 5] {
    fn from(exponents: Exponents) -> Self {
        exponents.0
    }
}

/// Why a referral has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// No live basis for contact.
    Consent,
    /// The person or company is on an exclusion list.
    Exclusion,
    /// There is an open opportunity already.
    ExistingOpportunity,
    /// The connector has as many open asks as they take.
    ConnectorOverCapacity,
    /// Held for compliance.
    ComplianceHold,
}

impl Gate {
    /// The reason, in a sentence for people.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Consent => "The person has not agreed to be contacted.",
            Self::Exclusion => "The person or company is on the exclusion list.",
            Self::ExistingOpportunity => "There is an open opportunity with this company already.",
            Self::ConnectorOverCapacity => "The connector has as many open asks as they take.",
            Self::ComplianceHold => "The referral is held by the compliance desk.",
        }
    }
}

/// The facts behind the gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateFacts {
    /// A live basis for contact is on record.
    pub basis_is_live: bool,
    /// On an exclusion list.
    pub excluded: bool,
    /// An opportunity is open.
    pub opportunity_open: bool,
    /// Open asks of the connector.
    pub connector_open_asks: u32,
    /// Open asks the connector takes; two unless set.
    pub connector_open_asks_max: u32,
    /// Held for compliance.
    pub compliance_hold: bool,
}

/// One row of the waterfall.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Factor {
    /// Which one.
    pub name: FactorName,
    /// Its value as used, `0.05..=1`.
    pub value: f64,
    /// Its exponent.
    pub exponent: f64,
    /// `exponent · ln(value)`, at most zero; the sum is `ln(total / 100)`.
    pub ln_contribution: f64,
    /// What it takes away, in tenths of a point; at most zero.
    pub points_tenths: i32,
    /// Where the value comes from.
    pub basis: Basis,
    /// The evidence, in one sentence.
    pub evidence: String,
}

/// A score and how it came about: `1000 + Σ points_tenths = total_tenths`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Tenths of a point, `0..=1000`.
    pub total_tenths: i32,
    /// Before rounding, `0..=100`.
    pub exact: f64,
    /// The five factors, in the order of the formula.
    pub factors: Vec<Factor>,
}

/// The gates that a referral fails, each with its reason; empty when it may be scored.
#[must_use]
pub fn failed_gates(facts: &GateFacts) -> Vec<Gate> {
    let over_capacity = facts.connector_open_asks >= facts.connector_open_asks_max;
    let gates = [
        (!facts.basis_is_live, Gate::Consent),
        (facts.excluded, Gate::Exclusion),
        (facts.opportunity_open, Gate::ExistingOpportunity),
        (over_capacity, Gate::ConnectorOverCapacity),
        (facts.compliance_hold, Gate::ComplianceHold),
    ];
    gates.into_iter().filter(|(failed, _)| *failed).map(|(_, gate)| gate).collect()
}

/// Scores a referral.
///
/// # Errors
/// The gates it fails; such a referral has no score.
pub fn score(
    gates: &GateFacts,
    inputs: &Inputs,
    exponents: &Exponents,
) -> Result<Score, Vec<Gate>> {
    let failed = failed_gates(gates);
    if !failed.is_empty() {
        return Err(failed);
    }
    let named = [
        (FactorName::Depth, &inputs.depth),
        (FactorName::Fit, &inputs.fit),
        (FactorName::Connector, &inputs.connector),
        (FactorName::Timing, &inputs.timing),
        (FactorName::Quality, &inputs.quality),
    ];
    let mut factors: Vec<Factor> = named
        .into_iter()
        .zip(exponents.0)
        .map(|((name, input), exponent)| factor(name, input, exponent))
        .collect();
    let ln_total: f64 = factors.iter().map(|factor| factor.ln_contribution).sum();
    let exact = 100.0 * ln_total.exp();
    let total_tenths = tenths(exact);
    share_out(&mut factors, ln_total, 1_000 - total_tenths);
    Ok(Score { total_tenths, exact, factors })
}

fn factor(name: FactorName, input: &Input, exponent: f64) -> Factor {
    // An undefined value counts as the least one.
    let value = if input.value.is_nan() { FACTOR_MIN } else { input.value.clamp(FACTOR_MIN, 1.0) };
    Factor {
        name,
        value,
        exponent,
        ln_contribution: exponent * value.ln(),
        points_tenths: 0,
        basis: input.basis,
        evidence: input.evidence.clone(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the value is between 0 and 100")]
fn tenths(points: f64) -> i32 {
    (points * 10.0).round() as i32
}

/// Shares the lost points out in proportion to the logarithms, by the method of the largest
/// remainder, so that the rows add up to the total to the last tenth.
#[expect(clippy::cast_possible_truncation, reason = "a share is between 0 and 1000")]
fn share_out(factors: &mut [Factor], ln_total: f64, lost: i32) {
    if ln_total >= 0.0 {
        return;
    }
    let mut remainders = Vec::with_capacity(factors.len());
    let mut left = lost;
    for (index, factor) in factors.iter_mut().enumerate() {
        let share = f64::from(lost) * factor.ln_contribution / ln_total;
        let whole = share.floor() as i32;
        factor.points_tenths = -whole;
        left -= whole;
        remainders.push((share - share.floor(), index));
    }
    remainders.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, index) in remainders.into_iter().cycle().take(usize::try_from(left).unwrap_or(0)) {
        factors[index].points_tenths -= 1;
    }
}

#[cfg(test)]
mod tests;
