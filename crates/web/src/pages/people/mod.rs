//! People and settings: members, pools, absences, holidays, own account, workspace, keys, webhooks.

use axum::Router;

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
}
