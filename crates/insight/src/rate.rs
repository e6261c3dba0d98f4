//! A share of cases, with the interval that its number of cases allows.

use serde::Serialize;

/// Below this many cases a rate says less than the list of the cases.
pub const CASES_MIN: u64 = 20;

/// The 97.5 % quantile of the standard normal distribution, for intervals of 95 %.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(into = "Shown")]
pub struct Rate {
    hits: u64,
    of: u64,
}

/// What a program reads: the share and the interval are null where there is no case.
#[derive(Serialize)]
struct Shown {
    hits: u64,
    of: u64,
    share: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    enough: bool,
}

impl Rate {
    /// `hits` of `of`; more hits than cases count as all of them.
    #[must_use]
    pub fn new(hits: u64, of: u64) -> Self {
        Self { hits: hits.min(of), of }
    }

    /// How many of these are so.
    pub fn of<T>(all: impl IntoIterator<Item = T>, is_so: impl Fn(&T) -> bool) -> Self {
        let (mut hits, mut of) = (0, 0);
        for one in all {
            of += 1;
            hits += u64::from(is_so(&one));
        }
        Self { hits, of }
    }

    /// The cases that are so.
    #[must_use]
    pub fn hits(self) -> u64 {
        self.hits
    }

    /// All cases.
    #[must_use]
    pub fn cases(self) -> u64 {
        self.of
    }

    /// Whether there are enough cases to speak of a rate.
    #[must_use]
    pub fn is_enough(self) -> bool {
        self.of >= CASES_MIN
    }

    /// The share, `0..=1`; none without a case.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    /// The score interval of 95 % (Wilson 1927), low and high in `0..=1`; none without a case.
    /// Unlike the textbook interval it stays within 0 and 1 and is honest for few cases.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        let share = self.share()?;
        let n = self.of as f64;
        let z2 = Z_95 * Z_95;
        let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let spread = share * (1.0 - share) / n + z2 / (4.0 * n * n);
        let half = Z_95 / (1.0 + z2 / n) * spread.sqrt();
        // The ends are exact where nothing or everything is a hit; rounding must not blur them.
        let low = if self.hits == 0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if self.hits == self.of { 1.0 } else { (middle + half).min(1.0) };
        Some((low, high))
    }
}

impl From<Rate> for Shown {
    fn from(rate: Rate) -> Self {
        let interval = rate.interval();
        Self {
            hits: rate.hits,
            of: rate.of,
            share: rate.share(),
            low: interval.map(|(low, _)| low),
            high: interval.map(|(_, high)| high),
            enough: rate.is_enough(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(hits: u64, of: u64, low: f64, high: f64) {
        let found = Rate::new(hits, of).interval().unwrap();
        assert!((found.0 - low).abs() < 5e-5, "{hits}/{of}: low {}", found.0);
        assert!((found.1 - high).abs() < 5e-5, "{hits}/{of}: high {}", found.1);
    }

    /// The four examples of Newcombe (1998), table I, score method without correction.
    #[test]
    fn intervals_are_those_in_print() {
        check(81, 263, 0.2553, 0.3662);
        check(15, 148, 0.0624, 0.1605);
        check(0, 20, 0.0, 0.1611);
        check(1, 29, 0.0061, 0.1718);
    }

    /// Nothing out of ten is not nothing: its upper end is z²/(n + z²).
    #[test]
    fn nothing_in_few_cases_is_not_nothing() {
        check(0, 10, 0.0, 0.277_53);
        check(8, 10, 0.4902, 0.9433);
    }

    #[test]
    fn no_case_is_no_rate() {
        assert_eq!(Rate::new(0, 0).interval(), None);
        assert!(!Rate::new(19, 19).is_enough());
        assert!(Rate::new(0, 20).is_enough());
    }

    proptest! {
        #[test]
        fn the_share_lies_in_its_interval_and_more_cases_narrow_it(
            hits in 0_u64..500, more in 0_u64..500,
        ) {
            let rate = Rate::new(hits, (hits + more).max(1));
            let (low, high) = rate.interval().unwrap();
            let share = rate.share().unwrap();
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
            let tenfold = Rate::new(rate.hits() * 10, rate.cases() * 10).interval().unwrap();
            prop_assert!(tenfold.1 - tenfold.0 < high - low);
        }
    }
}
