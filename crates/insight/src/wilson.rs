//! The interval of a share that was counted in few cases.

/// Where a share lies with 95 % confidence, `0.0..=1.0` each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The score interval of Wilson (1927) for `hits` out of `n`, at 95 %; none without cases. It stays
/// inside 0 and 1 and holds its level for small samples, where the plain normal interval does not.
///
/// ```
/// use warmpath_insight::wilson;
/// let interval = wilson(8, 10).unwrap();
/// assert!((interval.low - 0.4902).abs() < 1e-4 && (interval.high - 0.9433).abs() < 1e-4);
/// assert!(wilson(0, 0).is_none());
/// ```
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
pub fn wilson(hits: u64, n: u64) -> Option<Interval> {
    if n == 0 {
        return None;
    }
    let (n, share) = (n as f64, hits.min(n) as f64 / n as f64);
    let scale = 1.0 + Z * Z / n;
    let middle = (share + Z * Z / (2.0 * n)) / scale;
    let reach = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    Some(Interval { low: (middle - reach).max(0.0), high: (middle + reach).min(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_the_share_and_stays_within_bounds() {
        for n in 1..=60 {
            for hits in 0..=n {
                let Interval { low, high } = wilson(hits, n).unwrap();
                let share =
                    f64::from(u32::try_from(hits).unwrap()) / f64::from(u32::try_from(n).unwrap());
                assert!((0.0..=share + 1e-12).contains(&low), "{hits}/{n}: {low}");
                assert!((share - 1e-12..=1.0).contains(&high), "{hits}/{n}: {high}");
            }
        }
    }

    #[test]
    fn nothing_out_of_ten_is_not_nothing() {
        // 1 - 0.7225 by the closed form z²/(n+z²).
        let interval = wilson(0, 10).unwrap();
        assert!(interval.low.abs() < 1e-12);
        assert!((interval.high - 0.277_53).abs() < 1e-4);
    }
}
