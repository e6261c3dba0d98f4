//! The compliance desk: requests of people, the suppression list, retention, denied attempts.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use warmpath_app::error::Problem;
use warmpath_app::manage_requests::{self, KINDS, Line};
use warmpath_app::manage_suppressions::{self, REASONS};
use warmpath_app::policy::{ManageCompliance, ReadCompliance, grant};
use warmpath_app::rows::SuppressionRow;
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, keep_no_longer};

use crate::form::Fields;
use crate::pages::card;
use crate::refuse::{render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Cell, Column, Field, Note, Pill, Row, Section, SegmentEntry, Tone,
};
use crate::words::{Words, thousands};

const TABS: &[(&str, &str)] = &[
    ("Requests", "/compliance"),
    ("Suppression", "/compliance/suppression"),
    ("Where are your prospects?", "/compliance/places"),
    ("Rules", "/compliance/rules"),
    ("Retention", "/compliance/retention"),
    ("Denied", "/compliance/denied"),
];

/// The parts of the desk.
pub(super) fn tabs(current: &str) -> Vec<SegmentEntry> {
    TABS.iter()
        .map(|(label, href)| SegmentEntry {
            label: (*label).to_owned(),
            href: (*href).to_owned(),
            current: *href == current,
        })
        .collect()
}

/// A page of the desk without cards yet.
pub(super) async fn desk(face: &Face, who: &SignedIn, href: &str) -> DeskPage {
    DeskPage {
        shell: card::frame(face, who, "Compliance desk", "/compliance").await,
        title: "Compliance desk".to_owned(),
        lead: "What people asked of us, and what we may do.".to_owned(),
        tabs: tabs(href),
        ..DeskPage::default()
    }
}

/// Requests of people.
pub(super) async fn requests(State(face): State<Face>, Reader(who): Reader) -> Response {
    requests_page(&face, &who, &Fields::default(), None).await
}

