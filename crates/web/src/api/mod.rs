//! The JSON API: one file per resource. Errors are problem+json (RFC 9457) with stable codes.

pub mod health;
pub mod report;

use axum::Router;
use axum::routing::get;

use crate::server::Face;

/// All routes for programs.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/v1/report", get(report::show))
}
