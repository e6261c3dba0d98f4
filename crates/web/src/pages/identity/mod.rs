//! Who is one: pairs to decide, companies over all systems, and whom to believe.

mod accounts;
mod duplicates;
mod pair;
mod sources;

use axum::Router;
use axum::routing::{get, post};

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/duplicates", get(duplicates::list))
        .route("/duplicates/{id}", get(duplicates::one))
        .route("/duplicates/{id}/decide", post(duplicates::decide))
        .route("/duplicates/{id}/undo", post(duplicates::undo))
        .route("/accounts", get(accounts::list))
        .route("/accounts/{id}", get(accounts::one))
        .route("/sources", get(sources::show).post(sources::name))
        .route("/sources/{slug}/raise", post(sources::raise))
        .route("/sources/fields/{field}", post(sources::believe))
}
