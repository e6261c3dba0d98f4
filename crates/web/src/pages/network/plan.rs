//! `/plan`: whom to ask for whom, within what each connector carries. It proposes; each ask is made by
//! a person, through the form of an introduction.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::manage_profiles::{self, Whole};
use warmpath_app::network::PersonFacts;
use warmpath_app::plan_asks::{self, Committed, Plan, Proposed, Scarce, Unasked, When, Wish};
use warmpath_app::policy::{ReadNetwork, ReadProfiles, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_core::export::Cell as CsvCell;
use warmpath_core::id::{PersonId, ProfileId};
use warmpath_core::limits;

use super::bits::{
    address, as_of, chance_words, frame, person_cell, person_href, query, role_of, tie_href,
    tier_word,
};
use super::export::rounded;
use crate::csv::Csv;
use crate::form::Fields;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, Block, Cell, Column, EmptyArt, EmptyState, Field, FieldKind, FilterBar, Note, Row,
    Section, Stat, Stats, TableView, Tone,
};
use crate::words::{Words, thousands};

const HREF: &str = "/plan";

/// People without an ask who are shown.
const UNASKED_ROWS: usize = 20;

/// A plan with the profiles it could be for.
struct Made {
    plan: Plan,
    profiles: Vec<Whole>,
    profile: Option<ProfileId>,
    wish: Wish,
}

