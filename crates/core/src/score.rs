//! The priority score of a referral: a published formula, explained factor by factor.
//!
//! `R = 100 · D^0.35 · F^0.30 · C^0.15 · T^0.10 · Q^0.10`, each factor in `0.05..=1`. Gates come
//! first: a referral that fails one has no score. The product lets one poor factor count; the
//! logarithms make it a waterfall. From 100 points each factor takes its share away, and what is
//! left is the total, exactly, in tenths of a point.

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
    // max and min turn an undefined value into the least one, which clamp would not.
    let value = input.value.max(FACTOR_MIN).min(1.0);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OPEN: GateFacts = GateFacts {
        basis_is_live: true,
        excluded: false,
        opportunity_open: false,
        connector_open_asks: 0,
        connector_open_asks_max: 2,
        compliance_hold: false,
    };

    fn inputs(values: [f64; 5]) -> Inputs {
        let [depth, fit, connector, timing, quality] = values.map(|value| Input {
            value,
            basis: Basis::Observed,
            evidence: "three meetings this year".to_owned(),
        });
        Inputs { depth, fit, connector, timing, quality }
    }

    fn scored(values: [f64; 5]) -> Score {
        score(&OPEN, &inputs(values), &Exponents::default()).unwrap()
    }

    #[test]
    fn the_formula_gives_what_a_pocket_calculator_gives() {
        assert_eq!(scored([1.0; 5]).total_tenths, 1_000);
        assert_eq!(scored([0.0; 5]).total_tenths, 50);
        // 100 · 0.9^0.35 · 0.8^0.3 · 0.6^0.15 · 0.4^0.1 · 1
        assert_eq!(scored([0.9, 0.8, 0.6, 0.4, 1.0]).total_tenths, 762);
        let poor = scored([0.05, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!((poor.total_tenths, poor.factors[0].points_tenths), (350, -650));
    }

    #[test]
    fn gates_come_first_and_each_has_its_reason() {
        let shut = GateFacts {
            basis_is_live: false,
            excluded: true,
            opportunity_open: true,
            connector_open_asks: 2,
            connector_open_asks_max: 2,
            compliance_hold: true,
        };
        let failed = score(&shut, &inputs([1.0; 5]), &Exponents::default()).unwrap_err();
        assert_eq!(failed.len(), 5);
        assert!(failed.iter().all(|gate| gate.why().ends_with('.')));
    }

    #[test]
    fn the_parts_follow_their_definitions() {
        assert!((depth(&[(Interaction::Meeting, 180.0)], 3, 3) - 0.221_199).abs() < 1e-5);
        assert!((depth(&[(Interaction::Meeting, 0.0)], 4, 0) - 0.196_735).abs() < 1e-5);
        assert!((connector_record(0, 0) - 0.6).abs() < 1e-12);
        assert!((connector_record(9, 2) - 1.0).abs() < 1e-12);
        assert!((timing(Some(90.0)) - 0.5).abs() < 1e-12);
        assert!((timing(None) - 0.4).abs() < 1e-12);
        assert!((quality(1, 4) - 0.25).abs() < 1e-12);
        assert!(quality(1, 0) == 0.0);
    }

    #[test]
    fn exponents_that_make_no_sense_are_refused() {
        assert!(Exponents::new([0.0; 5]).is_err());
        assert!(Exponents::new([-0.1, 1.0, 1.0, 1.0, 1.0]).is_err());
        assert!(serde_json::from_str::<Exponents>("[0.2,0.2,0.2,0.2,0.2]").is_ok());
        assert!(serde_json::from_str::<Exponents>("[0,0,0,0,0]").is_err());
    }

    proptest! {
        #[test]
        fn the_rows_add_up_to_the_total(
            values in prop::array::uniform5(-0.5_f64..1.5),
            exponents in prop::array::uniform5(0.01_f64..2.0),
        ) {
            let exponents = Exponents::new(exponents).unwrap();
            let score = score(&OPEN, &inputs(values), &exponents).unwrap();
            let rows: i32 = score.factors.iter().map(|factor| factor.points_tenths).sum();
            prop_assert_eq!(1_000 + rows, score.total_tenths);
            prop_assert!(score.factors.iter().all(|factor| factor.points_tenths <= 0));
            let ln: f64 = score.factors.iter().map(|factor| factor.ln_contribution).sum();
            prop_assert!((100.0 * ln.exp() - score.exact).abs() < 1e-9);
            prop_assert!((0..=1_000).contains(&score.total_tenths));
        }

        #[test]
        fn a_better_factor_never_lowers_the_score(
            values in prop::array::uniform5(0.0_f64..1.0), index in 0_usize..5, more in 0.0_f64..1.0,
        ) {
            let mut better = values;
            better[index] = (better[index] + more).min(1.0);
            prop_assert!(scored(better).exact >= scored(values).exact - 1e-12);
        }
    }
}
