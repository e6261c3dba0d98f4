//! Probabilities and path values as whole numbers, so that the same ties give the same answer on
//! every machine, for any number of threads and after any order of updates.

use std::fmt;

/// One whole: a probability is a count of ten-thousandths.
pub const ONE: u16 = 10_000;

/// A probability in steps of 1/10,000, `0..=10_000`.
///
/// ```
/// use warmpath_network::Probability;
/// let p = Probability::from_f64(0.25).expect("in range");
/// assert_eq!(p.raw(), 2_500);
/// assert_eq!(p.to_f64(), 0.25);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Probability(u16);

impl Probability {
    /// Certainty.
    pub const ONE: Self = Self(ONE);
    /// Impossibility; a tie of this strength is no tie.
    pub const ZERO: Self = Self(0);

    /// Rounds to the nearest step; `None` outside `0.0..=1.0` or for NaN.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then(|| Self((value * f64::from(ONE)).round() as u16))
    }

    /// From a count of ten-thousandths; `None` above 10,000.
    #[must_use]
    pub fn from_raw(raw: u16) -> Option<Self> {
        (raw <= ONE).then_some(Self(raw))
    }

    /// Count of ten-thousandths.
    #[must_use]
    pub fn raw(self) -> u16 {
        self.0
    }

    /// As a fraction of one.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / f64::from(ONE)
    }
}

impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.4}", self.to_f64())
    }
}

/// The value of a path: the product of at most three tie probabilities and one willingness, exact,
/// in units of 1e-16. Four factors of at most 10,000 fill 10^16, which fits 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathValue(pub(crate) u64);

impl PathValue {
    /// No path.
    pub const ZERO: Self = Self(0);

    /// As a fraction of one.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e16
    }

    /// The exact count of 1e-16.
    #[must_use]
    pub fn raw(self) -> u64 {
        self.0
    }
}
