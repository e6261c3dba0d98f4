//! The testkit against small servers of its own.
#![expect(clippy::unwrap_used, reason = "a helper that cannot go on stops its test")]

mod browser;
mod client;
mod hostile;
mod server;
