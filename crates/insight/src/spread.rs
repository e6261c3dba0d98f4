//! How durations spread: quarters, median and the slow end.

use serde::Serialize;

/// Quantiles of a set of numbers, in the unit of the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// How many numbers.
    pub cases: u64,
    /// A quarter is at or below.
    pub lower_quarter: f64,
    /// Half is at or below.
    pub median: f64,
    /// Three quarters are at or below.
    pub upper_quarter: f64,
    /// Nine of ten are at or below.
    pub ninth_tenth: f64,
}

impl Spread {
    /// Of these numbers; none without one.
    #[must_use]
    pub fn of(numbers: impl IntoIterator<Item = i64>) -> Option<Self> {
        let mut sorted: Vec<i64> = numbers.into_iter().collect();
        sorted.sort_unstable();
        Some(Self {
            cases: sorted.len() as u64,
            lower_quarter: quantile(&sorted, 0.25)?,
            median: quantile(&sorted, 0.5)?,
            upper_quarter: quantile(&sorted, 0.75)?,
            ninth_tenth: quantile(&sorted, 0.9)?,
        })
    }
}

/// The quantile of ascending numbers at `share` (`0..=1`), linear between neighbours: type 7 of
/// Hyndman and Fan (1996), what spreadsheets compute. None without a number.
#[must_use]
pub fn quantile(ascending: &[i64], share: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = place.floor();
    let (low, high) = (ascending[below as usize], ascending[(below as usize + 1).min(last)]);
    Some(low as f64 + (place - below) * (high as f64 - low as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: of 1, 2, 4, 8, 16 the places are 1, 2, 3 and 3.6.
    #[test]
    fn quantiles_are_linear_between_neighbours() {
        let spread = Spread::of([16, 1, 8, 2, 4]).unwrap();
        assert_eq!(spread.cases, 5);
        assert_eq!((spread.lower_quarter, spread.median, spread.upper_quarter), (2.0, 4.0, 8.0));
        assert!((spread.ninth_tenth - 12.8).abs() < 1e-9);
        assert_eq!(quantile(&[1, 2], 0.5), Some(1.5));
        assert_eq!(quantile(&[7], 0.9), Some(7.0));
        assert_eq!(Spread::of([]), None);
    }
}
