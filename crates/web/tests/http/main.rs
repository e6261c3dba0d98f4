//! The house over HTTP: what programs send and get, and who is let in where.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod access;
mod api;
mod duplicates;
mod profiles;
mod programme;
mod world;
