//! One's own account: sessions, working hours, zone, keys; and the page of keys.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::manage_account as use_case;
use warmpath_app::policy::{OwnAccount, grant};
use warmpath_app::rows::SessionRow;
use warmpath_app::sign_in::SignedIn;

use super::problems;
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{Action, Cell, Check, Column, Field, FormPart, Row, Section};
use crate::words::Words;

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The page.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    page(&face, &who, None, None).await
}

async fn page(
    face: &Face,
    who: &SignedIn,
    typed: Option<&Fields>,
    failure: Option<&Failure>,
) -> Response {
    let found = match grant::<OwnAccount>(&who.principal) {
        Ok(grant) => use_case::read(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let (member, sessions) = match found {
        Ok(found) => found,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let frame = card::frame(face, who, "Your settings", "").await;
    let zone = typed.map_or(member.zone.as_str(), |t| t.get("zone"));
    let mut fields = vec![Field::text("zone", "Time zone", zone).hint("Like Europe/Lisbon")];
    for (n, day) in DAYS.iter().enumerate() {
        let name = format!("day-{n}");
        let blocks = member.hours.0.get(n).map_or(&[][..], Vec::as_slice);
        let value = typed.map_or_else(|| use_case::day_words(blocks), |t| t.get(&name).to_owned());
        fields.push(Field::text(&name, day, &value));
    }
    let mut parts: Vec<FormPart> =
        fields.into_iter().map(|f| card::with_error(f, problems(failure)).into()).collect();
    parts.push(FormPart::Check(Check {
        name: "keys".to_owned(),
        value: "on".to_owned(),
        label: "Single letters act".to_owned(),
        below: "The keys page lists them".to_owned(),
        checked: typed.map_or(frame.keys, |t| t.has("keys")),
        silent: false,
    }));
    let words = card::words(face, who);
    let rows = sessions.iter().map(|s| line(&words, who, s)).collect();
    let columns = vec![
        Column::name("Signed in"),
        Column::new("Last used"),
        Column::new("Ends"),
        Column::silent("Actions"),
    ];
    let table = card::table("Your sessions", columns, rows, "");
    let hours = card::form(&frame, "/account", parts, "Save");
    let others = Action::post("End all others", "/account/sessions").small();
    let page = DeskPage {
        shell: frame,
        title: "Your settings".to_owned(),
        lead: member.email.clone(),
        layout: Layout::Narrow,
        main: vec![
            Section::new("hours", "Working hours", vec![hours])
                .foot("Your clocks run in these hours only. Times like 09:00-12:30, 13:30-17:00."),
            Section::new("sessions", "Sessions", vec![table]).action(others),
        ],
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn line(words: &Words, who: &SignedIn, session: &SessionRow) -> Row {
    let this = session.id == who.session.id;
    let end = Action::post("End", format!("/account/sessions/{}", session.id)).small();
    vec![
        Cell::lines(words.moment(session.created_at), if this { "this one" } else { "" }),
        Cell::text(words.moment(session.seen_at)),
        Cell::text(words.moment(session.expires_at)),
        Cell::Actions(if this { Vec::new() } else { vec![end] }),
    ]
    .into()
}

/// Saves hours, zone and keys.
pub(super) async fn save(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let days: [String; 7] = std::array::from_fn(|n| fields.trimmed(&format!("day-{n}")).to_owned());
    let done = match grant::<OwnAccount>(&who.principal) {
        Ok(grant) => {
            let (zone, keys) = (fields.get("zone"), fields.has("keys"));
            use_case::save_hours(&face.app, &grant, zone, &days, keys).await
        }
        Err(failure) => Err(failure),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => {
            page(&face, &who, Some(&fields), Some(&failure)).await
        }
        other => card::after(&face, &who, other, "/account").await,
    }
}

/// Ends one session.
pub(super) async fn end(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<OwnAccount>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => use_case::end_session(&face.app, &grant, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, "/account").await
}

/// Ends all sessions but this one.
pub(super) async fn end_others(State(face): State<Face>, writer: Writer) -> Response {
    let who = writer.signed_in;
    let done = match grant::<OwnAccount>(&who.principal) {
        Ok(grant) => use_case::end_other_sessions(&face.app, &grant, who.session.id).await,
        Err(failure) => Err(failure),
    };
    card::after(&face, &who, done, "/account").await
}

/// The keys, as the script of the pages knows them.
const KEYS: &[(&str, &str)] = &[
    ("/", "Find a person or company"),
    ("?", "This page"),
    ("A", "Accept"),
    ("D", "Decline"),
    ("C", "Log first contact"),
    ("M", "Log a meeting"),
    ("Q", "Qualify"),
    ("O", "Open an opportunity"),
    ("W", "Mark as won"),
    ("L", "Mark as lost"),
    ("B", "Bring back now"),
    ("R", "Release"),
    ("H", "Hand to a colleague"),
];

/// The page of keys.
pub(super) async fn keys(State(face): State<Face>, Reader(who): Reader) -> Response {
    let rows =
        KEYS.iter().map(|(key, what)| vec![Cell::proof(*key), Cell::text(*what)].into()).collect();
    let columns = vec![Column::name("Key"), Column::new("What it does")];
    let table = card::table("Keys", columns, rows, "");
    render(&DeskPage {
        shell: card::frame(&face, &who, "Keys", "").await,
        title: "Keys".to_owned(),
        lead: "A letter does what the button with it does, where that button is.".to_owned(),
        layout: Layout::Narrow,
        actions: vec![Action::link("Switch them off", "/account").quiet()],
        main: vec![Section { blocks: vec![table], ..Section::default() }],
        ..DeskPage::default()
    })
}
