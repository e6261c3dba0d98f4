//! The hand-off: a time is proposed as a calendar file (RFC 5545) that the requester sends themselves.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::IntroductionId;
use warmpath_core::introduction::{Action, Command};
use warmpath_core::limits;

use super::dossier::{self, mailbox, standings};
use super::{Dossier, advance, texts};
use crate::context::App;
use crate::error::Failure;
use crate::policy::{AskIntroduction, Grant};
use crate::unit::Unit;

/// Length of a proposed meeting.
const MEETING_MINUTES: i64 = 30;

/// Proposes a time, given as local date and time in the requester's zone, a page on which the target
/// chooses one, or both.
///
/// # Errors
/// [`Failure::Invalid`] when it is no time or over, or no web address, or neither is given;
/// [`Failure::NotPossible`] before the delivery.
pub async fn propose(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: IntroductionId,
    (when, page): (&str, &str),
) -> Result<(), Failure> {
    let mut dossier = dossier::load(app, grant.workspace(), id).await?;
    let mut unit = Unit::new(app, grant.workspace());
    let (when, page) = (when.trim(), page.trim());
    let mut words = Vec::new();
    if !when.is_empty() || page.is_empty() {
        let starts = read(when, &dossier.requester.zone).filter(|at| *at > unit.at);
        let sentence = "Give a day and a time ahead: 2026-06-01 10:00.";
        let starts = starts.ok_or_else(|| Failure::invalid("when", "time_invalid", sentence))?;
        words.push(("meeting", starts.to_string()));
    }
    if !page.is_empty() {
        if !is_page(page) {
            let sentence = "Give the https address of your booking page.";
            return Err(Failure::invalid("page", "address_invalid", sentence));
        }
        words.push(("scheduling", page.to_owned()));
    }
    let author = dossier.requester.name.clone();
    for (slot, body) in words {
        texts::write(&mut unit, (id, &dossier.texts), slot, &body, (&author, false));
    }
    let standings = standings(grant.principal(), &dossier.row);
    let command = Command::by(Action::ProposeMeeting, standings);
    let actor = grant.principal().actor();
    advance::step(app, &mut unit, &mut dossier, &command, actor).await?;
    unit.commit("Somebody moved it at the same moment. Look again.").await
}

/// A plain `https` address with a host.
fn is_page(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_graphic() && !b"<>\"'\\`".contains(&b);
    text.len() <= limits::URL_BYTES_MAX
        && text.bytes().all(plain)
        && text.strip_prefix("https://").is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            host.contains('.') && !host.contains('@')
        })
}

fn read(when: &str, zone: &str) -> Option<Timestamp> {
    let text = when.trim().replacen(' ', "T", 1);
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    civil.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
}

/// The calendar file of the proposed meeting; changes nothing.
///
/// # Errors
/// [`Failure::NotFound`] when none was proposed.
pub async fn calendar(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: IntroductionId,
) -> Result<String, Failure> {
    let dossier = dossier::load(app, grant.workspace(), id).await?;
    if standings(grant.principal(), &dossier.row).is_empty() || !dossier.is_open() {
        return Err(Failure::NotFound);
    }
    // Whoever took their yes back is invited to nothing.
    if dossier.row.target_until.is_none() {
        return Err(Failure::NotFound);
    }
    let starts: Timestamp = dossier.text("meeting").parse().map_err(|_| Failure::NotFound)?;
    let to = mailbox(app, grant.workspace(), dossier.row.target).await?;
    let to = to.map(|mail| mail.as_written().to_owned()).unwrap_or_default();
    Ok(event(&dossier, starts, &to, app.now()))
}

fn event(dossier: &Dossier, starts: Timestamp, to: &str, at: Timestamp) -> String {
    let stamp = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let ends = starts.saturating_add(SignedDuration::from_mins(MEETING_MINUTES));
    let ends = ends.unwrap_or(starts);
    let mut about = format!("Introduced by {}.", dossier.connector.name);
    let page = dossier.text("scheduling");
    if !page.is_empty() {
        about.push_str(&format!(" Another time: {page}"));
    }
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Warmpath//Introduction//EN".to_owned(),
        "METHOD:REQUEST".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@warmpath", dossier.row.id),
        format!("DTSTAMP:{}", stamp(at)),
        format!("DTSTART:{}", stamp(starts)),
        format!("DTEND:{}", stamp(ends)),
        format!(
            "SUMMARY:{}",
            escaped(&format!("{} and {}", dossier.target.name, dossier.requester.name))
        ),
        format!("DESCRIPTION:{}", escaped(&about)),
        format!("ORGANIZER:mailto:{}", dossier.requester.email),
        format!("ATTENDEE;RSVP=TRUE:mailto:{to}"),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| folded(line) + "\r\n").collect()
}

/// Commas, semicolons, backslashes and line breaks stand for themselves (RFC 5545 section 3.3.11).
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;");
    text.replace(['\r', '\n'], " ")
}

/// Lines are folded at 75 bytes, on character boundaries (RFC 5545 section 3.1).
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > 74 {
            out.push_str("\r\n ");
            length = 1;
        }
        length += c.len_utf8();
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_the_requesters_zone() {
        let at = read("2026-06-01 10:00", "Europe/Berlin").unwrap();
        assert_eq!(at.to_string(), "2026-06-01T08:00:00Z");
        assert_eq!(read("tomorrow", "Europe/Berlin"), None);
    }

    #[test]
    fn a_booking_page_is_a_plain_address() {
        for good in ["https://cal.example/maya", "https://cal.example/maya?d=30#x"] {
            assert!(is_page(good), "{good}");
        }
        for bad in ["http://cal.example", "https://maya@cal.example", "javascript:1", "https://x"] {
            assert!(!is_page(bad), "{bad}");
        }
        assert!(!is_page("https://cal.example/ x") && !is_page("https://cal.example/\"x"));
    }

    #[test]
    fn long_lines_are_folded_and_signs_are_escaped() {
        let long = "ä".repeat(60);
        for line in folded(&long).split("\r\n") {
            assert!(line.len() <= 75, "{}", line.len());
        }
        assert_eq!(escaped("a,b;c\\d\ne"), "a\\,b\\;c\\\\d e");
    }
}
