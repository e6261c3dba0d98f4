//! Companies over all systems: who says what, where they disagree, and the whole group.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::manage_sources::Belief;
use warmpath_app::policy::{ReadDuplicates, ReviewDuplicates, grant};
use warmpath_app::read_account::{self, Company, Field as Said, LISTED, View};
use warmpath_app::rows::AccountRow;
use warmpath_app::sign_in::SignedIn;
use warmpath_core::id::AccountId;

use super::place;
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, Fact, Facts, Field, FilterBar, Note, Row, Section, TableView, Tone,
};
use crate::words::{state_pill, thousands};

/// The list, by name.
pub(super) async fn list(
    State(face): State<Face>,
    Reader(who): Reader,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let text = query.get("q").map(String::as_str).unwrap_or_default();
    let found = match grant::<ReadDuplicates>(&who.principal) {
        Ok(may) => read_account::list(&face.app, &may, text).await,
        Err(failure) => Err(failure),
    };
    match found {
        Ok(rows) => listed(&face, &who, text, &rows).await,
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn listed(face: &Face, who: &SignedIn, text: &str, rows: &[AccountRow]) -> Response {
    let line = |row: &AccountRow| -> Row {
        vec![
            Cell::link(&row.name, format!("/accounts/{}", row.id), &row.industry),
            Cell::text(capital(&row.status)),
            Cell::text(&row.unit),
            Cell::text(&row.owner_name),
            row.country.as_ref().map_or(Cell::Nothing, Cell::text),
        ]
        .into()
    };
    let table = TableView {
        caption: "Companies by name".to_owned(),
        columns: vec![
            Column::name("Company"),
            Column::new("Status"),
            Column::new("Business unit"),
            Column::new("Owner"),
            Column::new("Country"),
        ],
        rows: rows.iter().map(line).collect(),
        empty: "No company begins like this.".to_owned(),
        foot: match rows.len() as i64 {
            LISTED.. => format!("The first {LISTED}. Write the beginning of a name."),
            _ => String::new(),
        },
        ..TableView::default()
    };
    render(&DeskPage {
        shell: card::frame(face, who, "Accounts", "/accounts").await,
        title: "Accounts".to_owned(),
        lead: "Companies as all systems know them together.".to_owned(),
        actions: vec![Action::link("Systems and belief", "/sources")],
        filters: Some(FilterBar {
            action: "/accounts".to_owned(),
            fields: vec![Field::text("q", "Name begins with", text)],
            clear_href: if text.is_empty() { String::new() } else { "/accounts".to_owned() },
        }),
        main: vec![Section { blocks: vec![Block::Table(table)], ..Section::default() }],
        ..DeskPage::default()
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// One company with its group.
pub(super) async fn one(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(id): Path<String>,
) -> Response {
    show(&face, &who, &id, place::Typed::default()).await
}

pub(super) async fn show(face: &Face, who: &SignedIn, id: &str, typed: place::Typed) -> Response {
    let found = match (grant::<ReadDuplicates>(&who.principal), id.parse::<AccountId>()) {
        (Ok(may), Ok(id)) => read_account::one(&face.app, &may, id).await,
        (Err(failure), _) => Err(failure),
        (_, Err(_)) => Err(Failure::NotFound),
    };
    match found {
        Ok(view) => record(face, who, &view, &typed).await,
        Err(failure) => card::refused(face, who, &failure).await,
    }
}

async fn record(face: &Face, who: &SignedIn, view: &View, typed: &place::Typed) -> Response {
    let Some(first) = view.group.first() else {
        return card::refused(face, who, &Failure::NotFound).await;
    };
    let frame = card::frame(face, who, &first.account.name, "/accounts").await;
    let mut main = vec![fields(first, &view.belief)];
    if view.group.len() > 1 {
        main.push(group(view));
    }
    main.extend(deals(view));
    main.extend(on_their_way(view));
    let mut rail = rail(first, view);
    if grant::<ReviewDuplicates>(&who.principal).is_ok() {
        rail.push(place::form(&frame, first, view, typed));
    }
    let mut response = render(&DeskPage {
        shell: shell::under(frame, "Accounts", "/accounts"),
        errors: card::summary(&typed.problems),
        title: first.account.name.clone(),
        lead: lead(first, view),
        note: disagreement(first),
        main,
        rail,
        ..DeskPage::default()
    });
    if !typed.problems.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

fn lead(first: &Company, view: &View) -> String {
    let records = match first.records.len() {
        1 => "1 record".to_owned(),
        n => format!("{n} records"),
    };
    match view.group.len() {
        1 => format!("{records} of this company, no subsidiary is known."),
        2 => format!("{records} of this company, 1 subsidiary."),
        n => format!("{records} of this company, {} subsidiaries.", n - 1),
    }
}

fn disagreement(company: &Company) -> Option<Note> {
    let split: Vec<String> =
        company.fields.iter().filter(|f| f.disagree).map(|f| f.label.to_lowercase()).collect();
    if split.is_empty() {
        return None;
    }
    let text = format!("They say different things about: {}.", split.join(", "));
    Some(Note::new(Tone::Warning, "The systems disagree.", text))
}

fn fields(company: &Company, belief: &Belief) -> Section {
    let line = |field: &Said| -> Row {
        let first = field.sayings.first();
        let value = first.map_or(Cell::Nothing, |s| Cell::text(&s.value));
        let by = first.map(|s| belief.name(&s.system)).unwrap_or_default();
        let others: Vec<String> = field
            .sayings
            .iter()
            .skip(1)
            .map(|s| format!("{}: {}", belief.name(&s.system), s.value))
            .collect();
        let verdict = match (field.sayings.len(), field.disagree) {
            (0, _) => Cell::Nothing,
            (1, _) => Cell::text("One source"),
            (_, true) => Cell::pill("Disagree", Tone::Warning),
            (_, false) => Cell::pill("Agree", Tone::Positive),
        };
        vec![
            Cell::text(field.label),
            value,
            Cell::text(by),
            if others.is_empty() { Cell::Nothing } else { Cell::text(others.join("; ")) },
            verdict,
        ]
        .into()
    };
    let table = TableView {
        caption: "Every field with who says it".to_owned(),
        columns: vec![
            Column::name("Field"),
            Column::new("Holds"),
            Column::new("Says"),
            Column::new("Others say"),
            Column::new("Together"),
        ],
        rows: company.fields.iter().map(line).collect(),
        ..TableView::default()
    };
    Section::new("fields", "What is believed", vec![Block::Table(table)])
        .foot("The first of the systems that says something is believed; the order can be set.")
        .action(Action::link("Change the order", "/sources").small())
}

fn group(view: &View) -> Section {
    let line = |company: &Company| -> Row {
        let row = &company.account;
        let indent = "\u{2003}".repeat(company.depth.saturating_sub(1));
        let says = company.parent.as_ref().map(|p| view.belief.name(&p.source));
        vec![
            Cell::link(format!("{indent}{}", row.name), format!("/accounts/{}", row.id), ""),
            Cell::text(capital(&row.status)),
            Cell::text(&row.unit),
            Cell::text(&row.owner_name),
            Cell::figure(thousands(company.deals.len() as i64)),
            says.map_or(Cell::Nothing, Cell::text),
        ]
        .into()
    };
    let table = TableView {
        caption: "Companies that belong to it".to_owned(),
        columns: vec![
            Column::name("Company"),
            Column::new("Status"),
            Column::new("Business unit"),
            Column::new("Owner"),
            Column::figures("Deals"),
            Column::new("Who says so"),
        ],
        rows: view.group.iter().skip(1).map(line).collect(),
        ..TableView::default()
    };
    let collisions = {
        let mut owners: Vec<&str> = view
            .group
            .iter()
            .map(|c| c.account.owner_name.as_str())
            .filter(|o| !o.is_empty())
            .collect();
        owners.sort_unstable();
        owners.dedup();
        owners.len()
    };
    let section = Section::new("group", "The group", vec![Block::Table(table)]);
    match collisions {
        0 | 1 => section,
        n => {
            section.foot(format!("{n} people own companies of this group. Talk before you write."))
        }
    }
}

fn deals(view: &View) -> Option<Section> {
    let open: Vec<Row> = view
        .group
        .iter()
        .flat_map(|c| c.deals.iter().map(move |d| (c, d)))
        .filter(|(_, deal)| deal.won.is_none())
        .map(|(company, deal)| {
            vec![
                Cell::lines(&deal.name, &company.account.name),
                Cell::text(&deal.stage),
                Cell::text(&deal.unit),
                Cell::text(&deal.owner_name),
            ]
            .into()
        })
        .collect();
    if open.is_empty() {
        return None;
    }
    let table = TableView {
        caption: "Open deals of the group".to_owned(),
        columns: vec![
            Column::name("Deal"),
            Column::new("Stage"),
            Column::new("Business unit"),
            Column::new("Owner"),
        ],
        rows: open,
        ..TableView::default()
    };
    Some(Section::new("deals", "Open deals", vec![Block::Table(table)]))
}

fn on_their_way(view: &View) -> Option<Section> {
    let rows: Vec<Row> = view
        .group
        .iter()
        .flat_map(|c| c.referrals.iter().map(move |r| (c, r)))
        .map(|(company, row)| {
            let href = format!("/referrals/{}", row.id);
            vec![
                Cell::link("Referral", href, &company.account.name),
                Cell::Pill(state_pill(row.state)),
            ]
            .into()
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let table = TableView {
        caption: "Referrals on their way into the group".to_owned(),
        columns: vec![Column::name("Referral"), Column::new("State")],
        rows,
        ..TableView::default()
    };
    Some(Section::new("referrals", "Referrals on their way", vec![Block::Table(table)]))
}

fn rail(first: &Company, view: &View) -> Vec<Section> {
    let records = first.records.iter().map(|(system, id)| Fact::new(view.belief.name(system), id));
    let facts = Facts { facts: records.collect(), pair: false, lined: true };
    let mut rail = vec![
        Section::new("records", "Records", vec![Block::Facts(facts)])
            .foot("Each system with its own id."),
    ];
    if let Some(above) = &view.above {
        let href = format!("/accounts/{}", above.id);
        let fact = Fact { href, ..Fact::new("Belongs to", above.name.clone()) };
        let facts = Facts { facts: vec![fact], pair: false, lined: false };
        rail.push(Section::new("above", "Above it", vec![Block::Facts(facts)]));
    }
    rail
}
