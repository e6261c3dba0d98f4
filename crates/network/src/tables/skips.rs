//! What a reader left out, and why.

use std::collections::BTreeMap;
use std::fmt;

/// Rows named one by one; the rest is only counted.
const SAMPLES_MAX: usize = 20;

/// Counts of what was left out, by reason, with the first few named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skips {
    by_reason: BTreeMap<&'static str, u64>,
    samples: Vec<SkippedRow>,
}

/// One thing left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedRow {
    /// Line, message, event or card, counted from one.
    pub place: u64,
    /// Why, in words.
    pub reason: &'static str,
}

impl Skips {
    /// Notes one thing left out.
    pub fn note(&mut self, place: u64, reason: &'static str) {
        *self.by_reason.entry(reason).or_default() += 1;
        if self.samples.len() < SAMPLES_MAX {
            self.samples.push(SkippedRow { place, reason });
        }
    }

    /// Adds what another reader left out.
    pub fn merge(&mut self, other: &Self) {
        for (reason, count) in &other.by_reason {
            *self.by_reason.entry(reason).or_default() += count;
        }
        let room = SAMPLES_MAX.saturating_sub(self.samples.len());
        self.samples.extend(other.samples.iter().take(room).cloned());
    }

    /// How many in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.by_reason.values().sum()
    }

    /// How many for one reason.
    #[must_use]
    pub fn count(&self, reason: &str) -> u64 {
        self.by_reason.get(reason).copied().unwrap_or(0)
    }

    /// Counts by reason.
    pub fn by_reason(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.by_reason.iter().map(|(reason, count)| (*reason, *count))
    }

    /// The first few, named.
    #[must_use]
    pub fn samples(&self) -> &[SkippedRow] {
        &self.samples
    }
}

impl fmt::Display for Skips {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (reason, count)) in self.by_reason().enumerate() {
            let first = self.samples.iter().find(|row| row.reason == reason);
            write!(f, "{}{count} {reason}", if at == 0 { "" } else { "; " })?;
            if let Some(row) = first {
                write!(f, " (first at {})", row.place)?;
            }
        }
        Ok(())
    }
}
