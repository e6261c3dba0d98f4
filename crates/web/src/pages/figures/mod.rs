//! Figures: conversion, times, sources, with intervals; exports.

use axum::Router;

use crate::server::Face;

/// The pages of this room.
pub fn routes() -> Router<Face> {
    Router::new()
}
