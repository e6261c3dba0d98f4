//! What a language model proposes for the open draft of a profile: each value with the words of the brief
//! it rests on, to be taken up one by one. The page exists where a model is set up.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::manage_profiles;
use warmpath_app::policy::{WriteProfiles, grant};
use warmpath_app::profile::{Dropped, ProposedItem, Reviewed};
use warmpath_app::propose_criteria::{self, Proposal};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::ProfileId;

use super::{HREF, words};
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::Writer;
use crate::shell;
use crate::view::Shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{
    Action, Block, Cell, Check, Column, FormPart, FormView, Note, Row, Section, Tone,
};

/// The card that asks the model; none where no model is set up.
pub(super) fn ask_card(face: &Face, id: &str, csrf: &str) -> Option<Section> {
    face.app.language_model.as_ref()?;
    let form = FormView {
        action: format!("{HREF}/{id}/proposals"),
        csrf: csrf.to_owned(),
        buttons: vec![Action { kind: Default::default(), ..Action::submit("Ask for proposals") }],
        ..FormView::default()
    };
    let section = Section::new("model", "A second reader", vec![Block::Form(form)]);
    Some(section.foot("A model proposes, you take up. It sees the brief and nothing else."))
}

/// Asks the model, and shows what may be taken up.
pub(super) async fn ask(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let asked = async {
        let may = grant::<WriteProfiles>(&who.principal)?;
        let id: ProfileId = id.parse().map_err(|_| Failure::NotFound)?;
        propose_criteria::run(&face.app, &may, id).await
    };
    match asked.await {
        Ok(proposal) => page(&face, &who, &id, &proposal).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn page(face: &Face, who: &SignedIn, id: &str, proposal: &Proposal) -> Response {
    let frame = card::frame(face, who, "Proposals", HREF).await;
    let frame = shell::under(frame, "Profile", &format!("{HREF}/{id}"));
    let (note, main) = match proposal {
        Proposal::None { why } => {
            (Some(Note::new(Tone::Neutral, "Nothing is proposed.", why.clone())), Vec::new())
        }
        Proposal::Reviewed(reviewed) => (None, sections(&frame, id, reviewed)),
    };
    render(&DeskPage {
        shell: frame,
        title: "What a model proposes".to_owned(),
        lead: "Each rests on words of the brief. Nothing takes effect until you take it up."
            .to_owned(),
        layout: Layout::Narrow,
        note,
        main,
        ..DeskPage::default()
    })
}

fn sections(shell: &Shell, id: &str, reviewed: &Reviewed) -> Vec<Section> {
    let tick = |item: &ProposedItem| {
        FormPart::Check(Check {
            name: "take".to_owned(),
            value: serde_json::to_string(item).unwrap_or_default(),
            label: format!("{}: {}", words::check_name(&item.criterion), item.value),
            below: format!("\u{201c}{}\u{201d}", item.quote),
            ..Check::default()
        })
    };
    let mut found = Vec::new();
    if reviewed.proposed.is_empty() {
        let text =
            "Nothing more may be taken up: the brief was read fully, or its words say no more.";
        found.push(Section::new("none", "Nothing to take up", vec![Block::Text(text.to_owned())]));
    } else {
        let form = FormView {
            action: format!("{HREF}/{id}/proposals/taken"),
            csrf: shell.csrf.clone(),
            parts: reviewed.proposed.iter().map(tick).collect(),
            buttons: vec![Action::submit("Take up what is ticked")],
            ..FormView::default()
        };
        found.push(
            Section::new("proposed", "Proposed", vec![Block::Form(form)])
                .foot("What stays unticked is left. Each is held against the brief again."),
        );
    }
    if !reviewed.dropped.is_empty() {
        let line = |(item, why): &(ProposedItem, Dropped)| -> Row {
            let why = serde_json::to_value(why).unwrap_or_default();
            let why = why.as_str().unwrap_or_default().replace('_', " ");
            vec![
                Cell::lines(&item.value, &item.criterion),
                Cell::text(&item.quote),
                Cell::text(why),
            ]
            .into()
        };
        let columns = vec![
            Column::name("Value"),
            Column::new("Words it named"),
            Column::new("Dropped, because"),
        ];
        let rows = reviewed.dropped.iter().map(line).collect();
        let table = card::table("Dropped", columns, rows, "");
        found.push(Section::new("dropped", "Dropped by the rules", vec![table]));
    }
    found
}

/// Takes up what was ticked.
pub(super) async fn take(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let items: Vec<ProposedItem> =
        fields.all("take").filter_map(|text| serde_json::from_str(text).ok()).collect();
    let done = async {
        let may = grant::<WriteProfiles>(&who.principal)?;
        let profile: ProfileId = id.parse().map_err(|_| Failure::NotFound)?;
        if items.is_empty() {
            let message = "Tick what you take up, or leave the page.";
            return Err(Failure::invalid("take", "nothing_taken", message));
        }
        manage_profiles::take_up(&face.app, &may, profile, &items).await
    };
    match done.await {
        Ok(_) => Redirect::to(&format!("{HREF}/{id}")).into_response(),
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}
