//! Pathways: list, text, rules, editor, compare.

use crate::frame::{seal, segment, shell};
use crate::{Pages, keep};
use warmpath_web::view::desk::DeskPage;
use warmpath_web::view::part::{
    Action, Block, Cell, ChartView, Column, Field, FormView, Pill, Row, Section, Stat, Stats,
    TableView, Tone,
};
use warmpath_web::view::pathway::{
    Finding, LifeStep, LineMark, PathwayPage, PathwayView, RuleView, Simulation, SourceLine,
};

/// The pages.
pub(crate) fn pages(pages: &mut Pages) -> askama::Result<()> {
    keep(pages, "pathways", &list())?;
    keep(pages, "pathway", &page(PathwayView::Source(lines()), 0))?;
    keep(pages, "pathway-edit", &page(PathwayView::Edit(SOURCE.into()), 0))?;
    keep(pages, "pathway-rules", &page(PathwayView::Rules(rules(), Some(new_rule())), 1))?;
    keep(pages, "pathway-compare", &compare())
}

const SOURCE: &str = r#"# Customer referrals
version = 13
based_on = 12
types = ["direct", "tangible"]

[gate]
referrer_level = 2
consent = "before_contact"

[[owner.rules]]
id   = "own-dach-500"
name = "DACH, 200 to 2,000 people"
when = "region in [DE, AT, CH] and headcount between 200 and 2000"
then = { pool = "dach-mid-market" }

[[owner.rules]]
id   = "own-dach-large"
name = "DACH, over 2,000 people"
when = "company.headcont > 2000"
then = { owner = "petra.novak" }

[[sla]]
state = "routed"
accept_within = "2h working"
on_breach = ["remind", "reassign"]"#;

fn lines() -> Vec<SourceLine> {
    SOURCE
        .lines()
        .zip(1..)
        .map(|(text, number)| {
            let mark = match number {
                19 => LineMark::Error,
                16..=20 => LineMark::Changed,
                _ => LineMark::None,
            };
            SourceLine::of(number, text, mark)
        })
        .collect()
}

fn list() -> DeskPage {
    let row = |name: &str, door: &str, pill: Pill, version: &str, used: &str| -> Row {
        vec![
            Cell::link(name, "pathway.html", door),
            Cell::Pill(pill),
            Cell::figure(version),
            Cell::figure(used),
            Cell::text("Lena Fischer, 2 May"),
        ]
        .into()
    };
    DeskPage {
        shell: shell("/pathways", &[("Pathways", "")]),
        title: "Pathways".into(),
        lead: "Who may hand over people, and who owns them. A referral keeps the version it came in under.".into(),
        actions: vec![Action::link("New pathway", "#").primary()],
        main: vec![Section { blocks: vec![Block::Table(TableView {
            caption: "Pathways".into(),
            columns: vec![Column::name("Pathway"), Column::new("State"), Column::figures("Version"), Column::figures("Referrals, 90 days"), Column::new("Approved by")],
            rows: vec![
                row("Customer referrals", "Personal link, internal form", Pill::new("Live", Tone::Accent), "12", "288"),
                row("Partner referrals", "Partner portal, API", Pill::new("Pilot, one door", Tone::Accent), "4", "124"),
                row("Community", "Personal link", Pill::new("Draft", Tone::Neutral), "1", "0"),
            ],
            ..TableView::default()
        })], ..Section::default() }],
        ..DeskPage::default()
    }
}

