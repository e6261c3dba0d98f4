//! Ways in: sessions, one-time links, API keys and idempotency records. Only SHA-256 of a secret is
//! ever stored.

use jiff::Timestamp;
use warmpath_core::id::{
    ApiKeyId, ConsentId, LinkId, MemberId, PersonId, ReferralId, SessionId, WorkspaceId,
};

use crate::change::Write;
use crate::engine::{Engine, Row, Statement, StoreError};
use crate::field::Json;
use crate::table::workspace::MemberRow;
use crate::{row, values};

row! {
    /// A signed-in browser.
    pub struct SessionRow in "session" {
        /// The workspace.
        workspace: WorkspaceId,
        /// SHA-256 of the cookie's secret.
        token_hash: Vec<u8>,;
        /// Its id, for the list of sessions.
        id: SessionId,
        /// Whose.
        member: MemberId,
        /// The token that every form carries.
        form_token: String,
        /// When it was opened.
        created_at: Timestamp,
        /// Last use, to the minute.
        seen_at: Timestamp,
        /// When it ends for good.
        expires_at: Timestamp,
    }
}

row! {
    /// A one-time or personal link, in any purpose.
    pub struct LinkRow in "link" {
        /// The workspace.
        workspace: WorkspaceId,
        /// SHA-256 of the secret in the address.
        token_hash: Vec<u8>,;
        /// Its id.
        id: LinkId,
        /// What it opens: `sign_in`, `answer`, `status`, `withdraw`, `unsubscribe`, `personal`,
        /// `mailbox_code`, `portal`.
        purpose: String,
        /// For a member.
        member: Option<MemberId>,
        /// For a person.
        person: Option<PersonId>,
        /// About a referral.
        referral: Option<ReferralId>,
        /// About a consent.
        consent: Option<ConsentId>,
        /// The wording it was made for.
        wording_hash: Option<Vec<u8>>,
        /// What the page's form must send back.
        nonce: String,
        /// Made.
        created_at: Timestamp,
        /// Ends, exclusive.
        expires_at: Timestamp,
        /// Used up.
        used_at: Option<Timestamp>,
        /// Taken back.
        revoked_at: Option<Timestamp>,
        /// Wrong codes tried, for mailbox codes.
        attempts: i64,
        /// For guarded saves: a link is used once.
        version: i64,
    }
}

row! {
    /// A key for programs.
    pub struct ApiKeyRow in "api_key" {
        /// The workspace.
        workspace: WorkspaceId,
        /// SHA-256 of the key's secret.
        key_hash: Vec<u8>,;
        /// Its id.
        id: ApiKeyId,
        /// What it is for.
        name: String,
        /// The first letters, to recognise it by.
        prefix: String,
        /// `referrals:write`, `referrals:read`, `report:read`, `check:read`, `ledger:read`, …
        scopes: Json<Vec<String>>,
        /// The member it acts for.
        member: MemberId,
        /// Made.
        created_at: Timestamp,
        /// Last use, to the minute.
        used_at: Option<Timestamp>,
        /// Taken back.
        revoked_at: Option<Timestamp>,
    }
}

row! {
    /// The answer that was given to a request with this key.
    pub struct IdempotencyRow in "idempotency" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The client's key, with the caller's id in front.
        key: String,;
        /// SHA-256 of method, path and body.
        fingerprint: Vec<u8>,
        /// The status answered.
        status: i64,
        /// The body answered; ids only.
        body: String,
        /// When.
        created_at: Timestamp,
        /// When the key is free again.
        expires_at: Timestamp,
    }
}

/// A live session by its secret's hash, with the member as they are now.
///
/// # Errors
/// When the database cannot be read.
pub async fn session(
    db: &dyn Engine,
    workspace: WorkspaceId,
    token_hash: Vec<u8>,
    at: Timestamp,
) -> Result<Option<(SessionRow, MemberRow)>, StoreError> {
    // One question, because it is asked with every page.
    let columns: Vec<String> = [(SessionRow::KEY, "s"), (SessionRow::FIELDS, "s")]
        .into_iter()
        .chain([(MemberRow::KEY, "m"), (MemberRow::FIELDS, "m")])
        .flat_map(|(names, table)| names.iter().map(move |name| format!("{table}.{name}")))
        .collect();
    let sql = format!(
        "SELECT {} FROM session s JOIN member m ON m.workspace = s.workspace AND m.id = s.member \
         WHERE s.workspace = ?1 AND s.token_hash = ?2 AND s.expires_at > ?3",
        columns.join(", ")
    );
    let rows = db.query(Statement::new(sql, values![workspace, token_hash, at])).await?;
    let Some(Row(mut session)) = rows.into_iter().next() else { return Ok(None) };
    let member = session.split_off(SessionRow::KEY.len() + SessionRow::FIELDS.len());
    Ok(Some((SessionRow::read(Row(session))?, MemberRow::read(Row(member))?)))
}

