//! Everything that talks to the outside.
pub mod dns;
pub mod enrich;
pub mod guard;
pub mod holidays;
pub mod invite;
pub mod mail;
pub mod webhook;
