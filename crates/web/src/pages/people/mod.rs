//! People and settings: members, pools, absences, holidays, own account, workspace, keys.

mod absences;
mod account;
mod members;
mod pools;
mod settings;

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
