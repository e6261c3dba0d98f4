//! The words of an introduction: kept by slot and edition, drafted from stored facts only, checked
//! before anybody approves them.

use std::collections::BTreeMap;

use warmpath_core::id::IntroductionId;
use warmpath_core::introduction::message::{OWN_LINE, OWN_LINE_MIN, is_own_line, pitches};
use warmpath_core::introduction::sealed::Sealed;
use warmpath_core::message_review::{Draft, Occasion, Severity, review};
use warmpath_core::text::Paragraphs;
use warmpath_profile::draft::{DraftProblem, Fact, check_draft};
use warmpath_store::table::introduction::IntroductionTextRow;

use crate::error::Problem;
use crate::keys::sha256;
use crate::unit::Unit;

/// Longest text of an introduction, in characters.
pub const TEXT_MAX: usize = 2_000;

/// The latest edition of each slot.
pub fn latest(rows: Vec<IntroductionTextRow>) -> BTreeMap<String, IntroductionTextRow> {
    let mut found: BTreeMap<String, IntroductionTextRow> = BTreeMap::new();
    for row in rows {
        match found.get(&row.slot) {
            Some(known) if known.edition >= row.edition => {}
            _ => {
                found.insert(row.slot.clone(), row);
            }
        }
    }
    found
}

/// A new edition of a slot; approved when its sender approved exactly these words.
pub fn write(
    unit: &mut Unit<'_>,
    (introduction, known): (IntroductionId, &BTreeMap<String, IntroductionTextRow>),
    slot: &str,
    body: &str,
    (author, approved): (&str, bool),
) -> Vec<u8> {
    let hash = sha256(body.as_bytes());
    let row = IntroductionTextRow {
        workspace: unit.workspace,
        introduction,
        slot: slot.to_owned(),
        edition: known.get(slot).map_or(0, |text| text.edition + 1),
        body: body.to_owned(),
        author: author.to_owned(),
        approved: approved.then_some(unit.at),
        hash: if approved { hash.clone() } else { Vec::new() },
    };
    unit.push(row.insert());
    hash
}

/// Puts somebody's own line into a draft, and says what is missing.
///
/// # Errors
/// The problems, by field.
pub fn with_own_line(draft: &str, own: &str) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    if !is_own_line(own) {
        problems.push(Problem::new(
            "own",
            "slot_unfilled",
            format!("Write a line of your own, at least {OWN_LINE_MIN} characters."),
        ));
    }
    let text = if draft.contains(OWN_LINE) {
        draft.replace(OWN_LINE, own.trim())
    } else {
        draft.to_owned()
    };
    if problems.is_empty() && !text.contains(own.trim()) {
        let sentence = "Your own line is not in the text any more. Put it back, or write it there.";
        problems.push(Problem::new("own", "slot_unfilled", sentence));
    }
    match Paragraphs::<TEXT_MAX>::parse(&text) {
        Ok(text) if problems.is_empty() => Ok(text.into_string()),
        Ok(_) => Err(problems),
        Err(refusal) => {
            problems.push(Problem::new("text", "text_invalid", refusal.to_string()));
            Err(problems)
        }
    }
}

/// What keeps an ask from going out: it names the sealed, sells, carries another link than its own,
/// or lost that one.
pub fn check_ask(text: &str, sealed: &Sealed, link: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    for span in sealed.found_in(text) {
        problems.push(Problem::new(
            "text",
            "naming_before_consent",
            format!("Take out “{}”: nobody is named before they agreed.", &text[span]),
        ));
    }
    for phrase in pitches(text) {
        problems.push(Problem::new("text", "pitch", format!("Take out “{phrase}”. It sells.")));
    }
    let links: Vec<&str> = text
        .split_whitespace()
        .filter(|word| word.contains("://") || word.contains("www."))
        .map(|word| word.trim_matches(|c: char| "()<>[]\"'.,;:!?".contains(c)))
        .collect();
    if links != [link] {
        problems.push(Problem::new(
            "text",
            "one_link",
            "The text carries exactly one link: the one we made for it.",
        ));
    }
    problems
}

/// What keeps the introduction's message from being approved: form, facts, praise, pitch, links.
pub fn check_message(text: &str, facts: &[String], link: &str) -> Vec<Problem> {
    let facts: Vec<Fact> = facts
        .iter()
        .enumerate()
        .map(|(n, text)| Fact { id: n.to_string(), text: text.clone() })
        .collect();
    let mut problems: Vec<Problem> = check_draft(text, &facts, Some(link))
        .into_iter()
        .map(|problem| Problem::new("text", code(&problem), sentence(&problem)))
        .collect();
    for phrase in pitches(text) {
        problems.push(Problem::new("text", "pitch", format!("Take out “{phrase}”. It sells.")));
    }
    problems.extend(forbidden(text));
    problems
}

/// The blocking findings of the message review that concern what stands in a text.
fn forbidden(text: &str) -> Vec<Problem> {
    let draft = Draft { subject: "", body: text, in_reply_to: false, one_click_unsubscribe: true };
    let occasion = Occasion {
        recipient: None,
        recipient_opted_in: true,
        commercial: false,
        first_message: false,
        canada_exemption: false,
        reward_recorded: false,
        referrer_statement: true,
        sender_legal_name: String::new(),
        sender_postal_address: None,
        referrer_names: Vec::new(),
        source_and_notice: Vec::new(),
        sealed: Vec::new(),
        known_identifiers: Vec::new(),
    };
    review(&draft, &occasion)
        .into_iter()
        .filter(|f| f.severity == Severity::Block && f.span.is_some())
        .map(|f| Problem::new("text", "review", format!("{}: {}", f.reason, f.suggestion)))
        .collect()
}

fn code(problem: &DraftProblem) -> &'static str {
    match problem {
        DraftProblem::SentenceCount { .. } => "sentence_count",
        DraftProblem::TooLong { .. } => "too_long",
        DraftProblem::UntracedNumber { .. } => "untraced_number",
        DraftProblem::UntracedName { .. } => "untraced_name",
        DraftProblem::Superlative { .. } => "superlative",
        DraftProblem::Link { .. } => "one_link",
        DraftProblem::OpenSlot { .. } => "slot_unfilled",
    }
}

fn sentence(problem: &DraftProblem) -> String {
    match problem {
        DraftProblem::SentenceCount { found } => {
            format!("Three sentences, and it has {found}.")
        }
        DraftProblem::TooLong { found } => format!("At most 90 words, and it has {found}."),
        DraftProblem::UntracedNumber { number } => {
            format!("No stored fact has the number {number}.")
        }
        DraftProblem::UntracedName { name } => format!("No stored fact has the name “{name}”."),
        DraftProblem::Superlative { word } => format!("Take out “{word}”. Say what happened."),
        DraftProblem::Link { link } => format!("Take out {link}. One link, the one we made."),
        DraftProblem::OpenSlot { slot } => format!("Fill {slot}, or take it out."),
    }
}
