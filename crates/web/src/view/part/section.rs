//! A card of a work page, made of blocks; and the bar that filters a list.

use super::super::filters;
use super::{
    Action, Bars, ChartView, EmptyState, EvidenceChip, Facts, Field, FormView, HumanWords, Note,
    Seal, Segment, Stats, TableView, Targets, renders_itself,
};
use askama::Template;

/// What stands in a card.
#[derive(Clone, Debug)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A note.
    Note(Note),
    /// Names and values.
    Facts(Facts),
    /// A table, from edge to edge.
    Table(TableView),
    /// A form.
    Form(FormView),
    /// Figures side by side, from edge to edge.
    Stats(Stats),
    /// Bars.
    Bars(Bars),
    /// Rates against targets.
    Targets(Targets),
    /// A chart drawn by script.
    Chart(ChartView),
    /// Nothing here.
    Empty(EmptyState),
    /// Buttons.
    Buttons(Vec<Action>),
    /// Evidence.
    Chips(Vec<EvidenceChip>),
    /// A person's words.
    Words(HumanWords),
    /// How far long work is: done, total, words at the left and right.
    Progress {
        /// Rows done.
        done: u64,
        /// Rows in all.
        total: u64,
        /// "31,840 of 48,212 rows".
        words: String,
        /// "About 20 s left, 1,610 rows a second".
        aside: String,
    },
    /// A text to copy: a key shown once, a signing secret, a link.
    Copy {
        /// Id on the page.
        id: String,
        /// The text.
        text: String,
    },
    /// A text as it was written, such as a mail.
    Letter(String),
    /// Hashes of a proof as (place, hash).
    Proof(Vec<(String, String)>),
    /// Numbered steps as (title, sentence).
    Steps(Vec<(String, String)>),
}

/// A card with a title.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/section.html")]
pub struct Section {
    /// Id on the page, for links to it.
    pub id: String,
    /// "Refused rows"; without one the card needs no head.
    pub title: String,
    /// "32 so far, everything else goes in"; empty for nothing.
    pub aside: String,
    /// Small buttons or links at the right of the head.
    pub actions: Vec<Action>,
    /// What stands in it.
    pub blocks: Vec<Block>,
    /// The line below: method, version, advice; empty for none.
    pub foot: String,
    /// The ledger entry beside the head.
    pub seal: Option<Seal>,
    /// The same rows otherwise chosen, at the right of the head.
    pub segment: Option<Segment>,
}

impl Section {
    /// A card of blocks.
    #[must_use]
    pub fn new(id: &str, title: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { id: id.into(), title: title.into(), blocks, ..Self::default() }
    }

    /// With a remark in the head.
    #[must_use]
    pub fn aside(mut self, aside: impl Into<String>) -> Self {
        self.aside = aside.into();
        self
    }

    /// With a line below.
    #[must_use]
    pub fn foot(mut self, foot: impl Into<String>) -> Self {
        self.foot = foot.into();
        self
    }

    /// With a button in the head.
    #[must_use]
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// With a ledger entry.
    #[must_use]
    pub fn sealed(mut self, seal: Seal) -> Self {
        self.seal = Some(seal);
        self
    }
}

/// Search and filters of a list. They live in the address.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/filter_bar.html")]
pub struct FilterBar {
    /// Path of the list.
    pub action: String,
    /// Search first, then the filters; hidden ones keep the order.
    pub fields: Vec<Field>,
    /// Address without any filter; empty when none is set.
    pub clear_href: String,
}

renders_itself!(Section, FilterBar);
