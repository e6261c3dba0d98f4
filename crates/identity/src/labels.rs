//! Learning from a person's yes and no: the same model, re-weighted.
//!
//! Labels come from a review queue, and what is put there is chosen by the score: they say little about
//! how often values agree in the whole file, but much about what the score should have been. So m and u
//! stay, and every level gets a correction in bits, found by logistic regression around the present
//! weights with a penalty on every move (a normal prior of mean 0). Selection by the score does not bias
//! it, few labels move little, and the corrections stand in the model file for everyone to read.

use crate::compare::{Outcome, Plan};
use crate::model::{Model, Weights};

/// An answer about two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// One record, by row.
    pub left: u32,
    /// The other.
    pub right: u32,
    /// Whether both are one entity.
    pub same: bool,
}

/// Pull of every correction towards none: about so many certain labels per squared bit.
const PENALTY: f64 = 0.5;
/// Most bits that labels may move a level or the prior.
const CORRECTION_MAX: f64 = 6.0;
/// Rounds of the regression.
const ROUNDS: usize = 200;

/// A model corrected by labelled pairs. Corrections of an earlier call are replaced.
pub fn reweight(plan: &Plan, model: &Model, labelled: &[(Outcome, bool)]) -> Model {
    let mut model = model.clone();
    for level in model.comparisons.iter_mut().flat_map(|c| &mut c.levels) {
        level.label_bits = 0.0;
    }
    (model.prior_label_bits, model.labels) = (0.0, labelled.len());
    if labelled.is_empty() {
        return model;
    }
    let weights = Weights::new(plan, &model);
    let start: Vec<f64> = labelled.iter().map(|(outcome, _)| weights.total(outcome)).collect();
    // One correction for the prior, then sixteen places per comparison.
    let places = 1 + 16 * plan.comparisons.len();
    let active = |outcome: &Outcome| -> Vec<usize> {
        let levels = outcome.levels[..plan.comparisons.len()].iter().enumerate();
        let used = levels.filter(|(_, level)| **level > 0);
        std::iter::once(0).chain(used.map(|(c, level)| 1 + 16 * c + *level as usize)).collect()
    };
    let rows: Vec<Vec<usize>> = labelled.iter().map(|(outcome, _)| active(outcome)).collect();
    let mut bits = vec![0.0f64; places];
    // Places of one pair move together, so each takes its share of the step.
    let share = rows.iter().map(Vec::len).max().unwrap_or(1) as f64;
    for _ in 0..ROUNDS {
        let (mut slope, mut bend) = (vec![0.0; places], vec![0.0; places]);
        for ((row, (_, same)), start) in rows.iter().zip(labelled).zip(&start) {
            let total = start + row.iter().map(|place| bits[*place]).sum::<f64>();
            let p = crate::model::probability(total);
            let wanted = f64::from(u8::from(*same));
            for place in row {
                slope[*place] += std::f64::consts::LN_2 * (wanted - p);
                bend[*place] += std::f64::consts::LN_2.powi(2) * p * (1.0 - p);
            }
        }
        for place in 0..places {
            let step = (slope[place] - PENALTY * bits[place]) / (share * bend[place] + PENALTY);
            bits[place] =
                (bits[place] + step.clamp(-1.0, 1.0) / 2.0).clamp(-CORRECTION_MAX, CORRECTION_MAX);
        }
    }
    // Rounded, so that the file reads well and the same everywhere.
    let rounded = |bits: f64| (bits * 1e4).round() / 1e4;
    model.prior_label_bits = rounded(bits[0]);
    for (c, comparison) in model.comparisons.iter_mut().enumerate() {
        for (l, level) in comparison.levels.iter_mut().enumerate() {
            level.label_bits = rounded(bits[1 + 16 * c + l + 1]);
        }
    }
    model
}
