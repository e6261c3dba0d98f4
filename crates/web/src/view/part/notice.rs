//! Notes, segments, empty states, toasts.

use super::super::filters;
use super::{Action, Tone, renders_itself};
use askama::Template;

/// One or two sentences on a soft ground.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/note.html")]
pub struct Note {
    /// Its meaning.
    pub tone: Tone,
    /// The first words in bold: "Give first."; may be empty.
    pub lead: String,
    /// The sentence.
    pub text: String,
    /// What to do instead, as (label, href).
    pub link: Option<(String, String)>,
    /// Icon name; empty picks one by tone.
    pub icon: String,
}

impl Note {
    /// A note.
    #[must_use]
    pub fn new(tone: Tone, lead: impl Into<String>, text: impl Into<String>) -> Self {
        Self { tone, lead: lead.into(), text: text.into(), ..Self::default() }
    }

    fn sign(&self) -> &str {
        match self.tone {
            _ if !self.icon.is_empty() => &self.icon,
            Tone::Neutral | Tone::Accent => "info",
            Tone::Positive => "circle-check",
            Tone::Warning => "triangle-alert",
            Tone::Negative => "circle-x",
            Tone::Hold => "circle-pause",
        }
    }
}

/// One view of the same data.
#[derive(Clone, Debug, Default)]
pub struct SegmentEntry {
    /// "Mine 7".
    pub label: String,
    /// Its own URL.
    pub href: String,
    /// Whether it is shown now.
    pub current: bool,
}

/// The same data, otherwise shown; or, as tabs, the parts of a record.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/segment.html")]
pub struct Segment {
    /// Name of the group, read aloud.
    pub label: String,
    /// The entries.
    pub entries: Vec<SegmentEntry>,
    /// Tabs instead of a segment.
    pub tabs: bool,
}

impl Segment {
    /// A segment from (label, href) pairs and the index of the current one.
    #[must_use]
    pub fn of(label: &str, entries: &[(&str, &str)], current: usize) -> Self {
        let entries = entries
            .iter()
            .enumerate()
            .map(|(index, (label, href))| SegmentEntry {
                label: (*label).into(),
                href: (*href).into(),
                current: index == current,
            })
            .collect();
        Self { label: label.into(), entries, tabs: false }
    }
}

/// The line drawing of an empty state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmptyArt {
    /// Three points on a path.
    #[default]
    Path,
    /// Two points with a gap.
    Gap,
    /// Bars that do not stand yet.
    Bars,
    /// Documents.
    Pages,
}

/// Nothing here, said truly, with one thing to do.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/empty.html")]
pub struct EmptyState {
    /// The drawing.
    pub art: EmptyArt,
    /// "Nothing waits for you".
    pub title: String,
    /// One true sentence.
    pub sentence: String,
    /// What can be done.
    pub actions: Vec<Action>,
}

/// News that may be missed, with a way back.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/toast.html")]
pub struct Toast {
    /// "Accepted."
    pub text: String,
    /// POST path that undoes it; empty for none.
    pub undo_path: String,
}

renders_itself!(Note, Segment, EmptyState, Toast);
