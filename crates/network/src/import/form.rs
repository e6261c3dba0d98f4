//! What a file is, by its content first: names lie.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Cursor, Read};

use super::{
    Import, read_calendar, read_contacts_csv, read_events_table, read_mbox, read_message,
    read_vcards,
};
use crate::tables::{ReadError, Watch};

/// As much of a file as is looked at to know it.
const START_BYTES: u64 = 4_096;

/// A kind of file that is read here, or why it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Messages one after the other (mbox).
    Mailbox,
    /// One message (.eml, Maildir).
    Message,
    /// A calendar (.ics).
    Calendar,
    /// Cards (.vcf).
    Cards,
    /// A table of events.
    Events,
    /// A table of contacts.
    Contacts,
    /// Several files in one (.zip).
    Zip,
    /// One file, packed (.gz).
    Gzip,
    /// Nothing that is read here.
    Unknown,
}

impl Form {
    /// From the name, with the folders around it, and the first bytes.
    #[must_use]
    pub fn of(name: &str, start: &[u8]) -> Self {
        let bytes = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
        let start: String =
            String::from_utf8_lossy(&bytes[..bytes.len().min(4_096)]).trim_start().to_owned();
        let upper = start.get(..15).unwrap_or(&start).to_ascii_uppercase();
        let ending = ending_of(name);
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            Self::Zip
        } else if bytes.starts_with(b"\x1f\x8b") {
            Self::Gzip
        } else if upper.starts_with("BEGIN:VCALENDAR") || ["ics", "ical"].contains(&&*ending) {
            Self::Calendar
        } else if upper.starts_with("BEGIN:VCARD") || ["vcf", "vcard"].contains(&&*ending) {
            Self::Cards
        } else if start.starts_with("From ") || ["mbox", "mbx"].contains(&&*ending) {
            Self::Mailbox
        } else if ending == "eml" || is_maildir(name) || is_message(&start) {
            Self::Message
        } else if ["csv", "tsv", "txt"].contains(&&*ending) {
            if is_events(&start) { Self::Events } else { Self::Contacts }
        } else {
            Self::Unknown
        }
    }
}

/// The ending of a name in lower case; empty when there is none.
pub(super) fn ending_of(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

/// Maildir keeps one message per file in `cur` and `new`, without an ending.
fn is_maildir(name: &str) -> bool {
    let folder = name.rsplit(['/', '\\']).nth(1);
    folder.is_some_and(|folder| folder == "cur" || folder == "new")
}

/// The first lines are mail headers.
fn is_message(start: &str) -> bool {
    let header = |line: &str| {
        line.split_once(": ").is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
    };
    start.lines().next().is_some_and(header)
        && start.lines().any(|line| line.to_ascii_lowercase().starts_with("from:"))
}

/// Its heading has a time and two ends.
fn is_events(start: &str) -> bool {
    let heading = start.lines().next().unwrap_or_default().to_ascii_lowercase();
    let names: BTreeSet<&str> = heading.split(',').map(|n| n.trim_matches('"').trim()).collect();
    ["ts", "from", "to"].iter().all(|wanted| names.contains(wanted))
}

/// A file's kind, and the file from its first byte on.
pub(super) fn look(name: &str, mut input: impl Read) -> std::io::Result<(Form, impl BufRead)> {
    let mut start = Vec::new();
    input.by_ref().take(START_BYTES).read_to_end(&mut start)?;
    let form = Form::of(name, &start);
    Ok((form, Cursor::new(start).chain(BufReader::with_capacity(64 << 10, input))))
}

/// Reads a file of a known kind.
///
/// # Errors
/// When the input fails, when `watch` says stop, or when the kind holds no contacts itself.
pub fn read_form(
    form: Form,
    input: &mut dyn BufRead,
    import: &mut Import<'_>,
    watch: Watch<'_>,
) -> Result<(), ReadError> {
    match form {
        Form::Mailbox => read_mbox(input, import, watch),
        Form::Message => read_message(input, import),
        Form::Calendar => read_calendar(input, import, watch),
        Form::Cards => read_vcards(input, import, watch),
        Form::Events => read_events_table(input, import, watch),
        Form::Contacts => read_contacts_csv(input, import, watch),
        Form::Zip | Form::Gzip | Form::Unknown => {
            Err(ReadError::Input(std::io::Error::other("not a kind of file that is read here")))
        }
    }
}
