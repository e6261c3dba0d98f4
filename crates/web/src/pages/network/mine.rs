//! `/network/mine`: one's own ties, strongest first, with one tap to say how well one knows somebody.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::network::{PersonFacts, TieSeen};
use warmpath_app::policy::{ReadNetwork, grant};
use warmpath_app::read_network::{self, Mine};
use warmpath_app::sign_in::SignedIn;

use super::bits::{
    address, as_of, frame, person_cell, query, rate_buttons, rating_words, state_pill, tie_href,
    tier_mark,
};
use crate::form::Fields;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, EmptyArt, EmptyState, Field, FieldKind, FilterBar, Row, Section,
    Stat, Stats, TableView,
};
use crate::words::{Words, thousands};

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let fields = query(&raw);
    let frame = frame(&face, &me, "My network", "/network/mine").await;
    match page(&face, &me, frame.clone(), &fields).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn page(
    face: &Face,
    me: &SignedIn,
    shell: Shell,
    fields: &Fields,
) -> Result<DeskPage, Failure> {
    let may = grant::<ReadNetwork>(&me.principal)?;
    let from = fields.get("from").parse().unwrap_or(0);
    let mine = read_network::mine(&face.app, &may, fields.trimmed("q"), from).await?;
    let words = Words::new(&me.member.zone, face.app.now());
    let nobody = mine.counts.iter().sum::<usize>() == 0;
    let mut main = Vec::new();
    if nobody {
        main.push(empty());
    } else {
        if !mine.to_rate.is_empty() && from == 0 {
            main.push(to_rate(&mine, &words));
        }
        main.push(ties(&mine, fields, &words));
    }
    Ok(DeskPage {
        shell,
        title: "My network".to_owned(),
        lead: "Whom you know, as far as your own data shows it. Nobody else sees these numbers."
            .to_owned(),
        actions: vec![
            Action::link("CSV", address("/network/mine.csv", &[("q", fields.trimmed("q"))])),
            Action::link("What is held of me", "/network/me"),
            Action::link("Import my data", "/network/import").primary(),
        ],
        filters: (!nobody).then(|| FilterBar {
            action: "/network/mine".to_owned(),
            fields: vec![Field::of(
                FieldKind::Search,
                "q",
                "Person, role or company",
                fields.trimmed("q"),
            )],
            clear_href: if fields.has("q") { "/network/mine".to_owned() } else { String::new() },
        }),
        stats: (!nobody).then(|| stats(&mine)),
        main,
        ..DeskPage::default()
    })
}

fn empty() -> Section {
    let empty = EmptyState {
        art: EmptyArt::Path,
        title: "Nobody is here yet".to_owned(),
        sentence:
            "Bring in your mailbox, calendar or contacts. Only who wrote when is read, never \
                   a word of it, and you choose whom you never share."
                .to_owned(),
        actions: vec![Action::link("Import my data", "/network/import")],
    };
    Section::new("none", "", vec![Block::Empty(empty)])
}

fn stats(mine: &Mine) -> Stats {
    let [strong, medium, weak, gap] = mine.counts.map(|n| thousands(n as i64));
    Stats {
        stats: vec![
            Stat::new("Strong", &strong, "answer within a day", ""),
            Stat::new("Medium", &medium, "answer within a week", ""),
            Stat::new("Weak", &weak, "need to be warmed up", ""),
            Stat::new("Gone quiet", &gap, "no contact for a year: unknown", ""),
        ],
    }
}

fn to_rate(mine: &Mine, words: &Words) -> Section {
    let line = |(facts, tie): &(PersonFacts, TieSeen)| -> Row {
        let now = tie.rated.map(|(rating, _)| rating);
        vec![
            person_cell(facts),
            Cell::Tier(tier_mark(tie.tier)),
            Cell::text(rating_words(tie.rated, words)),
            Cell::Actions(rate_buttons(facts.id, now, "/network/mine")),
        ]
        .into()
    };
    let table = TableView {
        caption: "People whose tie your word would help most".to_owned(),
        columns: vec![
            Column::name("Person"),
            Column::new("Tier"),
            Column::new("You said"),
            Column::new("How well do you know them?"),
        ],
        rows: mine.to_rate.iter().map(line).collect(),
        ..TableView::default()
    };
    Section::new("rate", "How well do you know them?", vec![Block::Table(table)])
        .aside("One tap each")
        .foot("Asked before anybody is asked for an introduction. Counts for 180 days.")
}

fn ties(mine: &Mine, fields: &Fields, words: &Words) -> Section {
    let line = |(facts, tie): &(PersonFacts, TieSeen)| -> Row {
        let numbers = tie.numbers;
        let last = numbers.filter(|n| n.evidence.last_at > 0).map(|n| n.evidence.last());
        vec![
            person_cell(facts),
            Cell::Tier(tier_mark(tie.tier)),
            Cell::Pill(state_pill(tie.state)),
            numbers.map_or(Cell::Nothing, |n| Cell::figure(format!("{:.2}", n.in_use))),
            last.map_or(Cell::Nothing, |at| Cell::Time(words.day(at), at.to_string())),
            Cell::Actions(vec![Action::link("Evidence", tie_href(tie)).small()]),
        ]
        .into()
    };
    let more = mine.next.map(|next| {
        address("/network/mine", &[("q", fields.trimmed("q")), ("from", &next.to_string())])
    });
    let table = TableView {
        caption: "Your ties, strongest first".to_owned(),
        columns: vec![
            Column::name("Person"),
            Column::new("Tier"),
            Column::new("Stands as"),
            Column::figures("Answers in 7 days"),
            Column::new("Last contact"),
            Column::silent("Evidence"),
        ],
        rows: mine.ties.iter().map(line).collect(),
        foot: as_of(mine.entry, mine.as_of, words),
        next_href: more.unwrap_or_default(),
        empty: "Nobody of your ties fits these words.".to_owned(),
        ..TableView::default()
    };
    Section::new("ties", "Your ties, strongest first", vec![Block::Table(table)])
}
