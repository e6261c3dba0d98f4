//! The outbox: mails and what became of them; jobs that were given up.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use warmpath_app::Failure;
use warmpath_app::policy::{ManageCompliance, ReadOutbox, grant};
use warmpath_app::rows::{JobRow, MailRow};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::tend_outbox::{self as use_case, Page};

use crate::pages::card;
use crate::pages::introductions::without_tokens;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Field, FilterBar, Note, Pill, Row, Section,
    SegmentEntry, TableView, Tone,
};
use crate::words::Words;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Look {
    #[serde(default)]
    state: String,
    #[serde(default)]
    before: String,
}

fn tabs(current: usize) -> Vec<SegmentEntry> {
    [("Mails", "/outbox"), ("Given up", "/outbox/jobs")]
        .iter()
        .enumerate()
        .map(|(n, (label, href))| SegmentEntry {
            label: (*label).to_owned(),
            href: (*href).to_owned(),
            current: n == current,
        })
        .collect()
}

/// The list.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(who): Reader,
    Query(look): Query<Look>,
) -> Response {
    let found = match grant::<ReadOutbox>(&who.principal) {
        Ok(grant) => use_case::list(&face.app, &grant, &look.state, look.before.parse().ok()).await,
        Err(failure) => Err(failure),
    };
    match found {
        Ok(page) => list(&face, &who, &look, &page).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn list(face: &Face, who: &SignedIn, look: &Look, page: &Page) -> Response {
    let words = card::words(face, who);
    let next = page.next.map(|id| {
        let id = id.to_string();
        format!("/outbox?{}", card::query(&[("state", &look.state), ("before", &id)]))
    });
    let mut states = vec![("", "Any")];
    states.extend(use_case::STATES.iter().map(|s| (*s, state_word(s).0)));
    let table = TableView {
        caption: "Mails, newest first".to_owned(),
        columns: vec![
            Column::name("Mail"),
            Column::new("State"),
            Column::new("Sent by"),
            Column::new("When"),
        ],
        rows: page.mails.iter().map(|m| line(&words, page, m)).collect(),
        next_href: next.unwrap_or_default(),
        empty: "No mail is like that. They appear here as soon as one is written.".to_owned(),
        ..TableView::default()
    };
    render(&DeskPage {
        shell: card::frame(face, who, "Outbox", "/outbox").await,
        title: "Outbox".to_owned(),
        lead: "Every mail that goes out. A person wrote it, asked for it, or set the rule that sends it.".to_owned(),
        tabs: tabs(0),
        filters: Some(FilterBar {
            action: "/outbox".to_owned(),
            fields: vec![Field::select("state", "State", &states, &look.state)],
            clear_href: if look.state.is_empty() { String::new() } else { "/outbox".to_owned() },
        }),
        main: vec![Section { blocks: vec![Block::Table(table)], ..Section::default() }],
        ..DeskPage::default()
    })
}

fn state_word(state: &str) -> (&'static str, Tone) {
    match state {
        "draft" => ("Draft", Tone::Neutral),
        "queued" => ("Waits", Tone::Accent),
        "sent" => ("Sent", Tone::Positive),
        "failed" => ("Failed", Tone::Negative),
        "unknown" => ("Not known", Tone::Hold),
        _ => ("Cancelled", Tone::Neutral),
    }
}

fn sender(page: &Page, mail: &MailRow) -> String {
    let named = page.members.iter().find(|m| Some(m.id) == mail.sent_by);
    named.map_or_else(|| "Warmpath, by rule".to_owned(), |m| m.name.clone())
}

fn line(words: &Words, page: &Page, mail: &MailRow) -> Row {
    let (word, tone) = state_word(&mail.state);
    vec![
        Cell::link(&mail.subject, format!("/outbox/{}", mail.id), &mail.to_address),
        Cell::pill(word, tone),
        Cell::text(sender(page, mail)),
        Cell::Time(words.moment(mail.created_at), mail.created_at.to_string()),
    ]
    .into()
}

/// One mail.
pub(super) async fn one(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(id): Path<String>,
) -> Response {
    let found = match (grant::<ReadOutbox>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => use_case::one(&face.app, &grant, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    match found {
        Ok(mail) => letter(&face, &who, &mail).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn letter(face: &Face, who: &SignedIn, mail: &MailRow) -> Response {
    let words = card::words(face, who);
    let frame = card::frame(face, who, &mail.subject, "/outbox").await;
    let (word, tone) = state_word(&mail.state);
    let mut facts = vec![
        Fact::new("To", mail.to_address.clone()),
        Fact::new("Kind", mail.kind.replace('_', " ")),
        Fact::new("Written", words.moment(mail.created_at)),
    ];
    facts.extend(mail.sent_at.map(|at| Fact::new("Handed over", words.moment(at))));
    if let Some(id) = mail.referral {
        let href = format!("/referrals/{id}");
        facts.push(Fact { href, ..Fact::new("Referral", "Open the referral") });
    }
    let again = matches!(mail.state.as_str(), "failed" | "unknown")
        && grant::<ManageCompliance>(&who.principal).is_ok();
    let note = (!mail.error.is_empty()).then(|| {
        let text = match mail.state.as_str() {
            "unknown" => {
                format!("{}. It may have arrived. Ask before you send it again.", mail.error)
            }
            _ => mail.error.clone(),
        };
        Note::new(tone, "What went wrong:", text)
    });
    let facts = Facts { facts, pair: false, lined: false };
    render(&DeskPage {
        shell: shell::under(frame, "Outbox", "/outbox"),
        title: mail.subject.clone(),
        pill: Some(Pill::new(word, tone)),
        layout: Layout::Narrow,
        note,
        actions: if again {
            vec![Action::post("Send again", format!("/outbox/{}", mail.id)).primary()]
        } else {
            Vec::new()
        },
        main: vec![Section::new(
            "mail",
            "",
            vec![Block::Facts(facts), Block::Letter(without_tokens(&mail.body))],
        )],
        ..DeskPage::default()
    })
}

/// Sends one again.
pub(super) async fn send_again(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<ManageCompliance>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => use_case::send_again(&face.app, &grant, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, &format!("/outbox/{id}")).await
}

/// Jobs given up.
pub(super) async fn jobs(State(face): State<Face>, Reader(who): Reader) -> Response {
    let found = match grant::<ReadOutbox>(&who.principal) {
        Ok(grant) => use_case::given_up(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let jobs = match found {
        Ok(jobs) => jobs,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let words = card::words(&face, &who);
    let columns = vec![
        Column::name("What"),
        Column::new("What went wrong"),
        Column::figures("Tries"),
        Column::new("Was due"),
        Column::silent("Actions"),
    ];
    let rows = jobs.iter().map(|j| job_line(&words, j)).collect();
    let empty = "Nothing was given up.";
    let table = card::table("Jobs given up, oldest first", columns, rows, empty);
    render(&DeskPage {
        shell: card::frame(&face, &who, "Outbox", "/outbox").await,
        title: "Outbox".to_owned(),
        lead: "Work that failed again and again waits here until a person looks.".to_owned(),
        tabs: tabs(1),
        main: vec![Section { blocks: vec![table], ..Section::default() }],
        ..DeskPage::default()
    })
}

fn job_line(words: &Words, job: &JobRow) -> Row {
    let again = Action::post("Try again", format!("/outbox/jobs/{}", job.id)).small();
    vec![
        Cell::lines(job.kind.clone(), job.about.clone()),
        Cell::Refused(job.last_error.clone()),
        Cell::figure(job.attempts.to_string()),
        Cell::Time(words.moment(job.due_at), job.due_at.to_string()),
        Cell::Actions(vec![again]),
    ]
    .into()
}

/// Brings one back.
pub(super) async fn replay(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<ManageCompliance>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => use_case::replay(&face.app, &grant, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, "/outbox/jobs").await
}
