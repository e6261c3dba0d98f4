//! Regional holidays from a calendar file or a plain list of dates.
//!
//! A holiday is a whole day in the region's own calendar, so the result is dates, not instants.
//! Of a calendar file only whole-day events count; an event with a time of day is an error that
//! says so, because taking it would need a zone and a rule for part days.
//!
//! Invariants: the input, its events and the years asked for are bounded, and a repetition is
//! computed from the year, never by stepping through time, so no rule can keep us busy. Attached
//! files and addresses in the file are never opened.
//!
//! Deliberately absent: repetitions other than yearly on the same date or on the n-th weekday of
//! a month, time zones, alarms.

mod ics;
mod list;
mod recurrence;

use jiff::civil::Date;

pub use ics::parse_ics;
pub use list::parse_list;

/// Largest input.
pub const INPUT_BYTES_MAX: usize = 1024 * 1024;
/// Most events in a file, or lines in a list.
pub const EVENTS_MAX: usize = 2_000;
/// Most days in the result.
pub const DAYS_MAX: usize = 10_000;
/// Most years asked for at once.
pub const YEARS_MAX: usize = 30;
/// Longest event in days (a long school holiday).
pub const EVENT_DAYS_MAX: i32 = 60;
/// Longest name kept, in characters; longer ones are cut.
pub const NAME_CHARS_MAX: usize = 120;

/// One day off.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Its name, printable; may be empty.
    pub name: String,
}

/// The years to compute, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Years {
    first: i16,
    last: i16,
}

impl Years {
    /// At most [`YEARS_MAX`] years between 1900 and 2199.
    pub fn new(first: i16, last: i16) -> Option<Self> {
        if !(1900..=2199).contains(&first) || !(first..=2199).contains(&last) {
            return None;
        }
        let count = usize::try_from(last - first).ok()? + 1;
        (count <= YEARS_MAX).then_some(Self { first, last })
    }

    fn holds(self, date: Date) -> bool {
        (self.first..=self.last).contains(&date.year())
    }
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct HolidayError {
    /// Line in the input, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong. Every text says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Above [`INPUT_BYTES_MAX`].
    #[error("the file is larger than {INPUT_BYTES_MAX} bytes")]
    TooLarge,
    /// Not UTF-8.
    #[error("the file is not UTF-8 text; save it as UTF-8")]
    NotText,
    /// Above [`EVENTS_MAX`] or [`DAYS_MAX`].
    #[error("too many holidays; split the file")]
    TooMany,
    /// Not a calendar file.
    #[error("this is no calendar file: it must start with BEGIN:VCALENDAR")]
    NotCalendar,
    /// BEGIN and END do not match, or the file ends early.
    #[error("the calendar file is broken off or badly nested")]
    Nesting,
    /// A line without a colon, or a property that stands twice.
    #[error("this line is no calendar line")]
    Line,
    /// An event without a start.
    #[error("the event has no DTSTART")]
    NoStart,
    /// Not a date.
    #[error("this is no date; write 2026-12-25, or 20261225 in a calendar file")]
    Date,
    /// An event with a time of day.
    #[error("a holiday is a whole day; remove the time of day")]
    TimeOfDay,
    /// The end is not after the start.
    #[error("the event ends before it starts")]
    EndBeforeStart,
    /// Above [`EVENT_DAYS_MAX`].
    #[error("the event is longer than {EVENT_DAYS_MAX} days")]
    TooLong,
    /// A repetition that is not simple and yearly.
    #[error("only simple yearly repetition is understood; list the dates instead")]
    Recurrence,
}

fn problem(line: usize, problem: Problem) -> HolidayError {
    HolidayError { line, problem }
}

/// Text within its bound, without a byte order mark.
fn text(input: &[u8]) -> Result<&str, HolidayError> {
    if input.len() > INPUT_BYTES_MAX {
        return Err(problem(1, Problem::TooLarge));
    }
    let read = std::str::from_utf8(input).map_err(|error| {
        let before = &input[..error.valid_up_to()];
        problem(before.iter().filter(|b| **b == b'\n').count() + 1, Problem::NotText)
    })?;
    Ok(read.strip_prefix('\u{feff}').unwrap_or(read))
}

/// One line of printable text, cut to its bound.
fn name(text: &str) -> String {
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    printable.collect::<String>().trim().chars().take(NAME_CHARS_MAX).collect()
}

/// Sorted, each date once (the first name in order wins).
fn tidy(mut days: Vec<Holiday>) -> Vec<Holiday> {
    days.sort();
    days.dedup_by(|later, earlier| later.date == earlier.date);
    days
}
