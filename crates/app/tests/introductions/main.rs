//! Introductions through the use cases: from a request to a delivered double opt-in, and everything
//! that must not happen on the way.

mod flow;
mod house;
mod programme;
mod refused;
mod sealed;
