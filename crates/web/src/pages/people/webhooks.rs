//! Webhook endpoints of the workspace: the list, and adding one.

use axum::extract::State;
use axum::response::Response;
use warmpath_app::policy::{ManageEndpoints, grant};
use warmpath_app::rows::EndpointRow;
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, fan_out, manage_endpoints};

use super::settings::TABS;
use super::webhook::made;
use super::{problems, tabs};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::Shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{
    Action, Block, Cell, Check, Column, EmptyArt, EmptyState, Field, FieldKind, FormPart, FormView,
    Row, Section, Tone,
};
use crate::words::Words;

/// The list.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    page(&face, &who, &Fields::default(), None).await
}

async fn page(face: &Face, who: &SignedIn, typed: &Fields, failure: Option<&Failure>) -> Response {
    let found = match grant::<ManageEndpoints>(&who.principal) {
        Ok(grant) => manage_endpoints::list(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let endpoints = match found {
        Ok(endpoints) => endpoints,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let words = card::words(face, who);
    let frame = card::frame(face, who, "Settings", "/settings").await;
    let page = DeskPage {
        title: "Webhooks".to_owned(),
        lead: "Your other programs hear what happens, the moment it happened. An event carries \
               numbers and ids, no names and no addresses."
            .to_owned(),
        tabs: tabs(TABS, "/settings/webhooks"),
        layout: Layout::Narrow,
        main: vec![listed(&words, &endpoints), add_form(&frame, typed, failure)],
        shell: frame,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn listed(words: &Words, endpoints: &[EndpointRow]) -> Section {
    if endpoints.is_empty() {
        let empty = EmptyState {
            art: EmptyArt::Gap,
            title: "Nobody is told yet".to_owned(),
            sentence: "Give the address of a program that should hear what happens here."
                .to_owned(),
            actions: vec![Action::link("Add an address", "#url")],
        };
        return Section::new("endpoints", "", vec![Block::Empty(empty)]);
    }
    let columns = vec![Column::name("Address"), Column::new("State"), Column::new("Added")];
    let rows = endpoints.iter().map(|endpoint| line(words, endpoint)).collect();
    let table = card::table("Webhook addresses", columns, rows, "");
    Section::new("endpoints", "Addresses", vec![table])
}

fn line(words: &Words, endpoint: &EndpointRow) -> Row {
    let href = format!("/settings/webhooks/{}", endpoint.id);
    let (word, tone) = state(endpoint);
    vec![
        Cell::link(&endpoint.url, href, told(endpoint)),
        Cell::pill(word, tone),
        Cell::Time(words.moment(endpoint.created_at), endpoint.created_at.to_string()),
    ]
    .into()
}

/// How it stands.
pub(super) fn state(endpoint: &EndpointRow) -> (&'static str, Tone) {
    match (endpoint.active, endpoint.failing_since) {
        (true, None) => ("On", Tone::Positive),
        (true, Some(_)) => ("Failing", Tone::Warning),
        (false, Some(_)) => ("Turned off", Tone::Negative),
        (false, None) => ("Paused", Tone::Neutral),
    }
}

/// What it hears, in words.
pub(super) fn told(endpoint: &EndpointRow) -> String {
    if endpoint.events.0.is_empty() {
        return "Hears everything".to_owned();
    }
    let words: Vec<String> = endpoint.events.0.iter().map(|kind| kind_words(kind)).collect();
    format!("Hears of {}", words.join(", "))
}

/// A kind of event in words; one that has none stays as it is written.
fn kind_words(kind: &str) -> String {
    match kind {
        "referral." => "referrals",
        "consent." => "consents",
        "clock." => "clocks",
        "thanks." => "thanks",
        "introduction." => "introductions",
        other => other,
    }
    .to_owned()
}

fn add_form(frame: &Shell, typed: &Fields, failure: Option<&Failure>) -> Section {
    let wrong = problems(failure);
    let url = Field::of(FieldKind::Url, "url", "Address", typed.get("url"))
        .hint("Begins with https and can be reached from the Internet");
    let mut parts: Vec<FormPart> = vec![card::with_error(url, wrong).into()];
    parts.extend(fan_out::KINDS.iter().map(|kind| {
        let label = match *kind {
            "referral." => "Referrals: handed over, routed, accepted, won",
            "consent." => "Consents: given, refused, withdrawn",
            "clock." => "Clocks: started, reminded, run out",
            "thanks." => "Thanks: due, sent, late",
            "introduction." => "Introductions: begun, moved, late news, complaints; never who",
            other => other,
        };
        FormPart::Check(Check {
            name: "events".to_owned(),
            value: (*kind).to_owned(),
            label: label.to_owned(),
            below: format!("{kind}*"),
            checked: typed.all("events").any(|sent| sent == *kind),
            silent: false,
        })
    }));
    let form = FormView {
        action: "/settings/webhooks".to_owned(),
        csrf: frame.csrf.clone(),
        parts,
        buttons: vec![Action::submit("Add the address")],
        ..FormView::default()
    };
    Section::new("add", "Add an address", vec![Block::Form(form)])
        .foot("Nothing ticked means everything. You see the signing secret once, on the next page.")
}

/// Adds one, and shows its secret this once.
pub(super) async fn make(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let events: Vec<String> = fields.all("events").map(str::to_owned).collect();
    let url = fields.trimmed("url");
    let done = match grant::<ManageEndpoints>(&who.principal) {
        Ok(grant) => manage_endpoints::make(&face.app, &grant, url, &events).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(fresh) => made(&face, &who, &fresh).await,
        Err(failure @ Failure::Invalid(_)) => page(&face, &who, &fields, Some(&failure)).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}
