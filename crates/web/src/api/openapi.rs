//! The OpenAPI document, made from the handlers and their types.

use axum::Json;
use utoipa::OpenApi;

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Warmpath",
        description = "Hand over people, follow what becomes of them, be told. Keys are sent as \
            `Authorization: Bearer wpk_…`; errors are application/problem+json with a stable code."
    ),
    paths(
        super::referrals::submit,
        super::referrals::list,
        super::referrals::one,
        super::referrals::act,
        super::profiles::list,
        super::profiles::make,
        super::profiles::check,
        super::profiles::one,
        super::profiles::write,
        super::profiles::act,
        super::profiles::matches,
        super::profiles::propose,
        super::profiles::take,
        super::signals::list,
        super::signals::bring,
        super::signals::files,
        super::introductions::list,
        super::introductions::ask,
        super::introductions::one,
        super::introductions::act,
        super::introductions::connectors,
        super::check::look,
        super::duplicates::list,
        super::duplicates::decide,
        super::duplicates::undo,
        super::programme::bulletins,
        super::programme::ask_all,
        super::programme::close_bulletin,
        super::programme::offers,
        super::programme::decide_offer,
        super::authority::authority_of,
        super::authority::verify_authority,
        super::authority::committee_of,
        super::authority::set_committee,
        super::programme::playbook_of,
        super::programme::usefuls,
        super::programme::note_useful,
        super::groups::list,
        super::groups::one,
        super::groups::found,
        super::groups::seat,
        super::groups::leave,
        super::groups::recruits,
        super::groups::step,
        super::groups::agree,
        super::sweeps::list,
        super::sweeps::one,
        super::sweeps::start,
        super::sweeps::stop,
        super::limits::show,
        super::network::people,
        super::network::paths,
        super::network::connectors,
        super::network::ties,
        super::network_plan::plan,
        super::webhooks::list,
        super::webhooks::make,
        super::webhooks::deliveries,
        super::webhooks::replay,
    ),
    components(schemas(super::ProblemOut))
)]
pub struct Document;

/// Shows it.
pub async fn show() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}
