//! Charts: bars and targets drawn here as tables, time series and flows drawn by script.

use super::super::filters;
use super::{TableView, Tone, renders_itself};
use askama::Template;

/// One bar.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    /// "Said yes".
    pub label: String,
    /// Length in percent of the longest, `0..=100`.
    pub share: u8,
    /// "287".
    pub figure: String,
    /// "70 % (65–74)"; empty for none.
    pub rate: String,
    /// The list behind it; empty for none.
    pub href: String,
}

/// Horizontal bars with figures: its own table twin.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/bars.html")]
pub struct Bars {
    /// What it shows, read aloud.
    pub caption: String,
    /// Heads of label, figure and rate.
    pub heads: (String, String, String),
    /// The bars.
    pub bars: Vec<Bar>,
}

/// A rate against its target.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// "Thanks in 24 hours".
    pub label: String,
    /// The rate in percent, `0..=100`.
    pub rate: u8,
    /// Lower end of its interval in percent.
    pub low: u8,
    /// Upper end of its interval in percent.
    pub high: u8,
    /// The target in percent; none where there is no target.
    pub target: Option<u8>,
    /// "77 %".
    pub figure: String,
    /// "158 of 204".
    pub of: String,
}

impl Target {
    /// Negative only when the whole interval misses the target.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match self.target {
            Some(target) if self.high < target => Tone::Negative,
            _ => Tone::Neutral,
        }
    }

    fn interval(&self) -> String {
        format!("{}–{} %", self.low, self.high)
    }
}

/// Rates with their intervals against targets, as a table.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/targets.html")]
pub struct Targets {
    /// What it shows, read aloud.
    pub caption: String,
    /// The rates.
    pub targets: Vec<Target>,
}

/// A chart drawn by script on a canvas, with its table twin.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/chart.html")]
pub struct ChartView {
    /// Id on the page.
    pub id: String,
    /// The finding in a sentence, read aloud.
    pub finding: String,
    /// Options of the chart as JSON. A colour is written as "token:accent". No functions.
    pub options: String,
    /// The same figures as a table.
    pub table: TableView,
    /// CSV of the same figures; empty for none.
    pub csv_href: String,
}

impl ChartView {
    /// A map is tall and has buttons that zoom.
    fn zooms(&self) -> bool {
        self.id == "map"
    }

    /// The options, safe inside a script element: no `<` can close it.
    fn safe_options(&self) -> String {
        self.options.replace('<', "\\u003c")
    }
}

/// One cell of a heat map.
#[derive(Clone, Debug, Default)]
pub struct HeatCell {
    /// "9"; empty for a gap.
    pub figure: String,
    /// "strong", "Gap"; empty where nobody is.
    pub word: String,
    /// `strong`, `medium`, `weak`, `gap`; empty where nobody is.
    pub class: String,
    /// The list behind it; empty for none.
    pub href: String,
    /// Read aloud instead of figure and word: "Machinery, CFO: 9 strong of 12".
    pub aloud: String,
}

/// A table whose cells carry the best tier by colour, word and figure.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/heat_map.html")]
pub struct HeatMap {
    /// What it shows, read aloud.
    pub caption: String,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// Rows: name and cells.
    pub rows: Vec<(String, Vec<HeatCell>)>,
}

renders_itself!(Bars, Targets, ChartView, HeatMap);
