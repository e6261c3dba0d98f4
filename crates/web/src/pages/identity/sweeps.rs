//! Everybody compared with everybody: asked for, watched, stopped, and what came of it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::policy::{ReadDuplicates, ReviewDuplicates, grant};
use warmpath_app::read_duplicates::Line;
use warmpath_app::rows::SweepRow;
use warmpath_app::sweep_people::{self, Record, Weight};
use warmpath_app::{Failure, sign_in::SignedIn};
use warmpath_core::id::SweepId;

use super::pair;
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, Note, Pill, Row, Section, Stat, Stats, TableView, Tone,
};
use crate::words::{Words, thousands};

/// Levels of a model that are shown, for and against each.
const WEIGHTS_SHOWN: usize = 8;

/// The latest runs, below the pairs to decide.
pub(super) fn section(words: &Words, rows: &[SweepRow], may_review: bool) -> Section {
    let line = |row: &SweepRow| -> Row {
        vec![
            Cell::link(words.moment(row.created_at), address(row), after(row)),
            Cell::Pill(pill(row)),
            Cell::figure(thousands(row.people)),
            Cell::figure(thousands(row.joined)),
            Cell::figure(thousands(row.asked)),
        ]
        .into()
    };
    let table = TableView {
        caption: "Comparisons of everybody, latest first".to_owned(),
        columns: vec![
            Column::name("When"),
            Column::new("State"),
            Column::figures("People"),
            Column::figures("Joined"),
            Column::figures("Asked"),
        ],
        rows: rows.iter().take(5).map(line).collect(),
        empty: "Nobody was compared yet. An import of contacts starts it from 200 people on."
            .to_owned(),
        ..TableView::default()
    };
    let section = Section::new("sweeps", "Everybody compared", vec![Block::Table(table)]);
    match may_review && rows.first().is_none_or(sweep_people::is_over) {
        true => section.action(Action::post("Compare everybody", "/sweeps").small()),
        false => section,
    }
}

fn address(row: &SweepRow) -> String {
    format!("/sweeps/{}", row.id)
}

fn after(row: &SweepRow) -> &'static str {
    match (row.import, row.member) {
        (Some(_), _) => "after an import",
        _ => "asked for",
    }
}

fn pill(row: &SweepRow) -> Pill {
    let (word, tone) = match row.state.as_str() {
        "waiting" => ("Waiting", Tone::Neutral),
        "running" => ("Comparing", Tone::Accent),
        "done" => ("Done", Tone::Positive),
        "stopped" => ("Stopped", Tone::Neutral),
        _ => ("Failed", Tone::Negative),
    };
    Pill::new(word, tone)
}

