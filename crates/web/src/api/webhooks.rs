//! Webhook endpoints, their deliveries, and replay.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use warmpath_app::policy::ManageEndpoints;
use warmpath_app::rows::{DeliveryRow, EndpointRow};
use warmpath_app::{Failure, manage_endpoints};
use warmpath_core::id::{DeliveryId, EndpointId};
use warmpath_core::limits;

use crate::api::body::Body;
use crate::api::caller::{Allowed, Caller};
use crate::refuse;
use crate::server::Face;

/// An endpoint to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointIn {
    /// `https` address on the public Internet.
    pub url: String,
    /// Kinds (`referral.routed`) or their beginnings (`referral.`); none is all.
    #[serde(default)]
    pub events: Vec<String>,
}

/// An endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndpointOut {
    /// Its id.
    pub id: String,
    /// Address.
    pub url: String,
    /// Kinds; none is all.
    pub events: Vec<String>,
    /// Sends.
    pub active: bool,
    /// Has failed without a break since (RFC 3339).
    pub failing_since: Option<String>,
    /// Made (RFC 3339).
    pub created_at: String,
    /// The signing secret; only in the answer to its making.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// One event for one endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryOut {
    /// Its id, the same over all attempts.
    pub id: String,
    /// The ledger entry it tells of.
    pub seq: i64,
    /// Its kind.
    pub kind: String,
    /// `waiting`, `delivered` or `dead`.
    pub state: String,
    /// Times tried.
    pub attempts: i64,
    /// Last HTTP status; 0 is no answer.
    pub last_status: i64,
    /// What went wrong last.
    pub last_error: String,
    /// Made (RFC 3339).
    pub created_at: String,
}

/// A page of deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveriesOut {
    /// The deliveries, latest first.
    pub data: Vec<DeliveryOut>,
    /// To send as `after` for the next page; null on the last.
    pub next: Option<String>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageIn {
    /// Only those after this id of the page before.
    after: Option<String>,
}

fn endpoint_out(row: EndpointRow, secret: Option<String>) -> EndpointOut {
    EndpointOut {
        id: row.id.to_string(),
        url: row.url,
        events: row.events.0,
        active: row.active,
        failing_since: row.failing_since.map(|at| at.to_string()),
        created_at: row.created_at.to_string(),
        secret,
    }
}

fn delivery_out(row: DeliveryRow) -> DeliveryOut {
    DeliveryOut {
        id: row.id.to_string(),
        seq: row.seq,
        kind: row.kind,
        state: row.state,
        attempts: row.attempts,
        last_status: row.last_status,
        last_error: row.last_error,
        created_at: row.created_at.to_string(),
    }
}

fn answer<T: Serialize>(status: StatusCode, outcome: Result<T, Failure>) -> Response {
    match outcome {
        Ok(out) => (status, Json(out)).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

/// All endpoints.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints", tag = "webhooks",
    responses((status = 200, description = "All", body = Vec<EndpointOut>)),
)]
pub async fn list(State(face): State<Face>, caller: Caller) -> Response {
    let found = match caller.may::<ManageEndpoints>() {
        Ok(grant) => manage_endpoints::list(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    let out =
        found.map(|rows| rows.into_iter().map(|row| endpoint_out(row, None)).collect::<Vec<_>>());
    answer(StatusCode::OK, out)
}

/// Makes an endpoint and shows its secret once.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints", tag = "webhooks", request_body = EndpointIn,
    responses(
        (status = 201, description = "Made", body = EndpointOut),
        (status = 422, description = "Refused, by field", body = crate::api::ProblemOut),
    ),
)]
pub async fn make(
    State(face): State<Face>,
    allowed: Allowed<ManageEndpoints>,
    body: Body<EndpointIn>,
) -> Response {
    let sent = &body.value;
    let made = manage_endpoints::make(&face.app, &allowed.grant, &sent.url, &sent.events).await;
    answer(StatusCode::CREATED, made.map(|made| endpoint_out(made.endpoint, Some(made.secret))))
}

/// The deliveries of an endpoint, latest first.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path, description = "The endpoint"), PageIn),
    responses((status = 200, description = "A page", body = DeliveriesOut)),
)]
pub async fn deliveries(
    State(face): State<Face>,
    caller: Caller,
    Path(id): Path<String>,
    page: Result<Query<PageIn>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let after = page.ok().map(|page| page.0.after);
    answer(StatusCode::OK, delivered(&face, &caller, &id, after).await)
}

async fn delivered(
    face: &Face,
    caller: &Caller,
    id: &str,
    after: Option<Option<String>>,
) -> Result<DeliveriesOut, Failure> {
    let grant = caller.may::<ManageEndpoints>()?;
    let id: EndpointId = id.parse().map_err(|_| Failure::NotFound)?;
    let wrong = || Failure::invalid("after", "value_invalid", "This is no value of it.");
    let before: Option<DeliveryId> = match after.ok_or_else(wrong)? {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| wrong())?),
    };
    let limit = limits::PAGE_ROWS_DEFAULT as i64;
    let rows = manage_endpoints::deliveries(&face.app, &grant, id, before, limit).await?;
    let full = rows.len() as i64 >= limit;
    let next = rows.last().filter(|_| full).map(|row| row.id.to_string());
    Ok(DeliveriesOut { data: rows.into_iter().map(delivery_out).collect(), next })
}

/// Sends a delivery again under the same id.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}/deliveries/{delivery}/replay", tag = "webhooks",
    params(
        ("id" = String, Path, description = "The endpoint"),
        ("delivery" = String, Path, description = "The delivery"),
    ),
    responses((status = 202, description = "It will be sent", body = DeliveryOut)),
)]
pub async fn replay(
    State(face): State<Face>,
    caller: Caller,
    Path((id, delivery)): Path<(String, String)>,
) -> Response {
    answer(StatusCode::ACCEPTED, replayed(&face, &caller, &id, &delivery).await)
}

async fn replayed(
    face: &Face,
    caller: &Caller,
    id: &str,
    delivery: &str,
) -> Result<DeliveryOut, Failure> {
    let grant = caller.may::<ManageEndpoints>()?;
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    let delivery = delivery.parse().map_err(|_| Failure::NotFound)?;
    manage_endpoints::replay(&face.app, &grant, id, delivery).await.map(delivery_out)
}
