//! `/tiers`: where we are warm and where not, what each tier promised and kept, gaps worth closing,
//! and what breaks if ties cool.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use warmpath_app::keep_brief::{self, Wanted};
use warmpath_app::network::Seniority;
use warmpath_app::policy::{ReadNetwork, RecruitConnectors, grant};
use warmpath_app::read_tiers::{
    self, BriefSeen, CASES_MIN, CoolingSeen, GapSeen, HeatCell as Counted, Promise, TIERS, Tiers,
};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::tie::Tier;
use warmpath_app::{Failure, read_workspace};
use warmpath_core::id::RecruitingBriefId;
use warmpath_core::limits;

use super::bits::{
    address, as_of, frame, moved, person_cell, person_href, query, tie_href, tier_mark, tier_word,
};
use crate::form::Fields;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::{Reader, Writer};
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, EmptyArt, EmptyState, Field, FilterBar, HeatCell, HeatMap, Row,
    Section, Stat, Stats, TableView, Tone,
};
use crate::words::{Words, thousands};

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let fields = query(&raw);
    let frame = frame(&face, &me, "Tiers and gaps", "/tiers").await;
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
    let region = fields.get("region");
    let tiers = read_tiers::run(&face.app, &may, region).await?;
    let members = read_workspace::members(&face.app, may.workspace()).await?;
    let words = Words::new(&me.member.zone, face.app.now());
    let recruits = grant::<RecruitConnectors>(&me.principal).is_ok();
    let name = |id| members.iter().find(|m| m.id == id).map_or("", |m| m.name.as_str()).to_owned();
    let mut rail = vec![gaps(&tiers, region, recruits)];
    if !tiers.briefs.is_empty() {
        rail.push(briefs(&tiers, recruits, &words));
    }
    rail.push(risk(&tiers));
    if !tiers.cooling.is_empty() {
        rail.push(cooling(&tiers, &name));
    }
    Ok(DeskPage {
        shell,
        title: "Where we are warm, and where we are not".to_owned(),
        lead:
            "Best tie of the team into each field, measured from message headers and confirmed by \
               people."
                .to_owned(),
        actions: vec![Action::link("CSV", address("/tiers.csv", &[("region", region)]))],
        filters: Some(regions(&tiers, region)),
        stats: Some(promises(&tiers)),
        main: vec![heat(&tiers, region, &words)],
        rail,
        ..DeskPage::default()
    })
}

fn regions(tiers: &Tiers, region: &str) -> FilterBar {
    let mut options = vec![("", "All regions")];
    options.extend(tiers.regions.iter().map(|region| (region.as_str(), region.as_str())));
    FilterBar {
        action: "/tiers".to_owned(),
        fields: vec![Field::select("region", "Region", &options, region)],
        clear_href: if region.is_empty() { String::new() } else { "/tiers".to_owned() },
    }
}

fn count(n: usize) -> String {
    thousands(i64::try_from(n).unwrap_or(i64::MAX))
}

fn promises(tiers: &Tiers) -> Stats {
    Stats { stats: tiers.promises.iter().map(promise).collect() }
}

fn promise(promise: &Promise) -> Stat {
    let (figure, lead) = match promise.tier {
        Tier::Gap => (format!("{} unknown", count(promise.people)), "Plan"),
        _ => (format!("{} people", count(promise.people)), "Promise"),
    };
    let said = match promise.tier {
        Tier::Strong => "24–48 h",
        Tier::Medium => "3–7 days",
        Tier::Weak => "2–4 weeks",
        Tier::Gap => "4–8 weeks",
    };
    let kept = match promise.interval {
        Some((low, high)) => format!(
            "Kept in {} of {} ({:.0}–{:.0} %)",
            promise.kept,
            promise.asks,
            low * 100.0,
            high * 100.0
        ),
        None if promise.asks == 0 => "Nobody was asked yet".to_owned(),
        None => format!(
            "Kept in {} of {}: from {CASES_MIN} on we show a rate",
            promise.kept, promise.asks
        ),
    };
    Stat::new(tier_word(promise.tier), &figure, &format!("{lead}: {said}"), &kept)
}

