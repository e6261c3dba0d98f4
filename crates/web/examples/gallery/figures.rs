//! Figures and the first look back.

use crate::frame::shell;
use crate::{Pages, keep};
use warmpath_web::view::desk::{DeskPage, Layout};
use warmpath_web::view::part::{
    Action, Bar, Bars, Block, Cell, ChartView, Column, EmptyArt, EmptyState, Row, Section, Segment,
    Stat, Stats, TableView, Target, Targets, Tone,
};

/// The pages.
pub(crate) fn pages(pages: &mut Pages) -> askama::Result<()> {
    keep(pages, "figures", &figures())?;
    keep(pages, "audit", &audit())
}

fn bar(label: &str, share: u8, figure: &str, rate: &str) -> Bar {
    Bar {
        label: label.into(),
        share,
        figure: figure.into(),
        rate: rate.into(),
        href: String::new(),
    }
}

fn stages() -> Bars {
    Bars {
        caption: "Referrals by stage, with the rate from the stage before".into(),
        heads: ("Stage".into(), "Count".into(), "Of the stage before".into()),
        bars: vec![
            bar("Received", 100, "412", ""),
            bar("Said yes", 70, "287", "70 % (65–74)"),
            bar("Accepted", 58, "241", "84 % (79–88)"),
            bar("Contacted", 57, "233", "97 % (94–98)"),
            bar("Meeting held", 35, "146", "63 % (56–69)"),
            bar("Opportunity", 17, "71", "49 % (41–57)"),
            bar("Won", 6, "24", "34 % (24–45)"),
        ],
    }
}

fn target(label: &str, rate: u8, low: u8, high: u8, goal: u8, of: &str) -> Target {
    Target {
        label: label.into(),
        rate,
        low,
        high,
        target: Some(goal),
        figure: format!("{rate} %"),
        of: of.into(),
    }
}

fn pipeline() -> ChartView {
    let months = ["Dec", "Jan", "Feb", "Mar", "Apr", "May so far"];
    let values = [420, 240, 330, 410, 380, 210];
    let rows = months
        .iter()
        .zip(values)
        .map(|(month, value)| -> Row {
            vec![Cell::text(*month), Cell::figure(format!("€{value}k"))].into()
        })
        .collect();
    ChartView {
        id: "pipeline".into(),
        finding: "Pipeline from referrals stood between 240 and 420 thousand euro a month; May is not over.".into(),
        options: r#"{"grid":{"left":40,"right":8,"top":16,"bottom":28},"xAxis":{"type":"category","data":["Dec","Jan","Feb","Mar","Apr","May so far"],"axisLine":{"lineStyle":{"color":"token:line-strong"}},"axisTick":{"show":false},"axisLabel":{"color":"token:ink-3"}},"yAxis":{"type":"value","axisLabel":{"color":"token:ink-3"},"splitLine":{"lineStyle":{"color":"token:line"}}},"tooltip":{"trigger":"axis"},"series":[{"type":"bar","barWidth":28,"data":[420,240,330,410,380,{"value":210,"itemStyle":{"color":"transparent","borderColor":"token:c1","borderType":"dashed","borderWidth":1.5}}],"itemStyle":{"color":"token:accent-line","borderRadius":[3,3,0,0]}}]}"#.into(),
        table: TableView { caption: "Pipeline by month".into(), columns: vec![Column::name("Month"), Column::figures("Pipeline, thousand")], rows, ..TableView::default() },
        csv_href: "/figures/pipeline.csv".into(),
    }
}

