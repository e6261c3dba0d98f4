//! One person at the compliance desk: what we hold, a copy for them, and forgetting them.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::erase_person::{self, Preview};
use warmpath_app::policy::{ManageCompliance, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, export_person};

use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{
    Action, ActionKind, Block, Check, Fact, Facts, FormPart, FormView, Note, Section, Tone,
};

/// The question before it.
pub(super) async fn ask(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(id): Path<String>,
) -> Response {
    let found = match (grant::<ManageCompliance>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => erase_person::preview(&face.app, &grant, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    match found {
        Ok(preview) => question(&face, &who, &preview).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn question(face: &Face, who: &SignedIn, preview: &Preview) -> Response {
    let person = &preview.person;
    let frame = card::frame(face, who, &person.name, "/compliance").await;
    let frame = shell::under(frame, "Compliance desk", "/compliance");
    let path = format!("/compliance/people/{}", person.id);
    let mut facts: Vec<Fact> = preview
        .traces
        .iter()
        .map(|(table, rows)| Fact::new(table_words(table), rows.to_string()))
        .collect();
    facts.push(Fact::new("Open referrals that end", preview.open_referrals.to_string()));
    let again = Check {
        name: "never_again".to_owned(),
        value: "on".to_owned(),
        label: "Keep a mark, so that they are never contacted again".to_owned(),
        below: "A keyed mark without the address. An import cannot bring them back.".to_owned(),
        checked: true,
        silent: false,
    };
    let erase = Action {
        kind: ActionKind::DangerSolid,
        ..Action::submit(format!("Erase {}", person.name))
    };
    let form = FormView {
        action: path.clone(),
        csrf: frame.csrf.clone(),
        parts: vec![FormPart::Check(again)],
        buttons: vec![Action::link("Keep them", "/compliance").quiet(), erase],
        ..FormView::default()
    };
    let note = Note::new(
        Tone::Warning,
        "This cannot be undone.",
        "What is readable is deleted; the key of what cannot be deleted is destroyed. The ledger \
         stays valid.",
    );
    let copy = Action::post("Take a copy for them", format!("{path}/copy")).icon("download");
    render(&DeskPage {
        shell: frame,
        title: format!("Erase {}?", person.name),
        layout: Layout::Narrow,
        actions: vec![copy],
        note: Some(note),
        main: vec![
            Section::new(
                "counts",
                "What is deleted",
                vec![Block::Facts(Facts { facts, pair: false, lined: true })],
            ),
            Section::new("erase", "", vec![Block::Form(form)]),
        ],
        ..DeskPage::default()
    })
}

fn table_words(table: &str) -> &str {
    match table {
        "contact_point" => "Addresses and numbers",
        "identity_key" => "Marks to find them by",
        "source_record" => "Imported records",
        "referral_text" => "Words about them",
        "introduction_text" => "Words of introductions",
        "mail" => "Mails to or about them",
        "comment" => "Comments of colleagues",
        "link" => "Links",
        other => other,
    }
}

/// Forgets them.
pub(super) async fn erase(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<ManageCompliance>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => {
            erase_person::run(&face.app, &grant, id, fields.has("never_again")).await
        }
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, "/compliance").await
}

/// Everything we hold about them, as a file. It is noted in the ledger, so it is a POST.
pub(super) async fn copy(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let made = match (grant::<ManageCompliance>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => export_person::run(&face.app, &grant, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    match made {
        Ok(document) => {
            let text = serde_json::to_string_pretty(&document).unwrap_or_default();
            card::file("application/json", &format!("{id}.json"), text)
        }
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}
