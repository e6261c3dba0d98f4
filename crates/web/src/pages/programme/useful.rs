//! What is worth sharing with connectors.

use axum::extract::State;
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::policy::{KeepGoodwill, ReadIntroductions, grant};
use warmpath_app::programme::useful::{self, Done, Suggestion};

use super::connector_tabs;
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::desk::DeskPage;
use crate::view::part::{Action, Cell, Column, Row, Section};

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
    render(&DeskPage {
        shell,
        title: "Worth sharing".to_owned(),
        lead: "News of the last 60 days about connectors' own companies and trades. You write it."
            .to_owned(),
        tabs: connector_tabs(HREF),
        main: vec![
            Section::new("all", "", vec![table])
                .foot("What you shared counts as a give, once for each piece of news."),
        ],
        ..DeskPage::default()
    })
}

/// Notes what a member did.
pub(super) async fn note(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
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
