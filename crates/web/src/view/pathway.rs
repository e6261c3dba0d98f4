//! A pathway: its text or rules, what the linter says, what would have changed, its life cycle.

use super::part::{Action, ChartView, Note, Pill, Section, Segment, Stats, TableView, Tone};
use super::{Shell, filters};
use askama::Template;
use std::ops::RangeInclusive;

/// Numbers kept ready for lines added while typing; those out of sight are cut off.
const ROOM_FOR_LINES: usize = 300;

/// A step of the life cycle.
#[derive(Clone, Debug, Default)]
pub struct LifeStep {
    /// "Lint, 1 error".
    pub label: String,
    /// It is behind us.
    pub done: bool,
    /// It is where we are.
    pub current: bool,
}

/// What a line of the source carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineMark {
    /// Nothing.
    #[default]
    None,
    /// It differs from the live version.
    Changed,
    /// It has an error.
    Error,
    /// It has a remark.
    Remark,
    /// Only in the newer version (compare).
    Added,
    /// Only in the older version (compare).
    Removed,
}

/// How a piece of source reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Token {
    /// Anything else.
    #[default]
    Plain,
    /// A key.
    Key,
    /// A text.
    Text,
    /// A table's head.
    Head,
    /// A comment.
    Comment,
}

impl Token {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Key => "key",
            Self::Text => "text",
            Self::Head => "head",
            Self::Comment => "comment",
        }
    }
}

/// A line of the source.
#[derive(Clone, Debug, Default)]
pub struct SourceLine {
    /// Its number.
    pub number: u32,
    /// Its pieces.
    pub pieces: Vec<(Token, String)>,
    /// What it carries.
    pub mark: LineMark,
}

impl SourceLine {
    /// Splits a line of TOML into pieces to colour: comment, table head, key, texts.
    #[must_use]
    pub fn of(number: u32, text: &str, mark: LineMark) -> Self {
        Self { number, pieces: pieces(text), mark }
    }

    fn class(&self) -> &'static str {
        match self.mark {
            LineMark::None => "",
            LineMark::Changed => "changed",
            LineMark::Error => "finding",
            LineMark::Remark => "remark",
            LineMark::Added => "added",
            LineMark::Removed => "removed",
        }
    }
}

fn pieces(text: &str) -> Vec<(Token, String)> {
    let trimmed = text.trim_start();
    if trimmed.starts_with('#') {
        return vec![(Token::Comment, text.into())];
    }
    if trimmed.starts_with('[') {
        return vec![(Token::Head, text.into())];
    }
    let (key, rest) = match text.split_once('=') {
        Some((key, rest)) if !key.contains('"') => (key, format!("={rest}")),
        _ => ("", text.to_owned()),
    };
    let mut found = Vec::new();
    if !key.is_empty() {
        found.push((Token::Key, key.into()));
    }
    for (index, piece) in rest.split('"').enumerate() {
        if index % 2 == 1 {
            found.push((Token::Text, format!("\"{piece}\"")));
        } else if !piece.is_empty() {
            found.push((Token::Plain, piece.into()));
        }
    }
    found
}

/// What the linter found.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// Negative for an error, warning for a remark.
    pub tone: Tone,
    /// "No such fact: company.headcont".
    pub title: String,
    /// What helps.
    pub help: String,
    /// "22:20".
    pub place: String,
    /// Line, for the link.
    pub line: u32,
    /// Fixes it; none when only a person can.
    pub fix: Option<Action>,
}

/// A rule, for the form view.
#[derive(Clone, Debug, Default)]
pub struct RuleView {
    /// "own-dach-500".
    pub id: String,
    /// "DACH, 200 to 2,000 people".
    pub name: String,
    /// Stage: "Owner".
    pub stage: String,
    /// The condition, in one line.
    pub when: String,
    /// What it does: "Pool DACH mid-market".
    pub then: String,
    /// How often it fired in the last 90 days: "188 of 412".
    pub fired: String,
    /// What may be done: edit, move up, remove.
    pub actions: Vec<Action>,
}

/// How the pathway is shown.
#[derive(Clone, Debug)]
pub enum PathwayView {
    /// Read-only text with marks.
    Source(Vec<SourceLine>),
    /// The text in a field.
    Edit(String),
    /// The rules as a form: rules, and a section to add one.
    Rules(Vec<RuleView>, Option<Section>),
    /// Two versions beside each other: titles and lines.
    Compare((String, Vec<SourceLine>), (String, Vec<SourceLine>)),
}

impl Default for PathwayView {
    fn default() -> Self {
        Self::Source(Vec::new())
    }
}

/// What would have changed on stored referrals.
#[derive(Clone, Debug, Default)]
pub struct Simulation {
    /// "412 referrals of the last 90 days, with the error fixed".
    pub about: String,
    /// Get another owner, wait longer, without an owner.
    pub counts: Stats,
    /// Who moves between owners; none when nobody moves.
    pub chart: Option<ChartView>,
    /// Those who move.
    pub table: TableView,
    /// All of them; empty when all are shown.
    pub all_href: String,
}

/// Page of a pathway.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pathway.html")]
pub struct PathwayPage {
    /// The frame; its actions are save and ask for approval.
    pub shell: Shell,
    /// "Customer referrals, version 13".
    pub title: String,
    /// Its state.
    pub state: Pill,
    /// "Version 12 is live since 2 May. A second person approves before 13 replaces it."
    pub lead: String,
    /// Text, Rules, Changes.
    pub segment: Segment,
    /// The life cycle.
    pub life: Vec<LifeStep>,
    /// What has to be said first.
    pub note: Option<Note>,
    /// "customer-referrals.toml".
    pub file_name: String,
    /// How it is shown.
    pub view: PathwayView,
    /// POST path that keeps the text; empty where the role may only read.
    pub save_action: String,
    /// Version the text was read at, sent along when saving.
    pub base: String,
    /// Path of the text in a field; empty where it may not be edited.
    pub edit_href: String,
    /// Counts beside the lint's title.
    pub lint_pills: Vec<Pill>,
    /// What the linter found; empty when nothing.
    pub findings: Vec<Finding>,
    /// What would have changed; none before the first simulation.
    pub simulation: Option<Simulation>,
    /// Versions, pilot report, "what would happen to this person?".
    pub rail: Vec<Section>,
}

impl PathwayPage {
    fn compares(&self) -> bool {
        matches!(self.view, PathwayView::Compare(..))
    }

    /// Rows of the field: every line is seen, so that the numbers beside it stay true.
    fn rows(&self) -> usize {
        match &self.view {
            PathwayView::Edit(text) => text.lines().count() + 3,
            _ => 0,
        }
    }

    /// Numbers beside the field, with room for lines that are added while typing.
    fn line_numbers(&self) -> RangeInclusive<usize> {
        1..=self.rows() + ROOM_FOR_LINES
    }
}

#[cfg(test)]
mod tests {
    use super::{Token, pieces};

    #[test]
    fn a_line_keeps_every_letter() {
        for line in
            ["# a", "[[owner.rules]]", "when = \"fit >= 70\"", "  \"a\", \"b\"", "", "a = \"b"]
        {
            let joined: String = pieces(line).into_iter().map(|(_, text)| text).collect();
            assert_eq!(joined.trim_end_matches('"'), line.trim_end_matches('"'), "{line}");
        }
    }

    #[test]
    fn keys_and_texts_are_told_apart() {
        let found = pieces("name = \"DACH\"");
        assert_eq!(found[0], (Token::Key, "name ".into()));
        assert_eq!(found[2], (Token::Text, "\"DACH\"".into()));
    }
}
