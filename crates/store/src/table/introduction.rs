//! Outbound introductions: three tracks, words, consents, mails, and the lock on a target.

use jiff::Timestamp;
use warmpath_core::consent::ConsentState;
use warmpath_core::id::{ConsentId, IntroductionId, MailId, MemberId, PersonId, WorkspaceId};
use warmpath_core::introduction::{
    ConnectorState, Outcome, RequestState, Reveal, Side, TargetState,
};

use crate::change::Write;
use crate::engine::{Engine, StoreError};
use crate::field::Json;
use crate::{row, values};

row! {
    /// An introduction: three tracks and what followed.
    pub struct IntroductionRow in "introduction" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: IntroductionId,;
        /// Who asked for it.
        requester: MemberId,
        /// Whom they want to meet.
        target: PersonId,
        /// Who is to introduce them.
        connector: PersonId,
        /// The request's track.
        request: RequestState,
        /// The connector's track.
        connector_state: ConnectorState,
        /// The target's track.
        target_state: TargetState,
        /// What followed the delivery.
        outcome: Outcome,
        /// Coded reason of the last side state.
        reason: String,
        /// The connector was told the name.
        named: bool,
        /// The connector's yes is alive until then.
        connector_until: Option<Timestamp>,
        /// The target's yes is alive until then.
        target_until: Option<Timestamp>,
        /// The present step runs out then.
        due_at: Option<Timestamp>,
        /// The connector is owed news by then.
        tell_by: Option<Timestamp>,
        /// The target said that it was unwanted.
        complained_at: Option<Timestamp>,
        /// What the target may see of the requester.
        reveal: Reveal,
        /// Size of the deal, if known.
        deal: Option<i64>,
        /// The profile and version it came from; empty for none.
        profile: String,
        /// The next connectors, best first.
        shortlist: Json<Vec<PersonId>>,
        /// The introduction it goes on from.
        rerouted_from: Option<IntroductionId>,
        /// The introduction it goes on as.
        rerouted_to: Option<IntroductionId>,
        /// The connector's consent record.
        connector_consent: Option<ConsentId>,
        /// The target's consent record.
        target_consent: Option<ConsentId>,
        /// The last move.
        state_since: Timestamp,
        /// Delivered.
        delivered_at: Option<Timestamp>,
        /// Begun.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// Words of an introduction. A later edition of a slot replaces the one before.
    pub struct IntroductionTextRow in "introduction_text" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Of which introduction.
        introduction: IntroductionId,
        /// `role`, `industry`, `size`, `topic`, `benefit`, `problem`, `proof`, `ask`, `target`,
        /// `message`, `subject`.
        slot: String,
        /// 0 is the first.
        edition: i64,;
        /// The words.
        body: String,
        /// Who wrote them.
        author: String,
        /// Its sender approved exactly these words then.
        approved: Option<Timestamp>,
        /// SHA-256 of the approved words; empty while not approved.
        hash: Vec<u8>,
    }
}

row! {
    /// A consent of one side, after ISO/IEC TS 27560. What the person did stands sealed in
    /// `evidence`.
    pub struct IntroductionConsentRow in "introduction_consent" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: ConsentId,;
        /// For which introduction.
        introduction: IntroductionId,
        /// Whose.
        person: PersonId,
        /// Which side.
        side: Side,
        /// Where it stands.
        state: ConsentState,
        /// The answer given, if any.
        answer: String,
        /// The one purpose, as shown; names nobody.
        purpose: String,
        /// Version of the wording.
        wording_version: i64,
        /// SHA-256 of the wording as shown.
        wording_hash: Vec<u8>,
        /// Language of the wording.
        language: String,
        /// Asked.
        asked_at: Timestamp,
        /// Answered.
        answered_at: Option<Timestamp>,
        /// Ends.
        expires_at: Option<Timestamp>,
        /// Taken back.
        withdrawn_at: Option<Timestamp>,
        /// Wording, agent and time of each step, encrypted under the person's key.
        evidence: Vec<u8>,
        /// For guarded saves: one answer wins.
        version: i64,
    }
}

row! {
    /// Which mails belong to an introduction, so that they are found and forgotten with it.
    pub struct IntroductionMailRow in "introduction_mail" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The mail.
        mail: MailId,;
        /// The introduction.
        introduction: IntroductionId,
    }
}

row! {
    /// One target, one introduction at a time: others do not touch them.
    pub struct TargetLockRow in "target_lock" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The target.
        person: PersonId,;
        /// By which introduction.
        introduction: IntroductionId,
        /// Whose.
        member: MemberId,
        /// Since when.
        since: Timestamp,
    }
}

/// One introduction.
///
/// # Errors
/// When the database cannot be read.
pub async fn introduction(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: IntroductionId,
) -> Result<Option<IntroductionRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND id = ?2";
    IntroductionRow::first(db, tail, values![workspace, id]).await
}