fn page(view: PathwayView, current: usize) -> PathwayPage {
    let mut frame =
        shell("/pathways", &[("Pathways", "pathways.html"), ("Customer referrals", "")]);
    frame.charts = true;
    frame.actions =
        vec![Action::post("Ask for approval", "/").not_now("Approval: after the lint error")];
    let step = |label: &str, done, current| LifeStep { label: label.into(), done, current };
    PathwayPage {
        shell: frame,
        title: "Customer referrals, version 13".into(),
        state: Pill::new("Draft", Tone::Neutral),
        lead: "Version 12 is live since 2 May. A second person approves before 13 replaces it.".into(),
        segment: segment("How it is shown", &[("Text", "pathway.html"), ("Rules", "pathway-rules.html"), ("Changes", "pathway-compare.html")], current),
        life: vec![step("Draft", true, false), step("Lint, 1 error", false, true), step("Simulate", false, false), step("Pilot", false, false), step("Live", false, false)],
        file_name: "customer-referrals.toml".into(),
        view,
        save_action: "/pathways/1".into(),
        base: "12".into(),
        edit_href: "pathway-edit.html".into(),
        lint_pills: vec![Pill::new("1 error", Tone::Negative), Pill::new("1 remark", Tone::Warning)],
        findings: vec![
            Finding { tone: Tone::Negative, title: "No such fact: company.headcont".into(), help: "Did you mean company.headcount? Rule “own-dach-large” can never fire like this.".into(), place: "19:8".into(), line: 19, fix: Some(Action::post("Fix it", "/pathways/1/fix").small().with("at", "19:8")) },
            Finding { tone: Tone::Warning, title: "2,000 people exactly falls in the first rule only".into(), help: "That is fine if you meant it. Say >= if not.".into(), place: "19:26".into(), line: 19, fix: None },
        ],
        simulation: Some(simulation()),
        rail: vec![
            Section::new("person", "What would happen to this person?", vec![Block::Form(FormView {
                action: "/pathways/1/try".into(),
                csrf: "sample".into(),
                parts: vec![Field::text("referral", "A stored referral", "Hannah Okereke").into()],
                buttons: vec![Action { kind: warmpath_web::view::part::ActionKind::Plain, ..Action::submit("Try it") }],
                inline: true,
                ..FormView::default()
            })]),
            Section::new("versions", "Versions", vec![Block::Table(TableView {
                caption: "Versions".into(),
                columns: vec![Column::name("Version"), Column::new("Approved"), Column::silent("Actions")],
                rows: vec![
                    vec![Cell::lines("12", "live since 2 May"), Cell::Seal(seal("41,007", "")), Cell::text("")].into(),
                    vec![Cell::lines("11", "until 2 May"), Cell::Seal(seal("38,550", "")), Cell::Actions(vec![Action::ask("Return to it", "confirm.html").small()])].into(),
                ],
                ..TableView::default()
            })]),
        ],
        ..PathwayPage::default()
    }
}

fn simulation() -> Simulation {
    let row = |name: &str, from: &str, to: &str, wait: (&str, Tone)| -> Row {
        vec![
            Cell::link(name, "referral.html", ""),
            Cell::text(from),
            Cell::text(to),
            Cell::Toned(wait.0.into(), wait.1),
        ]
        .into()
    };
    Simulation {
        about: "412 referrals of the last 90 days, with the error fixed".into(),
        counts: Stats { stats: vec![Stat::new("get another owner", "31", "", ""), Stat::new("wait longer to be accepted", "4", "", ""), Stat::new("without an owner", "0", "", "").toned(Tone::Positive)] },
        chart: Some(ChartView {
            id: "moves".into(),
            finding: "27 referrals move from DACH mid-market to Petra Novak, 4 to Nordics; nobody else moves.".into(),
            options: r#"{"tooltip":{},"series":[{"type":"sankey","left":4,"right":4,"top":8,"bottom":8,"nodeWidth":8,"draggable":false,"label":{"color":"token:ink"},"lineStyle":{"color":"source","opacity":0.2},"emphasis":{"disabled":true},"data":[{"name":"DACH mid-market 188","itemStyle":{"color":"token:c1"}},{"name":"Nordics 121","itemStyle":{"color":"token:c6"}},{"name":"DACH mid-market 157","itemStyle":{"color":"token:c1"},"label":{"position":"left"}},{"name":"Petra Novak 27","itemStyle":{"color":"token:c2"},"label":{"position":"left"}},{"name":"Nordics 125","itemStyle":{"color":"token:c6"},"label":{"position":"left"}}],"links":[{"source":"DACH mid-market 188","target":"DACH mid-market 157","value":157},{"source":"DACH mid-market 188","target":"Petra Novak 27","value":27},{"source":"DACH mid-market 188","target":"Nordics 125","value":4},{"source":"Nordics 121","target":"Nordics 125","value":121}]}]}"#.into(),
            table: TableView { caption: "Owners before and after".into(), columns: vec![Column::name("Owner"), Column::figures("Version 12"), Column::figures("Version 13")], rows: vec![vec![Cell::text("DACH mid-market"), Cell::figure("188"), Cell::figure("157")].into(), vec![Cell::text("Petra Novak"), Cell::figure("0"), Cell::figure("27")].into(), vec![Cell::text("Nordics"), Cell::figure("121"), Cell::figure("125")].into()], ..TableView::default() },
            csv_href: String::new(),
        }),
        table: TableView {
            caption: "Referrals that move".into(),
            columns: vec![Column::name("Referral"), Column::new("From"), Column::new("To"), Column::figures("Wait")],
            rows: vec![row("Hannah Okereke", "Maya Okafor", "Petra Novak", ("same", Tone::Neutral)), row("Jean-Luc Fabre", "Jonas Brandt", "Petra Novak", ("+35 min", Tone::Warning)), row("Marta Keller", "Maya Okafor", "Petra Novak", ("same", Tone::Neutral))],
            ..TableView::default()
        },
        all_href: "#".into(),
    }
}

