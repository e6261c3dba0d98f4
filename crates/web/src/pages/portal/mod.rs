//! The doors for people outside: the partner portal and the personal referral link.

use axum::Router;

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
}
