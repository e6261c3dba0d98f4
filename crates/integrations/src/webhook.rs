//! Outgoing webhooks after Standard Webhooks 1.0.0, and the same signature for incoming ones.
//!
//! Actors: an [`Event`] becomes the exact bytes of a payload once; [`Sender`] signs and posts them
//! through the [`crate::guard`]; [`classify`] says what an answer means; [`next_attempt`] says when
//! to try again; [`EndpointHealth`] says when to stop; [`Pace`] keeps an endpoint that wakes up
//! from being flooded.
//!
//! Invariants:
//! - The event id is the same over all attempts, so that a receiver can drop repeats; the
//!   timestamp and the signature belong to the attempt.
//! - Only a 2xx is a success. A redirect is a failure and is never followed.
//! - Time and randomness come in; nothing here reads a clock.
//!
//! Deliberately absent: asymmetric signatures (`v1a`), batching, ordering between events.

mod event;
mod outcome;
mod pace;
mod schedule;
mod secret;
mod sender;
mod signature;

pub use event::{Event, EventError, PAYLOAD_BYTES_MAX};
pub use outcome::{Outcome, RETRY_AFTER_SECONDS_MAX, classify};
pub use pace::{PER_SECOND_DEFAULT, Pace};
pub use schedule::{
    ATTEMPTS_MAX, DISABLE_AFTER_HOURS, EndpointHealth, JITTER_PERCENT, RETRY_WAIT_SECONDS,
    next_attempt,
};
pub use secret::{SECRET_BYTES_MAX, SECRET_BYTES_MIN, Secret, SecretError};
pub use sender::{Attempt, AttemptResult, Sender};
pub use signature::{SIGNATURES_MAX, SignedHeaders, TOLERANCE_SECONDS, VerifyError, sign, verify};
