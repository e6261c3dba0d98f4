//! `/paths`: who can introduce us? A person, or words for whom a way is looked for, best first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::find_paths::{self, Answer, Next, Said, WarmPath};
use warmpath_app::network::{Network, PersonFacts, Whom};
use warmpath_app::policy::{Grant, ReadNetwork, grant};
use warmpath_app::read_network;
use warmpath_app::sign_in::SignedIn;
use warmpath_app::tie::TieState;
use warmpath_core::id::PersonId;

use super::bits::{
    address, as_of, chance_words, frame, list, person_cell, person_href, query, role_of, tie_href,
    tier_kind, tier_word,
};
use crate::form::Fields;
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{
    Action, ActionKind, Avatar, AvatarSize, Block, Cell, Chain, ChainStep, Column, EmptyArt,
    EmptyState, EvidenceChip, Field, FieldKind, FilterBar, Hop, PathCard, PersonRole, Section,
    Standing, TableView,
};
use crate::words::Words;

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Reader(me): Reader, raw: RawQuery) -> Response {
    let fields = query(&raw);
    let frame = frame(&face, &me, "Path finder", "/paths").await;
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
    let whom = match fields.get("for") {
        "me" => Whom::Member(me.principal.member),
        _ => Whom::Team,
    };
    let network = face.app.network(may.workspace()).await?;
    let named: Option<PersonId> = fields.get("to").parse().ok();
    let found = match named {
        Some(_) => Vec::new(),
        None => read_network::search(&face.app, &may, fields.trimmed("q")).await?,
    };
    let target = named.or(match found.as_slice() {
        [only] => Some(only.id),
        _ => None,
    });
    let words = Words::new(&me.member.zone, face.app.now());
    let mut page = DeskPage {
        shell,
        title: "Who can introduce us?".to_owned(),
        lead: LEAD.to_owned(),
        filters: Some(asking(fields, target.and_then(|id| network.person(id)))),
        ..DeskPage::default()
    };
    match target {
        Some(id) => {
            let answer = find_paths::to_person(&face.app, &may, id, &whom).await?;
            let facts = network.person(id).ok_or(Failure::NotFound)?;
            page.title = format!("Who can introduce us to {}?", facts.name);
            page.main = answered(&network, &answer, facts, me, &words);
        }
        None => page.main = vec![several(face, &may, fields, &found, &whom).await?],
    }
    Ok(page)
}

const LEAD: &str = "Paths use ties with evidence only. A shared company, school or tag is never a \
                    path.";

fn asking(fields: &Fields, target: Option<&PersonFacts>) -> FilterBar {
    let text = target.map_or_else(|| fields.trimmed("q").to_owned(), |facts| facts.name.clone());
    let whom = [("team", "The whole team"), ("me", "Me alone")];
    FilterBar {
        action: "/paths".to_owned(),
        fields: vec![
            Field::of(FieldKind::Search, "q", "Person, role or company", &text),
            Field::select("for", "For whom", &whom, fields.get("for")),
        ],
        clear_href: if text.is_empty() { String::new() } else { "/paths".to_owned() },
    }
}

