//! Everything that talks to the outside.
pub mod dns;
pub mod guard;
pub mod invite;
pub mod mail;
pub mod webhook;
