//! Lists of referrals: all, later, the team's load, moving many.

use crate::frame::{clock, shell};
use crate::{Pages, keep};
use warmpath_web::view::desk::DeskPage;
use warmpath_web::view::part::{
    Action, Block, Cell, Check, ClockKind, Column, EmptyArt, EmptyState, Field, FieldKind,
    FilterBar, FormPart, FormView, Note, Row, Section, Stat, Stats, TableView, Tier, TierKind,
    Tone,
};

/// The pages.
pub(crate) fn pages(pages: &mut Pages) -> askama::Result<()> {
    keep(pages, "referrals", &referrals())?;
    keep(pages, "referrals-none", &nothing_found())?;
    keep(pages, "nurture", &nurture())?;
    keep(pages, "team", &team())?;
    keep(pages, "reassign", &reassign())
}

/// Person, company, referrer, state, tone, tie, score, owner.
type ReferralRow<'a> = (&'a str, &'a str, &'a str, &'a str, Tone, TierKind, &'a str, &'a str);

const ROWS: [ReferralRow<'_>; 6] = [
    (
        "Luis Ferrer",
        "Grupo Almar",
        "Carmen Ibarra",
        "Contacted",
        Tone::Accent,
        TierKind::Medium,
        "71",
        "Maya Okafor",
    ),
    (
        "Priya Raman",
        "Northmere Foods",
        "Tomasz Wolny",
        "Routed",
        Tone::Accent,
        TierKind::Strong,
        "83",
        "Maya Okafor",
    ),
    (
        "Étienne Marchal",
        "Ateliers Vauclair",
        "Brightwater Advisory",
        "Qualified",
        Tone::Positive,
        TierKind::Strong,
        "78",
        "Jonas Brandt",
    ),
    (
        "Oluwaseun Adeyemi",
        "Palmgrove Retail",
        "Tomasz Wolny",
        "Held",
        Tone::Hold,
        TierKind::Strong,
        "",
        "Samir Haddad",
    ),
    (
        "Bruno Castel",
        "Castel & Fils",
        "Elena Sartori",
        "Withdrawn",
        Tone::Negative,
        TierKind::Weak,
        "",
        "Petra Novak",
    ),
    (
        "Ingrid Solheim",
        "Vestfold Bygg",
        "Henrik Dahl",
        "Later",
        Tone::Accent,
        TierKind::Medium,
        "72",
        "Petra Novak",
    ),
];

fn referral_rows() -> Vec<Row> {
    let row = |(name, company, by, state, tone, kind, score, owner): ReferralRow<'_>| Row {
        id: name.to_lowercase().replace(' ', "-"),
        cells: vec![
            Cell::person(name, name, "referral.html", company),
            Cell::text(by),
            Cell::Tier(Tier { kind, word_shown: true }),
            Cell::pill(state, tone),
            if score.is_empty() { Cell::Nothing } else { Cell::figure(score) },
            Cell::text(owner),
            Cell::Time("18 May".into(), "2026-05-18T17:20:00+02:00".into()),
        ],
    };
    ROWS.into_iter().map(row).collect()
}

fn referrals() -> DeskPage {
    let mut frame = shell("/referrals", &[("Referrals", "")]);
    frame.actions = vec![Action::link("Hand over a person", "hand-over.html").icon("plus")];
    let states = [("", "Every state"), ("routed", "Routed"), ("held", "Held")];
    let sources = [("", "Every source"), ("customer", "Customers"), ("partner", "Partners")];
    DeskPage {
        shell: frame,
        title: "Referrals".into(),
        lead: "412 in 90 days, 287 said yes.".into(),
        actions: vec![
            Action::link("CSV", "/referrals.csv").icon("download"),
            Action::link("Move many", "reassign.html"),
        ],
        filters: Some(FilterBar {
            action: "/referrals".into(),
            fields: vec![
                Field::of(FieldKind::Search, "q", "Person, company or referrer", ""),
                Field::select("state", "State", &states, ""),
                Field::select("source", "Source", &sources, "customer"),
            ],
            clear_href: "/referrals".into(),
        }),
        main: vec![Section {
            blocks: vec![Block::Table(TableView {
                caption: "Referrals, newest first".into(),
                columns: vec![
                    Column::name("Person").sorted("/referrals?sort=name", None),
                    Column::new("Introduced by"),
                    Column::new("Tie"),
                    Column::new("State"),
                    Column::figures("Score").sorted("/referrals?sort=score", None),
                    Column::new("Owner"),
                    Column::new("Received").sorted("/referrals?sort=received", Some(false)),
                ],
                rows: referral_rows(),
                foot: "1–6 of 412".into(),
                next_href: "/referrals?after=abc".into(),
                ..TableView::default()
            })],
            ..Section::default()
        }],
        ..DeskPage::default()
    }
}

fn nothing_found() -> DeskPage {
    let mut page = referrals();
    page.main[0].blocks = vec![Block::Empty(EmptyState {
        art: EmptyArt::Gap,
        title: "Nobody called Ottmar Graf here".into(),
        sentence: "Nobody handed over a person of this name, or you may not see it.".into(),
        actions: vec![Action::link("Clear the search", "/referrals")],
    })];
    page
}

