//! Signals and registers for programs.

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use warmpath_app::Failure;
use warmpath_app::bring_signals::{self, SignalIn as Sent};
use warmpath_app::import_register::{self, Format};
use warmpath_app::policy::{BringSignals, ImportRegisters, ReadProfiles};
use warmpath_app::rows::{RegisterFileRow, SignalRow};
use warmpath_core::limits;

use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::refuse;
use crate::server::Face;

/// A signal: what happened at a company.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalIn {
    /// Our id of the company, its id in a register or the CRM, its mail domain, or its exact name.
    pub company: String,
    /// The trigger (`funding`, `leadership_change`, `regulatory`, `job_change`, …); left out, the
    /// words decide.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// What is known, in words.
    #[serde(default)]
    pub text: String,
    /// Who says so.
    #[serde(default)]
    pub source: String,
}

/// Signals, up to 5,000.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalsIn {
    /// The signals.
    pub signals: Vec<SignalIn>,
}

/// A signal as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignalOut {
    /// Its id.
    pub id: String,
    /// The company: of a register, or an account.
    pub company: String,
    /// The trigger it binds to.
    #[serde(rename = "type")]
    pub kind: String,
    /// The day.
    pub date: String,
    /// What is known.
    pub text: String,
    /// Who says so.
    pub source: String,
}

/// What became of signals.
#[derive(Debug, Serialize, ToSchema)]
pub struct BroughtOut {
    /// New ones.
    pub taken: Vec<SignalOut>,
    /// Known already.
    pub known: usize,
    /// Refused, by their place from 1.
    pub refused: Vec<RefusedOut>,
}

/// A refused signal.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedOut {
    /// Its place in the list, from 1.
    pub place: usize,
    /// The field.
    pub field: String,
    /// Stable code.
    pub code: String,
    /// What helps.
    pub message: String,
}

/// A file of a register that was read.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisterFileOut {
    /// Its id.
    pub id: String,
    /// `lei`, `companies_house`, `edgar`, `ocds`, `people`.
    pub format: String,
    /// The file's name.
    pub file_name: String,
    /// The register.
    pub source: String,
    /// Its licence.
    pub licence: String,
    /// New records.
    pub created: i64,
    /// Changed records.
    pub updated: i64,
    /// Records that were not read.
    pub skipped: i64,
    /// The first of them, with their place and reason.
    pub reasons: serde_json::Value,
    /// When (RFC 3339).
    pub at: String,
}

/// What the file is called.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NameIn {
    /// Its name.
    name: Option<String>,
}

fn signal_out(row: &SignalRow) -> SignalOut {
    let company = row.company.map(|id| id.to_string());
    SignalOut {
        id: row.id.to_string(),
        company: company.or_else(|| row.account.map(|id| id.to_string())).unwrap_or_default(),
        kind: row.kind.clone(),
        date: row.day.clone(),
        text: row.text.clone(),
        source: row.source.clone(),
    }
}

fn file_out(row: &RegisterFileRow) -> RegisterFileOut {
    RegisterFileOut {
        id: row.id.to_string(),
        format: row.format.clone(),
        file_name: row.file_name.clone(),
        source: row.source.clone(),
        licence: row.licence.clone(),
        created: row.created,
        updated: row.updated,
        skipped: row.skipped,
        reasons: serde_json::from_str(&row.reasons).unwrap_or_default(),
        at: row.at.to_string(),
    }
}

fn answer<T: Serialize>(status: StatusCode, outcome: Result<T, Failure>) -> Response {
    match outcome {
        Ok(out) => (status, Json(out)).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

/// The route that takes a file: larger than a body of JSON.
pub fn routes() -> Router<Face> {
    Router::new().route(
        "/v1/registers/{format}",
        post(read_register).layer(DefaultBodyLimit::max(limits::IMPORT_BYTES_MAX)),
    )
}

/// The latest signals.
#[utoipa::path(
    get, path = "/v1/signals", tag = "profiles",
    responses((status = 200, description = "The latest 200", body = Vec<SignalOut>)),
)]
pub async fn list(State(face): State<Face>, caller: Caller) -> Response {
    let found = async {
        let may = caller.may::<ReadProfiles>()?;
        let rows = bring_signals::list(&face.app, &may).await?;
        Ok(rows.iter().map(signal_out).collect::<Vec<_>>())
    };
    answer(StatusCode::OK, found.await)
}

/// Takes signals in. One that is wrong is refused by itself; one that is known changes nothing.
#[utoipa::path(
    post, path = "/v1/signals", tag = "profiles", request_body = SignalsIn,
    responses(
        (status = 200, description = "What became of each", body = BroughtOut),
        (status = 422, description = "Refused as a whole", body = crate::api::ProblemOut),
    ),
)]
pub async fn bring(State(face): State<Face>, caller: Caller, body: Body<SignalsIn>) -> Response {
    let done = async {
        let may = caller.may::<BringSignals>()?;
        let signals: Vec<Sent> = body
            .value
            .signals
            .iter()
            .map(|signal| Sent {
                company: signal.company.clone(),
                kind: signal.kind.clone(),
                day: signal.date.clone(),
                text: signal.text.clone(),
                source: signal.source.clone(),
            })
            .collect();
        let brought = bring_signals::run(&face.app, &may, &signals).await?;
        Ok(BroughtOut {
            taken: brought.taken.iter().map(signal_out).collect(),
            known: brought.known,
            refused: brought
                .refused
                .into_iter()
                .map(|(place, problem)| RefusedOut {
                    place,
                    field: problem.field,
                    code: problem.code,
                    message: problem.message,
                })
                .collect(),
        })
    };
    answer(StatusCode::OK, done.await)
}

/// The files of registers read so far.
#[utoipa::path(
    get, path = "/v1/registers", tag = "profiles",
    responses((status = 200, description = "The latest 100", body = Vec<RegisterFileOut>)),
)]
pub async fn files(State(face): State<Face>, caller: Caller) -> Response {
    let found = async {
        let may = caller.may::<ReadProfiles>()?;
        let rows = import_register::files(&face.app, &may).await?;
        Ok(rows.iter().map(file_out).collect::<Vec<_>>())
    };
    answer(StatusCode::OK, found.await)
}

/// Reads a register's file in, as the register publishes it.
pub async fn read_register(
    State(face): State<Face>,
    caller: Caller,
    Path(format): Path<String>,
    Query(name): Query<NameIn>,
    bytes: Bytes,
) -> Response {
    let done = async {
        let may = caller.may::<ImportRegisters>()?;
        let format = Format::of(&format).ok_or(Failure::NotFound)?;
        let name = name.name.as_deref().unwrap_or("api");
        let row = import_register::run(&face.app, &may, format, name, &bytes).await?;
        Ok(file_out(&row))
    };
    answer(StatusCode::OK, done.await)
}
