//! Profiles: the list, the editor with its meter, the people found, the versions, and where people
//! and signals come from.

mod editor;
mod list;
mod matches;
mod proposals;
mod sources;
pub(in crate::pages) mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use warmpath_core::limits;

use crate::server::Face;
use crate::view::part::SegmentEntry;

/// What surrounds a file in a multipart body.
const ENVELOPE_BYTES: usize = 64 << 10;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    let file = || DefaultBodyLimit::max(limits::IMPORT_BYTES_MAX + ENVELOPE_BYTES);
    Router::new()
        .route("/profiles", get(list::show).post(editor::create))
        .route("/profiles/new", get(editor::blank))
        .route("/profiles/check", post(editor::check_new))
        .route("/profiles/sources", get(sources::show))
        .route("/profiles/sources/register", post(sources::register).layer(file()))
        .route("/profiles/sources/signals", post(sources::signals).layer(file()))
        .route("/profiles/sources/signal", post(sources::signal))
        .route("/profiles/{id}", get(editor::show).post(editor::save))
        .route("/profiles/{id}/check", post(editor::check))
        .route("/profiles/{id}/step", post(editor::step))
        .route("/profiles/{id}/matches", get(matches::show))
        .route("/profiles/{id}/matches.csv", get(matches::csv))
        .route("/profiles/{id}/versions", get(list::versions))
        .route("/profiles/{id}/proposals", post(proposals::ask))
        .route("/profiles/{id}/proposals/taken", post(proposals::take))
}

const HREF: &str = "/profiles";

/// Brief, matches and versions of one profile.
fn tabs(id: &str, current: &str) -> Vec<SegmentEntry> {
    [("Brief", ""), ("Matches", "/matches"), ("Versions", "/versions")]
        .into_iter()
        .map(|(label, part)| SegmentEntry {
            label: label.to_owned(),
            href: format!("{HREF}/{id}{part}"),
            current: part == current,
        })
        .collect()
}
