//! From a prior to a workspace's own level: a two-parameter step, once there are outcomes.
//!
//! P' = 1 / (1 + e^-(slope × logit P + level)) (Platt 1999), fitted by Newton's method with a weak
//! pull towards no change. How often people answer differs threefold between organisations; who
//! answers rather than who does not, hardly.

use thiserror::Error;

use super::formula::logistic;

/// Outcomes needed before a workspace leaves the prior.
pub const OUTCOMES_MIN: usize = 200;
/// The pull towards slope 1 and level 0, in units of one outcome.
const PULL: f64 = 1.0;
const STEPS_MAX: usize = 50;
/// Certainty is cut off here: a logit of 0 or 1 is infinite.
const PROBABILITY_MIN: f64 = 1e-6;

/// How a workspace's own outcomes bend the prior.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Factor of the log-odds; 1 leaves them.
    pub slope: f64,
    /// Added to the log-odds; 0 leaves them.
    pub level: f64,
    /// Outcomes it rests on.
    pub outcomes: usize,
}

/// Why there is no calibration.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NotCalibrated {
    /// Too few outcomes.
    #[error("not enough data: {have} outcomes, {OUTCOMES_MIN} are needed")]
    TooFew {
        /// How many there are.
        have: usize,
    },
    /// Everybody answered, or nobody did.
    #[error("not enough data: all outcomes are the same")]
    AllTheSame,
}

impl Calibration {
    /// The prior as it is.
    pub const NONE: Self = Self { slope: 1.0, level: 0.0, outcomes: 0 };

    /// Fits to pairs of predicted probability and what happened.
    ///
    /// # Errors
    /// With fewer than [`OUTCOMES_MIN`] outcomes, or when all are the same.
    pub fn fit(outcomes: &[(f64, bool)]) -> Result<Self, NotCalibrated> {
        if outcomes.len() < OUTCOMES_MIN {
            return Err(NotCalibrated::TooFew { have: outcomes.len() });
        }
        if outcomes.windows(2).all(|pair| pair[0].1 == pair[1].1) {
            return Err(NotCalibrated::AllTheSame);
        }
        let (mut slope, mut level) = (1.0, 0.0);
        for _ in 0..STEPS_MAX {
            // Gradient and Hessian of the penalised log-likelihood.
            let (mut g0, mut g1) = (PULL * (1.0 - slope), -PULL * level);
            let (mut h00, mut h01, mut h11) = (PULL, 0.0, PULL);
            for &(probability, answered) in outcomes {
                let x = logit(probability);
                let now = logistic(slope * x + level);
                let miss = f64::from(u8::from(answered)) - now;
                let weight = now * (1.0 - now);
                g0 += miss * x;
                g1 += miss;
                h00 += weight * x * x;
                h01 += weight * x;
                h11 += weight;
            }
            let determinant = h00 * h11 - h01 * h01;
            let step = ((g0 * h11 - g1 * h01) / determinant, (g1 * h00 - g0 * h01) / determinant);
            slope += step.0;
            level += step.1;
            if step.0.abs() + step.1.abs() < 1e-9 {
                break;
            }
        }
        Ok(Self { slope, level, outcomes: outcomes.len() })
    }

    /// The workspace's own probability.
    #[must_use]
    pub fn apply(&self, probability: f64) -> f64 {
        if self.outcomes == 0 {
            return probability;
        }
        logistic(self.slope * logit(probability) + self.level)
    }
}

fn logit(probability: f64) -> f64 {
    let p = probability.clamp(PROBABILITY_MIN, 1.0 - PROBABILITY_MIN);
    (p / (1.0 - p)).ln()
}

/// Expected calibration error over ten bins of equal count: how far, on average, what is promised
/// is from what happens.
#[must_use]
pub fn calibration_error(outcomes: &[(f64, bool)]) -> f64 {
    let mut sorted = outcomes.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let count = sorted.len();
    let bin = |at: usize| &sorted[at * count / 10..(at + 1) * count / 10];
    let miss = |bin: &[(f64, bool)]| {
        let promised: f64 = bin.iter().map(|(p, _)| p).sum();
        let happened = bin.iter().filter(|(_, answered)| *answered).count() as f64;
        (promised - happened).abs()
    };
    (0..10).map(|at| miss(bin(at))).sum::<f64>() / (count as f64).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_or_equal_outcomes_leave_the_prior() {
        let few = vec![(0.5, true); 199];
        assert_eq!(Calibration::fit(&few), Err(NotCalibrated::TooFew { have: 199 }));
        assert_eq!(Calibration::fit(&[(0.5, true); 200]), Err(NotCalibrated::AllTheSame));
        assert!((Calibration::NONE.apply(0.3) - 0.3).abs() < 1e-15);
    }

    #[test]
    fn a_workspace_that_answers_twice_as_often_is_found_out() {
        // Predicted 10 % to 40 %, happens at twice the rate.
        let outcomes: Vec<(f64, bool)> = (0..1_000)
            .map(|at| {
                let p = 0.1 + 0.3 * f64::from(at % 10) / 9.0;
                (p, f64::from((at / 10 * 37) % 100) < 200.0 * p)
            })
            .collect();
        let own = Calibration::fit(&outcomes).expect("enough outcomes");
        let after: Vec<_> = outcomes.iter().map(|&(p, y)| (own.apply(p), y)).collect();
        assert!(calibration_error(&outcomes) > 0.2);
        assert!(calibration_error(&after) < 0.05, "{own:?}");
        assert!(own.apply(0.2) < own.apply(0.3), "the order stays");
    }
}
