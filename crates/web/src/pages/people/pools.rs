//! Pools: seats with weights and caps, who stands in, and whose turn comes next.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::manage_members::{self, Line};
use warmpath_app::manage_pools::{self as use_case, Seat, Standing, works_leads};
use warmpath_app::policy::{ManageMembers, ReadMembers, grant};
use warmpath_app::sign_in::SignedIn;

use super::{PEOPLE, problems, tabs};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, ActionKind, Block, Cell, Column, Field, FormPart, FormView, Row, Section, TableView,
};

const HREF: &str = "/members/pools";

/// The pools.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    page(&face, &who, &Fields::default(), None).await
}

async fn load(face: &Face, who: &SignedIn) -> Result<(Vec<Standing>, Vec<Line>), Failure> {
    let grant = grant::<ReadMembers>(&who.principal)?;
    let pools = use_case::list(&face.app, &grant).await?;
    let (members, _) = manage_members::list(&face.app, &grant).await?;
    let workers = members.into_iter().filter(|l| l.member.active && works_leads(l.member.role));
    Ok((pools, workers.collect()))
}

async fn page(face: &Face, who: &SignedIn, typed: &Fields, failure: Option<&Failure>) -> Response {
    let (pools, workers) = match load(face, who).await {
        Ok(found) => found,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let may = grant::<ManageMembers>(&who.principal).is_ok();
    let frame = card::frame(face, who, "Members", "/members").await;
    let main = pools.iter().map(|p| pool(&frame, p, &workers, may)).collect();
    let mut rail = Vec::new();
    if may {
        let fields = vec![
            Field::text("slug", "Word for pathways", typed.get("slug")).hint("Like dach-sellers"),
            Field::text("name", "Name", typed.get("name")),
            who_field(&workers, typed.get("fallback")),
        ];
        let parts =
            fields.into_iter().map(|f| card::with_error(f, problems(failure)).into()).collect();
        let form = card::form(&frame, HREF, parts, "Make the pool");
        rail.push(Section::new("new", "New pool", vec![form]));
    }
    let page = DeskPage {
        shell: frame,
        title: "Pools".to_owned(),
        lead: "Who shares leads, in fair turns by weight.".to_owned(),
        tabs: tabs(PEOPLE, HREF),
        main,
        rail,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn who_field(workers: &[Line], chosen: &str) -> Field {
    let ids: Vec<String> = workers.iter().map(|l| l.member.id.to_string()).collect();
    let options: Vec<(&str, &str)> =
        ids.iter().zip(workers).map(|(id, l)| (id.as_str(), l.member.name.as_str())).collect();
    Field::select("fallback", "Who gets a lead when nobody can", &options, chosen)
}

fn pool(frame: &Shell, standing: &Standing, workers: &[Line], may: bool) -> Section {
    let name_of = |id| workers.iter().find(|l| l.member.id == id).map(|l| l.member.name.clone());
    let turns: Vec<String> = standing.turns.iter().filter_map(|id| name_of(*id)).collect();
    let order = if turns.is_empty() {
        let fallback = standing.fallback.as_ref().map_or("nobody", |m| m.name.as_str());
        format!("Nobody can take a lead now: {fallback} gets it.")
    } else {
        format!("Next turns: {}.", turns.join(", then "))
    };
    let mut blocks = vec![Block::Text(order)];
    if may {
        blocks.push(seats_form(frame, standing, workers));
    } else {
        let rows = standing
            .seats
            .iter()
            .map(|(seat, member)| {
                let cap = seat.cap.map_or_else(|| "none".to_owned(), |cap| cap.to_string());
                let weight = Cell::figure(seat.weight.to_string());
                vec![Cell::text(member.name.clone()), weight, Cell::figure(cap)].into()
            })
            .collect();
        let columns =
            vec![Column::name("Member"), Column::figures("Weight"), Column::figures("Cap")];
        blocks.push(card::table("Seats", columns, rows, "Nobody sits in this pool."));
    }
    let fallback = standing.fallback.as_ref().map_or("nobody", |m| m.name.as_str());
    Section::new(&standing.pool.slug, standing.pool.name.clone(), blocks)
        .aside(standing.pool.slug.clone())
        .foot(format!("When nobody can: {fallback}. Turns missed while away are not made up."))
}

fn seats_form(frame: &Shell, standing: &Standing, workers: &[Line]) -> Block {
    let rows: Vec<Row> = workers
        .iter()
        .map(|line| {
            let id = line.member.id;
            let seat = standing.seats.iter().find(|(s, _)| s.member == id).map(|(s, _)| s);
            let weight = seat.map_or(String::new(), |s| s.weight.to_string());
            let cap = seat.and_then(|s| s.cap).map_or(String::new(), |c| c.to_string());
            let away = if standing.away.contains(&id) { "away now" } else { "" };
            let field = |part: &str, label: &str, value: &str| {
                let name = format!("{part}-{}-{id}", standing.pool.slug);
                Cell::Field(Box::new(Field::text(&name, label, value)))
            };
            vec![
                Cell::lines(line.member.name.clone(), away),
                field("weight", &format!("Weight of {}", line.member.name), &weight),
                field("cap", &format!("Cap of {}", line.member.name), &cap),
            ]
            .into()
        })
        .collect();
    let table = TableView {
        caption: format!("Seats of {}", standing.pool.name),
        columns: vec![
            Column::name("Member"),
            Column::new("Weight"),
            Column::new("Most open leads"),
        ],
        rows,
        foot: "An empty weight is no seat. An empty cap is no cap.".to_owned(),
        ..TableView::default()
    };
    let mut fallback = who_field(workers, &standing.pool.fallback.to_string());
    fallback.name = format!("fallback-{}", standing.pool.slug);
    let slug = Field::hidden("slug", &standing.pool.slug);
    let parts = vec![slug.into(), FormPart::Table(table), fallback.into()];
    Block::Form(FormView {
        action: format!("{HREF}/{}", standing.pool.id),
        csrf: frame.csrf.clone(),
        parts,
        buttons: vec![Action { kind: ActionKind::Plain, ..Action::submit("Save the seats") }],
        ..FormView::default()
    })
}

/// Makes a pool.
pub(super) async fn create(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match grant::<ManageMembers>(&who.principal) {
        Ok(grant) => {
            let (slug, name) = (fields.get("slug"), fields.get("name"));
            use_case::create(&face.app, &grant, slug, name, fields.get("fallback")).await
        }
        Err(failure) => Err(failure),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => page(&face, &who, &fields, Some(&failure)).await,
        other => card::after(&face, &who, other, HREF).await,
    }
}

/// Changes a pool.
pub(super) async fn change(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = save(&face, &who, &id, &fields).await;
    match done {
        Err(failure @ Failure::Invalid(_)) => page(&face, &who, &fields, Some(&failure)).await,
        other => card::after(&face, &who, other, HREF).await,
    }
}

async fn save(face: &Face, who: &SignedIn, id: &str, fields: &Fields) -> Result<(), Failure> {
    let grant = grant::<ManageMembers>(&who.principal)?;
    let (_, workers) = load(face, who).await?;
    let slug = fields.get("slug");
    let mut seats = Vec::new();
    for line in &workers {
        let member = line.member.id;
        let typed = |part: &str| fields.trimmed(&format!("{part}-{slug}-{member}")).to_owned();
        let (weight, cap) = (typed("weight"), typed("cap"));
        if weight.is_empty() || weight == "0" {
            continue;
        }
        // What is no number is out of range and comes back as such.
        let cap = if cap.is_empty() { None } else { Some(cap.parse().unwrap_or(-1)) };
        seats.push(Seat { member, weight: weight.parse().unwrap_or(0), cap });
    }
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    let fallback = fields.get(&format!("fallback-{slug}"));
    use_case::change(&face.app, &grant, id, "", fallback, &seats).await
}
