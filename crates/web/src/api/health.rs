//! Whether the process lives, and whether it can serve.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::server::Face;

/// The process answers. Does not ask the database.
pub async fn live() -> Response {
    (StatusCode::OK, "ok\n").into_response()
}

/// The database answers, and the program is not stopping.
pub async fn ready(State(face): State<Face>) -> Response {
    if face.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match warmpath_app::context::ping(&face.app).await {
        Ok(()) => (StatusCode::OK, "ready\n").into_response(),
        Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}
