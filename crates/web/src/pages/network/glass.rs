//! `/n/{token}`: what is held of somebody outside, for them alone. Looking changes nothing; the form
//! sends the page's nonce.

use axum::extract::{Path, State};
use axum::response::Response;
use warmpath_app::Failure;
use warmpath_app::error::LinkTrouble;
use warmpath_app::leave_network::{self, Choice as Wish, GlassPage};

use super::me::held_facts;
use crate::form::Fields;
use crate::refuse::{render, render_with, status};
use crate::server::Face;
use crate::view::Outsider;
use crate::view::answer::OutsideMessagePage;
use crate::view::glass::GlassView;
use crate::view::part::{Choice, Choices};
use crate::words::Words;

/// Shows it.
pub(super) async fn show(State(face): State<Face>, Path(token): Path<String>) -> Response {
    match leave_network::page(&face.app, &token).await {
        Ok(found) => render(&view(&face, &token, &found, "")),
        Err(failure) => over(&failure),
    }
}

/// Takes the choice.
pub(super) async fn choose(
    State(face): State<Face>,
    Path(token): Path<String>,
    fields: Fields,
) -> Response {
    let (choice, nonce) = (fields.get("choice"), fields.get("nonce"));
    let outcome = match (choice, Wish::from_word(choice)) {
        (_, Some(wish)) => leave_network::choose_by_link(&face.app, &token, nonce, wish).await,
        ("correct", _) => leave_network::correct_by_link(&face.app, &token, nonce).await,
        _ => {
            return match leave_network::page(&face.app, &token).await {
                Ok(found) => {
                    let failure = crate::refuse::invalid("choice", "choice_missing", MISSING);
                    render_with(status(&failure), &view(&face, &token, &found, MISSING))
                }
                Err(failure) => over(&failure),
            };
        }
    };
    match outcome {
        Ok(()) => {
            let (title, lead) = match choice {
                "leave" => (
                    "Done. Nothing of you is held any more.",
                    "Every path through you is gone, and no import brings you back.",
                ),
                "limit" => (
                    "Done. It is used for nothing.",
                    "Every path through you is gone. You can change your mind with the same link.",
                ),
                "correct" => (
                    "Thank you. A person looks at it.",
                    "You get an answer within 30 days. Nothing else was changed.",
                ),
                _ => ("Done. You are on the map again.", "You can leave with the same link."),
            };
            render(&message(title, lead))
        }
        Err(failure) => over(&failure),
    }
}

const MISSING: &str = "Choose one of the answers.";

fn view(face: &Face, token: &str, found: &GlassPage, error: &str) -> GlassView {
    let house = &found.workspace;
    let words = Words::new(&house.zone, face.app.now());
    let answer = |value: &str, title: &str, consequence: &str| Choice {
        value: value.to_owned(),
        title: title.to_owned(),
        consequence: consequence.to_owned(),
        ..Choice::default()
    };
    let limited = found.held.standing.as_deref() == Some("limited");
    let gone = found.held.standing.as_deref() == Some("left");
    let mut choices = vec![
        answer("correct", "Something is wrong", "A person looks at it and answers within 30 days."),
        if limited {
            answer("return", "Use it again", "You stand on the map again.")
        } else {
            answer(
                "limit",
                "Limit it",
                "It stays, and is used for nothing. No path goes through you.",
            )
        },
        answer("leave", "Leave", "It is deleted at once, and no import brings you back."),
    ];
    if gone {
        choices.clear();
    }
    let title = "What is held of you".to_owned();
    GlassView {
        outsider: Outsider {
            title: if error.is_empty() { title.clone() } else { format!("Error: {title}") },
            sender: house.name.clone(),
            language: "en".to_owned(),
            footer: vec![
                format!("{}, {}", house.legal_name, house.address),
                format!("Questions about your data: {}", house.privacy_contact),
            ],
            ..Outsider::default()
        },
        title,
        lead: format!(
            "{} looks at who wrote to whom, so that people can be introduced by somebody they know. \
             This is all that is held of you. No word of any message is.",
            house.name
        ),
        facts: held_facts(&found.held, &words),
        action: format!("/n/{token}"),
        nonce: found.nonce.clone(),
        choices: Choices {
            name: "choice".to_owned(),
            legend: "What should happen with it?".to_owned(),
            error: error.to_owned(),
            choices,
            ..Choices::default()
        },
    }
}

fn message(title: &str, lead: &str) -> OutsideMessagePage {
    OutsideMessagePage {
        outsider: Outsider {
            title: title.to_owned(),
            sender: "Warmpath".to_owned(),
            language: "en".to_owned(),
            ..Outsider::default()
        },
        title: title.to_owned(),
        lead: lead.to_owned(),
        links: Vec::new(),
    }
}

fn over(failure: &Failure) -> Response {
    let (title, lead) = match failure {
        Failure::Link(LinkTrouble::Ended) => {
            ("This link has ended", "Whoever sent it can make a new one. Nothing was changed.")
        }
        Failure::Link(LinkTrouble::NoPage) => {
            ("Please open the page first", "Nothing was changed. Open the link again and choose.")
        }
        Failure::Link(_) | Failure::NotFound => (
            "This link does not work",
            "It may have been cut off on its way. Ask whoever sent it to send it again.",
        ),
        Failure::Conflict(_) => ("Nothing of you is held", "You left the map already."),
        other => return crate::refuse::page(None, other),
    };
    let code = if matches!(failure, Failure::Conflict(_)) {
        axum::http::StatusCode::OK
    } else {
        status(failure)
    };
    render_with(code, &message(title, lead))
}
