//! Messages that worked, by what came of them.

use axum::extract::State;
use axum::response::Response;
use warmpath_app::policy::{ReadIntroductions, grant};
use warmpath_app::programme::playbook::{self, ENOUGH, Play};

use super::introduction_tabs;
use crate::pages::card;
use crate::refuse::render;
use crate::server::Face;
use crate::session::Reader;
use crate::view::desk::DeskPage;
use crate::view::part::{Action, Block, EmptyArt, EmptyState, Fact, Facts, Section};

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Reader(who): Reader) -> Response {
    let found = match grant::<ReadIntroductions>(&who.principal) {
        Ok(may) => playbook::run(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    let plays = match found {
        Ok(plays) => plays,
        Err(failure) => return card::refused(&face, &who, &failure).await,
    };
    let shell = card::frame(&face, &who, "Playbook", "/introductions").await;
    let main = match plays.as_slice() {
        [] => vec![nothing()],
        plays => plays.iter().enumerate().map(|(n, play)| section(n + 1, play)).collect(),
    };
    render(&DeskPage {
        shell,
        title: "Playbook".to_owned(),
        lead: "Approved messages by what came of them. Names and figures are taken out.".to_owned(),
        tabs: introduction_tabs("/playbook"),
        main,
        ..DeskPage::default()
    })
}

fn nothing() -> Section {
    let empty = EmptyState {
        art: EmptyArt::Pages,
        title: "No message was sent yet".to_owned(),
        sentence: "When connectors have asked targets with approved words, the ways of saying it \
                   stand here with what came of them."
            .to_owned(),
        actions: vec![Action::link("See introductions", "/introductions")],
    };
    Section::new("none", "", vec![Block::Empty(empty)])
}

fn section(number: usize, play: &Play) -> Section {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let rate = match play.yes_share() {
        Some((share, low, high)) => {
            format!("{}, between {} and {}", percent(share), percent(low), percent(high))
        }
        None => format!("Too few to say; {ENOUGH} answers are needed"),
    };
    let facts = vec![
        Fact::new("Sent", play.sent.to_string()),
        Fact::new("Said yes", rate),
        Fact::new("Yes, no, silent", format!("{}, {}, {}", play.yes, play.no, play.silent)),
        Fact::new("Meetings held", play.held.to_string()),
        Fact::new("Opportunities", play.opportunities.to_string()),
    ];
    let facts = Block::Facts(Facts { facts, pair: true, lined: true });
    Section::new(
        &format!("play-{number}"),
        format!("Way {number}"),
        vec![Block::Letter(play.text.clone()), facts],
    )
    .foot("Copy it to begin with. The holes are yours to fill, and you approve the words.")
}
