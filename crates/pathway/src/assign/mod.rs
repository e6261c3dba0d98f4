//! Fair assignment inside a pool: Tijdeman's solution of the chairman assignment problem
//! (R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32, 1980), in integers.
//!
//! Each eligible member is due a share of the turns in proportion to their weight. Among members
//! whose claim has reached `1/(2k − 2)` the one whose deadline comes first gets the turn; then
//! nobody is ever further than `1 − 1/(2k − 2)` turns from their share, for `k ≥ 2` members.
//!
//! The bound holds for each stretch of constant eligibility and weights. When either changes, a
//! new stretch begins: what members were ahead or behind is carried over, as much of it as the
//! bound allows (see [`stretch`](self)). Turns that are *owed* (given back after a no-show, or
//! missed while away by a member who catches up) are paid first and stand outside the stretch.
//!
//! What is absent on purpose: calendars and time zones. Whether somebody is available, and since
//! when a fixed cap counts, is told by the caller.

mod eligible;
mod pool;
mod stretch;

pub use eligible::{Availability, Candidate, Cap, CapWindow, OnReturn, Refused};
pub use pool::{Assignment, CandidateTrace, PoolError, PoolState, Reason, Standing, assign};
