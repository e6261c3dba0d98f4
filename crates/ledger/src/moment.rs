//! Times of entries: microseconds since 1970 in the program, RFC 3339 with six decimals in the log.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

static PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));

/// `1_700_000_000_000_001` becomes `2023-11-14T22:13:20.000001Z`. Nothing before 1970 or after the
/// year 9999 has a text.
pub(crate) fn to_text(at_us: i64) -> Option<String> {
    let timestamp = Timestamp::from_microsecond(at_us).ok().filter(|_| at_us >= 0)?;
    Some(PRINTER.timestamp_to_string(&timestamp))
}

/// The microseconds of a text that [`to_text`] could have written.
pub(crate) fn from_text(text: &str) -> Option<i64> {
    let at_us = text.parse::<Timestamp>().ok()?.as_microsecond();
    (to_text(at_us)? == text).then_some(at_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_exactly_one_text() {
        let at_us = 1_700_000_000_000_001;
        assert_eq!(to_text(at_us).as_deref(), Some("2023-11-14T22:13:20.000001Z"));
        assert_eq!(from_text("2023-11-14T22:13:20.000001Z"), Some(at_us));
        for other in [
            "2023-11-14T22:13:20.00000100Z",
            "2023-11-14T23:13:20.000001+01:00",
            "2023-11-14t22:13:20.000001z",
            "2023-11-14T22:13:20Z",
        ] {
            assert_eq!(from_text(other), None, "{other}");
        }
        assert_eq!(to_text(-1), None);
        assert_eq!(to_text(i64::MAX), None);
    }
}
