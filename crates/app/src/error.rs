//! Why a use case changed nothing, in the few kinds that the edge needs to tell apart.

use warmpath_core::referral::Refusal;
use warmpath_store::StoreError;

/// Why a use case changed nothing. A stable code, a sentence for a person, and where it helps the
/// field it is about.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Not signed in, or the session has ended.
    #[error("Sign in first.")]
    NotSignedIn,
    /// Signed in, but not allowed. `NotFound` is answered instead where the record is foreign.
    #[error("Your role ({role}) may not do this.")]
    NotAllowed {
        /// The caller's role.
        role: &'static str,
    },
    /// No such record in this workspace.
    #[error("There is no such record here.")]
    NotFound,
    /// What was sent is not what this takes.
    #[error("{}", .0.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join(" "))]
    Invalid(Vec<Problem>),
    /// The state does not allow it.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Not possible now: what stands in the way, from when it is possible if waiting helps, and what
    /// may be done instead.
    #[error("{}", .0.sentence)]
    NotPossible(Box<NotPossible>),
    /// Somebody else was faster; the sentence says who and what.
    #[error("{0}")]
    Conflict(String),
    /// The same key was used for something else.
    #[error("This idempotency key was used with another request.")]
    KeyReused,
    /// The first request with this key still runs.
    #[error("The first request with this key is still running. Ask again in a moment.")]
    InProgress,
    /// The link is used, ended, taken back, or was never made.
    #[error("{0}")]
    Link(LinkTrouble),
    /// Too often.
    #[error("Too many tries. Try again in {retry_after_s} seconds.")]
    TooMany {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// The database is away, full or unsure.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A defect of ours: logged once, never shown.
    #[error("internal: {0}")]
    Defect(String),
}

/// What is not possible now, and what is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotPossible {
    /// Stable code: `over_cap`.
    pub code: &'static str,
    /// What did not happen, why, and what instead.
    pub sentence: String,
    /// The caller has no right to it, whatever the state.
    pub forbidden: bool,
    /// From when it is possible, if waiting helps.
    pub from: Option<jiff::Timestamp>,
    /// What this caller may do now.
    pub allowed: Vec<String>,
}

impl NotPossible {
    /// Not possible, with a code and a sentence.
    pub fn new(code: &'static str, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into(), forbidden: false, from: None, allowed: Vec::new() }
    }
}

impl From<NotPossible> for Failure {
    fn from(what: NotPossible) -> Self {
        Self::NotPossible(Box::new(what))
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// Path of the field: `contact.email`.
    pub field: String,
    /// Stable code: `email_invalid`.
    pub code: String,
    /// What is wrong and what helps.
    pub message: String,
}

impl Problem {
    /// A problem with a field.
    pub fn new(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), code: code.to_owned(), message: message.into() }
    }
}

/// Why a one-time link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkTrouble {
    /// Never made, altered, taken back or meant for something else: all look the same.
    #[error("This link does not work.")]
    Unknown,
    /// It was used.
    #[error("This link has been used.")]
    Used,
    /// Its time is over.
    #[error("This link has ended.")]
    Ended,
    /// The page was not fetched before the answer.
    #[error("Open the page first, then answer.")]
    NoPage,
}

impl Failure {
    /// One problem with one field.
    pub fn invalid(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::new(field, code, message)])
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotSignedIn => "not_signed_in",
            Self::NotAllowed { .. } => "not_allowed",
            Self::NotFound => "not_found",
            Self::Invalid(_) => "invalid",
            Self::Refused(refusal) => refusal_code(refusal),
            Self::NotPossible(what) => what.code,
            Self::Conflict(_) => "conflict",
            Self::KeyReused => "idempotency_key_reused",
            Self::InProgress => "idempotency_in_progress",
            Self::Link(LinkTrouble::Unknown) => "link_unknown",
            Self::Link(LinkTrouble::Used) => "link_used",
            Self::Link(LinkTrouble::Ended) => "link_ended",
            Self::Link(LinkTrouble::NoPage) => "link_no_page",
            Self::TooMany { .. } => "too_many",
            Self::Store(StoreError::Full(_)) => "storage_full",
            Self::Store(StoreError::Unknown(_)) => "outcome_unknown",
            Self::Store(_) => "storage_unavailable",
            Self::Defect(_) => "internal",
        }
    }
}

fn refusal_code(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotNow { .. } => "not_now",
        Refusal::NotYours { .. } => "not_yours",
        Refusal::NoReason(_) => "reason_needed",
        Refusal::NoOwner(_) => "owner_needed",
        Refusal::ReferrerNotVerified => "referrer_not_verified",
        Refusal::NoBasis => "no_basis_for_contact",
        Refusal::NoReturn => "return_date_needed",
    }
}