fn industry_word(industry: &str) -> &str {
    if industry.is_empty() { "Industry unknown" } else { industry }
}

fn heat(tiers: &Tiers, region: &str, words: &Words) -> Section {
    if tiers.heat.is_empty() {
        let empty = EmptyState {
            art: EmptyArt::Bars,
            title: "Nobody is here yet".to_owned(),
            sentence: "Import accounts with their industry and contacts with their role; your \
                       team's mailboxes say how warm each field is."
                .to_owned(),
            actions: vec![Action::link("Import my data", "/network/import")],
        };
        return Section::new("heat", "", vec![Block::Empty(empty)]);
    }
    let row = |(industry, cells): &(String, Vec<Counted>)| {
        let cells = cells
            .iter()
            .zip(&tiers.columns)
            .map(|(cell, column)| heat_cell(cell, industry, *column, region))
            .collect();
        (industry_word(industry).to_owned(), cells)
    };
    let map = HeatMap {
        caption: "Heat map of the best tiers".to_owned(),
        columns: tiers.columns.iter().map(|column| column.label().to_owned()).collect(),
        rows: tiers.heat.iter().map(row).collect(),
    };
    Section::new("heat", "Best tier by industry and seniority", vec![Block::Heat(map)])
        .aside("Number: people in that tier")
        .foot(format!(
            "A gap means unknown, not zero: nobody here was seen in touch with anyone there for a \
             year. {}",
            as_of(tiers.entry, tiers.as_of, words)
        ))
}

fn heat_cell(cell: &Counted, industry: &str, column: Seniority, region: &str) -> HeatCell {
    let place = format!("{}, {}", industry_word(industry), column.label());
    let Some(best) = cell.best() else {
        return HeatCell { aloud: format!("{place}: nobody known"), ..HeatCell::default() };
    };
    let at = TIERS.iter().position(|tier| *tier == best).unwrap_or(0);
    let (figure, word) = match best {
        Tier::Gap => (String::new(), "Gap".to_owned()),
        _ => (cell.counts[at].to_string(), best.word().to_owned()),
    };
    let fields = [("industry", industry), ("seniority", column.as_str()), ("region", region)];
    HeatCell {
        figure,
        aloud: match best {
            Tier::Gap => format!("{place}: a gap, {} people known", cell.people()),
            _ => format!("{place}: {} {} of {}", cell.counts[at], best.word(), cell.people()),
        },
        word,
        class: best.word().to_owned(),
        href: address("/tiers/people", &fields),
    }
}

fn gaps(tiers: &Tiers, region: &str, recruits: bool) -> Section {
    if tiers.gaps.is_empty() {
        let text = "No field with known people is left without a way in.".to_owned();
        return Section::new("gaps", "Gaps worth closing", vec![Block::Text(text)]);
    }
    let line = |gap: &GapSeen| -> Row {
        let closers: Vec<String> = gap
            .closers
            .iter()
            .map(|(facts, people)| format!("{} ({people} there)", facts.name))
            .collect();
        let who = if closers.is_empty() {
            "Who would close it: somebody of an adjacent, non-competing trade who serves them. \
             Nobody in your data knows anybody there."
                .to_owned()
        } else {
            format!("Who would close it: {}", closers.join(", "))
        };
        let act = match (&gap.brief, recruits) {
            (Some(_), _) => Cell::pill("Brief open", Tone::Accent),
            (None, true) => {
                let path = address(
                    "/tiers/briefs",
                    &[
                        ("industry", &gap.industry),
                        ("seniority", gap.seniority.as_str()),
                        ("region", region),
                    ],
                );
                Cell::Actions(vec![Action::post("Start a brief", path).small()])
            }
            (None, false) => Cell::Nothing,
        };
        vec![
            Cell::lines(
                format!("{}, {}: {} people", gap.industry, gap.seniority.label(), gap.people),
                who,
            ),
            act,
        ]
        .into()
    };
    let table = TableView {
        caption: "Gaps, the most people first".to_owned(),
        columns: vec![Column::name("Field"), Column::silent("Brief")],
        rows: tiers.gaps.iter().map(line).collect(),
        ..TableView::default()
    };
    Section::new("gaps", "Gaps worth closing", vec![Block::Table(table)])
        .aside("by people known there")
}

