//! Sums of money, each currency for itself: nothing is converted, nothing is rounded.

use std::collections::BTreeMap;

use serde::Serialize;

/// The sum of a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Total {
    /// ISO 4217.
    pub currency: String,
    /// How many amounts.
    pub cases: u64,
    /// The sum in minor units (cents); stops at the ends of what 64 bits hold.
    pub minor: i64,
}

/// The sums of (currency, minor units), by currency.
pub fn totals<'a>(amounts: impl IntoIterator<Item = (&'a str, i64)>) -> Vec<Total> {
    let mut sums: BTreeMap<&str, (u64, i128)> = BTreeMap::new();
    for (currency, minor) in amounts {
        let sum = sums.entry(currency).or_default();
        sum.0 += 1;
        sum.1 += i128::from(minor);
    }
    sums.into_iter()
        .map(|(currency, (cases, sum))| Total {
            currency: currency.to_owned(),
            cases,
            minor: sum.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_never_mixed() {
        let found = totals([("EUR", 150), ("USD", 7), ("EUR", -50), ("EUR", i64::MAX)]);
        assert_eq!(found[0], Total { currency: "EUR".into(), cases: 3, minor: i64::MAX });
        assert_eq!(found[1], Total { currency: "USD".into(), cases: 1, minor: 7 });
    }
}
