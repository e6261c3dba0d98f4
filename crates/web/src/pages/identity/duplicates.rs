//! The list of pairs and the pair shown. Deciding leads on to the next pair.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::decide_duplicate::{self, Verdict};
use warmpath_app::policy::{ReadDuplicates, ReviewDuplicates, grant};
use warmpath_app::read_duplicates::{self, Line, Question, Queue};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, rows::DuplicateRow, sweep_people};
use warmpath_core::id::DuplicateId;

use super::{pair, sweeps};
use crate::pages::card;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::duplicates::{DuplicatesPage, Entry};
use crate::view::part::{
    Action, Block, Cell, Column, EmptyArt, EmptyState, Row, Section, TableView, Tone,
};
use crate::words::{Words, thousands};

/// Pairs in the list beside the one shown; the rest is counted.
const LISTED: usize = 8;

/// Who decided where no member did.
const MACHINE: &str = "the machine";

/// The list, with its first pair.
pub(super) async fn list(State(face): State<Face>, Reader(who): Reader) -> Response {
    let found = match grant::<ReadDuplicates>(&who.principal) {
        Ok(may) => read_duplicates::list(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    let queue = match found {
        Ok(queue) => queue,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let first = queue.lines.first().map(|line| line.row.id);
    show(&face, &who, queue, first).await
}

/// One pair beside the list.
pub(super) async fn one(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(id): Path<String>,
) -> Response {
    let found = match (grant::<ReadDuplicates>(&who.principal), id.parse::<DuplicateId>()) {
        (Ok(may), Ok(id)) => read_duplicates::list(&face.app, &may).await.map(|q| (q, id)),
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    match found {
        Ok((queue, id)) => show(&face, &who, queue, Some(id)).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn show(face: &Face, who: &SignedIn, queue: Queue, id: Option<DuplicateId>) -> Response {
    let question = match (grant::<ReadDuplicates>(&who.principal), id) {
        (Ok(may), Some(id)) => match read_duplicates::one(&face.app, &may, id).await {
            Ok(question) => Some(question),
            Err(failure) => return card::refused(face, who, &failure).await,
        },
        _ => None,
    };
    let swept = match grant::<ReadDuplicates>(&who.principal) {
        Ok(may) => sweep_people::list(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    let swept = match swept {
        Ok(swept) => swept,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let frame = card::frame(face, who, "Duplicates", "/duplicates").await;
    let words = card::words(face, who);
    let may_review = grant::<ReviewDuplicates>(&who.principal).is_ok();
    let kind = question.as_ref().map_or("person", |q| q.row.kind.as_str());
    let mut below = decided(&words, &queue.decided, may_review, question.as_ref());
    below.push(sweeps::section(&words, &swept, may_review));
    render(&DuplicatesPage {
        shell: frame,
        title: title(kind).to_owned(),
        lead: lead(queue.waiting),
        progress: progress(queue.decided_today),
        queue: queue.lines.iter().take(LISTED).map(|line| entry(line, id)).collect(),
        more: more(&queue),
        empty: if question.is_none() { Some(nothing()) } else { None },
        pair: question.as_ref().map(|question| pair::view(&words, question, may_review)),
        below,
    })
}

fn title(kind: &str) -> &'static str {
    match kind {
        "person" => "Is this one person?",
        _ => "Is this one company?",
    }
}

fn lead(waiting: i64) -> String {
    match waiting {
        0 => "Every record that came is either somebody known or somebody new.".to_owned(),
        1 => {
            "One pair lies between the lines: too likely to ignore, too unsure to join by machine."
                .to_owned()
        }
        n => format!(
            "{} pairs lie between the lines: too likely to ignore, too unsure to join by machine.",
            thousands(n)
        ),
    }
}

fn progress(decided: i64) -> String {
    match decided {
        0 => String::new(),
        n => format!("{} decided today", thousands(n)),
    }
}

fn more(queue: &Queue) -> String {
    let shown = queue.lines.len().min(LISTED) as i64;
    match queue.waiting - shown {
        n if n > 0 => format!("{} more", thousands(n)),
        _ => String::new(),
    }
}

fn entry(line: &Line, current: Option<DuplicateId>) -> Entry {
    Entry {
        href: format!("/duplicates/{}", line.row.id),
        known: line.known.clone(),
        fresh: line.fresh.clone(),
        probability: pair::probability(line.row.probability),
        current: Some(line.row.id) == current,
    }
}

fn nothing() -> EmptyState {
    EmptyState {
        art: EmptyArt::Pages,
        title: "No pair waits for you".to_owned(),
        sentence: "When an import or a referral brings somebody who may be known already, both \
                   records stand here side by side."
            .to_owned(),
        actions: vec![Action::link("See imports", "/imports")],
    }
}

/// What was decided lately, each with its way back.
fn decided(
    words: &Words,
    lines: &[Line],
    may_review: bool,
    shown: Option<&Question>,
) -> Vec<Section> {
    let kept: Vec<&Line> =
        lines.iter().filter(|line| shown.is_none_or(|q| q.row.id != line.row.id)).collect();
    if kept.is_empty() {
        return Vec::new();
    }
    let line = |line: &&Line| -> Row {
        let row = &line.row;
        let (word, tone) = match row.state.as_str() {
            "same" => ("Same", Tone::Positive),
            _ => ("Not the same", Tone::Neutral),
        };
        let undo = match may_review {
            true => vec![Action::post("Undo", format!("/duplicates/{}/undo", row.id)).small()],
            false => Vec::new(),
        };
        let at = row.decided_at.unwrap_or(row.found_at);
        vec![
            Cell::link(&line.known, format!("/duplicates/{}", row.id), &line.fresh),
            Cell::pill(word, tone),
            Cell::text(if line.decided_by.is_empty() { MACHINE } else { &line.decided_by }),
            Cell::Time(words.moment(at), at.to_string()),
            Cell::Actions(undo),
        ]
        .into()
    };
    let table = TableView {
        caption: "Decisions, latest first".to_owned(),
        columns: vec![
            Column::name("Pair"),
            Column::new("Decision"),
            Column::new("By"),
            Column::new("When"),
            Column::silent("Undo"),
        ],
        rows: kept.iter().map(line).collect(),
        ..TableView::default()
    };
    vec![Section::new("decided", "Decided lately", vec![Block::Table(table)])]
}

/// Decides, and goes on to the next pair.
pub(super) async fn decide(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let verdict = writer.fields.get("verdict").parse::<Verdict>();
    let who = writer.signed_in;
    let done = match (grant::<ReviewDuplicates>(&who.principal), id.parse(), verdict) {
        (Ok(may), Ok(id), Ok(verdict)) => decide_duplicate::run(&face.app, &may, id, verdict).await,
        (Err(failure), _, _) => Err(failure),
        (_, Err(_), _) => Err(Failure::NotFound),
        (_, _, Err(_)) => {
            Err(refuse::invalid("verdict", "verdict_unknown", "Say same, different or later."))
        }
    };
    card::after(&face, &who, done, "/duplicates").await
}

/// Takes a decision back, and shows the pair again.
pub(super) async fn undo(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done: Result<DuplicateRow, Failure> =
        match (grant::<ReviewDuplicates>(&who.principal), id.parse()) {
            (Ok(may), Ok(id)) => decide_duplicate::undo(&face.app, &may, id).await,
            (Err(failure), _) => Err(failure),
            (_, Err(_)) => Err(Failure::NotFound),
        };
    match done {
        Ok(row) => Redirect::to(&format!("/duplicates/{}", row.id)).into_response(),
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}
