//! The desk: inbox, lists, the record, thanks, the referrer's status page, the team's load.

mod act;
mod bits;
mod check;
mod inbox;
mod later;
mod list;
mod reasons;
mod receipt;
mod record;
mod record_people;
mod record_proof;
mod record_route;
mod replay;
mod status;
mod team;
mod thanks;
mod words;

use axum::Router;
use axum::routing::{get, post};

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/inbox", get(inbox::show))
        .route("/referrals", get(list::show))
        .route("/referrals.csv", get(list::export))
        .route("/referrals/{id}", get(record::show))
        .route("/referrals/{id}/comments", post(record::comment))
        .route("/referrals/{id}/words", get(words::ask).post(words::add))
        .route("/referrals/{id}/replay", get(replay::show))
        .route("/referrals/{id}/receipt", get(receipt::member))
        .route("/referrals/{id}/{action}", get(act::ask).post(act::act))
        .route("/later", get(later::show))
        .route("/team", get(team::show))
        .route("/team/reassign", post(team::reassign))
        .route("/thanks/{referral}", get(thanks::show).post(thanks::send))
        .route("/thanks/{referral}/phone", post(thanks::by_phone))
        .route("/check", get(check::show).post(check::look))
        .route("/s/{token}", get(status::show))
        .route("/s/{token}/renew", post(status::renew))
        .route("/s/{token}/add", get(status::add_page).post(status::add))
        .route("/w/{token}/receipt", get(receipt::person))
}
