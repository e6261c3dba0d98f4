//! The page of one profile: the brief with its marks, what was understood, the meter, the people
//! left, and the three texts for the connector. One form; it is read again as one types, and by a
//! button where there is no script.

use super::part::{
    Action, Bars, ErrorSummary, Field, Note, Pill, Section, SegmentEntry, TableView,
};
use super::pathway::LifeStep;
use super::{Shell, filters};
use askama::Template;

/// How a piece of the brief was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// Words between.
    #[default]
    Plain,
    /// Understood as a criterion.
    Understood,
    /// Understood as not wanted.
    Unwanted,
    /// Not understood.
    Unread,
}

/// A piece of the brief.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// How they were taken.
    pub mark: Mark,
}

/// A part of the meter.
#[derive(Clone, Debug, Default)]
pub struct MeterPart {
    /// "Trigger with a window".
    pub label: String,
    /// It is specific.
    pub full: bool,
    /// What is missing, with two examples; empty where nothing is.
    pub help: String,
}

/// The specificity meter.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    /// "Specific enough", "Not specific yet", "Contradicts itself".
    pub title: String,
    /// The parts.
    pub parts: Vec<MeterPart>,
}

impl Meter {
    fn full(&self) -> usize {
        self.parts.iter().filter(|part| part.full).count()
    }

    /// Left edge of a segment in percent, and whether it is filled.
    fn segments(&self) -> Vec<(usize, bool)> {
        let width = 100 / self.parts.len().max(1);
        (0..self.parts.len()).map(|n| (n * width, n < self.full())).collect()
    }

    fn width(&self) -> usize {
        100 / self.parts.len().max(1) - 1
    }
}

/// The page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "profile.html")]
pub struct ProfilePage {
    /// The frame.
    pub shell: Shell,
    /// Name of the profile.
    pub title: String,
    /// Where it stands.
    pub pill: Option<Pill>,
    /// One sentence.
    pub lead: String,
    /// Brief, matches, versions.
    pub tabs: Vec<SegmentEntry>,
    /// The life cycle.
    pub life: Vec<LifeStep>,
    /// What needs a look after a refused form.
    pub errors: ErrorSummary,
    /// What has to be said first.
    pub note: Option<Note>,
    /// Where the form goes; empty where the reader may not write.
    pub save_action: String,
    /// Where it is read without being kept.
    pub check_action: String,
    /// The version that was read.
    pub base: String,
    /// Name and settings.
    pub name: Field,
    /// The brief.
    pub brief: String,
    /// What is wrong with the brief; empty when nothing is.
    pub brief_error: String,
    /// "English, understood on this machine".
    pub language: String,
    /// The brief with marks; empty before there is one.
    pub pieces: Vec<Piece>,
    /// What was understood.
    pub criteria: TableView,
    /// Words that were not understood, each in quotes.
    pub unread: String,
    /// The three texts.
    pub texts: Vec<Field>,
    /// Findings of the texts as (field, sentence).
    pub findings: Vec<(String, String)>,
    /// The number of introductions by hand before automation.
    pub needed: Field,
    /// Buttons of the form beside the save button.
    pub buttons: Vec<Action>,
    /// The meter.
    pub meter: Meter,
    /// People left.
    pub funnel: Option<Bars>,
    /// "22 more are unknown on something, shown apart, never counted as fitting."
    pub funnel_note: String,
    /// Cards below the meter.
    pub rail: Vec<Section>,
}

impl ProfilePage {
    fn tab_bar(&self) -> super::part::Segment {
        super::part::Segment { label: "Parts".into(), entries: self.tabs.clone(), tabs: true }
    }
}
