//! The export of one workspace's log as JSON Lines, and its verifier.
//!
//! ```text
//! {"bundle":{"format":"warmpath-ledger","keys":[…],"origin":…,"v":1,"workspace":…}}
//! entry 1, entry 2, …                      the canonical bytes of each, one a line
//! {"checkpoint":"…"}                       right after the entry that is its last
//! {"end":{"entries":…,"frame":…,"head":…,"root":…,"tombstones":…}}
//! ```
//!
//! `frame` is the SHA-256 of the header line and all checkpoint lines with their line ends, `head`
//! the leaf hash of the last entry, `root` the root of all. So no byte of the file stands outside
//! some hash. The end line guards against accidents; only signed checkpoints guard against malice.

mod failure;
mod lines;
mod read;
mod report;
mod verify;
mod write;

use serde::{Deserialize, Serialize};

use crate::hash::Hash;

pub use failure::Failure;
pub use report::{ERASED_LISTED_MAX, ErasedSubject, Erasure, Report};
pub use verify::{Options, Unusable, verify};
pub use write::{BundleWriter, WriteError};

/// Longest line of a bundle, in bytes, without its line end.
pub const LINE_BYTES_MAX: usize = 65_536;
/// Most public keys a header may declare.
pub const KEYS_MAX: usize = 64;

const FORMAT: &str = "warmpath-ledger";
const VERSION: u64 = 1;

/// Whose log a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleHeader {
    /// The workspace; every entry must name it.
    pub workspace: String,
    /// The origin of its checkpoints.
    pub origin: String,
    /// Text forms of the public keys that signed its checkpoints, oldest first. A convenience, not
    /// a proof: an auditor uses the key received on another way.
    pub keys: Vec<String>,
}

/// The header line; members in canonical order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderLine {
    bundle: HeaderWire,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderWire {
    format: String,
    keys: Vec<String>,
    origin: String,
    v: u64,
    workspace: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckpointLine {
    checkpoint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndLine {
    end: EndWire,
}

/// What the writer counted and hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndWire {
    entries: u64,
    frame: Hash,
    head: Hash,
    root: Hash,
    tombstones: u64,
}
