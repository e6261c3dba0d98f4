//! People and settings: members, pools, absences, holidays, own account, workspace, keys, webhooks.

mod absences;
mod account;
mod members;
mod pools;
mod settings;
mod webhook;
mod webhooks;

use axum::Router;
use axum::routing::{get, post};

use crate::server::Face;
use crate::view::part::SegmentEntry;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/members", get(members::show).post(members::add))
        .route("/members/members.csv", get(members::csv))
        .route("/members/partners", post(members::add_partner))
        .route("/members/pools", get(pools::show).post(pools::create))
        .route("/members/pools/{id}", post(pools::change))
        .route("/members/absences", get(absences::show).post(absences::add))
        .route("/members/absences/{id}", post(absences::remove))
        .route("/members/holidays", get(absences::holidays).post(absences::replace))
        .route("/members/{id}", get(members::one).post(members::change))
        .route("/members/{id}/deactivate", post(members::deactivate))
        .route("/members/{id}/reactivate", post(members::reactivate))
        .route("/account", get(account::show).post(account::save))
        .route("/account/sessions", post(account::end_others))
        .route("/account/sessions/{id}", post(account::end))
        .route("/keys", get(account::keys))
        .route("/settings", get(settings::show).post(settings::save))
        .route("/settings/keys", get(settings::keys).post(settings::make_key))
        .route("/settings/keys/{id}/revoke", post(settings::revoke))
        .route("/settings/webhooks", get(webhooks::show).post(webhooks::make))
        .route("/settings/webhooks/{id}", get(webhook::show))
        .route("/settings/webhooks/{id}/rotate", post(webhook::rotate))
        .route("/settings/webhooks/{id}/test", post(webhook::test))
        .route("/settings/webhooks/{id}/pause", post(webhook::pause))
        .route("/settings/webhooks/{id}/resume", post(webhook::resume))
        .route("/settings/webhooks/{id}/remove", get(webhook::ask).post(webhook::remove))
        .route("/settings/webhooks/{id}/deliveries/{delivery}", post(webhook::replay))
}

/// Tabs by label and address, with the current one.
fn tabs(entries: &[(&str, &str)], current: &str) -> Vec<SegmentEntry> {
    entries
        .iter()
        .map(|(label, href)| SegmentEntry {
            label: (*label).to_owned(),
            href: (*href).to_owned(),
            current: *href == current,
        })
        .collect()
}

/// The parts of the members page.
const PEOPLE: &[(&str, &str)] = &[
    ("Members", "/members"),
    ("Pools", "/members/pools"),
    ("Absences", "/members/absences"),
    ("Holidays", "/members/holidays"),
];

/// Problems of a refused form; none of any other failure.
fn problems(failure: Option<&warmpath_app::Failure>) -> &[warmpath_app::error::Problem] {
    match failure {
        Some(warmpath_app::Failure::Invalid(problems)) => problems,
        _ => &[],
    }
}
