//! A referral: somebody hands over a person, and a seller gets a verified, cleared, scored and
//! routed lead.
//!
//! Read [`state`] for the words, [`table`] for who may do what when, and [`decide()`] for the rules
//! that a table cannot say. The table is the only place where a transition is allowed.

pub mod decide;
pub mod kind;
pub mod state;
pub mod table;

pub use decide::{Command, Decision, Facts, Refusal, decide};
pub use kind::{Door, Origin, ReferralKind};
pub use state::ReferralState;
pub use table::{Action, Standing, allowed};
