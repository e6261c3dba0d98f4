//! An outbound introduction: a requester wants to meet a target, a connector is asked without a name,
//! the target is asked by the connector, and only when both said yes is the introduction delivered.
//!
//! Three tracks, never one flat status: the request, the connector and the target each have their
//! own states ([`state`]). One [`table`] says which action moves which track from where to where,
//! and who may take it. [`decide()`] adds what a table cannot say: a yes must be alive, a side state
//! needs a reason, a step has its time. [`goodwill`] holds what may be asked of a connector,
//! [`sealed`] keeps names out of texts until they may be said.
//!
//! Invariants, held by a test that walks every order of events, timeouts and crashes: nothing is
//! delivered without two live yes, no name is told before its consent, nothing happens twice.

pub mod allowance;
pub mod circle;
pub mod decide;
pub mod goodwill;
pub mod message;
pub mod policy;
pub mod sealed;
pub mod state;
pub mod table;

#[cfg(test)]
mod goodwill_tests;
#[cfg(test)]
mod walk_tests;

pub use decide::{Command, Decision, Effect, Event, Introduction, Refusal, decide, evolve};
pub use state::{ConnectorState, Outcome, RequestState, Reveal, Side, TargetState};
pub use table::{Action, Standing, allowed};
