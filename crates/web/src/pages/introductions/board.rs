//! The board: introductions by track, sealed until both said yes; or the same as a table.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use jiff::Timestamp;
use warmpath_app::introduce::read_introductions::{self, BOARD_MAX, Line};
use warmpath_app::policy::{AskIntroduction, ReadIntroductions, grant};
use warmpath_core::introduction::policy::timeout;
use warmpath_core::introduction::{Action as Step, ConnectorState, Outcome, RequestState};

use super::{connector_track, headed, request_tone, said, target_track};
use crate::form::Fields;
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::Reader;
use crate::view::desk::DeskPage;
use crate::view::introductions::{BoardCard, BoardColumn, BoardPage};
use crate::view::part::{
    Action, Avatar, Cell, Clock, ClockKind, Column, EmptyState, Note, Pill, Row, Section, Segment,
    SegmentEntry, Tone,
};
use crate::words::Words;

const HREF: &str = "/introductions";

/// The columns: id, title.
const COLUMNS: [(&str, &str); 5] = [
    ("screening", "Screening"),
    ("connector", "Connector decides"),
    ("target", "Target decides"),
    ("yes", "Both said yes"),
    ("delivered", "Delivered"),
];

/// Shows it.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(who): Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Fields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let (mine, table) = (query.get("mine") == "1", query.get("view") == "table");
    let found = match grant::<ReadIntroductions>(&who.principal) {
        Ok(grant) => read_introductions::list(&face.app, &grant, mine, None, BOARD_MAX).await,
        Err(failure) => Err(failure),
    };
    let lines = match found {
        Ok(lines) => lines,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let words = card::words(&face, &who);
    let shell = card::frame(&face, &who, "Introductions", HREF).await;
    let mut actions = Vec::new();
    if grant::<AskIntroduction>(&who.principal).is_ok() {
        actions.push(Action::link("Ask for an introduction", "/introductions/new").primary());
    }
    actions.push(Action::link("Asks to all, offers", "/bulletins"));
    let lead = "Nobody is named before both said yes. Sealed cards show role, industry, size and \
                topic only."
        .to_owned();
    let segments = segments(mine, table);
    if table {
        let page = DeskPage {
            shell,
            title: "Introductions".to_owned(),
            lead,
            actions,
            segment: segments.into_iter().next(),
            main: vec![Section::new("all", "", vec![table_of(&lines, &words)])],
            ..DeskPage::default()
        };
        return render(&page);
    }
    let waiting = lines.iter().filter(|line| line.row.tell_by.is_some_and(|by| by <= words.now));
    let late = waiting.count();
    let page = BoardPage {
        shell,
        lead,
        segments,
        actions,
        note: (late > 0).then(|| {
            let noun = if late == 1 { "connector has" } else { "connectors have" };
            let text = "Tell them what became of it, also when nothing came of it.";
            Note::new(Tone::Warning, format!("{late} {noun} not heard."), text)
        }),
        empty: lines.is_empty().then(|| EmptyState {
            title: "No introduction is under way".to_owned(),
            sentence: "Pick somebody you want to meet and a connector who may know them."
                .to_owned(),
            ..EmptyState::default()
        }),
        columns: if lines.is_empty() { Vec::new() } else { columns(&lines, &words) },
    };
    render(&page)
}

fn segments(mine: bool, table: bool) -> Vec<Segment> {
    let href = |mine: bool, table: bool| {
        let query = card::query(&[
            ("view", if table { "table" } else { "" }),
            ("mine", if mine { "1" } else { "" }),
        ]);
        if query.is_empty() { HREF.to_owned() } else { format!("{HREF}?{query}") }
    };
    let entry = |label: &str, to: String, current: bool| SegmentEntry {
        label: label.to_owned(),
        href: to,
        current,
    };
    vec![
        Segment {
            label: "View".to_owned(),
            entries: vec![
                entry("Board", href(mine, false), !table),
                entry("Table", href(mine, true), table),
            ],
            tabs: false,
        },
        Segment {
            label: "Whose".to_owned(),
            entries: vec![
                entry("All", href(false, table), !mine),
                entry("Mine", href(true, table), mine),
            ],
            tabs: false,
        },
    ]
}

/// In which column an introduction stands; `None` when it is over.
fn column_of(line: &Line, now: Timestamp) -> Option<usize> {
    let row = &line.row;
    let days = now.duration_since(row.state_since).as_hours() / 24;
    match row.request {
        RequestState::Draft | RequestState::Submitted | RequestState::Screened => Some(0),
        RequestState::Offered => Some(1),
        // Silence stays in sight while something can be done about it.
        RequestState::Expired | RequestState::Declined
            if matches!(row.connector_state, ConnectorState::Silent | ConnectorState::No)
                && days < 14 =>
        {
            Some(1)
        }
        RequestState::Arranging => Some(2),
        RequestState::Deliverable => Some(3),
        RequestState::Delivered => Some(4),
        RequestState::Closed if days < 30 && row.delivered_at.is_some() => Some(4),
        _ => None,
    }
}

