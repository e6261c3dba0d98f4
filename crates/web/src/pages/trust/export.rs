//! Files to take away: the whole ledger, the signed note, one proof, leads for a CRM.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::stream;
use warmpath_app::export_ledger::{self, Export};
use warmpath_app::policy::{Grant, ReadLedger, ReadReferrals, grant};
use warmpath_app::sign_in::SignedIn;
use warmpath_app::{App, Failure, export_leads, prove_entry, read_ledger};

use crate::pages::card;
use crate::server::Face;
use crate::session::Reader;

/// The whole log as a bundle, piece by piece.
pub(super) async fn ledger(State(face): State<Face>, Reader(who): Reader) -> Response {
    let started = match grant::<ReadLedger>(&who.principal) {
        Ok(grant) => export_ledger::start(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    match started {
        Ok(export) => {
            let name = format!("ledger-{}.jsonl", export.entries());
            card::file("application/x-ndjson", &name, pieces(Arc::clone(&face.app), export))
        }
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// A log that turns out damaged ends the stream with an error, so that the file has no end line
/// and no verifier takes it for whole.
fn pieces(app: Arc<App>, export: Export) -> Body {
    Body::from_stream(stream::unfold(Some((app, export)), async |state| {
        let (app, mut export) = state?;
        match export.next(&app).await {
            Ok(Some(piece)) => Some((Ok(piece), Some((app, export)))),
            Ok(None) => None,
            Err(failure) => {
                tracing::error!(code = failure.code(), "the ledger could not be exported whole");
                Some((Err(std::io::Error::other(failure.to_string())), None))
            }
        }
    }))
}

/// The newest signed note.
pub(super) async fn checkpoint(State(face): State<Face>, Reader(who): Reader) -> Response {
    let standing = match grant::<ReadLedger>(&who.principal) {
        Ok(grant) => read_ledger::standing(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    match standing.and_then(|s| s.checkpoint.ok_or(Failure::NotFound)) {
        Ok(row) => {
            let name = format!("checkpoint-{}.txt", row.size);
            card::file("text/plain; charset=utf-8", &name, row.note)
        }
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

/// One entry's proof as JSON.
pub(super) async fn proof(
    State(face): State<Face>,
    Reader(who): Reader,
    Path(seq): Path<i64>,
) -> Response {
    match prove(&face, &who, seq).await {
        Ok(text) => card::file("application/json", &format!("proof-{seq}.json"), text),
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}

async fn prove(face: &Face, who: &SignedIn, seq: i64) -> Result<String, Failure> {
    let grant: Grant<ReadLedger> = grant(&who.principal)?;
    let proven = prove_entry::run(&face.app, &grant, seq).await?;
    let proof = proven.proof.ok_or(Failure::NotFound)?;
    Ok(serde_json::json!({ "entry": proven.entry.body, "proof": proof }).to_string())
}

/// Leads ready for a CRM.
pub(super) async fn leads(State(face): State<Face>, Reader(who): Reader) -> Response {
    let rows = match grant::<ReadReferrals>(&who.principal) {
        Ok(grant) => export_leads::run(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    match rows {
        Ok(rows) => {
            let head = vec![export_leads::COLUMNS.to_vec()];
            let body = rows.iter().map(|row| row.iter().map(String::as_str).collect());
            card::file(
                "text/csv; charset=utf-8",
                "leads.csv",
                card::csv(head.into_iter().chain(body)),
            )
        }
        Err(failure) => card::refused(&face, &who, &failure).await,
    }
}
