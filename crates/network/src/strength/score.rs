//! From events to a score per ordered pair.

use super::formula::{ANSWERS_IN_7_DAYS, ANSWERS_IN_24_HOURS, STILL_WRITES_IN_90_DAYS};
use super::pairs::{Pair, for_each_pair, name_order, people};
use super::tier::GAP_AFTER_DAYS;
use super::{DAY, Signals, Tier};
use crate::events::{EventLog, Provenance};

/// The strength of one directed tie at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct TieScore {
    /// Who asks; a number of the log.
    pub from: u32,
    /// Who answers.
    pub to: u32,
    /// P(answers within 7 days), `0..=1`.
    pub in_7_days: f64,
    /// P(answers within 24 hours), `0..=1`.
    pub in_24_hours: f64,
    /// P(writes within 90 days), `0..=1`.
    pub keeps_90_days: f64,
    /// The word for it.
    pub tier: Tier,
    /// The surest source among the events of the two.
    pub provenance: Provenance,
    /// What the formula read.
    pub signals: Signals,
    /// How many events there are between the two, both ways.
    pub events: u32,
}

/// All scores of a log.
#[derive(Debug, Default)]
pub struct ScoreBook {
    /// In the order of names.
    pub scores: Vec<TieScore>,
    /// Events not before the moment asked about.
    pub events_later: u64,
}

/// Scores every ordered pair that had contact, either way, in the 365 days before `as_of` (seconds
/// since 1970). Only what happened before that moment is read.
#[must_use]
pub fn score(log: &EventLog, as_of: i64) -> ScoreBook {
    let order = name_order(log);
    let people = people(log, &order, as_of);
    let mut scores = Vec::new();
    for_each_pair(log, &order, as_of, |pair| {
        let Pair { low, high, low_to_high, high_to_low } = pair;
        let all = || low_to_high.iter().chain(high_to_low);
        let last = all().map(|event| event.at).max();
        if last.is_none_or(|last| as_of - last > GAP_AFTER_DAYS * DAY) {
            return;
        }
        let provenance = all().map(|event| event.provenance).max().unwrap_or(Provenance::Inferred);
        let events = all().count() as u32;
        for (from, to, sent, received) in
            [(*low, *high, low_to_high, high_to_low), (*high, *low, high_to_low, low_to_high)]
        {
            let signals = Signals::read(sent, received, &people[to as usize], as_of);
            let in_7_days = ANSWERS_IN_7_DAYS.probability(&signals);
            // Whoever answers within a day answers within seven.
            let in_24_hours = ANSWERS_IN_24_HOURS.probability(&signals).min(in_7_days);
            scores.push(TieScore {
                from,
                to,
                in_7_days,
                in_24_hours,
                keeps_90_days: STILL_WRITES_IN_90_DAYS.probability(&signals),
                tier: Tier::of(in_24_hours, in_7_days),
                provenance,
                signals,
                events,
            });
        }
    });
    let place = |person: u32| order[person as usize];
    scores.sort_unstable_by_key(|score| (place(score.from), place(score.to)));
    let events_later = log.events.iter().filter(|event| event.at >= as_of).count() as u64;
    ScoreBook { scores, events_later }
}