fn briefs(tiers: &Tiers, recruits: bool, words: &Words) -> Section {
    let line = |seen: &BriefSeen| -> Row {
        let brief = &seen.brief;
        let label = brief.seniority.parse::<Seniority>().map_or("", Seniority::label);
        let place = [brief.industry.as_str(), label, brief.region.as_str()];
        let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
        let reached = format!(
            "{} of {} reached, {} of {} when it was opened on {}",
            seen.reached,
            seen.people,
            brief.reached_before,
            brief.people_before,
            words.day(brief.opened_at)
        );
        let act = match (brief.state.as_str(), recruits) {
            ("open", true) => {
                let path = format!("/tiers/briefs/{}/end", brief.id);
                Cell::Actions(vec![
                    Action::post("Closed", path.clone()).with("outcome", "closed").small(),
                    Action::post("Drop", path).with("outcome", "dropped").small().quiet(),
                ])
            }
            (state, _) => Cell::pill(
                match state {
                    "open" => "Open",
                    "closed" => "Closed",
                    _ => "Dropped",
                },
                Tone::Neutral,
            ),
        };
        vec![Cell::lines(place.join(", "), reached), act].into()
    };
    let table = TableView {
        caption: "Recruiting briefs, latest first".to_owned(),
        columns: vec![Column::name("Gap"), Column::silent("State")],
        rows: tiers.briefs.iter().map(line).collect(),
        ..TableView::default()
    };
    Section::new("briefs", "Recruiting briefs", vec![Block::Table(table)])
}

fn risk(tiers: &Tiers) -> Section {
    let text = match tiers.two_carry {
        Some(share) => format!(
            "The two who carry most hold {:.0} % of all reach through others.",
            share * 100.0
        ),
        None => "Too few connectors to say who carries how much.".to_owned(),
    };
    let rows = tiers
        .risks
        .iter()
        .map(|(facts, reach)| -> Row {
            let lost = match reach.only_way_to {
                0 => "nobody loses their only path".to_owned(),
                1 => "1 person loses their path".to_owned(),
                n => format!("{n} people lose their path"),
            };
            vec![
                Cell::link(&facts.name, format!("/connectors/{}", facts.id), lost),
                Cell::figure(format!("−{:.2}", reach.would_cost)),
            ]
            .into()
        })
        .collect();
    let table = TableView {
        caption: "What breaks if these ties cool".to_owned(),
        columns: vec![Column::name("Connector"), Column::figures("Chances lost, in sum")],
        rows,
        empty: "Nobody carries anybody's only path.".to_owned(),
        ..TableView::default()
    };
    Section::new("risk", "If these ties cool", vec![Block::Text(text), Block::Table(table)])
}

fn cooling(tiers: &Tiers, name: &impl Fn(warmpath_core::id::MemberId) -> String) -> Section {
    let line = |seen: &CoolingSeen| -> Row {
        let usual =
            seen.usual_days.map_or_else(String::new, |days| format!(", usually every {days} days"));
        vec![Cell::link(
            &seen.person.name,
            person_href(seen.person.id),
            format!("{}, silent for {} days{usual}", name(seen.member), seen.silent_days),
        )]
        .into()
    };
    let table = TableView {
        caption: "Regular ties that fell silent".to_owned(),
        columns: vec![Column::name("Tie")],
        rows: tiers.cooling.iter().map(line).collect(),
        ..TableView::default()
    };
    Section::new("cooling", "Gone silent", vec![Block::Table(table)])
        .foot("Silence of eight usual gaps mostly means the end of a tie.")
}

