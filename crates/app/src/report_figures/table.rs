//! The figures as flat lines, for tables, CSV and the terminal: what the charts show, in numbers.

use warmpath_insight::{Rate, Spread, Total};

use super::Figures;

/// The parts a report falls into, as they are named in addresses.
pub const PARTS: [&str; 10] = [
    "stages", "sources", "chances", "contact", "coverage", "fall-out", "wins", "value", "clocks",
    "months",
];

/// One line of a part.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The part.
    pub part: &'static str,
    /// What it is about: a stage, an origin, a cause.
    pub name: String,
    /// What is counted: "of the stage before", "seconds", a currency.
    pub measure: String,
    /// The figure.
    pub figure: Option<f64>,
    /// The cases that are so.
    pub hits: Option<u64>,
    /// All cases.
    pub cases: u64,
    /// The interval of 95 %.
    pub interval: Option<(f64, f64)>,
}

/// The lines of one part, or of all.
#[must_use]
pub fn lines(figures: &Figures, part: Option<&str>) -> Vec<Line> {
    let mut all = Vec::new();
    for stage in &figures.stages {
        all.push(rate("stages", stage.name, "of the stage before", stage.figure.of_before));
        all.push(rate("stages", stage.name, "of all received", stage.figure.of_all));
    }
    for (origin, figure) in &figures.sources {
        all.push(rate("sources", origin, "opportunities of received", *figure));
    }
    for chance in &figures.chances {
        let found = chance.chance;
        all.push(Line {
            part: "chances",
            name: chance.to.to_owned(),
            measure: format!("within {} days of clearance", chance.days),
            figure: found.map(|c| c.share),
            hits: found.map(|c| c.happened),
            cases: found.map_or(0, |c| c.cases),
            interval: found.map(|c| (c.low, c.high)),
        });
    }
    if let Some(contact) = figures.first_contact {
        all.extend(spread("seconds on the wall", contact.wall_s));
        all.extend(spread("seconds of working time", contact.working_s));
    }
    all.push(rate("coverage", "validated contact", "of cleared", figures.validated_contact));
    for (field, figure) in &figures.coverage {
        all.push(rate("coverage", field, "of cleared", *figure));
    }
    for cause in &figures.fall_out {
        all.push(rate("fall-out", &cause.word, "of all that ended without a deal", cause.rate));
    }
    for win in &figures.wins {
        let kind = if win.is_referral { "won of closed, referral" } else { "won of closed" };
        all.push(rate("wins", &win.source, kind, win.rate));
    }
    all.extend(figures.pipeline.iter().map(|t| money("pipeline", t)));
    all.extend(figures.won_value.iter().map(|t| money("won", t)));
    for (kind, figure) in &figures.clocks {
        all.push(rate("clocks", kind, "met in time", *figure));
    }
    for month in &figures.months {
        let counts = [
            ("received", month.received),
            ("cleared", month.cleared),
            ("met", month.met),
            ("opportunities", month.opportunities),
            ("won", month.won),
        ];
        for (measure, count) in counts {
            all.push(rate("months", &month.month, measure, Rate::new(count, month.received)));
        }
    }
    all.retain(|line| part.is_none_or(|part| part == line.part));
    all
}

fn rate(part: &'static str, name: &str, measure: &str, rate: Rate) -> Line {
    Line {
        part,
        name: name.to_owned(),
        measure: measure.to_owned(),
        figure: rate.share(),
        hits: Some(rate.hits()),
        cases: rate.cases(),
        interval: rate.interval(),
    }
}

fn spread(measure: &str, spread: Spread) -> Vec<Line> {
    let figures = [
        ("lower quarter", spread.lower_quarter),
        ("median", spread.median),
        ("upper quarter", spread.upper_quarter),
        ("nine of ten", spread.ninth_tenth),
    ];
    let line = |(name, figure): (&str, f64)| Line {
        part: "contact",
        name: format!("first contact, {name}"),
        measure: measure.to_owned(),
        figure: Some(figure),
        hits: None,
        cases: spread.cases,
        interval: None,
    };
    figures.into_iter().map(line).collect()
}

fn money(name: &str, total: &Total) -> Line {
    Line {
        part: "value",
        name: name.to_owned(),
        measure: format!("{} in minor units", total.currency),
        figure: Some(total.minor as f64),
        hits: None,
        cases: total.cases,
        interval: None,
    }
}
