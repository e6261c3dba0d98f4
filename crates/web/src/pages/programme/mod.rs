//! The programme around introductions: asks to all and offers, the playbook, committees, groups,
//! recruiting, what is worth sharing, and the page for somebody who only wants to say whom to meet.

mod authority;
mod bulletins;
mod committees;
mod concierge;
mod desk;
mod group;
mod groups;
mod playbook;
mod recruiting;
mod useful;

use axum::Router;
use axum::routing::{get, post};
use warmpath_app::Failure;
use warmpath_app::error::Problem;
use warmpath_app::introduce::choose;
use warmpath_app::policy::{AskIntroduction, grant};
use warmpath_app::programme::BlindWords;
use warmpath_app::sign_in::SignedIn;

use crate::form::Fields;
use crate::server::Face;
use crate::view::part::{Field, FieldKind, SegmentEntry};

pub(crate) use authority::card as authority_card;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/meet", get(concierge::show))
        .route("/bulletins", get(bulletins::list).post(bulletins::ask))
        .route("/bulletins/{id}/close", post(bulletins::close))
        .route("/bulletins/{id}/answer", post(bulletins::answer))
        .route("/offers", post(bulletins::offer))
        .route("/offers/{id}/decide", post(bulletins::decide))
        .route("/offers/{id}/withdraw", post(bulletins::withdraw))
        .route("/playbook", get(playbook::show))
        .route("/authority/{person}", post(authority::verify))
        .route("/committees", get(committees::list))
        .route("/committees/{account}", get(committees::one).post(committees::set))
        .route("/committees/{account}/remove", post(committees::remove))
        .route("/groups", get(groups::list).post(groups::found))
        .route("/groups/{id}", get(group::show).post(group::change))
        .route("/groups/{id}/admit", post(group::admit))
        .route("/groups/{id}/state", post(group::state))
        .route("/groups/{id}/gatherings/{gathering}", post(group::gathering))
        .route("/groups/{id}/leave", post(group::leave))
        .route("/recruiting", get(recruiting::list).post(recruiting::add))
        .route("/recruiting.csv", get(recruiting::csv))
        .route("/recruiting/{person}", get(recruiting::one).post(recruiting::advance))
        .route("/recruiting/{person}/agree", post(recruiting::agree))
        .route("/recruiting/{person}/link", post(recruiting::link))
        .route("/useful", get(useful::list).post(useful::note))
        .route("/b/{token}", get(desk::show))
        .route("/b/{token}/answer", post(desk::answer))
        .route("/b/{token}/offer", post(desk::offer))
        .route("/b/{token}/withdraw", post(desk::withdraw))
}

/// Pages about introductions.
pub(crate) fn introduction_tabs(current: &str) -> Vec<SegmentEntry> {
    tabs(
        &[
            ("Introductions", "/introductions"),
            ("Asks to all, offers", "/bulletins"),
            ("Who decides", "/committees"),
            ("Playbook", "/playbook"),
        ],
        current,
    )
}

/// Pages about connectors.
pub(crate) fn connector_tabs(current: &str) -> Vec<SegmentEntry> {
    tabs(
        &[
            ("Goodwill", "/goodwill"),
            ("Worth sharing", "/useful"),
            ("Recruiting", "/recruiting"),
            ("Groups", "/groups"),
        ],
        current,
    )
}

fn tabs(all: &[(&str, &str)], current: &str) -> Vec<SegmentEntry> {
    let entry = |(label, href): &(&str, &str)| SegmentEntry {
        label: (*label).to_owned(),
        href: (*href).to_owned(),
        current: *href == current,
    };
    all.iter().map(entry).collect()
}

/// Problems of a refused form.
fn problems(failure: Option<&Failure>) -> &[Problem] {
    match failure {
        Some(Failure::Invalid(problems)) => problems,
        _ => &[],
    }
}

/// What was refused for another reason than a field, in its sentence.
fn refusal(failure: Option<&Failure>) -> Option<crate::view::part::Note> {
    use crate::view::part::{Note, Tone};
    match failure {
        Some(Failure::NotPossible(what)) => {
            Some(Note::new(Tone::Warning, "Not done.", what.sentence.clone()))
        }
        Some(Failure::Conflict(sentence)) => {
            Some(Note::new(Tone::Warning, "Not done.", sentence.clone()))
        }
        _ => None,
    }
}

/// Whether a refusal is shown in the form that was sent: what was typed is kept.
fn stays(failure: &Failure) -> bool {
    matches!(failure, Failure::Invalid(_) | Failure::NotPossible(_) | Failure::Conflict(_))
}

/// Words that name nobody, as fields.
fn blind_fields(typed: &Fields) -> Vec<Field> {
    vec![
        Field::text("role", "Role", typed.get("role")).hint("CFO"),
        Field::text("industry", "Industry", typed.get("industry")).hint("Metal casting"),
        Field::text("size", "Size", typed.get("size")).hint("500 to 1,000 people"),
        Field::text("topic", "Topic", typed.get("topic")).hint("Closing five plants in one week"),
    ]
}

fn blind_words(typed: &Fields) -> BlindWords {
    let text = |name: &str| typed.trimmed(name).to_owned();
    BlindWords {
        role: text("role"),
        industry: text("industry"),
        size: text("size"),
        topic: text("topic"),
    }
}

/// People to choose from: those a search finds, and connectors.
async fn people(
    face: &Face,
    who: &SignedIn,
    text: &str,
    picked: &str,
) -> Result<Vec<(String, String)>, Failure> {
    let may = grant::<AskIntroduction>(&who.principal)?;
    let found = choose::run(&face.app, &may, text, (picked.parse().ok(), None)).await?;
    let mut all = found.targets;
    for one in found.connectors {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    Ok(all)
}

/// A choice of one of these people.
fn person_field(name: &str, label: &str, people: &[(String, String)], value: &str) -> Field {
    let mut options = vec![(String::new(), "Nobody chosen".to_owned())];
    options.extend(people.iter().cloned());
    Field::of(FieldKind::Select(options), name, label, value)
        .hint("Search above for somebody who is not in the list")
}
