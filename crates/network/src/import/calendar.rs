//! Calendars: meetings of a few people as evidence that they know each other.
//!
//! Times with a zone are read by the zone's rules; a time that a clock change skips is taken as
//! clocks showed it after the change, a time that it repeats as the first of the two (RFC 5545,
//! 3.3.5). Times without a zone are read as UTC, the same on every machine. A calendar somebody
//! uploads is evidence supplied by the uploader: it is stored as imported, never as observed.

use std::io::BufRead;

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp};

use super::address::address;
use super::content_lines::{ContentLine, ContentLines};
use super::{Import, Observation};
use crate::events::{Kind, MEETING_SIZE_MAX, Provenance, number_of};
use crate::tables::{ReadError, Watch};

/// Occurrences read of one recurring meeting, from its start on.
pub const OCCURRENCES_MAX: usize = 500;
/// Lines read of one event; an event with more is left out.
const EVENT_LINES_MAX: usize = 2_000;

/// An event while it is read.
#[derive(Default)]
struct Meeting {
    uid: String,
    start: Option<Result<Start, &'static str>>,
    end: Option<Result<Start, &'static str>>,
    rule: Option<String>,
    cancelled: bool,
    people: Vec<String>,
    lines: usize,
}

#[derive(Clone)]
struct Start {
    local: DateTime,
    zone: TimeZone,
}

impl Start {
    fn at(&self) -> Option<Timestamp> {
        // "Compatible" disambiguation is what RFC 5545 asks for.
        self.zone.to_ambiguous_timestamp(self.local).compatible().ok()
    }
}

/// Reads all events of a calendar file.
///
/// # Errors
/// When the input fails, or when `watch` says stop.
pub fn read_calendar(
    input: &mut dyn BufRead,
    import: &mut Import,
    watch: Watch,
) -> Result<(), ReadError> {
    let zones = TimeZoneDatabase::bundled();
    let mut lines = ContentLines::new(input);
    let (mut meeting, mut inner, mut any) = (None::<Meeting>, 0_usize, false);
    while let Some(line) = lines.next()? {
        let value = line.value.trim().to_ascii_uppercase();
        any |= line.name == "BEGIN" && value == "VCALENDAR";
        match (&*line.name, &mut meeting) {
            ("BEGIN", None) if value == "VEVENT" => {
                import.seen += 1;
                meeting = Some(Meeting::default());
                if !watch(0) {
                    return Err(ReadError::Interrupted);
                }
            }
            ("BEGIN", Some(_)) => inner += 1,
            ("END", Some(_)) if inner > 0 => inner -= 1,
            ("END", Some(_)) => {
                if let Some(done) = meeting.take() {
                    finish(&done, import);
                }
            }
            (_, Some(open)) if inner == 0 => open.take(&line, &zones),
            _ => {}
        }
    }
    if meeting.is_some() {
        import.skip("event without end");
    }
    if !any {
        import.seen += 1;
        import.skip("not a calendar file");
    }
    Ok(())
}

impl Meeting {
    fn take(&mut self, line: &ContentLine, zones: &TimeZoneDatabase) {
        self.lines += 1;
        if self.lines > EVENT_LINES_MAX {
            return;
        }
        match &*line.name {
            "UID" => self.uid = line.text(),
            "DTSTART" => self.start = Some(moment(line, zones)),
            "DTEND" => self.end = Some(moment(line, zones)),
            "RRULE" => self.rule = Some(line.value.trim().to_ascii_uppercase()),
            "STATUS" => self.cancelled = line.value.trim().eq_ignore_ascii_case("CANCELLED"),
            "ORGANIZER" | "ATTENDEE" => {
                let status = line.parameter("PARTSTAT").unwrap_or("");
                let kind = line.parameter("CUTYPE").unwrap_or("");
                let is_thing = ["ROOM", "RESOURCE"].iter().any(|k| kind.eq_ignore_ascii_case(k));
                if !is_thing && !status.eq_ignore_ascii_case("DECLINED") {
                    self.people.extend(address(&line.value));
                }
            }
            _ => {}
        }
    }
}

fn moment(line: &ContentLine, zones: &TimeZoneDatabase) -> Result<Start, &'static str> {
    let text = line.value.trim();
    let (text, utc) = text.strip_suffix('Z').map_or((text, false), |text| (text, true));
    let local = DateTime::strptime("%Y%m%dT%H%M%S", text)
        .or_else(|_| jiff::civil::Date::strptime("%Y%m%d", text).map(|day| day.at(0, 0, 0, 0)))
        .map_err(|_| "not a time")?;
    let zone = match line.parameter("TZID").filter(|_| !utc) {
        Some(name) => zones.get(name.trim_start_matches('/')).map_err(|_| "unknown time zone")?,
        None => TimeZone::UTC,
    };
    Ok(Start { local, zone })
}

