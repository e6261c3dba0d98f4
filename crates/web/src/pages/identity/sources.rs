//! The systems that records come from, and whom to believe.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::manage_sources::{self, Belief, FIELDS, KINDS, Named};
use warmpath_app::policy::{Import, ReadDuplicates, grant};
use warmpath_app::sign_in::SignedIn;

use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, EmptyArt, EmptyState, Field, FormView, Row, Section, TableView,
};

/// Shows them.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    let found = match grant::<ReadDuplicates>(&who.principal) {
        Ok(may) => manage_sources::read(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    match found {
        Ok(belief) => page(&face, &who, &belief).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn page(face: &Face, who: &SignedIn, belief: &Belief) -> Response {
    let frame = card::frame(face, who, "Systems", "/accounts").await;
    let frame = shell::under(frame, "Accounts", "/accounts");
    let may_change = grant::<Import>(&who.principal).is_ok();
    let csrf = frame.csrf.clone();
    let mut main = vec![systems(belief, may_change)];
    if !belief.systems.is_empty() {
        main.push(fields(belief, may_change, &csrf));
    }
    let rail = if may_change { vec![form(&csrf)] } else { Vec::new() };
    render(&DeskPage {
        shell: frame,
        title: "Systems and belief".to_owned(),
        lead: "Where two systems say different things, the one that stands higher is believed."
            .to_owned(),
        main,
        rail,
        ..DeskPage::default()
    })
}

fn systems(belief: &Belief, may_change: bool) -> Section {
    if belief.systems.is_empty() {
        let empty = EmptyState {
            art: EmptyArt::Bars,
            title: "No system has a name yet".to_owned(),
            sentence: "Until one has, the latest record is believed, whatever it came from."
                .to_owned(),
            actions: Vec::new(),
        };
        return Section::new("systems", "Systems", vec![Block::Empty(empty)]);
    }
    let kind =
        |word: &str| KINDS.iter().find(|(known, _)| *known == word).map_or("", |(_, label)| *label);
    let line = |(place, row): (usize, &warmpath_app::rows::SystemRow)| -> Row {
        let raise = match may_change && place > 0 {
            true => {
                let path = format!("/sources/{}/raise", row.slug);
                Cell::Actions(vec![Action::post("Believe more", path).small()])
            }
            false => Cell::Nothing,
        };
        vec![
            Cell::text(&row.name),
            Cell::figure((place + 1).to_string()),
            Cell::text(kind(&row.kind)),
            Cell::proof(&row.slug),
            raise,
        ]
        .into()
    };
    let table = TableView {
        caption: "Systems, the most believed first".to_owned(),
        columns: vec![
            Column::name("System"),
            Column::figures("Place"),
            Column::new("Used for"),
            Column::new("Short name"),
            Column::silent("Order"),
        ],
        rows: belief.systems.iter().enumerate().map(line).collect(),
        ..TableView::default()
    };
    Section::new("systems", "Systems", vec![Block::Table(table)])
        .foot("An import says from which of them its file comes.")
}

fn fields(belief: &Belief, may_change: bool, csrf: &str) -> Section {
    let mut options = vec![("", "As in the order above")];
    options.extend(belief.systems.iter().map(|s| (s.slug.as_str(), s.name.as_str())));
    let first = |field: &str| {
        let row = belief.fields.iter().find(|p| p.field == field);
        row.map(|p| p.system.clone()).unwrap_or_default()
    };
    if !may_change {
        let set: Vec<Row> = belief
            .fields
            .iter()
            .map(|p| vec![Cell::text(&p.field), Cell::text(belief.name(&p.system))].into())
            .collect();
        let columns = vec![Column::name("Field"), Column::new("Believed first")];
        let table = card::table("Fields", columns, set, "Every field follows the order above.");
        return Section::new("fields", "Single fields", vec![table]);
    }
    let forms = FIELDS.iter().map(|(field, label)| {
        Block::Form(FormView {
            action: format!("/sources/fields/{field}"),
            csrf: csrf.to_owned(),
            parts: vec![
                Field::select(&format!("system-{field}"), label, &options, &first(field)).into(),
            ],
            buttons: vec![Action { kind: Default::default(), ..Action::submit("Set") }.small()],
            inline: true,
            ..FormView::default()
        })
    });
    Section::new("fields", "Single fields", forms.collect()).foot(
        "A system can be the best for one field: the ERP for people employed, the CRM for owners.",
    )
}

fn form(csrf: &str) -> Section {
    let form = FormView {
        action: "/sources".to_owned(),
        csrf: csrf.to_owned(),
        parts: vec![
            Field::text("name", "Name", "").hint("Such as CRM Europe.").into(),
            Field::select("kind", "Used for", &KINDS, "crm").into(),
        ],
        buttons: vec![Action::submit("Add the system")],
        ..FormView::default()
    };
    Section::new("new", "Name a system", vec![Block::Form(form)])
}

/// Names one.
pub(super) async fn name(State(face): State<Face>, writer: Writer) -> Response {
    let named = Named {
        name: writer.fields.trimmed("name").to_owned(),
        kind: writer.fields.get("kind").to_owned(),
    };
    let who = writer.signed_in;
    let done = match grant::<Import>(&who.principal) {
        Ok(may) => manage_sources::name(&face.app, &may, &named).await,
        Err(failure) => Err(failure),
    };
    card::after(&face, &who, done, "/sources").await
}

/// Believes one more.
pub(super) async fn raise(
    State(face): State<Face>,
    Path(slug): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match grant::<Import>(&who.principal) {
        Ok(may) => manage_sources::raise(&face.app, &may, &slug).await,
        Err(failure) => Err(failure),
    };
    card::after(&face, &who, done, "/sources").await
}

/// Believes one first about a field.
pub(super) async fn believe(
    State(face): State<Face>,
    Path(field): Path<String>,
    writer: Writer,
) -> Response {
    let system = writer.fields.get(&format!("system-{field}")).to_owned();
    let who = writer.signed_in;
    let done: Result<(), Failure> = match grant::<Import>(&who.principal) {
        Ok(may) => manage_sources::believe(&face.app, &may, &field, &system).await,
        Err(failure) => Err(failure),
    };
    card::after(&face, &who, done, "/sources").await
}
