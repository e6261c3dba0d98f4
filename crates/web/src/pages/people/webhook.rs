//! One webhook endpoint: how it stands, its secret, what was sent and what was given up.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use warmpath_app::manage_endpoints::{self as use_case, Made, OVERLAP_HOURS, TEST_KIND};
use warmpath_app::policy::{Grant, ManageEndpoints, grant};
use warmpath_app::rows::{DeliveryRow, EndpointRow};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, keys};
use warmpath_core::id::EndpointId;
use warmpath_core::limits;

use super::webhooks::{state, told};
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::error::ConfirmPage;
use crate::view::part::{
    Action, ActionKind, Block, Cell, Column, Fact, Facts, Note, Pill, Row, Section, Segment,
    SegmentEntry, TableView, Tone,
};
use crate::words::Words;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Look {
    /// `dead` for those given up; all otherwise.
    #[serde(default)]
    only: String,
    #[serde(default)]
    before: String,
}

fn path(id: EndpointId) -> String {
    format!("/settings/webhooks/{id}")
}

fn may(who: &SignedIn, text: &str) -> Result<(Grant<ManageEndpoints>, EndpointId), Failure> {
    let id = text.parse().map_err(|_| Failure::NotFound)?;
    Ok((grant::<ManageEndpoints>(&who.principal)?, id))
}

/// Shows it with its deliveries.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Response {
    match read(&face, &who, &id, &look).await {
        Ok((endpoint, deliveries)) => {
            page(&face, &who, (&endpoint, &look, &deliveries), None).await
        }
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn read(
    face: &Face,
    who: &SignedIn,
    id: &str,
    look: &Look,
) -> Result<(EndpointRow, Vec<DeliveryRow>), Failure> {
    let (grant, id) = may(who, id)?;
    let endpoint = use_case::one(&face.app, &grant, id).await?;
    let (before, limit) = (look.before.parse().ok(), limits::PAGE_ROWS_DEFAULT as i64);
    let deliveries = if look.only == "dead" {
        use_case::dead(&face.app, &grant, id, before, limit).await?
    } else {
        use_case::deliveries(&face.app, &grant, id, before, limit).await?
    };
    Ok((endpoint, deliveries))
}

/// The page right after an endpoint was made or got a new secret: it is shown this once.
pub(super) async fn made(face: &Face, who: &SignedIn, fresh: &Made) -> Response {
    let look = Look::default();
    match read(face, who, &fresh.endpoint.id.to_string(), &look).await {
        Ok((endpoint, deliveries)) => {
            let secret = Some(fresh.secret.as_str());
            page(face, who, (&endpoint, &look, &deliveries), secret).await
        }
        Err(failure) => card::refused(face, who, &failure).await,
    }
}

async fn page(
    face: &Face,
    who: &SignedIn,
    (endpoint, look, deliveries): (&EndpointRow, &Look, &[DeliveryRow]),
    secret: Option<&str>,
) -> Response {
    let words = card::words(face, who);
    let frame = card::frame(face, who, "Webhook", "/settings").await;
    let frame = shell::under(frame, "Webhooks", "/settings/webhooks");
    let frame = shell::under(frame, "Settings", "/settings");
    let here = path(endpoint.id);
    let (word, tone) = state(endpoint);
    let mut main = Vec::new();
    if let Some(secret) = secret {
        main.push(secret_card(secret));
    }
    main.push(sent(&words, endpoint, look, deliveries));
    let mut actions = vec![Action::ask("Remove", format!("{here}/remove")).danger()];
    if endpoint.active {
        actions.push(Action::post("Pause", format!("{here}/pause")));
        actions.push(Action::post("Send a test event", format!("{here}/test")).primary());
    } else {
        actions.push(Action::post("Let it go on", format!("{here}/resume")).primary());
    }
    render(&DeskPage {
        shell: frame,
        title: host(&endpoint.url),
        pill: Some(Pill::new(word, tone)),
        lead: format!("{}.", told(endpoint)),
        actions,
        note: note(&words, endpoint),
        main,
        rail: vec![facts(&words, endpoint), secret_rail(&here)],
        ..DeskPage::default()
    })
}

/// The host of an address: what a person calls it by.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest).to_owned()
}

