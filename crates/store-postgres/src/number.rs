//! `NUMERIC`, which PostgreSQL gives back for the sum of a `BIGINT` column.

use std::error::Error;

use tokio_postgres::types::{FromSql, Type};
use warmpath_store::Value;

/// A whole number that fits becomes an integer, anything else a double.
pub(crate) struct Number(pub(crate) Value);

const NEGATIVE: u16 = 0x4000;
const NOT_A_NUMBER: u16 = 0xC000;
const INFINITE: u16 = 0xD000;
const INFINITE_BELOW: u16 = 0xF000;

impl<'a> FromSql<'a> for Number {
    /// Eight bytes (count of digits, weight of the first, sign, scale), then digits to the base
    /// 10,000, each 16 bits, big-endian.
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let words: Vec<u16> =
            raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        let [count, weight, sign, _scale, digits @ ..] = words.as_slice() else {
            return Err("a NUMERIC is shorter than its head".into());
        };
        if digits.len() != usize::from(*count) || !raw.len().is_multiple_of(2) {
            return Err("a NUMERIC has a wrong length".into());
        }
        let value = match *sign {
            NOT_A_NUMBER => Value::Double(f64::NAN),
            INFINITE => Value::Double(f64::INFINITY),
            INFINITE_BELOW => Value::Double(f64::NEG_INFINITY),
            sign => finite(digits, i32::from(*weight as i16), sign == NEGATIVE),
        };
        Ok(Self(value))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }
}

fn finite(digits: &[u16], weight: i32, is_negative: bool) -> Value {
    whole(digits, weight)
        .map(|size| if is_negative { -size } else { size })
        .and_then(|size| i64::try_from(size).ok())
        .map_or_else(|| Value::Double(double(digits, weight, is_negative)), Value::Int)
}

/// The size, if it has no fraction and at most 28 decimal digits.
fn whole(digits: &[u16], weight: i32) -> Option<i128> {
    if digits.is_empty() {
        return Some(0);
    }
    let groups = usize::try_from(weight + 1).ok()?;
    if groups > 7 || digits.iter().skip(groups).any(|digit| *digit != 0) {
        return None;
    }
    let digit = |place: usize| digits.get(place).copied().map_or(0, i128::from);
    Some((0..groups).fold(0, |size, place| size * 10_000 + digit(place)))
}

fn double(digits: &[u16], weight: i32, is_negative: bool) -> f64 {
    let size: f64 = (weight.saturating_sub(digits.len() as i32) + 1..=weight)
        .rev()
        .zip(digits)
        .map(|(power, digit)| f64::from(*digit) * 10_000_f64.powi(power))
        .sum();
    if is_negative { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(weight: i16, sign: u16, digits: &[u16]) -> Value {
        let head = [digits.len() as u16, weight as u16, sign, 0];
        let raw: Vec<u8> = head.iter().chain(digits).flat_map(|w| w.to_be_bytes()).collect();
        Number::from_sql(&Type::NUMERIC, &raw).expect("a good number").0
    }

    #[test]
    fn whole_numbers_are_integers() {
        assert_eq!(read(0, 0, &[]), Value::Int(0));
        assert_eq!(read(0, 0, &[42]), Value::Int(42));
        assert_eq!(read(1, 0, &[3]), Value::Int(30_000));
        assert_eq!(read(1, NEGATIVE, &[12, 3456]), Value::Int(-123_456));
        let max = read(4, 0, &[922, 3372, 368, 5477, 5807]);
        assert_eq!(max, Value::Int(i64::MAX));
        let min = read(4, NEGATIVE, &[922, 3372, 368, 5477, 5808]);
        assert_eq!(min, Value::Int(i64::MIN));
    }

    #[test]
    fn the_rest_is_a_double() {
        assert_eq!(read(0, 0, &[1, 5000]), Value::Double(1.5));
        assert_eq!(read(-1, NEGATIVE, &[2500]), Value::Double(-0.25));
        assert_eq!(
            read(4, 0, &[922, 3372, 368, 5477, 5808]),
            Value::Double(9.223_372_036_854_776e18)
        );
        assert!(matches!(read(0, NOT_A_NUMBER, &[]), Value::Double(v) if v.is_nan()));
        assert!(Number::from_sql(&Type::NUMERIC, &[0, 1, 0]).is_err());
    }
}
