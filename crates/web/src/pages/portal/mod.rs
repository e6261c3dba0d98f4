//! The doors for people outside: the partner portal and the personal referral link.

pub mod partner;
pub mod personal;
pub mod referrers;

use axum::Router;
use axum::routing::{get, post};

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/portal", get(partner::show).post(partner::submit))
        .route("/portal/referrals", get(partner::list))
        .route("/r/{token}", get(personal::start).post(personal::send_code))
        .route("/r/{token}/code/{step}", get(personal::code).post(personal::try_code))
        .route("/r/{token}/form/{step}", get(personal::form).post(personal::submit))
        .route("/referrers", get(referrers::show).post(referrers::make))
        .route("/referrers/{id}/revoke", post(referrers::revoke))
}
