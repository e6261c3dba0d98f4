//! What is worth sharing with connectors.

use axum::extract::State;
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::introduce::{choose, keep_goodwill};
use warmpath_app::policy::{AskIntroduction, KeepGoodwill, ReadIntroductions, grant};
use warmpath_app::programme::useful::{self, Done, Suggestion};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::introduction::goodwill::GoodwillKind;

use super::connector_tabs;
use crate::form::Fields;
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{Action, Cell, Column, Field, FieldKind, FormPart, Row, Section};

const HREF: &str = "/useful";

/// The list.
pub(super) async fn list(State(face): State<Face>, Reader(who): Reader) -> Response {
    let found = match grant::<ReadIntroductions>(&who.principal) {
        Ok(may) => useful::suggestions(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    let all = match found {
        Ok(all) => all,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let shell = card::frame(&face, &who, "Worth sharing", "/goodwill").await;
    let may_note = grant::<KeepGoodwill>(&who.principal).is_ok();
    let line = |one: &Suggestion| -> Row {
        let why = match one.own {
            true => format!("{}, their own company", one.company),
            false => format!("{}, of their trade", one.company),
        };
        let mut actions = Vec::new();
        if may_note {
            let with = |label: &str, done: &str| {
                Action::post(label, HREF)
                    .with("connector", one.connector.id.to_string())
                    .with("signal", one.signal.id.to_string())
                    .with("done", done)
                    .small()
            };
            actions.push(with("I shared it", "shared"));
            actions.push(with("Not worth it", "dismissed").quiet());
        }
        let name = &one.connector.name;
        vec![
            Cell::link(name, format!("/goodwill/{}", one.connector.id), &one.connector.company),
            Cell::lines(&one.signal.text, format!("{}, {}", one.signal.day, one.signal.source)),
            Cell::text(why),
            Cell::Actions(actions),
        ]
        .into()
    };
    let columns = vec![
        Column::name("With whom"),
        Column::new("What"),
        Column::new("Why them"),
        Column::silent("Done"),
    ];
    let empty = "Nothing new about your connectors' companies or trades. Bring in signals under \
                 Profiles, and they show up here.";
    let rows = all.iter().map(line).collect();
    let table = card::table("Worth sharing", columns, rows, empty);
    let rail = if may_note { own_words(&face, &who, &shell).await } else { Vec::new() };
    render(&DeskPage {
        shell,
        title: "Worth sharing".to_owned(),
        lead: "News of the last 60 days about connectors' own companies and trades. You write it."
            .to_owned(),
        tabs: connector_tabs(HREF),
        main: vec![
            Section::new("all", "", vec![table])
                .foot("What you shared counts as a give, at most one a week for each connector."),
        ],
        rail,
        ..DeskPage::default()
    })
}

/// A note or an article of one's own, shared without a suggestion.
async fn own_words(face: &Face, who: &SignedIn, shell: &Shell) -> Vec<Section> {
    let connectors = match grant::<AskIntroduction>(&who.principal) {
        Ok(may) => choose::run(&face.app, &may, "", (None, None)).await,
        Err(failure) => Err(failure),
    };
    let connectors = connectors.map(|found| found.connectors).unwrap_or_default();
    if connectors.is_empty() {
        return Vec::new();
    }
    let fields = [
        Field::of(FieldKind::Select(connectors), "connector", "With whom", ""),
        Field::select(
            "kind",
            "What it was",
            &[
                (GoodwillKind::Intelligence.as_str(), "A note or an article about their market"),
                (GoodwillKind::GiveHelp.as_str(), "Help with something of theirs"),
                (GoodwillKind::Touch.as_str(), "A call or a meeting, without an ask"),
            ],
            "",
        ),
        Field::hidden("done", "own"),
    ];
    let parts = fields.into_iter().map(FormPart::from).collect();
    let form = card::form(shell, HREF, parts, "Note it");
    vec![
        Section::new("own", "Shared something else?", vec![form])
            .foot("Its words stay with you and them; only that it happened is kept."),
    ]
}

/// Notes what a member did.
pub(super) async fn note(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    if fields.get("done") == "own" {
        let noted = note_own(&face, &who, &fields).await;
        return card::after(&face, &who, noted, HREF).await;
    }
    let done = match fields.get("done") {
        "shared" => Done::Shared,
        _ => Done::Dismissed,
    };
    let ids = (fields.get("connector").parse(), fields.get("signal").parse());
    let noted = match (grant::<KeepGoodwill>(&who.principal), ids) {
        (Ok(may), (Ok(connector), Ok(signal))) => {
            useful::note(&face.app, &may, (connector, signal), done).await
        }
        (Err(failure), _) => Err(failure),
        _ => Err(Failure::NotFound),
    };
    card::after(&face, &who, noted, HREF).await
}

async fn note_own(face: &Face, who: &SignedIn, fields: &Fields) -> Result<(), Failure> {
    let may = grant::<KeepGoodwill>(&who.principal)?;
    let connector = fields.get("connector").parse().map_err(|_| Failure::NotFound)?;
    let unknown = |_| Failure::invalid("kind", "kind_unknown", "Choose what it was.");
    let kind = fields.get("kind").parse().map_err(unknown)?;
    keep_goodwill::run(&face.app, &may, connector, kind).await
}
