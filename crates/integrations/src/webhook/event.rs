//! What is told, as bytes that never change between attempts.

use jiff::Timestamp;

/// Largest payload. The standard asks for less than 20 kB.
pub const PAYLOAD_BYTES_MAX: usize = 20_000;

/// One thing that happened, told to a receiver.
#[derive(Debug, Clone)]
pub struct Event {
    id: String,
    payload: Vec<u8>,
}

/// Why an event cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The id is empty, too long, or holds more than letters, digits, `-` and `_`. The dot
    /// separates the signed parts, so an id must not hold one.
    #[error("an event id is 1 to 64 letters, digits, dashes or underscores")]
    Id,
    /// The kind is not lower-case words joined by dots.
    #[error("an event kind is lower-case words joined by dots")]
    Kind,
    /// The payload is above [`PAYLOAD_BYTES_MAX`].
    #[error("the event is larger than {PAYLOAD_BYTES_MAX} bytes")]
    TooLarge,
}

impl Event {
    /// Renders `{"type": kind, "timestamp": happened_at, "data": data}`.
    ///
    /// # Errors
    /// See [`EventError`].
    pub fn new(
        id: &str,
        kind: &str,
        happened_at: Timestamp,
        data: &serde_json::Value,
    ) -> Result<Self, EventError> {
        if !is_id(id) {
            return Err(EventError::Id);
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        if kind.len() > 64 || !kind.split('.').all(is_word) {
            return Err(EventError::Kind);
        }
        let body = serde_json::json!({
            "type": kind,
            "timestamp": happened_at.to_string(),
            "data": data,
        });
        let payload = body.to_string().into_bytes();
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(EventError::TooLarge);
        }
        Ok(Self { id: id.to_owned(), payload })
    }

    /// An event read back from storage, byte for byte.
    ///
    /// # Errors
    /// [`EventError::Id`] or [`EventError::TooLarge`].
    pub fn from_stored(id: &str, payload: Vec<u8>) -> Result<Self, EventError> {
        if !is_id(id) {
            return Err(EventError::Id);
        }
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(EventError::TooLarge);
        }
        Ok(Self { id: id.to_owned(), payload })
    }

    /// The id that stays over all attempts.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The bytes that are signed and sent.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }
}

pub(super) fn is_id(id: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (1..=64).contains(&id.len()) && id.bytes().all(is_plain)
}