/// Several people fit the words, or nobody does.
async fn several(
    face: &Face,
    may: &Grant<ReadNetwork>,
    fields: &Fields,
    found: &[PersonFacts],
    whom: &Whom,
) -> Result<Section, Failure> {
    let words = fields.trimmed("q");
    if words.is_empty() {
        let sentence = "Write a name, or a role and a company. You get the ways there, the weakest \
                        link of each, and what to do next.";
        return Ok(nothing("Whom do you want to meet?", sentence, Vec::new()));
    }
    if found.is_empty() {
        let sentence = "Nobody we know fits these words. Import a contact list, or look for fewer \
                        words.";
        let import = Action::link("Import your contacts", "/network/import");
        return Ok(nothing("Nobody fits", sentence, vec![import]));
    }
    let most = read_network::FOUND_MAX;
    let reached = read_network::matches(&face.app, may, words, whom, most).await?;
    let mut rows: Vec<_> = reached
        .iter()
        .map(|(facts, chance, ties)| {
            let over =
                if *ties == 1 { "known directly".to_owned() } else { format!("{ties} ties") };
            row(facts, fields, Cell::lines(chance_words(*chance), over))
        })
        .collect();
    let unreached = found.iter().filter(|facts| !reached.iter().any(|(r, ..)| r.id == facts.id));
    rows.extend(unreached.map(|facts| {
        let said = if facts.member.is_some() { "One of us" } else { "No verified path yet" };
        row(facts, fields, Cell::text(said))
    }));
    let table = TableView {
        caption: "People who fit, best reached first".to_owned(),
        columns: vec![
            Column::name("Person"),
            Column::new("Industry"),
            Column::new("Best chance"),
            Column::silent("Paths"),
        ],
        rows,
        ..TableView::default()
    };
    let plan = Action::link("Plan the asks", address("/plan", &[("q", words)])).small();
    let kept = [("q", words), ("for", fields.get("for"))];
    let file = Action::link("All as CSV", address("/paths.csv", &kept)).small();
    let section =
        Section::new("people", "People who fit, best reached first", vec![Block::Table(table)]);
    Ok(section.action(file).action(plan))
}

fn row(facts: &PersonFacts, fields: &Fields, chance: Cell) -> crate::view::part::Row {
    let id = facts.id.to_string();
    let href = address("/paths", &[("to", &id), ("for", fields.get("for"))]);
    let label = format!("Paths to {}", facts.name);
    let industry = &facts.industry;
    vec![
        person_cell(facts),
        if industry.is_empty() { Cell::Nothing } else { Cell::text(industry) },
        chance,
        Cell::Actions(vec![Action::link(label, href).small()]),
    ]
    .into()
}

fn nothing(title: &str, sentence: &str, actions: Vec<Action>) -> Section {
    let empty = EmptyState {
        art: EmptyArt::Path,
        title: title.to_owned(),
        sentence: sentence.to_owned(),
        actions,
    };
    Section::new("none", "", vec![Block::Empty(empty)])
}

fn answered(
    network: &Network,
    answer: &Answer,
    target: &PersonFacts,
    me: &SignedIn,
    words: &Words,
) -> Vec<Section> {
    if answer.paths.is_empty() {
        return vec![no_path(network, answer, target)];
    }
    let many = match answer.paths.len() {
        1 => "One path".to_owned(),
        n => format!("{n} paths, best first"),
    };
    let said = match answer.said {
        Said::LowConfidence => "Low confidence: do not build on it.",
        Said::WarmFirst => "Warm the first contact before you ask.",
        _ => "Chance that the introduction happens: ties times willingness.",
    };
    let head = format!("{said} {}", as_of(answer.entry, answer.as_of, words));
    let mut sections = vec![Section::new("found", many, vec![Block::Text(head)])];
    sections.extend(answer.paths.iter().enumerate().map(|(at, path)| {
        let card = card(network, path, target, at, me, words);
        Section::new(&format!("path-{}", at + 1), "", vec![Block::Path(Box::new(card))])
    }));
    sections
}

fn no_path(network: &Network, answer: &Answer, target: &PersonFacts) -> Section {
    if answer.said == Said::Member {
        let title = format!("{} is one of us", target.name);
        return nothing(&title, "You need no introduction.", Vec::new());
    }
    let title = format!("No verified path to {} yet", target.name);
    let near: Vec<&str> =
        answer.near.iter().filter_map(|id| network.person(*id)).map(|f| f.name.as_str()).collect();
    let sentence = if near.is_empty() {
        "A shared employer is not a path. Somebody who knows them can say so with one tap."
            .to_owned()
    } else {
        format!(
            "Known by {}, whom nobody of ours knows well enough to ask. Warm one of them up first.",
            near.join(", ")
        )
    };
    let mut actions = vec![Action::link("I know them", person_href(target.id))];
    if let Some(first) = answer.near.first().and_then(|id| network.person(*id)) {
        let to = first.id.to_string();
        let label = format!("Paths to {}", first.name);
        actions.push(Action::link(label, address("/paths", &[("to", &to)])));
    }
    nothing(&title, &sentence, actions)
}

