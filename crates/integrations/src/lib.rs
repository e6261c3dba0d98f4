//! Everything that talks to the outside.
pub mod invite;
pub mod mail;