/// The open sessions of a member, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn sessions_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    member: MemberId,
    at: Timestamp,
) -> Result<Vec<SessionRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND member = ?2 AND expires_at > ?3 \
                ORDER BY created_at DESC LIMIT 100";
    SessionRow::select(db, tail, values![workspace, member, at]).await
}

/// Closes every session of a member.
pub fn close_sessions(workspace: WorkspaceId, member: MemberId) -> Write {
    let sql = "DELETE FROM session WHERE workspace = ?1 AND member = ?2";
    Write::any("session", sql, values![workspace, member])
}

/// Closes one session of a member.
pub fn close_session(workspace: WorkspaceId, member: MemberId, id: SessionId) -> Write {
    let sql = "DELETE FROM session WHERE workspace = ?1 AND member = ?2 AND id = ?3";
    Write::any("session", sql, values![workspace, member, id])
}

/// Takes one key back.
pub fn revoke_api_key(workspace: WorkspaceId, id: ApiKeyId, at: Timestamp) -> Write {
    let sql = "UPDATE api_key SET revoked_at = ?3 WHERE workspace = ?1 AND id = ?2 \
               AND revoked_at IS NULL";
    Write::one("api_key", sql, values![workspace, id, at])
}

/// A link by its secret's hash, whatever its state.
///
/// # Errors
/// When the database cannot be read.
pub async fn link(
    db: &dyn Engine,
    workspace: WorkspaceId,
    token_hash: Vec<u8>,
) -> Result<Option<LinkRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND token_hash = ?2";
    LinkRow::first(db, tail, values![workspace, token_hash]).await
}

/// All links about a referral, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn links_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referral: ReferralId,
) -> Result<Vec<LinkRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND referral = ?2 ORDER BY created_at DESC LIMIT 100";
    LinkRow::select(db, tail, values![workspace, referral]).await
}

/// Takes back every unused link of this purpose about a referral.
pub fn revoke_links(
    workspace: WorkspaceId,
    referral: ReferralId,
    purpose: &str,
    at: Timestamp,
) -> Write {
    let purpose = purpose.to_owned();
    let sql = "UPDATE link SET revoked_at = ?4, version = version + 1 WHERE workspace = ?1 \
               AND referral = ?2 AND purpose = ?3 AND used_at IS NULL AND revoked_at IS NULL";
    Write::any("link", sql, values![workspace, referral, purpose, at])
}

/// Links of a person in a purpose, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn links_of_person(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
    purpose: &str,
) -> Result<Vec<LinkRow>, StoreError> {
    let purpose = purpose.to_owned();
    let tail = "WHERE workspace = ?1 AND person = ?2 AND purpose = ?3 \
                ORDER BY created_at DESC LIMIT 100";
    LinkRow::select(db, tail, values![workspace, person, purpose]).await
}

/// The live personal links of a workspace, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn personal_links(
    db: &dyn Engine,
    workspace: WorkspaceId,
    at: Timestamp,
) -> Result<Vec<LinkRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND purpose = 'personal' AND revoked_at IS NULL \
                AND expires_at > ?2 ORDER BY id DESC LIMIT 500";
    LinkRow::select(db, tail, values![workspace, at]).await
}

/// A live API key by its secret's hash.
///
/// # Errors
/// When the database cannot be read.
pub async fn api_key(
    db: &dyn Engine,
    workspace: WorkspaceId,
    key_hash: Vec<u8>,
) -> Result<Option<ApiKeyRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND key_hash = ?2 AND revoked_at IS NULL";
    ApiKeyRow::first(db, tail, values![workspace, key_hash]).await
}

/// All API keys, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn api_keys(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<ApiKeyRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY created_at DESC LIMIT 200";
    ApiKeyRow::select(db, tail, values![workspace]).await
}

/// The answer kept under a key, if it is not over.
///
/// # Errors
/// When the database cannot be read.
pub async fn idempotency(
    db: &dyn Engine,
    workspace: WorkspaceId,
    key: &str,
    at: Timestamp,
) -> Result<Option<IdempotencyRow>, StoreError> {
    let key = key.to_owned();
    let tail = "WHERE workspace = ?1 AND key = ?2 AND expires_at > ?3";
    IdempotencyRow::first(db, tail, values![workspace, key, at]).await
}

/// Frees what is over: sessions, links long ended, idempotency keys.
pub fn sweep(workspace: WorkspaceId, at: Timestamp, links_before: Timestamp) -> [Write; 3] {
    [
        Write::any(
            "session",
            "DELETE FROM session WHERE workspace = ?1 AND expires_at <= ?2",
            values![workspace, at],
        ),
        Write::any(
            "idempotency",
            "DELETE FROM idempotency WHERE workspace = ?1 AND expires_at <= ?2",
            values![workspace, at],
        ),
        Write::any(
            "link",
            "DELETE FROM link WHERE workspace = ?1 AND expires_at <= ?2",
            values![workspace, links_before],
        ),
    ]
}
