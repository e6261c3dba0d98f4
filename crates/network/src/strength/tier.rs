//! The words people use for the strength of a tie, and what each promises.

use super::DAY;

/// A tier. Strong ties answer within a day, medium ones within a week, weak ones need to be warmed
/// up first; a gap is unknown, which is not the same as no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// P(answers within 24 hours) is at least .45.
    Strong,
    /// P(answers within 7 days) is at least .40.
    Medium,
    /// Some contact within the last 365 days.
    Weak,
    /// No contact within 365 days: unknown.
    Gap,
}

/// P(24 h) from which a tie is strong.
pub const STRONG_FROM: f64 = 0.45;
/// P(7 d) from which a tie is medium.
pub const MEDIUM_FROM: f64 = 0.40;
/// Contact older than this leaves a gap.
pub const GAP_AFTER_DAYS: i64 = 365;

impl Tier {
    /// The tier of a pair with contact in the last 365 days.
    #[must_use]
    pub fn of(in_24_hours: f64, in_7_days: f64) -> Self {
        if in_24_hours >= STRONG_FROM {
            Self::Strong
        } else if in_7_days >= MEDIUM_FROM {
            Self::Medium
        } else {
            Self::Weak
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Medium => "medium",
            Self::Weak => "weak",
            Self::Gap => "gap",
        }
    }

    /// How soon an introduction over such a tie can be expected: from and to, in seconds.
    #[must_use]
    pub fn activation(self) -> (i64, i64) {
        match self {
            Self::Strong => (DAY, 2 * DAY),
            Self::Medium => (3 * DAY, 7 * DAY),
            Self::Weak => (14 * DAY, 28 * DAY),
            Self::Gap => (28 * DAY, 56 * DAY),
        }
    }

    /// The promise in words.
    #[must_use]
    pub fn promise(self) -> &'static str {
        match self {
            Self::Strong => "24 to 48 hours",
            Self::Medium => "3 to 7 days",
            Self::Weak => "2 to 4 weeks, after a re-introduction",
            Self::Gap => "4 to 8 weeks, through somebody new",
        }
    }
}
