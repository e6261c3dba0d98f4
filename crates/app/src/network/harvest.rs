//! From the files of a member's tools to what may be stored: headers only, everybody hidden,
//! blocked, excluded or out of scope left out and counted. What comes out holds no word of any
//! message, and is all that is kept of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use serde::{Deserialize, Serialize};
use warmpath_core::id::MemberId;
use warmpath_network::import::{
    Contact, Import, Observation, Policy, Scope, ScopeRule, Sink, read_calendar, read_contacts_csv,
    read_events_table, read_mbox, read_message, read_vcards,
};
use warmpath_network::{ReadError, Skips};

use crate::error::Problem;

/// Events taken from one upload.
pub(crate) const EVENTS_MAX: usize = 1_000_000;

/// A file as it came.
#[derive(Debug, Clone)]
pub struct NetworkFile {
    /// Its name.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Somebody who occurs in the files.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Met {
    /// Normalised mailbox, or the address of their page.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) company: String,
    pub(crate) title: String,
}

/// One contact between two of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) at: i64,
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) message: i64,
    pub(crate) recipients: u16,
    pub(crate) kind: String,
    pub(crate) provenance: String,
}

/// All that is kept of an upload until the worker has taken it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Harvest {
    pub(crate) member: MemberId,
    pub(crate) people: Vec<Met>,
    pub(crate) events: Vec<Seen>,
}

/// What the rules say about one address beyond the engine's own: the marks of blocked, excluded and
/// gone people are keyed, so only the house can compare them.
pub(crate) type Marked<'a> = &'a dyn Fn(&str) -> Option<&'static str>;

/// Reads the files under the rules. `known` says whether two people have a tie already, which puts
/// them in scope whatever the files hold.
///
/// # Errors
/// One [`Problem`] about the field `file`, when a file is of no known kind or cannot be read.
pub(crate) fn read(
    files: &[NetworkFile],
    policy: &Policy,
    rule: ScopeRule,
    marked: Marked<'_>,
    member: MemberId,
    known: &dyn Fn(&str, &str) -> bool,
) -> Result<(Harvest, Vec<(String, u64)>), Problem> {
    let mut basket = Basket::new(marked);
    let (mut skips, mut left_out) = (Skips::default(), 0_u64);
    for file in files {
        let mut import = Import::new(policy, &mut basket);
        read_file(file, &mut import).map_err(|error| refusal(file, &error))?;
        skips.merge(&import.skips);
    }
    let mut harvest = Harvest { member, people: Vec::new(), events: Vec::new() };
    let mut places: BTreeMap<String, u32> = BTreeMap::new();
    let contacts = std::mem::take(&mut basket.contacts);
    let observations = std::mem::take(&mut basket.observations);
    for seen in observations {
        let in_scope = basket.scope.holds(&seen, rule) || known(&seen.from, &seen.to);
        if !in_scope || harvest.events.len() >= EVENTS_MAX {
            left_out += 1;
            continue;
        }
        let mut place = |key: &str| place_of(key, &mut places, &mut harvest.people);
        let (from, to) = (place(&seen.from), place(&seen.to));
        harvest.events.push(Seen {
            at: seen.at,
            from,
            to,
            message: seen.message.cast_signed(),
            recipients: seen.recipients,
            kind: seen.kind.word().to_owned(),
            provenance: seen.provenance.word().to_owned(),
        });
    }
    for contact in contacts {
        let key = if contact.email.is_empty() { &contact.url } else { &contact.email };
        if key.is_empty() {
            skips.note(0, "neither address nor page");
            continue;
        }
        let at = place_of(key, &mut places, &mut harvest.people);
        if let Some(met) = harvest.people.get_mut(at as usize) {
            met.name = contact.name;
            met.company = contact.company;
            met.title = contact.title;
        }
    }
    let mut counts: Vec<(String, u64)> =
        skips.by_reason().map(|(reason, count)| (reason.to_owned(), count)).collect();
    counts.extend(basket.refused.iter().map(|(reason, count)| ((*reason).to_owned(), *count)));
    if left_out > 0 {
        let few = format!(
            "out of scope: fewer than {} messages in {} years",
            rule.messages_min, rule.years
        );
        counts.push((few, left_out));
    }
    Ok((harvest, counts))
}