/// Introductions, latest first, before this id; of one requester, if one is named.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    db: &dyn Engine,
    workspace: WorkspaceId,
    requester: Option<MemberId>,
    before: Option<IntroductionId>,
    limit: i64,
) -> Result<Vec<IntroductionRow>, StoreError> {
    let mut values = values![workspace];
    let mut tail = "WHERE workspace = ?1".to_owned();
    if let Some(requester) = requester {
        values.extend(values![requester]);
        tail.push_str(&format!(" AND requester = ?{}", values.len()));
    }
    if let Some(before) = before {
        values.extend(values![before]);
        tail.push_str(&format!(" AND id < ?{}", values.len()));
    }
    values.extend(values![limit]);
    tail.push_str(&format!(" ORDER BY id DESC LIMIT ?{}", values.len()));
    IntroductionRow::select(db, &tail, values).await
}

/// Introductions that are not over, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn under_way(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<IntroductionRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND request IN ('draft', 'submitted', 'screened', 'offered', \
                'arranging', 'deliverable', 'delivered') ORDER BY id LIMIT 5000";
    IntroductionRow::select(db, tail, values![workspace]).await
}

/// What a connector was asked for, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_connector(
    db: &dyn Engine,
    workspace: WorkspaceId,
    connector: PersonId,
) -> Result<Vec<IntroductionRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND connector = ?2 ORDER BY id DESC LIMIT 500";
    IntroductionRow::select(db, tail, values![workspace, connector]).await
}

/// Introductions to a person, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_target(
    db: &dyn Engine,
    workspace: WorkspaceId,
    target: PersonId,
) -> Result<Vec<IntroductionRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND target = ?2 ORDER BY id DESC LIMIT 500";
    IntroductionRow::select(db, tail, values![workspace, target]).await
}

/// The words of an introduction, in the order written.
///
/// # Errors
/// When the database cannot be read.
pub async fn texts(
    db: &dyn Engine,
    workspace: WorkspaceId,
    introduction: IntroductionId,
) -> Result<Vec<IntroductionTextRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND introduction = ?2 ORDER BY edition, slot LIMIT 1000";
    IntroductionTextRow::select(db, tail, values![workspace, introduction]).await
}

/// The words of several introductions.
///
/// # Errors
/// When the database cannot be read.
pub async fn texts_of_many(
    db: &dyn Engine,
    workspace: WorkspaceId,
    introductions: &[IntroductionId],
) -> Result<Vec<IntroductionTextRow>, StoreError> {
    if introductions.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = values![workspace];
    values.extend(introductions.iter().map(crate::field::Field::to_value));
    let marks: Vec<String> = (2..=values.len()).map(|n| format!("?{n}")).collect();
    let tail = format!(
        "WHERE workspace = ?1 AND introduction IN ({}) ORDER BY edition, slot",
        marks.join(", ")
    );
    IntroductionTextRow::select(db, &tail, values).await
}

/// One consent of a side.
///
/// # Errors
/// When the database cannot be read.
pub async fn consent(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: ConsentId,
) -> Result<Option<IntroductionConsentRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND id = ?2";
    IntroductionConsentRow::first(db, tail, values![workspace, id]).await
}

/// The consents of an introduction.
///
/// # Errors
/// When the database cannot be read.
pub async fn consents(
    db: &dyn Engine,
    workspace: WorkspaceId,
    introduction: IntroductionId,
) -> Result<Vec<IntroductionConsentRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND introduction = ?2 ORDER BY id LIMIT 50";
    IntroductionConsentRow::select(db, tail, values![workspace, introduction]).await
}

/// The consents of a person to introductions, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn consents_of_person(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<IntroductionConsentRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2 ORDER BY id DESC LIMIT 200";
    IntroductionConsentRow::select(db, tail, values![workspace, person]).await
}

/// The lock on a target.
///
/// # Errors
/// When the database cannot be read.
pub async fn lock(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Option<TargetLockRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2";
    TargetLockRow::first(db, tail, values![workspace, person]).await
}

/// Others may approach the target again.
pub fn unlock(workspace: WorkspaceId, introduction: IntroductionId) -> Write {
    let sql = "DELETE FROM target_lock WHERE workspace = ?1 AND introduction = ?2";
    Write::any("target_lock", sql, values![workspace, introduction])
}

/// Cancels what awaits sending for an introduction.
pub fn cancel_mails(workspace: WorkspaceId, introduction: IntroductionId) -> Write {
    let sql = "UPDATE mail SET state = 'cancelled', version = version + 1 WHERE workspace = ?1 \
               AND id IN (SELECT mail FROM introduction_mail WHERE workspace = ?1 \
               AND introduction = ?2) AND state IN ('draft', 'queued') \
               AND kind NOT IN ('thanks', 'introduction_told')";
    Write::any("mail", sql, values![workspace, introduction])
}

/// Takes back every unused link of an introduction in this purpose.
pub fn revoke_links(
    workspace: WorkspaceId,
    introduction: IntroductionId,
    purpose: &str,
    at: Timestamp,
) -> Write {
    let purpose = purpose.to_owned();
    let sql = "UPDATE link SET revoked_at = ?4, version = version + 1 WHERE workspace = ?1 \
               AND consent IN (SELECT id FROM introduction_consent WHERE workspace = ?1 \
               AND introduction = ?2) AND purpose = ?3 AND used_at IS NULL AND revoked_at IS NULL";
    Write::any("link", sql, values![workspace, introduction, purpose, at])
}
