//! The linter: says what a document would do wrong, before it can.
//!
//! [`lint`] takes a parsed document and the workspace's roster; [`check`] does both steps for an
//! editor. A document with an error cannot go further in its life cycle.

mod coverage;
mod names;
mod roster;
mod sense;
mod texts;

pub use roster::{Roster, RosterMember};

use crate::document::{Document, parse};
use crate::finding::{Finding, Reporter, Severity};

/// All findings of a parsed document, in reading order.
#[must_use]
pub fn lint(document: &Document, roster: &Roster) -> Vec<Finding> {
    let mut reporter = Reporter::new(&document.text);
    names::check(document, roster, &mut reporter);
    sense::check(document, &mut reporter);
    texts::check(document, &mut reporter);
    coverage::check(document, &mut reporter);
    reporter.finish()
}

/// Parses and lints in one step, as an editor does while somebody types.
#[must_use]
pub fn check(text: &str, roster: &Roster) -> Vec<Finding> {
    match parse(text) {
        Ok(document) => lint(&document, roster),
        Err(findings) => findings,
    }
}

/// True when nothing stands in the way of the next step of the life cycle.
#[must_use]
pub fn is_clean(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity != Severity::Error)
}
