//! The testkit against small servers of its own.

mod browser;
mod client;
mod hostile;
mod server;
