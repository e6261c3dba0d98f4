//! Ed25519 keys in the text forms of C2SP signed notes.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, VerifyingKey};

use crate::canonical::is_token;
use crate::hash::Hash;

/// The byte that stands for Ed25519 in key ids and public key texts.
const ED25519: u8 = 1;

/// A public key with the name of the log it signs.
///
/// Its text form is `<name>+<key id, 8 hexadecimal digits>+<base64(0x01 ‖ key)>`.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    key: VerifyingKey,
}

/// A signing key with the name of the log it signs. Wiped from memory when dropped.
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

/// Why a key is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A name is a token without `+`.
    #[error("a key name is visible ASCII without space, quote, backslash, @ and +")]
    BadName,
    /// Not of the form name+id+base64.
    #[error("a public key reads NAME+ID+BASE64")]
    BadForm,
    /// The bytes are not an Ed25519 public key.
    #[error("not an Ed25519 public key")]
    BadKey,
    /// The id does not belong to name and key: one of the three was altered.
    #[error("the key id does not belong to this name and key")]
    WrongId,
}

impl PublicKey {
    /// The name: the origin of the checkpoints it signs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key).
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        key_id(&self.name, self.key.as_bytes())
    }

    /// The id as eight hexadecimal digits.
    #[must_use]
    pub fn id_text(&self) -> String {
        id_text(self.id())
    }

    /// Strict Ed25519 verification: small-order keys and unreduced signatures fail.
    pub(crate) fn accepts(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl SigningKey {
    /// The key of a 32-byte random seed, for the log called `name`.
    ///
    /// # Errors
    /// When the name is not a token or holds a `+`.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<SigningKey, KeyError> {
        check_name(name)?;
        Ok(SigningKey { name: name.to_owned(), key: ed25519_dalek::SigningKey::from_bytes(seed) })
    }

    /// The name of the log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key others check with.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, self.id_text(), STANDARD.encode(bytes))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, …)", self.name)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<PublicKey, KeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(KeyError::BadForm);
        };
        check_name(name)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| KeyError::BadForm)?;
        let Some((&ED25519, key)) = bytes.split_first() else { return Err(KeyError::BadKey) };
        let key: &[u8; 32] = key.try_into().map_err(|_| KeyError::BadKey)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| KeyError::BadKey)?;
        let public = PublicKey { name: name.to_owned(), key };
        if public.id_text() != id {
            return Err(KeyError::WrongId);
        }
        Ok(public)
    }
}

pub(crate) fn id_text(id: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}

pub(crate) fn check_name(name: &str) -> Result<(), KeyError> {
    if is_token(name) && !name.contains('+') { Ok(()) } else { Err(KeyError::BadName) }
}

fn key_id(name: &str, key: &[u8; 32]) -> [u8; 4] {
    let mut bytes = name.as_bytes().to_vec();
    bytes.extend_from_slice(&[b'\n', ED25519]);
    bytes.extend_from_slice(key);
    let [a, b, c, d, ..] = Hash::of(&bytes).0;
    [a, b, c, d]
}
