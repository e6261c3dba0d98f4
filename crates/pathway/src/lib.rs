//! Pathway documents: parse, lint, evaluate, explain, simulate.
//!
//! A pathway is one TOML document that says what referrals are taken, how they are checked,
//! scored and routed, by when they are worked, and with which opening. The way of a document:
//!
//! 1. [`parse`] reads it, every part with its place in the text;
//! 2. [`lint`] compares it with the workspace's [`Roster`] and says what it would do wrong;
//! 3. [`compile`] makes it ready, and [`evaluate`] decides a referral with a full trace;
//! 4. [`assign()`] picks the member of a pool, fairly and with a reason for everybody else;
//! 5. [`simulate`] shows what a new version would have changed;
//! 6. [`edit`] keeps form and text two views of one document;
//! 7. [`life_cycle`] says who may take it from draft to live.
//!
//! Everything is pure: no clock, no randomness, no environment. The language reference stands in
//! the crate's README.

pub mod assign;
pub mod document;
pub mod edit;
mod engine;
pub mod fact;
mod finding;
pub mod life_cycle;
pub mod limits;
mod lint;
mod simulate;
pub mod when;

pub use assign::{Assignment, Candidate, PoolState, assign};
pub use document::{Document, Period, Stage, Target, parse};
pub use engine::{
    Clocks, ConditionTrace, Decision, FactorTrace, FitTrace, GateTrace, Outcome, OwnerDecision,
    Pathway, RuleText, RuleTrace, ScoreSheet, Settings, StageTrace, compile, depth_of_rating,
    evaluate, timing_after_days, what_if,
};
pub use fact::{CATALOGUE, Facts};
pub use finding::{Code, Finding, Fix, Severity, apply_fix};
pub use lint::{Roster, RosterMember, check, is_clean, lint};
pub use simulate::{Change, Flow, Report, Stored, simulate};
