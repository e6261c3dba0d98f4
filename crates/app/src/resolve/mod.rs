//! Whether two records are one person or one company. Read `judge.rs` first: it weighs two records
//! with the engine of `warmpath-identity` and says what may be done with them. `keys.rs` makes the
//! keyed hashes under which candidates are found, `candidates.rs` loads them, `company.rs` does the
//! same for companies, `trace.rs` is what is kept of a judgement.
//!
//! Invariants: only the same personal mailbox joins people by machine, and only where the names allow
//! it; everything else is asked or is new. What is kept holds figures and names of comparisons, never
//! what stands in the records.

pub mod candidates;
pub mod cluster;
pub mod company;
pub mod group;
pub mod judge;
pub mod keys;
pub mod trace;
