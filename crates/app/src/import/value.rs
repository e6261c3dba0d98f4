//! Values of cells: days, money, counts, yes and no. What cannot be read is refused, never guessed.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use warmpath_core::contact::Country;

/// Reads a day or a moment: ISO 8601, `31.12.2026`, `12/31/2026`, with a time of day where there is
/// one. A day without a time is noon in the workspace's zone, so that no zone moves it to another.
pub(crate) fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let normal = text.replacen(' ', "T", 1);
    let (day, time) = normal.split_once('T').unwrap_or((&normal, ""));
    let date = date(day)?;
    let civil: DateTime = match time.trim() {
        "" => date.at(12, 0, 0, 0),
        time => date.to_datetime(clock(time)?),
    };
    civil.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

fn date(text: &str) -> Option<Date> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    let numbers = |separator: char| -> Option<[i16; 3]> {
        let parts: Vec<i16> =
            text.split(separator).map(str::parse).collect::<Result<_, _>>().ok()?;
        parts.try_into().ok()
    };
    if let Some([day, month, year]) = numbers('.') {
        return Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok();
    }
    let [month, day, year] = numbers('/')?;
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// `14:05`, `14:05:09`, `2:05 PM`.
fn clock(text: &str) -> Option<jiff::civil::Time> {
    let upper = text.to_uppercase();
    let (digits, half) = match upper.trim().rsplit_once(' ') {
        Some((digits, half @ ("AM" | "PM"))) => (digits.to_owned(), Some(half == "PM")),
        _ => (upper.clone(), None),
    };
    let parts: Vec<i8> =
        digits.split(':').map(|p| p.trim().parse()).collect::<Result<_, _>>().ok()?;
    let (hour, minute) = (*parts.first()?, *parts.get(1)?);
    let hour = match half {
        None => hour,
        Some(after_noon) if (1..=12).contains(&hour) => hour % 12 + if after_noon { 12 } else { 0 },
        Some(_) => return None,
    };
    jiff::civil::Time::new(hour, minute, parts.get(2).copied().unwrap_or(0), 0).ok()
}

/// Reads an amount as minor units of a currency with two decimals: `12,500.00`, `12.500,00`, `€ 900`.
pub(crate) fn money(text: &str) -> Option<i64> {
    let kept: String =
        text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
    if kept.len() < text.chars().filter(|c| c.is_alphanumeric()).count() {
        // Letters may only be a currency in front or behind.
        let letters: String = text.chars().filter(|c| c.is_alphabetic()).collect();
        if letters.len() != 3 {
            return None;
        }
    }
    let negative = kept.starts_with('-');
    let kept = kept.trim_start_matches('-');
    let place = kept.rfind(['.', ',']).filter(|at| (1..=2).contains(&(kept.len() - at - 1)));
    let (whole, part) = match place {
        Some(at) => (&kept[..at], &kept[at + 1..]),
        None => (kept, ""),
    };
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let minor = format!("{digits}{part:0<2}").parse::<i64>().ok().filter(|_| !digits.is_empty())?;
    Some(if negative { -minor } else { minor })
}

/// Reads a count: `1,200`, `1.200`, `250`.
pub(crate) fn count(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '.' | ' ' | '\'')).collect();
    digits.parse().ok().filter(|n: &i64| *n >= 0)
}

/// Reads yes or no.
pub(crate) fn flag(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" | "y" | "ja" => Some(true),
        "false" | "no" | "0" | "n" | "nein" => Some(false),
        _ => None,
    }
}

/// Reads a country by its code or its English name.
pub(crate) fn country(text: &str) -> Option<Country> {
    text.parse().ok().or_else(|| {
        let wanted = text.to_lowercase();
        Country::all().find(|c| c.name().to_lowercase() == wanted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_the_three_common_forms_are_one_day() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let wanted = moment("2026-02-28", &zone);
        assert_eq!(moment("28.02.2026", &zone), wanted);
        assert_eq!(moment("02/28/2026", &zone), wanted);
        assert_eq!(moment("2026-02-28 12:00", &zone), wanted);
        assert_eq!(moment("2/28/2026 12:00 PM", &zone), wanted);
        assert_eq!(moment("2026-02-28T11:00:00Z", &zone), wanted);
        assert_eq!(moment("31.02.2026", &zone), None, "February has no 31st");
        assert_eq!(moment("soon", &zone), None);
    }

    #[test]
    fn money_is_read_in_minor_units() {
        for text in ["12500", "12,500.00", "12.500,00", "EUR 12,500.00", "€12500.0"] {
            assert_eq!(money(text), Some(1_250_000), "{text}");
        }
        assert_eq!(money("-12.5"), Some(-1250));
        assert_eq!(money("1.200"), Some(120_000));
        assert_eq!(money("a lot"), None);
        assert_eq!(money(""), None);
    }
}
