//! Ids, time, contact forms, states, decisions and compliance rules.

pub mod contact;
pub mod text;
