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
        super::introductions::list,
        super::introductions::ask,
        super::introductions::one,
        super::introductions::act,
        super::introductions::connectors,
        super::check::look,
        super::limits::show,
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
