//! From the files of a member's tools to what may be stored: headers only, everybody hidden,
//! blocked, excluded or out of scope left out and counted. What comes out holds no word of any
//! message, and is all that is kept of the files.

use std::collections::BTreeMap;
use std::io::Cursor;

use serde::{Deserialize, Serialize};
use warmpath_core::id::MemberId;
use warmpath_core::limits;
use warmpath_network::import::{
    ArchiveError, Bounds, Contact, Form, Import, Observation, Policy, Scope, ScopeRule, Sink,
    Unpacking, is_directory_bounded, read_form, read_gzip, read_zip,
};

use crate::error::Problem;

/// Events taken from one upload.
pub(crate) const EVENTS_MAX: usize = 1_000_000;

/// Unreadable files named of one upload.
const PROBLEMS_MAX: usize = 50;

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

/// What was left out, as (reason, how often).
pub(crate) type LeftOut = Vec<(String, u64)>;

/// Reads the files under the rules. `known` says whether two people have a tie already, which puts
/// them in scope whatever the files hold.
///
/// # Errors
/// Problems of the field `file`: when no file can be read, or an archive goes beyond the bounds. Of
/// several files the unreadable ones are counted as left out, and the others are taken.
pub(crate) fn read(
    files: &[NetworkFile],
    policy: &Policy,
    rule: ScopeRule,
    marked: Marked<'_>,
    member: MemberId,
    known: &dyn Fn(&str, &str) -> bool,
) -> Result<(Harvest, LeftOut), Vec<Problem>> {
    let mut basket = Basket::new(marked);
    let mut unpacking = Unpacking::within(Bounds {
        files_max: limits::NETWORK_ARCHIVE_FILES_MAX,
        bytes_max: limits::NETWORK_UNPACKED_BYTES_MAX as u64,
    });
    let (mut unread, mut left_out) = (Vec::new(), 0_u64);
    let mut import = Import::new(policy, &mut basket);
    for file in files {
        match read_file(file, &mut import, &mut unpacking) {
            Ok(()) => {}
            Err(Refused::File(problem)) => unread.push(problem),
            Err(Refused::Whole(problem)) => return Err(vec![problem]),
        }
    }
    let mut skips = std::mem::take(&mut import.skips);
    if unread.len() == files.len() {
        unread.truncate(PROBLEMS_MAX);
        return Err(unread);
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
    counts.extend(of_archives(&unpacking));
    counts.extend(unread.iter().take(PROBLEMS_MAX).map(|problem| (problem.message.clone(), 1)));
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

/// Reads one file, packed or not.
fn read_file(
    file: &NetworkFile,
    import: &mut Import<'_>,
    unpacking: &mut Unpacking,
) -> Result<(), Refused> {
    let mut watch = |_| true;
    let form = Form::of(&file.name, &file.bytes);
    let (mut input, packed) = (file.bytes.as_slice(), file.bytes.len() as u64);
    let before = unpacking.read;
    match form {
        Form::Zip if !is_directory_bounded(input, limits::NETWORK_ARCHIVE_FILES_MAX) => {
            let error = ArchiveError::TooManyFiles(limits::NETWORK_ARCHIVE_FILES_MAX);
            return Err(Refused::Whole(packed_problem(file, &error)));
        }
        Form::Zip => read_zip(Cursor::new(input), unpacking, import, &mut watch),
        Form::Gzip => read_gzip(&file.name, input, packed, unpacking, import, &mut watch),
        Form::Unknown => {
            let why = "This is no mailbox (.mbox), message (.eml), calendar (.ics), card (.vcf), \
                       table (.csv), or a .zip or .gz of those.";
            return Err(Refused::File(problem(file, "file_unknown", why)));
        }
        form => {
            return read_form(form, &mut input, import, &mut watch).map_err(|error| {
                let why = format!("It cannot be read: {error}.");
                Refused::File(problem(file, "file_unreadable", &why))
            });
        }
    }
    .map_err(|error| match error {
        ArchiveError::Damaged => Refused::File(packed_problem(file, &error)),
        _ => Refused::Whole(packed_problem(file, &error)),
    })?;
    if unpacking.read == before {
        let why = "Nothing in it is a mailbox (.mbox), message (.eml), calendar (.ics), card (.vcf) \
                   or table (.csv) that can be read.";
        return Err(Refused::File(problem(file, "file_unreadable", why)));
    }
    Ok(())
}

/// How much of an upload a bad file takes with it.
enum Refused {
    /// Itself.
    File(Problem),
    /// Everything: an archive beyond the bounds.
    Whole(Problem),
}

fn problem(file: &NetworkFile, code: &str, why: &str) -> Problem {
    let name: String = file.name.chars().filter(|c| !c.is_control()).take(80).collect();
    Problem::new("file", code, format!("{name}: {why}"))
}

fn packed_problem(file: &NetworkFile, error: &ArchiveError) -> Problem {
    let why = format!(
        "Not taken: {error}. For more, run “warmpath network import” on your own computer, or \
         choose a part of it."
    );
    problem(file, "file_packed", &why)
}

/// What was left out of archives, by ending and reason: names of files in them are private.
fn of_archives(unpacking: &Unpacking) -> impl Iterator<Item = (String, u64)> + '_ {
    unpacking.left_out.iter().map(|((ending, why), count)| {
        let which = match ending.as_str() {
            "" => "files in an archive".to_owned(),
            ending => format!("files ending in .{ending} in an archive"),
        };
        (format!("{which}: {why}"), *count)
    })
}
