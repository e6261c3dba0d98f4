//! Imports: upload, columns, preview, progress, refused rows; and the first look back.

mod audit;
mod columns;
mod list;
mod record;
pub(crate) mod upload;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use warmpath_app::import::{Kind, State};
use warmpath_core::limits;

use crate::server::Face;
use crate::view::part::{Pill, Tone};

/// What surrounds the file in a multipart body.
const ENVELOPE_BYTES: usize = 64 << 10;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    let most = limits::IMPORT_BYTES_MAX + ENVELOPE_BYTES;
    let take = post(upload::take).layer(DefaultBodyLimit::max(most));
    Router::new()
        .route("/imports", get(list::show).merge(take))
        .route("/imports/new", get(upload::show))
        .route("/imports/{id}", get(record::show))
        .route("/imports/{id}/columns", get(columns::show).post(columns::set))
        .route("/imports/{id}/start", post(record::start))
        .route("/imports/{id}/stop", post(record::stop))
        .route("/imports/{id}/refused.csv", get(record::refused_csv))
        .route("/audit", get(audit::show))
}

/// A kind in words.
fn kind_word(kind: &str) -> &'static str {
    match kind.parse() {
        Ok(Kind::Accounts) => "Accounts",
        Ok(Kind::Contacts) => "Contacts",
        Ok(Kind::Opportunities) => "Opportunities",
        Ok(Kind::Referrals) => "Referrals",
        Ok(Kind::Members) => "Members",
        Ok(Kind::Partners) => "Partners",
        Err(_) if kind == warmpath_app::import_network::KIND => "Network, headers only",
        Err(_) => "File",
    }
}

/// A state as a pill.
fn state_pill(state: &str) -> Pill {
    let (word, tone) = match state.parse() {
        Ok(State::Uploaded) => ("Columns to choose", Tone::Warning),
        Ok(State::Mapped) => ("Ready to start", Tone::Accent),
        Ok(State::Running) => ("Reading", Tone::Accent),
        Ok(State::Done) => ("Done", Tone::Positive),
        Ok(State::Stopped) => ("Stopped", Tone::Neutral),
        Ok(State::Failed) | Err(_) => ("Failed", Tone::Negative),
    };
    Pill::new(word, tone)
}
