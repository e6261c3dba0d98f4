//! Reads the whole-day events of a calendar file (RFC 5545).

use std::collections::BTreeSet;

use jiff::{ToSpan as _, civil::Date};

use super::{
    DAYS_MAX, EVENT_DAYS_MAX, EVENTS_MAX, Holiday, HolidayError, Problem, Years, name, problem,
    recurrence::Rule, text, tidy,
};

/// Deepest nesting of components.
const DEPTH_MAX: usize = 4;

/// Reads the holidays of the given years.
///
/// # Errors
/// [`HolidayError`] with the line of the first problem; nothing is taken from a file with one.
pub fn parse_ics(input: &[u8], years: Years) -> Result<Vec<Holiday>, HolidayError> {
    let lines = unfold(text(input)?);
    match lines.first() {
        Some(first) if first.text.trim_end().eq_ignore_ascii_case("BEGIN:VCALENDAR") => {}
        _ => return Err(problem(1, Problem::NotCalendar)),
    }
    let mut days = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut event = Event::default();
    let mut events = 0;
    for line in &lines {
        let property = property(line)?;
        match property.name.as_str() {
            "BEGIN" => {
                let component = property.value.trim().to_ascii_uppercase();
                if component == "VEVENT" {
                    events += 1;
                    event = Event { line: line.number, ..Event::default() };
                }
                if open.len() == DEPTH_MAX || events > EVENTS_MAX {
                    let what =
                        if events > EVENTS_MAX { Problem::TooMany } else { Problem::Nesting };
                    return Err(problem(line.number, what));
                }
                open.push(component);
            }
            "END" => {
                let component = property.value.trim().to_ascii_uppercase();
                if open.pop().as_ref() != Some(&component) {
                    return Err(problem(line.number, Problem::Nesting));
                }
                if component == "VEVENT" {
                    event.add_days(years, &mut days)?;
                }
                if days.len() > DAYS_MAX {
                    return Err(problem(line.number, Problem::TooMany));
                }
            }
            _ if open.last().is_some_and(|component| component == "VEVENT") => {
                event.take(&property, line.number)?;
            }
            _ => {}
        }
    }
    match lines.last() {
        Some(last) if !open.is_empty() => Err(problem(last.number, Problem::Nesting)),
        _ => Ok(tidy(days)),
    }
}

/// A content line with its folds undone.
struct Line {
    number: usize,
    text: String,
}

fn unfold(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (number, raw) in (1..).zip(text.lines()) {
        match (raw.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.text.push_str(rest),
            _ if raw.trim().is_empty() => {}
            _ => lines.push(Line { number, text: raw.to_owned() }),
        }
    }
    lines
}

struct Property {
    name: String,
    parameters: String,
    value: String,
}

/// Splits `NAME;PARAMETERS:value`; a colon inside quotes belongs to the parameters.
fn property(line: &Line) -> Result<Property, HolidayError> {
    let mut is_quoted = false;
    let colon = line.text.char_indices().find(|(_, c)| {
        is_quoted ^= *c == '"';
        *c == ':' && !is_quoted
    });
    let (at, _) = colon.ok_or_else(|| problem(line.number, Problem::Line))?;
    let (head, value) = (&line.text[..at], &line.text[at + 1..]);
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_name {
        return Err(problem(line.number, Problem::Line));
    }
    Ok(Property {
        name: name.to_ascii_uppercase(),
        parameters: parameters.to_ascii_uppercase(),
        value: value.to_owned(),
    })
}

/// What is known of one event while it is read.
#[derive(Default)]
struct Event {
    line: usize,
    start: Option<Date>,
    /// The day after the last one.
    end: Option<(Date, usize)>,
    /// `DURATION` in whole days.
    days: Option<(i32, usize)>,
    rule: Option<(Rule, usize)>,
    excepted: BTreeSet<Date>,
    summary: String,
    is_cancelled: bool,
}

impl Event {
    fn take(&mut self, property: &Property, line: usize) -> Result<(), HolidayError> {
        let value = property.value.trim();
        match property.name.as_str() {
            "DTSTART" if self.start.is_some() => Err(problem(line, Problem::Line)),
            "DTSTART" => {
                self.start = Some(whole_day(property, value, line)?);
                Ok(())
            }
            "DTEND" => {
                self.end = Some((whole_day(property, value, line)?, line));
                Ok(())
            }
            "DURATION" => {
                let days = value.strip_prefix('P').and_then(|rest| rest.strip_suffix('D'));
                let days = days.and_then(|days| days.parse::<i32>().ok());
                self.days = Some((days.ok_or_else(|| problem(line, Problem::TimeOfDay))?, line));
                Ok(())
            }
            "RRULE" if self.rule.is_some() => Err(problem(line, Problem::Recurrence)),
            "RRULE" => {
                let rule = Rule::parse(value).ok_or_else(|| problem(line, Problem::Recurrence))?;
                self.rule = Some((rule, line));
                Ok(())
            }
            "RDATE" | "EXRULE" => Err(problem(line, Problem::Recurrence)),
            "EXDATE" => {
                for one in value.split(',').take(EVENTS_MAX) {
                    self.excepted.insert(whole_day(property, one.trim(), line)?);
                }
                Ok(())
            }
            "STATUS" => {
                self.is_cancelled = value.eq_ignore_ascii_case("CANCELLED");
                Ok(())
            }
            "SUMMARY" => {
                self.summary = name(&unescaped(value));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn add_days(&self, years: Years, days: &mut Vec<Holiday>) -> Result<(), HolidayError> {
        let start = self.start.ok_or_else(|| problem(self.line, Problem::NoStart))?;
        let stated = self.end.map(|(end, line)| ((end - start).get_days(), line)).or(self.days);
        let length = match stated {
            None => 1,
            Some((length, line)) if length < 1 => {
                return Err(problem(line, Problem::EndBeforeStart));
            }
            Some((length, line)) if length > EVENT_DAYS_MAX => {
                return Err(problem(line, Problem::TooLong));
            }
            Some((length, _)) => length,
        };
        if self.is_cancelled {
            return Ok(());
        }
        let starts = match &self.rule {
            None => vec![start],
            Some((rule, line)) => {
                rule.starts(start, years).ok_or_else(|| problem(*line, Problem::Recurrence))?
            }
        };
        for first in starts.into_iter().filter(|first| !self.excepted.contains(first)) {
            let each = (0..length).filter_map(|offset| first.checked_add(offset.days()).ok());
            days.extend(
                each.filter(|date| years.holds(*date))
                    .map(|date| Holiday { date, name: self.summary.clone() }),
            );
        }
        Ok(())
    }
}

fn whole_day(property: &Property, value: &str, line: usize) -> Result<Date, HolidayError> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let has_time = value.get(8..).is_some_and(|rest| rest.starts_with('T'));
    if has_time || property.parameters.contains("VALUE=DATE-TIME") {
        return Err(problem(line, Problem::TimeOfDay));
    }
    let date = Date::strptime("%Y%m%d", value).ok().filter(|_| value.len() == 8 && digits(value));
    date.ok_or_else(|| problem(line, Problem::Date))
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push(' '),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
