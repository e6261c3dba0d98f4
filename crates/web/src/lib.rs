//! JSON API, pages, portals and public answer pages.

pub mod view;
