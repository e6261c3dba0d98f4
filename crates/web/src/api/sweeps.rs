//! Comparisons of everybody with everybody, for programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use warmpath_app::policy::{ReadDuplicates, ReviewDuplicates};
use warmpath_app::rows::SweepRow;
use warmpath_app::{Failure, sweep_people};

use crate::api::caller::Caller;
use crate::refuse;
use crate::server::Face;

/// A comparison of everybody.
#[derive(Debug, Serialize, ToSchema)]
pub struct SweepOut {
    /// Its id.
    pub id: String,
    /// `waiting`, `running`, `done`, `stopped` or `failed`.
    pub state: String,
    /// What it is at: `reading`, `comparing`, `writing`; empty before and after.
    pub step: String,
    /// Of this step, so much is done.
    pub done: i64,
    /// Of so much.
    pub total: i64,
    /// People compared.
    pub people: i64,
    /// Pairs compared.
    pub pairs: i64,
    /// Records joined to another by machine.
    pub joined: i64,
    /// Questions raised.
    pub asked: i64,
    /// Joins that the safeguards of the engine refused.
    pub refused: i64,
    /// Answers of members that corrected the weights.
    pub labels: i64,
    /// The import after which it came.
    pub import: Option<String>,
    /// Asked for (RFC 3339).
    pub created_at: String,
    /// Ended.
    pub finished_at: Option<String>,
    /// What the caller may do now: `stop`.
    pub allowed_actions: Vec<String>,
}

/// The latest comparisons.
#[derive(Debug, Serialize, ToSchema)]
pub struct SweepsOut {
    /// Latest first, at most 20.
    pub data: Vec<SweepOut>,
}

fn out(row: &SweepRow, caller: &Caller) -> SweepOut {
    let may_stop = caller.may::<ReviewDuplicates>().is_ok() && !sweep_people::is_over(row);
    SweepOut {
        id: row.id.to_string(),
        state: row.state.clone(),
        step: row.step.clone(),
        done: row.done,
        total: row.total,
        people: row.people,
        pairs: row.pairs,
        joined: row.joined,
        asked: row.asked,
        refused: row.refused,
        labels: row.labels,
        import: row.import.map(|id| id.to_string()),
        created_at: row.created_at.to_string(),
        finished_at: row.finished_at.map(|at| at.to_string()),
        allowed_actions: if may_stop { vec!["stop".to_owned()] } else { Vec::new() },
    }
}

/// The latest comparisons.
#[utoipa::path(
    get, path = "/v1/sweeps", tag = "duplicates",
    responses((status = 200, description = "The latest comparisons", body = SweepsOut)),
)]
pub async fn list(State(face): State<Face>, caller: Caller) -> Response {
    let found = match caller.may::<ReadDuplicates>() {
        Ok(may) => sweep_people::list(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    match found {
        Ok(rows) => {
            let data = rows.iter().map(|row| out(row, &caller)).collect();
            Json(SweepsOut { data }).into_response()
        }
        Err(failure) => refuse::problem(&failure),
    }
}

/// One comparison.
#[utoipa::path(
    get, path = "/v1/sweeps/{id}", tag = "duplicates",
    params(("id" = String, Path, description = "The comparison")),
    responses((status = 200, description = "The comparison", body = SweepOut)),
)]
pub async fn one(State(face): State<Face>, caller: Caller, Path(id): Path<String>) -> Response {
    let found = async {
        let may = caller.may::<ReadDuplicates>()?;
        let id = id.parse().map_err(|_| Failure::NotFound)?;
        sweep_people::one(&face.app, &may, id).await
    };
    answer(StatusCode::OK, &caller, found.await.map(|record| record.row))
}

/// Compares everybody with everybody.
#[utoipa::path(
    post, path = "/v1/sweeps", tag = "duplicates",
    responses(
        (status = 202, description = "It is queued", body = SweepOut),
        (status = 409, description = "One is under way", body = crate::api::ProblemOut),
        (status = 422, description = "Nobody, or too many", body = crate::api::ProblemOut),
    ),
)]
pub async fn start(State(face): State<Face>, caller: Caller) -> Response {
    let done = match caller.may::<ReviewDuplicates>() {
        Ok(may) => sweep_people::start(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    answer(StatusCode::ACCEPTED, &caller, done)
}

/// Stops one; what it joined and asked stays.
#[utoipa::path(
    post, path = "/v1/sweeps/{id}/stop", tag = "duplicates",
    params(("id" = String, Path, description = "The comparison")),
    responses(
        (status = 200, description = "Stopped", body = SweepOut),
        (status = 409, description = "It has ended", body = crate::api::ProblemOut),
    ),
)]
pub async fn stop(State(face): State<Face>, caller: Caller, Path(id): Path<String>) -> Response {
    let done = async {
        let may = caller.may::<ReviewDuplicates>()?;
        let id = id.parse().map_err(|_| Failure::NotFound)?;
        sweep_people::stop(&face.app, &may, id).await
    };
    answer(StatusCode::OK, &caller, done.await)
}

fn answer(status: StatusCode, caller: &Caller, done: Result<SweepRow, Failure>) -> Response {
    match done {
        Ok(row) => (status, Json(out(&row, caller))).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}
