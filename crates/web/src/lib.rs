//! JSON API, pages, portals and public answer pages.
//!
//! The actors: [`server`] puts the house's front together (routes, limits, headers); [`pages`] and
//! [`api`] hold one file per page or resource, whose handlers extract, call one use case and
//! render; [`view`] is how things look; [`session`] and [`form`] are the only ways in for a
//! browser.
//!
//! Invariants: a GET changes nothing; an unsafe request from elsewhere is refused before its
//! handler; every answer carries the same security headers; no error shows SQL, a path or a stack.

pub mod address;
pub mod api;
pub mod assets;
pub mod csv;
pub mod evenly;
pub mod form;
pub mod kept_figures;
pub mod limit;
pub mod measure;
mod observe;
pub mod pages;
pub mod refuse;
pub mod serve;
pub mod server;
pub mod session;
pub mod shell;
pub mod view;
pub mod watch;
pub mod words;

pub use serve::serve;
pub use server::{Face, router};
