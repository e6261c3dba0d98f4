//! The model: m- and u-probabilities of every level, and how likely two records match at all.
//!
//! A model is a readable JSON file with a version. Weights are in bits (log2 of m over u); they and
//! the prior add up to the log2 odds that two records are one entity.

use serde::{Deserialize, Serialize};

use crate::compare::levels::Context;
use crate::compare::{Comparison, Outcome, Plan, level_of};
use crate::error::Error;

/// Version of the file format.
pub const FORMAT: u32 = 1;

/// Probabilities of one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelModel {
    /// The level in words.
    pub label: String,
    /// P(level | same entity), within its context, 0..=1.
    pub m: f64,
    /// P(level | different entities), within its context, 0..=1.
    pub u: f64,
    /// Where rarity counts: bits to take off because values agree more often in this context than
    /// their frequencies say. 0 elsewhere.
    #[serde(default)]
    pub rarity_discount: f64,
    /// Bits that people's answers added, see [`crate::labels`].
    #[serde(default)]
    pub label_bits: f64,
}

/// All levels of one comparison, best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparisonModel {
    /// Name of the comparison.
    pub name: String,
    /// Its levels.
    pub levels: Vec<LevelModel>,
}

/// A trained model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// [`FORMAT`].
    pub format: u32,
    /// Records it was trained on.
    pub records: usize,
    /// P(two records taken at random are one entity), 0..=1.
    pub prior: f64,
    /// Answers of people it was corrected by.
    #[serde(default)]
    pub labels: usize,
    /// Bits that these added to the prior.
    #[serde(default)]
    pub prior_label_bits: f64,
    /// One entry per comparison of the plan.
    pub comparisons: Vec<ComparisonModel>,
}

impl Model {
    /// What general experience says, before any data.
    pub fn untrained(plan: &Plan, records: usize) -> Self {
        let comparisons = plan
            .comparisons
            .iter()
            .map(|comparison| ComparisonModel {
                name: comparison.name.clone(),
                levels: comparison
                    .levels
                    .iter()
                    .map(|l| LevelModel {
                        label: l.label.to_owned(),
                        m: l.m,
                        u: l.u,
                        rarity_discount: 0.0,
                        label_bits: 0.0,
                    })
                    .collect(),
            })
            .collect();
        let prior = 1.0 / records.max(4) as f64;
        Self { format: FORMAT, records, prior, labels: 0, prior_label_bits: 0.0, comparisons }
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// Not JSON of this format, or a probability out of range.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let model: Self = serde_json::from_str(text).map_err(|e| Error::Model(e.to_string()))?;
        if model.format != FORMAT {
            return Err(Error::Model(format!("format {} is not {FORMAT}", model.format)));
        }
        let sound = |p: f64| p > 0.0 && p <= 1.0;
        let finite = |bits: f64| bits.is_finite() && bits.abs() <= 100.0;
        let levels = || model.comparisons.iter().flat_map(|c| &c.levels);
        if !sound(model.prior) || !levels().all(|level| sound(level.m) && sound(level.u)) {
            return Err(Error::Model("a probability is not above 0 and at most 1".to_owned()));
        }
        let corrections = levels().all(|l| finite(l.label_bits) && finite(l.rarity_discount));
        if !corrections || !finite(model.prior_label_bits) {
            return Err(Error::Model("a correction is not a number of bits".to_owned()));
        }
        Ok(model)
    }

    /// The model file.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Whether the model was made for this plan.
    ///
    /// # Errors
    /// Names the first comparison that does not fit.
    pub fn check(&self, plan: &Plan) -> Result<(), Error> {
        let fits = |(model, planned): (&ComparisonModel, &Comparison)| {
            model.name == planned.name && model.levels.len() == planned.levels.len()
        };
        if self.comparisons.len() != plan.comparisons.len() {
            let (have, want) = (self.comparisons.len(), plan.comparisons.len());
            return Err(Error::Model(format!(
                "it has {have} comparisons, the columns give {want}"
            )));
        }
        match self.comparisons.iter().zip(&plan.comparisons).find(|pair| !fits(*pair)) {
            Some((model, planned)) => Err(Error::Model(format!(
                "comparison {:?} stands where the columns give {:?}",
                model.name, planned.name
            ))),
            None => Ok(()),
        }
    }
}

/// Weights of a model, laid out for scoring.
#[derive(Clone, Debug)]
pub struct Weights {
    /// log2 odds of the prior.
    pub prior: f64,
    /// Bits per comparison and level; entry 0, for missing values, is 0.
    table: Vec<[f64; 16]>,
}

/// Most bits one comparison may speak for a match.
const BITS_FOR_MAX: f64 = 22.0;
/// Most bits one comparison may speak against a match.
const BITS_AGAINST_MAX: f64 = 9.0;

impl Weights {
    /// Works out the weights.
    pub fn new(plan: &Plan, model: &Model) -> Self {
        let mut table = vec![[0.0; 16]; plan.comparisons.len()];
        for (c, comparison) in plan.comparisons.iter().enumerate() {
            for (l, level) in comparison.levels.iter().enumerate() {
                let known = &model.comparisons[c].levels[l];
                // Where rarity counts, the surprise of the value itself takes the place of u.
                let u = if level.rarity { known.rarity_discount.exp2() } else { known.u };
                let learned = (known.m / u).log2().clamp(-BITS_AGAINST_MAX, BITS_FOR_MAX);
                table[c][l + 1] = learned + known.label_bits;
            }
        }
        let prior = (model.prior / (1.0 - model.prior).max(1e-12)).log2();
        Self { prior: prior + model.prior_label_bits, table }
    }

    /// Bits one comparison contributes.
    pub fn part(&self, outcome: &Outcome, comparison: usize) -> f64 {
        let level = outcome.levels[comparison];
        let rarity = f64::from(outcome.rarity[comparison]);
        (self.table[comparison][level as usize] + rarity).min(BITS_FOR_MAX)
    }

    /// log2 odds that the two records of an outcome are one entity.
    pub fn total(&self, outcome: &Outcome) -> f64 {
        let start = self.prior - outcome.taken_off();
        (0..self.table.len()).fold(start, |sum, c| sum + self.part(outcome, c))
    }

    /// log2 odds of a packed pattern whose rarities sum to `rarity` bits.
    pub fn of_pattern(&self, pattern: u128, rarity: f64) -> f64 {
        let levels = self.table.iter().enumerate();
        levels
            .fold(self.prior + rarity, |sum, (c, table)| sum + table[level_of(pattern, c) as usize])
    }
}

/// Probability behind log2 odds.
pub fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// Levels, from 1, of one context of a comparison.
pub(crate) fn levels_in(comparison: &Comparison, context: Context) -> Vec<usize> {
    let levels = comparison.levels.iter().enumerate();
    levels.filter(|(_, level)| level.context == context).map(|(l, _)| l + 1).collect()
}

/// Contexts of a comparison, each once.
pub(crate) fn contexts_of(comparison: &Comparison) -> Vec<Context> {
    let mut contexts: Vec<Context> = comparison.levels.iter().map(|level| level.context).collect();
    contexts.sort_unstable();
    contexts.dedup();
    contexts
}
