//! The referral score: a product of five factors, so that one poor factor counts.
//!
//! `R = 100 · D^a · F^b · C^c · T^d · Q^e`, each factor in 0.05..=1, exponents from the document
//! and adding up to 1. Depth and fit have no fair default, so without them there is no score.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Pathway;
use crate::fact::{Decimal, Fact, Facts, Value};
use crate::when::{Derived, Truth};

/// Least value of a factor: a poor one counts, but does not wipe out the rest.
const FACTOR_MIN: f64 = 0.05;
/// Share of the fit table's weight that must be known before fit is more than a guess.
const KNOWN_SHARE_MIN: f64 = 0.5;

/// The score and everything it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreSheet {
    /// 0..=100 with one decimal; none when depth or fit is unknown.
    pub score: Option<Decimal>,
    /// 0..=100 with one decimal; none when too little of the table is known.
    pub fit: Option<Decimal>,
    /// The five factors.
    pub factors: Vec<FactorTrace>,
    /// The rows of the fit table.
    pub rows: Vec<FitTrace>,
}

/// One factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorTrace {
    /// `depth`, `fit`, `acceptance`, `timing`, `quality`.
    pub factor: Arc<str>,
    /// 0.05..=1; none when unknown.
    pub value: Option<Decimal>,
    /// Its exponent.
    pub exponent: Decimal,
    /// Points lost by it, zero or negative; all add up to score − 100. None without a score.
    pub points: Option<Decimal>,
    /// Where the value comes from.
    pub why: Arc<str>,
}

/// One row of the fit table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitTrace {
    /// The row.
    pub name: Arc<str>,
    /// Its condition.
    pub when: Arc<str>,
    /// Its weight.
    pub weight: u32,
    /// Whether it held.
    pub result: Truth,
}

/// Depth by a person's own rating of the tie; it stands before anything observed, since software
/// cannot see the quality of a relationship.
#[must_use]
pub fn depth_of_rating(rating: &str) -> Option<f64> {
    match rating {
        "strong" => Some(0.9),
        "medium" => Some(0.6),
        "weak" => Some(0.3),
        _ => None,
    }
}

/// Timing so many days after a trigger: `2^(-days/90)`, never below the 0.4 of no trigger at all.
#[must_use]
pub fn timing_after_days(days: f64) -> f64 {
    (-days / 90.0).exp2().max(0.4)
}

/// The sheet, and fit and score as facts for the rules. A given fit stands before the table's.
pub(super) fn sheet_of(pathway: &Pathway, facts: &Facts) -> (ScoreSheet, Derived) {
    let mut derived = Derived::default();
    let (rows, table_fit, fit_why) = fit(pathway, facts);
    let given = facts.number("fit").map(|given| given.to_f64() / 100.0);
    let (fit, fit_why) = match given {
        Some(given) => (Some(given), "given with the referral".into()),
        None => (table_fit, fit_why),
    };
    let parts = [
        ("depth", depth(facts), pathway.exponents.depth),
        ("fit", (fit, fit_why), pathway.exponents.fit),
        ("acceptance", acceptance(facts), pathway.exponents.acceptance),
        ("timing", timing(facts), pathway.exponents.timing),
        ("quality", quality(facts), pathway.exponents.quality),
    ];
    let loss = |value: f64, exponent: Decimal| exponent.to_f64() * value.ln();
    let total: Option<f64> = parts
        .iter()
        .map(|(_, (value, _), exponent)| Some(loss(bounded((*value)?), *exponent)))
        .sum();
    let score = total.map(|total| 100.0 * total.exp());
    // ln-contributions share out the points lost.
    let share = |value: f64, exponent: Decimal| match (score, total) {
        (Some(score), Some(total)) if total < 0.0 => {
            tenth((score - 100.0) * loss(value, exponent) / total)
        }
        (Some(_), _) => Some(Decimal::default()),
        _ => None,
    };
    let factors = parts.into_iter().map(|(factor, (value, why), exponent)| FactorTrace {
        factor: factor.into(),
        value: value.map(bounded).and_then(hundredth),
        exponent,
        points: value.and_then(|value| share(bounded(value), exponent)),
        why,
    });
    let sheet = ScoreSheet {
        factors: factors.collect(),
        score: score.and_then(tenth),
        fit: fit.and_then(|fit| tenth(fit * 100.0)),
        rows,
    };
    for (name, value) in [("fit", sheet.fit), ("score", sheet.score)] {
        if let Some(value) = value {
            let fact = Fact { value: Value::Number(value), source: "this pathway".into() };
            derived.set(name, fact);
        }
    }
    (sheet, derived)
}