fn note(words: &Words, endpoint: &EndpointRow) -> Option<Note> {
    match (endpoint.active, endpoint.failing_since) {
        (true, Some(since)) => Some(Note::new(
            Tone::Warning,
            format!("No answer since {}.", words.moment(since)),
            "We go on trying, ever more rarely. Days without success turn it off.",
        )),
        (false, Some(since)) => Some(Note::new(
            Tone::Negative,
            "Turned off.",
            format!(
                "Nothing was taken since {}. What happens now is not told afterwards. Mend the \
                 receiver, let it go on, then send again what was given up.",
                words.moment(since)
            ),
        )),
        (false, None) => Some(Note::new(
            Tone::Neutral,
            "Paused.",
            "What happens in the meantime is not told afterwards.",
        )),
        (true, None) => None,
    }
}

fn secret_card(secret: &str) -> Section {
    let copy = Block::Copy { id: "fresh-secret".to_owned(), text: secret.to_owned() };
    let note = Note::new(
        Tone::Warning,
        "Copy it now.",
        "It is not shown again. The receiver checks the signature of every event with it.",
    );
    Section::new("fresh", "The signing secret", vec![copy, Block::Note(note)])
}

fn facts(words: &Words, endpoint: &EndpointRow) -> Section {
    let added = words.moment(endpoint.created_at);
    let facts = vec![
        Fact { proof: true, ..Fact::new("Address", endpoint.url.clone()) },
        Fact::new("Added", added),
    ];
    let facts = Facts { facts, pair: false, lined: true };
    Section::new("about", "Where it goes", vec![Block::Facts(facts)])
        .foot("Signed after the Standard Webhooks specification.")
}

fn secret_rail(here: &str) -> Section {
    let sentence = format!(
        "A new secret is shown once. The one before stays good for {OVERLAP_HOURS} hours, so that \
         the receiver misses nothing."
    );
    let rotate = Action::post("Make a new secret", format!("{here}/rotate"));
    Section::new(
        "secret",
        "Signing secret",
        vec![Block::Text(sentence), Block::Buttons(vec![rotate])],
    )
}

fn sent(words: &Words, endpoint: &EndpointRow, look: &Look, deliveries: &[DeliveryRow]) -> Section {
    let here = path(endpoint.id);
    let only_dead = look.only == "dead";
    let full = deliveries.len() >= limits::PAGE_ROWS_DEFAULT;
    let next = deliveries.last().filter(|_| full).map(|last| {
        let id = last.id.to_string();
        format!("{here}?{}", card::query(&[("only", &look.only), ("before", &id)]))
    });
    let empty = if only_dead {
        "Nothing was given up."
    } else {
        "Nothing was sent yet. A test event shows whether the receiver takes it."
    };
    let table = TableView {
        caption: "What was sent, latest first".to_owned(),
        columns: vec![
            Column::name("Event"),
            Column::new("State"),
            Column::figures("Tries"),
            Column::new("When"),
            Column::silent("Actions"),
        ],
        rows: deliveries.iter().map(|delivery| line(words, &here, delivery)).collect(),
        next_href: next.unwrap_or_default(),
        empty: empty.to_owned(),
        ..TableView::default()
    };
    let entry = |label: &str, href: String, current: bool| SegmentEntry {
        label: label.to_owned(),
        href,
        current,
    };
    let choice = Segment {
        label: "Which deliveries".to_owned(),
        entries: vec![
            entry("All", here.clone(), !only_dead),
            entry("Given up", format!("{here}?only=dead"), only_dead),
        ],
        tabs: false,
    };
    Section {
        segment: Some(choice),
        ..Section::new("deliveries", "What was sent", vec![Block::Table(table)])
    }
}

