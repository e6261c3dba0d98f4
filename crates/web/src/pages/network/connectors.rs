//! `/connectors`: who opens doors, how willing they are, and who is under-used.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::policy::{ReadNetwork, grant};
use warmpath_app::read_connectors::{self, Connector, Connectors, LISTED_ROWS, Order, Record};
use warmpath_core::id::PersonId;
use warmpath_insight::Rate;

use super::bits::{
    address, as_of, chance_words, frame, person_cell, person_href, query, role_of, tie_href,
    tier_mark,
};
use crate::form::Fields;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, EmptyArt, EmptyState, Fact, Facts, Field, FieldKind, FilterBar,
    Pill, Row, Section, Stat, Stats, TableView, Tone,
};
use crate::words::{Words, thousands};

/// Shows all of them.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let fields = query(&raw);
    let frame = frame(&face, &me, "Connectors", "/connectors").await;
    let all = match grant::<ReadNetwork>(&me.principal) {
        Ok(may) => read_connectors::run(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    match all {
        Ok(all) => {
            render(&page(frame, &all, &fields, &Words::new(&me.member.zone, face.app.now())))
        }
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

fn page(shell: Shell, all: &Connectors, fields: &Fields, words: &Words) -> DeskPage {
    if all.list.is_empty() {
        let empty = EmptyState {
            art: EmptyArt::Gap,
            title: "Nobody is known to open doors yet".to_owned(),
            sentence: "Connectors show up once your team's data is here: mailboxes, calendars, \
                       contacts."
                .to_owned(),
            actions: vec![Action::link("Import my data", "/network/import")],
        };
        let main = vec![Section::new("none", "", vec![Block::Empty(empty)])];
        return DeskPage { shell, title: "Connectors".to_owned(), main, ..DeskPage::default() };
    }
    DeskPage {
        shell,
        title: "Connectors".to_owned(),
        lead: "What each could reach stands apart from how willing they are.".to_owned(),
        actions: vec![Action::link(
            "CSV",
            address("/connectors.csv", &[("q", fields.trimmed("q"))]),
        )],
        filters: Some(asking(fields)),
        stats: Some(stats(all)),
        main: vec![list(all, fields, words), under_used(all, words)],
        ..DeskPage::default()
    }
}

fn count(n: usize) -> String {
    thousands(i64::try_from(n).unwrap_or(i64::MAX))
}

fn stats(all: &Connectors) -> Stats {
    let enough = all.vouching >= all.vouching_needed;
    let said = if enough { "enough to start" } else { "not enough to start yet" };
    let vouching = Stat::new(
        "Would vouch for each other",
        &count(all.vouching),
        &format!("{} to 30 are needed: {said}", all.vouching_needed),
        "",
    );
    Stats {
        stats: vec![
            vouching.toned(if enough { Tone::Positive } else { Tone::Warning }),
            Stat::new("Under-used", &count(all.under_used.len()), "well placed, never asked", ""),
            Stat::new("Connectors", &count(all.list.len()), "asked before, or somebody's way", ""),
            Stat::new("Counted over", &count(all.targets), "people on the map", ""),
        ],
    }
}

fn standing(connector: &Connector, words: &Words) -> Pill {
    let record = &connector.record;
    if connector.closed {
        Pill::new("Not to be asked", Tone::Negative)
    } else if record.open_asks >= record.budget {
        Pill::new("Carries all they take", Tone::Warning)
    } else if let Some(until) = connector.rests_until {
        Pill::new(format!("Rests until {}", words.day(until)), Tone::Warning)
    } else if record.received > record.given {
        Pill::new("Give first", Tone::Warning)
    } else if record.asked == 0 {
        Pill::new("Never asked", Tone::Neutral)
    } else {
        Pill::new("May be asked", Tone::Positive)
    }
}

fn says_yes(connector: &Connector) -> Cell {
    let record = &connector.record;
    if record.asked == 0 {
        return Cell::lines("Unknown", "nobody asked yet");
    }
    let (hits, n) = (record.accepted.unsigned_abs(), record.asked.unsigned_abs());
    let ends = Rate::new(hits, n).interval().map_or_else(String::new, |(low, high)| {
        format!("{:.0}–{:.0} %", low * 100.0, high * 100.0)
    });
    Cell::lines(format!("{hits} of {n}"), ends)
}

fn asking(fields: &Fields) -> FilterBar {
    let text = fields.trimmed("q");
    let orders = [
        ("", "The costliest loss first"),
        ("reach", "Reaches most first"),
        ("willing", "Most willing first"),
        ("name", "By name"),
    ];
    FilterBar {
        action: "/connectors".to_owned(),
        fields: vec![
            Field::of(FieldKind::Search, "q", "Person, role or company", text),
            Field::select("order", "Order", &orders, fields.get("order")),
        ],
        clear_href: if text.is_empty() { String::new() } else { "/connectors".to_owned() },
    }
}

/// The order an address asks for; the costliest loss first where it asks for none we know.
pub(super) fn order_of(fields: &Fields) -> Order {
    match fields.get("order") {
        "reach" => Order::Reach,
        "willing" => Order::Willing,
        "name" => Order::Name,
        _ => Order::Loss,
    }
}

fn list(all: &Connectors, fields: &Fields, words: &Words) -> Section {
    let shown = all.sorted(fields.trimmed("q"), order_of(fields));
    let from: usize = fields.get("from").parse().unwrap_or(0);
    let next = from.saturating_add(LISTED_ROWS);
    let kept = [("q", fields.trimmed("q")), ("order", fields.get("order"))];
    let line = |connector: &Connector| -> Row {
        let reach = &connector.reach;
        let id = connector.person.id;
        vec![
            Cell::person(
                &connector.person.name,
                &id.to_string(),
                format!("/connectors/{id}"),
                role_of(&connector.person),
            ),
            connector
                .best
                .as_ref()
                .map_or(Cell::Nothing, |(_, tie)| Cell::Tier(tier_mark(tie.tier))),
            Cell::lines(count(reach.best_for), format!("{} in no other way", reach.only_way_to)),
            says_yes(connector),
            Cell::figure(format!("{} : {}", connector.record.given, connector.record.received)),
            Cell::Pill(standing(connector, words)),
        ]
        .into()
    };
    let table = TableView {
        caption: "Connectors".to_owned(),
        columns: vec![
            Column::name("Connector"),
            Column::new("Best tie"),
            Column::new("Reaches"),
            Column::new("Says yes"),
            Column::figures("Given : received"),
            Column::new("Now"),
        ],
        rows: shown.iter().skip(from).take(LISTED_ROWS).map(|one| line(one)).collect(),
        next_href: if shown.len() > next {
            address("/connectors", &[&kept[..], &[("from", next.to_string().as_str())]].concat())
        } else {
            String::new()
        },
        empty: "No connector fits these words.".to_owned(),
        ..TableView::default()
    };
    Section::new("list", "Connectors", vec![Block::Table(table)])
        .aside(count(shown.len()))
        .foot(as_of(all.entry, all.as_of, words))
}

fn under_used(all: &Connectors, words: &Words) -> Section {
    let line = |connector: &Connector| -> Row {
        let (tier, tie) = match &connector.best {
            Some((_, tie)) => (
                Cell::Tier(tier_mark(tie.tier)),
                Cell::Actions(vec![Action::link("Tie", tie_href(tie)).small()]),
            ),
            None => (Cell::Nothing, Cell::Nothing),
        };
        vec![
            person_cell(&connector.person),
            tier,
            Cell::lines(
                count(connector.reach.best_for),
                format!("{} in no other way", connector.reach.only_way_to),
            ),
            tie,
        ]
        .into()
    };
    let table = TableView {
        caption: "Well placed and never asked".to_owned(),
        columns: vec![
            Column::name("Person"),
            Column::new("Best tie"),
            Column::new("Would open"),
            Column::silent("Tie"),
        ],
        rows: all.under_used.iter().map(line).collect(),
        empty: "Everybody who is well placed was asked before.".to_owned(),
        ..TableView::default()
    };
    let most = format!("{} of at most 50", all.under_used.len());
    Section::new("under-used", "Already here, never asked", vec![Block::Table(table)])
        .aside(most)
        .foot(format!(
            "Start with something useful for them. {}",
            as_of(all.entry, all.as_of, words)
        ))
}

/// Shows one of them.
pub(super) async fn one(
    State(face): State<Face>,
    Reader(me): Reader,
    Path(id): Path<PersonId>,
) -> Response {
    let base = frame(&face, &me, "Connector", "/connectors").await;
    let frame = shell::under(base, "Connectors", "/connectors");
    let found = match grant::<ReadNetwork>(&me.principal) {
        Ok(may) => read_connectors::one(&face.app, &may, id).await,
        Err(failure) => Err(failure),
    };
    match found {
        Ok(found) => render(&one_page(frame, &found, &Words::new(&me.member.zone, face.app.now()))),
        Err(failure @ Failure::NotFound) => refuse::page(Some(frame), &failure),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

fn one_page(mut shell: Shell, found: &Record, words: &Words) -> DeskPage {
    let connector = &found.connector;
    shell.title.clone_from(&connector.person.name);
    DeskPage {
        title: connector.person.name.clone(),
        pill: Some(standing(connector, words)),
        lead: role_of(&connector.person),
        actions: vec![Action::link("Open the person", person_href(connector.person.id))],
        main: vec![opens(found, words)],
        rail: vec![willingness(connector), record(connector, words)],
        shell,
        ..DeskPage::default()
    }
}

fn opens(found: &Record, words: &Words) -> Section {
    let line = |(facts, chance): &(warmpath_app::network::PersonFacts, f64)| -> Row {
        let id = facts.id.to_string();
        vec![
            person_cell(facts),
            Cell::text(chance_words(*chance)),
            Cell::Actions(vec![Action::link("Paths", address("/paths", &[("to", &id)])).small()]),
        ]
        .into()
    };
    let table = TableView {
        caption: "Doors they open best".to_owned(),
        columns: vec![Column::name("Person"), Column::new("Best chance"), Column::silent("Paths")],
        rows: found.opens.iter().map(line).collect(),
        empty: "Nobody's best way begins with them now.".to_owned(),
        ..TableView::default()
    };
    let reach = &found.connector.reach;
    Section::new("opens", "Doors they open best", vec![Block::Table(table)])
        .aside(format!("{} people, {} in no other way", reach.best_for, reach.only_way_to))
        .foot(as_of(found.entry, found.as_of, words))
}

fn willingness(connector: &Connector) -> Section {
    let will = connector.willingness;
    let facts = vec![
        Fact::new("Accepts, with what is usual here", format!("{:.2}", will.accepts)),
        Fact::new("Not tired of asks", format!("{:.2}", will.fatigue)),
        Fact::new("Got back what they gave", format!("{:.2}", will.reciprocity)),
        Fact::new("Willing now, the product", format!("{:.2}", will.willingness.to_f64())),
    ];
    let facts = Facts { facts, pair: false, lined: true };
    Section::new("willing", "How willing", vec![Block::Facts(facts)])
        .foot("Past answers under a Beta prior of this workspace, times open asks, times balance.")
}

fn record(connector: &Connector, words: &Words) -> Section {
    let record = &connector.record;
    let last = record.asked_at.map_or_else(|| "never".to_owned(), |at| words.day(at));
    let facts = vec![
        Fact::new("Asks answered", format!("{} of which {} yes", record.asked, record.accepted)),
        Fact::new("Open asks", format!("{} of {}", record.open_asks, record.budget)),
        Fact::new("Last asked", last),
        Fact::new("We gave", record.given.to_string()),
        Fact::new("They gave", record.received.to_string()),
    ];
    let facts = Facts { facts, pair: false, lined: true };
    Section::new("record", "So far", vec![Block::Facts(facts)])
        .foot("At most two open asks, one a fortnight.")
}
