//! Why two records are, or are not, one entity: a waterfall of weights that sums to the total.

use serde::Serialize;

use crate::compare::{CONTRADICTION_BITS, Plan, Subject};
use crate::features::{
    ADDRESS, COMPANY, DOMAIN, FAMILY, FIELDS, Features, GENERATION, GIVEN, MIDDLE,
};
use crate::model::{Model, Weights, probability};

/// One step of the waterfall.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// The comparison.
    pub comparison: String,
    /// The level reached, in words.
    pub level: String,
    /// P(level | same entity).
    pub m: f64,
    /// P(level | different entities).
    pub u: f64,
    /// Bits of surprise of the shared value, 0 where rarity does not count.
    pub rarity: f64,
    /// Bits added to the log2 odds.
    pub bits: f64,
    /// Normal form on the left.
    pub left: String,
    /// Normal form on the right.
    pub right: String,
}

/// A whole waterfall. `prior_bits` and the bits of all parts sum to `total_bits`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// log2 odds before anything is compared.
    pub prior_bits: f64,
    /// The steps; comparisons with a missing value are left out, for they add nothing.
    pub parts: Vec<Part>,
    /// log2 odds that both are one entity.
    pub total_bits: f64,
    /// The same as a probability, 0..=1.
    pub probability: f64,
}

/// Explains the score of two records.
pub fn explain(
    features: &Features,
    plan: &Plan,
    model: &Model,
    weights: &Weights,
    left: u32,
    right: u32,
) -> Explanation {
    let outcome = plan.compare(features, left, right);
    let mut parts = Vec::new();
    for (c, comparison) in plan.comparisons.iter().enumerate() {
        let Some(level) = usize::from(outcome.levels[c]).checked_sub(1) else { continue };
        let known = &model.comparisons[c].levels[level];
        parts.push(Part {
            comparison: comparison.name.clone(),
            level: known.label.clone(),
            m: known.m,
            u: known.u,
            rarity: f64::from(outcome.rarity[c]),
            bits: weights.part(&outcome, c),
            left: text_of(features, comparison.subject, left),
            right: text_of(features, comparison.subject, right),
        });
    }
    if outcome.contradictions > 0 {
        parts.push(Part {
            comparison: "contradictions".to_owned(),
            level: format!("{} between lasting facts", outcome.contradictions),
            m: 0.0,
            u: 0.0,
            rarity: 0.0,
            bits: -CONTRADICTION_BITS * f64::from(outcome.contradictions),
            left: String::new(),
            right: String::new(),
        });
    }
    if outcome.name_alone > 0.0 {
        parts.push(Part {
            comparison: "name alone".to_owned(),
            level: "nothing else agrees".to_owned(),
            m: 0.0,
            u: 0.0,
            rarity: 0.0,
            bits: -outcome.name_alone,
            left: String::new(),
            right: String::new(),
        });
    }
    let total_bits = weights.total(&outcome);
    let probability = probability(total_bits);
    Explanation { prior_bits: weights.prior, parts, total_bits, probability }
}

fn text_of(features: &Features, subject: Subject, record: u32) -> String {
    let cell = |position| features.cell(record, position);
    let names = &features.names;
    let organisations = &features.organisations;
    match subject {
        Subject::Given => names.pool.get(cell(GIVEN)).to_owned(),
        Subject::Family => names.pool.get(cell(FAMILY)).to_owned(),
        Subject::Middle => names.middles.get(cell(MIDDLE)).to_owned(),
        Subject::Generation => names.generations.get(cell(GENERATION)).to_owned(),
        Subject::Mail => organisations.addresses.get(cell(ADDRESS)).to_owned(),
        Subject::Field(i) => features.fields[i].pool.get(cell(FIELDS + i)).to_owned(),
        Subject::Organisation => {
            let company = organisations.companies.get(cell(COMPANY));
            let domain = organisations.domains.get(cell(DOMAIN));
            match (company, domain) {
                ("", domain) => domain.to_owned(),
                (company, "") => company.to_owned(),
                (company, domain) => format!("{company} ({domain})"),
            }
        }
    }
}
