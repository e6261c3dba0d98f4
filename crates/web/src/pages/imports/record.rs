//! One import: preview before it starts, progress while it runs, outcome and refused rows after.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::import::{State as Standing, column};
use warmpath_app::map_import::{self, Preview, kind_of};
use warmpath_app::policy::{Grant, Import, ReadImports, grant};
use warmpath_app::read_imports::{self, Record};
use warmpath_app::rows::{ImportRow, SweepRow};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{App, Failure, run_import, stop_import};
use warmpath_core::id::ImportId;

use super::{kind_word, state_pill};
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Note, Row, Section, Stat, Stats, TableView, Tone,
};
use crate::words::thousands;

/// Shows an import as it stands.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(signed_in): Reader,
    Path(id): Path<ImportId>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let frame = frame(&face, &signed_in).await;
    let from = query.get("from").and_then(|n| n.parse().ok()).unwrap_or(0);
    let record = match grant::<ReadImports>(&signed_in.principal) {
        Ok(may) => read_imports::one(&face.app, &may, id, from).await,
        Err(failure) => Err(failure),
    };
    let record = match record {
        Ok(record) => record,
        Err(failure) => return refuse::page(Some(frame), &failure),
    };
    if record.row.kind == warmpath_app::import_network::KIND {
        return Redirect::to(&format!("/network/imports/{id}")).into_response();
    }
    let may_import = grant::<Import>(&signed_in.principal).ok();
    let waits = matches!(record.row.state.parse(), Ok(Standing::Uploaded | Standing::Mapped));
    match may_import {
        Some(may) if waits => {
            before(&face, frame, &may, &record, query.contains_key("known")).await
        }
        may => render(&progress(frame, &record, may.is_some())),
    }
}

