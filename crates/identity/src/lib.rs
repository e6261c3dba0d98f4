//! Entity resolution of people and companies, batch and online.
//!
//! Records that describe one person or one organisation are found by probabilistic record linkage
//! after Fellegi and Sunter (1969), without labels. The way of a record through the crate:
//!
//! 1. [`input`] reads a CSV file into interned columns; [`kind`] says what each column means.
//! 2. [`normal`] turns text into comparable forms; [`features`] holds them as numbers.
//! 3. [`block`] finds the pairs worth comparing; [`compare`] finds how much two records agree.
//! 4. [`train`] learns how much each agreement tells, into a [`model`].
//! 5. [`cluster`] forms entities with safeguards. [`resolve()`] runs it all.
//!
//! [`online`] answers single questions against a resolved set and takes new records; [`explain`] says
//! why; [`labels`] learns from a person's answers; [`companies`] holds the tree of companies;
//! [`name_pairs`] compares bare names.
//!
//! Nothing here reads a clock, a file by name, the network or a source of chance: the same input
//! gives the same bytes, whatever the number of threads.

pub mod block;
pub mod cluster;
pub mod companies;
pub mod compare;
pub mod error;
pub mod explain;
pub mod features;
pub mod input;
pub mod kind;
pub mod labels;
pub mod model;
pub mod name_pairs;
pub mod normal;
pub mod online;
pub mod pool;
pub mod report;
pub mod resolve;
pub mod similarity;
pub mod stable;
pub mod train;
mod work;

pub use error::Error;
pub use input::Table;
pub use resolve::{Options, Resolution, resolve};

/// Keeps the example of the README honest.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
