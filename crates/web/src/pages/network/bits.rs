//! Words and small parts that the pages of the network share.

use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use warmpath_app::Failure;
use warmpath_app::network::{PersonFacts, TieSeen};
use warmpath_app::rate_tie::RATINGS;
use warmpath_app::sign_in::SignedIn;
use warmpath_app::tie::{Rating, TieState, Tier};
use warmpath_core::id::PersonId;

use crate::form::Fields;
use crate::refuse;
use crate::server::Face;
use crate::shell;
use crate::view::Shell;
use crate::view::part::{Action, Cell, Pill, Tier as TierMark, TierKind, Tone};
use crate::words::{Words, thousands};

/// The fields of an address.
pub(super) fn query(raw: &RawQuery) -> Fields {
    let text = raw.0.as_deref().unwrap_or_default();
    Fields::parse(text.as_bytes()).unwrap_or_default()
}

/// An address with these fields, leaving out the empty ones.
pub(super) fn address(path: &str, fields: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut any = false;
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
        any = true;
    }
    if any { format!("{path}?{}", query.finish()) } else { path.to_owned() }
}

/// Role and company, as far as known.
pub(super) fn role_of(facts: &PersonFacts) -> String {
    let parts = [facts.title.as_str(), facts.company.as_str()];
    let kept: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    kept.join(", ")
}

/// The page of a person in the network.
pub(super) fn person_href(id: PersonId) -> String {
    format!("/network/people/{id}")
}

/// The page of a tie.
pub(super) fn tie_href(tie: &TieSeen) -> String {
    format!("/ties/{}/{}", tie.from, tie.to)
}

/// The cell of a person.
pub(super) fn person_cell(facts: &PersonFacts) -> Cell {
    Cell::person(&facts.name, &facts.id.to_string(), person_href(facts.id), role_of(facts))
}

/// A tier as the mark of a page.
pub(super) fn tier_kind(tier: Tier) -> TierKind {
    match tier {
        Tier::Strong => TierKind::Strong,
        Tier::Medium => TierKind::Medium,
        Tier::Weak => TierKind::Weak,
        Tier::Gap => TierKind::Gap,
    }
}

/// A tier with its word.
pub(super) fn tier_mark(tier: Tier) -> TierMark {
    TierMark { kind: tier_kind(tier), word_shown: true }
}

/// A tier as a word.
pub(super) fn tier_word(tier: Tier) -> &'static str {
    match tier {
        Tier::Strong => "Strong",
        Tier::Medium => "Medium",
        Tier::Weak => "Weak",
        Tier::Gap => "Gap",
    }
}

/// How a tie stands, as a pill.
pub(super) fn state_pill(state: TieState) -> Pill {
    let (word, tone) = match state {
        TieState::Inferred => ("Only concluded", Tone::Warning),
        TieState::Observed => ("Seen", Tone::Accent),
        TieState::Imported => ("From a list", Tone::Neutral),
        TieState::Confirmed => ("Confirmed", Tone::Positive),
        TieState::Stale => ("Gone quiet", Tone::Warning),
        TieState::Disputed => ("Denied", Tone::Negative),
    };
    Pill::new(word, tone)
}

/// What the owner said, in words.
pub(super) fn rating_words(rated: Option<(Rating, Timestamp)>, words: &Words) -> String {
    rated.map_or_else(
        || "Not rated".to_owned(),
        |(rating, until)| format!("{}, until {}", rating_word(rating), words.day(until)),
    )
}

/// A rating as its button says it.
pub(super) fn rating_word(rating: Rating) -> &'static str {
    let stored = warmpath_app::rate_tie::word(rating);
    RATINGS.iter().find(|(word, _)| *word == stored).map_or("", |(_, label)| label)
}

/// One button per rating; the current one is marked.
pub(super) fn rate_buttons(to: PersonId, now: Option<Rating>, back: &str) -> Vec<Action> {
    RATINGS
        .iter()
        .map(|(word, label)| {
            let path = address(&format!("{}/rate", person_href(to)), &[("back", back)]);
            let current = now.is_some_and(|rating| warmpath_app::rate_tie::word(rating) == *word);
            let button = Action::post(*label, path).with("rating", *word).small();
            if current { button.icon("check") } else { button }
        })
        .collect()
}

/// "1 in 2", "1 in 6", "Low".
pub(super) fn chance_words(chance: f64) -> String {
    if chance < warmpath_app::tie::CONFIDENT_FROM {
        "Low".to_owned()
    } else if chance > 0.75 {
        "Likely".to_owned()
    } else {
        format!("1 in {:.0}", (1.0 / chance).round().max(2.0))
    }
}

/// As of which entry an answer is.
pub(super) fn as_of(entry: i64, at: Timestamp, words: &Words) -> String {
    format!("As of ledger entry {}, {}.", thousands(entry), words.moment(at))
}

/// Several words as a list: "mails, meetings".
pub(super) fn list(items: &[&str]) -> String {
    if items.is_empty() { "nothing yet".to_owned() } else { items.join(", ") }
}

/// The frame of a page under an entry of the menu.
pub(super) async fn frame(face: &Face, me: &SignedIn, title: &str, href: &str) -> Shell {
    shell::at(shell::of(&face.app, me, title).await, href)
}

/// After a change: back to where the button stood, or the refusal.
pub(super) async fn moved(
    face: &Face,
    me: &SignedIn,
    to: &str,
    outcome: Result<(), Failure>,
) -> Response {
    match outcome {
        Ok(()) => Redirect::to(to).into_response(),
        Err(failure) => {
            let frame = frame(face, me, "Network", "/network").await;
            refuse::page(Some(frame), &failure)
        }
    }
}

/// A place of our own to go back to; anything else is the person's page.
pub(super) fn back_or(fields: &Fields, otherwise: &str) -> String {
    let back = fields.trimmed("back");
    let ours = ["/network", "/ties/", "/paths", "/plan", "/connectors", "/tiers"];
    if ours.iter().any(|start| back.starts_with(start)) {
        back.to_owned()
    } else {
        otherwise.to_owned()
    }
}