fn place_of(key: &str, places: &mut BTreeMap<String, u32>, people: &mut Vec<Met>) -> u32 {
    *places.entry(key.to_owned()).or_insert_with(|| {
        people.push(Met { key: key.to_owned(), ..Met::default() });
        u32::try_from(people.len() - 1).unwrap_or(u32::MAX)
    })
}

/// Gathers what was admitted.
struct Basket<'a> {
    marked: Marked<'a>,
    /// What was said of an address before.
    answers: BTreeMap<String, Option<&'static str>>,
    refused: BTreeMap<&'static str, u64>,
    scope: Scope,
    observations: Vec<Observation>,
    contacts: Vec<Contact>,
}

impl<'a> Basket<'a> {
    fn new(marked: Marked<'a>) -> Self {
        Self {
            marked,
            answers: BTreeMap::new(),
            refused: BTreeMap::new(),
            scope: Scope::default(),
            observations: Vec::new(),
            contacts: Vec::new(),
        }
    }

    /// Notes the reason and says no, when an address is marked.
    fn holds(&mut self, address: &str) -> bool {
        let marked = self.marked;
        let answer = *self.answers.entry(address.to_owned()).or_insert_with(|| marked(address));
        if let Some(reason) = answer {
            *self.refused.entry(reason).or_default() += 1;
        }
        answer.is_none()
    }
}

impl Sink for Basket<'_> {
    fn observation(&mut self, seen: Observation) {
        if self.observations.len() < 2 * EVENTS_MAX
            && self.holds(&seen.from)
            && self.holds(&seen.to)
        {
            self.scope.count(&seen);
            self.observations.push(seen);
        }
    }

    fn contact(&mut self, contact: Contact) {
        let key = if contact.email.is_empty() { &contact.url } else { &contact.email };
        if self.holds(&key.clone()) {
            self.contacts.push(contact);
        }
    }
}

/// What a file is, by its content first: names lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Mailbox,
    Message,
    Calendar,
    Cards,
    Events,
    Contacts,
    Archive,
    Unknown,
}

fn read_file(file: &NetworkFile, import: &mut Import<'_>) -> Result<(), ReadError> {
    let mut input: &[u8] = &file.bytes;
    let input: &mut dyn BufRead = &mut input;
    let mut watch = |_| true;
    match form_of(file) {
        Form::Mailbox => read_mbox(input, import, &mut watch),
        Form::Message => read_message(input, import),
        Form::Calendar => read_calendar(input, import, &mut watch),
        Form::Cards => read_vcards(input, import, &mut watch),
        Form::Events => read_events_table(input, import, &mut watch),
        Form::Contacts => read_contacts_csv(input, import, &mut watch),
        Form::Archive | Form::Unknown => {
            Err(ReadError::Input(std::io::Error::other("not a kind of file that is read here")))
        }
    }
}

fn form_of(file: &NetworkFile) -> Form {
    let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.bytes);
    let start: String =
        String::from_utf8_lossy(&bytes[..bytes.len().min(4_096)]).trim_start().to_owned();
    let upper = start.get(..15).unwrap_or(&start).to_ascii_uppercase();
    let ending = file.name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\x1f\x8b") {
        Form::Archive
    } else if upper.starts_with("BEGIN:VCALENDAR") || ["ics", "ical"].contains(&&*ending) {
        Form::Calendar
    } else if upper.starts_with("BEGIN:VCARD") || ["vcf", "vcard"].contains(&&*ending) {
        Form::Cards
    } else if start.starts_with("From ") || ["mbox", "mbx"].contains(&&*ending) {
        Form::Mailbox
    } else if ending == "eml" || is_message(&start) {
        Form::Message
    } else if ["csv", "tsv", "txt"].contains(&&*ending) {
        if is_events(&start) { Form::Events } else { Form::Contacts }
    } else {
        Form::Unknown
    }
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

fn refusal(file: &NetworkFile, error: &ReadError) -> Problem {
    let (code, why) = match form_of(file) {
        Form::Archive => (
            "file_packed",
            "This is an archive. Unpack it and choose the files in it; several at once are fine."
                .to_owned(),
        ),
        Form::Unknown => (
            "file_unknown",
            "This is no mailbox (.mbox), message (.eml), calendar (.ics), card (.vcf) or table \
             (.csv)."
                .to_owned(),
        ),
        _ => ("file_unreadable", format!("It cannot be read: {error}.")),
    };
    let name: String = file.name.chars().take(80).collect();
    Problem::new("file", code, format!("{name}: {why}"))
}
