//! Imports for programs: a file in, its outcome and row errors out.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use warmpath_app::import::Kind;
use warmpath_app::policy::{Import, Principal, ReadImports, grant};
use warmpath_app::read_imports::{self, Record};
use warmpath_app::rows::ImportRow;
use warmpath_app::upload_import::{self, Unknown, Upload};
use warmpath_app::{Failure, run_import, sign_in};
use warmpath_core::id::ImportId;
use warmpath_core::limits;

use crate::pages::imports::upload::{read, too_large};
use crate::refuse::{invalid, problem};
use crate::server::Face;

/// What surrounds the file in a multipart body.
const ENVELOPE_BYTES: usize = 64 << 10;

/// The routes of this resource.
pub fn routes() -> Router<Face> {
    let most = limits::IMPORT_BYTES_MAX + ENVELOPE_BYTES;
    Router::new()
        .route("/v1/imports", post(submit).layer(DefaultBodyLimit::max(most)).get(list))
        .route("/v1/imports/{id}", get(one))
}

/// Takes a file (`text/csv` with `?kind=`, or multipart with `kind` and `file`) and starts it. Columns
/// nobody knows refuse it, unless they are named in `?ignore=`.
pub async fn submit(
    State(face): State<Face>,
    Query(query): Query<BTreeMap<String, String>>,
    request: Request,
) -> Response {
    match take(&face, &query, request).await {
        Ok(row) => {
            let place = [(header::LOCATION, format!("/v1/imports/{}", row.id))];
            (StatusCode::ACCEPTED, place, axum::Json(body(&row))).into_response()
        }
        Err(failure) => problem(&failure),
    }
}

async fn take(
    face: &Face,
    query: &BTreeMap<String, String>,
    request: Request,
) -> Result<ImportRow, Failure> {
    let principal = principal(face, request.headers()).await?;
    let may = grant::<Import>(&principal)?;
    known(query, &["kind", "name", "ignore"])?;
    let (kind, upload) = file(face, query, request).await?;
    let kind: Kind = kind
        .parse()
        .map_err(|_| invalid("kind", "kind_unknown", &format!("kind is one of {}.", kinds())))?;
    let upload = Upload { kind, ..upload };
    let left_out = query.get("ignore").map(String::as_str).unwrap_or_default();
    let left_out = left_out.split(',').map(str::trim).filter(|n| !n.is_empty());
    let unknown = Unknown::Refuse(left_out.map(str::to_owned).collect());
    let taken = upload_import::run(&face.app, &may, &upload, &unknown).await?;
    run_import::start(&face.app, &may, taken.row.id).await
}

/// A parameter nobody here knows is refused: a typo must not be lost in silence.
fn known(query: &BTreeMap<String, String>, names: &[&str]) -> Result<(), Failure> {
    if query.keys().all(|name| names.contains(&name.as_str())) {
        return Ok(());
    }
    Err(invalid("query", "query_invalid", &format!("Parameters are {}.", names.join(", "))))
}

fn kinds() -> String {
    Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}

/// The kind as sent, and the file.
async fn file(
    face: &Face,
    query: &BTreeMap<String, String>,
    request: Request,
) -> Result<(String, Upload), Failure> {
    let content = content_type(request.headers());
    let asked = query.get("kind").cloned().unwrap_or_default();
    let named = query.get("name").cloned().unwrap_or_else(|| "api.csv".to_owned());
    // The real kind is set by the caller, once its word is known to be one.
    let source = query.get("source").cloned().unwrap_or_default();
    let upload = |file_name, bytes| Upload {
        kind: Kind::Contacts,
        file_name,
        source: source.clone(),
        bytes,
    };
    match content.as_str() {
        "multipart/form-data" => {
            let sent = read(face, request).await?;
            let kind = if sent.kind.is_empty() { asked } else { sent.kind };
            Ok((kind, upload(sent.file_name, sent.bytes)))
        }
        "text/csv" | "text/plain" | "application/csv" => {
            Ok((asked, upload(named, bounded(request.into_body()).await?)))
        }
        _ => Err(invalid(
            "content-type",
            "content_type_unknown",
            "Send text/csv, or multipart/form-data with the parts kind and file.",
        )),
    }
}

async fn bounded(body: Body) -> Result<Vec<u8>, Failure> {
    let bytes = to_bytes(body, limits::IMPORT_BYTES_MAX).await.map_err(|_| too_large())?;
    Ok(bytes.to_vec())
}

fn content_type(headers: &HeaderMap) -> String {
    let text = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whoever holds the key that was sent.
async fn principal(face: &Face, headers: &HeaderMap) -> Result<Principal, Failure> {
    let text = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let key = text.and_then(|t| t.strip_prefix("Bearer ")).ok_or(Failure::NotSignedIn)?;
    Ok(sign_in::by_api_key(&face.app, key).await?.0)
}

/// The imports, latest first.
pub async fn list(State(face): State<Face>, headers: HeaderMap) -> Response {
    let found = async {
        let may = grant::<ReadImports>(&principal(&face, &headers).await?)?;
        read_imports::list(&face.app, &may).await
    };
    match found.await {
        Ok(rows) => {
            let data: Vec<Value> = rows.iter().map(body).collect();
            axum::Json(json!({ "data": data })).into_response()
        }
        Err(failure) => problem(&failure),
    }
}

/// One import with its row errors, a page of lines from `?from=`.
pub async fn one(
    State(face): State<Face>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let found = async {
        let may = grant::<ReadImports>(&principal(&face, &headers).await?)?;
        known(&query, &["from"])?;
        let id: ImportId = id.parse().map_err(|_| Failure::NotFound)?;
        let from = query.get("from").and_then(|n| n.parse().ok()).unwrap_or(0);
        read_imports::one(&face.app, &may, id, from).await
    };
    match found.await {
        Ok(record) => axum::Json(with_errors(&record)).into_response(),
        Err(failure) => problem(&failure),
    }
}

fn with_errors(record: &Record) -> Value {
    let errors: Vec<Value> = record
        .refused
        .iter()
        .map(|row| {
            json!({
                "line": row.line,
                "column": row.column_name,
                "code": row.code,
                "message": row.message,
                "value": row.value,
            })
        })
        .collect();
    let mut body = body(&record.row);
    body["errors"] = json!(errors);
    body["next_from"] = json!(record.next);
    body
}

fn body(row: &ImportRow) -> Value {
    let mapping: Vec<Value> = row
        .mapping
        .0
        .iter()
        .map(|(column, field)| json!({ "column": column, "field": field }))
        .collect();
    json!({
        "id": row.id,
        "kind": row.kind,
        "file_name": row.file_name,
        "state": row.state,
        "encoding": row.encoding,
        "rows": row.total,
        "done": row.done,
        "created": row.created,
        "updated": row.updated,
        "unchanged": row.unchanged,
        "refused": row.refused,
        "joined": row.joined,
        "to_review": row.to_review,
        "source": row.source,
        "columns": mapping,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    })
}
