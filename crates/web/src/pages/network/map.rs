//! `/network`: the map, and the same as a table. The layout is worked out here, so that the same
//! network is always drawn the same.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::{Value, json};
use warmpath_app::Failure;
use warmpath_app::policy::{ReadNetwork, grant};
use warmpath_app::read_network::{self, About, Map, MapWish};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::tie::Tier;
use warmpath_core::id::PersonId;

use super::bits::{
    address, as_of, frame, person_href, query, rating_words, role_of, tie_href, tier_word,
};
use crate::form::Fields;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, ChartView, Column, EmptyArt, EmptyState, Fact, Facts, Field, FieldKind,
    FilterBar, Row, Section, Segment, TableView,
};
use crate::words::{Words, thousands};

/// Above so many ties weak ones are drawn for the chosen person only.
const WEAK_TIES_DRAWN: usize = 600;

/// Companies whose names are drawn: the largest.
const LABELS_MAX: usize = 40;

/// Of these, names that a phone has room for.
const LABELS_ON_PHONE: usize = 10;

/// Rows of the table.
const ROWS_MAX: usize = 200;

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let fields = query(&raw);
    let frame = frame(&face, &me, "Map", "/network").await;
    match page(&face, &me, frame.clone(), &fields).await {
        Ok(page) => render(&page),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn page(
    face: &Face,
    me: &SignedIn,
    mut shell: Shell,
    fields: &Fields,
) -> Result<DeskPage, Failure> {
    let may = grant::<ReadNetwork>(&me.principal)?;
    let focus: Option<PersonId> = fields.get("focus").parse().ok();
    let wish = MapWish {
        words: fields.trimmed("q").to_owned(),
        industry: fields.get("industry").to_owned(),
        focus,
    };
    let map = read_network::map(&face.app, &may, &wish).await?;
    let words = Words::new(&me.member.zone, face.app.now());
    let rail = match focus {
        Some(id) => vec![chosen(&read_network::about(&face.app, &may, id).await?, &words)],
        None => vec![hint(&map)],
    };
    let as_table = fields.get("view") == "table";
    shell.charts = !as_table && !map.lines.is_empty();
    let main = if map.lines.is_empty() {
        vec![empty(fields)]
    } else if as_table {
        vec![table(&map, &words)]
    } else {
        vec![picture(&map, focus, &words)]
    };
    let kept = |view: &str| {
        let focus = focus.map(|id| id.to_string()).unwrap_or_default();
        let parts = [
            ("view", view),
            ("q", wish.words.as_str()),
            ("industry", wish.industry.as_str()),
            ("focus", focus.as_str()),
        ];
        address("/network", &parts)
    };
    let (picture_href, table_href) = (kept(""), kept("table"));
    let views = [("Picture", picture_href.as_str()), ("Table", table_href.as_str())];
    Ok(DeskPage {
        title: "Who knows whom".to_owned(),
        lead: lead(&map),
        segment: Some(Segment::of("View", &views, usize::from(as_table))),
        filters: Some(filters(&map, &wish, as_table)),
        main,
        rail,
        shell,
        ..DeskPage::default()
    })
}

fn count(n: usize) -> String {
    thousands(i64::try_from(n).unwrap_or(i64::MAX))
}

fn lead(map: &Map) -> String {
    let left = match map.left_out {
        0 => String::new(),
        n => format!(" The {} weakest ties are left out; search to see them.", count(n)),
    };
    format!(
        "{} people, {} ties, {} companies.{left}",
        count(map.dots.len()),
        count(map.lines.len()),
        count(map.companies.len().saturating_sub(1))
    )
}

fn filters(map: &Map, wish: &MapWish, as_table: bool) -> FilterBar {
    let mut options = vec![("", "All industries")];
    options.extend(map.industries.iter().map(|name| (name.as_str(), name.as_str())));
    let any = !wish.words.is_empty() || !wish.industry.is_empty() || wish.focus.is_some();
    let mut fields = vec![
        Field::of(FieldKind::Search, "q", "Person, role or company", &wish.words),
        Field::select("industry", "Industry", &options, &wish.industry),
    ];
    if as_table {
        fields.push(Field::hidden("view", "table"));
    }
    FilterBar {
        action: "/network".to_owned(),
        fields,
        clear_href: if any { "/network".to_owned() } else { String::new() },
    }
}

fn empty(fields: &Fields) -> Section {
    let searched = fields.has("q") || fields.has("industry");
    let (title, sentence, action) = if searched {
        (
            "No tie fits",
            "Nobody on the map fits these words. Look for fewer.",
            Action::link("Show the whole map", "/network"),
        )
    } else {
        (
            "The map is empty",
            "It draws itself from who wrote to whom. Bring in your mailbox, calendar or contacts.",
            Action::link("Import my data", "/network/import"),
        )
    };
    let empty = EmptyState {
        art: EmptyArt::Path,
        title: title.to_owned(),
        sentence: sentence.to_owned(),
        actions: vec![action],
    };
    Section::new("none", "", vec![Block::Empty(empty)])
}

fn picture(map: &Map, focus: Option<PersonId>, words: &Words) -> Section {
    let [strong, medium, weak, gap] = map.counts.map(count);
    let finding = format!(
        "{strong} strong, {medium} medium and {weak} weak ties between {} people of {} companies.",
        count(map.dots.len()),
        count(map.companies.len().saturating_sub(1))
    );
    let chart = ChartView {
        id: "map".to_owned(),
        finding,
        options: options(map, focus).to_string(),
        table: people_table(map),
        csv_href: String::new(),
    };
    let weak_drawn =
        if map.lines.len() > WEAK_TIES_DRAWN { ", weak ones when somebody is chosen" } else { "" };
    Section::new("picture", "Map", vec![Block::Chart(chart)])
        .aside(format!("Strong {strong}, medium {medium}, weak {weak}, gone quiet {gap}"))
        .foot(format!(
            "Thick is strong, thin is weak{weak_drawn}. Press a point for the person. {}",
            as_of(map.entry, map.as_of, words)
        ))
}

fn options(map: &Map, focus: Option<PersonId>) -> Value {
    let sparse = map.lines.len() > WEAK_TIES_DRAWN;
    let is_focus = |at: usize| focus.is_some() && map.dots.get(at).map(|d| d.person.id) == focus;
    let touches = |line: &read_network::Line| is_focus(line.a) || is_focus(line.b);
    let near: std::collections::BTreeSet<usize> =
        map.lines.iter().filter(|line| touches(line)).flat_map(|line| [line.a, line.b]).collect();
    let point = point_size(map.dots.len());
    let mut data: Vec<Value> = map
        .dots
        .iter()
        .enumerate()
        .map(|(at, dot)| {
            let ours = dot.person.member.is_some();
            let named = is_focus(at) || (ours && map.dots.len() < 400) || near.len() < 30 && near.contains(&at);
            let color = if is_focus(at) { "token:ink" } else if ours { "token:accent-solid" } else { "token:surface" };
            let border = if ours { "token:accent-solid" } else { "token:ink-3" };
            json!({
                "id": at.to_string(),
                "name": dot.person.name,
                "x": round(dot.x), "y": round(dot.y),
                "symbolSize": if is_focus(at) { 14.0 } else if ours { 10.0 } else { point },
                "itemStyle": { "color": color, "borderColor": border, "borderWidth": point / 4.0 },
                "label": { "show": named, "position": "right", "color": "token:ink", "fontWeight": 600,
                    "backgroundColor": "token:canvas", "padding": [1, 3] },
                "tooltip": { "formatter": format!("{}\n{}", dot.person.name, role_of(&dot.person)) },
                "href": address("/network", &[("focus", &dot.person.id.to_string())]),
            })
        })
        .collect();
    data.extend(map.companies.iter().take(LABELS_MAX).enumerate().map(|(n, (name, x, y))| {
        let name = if n == 0 { "Us" } else { name.as_str() };
        json!({
            "id": format!("c{n}"), "name": name, "x": round(*x), "y": round(*y),
            "symbolSize": 0.1, "silent": true, "minor": n >= LABELS_ON_PHONE, "itemStyle": { "color": "token:canvas" },
            "label": { "show": true, "position": "top", "formatter": name, "color": "token:ink-2",
                "fontWeight": 500, "backgroundColor": "token:canvas", "padding": [1, 4] },
        })
    }));
    let links: Vec<Value> = map
        .lines
        .iter()
        .filter(|line| !sparse || line.tier != Tier::Weak || touches(line))
        .map(|line| {
            let on = touches(line);
            let (color, width, opacity) = match line.tier {
                Tier::Strong => ("token:tier-strong", 2.2, 0.9),
                Tier::Medium => ("token:tier-medium", 1.2, 0.7),
                _ => ("token:tier-weak", 0.7, 0.38),
            };
            json!({
                "source": line.a.to_string(), "target": line.b.to_string(),
                "lineStyle": {
                    "color": color,
                    "width": if on { width * 1.8 } else { width },
                    "opacity": if on { 1.0 } else { opacity },
                    "curveness": if on { 0.0 } else { 0.14 },
                },
            })
        })
        .collect();
    json!({
        "tooltip": {},
        "series": [{
            "type": "graph", "layout": "none", "preserveAspect": true, "roam": true,
            "left": 24, "right": 24, "top": 24, "bottom": 24,
            "data": data, "links": links,
            "emphasis": { "focus": "adjacency", "lineStyle": { "width": 3 } },
            "labelLayout": { "hideOverlap": true },
        }],
    })
}

/// Points that leave room between them, in pixels.
fn point_size(people: usize) -> f64 {
    match people {
        0..=600 => 6.0,
        601..=1500 => 4.5,
        _ => 3.5,
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The people of the map, beside the picture: whoever cannot see or point chooses here.
fn people_table(map: &Map) -> TableView {
    let mut ties = vec![0_usize; map.dots.len()];
    for line in &map.lines {
        ties[line.a] += 1;
        ties[line.b] += 1;
    }
    let mut order: Vec<usize> = (0..map.dots.len()).collect();
    order.sort_by(|a, b| ties[*b].cmp(&ties[*a]).then(a.cmp(b)));
    let rows = order
        .into_iter()
        .take(ROWS_MAX)
        .filter_map(|at| map.dots.get(at).map(|dot| (at, dot)))
        .map(|(at, dot)| -> Row {
            let href = address("/network", &[("focus", &dot.person.id.to_string())]);
            vec![
                Cell::link(&dot.person.name, href, role_of(&dot.person)),
                Cell::figure(count(ties[at])),
            ]
            .into()
        })
        .collect();
    TableView {
        caption: "People on the map, most ties first".to_owned(),
        columns: vec![Column::name("Person"), Column::figures("Ties")],
        rows,
        foot: format!(
            "{} of {} people.",
            count(map.dots.len().min(ROWS_MAX)),
            count(map.dots.len())
        ),
        ..TableView::default()
    }
}

fn table(map: &Map, words: &Words) -> Section {
    let rows = map
        .lines
        .iter()
        .take(ROWS_MAX)
        .filter_map(|line| Some((map.dots.get(line.a)?, map.dots.get(line.b)?, line.tier)))
        .map(|(a, b, tier)| -> Row {
            let person = |dot: &read_network::Dot| {
                Cell::link(&dot.person.name, person_href(dot.person.id), role_of(&dot.person))
            };
            vec![person(a), person(b), Cell::text(tier_word(tier))].into()
        })
        .collect();
    let table = TableView {
        caption: "Ties, strongest first".to_owned(),
        columns: vec![Column::name("One"), Column::new("The other"), Column::new("Tier")],
        rows,
        foot: format!(
            "{} of {} ties. Search narrows them. {}",
            count(map.lines.len().min(ROWS_MAX)),
            count(map.lines.len()),
            as_of(map.entry, map.as_of, words)
        ),
        ..TableView::default()
    };
    Section::new("ties", "Ties, strongest first", vec![Block::Table(table)])
}

fn hint(map: &Map) -> Section {
    let text = if map.lines.is_empty() {
        "Nobody is on it yet."
    } else {
        "Choose a point, or a row of the table, to see how somebody is known."
    };
    Section::new("chosen", "Nobody chosen", vec![Block::Text(text.to_owned())])
}

fn chosen(about: &About, words: &Words) -> Section {
    let facts = &about.person;
    let id = facts.id.to_string();
    let [strong, medium, weak, _] = about.knows;
    let mut list = vec![
        Fact::new("Role", role_of(facts)),
        Fact::new("Ties", format!("{strong} strong, {medium} medium, {weak} weak")),
    ];
    if let Some(tie) = &about.own {
        list.push(Fact::new("Your tie", tier_word(tie.tier)));
        if let Some(numbers) = tie.numbers {
            list.push(Fact::new("Answers you in 7 days", format!("{:.2}", numbers.in_7_days)));
            list.push(Fact::new("Answers you in 24 h", format!("{:.2}", numbers.in_24_hours)));
        }
        list.push(Fact::new("You said", rating_words(tie.rated, words)));
    } else if let Some((_, tie)) = &about.best {
        list.push(Fact::new("Best tie of the team", tier_word(tie.tier)));
    }
    let mut buttons = vec![
        Action::link("Find paths", address("/paths", &[("to", &id)])).primary(),
        Action::link("Open the person", person_href(facts.id)),
    ];
    if let Some(tie) = about.own.as_ref().or(about.best.as_ref().map(|(_, tie)| tie)) {
        buttons.push(Action::link("Tie and evidence", tie_href(tie)).quiet());
    }
    let facts_block = Facts { facts: list, pair: false, lined: true };
    Section::new(
        "chosen",
        facts.name.clone(),
        vec![Block::Facts(facts_block), Block::Buttons(buttons)],
    )
    .foot("From message headers, never contents. Others see the tier, not your numbers.")
}
