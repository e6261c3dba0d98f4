//! Is this one person? A list of pairs, one pair side by side, and its evidence added up.

use super::part::{Action, Avatar, EmptyState, Note, Section};
use super::{Shell, filters};
use askama::Template;

/// A pair on the list.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Its page.
    pub href: String,
    /// Name of the record that was there.
    pub known: String,
    /// Name of the record that came.
    pub fresh: String,
    /// "0.986".
    pub probability: String,
    /// It is the one shown.
    pub current: bool,
}

/// One of the two records.
#[derive(Clone, Debug, Default)]
pub struct SideView {
    /// Initials.
    pub avatar: Avatar,
    /// Name.
    pub name: String,
    /// "Known since 2023, 3 source records".
    pub origin: String,
}

/// One field of both.
#[derive(Clone, Debug, Default)]
pub struct FieldRow {
    /// "Phone".
    pub label: String,
    /// Values of the record that was there.
    pub known: Vec<String>,
    /// Values of the record that came.
    pub fresh: Vec<String>,
    /// "=", "≈" or "≠".
    pub sign: &'static str,
    /// Class of the sign: `pos`, `warn`, `neg`.
    pub tone: &'static str,
    /// "Close."; empty where nothing can be said.
    pub verdict: String,
    /// " Nickname".
    pub remark: String,
}

impl FieldRow {
    fn values(&self) -> [&Vec<String>; 2] {
        [&self.known, &self.fresh]
    }
}

/// One step of the waterfall, in percent of its width.
#[derive(Clone, Debug, Default)]
pub struct StepBar {
    /// "Family name agrees".
    pub label: String,
    /// "+7.9".
    pub bits: String,
    /// Where the bar begins.
    pub from: String,
    /// How wide it is.
    pub width: String,
    /// Class: `prior`, `for`, `against`.
    pub tone: &'static str,
    /// "Rare: 1 in 240".
    pub remark: String,
}

/// A pair.
#[derive(Clone, Debug, Default)]
pub struct Pair {
    /// What has to be said first: who decided it.
    pub note: Option<Note>,
    /// The record that was there.
    pub known: SideView,
    /// The record that came.
    pub fresh: SideView,
    /// The fields.
    pub rows: Vec<FieldRow>,
    /// Same, not the same, later.
    pub actions: Vec<Action>,
    /// "Can be undone. Nothing is shown to anybody outside."
    pub promise: String,
    /// The waterfall.
    pub steps: Vec<StepBar>,
    /// Its end.
    pub total: StepBar,
    /// Where 0 bits are, in percent.
    pub zero: String,
    /// Lines and model.
    pub foot: String,
}

impl Pair {
    fn sides(&self) -> [&SideView; 2] {
        [&self.known, &self.fresh]
    }
}

/// The page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "duplicates.html")]
pub struct DuplicatesPage {
    /// The frame.
    pub shell: Shell,
    /// "Is this one person?"
    pub title: String,
    /// One sentence.
    pub lead: String,
    /// "3 decided today"; empty for none.
    pub progress: String,
    /// The list.
    pub queue: Vec<Entry>,
    /// "4 more"; empty for none.
    pub more: String,
    /// The pair shown.
    pub pair: Option<Pair>,
    /// Nothing waits.
    pub empty: Option<EmptyState>,
    /// What was decided lately.
    pub below: Vec<Section>,
}
