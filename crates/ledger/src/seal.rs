//! Personal text, sealed so that destroying one key makes one person unreadable everywhere.
//!
//! A sealed text is `nonce (24) ‖ XChaCha20-Poly1305(salt (32) ‖ plaintext)`. Its associated data
//! are workspace, subject and the id under which it is stored, so it opens in no other place. The
//! log holds `HMAC-SHA256(salt, plaintext)`: with the salt inside the sealed text, the commitment
//! tells nothing once the key is gone. Subject keys are stored wrapped by a master key,
//! the same way.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::hash::Commitment;

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 24;
/// Bytes of a commitment salt.
pub const SALT_BYTES: usize = 32;
/// Bytes of a wrapped subject key: nonce, key, tag.
pub const WRAPPED_KEY_BYTES: usize = NONCE_BYTES + 32 + 16;

/// The key of one person. Wiped from memory when dropped; prints nothing.
#[derive(Clone)]
pub struct SubjectKey(Zeroizing<[u8; 32]>);

/// The key that wraps subject keys. Wiped from memory when dropped; prints nothing.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

macro_rules! secret_key {
    ($name:ident) => {
        impl $name {
            /// Takes 32 random bytes.
            #[must_use]
            pub fn new(bytes: [u8; 32]) -> $name {
                $name(Zeroizing::new(bytes))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret_key!(SubjectKey);
secret_key!(MasterKey);

/// Where a sealed text belongs. A text moved to another place does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context<'a> {
    /// Workspace id.
    pub workspace: &'a str,
    /// Pseudonym of the person.
    pub subject: &'a str,
    /// Id under which the sealed text is stored: the `enc` of the entry.
    pub id: &'a str,
}

/// A sealed text and the commitment to put in the entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Nonce and ciphertext, for the side table: plaintext + 72 bytes.
    pub bytes: Vec<u8>,
    /// The `commit` of the entry.
    pub commit: Commitment,
}

/// An opened text with the salt that discloses it to an auditor.
pub struct Opened {
    /// What was sealed.
    pub plaintext: Vec<u8>,
    /// Lets [`crate::verify_disclosure`] tie the plaintext to the entry.
    pub salt: [u8; SALT_BYTES],
}

/// Why a text did not open or a key did not unwrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Too short to hold nonce, salt and tag.
    #[error("the sealed text is cut off")]
    TooShort,
    /// Wrong key, wrong place or altered bytes; they cannot be told apart.
    #[error("the sealed text does not open: other key, other place or altered")]
    DoesNotOpen,
    /// It opens, but is not what the entry committed to.
    #[error("the sealed text is not the one the entry committed to")]
    CommitmentMismatch,
    /// The cipher refused the length of the plaintext.
    #[error("the text is too long to seal")]
    TooLong,
}

/// Seals `plaintext` under a person's key. `nonce` and `salt` must be fresh random bytes.
///
/// # Errors
/// Only for a plaintext beyond the limit of the cipher, 256 GiB.
pub fn seal(
    key: &SubjectKey,
    nonce: [u8; NONCE_BYTES],
    salt: [u8; SALT_BYTES],
    context: &Context<'_>,
    plaintext: &[u8],
) -> Result<Sealed, SealError> {
    let mut inner = Zeroizing::new(Vec::with_capacity(SALT_BYTES + plaintext.len()));
    inner.extend_from_slice(&salt);
    inner.extend_from_slice(plaintext);
    let bytes = encrypt(&key.0, nonce, &associated_data(b"seal", context), &inner)?;
    Ok(Sealed { bytes, commit: commitment(&salt, plaintext) })
}

/// Opens a sealed text and checks it against the commitment of its entry.
///
/// # Errors
/// When the text is cut off, does not open with this key at this place, or is another text than
/// the entry committed to.
pub fn open(
    key: &SubjectKey,
    context: &Context<'_>,
    sealed: &[u8],
    commit: &Commitment,
) -> Result<Opened, SealError> {
    let inner = decrypt(&key.0, &associated_data(b"seal", context), sealed)?;
    let (salt, plaintext) = inner.split_first_chunk::<SALT_BYTES>().ok_or(SealError::TooShort)?;
    if !commitment_holds(commit, salt, plaintext) {
        return Err(SealError::CommitmentMismatch);
    }
    Ok(Opened { plaintext: plaintext.to_vec(), salt: *salt })
}

/// Wraps a person's key for storage. `nonce` must be fresh random bytes.
///
/// # Errors
/// None in practice; the cipher's refusal is passed on.
pub fn wrap_key(
    master: &MasterKey,
    nonce: [u8; NONCE_BYTES],
    workspace: &str,
    subject: &str,
    key: &SubjectKey,
) -> Result<Vec<u8>, SealError> {
    let context = Context { workspace, subject, id: "" };
    encrypt(&master.0, nonce, &associated_data(b"wrap", &context), key.0.as_slice())
}

/// Unwraps a person's key.
///
/// # Errors
/// When the bytes were wrapped by another master key, for another person, or were altered.
pub fn unwrap_key(
    master: &MasterKey,
    workspace: &str,
    subject: &str,
    wrapped: &[u8],
) -> Result<SubjectKey, SealError> {
    let context = Context { workspace, subject, id: "" };
    let inner = decrypt(&master.0, &associated_data(b"wrap", &context), wrapped)?;
    let bytes: [u8; 32] = inner.as_slice().try_into().map_err(|_| SealError::DoesNotOpen)?;
    Ok(SubjectKey::new(bytes))
}

/// HMAC-SHA256(salt, plaintext).
#[must_use]
pub fn commitment(salt: &[u8; SALT_BYTES], plaintext: &[u8]) -> Commitment {
    Commitment(keyed(salt, plaintext).finalize().into_bytes().into())
}

/// Compares in constant time.
pub(crate) fn commitment_holds(
    commit: &Commitment,
    salt: &[u8; SALT_BYTES],
    plaintext: &[u8],
) -> bool {
    keyed(salt, plaintext).verify_slice(&commit.0).is_ok()
}

fn keyed(salt: &[u8; SALT_BYTES], plaintext: &[u8]) -> Hmac<Sha256> {
    // HMAC pads shorter keys with zeros to its block of 64 bytes (RFC 2104 section 2).
    let mut block = [0; 64];
    block[..SALT_BYTES].copy_from_slice(salt);
    Hmac::<Sha256>::new(&block.into()).chain_update(plaintext)
}

fn encrypt(
    key: &[u8; 32],
    nonce: [u8; NONCE_BYTES],
    associated: &[u8],
    inner: &[u8],
) -> Result<Vec<u8>, SealError> {
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    let payload = Payload { msg: inner, aad: associated };
    let encrypted =
        cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::TooLong)?;
    let mut bytes = nonce.to_vec();
    bytes.extend_from_slice(&encrypted);
    Ok(bytes)
}

fn decrypt(
    key: &[u8; 32],
    associated: &[u8],
    bytes: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, encrypted) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::TooShort)?;
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    let payload = Payload { msg: encrypted, aad: associated };
    let inner = cipher.decrypt(&XNonce::from(*nonce), payload);
    inner.map(Zeroizing::new).map_err(|_| SealError::DoesNotOpen)
}

/// Each part with its length in front, so that no two contexts have the same bytes.
fn associated_data(purpose: &[u8], context: &Context<'_>) -> Vec<u8> {
    let parts = [
        b"warmpath-ledger-v1",
        purpose,
        context.workspace.as_bytes(),
        context.subject.as_bytes(),
        context.id.as_bytes(),
    ];
    let mut out = Vec::new();
    for part in parts {
        out.extend_from_slice(&(part.len() as u64).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}
