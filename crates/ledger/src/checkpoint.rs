//! Signed statements "the log of this origin had this size and this root hash".
//!
//! The text is a C2SP signed note: three lines (origin, decimal size, base64 root), an empty line,
//! then one line per signature, `— <key name> <base64(key id ‖ Ed25519 signature)>`. Whoever keeps
//! such a text elsewhere can later prove a roll-back, a rewrite or a fork.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::note::{KeyError, PublicKey, SigningKey, check_name, id_text};

/// Most signatures on one checkpoint: ours and those of witnesses.
pub const SIGNATURES_MAX: usize = 16;
/// Longest checkpoint text, in bytes.
pub const CHECKPOINT_BYTES_MAX: usize = 8_192;

const SIGNATURE_MARK: &str = "\u{2014} ";

/// What a checkpoint states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: also the name of the key that signs it.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root hash of the tree of these entries.
    pub root: Hash,
}

/// A checkpoint with its signatures, as text and taken apart.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    text: String,
    signatures: Vec<NoteSignature>,
}

#[derive(Clone, PartialEq, Eq)]
struct NoteSignature {
    name: String,
    key_id: [u8; 4],
    bytes: Vec<u8>,
}

/// Why a checkpoint is not readable or not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is not a signed note with three lines.
    #[error("not a checkpoint: {0}")]
    Unreadable(&'static str),
    /// The origin cannot be a key name.
    #[error(transparent)]
    Name(#[from] KeyError),
    /// The key signs another log.
    #[error("the checkpoint is of log `{origin}`, the key signs log `{key_name}`")]
    OtherLog {
        /// Origin of the checkpoint.
        origin: String,
        /// Name of the key.
        key_name: String,
    },
    /// None of the signatures claims to be by the key.
    #[error("signed by key {signers}, not by the expected key {expected}")]
    UnknownKey {
        /// Ids of the keys that signed, joined by commas.
        signers: String,
        /// Ids of the keys expected, joined by commas.
        expected: String,
    },
    /// A signature claims to be by the key and is not.
    #[error("the signature by key {key_id} does not fit the text")]
    BadSignature {
        /// Id of the key.
        key_id: String,
    },
}

impl Checkpoint {
    /// Signs with the key of this log.
    ///
    /// # Errors
    /// When the key has another name than the origin.
    pub fn sign(&self, key: &SigningKey) -> Result<SignedCheckpoint, CheckpointError> {
        if key.name() != self.origin {
            return Err(CheckpointError::OtherLog {
                origin: self.origin.clone(),
                key_name: key.name().to_owned(),
            });
        }
        let body = self.body();
        let mut signed = key.public_key().id().to_vec();
        signed.extend_from_slice(&key.sign(body.as_bytes()));
        let encoded = STANDARD.encode(signed);
        format!("{body}\n{SIGNATURE_MARK}{} {encoded}\n", self.origin).parse()
    }

    /// The three lines that are signed.
    fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }
}

impl SignedCheckpoint {
    /// What it states. Trust it only after [`SignedCheckpoint::verify`].
    #[must_use]
    pub fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The text, to be kept elsewhere.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Checks that `key` signed it.
    ///
    /// # Errors
    /// As [`SignedCheckpoint::verify_any`].
    pub fn verify(&self, key: &PublicKey) -> Result<&Checkpoint, CheckpointError> {
        self.verify_any(std::slice::from_ref(key))
    }

    /// Checks that one of `keys` signed it: the present key or one used before a rotation.
    ///
    /// # Errors
    /// When none of them is a key of this log, none of them signed, or a signature in the name of
    /// one of them is false. One false signature spoils the checkpoint.
    pub fn verify_any(&self, keys: &[PublicKey]) -> Result<&Checkpoint, CheckpointError> {
        let origin = &self.checkpoint.origin;
        let own: Vec<&PublicKey> = keys.iter().filter(|key| key.name() == origin).collect();
        if let (true, Some(other)) = (own.is_empty(), keys.first()) {
            let (origin, key_name) = (origin.clone(), other.name().to_owned());
            return Err(CheckpointError::OtherLog { origin, key_name });
        }
        let body = self.checkpoint.body();
        let mut signed = false;
        for key in &own {
            for signature in &self.signatures {
                if signature.name != key.name() || signature.key_id != key.id() {
                    continue;
                }
                let fits = signature.bytes.as_slice().try_into();
                if !fits.is_ok_and(|bytes| key.accepts(body.as_bytes(), bytes)) {
                    return Err(CheckpointError::BadSignature { key_id: key.id_text() });
                }
                signed = true;
            }
        }
        if signed { Ok(&self.checkpoint) } else { Err(self.unknown_key(&own)) }
    }

    fn unknown_key(&self, expected: &[&PublicKey]) -> CheckpointError {
        let signers = self.signatures.iter().map(|signature| id_text(signature.key_id));
        let expected = expected.iter().map(|key| key.id_text());
        CheckpointError::UnknownKey {
            signers: signers.collect::<Vec<_>>().join(", "),
            expected: expected.collect::<Vec<_>>().join(", "),
        }
    }
}

impl fmt::Debug for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SignedCheckpoint").field(&self.text).finish()
    }
}

impl FromStr for SignedCheckpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<SignedCheckpoint, CheckpointError> {
        use CheckpointError::Unreadable;
        if text.len() > CHECKPOINT_BYTES_MAX {
            return Err(Unreadable("too long"));
        }
        let (body, tail) = text.split_once("\n\n").ok_or(Unreadable("no empty line"))?;
        let checkpoint = parse_body(body)?;
        // One spelling only: what was signed is what we would have written.
        if checkpoint.body().strip_suffix('\n') != Some(body) {
            return Err(Unreadable("size or root are written in another form"));
        }
        let tail = tail.strip_suffix('\n').ok_or(Unreadable("no line end after the signatures"))?;
        let signatures = tail.split('\n').map(parse_signature).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > SIGNATURES_MAX {
            return Err(Unreadable("too many signatures"));
        }
        Ok(SignedCheckpoint { checkpoint, text: text.to_owned(), signatures })
    }
}

fn parse_body(body: &str) -> Result<Checkpoint, CheckpointError> {
    use CheckpointError::Unreadable;
    let mut lines = body.split('\n');
    let (Some(origin), Some(size), Some(root), None) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return Err(Unreadable("origin, size and root are wanted, one line each"));
    };
    check_name(origin)?;
    let size = size.parse().map_err(|_| Unreadable("the size is not a number"))?;
    let root = STANDARD.decode(root).ok().and_then(|bytes| bytes.try_into().ok());
    let root = Hash(root.ok_or(Unreadable("the root is not 32 bytes in base64"))?);
    Ok(Checkpoint { origin: origin.to_owned(), size, root })
}

fn parse_signature(line: &str) -> Result<NoteSignature, CheckpointError> {
    let parsed = || {
        let (name, encoded) = line.strip_prefix(SIGNATURE_MARK)?.split_once(' ')?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let (key_id, bytes) = bytes.split_first_chunk::<4>()?;
        Some(NoteSignature { name: name.to_owned(), key_id: *key_id, bytes: bytes.to_vec() })
    };
    parsed().ok_or(CheckpointError::Unreadable("a signature line is malformed"))
}