/// Shows the people of one cell.
pub(super) async fn people(
    State(face): State<Face>,
    Reader(me): Reader,
    raw: RawQuery,
) -> Response {
    let fields = query(&raw);
    let base = frame(&face, &me, "People", "/tiers").await;
    let frame = shell::under(base, "Tiers and gaps", "/tiers");
    match people_page(&face, &me, frame.clone(), &fields).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn people_page(
    face: &Face,
    me: &SignedIn,
    shell: Shell,
    fields: &Fields,
) -> Result<DeskPage, Failure> {
    let may = grant::<ReadNetwork>(&me.principal)?;
    let segment = (fields.get("industry"), fields.get("seniority"), fields.get("region"));
    let from: usize = fields.get("from").parse().unwrap_or(0);
    let kept = [("industry", segment.0), ("seniority", segment.1), ("region", segment.2)];
    let found = {
        let rows = (from, limits::PAGE_ROWS_DEFAULT + 1);
        read_tiers::people(&face.app, &may, segment, rows).await?
    };
    let more = found.len() > limits::PAGE_ROWS_DEFAULT;
    let members = read_workspace::members(&face.app, may.workspace()).await?;
    let seniority = segment.1.parse::<Seniority>().map_or("Everybody", Seniority::label);
    let rows = found
        .iter()
        .take(limits::PAGE_ROWS_DEFAULT)
        .map(|(facts, best)| -> Row {
            let (tier, by) = match best {
                Some((member, tie)) => {
                    let name = members.iter().find(|m| m.id == *member).map(|m| m.name.as_str());
                    let href = tie_href(tie);
                    (Cell::Tier(tier_mark(tie.tier)), Cell::link(name.unwrap_or(""), href, ""))
                }
                None => (Cell::Tier(tier_mark(Tier::Gap)), Cell::text("Nobody of ours")),
            };
            let id = facts.id.to_string();
            let paths = Action::link("Paths", address("/paths", &[("to", &id)])).small();
            vec![person_cell(facts), tier, by, Cell::Actions(vec![paths])].into()
        })
        .collect();
    let table = TableView {
        caption: "People of this field, the best known first".to_owned(),
        columns: vec![
            Column::name("Person"),
            Column::new("Best tie"),
            Column::new("Known by"),
            Column::silent("Paths"),
        ],
        rows,
        next_href: if more {
            let next = (from + limits::PAGE_ROWS_DEFAULT).to_string();
            address("/tiers/people", &[&kept[..], &[("from", next.as_str())]].concat())
        } else {
            String::new()
        },
        empty: "Nobody known belongs here.".to_owned(),
        ..TableView::default()
    };
    let region = if segment.2.is_empty() { "all regions" } else { segment.2 };
    Ok(DeskPage {
        shell,
        title: format!("{}, {seniority}", industry_word(segment.0)),
        lead: format!("{region}. The best known first.", region = capital(region)),
        actions: vec![Action::link("CSV", address("/tiers/people.csv", &kept))],
        main: vec![Section::new("people", "People", vec![Block::Table(table)])],
        ..DeskPage::default()
    })
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Opens a brief for a gap.
pub(super) async fn open_brief(
    State(face): State<Face>,
    raw: RawQuery,
    writer: Writer,
) -> Response {
    let fields = query(&raw);
    let wanted = Wanted {
        industry: fields.get("industry").to_owned(),
        seniority: fields.get("seniority").to_owned(),
        region: fields.get("region").to_owned(),
    };
    let outcome = match grant::<RecruitConnectors>(&writer.signed_in.principal) {
        Ok(may) => keep_brief::open(&face.app, &may, &wanted).await.map(|_| ()),
        Err(failure) => Err(failure),
    };
    let to = address("/tiers", &[("region", &wanted.region)]);
    moved(&face, &writer.signed_in, &format!("{to}#briefs"), outcome).await
}

/// Ends a brief.
pub(super) async fn end_brief(
    State(face): State<Face>,
    Path(id): Path<RecruitingBriefId>,
    writer: Writer,
) -> Response {
    let closed = writer.fields.get("outcome") == "closed";
    let outcome = match grant::<RecruitConnectors>(&writer.signed_in.principal) {
        Ok(may) => keep_brief::end(&face.app, &may, id, closed).await,
        Err(failure) => Err(failure),
    };
    moved(&face, &writer.signed_in, "/tiers#briefs", outcome).await
}
