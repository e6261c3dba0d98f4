//! Lengths of clocks: `2h working`, `24h clock`, `3d working`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::PERIOD_MINUTES_MAX;

/// Which minutes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// Only the working hours of whoever must act; a day has eight.
    Working,
    /// All; a day has 24 hours.
    Clock,
}

/// The length of a clock. In TOML and JSON: `"2h working"`, `"24h clock"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Period {
    minutes: u32,
    counts: Counts,
}

/// Why a period does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Not a number with a unit.
    #[error("write a number and m, h or d, such as \"30m\", \"2h working\" or \"24h clock\"")]
    Malformed,
    /// Zero, or above the bound.
    #[error("a clock runs from one minute to 90 days")]
    OutOfRange,
}

impl Period {
    /// A period of so many minutes of that kind.
    ///
    /// # Errors
    /// [`PeriodError::OutOfRange`] for zero and for more than 90 days.
    pub fn new(minutes: u32, counts: Counts) -> Result<Self, PeriodError> {
        if minutes == 0 || minutes > PERIOD_MINUTES_MAX {
            return Err(PeriodError::OutOfRange);
        }
        Ok(Self { minutes, counts })
    }

    /// Length in minutes of its own kind.
    #[must_use]
    pub fn minutes(self) -> u32 {
        self.minutes
    }

    /// Which minutes count.
    #[must_use]
    pub fn counts(self) -> Counts {
        self.counts
    }

    /// Reads a period; without a word for the kind it is `default`.
    ///
    /// # Errors
    /// [`PeriodError`].
    pub fn read(text: &str, default: Counts) -> Result<Self, PeriodError> {
        let mut words = text.split_whitespace();
        let amount = words.next().ok_or(PeriodError::Malformed)?;
        let counts = match words.next() {
            None => default,
            Some("working") => Counts::Working,
            Some("clock") => Counts::Clock,
            Some(_) => return Err(PeriodError::Malformed),
        };
        if words.next().is_some() {
            return Err(PeriodError::Malformed);
        }
        let digits = amount.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let each = match (&amount[digits.len()..], counts) {
            ("m", _) => 1,
            ("h", _) => 60,
            ("d", Counts::Working) => Self::WORKING_DAY_MINUTES,
            ("d", Counts::Clock) => 24 * 60,
            _ => return Err(PeriodError::Malformed),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PeriodError::Malformed);
        }
        let number: u32 = digits.parse().map_err(|_| PeriodError::OutOfRange)?;
        Self::new(number.checked_mul(each).ok_or(PeriodError::OutOfRange)?, counts)
    }

    /// Minutes of one working day.
    pub const WORKING_DAY_MINUTES: u32 = 8 * 60;
    /// One working day.
    pub const WORKING_DAY: Self =
        Self { minutes: Self::WORKING_DAY_MINUTES, counts: Counts::Working };

    /// About how long it takes by the wall clock, to compare periods of both kinds: 40 working
    /// hours stand for a week of 168.
    #[must_use]
    pub fn about_clock_minutes(self) -> u32 {
        match self.counts {
            Counts::Clock => self.minutes,
            Counts::Working => self.minutes.saturating_mul(21) / 5,
        }
    }

    /// For people: `2 working hours`, `24 hours`, `1 working day`.
    #[must_use]
    pub fn words(self) -> String {
        let kind = if self.counts == Counts::Working { "working " } else { "" };
        let day = Self::WORKING_DAY_MINUTES;
        let (number, unit) = match self.minutes {
            minutes if self.counts == Counts::Working && minutes.is_multiple_of(day) => {
                (minutes / day, "day")
            }
            minutes if minutes.is_multiple_of(60) => (minutes / 60, "hour"),
            minutes => (minutes, "minute"),
        };
        let plural = if number == 1 { "" } else { "s" };
        format!("{number} {kind}{unit}{plural}")
    }
}

impl fmt::Display for Period {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.counts == Counts::Working { "working" } else { "clock" };
        if self.minutes.is_multiple_of(60) {
            write!(out, "{}h {kind}", self.minutes / 60)
        } else {
            write!(out, "{}m {kind}", self.minutes)
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        Self::read(text, Counts::Working)
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_and_write() {
        for (text, written, words) in [
            ("2h", "2h working", "2 working hours"),
            ("24h clock", "24h clock", "24 hours"),
            ("1d", "8h working", "1 working day"),
            ("90m working", "90m working", "90 working minutes"),
            ("1d clock", "24h clock", "24 hours"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period.to_string(), written);
            assert_eq!(period.words(), words);
            assert_eq!(written.parse(), Ok(period));
        }
        for bad in ["", "h", "2", "2 h", "-1h", "2h often", "2h clock now", "2é", "1w"] {
            assert_eq!(bad.parse::<Period>(), Err(PeriodError::Malformed), "{bad}");
        }
        for bad in ["0h", "91d clock", "99999999999h", "4294967295d"] {
            assert_eq!(bad.parse::<Period>(), Err(PeriodError::OutOfRange), "{bad}");
        }
    }
}
