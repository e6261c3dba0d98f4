//! Imports: upload, map, preview, progress, refused rows; and the first-run audit.

use axum::Router;

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
}
