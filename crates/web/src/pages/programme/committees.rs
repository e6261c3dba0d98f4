//! Who decides together at a company: the plan of a committee, with its gaps.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::policy::{AskIntroduction, ReadIntroductions, grant};
use warmpath_app::programme::authority::Standing;
use warmpath_app::programme::committee::{self, Committee, PARTS, Seat, Typed};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::AccountId;

use super::authority::pill;
use super::{introduction_tabs, people, person_field, problems, refusal, stays};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::refuse::render;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Cell, Column, Field, FieldKind, FilterBar, FormPart, Pill, Row, Section, Tone, Voice,
};

const HREF: &str = "/committees";

/// The list.
pub(super) async fn list(
    State(face): State<Face>,
    Reader(who): Reader,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let text = query.get("q").map(String::as_str).unwrap_or_default();
    let found = async {
        let may = grant::<ReadIntroductions>(&who.principal)?;
        let all = committee::all(&face.app, &may).await?;
        let named = committee::companies(&face.app, &may, text).await?;
        Ok::<_, Failure>((all, named))
    };
    let (all, named) = match found.await {
        Ok(found) => found,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let shell = card::frame(&face, &who, "Who decides", "/introductions").await;
    let rows: Vec<Row> = all
        .iter()
        .map(|(account, filled, parts)| {
            vec![
                Cell::link(&account.name, format!("{HREF}/{}", account.id), ""),
                Cell::figure(format!("{filled} of {parts}")),
            ]
            .into()
        })
        .collect();
    let columns = vec![Column::name("Company"), Column::figures("Parts with somebody")];
    let empty = "No committee is written down. Look for a company, and say which parts there are.";
    let mut main =
        vec![Section::new("all", "", vec![card::table("Committees", columns, rows, empty)])];
    if !text.is_empty() {
        let rows: Vec<Row> = named
            .iter()
            .map(|row| vec![Cell::link(&row.name, format!("{HREF}/{}", row.id), "")].into())
            .collect();
        let empty = "No company here begins like this. Import it first.";
        let table = card::table("Companies", vec![Column::name("Company")], rows, empty);
        main.insert(0, Section::new("found", "Companies", vec![table]));
    }
    let search = Field::of(FieldKind::Search, "q", "Find a company", text);
    render(&DeskPage {
        shell,
        title: "Who decides".to_owned(),
        lead: "For each company who decides together, who of them was verified, and by which peer."
            .to_owned(),
        tabs: introduction_tabs(HREF),
        filters: Some(FilterBar {
            action: HREF.to_owned(),
            fields: vec![search],
            clear_href: if text.is_empty() { String::new() } else { HREF.to_owned() },
        }),
        main,
        ..DeskPage::default()
    })
}

/// One committee.
pub(super) async fn one(
    State(face): State<Face>,
    Path(id): Path<String>,
    Reader(who): Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let typed = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    page(&face, &who, &id, &typed, None).await
}

async fn page(
    face: &Face,
    who: &SignedIn,
    id: &str,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Response {
    let found = async {
        let may = grant::<ReadIntroductions>(&who.principal)?;
        let id: AccountId = id.parse().map_err(|_| Failure::NotFound)?;
        committee::one(&face.app, &may, id).await
    };
    let found = match found.await {
        Ok(found) => found,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let shell = card::frame(face, who, &found.account.name, "/introductions").await;
    let shell = shell::under(shell, "Who decides", HREF);
    let (verified, all) = found.verified();
    let may_set = grant::<AskIntroduction>(&who.principal).is_ok();
    let mut rail = Vec::new();
    if may_set {
        let people = people(face, who, typed.get("q"), typed.get("person")).await;
        let people = people.unwrap_or_default();
        let wrong = problems(failure);
        let hint = PARTS.join(", ");
        let fields = [
            Field::text("role", "Part", typed.get("role")).hint(hint),
            person_field("person", "Who has it", &people, typed.get("person")).optional(),
            Field::of(FieldKind::Area(2, Voice::Product), "note", "Note", typed.get("note"))
                .hint("What is known of the part; names nobody")
                .optional(),
        ];
        let parts: Vec<FormPart> =
            fields.into_iter().map(|field| card::with_error(field, wrong).into()).collect();
        let form = card::form(&shell, &format!("{HREF}/{id}"), parts, "Set the part");
        rail.push(Section::new("set", "A part", vec![form]));
    }
    let page = DeskPage {
        shell,
        title: found.account.name.clone(),
        lead: match all {
            0 => "No part is written down yet.".to_owned(),
            _ => format!("{verified} of {all} parts have somebody who was verified."),
        },
        note: refusal(failure),
        filters: Some(FilterBar {
            action: format!("{HREF}/{id}"),
            fields: vec![Field::of(FieldKind::Search, "q", "Find a person", typed.get("q"))],
            clear_href: String::new(),
        }),
        main: vec![table(&found, id, may_set)],
        rail,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn table(found: &Committee, id: &str, may_set: bool) -> Section {
    let line = |seat: &Seat| -> Row {
        let who = match &seat.person {
            Some(person) => {
                Cell::link(&person.name, format!("/people/{}", person.id), &person.title)
            }
            None => Cell::pill("Nobody known", Tone::Warning),
        };
        let peer = match (&seat.latest, seat.peer.as_str()) {
            (None, _) => Cell::Nothing,
            (Some(latest), "") => Cell::lines("our own reading", &latest.evidence),
            (Some(latest), peer) => Cell::lines(peer, &latest.evidence),
        };
        let mut actions = Vec::new();
        if let Some(person) = &seat.person
            && may_set
        {
            if seat.introduced {
                actions.push(Action::link("Introduction", "/introductions").small());
            } else if seat.standing == Standing::Holds {
                let target = person.id.to_string();
                let query = card::query(&[("target", &target), ("q", &person.name)]);
                let href = format!("/introductions/new?{query}");
                actions.push(Action::link("Ask for them", href).small());
            }
        }
        if may_set {
            let remove = Action::post("Remove", format!("{HREF}/{id}/remove"));
            actions.push(remove.with("role", &seat.row.role).small().quiet());
        }
        let verified = match seat.person {
            Some(_) => Cell::Pill(pill(seat.standing)),
            None => Cell::Pill(Pill::new("Open", Tone::Neutral)),
        };
        vec![
            Cell::lines(&seat.row.role, &seat.row.note),
            who,
            verified,
            peer,
            Cell::Actions(actions),
        ]
        .into()
    };
    let columns = vec![
        Column::name("Part"),
        Column::new("Who"),
        Column::new("Decides"),
        Column::new("By which peer"),
        Column::silent("Go on"),
    ];
    let rows = found.seats.iter().map(line).collect();
    let empty = "Say which parts there are. Usual ones: decides on money, decides on use, checks \
                 the technology, vouches.";
    Section::new("seats", "The committee", vec![card::table("Parts", columns, rows, empty)])
}

/// Sets a part.
pub(super) async fn set(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let typed = Typed {
        role: fields.trimmed("role").to_owned(),
        person: fields.get("person").parse().ok(),
        note: fields.trimmed("note").to_owned(),
    };
    let done = match (grant::<AskIntroduction>(&who.principal), id.parse()) {
        (Ok(may), Ok(account)) => committee::set(&face.app, &may, account, &typed).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    match done {
        Ok(()) => Redirect::to(&format!("{HREF}/{id}")).into_response(),
        Err(failure) if stays(&failure) => page(&face, &who, &id, &fields, Some(&failure)).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// Takes a part away.
pub(super) async fn remove(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<AskIntroduction>(&who.principal), id.parse()) {
        (Ok(may), Ok(account)) => {
            committee::remove(&face.app, &may, account, fields.get("role")).await
        }
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, &format!("{HREF}/{id}")).await
}
