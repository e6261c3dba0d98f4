//! Members: the list, one of them, and what can be done.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::manage_members::{self as use_case, Line, Typed};
use warmpath_app::policy::{ManageMembers, ReadMembers, grant};
use warmpath_app::rows::PartnerRow;
use warmpath_app::sign_in::SignedIn;
use warmpath_core::export::Cell as Export;
use warmpath_core::role::Role;

use super::{PEOPLE, problems, tabs};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::{DeskPage, Layout};
use crate::view::part::{
    Action, Block, Cell, Column, Field, FieldKind, FormPart, Pill, Row, Section, Tone,
};
use crate::words::thousands;

type Listed = (Vec<Line>, Vec<PartnerRow>);

async fn load(face: &Face, who: &SignedIn) -> Result<Listed, Failure> {
    use_case::list(&face.app, &grant::<ReadMembers>(&who.principal)?).await
}

/// The list.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    list(&face, &who, &Fields::default(), None).await
}

async fn list(face: &Face, who: &SignedIn, typed: &Fields, failure: Option<&Failure>) -> Response {
    let (lines, partners) = match load(face, who).await {
        Ok(found) => found,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let may = grant::<ManageMembers>(&who.principal).is_ok();
    let frame = card::frame(face, who, "Members", "/members").await;
    let columns = vec![
        Column::name("Member"),
        Column::new("Role"),
        Column::new("Team"),
        Column::figures("Open leads"),
        Column::new("State"),
    ];
    let rows = lines.iter().map(line).collect();
    let table = card::table("Members by name", columns, rows, "Nobody is here yet.");
    let mut rail = Vec::new();
    if may {
        rail.push(add_form(&frame, typed, &partners, failure));
        rail.push(partner_form(&frame, typed, failure));
    }
    let page = DeskPage {
        shell: frame,
        title: "Members".to_owned(),
        lead: "Who works here, in which role.".to_owned(),
        tabs: tabs(PEOPLE, "/members"),
        actions: vec![Action::link("As CSV", "/members/members.csv").icon("download")],
        main: vec![Section { blocks: vec![table], ..Section::default() }],
        rail,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn line(line: &Line) -> Row {
    let member = &line.member;
    let id = member.id.to_string();
    let (word, tone) = state(member.active);
    vec![
        Cell::person(&member.name, &id, format!("/members/{id}"), member.email.clone()),
        Cell::lines(role_word(member.role), member.title.clone()),
        Cell::text(member.team.clone()),
        Cell::figure(thousands(line.open)),
        Cell::pill(word, tone),
    ]
    .into()
}

fn state(active: bool) -> (&'static str, Tone) {
    if active { ("Active", Tone::Positive) } else { ("Left", Tone::Neutral) }
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Revops => "Revenue operations",
        Role::Manager => "Manager",
        Role::Seller => "Seller",
        Role::Csm => "Customer success",
        Role::Partner => "Partner",
        Role::Auditor => "Auditor",
    }
}

fn questions(
    value: &dyn Fn(&str) -> String,
    partners: &[PartnerRow],
    failure: Option<&Failure>,
) -> Vec<FormPart> {
    let roles: Vec<(&str, &str)> = Role::ALL.iter().map(|r| (r.as_str(), role_word(*r))).collect();
    let ids: Vec<String> = partners.iter().map(|p| p.id.to_string()).collect();
    let mut houses = vec![("", "None")];
    houses.extend(ids.iter().zip(partners).map(|(id, p)| (id.as_str(), p.name.as_str())));
    let fields = vec![
        Field::text("name", "Name", &value("name")).max_length(200),
        Field::select("role", "Role", &roles, &value("role")),
        Field::text("title", "Line under the name", &value("title")),
        Field::text("team", "Team", &value("team")),
        Field::text("zone", "Time zone", &value("zone")).hint("Like Europe/Lisbon"),
        Field::text("region", "Region of holidays", &value("region")),
        Field::select("partner", "Partner organisation", &houses, &value("partner")),
    ];
    let problems = problems(failure);
    fields.into_iter().map(|f| card::with_error(f, problems).into()).collect()
}

fn add_form(
    frame: &Shell,
    typed: &Fields,
    partners: &[PartnerRow],
    failure: Option<&Failure>,
) -> Section {
    let value = |name: &str| match (name, typed.get(name)) {
        ("role", "") => "seller".to_owned(),
        (_, text) => text.to_owned(),
    };
    let mut parts = questions(&value, partners, failure);
    let email = Field::of(FieldKind::Email, "email", "Work e-mail", typed.get("email"));
    parts.insert(1, card::with_error(email, problems(failure)).into());
    Section::new("add", "Add a member", vec![card::form(frame, "/members", parts, "Add")])
}

fn partner_form(frame: &Shell, typed: &Fields, failure: Option<&Failure>) -> Section {
    let name = Field::text("partner_name", "Name", typed.get("partner_name"));
    let domain = Field::text("partner_domain", "Mail domain", typed.get("partner_domain"));
    let parts = vec![card::with_error(name, problems(failure)).into(), domain.into()];
    let form = card::form(frame, "/members/partners", parts, "Add the partner");
    Section::new("partner", "Add a partner organisation", vec![form])
}

fn typed(fields: &Fields) -> Typed {
    let text = |name: &str| fields.trimmed(name).to_owned();
    Typed {
        name: text("name"),
        email: text("email"),
        role: text("role"),
        title: text("title"),
        team: text("team"),
        zone: text("zone"),
        region: text("region"),
        partner: text("partner"),
    }
}

/// Adds a member.
pub(super) async fn add(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match grant::<ManageMembers>(&who.principal) {
        Ok(grant) => use_case::add(&face.app, &grant, &typed(&fields)).await,
        Err(failure) => Err(failure),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => list(&face, &who, &fields, Some(&failure)).await,
        other => card::after(&face, &who, other, "/members").await,
    }
}

/// Adds a partner organisation.
pub(super) async fn add_partner(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let (name, domain) = (fields.get("partner_name"), fields.get("partner_domain"));
    let done = match grant::<ManageMembers>(&who.principal) {
        Ok(grant) => use_case::add_partner(&face.app, &grant, name, domain).await,
        Err(failure) => Err(failure),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => list(&face, &who, &fields, Some(&failure)).await,
        other => card::after(&face, &who, other, "/members").await,
    }
}

/// One member.
pub(super) async fn one(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(id): Path<String>,
) -> Response {
    member_page(&face, &who, &id, None, None).await
}

async fn member_page(
    face: &Face,
    who: &SignedIn,
    id: &str,
    typed: Option<&Fields>,
    failure: Option<&Failure>,
) -> Response {
    let found = load(face, who).await.and_then(|(lines, partners)| {
        let line = lines.into_iter().find(|l| l.member.id.to_string() == id);
        line.map(|line| (line, partners)).ok_or(Failure::NotFound)
    });
    let (line, partners) = match found {
        Ok(found) => found,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let member = &line.member;
    let frame = card::frame(face, who, &member.name, "/members").await;
    let (word, tone) = state(member.active);
    let path = format!("/members/{id}");
    let mut main = Vec::new();
    let mut actions = Vec::new();
    if grant::<ManageMembers>(&who.principal).is_ok() {
        let value = |name: &str| match (typed, name) {
            (Some(typed), _) => typed.get(name).to_owned(),
            (None, "name") => member.name.clone(),
            (None, "role") => member.role.as_str().to_owned(),
            (None, "title") => member.title.clone(),
            (None, "team") => member.team.clone(),
            (None, "zone") => member.zone.clone(),
            (None, "region") => member.region.clone(),
            (None, _) => member.partner.map(|p| p.to_string()).unwrap_or_default(),
        };
        let parts = questions(&value, &partners, failure);
        main.push(Section::new("change", "", vec![card::form(&frame, &path, parts, "Save")]));
        actions.push(if member.active {
            Action::post("Deactivate", format!("{path}/deactivate")).danger()
        } else {
            Action::post("Let them in again", format!("{path}/reactivate"))
        });
    }
    let leads = format!(
        "{} open leads. Deactivating ends every session at once and hands these leads to the next \
         of their pool.",
        thousands(line.open)
    );
    main.push(Section::new("leads", "What they carry", vec![Block::Text(leads)]));
    let page = DeskPage {
        shell: shell::under(frame, "Members", "/members"),
        title: member.name.clone(),
        pill: Some(Pill::new(word, tone)),
        lead: member.email.clone(),
        layout: Layout::Narrow,
        actions,
        main,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

/// Changes one.
pub(super) async fn change(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<ManageMembers>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => use_case::change(&face.app, &grant, id, &typed(&fields)).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => {
            member_page(&face, &who, &id, Some(&fields), Some(&failure)).await
        }
        other => card::after(&face, &who, other, &format!("/members/{id}")).await,
    }
}

/// Deactivates one.
pub(super) async fn deactivate(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<ManageMembers>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => use_case::deactivate(&face.app, &grant, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, &format!("/members/{id}")).await
}

/// Lets one in again.
pub(super) async fn reactivate(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<ManageMembers>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => use_case::reactivate(&face.app, &grant, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, &format!("/members/{id}")).await
}

/// The list as CSV.
pub(super) async fn csv(State(face): State<Face>, Reader(who): Reader) -> Response {
    let (lines, _) = match load(&face, &who).await {
        Ok(found) => found,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let head = ["name", "email", "role", "title", "team", "zone", "region", "active", "open"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for Line { member, open } in &lines {
        let texts: [&str; 8] = [
            &member.name,
            &member.email,
            member.role.as_str(),
            &member.title,
            &member.team,
            &member.zone,
            &member.region,
            if member.active { "yes" } else { "no" },
        ];
        let mut row: Vec<String> =
            texts.iter().map(|t| Export::Text(t).render().into_owned()).collect();
        row.push(Export::Integer(*open).render().into_owned());
        rows.push(row);
    }
    let text = card::csv(rows.iter().map(|r| r.iter().map(String::as_str).collect()));
    card::file("text/csv; charset=utf-8", "members.csv", text)
}
