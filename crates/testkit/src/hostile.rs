//! The hostile inputs of `data/hostile`, played against a server and judged.
//!
//! [`Case::load`] reads the manifest; [`Runner`] plays cases through an [`Adapter`], which alone
//! knows routes, cookies and the database, and says in one line each what failed. The words of the
//! cases are older than ours: "password" reads as one-time link, sdr as seller, advocate as
//! referrer; adapters translate them.
//!
//! Start reading at [`Adapter`]: it says what the runner leaves to the system under test.

mod case;
mod expand;
mod judge;
mod play;

use async_trait::async_trait;
use serde_json::Value;

use crate::client::{Request, Response};

pub use case::{Case, Input, Outcome};
pub use expand::expand;
pub use play::{Report, Runner};

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Held,
    /// It does not, and why.
    Broken(String),
}

impl Verdict {
    /// Held when true, else broken for this reason.
    #[must_use]
    pub fn when(holds: bool, reason: impl Into<String>) -> Self {
        if holds { Self::Held } else { Self::Broken(reason.into()) }
    }
}

/// Why the adapter could not do its part. It fails the case: a gap never passes.
pub type Gap = String;

/// The system under test, as the runner sees it. One adapter per system; a case gets a fresh one's
/// worth of state from [`Adapter::begin`].
#[async_trait]
pub trait Adapter: Send + Sync {
    /// Seeds the server for a case: two workspaces `a` and `b`, with everything placeholders name.
    async fn begin(&self, case: &Case) -> Result<(), Gap>;

    /// The text for a placeholder such as `token.valid:swapcase`, `b.referral`, `session.admin`,
    /// `origin` or `form.nonce`. `target` is the path of the request it goes into, empty outside
    /// one: a nonce is scraped from that page. `random.X` is a well-formed id of nothing. It is
    /// asked once per case, save for nonces and random addresses.
    async fn fill(&self, name: &str, target: &str) -> Result<String, Gap>;

    /// The request by which a surface (`referral.create`, `import.csv`, …) takes a payload, as
    /// `actor` (`a.admin`; `None` is whoever is usual there), with key or cookie. Values of
    /// surfaces that name a field (`referral.create:contact.email`) are put into an honest body.
    async fn request(
        &self,
        surface: &str,
        actor: Option<&str>,
        payload: &Payload,
    ) -> Result<Request, Gap>;

    /// The path in the system for one that a case names (`/api/v1/referrals/X`, `/c/TOKEN`).
    fn path(&self, path: &str) -> String;

    /// Sends a request to the server.
    async fn send(&self, request: Request) -> Result<Response, Gap>;

    /// Sends bytes as they are.
    async fn send_raw(&self, bytes: &[u8]) -> Result<Response, Gap>;

    /// Does what a step asks for in words (`login`, `admin disables the user`).
    async fn act(&self, action: &str, step: &Value) -> Result<Response, Gap>;

    /// Checks a sentence of a step or an invariant of the case.
    async fn check(&self, sentence: &str, case: &Case, seen: &[Response]) -> Result<Verdict, Gap>;

    /// Plays and judges a case that is no exchange over HTTP: a tampered ledger, a configuration
    /// file, a delivery, an export, a slow client.
    async fn scenario(&self, case: &Case, input: &Value) -> Result<Verdict, Gap>;

    /// A digest of all business rows: the same text before and after means that nothing changed.
    /// Rejected attempts and audit records are left out.
    async fn state(&self) -> Result<String, Gap>;

    /// The global rules that only the system can judge: nothing personal in the log, the ledger
    /// verifies, nothing went out that the outcome forbids, the process is alive.
    async fn end(&self, case: &Case, seen: &[Response]) -> Result<Verdict, Gap>;
}

/// What is handed to a surface.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// A whole body; the type is the surface's usual one when the case names none.
    Body {
        /// `Content-Type`, if the case names one.
        content_type: Option<String>,
        /// The bytes.
        bytes: Vec<u8>,
        /// Further headers.
        headers: Vec<(String, Vec<u8>)>,
    },
    /// One value for the field or purpose that the surface names.
    Value(Value),
    /// Nothing: the step's own method, path and headers say all.
    Nothing,
}
