//! Ids, time, contact forms, states, decisions and compliance rules.

pub mod calendar;
pub mod compliance;
pub mod contact;
pub mod export;
pub mod fraud;
pub mod limits;
pub mod message_review;
pub mod score;
pub mod sla;
pub mod text;
pub mod verification;