fn card(
    network: &Network,
    path: &WarmPath,
    target: &PersonFacts,
    at: usize,
    me: &SignedIn,
    words: &Words,
) -> PathCard {
    let mine = path.member == me.principal.member;
    let mut action = action(network, path, target, words);
    if at > 0 && action.kind == ActionKind::Primary {
        action.kind = ActionKind::Plain;
    }
    PathCard {
        rank: (at + 1).to_string(),
        chain: chain(network, path, mine, words),
        chips: chips(network, path, words),
        why: why(network, path, at, words),
        chance: if path.chance_is_private() && !path.low_confidence {
            "Possible".to_owned()
        } else {
            chance_words(path.chance)
        },
        chance_line: if path.chance_is_private() {
            "A colleague's own tie".to_owned()
        } else {
            format!("chance {:.2}", path.chance)
        },
        action,
        link: path
            .ties
            .get(path.weakest)
            .map(|tie| Action::link("Tie and evidence", tie_href(tie)).quiet()),
    }
}

fn chain(network: &Network, path: &WarmPath, mine: bool, words: &Words) -> Chain {
    let last = path.people.len() - 1;
    let several = path.ties.len() > 1;
    let steps = path.people.iter().enumerate().filter_map(|(at, id)| {
        let facts = network.person(*id)?;
        let hop = at.checked_sub(1).and_then(|tie| path.ties.get(tie)).map(|tie| Hop {
            tier: Some(tier_kind(tie.tier)),
            above: String::new(),
            below: match tie.numbers {
                Some(numbers) if numbers.evidence.last_at > 0 => words.day(numbers.evidence.last()),
                _ => list(&tie.kinds),
            },
            weakest: several && at - 1 == path.weakest,
        });
        let role = match at {
            0 => PersonRole::Owner,
            _ if at == last => PersonRole::Prospect,
            _ => PersonRole::Referrer,
        };
        let name = if at == 0 && mine { "You".to_owned() } else { facts.name.clone() };
        Some(ChainStep {
            hop,
            avatar: Avatar::of(&facts.name, &facts.id.to_string()).sized(AvatarSize::Large),
            name,
            lines: vec![role_of(facts)],
            role,
        })
    });
    let target = path.people.last().and_then(|id| network.person(*id));
    Chain {
        label: format!("The way to {}", target.map_or("", |facts| facts.name.as_str())),
        steps: steps.collect(),
        as_line: false,
        always_lies: false,
    }
}

fn chips(network: &Network, path: &WarmPath, words: &Words) -> Vec<EvidenceChip> {
    let mut chips: Vec<EvidenceChip> = path.ties.iter().map(|tie| tie_chip(tie, words)).collect();
    if let (Some(record), Some(connector)) = (&path.record, path.connector) {
        let name = network.person(connector).map_or("They", |facts| facts.name.as_str());
        let href = format!("/connectors/{connector}");
        chips.push(if record.asked == 0 {
            EvidenceChip {
                icon: "circle-question-mark".into(),
                fact: "No ask on record".into(),
                source: name.to_owned(),
                standing: Standing::Unknown,
                href: href.clone(),
            }
        } else {
            EvidenceChip {
                icon: "handshake".into(),
                fact: format!("Accepted {} of {} asks", record.accepted, record.asked),
                source: name.to_owned(),
                standing: Standing::Holds,
                href: href.clone(),
            }
        });
        if record.open_asks > 0 {
            chips.push(EvidenceChip {
                icon: "hourglass".into(),
                fact: format!("{} of {} open asks", record.open_asks, record.budget),
                source: "now".into(),
                standing: Standing::Weak,
                href,
            });
        }
    }
    chips
}

