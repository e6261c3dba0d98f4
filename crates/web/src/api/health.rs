//! Whether the process lives, whether it can serve, and how it is doing.

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use warmpath_app::policy::ReadMetrics;
use warmpath_app::read_health;

use crate::api::caller::Caller;
use crate::refuse::{self, Plain};
use crate::server::Face;

/// The process answers. Does not ask the database.
pub async fn live() -> Response {
    (StatusCode::OK, "ok\n").into_response()
}

/// The database answers, and the program is not stopping.
pub async fn ready(State(face): State<Face>) -> Response {
    if face.is_draining() {
        return unready("stopping\n");
    }
    match warmpath_app::context::ping(&face.app).await {
        Ok(()) => (StatusCode::OK, "ready\n").into_response(),
        Err(_) => unready("the database does not answer\n"),
    }
}

fn unready(why: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, Extension(Plain), why).into_response()
}

/// Figures of the running process, for Prometheus. It takes a key with the scope `metrics:read`:
/// behind a proxy on the same machine every caller would seem to come from there.
pub async fn metrics(State(face): State<Face>, caller: Caller) -> Response {
    let health = match caller.may::<ReadMetrics>() {
        Ok(grant) => read_health::run(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    match health {
        Ok(health) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (kind, face.measure.text(&health)).into_response()
        }
        Err(failure) => refuse::problem(&failure),
    }
}
