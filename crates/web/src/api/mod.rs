//! The JSON API: one file per resource. Errors are problem+json (RFC 9457) with stable codes.
//!
//! [`resources`] is the one list of routes under `/v1`: the router is made from it, and a test holds
//! it against the OpenAPI document.

pub mod authority;
pub mod body;
pub mod caller;
pub mod check;
pub mod duplicates;
pub mod groups;
pub mod health;
pub mod imports;
pub mod introductions;
pub mod ledger;
pub mod limits;
pub mod network;
pub mod network_plan;
pub mod openapi;
pub mod profiles;
pub mod programme;
pub mod referrals;
pub mod report;
pub mod signals;
pub mod sweeps;
pub mod webhooks;

use axum::Router;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use serde::Serialize;
use utoipa::ToSchema;
use warmpath_app::Failure;

use crate::refuse;
use crate::server::Face;

/// All routes for programs.
pub fn routes() -> Router<Face> {
    let mut router = Router::new()
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/openapi.json", get(openapi::show))
        .merge(imports::routes())
        .merge(ledger::routes())
        .merge(signals::routes())
        .route("/v1/report", get(report::show))
        .route("/v1/{*rest}", axum::routing::any(nothing));
    for (path, _, methods) in resources() {
        router = router.route(path, methods.fallback(not_this_method));
    }
    router
}

/// Path, the methods it answers to, and its handlers.
type Resource = (&'static str, &'static [&'static str], MethodRouter<Face>);

/// Every route under `/v1`.
pub fn resources() -> Vec<Resource> {
    vec![
        ("/v1/referrals", &["get", "post"], get(referrals::list).post(referrals::submit)),
        ("/v1/referrals/{id}", &["get"], get(referrals::one)),
        ("/v1/referrals/{id}/actions", &["post"], post(referrals::act)),
        ("/v1/profiles", &["get", "post"], get(profiles::list).post(profiles::make)),
        ("/v1/profiles/check", &["post"], post(profiles::check)),
        ("/v1/profiles/{id}", &["get", "post"], get(profiles::one).post(profiles::write)),
        ("/v1/profiles/{id}/actions", &["post"], post(profiles::act)),
        ("/v1/profiles/{id}/matches", &["get"], get(profiles::matches)),
        ("/v1/profiles/{id}/proposals", &["post"], post(profiles::propose)),
        ("/v1/profiles/{id}/proposals/taken", &["post"], post(profiles::take)),
        ("/v1/signals", &["get", "post"], get(signals::list).post(signals::bring)),
        ("/v1/registers", &["get"], get(signals::files)),
        ("/v1/introductions", &["get", "post"], get(introductions::list).post(introductions::ask)),
        ("/v1/introductions/{id}", &["get"], get(introductions::one)),
        ("/v1/introductions/{id}/actions", &["post"], post(introductions::act)),
        ("/v1/connectors", &["get"], get(introductions::connectors)),
        ("/v1/check", &["get"], get(check::look)),
        ("/v1/duplicates", &["get"], get(duplicates::list)),
        ("/v1/duplicates/{id}/decide", &["post"], post(duplicates::decide)),
        ("/v1/duplicates/{id}/undo", &["post"], post(duplicates::undo)),
        ("/v1/bulletins", &["get", "post"], get(programme::bulletins).post(programme::ask_all)),
        ("/v1/bulletins/{id}/close", &["post"], post(programme::close_bulletin)),
        ("/v1/offers", &["get"], get(programme::offers)),
        ("/v1/offers/{id}/decide", &["post"], post(programme::decide_offer)),
        (
            "/v1/people/{id}/authority",
            &["get", "post"],
            get(authority::authority_of).post(authority::verify_authority),
        ),
        (
            "/v1/committees/{account}",
            &["get", "post"],
            get(authority::committee_of).post(authority::set_committee),
        ),
        ("/v1/playbook", &["get"], get(programme::playbook_of)),
        ("/v1/useful", &["get", "post"], get(programme::usefuls).post(programme::note_useful)),
        ("/v1/groups", &["get", "post"], get(groups::list).post(groups::found)),
        ("/v1/groups/{id}", &["get"], get(groups::one)),
        ("/v1/groups/{id}/seats", &["post"], post(groups::seat)),
        ("/v1/seats/{id}/leave", &["post"], post(groups::leave)),
        ("/v1/recruits", &["get"], get(groups::recruits)),
        ("/v1/recruits/{id}/step", &["post"], post(groups::step)),
        ("/v1/connectors/{id}/agreement", &["post"], post(groups::agree)),
        ("/v1/sweeps", &["get", "post"], get(sweeps::list).post(sweeps::start)),
        ("/v1/sweeps/{id}", &["get"], get(sweeps::one)),
        ("/v1/sweeps/{id}/stop", &["post"], post(sweeps::stop)),
        ("/v1/limits", &["get"], get(limits::show)),
        ("/v1/network/people", &["get"], get(network::people)),
        ("/v1/network/paths", &["get"], get(network::paths)),
        ("/v1/network/connectors", &["get"], get(network::connectors)),
        ("/v1/network/plan", &["get"], get(network_plan::plan)),
        ("/v1/network/ties", &["get"], get(network::ties)),
        ("/v1/webhook-endpoints", &["get", "post"], get(webhooks::list).post(webhooks::make)),
        ("/v1/webhook-endpoints/{id}/deliveries", &["get"], get(webhooks::deliveries)),
        (
            "/v1/webhook-endpoints/{id}/deliveries/{delivery}/replay",
            &["post"],
            post(webhooks::replay),
        ),
    ]
}

/// A refusal (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemOut {
    /// `/problems/` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is true now.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// More, for a person.
    pub detail: String,
    /// What is wrong, by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldOut>,
    /// What may be done instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_actions: Vec<String>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldOut {
    /// Path: `contact.email`.
    pub field: String,
    /// Stable code.
    pub code: String,
    /// What helps.
    pub message: String,
}

/// A refusal that has no failure of a use case behind it.
pub fn problem(status: StatusCode, code: &str, sentence: &str) -> Response {
    let body = ProblemOut {
        kind: format!("/problems/{code}"),
        title: sentence.to_owned(),
        status: status.as_u16(),
        code: code.to_owned(),
        detail: sentence.to_owned(),
        errors: Vec::new(),
        allowed_actions: Vec::new(),
    };
    let body = serde_json::to_string(&body).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}

async fn nothing() -> Response {
    refuse::problem(&Failure::NotFound)
}

/// Nothing here is changed or deleted by its address: that looks as if there were no such address.
async fn not_this_method(method: Method) -> Response {
    if matches!(method, Method::PUT | Method::PATCH | Method::DELETE) {
        return nothing().await;
    }
    let sentence = "This address does not answer to that method.";
    problem(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", sentence)
}
