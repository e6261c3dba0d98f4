//! A log that cannot be bent unseen, in which a person can still be forgotten.
//!
//! Start with [`Draft`] and [`Entry`] (what is recorded), then [`Tree`] (how entries become one
//! hash), [`Checkpoint`] (how that hash is signed and kept elsewhere) and [`verify`] (how an
//! outsider checks an export without our database).
//!
//! | module | what it is for |
//! |---|---|
//! | [`entry`] | drafts without a number, numbered entries, their canonical bytes |
//! | [`tree`], [`proof`] | the RFC 9162 Merkle tree, plans of nodes to fetch, proofs, their checks
//! |
//! | [`seal()`] | personal text encrypted under one person's key, with a keyed commitment |
//! | [`note`], [`checkpoint`] | Ed25519 keys and signed notes in the C2SP text form |
//! | [`bundle`] | the export file and its streaming verifier |
//! | [`audit`] | checks of one entry, of an extension, of a disclosure |
//!
//! Invariants: nothing here reads a clock, draws a random number or opens a file. Times, nonces,
//! salts, seeds, readers and writers come in as arguments. No entry can hold free text, so none can
//! hold readable personal data.

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeExample;

pub mod audit;
pub mod bundle;
mod canonical;
pub mod checkpoint;
pub mod entry;
pub mod hash;
mod moment;
pub mod note;
pub mod proof;
pub mod seal;
pub mod tree;

pub use audit::{verify_disclosure, verify_entry, verify_extends};
pub use bundle::{BundleHeader, BundleWriter, Failure, Options, Report, Unusable, verify};
pub use canonical::{DATA_BYTES_MAX, DATA_DEPTH_MAX, TOKEN_BYTES_MAX};
pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use entry::{Draft, Entry, EntryError, Fields, SUBJECT_SHREDDED};
pub use hash::{Commitment, Hash, HexError};
pub use note::{KeyError, PublicKey, SigningKey};
pub use proof::{
    ConsistencyPlan, ConsistencyProof, InclusionPlan, InclusionProof, ProofError, consistency_plan,
    inclusion_plan,
};
pub use seal::{
    Context, MasterKey, Opened, SealError, Sealed, SubjectKey, open, seal, unwrap_key, wrap_key,
};
pub use tree::{Node, NodeId, RestartError, Tree};
