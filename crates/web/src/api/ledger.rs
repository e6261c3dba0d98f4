//! The ledger for programs: entries, the newest checkpoint, proofs.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use warmpath_app::policy::{Grant, ReadLedger, grant};
use warmpath_app::read_ledger::{self, Wanted};
use warmpath_app::{Failure, prove_entry, sign_in};

use crate::refuse;
use crate::server::Face;
use crate::session::cookie;

/// The routes.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/v1/ledger/entries", get(entries))
        .route("/v1/ledger/checkpoint", get(checkpoint))
        .route("/v1/ledger/entries/{seq}/proof", get(proof))
        .route("/v1/ledger/consistency", get(consistency))
}

/// Who asks: a program with a key, or a signed-in browser.
async fn caller(face: &Face, headers: &HeaderMap) -> Result<Grant<ReadLedger>, Failure> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let principal = match (bearer.and_then(|v| v.strip_prefix("Bearer ")), cookie(face, headers)) {
        (Some(key), _) => sign_in::by_api_key(&face.app, key.trim()).await?.0,
        (None, Some(value)) => sign_in::by_cookie(&face.app, &value).await?.principal,
        (None, None) => return Err(Failure::NotSignedIn),
    };
    grant(&principal)
}

fn answer(outcome: Result<Value, Failure>) -> Response {
    match outcome {
        Ok(value) => Json(value).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

/// What a program asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    about: Option<String>,
    kind: Option<String>,
    before: Option<i64>,
    limit: Option<i64>,
}

async fn entries(State(face): State<Face>, headers: HeaderMap, look: Asked<Look>) -> Response {
    answer(read(&face, &headers, look).await)
}

/// A query as it was read, or not: who asks is looked at first.
type Asked<T> = Result<Query<T>, QueryRejection>;

fn known<T>(asked: Asked<T>) -> Result<T, Failure> {
    let sentence = "A parameter is unknown or wrong.";
    asked.map(|query| query.0).map_err(|_| Failure::invalid("query", "query_invalid", sentence))
}

async fn read(face: &Face, headers: &HeaderMap, look: Asked<Look>) -> Result<Value, Failure> {
    let grant = caller(face, headers).await?;
    let look = known(look)?;
    let wanted = Wanted {
        about: look.about.unwrap_or_default(),
        kind: look.kind.unwrap_or_default(),
        before: look.before,
        limit: look.limit,
    };
    let page = read_ledger::list(&face.app, &grant, &wanted).await?;
    let entries: Vec<Value> = page
        .entries
        .iter()
        .map(|e| {
            let leaf: String = e.leaf.iter().map(|b| format!("{b:02x}")).collect();
            json!({ "number": e.seq, "kind": e.kind, "about": e.about, "at": e.at,
                    "leaf": leaf, "entry": e.body })
        })
        .collect();
    Ok(json!({ "entries": entries, "next_before": page.next }))
}

async fn checkpoint(State(face): State<Face>, headers: HeaderMap) -> Response {
    answer(newest(&face, &headers).await)
}

async fn newest(face: &Face, headers: &HeaderMap) -> Result<Value, Failure> {
    let grant = caller(face, headers).await?;
    let standing = read_ledger::standing(&face.app, &grant).await?;
    let checkpoint = standing.checkpoint.as_ref();
    Ok(json!({
        "size": standing.size,
        "waiting": standing.waiting,
        "checkpoint": checkpoint.map(|c| &c.note),
        "signed_size": checkpoint.map(|c| c.size),
        "signed_at": checkpoint.map(|c| c.at),
        "public_key": standing.public_key,
        "last_check": standing.check,
    }))
}

async fn proof(State(face): State<Face>, headers: HeaderMap, Path(seq): Path<i64>) -> Response {
    answer(prove(&face, &headers, seq).await)
}

async fn prove(face: &Face, headers: &HeaderMap, seq: i64) -> Result<Value, Failure> {
    let grant = caller(face, headers).await?;
    let proven = prove_entry::run(&face.app, &grant, seq).await?;
    Ok(json!({ "number": seq, "entry": proven.entry.body, "proof": proven.proof }))
}

/// Between which sizes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sizes {
    from: i64,
    to: i64,
}

async fn consistency(
    State(face): State<Face>,
    headers: HeaderMap,
    sizes: Asked<Sizes>,
) -> Response {
    answer(extends(&face, &headers, sizes).await)
}

async fn extends(face: &Face, headers: &HeaderMap, sizes: Asked<Sizes>) -> Result<Value, Failure> {
    let grant = caller(face, headers).await?;
    let sizes = known(sizes)?;
    let proof = prove_entry::consistency(&face.app, &grant, sizes.from, sizes.to).await?;
    serde_json::to_value(proof).map_err(|e| Failure::Defect(e.to_string()))
}