async fn before(
    face: &Face,
    frame: Shell,
    may: &Grant<Import>,
    record: &Record,
    known: bool,
) -> Response {
    let id = record.row.id;
    match map_import::preview(&face.app, may, id).await {
        Ok(shown) if undecided(&shown) => {
            Redirect::to(&format!("/imports/{id}/columns")).into_response()
        }
        Ok(shown) => render(&preview(frame, &shown, known)),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

/// Columns nobody knows, or one that is missing: somebody has to look at them first.
fn undecided(shown: &Preview) -> bool {
    let Ok(kind) = kind_of(&shown.row) else { return true };
    let header: Vec<String> = shown.samples.iter().map(|(name, _)| name.clone()).collect();
    shown.row.state == Standing::Uploaded.as_str()
        && (!column::unknown(kind, &header).is_empty()
            || map_import::check(kind, &shown.row.mapping.0).is_err())
}

/// Starts it.
pub(super) async fn start(
    State(face): State<Face>,
    Path(id): Path<ImportId>,
    writer: Writer,
) -> Response {
    let app = &face.app;
    let outcome = match grant::<Import>(&writer.signed_in.principal) {
        Ok(may) => run_import::start(app, &may, id).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, id, outcome).await
}

/// Stops it.
pub(super) async fn stop(
    State(face): State<Face>,
    Path(id): Path<ImportId>,
    writer: Writer,
) -> Response {
    let outcome = match grant::<Import>(&writer.signed_in.principal) {
        Ok(may) => stop_import::run(&face.app, &may, id).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, id, outcome).await
}

async fn moved(
    face: &Face,
    signed_in: &SignedIn,
    id: ImportId,
    outcome: Result<ImportRow, Failure>,
) -> Response {
    match outcome {
        Ok(_) => Redirect::to(&format!("/imports/{id}")).into_response(),
        Err(failure) => refuse::page(Some(frame(face, signed_in).await), &failure),
    }
}

/// The refused rows as a file.
pub(super) async fn refused_csv(
    State(face): State<Face>,
    Reader(signed_in): Reader,
    Path(id): Path<ImportId>,
) -> Response {
    match csv(&face.app, &signed_in, id).await {
        Ok(bytes) => attachment(bytes),
        Err(failure) => refuse::page(Some(frame(&face, &signed_in).await), &failure),
    }
}

async fn csv(app: &App, signed_in: &SignedIn, id: ImportId) -> Result<Vec<u8>, Failure> {
    let may = grant::<ReadImports>(&signed_in.principal)?;
    read_imports::refused_csv(app, &may, id).await
}

fn attachment(bytes: Vec<u8>) -> Response {
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
    let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"refused.csv\"");
    ([kind, name], bytes).into_response()
}

async fn frame(face: &Face, signed_in: &SignedIn) -> Shell {
    let frame = shell::of(&face.app, signed_in, "Import").await;
    shell::at(shell::under(frame, "Imports", "/imports"), "/imports")
}

fn preview(mut shell: Shell, shown: &Preview, known: bool) -> DeskPage {
    let row = &shown.row;
    shell.title.clone_from(&row.file_name);
    let mapped: Vec<&(String, String)> =
        row.mapping.0.iter().filter(|(_, field)| !field.is_empty()).collect();
    let mut columns = vec![Column::figures("Line")];
    columns.extend(mapped.iter().map(|(_, field)| Column::new(label(row, field))));
    let line = |(number, read): &(i64, Result<_, _>)| -> Row {
        let read: &Result<warmpath_app::import::line::Line, _> = read;
        let mut cells = vec![Cell::figure(thousands(*number))];
        cells.extend(mapped.iter().enumerate().map(|(n, (_, field))| match read {
            Ok(line) if line.get(field).is_empty() => Cell::Nothing,
            Ok(line) => Cell::text(map_import::shortened(line.get(field))),
            Err(problem) if n == 0 => refused_cell(problem),
            Err(_) => Cell::Nothing,
        }));
        cells.into()
    };
    let table = TableView {
        caption: "First rows of the file".into(),
        columns,
        rows: shown.lines.iter().map(line).collect(),
        scrolls: true,
        ..TableView::default()
    };
    DeskPage {
        title: "This is what goes in".into(),
        pill: Some(state_pill(&row.state)),
        lead: format!(
            "{}, {} rows. The first {} as they are read. Nothing is stored yet.",
            kind_word(&row.kind),
            thousands(row.total),
            shown.lines.len()
        ),
        actions: vec![
            Action::link("Change columns", format!("/imports/{}/columns", row.id)),
            Action::post(
                format!("Import {} rows", thousands(row.total)),
                format!("/imports/{}/start", row.id),
            )
            .primary(),
        ],
        note: note(row, known),
        main: vec![Section::new("rows", "First rows", vec![Block::Table(table)])],
        shell,
        ..DeskPage::default()
    }
}

fn refused_cell(problem: &warmpath_app::error::Problem) -> Cell {
    Cell::Refused(problem.message.clone())
}

fn note(row: &ImportRow, known: bool) -> Option<Note> {
    if known {
        let text = "Rows that are in already say nothing new and change nothing.";
        return Some(Note::new(Tone::Neutral, "This very file was imported before.", text));
    }
    (row.encoding != "utf-8").then(|| {
        let text = "Look whether names with accents are right before you start.";
        Note::new(Tone::Warning, "The file is not in UTF-8; it was read as Windows-1252.", text)
    })
}

fn label(row: &ImportRow, field: &str) -> String {
    let known = kind_of(row).ok().and_then(|kind| column::field(kind, field));
    known.map_or_else(|| field.to_owned(), |f| f.label.to_owned())
}

fn progress(mut shell: Shell, record: &Record, may_import: bool) -> DeskPage {
    let row = &record.row;
    shell.title.clone_from(&row.file_name);
    let address = format!("/imports/{}", row.id);
    let runs = row.state == Standing::Running.as_str();
    let mut actions = Vec::new();
    if runs {
        actions.push(Action::link("Look again", &address));
    }
    if may_import && !row.state.parse().is_ok_and(Standing::is_final) {
        actions.push(Action::post("Stop", format!("{address}/stop")).danger());
    }
    if row.state.parse().is_ok_and(Standing::is_final) {
        actions.push(Action::link("Import another file", "/imports/new"));
        if let Some((label, href)) = landed(&row.kind) {
            actions.push(Action::link(label, href).primary());
        }
    }
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    let bar = Block::Progress {
        done: count(row.done),
        total: count(row.total),
        words: format!("{} of {} rows", thousands(row.done), thousands(row.total)),
        aside: String::new(),
    };
    let mut main = vec![Section::new("progress", "", vec![bar, Block::Stats(stats(row))])];
    if let Some(swept) = &record.sweep {
        main.push(compared(swept));
    }
    if row.to_review > 0 {
        let text = "These rows may be of people or companies that are known. They stand alone until \
                    somebody decided.";
        let review = Action::link("Review the pairs", "/duplicates").small();
        main.push(
            Section::new("review", "To be reviewed", vec![Block::Text(text.into())]).action(review),
        );
    }
    if !record.refused.is_empty() {
        main.push(refused(record));
    }
    DeskPage {
        title: row.file_name.clone(),
        pill: Some(state_pill(&row.state)),
        lead: lead(row),
        actions,
        note: note(row, false),
        main,
        rail: vec![columns(row)],
        refresh_href: if runs { address } else { String::new() },
        shell,
        ..DeskPage::default()
    }
}

/// What came of comparing everybody after it.
fn compared(swept: &SweepRow) -> Section {
    let text = match swept.state.as_str() {
        "waiting" | "running" => "Everybody is being compared with everybody now.".to_owned(),
        "done" => format!(
            "Everybody was compared with everybody: {} joined by machine, {} to be decided.",
            thousands(swept.joined),
            thousands(swept.asked)
        ),
        _ => "The comparison of everybody did not come to its end.".to_owned(),
    };
    let look = Action::link("See the comparison", format!("/sweeps/{}", swept.id)).small();
    Section::new("compared", "Compared", vec![Block::Text(text)]).action(look)
}

/// Where one sees what came in.
fn landed(kind: &str) -> Option<(&'static str, &'static str)> {
    match kind {
        "referrals" => Some(("See the referrals", "/referrals")),
        "members" | "partners" => Some(("See the members", "/members")),
        "opportunities" => Some(("See what became of past referrals", "/audit")),
        _ => None,
    }
}

fn lead(row: &ImportRow) -> String {
    let what = format!("{}, {} rows.", kind_word(&row.kind), thousands(row.total));
    match row.state.parse() {
        Ok(Standing::Running) => format!("{what} You can leave this page, the import goes on."),
        Ok(Standing::Stopped) => {
            format!("{what} It was stopped; what is in stays. Import the file again for the rest.")
        }
        _ => what,
    }
}

fn stats(row: &ImportRow) -> Stats {
    let figure = |n: i64| thousands(n);
    let stat = |label: &str, n: i64| Stat::new(label, &figure(n), "", "");
    let refused = stat("Refused", row.refused);
    let refused = if row.refused > 0 { refused.toned(Tone::Negative) } else { refused };
    let review = stat("To be reviewed", row.to_review);
    let review = if row.to_review > 0 { review.toned(Tone::Warning) } else { review };
    let mut stats = vec![stat("New", row.created)];
    // What resolution says is said where people or companies come in.
    if matches!(row.kind.as_str(), "contacts" | "accounts") {
        stats.extend([stat("Joined to known", row.joined), review]);
    }
    stats.extend([stat("Changed", row.updated), stat("Unchanged", row.unchanged), refused]);
    Stats { stats }
}

fn refused(record: &Record) -> Section {
    let line = |row: &warmpath_app::rows::RefusedRow| -> Row {
        let value =
            if row.value.is_empty() { Cell::Nothing } else { Cell::Refused(row.value.clone()) };
        let column = if row.column_name.is_empty() { "the row" } else { &row.column_name };
        vec![
            Cell::figure(thousands(row.line)),
            Cell::text(column),
            value,
            Cell::text(&row.message),
            Cell::proof(&row.code),
        ]
        .into()
    };
    let id = record.row.id;
    let table = TableView {
        caption: "Refused rows".into(),
        columns: vec![
            Column::figures("Line"),
            Column::new("Column"),
            Column::new("Value"),
            Column::new("What is wrong, and what helps"),
            Column::new("Code"),
        ],
        rows: record.refused.iter().map(line).collect(),
        foot: "Import the corrected rows again: what is in already is recognised.".into(),
        next_href: record.next.map(|n| format!("/imports/{id}?from={n}")).unwrap_or_default(),
        ..TableView::default()
    };
    let aside = format!("{}, everything else went in", thousands(record.row.refused));
    let mut section =
        Section::new("refused", "Refused rows", vec![Block::Table(table)]).aside(aside);
    if record.file_kept {
        let href = format!("/imports/{id}/refused.csv");
        section =
            section.action(Action::link("Refused rows as CSV", href).small().icon("download"));
    }
    section
}

fn columns(row: &ImportRow) -> Section {
    let fact = |(column, field): &(String, String)| {
        let becomes = if field.is_empty() { "left out".to_owned() } else { label(row, field) };
        Fact::new(column, becomes)
    };
    let facts = Facts { facts: row.mapping.0.iter().map(fact).collect(), pair: false, lined: true };
    Section::new("columns", "Columns", vec![Block::Facts(facts)])
        .foot("Rows are kept as they came; columns left out are not kept.")
}