fn flow() -> ChartView {
    ChartView {
        id: "flow".into(),
        finding: "Customers bring most of what was sourced; partners come second.".into(),
        options: r#"{"tooltip":{},"series":[{"type":"sankey","left":4,"right":4,"top":8,"bottom":8,"nodeWidth":8,"nodeGap":12,"draggable":false,"label":{"color":"token:ink","fontSize":12},"lineStyle":{"color":"source","opacity":0.28},"emphasis":{"disabled":true},"data":[{"name":"Customers","itemStyle":{"color":"token:c1"}},{"name":"Partners","itemStyle":{"color":"token:c2"}},{"name":"Colleagues","itemStyle":{"color":"token:c3"}},{"name":"Community","itemStyle":{"color":"token:c4"}},{"name":"Sourced","itemStyle":{"color":"token:c6"},"label":{"position":"left"}},{"name":"Influenced","itemStyle":{"color":"token:c6"},"label":{"position":"left"}},{"name":"Assisted","itemStyle":{"color":"token:c6"},"label":{"position":"left"}}],"links":[{"source":"Customers","target":"Sourced","value":58},{"source":"Customers","target":"Influenced","value":26},{"source":"Customers","target":"Assisted","value":8},{"source":"Partners","target":"Sourced","value":29},{"source":"Partners","target":"Influenced","value":20},{"source":"Partners","target":"Assisted","value":6},{"source":"Colleagues","target":"Sourced","value":12},{"source":"Colleagues","target":"Influenced","value":11},{"source":"Colleagues","target":"Assisted","value":8},{"source":"Community","target":"Sourced","value":6},{"source":"Community","target":"Influenced","value":4},{"source":"Community","target":"Assisted","value":2}]}]}"#.into(),
        table: TableView {
            caption: "Credit for 24 wins, thousand euro".into(),
            columns: vec![Column::name("Source"), Column::figures("Sourced"), Column::figures("Influenced"), Column::figures("Assisted")],
            rows: [("Customers", "580", "260", "80"), ("Partners", "290", "200", "60"), ("Colleagues", "120", "110", "80"), ("Community", "60", "40", "20")].iter().map(|(name, one, two, three)| -> Row { vec![Cell::text(*name), Cell::figure(*one), Cell::figure(*two), Cell::figure(*three)].into() }).collect(),
            ..TableView::default()
        },
        csv_href: "/figures/credit.csv".into(),
    }
}

fn figures() -> DeskPage {
    let mut frame = shell("/figures", &[("Insights", "")]);
    frame.charts = true;
    DeskPage {
        shell: frame,
        title: "Insights".into(),
        lead: "Every rate with its sample and 95 % interval. Below 20 cases we show the list instead.".into(),
        actions: vec![Action::link("CSV", "/figures.csv").icon("download")],
        segment: Some(Segment::of("Period", &[("30 days", "?days=30"), ("90 days", "?days=90"), ("A year", "?days=365")], 1)),
        stats: Some(Stats { stats: vec![
            Stat::new("Time to first contact", "3 h 05", "median, from clearance", "212 contacts, middle half 1 h 40–6 h"),
            Stat::new("Referral to opportunity", "25 %", "71 of 287 cleared", "20–30 %"),
            Stat::new("Contact validated", "91 %", "261 of 287", "87–94 %"),
            Stat::new("Pipeline influenced", "€4.2M", "71 opportunities, 38 sourced", "Credit rule 3, recomputable"),
        ] }),
        layout: Layout::TwoUp,
        main: vec![
            Section::new("stages", "From introduction to deal", vec![Block::Bars(stages())]).action(Action::link("CSV", "/figures/stages.csv").small().quiet()),
            Section::new("credit", "Credit for 24 wins", vec![Block::Chart(flow())]).foot("Rule 3: 50 % to the referrer, 30 % to earlier hops, 20 % to the owner. Can be recomputed under another rule."),
            Section::new("pipeline-card", "Pipeline from referrals", vec![Block::Chart(pipeline())]).foot("Open and won opportunities by the month they were opened."),
            Section::new("health", "Health of the programme", vec![Block::Targets(Targets { caption: "Rates against targets".into(), targets: vec![
                target("Thanks in 24 hours", 77, 72, 83, 95, "158 of 204"), target("Outcome told in 7 days", 85, 76, 91, 90, "71 of 84"),
                target("Clocks met", 90, 87, 93, 90, "391 of 433"), target("Consent answered", 75, 71, 79, 70, "310 of 412"), target("Referrers come back", 54, 44, 64, 40, "52 of 96"),
            ] })]),
            Section::new("fallout", "Where people are lost", vec![Block::Bars(Bars { caption: "Lost referrals by cause".into(), heads: ("Cause".into(), "Count".into(), "Share".into()), bars: vec![
                bar("No answer in 14 days", 100, "88", "53 % (45–60)"), bar("Said no", 42, "37", "22 % (17–29)"), bar("Open deal elsewhere", 26, "23", "14 % (9–20)"), bar("Not reachable", 20, "18", "11 % (7–17)"),
            ] })]),
            Section::new("wins", "Wins by source", vec![Block::Empty(EmptyState { art: EmptyArt::Bars, title: "Not enough data for a win rate".into(), sentence: "4 closed referrals so far. From 20 on we show a rate with its interval. Until then, the list is more honest.".into(), actions: vec![Action::link("Show the 4 referrals", "referrals.html")] })]),
        ],
        ..DeskPage::default()
    }
}

