//! Look before you ask. Looking leaves an entry in the ledger, so it is a POST.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use warmpath_app::look_first::{self, Answer, Known, Question};
use warmpath_app::policy::{LookFirst, grant};

use super::bits::{join, name_of, query, role_of, wrong};
use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::hand_over::{CheckAnswer, CheckPage};
use crate::view::part::{Cell, Column, Field, FieldKind, Note, Pill, Row, TableView, Tone};
use crate::words::{Words, state_word};

fn page(frame: Shell, typed: &str, error: String) -> CheckPage {
    let query = Field::of(FieldKind::Search, "q", "Name, e-mail or company", typed).error(error);
    CheckPage { shell: frame, query, answer: None }
}

/// Shows the question.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let frame = shell::of(&face.app, &me, "Look before you ask").await;
    match grant::<LookFirst>(&me.principal) {
        Ok(_) => render(&page(frame, query(&raw).trimmed("q"), String::new())),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

/// Looks.
pub(super) async fn look(State(face): State<Face>, writer: Writer) -> Response {
    let Writer { signed_in: me, fields } = writer;
    let typed = fields.trimmed("q").to_owned();
    let frame = shell::of(&face.app, &me, "Look before you ask").await;
    let outcome = match grant::<LookFirst>(&me.principal) {
        Ok(grant) => look_first::run(&face.app, &grant, &question(&typed)).await,
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(found) => {
            let words = Words::new(&me.member.zone, face.app.now());
            let mut page = page(frame, &typed, String::new());
            page.answer = Some(answer(&found, &typed, &words));
            render(&page)
        }
        Err(failure) => {
            let error = wrong(Some(&failure), "q");
            if error.is_empty() {
                return refuse::page(Some(frame), &failure);
            }
            render_with(status(&failure), &page(frame, &typed, error))
        }
    }
}

/// One box takes a mailbox, a name or a company.
fn question(typed: &str) -> Question {
    if typed.contains('@') {
        return Question { email: typed.to_owned(), ..Question::default() };
    }
    Question { name: typed.to_owned(), company: typed.to_owned(), ..Question::default() }
}

fn answer(found: &Answer, typed: &str, words: &Words) -> CheckAnswer {
    let suppressed = found.known.iter().any(|k| k.suppressed);
    let (headline, note) = if suppressed {
        (
            format!("Leave it: “{typed}” asked not to be contacted"),
            Note::new(Tone::Negative, "Do not ask.", "Only the person themselves can change that."),
        )
    } else if found.is_taken() {
        (
            format!("Somebody works on “{typed}”"),
            Note::new(Tone::Warning, "Speak to them first.", "Then nobody is asked twice."),
        )
    } else if found.known.is_empty() {
        (
            format!("Nobody here knows “{typed}”"),
            Note::new(Tone::Positive, "The way is free.", "Hand them over when you have a reason."),
        )
    } else {
        (
            format!("Nobody works on “{typed}”"),
            Note::new(
                Tone::Positive,
                "Known, and free.",
                "No owner, no open deal, no referral, no ask.",
            ),
        )
    };
    let mut pills = Vec::new();
    if suppressed {
        pills.push(Pill::new("Not to be contacted", Tone::Negative));
    }
    CheckAnswer {
        headline,
        note,
        table: TableView {
            caption: "What is known".to_owned(),
            columns: vec![
                Column::name("Person or company"),
                Column::new("Owner"),
                Column::new("Open deals"),
                Column::new("Open referrals"),
                Column::new("Open asks"),
                Column::new("Last contact"),
            ],
            rows: found.known.iter().map(|known| row(known, words)).collect(),
            empty: "Nothing is on record.".to_owned(),
            ..TableView::default()
        },
        pills,
        seal: None,
        hand_over_href: if suppressed { String::new() } else { "/hand-over".to_owned() },
    }
}

fn row(known: &Known, words: &Words) -> Row {
    let name = match (&known.person, &known.account) {
        (Some(person), account) => Cell::lines(name_of(person), role_of(person, account.as_ref())),
        (None, Some(account)) => Cell::lines(&account.name, &account.status),
        (None, None) => Cell::Nothing,
    };
    let text = |parts: Vec<String>| match parts.is_empty() {
        true => Cell::Nothing,
        false => Cell::text(parts.join("; ")),
    };
    let deals =
        known.deals.iter().map(|d| join(&[&d.company, &d.unit, &d.stage, &d.owner])).collect();
    let open = |list: &[look_first::Open]| {
        list.iter().map(|o| join(&[state_word(o.state), &o.owner])).collect::<Vec<_>>()
    };
    Row::from(vec![
        name,
        text(Some(known.owner.clone()).filter(|o| !o.is_empty()).into_iter().collect()),
        text(deals),
        text(open(&known.referrals)),
        text(known.asks.clone()),
        match known.last_contact {
            Some(at) => Cell::Time(words.day(at), at.to_string()),
            None => Cell::Nothing,
        },
    ])
}
