//! `/ties/{from}/{to}`: one tie, with evidence and formula for whoever owns it.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::policy::{ReadNetwork, grant};
use warmpath_app::read_tie::{self, Tie, Weighed, Why};
use warmpath_core::id::PersonId;

use super::bits::{
    address, as_of, frame, list, person_href, rate_buttons, rating_words, role_of, state_pill,
    tier_word,
};
use crate::refuse::{self, render};
use crate::server::Face;
use crate::session::Reader;
use crate::shell;
use crate::view::Shell;
use crate::view::desk::DeskPage;
use crate::view::part::{Action, Block, Cell, Column, Fact, Facts, Row, Section, TableView};
use crate::words::Words;

/// Shows it.
pub(super) async fn show(
    State(face): State<Face>,
    Reader(me): Reader,
    Path((from, to)): Path<(PersonId, PersonId)>,
) -> Response {
    let frame = shell::under(frame(&face, &me, "Tie", "/network/mine").await, "Map", "/network");
    let tie = match grant::<ReadNetwork>(&me.principal) {
        Ok(may) => read_tie::run(&face.app, &may, from, to).await,
        Err(failure) => Err(failure),
    };
    match tie {
        Ok(tie) => render(&page(frame, &tie, &Words::new(&me.member.zone, face.app.now()))),
        Err(failure) => refuse::page(Some(frame), &failure),
    }
}

fn page(shell: Shell, tie: &Tie, words: &Words) -> DeskPage {
    let own = tie.seen.numbers.is_some();
    let title = if own {
        format!("Your tie to {}", tie.to.name)
    } else {
        format!("{} and {}", tie.from.name, tie.to.name)
    };
    let mut main = Vec::new();
    if let Some(why) = &tie.why {
        main.push(events(why, words));
        main.push(formula(why));
    } else {
        main.push(kinds(tie, own));
    }
    let mut rail = vec![standing(tie, words)];
    if own {
        rail.insert(0, rate(tie, words));
    }
    let to = tie.to.id.to_string();
    DeskPage {
        shell,
        title,
        pill: Some(state_pill(tie.seen.state)),
        lead: role_of(&tie.to),
        actions: vec![
            Action::link("Open the person", person_href(tie.to.id)),
            Action::link("Find paths", address("/paths", &[("to", &to)])),
        ],
        main,
        rail,
        ..DeskPage::default()
    }
}

fn rate(tie: &Tie, words: &Words) -> Section {
    let back = format!("/ties/{}/{}", tie.from.id, tie.to.id);
    let now = tie.seen.rated.map(|(rating, _)| rating);
    let mut buttons = rate_buttons(tie.to.id, now, &back);
    if now.is_some() {
        let path = address(&format!("{}/rate", person_href(tie.to.id)), &[("back", &back)]);
        buttons.push(Action::post("Take back", path).with("rating", "").small().quiet());
    }
    let text = format!(
        "{}. What you say overrules the score for 180 days, then the score speaks again.",
        rating_words(tie.seen.rated, words)
    );
    Section::new(
        "rate",
        "How well do you know them?",
        vec![Block::Text(text), Block::Buttons(buttons)],
    )
    .foot("Only you can rate your ties.")
}

fn standing(tie: &Tie, words: &Words) -> Section {
    let mut facts = vec![Fact::new("Tier", tier_word(tie.seen.tier))];
    if let Some(numbers) = tie.seen.numbers {
        let seen = numbers.evidence;
        facts.extend([
            Fact::new("In use on paths", format!("{:.2}", numbers.in_use)),
            Fact::new("Answers within 7 days", format!("{:.2}", numbers.in_7_days)),
            Fact::new("Answers within 24 hours", format!("{:.2}", numbers.in_24_hours)),
            Fact::new("Writes within 90 days", format!("{:.2}", numbers.keeps_90_days)),
            Fact::new("Mails", format!("{} to them, {} to you", seen.sent, seen.received)),
            Fact::new("Meetings", seen.meetings.to_string()),
        ]);
        if seen.last_at > 0 {
            facts.push(Fact::new("Last contact", words.day(seen.last())));
        }
    }
    facts.push(Fact::new("Evidence", list(&tie.seen.kinds)));
    if let Some(back) = &tie.back {
        facts.push(Fact::new("The other way round", tier_word(back.tier)));
    }
    let facts = Facts { facts, pair: false, lined: true };
    Section::new("standing", "How it stands", vec![Block::Facts(facts)])
        .foot(as_of(tie.entry, tie.as_of, words))
}

