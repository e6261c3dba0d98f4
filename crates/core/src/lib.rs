//! Ids, time, contact forms, states, decisions and compliance rules.

pub mod calendar;
pub mod compliance;
pub mod contact;
pub mod export;
pub mod limits;
pub mod sla;
pub mod text;