/// One run.
pub(super) async fn one(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(id): Path<String>,
) -> Response {
    let record = match read(&face, &who, &id).await {
        Ok(record) => record,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let frame = card::frame(&face, &who, "Comparison of everybody", "/duplicates").await;
    let frame = shell::under(frame, "Duplicates", "/duplicates");
    let words = card::words(&face, &who);
    let may_review = grant::<ReviewDuplicates>(&who.principal).is_ok();
    let row = &record.row;
    let runs = !sweep_people::is_over(row);
    let mut actions = Vec::new();
    if runs {
        actions.push(Action::link("Look again", address(row)));
        if may_review {
            actions.push(Action::post("Stop", format!("{}/stop", address(row))).danger());
        }
    } else {
        actions.push(Action::link("Decide the pairs", "/duplicates").primary());
    }
    let mut main = vec![Section::new("progress", "", progress(row))];
    if !record.joined.is_empty() {
        main.push(joined(&words, &record.joined, row.joined, may_review));
    }
    let weights = sweep_people::weights(row);
    if !weights.is_empty() {
        main.push(model(row, &weights));
    }
    render(&DeskPage {
        title: "Everybody compared".to_owned(),
        pill: Some(pill(row)),
        lead: lead(&words, row),
        actions,
        note: failed(row),
        main,
        refresh_href: if runs { address(row) } else { String::new() },
        shell: frame,
        ..DeskPage::default()
    })
}

async fn read(face: &Face, who: &SignedIn, id: &str) -> Result<Record, Failure> {
    let may = grant::<ReadDuplicates>(&who.principal)?;
    let id: SweepId = id.parse().map_err(|_| Failure::NotFound)?;
    sweep_people::one(&face.app, &may, id).await
}

fn lead(words: &Words, row: &SweepRow) -> String {
    let began = format!("{}, {}.", words.moment(row.created_at), after(row));
    match row.state.as_str() {
        "waiting" | "running" => format!("{began} You can leave this page, the work goes on."),
        "stopped" => format!("{began} It was stopped; what it joined and asked stays."),
        _ => began,
    }
}

fn failed(row: &SweepRow) -> Option<Note> {
    (row.state == "failed").then(|| {
        let text = format!("Nothing was joined after that. The engine said: {}.", row.error);
        Note::new(Tone::Negative, "It could not be done.", text)
    })
}

fn progress(row: &SweepRow) -> Vec<Block> {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    let what = match row.step.as_str() {
        "reading" => "people read",
        "comparing" => "people to compare",
        _ => "pairs settled",
    };
    let stat = |label: &str, n: i64| Stat::new(label, &thousands(n), "", "");
    let stats = vec![
        stat("People", row.people),
        stat("Pairs compared", row.pairs),
        stat("Joined by machine", row.joined),
        stat("Asked", row.asked),
        stat("Refused by safeguards", row.refused),
        stat("Answers learned from", row.labels),
    ];
    let mut blocks = Vec::new();
    if !sweep_people::is_over(row) {
        blocks.push(Block::Progress {
            done: count(row.done),
            total: count(row.total),
            words: format!("{} of {} {what}", thousands(row.done), thousands(row.total)),
            aside: String::new(),
        });
    }
    blocks.push(Block::Stats(Stats { stats }));
    blocks
}

/// What the machine joined, each with its way back.
fn joined(words: &Words, lines: &[Line], all: i64, may_review: bool) -> Section {
    let line = |line: &Line| -> Row {
        let question = &line.row;
        let same = question.state == "same";
        let at = question.decided_at.unwrap_or(question.found_at);
        let undo = match may_review && same {
            true => vec![Action::post("Undo", format!("/duplicates/{}/undo", question.id)).small()],
            false => Vec::new(),
        };
        let (word, tone) = match question.state.as_str() {
            "same" => ("Joined", Tone::Positive),
            "different" => ("Not the same", Tone::Neutral),
            _ => ("Taken back", Tone::Warning),
        };
        vec![
            Cell::link(&line.known, format!("/duplicates/{}", question.id), &line.fresh),
            Cell::figure(pair::probability(question.probability)),
            Cell::pill(word, tone),
            Cell::Time(words.moment(at), at.to_string()),
            Cell::Actions(undo),
        ]
        .into()
    };
    let table = TableView {
        caption: "Pairs the machine joined, the least certain first".to_owned(),
        columns: vec![
            Column::name("Pair"),
            Column::figures("Likely to be one"),
            Column::new("State"),
            Column::new("When"),
            Column::silent("Undo"),
        ],
        rows: lines.iter().map(line).collect(),
        ..TableView::default()
    };
    let aside = match all - lines.len() as i64 {
        n if n > 0 => format!("the least certain first, {} more", thousands(n)),
        _ => "the least certain first".to_owned(),
    };
    Section::new("joined", "Joined by machine", vec![Block::Table(table)]).aside(aside).foot(
        "Only where one of the two is nothing but a record of a source. Undo makes them two again.",
    )
}

/// The levels that speak loudest, for and against; the file has them all.
fn model(row: &SweepRow, weights: &[Weight]) -> Section {
    let mut loudest: Vec<&Weight> = weights.iter().collect();
    loudest.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    if loudest.len() > 2 * WEIGHTS_SHOWN {
        loudest.drain(WEIGHTS_SHOWN..loudest.len() - WEIGHTS_SHOWN);
    }
    let line = |weight: &&Weight| -> Row {
        let learned = match weight.label_bits {
            bits if bits.abs() < 0.05 => Cell::Nothing,
            bits => Cell::figure(format!("{bits:+.1}")),
        };
        vec![
            Cell::text(&weight.comparison),
            Cell::text(&weight.level),
            Cell::figure(share(weight.m)),
            Cell::figure(share(weight.u)),
            Cell::figure(format!("{:+.1}", weight.bits)),
            learned,
        ]
        .into()
    };
    let table = TableView {
        caption: "What each agreement weighs".to_owned(),
        columns: vec![
            Column::name("Compared"),
            Column::new("Found"),
            Column::figures("If one person"),
            Column::figures("If two"),
            Column::figures("Bits"),
            Column::figures("Of these from your answers"),
        ],
        rows: loudest.iter().map(line).collect(),
        foot: format!("The loudest of {} levels; the file has them all.", weights.len()),
        scrolls: true,
        ..TableView::default()
    };
    let file = Action::link("The model as a file", format!("{}/model.json", address(row)));
    Section::new("model", "What was learned", vec![Block::Table(table)])
        .action(file.small().icon("download"))
        .foot("Rare values weigh more than this, common ones less.")
}

/// A probability that may be very small.
fn share(p: f64) -> String {
    match p {
        p if p >= 0.001 => format!("{:.1} %", p * 100.0),
        p => format!("1 in {}", thousands((1.0 / p.max(1e-12)).round() as i64)),
    }
}

/// The model as a file.
pub(super) async fn model_file(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(id): Path<String>,
) -> Response {
    match read(&face, &who, &id).await {
        Ok(record) if record.row.model.is_empty() => {
            card::refused(&face, &who, &Failure::NotFound).await
        }
        Ok(record) => card::file("application/json", "model.json", record.row.model),
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// Asks for one.
pub(super) async fn start(State(face): State<Face>, writer: Writer) -> Response {
    let who = writer.signed_in;
    let done = match grant::<ReviewDuplicates>(&who.principal) {
        Ok(may) => sweep_people::start(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &who, done).await
}

/// Stops it.
pub(super) async fn stop(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<ReviewDuplicates>(&who.principal), id.parse::<SweepId>()) {
        (Ok(may), Ok(id)) => sweep_people::stop(&face.app, &may, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    moved(&face, &who, done).await
}

async fn moved(face: &Face, who: &SignedIn, done: Result<SweepRow, Failure>) -> Response {
    match done {
        Ok(row) => Redirect::to(&address(&row)).into_response(),
        Err(failure) => card::refused(face, who, &failure).await,
    }
}
