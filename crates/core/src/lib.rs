//! The words of Warmpath and the decisions made with them: ids, roles, states and the pure rules
//! that move a referral, a consent or a clock from one state to the next.
//!
//! Nothing here reads a clock, a random source, a file or the network: time and ids come in as
//! arguments, so every decision can be replayed to the same result.

pub mod calendar;
pub mod compliance;
pub mod consent;
pub mod contact;
pub mod export;
pub mod fraud;
pub mod id;
pub mod introduction;
pub mod limits;
pub mod message_review;
pub mod referral;
pub mod role;
pub mod score;
pub mod sla;
pub mod source;
pub mod text;
pub mod verification;
