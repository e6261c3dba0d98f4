//! Who is one: what a machine may join, what a person is asked, and that every answer can be taken back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../imports/house.rs"]
#[allow(dead_code, reason = "shared with the tests of imports")]
mod house;

mod decisions;
mod formats;
mod hostile;
mod systems;
