//! Who is one: pairs to decide, companies over all systems, and whom to believe.

mod accounts;
mod duplicates;
mod pair;
mod place;
mod sources;
pub(crate) mod sweeps;

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
        .route("/sweeps", post(sweeps::start))
        .route("/sweeps/{id}", get(sweeps::one))
        .route("/sweeps/{id}/stop", post(sweeps::stop))
        .route("/sweeps/{id}/model.json", get(sweeps::model_file))
        .route("/accounts", get(accounts::list))
        .route("/accounts/{id}", get(accounts::one))
        .route("/accounts/{id}/parent", post(place::say))
        .route("/sources", get(sources::show).post(sources::name))
        .route("/sources/{slug}/raise", post(sources::raise))
        .route("/sources/fields/{field}", post(sources::believe))
}
