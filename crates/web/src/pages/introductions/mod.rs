//! Introductions: the board, one introduction, connectors; and the pages of those who are asked.

mod ask;
mod board;
mod connector;
mod connectors;
pub(in crate::pages) mod outside;
mod outside_connector;
mod outside_target;
mod record;
mod rules;

use axum::Router;
use axum::routing::{get, post};
use warmpath_core::introduction::{ConnectorState, RequestState, TargetState};

use crate::server::Face;
use crate::view::introductions::Track;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/introductions", get(board::show))
        .route("/introductions/new", get(ask::new_page).post(ask::begin))
        .route("/introductions/{id}", get(record::show))
        .route("/introductions/{id}/ask", get(ask::draft_page).post(ask::send))
        .route("/introductions/{id}/move", post(record::act))
        .route("/introductions/{id}/reroute", post(record::reroute))
        .route("/introductions/{id}/meeting", post(record::propose_meeting))
        .route("/introductions/{id}/meeting.ics", get(record::calendar))
        .route("/introductions/{id}/tell", post(record::tell))
        .route("/introductions/{id}/thank", post(record::thank))
        .route("/goodwill", get(connectors::list).post(connectors::add))
        .route("/goodwill/me", get(connector::me))
        .route("/goodwill/me/rules", post(rules::own))
        .route("/goodwill/{id}", get(connector::one))
        .route("/goodwill/{id}/give", post(connector::give))
        .route("/goodwill/{id}/stage", post(connector::stage))
        .route("/goodwill/{id}/rules", post(rules::for_connector))
        .route("/c/{token}", get(outside_connector::show).post(outside_connector::answer))
        .route("/c/{token}/text", post(outside_connector::propose))
        .route("/c/{token}/deliver", post(outside_connector::deliver))
        .route("/c/{token}/introduction.eml", get(outside_connector::file))
        .route("/t/{token}", get(outside_target::show).post(outside_target::answer))
        .route("/t/{token}/withdraw", post(outside_target::withdraw))
        .route("/t/{token}/complain", post(outside_target::complain))
        .route("/i/{token}", get(outside::occasion))
}

/// The connector's track as it is drawn.
fn connector_track(state: ConnectorState) -> Track {
    let (icon, tone) = match state {
        ConnectorState::Unasked => ("circle-slash", ""),
        ConnectorState::AskedBlind => ("lock", ""),
        ConnectorState::AskedNamed => ("user", ""),
        ConnectorState::Deciding => ("hourglass", ""),
        ConnectorState::Yes => ("circle-check", "pos"),
        ConnectorState::No => ("circle-x", "neg"),
        ConnectorState::Silent => ("ellipsis", "warn"),
    };
    track(icon, tone, state)
}

/// The target's track as it is drawn.
fn target_track(state: TargetState) -> Track {
    let (icon, tone) = match state {
        TargetState::Unasked => ("circle-slash", ""),
        TargetState::Proposed => ("mail", ""),
        TargetState::Deciding => ("hourglass", ""),
        TargetState::Yes => ("circle-check", "pos"),
        TargetState::No => ("circle-x", "neg"),
        TargetState::Silent => ("ellipsis", "warn"),
    };
    track(icon, tone, state)
}

fn track(icon: &str, tone: &str, state: impl std::fmt::Display) -> Track {
    Track { icon: icon.to_owned(), tone: tone.to_owned(), word: said(state) }
}

/// A fixed word as it is spoken: "asked blind".
fn said(word: impl std::fmt::Display) -> String {
    word.to_string().replace('_', " ")
}

/// The same at the start of a line: "Asked blind".
fn headed(word: impl std::fmt::Display) -> String {
    let text = said(word);
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// The tone of a request's state.
fn request_tone(state: RequestState) -> crate::view::part::Tone {
    use crate::view::part::Tone;
    match state {
        RequestState::Draft | RequestState::Submitted | RequestState::Screened => Tone::Neutral,
        RequestState::Offered | RequestState::Arranging => Tone::Accent,
        RequestState::Deliverable | RequestState::Delivered => Tone::Positive,
        RequestState::Closed | RequestState::Rerouted | RequestState::Declined => Tone::Neutral,
        RequestState::Expired => Tone::Warning,
        RequestState::Withdrawn => Tone::Negative,
    }
}

/// Percent-encodes for a mailto address (RFC 6068: a blank is %20, never a plus).
fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A text without the secret part of the links that stand for a connector's or a target's word: who
/// reads a text does not answer in their place.
pub(in crate::pages) fn without_tokens(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = ["/c/", "/t/"].iter().filter_map(|path| rest.find(path)).min() {
        let (before, after) = rest.split_at(at + 3);
        let token = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        let token = token.unwrap_or(after.len());
        shown.push_str(before);
        // A short one is a word of the text, not a token.
        shown.push_str(if token < 20 { &after[..token] } else { "…" });
        rest = &after[token..];
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::without_tokens;

    #[test]
    fn a_token_is_not_shown_and_other_words_are() {
        let text = "Say so here:\nhttps://a.example/c/abcdefghijklmnopqrstuv_-12\n24/t/7 or not";
        assert_eq!(without_tokens(text), "Say so here:\nhttps://a.example/c/…\n24/t/7 or not");
    }
}
