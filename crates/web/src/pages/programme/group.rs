//! One group: seats, the list of those who wait, calls and events, and its history.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::Failure;
use warmpath_app::policy::{ReadIntroductions, RunIntroductions, grant};
use warmpath_app::programme::groups::{self, Group, MODES, REASONS, SEATS_MAX, Wish};
use warmpath_app::rows::{GatheringRow, GroupSeatRow};
use warmpath_app::sign_in::SignedIn;

use super::groups::{HREF, fields, kind, state as group_state, typed};
use super::{people, person_field, problems, refusal, stays};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, ActionKind, Block, Cell, Column, Fact, Facts, Field, FieldKind, FilterBar, FormPart,
    FormView, Row, Section, Tone, Voice,
};
use crate::words::Words;

/// Shows it.
pub(super) async fn show(
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
    let found = match (grant::<ReadIntroductions>(&who.principal), id.parse()) {
        (Ok(may), Ok(id)) => groups::one(&face.app, &may, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    let group = match found {
        Ok(group) => group,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let words = card::words(face, who);
    let shell = card::frame(face, who, &group.row.name, "/goodwill").await;
    let shell = shell::under(shell, "Groups", HREF);
    let may_run = grant::<RunIntroductions>(&who.principal).is_ok();
    let mut rail = vec![about(&group)];
    let mut actions = Vec::new();
    if may_run {
        let closed = group.row.state == "closed";
        let (label, to) =
            if closed { ("Open it again", "open") } else { ("Close the group", "closed") };
        actions.push(Action::post(label, format!("{HREF}/{id}/state")).with("state", to));
        if !closed {
            rail.insert(0, admission(face, who, &shell, id, typed, failure).await);
        }
        rail.extend(leaving(&shell, id, &group));
        rail.push(settings(face, who, &shell, &group).await);
    }
    let page = DeskPage {
        title: group.row.name.clone(),
        pill: Some(group_state(&group)),
        lead: group.row.purpose.clone(),
        actions,
        note: refusal(failure),
        filters: may_run.then(|| FilterBar {
            action: format!("{HREF}/{id}"),
            fields: vec![Field::of(FieldKind::Search, "q", "Find a person", typed.get("q"))],
            clear_href: String::new(),
        }),
        main: vec![
            seats(&group, id, &words, may_run),
            gatherings(&group, id, &words, may_run),
            history(&group, &words),
        ],
        rail,
        shell,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

fn about(group: &Group) -> Section {
    let row = &group.row;
    let every = |days: i64| match days {
        0 => "None".to_owned(),
        days => format!("Every {days} days"),
    };
    let mode = MODES.iter().find(|(word, _)| *word == row.mode).map_or("", |(_, words)| *words);
    let facts = vec![
        Fact::new("Who may join", &row.criteria),
        Fact::new("How it works", mode),
        Fact::new("Calls", every(row.call_days)),
        Fact::new("Events", every(row.event_days)),
    ];
    let block = Block::Facts(Facts { facts, pair: false, lined: true });
    Section::new("about", "About", vec![block])
}

async fn admission(
    face: &Face,
    who: &SignedIn,
    shell: &Shell,
    id: &str,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Section {
    let people = people(face, who, typed.get("q"), typed.get("person")).await.unwrap_or_default();
    let fields = [
        person_field("person", "Who", &people, typed.get("person")),
        Field::text("trade", "Their trade", typed.get("trade")).hint("Tax adviser"),
        Field::of(
            FieldKind::Area(2, Voice::Product),
            "competes",
            "They compete with",
            typed.get("competes"),
        )
        .hint("Trades or companies, one a line")
        .optional(),
        Field::select(
            "waits",
            "Seat",
            &[("", "Admit them now"), ("1", "Put them on the list")],
            typed.get("waits"),
        ),
    ];
    let parts: Vec<FormPart> =
        fields.into_iter().map(|f| card::with_error(f, problems(failure)).into()).collect();
    let form = card::form(shell, &format!("{HREF}/{id}/admit"), parts, "Give a seat");
    Section::new("admit", "A seat", vec![form])
        .foot("One seat for each trade and company. Whoever competes with a member waits.")
}

/// Somebody leaves, or gives up waiting.
fn leaving(shell: &Shell, id: &str, group: &Group) -> Option<Section> {
    let there: Vec<(String, String)> = group
        .seats
        .iter()
        .filter(|(seat, _)| seat.state != "left")
        .map(|(seat, name)| (seat.id.to_string(), format!("{name}, {}", seat.trade)))
        .collect();
    if there.is_empty() {
        return None;
    }
    let fields = [
        Field::of(FieldKind::Select(there), "seat", "Who", ""),
        Field::select("reason", "Because", &REASONS, ""),
    ];
    let form = FormView {
        action: format!("{HREF}/{id}/leave"),
        csrf: shell.csrf.clone(),
        parts: fields.into_iter().map(FormPart::from).collect(),
        buttons: vec![Action { kind: ActionKind::Plain, ..Action::submit("They left") }],
        ..FormView::default()
    };
    Some(
        Section::new("leave", "Somebody leaves", vec![Block::Form(form)])
            .foot("Their seat is free at once."),
    )
}

async fn settings(face: &Face, who: &SignedIn, shell: &Shell, group: &Group) -> Section {
    let row = &group.row;
    let mut kept = Fields::default();
    for (name, value) in [
        ("name", row.name.clone()),
        ("purpose", row.purpose.clone()),
        ("mode", row.mode.clone()),
        ("criteria", row.criteria.clone()),
        ("keeper", row.keeper.to_string()),
        ("call_days", row.call_days.to_string()),
        ("event_days", row.event_days.to_string()),
    ] {
        kept.add(name, &value);
    }
    let parts: Vec<FormPart> = fields(face, who, &kept).await.into_iter().map(Into::into).collect();
    let form = Block::Form(FormView {
        action: format!("{HREF}/{}", row.id),
        csrf: shell.csrf.clone(),
        parts,
        buttons: vec![Action { kind: ActionKind::Plain, ..Action::submit("Save") }],
        ..FormView::default()
    });
    Section::new("settings", "Change the group", vec![form])
}

fn seats(group: &Group, id: &str, words: &Words, may_run: bool) -> Section {
    let mut taken: Vec<&(GroupSeatRow, String)> =
        group.seats.iter().filter(|(seat, _)| seat.state != "left").collect();
    taken.sort_by_key(|(seat, _)| (seat.state != "seated", seat.place, seat.at));
    let line = |(seat, name): &&(GroupSeatRow, String)| -> Row {
        let seated = seat.state == "seated";
        let stands = match seated {
            true => Cell::pill(format!("Seat {}", seat.place), Tone::Positive),
            false => Cell::pill("Waits", Tone::Warning),
        };
        let mut actions = Vec::new();
        if may_run && !seated {
            let admit = Action::post("Admit", format!("{HREF}/{id}/admit"))
                .with("person", seat.person.to_string())
                .with("trade", &seat.trade)
                .with("competes", seat.competes.0.join("\n"));
            actions.push(admit.small());
        }
        let competes = seat.competes.0.join(", ");
        vec![
            Cell::link(name, format!("/people/{}", seat.person), &seat.company),
            Cell::lines(
                &seat.trade,
                if competes.is_empty() { String::new() } else { format!("not with {competes}") },
            ),
            stands,
            Cell::text(words.day(seat.at)),
            Cell::Actions(actions),
        ]
        .into()
    };
    let columns = vec![
        Column::name("Who"),
        Column::new("Trade"),
        Column::new("Seat"),
        Column::new("Since"),
        Column::silent("Admit"),
    ];
    let rows = taken.iter().map(line).collect();
    let empty = "No seat is taken. Admit the first: somebody who serves the same deciders as you.";
    Section::new("seats", "Seats", vec![card::table("Seats", columns, rows, empty)])
        .aside(format!("{} of {SEATS_MAX}", group.seated()))
}

fn gatherings(group: &Group, id: &str, words: &Words, may_run: bool) -> Section {
    let line = |row: &GatheringRow| -> Row {
        let (word, tone) = match row.state.as_str() {
            "held" => ("Held", Tone::Positive),
            "skipped" => ("Skipped", Tone::Neutral),
            _ if row.due_at < words.now => ("Was due", Tone::Warning),
            _ => ("Planned", Tone::Accent),
        };
        let mut actions = Vec::new();
        if may_run && row.state == "planned" {
            let path = format!("{HREF}/{id}/gatherings/{}", row.id);
            actions.push(Action::post("Held", &path).with("state", "held").small());
            actions.push(Action::post("Skipped", &path).with("state", "skipped").small().quiet());
        }
        vec![
            Cell::text(kind(&row.kind)),
            Cell::text(words.day(row.due_at)),
            Cell::pill(word, tone),
            Cell::Actions(actions),
        ]
        .into()
    };
    let columns = vec![
        Column::name("What"),
        Column::new("For"),
        Column::new("Stands"),
        Column::silent("Note"),
    ];
    let rows = group.gatherings.iter().take(12).map(line).collect();
    let empty = "Nothing is planned. Say under Change the group how often you meet.";
    Section::new(
        "gatherings",
        "Calls and events",
        vec![card::table("Calls and events", columns, rows, empty)],
    )
    .foot("The keeper is reminded a week before. Nothing is sent to the members.")
}

fn history(group: &Group, words: &Words) -> Section {
    let line = |(seat, name): &&(GroupSeatRow, String)| -> Row {
        let why = REASONS.iter().find(|(code, _)| *code == seat.reason).map_or("", |(_, w)| *w);
        let from = seat.seated_at.map(|at| words.day(at)).unwrap_or_else(|| "never seated".into());
        vec![
            Cell::lines(name, &seat.trade),
            Cell::text(from),
            Cell::text(words.day(seat.at)),
            Cell::text(why),
        ]
        .into()
    };
    let left: Vec<&(GroupSeatRow, String)> =
        group.seats.iter().filter(|(seat, _)| seat.state == "left").collect();
    let columns = vec![
        Column::name("Who"),
        Column::new("Seated"),
        Column::new("Left"),
        Column::new("Because"),
    ];
    let rows = left.iter().map(line).collect();
    Section::new("history", "Left", vec![card::table("Who left", columns, rows, "Nobody left.")])
}

async fn after(
    face: &Face,
    who: &SignedIn,
    id: &str,
    fields: &Fields,
    done: Result<(), Failure>,
) -> Response {
    match done {
        Ok(()) => Redirect::to(&format!("{HREF}/{id}")).into_response(),
        Err(failure) if stays(&failure) => page(face, who, id, fields, Some(&failure)).await,
        Err(failure) => card::refused(face, who, &failure).await,
    }
}

/// Changes it.
pub(super) async fn change(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<RunIntroductions>(&who.principal), id.parse()) {
        (Ok(may), Ok(group)) => {
            groups::save(&face.app, &may, Some(group), &typed(&fields)).await.map(|_| ())
        }
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    after(&face, &who, &id, &fields, done).await
}

/// Admits somebody, or puts them on the list.
pub(super) async fn admit(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let competes = fields.get("competes").lines().map(|line| line.trim().to_owned());
    let wish = Wish {
        person: fields.get("person").parse().ok(),
        trade: fields.trimmed("trade").to_owned(),
        competes: competes.filter(|line| !line.is_empty()).collect(),
    };
    let waits = fields.get("waits") == "1";
    let done = match (grant::<RunIntroductions>(&who.principal), id.parse()) {
        (Ok(may), Ok(group)) => {
            groups::admit(&face.app, &may, group, &wish, waits).await.map(|_| ())
        }
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    after(&face, &who, &id, &fields, done).await
}

/// Frees a seat.
pub(super) async fn leave(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<RunIntroductions>(&who.principal), fields.get("seat").parse()) {
        (Ok(may), Ok(seat)) => {
            groups::leave(&face.app, &may, seat, fields.get("reason")).await.map(|_| ())
        }
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    after(&face, &who, &id, &fields, done).await
}

/// Notes a call or event.
pub(super) async fn gathering(
    State(face): State<Face>,
    Path((id, gathering)): Path<(String, String)>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let said = (fields.get("state"), fields.trimmed("note"));
    let done = match (grant::<RunIntroductions>(&who.principal), gathering.parse()) {
        (Ok(may), Ok(gathering)) => groups::note_gathering(&face.app, &may, gathering, said).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    after(&face, &who, &id, &fields, done).await
}

/// Closes it, or opens it again.
pub(super) async fn state(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let open = fields.get("state") == "open";
    let done = match (grant::<RunIntroductions>(&who.principal), id.parse()) {
        (Ok(may), Ok(group)) => groups::set_state(&face.app, &may, group, open).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    after(&face, &who, &id, &fields, done).await
}
