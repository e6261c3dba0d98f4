//! Recruiting connectors: whom, with what offer, what they agreed to, what was shared with them.

use jiff::Timestamp;
use warmpath_core::id::{MemberId, PersonId, RecruitingBriefId, SignalId, WorkspaceId};

use crate::engine::{Engine, StoreError};
use crate::{row, values};

row! {
    /// Somebody who could become a connector, and what we lead with.
    pub struct RecruitRow in "recruit" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Who.
        person: PersonId,;
        /// Their trade.
        trade: String,
        /// Which deciders they serve as well.
        serves: String,
        /// They compete with us.
        competing: bool,
        /// What we offer first.
        offer: String,
        /// Offered.
        offered_at: Option<Timestamp>,
        /// `candidate`, `approached`, `talking`, `agreed`, `active`, `declined`.
        step: String,
        /// Coded reason of a decline.
        reason: String,
        /// The gap they would close.
        brief: Option<RecruitingBriefId>,
        /// Who looks after them.
        owner: MemberId,
        /// In this step since.
        since: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// What a connector agreed to. A later edition replaces the one before.
    pub struct AgreementRow in "connector_agreement" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Who.
        person: PersonId,
        /// From 1.
        edition: i64,;
        /// What they do.
        what: String,
        /// How often at most.
        how_often: String,
        /// What they have of it.
        in_return: String,
        /// Who wrote it down.
        member: MemberId,
        /// When it was agreed.
        at: Timestamp,
    }
}

row! {
    /// Something useful that was shared with a connector, or not worth it.
    pub struct SharedSignalRow in "shared_signal" {
        /// The workspace.
        workspace: WorkspaceId,
        /// With whom.
        connector: PersonId,
        /// What.
        signal: SignalId,;
        /// `shared`, `dismissed`.
        state: String,
        /// Who.
        member: MemberId,
        /// When.
        at: Timestamp,
    }
}

/// One candidate.
///
/// # Errors
/// When the database cannot be read.
pub async fn recruit(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Option<RecruitRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2";
    RecruitRow::first(db, tail, values![workspace, person]).await
}

/// All candidates, the longest in their step first.
///
/// # Errors
/// When the database cannot be read.
pub async fn recruits(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<RecruitRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY since, person LIMIT 1000";
    RecruitRow::select(db, tail, values![workspace]).await
}

/// What a connector agreed to, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn agreements(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<AgreementRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2 ORDER BY edition DESC LIMIT 50";
    AgreementRow::select(db, tail, values![workspace, person]).await
}

/// What was shared with a connector, or was not worth it.
///
/// # Errors
/// When the database cannot be read.
pub async fn shared_with(
    db: &dyn Engine,
    workspace: WorkspaceId,
    connector: PersonId,
) -> Result<Vec<SharedSignalRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND connector = ?2 ORDER BY at DESC, signal LIMIT 1000";
    SharedSignalRow::select(db, tail, values![workspace, connector]).await
}

/// What was shared with anybody, or was not worth it.
///
/// # Errors
/// When the database cannot be read.
pub async fn all_shared(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<SharedSignalRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY at DESC, signal LIMIT 5000";
    SharedSignalRow::select(db, tail, values![workspace]).await
}