fn columns(lines: &[Line], words: &Words) -> Vec<BoardColumn> {
    let of =
        |column: usize| lines.iter().filter(move |line| column_of(line, words.now) == Some(column));
    COLUMNS
        .iter()
        .enumerate()
        .map(|(n, (id, title))| {
            let cards: Vec<BoardCard> = of(n).map(|line| card_of(line, words)).collect();
            BoardColumn {
                id: (*id).to_owned(),
                title: (*title).to_owned(),
                count: cards.len().to_string(),
                cards,
            }
        })
        .collect()
}

fn card_of(line: &Line, words: &Words) -> BoardCard {
    let row = &line.row;
    let requester = line.requester.as_ref();
    let name = requester.map_or("", |m| m.name.as_str());
    let (avatar, title, about) = match &line.target {
        Some(target) => (
            Some(Avatar::of(&target.name, &target.id.to_string())),
            target.name.clone(),
            join(&[&target.title, &target.company]),
        ),
        None => (None, "Name sealed".to_owned(), line.words.line()),
    };
    BoardCard {
        href: format!("{HREF}/{}", row.id),
        avatar,
        name: title,
        line: about,
        via: format!("via {}", line.connector),
        connector: connector_track(row.connector_state),
        target: target_track(row.target_state),
        clock: clock(line, words),
        pill: pill(line),
        action: action(line),
        requester: Avatar::of(name, &row.requester.to_string()),
        requester_name: name.to_owned(),
    }
}

fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(", ")
}

fn action(line: &Line) -> Option<Action> {
    let href = format!("{HREF}/{}", line.row.id);
    if line.allowed.contains(&Step::Ask) {
        Some(Action::link("Write the ask", format!("{href}/ask")).small())
    } else if line.allowed.contains(&Step::Reroute) {
        Some(Action::link("Offer to next connector", format!("{href}#next")).small())
    } else if line.allowed.contains(&Step::Screen) {
        Some(Action::link("Screen it", format!("{href}#steps")).small())
    } else {
        None
    }
}

fn pill(line: &Line) -> Option<Pill> {
    let row = &line.row;
    match row.request {
        RequestState::Delivered | RequestState::Closed if row.outcome != Outcome::Open => {
            let tone = match row.outcome {
                Outcome::Won | Outcome::Opportunity | Outcome::MeetingHeld => Tone::Positive,
                Outcome::NoShow => Tone::Warning,
                Outcome::MeetingProposed => Tone::Accent,
                _ => Tone::Neutral,
            };
            Some(Pill::new(headed(row.outcome), tone))
        }
        RequestState::Declined => Some(Pill::new("Declined", Tone::Neutral)),
        _ => None,
    }
}

/// The most pressing time: news that are owed, else the step's own.
pub(super) fn clock(line: &Line, words: &Words) -> Option<Clock> {
    let row = &line.row;
    let (due, lead) = match (row.tell_by, row.due_at) {
        (Some(by), _) => (by, format!("Tell {} by", first(&line.connector))),
        (None, Some(due)) => (due, String::new()),
        (None, None) => return None,
    };
    let place = (row.request, row.connector_state, row.target_state, row.outcome);
    let total = timeout(place).map_or(7, |(_, days)| days) * 86_400;
    let left = due.duration_since(words.now).as_secs();
    let share = (left.max(0) * 100 / total.max(1)).clamp(0, 100);
    let kind = match left {
        left if left < 0 => ClockKind::Breached,
        _ if share <= 25 => ClockKind::Soon,
        _ => ClockKind::Fine,
    };
    let said = match (lead.is_empty(), left) {
        (_, left) if left < 0 => format!("{} late", Words::stretch(-left)),
        (true, left) if left > 2 * 86_400 => format!("{} days left", left / 86_400),
        (true, left) => format!("{} left", Words::stretch(left)),
        (false, _) => format!("{lead} {}", words.day(due)),
    };
    Some(Clock {
        words: said,
        datetime: due.to_string(),
        kind,
        share_left: u8::try_from(share).unwrap_or(0),
    })
}

fn first(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

fn table_of(lines: &[Line], words: &Words) -> crate::view::part::Block {
    let rows: Vec<Row> = lines
        .iter()
        .map(|line| {
            let row = &line.row;
            let href = format!("{HREF}/{}", row.id);
            let target = match &line.target {
                Some(t) => {
                    Cell::person(&t.name, &t.id.to_string(), href, join(&[&t.title, &t.company]))
                }
                None => Cell::link("Name sealed", href, line.words.line()),
            };
            let requester = line.requester.as_ref().map_or("", |m| m.name.as_str());
            vec![
                target,
                Cell::text(line.connector.clone()),
                Cell::pill(headed(row.request), request_tone(row.request)),
                Cell::text(said(row.connector_state)),
                Cell::text(said(row.target_state)),
                clock(line, words).map_or(Cell::Nothing, Cell::Clock),
                Cell::text(requester),
            ]
            .into()
        })
        .collect();
    let columns = vec![
        Column::name("Who"),
        Column::new("Via"),
        Column::new("Request"),
        Column::new("Connector"),
        Column::new("Target"),
        Column::new("Time"),
        Column::new("Asked by"),
    ];
    card::table("Introductions, latest first", columns, rows, "No introduction yet.")
}
