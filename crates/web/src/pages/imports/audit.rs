//! The first look back: what became of past referrals, from the imported CRM files alone.

use axum::extract::State;
use axum::response::Response;
use warmpath_app::audit_past_referrals::{self as audit, Audit, CONTACT_DAYS, Share, Source};
use warmpath_app::policy::{ReadFigures, grant};

use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, EmptyArt, EmptyState, Row, Section, Stat, Stats, TableView, Tone,
};
use crate::words::{Words, thousands};

/// Below this many cases a share is no finding.
const ENOUGH: u64 = 20;

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Reader(signed_in): Reader) -> Response {
    let frame = shell::at(shell::of(&face.app, &signed_in, "First look back").await, "/audit");
    let found = match grant::<ReadFigures>(&signed_in.principal) {
        Ok(may) => audit::run(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    let words = Words::new(&signed_in.member.zone, face.app.now());
    match found {
        Ok(found) if found.deals == 0 => render(&empty(frame)),
        Ok(found) => render(&page(frame, &found, &words)),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

fn empty(shell: Shell) -> DeskPage {
    let empty = EmptyState {
        art: EmptyArt::Bars,
        title: "No deal was imported yet".into(),
        sentence: "Import the opportunities of your CRM, of all lead sources. This page then says \
                   what became of the referrals among them."
            .into(),
        actions: vec![Action::link("Import a file", "/imports/new").primary()],
    };
    DeskPage {
        shell,
        title: "First look back".into(),
        main: vec![Section::new("empty", "", vec![Block::Empty(empty)])],
        ..DeskPage::default()
    }
}

fn page(shell: Shell, found: &Audit, words: &Words) -> DeskPage {
    let span = found.span.map(|(first, last)| {
        format!(", created between {} and {}", words.day(first), words.day(last))
    });
    DeskPage {
        shell,
        title: "First look back".into(),
        lead: format!(
            "What became of past referrals, from the imported CRM files alone: {} deals{}. {} of \
             them came by referral.",
            thousands(found.deals as i64),
            span.unwrap_or_default(),
            thousands(found.referrals as i64)
        ),
        stats: Some(stats(found)),
        main: vec![sources(found), connectors(found, words)],
        rail: vec![method()],
        ..DeskPage::default()
    }
}

fn stats(found: &Audit) -> Stats {
    let late = format!("Not contacted within {CONTACT_DAYS} days");
    let never = format!(", {} never", found.never_contacted);
    Stats {
        stats: vec![
            share(&late, &found.not_contacted, "referrals", &never),
            share("Without an owner", &found.unassigned, "referrals", ""),
            share("Referred more than once", &found.referred_twice, "people", ""),
        ],
    }
}

fn share(label: &str, share: &Share, of: &str, more: &str) -> Stat {
    let base = format!("{} of {} {of}{more}", share.hits, share.n);
    match share.percent() {
        Some(percent) if share.n >= ENOUGH => {
            let stat = Stat::new(label, &format!("{percent} %"), &base, &interval(share));
            if share.hits > 0 { stat.toned(Tone::Warning) } else { stat }
        }
        _ => Stat { thin: true, ..Stat::new(label, "Not enough data", &base, "") },
    }
}

/// The interval in whole percent.
fn interval(share: &Share) -> String {
    let percent = |part: f64| (part * 100.0).round();
    share.interval.map(|i| format!("{}–{} %", percent(i.0), percent(i.1))).unwrap_or_default()
}

fn sources(found: &Audit) -> Section {
    let row = |source: &Source| -> Row {
        let name = if source.name.is_empty() { "No source" } else { &source.name };
        let name = if source.is_referral {
            Cell::lines(name, "counted as referral")
        } else {
            Cell::text(name)
        };
        let rate = match source.win_rate.percent() {
            Some(percent) if source.win_rate.n >= ENOUGH => {
                Cell::lines(format!("{percent} %"), interval(&source.win_rate))
            }
            _ => Cell::lines("Not enough data", format!("{} decided", source.win_rate.n)),
        };
        vec![
            name,
            Cell::figure(thousands(source.deals as i64)),
            Cell::figure(thousands(source.won as i64)),
            Cell::figure(thousands(source.lost as i64)),
            rate,
            Cell::figure(money(source)),
        ]
        .into()
    };
    let table = TableView {
        caption: "Deals by lead source".into(),
        columns: vec![
            Column::name("Lead source"),
            Column::figures("Deals"),
            Column::figures("Won"),
            Column::figures("Lost"),
            Column::figures("Won of those decided"),
            Column::figures("Amount won"),
        ],
        rows: found.sources.iter().map(row).collect(),
        ..TableView::default()
    };
    Section::new("sources", "Won and lost by source", vec![Block::Table(table)])
        .foot("A share is shown from 20 decided deals on, with its 95 % interval.")
}

fn money(source: &Source) -> String {
    let amounts = source.won_amount.iter();
    let words: Vec<String> =
        amounts.map(|(currency, minor)| format!("{} {currency}", thousands(minor / 100))).collect();
    if words.is_empty() { "–".to_owned() } else { words.join(", ") }
}

fn connectors(found: &Audit, words: &Words) -> Section {
    if found.connectors.is_empty() {
        let text = "Everybody whose referral was won has referred somebody within a year.";
        return Section::new("connectors", "Under-used connectors", vec![Block::Text(text.into())]);
    }
    let row = |c: &audit::Connector| -> Row {
        vec![
            Cell::person(&c.name, &c.person.to_string(), "", &c.below),
            Cell::figure(thousands(c.won as i64)),
            Cell::figure(thousands(c.referred as i64)),
            Cell::Time(words.day(c.last), c.last.to_string()),
        ]
        .into()
    };
    let table = TableView {
        caption: "Connectors who were quiet for a year".into(),
        columns: vec![
            Column::name("Who"),
            Column::figures("Won through them"),
            Column::figures("Referred"),
            Column::new("Last"),
        ],
        rows: found.connectors.iter().map(row).collect(),
        ..TableView::default()
    };
    let aside = format!("{} people", found.connectors_total);
    Section::new("connectors", "Under-used connectors", vec![Block::Table(table)])
        .aside(aside)
        .foot("Their referrals were won, and nobody heard from them for twelve months.")
}

fn method() -> Section {
    let steps = [
        ("A referral", "is a deal whose lead source in the CRM says so."),
        ("Contacted", "means the CRM has a first activity, at most three days after creation."),
        ("Too young to tell", "are referrals of the last three days; they are left out there."),
        ("Referred more than once", "means one contact on several referral deals."),
    ];
    let steps = steps.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    Section::new("method", "How it is counted", vec![Block::Steps(steps)])
}