async fn requests_page(
    face: &Face,
    who: &SignedIn,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Response {
    let found = match grant::<ReadCompliance>(&who.principal) {
        Ok(grant) => manage_requests::list(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let lines = match found {
        Ok(lines) => lines,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let may = grant::<ManageCompliance>(&who.principal).is_ok();
    let words = card::words(face, who);
    let problems = problems(failure);
    let mut page = desk(face, who, "/compliance").await;
    let columns = vec![
        Column::name("Person"),
        Column::new("State"),
        Column::new("Due"),
        Column::silent("Actions"),
    ];
    let rows = lines.iter().map(|l| request_line(&words, l, may)).collect();
    let empty = "Nobody has asked for anything. A request by phone or letter goes in here.";
    let table = card::table("Requests of people, the next due first", columns, rows, empty);
    page.main = vec![Section::new("requests", "Requests", vec![table])];
    if may {
        let parts = vec![
            card::with_error(
                Field::text("address", "Their e-mail or phone", typed.get("address")),
                problems,
            )
            .into(),
            Field::select("kind", "What they want", KINDS, typed.get("kind")).into(),
        ];
        let form = card::form(&page.shell, "/compliance", parts, "Open the request");
        page.rail = vec![Section::new("new", "Somebody asked", vec![form])];
    }
    finish(page, problems, failure)
}

fn problems(failure: Option<&Failure>) -> &[Problem] {
    match failure {
        Some(Failure::Invalid(problems)) => problems,
        _ => &[],
    }
}

/// Renders, with what needs a look on top and the status that belongs to it.
pub(in crate::pages) fn finish(
    mut page: DeskPage,
    problems: &[Problem],
    failure: Option<&Failure>,
) -> Response {
    match failure {
        None => render(&page),
        Some(failure) => {
            page.errors = card::summary(problems);
            page.shell.title = format!("Error: {}", page.shell.title);
            render_with(status(failure), &page)
        }
    }
}

fn request_line(words: &Words, line: &Line, may: bool) -> Row {
    let request = &line.request;
    let want = KINDS.iter().find(|(k, _)| *k == request.kind).map_or("", |(_, w)| w);
    let (word, tone) = match request.state.as_str() {
        "open" if request.due_at < words.now => ("Late", Tone::Negative),
        "open" => ("Open", Tone::Warning),
        "done" => ("Done", Tone::Positive),
        _ => ("Refused", Tone::Neutral),
    };
    let due = match request.done_at {
        Some(at) => format!("Answered {}", words.day(at)),
        None => words.day(request.due_at),
    };
    let mut actions = Vec::new();
    if may && request.state == "open" {
        if line.person.is_some() {
            let href = format!("/compliance/people/{}", request.person);
            actions.push(Action::link("Look at them", href).small());
        }
        let href = format!("/compliance/requests/{}", request.id);
        actions.push(Action::post("Done", href.clone()).small().with("state", "done"));
        actions.push(Action::post("Refuse", href).small().quiet().with("state", "refused"));
    }
    let name = line.person.as_ref().map_or("Erased", |p| p.name.as_str());
    vec![
        Cell::person(name, &request.person.to_string(), "", want),
        Cell::Pill(Pill::new(word, tone)),
        Cell::Time(due, request.due_at.to_string()),
        Cell::Actions(actions),
    ]
    .into()
}

/// Opens a request.
pub(super) async fn open(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match grant::<ManageCompliance>(&who.principal) {
        Ok(grant) => {
            let (address, kind) = (fields.trimmed("address"), fields.get("kind"));
            manage_requests::open(&face.app, &grant, address, kind).await
        }
        Err(failure) => Err(failure),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => {
            requests_page(&face, &who, &fields, Some(&failure)).await
        }
        other => card::after(&face, &who, other, "/compliance").await,
    }
}

/// Closes a request.
pub(super) async fn close(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<ManageCompliance>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => {
            manage_requests::close(&face.app, &grant, id, fields.get("state") == "done").await
        }
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, "/compliance").await
}

/// An address looked up; it comes in the body of a form, never in an address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    said: String,
}

/// The suppression list.
pub(super) async fn suppression(
    State(face): State<Face>,
    Reader(who): Reader,
    Query(said): Query<Said>,
) -> Response {
    let note = match said.said.as_str() {
        "added" => Some(Note::new(Tone::Positive, "Done.", "This address is never contacted.")),
        _ => None,
    };
    suppression_page(&face, &who, &Fields::default(), note, None).await
}

async fn suppression_page(
    face: &Face,
    who: &SignedIn,
    typed: &Fields,
    note: Option<Note>,
    failure: Option<&Failure>,
) -> Response {
    let found = match grant::<ReadCompliance>(&who.principal) {
        Ok(grant) => manage_suppressions::list(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let rows = match found {
        Ok(rows) => rows,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let words = card::words(face, who);
    let problems = problems(failure);
    let mut page = desk(face, who, "/compliance/suppression").await;
    page.note = note;
    let columns = vec![Column::name("Mark"), Column::new("Why"), Column::new("Since")];
    let rows = rows.iter().map(|r| mark_line(&words, r)).collect();
    let empty = "Nobody is on the list. Whoever says no or withdraws comes here by themselves.";
    let table = card::table("Suppressed addresses, as keyed marks", columns, rows, empty);
    page.main = vec![
        Section::new("list", "Never contact", vec![table])
            .foot("Addresses are not stored. Only the person's own new yes takes a mark away."),
    ];
    page.rail =
        forms(&page.shell, typed, problems, grant::<ManageCompliance>(&who.principal).is_ok());
    finish(page, problems, failure)
}

fn forms(shell: &Shell, typed: &Fields, problems: &[Problem], may_add: bool) -> Vec<Section> {
    if !may_add {
        return Vec::new();
    }
    let address = Field::text("address", "E-mail, phone or domain", typed.get("address"));
    let what = [("look", "Is it on the list?"), ("add", "Never contact it again")];
    let chosen = if typed.has("what") { typed.get("what") } else { "look" };
    let parts = vec![
        card::with_error(address, problems).into(),
        Field::select("what", "What to do", &what, chosen).into(),
        Field::select("reason", "Why, when it is added", REASONS, typed.get("reason")).into(),
    ];
    let form = card::form(shell, "/compliance/suppression", parts, "Go");
    vec![Section::new("add", "Look up or add", vec![form])]
}

fn mark_line(words: &Words, row: &SuppressionRow) -> Row {
    let mark: String = row.key.iter().take(4).map(|b| format!("{b:02x}")).collect();
    let why = match row.reason.as_str() {
        "objection" => "Objected",
        "refused" => "Said no on the answer page",
        "withdrawn" => "Withdrew",
        "complaint" => "Complained",
        _ => "By hand",
    };
    vec![
        Cell::proof(format!("{} {mark}…", row.kind)),
        Cell::text(why),
        Cell::Time(words.day(row.created_at), row.created_at.to_string()),
    ]
    .into()
}

/// Looks an address up, or adds it.
pub(super) async fn suppress(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let address = fields.trimmed("address");
    if fields.get("what") == "add" {
        let done = match grant::<ManageCompliance>(&who.principal) {
            Ok(grant) => {
                manage_suppressions::add(&face.app, &grant, address, fields.get("reason")).await
            }
            Err(failure) => Err(failure),
        };
        return match done {
            Err(failure @ Failure::Invalid(_)) => {
                suppression_page(&face, &who, &fields, None, Some(&failure)).await
            }
            other => card::after(&face, &who, other, "/compliance/suppression?said=added").await,
        };
    }
    let found = match grant::<ReadCompliance>(&who.principal) {
        Ok(grant) => manage_suppressions::look_up(&face.app, &grant, address).await,
        Err(failure) => Err(failure),
    };
    let note = match &found {
        Ok(Some(row)) => {
            let since = card::words(&face, &who).day(row.created_at);
            Note::new(
                Tone::Warning,
                "It is on the list.",
                format!("As a {}, since {since}.", row.kind),
            )
        }
        Ok(None) => Note::new(Tone::Neutral, "It is not on the list.", ""),
        Err(_) => Note::default(),
    };
    match found {
        Ok(_) => suppression_page(&face, &who, &fields, Some(note), None).await,
        Err(failure) => suppression_page(&face, &who, &fields, None, Some(&failure)).await,
    }
}

/// Who would be forgotten at the next run.
pub(super) async fn retention(State(face): State<Face>, Reader(who): Reader) -> Response {
    let found = match grant::<ReadCompliance>(&who.principal) {
        Ok(grant) => keep_no_longer::dry_run(&face.app, &grant, 200).await,
        Err(failure) => Err(failure),
    };
    let due = match found {
        Ok(due) => due,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let words = card::words(&face, &who);
    let mut page = desk(&face, &who, "/compliance/retention").await;
    page.lead = "Who is forgotten at the next daily run, and by which rule.".to_owned();
    let columns = vec![Column::name("Person"), Column::new("Kept for"), Column::new("Rule")];
    let rows = due
        .iter()
        .map(|d| {
            let since = format!("since {}", words.day(d.person.created_at));
            let months = d.rule.keep.months().unwrap_or_default();
            vec![
                Cell::person(&d.person.name, &d.person.id.to_string(), "", since),
                Cell::text(format!("{months} months")),
                Cell::lines(d.rule.basis.clone(), d.rule.region.clone()),
            ]
            .into()
        })
        .collect();
    let empty = "Nobody's time is over. The daily run will find nothing to do.";
    let table = card::table("People whose time is over", columns, rows, empty);
    let aside = format!("{} people", thousands(due.len() as i64));
    page.main = vec![Section::new("due", "The next run", vec![table]).aside(aside)];
    render(&page)
}

/// Attempts that were refused.
pub(super) async fn denied(State(face): State<Face>, Reader(who): Reader) -> Response {
    let mut page = desk(&face, &who, "/compliance/denied").await;
    let found = match grant::<ReadCompliance>(&who.principal) {
        Ok(grant) => warmpath_app::manage_requests::denied(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let entries = match found {
        Ok(entries) => entries,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let words = card::words(&face, &who);
    page.lead = "What was stopped, and why.".to_owned();
    let rows = entries
        .iter()
        .map(|e| {
            let href = e.seq.map(|n| format!("/ledger/{n}")).unwrap_or_default();
            let body: serde_json::Value = serde_json::from_str(&e.body).unwrap_or_default();
            let why = body["data"]["reason"].as_str().unwrap_or("no reason noted");
            vec![
                Cell::link(e.kind.clone(), href, e.about.clone()),
                Cell::text(why.replace('_', " ")),
                Cell::Time(words.moment(e.at), e.at.to_string()),
            ]
            .into()
        })
        .collect();
    let columns = vec![Column::name("What"), Column::new("Why"), Column::new("When")];
    let table =
        card::table("Refused attempts, newest first", columns, rows, "Nothing was stopped.");
    page.main = vec![Section::new("denied", "Stopped", vec![table])];
    render(&page)
}
