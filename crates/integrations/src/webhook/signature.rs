//! `v1` signatures: HMAC-SHA256 over `{id}.{timestamp}.{body}` (Standard Webhooks 1.0.0).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;

use super::{event::is_id, secret::Secret};

/// How far a timestamp may be off, in both directions.
pub const TOLERANCE_SECONDS: i64 = 300;
/// Most signatures in one header; more is an attempt to keep us busy.
pub const SIGNATURES_MAX: usize = 8;
/// Length of an id that we accept from others.
const FOREIGN_ID_BYTES_MAX: usize = 256;

/// The three headers of a signed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHeaders {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`, seconds since 1970.
    pub timestamp: String,
    /// `webhook-signature`, space-separated `v1,<Base64>`.
    pub signature: String,
}

/// Why a message is not believed. The answer to the sender must not tell which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A header is missing, malformed or too long.
    #[error("a signature header is missing or malformed")]
    Header,
    /// The timestamp is more than [`TOLERANCE_SECONDS`] off.
    #[error("the message is too old or from the future")]
    Time,
    /// No signature matches any secret.
    #[error("no signature matches")]
    Signature,
}

/// Signs one attempt with every live secret, so that a receiver that holds either the new or the
/// previous one accepts it.
pub fn sign(id: &str, at: Timestamp, body: &[u8], secrets: &[Secret]) -> SignedHeaders {
    let timestamp = at.as_second().to_string();
    let signatures: Vec<String> = secrets
        .iter()
        .map(|secret| {
            let mac = mac(secret, id, &timestamp, body);
            format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
        })
        .collect();
    SignedHeaders { id: id.to_owned(), timestamp, signature: signatures.join(" ") }
}

/// Believes a message if any signature matches any of the secrets. Compares in constant time.
/// Whether the id was seen before is for the caller to remember.
///
/// # Errors
/// [`VerifyError`].
pub fn verify(
    headers: &SignedHeaders,
    body: &[u8],
    secrets: &[Secret],
    now: Timestamp,
) -> Result<(), VerifyError> {
    let is_foreign_id = |id: &str| {
        (1..=FOREIGN_ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
    };
    if !is_id(&headers.id) && (!is_foreign_id(&headers.id) || headers.id.contains('.')) {
        return Err(VerifyError::Header);
    }
    let is_number =
        headers.timestamp.len() <= 12 && headers.timestamp.bytes().all(|b| b.is_ascii_digit());
    let second: i64 = match headers.timestamp.parse() {
        Ok(second) if is_number => second,
        _ => return Err(VerifyError::Header),
    };
    if (now.as_second() - second).abs() > TOLERANCE_SECONDS {
        return Err(VerifyError::Time);
    }
    let signatures: Vec<&str> = headers.signature.split(' ').take(SIGNATURES_MAX + 1).collect();
    if signatures.len() > SIGNATURES_MAX {
        return Err(VerifyError::Header);
    }
    // A version that we do not know proves nothing and harms nothing.
    let is_ours = |signature: &&str| {
        let Some(encoded) = signature.strip_prefix("v1,") else { return false };
        let Ok(given) = STANDARD.decode(encoded) else { return false };
        secrets.iter().any(|secret| {
            mac(secret, &headers.id, &headers.timestamp, body).verify_slice(&given).is_ok()
        })
    };
    if signatures.iter().any(is_ours) { Ok(()) } else { Err(VerifyError::Signature) }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn mac(secret: &Secret, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.key()).expect("any key length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    mac
}
