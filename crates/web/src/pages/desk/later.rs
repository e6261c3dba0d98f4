//! The lane for later: what waits for its day, whose it is, and what brings it back.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::policy::{ReadReferrals, grant};
use warmpath_app::read_referrals::{self, Line};
use warmpath_app::rows::Filter;
use warmpath_app::sign_in::SignedIn;
use warmpath_core::referral::{Action as Move, ReferralState};

use super::bits::{address, button, name_of, query, role_of};
use super::reasons;
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
use crate::words::Words;

const PAGE_LINES: usize = 50;

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let fields = query(&raw);
    let frame = shell::at(shell::of(&face.app, &me, "Later").await, "/later");
    match load(&face, &me, &fields).await {
        Ok(lines) => {
            let words = Words::new(&me.member.zone, face.app.now());
            render(&DeskPage {
                shell: frame,
                title: "Later".to_owned(),
                lead: "Nothing is lost here: each has an owner, a day and a way back.".to_owned(),
                filters: Some(FilterBar {
                    action: "/later".to_owned(),
                    fields: vec![Field::of(
                        FieldKind::Search,
                        "q",
                        "Person or company",
                        fields.trimmed("q"),
                    )],
                    clear_href: if fields.has("q") { "/later".into() } else { String::new() },
                }),
                main: vec![section(lines, &fields, &words)],
                ..DeskPage::default()
            })
        }
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn load(face: &Face, me: &SignedIn, fields: &Fields) -> Result<Vec<Line>, Failure> {
    let grant = grant::<ReadReferrals>(&me.principal)?;
    let people = match fields.trimmed("q") {
        "" => None,
        text => Some(read_referrals::search_people(&face.app, me.principal.workspace, text).await?),
    };
    let filter = Filter {
        states: vec![ReferralState::Nurturing],
        before: fields.get("before").parse().ok(),
        people,
        limit: PAGE_LINES as i64 + 1,
        ..Filter::default()
    };
    read_referrals::list(&face.app, &grant, &filter).await
}

fn section(mut lines: Vec<Line>, fields: &Fields, words: &Words) -> Section {
    let more = lines.len() > PAGE_LINES;
    lines.truncate(PAGE_LINES);
    let next = lines.last().filter(|_| more).map(|l| l.referral.id.to_string());
    if lines.is_empty() {
        let empty = EmptyState {
            art: EmptyArt::Path,
            title: "Nothing waits for later".to_owned(),
            sentence: "When the time is not right, put a referral off with a day.".to_owned(),
            actions: vec![Action::link("Open the inbox", "/inbox")],
        };
        return Section::new("later", "", vec![Block::Empty(empty)]);
    }
    let table = TableView {
        caption: "Referrals that wait for their day".to_owned(),
        columns: vec![
            Column::name("Person"),
            Column::new("Back on"),
            Column::new("Why"),
            Column::new("Owner"),
            Column::silent("Action"),
        ],
        rows: lines.iter().map(|line| row(line, words)).collect(),
        next_href: next
            .map(|id| address("/later", &[("q", fields.trimmed("q")), ("before", &id)]))
            .unwrap_or_default(),
        foot: "Each comes back to its owner by itself, with a mail.".to_owned(),
        ..TableView::default()
    };
    Section::new("later", "", vec![Block::Table(table)])
}

fn row(line: &Line, words: &Words) -> Row {
    let referral = &line.referral;
    let role = role_of(&line.person, line.account.as_ref());
    let back = line.allowed.contains(&Move::Return);
    Row {
        id: referral.id.to_string(),
        cells: vec![
            Cell::person(
                &name_of(&line.person),
                &line.person.id.to_string(),
                format!("/referrals/{}", referral.id),
                role,
            ),
            match referral.until {
                Some(until) => Cell::Time(words.day(until), until.to_string()),
                None => Cell::Nothing,
            },
            Cell::text(reasons::words(&referral.reason)),
            if line.owner_name.is_empty() {
                Cell::text("The person decides")
            } else {
                Cell::text(&line.owner_name)
            },
            if back {
                Cell::Actions(vec![button(referral, Move::Return).small().key("")])
            } else {
                Cell::Nothing
            },
        ],
    }
}
