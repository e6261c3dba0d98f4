//! Absences of members and holidays of regions.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use warmpath_app::Failure;
use warmpath_app::manage_absences as use_case;
use warmpath_app::manage_members;
use warmpath_app::policy::{ManageMembers, OwnAccount, ReadMembers, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::MemberId;
use warmpath_integrations::holidays as files;

use super::{PEOPLE, problems, tabs};
use crate::form::Fields;
use crate::pages::card;
use crate::pages::trust::finish;
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::view::desk::DeskPage;
use crate::view::part::{Action, Cell, Column, Field, FieldKind, FormPart, Section, Voice};

const HREF: &str = "/members/absences";
const HOLIDAYS: &str = "/members/holidays";

/// The absences.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    page(&face, &who, &Fields::default(), None).await
}

async fn page(face: &Face, who: &SignedIn, typed: &Fields, failure: Option<&Failure>) -> Response {
    let found = match grant::<ReadMembers>(&who.principal) {
        Ok(grant) => match use_case::list(&face.app, &grant).await {
            Ok(list) => manage_members::list(&face.app, &grant).await.map(|m| (list, m.0)),
            Err(failure) => Err(failure),
        },
        Err(failure) => Err(failure),
    };
    let ((absences, members), own) = match (found, grant::<OwnAccount>(&who.principal)) {
        (Ok(found), Ok(own)) => (found, own),
        (Err(failure), _) | (_, Err(failure)) => {
            return card::refused(face, who, &failure).await;
        }
    };
    let words = card::words(face, who);
    let rows = absences
        .iter()
        .map(|(absence, member)| {
            let remove = Action::post("Take away", format!("{HREF}/{}", absence.id)).small();
            let may = use_case::may_keep_for(&own, member);
            vec![
                Cell::person(&member.name, &member.id.to_string(), "", absence.reason.clone()),
                Cell::Time(words.day(absence.starts_at), absence.starts_at.to_string()),
                Cell::Time(words.day(absence.ends_at), absence.ends_at.to_string()),
                Cell::Actions(if may { vec![remove] } else { Vec::new() }),
            ]
            .into()
        })
        .collect();
    let columns = vec![
        Column::name("Member"),
        Column::new("From"),
        Column::new("Back"),
        Column::silent("Actions"),
    ];
    let table = card::table("Absences, first come first", columns, rows, "Everybody is here.");
    let frame = card::frame(face, who, "Members", "/members").await;
    let whose: Vec<(String, String)> = members
        .iter()
        .filter(|l| l.member.active && use_case::may_keep_for(&own, &l.member))
        .map(|l| (l.member.id.to_string(), l.member.name.clone()))
        .collect();
    let me = who.member.id.to_string();
    let chosen = if typed.has("member") { typed.get("member") } else { &me };
    let fields = vec![
        Field::of(FieldKind::Select(whose), "member", "Who", chosen),
        Field::of(FieldKind::Date, "first", "First day", typed.get("first")),
        Field::of(FieldKind::Date, "last", "Last day", typed.get("last")),
        Field::text("reason", "Why, in a word", typed.get("reason")),
    ];
    let parts = fields.into_iter().map(|f| card::with_error(f, problems(failure)).into()).collect();
    let form = card::form(&frame, HREF, parts, "Enter it");
    let page = DeskPage {
        shell: frame,
        title: "Absences".to_owned(),
        lead: "Who is away gets no lead, and their clocks wait.".to_owned(),
        tabs: tabs(PEOPLE, HREF),
        main: vec![Section { blocks: vec![table], ..Section::default() }],
        rail: vec![Section::new("new", "Enter an absence", vec![form])],
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

/// Enters one.
pub(super) async fn add(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<OwnAccount>(&who.principal), fields.get("member").parse()) {
        (Ok(grant), Ok(member)) => {
            let member: MemberId = member;
            let (first, last) = (fields.get("first"), fields.get("last"));
            use_case::add(&face.app, &grant, member, first, last, fields.get("reason")).await
        }
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => page(&face, &who, &fields, Some(&failure)).await,
        other => card::after(&face, &who, other, HREF).await,
    }
}

/// Takes one away.
pub(super) async fn remove(
    State(face): State<Face>,
    Path(id): Path<String>,
    writer: Writer,
) -> Response {
    let who = writer.signed_in;
    let done = match (grant::<OwnAccount>(&who.principal), id.parse()) {
        (Ok(grant), Ok(id)) => use_case::remove(&face.app, &grant, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    card::after(&face, &who, done, HREF).await
}

/// The holidays.
pub(super) async fn holidays(State(face): State<Face>, Reader(who): Reader) -> Response {
    holiday_page(&face, &who, &Fields::default(), None).await
}

async fn holiday_page(
    face: &Face,
    who: &SignedIn,
    typed: &Fields,
    failure: Option<&Failure>,
) -> Response {
    let found = match grant::<ReadMembers>(&who.principal) {
        Ok(grant) => use_case::holidays(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let days = match found {
        Ok(days) => days,
        Err(failure) => return card::refused(face, who, &failure).await,
    };
    let rows = days
        .iter()
        .map(|d| {
            let day = Cell::text(d.day.clone());
            vec![Cell::text(d.region.clone()), day, Cell::text(d.name.clone())].into()
        })
        .collect();
    let columns = vec![Column::name("Region"), Column::new("Day"), Column::new("Name")];
    let empty = "No region has holidays yet. Paste a calendar file or a list.";
    let table = card::table("Holidays by region", columns, rows, empty);
    let frame = card::frame(face, who, "Members", "/members").await;
    let mut rail = Vec::new();
    if grant::<ManageMembers>(&who.principal).is_ok() {
        let kind = FieldKind::Area(8, Voice::Proof);
        let fields = vec![
            Field::text("region", "Region", typed.get("region")),
            Field::of(kind, "days", "Calendar file or list", typed.get("days"))
                .hint("The text of an .ics file, or one day a line: 2026-12-25 Christmas"),
        ];
        let parts: Vec<FormPart> =
            fields.into_iter().map(|f| card::with_error(f, problems(failure)).into()).collect();
        let form = card::form(&frame, HOLIDAYS, parts, "Replace this region's list");
        rail.push(Section::new("new", "Holidays of a region", vec![form]));
    }
    let page = DeskPage {
        shell: frame,
        title: "Holidays".to_owned(),
        lead: "Clocks stand still on these days for members of the region.".to_owned(),
        tabs: tabs(PEOPLE, HOLIDAYS),
        main: vec![Section { blocks: vec![table], ..Section::default() }],
        rail,
        ..DeskPage::default()
    };
    finish(page, problems(failure), failure)
}

/// Replaces a region's list.
pub(super) async fn replace(State(face): State<Face>, writer: Writer) -> Response {
    let (who, fields) = (writer.signed_in, writer.fields);
    let done = match (grant::<ManageMembers>(&who.principal), read(&face, fields.get("days"))) {
        (Ok(grant), Ok(days)) => {
            use_case::replace_holidays(&face.app, &grant, fields.get("region"), &days).await
        }
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    match done {
        Err(failure @ Failure::Invalid(_)) => {
            holiday_page(&face, &who, &fields, Some(&failure)).await
        }
        other => card::after(&face, &who, other, HOLIDAYS).await,
    }
}

/// A calendar file, for this year and the four after it, or a plain list.
fn read(face: &Face, text: &str) -> Result<Vec<(Date, String)>, Failure> {
    let year = face.app.now().to_zoned(jiff::tz::TimeZone::UTC).year();
    let read = match files::Years::new(year, year + 4) {
        Some(years) if text.trim_start().starts_with("BEGIN:VCALENDAR") => {
            files::parse_ics(text.trim_start().as_bytes(), years)
        }
        _ => files::parse_list(text.as_bytes()),
    };
    match read {
        Ok(days) => Ok(days.into_iter().map(|d| (d.date, d.name)).collect()),
        Err(error) => Err(Failure::invalid("days", "days_invalid", format!("In {error}."))),
    }
}
