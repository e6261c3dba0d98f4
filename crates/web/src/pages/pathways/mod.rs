//! Pathways: list, editor, simulation, approval, compare.

mod editor;
mod list;
mod moves;

use axum::Router;
use axum::routing::{get, post};

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
        .route("/pathways", get(list::show))
        .route("/pathways/facts", get(list::facts))
        .route("/pathways/{slug}", get(editor::show).post(editor::save))
        .route("/pathways/{slug}/lint", post(editor::lint))
        .route("/pathways/{slug}/fix", post(editor::fix))
        .route("/pathways/{slug}/simulate", post(moves::simulate))
        .route("/pathways/{slug}/approve", post(moves::approve))
        .route("/pathways/{slug}/live", get(moves::ask_live).post(moves::live))
        .route("/pathways/{slug}/pilot", get(moves::ask_pilot).post(moves::pilot))
        .route("/pathways/{slug}/return/{number}", get(moves::ask_return).post(moves::back))
        .route("/pathways/{slug}/what-if", post(moves::what_if))
}
