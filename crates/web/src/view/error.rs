//! What is shown when something was refused or went wrong.

use super::part::{Action, Avatar, FormPart, Pill, Seal};
use super::{Shell, filters};
use askama::Template;

/// Somebody or something that explains the refusal.
#[derive(Clone, Debug, Default)]
pub struct ErrorFact {
    /// Initials.
    pub avatar: Avatar,
    /// "Petra Novak".
    pub name: String,
    /// "Accepted at 09:41, first contact due by 13:00".
    pub line: String,
    /// Its ledger entry.
    pub seal: Option<Seal>,
}

/// A refusal inside the work shell: 403, 404, 409, 422, 5xx.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame.
    pub shell: Shell,
    /// "Not saved", "Not found", "Not allowed".
    pub pill: Pill,
    /// Status and stable code: "409 transition.stale".
    pub code: String,
    /// What is true now: "Petra accepted Priya 40 seconds before you".
    pub title: String,
    /// What did not happen, and what instead.
    pub lead: String,
    /// Who or what explains it.
    pub fact: Option<ErrorFact>,
    /// The next steps; one primary.
    pub actions: Vec<Action>,
    /// Reference without personal data; empty for none.
    pub reference: String,
}

/// The same without a session.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "error_outside.html")]
pub struct ErrorOutsidePage {
    /// The frame.
    pub outsider: super::Outsider,
    /// "Not saved", "Not found".
    pub pill: Pill,
    /// Status and stable code.
    pub code: String,
    /// What is true now.
    pub title: String,
    /// What did not happen, and what instead.
    pub lead: String,
    /// The next steps; one primary.
    pub actions: Vec<Action>,
    /// Reference without personal data; empty for none.
    pub reference: String,
}

/// A question before what cannot be undone; also shown in place as a dialog.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "confirm.html")]
pub struct ConfirmPage {
    /// The frame.
    pub shell: Shell,
    /// The question: "Erase Priya Raman?"
    pub title: String,
    /// What it counts, in a sentence.
    pub lead: String,
    /// POST path.
    pub action: String,
    /// Makes a second press do nothing new.
    pub idempotency_key: String,
    /// What has to be said with it: a reason, a date.
    pub parts: Vec<FormPart>,
    /// The verb: "Erase".
    pub button: Action,
    /// The other verb: "Keep".
    pub keep: String,
    /// Where the other verb leads.
    pub keep_href: String,
}
