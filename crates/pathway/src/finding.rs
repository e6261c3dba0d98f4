//! What the parser and the linter say: a finding has a stable code, a place in the text, a human
//! sentence, the next step, and often the replacement that mends it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::limits::FINDINGS_MAX;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The document cannot go further.
    Error,
    /// Worth a look; does not stop anything.
    Remark,
}

/// Stable codes of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The document, a list or a text is over its bound.
    TooLong,
    /// Not TOML.
    Syntax,
    /// A key the document does not have.
    UnknownKey,
    /// A key that must be there is not.
    MissingKey,
    /// A value of the wrong type.
    WrongType,
    /// A value outside its range or its choices.
    WrongValue,
    /// Two rules, playbooks or fit rows with one id.
    DuplicateId,
    /// A `when` that does not read as a condition.
    BadCondition,
    /// A fact that the catalogue does not have.
    UnknownFact,
    /// `between 9 and 3`, or an empty list.
    EmptyRange,
    /// Conditions of one rule that cannot hold together.
    Contradiction,
    /// A branch of an `or` that can never hold.
    DeadBranch,
    /// A rule that earlier rules always pre-empt.
    ShadowedRule,
    /// A rule for a type, source or door this pathway does not take.
    NeverAsked,
    /// A stage whose last rule is not `when = "always"`.
    NoDefault,
    /// A member, pool or vendor that the roster does not have.
    UnknownOwner,
    /// An enrichment vendor that is not set up.
    UnknownVendor,
    /// A member who has left.
    InactiveOwner,
    /// A playbook that the document does not have.
    UnknownPlaybook,
    /// An owner without a fallback, or a fallback that may fail like the owner.
    MissingFallback,
    /// A state that would wait without a clock.
    NoClock,
    /// A referral type, source or door that reaches no owner.
    Hole,
    /// Score exponents out of range, or not adding up to one.
    BadExponents,
    /// An opening text without the personal slot.
    NoPersonalSlot,
    /// A placeholder that nothing fills.
    UnknownPlaceholder,
    /// A playbook nobody uses, a version that is not newer, and the like.
    Untidy,
}

/// A replacement of a byte range of the document that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// First byte replaced.
    pub start: usize,
    /// First byte after the replaced ones.
    pub end: usize,
    /// What comes there.
    pub text: String,
}

/// One remark or refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable code.
    pub code: Code,
    /// Error or remark.
    pub severity: Severity,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Length in characters on that line; 0 for a place between characters.
    pub length: usize,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do about it.
    pub what_to_do: String,
    /// A replacement that mends it, where there is one.
    pub fix: Option<Fix>,
}

/// The text with a finding's fix applied; none when it has no fix or the text has changed since.
#[must_use]
pub fn apply_fix(text: &str, finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let (before, after) = (text.get(..fix.start)?, text.get(fix.end..)?);
    (fix.start <= fix.end).then(|| format!("{before}{}{after}", fix.text))
}

/// Collects findings over one text.
pub(crate) struct Reporter<'text> {
    text: &'text str,
    findings: Vec<Finding>,
}

impl<'text> Reporter<'text> {
    pub(crate) fn new(text: &'text str) -> Self {
        Self { text, findings: Vec::new() }
    }

    pub(crate) fn error(
        &mut self,
        code: Code,
        range: Range<usize>,
        message: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> &mut Finding {
        self.push(Severity::Error, code, range, message.into(), what_to_do.into())
    }

    pub(crate) fn remark(
        &mut self,
        code: Code,
        range: Range<usize>,
        message: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> &mut Finding {
        self.push(Severity::Remark, code, range, message.into(), what_to_do.into())
    }

    fn push(
        &mut self,
        severity: Severity,
        code: Code,
        range: Range<usize>,
        message: String,
        what_to_do: String,
    ) -> &mut Finding {
        let (line, column, length) = locate(self.text, range);
        let finding =
            Finding { code, severity, line, column, length, message, what_to_do, fix: None };
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The findings in reading order, errors first on one place, bounded.
    pub(crate) fn finish(mut self) -> Vec<Finding> {
        self.findings.sort_by(|a, b| {
            (a.line, a.column, a.severity, a.code).cmp(&(b.line, b.column, b.severity, b.code))
        });
        self.findings.dedup();
        if self.findings.len() > FINDINGS_MAX {
            // An error beyond the bound must not get lost, or a bad document would look clean.
            self.findings.sort_by_key(|finding| finding.severity);
            self.findings.truncate(FINDINGS_MAX);
        }
        self.findings
    }
}

/// Line, column and length (characters, cut at the end of the line) of a byte range.
fn locate(text: &str, range: Range<usize>) -> (usize, usize, usize) {
    let start = floor(text, range.start);
    let end = floor(text, range.end).max(start);
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = text[line_start..start].chars().count() + 1;
    let marked = text[start..end].split('\n').next().unwrap_or("");
    (line, column, marked.trim_end_matches('\r').chars().count())
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The nearest of `names` to `word`, when it is near enough to be a slip of the finger.
pub(crate) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = (word.chars().count() / 3).clamp(1, 3);
    names
        .into_iter()
        .map(|name| (distance(&word, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// Edit distance with swaps of neighbours counted once (optimal string alignment).
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(64).collect();
    let right: Vec<char> = right.chars().take(64).collect();
    let mut rows = vec![(0..=right.len()).collect::<Vec<_>>()];
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let change = rows[i][j] + usize::from(a != b);
            let mut best = change.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_survive_any_range() {
        let text = "a = 1\nb = \"é…x\"\n";
        let quote = text.find('x').unwrap();
        assert_eq!(locate(text, quote..quote + 1), (2, 8, 1));
        for start in 0..text.len() + 3 {
            for end in 0..text.len() + 3 {
                let (line, column, _) = locate(text, start..end);
                assert!(line >= 1 && column >= 1);
            }
        }
    }

    #[test]
    fn suggestions_are_near_or_absent() {
        let names = ["headcount", "customer", "country"];
        assert_eq!(nearest("headcont", names), Some("headcount"));
        assert_eq!(nearest("cuontry", names), Some("country"));
        assert_eq!(nearest("weather", names), None);
    }
}
