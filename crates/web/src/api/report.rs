//! `GET /v1/report`: the figures, for programs with the scope `report:read` and for signed-in
//! members.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use warmpath_app::policy::{Principal, ReadFigures, grant};
use warmpath_app::report_figures::{Figures, Wish};
use warmpath_app::{Failure, sign_in};
use warmpath_core::referral::Origin;

use crate::form::Fields;
use crate::refuse;
use crate::server::Face;
use crate::session;

/// The figures as JSON. Takes `days`, `origin` and `team`.
pub async fn show(
    State(face): State<Face>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    match report(&face, &headers, query.as_deref().unwrap_or_default()).await {
        Ok(figures) => Json(&*figures).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

async fn report(face: &Face, headers: &HeaderMap, query: &str) -> Result<Arc<Figures>, Failure> {
    let principal = principal(face, headers).await?;
    let grant = grant::<ReadFigures>(&principal)?;
    if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| !PARAMETERS.contains(&&*name)) {
        return Err(refuse::invalid("query", "query_invalid", "A parameter is unknown."));
    }
    face.figures.read(&face.app, &grant, &wish(query)?).await
}

async fn principal(face: &Face, headers: &HeaderMap) -> Result<Principal, Failure> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    if let Some(key) = sent.and_then(|text| text.strip_prefix("Bearer ")) {
        return Ok(sign_in::by_api_key(&face.app, key.trim()).await?.0);
    }
    let cookie = session::cookie(face, headers).ok_or(Failure::NotSignedIn)?;
    Ok(sign_in::by_cookie(&face.app, &cookie).await?.principal)
}

/// What an address may ask for.
const PARAMETERS: [&str; 3] = ["days", "origin", "team"];

/// Days, when an address names none.
pub(crate) const DAYS: i64 = 90;

/// What an address asks for.
///
/// # Errors
/// [`Failure::Invalid`] when it names no number of days or no origin that exists.
pub(crate) fn wish(query: &str) -> Result<Wish, Failure> {
    let fields = Fields::parse(query.as_bytes())
        .map_err(|_| refuse::invalid("query", "too_many_fields", "That is too much to ask."))?;
    let days = match fields.trimmed("days") {
        "" => DAYS,
        text => text
            .parse()
            .map_err(|_| refuse::invalid("days", "not_a_number", "Write days as a number."))?,
    };
    let origin = match fields.trimmed("origin") {
        "" => None,
        text => Some(text.parse::<Origin>().map_err(|_| {
            refuse::invalid("origin", "unknown", "There is no such origin of referrals.")
        })?),
    };
    let team = Some(fields.trimmed("team").to_owned()).filter(|team| !team.is_empty());
    Ok(Wish { days, origin, team })
}
