//! The cards of the figures page.

use serde_json::json;
use warmpath_app::report_figures::{Figures, Month};
use warmpath_insight::{CASES_MIN, Rate};

use super::words;
use crate::view::part::{
    Action, Bar, Bars, Block, Cell, ChartView, Column, EmptyArt, EmptyState, Row, Section, Stat,
    Stats, TableView, Target, Targets,
};
use crate::words::{Words, state_word};

/// The four figures across the page.
pub(super) fn stats(figures: &Figures) -> Stats {
    let contact = match figures.first_contact.map(|f| (f.wall_s, f.working_s)) {
        Some((wall, working)) if wall.cases >= CASES_MIN => Stat::new(
            "Time to first contact",
            &length(wall.median),
            &format!("median, from clearance; {} of working time", length(working.median)),
            &format!(
                "{} contacts, middle half {}–{}",
                words::count(wall.cases),
                length(wall.lower_quarter),
                length(wall.upper_quarter)
            ),
        ),
        other => thin("Time to first contact", other.map_or(0, |(wall, _)| wall.cases), "contacts"),
    };
    let pipeline = match figures.pipeline.as_slice() {
        [] => thin("Pipeline from referrals", 0, "qualified with an amount"),
        totals => {
            let all: Vec<String> = totals.iter().map(words::money).collect();
            let cases = totals.iter().map(|t| t.cases).sum();
            let base = format!("{} qualified or open", words::count(cases));
            Stat::new("Pipeline from referrals", &all.join(", "), &base, "Not converted")
        }
    };
    Stats {
        stats: vec![
            contact,
            rate_stat("Clearance to opportunity", figures.cleared_to_opportunity, "cleared"),
            rate_stat("Contact validated", figures.validated_contact, "cleared"),
            pipeline,
        ],
    }
}

fn length(seconds: f64) -> String {
    Words::stretch(seconds as i64)
}

fn thin(label: &str, cases: u64, what: &str) -> Stat {
    let of = format!("{} {what} so far, {CASES_MIN} are needed", words::count(cases));
    Stat { thin: true, ..Stat::new(label, "Not enough data", &of, "") }
}

fn rate_stat(label: &str, rate: Rate, what: &str) -> Stat {
    match (rate.share(), rate.interval()) {
        (Some(share), Some(ends)) if rate.is_enough() => Stat::new(
            label,
            &words::percent(share),
            &format!("{} {what}", words::of(rate)),
            &words::interval(ends),
        ),
        _ => thin(label, rate.cases(), what),
    }
}

/// All cards, in the order of reading. `csv` gives the address of a part's export.
pub(super) fn all(figures: &Figures, csv: &impl Fn(&str) -> String) -> Vec<Section> {
    let with_csv = |section: Section, part: &str| {
        section.action(Action::link("CSV", csv(part)).small().quiet())
    };
    vec![
        with_csv(Section::new("stages", "From introduction to deal", stages(figures)), "stages"),
        with_csv(Section::new("months", "By month of receipt", months(figures, csv)), "months")
            .foot("A young month has had less time: its later stages still grow."),
        with_csv(Section::new("chances", "How soon after a yes", chances(figures)), "chances").foot(
            "Kaplan–Meier: young referrals count for as long as they could be watched; ended ones \
             stay in the base.",
        ),
        with_csv(Section::new("fall-out", "Where people are lost", fall_out(figures)), "fall-out"),
        with_csv(Section::new("wins", "Wins by source", wins(figures)), "wins"),
        with_csv(Section::new("sources", "By origin", sources(figures)), "sources"),
        with_csv(Section::new("coverage", "What is known of them", coverage(figures)), "coverage"),
        with_csv(Section::new("clocks", "Clocks met in time", clocks(figures)), "clocks"),
    ]
}

fn none(title: &str, sentence: &str) -> Vec<Block> {
    vec![Block::Empty(EmptyState {
        art: EmptyArt::Bars,
        title: title.into(),
        sentence: sentence.into(),
        actions: vec![],
    })]
}

/// Length of a bar in percent of the longest.
fn share_of(count: u64, longest: u64) -> u8 {
    u8::try_from(count * 100 / longest.max(1)).unwrap_or(100)
}

