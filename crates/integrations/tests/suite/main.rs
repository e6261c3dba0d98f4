//! What the outside sees of us and what we believe of it. One file for each module of the crate.
//! No test leaves the loopback interface.

mod dns;
mod enrich;
mod guard;
mod holidays;
mod invite;
mod mail;
mod support;
mod webhook;