fn audit() -> DeskPage {
    let row = |name: &str, company: &str, met: &str, asked: &str, why: &str| -> Row {
        vec![
            Cell::person(name, name, "", company),
            Cell::figure(met),
            Cell::figure(asked),
            Cell::text(why),
        ]
        .into()
    };
    DeskPage {
        shell: shell("/audit", &[("First look back", "")]),
        title: "What happened to past referrals".into(),
        lead: "From your CRM files alone: 412 referrals in 12 months, read on 2 May.".into(),
        stats: Some(Stats {
            stats: vec![
                Stat::new("Never contacted within 3 days", "38 %", "157 of 412", "34–43 %")
                    .toned(Tone::Negative),
                Stat::new("Without an owner", "12 %", "49 of 412", "9–15 %").toned(Tone::Negative),
                Stat::new("Referred twice", "21", "people, by 2 or 3 referrers", ""),
                Stat::new("Won", "34 %", "24 of 71 closed", "24–45 %"),
            ],
        }),
        main: vec![
            Section::new(
                "sources",
                "Won and lost by source",
                vec![Block::Bars(Bars {
                    caption: "Win rate by source".into(),
                    heads: ("Source".into(), "Won".into(), "Rate and interval".into()),
                    bars: vec![
                        bar("Customers", 100, "14", "41 % of 34 (26–58)"),
                        bar("Partners", 50, "7", "32 % of 22 (16–53)"),
                        bar("Colleagues", 21, "3", "15 closed, the list is more honest"),
                    ],
                })],
            )
            .foot("Cold leads in the same year: 14 % of 506 (11–17)."),
            Section::new(
                "forgotten",
                "Nobody called them",
                vec![Block::Table(TableView {
                    caption: "Referrals never contacted".into(),
                    columns: vec![
                        Column::name("Person"),
                        Column::figures("Waited days"),
                        Column::figures("Referrers"),
                        Column::new("Where it stopped"),
                    ],
                    rows: vec![
                        row("Clara Weiss", "Orbis Pumpen", "212", "1", "No owner in the CRM"),
                        row("Marta Keller", "Alpina Optik", "96", "2", "Owner left the company"),
                    ],
                    foot: "1–2 of 157".into(),
                    next_href: "#".into(),
                    ..TableView::default()
                })],
            ),
        ],
        rail: vec![
            Section::new(
                "people",
                "Ask these people again",
                vec![Block::Table(TableView {
                    caption: "Under-used referrers".into(),
                    columns: vec![Column::name("Referrer"), Column::figures("Led to a meeting")],
                    rows: vec![
                        vec![
                            Cell::person("Tomasz Wolny", "Tomasz Wolny", "", "Halden Logistics"),
                            Cell::figure("4 of 5"),
                        ]
                        .into(),
                        vec![
                            Cell::person("Carmen Ibarra", "Carmen Ibarra", "", "Grupo Almar"),
                            Cell::figure("2 of 2"),
                        ]
                        .into(),
                    ],
                    ..TableView::default()
                })],
            )
            .foot("Made introductions that worked, and were last thanked over a year ago."),
        ],
        ..DeskPage::default()
    }
}
