//! A workspace's own levels, from its own past: what was promised half a year ago, held against what
//! happened since.
//!
//! [`outcomes`] scores every tie as of a past moment from what lay before it, and reads off the 90 days
//! after: was the first personal message answered within 7 days, within 24 hours; did they still
//! write. [`Levels::refit`] takes the last two such stretches and fits [`Calibration`] to each
//! probability. Nothing has to be noted by anybody for it, and below
//! [`OUTCOMES_MIN`](super::OUTCOMES_MIN) outcomes the prior stays.

use std::collections::{BTreeMap, BTreeSet};

use super::{Calibration, DAY, ScoreBook, Tier, score};
use crate::events::{EventLog, Kind, PERSONAL_RECIPIENTS_MAX};

/// Days from the moment of a promise until it is judged.
pub const JUDGED_AFTER_DAYS: i64 = 90;
/// How many such stretches of the past are read.
const STRETCHES: i64 = 2;
/// Whoever sent fewer messages in a year is not seen well enough to be judged.
const SENT_MIN: usize = 5;
/// An answer later than this is none.
const ANSWER_DAYS: i64 = 7;
/// A flatter slope says that the score does not sort this workspace at all; then the prior stays.
const SLOPE_MIN: f64 = 0.1;

/// What was promised, and whether it happened, for each of the three probabilities.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// P(answers within 7 days), of ties over which somebody was asked.
    pub in_7_days: Vec<(f64, bool)>,
    /// P(answers within 24 hours), of the same.
    pub in_24_hours: Vec<(f64, bool)>,
    /// P(writes within 90 days), of all ties.
    pub keeps_90_days: Vec<(f64, bool)>,
}

/// Own levels of the three probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// Of P(answers within 7 days).
    pub in_7_days: Calibration,
    /// Of P(answers within 24 hours).
    pub in_24_hours: Calibration,
    /// Of P(writes within 90 days).
    pub keeps_90_days: Calibration,
}

impl Levels {
    /// The prior as it is.
    pub const NONE: Self = Self {
        in_7_days: Calibration::NONE,
        in_24_hours: Calibration::NONE,
        keeps_90_days: Calibration::NONE,
    };

    /// Fits to the 180 days before `as_of` (seconds since 1970). A probability with too few outcomes
    /// keeps the prior.
    #[must_use]
    pub fn refit(log: &EventLog, as_of: i64) -> Self {
        let mut all = Outcomes::default();
        for stretch in (1..=STRETCHES).rev() {
            let then = as_of - stretch * JUDGED_AFTER_DAYS * DAY;
            let found = outcomes(log, then);
            all.in_7_days.extend(found.in_7_days);
            all.in_24_hours.extend(found.in_24_hours);
            all.keeps_90_days.extend(found.keeps_90_days);
        }
        Self::fit(&all)
    }

    /// Fits to outcomes.
    #[must_use]
    pub fn fit(all: &Outcomes) -> Self {
        let own = |outcomes: &[(f64, bool)]| {
            let fitted = Calibration::fit(outcomes).unwrap_or(Calibration::NONE);
            if fitted.slope >= SLOPE_MIN { fitted } else { Calibration::NONE }
        };
        Self {
            in_7_days: own(&all.in_7_days),
            in_24_hours: own(&all.in_24_hours),
            keeps_90_days: own(&all.keeps_90_days),
        }
    }

    /// Whether anything differs from the prior.
    #[must_use]
    pub fn is_own(&self) -> bool {
        *self != Self::NONE
    }

    /// Bends every score of a book, and names the tiers anew.
    pub fn apply(&self, book: &mut ScoreBook) {
        if !self.is_own() {
            return;
        }
        for tie in &mut book.scores {
            tie.in_7_days = self.in_7_days.apply(tie.in_7_days);
            tie.in_24_hours = self.in_24_hours.apply(tie.in_24_hours).min(tie.in_7_days);
            tie.keeps_90_days = self.keeps_90_days.apply(tie.keeps_90_days);
            tie.tier = Tier::of(tie.in_24_hours, tie.in_7_days);
        }
    }
}

/// What the prior promised at `then` (seconds since 1970), and what came of it in the 90 days after.
/// Nothing later is read.
#[must_use]
pub fn outcomes(log: &EventLog, then: i64) -> Outcomes {
    let until = then + JUDGED_AFTER_DAYS * DAY;
    let mut sent: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
    let mut first_ask: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    let mut wrote: BTreeMap<(u32, u32), Vec<i64>> = BTreeMap::new();
    for event in log.events().iter().filter(|event| event.kind == Kind::Message) {
        let ends = (event.from, event.to);
        if event.at < then {
            if event.at >= then - 365 * DAY {
                sent.entry(event.from).or_default().insert(event.message);
            }
        } else if event.at < until {
            wrote.entry(ends).or_default().push(event.at);
            // Only who had the whole time to answer is judged.
            let in_time = event.at < until - ANSWER_DAYS * DAY;
            if event.recipients <= PERSONAL_RECIPIENTS_MAX && in_time {
                let first = first_ask.entry(ends).or_insert(event.at);
                *first = (*first).min(event.at);
            }
        }
    }
    let mut found = Outcomes::default();
    for tie in score(log, then).scores {
        if sent.get(&tie.from).is_none_or(|messages| messages.len() < SENT_MIN) {
            continue;
        }
        let back = wrote.get(&(tie.to, tie.from));
        found.keeps_90_days.push((tie.keeps_90_days, back.is_some()));
        if let Some(&asked) = first_ask.get(&(tie.from, tie.to)) {
            let within = |days: i64| {
                let in_time = |&&at: &&i64| at > asked && at <= asked + days * DAY;
                back.is_some_and(|back| back.iter().any(|at| in_time(&at)))
            };
            found.in_7_days.push((tie.in_7_days, within(ANSWER_DAYS)));
            found.in_24_hours.push((tie.in_24_hours, within(1)));
        }
    }
    found
}
