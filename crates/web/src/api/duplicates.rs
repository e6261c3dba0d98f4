//! Pairs to decide, for programs: the list, a decision, and its way back.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use warmpath_app::policy::{ReadDuplicates, ReviewDuplicates};
use warmpath_app::read_duplicates::{self, Line};
use warmpath_app::resolve::trace::Trace;
use warmpath_app::rows::DuplicateRow;
use warmpath_app::{Failure, decide_duplicate};

use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::refuse;
use crate::server::Face;

/// A pair.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicateOut {
    /// Its id.
    pub id: String,
    /// `person` or `account`.
    pub kind: String,
    /// `open`, `later`, `same`, `different` or `gone`.
    pub state: String,
    /// Name of the record that was there; empty once it is erased.
    pub known: String,
    /// Name of the record that came.
    pub fresh: String,
    /// Why a person is asked.
    pub reason: String,
    /// That both are one, 0 to 1, when it was found.
    pub probability: f64,
    /// The same in bits: log2 odds. The prior and the steps sum to it.
    pub bits: f64,
    /// log2 odds before anything was compared.
    pub prior_bits: f64,
    /// The steps.
    pub steps: Vec<StepOut>,
    /// The model.
    pub model: String,
    /// Where the fresh record came from.
    pub source: String,
    /// Found (RFC 3339).
    pub found_at: String,
    /// What the caller may do now: `same`, `different`, `later`, `undo`.
    pub allowed_actions: Vec<String>,
}

/// A step of the weight.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepOut {
    /// What was compared.
    pub comparison: String,
    /// What was found.
    pub level: String,
    /// Bits added.
    pub bits: f64,
}

/// The pairs that wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicatesOut {
    /// The pairs, likeliest first, at most 50.
    pub data: Vec<DuplicateOut>,
    /// How many wait in all.
    pub waiting: i64,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionIn {
    /// `same`, `different` or `later`.
    pub verdict: String,
}

fn out(line: &Line, caller: &Caller) -> DuplicateOut {
    let row = &line.row;
    let trace = Trace::from_json(&row.trace);
    let may = caller.may::<ReviewDuplicates>().is_ok();
    let allowed = decide_duplicate::allowed(row, may).into_iter().map(str::to_owned).collect();
    let step = |s: &warmpath_app::resolve::trace::Step| StepOut {
        comparison: s.comparison.clone(),
        level: s.level.clone(),
        bits: s.bits,
    };
    DuplicateOut {
        id: row.id.to_string(),
        kind: row.kind.clone(),
        state: row.state.clone(),
        known: line.known.clone(),
        fresh: line.fresh.clone(),
        reason: row.reason.clone(),
        probability: row.probability,
        bits: row.bits,
        prior_bits: trace.prior_bits,
        steps: trace.steps.iter().map(step).collect(),
        model: row.model.clone(),
        source: row.source.clone(),
        found_at: row.found_at.to_string(),
        allowed_actions: allowed,
    }
}

/// The pairs that wait.
#[utoipa::path(
    get, path = "/v1/duplicates", tag = "duplicates",
    responses((status = 200, description = "The pairs that wait", body = DuplicatesOut)),
)]
pub async fn list(State(face): State<Face>, caller: Caller) -> Response {
    let found = match caller.may::<ReadDuplicates>() {
        Ok(may) => read_duplicates::list(&face.app, &may).await,
        Err(failure) => Err(failure),
    };
    match found {
        Ok(queue) => {
            let data = queue.lines.iter().map(|line| out(line, &caller)).collect();
            Json(DuplicatesOut { data, waiting: queue.waiting }).into_response()
        }
        Err(failure) => refuse::problem(&failure),
    }
}

/// Decides a pair.
#[utoipa::path(
    post, path = "/v1/duplicates/{id}/decide", tag = "duplicates", request_body = DecisionIn,
    params(("id" = String, Path, description = "The pair")),
    responses(
        (status = 200, description = "Decided", body = DuplicateOut),
        (status = 409, description = "Somebody was faster", body = crate::api::ProblemOut),
        (status = 422, description = "No such verdict", body = crate::api::ProblemOut),
    ),
)]
pub async fn decide(
    State(face): State<Face>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body<DecisionIn>,
) -> Response {
    let done = async {
        let may = caller.may::<ReviewDuplicates>()?;
        let id = id.parse().map_err(|_| Failure::NotFound)?;
        let verdict = body.value.verdict.parse().map_err(|_| {
            refuse::invalid("verdict", "verdict_unknown", "Say same, different or later.")
        })?;
        decide_duplicate::run(&face.app, &may, id, verdict).await
    };
    answer(&face, &caller, done.await).await
}

/// Takes a decision back.
#[utoipa::path(
    post, path = "/v1/duplicates/{id}/undo", tag = "duplicates",
    params(("id" = String, Path, description = "The pair")),
    responses(
        (status = 200, description = "Open again", body = DuplicateOut),
        (status = 409, description = "Nothing to take back", body = crate::api::ProblemOut),
    ),
)]
pub async fn undo(State(face): State<Face>, caller: Caller, Path(id): Path<String>) -> Response {
    let done = async {
        let may = caller.may::<ReviewDuplicates>()?;
        let id = id.parse().map_err(|_| Failure::NotFound)?;
        decide_duplicate::undo(&face.app, &may, id).await
    };
    answer(&face, &caller, done.await).await
}

async fn answer(face: &Face, caller: &Caller, done: Result<DuplicateRow, Failure>) -> Response {
    let row = match done {
        Ok(row) => row,
        Err(failure) => return refuse::problem(&failure),
    };
    // Names belong to those who may read them.
    let names = match caller.may::<ReadDuplicates>() {
        Ok(may) => read_duplicates::names(&face.app, &may, &row).await,
        Err(_) => Ok((String::new(), String::new())),
    };
    match names {
        Ok((known, fresh)) => {
            let line = Line { row, known, fresh, decided_by: String::new() };
            (StatusCode::OK, Json(out(&line, caller))).into_response()
        }
        Err(failure) => refuse::problem(&failure),
    }
}
