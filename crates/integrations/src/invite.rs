//! Meeting invitations as calendar text (RFC 5545, 5546): ask, move, call off.
//!
//! The text travels inside a mail ([`crate::mail::Invite`]), so it works with every calendar and
//! no vendor at all. Times are UTC, which needs no `VTIMEZONE`. A move keeps the `UID` and raises
//! `SEQUENCE`; calling off raises it once more.
//!
//! Deliberately absent: reading answers (`METHOD:REPLY`), recurrence, alarms.

use std::fmt;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::mail::Mailbox;

/// Longest summary and location, in characters.
pub const LINE_CHARS_MAX: usize = 250;
/// Longest description, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 8_000;
/// Most people invited.
pub const ATTENDEES_MAX: usize = 20;
/// Longest meeting.
pub const DURATION_HOURS_MAX: i64 = 24;
/// Octets in one content line before it is folded (RFC 5545, 3.1).
const FOLD_OCTETS: usize = 75;

/// What the calendar text asks the receiver to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Invite, or move with a raised sequence.
    Request,
    /// Call off.
    Cancel,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        })
    }
}

/// One meeting.
#[derive(Debug, Clone)]
pub struct Meeting {
    /// Identity, kept for the life of the meeting: plain ASCII like `meeting-42@acme.example`.
    pub uid: String,
    /// 0 for the first invitation, raised by one with every move and with calling off.
    pub sequence: u32,
    /// When this text was made; becomes `DTSTAMP`.
    pub stamped_at: Timestamp,
    /// Start.
    pub starts_at: Timestamp,
    /// Length, above zero and at most [`DURATION_HOURS_MAX`] hours.
    pub duration: SignedDuration,
    /// Must be the mailbox that the mail comes from; calendars refuse others.
    pub organizer: Mailbox,
    /// Who is invited, one to [`ATTENDEES_MAX`].
    pub attendees: Vec<Mailbox>,
    /// One line.
    pub summary: String,
    /// Several lines allowed; may be empty.
    pub description: String,
    /// A place or a meeting link; may be empty.
    pub location: String,
}

/// Why a meeting cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// The identity is empty, too long or not plain.
    #[error("the meeting id must be plain text like meeting-42@acme.example")]
    Uid,
    /// The length is not above zero or too long.
    #[error("a meeting lasts more than nothing and at most {DURATION_HOURS_MAX} hours")]
    Duration,
    /// Nobody, or too many.
    #[error("a meeting needs between 1 and {ATTENDEES_MAX} attendees")]
    Attendees,
    /// A text is too long or holds a control character.
    #[error("a text of the meeting is empty, too long or not printable")]
    Text,
}

impl Meeting {
    /// The same meeting at another time: same identity, next sequence.
    #[must_use]
    pub fn moved(&self, starts_at: Timestamp, stamped_at: Timestamp) -> Self {
        let sequence = self.sequence.saturating_add(1);
        Self { sequence, starts_at, stamped_at, ..self.clone() }
    }

    /// The same meeting with the next sequence, ready for [`Method::Cancel`].
    #[must_use]
    pub fn called_off(&self, stamped_at: Timestamp) -> Self {
        self.moved(self.starts_at, stamped_at)
    }

    /// The calendar text, CRLF, folded.
    ///
    /// # Errors
    /// See [`InviteError`].
    pub fn write(&self, method: Method) -> Result<String, InviteError> {
        self.check()?;
        let ends_at = self.starts_at.checked_add(self.duration);
        let ends_at = ends_at.map_err(|_| InviteError::Duration)?;
        let status = match method {
            Method::Request => "CONFIRMED",
            Method::Cancel => "CANCELLED",
        };
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Warmpath//Invitations//EN".to_owned(),
            format!("METHOD:{method}"),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", self.uid),
            format!("SEQUENCE:{}", self.sequence),
            format!("DTSTAMP:{}", utc(self.stamped_at)),
            format!("DTSTART:{}", utc(self.starts_at)),
            format!("DTEND:{}", utc(ends_at)),
            format!("ORGANIZER{}:mailto:{}", name(&self.organizer), self.organizer.address()),
        ];
        let asks = match method {
            Method::Request => ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE",
            Method::Cancel => "",
        };
        lines.extend(
            self.attendees
                .iter()
                .map(|one| format!("ATTENDEE{}{asks}:mailto:{}", name(one), one.address())),
        );
        lines.push(format!("SUMMARY:{}", escaped(&self.summary)));
        if !self.description.is_empty() {
            lines.push(format!("DESCRIPTION:{}", escaped(&self.description)));
        }
        if !self.location.is_empty() {
            lines.push(format!("LOCATION:{}", escaped(&self.location)));
        }
        lines.push(format!("STATUS:{status}"));
        lines.push("END:VEVENT".to_owned());
        lines.push("END:VCALENDAR".to_owned());
        Ok(lines.iter().map(|line| folded(line)).collect())
    }

    fn check(&self) -> Result<(), InviteError> {
        let is_uid_char = |b: u8| b.is_ascii_alphanumeric() || b"-_.@".contains(&b);
        if !(1..=255).contains(&self.uid.len()) || !self.uid.bytes().all(is_uid_char) {
            return Err(InviteError::Uid);
        }
        let longest = SignedDuration::from_hours(DURATION_HOURS_MAX);
        if self.duration <= SignedDuration::ZERO || self.duration > longest {
            return Err(InviteError::Duration);
        }
        if !(1..=ATTENDEES_MAX).contains(&self.attendees.len()) {
            return Err(InviteError::Attendees);
        }
        let one_line = |text: &str| {
            text.chars().count() <= LINE_CHARS_MAX && !text.chars().any(char::is_control)
        };
        let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        let is_description = self.description.chars().count() <= DESCRIPTION_CHARS_MAX
            && self.description.chars().all(is_text);
        let has_summary = !self.summary.trim().is_empty() && one_line(&self.summary);
        if has_summary && one_line(&self.location) && is_description {
            Ok(())
        } else {
            Err(InviteError::Text)
        }
    }
}

fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The name as a quoted parameter. A double quote cannot be written there and is dropped.
fn name(mailbox: &Mailbox) -> String {
    match mailbox.name() {
        Some(name) => format!(";CN=\"{}\"", name.replace('"', "")),
        None => String::new(),
    }
}

/// Text values escape backslash, semicolon, comma and line ends (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out
}

/// One content line with its CRLF, folded so that no line has more than 75 octets.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    let mut room = FOLD_OCTETS;
    while rest.len() > room {
        let (head, tail) = rest.split_at(rest.floor_char_boundary(room));
        out.push_str(head);
        out.push_str("\r\n ");
        rest = tail;
        // The space that marks a continuation counts.
        room = FOLD_OCTETS - 1;
    }
    out.push_str(rest);
    out.push_str("\r\n");
    out
}
