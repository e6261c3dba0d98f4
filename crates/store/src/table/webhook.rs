//! Webhook endpoints and their deliveries.

use jiff::Timestamp;
use warmpath_core::id::{DeliveryId, EndpointId, WorkspaceId};

use crate::engine::{Engine, StoreError};
use crate::field::Json;
use crate::{row, values};

row! {
    /// Where events are posted.
    pub struct EndpointRow in "endpoint" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: EndpointId,;
        /// Address.
        url: String,
        /// Which secret is live: its number, and until when the one before it is too. The secrets
        /// themselves are worked out from the master secret.
        secret: Vec<u8>,
        /// Event types; empty is all.
        events: Json<Vec<String>>,
        /// Sends.
        active: bool,
        /// Has failed without a break since.
        failing_since: Option<Timestamp>,
        /// Made.
        created_at: Timestamp,
        /// The ledger number up to which events were handed out.
        cursor: i64,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// One event for one endpoint.
    pub struct DeliveryRow in "delivery" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id, the same over all attempts.
        id: DeliveryId,;
        /// Where to.
        endpoint: EndpointId,
        /// The ledger entry it tells of.
        seq: i64,
        /// `referral.routed`, …
        kind: String,
        /// The body; ids and codes only.
        body: String,
        /// `waiting`, `delivered`, `dead`.
        state: String,
        /// Times tried.
        attempts: i64,
        /// Last HTTP status; 0 is no answer.
        last_status: i64,
        /// What went wrong last.
        last_error: String,
        /// Made.
        created_at: Timestamp,
        /// Answered with 2xx.
        delivered_at: Option<Timestamp>,
        /// For guarded saves.
        version: i64,
    }
}

/// All endpoints.
///
/// # Errors
/// When the database cannot be read.
pub async fn endpoints(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<EndpointRow>, StoreError> {
    EndpointRow::select(db, "WHERE workspace = ?1 ORDER BY id LIMIT 100", values![workspace]).await
}

/// The endpoints of all workspaces that send.
///
/// # Errors
/// When the database cannot be read.
pub async fn active_in_all(db: &dyn Engine) -> Result<Vec<EndpointRow>, StoreError> {
    let tail = "WHERE active = 1 ORDER BY workspace, id LIMIT 1000";
    EndpointRow::select_across(db, tail, vec![]).await
}

/// The deliveries of an endpoint, latest first, before this one.
///
/// # Errors
/// When the database cannot be read.
pub async fn deliveries_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    endpoint: EndpointId,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let Some(before) = before else {
        let tail = "WHERE workspace = ?1 AND endpoint = ?2 ORDER BY id DESC LIMIT ?3";
        return DeliveryRow::select(db, tail, values![workspace, endpoint, limit]).await;
    };
    let tail = "WHERE workspace = ?1 AND endpoint = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4";
    DeliveryRow::select(db, tail, values![workspace, endpoint, before, limit]).await
}

/// The deliveries of an endpoint that were given up, latest first, before this one.
///
/// # Errors
/// When the database cannot be read.
pub async fn dead_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    endpoint: EndpointId,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let Some(before) = before else {
        let tail = "WHERE workspace = ?1 AND endpoint = ?2 AND state = 'dead' \
                    ORDER BY id DESC LIMIT ?3";
        return DeliveryRow::select(db, tail, values![workspace, endpoint, limit]).await;
    };
    let tail = "WHERE workspace = ?1 AND endpoint = ?2 AND state = 'dead' AND id < ?3 \
                ORDER BY id DESC LIMIT ?4";
    DeliveryRow::select(db, tail, values![workspace, endpoint, before, limit]).await
}

/// Deletes the deliveries of an endpoint that is removed.
pub fn drop_deliveries(workspace: WorkspaceId, endpoint: EndpointId) -> crate::change::Write {
    let sql = "DELETE FROM delivery WHERE workspace = ?1 AND endpoint = ?2";
    crate::change::Write::any("delivery", sql, values![workspace, endpoint])
}

/// One endpoint.
///
/// # Errors
/// When the database cannot be read.
pub async fn endpoint(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: EndpointId,
) -> Result<Option<EndpointRow>, StoreError> {
    EndpointRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// One delivery.
///
/// # Errors
/// When the database cannot be read.
pub async fn delivery(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: DeliveryId,
) -> Result<Option<DeliveryRow>, StoreError> {
    DeliveryRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// The latest deliveries of all endpoints.
///
/// # Errors
/// When the database cannot be read.
pub async fn deliveries(
    db: &dyn Engine,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY id DESC LIMIT ?2";
    DeliveryRow::select(db, tail, values![workspace, limit]).await
}
