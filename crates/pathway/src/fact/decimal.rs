//! Exact decimal numbers with four places, so that `>= 0.7` means the same on every machine.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number in ten-thousandths; magnitude at most 10^12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i64);

impl Decimal {
    /// Ten-thousandths in one.
    pub const SCALE: i64 = 10_000;
    /// Largest magnitude of the whole part.
    pub const WHOLE_MAX: i64 = 1_000_000_000_000;

    /// A whole number; clamped to ±[`Self::WHOLE_MAX`].
    #[must_use]
    pub const fn whole(number: i64) -> Self {
        let clamped = if number > Self::WHOLE_MAX {
            Self::WHOLE_MAX
        } else if number < -Self::WHOLE_MAX {
            -Self::WHOLE_MAX
        } else {
            number
        };
        Self(clamped * Self::SCALE)
    }

    /// From a count of ten-thousandths; clamped to the range.
    #[must_use]
    pub const fn from_units(units: i64) -> Self {
        let max = Self::WHOLE_MAX * Self::SCALE;
        Self(if units > max {
            max
        } else if units < -max {
            -max
        } else {
            units
        })
    }

    /// The count of ten-thousandths.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }

    /// True when there is no fraction.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.0 % Self::SCALE == 0
    }

    /// The nearest decimal of a finite float; none for infinities and NaN.
    #[must_use]
    pub fn from_f64(number: f64) -> Option<Self> {
        let scaled = (number * Self::SCALE as f64).round();
        let max = (Self::WHOLE_MAX * Self::SCALE) as f64;
        (scaled.is_finite() && scaled.abs() <= max).then_some(Self(scaled as i64))
    }

    /// As a float, for formulas.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs();
        let scale = Self::SCALE.unsigned_abs();
        let (whole, fraction) = (units / scale, units % scale);
        if fraction == 0 {
            return write!(out, "{sign}{whole}");
        }
        let digits = format!("{fraction:04}");
        write!(out, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// Why a number could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not digits with an optional sign and fraction.
    #[error("not a number")]
    NotANumber,
    /// More than four places after the point.
    #[error("more than four decimal places")]
    TooFine,
    /// Beyond ±10^12.
    #[error("larger than 1,000,000,000,000")]
    TooLarge,
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain: String = whole.chars().filter(|c| *c != '_').collect();
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if plain.is_empty() || !all_digits(&plain) || !all_digits(fraction) {
            return Err(DecimalError::NotANumber);
        }
        if digits.ends_with('.') {
            return Err(DecimalError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 4 {
            return Err(DecimalError::TooFine);
        }
        let whole: i64 = plain.parse().map_err(|_| DecimalError::TooLarge)?;
        if whole > Self::WHOLE_MAX {
            return Err(DecimalError::TooLarge);
        }
        let fraction: i64 = format!("{fraction:0<4}").parse().unwrap_or(0);
        let units = whole * Self::SCALE + fraction;
        Ok(Self::from_units(if negative { -units } else { units }))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_whole() {
            serializer.serialize_i64(self.0 / Self::SCALE)
        } else {
            serializer.serialize_f64(self.to_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Self::from_f64(number).ok_or_else(|| serde::de::Error::custom("number out of range"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_number_agree() {
        for text in ["0", "-1", "0.35", "2000", "1000000000000", "-0.0001", "12.5"] {
            let number: Decimal = text.parse().unwrap();
            assert_eq!(number.to_string(), text);
        }
        assert_eq!("2_000".parse::<Decimal>(), Ok(Decimal::whole(2_000)));
        assert_eq!("0.00001".parse::<Decimal>(), Err(DecimalError::TooFine));
        assert_eq!("9999999999999".parse::<Decimal>(), Err(DecimalError::TooLarge));
        for bad in ["", "-", ".", "1.", "--1", "1e3", "_", "1.2.3"] {
            assert_eq!(bad.parse::<Decimal>(), Err(DecimalError::NotANumber), "{bad}");
        }
    }

    #[test]
    fn json_keeps_the_decimal_exactly() {
        for units in [0, 1, -1, 3_500, 9_999, 123_456_789, -10_000] {
            let number = Decimal::from_units(units);
            let json = serde_json::to_string(&number).unwrap();
            assert_eq!(serde_json::from_str::<Decimal>(&json).unwrap(), number, "{json}");
        }
    }
}
