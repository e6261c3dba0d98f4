//! The chance that something has happened by a given age, when many cases are still young.
//!
//! A plain share of those who got there counts the youngest as failures. The product-limit
//! estimator (Kaplan and Meier 1958) takes every case for as long as it was watched.

use serde::Serialize;

use crate::rate::{Rate, Z_95};

/// One case: watched for so long, until it happened or until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// How long until it happened, or how long it was watched in vain; not negative.
    pub after: i64,
    /// Whether it happened.
    pub happened: bool,
}

/// The chance that it has happened by some age.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Chance {
    /// All cases.
    pub cases: u64,
    /// In how many it happened by that age.
    pub happened: u64,
    /// How many were watched for the whole time without it.
    pub watched: u64,
    /// The chance, `0..=1`.
    pub share: f64,
    /// Lower end of the interval of 95 %, `0..=1`.
    pub low: f64,
    /// Upper end of the interval of 95 %, `0..=1`.
    pub high: f64,
}

/// The chance that it has happened at or before `age`. None when nobody was watched that long and
/// it had not happened to all of them: then nothing is known about that age.
///
/// Variance after Greenwood (1926), interval on the scale of log(-log S) (Kalbfleisch and Prentice
/// 1980, section 1.4); where the chance is 0 or 1 that scale ends, and the score interval of the
/// cases that were watched or happened stands in.
#[must_use]
pub fn chance_by(observations: &[Observation], age: i64) -> Option<Chance> {
    let mut sorted = observations.to_vec();
    // At the same age what happened comes before what was only watched until then.
    sorted.sort_unstable_by_key(|o| (o.after, !o.happened));
    let watched = sorted.iter().filter(|o| o.after > age || (!o.happened && o.after == age));
    let watched = watched.count() as u64;
    let (mut left, mut still, mut greenwood, mut happened) = (sorted.len(), 1.0, 0.0, 0_u64);
    for group in sorted.chunk_by(|a, b| a.after == b.after) {
        if group[0].after > age {
            break;
        }
        let events = group.iter().filter(|o| o.happened).count();
        let (d, n) = (events as f64, left as f64);
        still *= 1.0 - d / n;
        greenwood += if events == left { 0.0 } else { d / (n * (n - d)) };
        happened += events as u64;
        left -= group.len();
    }
    if watched == 0 && (still > 0.0 || happened == 0) {
        return None;
    }
    let (low, high) = interval(still, greenwood, happened, watched)?;
    let cases = sorted.len() as u64;
    Some(Chance { cases, happened, watched, share: 1.0 - still, low, high })
}

/// The interval of 1 - S.
fn interval(still: f64, greenwood: f64, happened: u64, watched: u64) -> Option<(f64, f64)> {
    if still <= 0.0 || still >= 1.0 {
        return Rate::new(happened, happened + watched).interval();
    }
    let half = Z_95 * greenwood.sqrt() / still.ln().abs();
    Some((1.0 - still.powf((-half).exp()), 1.0 - still.powf(half.exp())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn case(after: i64, happened: bool) -> Observation {
        Observation { after, happened }
    }

    /// Weeks in remission of 21 patients under 6-mercaptopurine (Freireich et al. 1963), the
    /// example of most textbooks; figures as printed there.
    #[test]
    fn the_textbook_example_comes_out() {
        let relapsed = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        let watched = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let cases: Vec<Observation> = relapsed
            .iter()
            .map(|w| case(*w, true))
            .chain(watched.iter().map(|w| case(*w, false)))
            .collect();
        for (week, still) in
            [(5, 1.0), (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (23, 0.448)]
        {
            let chance = chance_by(&cases, week).unwrap();
            assert!((1.0 - chance.share - still).abs() < 6e-4, "week {week}: {chance:?}");
        }
        let ten = chance_by(&cases, 10).unwrap();
        assert!((1.0 - ten.high - 0.5032).abs() < 1e-3, "{ten:?}");
        assert!((1.0 - ten.low - 0.8894).abs() < 1e-3, "{ten:?}");
        assert_eq!(chance_by(&cases, 36), None, "nobody was watched that long");
    }

    #[test]
    fn without_young_cases_it_is_the_plain_share() {
        let cases = [case(3, true), case(9, false), case(9, false), case(4, true)];
        let chance = chance_by(&cases, 5).unwrap();
        assert!((chance.share - 0.5).abs() < 1e-12);
        assert_eq!((chance.happened, chance.watched), (2, 2));
        assert_eq!(chance_by(&[], 5), None);
    }

    proptest! {
        #[test]
        fn it_never_falls_with_age_and_stays_in_its_interval(
            ages in prop::collection::vec((0_i64..50, any::<bool>()), 1..60),
        ) {
            let cases: Vec<Observation> = ages.iter().map(|(a, h)| case(*a, *h)).collect();
            let mut before = 0.0;
            for age in 0..50 {
                let Some(chance) = chance_by(&cases, age) else { continue };
                prop_assert!(chance.share >= before - 1e-12);
                prop_assert!(chance.low <= chance.share + 1e-9);
                prop_assert!(chance.share <= chance.high + 1e-9);
                prop_assert!((0.0..=1.0).contains(&chance.low) && chance.high <= 1.0 + 1e-12);
                before = chance.share;
            }
        }
    }
}
