//! Everything that talks to the outside, and the text formats it talks in.
//!
//! # Actors
//! - [`mail`]: one message to one recipient, by SMTP submission or into a folder of `.eml` files.
//! - [`webhook`]: signed events to receivers that workspaces name, with retries and an end.
//! - [`guard`]: the only door to addresses that other people chose.
//! - [`dns`]: the name service behind a trait.
//! - [`enrich`]: vendors asked in order, within a budget, with the origin of every value.
//! - [`holidays`], [`invite`]: calendar files in, meeting invitations out.
//!
//! # Invariants
//! - Nothing here decides to send. A caller hands over what a person approved or asked for, and
//!   gets back what became of it; *unknown* is an answer.
//! - Time comes in as [`jiff::Timestamp`], chance as numbers or bytes. Only waits for an answer use
//!   the runtime's clock.
//! - Every input and every wait has a named bound.
//! - Errors and `Debug` texts hold no address, name, secret or body.
//! - Every outside party has a fake beside it, so that no test leaves the loopback interface.
//!
//! # Deliberately absent
//! Asking mail servers whether a mailbox exists, following redirects, tracking opens or clicks,
//! proxies from the environment, sending in bulk.

pub mod dns;
pub mod enrich;
pub mod guard;
pub mod holidays;
pub mod invite;
pub mod language_model;
pub mod mail;
pub mod webhook;
