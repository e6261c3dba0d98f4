//! Stands around every handler: counts what was answered, and notes in the ledger who was refused.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use warmpath_app::note_denial;
use warmpath_core::limits;

use crate::api::caller;
use crate::limit::Rate;
use crate::refuse::Refused;
use crate::server::Face;

/// Counts, and notes refusals.
#[expect(clippy::disallowed_methods, reason = "the time of an answer is measured, not decided by")]
pub async fn requests(State(face): State<Face>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let method = request.method().clone();
    let (parts, body) = request.into_parts();
    let head = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let name = route.as_deref().unwrap_or("unmatched");
    face.measure.note(method.as_str(), name, response.status().as_u16(), start.elapsed());
    if let Some(refused) = response.extensions().get::<Refused>()
        && is_denial(refused.0, route.as_deref())
    {
        note(&face, head, refused.0, &format!("{method} {name}")).await;
    }
    response
}

/// Not allowed, or a record by id that is not theirs to see, or an address that is none: all may be
/// the same attempt.
fn is_denial(code: &str, route: Option<&str>) -> bool {
    let by_id = route.is_none_or(|route| route.contains("{id}") || route.contains("{*rest}"));
    code == "not_allowed" || code == "not_yours" || (code == "not_found" && by_id)
}

async fn note(face: &Face, head: Parts, code: &str, route: &str) {
    let mut head = head;
    // Who sent a form by cookie is known by the same cookie that reads pages.
    head.method = axum::http::Method::GET;
    let Ok(found) = caller::who(&head, face).await else { return };
    let rate = Rate::per_minute(limits::DENIALS_NOTED_PER_MINUTE);
    let who = format!("{:?}", found.principal.actor());
    if face.limiter.admit("denial", &who, rate, face.app.now()).is_err() {
        return;
    }
    if let Err(failure) = note_denial::run(&face.app, &found.principal, code, route).await {
        tracing::warn!(code = failure.code(), "could not note a denied attempt");
    }
}
