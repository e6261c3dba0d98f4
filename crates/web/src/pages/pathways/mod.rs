//! Pathways: list, editor, simulation, approval, compare, replay.

use axum::Router;

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
}