fn line(words: &Words, here: &str, delivery: &DeliveryRow) -> Row {
    let (word, tone) = match delivery.state.as_str() {
        "delivered" => ("Taken", Tone::Positive),
        "dead" => ("Given up", Tone::Negative),
        _ if delivery.attempts > 0 => ("Trying again", Tone::Warning),
        _ => ("Waits", Tone::Accent),
    };
    let what = if delivery.kind == TEST_KIND {
        Cell::lines("Test event", answer(delivery))
    } else {
        Cell::link(&delivery.kind, format!("/ledger/{}", delivery.seq), answer(delivery))
    };
    let again = Action::post("Send again", format!("{here}/deliveries/{}", delivery.id)).small();
    vec![
        what,
        Cell::pill(word, tone),
        Cell::figure(delivery.attempts.to_string()),
        Cell::Time(words.moment(delivery.created_at), delivery.created_at.to_string()),
        Cell::Actions(if delivery.state == "waiting" { Vec::new() } else { vec![again] }),
    ]
    .into()
}

/// What the receiver said last.
fn answer(delivery: &DeliveryRow) -> String {
    match (delivery.last_status, delivery.last_error.as_str()) {
        (0, "") => String::new(),
        (0, error) => error.to_owned(),
        (status, "") => format!("Answered {status}"),
        (status, error) => format!("Answered {status}: {error}"),
    }
}

/// A new secret, shown this once.
pub(super) async fn rotate(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match may(&who, &id) {
        Ok((grant, id)) => use_case::rotate(&face.app, &grant, id).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(fresh) => made(&face, &who, &fresh).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// Sends a test event.
pub(super) async fn test(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match may(&who, &id) {
        Ok((grant, id)) => use_case::test(&face.app, &grant, id).await,
        Err(failure) => Err(failure),
    };
    card::after(&face, &who, done, &format!("/settings/webhooks/{id}")).await
}

/// Pauses it.
pub(super) async fn pause(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    paused(&face, &writer.signed_in, &id, true).await
}

/// Lets it go on.
pub(super) async fn resume(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    paused(&face, &writer.signed_in, &id, false).await
}

async fn paused(face: &Face, who: &SignedIn, id: &str, paused: bool) -> Response {
    let done = match may(who, id) {
        Ok((grant, id)) => use_case::pause(&face.app, &grant, id, paused).await,
        Err(failure) => Err(failure),
    };
    card::after(face, who, done, &format!("/settings/webhooks/{id}")).await
}

/// The question before it is removed.
pub(super) async fn ask(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(id): Path<String>,
) -> Response {
    let found = match may(&who, &id) {
        Ok((grant, id)) => use_case::one(&face.app, &grant, id).await,
        Err(failure) => Err(failure),
    };
    match found {
        Ok(endpoint) => render(&question(&face, frame_of(&face, &who).await, &endpoint)),
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn frame_of(face: &Face, who: &SignedIn) -> Shell {
    let frame = card::frame(face, who, "Remove", "/settings").await;
    shell::under(frame, "Webhooks", "/settings/webhooks")
}

fn question(face: &Face, frame: Shell, endpoint: &EndpointRow) -> ConfirmPage {
    ConfirmPage {
        shell: frame,
        title: format!("Remove {}?", host(&endpoint.url)),
        lead: "It hears nothing from then on, and the list of what was sent to it goes too. The \
               ledger keeps that it was there."
            .to_owned(),
        action: format!("{}/remove", path(endpoint.id)),
        idempotency_key: keys::random_token(&face.app),
        parts: Vec::new(),
        button: Action { kind: ActionKind::DangerSolid, ..Action::submit("Remove it") },
        keep: "Keep it".to_owned(),
        keep_href: path(endpoint.id),
    }
}

/// Removes it.
pub(super) async fn remove(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match may(&who, &id) {
        Ok((grant, id)) => use_case::remove(&face.app, &grant, id).await,
        Err(failure) => Err(failure),
    };
    card::after(&face, &who, done, "/settings/webhooks").await
}

/// Sends a delivery again.
pub(super) async fn replay(
    State(face): State<Face>,
    Path((id, delivery)): Path<(String, String)>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (may(&who, &id), delivery.parse()) {
        (Ok((grant, id)), Ok(delivery)) => use_case::replay(&face.app, &grant, id, delivery).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, &format!("/settings/webhooks/{id}")).await
}
