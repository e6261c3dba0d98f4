//! Signing in: asking for a link, "look in your mailbox", and the press that uses the link.

use super::filters;
use super::part::{Chain, ErrorSummary, Field, Note};
use askama::Template;

/// Which step of signing in is shown.
#[derive(Clone, Debug, Default)]
pub enum SignInStep {
    /// Asks for the address.
    #[default]
    Ask,
    /// The link is on its way: to which address, as it was typed.
    Sent(String),
    /// The link was opened: a press uses it (scanners only open). Holds the POST path.
    Enter(String),
}

/// Page of signing in, the same for known and unknown addresses.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// Workspace: "Corvane".
    pub workspace: String,
    /// The step.
    pub step: SignInStep,
    /// The page's nonce.
    pub nonce: String,
    /// Work e-mail.
    pub email: Field,
    /// What needs a look.
    pub errors: ErrorSummary,
    /// What has to be said first: signed out, link ended.
    pub note: Option<Note>,
    /// Whether passkeys are offered.
    pub passkey: bool,
    /// Name and path of single sign-on; none where there is none.
    pub single_sign_on: Option<(String, String)>,
    /// Where to go after signing in; empty for the inbox.
    pub next: String,
    /// The picture of the promise.
    pub chain: Chain,
}
