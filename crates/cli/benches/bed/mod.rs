//! What the benchmarks of the whole program share: an installation on either engine, the program
//! serving it, clients on kept connections, and what the machine says of a process.

#![allow(dead_code, reason = "each benchmark uses its part")]

pub(crate) mod client;
pub(crate) mod house;
pub(crate) mod loops;
pub(crate) mod machine;
pub(crate) mod stock;
pub(crate) mod typed;
