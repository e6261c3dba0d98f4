//! Checks for somebody who holds a few documents instead of a whole export.

use crate::checkpoint::Checkpoint;
use crate::entry::Entry;
use crate::hash::Commitment;
use crate::proof::{ConsistencyProof, InclusionProof, ProofError};
use crate::seal::{SALT_BYTES, commitment_holds};

/// Checks that `entry` stands in the log that `checkpoint` speaks of. The checkpoint's signature
/// must have been verified.
///
/// # Errors
/// When the proof is about another place or size, or does not lead to the root.
pub fn verify_entry(
    entry: &Entry,
    proof: &InclusionProof,
    checkpoint: &Checkpoint,
) -> Result<(), ProofError> {
    let about_this = entry.seq() == proof.leaf_index.saturating_add(1);
    if !about_this || proof.tree_size != checkpoint.size {
        return Err(ProofError::NotAboutThis);
    }
    proof.check(&entry.leaf_hash(), &checkpoint.root)
}

/// Checks that the log of `new` begins with the log of `old`: nothing was taken away or rewritten
/// between them. Both signatures must have been verified.
///
/// # Errors
/// When the checkpoints are of different logs, sizes do not fit, or the proof does not hold.
pub fn verify_extends(
    old: &Checkpoint,
    new: &Checkpoint,
    proof: &ConsistencyProof,
) -> Result<(), ProofError> {
    let sizes = (proof.old_size, proof.new_size) == (old.size, new.size);
    if !sizes || old.origin != new.origin {
        return Err(ProofError::NotAboutThis);
    }
    proof.check(&old.root, &new.root)
}

/// Why a disclosed text is not the one behind an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// The entry commits to no text.
    #[error("the entry commits to no text")]
    NothingCommitted,
    /// Text or salt are others.
    #[error("the text or the salt is not the one the entry committed to")]
    Mismatch,
}

/// Checks that `plaintext` is the text `entry` committed to. Needs no key, only the salt.
///
/// # Errors
/// When the entry commits to nothing or to something else.
pub fn verify_disclosure(
    entry: &Entry,
    plaintext: &[u8],
    salt: &[u8; SALT_BYTES],
) -> Result<(), DisclosureError> {
    let commit: &Commitment =
        entry.fields().commit.as_ref().ok_or(DisclosureError::NothingCommitted)?;
    if commitment_holds(commit, salt, plaintext) { Ok(()) } else { Err(DisclosureError::Mismatch) }
}
