//! Asks to all connectors who might know somebody, their answers, and offers unasked.

use jiff::Timestamp;
use warmpath_core::id::{BulletinId, IntroductionId, MemberId, OfferId, PersonId, WorkspaceId};

use crate::engine::{Engine, StoreError};
use crate::{row, values};

row! {
    /// An ask to all connectors who might know somebody. Its words name nobody.
    pub struct BulletinRow in "bulletin" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: BulletinId,;
        /// Who asks.
        requester: MemberId,
        /// Whom they have in mind; shown to nobody who is asked.
        target: Option<PersonId>,
        /// Role: "CFO".
        role: String,
        /// Industry.
        industry: String,
        /// Size of the company.
        size: String,
        /// What it is about.
        topic: String,
        /// What is in it for the person met.
        benefit: String,
        /// The profile it came from; empty for none.
        profile: String,
        /// Open until then.
        until: Timestamp,
        /// `open`, `closed`.
        state: String,
        /// Asked.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// What a connector answered to a bulletin. No words: a third person is not described.
    pub struct BulletinAnswerRow in "bulletin_answer" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The bulletin.
        bulletin: BulletinId,
        /// Who answers.
        connector: PersonId,;
        /// `may_know`, `pass`.
        answer: String,
        /// `well`, `a_little`; empty for a pass.
        how_well: String,
        /// The introduction it became.
        introduction: Option<IntroductionId>,
        /// When.
        at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// An introduction that a connector offers unasked. Its words name nobody.
    pub struct OfferRow in "offer" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: OfferId,;
        /// Who offers.
        connector: PersonId,
        /// Role: "CFO".
        role: String,
        /// Industry.
        industry: String,
        /// Size of the company.
        size: String,
        /// What it could be about.
        topic: String,
        /// `well`, `a_little`.
        how_well: String,
        /// `open`, `taken`, `declined`, `withdrawn`.
        state: String,
        /// Coded reason of a decline.
        reason: String,
        /// Who took or declined it.
        member: Option<MemberId>,
        /// The introduction it became.
        introduction: Option<IntroductionId>,
        /// Offered.
        created_at: Timestamp,
        /// Taken, declined or withdrawn.
        decided_at: Option<Timestamp>,
        /// For guarded saves.
        version: i64,
    }
}

/// One bulletin.
///
/// # Errors
/// When the database cannot be read.
pub async fn bulletin(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: BulletinId,
) -> Result<Option<BulletinRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND id = ?2";
    BulletinRow::first(db, tail, values![workspace, id]).await
}

/// Bulletins, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn bulletins(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<BulletinRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY id DESC LIMIT 200";
    BulletinRow::select(db, tail, values![workspace]).await
}

/// Answers to a bulletin, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn answers(
    db: &dyn Engine,
    workspace: WorkspaceId,
    bulletin: BulletinId,
) -> Result<Vec<BulletinAnswerRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND bulletin = ?2 ORDER BY at, connector LIMIT 1000";
    BulletinAnswerRow::select(db, tail, values![workspace, bulletin]).await
}

/// What a connector answered.
///
/// # Errors
/// When the database cannot be read.
pub async fn answers_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    connector: PersonId,
) -> Result<Vec<BulletinAnswerRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND connector = ?2 ORDER BY bulletin DESC LIMIT 500";
    BulletinAnswerRow::select(db, tail, values![workspace, connector]).await
}

/// One offer.
///
/// # Errors
/// When the database cannot be read.
pub async fn offer(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: OfferId,
) -> Result<Option<OfferRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND id = ?2";
    OfferRow::first(db, tail, values![workspace, id]).await
}

/// Offers, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn offers(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<OfferRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY id DESC LIMIT 200";
    OfferRow::select(db, tail, values![workspace]).await
}

/// Offers of a connector, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn offers_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    connector: PersonId,
) -> Result<Vec<OfferRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND connector = ?2 ORDER BY id DESC LIMIT 200";
    OfferRow::select(db, tail, values![workspace, connector]).await
}
