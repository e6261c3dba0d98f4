//! Every bound, as the code keeps it.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use warmpath_core::limits;

/// One bound.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitOut {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: u64,
    /// The unit.
    pub unit: String,
    /// What it bounds.
    pub what: String,
}

/// All bounds, by name. Open to everybody: a bound is no secret.
#[utoipa::path(
    get, path = "/v1/limits", tag = "limits",
    responses((status = 200, description = "All bounds", body = Vec<LimitOut>)),
)]
pub async fn show() -> Json<Vec<LimitOut>> {
    let all = limits::all().into_iter().map(|(name, value, unit, what)| LimitOut {
        name: name.to_lowercase(),
        value,
        unit: unit.to_owned(),
        what: what.to_owned(),
    });
    Json(all.collect())
}