fn bounded(value: f64) -> f64 {
    value.clamp(FACTOR_MIN, 1.0)
}

fn tenth(value: f64) -> Option<Decimal> {
    Decimal::from_f64((value * 10.0).round() / 10.0)
}

fn hundredth(value: f64) -> Option<Decimal> {
    Decimal::from_f64((value * 100.0).round() / 100.0)
}

type Part = (Option<f64>, Arc<str>);

/// Share of the known weight whose rows hold; unknown rows count on neither side.
fn fit(pathway: &Pathway, facts: &Facts) -> (Vec<FitTrace>, Option<f64>, Arc<str>) {
    let nothing = Derived::default();
    let mut rows = Vec::with_capacity(pathway.fit.len());
    let (mut all, mut known, mut good) = (0_u32, 0_u32, 0_u32);
    let (mut hold, mut unknown) = (0, 0);
    for row in &pathway.fit {
        let result = row.when.decide(facts, &nothing);
        all += row.weight;
        match result {
            Truth::True => {
                known += row.weight;
                good += row.weight;
                hold += 1;
            }
            Truth::False => known += row.weight,
            Truth::Unknown => unknown += 1,
        }
        rows.push(FitTrace {
            name: Arc::clone(&row.name),
            when: Arc::clone(&row.when.text),
            weight: row.weight,
            result,
        });
    }
    if all == 0 {
        return (rows, None, "the fit table is empty".into());
    }
    let why = format!("{hold} of {} rows hold, {unknown} unknown", pathway.fit.len());
    let enough = f64::from(known) >= KNOWN_SHARE_MIN * f64::from(all);
    let fit = enough.then(|| f64::from(good) / f64::from(known));
    (rows, fit, why.into())
}

fn depth(facts: &Facts) -> Part {
    if let Some(rating) = facts.text("rating") {
        return (depth_of_rating(rating), ["rated ", rating, " by the referrer"].concat().into());
    }
    match facts.number("depth") {
        Some(depth) => (Some(depth.to_f64()), "observed contact".into()),
        None => (None, "neither rated nor observed".into()),
    }
}

/// `(accepted + 3) / (asked + 5)` over 24 months: a newcomer starts at 0.6.
fn acceptance(facts: &Facts) -> Part {
    match (facts.number("accepted"), facts.number("asked")) {
        (Some(accepted), Some(asked)) => {
            let value = (accepted.to_f64() + 3.0) / (asked.to_f64() + 5.0);
            (Some(value), format!("{accepted} of {asked} asks accepted in 24 months").into())
        }
        _ => (Some(0.6), "no history; a newcomer's value".into()),
    }
}

fn timing(facts: &Facts) -> Part {
    match facts.number("trigger_age") {
        Some(days) => {
            (Some(timing_after_days(days.to_f64())), format!("trigger {days} days ago").into())
        }
        None if facts.get("trigger").is_some() => (Some(1.0), "trigger now".into()),
        None => (Some(0.4), "no trigger".into()),
    }
}

fn quality(facts: &Facts) -> Part {
    match facts.number("verified_share") {
        Some(share) => {
            let percent = (share.to_f64() * 100.0).round();
            (Some(share.to_f64()), format!("{percent}% of contact fields verified").into())
        }
        None => (Some(FACTOR_MIN), "no contact field verified yet".into()),
    }
}
