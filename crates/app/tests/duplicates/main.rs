//! Who is one: what a machine may join, what a person is asked, and that every answer can be taken back.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../imports/house.rs"]
#[expect(dead_code, reason = "shared with the tests of imports")]
mod house;

mod decisions;
mod formats;
mod hostile;
mod sweeps;
mod systems;
