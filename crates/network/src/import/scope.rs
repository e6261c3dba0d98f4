//! Who is in scope: people with at least so many messages within so many years.

use std::collections::HashMap;

use super::Observation;
use crate::events::{Kind, number_of};

/// Days in a year, on average.
const YEAR_SECONDS: i64 = 31_556_952;

/// The rule. Two messages in three years unless set otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeRule {
    /// At least so many messages between the two, both ways together.
    pub messages_min: u32,
    /// Within so many years before the import.
    pub years: u32,
}

impl Default for ScopeRule {
    fn default() -> Self {
        Self { messages_min: 2, years: 3 }
    }
}

impl ScopeRule {
    /// The first moment of the window that ends at `as_of`.
    #[must_use]
    pub fn earliest(&self, as_of: i64) -> i64 {
        as_of - i64::from(self.years) * YEAR_SECONDS
    }
}

/// Counts contacts between people as they stream by: eight bytes and a count per pair.
#[derive(Debug, Default)]
pub struct Scope {
    by_pair: HashMap<u64, u32>,
}

impl Scope {
    /// Counts one observation. Meetings, introductions and what people state count as enough by
    /// themselves, since nobody is invited by accident.
    pub fn count(&mut self, seen: &Observation) {
        let worth = if matches!(seen.kind, Kind::Message | Kind::Activity) { 1 } else { u32::MAX };
        let count = self.by_pair.entry(pair(seen)).or_default();
        *count = count.saturating_add(worth);
    }

    /// Whether the two of an observation are in scope, by all that was counted.
    #[must_use]
    pub fn holds(&self, seen: &Observation, rule: ScopeRule) -> bool {
        self.by_pair.get(&pair(seen)).is_some_and(|&count| count >= rule.messages_min)
    }
}

fn pair(seen: &Observation) -> u64 {
    let (low, high) =
        if seen.from <= seen.to { (&seen.from, &seen.to) } else { (&seen.to, &seen.from) };
    number_of(&(low, high))
}
