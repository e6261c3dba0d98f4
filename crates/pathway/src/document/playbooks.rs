//! Opening texts and the thank-you: drafts that a person completes and sends.

use super::model::{Acknowledgement, Playbook, Spanned};
use super::reader::Section;
use super::target::Target;
use crate::finding::Reporter;
use crate::limits::PLAYBOOKS_MAX;

/// What the sender must fill in by hand; a draft that still has it cannot be sent.
pub const PERSONAL_SLOT: &str = "personal";

/// What a text may name besides the personal slot, and what is put there.
pub const PLACEHOLDERS: &[(&str, &str)] = &[
    ("prospect_first_name", "First name of the referred person"),
    ("prospect_company", "Company of the referred person"),
    ("referrer_name", "Full name of the referrer"),
    ("referrer_first_name", "First name of the referrer"),
    ("referrer_company", "Company of the referrer"),
    ("context", "The referrer's words, frozen on receipt"),
    ("need", "The need as the referrer put it"),
    ("topic", "First topic named in the context"),
    ("owner_name", "Full name of the owner"),
    ("owner_first_name", "First name of the owner"),
    ("our_company", "Name of the workspace"),
    ("meeting_link", "The owner's booking link"),
];

pub(super) fn playbooks(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Vec<Playbook> {
    let mut found = Vec::new();
    const KEYS: [&str; 4] = ["id", "name", "language", "opening"];
    for table in top.sections("playbook", &KEYS, PLAYBOOKS_MAX, reporter) {
        let id = table.id(reporter);
        let name = table.name("name", "name = \"Month-end close\"", reporter).value;
        let language = table.name("language", "language = \"en\"", reporter).value;
        if !table.has("opening") {
            table.missing("opening", "opening = \"…\" with {personal} in it", reporter);
        }
        if let Some(opening) = table.text("opening", reporter) {
            found.push(Playbook { id, name, language, opening, range: table.range.clone() });
        }
    }
    found
}

pub(super) fn acknowledgement(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Acknowledgement {
    let section = top.section("acknowledgement", &["from", "text"], reporter);
    if section.is_none() && !top.has("acknowledgement") {
        top.missing("[acknowledgement]", "[acknowledgement] with from and text", reporter);
    }
    let empty = |range: &std::ops::Range<usize>| Acknowledgement {
        from: Spanned { value: Target::ReferrerOwner, range: range.clone() },
        text: Spanned { value: String::new(), range: range.clone() },
    };
    let Some(table) = section else { return empty(&top.range) };
    let mut found = empty(&table.range);
    for (key, example) in [("from", "from = \"referrer-owner\""), ("text", "text = \"…\"")] {
        if !table.has(key) {
            table.missing(key, example, reporter);
        }
    }
    if let Some(from) = table.target("from", reporter) {
        found.from = from;
    }
    if let Some(text) = table.text("text", reporter) {
        found.text = text;
    }
    found
}

/// The names between braces, in order.
pub(crate) fn placeholders(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        let Some(close) = rest.find(['{', '}']) else { break };
        if rest[close..].starts_with('}') {
            found.push(&rest[..close]);
        }
        rest = &rest[close..];
    }
    found
}
