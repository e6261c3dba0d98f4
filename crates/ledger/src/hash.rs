//! The two kinds of 32 bytes in the log: hashes of the Merkle tree and keyed commitments.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A SHA-256 hash of the Merkle tree. Its text form is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What the first entry names as its predecessor: 32 zero bytes.
    pub const ZERO: Hash = Hash([0; 32]);

    /// The root of a tree without leaves: SHA-256 of the empty string (RFC 9162 section 2.1.1).
    #[must_use]
    pub fn empty_tree() -> Hash {
        Hash::of(b"")
    }

    /// The hash of a leaf: SHA-256(0x00 ‖ bytes) (RFC 9162 section 2.1.1).
    #[must_use]
    pub fn leaf(bytes: &[u8]) -> Hash {
        Hash(Sha256::new_with_prefix([0]).chain_update(bytes).finalize().into())
    }

    /// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right) (RFC 9162 section 2.1.1).
    #[must_use]
    pub fn node(left: &Hash, right: &Hash) -> Hash {
        let hasher = Sha256::new_with_prefix([1]).chain_update(left.0).chain_update(right.0);
        Hash(hasher.finalize().into())
    }

    /// Plain SHA-256, for the frame of a bundle and for key ids.
    pub(crate) fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }
}

/// HMAC-SHA256(salt, plaintext): fixes a text without telling it to anyone who lacks the salt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment(pub [u8; 32]);

/// A text that is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 lower-case hexadecimal digits")]
pub struct HexError;

/// Appends the 64 digits of `bytes`.
pub(crate) fn push_hex(out: &mut Vec<u8>, bytes: &[u8; 32]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

fn parse_hex(text: &str) -> Result<[u8; 32], HexError> {
    let digits: &[u8; 64] = text.as_bytes().try_into().map_err(|_| HexError)?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Ok(bytes)
}

fn digit(symbol: u8) -> Result<u8, HexError> {
    match symbol {
        b'0'..=b'9' => Ok(symbol - b'0'),
        b'a'..=b'f' => Ok(symbol - b'a' + 10),
        _ => Err(HexError),
    }
}

macro_rules! hex_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = HexError;

            fn from_str(text: &str) -> Result<Self, HexError> {
                parse_hex(text).map($name)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

hex_text!(Hash);
hex_text!(Commitment);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_tree_has_the_published_root() {
        let known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Hash::empty_tree().to_string(), known);
        assert_eq!(known.parse(), Ok(Hash::empty_tree()));
    }

    #[test]
    fn only_lower_case_digits_of_the_right_length_are_a_hash() {
        let text = Hash::leaf(b"x").to_string();
        assert_eq!(text.to_uppercase().parse::<Hash>(), Err(HexError));
        assert_eq!(text[1..].parse::<Hash>(), Err(HexError));
        assert_eq!(format!("{text}0").parse::<Hash>(), Err(HexError));
    }
}
