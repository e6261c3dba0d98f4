//! Around every request: an id, one log line, and the last resort when a handler breaks.
//!
//! The log line names the route and never the path: paths hold the secrets of one-time links. No
//! query, header or body is logged at any level.

use std::panic::AssertUnwindSafe;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use crate::server::Face;

/// Gives the request an id, logs its outcome once, and answers when its handler panicked.
pub(crate) async fn observe(State(face): State<Face>, request: Request, next: Next) -> Response {
    let mut bytes = [0; 8];
    face.app.random.fill(&mut bytes);
    let id: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "none".to_owned());
    let is_api = route.starts_with("/v1/");
    let span = tracing::info_span!("request", id, method = %request.method(), route);
    let begun = face.app.now();
    let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone()).await;
    let mut response = outcome.unwrap_or_else(|_| broken(&id, is_api));
    let taken_ms = face.app.now().duration_since(begun).as_millis();
    let _inside = span.enter();
    tracing::info!(status = response.status().as_u16(), taken_ms = taken_ms as i64, "answered");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// A handler panicked. The hook of the program said where; this says to the caller what to quote.
fn broken(id: &str, is_api: bool) -> Response {
    tracing::error!(id, "a handler broke");
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    if is_api {
        let body = serde_json::json!({
            "type": "/problems/internal",
            "title": "Something broke on our side",
            "status": status.as_u16(),
            "code": "internal",
            "detail": "Send it again: the same idempotency key is never done twice.",
            "reference": id,
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        return (status, kind, body.to_string()).into_response();
    }
    crate::refuse::broken(id)
}
