//! Trust: the ledger and its proofs, the compliance desk, the outbox.

mod compliance;
mod erase;
mod export;
mod ledger;
mod outbox;
mod places;

pub(in crate::pages) use compliance::finish;

use axum::Router;
use axum::routing::{get, post};

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/ledger", get(ledger::show))
        .route("/ledger/verify", post(ledger::verify))
        .route("/ledger/export", get(export::ledger))
        .route("/ledger/checkpoint", get(export::checkpoint))
        .route("/ledger/{seq}", get(ledger::entry))
        .route("/ledger/{seq}/proof.json", get(export::proof))
        .route("/outbox", get(outbox::show))
        .route("/outbox/jobs", get(outbox::jobs))
        .route("/outbox/jobs/{id}", post(outbox::replay))
        .route("/outbox/{id}", get(outbox::one).post(outbox::send_again))
        .route("/compliance", get(compliance::requests).post(compliance::open))
        .route("/compliance/requests/{id}", post(compliance::close))
        .route("/compliance/suppression", get(compliance::suppression).post(compliance::suppress))
        .route("/compliance/places", get(places::show).post(places::choose))
        .route("/compliance/rules", get(places::rules))
        .route("/compliance/retention", get(compliance::retention))
        .route("/compliance/denied", get(compliance::denied))
        .route("/compliance/people/{id}", get(erase::ask).post(erase::erase))
        .route("/compliance/people/{id}/copy", post(erase::copy))
        .route("/referrals/crm.csv", get(export::leads))
}
