//! A plain list: one date a line, a name behind it if wanted.

use jiff::civil::Date;

use super::{EVENTS_MAX, Holiday, HolidayError, Problem, name, problem, text, tidy};

/// Reads lines like `2026-12-25 Christmas Day` or `2026-12-25,Christmas Day`. Empty lines and
/// lines that start with `#` are skipped.
///
/// # Errors
/// [`HolidayError`] with the line of the first problem.
pub fn parse_list(input: &[u8]) -> Result<Vec<Holiday>, HolidayError> {
    let mut days = Vec::new();
    for (number, line) in (1..).zip(text(input)?.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if days.len() == EVENTS_MAX {
            return Err(problem(number, Problem::TooMany));
        }
        let end = line.find([' ', '\t', ',', ';']).unwrap_or(line.len());
        let (date, rest) = line.split_at(end);
        let rest = rest.trim_start_matches([' ', '\t', ',', ';']);
        days.push(Holiday { date: date_of(date, number)?, name: name(rest) });
    }
    Ok(tidy(days))
}

fn date_of(text: &str, line: usize) -> Result<Date, HolidayError> {
    let is_plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let date = text.parse::<Date>().ok().filter(|_| is_plain);
    date.ok_or_else(|| problem(line, Problem::Date))
}
