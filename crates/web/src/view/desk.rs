//! Work pages made of cards: lists, settings, figures, imports, ledger, compliance, team.
//!
//! One frame for all of them, because they differ in what stands in the cards and not in their
//! anatomy: a head with a title, one sentence and actions; filters where there is a list; cards
//! in the main column; cards in the rail.

use super::part::{
    Action, ErrorSummary, FilterBar, Note, Pill, Section, Segment, SegmentEntry, Stats,
};
use super::{Shell, filters};
use askama::Template;

/// How the cards stand on wide screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Main column and rail; one column when the rail is empty.
    #[default]
    Rail,
    /// Two columns of equal width (charts).
    TwoUp,
    /// One narrow column (a single form).
    Narrow,
}

/// A work page made of cards.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk.html")]
pub struct DeskPage {
    /// The frame.
    pub shell: Shell,
    /// Title of the page.
    pub title: String,
    /// State of the thing shown; none for lists.
    pub pill: Option<Pill>,
    /// One sentence.
    pub lead: String,
    /// Actions of the page, one of them primary.
    pub actions: Vec<Action>,
    /// The same data otherwise shown.
    pub segment: Option<Segment>,
    /// Parts of the area with their own addresses.
    pub tabs: Vec<SegmentEntry>,
    /// What needs a look after a refused form.
    pub errors: ErrorSummary,
    /// What has to be said first.
    pub note: Option<Note>,
    /// Search and filters.
    pub filters: Option<FilterBar>,
    /// Figures across the page.
    pub stats: Option<Stats>,
    /// How the cards stand.
    pub layout: Layout,
    /// Cards of the main column.
    pub main: Vec<Section>,
    /// Cards of the rail.
    pub rail: Vec<Section>,
    /// Address that is asked again every minute while work goes on; empty for never.
    pub refresh_href: String,
}

impl DeskPage {
    fn tab_bar(&self) -> Segment {
        Segment { label: "Parts".into(), entries: self.tabs.clone(), tabs: true }
    }
}
