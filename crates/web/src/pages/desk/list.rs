//! All referrals a reader may see: search, filters, paging, and the same as CSV.

use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use warmpath_app::policy::{ReadMembers, ReadReferrals, grant};
use warmpath_app::read_referrals::{self, Line};
use warmpath_app::rows::Filter;
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{Failure, read_workspace};
use warmpath_core::export::Cell as Export;
use warmpath_core::referral::{Origin, ReferralState};

use super::bits::{address, join, name_of, origin_word, query, role_of, tier_mark};
use crate::form::Fields;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, EmptyArt, EmptyState, Field, FieldKind, FilterBar, Row, Section,
    TableView,
};
use crate::words::{Words, state_pill, state_word};

/// Lines of one page.
const PAGE_LINES: i64 = 50;

/// Most lines of one export.
const EXPORT_LINES_MAX: usize = 10_000;

/// Shows a page of them.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let fields = query(&raw);
    let frame = shell::at(shell::of(&face.app, &me, "Referrals").await, "/referrals");
    match load(&face, &me, &fields, PAGE_LINES + 1).await {
        Ok(lines) => {
            let filters = filters(&face, &me, &fields).await;
            let words = Words::new(&me.member.zone, face.app.now());
            render(&DeskPage {
                shell: frame,
                title: "Referrals".to_owned(),
                lead: "Everybody who was handed over.".to_owned(),
                actions: vec![
                    Action::link("Download CSV", here("/referrals.csv", &fields, ""))
                        .icon("download"),
                    Action::link("Hand over a person", "/hand-over").primary(),
                ],
                filters: Some(filters),
                main: vec![section(lines, &fields, &words)],
                ..DeskPage::default()
            })
        }
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn load(
    face: &Face,
    me: &SignedIn,
    fields: &Fields,
    limit: i64,
) -> Result<Vec<Line>, Failure> {
    let grant = grant::<ReadReferrals>(&me.principal)?;
    let searched = fields.trimmed("q");
    let people = match searched {
        "" => None,
        text => Some(read_referrals::search_people(&face.app, me.principal.workspace, text).await?),
    };
    let filter = Filter {
        states: fields.get("state").parse().ok().into_iter().collect(),
        origin: fields.get("origin").parse().ok(),
        owners: fields.get("owner").parse().ok().into_iter().collect(),
        before: fields.get("before").parse().ok(),
        oldest_first: oldest_first(fields),
        people,
        limit,
        ..Filter::default()
    };
    read_referrals::list(&face.app, &grant, &filter).await
}

fn oldest_first(fields: &Fields) -> bool {
    fields.get("order") == "oldest"
}

/// The address of this list with its filters, from another place on.
fn here(path: &str, fields: &Fields, before: &str) -> String {
    address(
        path,
        &[
            ("q", fields.trimmed("q")),
            ("state", fields.get("state")),
            ("origin", fields.get("origin")),
            ("owner", fields.get("owner")),
            ("order", fields.get("order")),
            ("before", before),
        ],
    )
}

async fn filters(face: &Face, me: &SignedIn, fields: &Fields) -> FilterBar {
    let mut states = vec![(String::new(), "Any state".to_owned())];
    states.extend(
        ReferralState::ALL.iter().map(|s| (s.as_str().to_owned(), state_word(*s).to_owned())),
    );
    let mut origins = vec![(String::new(), "Anybody".to_owned())];
    origins.extend(Origin::ALL.iter().map(|o| (o.as_str().to_owned(), origin_word(*o).to_owned())));
    let mut owners = vec![(String::new(), "Anybody".to_owned())];
    if grant::<ReadMembers>(&me.principal).is_ok() {
        let members = read_workspace::members(&face.app, me.principal.workspace).await;
        let takers = warmpath_app::read_team::takers(&members.unwrap_or_default());
        owners.extend(takers.into_iter().map(|m| (m.id.to_string(), m.name)));
    }
    let select = |name: &str, label: &str, options: Vec<(String, String)>| {
        Field::of(FieldKind::Select(options), name, label, fields.get(name))
    };
    let filtered = ["q", "state", "origin", "owner"].iter().any(|name| fields.has(name));
    let mut shown = vec![
        Field::of(FieldKind::Search, "q", "Person, company or e-mail", fields.trimmed("q")),
        select("state", "State", states),
        select("origin", "Referred by", origins),
        select("owner", "Owner", owners),
    ];
    if fields.has("order") {
        shown.push(Field::hidden("order", fields.get("order")));
    }
    FilterBar {
        action: "/referrals".to_owned(),
        fields: shown,
        clear_href: if filtered { "/referrals".to_owned() } else { String::new() },
    }
}

fn section(mut lines: Vec<Line>, fields: &Fields, words: &Words) -> Section {
    let more = lines.len() as i64 > PAGE_LINES;
    lines.truncate(PAGE_LINES as usize);
    let next = lines.last().filter(|_| more).map(|l| l.referral.id.to_string());
    let paged = fields.has("before");
    if lines.is_empty() && !paged {
        return Section::new("list", "", vec![Block::Empty(empty(fields))]);
    }
    let order = if oldest_first(fields) { "Oldest first" } else { "Latest first" };
    let other = if oldest_first(fields) { "" } else { "oldest" };
    let turned = here("/referrals", &fields.clone().replaced("order", other), "");
    let table = TableView {
        caption: format!("Referrals, {}", order.to_lowercase()),
        columns: vec![
            Column::name("Person"),
            Column::new("State"),
            Column::new("Introduced by"),
            Column::new("Tie"),
            Column::new("Owner"),
            Column::figures("Score"),
            Column::new("Received").sorted(turned, Some(oldest_first(fields))),
        ],
        rows: lines.iter().map(|line| row(line, words)).collect(),
        previous_href: if paged { here("/referrals", fields, "") } else { String::new() },
        next_href: next.map(|id| here("/referrals", fields, &id)).unwrap_or_default(),
        foot: order.to_owned(),
        empty: "There are no more.".to_owned(),
        ..TableView::default()
    };
    Section::new("list", "", vec![Block::Table(table)])
}

fn row(line: &Line, words: &Words) -> Row {
    let referral = &line.referral;
    let href = format!("/referrals/{}", referral.id);
    let role = role_of(&line.person, line.account.as_ref());
    Row {
        id: referral.id.to_string(),
        cells: vec![
            Cell::person(&name_of(&line.person), &line.person.id.to_string(), href, role),
            Cell::Pill(state_pill(referral.state)),
            Cell::lines(
                name_of(&line.referrer),
                join(&[&line.referrer.company, origin_word(referral.origin)]),
            ),
            Cell::Tier(tier_mark(referral)),
            if line.owner_name.is_empty() { Cell::Nothing } else { Cell::text(&line.owner_name) },
            match referral.score {
                Some(score) => Cell::figure(format!("{score:.0}")),
                None => Cell::Nothing,
            },
            Cell::Time(words.day(referral.received_at), referral.received_at.to_string()),
        ],
    }
}

fn empty(fields: &Fields) -> EmptyState {
    let filtered = ["q", "state", "origin", "owner"].iter().any(|name| fields.has(name));
    if filtered {
        return EmptyState {
            art: EmptyArt::Gap,
            title: "Nothing fits these filters".to_owned(),
            sentence: "Take one away, or search for a part of the name.".to_owned(),
            actions: vec![Action::link("Show all", "/referrals")],
        };
    }
    EmptyState {
        art: EmptyArt::Path,
        title: "Nobody has been handed over yet".to_owned(),
        sentence: "Hand over the first person, or import past referrals.".to_owned(),
        actions: vec![Action::link("Hand over a person", "/hand-over").primary()],
    }
}

/// The same list as CSV, safe for spreadsheets.
pub(super) async fn export(
    State(face): State<Face>,
    Reader(me): Reader,
    raw: RawQuery,
) -> Response {
    match gather(&face, &me, query(&raw)).await.and_then(|lines| csv(&lines)) {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"referrals.csv\""),
            ],
            bytes,
        )
            .into_response(),
        Err(failure) => {
            let frame = shell::of(&face.app, &me, "Referrals").await;
            refuse::page(Some(frame), &failure)
        }
    }
}