fn rules() -> Vec<RuleView> {
    let rule = |id: &str, name: &str, when: &str, then: &str, fired: &str| RuleView {
        id: id.into(),
        name: name.into(),
        stage: "Owner".into(),
        when: when.into(),
        then: then.into(),
        fired: fired.into(),
        actions: vec![
            Action::link("Edit", "#").small(),
            Action::post("Move up", "/").small().quiet(),
        ],
    };
    vec![
        rule(
            "own-dach-500",
            "DACH, 200 to 2,000 people",
            "region in [DE, AT, CH] and headcount between 200 and 2000",
            "Pool DACH mid-market",
            "188 of 412",
        ),
        rule(
            "own-dach-large",
            "DACH, over 2,000 people",
            "company.headcount > 2000",
            "Owner Petra Novak",
            "27 of 412",
        ),
        rule("own-rest", "Everybody else", "always", "Fallback Samir Haddad", "103 of 412"),
    ]
}

fn new_rule() -> Section {
    Section::new(
        "add",
        "Add a rule",
        vec![Block::Form(FormView {
            action: "/pathways/1/rules".into(),
            csrf: "sample".into(),
            parts: vec![
                Field::select(
                    "stage",
                    "Stage",
                    &[("owner", "Owner"), ("priority", "Priority"), ("sla", "Clock")],
                    "owner",
                )
                .into(),
                Field::text("rule-name", "Name", "").into(),
                Field {
                    full: true,
                    ..Field::text("when", "When", "")
                        .hint("Like fit >= 70 and region in [DACH, Nordics]")
                }
                .into(),
                Field { full: true, ..Field::text("then", "Then", "") }.into(),
            ],
            buttons: vec![Action::submit("Add the rule")],
            pair: true,
            ..FormView::default()
        })],
    )
}

fn compare() -> PathwayPage {
    let old: Vec<_> = SOURCE
        .lines()
        .take(14)
        .zip(1..)
        .map(|(text, number)| {
            SourceLine::of(
                number,
                text,
                if number == 2 { LineMark::Removed } else { LineMark::None },
            )
        })
        .collect();
    let new: Vec<_> = SOURCE
        .lines()
        .zip(1..)
        .map(|(text, number)| {
            SourceLine::of(
                number,
                text,
                if number == 2 || number > 15 && number < 21 {
                    LineMark::Added
                } else {
                    LineMark::None
                },
            )
        })
        .collect();
    page(
        PathwayView::Compare(("Version 12, live".into(), old), ("Version 13, draft".into(), new)),
        2,
    )
}