fn kinds(tie: &Tie, own: bool) -> Section {
    let text = if own {
        "There is nothing of the last year to weigh: the tie stands by your own word, or has gone \
         quiet."
            .to_owned()
    } else {
        format!(
            "Known from {}. The numbers of a tie are shown to its owner alone.",
            list(&tie.seen.kinds)
        )
    };
    Section::new("evidence", "Evidence", vec![Block::Text(text)])
}

fn events(why: &Why, words: &Words) -> Section {
    let line = |event: &Weighed| -> Row {
        let what = match (event.kind.word(), event.theirs) {
            ("message", true) => "They wrote to you",
            ("message", false) => "You wrote to them",
            ("meeting", _) => "Meeting",
            ("introduction", _) => "Introduction",
            ("stated", _) => "You said that you know them",
            _ => "Entry of a list or CRM",
        };
        let people = match event.recipients {
            0 | 1 => String::new(),
            n => format!("with {n} people"),
        };
        vec![
            Cell::lines(what, people),
            Cell::Time(words.day(event.at), event.at.to_string()),
            Cell::figure(format!("{:+.3}", event.adds)),
        ]
        .into()
    };
    let table = TableView {
        caption: "The events that add most".to_owned(),
        columns: vec![
            Column::name("What"),
            Column::new("When"),
            Column::figures("Adds to the chance of an answer"),
        ],
        rows: why.events.iter().map(line).collect(),
        ..TableView::default()
    };
    Section::new("events", "What carries it", vec![Block::Table(table)])
        .aside(format!("{} of {} events", why.events.len(), why.events_count))
        .foot("From message headers, never contents. Others see the tier, not these numbers.")
}

fn formula(why: &Why) -> Section {
    let mut rows: Vec<Row> = vec![
        vec![
            Cell::text("Where everybody starts"),
            Cell::Nothing,
            Cell::Nothing,
            Cell::figure(format!("{:+.2}", why.intercept)),
        ]
        .into(),
    ];
    rows.extend(why.terms.iter().filter(|term| term.weight.abs() > 0.0).map(|term| {
        Row::from(vec![
            Cell::text(term.name),
            Cell::figure(format!("{:.2}", term.input)),
            Cell::figure(format!("{:+.3}", term.weight)),
            Cell::figure(format!("{:+.2}", term.adds)),
        ])
    }));
    rows.push(
        vec![
            Cell::text("Sum, in log-odds"),
            Cell::Nothing,
            Cell::Nothing,
            Cell::figure(format!("{:+.2}", why.log_odds)),
        ]
        .into(),
    );
    let own = &why.own;
    if own.outcomes > 0 {
        rows.push(
            vec![
                Cell::lines("As this workspace answers", format!("{} outcomes", own.outcomes)),
                Cell::figure(format!("{:.2}", why.log_odds)),
                Cell::figure(format!("× {:.2}", own.slope)),
                Cell::figure(format!("{:+.2}", own.slope * why.log_odds + own.level)),
            ]
            .into(),
        );
    }
    let table = TableView {
        caption: "The formula with its numbers".to_owned(),
        columns: vec![
            Column::name("Input"),
            Column::figures("Value"),
            Column::figures("Weight"),
            Column::figures("Adds"),
        ],
        rows,
        ..TableView::default()
    };
    Section::new("formula", "The formula", vec![Block::Table(table)]).foot(format!(
        "P = 1 / (1 + e^-sum) = {:.2}: the chance of an answer within 7 days. Weights fitted on \
         public mail of one company; {}",
        own.apply(why.probability),
        if own.outcomes > 0 {
            format!("level {:+.2} fitted on what happened here in the last 180 days.", own.level)
        } else {
            "a workspace fits its own level after 200 outcomes.".to_owned()
        }
    ))
}
