//! What the pages of those who are asked share: the frame, a link that does not open, and the page
//! about the occasion that the introduction's message carries.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use warmpath_app::error::LinkTrouble;
use warmpath_app::introduce::{Dossier, deliver};
use warmpath_app::{Failure, rows};

use crate::refuse::{self, render, render_with, status};
use crate::server::Face;
use crate::view::Outsider;
use crate::view::answer::OutsideMessagePage;
use crate::view::introductions::IntroductionOutsidePage;
use crate::view::part::ErrorSummary;

/// The frame; it says who is behind it only where that may be shown.
pub(in crate::pages) fn frame(
    workspace: &rows::WorkspaceRow,
    title: &str,
    shown: bool,
) -> Outsider {
    if shown {
        return Outsider {
            footer: vec![format!("{}, {}.", workspace.legal_name, workspace.address)],
            ..crate::pages::answer::outsider(workspace, title, "en")
        };
    }
    Outsider {
        title: title.to_owned(),
        sender: format!("A private introduction about {}.", workspace.trade),
        language: "en".to_owned(),
        footer: vec!["Who asks you learn when you say yes.".to_owned()],
        ..Outsider::default()
    }
}

/// Agent, shortened, for the sealed evidence.
pub(super) fn origin(headers: &HeaderMap) -> String {
    let agent = headers.get("user-agent").and_then(|v| v.to_str().ok()).unwrap_or_default();
    agent.chars().take(200).collect()
}

/// Problems of a refused form, at the top.
pub(in crate::pages) fn summary(failure: Option<&Failure>) -> ErrorSummary {
    match failure {
        Some(Failure::Invalid(problems)) => crate::pages::card::summary(problems),
        Some(Failure::NotPossible(what)) => ErrorSummary {
            title: "Nothing was changed".to_owned(),
            errors: vec![("main".to_owned(), what.sentence.clone())],
        },
        _ => ErrorSummary::default(),
    }
}

/// What is wrong with one field.
pub(in crate::pages) fn wrong(failure: Option<&Failure>, field: &str) -> String {
    match failure {
        Some(Failure::Invalid(problems)) => problems
            .iter()
            .filter(|p| p.field == field)
            .map(|p| p.message.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        _ => String::new(),
    }
}

/// After a POST: back to the page, or the page with what is wrong.
pub(in crate::pages) fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// A page after a refusal: its title says so, and its status too.
pub(in crate::pages) fn shown(
    mut page: IntroductionOutsidePage,
    failure: Option<&Failure>,
) -> Response {
    match failure {
        None => render(&page),
        Some(failure) => {
            page.outsider.title = format!("Error: {}", page.outsider.title);
            render_with(status(failure), &page)
        }
    }
}

/// A link that does not open: the same words for every link that is not one.
pub(in crate::pages) fn over(failure: &Failure) -> Response {
    let (title, lead) = match failure {
        Failure::Link(LinkTrouble::Used) => {
            ("This link has been used", "If that was not you, tell whoever passed it on.")
        }
        Failure::Link(LinkTrouble::Ended) => {
            ("This link has ended", "Nothing is asked of you any more. Nothing was changed.")
        }
        Failure::Link(LinkTrouble::NoPage) => {
            ("Open the page first", "Nothing was changed. Open the link again and answer.")
        }
        Failure::Link(LinkTrouble::Unknown) => (
            "This link does not work",
            "It may have been cut off on its way, or a newer one took its place.",
        ),
        other => return refuse::page(None, other),
    };
    let page = OutsideMessagePage {
        outsider: Outsider {
            title: title.to_owned(),
            sender: "Warmpath".to_owned(),
            language: "en".to_owned(),
            ..Outsider::default()
        },
        title: title.to_owned(),
        lead: lead.to_owned(),
        links: Vec::new(),
    };
    render_with(status(failure), &page)
}

/// Role, industry, size and topic, line by line.
pub(super) fn sealed_lines(dossier: &Dossier) -> Vec<String> {
    let words = dossier.sealed_words();
    vec![words.line(), format!("About {}", words.topic)]
}

/// The page about the occasion. It names neither side.
pub(super) async fn occasion(State(face): State<Face>, Path(token): Path<String>) -> Response {
    let found = match deliver::occasion(&face.app, &token).await {
        Ok(found) => found,
        Err(failure) => return over(&failure),
    };
    let title = found.topic.chars().take(1).flat_map(char::to_uppercase).collect::<String>()
        + &found.topic.chars().skip(1).collect::<String>();
    let page = IntroductionOutsidePage {
        outsider: frame(&found.workspace, &title, true),
        title,
        lead: found.benefit,
        facts: vec![
            ("The problem".to_owned(), found.problem),
            ("What happened elsewhere".to_owned(), found.proof),
        ],
        closing: vec![
            "You were introduced by somebody who knows you both. Nobody follows up \
                       uninvited."
                .to_owned(),
        ],
        ..IntroductionOutsidePage::default()
    };
    render(&page)
}
