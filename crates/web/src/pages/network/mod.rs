//! The relationship network: path finder, ties, one's own network, connectors, tiers and gaps, the
//! map, and the glass box. `bits.rs` holds the words they share.

mod bits;
mod connectors;
mod export;
mod glass;
mod import;
mod map;
mod me;
mod mine;
mod paths;
mod people;
mod plan;
mod tie;
mod tiers;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use warmpath_core::limits;

use crate::server::Face;

/// What surrounds the files in a multipart body.
const ENVELOPE_BYTES: usize = 1 << 20;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    let most = limits::NETWORK_BYTES_MAX + ENVELOPE_BYTES;
    let take = post(import::take).layer(DefaultBodyLimit::max(most));
    Router::new()
        .route("/paths", get(paths::show))
        .route("/paths.csv", get(export::paths))
        .route("/network/mine.csv", get(export::mine))
        .route("/connectors.csv", get(export::connectors))
        .route("/tiers.csv", get(export::tiers))
        .route("/tiers/people.csv", get(export::people))
        .route("/plan", get(plan::show))
        .route("/plan.csv", get(plan::csv))
        .route("/ties/{from}/{to}", get(tie::show))
        .route("/network", get(map::show))
        .route("/network/people/{id}", get(people::show))
        .route("/network/people/{id}/rate", post(people::rate))
        .route("/network/people/{id}/state", post(people::state))
        .route("/network/people/{id}/refuses", post(people::refuses))
        .route("/network/people/{id}/gave", post(people::gave))
        .route("/network/people/{id}/link", post(people::link))
        .route("/network/mine", get(mine::show))
        .route("/network/me", get(me::show))
        .route("/network/me/level", post(me::level))
        .route("/network/me/block", post(me::block))
        .route("/network/me/unblock", post(me::unblock))
        .route("/network/me/choose", post(me::choose))
        .route("/network/me/correct", post(me::correct))
        .route("/network/rules", get(me::rules))
        .route("/network/rules/scope", post(me::scope))
        .route("/network/rules/exclude", post(me::exclude))
        .route("/network/rules/include", post(me::include))
        .route("/network/import", get(import::show).merge(take))
        .route("/network/imports/{id}", get(import::record))
        .route("/network/imports/{id}/start", post(import::start))
        .route("/network/imports/{id}/stop", post(import::stop))
        .route("/connectors", get(connectors::show))
        .route("/connectors/{id}", get(connectors::one))
        .route("/tiers", get(tiers::show))
        .route("/tiers/people", get(tiers::people))
        .route("/tiers/briefs", post(tiers::open_brief))
        .route("/tiers/briefs/{id}/end", post(tiers::end_brief))
        .route("/n/{token}", get(glass::show).post(glass::choose))
}
