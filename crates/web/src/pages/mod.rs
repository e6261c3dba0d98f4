//! The pages: one file each. A handler extracts, calls one use case and renders.

pub mod answer;
pub(crate) mod card;
pub mod desk;
pub mod figures;
pub mod hand_over;
pub mod identity;
pub mod imports;
pub mod introductions;
pub mod network;
pub mod pathways;
pub mod people;
pub mod portal;
pub mod profiles;
pub mod programme;
pub mod sign_in;
pub mod trust;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use warmpath_app::Failure;
use warmpath_core::role::Role;

use crate::refuse;
use crate::server::Face;
use crate::session::Reader;

/// All pages.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/", get(home))
        .route("/sign-in", get(sign_in::show).post(sign_in::ask))
        .route("/enter/{token}", get(sign_in::enter_page).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/hand-over", get(hand_over::show).post(hand_over::submit))
        .route("/a/{token}", get(answer::show).post(answer::send))
        .route("/a/", get(answer::nothing))
        .route("/w/{token}", get(answer::withdraw_page).post(answer::withdraw))
        .merge(desk::routes())
        .merge(figures::routes())
        .merge(identity::routes())
        .merge(imports::routes())
        .merge(network::routes())
        .merge(introductions::routes())
        .merge(pathways::routes())
        .merge(people::routes())
        .merge(portal::routes())
        .merge(profiles::routes())
        .merge(programme::routes())
        .merge(trust::routes())
}

/// To the page that one's work begins on.
async fn home(Reader(signed_in): Reader) -> Redirect {
    match signed_in.member.role {
        Role::Partner => Redirect::to("/portal"),
        Role::Auditor => Redirect::to("/referrals"),
        _ => Redirect::to("/inbox"),
    }
}

/// There is no such page.
pub async fn not_found() -> Response {
    let mut response = refuse::page(None, &Failure::NotFound);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
