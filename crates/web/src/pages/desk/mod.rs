//! The desk: inbox, lists, the record, thanks, the referrer's status page, the team's load.

use axum::Router;

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
}
