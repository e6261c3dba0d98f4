//! How strong a tie is, as three probabilities that read off what happened.
//!
//! A tie is directed: *from* asks, *to* answers. [`score`] turns events into one [`TieScore`] per
//! ordered pair; [`Signals`] are the ten inputs it reads, [`Formula`] the weights, [`Tier`] the
//! words people use.

mod calibration;
mod evidence;
mod formula;
mod pairs;
mod refit;
mod score;
mod signals;
mod tier;

pub use calibration::{Calibration, NotCalibrated, OUTCOMES_MIN, calibration_error};
pub use evidence::{EVIDENCE_MAX, Term, TieEvidence, evidence};
pub use formula::{ANSWERS_IN_7_DAYS, ANSWERS_IN_24_HOURS, Formula, STILL_WRITES_IN_90_DAYS};
pub use pairs::PersonSignals;
pub use refit::{JUDGED_AFTER_DAYS, Levels, Outcomes, outcomes};
pub use score::{ScoreBook, TieScore, score};
pub use signals::{INPUT_NAMES, INPUTS, Signals};
pub use tier::{GAP_AFTER_DAYS, MEDIUM_FROM, STRONG_FROM, Tier};

/// Seconds in a day.
pub const DAY: i64 = 86_400;