fn finish(meeting: &Meeting, import: &mut Import) {
    let mut people = meeting.people.clone();
    let owner = &import.policy.owner;
    if !owner.is_empty() {
        people.push(owner.clone());
    }
    people.sort_unstable();
    people.dedup();
    let starts = match check(meeting, people.len(), import.policy.as_of) {
        Ok(starts) => starts,
        Err(reason) => return import.skip(reason),
    };
    for at in starts {
        let message = number_of(&(&meeting.uid, at, &people));
        if !import.first_time(message) {
            import.skip("seen before");
            continue;
        }
        for from in &people {
            for to in people.iter().filter(|to| *to != from) {
                import.observe(Observation {
                    at,
                    from: from.clone(),
                    to: to.clone(),
                    message,
                    recipients: people.len() as u16 - 1,
                    kind: Kind::Meeting,
                    provenance: Provenance::Imported,
                });
            }
        }
    }
}

/// When the meeting took place, or why it does not count.
fn check(meeting: &Meeting, people: usize, as_of: i64) -> Result<Vec<i64>, &'static str> {
    if meeting.lines > EVENT_LINES_MAX {
        return Err("event too large");
    }
    let start = meeting.start.clone().ok_or("no start")??;
    let first = start.at().ok_or("not a time")?;
    if let Some(end) = meeting.end.clone() {
        let end = end?.at().ok_or("not a time")?;
        if end < first {
            return Err("ends before it starts");
        }
    }
    let starts = match &meeting.rule {
        Some(rule) => occurrences(&start, rule, as_of)?,
        None => vec![first.as_second()],
    };
    if meeting.cancelled {
        return Err("cancelled");
    }
    if people < 2 {
        return Err("nobody else there");
    }
    if people > MEETING_SIZE_MAX {
        return Err("too many people");
    }
    let past: Vec<i64> = starts.into_iter().filter(|&at| at <= as_of).collect();
    if past.is_empty() { Err("not yet held") } else { Ok(past) }
}

/// The starts of a recurring meeting up to `as_of`, at most [`OCCURRENCES_MAX`]. Only the parts of
/// the rule that matter for counting contacts are read: frequency, interval, count, until.
fn occurrences(start: &Start, rule: &str, as_of: i64) -> Result<Vec<i64>, &'static str> {
    let part = |name: &str| {
        let mut parts = rule.split(';').filter_map(|part| part.split_once('='));
        parts.find(|(found, _)| *found == name).map(|(_, value)| value)
    };
    let every: i64 = part("INTERVAL").map_or(Some(1), |n| n.parse().ok()).ok_or("bad rule")?;
    let count: usize =
        part("COUNT").map_or(Some(usize::MAX), |n| n.parse().ok()).ok_or("bad rule")?;
    let until = match part("UNTIL") {
        Some(text) => {
            let day = text.get(..8).ok_or("bad rule")?;
            let day = jiff::civil::Date::strptime("%Y%m%d", day).map_err(|_| "bad rule")?;
            // Beyond the last day a clock can show, there is no end.
            let end = TimeZone::UTC.to_timestamp(day.at(23, 59, 59, 0));
            end.map_or(i64::MAX, Timestamp::as_second)
        }
        None => i64::MAX,
    };
    if !(1..=1_000).contains(&every) {
        return Err("bad rule");
    }
    let step = |times: i64| {
        let span = Span::new();
        match part("FREQ").unwrap_or("") {
            "DAILY" => span.try_days(times).map_err(|_| "bad rule"),
            "WEEKLY" => span.try_weeks(times).map_err(|_| "bad rule"),
            "MONTHLY" => span.try_months(times).map_err(|_| "bad rule"),
            "YEARLY" => span.try_years(times).map_err(|_| "bad rule"),
            "HOURLY" | "MINUTELY" | "SECONDLY" => Err("recurs too often"),
            _ => Err("bad rule"),
        }
    };
    let mut starts = Vec::new();
    for times in 0..count.min(OCCURRENCES_MAX) as i64 {
        let Ok(local) = start.local.checked_add(step(times * every)?) else { break };
        let next = Start { local, zone: start.zone.clone() };
        let Some(at) = next.at() else { break };
        if at.as_second() > until || at.as_second() > as_of {
            break;
        }
        starts.push(at.as_second());
    }
    Ok(starts)
}
