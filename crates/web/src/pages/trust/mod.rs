//! Trust: the ledger and its proofs, the compliance desk, the outbox, consent receipts.

use axum::Router;

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
}
