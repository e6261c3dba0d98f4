//! Telephone numbers: the national digits, however they were written.
//!
//! A full numbering-plan library answers more, but costs tens of microseconds a number; identity
//! needs only that two spellings of one line meet.

use super::place::Countries;

/// Fewest digits that can tell one line from another.
pub const DIGITS_MIN: usize = 6;
/// Last digits that are compared: enough for a line, too few to hold a calling code.
pub const DIGITS_KEPT: usize = 9;

/// The last digits of the national number, or an empty text for junk.
///
/// `country` is an ISO 3166-1 alpha-2 code in lower case, or empty when unknown.
pub fn normalise(text: &str, country: &str) -> String {
    let mut digits = String::with_capacity(16);
    let mut plus = false;
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => plus = true,
            // An extension dialled inside the company is not part of the line.
            'x' | 'X' | '#' if digits.len() >= DIGITS_MIN => break,
            _ => {}
        }
    }
    let mut rest = digits.as_str();
    if let Some(after) = rest.strip_prefix("00") {
        rest = after;
        plus = true;
    }
    let countries = Countries::shipped();
    if plus {
        rest = countries.without_calling_code(rest);
    } else if let Some(dial) = countries.dial(country)
        && rest.len() > DIGITS_KEPT
        && let Some(after) = rest.strip_prefix(dial)
    {
        rest = after;
    }
    let rest = rest.trim_start_matches('0');
    if rest.len() < DIGITS_MIN || is_junk(rest) {
        return String::new();
    }
    rest[rest.len().saturating_sub(DIGITS_KEPT)..].to_owned()
}

/// All digits equal, a run up or down, or the fictional 555 numbers.
fn is_junk(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let steps = |step: i16| bytes.windows(2).all(|w| i16::from(w[1]) - i16::from(w[0]) == step);
    steps(0) || steps(1) || steps(-1) || bytes.iter().filter(|b| **b == b'5').count() >= 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_line_meet() {
        let expected = normalise("+49 236 4401123", "");
        for text in ["0049 236 4401 123", "(0236) 4401-123", "0236/4401123", "492364401123"] {
            assert_eq!(normalise(text, "de"), expected, "{text}");
        }
        for text in ["+1 (650) 253-0000", "650-253-0000", "1-650-253-0000", "650.253.0000"] {
            assert_eq!(normalise(text, "us"), "502530000", "{text}");
        }
        for junk in ["0000000000", "123456789", "n/a", "+1 555 555 5555", "12"] {
            assert_eq!(normalise(junk, "us"), "", "{junk}");
        }
    }
}
