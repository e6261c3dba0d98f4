//! What can be wrong with a log, one variant and one sentence for each.

use serde::Serialize;

use crate::hash::Hash;

/// The first thing found wrong. Numbers of entries count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Failure {
    /// A line that should be an entry is none.
    #[error("entry {seq} is damaged or no entry at all: {detail}")]
    UnreadableEntry {
        /// The number it should have.
        seq: u64,
        /// What is wrong with it.
        detail: String,
    },
    /// The entry's bytes are not what the entries after it were built on.
    #[error("entry {seq} was altered: it no longer fits the hashes recorded around it")]
    Altered {
        /// The entry.
        seq: u64,
    },
    /// An entry stands between two that belong together.
    #[error("entry {seq} was inserted: the entry after it continues the one before it")]
    Inserted {
        /// The entry that does not belong.
        seq: u64,
    },
    /// Two neighbours changed places.
    #[error("entries {first} and {second} were swapped")]
    Swapped {
        /// Place of the first.
        first: u64,
        /// Place of the second.
        second: u64,
    },
    /// Numbers are left out.
    #[error("entries {expected} to {} are missing: entry {found} follows instead", found - 1)]
    SequenceGap {
        /// First missing number.
        expected: u64,
        /// Number found.
        found: u64,
    },
    /// A number below the expected one.
    #[error("entry {found} stands where entry {expected} is due: entries are out of order")]
    OutOfOrder {
        /// Number due.
        expected: u64,
        /// Number found.
        found: u64,
    },
    /// The entry belongs to another workspace.
    #[error("entry {seq} belongs to workspace {found}, not to {expected}")]
    OtherWorkspace {
        /// The entry.
        seq: u64,
        /// Workspace of the bundle.
        expected: String,
        /// Workspace of the entry.
        found: String,
    },
    /// Fewer entries than a checkpoint or the end line states.
    #[error("the last entries are missing: {stated} are stated, the log stops after {entries}")]
    Truncated {
        /// Entries present.
        entries: u64,
        /// Entries stated.
        stated: u64,
    },
    /// The file stops without its end line.
    #[error("the file is cut off after {entries} entries")]
    CutOff {
        /// Entries read.
        entries: u64,
    },
    /// A checkpoint line that is none.
    #[error("the checkpoint after entry {after} is damaged: {detail}")]
    UnreadableCheckpoint {
        /// Entries before it.
        after: u64,
        /// What is wrong.
        detail: String,
    },
    /// The checkpoint speaks of another log.
    #[error("the checkpoint of size {size} is of log {found}, not of {expected}")]
    OtherLog {
        /// Size it states.
        size: u64,
        /// Origin of the bundle.
        expected: String,
        /// Origin of the checkpoint.
        found: String,
    },
    /// Signed, but by a key that is not trusted.
    #[error("the checkpoint of size {size} was signed with another key: {detail}")]
    OtherKey {
        /// Size it states.
        size: u64,
        /// Which keys.
        detail: String,
    },
    /// The signature is false.
    #[error("the signature on the checkpoint of size {size} is false: {detail}")]
    BadSignature {
        /// Size it states.
        size: u64,
        /// Which key.
        detail: String,
    },
    /// A checkpoint of an earlier size stands where a later one is due.
    #[error("an older checkpoint was replayed: it covers {size} entries and stands after {after}")]
    CheckpointReplayed {
        /// Size it states.
        size: u64,
        /// Entries before it.
        after: u64,
    },
    /// The chain holds, but its root is not the one that was signed.
    #[error(
        "entries were rewritten and chained anew: the first bad one is among {from} to {through}, \
         which do not have the root hash stated for {through} entries"
    )]
    Rehashed {
        /// First entry not covered by an earlier checkpoint.
        from: u64,
        /// Last entry the root covers.
        through: u64,
    },
    /// The bundle is older than a checkpoint kept elsewhere.
    #[error(
        "the log was rolled back: a checkpoint kept elsewhere covers {kept} entries, the log has \
         only {entries}"
    )]
    RolledBack {
        /// Size of the kept checkpoint.
        kept: u64,
        /// Entries present.
        entries: u64,
    },
    /// Two checkpoints of one size, both rightly signed, with two roots.
    #[error(
        "the log was forked: two signed checkpoints of size {size} state the roots {kept} (kept \
         elsewhere) and {found}; the first differing entry is among {from} to {size}"
    )]
    Forked {
        /// The size.
        size: u64,
        /// First entry not shared for certain.
        from: u64,
        /// Root of the kept checkpoint.
        kept: Hash,
        /// Root of the bundle.
        found: Hash,
    },
    /// The bundle's entries have another root than a kept checkpoint of that size.
    #[error(
        "history was rewritten: entries {from} to {through} do not have the root hash of the \
         checkpoint kept elsewhere"
    )]
    Rewritten {
        /// First entry not covered by an earlier checkpoint.
        from: u64,
        /// Size of the kept checkpoint.
        through: u64,
    },
    /// The end line states something else than was read.
    #[error("the end line is damaged or was replaced: {detail}")]
    EndMismatch {
        /// Which part.
        detail: String,
    },
    /// Something follows the end line.
    #[error("something follows the end line")]
    TrailingData,
}

impl Failure {
    /// The first bad entry; when only a range is known, its first.
    #[must_use]
    pub fn first_bad_entry(&self) -> Option<u64> {
        match self {
            Failure::UnreadableEntry { seq, .. }
            | Failure::Altered { seq }
            | Failure::Inserted { seq }
            | Failure::OtherWorkspace { seq, .. } => Some(*seq),
            Failure::Swapped { first, .. } => Some(*first),
            Failure::SequenceGap { expected, .. } | Failure::OutOfOrder { expected, .. } => {
                Some(*expected)
            }
            Failure::Truncated { entries, .. }
            | Failure::CutOff { entries }
            | Failure::RolledBack { entries, .. } => Some(entries + 1),
            Failure::Rehashed { from, .. }
            | Failure::Forked { from, .. }
            | Failure::Rewritten { from, .. } => Some(*from),
            Failure::UnreadableCheckpoint { .. }
            | Failure::OtherLog { .. }
            | Failure::OtherKey { .. }
            | Failure::BadSignature { .. }
            | Failure::CheckpointReplayed { .. }
            | Failure::EndMismatch { .. }
            | Failure::TrailingData => None,
        }
    }
}
