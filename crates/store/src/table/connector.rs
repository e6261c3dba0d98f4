//! Connectors: people who make introductions for us, their own rules, and every step of their
//! goodwill.

use jiff::Timestamp;
use warmpath_core::id::{GoodwillId, IntroductionId, MemberId, PersonId, WorkspaceId};
use warmpath_core::introduction::goodwill::{AskChannel, ConnectorStage, GoodwillKind};

use crate::engine::{Engine, StoreError};
use crate::field::Json;
use crate::{row, values};

row! {
    /// A person who makes introductions for us, with their own rules.
    pub struct ConnectorRow in "connector" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Who.
        person: PersonId,;
        /// Their account, if they have one.
        member: Option<MemberId>,
        /// Where they stand with us.
        stage: ConnectorStage,
        /// The balance after an ask must not be below, in tenths.
        floor: i64,
        /// Asks open at the same time.
        open_max: i64,
        /// Days between two asks.
        rest_days: i64,
        /// Companies never asked for.
        no_go: Json<Vec<String>>,
        /// Days on which an ask may come, 1 is Monday; empty for any.
        weekdays: Json<Vec<i64>>,
        /// How they want to be asked.
        channel: AskChannel,
        /// Only deals of at least this size.
        deal_min: Option<i64>,
        /// Agreed to what, how often and what in return.
        agreed_at: Option<Timestamp>,
        /// They set the rules themselves.
        rules_at: Option<Timestamp>,
        /// Thought of.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// One step of a connector's goodwill.
    pub struct GoodwillRow in "goodwill" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: GoodwillId,;
        /// Whose goodwill.
        connector: PersonId,
        /// What happened.
        kind: GoodwillKind,
        /// For which introduction.
        introduction: Option<IntroductionId>,
        /// Who did it.
        member: Option<MemberId>,
        /// When.
        at: Timestamp,
    }
}

/// One connector.
///
/// # Errors
/// When the database cannot be read.
pub async fn connector(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Option<ConnectorRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2";
    ConnectorRow::first(db, tail, values![workspace, person]).await
}

/// The connector that is this member.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_member(
    db: &dyn Engine,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Option<ConnectorRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND member = ?2 ORDER BY person LIMIT 1";
    ConnectorRow::first(db, tail, values![workspace, member]).await
}

/// All connectors, first thought of first.
///
/// # Errors
/// When the database cannot be read.
pub async fn connectors(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<ConnectorRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY created_at, person LIMIT 1000";
    ConnectorRow::select(db, tail, values![workspace]).await
}

/// Every step of a connector's goodwill, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn goodwill_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    connector: PersonId,
) -> Result<Vec<GoodwillRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND connector = ?2 ORDER BY at, id LIMIT 2000";
    GoodwillRow::select(db, tail, values![workspace, connector]).await
}

/// Every step of everybody's goodwill, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn all_goodwill(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<GoodwillRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY at, id LIMIT 20000";
    GoodwillRow::select(db, tail, values![workspace]).await
}
