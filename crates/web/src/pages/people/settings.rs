//! Settings of the workspace, and keys for programs.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::change_workspace::{self, LANGUAGES, Typed};
use warmpath_app::manage_api_keys;
use warmpath_app::policy::{ManageSettings, grant};
use warmpath_app::rows::{ApiKeyRow, MemberRow};
use warmpath_app::sign_in::SignedIn;

use super::{problems, tabs};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{
    Action, Block, Cell, Check, Column, Field, FieldKind, FormPart, Note, Row, Section, Tone,
};
use crate::words::Words;

/// The parts of the settings.
pub(super) const TABS: &[(&str, &str)] = &[
    ("Workspace", "/settings"),
    ("API keys", "/settings/keys"),
    ("Webhooks", "/settings/webhooks"),
];

/// The workspace.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    page(&face, &who, None, None).await
}

async fn page(
    face: &Face,
    who: &SignedIn,
    typed: Option<&Fields>,
    failure: Option<&Failure>,
) -> Response {
    let found = match grant::<ManageSettings>(&who.principal) {
        Ok(grant) => change_workspace::read(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let row = match found {
        Ok(row) => row,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let value = |name: &str, stored: &str| {
        typed.map_or_else(|| stored.to_owned(), |t| t.get(name).to_owned())
    };
    let text =
        |name: &str, label: &str, stored: &str| Field::text(name, label, &value(name, stored));
    let privacy = value("privacy_contact", &row.privacy_contact);
    let fields = vec![
        text("name", "Name that outsiders read", &row.name),
        text("trade", "What you do, in a few words", &row.trade),
        text("legal_name", "Legal sender", &row.legal_name),
        text("address", "Postal address", &row.address),
        Field::of(
            FieldKind::Email,
            "privacy_contact",
            "Address for questions of privacy",
            &privacy,
        ),
        text("country", "Country", &row.country).hint("Two letters, like DE"),
        text("zone", "Time zone", &row.zone).hint("Like Europe/Berlin"),
        Field::select(
            "language",
            "Language of outgoing texts",
            LANGUAGES,
            &value("language", &row.language),
        ),
    ];
    let parts = fields.into_iter().map(|f| card::with_error(f, problems(failure)).into()).collect();
    let frame = card::frame(face, who, "Settings", "/settings").await;
    let form = card::form(&frame, "/settings", parts, "Save");
    let sender = format!(
        "Mails come from {}. Whoever runs this installation sets it.",
        face.app.config.mail_from
    );
    let page = DeskPage {
        shell: frame,
        title: "Settings".to_owned(),
        tabs: tabs(TABS, "/settings"),
        layout: Layout::Narrow,
        main: vec![Section::new("workspace", "Workspace", vec![form]).foot(sender)],
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

/// Saves them.
pub(super) async fn save(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let text = |name: &str| fields.trimmed(name).to_owned();
    let typed = Typed {
        name: text("name"),
        legal_name: text("legal_name"),
        address: text("address"),
        privacy_contact: text("privacy_contact"),
        trade: text("trade"),
        country: text("country").to_uppercase(),
        zone: text("zone"),
        language: text("language"),
    };
    let done = match grant::<ManageSettings>(&who.principal) {
        Ok(grant) => change_workspace::run(&face.app, &grant, &typed).await,
        Err(failure) => Err(failure),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => {
            page(&face, &who, Some(&fields), Some(&failure)).await
        }
        other => card::after(&face, &who, other, "/settings").await,
    }
}

/// The keys.
pub(super) async fn keys(State(face): State<Face>, Reader(who): Reader) -> Response {
    keys_page(&face, &who, &Fields::default(), "", None).await
}

async fn keys_page(
    face: &Face,
    who: &SignedIn,
    typed: &Fields,
    fresh: &str,
    failure: Option<&Failure>,
) -> Response {
    let found = match grant::<ManageSettings>(&who.principal) {
        Ok(grant) => manage_api_keys::list(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let (keys, members) = match found {
        Ok(found) => found,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let words = card::words(face, who);
    let frame = card::frame(face, who, "Settings", "/settings").await;
    let mut main = Vec::new();
    if !fresh.is_empty() {
        let note = Note::new(Tone::Warning, "Copy it now.", "It is not shown again.");
        let copy = Block::Copy { id: "fresh-key".to_owned(), text: fresh.to_owned() };
        main.push(Section::new("fresh", "Your new key", vec![copy, Block::Note(note)]));
    }
    let columns = vec![
        Column::name("Name"),
        Column::new("Ends with"),
        Column::new("Acts for"),
        Column::new("Last used"),
        Column::silent("Actions"),
    ];
    let rows = keys.iter().map(|k| line(&words, &members, k)).collect();
    let table = card::table("API keys", columns, rows, "No program has a key.");
    main.push(Section::new("keys", "Keys", vec![table]));
    let name = Field::text("name", "What it is for", typed.get("name"));
    let mut parts: Vec<FormPart> = vec![card::with_error(name, problems(failure)).into()];
    parts.extend(manage_api_keys::scopes().into_iter().map(|scope| {
        FormPart::Check(Check {
            name: "scope".to_owned(),
            value: scope.to_owned(),
            label: scope.to_owned(),
            below: String::new(),
            checked: typed.all("scope").any(|s| s == scope),
            silent: false,
        })
    }));
    let form = card::form(&frame, "/settings/keys", parts, "Make a key");
    main.push(Section::new("new", "New key", vec![form]).foot("It acts for you, and no further."));
    let page = DeskPage {
        shell: frame,
        title: "API keys".to_owned(),
        lead: "A key is shown once. What is stored cannot be turned back into it.".to_owned(),
        tabs: tabs(TABS, "/settings/keys"),
        layout: Layout::Narrow,
        main,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn line(words: &Words, members: &[MemberRow], key: &ApiKeyRow) -> Row {
    let owner = members.iter().find(|m| m.id == key.member).map_or("", |m| m.name.as_str());
    let revoke = Action::post("Revoke", format!("/settings/keys/{}/revoke", key.id));
    let last = match key.revoked_at {
        Some(_) => Cell::pill("Revoked", Tone::Neutral),
        None => Cell::Actions(vec![revoke.small().danger()]),
    };
    vec![
        Cell::lines(key.name.clone(), key.scopes.0.join(", ")),
        Cell::proof(key.prefix.clone()),
        Cell::text(owner),
        Cell::text(key.used_at.map_or_else(|| "never".to_owned(), |at| words.moment(at))),
        last,
    ]
    .into()
}

/// Makes one, and shows it this once.
pub(super) async fn make_key(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let scopes: Vec<String> = fields.all("scope").map(str::to_owned).collect();
    let made = match grant::<ManageSettings>(&who.principal) {
        Ok(grant) => manage_api_keys::create(&face.app, &grant, fields.get("name"), &scopes).await,
        Err(failure) => Err(failure),
    };
    match made {
        Ok(key) => keys_page(&face, &who, &Fields::default(), &key, None).await,
        Err(failure @ Failure::Invalid(_)) => {
            keys_page(&face, &who, &fields, "", Some(&failure)).await
        }
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// Takes one back.
pub(super) async fn revoke(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<ManageSettings>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => manage_api_keys::revoke(&face.app, &grant, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, "/settings/keys").await
}
