//! Imports from the file to the records: exactly once, one error per bad row, nothing lost by a stop.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod house;
mod network;
mod plan;
mod rows;
mod runs;
