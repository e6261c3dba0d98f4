//! Tables and figures.

use super::super::filters;
use super::{Action, Avatar, Check, Clock, Field, Pill, Seal, Tier, Tone, renders_itself};
use askama::Template;

/// How a column is sorted now, and the link that sorts by it.
#[derive(Clone, Debug, Default)]
pub struct Sort {
    /// Sorts by this column, or turns the order round.
    pub href: String,
    /// `Some(true)` ascending, `Some(false)` descending, `None` not by this column.
    pub ascending: Option<bool>,
}

/// A column's head.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its name; read aloud only when `silent`.
    pub label: String,
    /// Figures stand right.
    pub figures: bool,
    /// Its cell names the row.
    pub names_row: bool,
    /// The name is not seen (columns of buttons).
    pub silent: bool,
    /// Sorting, where offered.
    pub sort: Option<Sort>,
}

impl Column {
    /// A column of words.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// The column that names the row.
    #[must_use]
    pub fn name(label: impl Into<String>) -> Self {
        Self { label: label.into(), names_row: true, ..Self::default() }
    }

    /// A column of figures.
    #[must_use]
    pub fn figures(label: impl Into<String>) -> Self {
        Self { label: label.into(), figures: true, ..Self::default() }
    }

    /// A column whose name is only read aloud.
    #[must_use]
    pub fn silent(label: impl Into<String>) -> Self {
        Self { label: label.into(), silent: true, ..Self::default() }
    }

    /// With a sorting link.
    #[must_use]
    pub fn sorted(mut self, href: impl Into<String>, ascending: Option<bool>) -> Self {
        self.sort = Some(Sort { href: href.into(), ascending });
        self
    }
}

/// One cell.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Words.
    Text(String),
    /// Words with a smaller line below.
    Lines(String, String),
    /// A link, with a smaller line below that may be empty.
    Link {
        /// Words.
        label: String,
        /// Where to.
        href: String,
        /// The line below.
        below: String,
    },
    /// A person, with a smaller line below.
    Person {
        /// Initials.
        avatar: Avatar,
        /// Name.
        name: String,
        /// The record; empty for none.
        href: String,
        /// Role and company.
        below: String,
    },
    /// A figure.
    Figure(String),
    /// A figure or word in a tone.
    Toned(String, Tone),
    /// Proof: number, code, hash.
    Proof(String),
    /// A value that was refused.
    Refused(String),
    /// A time in words, with its instant.
    Time(String, String),
    /// A state.
    Pill(Pill),
    /// A clock.
    Clock(Clock),
    /// A tie's tier.
    Tier(Tier),
    /// A ledger entry.
    Seal(Seal),
    /// Buttons.
    Actions(Vec<Action>),
    /// A text to copy, shown as far as there is room: id on the page, text.
    Copy(String, String),
    /// A box to choose the row.
    Check(Check),
    /// A field to fill in the row; its label is only read aloud.
    Field(Box<Field>),
    /// Nothing known: a dash.
    Nothing,
}

impl Cell {
    /// Words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A figure.
    #[must_use]
    pub fn figure(text: impl Into<String>) -> Self {
        Self::Figure(text.into())
    }

    /// Proof.
    #[must_use]
    pub fn proof(text: impl Into<String>) -> Self {
        Self::Proof(text.into())
    }

    /// Words with a smaller line below.
    #[must_use]
    pub fn lines(text: impl Into<String>, below: impl Into<String>) -> Self {
        Self::Lines(text.into(), below.into())
    }

    /// A link.
    #[must_use]
    pub fn link(
        label: impl Into<String>,
        href: impl Into<String>,
        below: impl Into<String>,
    ) -> Self {
        Self::Link { label: label.into(), href: href.into(), below: below.into() }
    }

    /// A person whose tint follows from the id.
    #[must_use]
    pub fn person(name: &str, id: &str, href: impl Into<String>, below: impl Into<String>) -> Self {
        Self::Person {
            avatar: Avatar::of(name, id),
            name: name.into(),
            href: href.into(),
            below: below.into(),
        }
    }

    /// A state.
    #[must_use]
    pub fn pill(word: impl Into<String>, tone: Tone) -> Self {
        Self::Pill(Pill::new(word, tone))
    }
}

/// A row: as many cells as the table has columns.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Stable id for live updates; empty for none.
    pub id: String,
    /// The cells.
    pub cells: Vec<Cell>,
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Self {
        Self { id: String::new(), cells }
    }
}

/// A table. On small screens its rows become labelled lines.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/table.html")]
pub struct TableView {
    /// What it lists, read aloud.
    pub caption: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Keeps its columns on small screens and scrolls in its own box.
    pub scrolls: bool,
    /// A sentence below: "Import the corrected file again …"; empty for none.
    pub foot: String,
    /// The page before; empty for none.
    pub previous_href: String,
    /// The next page; empty for none.
    pub next_href: String,
    /// What stands in place of rows when there are none.
    pub empty: String,
}

impl TableView {
    fn paged(&self) -> bool {
        !(self.foot.is_empty() && self.previous_href.is_empty() && self.next_href.is_empty())
    }
}

/// A figure with its base.
#[derive(Clone, Debug, Default)]
pub struct Stat {
    /// "Referral to opportunity".
    pub label: String,
    /// "25 %"; with too little data a sentence, see `thin`.
    pub figure: String,
    /// Of how many: "71 of 287 consented".
    pub of: String,
    /// "20–30 %".
    pub interval: String,
    /// Tone of the figure.
    pub tone: Tone,
    /// Too little data: the figure is a sentence, and stands as one.
    pub thin: bool,
}

impl Stat {
    /// A figure with its base and interval.
    #[must_use]
    pub fn new(label: &str, figure: &str, of: &str, interval: &str) -> Self {
        Self {
            label: label.into(),
            figure: figure.into(),
            of: of.into(),
            interval: interval.into(),
            ..Self::default()
        }
    }

    /// In a tone.
    #[must_use]
    pub fn toned(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// Figures side by side.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/stats.html")]
pub struct Stats {
    /// The figures.
    pub stats: Vec<Stat>,
}

renders_itself!(TableView, Stats);