fn bars(caption: &str, heads: [&str; 3], rows: Vec<(String, u64, String)>) -> Block {
    let longest = rows.iter().map(|row| row.1).max().unwrap_or(0);
    let bars = rows
        .into_iter()
        .map(|(label, count, rate)| Bar {
            label,
            share: share_of(count, longest),
            figure: words::count(count),
            rate,
            href: String::new(),
        })
        .collect();
    let [label, figure, rate] = heads.map(str::to_owned);
    Block::Bars(Bars { caption: caption.into(), heads: (label, figure, rate), bars })
}

fn stages(figures: &Figures) -> Vec<Block> {
    if figures.referrals == 0 {
        return none("No referrals in this period", "Choose a longer period, or hand one over.");
    }
    let rows = figures.stages.iter().enumerate().map(|(place, stage)| {
        let rate = if place == 0 { String::new() } else { words::rate(stage.figure.of_before) };
        (words::stage(stage.name).to_owned(), stage.figure.count, rate)
    });
    let heads = ["Stage", "Count", "Of the stage before"];
    vec![bars("Referrals by stage, with the rate from the stage before", heads, rows.collect())]
}

fn sources(figures: &Figures) -> Vec<Block> {
    if figures.sources.is_empty() {
        return none(
            "No origin to compare yet",
            "Each origin gets a line with its first referral.",
        );
    }
    let rows = figures
        .sources
        .iter()
        .map(|(origin, rate)| (words::origin(origin).to_owned(), rate.cases(), words::rate(*rate)));
    let heads = ["Origin", "Received", "Became an opportunity"];
    vec![bars("Referrals by origin, and how many became an opportunity", heads, rows.collect())]
}

fn wins(figures: &Figures) -> Vec<Block> {
    if figures.wins.is_empty() {
        return none("Nothing is closed yet", "Won and lost deals are counted by their source.");
    }
    let rows = figures.wins.iter().map(|win| {
        let label = match win.source.strip_prefix("CRM, ") {
            Some(_) => win.source.clone(),
            None => format!("Referral, {}", words::origin(&win.source).to_lowercase()),
        };
        (label, win.rate.cases(), words::rate(win.rate))
    });
    let heads = ["Source", "Closed", "Won"];
    let mut blocks = vec![bars("Won of closed deals by source", heads, rows.collect())];
    if figures.closed.len() < CASES_MIN as usize && !figures.closed.is_empty() {
        blocks.push(Block::Table(closed(figures)));
    }
    blocks
}

/// The list in place of a rate.
fn closed(figures: &Figures) -> TableView {
    let rows = figures.closed.iter().map(|closed| -> Row {
        let day = closed.at.map(|at| at.strftime("%-d %B %Y").to_string()).unwrap_or_default();
        let (id, state) = (closed.id.to_string(), state_word(closed.state));
        vec![Cell::link(state, format!("/referrals/{id}"), ""), Cell::text(day)].into()
    });
    TableView {
        caption: "Closed referrals".into(),
        columns: vec![Column::name("Closed referral"), Column::new("Day")],
        rows: rows.collect(),
        ..TableView::default()
    }
}

fn fall_out(figures: &Figures) -> Vec<Block> {
    if figures.fall_out.is_empty() {
        return none("Nobody was lost", "Referrals that end without a deal are counted by cause.");
    }
    let rows = figures
        .fall_out
        .iter()
        .take(12)
        .map(|cause| (words::code(&cause.word), cause.rate.hits(), words::rate(cause.rate)));
    let heads = ["Cause", "Count", "Of all that ended without a deal"];
    vec![bars("Referrals that ended without a deal, by cause", heads, rows.collect())]
}

fn coverage(figures: &Figures) -> Vec<Block> {
    if figures.validated_contact.cases() == 0 {
        return none("Nobody said yes in this period", "Fields are counted for cleared people.");
    }
    let rates = figures.coverage.iter().map(|(field, rate)| (words::code(field), *rate));
    rated("Known fields of cleared people", rates.collect())
}

fn clocks(figures: &Figures) -> Vec<Block> {
    if figures.clocks.is_empty() {
        return none("No clock has ended yet", "Each kind gets a line when its first clock ends.");
    }
    let rates = figures.clocks.iter().map(|(kind, rate)| (words::code(kind), *rate));
    rated("Clocks met in time, by kind", rates.collect())
}

