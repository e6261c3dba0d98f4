//! Dates of birth, broken ones included.

/// A date in parts; 0 where a part is unknown. Parts may be out of range (`1852-86-30`): a typing
/// error is evidence too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateParts {
    /// Year, 0 when unknown.
    pub year: u16,
    /// Month, 1..=12 when sound.
    pub month: u8,
    /// Day, 1..=31 when sound.
    pub day: u8,
}

impl DateParts {
    /// Days since the year 0 on a calendar of 365.25-day years: good for distances only.
    pub fn days(self) -> i32 {
        i32::from(self.year) * 1461 / 4 + i32::from(self.month) * 3044 / 100 + i32::from(self.day)
    }

    /// Eight digits, year first.
    pub fn canonical(self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month, self.day)
    }
}

/// Reads year-first, day-first, month-first and named-month dates; `None` for anything else.
///
/// Two-digit years up to 30 are taken as 20xx. With slashes the month stands first unless it cannot;
/// with dots or dashes the day does.
pub fn parse(text: &str) -> Option<DateParts> {
    let text = text.trim();
    let text = text.split(['T', ' ']).next().filter(|t| t.len() >= 8).unwrap_or(text);
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|p| !p.is_empty()).collect();
    match parts.as_slice() {
        [one] if one.len() == 8 && one.bytes().all(|b| b.is_ascii_digit()) => {
            sound(one[..4].parse().ok()?, one[4..6].parse().ok()?, one[6..].parse().ok()?)
        }
        [one] if one.len() == 4 => sound(one.parse().ok()?, 0, 0),
        [year, month, day] if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => {
            sound(year.parse().ok()?, number_of(month)?, number_of(day)?)
        }
        [first, second, year] => {
            let year = full_year(year)?;
            if let Some(month) = month_named(second) {
                return sound(year, month, number_of(first)?);
            }
            if let Some(month) = month_named(first) {
                return sound(year, month, number_of(second)?);
            }
            let (first, second) = (number_of(first)?, number_of(second)?);
            let month_first = text.contains('/') && first <= 12 || second > 12;
            if month_first { sound(year, first, second) } else { sound(year, second, first) }
        }
        _ => None,
    }
}

fn sound(year: u16, month: u8, day: u8) -> Option<DateParts> {
    (year > 0 && month <= 99 && day <= 99).then_some(DateParts { year, month, day })
}

fn number_of(text: &str) -> Option<u8> {
    month_named(text).or_else(|| text.parse().ok())
}

fn full_year(text: &str) -> Option<u16> {
    let year: u16 = text.parse().ok()?;
    Some(match (text.len(), year) {
        (1 | 2, 0..=30) => 2000 + year,
        (2, _) => 1900 + year,
        _ => year,
    })
}

fn month_named(text: &str) -> Option<u8> {
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_ascii_lowercase();
    let three = lower.get(..3)?;
    NAMES.iter().position(|name| *name == three).map(|i| i as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_many_spellings() {
        for (text, expected) in [
            ("1852-06-30", "18520630"),
            ("1852-86-30", "18528630"),
            ("19020608", "19020608"),
            ("17-May-90", "19900517"),
            ("12/11/73", "19731211"),
            ("15/3/1992", "19920315"),
            ("31.12.1999", "19991231"),
            ("1999", "19990000"),
            ("1999-12-10T00:00:00Z", "19991210"),
        ] {
            assert_eq!(parse(text).map(DateParts::canonical).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(parse("tomorrow"), None);
        assert_eq!(parse("é-é-é"), None);
    }
}
