//! One attempt to deliver one event to one endpoint.

use jiff::Timestamp;

use super::{event::Event, outcome::Outcome, outcome::classify, secret::Secret, signature::sign};
use crate::guard::{Guard, GuardError, Method, Request};

const RETRY: Outcome = Outcome::Retry { not_before: None };

/// Everything one attempt needs.
#[derive(Debug, Clone)]
pub struct Attempt<'a> {
    /// The endpoint as its owner typed it.
    pub url: &'a str,
    /// The live secrets, newest first.
    pub secrets: &'a [Secret],
    /// What is told.
    pub event: &'a Event,
    /// The time of this attempt.
    pub at: Timestamp,
}

/// What became of an attempt, fit to be stored and shown to the endpoint's owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptResult {
    /// What to do next.
    pub outcome: Outcome,
    /// The status code, if there was an answer.
    pub status: Option<u16>,
    /// Why there was no answer; holds no address and no secret.
    pub error: Option<GuardError>,
}

/// Posts events through the guard.
#[derive(Clone)]
pub struct Sender {
    guard: Guard,
}

impl Sender {
    /// A sender behind this guard.
    pub fn new(guard: Guard) -> Self {
        Self { guard }
    }

    /// Makes one attempt within the guard's bounds (15 s in all, 64 KiB read). The URL and its
    /// addresses are checked again every time: what was fine yesterday may point inside today.
    pub async fn attempt(&self, attempt: &Attempt<'_>) -> AttemptResult {
        if attempt.secrets.is_empty() {
            // An unsigned event would teach the receiver to believe anybody.
            let error = Some(GuardError::Request("the endpoint has no secret"));
            return AttemptResult { outcome: RETRY, status: None, error };
        }
        let body = attempt.event.payload().to_vec();
        let signed = sign(attempt.event.id(), attempt.at, &body, attempt.secrets);
        let headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("webhook-id".to_owned(), signed.id),
            ("webhook-timestamp".to_owned(), signed.timestamp),
            ("webhook-signature".to_owned(), signed.signature),
        ];
        let request = Request { method: Method::Post, headers, body };
        match self.guard.exchange(attempt.url, request).await {
            Ok(answer) => AttemptResult {
                outcome: classify(answer.status, answer.retry_after.as_deref(), attempt.at),
                status: Some(answer.status),
                error: None,
            },
            Err(error) => AttemptResult { outcome: RETRY, status: None, error: Some(error) },
        }
    }
}
