//! Groups: the list, and founding one.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::policy::{ReadIntroductions, RunIntroductions, grant};
use warmpath_app::programme::groups::{self, Group, MODES, SEATS_MAX, SEATS_MIN, Typed};
use warmpath_app::read_workspace;
use warmpath_app::sign_in::SignedIn;

use super::{connector_tabs, problems, refusal, stays};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::desk::DeskPage;
use crate::view::part::{
    Cell, Column, Field, FieldKind, FilterBar, FormPart, Pill, Row, Section, Tone, Voice,
};
use crate::words::Words;

pub(super) const HREF: &str = "/groups";

/// The list.
pub(super) async fn list(
    State(face): State<Face>,
    Reader(who): Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let typed = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    page(&face, &who, &typed, None).await
}

async fn page(face: &Face, who: &SignedIn, typed: &Fields, failure: Option<&Failure>) -> Response {
    let found = match grant::<ReadIntroductions>(&who.principal) {
        Ok(may) => groups::all(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    let mut all = match found {
        Ok(all) => all,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let text = typed.trimmed("q").to_lowercase();
    let fits = |group: &Group| {
        let inside = |part: &str| part.to_lowercase().contains(&text);
        inside(&group.row.name)
            || inside(&group.row.purpose)
            || group.seats.iter().any(|(seat, who)| inside(who) || inside(&seat.trade))
    };
    all.retain(fits);
    let words = card::words(face, who);
    let shell = card::frame(face, who, "Groups", "/goodwill").await;
    let mut rail = Vec::new();
    if grant::<RunIntroductions>(&who.principal).is_ok() {
        let fields = fields(face, who, typed).await;
        let parts: Vec<FormPart> = fields
            .into_iter()
            .map(|field| card::with_error(field, problems(failure)).into())
            .collect();
        let form = card::form(&shell, HREF, parts, "Found the group");
        rail.push(Section::new("new", "A new group", vec![form]));
    }
    let search = Field::of(FieldKind::Search, "q", "Group, person or trade", typed.get("q"));
    let page = DeskPage {
        shell,
        title: "Groups".to_owned(),
        lead: format!("One seat for each trade. {SEATS_MIN} to {SEATS_MAX} seats make a group."),
        tabs: connector_tabs(HREF),
        filters: Some(FilterBar {
            action: HREF.to_owned(),
            fields: vec![search],
            clear_href: if text.is_empty() { String::new() } else { HREF.to_owned() },
        }),
        note: refusal(failure),
        main: vec![table(&all, &words, !text.is_empty())],
        rail,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn table(all: &[Group], words: &Words, searched: bool) -> Section {
    let line = |group: &Group| -> Row {
        let row = &group.row;
        let next = match group.next() {
            Some(next) if group.is_late(words.now) => Cell::pill(
                format!("{} was due {}", kind(&next.kind), words.day(next.due_at)),
                Tone::Warning,
            ),
            Some(next) => Cell::text(format!("{} {}", kind(&next.kind), words.day(next.due_at))),
            None => Cell::Nothing,
        };
        vec![
            Cell::link(&row.name, format!("{HREF}/{}", row.id), &row.purpose),
            Cell::Pill(state(group)),
            Cell::figure(format!("{} of {SEATS_MAX}", group.seated())),
            next,
        ]
        .into()
    };
    let columns = vec![
        Column::name("Group"),
        Column::new("Stands"),
        Column::figures("Seats"),
        Column::new("Next"),
    ];
    let empty = match searched {
        true => "No group fits these words.",
        false => "There is no group yet. Found one for people who serve the same deciders.",
    };
    Section::new(
        "all",
        "",
        vec![card::table("Groups", columns, all.iter().map(line).collect(), empty)],
    )
}

/// A kind of gathering at the start of a line.
pub(super) fn kind(word: &str) -> &'static str {
    if word == "event" { "Event" } else { "Call" }
}

/// Where a group stands.
pub(super) fn state(group: &Group) -> Pill {
    match (group.row.state.as_str(), group.seated()) {
        ("closed", _) => Pill::new("Closed", Tone::Neutral),
        (_, n) if n < SEATS_MIN => Pill::new("Not yet full", Tone::Warning),
        (_, n) if n >= SEATS_MAX => Pill::new("Full", Tone::Positive),
        _ => Pill::new("Works", Tone::Positive),
    }
}

/// The fields of a group.
pub(super) async fn fields(face: &Face, who: &SignedIn, typed: &Fields) -> Vec<Field> {
    let members = read_workspace::members(&face.app, who.principal.workspace).await;
    let members: Vec<(String, String)> = members
        .unwrap_or_default()
        .into_iter()
        .filter(|member| member.active)
        .map(|member| (member.id.to_string(), member.name))
        .collect();
    let or = |name: &str, default: String| match typed.get(name) {
        "" => default,
        text => text.to_owned(),
    };
    let keeper = or("keeper", who.member.id.to_string());
    let area = || FieldKind::Area(2, Voice::Product);
    vec![
        Field::text("name", "Name", typed.get("name")),
        Field::of(area(), "purpose", "What it is for", typed.get("purpose")),
        Field::select("mode", "How it works", &MODES, typed.get("mode")),
        Field::of(area(), "criteria", "Who may join", typed.get("criteria")),
        Field::of(FieldKind::Select(members), "keeper", "Who is reminded", &keeper),
        Field::of(
            FieldKind::Number,
            "call_days",
            "Days between two calls",
            &or("call_days", "30".into()),
        )
        .hint("0 for none"),
        Field::of(
            FieldKind::Number,
            "event_days",
            "Days between two events",
            &or("event_days", "91".into()),
        )
        .hint("0 for none"),
    ]
}

/// What was typed of a group.
pub(super) fn typed(fields: &Fields) -> Typed {
    let text = |name: &str| fields.trimmed(name).to_owned();
    let days = |name: &str| fields.trimmed(name).parse().unwrap_or(-1);
    Typed {
        name: text("name"),
        purpose: text("purpose"),
        mode: text("mode"),
        criteria: text("criteria"),
        keeper: fields.get("keeper").parse().ok(),
        call_days: days("call_days"),
        event_days: days("event_days"),
    }
}

/// Founds one.
pub(super) async fn found(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match grant::<RunIntroductions>(&who.principal) {
        Ok(may) => groups::save(&face.app, &may, None, &typed(&fields)).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(id) => Redirect::to(&format!("{HREF}/{id}")).into_response(),
        Err(failure) if stays(&failure) => page(&face, &who, &fields, Some(&failure)).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}
