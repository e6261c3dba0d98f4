//! The list of pathways, and the catalogue of facts a rule can ask for.

use axum::extract::State;
use axum::response::Response;
use warmpath_app::edit_pathway::{self, Whole, is_open};
use warmpath_app::pathway::CATALOGUE;
use warmpath_app::policy::{ReadPathways, grant};
use warmpath_app::read_workspace;

use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{Action, Block, Cell, Column, Pill, Row, Section, TableView, Tone};
use crate::words::Words;

/// The list.
pub(super) async fn show(State(face): State<Face>, Reader(signed_in): Reader) -> Response {
    let frame = shell::at(shell::of(&face.app, &signed_in, "Pathways").await, "/pathways");
    let loaded = async {
        let grant = grant::<ReadPathways>(&signed_in.principal)?;
        let all = edit_pathway::list(&face.app, &grant).await?;
        let members = read_workspace::members(&face.app, grant.workspace()).await?;
        Ok::<_, warmpath_app::Failure>((all, members))
    };
    let (all, members) = match loaded.await {
        Ok(loaded) => loaded,
        Err(failure) => return refuse::page(Some(frame), &failure),
    };
    let words = Words::new(&signed_in.member.zone, face.app.now());
    let rows = all.iter().map(|whole| row(whole, &members, &words)).collect();
    let table = TableView {
        caption: "Pathways".into(),
        columns: vec![
            Column::name("Pathway"),
            Column::new("State"),
            Column::figures("Version"),
            Column::new("Last change"),
        ],
        rows,
        ..TableView::default()
    };
    render(&DeskPage {
        shell: frame,
        title: "Pathways".into(),
        lead: "How referrals are checked, scored, routed and timed. A referral keeps the version \
               it came in under."
            .into(),
        actions: vec![Action::link("Facts a rule can ask for", "/pathways/facts")],
        main: vec![Section { blocks: vec![Block::Table(table)], ..Section::default() }],
        ..DeskPage::default()
    })
}

fn row(whole: &Whole, members: &[warmpath_app::rows::MemberRow], words: &Words) -> Row {
    let pathway = &whole.pathway;
    let pill = match (pathway.live_version, pathway.pilot_version) {
        (_, Some(_)) => Pill::new("Pilot, one door", Tone::Accent),
        (Some(_), None) => Pill::new("Live", Tone::Accent),
        (None, None) => Pill::new("Draft", Tone::Neutral),
    };
    let draft = whole.versions.iter().find(|v| is_open(v));
    let below =
        draft.map_or_else(String::new, |d| format!("Version {} is being written", d.number));
    let newest = whole.versions.first();
    let who = newest.map(|v| edit_pathway::author_name(members, v.author)).unwrap_or_default();
    let when = newest.map(|v| words.day(v.created_at)).unwrap_or_default();
    let change = if who.is_empty() { when } else { format!("{who}, {when}") };
    vec![
        Cell::link(&pathway.name, format!("/pathways/{}", pathway.slug), &below),
        Cell::Pill(pill),
        Cell::figure(pathway.live_version.map(|n| n.to_string()).unwrap_or_default()),
        Cell::text(change),
    ]
    .into()
}

/// The facts a rule can ask for.
pub(super) async fn facts(State(face): State<Face>, Reader(signed_in): Reader) -> Response {
    let frame = shell::of(&face.app, &signed_in, "Facts").await;
    let frame = shell::at(shell::under(frame, "Pathways", "/pathways"), "/pathways");
    if let Err(failure) = grant::<ReadPathways>(&signed_in.principal) {
        return refuse::page(Some(frame), &failure);
    }
    let rows = CATALOGUE
        .iter()
        .map(|fact| {
            vec![
                Cell::proof(fact.name),
                Cell::text(fact.doc),
                Cell::text(fact.kind.takes()),
                Cell::text(fact.source),
            ]
            .into()
        })
        .collect();
    let table = TableView {
        caption: "Facts".into(),
        columns: vec![
            Column::name("Fact"),
            Column::new("Meaning"),
            Column::new("Takes"),
            Column::new("Source"),
        ],
        rows,
        ..TableView::default()
    };
    render(&DeskPage {
        shell: frame,
        title: "Facts a rule can ask for".into(),
        lead: "A fact that is not known is unknown: a rule that needs it is skipped, or holds."
            .into(),
        main: vec![Section { blocks: vec![Block::Table(table)], ..Section::default() }],
        ..DeskPage::default()
    })
}
