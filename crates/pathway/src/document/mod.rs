//! A pathway document: its parts as read from TOML, each with its place in the text.
//!
//! Start with [`parse`]. A [`Document`] exists only when the text is well-formed: known keys,
//! right types, conditions that fit the catalogue. Whether it makes sense is the linter's
//! business.

mod model;
mod period;
mod playbooks;
mod reader;
mod rules;
mod sections;
mod target;

pub use model::{
    Acknowledgement, Action, Attribution, BreachStep, Contact, Document, Door, Enrichment,
    Exponents, FitRow, Header, Nurture, Playbook, Priority, Retention, Rule, ScorePlan, Spanned,
    Stage, Verification, WhenUnknown,
};
pub use period::{Counts, Period, PeriodError};
pub(crate) use playbooks::placeholders;
pub use playbooks::{PERSONAL_SLOT, PLACEHOLDERS};
pub use target::{Target, TargetError};

use crate::finding::{Code, Finding, Reporter};
use crate::limits::DOCUMENT_BYTES_MAX;
use reader::Section;

/// The tables of a document.
const TOP: [&str; 12] = [
    "pathway",
    "doors",
    "verification",
    "contact",
    "enrichment",
    "score",
    "rule",
    "playbook",
    "acknowledgement",
    "nurture",
    "retention",
    "attribution",
];

/// Reads a document.
///
/// # Errors
/// All findings of the text, errors among them, in reading order. Never panics.
pub fn parse(text: &str) -> Result<Document, Vec<Finding>> {
    let mut reporter = Reporter::new(text);
    let document = read(text, &mut reporter);
    match document {
        Some(document) if !reporter.has_errors() => Ok(document),
        _ => Err(reporter.finish()),
    }
}

fn read(text: &str, reporter: &mut Reporter<'_>) -> Option<Document> {
    if text.len() > DOCUMENT_BYTES_MAX {
        let message = format!("the document is longer than {DOCUMENT_BYTES_MAX} bytes");
        reporter.error(Code::TooLong, 0..0, message, "Split it into several pathways.");
        return None;
    }
    let parsed = match toml_edit::Document::parse(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let range = error.span().unwrap_or(0..0);
            let what = "Mend the line; text stands in quotes, lists in brackets.";
            reporter.error(Code::Syntax, range, error.message().replace('\n', ", "), what);
            return None;
        }
    };
    let top = Section::new("the document", parsed.as_table(), 0..0, text, &TOP, reporter);
    let (playbooks, score) =
        (playbooks::playbooks(&top, reporter), sections::score(&top, reporter));
    Some(Document {
        text: text.to_owned(),
        header: sections::header(&top, reporter),
        doors: sections::doors(&top, reporter),
        verification: sections::verification(&top, reporter),
        contact: sections::contact(&top, reporter),
        enrichment: sections::enrichment(&top, reporter),
        score,
        rules: rules::rules(&top, reporter),
        playbooks,
        acknowledgement: playbooks::acknowledgement(&top, reporter),
        nurture: sections::nurture(&top, reporter),
        retention: sections::retention(&top, reporter),
        attribution: sections::attribution(&top, reporter),
    })
}
