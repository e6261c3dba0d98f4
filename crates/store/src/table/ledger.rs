//! The ledger: entries that are inserted unnumbered with the change they prove, and numbered after
//! the commit; the tree's nodes; checkpoints; what is sealed under a person's key.

use jiff::Timestamp;
use warmpath_core::id::{EntryId, PersonId, WorkspaceId};

use crate::change::Write;
use crate::engine::{Engine, Statement, StoreError};
use crate::field::Reader;
use crate::{row, values};

row! {
    /// An entry. `body` is the draft until it is numbered, then the canonical entry.
    pub struct EntryRow in "ledger_entry" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id before it has a number.
        id: EntryId,;
        /// Its number, from 1; none until the sequencer came by.
        seq: Option<i64>,
        /// When it happened.
        at: Timestamp,
        /// What happened: `referral.received`, …
        kind: String,
        /// The record it is about, as text id.
        about: String,
        /// Draft or canonical bytes, UTF-8.
        body: String,
        /// SHA-256 of the leaf; empty until numbered.
        leaf: Vec<u8>,
    }
}

row! {
    /// A complete node of the Merkle tree above the leaves.
    pub struct NodeRow in "ledger_node" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Height above the leaves, from 1.
        level: i64,
        /// Place in that level, from 0.
        place: i64,;
        /// SHA-256.
        hash: Vec<u8>,
    }
}

row! {
    /// Where the sequencer stands; only it writes here.
    pub struct HeadRow in "ledger_head" {
        /// The workspace.
        workspace: WorkspaceId,;
        /// Entries numbered so far.
        size: i64,
        /// SHA-256 of the last entry's bytes.
        prev: Vec<u8>,
        /// Size at the last checkpoint.
        checkpoint_size: i64,
        /// Time of the last checkpoint.
        checkpoint_at: Timestamp,
        /// For guarded saves: two sequencers can never number the same entry.
        version: i64,
    }
}

row! {
    /// A signed checkpoint (C2SP signed note).
    pub struct CheckpointRow in "ledger_checkpoint" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Size of the tree it signs.
        size: i64,;
        /// The note.
        note: String,
        /// When.
        at: Timestamp,
    }
}

row! {
    /// What an entry proves but must not show, encrypted under a person's key.
    pub struct SealedRow in "ledger_sealed" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The entry.
        entry: EntryId,;
        /// Under whose key.
        person: PersonId,
        /// Nonce and ciphertext.
        bytes: Vec<u8>,
    }
}

impl EntryRow {
    /// Gives it its number, its canonical bytes and its leaf. An entry is numbered once.
    pub fn number(&self) -> Write {
        let (workspace, id, seq) = (self.workspace, self.id, self.seq);
        let (body, leaf) = (self.body.clone(), self.leaf.clone());
        let sql = "UPDATE ledger_entry SET seq = ?3, body = ?4, leaf = ?5 \
                   WHERE workspace = ?1 AND id = ?2 AND seq IS NULL";
        Write::one("ledger_entry", sql, values![workspace, id, seq, body, leaf])
    }
}

/// Entries without a number, oldest id first.
///
/// # Errors
/// When the database cannot be read.
pub async fn unnumbered(
    db: &dyn Engine,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<EntryRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND seq IS NULL ORDER BY id LIMIT ?2";
    EntryRow::select(db, tail, values![workspace, limit]).await
}

/// Entries by number, from `from` on: the commit-ordered feed.
///
/// # Errors
/// When the database cannot be read.
pub async fn feed(
    db: &dyn Engine,
    workspace: WorkspaceId,
    from: i64,
    limit: i64,
) -> Result<Vec<EntryRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3";
    EntryRow::select(db, tail, values![workspace, from, limit]).await
}

/// Entries about a record, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn about(
    db: &dyn Engine,
    workspace: WorkspaceId,
    about: &str,
    limit: i64,
) -> Result<Vec<EntryRow>, StoreError> {
    let about = about.to_owned();
    let tail = "WHERE workspace = ?1 AND about = ?2 ORDER BY id DESC LIMIT ?3";
    EntryRow::select(db, tail, values![workspace, about, limit]).await
}

/// What a list of entries is narrowed to. Every field that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// About this record, as text id; empty is any.
    pub about: String,
    /// The kind begins so: `consent`, `referral.routed`; empty is any.
    pub kind: String,
    /// Only entries before this number (keyset paging, latest first).
    pub before: Option<i64>,
    /// At most this many.
    pub limit: i64,
}

