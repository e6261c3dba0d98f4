//! One-time and personal links: opaque handles of which only the hash is stored.
//!
//! The text in an address is base64url of the workspace id and 32 bytes that only the holder of the
//! master secret can work out. A link that was
//! altered, taken back or meant for something else looks the same as one that never was.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use warmpath_core::id::{ConsentId, LinkId, MemberId, PersonId, RecordId, ReferralId, WorkspaceId};
use warmpath_store::table::access::{self, LinkRow};

use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::keys::sha256;

/// What a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signs a member in.
    SignIn,
    /// The prospect's answer page.
    Answer,
    /// The prospect takes a consent back.
    Withdraw,
    /// One-click withdrawal from a mail client (RFC 8058).
    Unsubscribe,
    /// The referrer's status page.
    Status,
    /// A referrer's personal referral link.
    Personal,
    /// A mailbox code on the way to a referral by personal link.
    MailboxCode,
    /// What the relationship network holds of a person, for that person.
    Network,
    /// A connector's own page: asks to all, and what they offer.
    Desk,
    /// A connector's page about one introduction.
    Connector,
    /// A target's page about one introduction.
    Target,
    /// The page about an introduction's occasion that its message carries.
    Occasion,
}

impl Purpose {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Answer => "answer",
            Self::Withdraw => "withdraw",
            Self::Unsubscribe => "unsubscribe",
            Self::Status => "status",
            Self::Personal => "personal",
            Self::MailboxCode => "mailbox_code",
            Self::Network => "network",
            Self::Desk => "connector_desk",
            Self::Connector => "connector",
            Self::Target => "target",
            Self::Occasion => "occasion",
        }
    }
}

/// A link as it goes out: the row to store, and the text that is never stored.
#[derive(Debug, Clone)]
pub struct Made {
    /// To be inserted.
    pub row: LinkRow,
    /// For the address.
    pub token: String,
}

/// What a link is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject {
    /// A member.
    pub member: Option<MemberId>,
    /// A person.
    pub person: Option<PersonId>,
    /// A referral.
    pub referral: Option<ReferralId>,
    /// A consent.
    pub consent: Option<ConsentId>,
}

/// Makes a link.
pub fn make(
    app: &App,
    workspace: WorkspaceId,
    purpose: Purpose,
    subject: Subject,
    expires_at: Timestamp,
) -> Made {
    let id: LinkId = app.id();
    let secret = secret_of(app, workspace, id);
    let row = LinkRow {
        workspace,
        token_hash: sha256(&secret),
        id,
        purpose: purpose.as_str().to_owned(),
        member: subject.member,
        person: subject.person,
        referral: subject.referral,
        consent: subject.consent,
        wording_hash: None,
        nonce: URL_SAFE_NO_PAD.encode(app.secret()),
        created_at: app.now(),
        expires_at,
        used_at: None,
        revoked_at: None,
        attempts: 0,
        version: 1,
    };
    let token = token_of(app, workspace, id);
    Made { row, token }
}

/// The text of a link again, for a page that shows it to whom it belongs. It can be worked out from
/// the id only with the master secret, which stands outside the database.
pub fn token_of(app: &App, workspace: WorkspaceId, id: LinkId) -> String {
    let mut bytes = workspace.bytes().to_vec();
    bytes.extend_from_slice(&secret_of(app, workspace, id));
    URL_SAFE_NO_PAD.encode(bytes)
}

fn secret_of(app: &App, workspace: WorkspaceId, id: LinkId) -> Vec<u8> {
    app.keys.blind(workspace, "link secret", &id.to_string())
}

/// Takes a token apart: the workspace and the hash of the secret.
pub fn read_token(token: &str) -> Option<(WorkspaceId, Vec<u8>)> {
    if token.len() != 64 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    // The last character of an unpadded text has spare bits; only one spelling is accepted.
    if URL_SAFE_NO_PAD.encode(&bytes) != token {
        return None;
    }
    let (workspace, secret) = bytes.split_first_chunk::<16>()?;
    Some((WorkspaceId::from_bytes(*workspace), sha256(secret)))
}

/// Finds a link for this purpose, whatever its state.
///
/// # Errors
/// [`LinkTrouble::Unknown`] when there is none, it was taken back, or it is for something else.
pub async fn find(app: &App, token: &str, purpose: Purpose) -> Result<LinkRow, Failure> {
    let (workspace, hash) = read_token(token).ok_or(Failure::Link(LinkTrouble::Unknown))?;
    access::link(app.db(), workspace, hash)
        .await?
        .filter(|row| row.purpose == purpose.as_str() && row.revoked_at.is_none())
        .ok_or(Failure::Link(LinkTrouble::Unknown))
}

/// Refuses a link that was used or has ended.
///
/// # Errors
/// [`LinkTrouble::Used`] or [`LinkTrouble::Ended`].
pub fn check_usable(row: &LinkRow, at: Timestamp) -> Result<(), Failure> {
    if row.used_at.is_some() {
        return Err(Failure::Link(LinkTrouble::Used));
    }
    if row.expires_at <= at {
        return Err(Failure::Link(LinkTrouble::Ended));
    }
    Ok(())
}