async fn gather(face: &Face, me: &SignedIn, mut fields: Fields) -> Result<Vec<Line>, Failure> {
    let mut all: Vec<Line> = Vec::new();
    loop {
        let lines = load(face, me, &fields, 500).await?;
        let Some(last) = lines.last().map(|l| l.referral.id.to_string()) else { return Ok(all) };
        let whole = lines.len() == 500;
        all.extend(lines);
        if !whole || all.len() >= EXPORT_LINES_MAX {
            all.truncate(EXPORT_LINES_MAX);
            return Ok(all);
        }
        fields = fields.replaced("before", &last);
    }
}

fn csv(lines: &[Line]) -> Result<Vec<u8>, Failure> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let broken = |e: csv::Error| Failure::Defect(e.to_string());
    out.write_record([
        "id",
        "person",
        "title",
        "company",
        "state",
        "reason",
        "kind",
        "origin",
        "referrer",
        "owner",
        "score",
        "received_at",
        "cleared_at",
        "accepted_at",
        "contacted_at",
        "met_at",
        "closed_at",
    ])
    .map_err(broken)?;
    for line in lines {
        let r = &line.referral;
        let company = line.account.as_ref().map_or(&line.person.company, |a| &a.name);
        let at = |at: Option<jiff::Timestamp>| at.map_or(Export::Empty, Export::Instant);
        let id = r.id.to_string();
        let cells = [
            Export::Text(&id),
            Export::Text(&line.person.name),
            Export::Text(&line.person.title),
            Export::Text(company),
            Export::Text(r.state.as_str()),
            Export::Text(&r.reason),
            Export::Text(r.kind.as_str()),
            Export::Text(r.origin.as_str()),
            Export::Text(&line.referrer.name),
            Export::Text(&line.owner_name),
            r.score.map_or(Export::Empty, Export::Real),
            Export::Instant(r.received_at),
            at(r.cleared_at),
            at(r.accepted_at),
            at(r.contacted_at),
            at(r.met_at),
            at(r.closed_at),
        ];
        out.write_record(cells.map(|c| c.render().into_owned())).map_err(broken)?;
    }
    out.into_inner().map_err(|e| Failure::Defect(e.to_string()))
}