fn tie_chip(tie: &warmpath_app::network::TieSeen, words: &Words) -> EvidenceChip {
    let href = tie_href(tie);
    let (icon, fact, source, standing) = match (&tie.numbers, tie.rated) {
        (_, Some((rating, until))) => (
            "user-check",
            super::bits::rating_word(rating).to_owned(),
            format!("confirmed, until {}", words.day(until)),
            Standing::Holds,
        ),
        (Some(numbers), None) if numbers.evidence.received > 0 => (
            "mail",
            format!("{} mails to you", numbers.evidence.received),
            format!("last {}", words.day(numbers.evidence.last())),
            Standing::Holds,
        ),
        _ if tie.only_said => (
            "circle-question-mark",
            format!("From {}", list(&tie.kinds)),
            "not observed".to_owned(),
            Standing::Unknown,
        ),
        _ => (
            "history",
            format!("{} tie", tier_word(tie.tier)),
            format!("from {}", list(&tie.kinds)),
            if tie.state == TieState::Stale { Standing::Weak } else { Standing::Holds },
        ),
    };
    EvidenceChip { icon: icon.into(), fact, source, standing, href }
}

fn why(network: &Network, path: &WarmPath, at: usize, words: &Words) -> String {
    let name = |id: Option<PersonId>| {
        id.and_then(|id| network.person(id)).map_or("They", |facts| facts.name.as_str())
    };
    let connector = name(path.connector);
    let weakest = path.ties.get(path.weakest);
    let weak = weakest.map_or("weak", |tie| tie.tier.word());
    let start = if at == 0 { "First because" } else { "Here because" };
    let reason = match (path.ties.len(), path.willingness) {
        (1, _) => format!("{start} there is nobody in between, over a {weak} tie."),
        (n, Some(will)) if will.fatigue < 1.0 || will.reciprocity < 1.0 => {
            let what =
                if will.fatigue < 1.0 { "carries asks already" } else { "gave more than we did" };
            format!("{n} ties, the weakest {weak}; {connector} {what}, which lowers the chance.")
        }
        (n, _) => format!("{start} of its {n} ties the weakest is {weak}."),
    };
    let then = match path.next {
        Next::From(from) => {
            format!(" {connector} rests until {}. We will not ask over the cap.", words.day(from))
        }
        Next::WhenAnswered => format!(" {connector} carries all the asks they take."),
        Next::WarmFirst if path.low_confidence => {
            " Low confidence. Give something first: a useful note often wakes a tie like this in 2 \
             to 4 weeks."
                .to_owned()
        }
        Next::WarmFirst => " The first step is too weak to ask over. Warm it first.".to_owned(),
        Next::Confirm => " The last tie is said, not seen. Ask whether it still holds.".to_owned(),
        _ => String::new(),
    };
    reason + &then
}

fn action(network: &Network, path: &WarmPath, target: &PersonFacts, words: &Words) -> Action {
    let first = |id: Option<PersonId>| {
        let facts = id.and_then(|id| network.person(id));
        facts.map_or_else(|| "them".to_owned(), |facts| first_name(&facts.name))
    };
    let connector_href =
        path.connector.map_or_else(|| person_href(target.id), |id| format!("/connectors/{id}"));
    match path.next {
        Next::Ask => {
            let whom = path.connector.map(|id| id.to_string()).unwrap_or_default();
            let target = target.id.to_string();
            let asked = [("target", target.as_str()), ("connector", &whom)];
            let href = address("/introductions/new", &asked);
            Action::link(format!("Ask {}", first(path.connector)), href).primary()
        }
        Next::Write => Action::link("You know them", person_href(target.id)),
        Next::AskColleague => {
            let colleague = first(path.people.first().copied());
            Action::link(format!("Ask {colleague}"), person_href(target.id))
        }
        Next::Confirm => Action::link("Ask for confirmation", connector_href),
        Next::From(from) => {
            Action::link("", "").not_now(format!("Possible from {}", words.day(from)))
        }
        Next::WhenAnswered => Action::link("", "").not_now("Possible when they have answered"),
        Next::WarmFirst => {
            let whom = path.connector.unwrap_or(target.id);
            Action::link("Warm this tie first", person_href(whom))
        }
    }
}

fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or(name).to_owned()
}