fn nurture() -> DeskPage {
    let row =
        |name: &str, company: &str, why: &str, trigger: &str, owner: &str, words: &str| -> Row {
            vec![
                Cell::person(name, name, "referral.html", company),
                Cell::text(why),
                Cell::text(trigger),
                Cell::text(owner),
                Cell::Clock(clock(words, ClockKind::Fine, 60)),
                Cell::Actions(vec![Action::post("Bring back now", "/nurture/1/return").small()]),
            ]
            .into()
        };
    DeskPage {
        shell: shell("/nurture", &[("Later", "")]),
        title: "Later".into(),
        lead: "Each has an owner, a day and something that brings them back. Nobody is written to before.".into(),
        main: vec![Section::new("later", "3 people said later", vec![Block::Table(TableView {
            caption: "Referrals for later, the next day first".into(),
            columns: vec![
                Column::name("Person"), Column::new("Why later"), Column::new("Comes back when"),
                Column::new("Owner"), Column::new("Clock"), Column::silent("Actions"),
            ],
            rows: vec![
                row("Ingrid Solheim", "Vestfold Bygg", "Says: after June", "1 July", "Petra Novak", "1 July"),
                row("Dario Conti", "Molino Bressan", "New system until autumn", "1 September, or a new budget", "Maya Okafor", "1 Sept"),
                row("Mei-Lin Zhao", "Tessera Optics", "Said later on the answer page", "18 August", "Maya Okafor", "18 Aug"),
            ],
            ..TableView::default()
        })])],
        ..DeskPage::default()
    }
}

fn team() -> DeskPage {
    let row = |name: &str,
               role: &str,
               open: &str,
               cap: &str,
               late: (&str, Tone),
               first: &str,
               share: &str,
               state: (&str, Tone)|
     -> Row {
        vec![
            Cell::person(name, name, "referrals.html", role),
            Cell::figure(open),
            Cell::figure(cap),
            Cell::Toned(late.0.into(), late.1),
            Cell::figure(first),
            Cell::figure(share),
            Cell::pill(state.0, state.1),
        ]
        .into()
    };
    DeskPage {
        shell: shell("/team", &[("Team", "")]),
        title: "Team".into(),
        lead: "Who carries what now, and what is late.".into(),
        actions: vec![Action::link("Move many", "reassign.html")],
        main: vec![Section::new(
            "load",
            "Load",
            vec![Block::Table(TableView {
                caption: "Open referrals by owner".into(),
                columns: vec![
                    Column::name("Owner"),
                    Column::figures("Open"),
                    Column::figures("Cap"),
                    Column::figures("Late"),
                    Column::figures("First contact, median"),
                    Column::figures("Below fair share"),
                    Column::new("Now"),
                ],
                rows: vec![
                    row(
                        "Maya Okafor",
                        "DACH",
                        "7",
                        "8",
                        ("1", Tone::Negative),
                        "2 h 10",
                        "2",
                        ("Takes more", Tone::Positive),
                    ),
                    row(
                        "Jonas Brandt",
                        "DACH",
                        "4",
                        "8",
                        ("0", Tone::Neutral),
                        "1 h 50",
                        "0",
                        ("Away until Monday", Tone::Neutral),
                    ),
                    row(
                        "Petra Novak",
                        "DACH, Nordics",
                        "5",
                        "5",
                        ("0", Tone::Neutral),
                        "3 h 05",
                        "−1",
                        ("At cap", Tone::Warning),
                    ),
                    row(
                        "Samir Haddad",
                        "Iberia, Italy",
                        "7",
                        "8",
                        ("0", Tone::Neutral),
                        "2 h 40",
                        "1",
                        ("Takes more", Tone::Positive),
                    ),
                ],
                foot: "Fair share follows the weights of the pools in the live pathways.".into(),
                ..TableView::default()
            })],
        )],
        stats: Some(team_figures()),
        ..DeskPage::default()
    }
}

fn team_figures() -> Stats {
    Stats {
        stats: vec![
            Stat::new("Open", "23", "4 owners", ""),
            Stat::new("Late now", "1", "of 23", "").toned(Tone::Negative),
            Stat::new("Accepted within the clock", "90 %", "391 of 433", "87–93 %"),
            Stat {
                label: "Won".into(),
                figure: "Not enough data for a win rate. 4 closed so far.".into(),
                thin: true,
                ..Stat::default()
            },
        ],
    }
}

fn reassign() -> DeskPage {
    let mut rows = referral_rows();
    for row in &mut rows {
        row.cells.truncate(4);
        let Cell::Person { name, .. } = &row.cells[0] else { continue };
        let check = Check {
            name: "referral".into(),
            value: row.id.clone(),
            label: format!("Move {name}"),
            silent: true,
            ..Check::default()
        };
        row.cells.insert(0, Cell::Check(check));
    }
    let owners = [
        ("", "Choose an owner"),
        ("jonas", "Jonas Brandt, 4 of 8"),
        ("samir", "Samir Haddad, 7 of 8"),
    ];
    DeskPage {
        shell: shell("/team", &[("Team", "team.html"), ("Move many", "")]),
        title: "Move many".into(),
        lead: "Clocks go on, and each new owner is told why.".into(),
        note: Some(Note::new(
            Tone::Warning,
            "Petra is at the cap.",
            "5 of 5 open, so Petra is not offered.",
        )),
        main: vec![Section::new(
            "move",
            "Open referrals of Maya Okafor",
            vec![Block::Form(FormView {
                action: "/team/reassign".into(),
                csrf: "sample".into(),
                parts: vec![
                    FormPart::Table(TableView {
                        caption: "Referrals to move".into(),
                        columns: vec![
                            Column::silent("Move"),
                            Column::name("Person"),
                            Column::new("Introduced by"),
                            Column::new("Tie"),
                            Column::new("State"),
                        ],
                        rows,
                        ..TableView::default()
                    }),
                    Field::select("owner", "New owner", &owners, "").into(),
                    Field::text("reason", "Why", "")
                        .hint("The old and the new owner read this.")
                        .into(),
                ],
                buttons: vec![Action::submit("Move them")],
                pair: true,
                ..FormView::default()
            })],
        )],
        ..DeskPage::default()
    }
}
