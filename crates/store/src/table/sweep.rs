//! Sweeps: everybody compared with everybody by the batch engine, one row each.

use jiff::Timestamp;
use warmpath_core::id::{ImportId, MemberId, PersonId, RecordId as _, SweepId, WorkspaceId};

use crate::engine::{Engine, Statement, StoreError};
use crate::field::{Field as _, Reader};
use crate::table::person::PersonRow;
use crate::{row, values};

row! {
    /// One comparison of everybody with everybody.
    pub struct SweepRow in "sweep" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: SweepId,;
        /// `waiting`, `running`, `done`, `stopped`, `failed`.
        state: String,
        /// What it is at: `reading`, `comparing`, `writing`; empty before and after.
        step: String,
        /// Of this step, so much is done.
        done: i64,
        /// Of so much.
        total: i64,
        /// People compared.
        people: i64,
        /// Pairs compared.
        pairs: i64,
        /// Records joined to another by machine.
        joined: i64,
        /// Questions raised for a person.
        asked: i64,
        /// Joins that the safeguards of the engine refused.
        refused: i64,
        /// Answers of members that corrected the weights.
        labels: i64,
        /// The model as it was learned, JSON; empty until then.
        model: String,
        /// Why it failed; no personal data.
        error: String,
        /// The import after which it came.
        import: Option<ImportId>,
        /// The member who asked for it.
        member: Option<MemberId>,
        /// Asked for.
        created_at: Timestamp,
        /// Ended.
        finished_at: Option<Timestamp>,
        /// For guarded saves.
        version: i64,
    }
}

/// One sweep.
///
/// # Errors
/// When the database cannot be read.
pub async fn sweep(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: SweepId,
) -> Result<Option<SweepRow>, StoreError> {
    SweepRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// Sweeps, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn sweeps(
    db: &dyn Engine,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<SweepRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY id DESC LIMIT ?2";
    SweepRow::select(db, tail, values![workspace, limit]).await
}

/// The sweep that waits or runs, if any.
///
/// # Errors
/// When the database cannot be read.
pub async fn under_way(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Option<SweepRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND state IN ('waiting', 'running') ORDER BY id LIMIT 1";
    SweepRow::first(db, tail, values![workspace]).await
}

/// The sweep that came after an import.
///
/// # Errors
/// When the database cannot be read.
pub async fn after_import(
    db: &dyn Engine,
    workspace: WorkspaceId,
    import: ImportId,
) -> Result<Option<SweepRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND import = ?2 ORDER BY id DESC LIMIT 1";
    SweepRow::first(db, tail, values![workspace, import]).await
}

/// How many people with a name there are.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_people(db: &dyn Engine, workspace: WorkspaceId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM person WHERE workspace = ?1 AND erased_at IS NULL \
               AND name <> ''";
    let rows = db.query(Statement::new(sql, values![workspace])).await?;
    rows.into_iter().next().map_or(Ok(0), |row| Reader::new(row).take())
}

/// People with a name, in the order of their id.
///
/// # Errors
/// When the database cannot be read.
pub async fn people(
    db: &dyn Engine,
    workspace: WorkspaceId,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<PersonRow>, StoreError> {
    let after = after.map_or_else(Vec::new, |id| id.bytes().to_vec());
    let tail = "WHERE workspace = ?1 AND id > ?2 AND erased_at IS NULL AND name <> '' \
                ORDER BY id LIMIT ?3";
    PersonRow::select(db, tail, values![workspace, after, limit]).await
}

/// Which of these people are more than a record of a source: somebody was introduced, introduced
/// another, agreed to something, holds a link or is on the map.
///
/// # Errors
/// When the database cannot be read.
pub async fn with_a_history(
    db: &dyn Engine,
    workspace: WorkspaceId,
    people: &[PersonId],
) -> Result<Vec<PersonId>, StoreError> {
    let mut found = Vec::new();
    for chunk in people.chunks(100) {
        let mut values = values![workspace];
        values.extend(chunk.iter().map(|id| id.to_value()));
        let marks: Vec<String> = (2..=values.len()).map(|n| format!("?{n}")).collect();
        let marks = marks.join(", ");
        let part = |(table, column): &(&str, &str)| {
            format!("SELECT {column} FROM {table} WHERE workspace = ?1 AND {column} IN ({marks})")
        };
        let parts: Vec<String> = HISTORY.iter().map(part).collect();
        for row in db.query(Statement::new(parts.join(" UNION "), values)).await? {
            found.push(Reader::new(row).take()?);
        }
    }
    Ok(found)
}

/// Where somebody stands who is more than a record of a source.
const HISTORY: [(&str, &str); 16] = [
    ("referral", "person"),
    ("referral", "referrer"),
    ("opportunity", "referrer"),
    ("consent", "person"),
    ("evidence", "person"),
    ("link", "person"),
    ("subject_request", "person"),
    ("introduction", "target"),
    ("introduction", "connector"),
    ("introduction_consent", "person"),
    ("target_lock", "person"),
    ("connector", "person"),
    ("connector_record", "person"),
    ("network_person", "person"),
    ("group_seat", "person"),
    ("recruit", "person"),
];