impl Made {
    /// Nobody was named yet.
    fn is_open(&self) -> bool {
        self.profile.is_none() && self.wish.words.is_empty() && self.wish.people.is_empty()
    }
}

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let fields = query(&raw);
    let frame = frame(&face, &me, "Plan of asks", HREF).await;
    match make(&face, &me, &fields).await {
        Ok(made) => {
            let words = Words::new(&me.member.zone, face.app.now());
            render(&page(frame, &made, &fields, &words))
        }
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

async fn make(face: &Face, me: &SignedIn, fields: &Fields) -> Result<Made, Failure> {
    let may = grant::<ReadNetwork>(&me.principal)?;
    let profiles_too = grant::<ReadProfiles>(&me.principal)?;
    let wish = wish(fields)?;
    let profile = match fields.trimmed("profile") {
        "" => None,
        text => Some(text.parse::<ProfileId>().map_err(|_| Failure::NotFound)?),
    };
    let profiles = manage_profiles::list(&face.app, &profiles_too).await?;
    let from = profile.map(|id| (&profiles_too, id));
    let plan = plan_asks::run(&face.app, &may, &wish, from).await?;
    Ok(Made { plan, profiles, profile, wish })
}

/// What the address asks for.
fn wish(fields: &Fields) -> Result<Wish, Failure> {
    let words = fields.trimmed("q");
    if words.chars().count() > limits::SEARCH_CHARACTERS_MAX {
        return Err(Failure::invalid("q", "text_too_long", "Write fewer words."));
    }
    let people = |name: &str| -> Vec<PersonId> {
        let ids = fields.all(name).filter_map(|text| text.parse().ok());
        ids.take(limits::PLAN_TARGETS_MAX).collect()
    };
    Ok(Wish {
        people: people("to"),
        words: words.to_owned(),
        without: people("without"),
        ways: fields.get("ways").parse().unwrap_or(1),
    })
}

fn page(shell: Shell, made: &Made, fields: &Fields, words: &Words) -> DeskPage {
    let plan = &made.plan;
    let mut page = DeskPage {
        shell,
        title: "Plan of asks".to_owned(),
        lead: "Whom to ask for whom, so that most introductions happen within what each connector \
               carries. It proposes; you ask."
            .to_owned(),
        filters: Some(asking(made, fields)),
        ..DeskPage::default()
    };
    if made.is_open() || plan.targets == 0 {
        page.main = vec![nobody(made)];
        return page;
    }
    page.actions = vec![Action::link("Download as CSV", same("/plan.csv", fields))];
    page.stats = Some(stats(plan));
    page.main = vec![proposed(made, fields, words)];
    if !plan.committed.is_empty() {
        page.main.push(committed(&plan.committed));
    }
    if !plan.unasked.is_empty() {
        page.main.push(unasked(&plan.unasked));
    }
    if !plan.scarce.is_empty() {
        page.rail = vec![scarce(&plan.scarce)];
    }
    if plan.left_out > 0 {
        let sentence = format!(
            "{} more people fit. A plan holds {}; narrow the profile or the words.",
            thousands(plan.left_out as i64),
            limits::PLAN_TARGETS_MAX
        );
        page.note = Some(Note::new(Tone::Neutral, "", sentence));
    }
    page
}

/// The address of the same wish at another path.
fn same(path: &str, fields: &Fields) -> String {
    let mut pairs: Vec<(&str, &str)> =
        ["profile", "q", "ways"].iter().map(|name| (*name, fields.trimmed(name))).collect();
    for name in ["to", "without"] {
        pairs.extend(fields.all(name).map(|value| (name, value)));
    }
    address(path, &pairs)
}

fn asking(made: &Made, fields: &Fields) -> FilterBar {
    let mut profiles = vec![(String::new(), "No profile".to_owned())];
    profiles.extend(made.profiles.iter().map(|whole| {
        let profile = &whole.profile;
        (profile.id.to_string(), profile.name.clone())
    }));
    let ways = [("1", "One ask each"), ("2", "Up to two each"), ("3", "Up to three each")];
    let mut all = vec![
        Field::of(FieldKind::Select(profiles), "profile", "Profile", fields.trimmed("profile")),
        Field::of(FieldKind::Search, "q", "Person, role or company", fields.trimmed("q")),
        Field::select("ways", "Asks for one person", &ways, fields.get("ways")),
    ];
    for name in ["to", "without"] {
        let kept = fields.all(name).map(|id| Field::of(FieldKind::Hidden, name, "", id));
        all.extend(kept);
    }
    FilterBar {
        action: HREF.to_owned(),
        fields: all,
        clear_href: if made.is_open() { String::new() } else { HREF.to_owned() },
    }
}

fn nobody(made: &Made) -> Section {
    let (title, sentence, actions) = if made.is_open() {
        let sentence = "Choose a profile, or write a role and a company. You get one ask for each \
                        person, through whoever is likeliest to get you there.";
        let mut actions = vec![Action::link("Find one person", "/paths")];
        if made.profiles.is_empty() {
            actions.insert(0, Action::link("Write a profile", "/profiles"));
        }
        ("Whom do you want to meet?", sentence, actions)
    } else {
        let sentence = "Nobody we know fits for certain. Look for fewer words, make the profile \
                        wider, or import a contact list.";
        let import = Action::link("Import your contacts", "/network/import");
        ("Nobody fits", sentence, vec![import])
    };
    let empty = EmptyState {
        art: EmptyArt::Path,
        title: title.to_owned(),
        sentence: sentence.to_owned(),
        actions,
    };
    Section::new("none", "", vec![Block::Empty(empty)])
}

fn stats(plan: &Plan) -> Stats {
    let count = |n: usize| thousands(i64::try_from(n).unwrap_or(i64::MAX));
    let now = plan.asks.iter().filter(|ask| ask.when == When::Now).count();
    Stats {
        stats: vec![
            Stat::new("People", &count(plan.targets), "to be met", ""),
            Stat::new("Asks proposed", &count(plan.asks.len()), &format!("{now} of them now"), ""),
            Stat::new(
                "Introductions to expect",
                &format!("{:.1}", plan.expected),
                "if every ask is made: an estimate from ties and past answers",
                "",
            ),
            Stat::new("Open already", &count(plan.committed.len()), "stay as they are", ""),
        ],
    }
}

fn proposed(made: &Made, fields: &Fields, words: &Words) -> Section {
    let plan = &made.plan;
    let line = |ask: &Proposed| -> Row {
        let adds = match ask.way {
            1 => format!("chance {:.2}", ask.path.chance),
            _ => format!("adds {:.2}", ask.adds),
        };
        let weakest = ask.path.ties.get(ask.path.weakest);
        let why = weakest.map_or_else(String::new, |tie| {
            format!(
                "{} ties, the weakest {}",
                ask.path.ties.len(),
                tier_word(tie.tier).to_lowercase()
            )
        });
        let below = match ask.way {
            1 => "best use of their asks".to_owned(),
            way => format!("another way, number {way}"),
        };
        vec![
            person_cell(&ask.target),
            connector_cell(&ask.connector),
            Cell::lines(chance_words(ask.path.chance), adds),
            match weakest {
                Some(tie) => Cell::link(why, tie_href(tie), below),
                None => Cell::Nothing,
            },
            Cell::Actions(vec![next(made, ask, words), leave_out(ask, fields)]),
        ]
        .into()
    };
    let table = TableView {
        caption: "Proposed asks, what adds most first".to_owned(),
        columns: vec![
            Column::name("For"),
            Column::new("Ask"),
            Column::new("Chance"),
            Column::new("Why"),
            Column::silent("Next"),
        ],
        rows: plan.asks.iter().map(line).collect(),
        empty: "Nobody can be asked for these people now. Below stands why.".to_owned(),
        ..TableView::default()
    };
    Section::new("asks", "Proposed asks", vec![Block::Table(table)])
        .aside("Nothing is sent from here")
        .foot(format!(
            "The best plan there is for one ask each. Made anew with every look; open asks stay. {}",
            as_of(plan.entry, plan.as_of, words)
        ))
}

fn connector_cell(facts: &PersonFacts) -> Cell {
    let id = facts.id.to_string();
    Cell::person(&facts.name, &id, format!("/connectors/{id}"), role_of(facts))
}

/// The one thing to do about a proposed ask.
fn next(made: &Made, ask: &Proposed, words: &Words) -> Action {
    let first = ask.connector.name.split_whitespace().next().unwrap_or("them");
    match ask.when {
        When::Now => Action::link(format!("Ask {first}"), ask_href(made, ask)).small(),
        When::From(at) => {
            Action::link("", "").not_now(format!("Possible from {}", words.day(at))).small()
        }
        When::GiveFirst => {
            Action::link(format!("Give {first} something first"), person_href(ask.connector.id))
                .small()
        }
        When::WarmFirst => {
            Action::link("Warm this tie first", person_href(ask.connector.id)).small()
        }
        When::Confirm => {
            Action::link("Ask for confirmation", format!("/connectors/{}", ask.connector.id))
                .small()
        }
    }
}

/// The form of an introduction, filled in as far as it can be said before consent.
fn ask_href(made: &Made, ask: &Proposed) -> String {
    let version = made.profile.and_then(|id| {
        let whole = made.profiles.iter().find(|whole| whole.profile.id == id)?;
        Some(format!("{id}/{}", whole.shown()?.number))
    });
    let (target, connector) = (ask.target.id.to_string(), ask.connector.id.to_string());
    let next = ask.next_best.map(|id| id.to_string()).unwrap_or_default();
    address(
        "/introductions/new",
        &[
            ("target", &target),
            ("connector", &connector),
            ("next", &next),
            ("role", &ask.target.title),
            ("industry", &ask.target.industry),
            ("profile", &version.unwrap_or_default()),
        ],
    )
}

fn leave_out(ask: &Proposed, fields: &Fields) -> Action {
    let mut fields = fields.clone();
    fields.add("without", &ask.target.id.to_string());
    Action::link("Leave out", same(HREF, &fields)).small().quiet()
}

/// Whose asks are spoken for; who has nothing to do in this plan is counted.
fn scarce(all: &[Scarce]) -> Section {
    let busy = |one: &&Scarce| one.open + one.planned > 0 || one.price > 0.0005;
    let shown: Vec<&Scarce> = all.iter().filter(busy).collect();
    let idle = all.len() - shown.len();
    let line = |one: &&Scarce| -> Row {
        let id = one.connector.id.to_string();
        let taken = one.open + one.planned;
        let price = if one.price > 0.0005 {
            Cell::Figure(format!("+{:.2}", one.price))
        } else {
            Cell::lines("0", "has room")
        };
        vec![
            Cell::link(&one.connector.name, format!("/connectors/{id}"), ""),
            Cell::lines(
                format!("{taken} of {}", one.cap),
                format!("{} open, {} planned", one.open, one.planned),
            ),
            price,
        ]
        .into()
    };
    let table = TableView {
        caption: "How scarce each connector's asks are".to_owned(),
        columns: vec![
            Column::name("Connector"),
            Column::new("Asks"),
            Column::figures("One more adds"),
        ],
        rows: shown.iter().map(line).collect(),
        foot: match idle {
            0 => String::new(),
            n => format!("{n} more have room and are not in this plan."),
        },
        ..TableView::default()
    };
    Section::new("scarce", "How scarce they are", vec![Block::Table(table)]).foot(
        "One more ask of theirs would add so much to the introductions to expect: the price of \
         their time in this plan.",
    )
}

fn committed(all: &[Committed]) -> Section {
    let line = |one: &Committed| -> Row {
        let asked = one.connector.as_ref().map_or(Cell::Nothing, connector_cell);
        let open = Action::link("Open", format!("/introductions/{}", one.id)).small();
        vec![person_cell(&one.target), asked, Cell::Actions(vec![open])].into()
    };
    let table = TableView {
        caption: "Open already".to_owned(),
        columns: vec![Column::name("For"), Column::new("Asked"), Column::silent("Introduction")],
        rows: all.iter().map(line).collect(),
        ..TableView::default()
    };
    Section::new("open", "Open already", vec![Block::Table(table)])
        .foot("A new plan keeps them: they use up room, and nobody else asks for these people.")
}

fn unasked(all: &[(PersonFacts, Unasked)]) -> Section {
    let line = |(facts, why): &(PersonFacts, Unasked)| -> Row {
        let to = facts.id.to_string();
        let paths = Action::link("Paths", address("/paths", &[("to", &to)])).small();
        let (said, below) = reason(*why);
        vec![person_cell(facts), Cell::lines(said, below), Cell::Actions(vec![paths])].into()
    };
    let table = TableView {
        caption: "People without an ask".to_owned(),
        columns: vec![Column::name("Person"), Column::new("Why not"), Column::silent("Paths")],
        rows: all.iter().take(UNASKED_ROWS).map(line).collect(),
        foot: match all.len().saturating_sub(UNASKED_ROWS) {
            0 => String::new(),
            n => format!("And {n} more. Narrow the profile or the words to see them."),
        },
        ..TableView::default()
    };
    Section::new("unasked", "Without an ask", vec![Block::Table(table)])
}

fn reason(why: Unasked) -> (&'static str, &'static str) {
    match why {
        Unasked::Member => ("One of us", "no introduction is needed"),
        Unasked::Known(_) => ("Known to one of us", "ask your colleague"),
        Unasked::NoPath => ("No verified path yet", "somebody who knows them can say so"),
        Unasked::LowConfidence => ("Low confidence", "too thin to spend an ask on"),
        Unasked::NoRoom => ("No room", "the connectors are worth more for others"),
        Unasked::NotPossible => ("Not possible at the moment", ""),
    }
}

/// The same as a file.
pub(super) async fn csv(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let made = match make(&face, &me, &query(&raw)).await {
        Ok(made) => made,
        Err(failure) => {
            let frame = frame(&face, &me, "Plan of asks", HREF).await;
            return refuse::page(Some(frame), &failure);
        }
    };
    let mut file = Csv::with_heads(&[
        "target",
        "name",
        "title",
        "company",
        "connector",
        "connector_name",
        "way",
        "chance",
        "adds",
        "price",
        "when",
        "from",
    ]);
    for ask in &made.plan.asks {
        let price = made.plan.scarce.iter().find(|one| one.connector.id == ask.connector.id);
        let (target, connector) = (ask.target.id.to_string(), ask.connector.id.to_string());
        file.row(&[
            CsvCell::Text(&target),
            CsvCell::Text(&ask.target.name),
            CsvCell::Text(&ask.target.title),
            CsvCell::Text(&ask.target.company),
            CsvCell::Text(&connector),
            CsvCell::Text(&ask.connector.name),
            CsvCell::Integer(ask.way as i64),
            rounded(ask.path.chance),
            rounded(ask.adds),
            rounded(price.map_or(0.0, |one| one.price)),
            CsvCell::Text(ask.when.word()),
            match ask.when {
                When::From(at) => CsvCell::Instant(at),
                _ => CsvCell::Empty,
            },
        ]);
    }
    file.download("plan-of-asks.csv")
}
