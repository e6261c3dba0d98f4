//! Yearly repetition, computed year by year.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

use super::Years;

/// Most repetitions of a stated `COUNT`.
const COUNT_MAX: i16 = 300;

/// `FREQ=YEARLY`, on the start's own date, or on the n-th weekday of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    interval: i16,
    count: Option<i16>,
    until: Option<Date>,
    month: Option<i8>,
    day: Option<DayOfMonth>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DayOfMonth {
    Number(i8),
    /// `-1` is the last one of the month.
    Nth(i8, Weekday),
}

impl Rule {
    /// Nothing for every rule that is not simple and yearly.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts: BTreeMap<String, String> = BTreeMap::new();
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=')?;
            let old = parts.insert(key.to_ascii_uppercase(), value.to_ascii_uppercase());
            if old.is_some() {
                return None;
            }
        }
        if parts.remove("FREQ")? != "YEARLY" {
            return None;
        }
        // The week's first day makes no difference to a yearly rule without week numbers.
        parts.remove("WKST");
        let interval = number(parts.remove("INTERVAL"), 1..=50)?.unwrap_or(1);
        let count = number(parts.remove("COUNT"), 1..=COUNT_MAX)?;
        let until = match parts.remove("UNTIL") {
            Some(text) => Some(Date::strptime("%Y%m%d", text.get(..8)?).ok()?),
            None => None,
        };
        let month = number(parts.remove("BYMONTH"), 1..=12)?.and_then(|m| i8::try_from(m).ok());
        let by_number = number(parts.remove("BYMONTHDAY"), 1..=31)?;
        let by_number = by_number.and_then(|d| i8::try_from(d).ok()).map(DayOfMonth::Number);
        let by_weekday = match parts.remove("BYDAY") {
            Some(text) => Some(nth_weekday(&text)?),
            None => None,
        };
        let is_simple = parts.is_empty()
            && !(by_number.is_some() && by_weekday.is_some())
            && !(count.is_some() && until.is_some())
            // The n-th weekday of a year is not of a month.
            && !(by_weekday.is_some() && month.is_none());
        let day = by_number.or(by_weekday);
        is_simple.then_some(Self { interval, count, until, month, day })
    }

    /// The first days of all repetitions that can touch the years; nothing if the start itself
    /// does not follow the rule.
    pub(super) fn starts(&self, start: Date, years: Years) -> Option<Vec<Date>> {
        if self.in_year(start, start.year()) != Some(start) {
            return None;
        }
        let mut starts = Vec::new();
        let mut counted = 0;
        // A long event may begin in the year before; the table of years ends at 2199.
        for year in (start.year()..=years.last).step_by(usize::try_from(self.interval).ok()?) {
            let Some(date) = self.in_year(start, year) else { continue };
            counted += 1;
            if self.count.is_some_and(|count| counted > count)
                || self.until.is_some_and(|until| date > until)
            {
                break;
            }
            if year >= years.first - 1 {
                starts.push(date);
            }
        }
        Some(starts)
    }

    fn in_year(&self, start: Date, year: i16) -> Option<Date> {
        let month = self.month.unwrap_or(start.month());
        match self.day.unwrap_or(DayOfMonth::Number(start.day())) {
            DayOfMonth::Number(day) => Date::new(year, month, day).ok(),
            DayOfMonth::Nth(nth, weekday) => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
            }
        }
    }
}

/// Outer nothing: present and wrong. Inner nothing: absent.
fn number(text: Option<String>, range: std::ops::RangeInclusive<i16>) -> Option<Option<i16>> {
    let Some(text) = text else { return Some(None) };
    let is_plain = text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse::<i16>().ok().filter(|n| is_plain && range.contains(n)).map(Some)
}

fn nth_weekday(text: &str) -> Option<DayOfMonth> {
    let (nth, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = match day {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    let nth = nth.strip_prefix('+').unwrap_or(nth).parse::<i8>().ok()?;
    (nth == -1 || (1..=5).contains(&nth)).then_some(DayOfMonth::Nth(nth, weekday))
}
