//! JSON API, pages, portals and public answer pages.