/// A page of numbered entries, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn page(
    db: &dyn Engine,
    workspace: WorkspaceId,
    narrow: &Narrow,
) -> Result<Vec<EntryRow>, StoreError> {
    let mut values = values![workspace, narrow.before.unwrap_or(i64::MAX)];
    let mut tail = "WHERE workspace = ?1 AND seq < ?2".to_owned();
    if !narrow.about.is_empty() {
        values.extend(values![narrow.about.clone()]);
        tail.push_str(&format!(" AND about = ?{}", values.len()));
    }
    if !narrow.kind.is_empty() {
        values.extend(values![super::starts_with(&narrow.kind)]);
        tail.push_str(&format!(" AND kind LIKE ?{} ESCAPE '\\'", values.len()));
    }
    values.extend(values![narrow.limit]);
    tail.push_str(&format!(" ORDER BY seq DESC LIMIT ?{}", values.len()));
    EntryRow::select(db, &tail, values).await
}

/// Nodes of one level, by place, both ends included.
///
/// # Errors
/// When the database cannot be read.
pub async fn nodes(
    db: &dyn Engine,
    workspace: WorkspaceId,
    level: i64,
    from: i64,
    to: i64,
) -> Result<Vec<NodeRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND level = ?2 AND place >= ?3 AND place <= ?4 ORDER BY place";
    NodeRow::select(db, tail, values![workspace, level, from, to]).await
}

/// Checkpoints of at least this size, smallest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn checkpoints_from(
    db: &dyn Engine,
    workspace: WorkspaceId,
    size: i64,
    limit: i64,
) -> Result<Vec<CheckpointRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND size >= ?2 ORDER BY size LIMIT ?3";
    CheckpointRow::select(db, tail, values![workspace, size, limit]).await
}

/// One entry by its number.
///
/// # Errors
/// When the database cannot be read.
pub async fn entry(
    db: &dyn Engine,
    workspace: WorkspaceId,
    seq: i64,
) -> Result<Option<EntryRow>, StoreError> {
    EntryRow::first(db, "WHERE workspace = ?1 AND seq = ?2", values![workspace, seq]).await
}

/// One node of the tree; level 0 are the leaves.
///
/// # Errors
/// When the database cannot be read.
pub async fn node(
    db: &dyn Engine,
    workspace: WorkspaceId,
    level: i64,
    place: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    if level == 0 {
        // Entries count from 1, leaves from 0.
        return Ok(entry(db, workspace, place + 1).await?.map(|row| row.leaf));
    }
    let tail = "WHERE workspace = ?1 AND level = ?2 AND place = ?3";
    Ok(NodeRow::first(db, tail, values![workspace, level, place]).await?.map(|row| row.hash))
}

/// Where the sequencer stands.
///
/// # Errors
/// When the database cannot be read.
pub async fn head(db: &dyn Engine, workspace: WorkspaceId) -> Result<Option<HeadRow>, StoreError> {
    HeadRow::first(db, "WHERE workspace = ?1", values![workspace]).await
}

/// Checkpoints, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn checkpoints(
    db: &dyn Engine,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<CheckpointRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY size DESC LIMIT ?2";
    CheckpointRow::select(db, tail, values![workspace, limit]).await
}

/// What is sealed for an entry.
///
/// # Errors
/// When the database cannot be read.
pub async fn sealed(
    db: &dyn Engine,
    workspace: WorkspaceId,
    entry: EntryId,
) -> Result<Option<SealedRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND entry = ?2";
    SealedRow::first(db, tail, values![workspace, entry]).await
}

/// How many entries wait for a number, and since when the oldest.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<(i64, Option<Timestamp>), StoreError> {
    let sql = "SELECT COUNT(*), MIN(at) FROM ledger_entry WHERE workspace = ?1 AND seq IS NULL";
    let rows = db.query(Statement::new(sql, values![workspace])).await?;
    let row = rows.into_iter().next().ok_or_else(|| StoreError::Corrupt("no count".into()))?;
    let mut reader = Reader::new(row);
    Ok((reader.take()?, reader.take()?))
}

/// How many entries wait for a number in all workspaces, and since when the oldest.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting_in_all(db: &dyn Engine) -> Result<(i64, Option<Timestamp>), StoreError> {
    let sql = "SELECT COUNT(*), MIN(at) FROM ledger_entry WHERE seq IS NULL";
    let rows = db.query(Statement::new(sql, vec![]).across_workspaces()).await?;
    let Some(row) = rows.into_iter().next() else { return Ok((0, None)) };
    let mut reader = Reader::new(row);
    Ok((reader.take()?, reader.take()?))
}

/// The workspaces in which entries wait for a number.
///
/// # Errors
/// When the database cannot be read.
pub async fn workspaces_waiting(db: &dyn Engine) -> Result<Vec<WorkspaceId>, StoreError> {
    let sql = "SELECT DISTINCT workspace FROM ledger_entry WHERE seq IS NULL LIMIT 1000";
    let rows = db.query(Statement::new(sql, vec![]).across_workspaces()).await?;
    rows.into_iter().map(|row| Reader::new(row).take()).collect()
}
