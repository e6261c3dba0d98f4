//! The keyed hashes under which people and companies are looked for. A key proposes: two who share
//! one are weighed, nothing more.

use std::collections::BTreeSet;

use warmpath_core::id::WorkspaceId;
use warmpath_identity::normal::fold::{fold, plain_umlauts};
use warmpath_identity::normal::nickname::Nicknames;
use warmpath_identity::normal::{company, email, person};

use crate::keys::Keys;
use crate::resolve::judge::{Record, profile_form};

/// A hash this long meets another by chance once in 2^64 keys.
const KEY_BYTES: usize = 16;

/// Most keys of one person.
const KEYS_MAX: usize = 12;

/// The keys of a person's record.
pub fn of_person(keys: &Keys, workspace: WorkspaceId, record: &Record) -> Vec<Vec<u8>> {
    let mut plain = BTreeSet::new();
    let name = person::parse("", "", &record.name);
    let (given, family) = (plain_umlauts(&name.given), plain_umlauts(&name.family));
    if !given.is_empty() && !family.is_empty() {
        let mut both = [given.as_str(), family.as_str()];
        both.sort_unstable();
        plain.insert(format!("name {} {}", both[0], both[1]));
        let initial: String = given.chars().take(1).collect();
        plain.insert(format!("initial {initial} {family}"));
        for class in Nicknames::shipped().classes(&name.given).iter().take(2) {
            plain.insert(format!("short {class} {family}"));
        }
    }
    let organisation = organisation(record);
    if !organisation.is_empty() {
        for part in [&given, &family].into_iter().filter(|part| part.chars().count() > 1) {
            plain.insert(format!("at {organisation} {part}"));
        }
    }
    for mailbox in record.mailboxes.iter().take(4) {
        let address = email::parse(mailbox);
        if !address.full.is_empty() {
            plain.insert(format!("mailbox {}", address.full));
        }
    }
    plain.extend(record.phones.iter().take(3).map(|line| format!("line {line}")));
    if !record.profile.is_empty() {
        plain.insert(format!("profile {}", profile_form(&record.profile)));
    }
    if plain.is_empty() {
        plain.insert(format!("whole {}", fold(&record.name)));
    }
    plain.iter().take(KEYS_MAX).map(|text| hash(keys, workspace, "person match", text)).collect()
}

/// The company of a person as one word: the domain of a work mailbox, else the company's name.
fn organisation(record: &Record) -> String {
    let work =
        record.mailboxes.iter().map(|m| email::parse(m)).find(|a| !a.free && !a.full.is_empty());
    match work {
        Some(address) => address.domain,
        None => match crate::find_person::as_domain(&record.company) {
            Some(domain) => domain,
            None => company::parse(&record.company).core,
        },
    }
}

/// The keys of a company: its name without legal form, its name as one word, its domains.
pub fn of_account(
    keys: &Keys,
    workspace: WorkspaceId,
    name: &str,
    domains: &[String],
) -> Vec<Vec<u8>> {
    let mut plain = BTreeSet::new();
    let core = company::parse(name).core;
    if !core.is_empty() {
        plain.insert(format!("word {}", core.replace(' ', "")));
        let first: Vec<&str> = core.split(' ').take(2).collect();
        plain.insert(format!("start {}", first.join(" ")));
    }
    for domain in domains.iter().take(4) {
        plain.insert(format!("domain {domain}"));
        plain.insert(format!("word {}", email::folded_stem(domain)));
    }
    if plain.is_empty() {
        plain.insert(format!("whole {}", fold(name)));
    }
    plain.iter().map(|text| hash(keys, workspace, "account match", text)).collect()
}

/// Where a mailbox or a line alone would join strangers: it counts with the folded name only.
pub fn with_name(keys: &Keys, workspace: WorkspaceId, value: &str, name: &str) -> Vec<u8> {
    keys.blind(workspace, "value and name", &format!("{value} {}", fold(name)))
}

/// How the suppression list names a kind of contact point.
pub fn suppressed_as(kind: &str) -> &'static str {
    match kind {
        "email" => "mailbox",
        "profile" => "profile",
        _ => "phone",
    }
}

fn hash(keys: &Keys, workspace: WorkspaceId, kind: &str, text: &str) -> Vec<u8> {
    let mut key = keys.blind(workspace, kind, text);
    key.truncate(KEY_BYTES);
    key
}