/// Rates with their interval where there are enough cases; the others as cases.
fn rated(caption: &str, rates: Vec<(String, Rate)>) -> Vec<Block> {
    let whole = |share: f64| (share * 100.0).round() as u8;
    let (enough, few): (Vec<_>, Vec<_>) = rates.into_iter().partition(|(_, r)| r.is_enough());
    let targets: Vec<Target> = enough
        .into_iter()
        .filter_map(|(label, rate)| {
            let (share, (low, high)) = (rate.share()?, rate.interval()?);
            Some(Target {
                label,
                rate: whole(share),
                low: whole(low),
                high: whole(high),
                target: None,
                figure: words::percent(share),
                of: words::of(rate),
            })
        })
        .collect();
    let mut blocks = Vec::new();
    if !targets.is_empty() {
        blocks.push(Block::Targets(Targets { caption: caption.into(), targets }));
    }
    if !few.is_empty() {
        let rows = few.into_iter().map(|(label, rate)| (label, rate.hits(), words::rate(rate)));
        blocks.push(bars(caption, ["What", "Count", "Rate"], rows.collect()));
    }
    blocks
}

fn chances(figures: &Figures) -> Vec<Block> {
    let rows = figures.chances.iter().map(|aged| -> Row {
        let chance = aged.chance.filter(|c| c.cases >= CASES_MIN);
        let cells = match chance {
            Some(c) => {
                [words::percent(c.share), words::interval((c.low, c.high)), words::count(c.cases)]
            }
            None => {
                let cases = aged.chance.map_or_else(String::new, |c| words::count(c.cases));
                ["Not enough data".to_owned(), String::new(), cases]
            }
        };
        let [share, interval, cases] = cells;
        vec![
            Cell::text(format!("{} in {} days", words::stage(aged.to), aged.days)),
            Cell::figure(share),
            Cell::figure(interval),
            Cell::figure(cases),
        ]
        .into()
    });
    vec![Block::Table(TableView {
        caption: "Chance from clearance to a stage, by age".into(),
        columns: vec![
            Column::name("Stage"),
            Column::figures("Chance"),
            Column::figures("Interval"),
            Column::figures("Cases"),
        ],
        rows: rows.collect(),
        ..TableView::default()
    })]
}

fn months(figures: &Figures, csv: &impl Fn(&str) -> String) -> Vec<Block> {
    if figures.months.is_empty() {
        return none("No month to show", "The first referral begins the first month.");
    }
    let series = |name: &str, token: &str, count: fn(&Month) -> u64| {
        let data: Vec<u64> = figures.months.iter().map(count).collect();
        json!({ "name": name, "type": "bar", "barMaxWidth": 28, "data": data,
                "itemStyle": { "color": token, "borderRadius": [3, 3, 0, 0] } })
    };
    let names: Vec<&str> = figures.months.iter().map(|m| m.month.as_str()).collect();
    let options = json!({
        "grid": { "left": 40, "right": 8, "top": 32, "bottom": 28 },
        "legend": { "top": 0, "left": 0, "textStyle": { "color": "token:ink-2" } },
        "tooltip": { "trigger": "axis" },
        "xAxis": { "type": "category", "data": names, "axisTick": { "show": false },
                   "axisLine": { "lineStyle": { "color": "token:line-strong" } },
                   "axisLabel": { "color": "token:ink-3" } },
        "yAxis": { "type": "value", "minInterval": 1, "axisLabel": { "color": "token:ink-3" },
                   "splitLine": { "lineStyle": { "color": "token:line" } } },
        "series": [
            series("Received", "token:c1", |m| m.received),
            series("Said yes", "token:c2", |m| m.cleared),
            series("Met", "token:c3", |m| m.met),
            series("Opportunity", "token:c4", |m| m.opportunities),
        ],
    });
    let rows = figures.months.iter().map(|m| -> Row {
        let counts = [m.received, m.cleared, m.met, m.opportunities, m.won];
        let mut cells = vec![Cell::text(&m.month)];
        cells.extend(counts.map(|count| Cell::figure(words::count(count))));
        cells.into()
    });
    let heads = ["Received", "Said yes", "Met", "Opportunity", "Won"];
    let mut columns = vec![Column::name("Month")];
    columns.extend(heads.map(Column::figures));
    let latest = figures.months.last().map_or(0, |m| m.received);
    vec![Block::Chart(ChartView {
        id: "months-chart".into(),
        finding: format!(
            "{} months; {} referrals in the latest.",
            figures.months.len(),
            words::count(latest)
        ),
        options: options.to_string(),
        table: TableView {
            caption: "Referrals by month of receipt".into(),
            columns,
            rows: rows.collect(),
            ..TableView::default()
        },
        csv_href: csv("months"),
    })]
}
