//! The consent receipt as a file: for members, and for the person behind their own link.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use warmpath_app::Failure;
use warmpath_app::consent_receipt;
use warmpath_app::policy::{ReadReferrals, grant};
use warmpath_core::id::ReferralId;

use super::bits::id;
use crate::refuse;
use crate::server::Face;
use crate::session::Reader;

/// For a member who may see the referral.
pub(super) async fn member(
    State(face): State<Face>,
    Reader(me): Reader,
    Path(text): Path<String>,
) -> Response {
    let found = match (grant::<ReadReferrals>(&me.principal), id::<ReferralId>(&text)) {
        (Ok(grant), Ok(id)) => consent_receipt::for_member(&face.app, &grant, id).await,
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    };
    match found {
        Ok(receipt) => file(&receipt),
        Err(failure) => {
            let frame = super::record::frame(&face, &me).await;
            refuse::page(Some(frame), &failure)
        }
    }
}

/// For the person themselves.
pub(super) async fn person(State(face): State<Face>, Path(token): Path<String>) -> Response {
    match consent_receipt::for_person(&face.app, &token).await {
        Ok(receipt) => file(&receipt),
        Err(failure) => refuse::page(None, &failure),
    }
}

fn file(receipt: &Value) -> Response {
    match serde_json::to_string_pretty(receipt) {
        Ok(text) => (
            [
                (header::CONTENT_TYPE, "application/json"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"consent-receipt.json\""),
            ],
            text,
        )
            .into_response(),
        Err(error) => refuse::page(None, &Failure::Defect(error.to_string())),
    }
}
