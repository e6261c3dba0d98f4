//! Mail that leaves the house: one message, one recipient, one answer.
//!
//! Actors: a [`Draft`] is plain data from a use case; [`Message::build`] checks it and renders the
//! bytes; a [`Mailer`] hands the bytes over and says what became of them.
//!
//! Invariants:
//! - A message has exactly one recipient and only the headers listed at [`Message`]; text that
//!   could end a header line is refused, never repaired.
//! - [`Delivery::Unknown`] is an answer of its own. When the reply to the message body was lost,
//!   nobody can tell whether it arrived, and a second introduction harms trust more than a late
//!   one. So the caller asks a person and does not retry.
//!
//! Deliberately absent: signing with DKIM (the submission server's task), open and click
//! tracking, attachments other than an invitation, several recipients.

mod address;
pub mod fake;
mod headers;
mod message;
mod outbox;
mod smtp;

pub(crate) use address::ascii_domain as ascii_host;
pub use address::{Address, AddressError, Mailbox, MailboxError};
pub use message::{
    Draft, HTML_BYTES_MAX, Invite, Message, MessageError, MessageId, SUBJECT_CHARS_MAX,
    TEXT_BYTES_MAX, unsent,
};
pub use outbox::{LIST_MAX, OutboxEntry, OutboxError, OutboxFolder, READ_BYTES_MAX, StoredMail};
pub use smtp::{Credentials, Security, SmtpConfig, SmtpConfigError, SmtpMailer, SmtpTimeouts};

/// What became of one attempt to hand a message over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The server (or the folder) took responsibility for the message.
    Sent,
    /// The message was certainly not taken.
    Failed(Failure),
    /// The whole message was written and the answer was lost: it may or may not arrive.
    /// Never retried by a machine.
    Unknown {
        /// What was seen, without personal data, for the operator.
        detail: String,
    },
}

/// Why a message was not taken, and whether trying again makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Trying the same message again will fail again (5xx, or a message the server cannot carry).
    Permanent {
        /// SMTP reply code, when there was one.
        code: Option<u16>,
        /// What was attempted, without personal data.
        detail: String,
    },
    /// Trying later may work (4xx, no connection, timeout before the body was offered).
    Temporary {
        /// SMTP reply code, when there was one.
        code: Option<u16>,
        /// What was attempted, without personal data.
        detail: String,
    },
}

/// Hands one message over. At most once after the other side said yes.
#[async_trait::async_trait]
pub trait Mailer: Send + Sync {
    /// Tries once and says what became of it. Never panics, never blocks for longer than its
    /// own stated timeouts.
    async fn send(&self, message: &Message) -> Delivery;

    /// Deletes the copy of a mail that stands with us, by [`MessageId::local`]. What another server
    /// took over is out of reach, and that is no error.
    ///
    /// # Errors
    /// When a copy is there and cannot be deleted.
    async fn forget(&self, _id: &str) -> std::io::Result<()> {
        Ok(())
    }
}
