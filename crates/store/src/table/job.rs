//! Jobs and timers: one table for the outbox, retries, clocks and reminders.

use jiff::Timestamp;
use warmpath_core::id::{JobId, WorkspaceId};

use crate::change::Write;
use crate::engine::{Engine, Scope, Statement, StoreError};
use crate::field::Reader;
use crate::{row, values};

row! {
    /// A job. A timer is a job whose time has not come.
    pub struct JobRow in "job" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: JobId,;
        /// What to do.
        kind: String,
        /// The record it is about, as text id.
        about: String,
        /// Natural identity: the same thing is never queued twice.
        key: String,
        /// Ids and codes, JSON.
        payload: String,
        /// Not before.
        due_at: Timestamp,
        /// `ready`, `leased`, `dead`.
        state: String,
        /// Times tried.
        attempts: i64,
        /// The lease ends.
        lease_until: Option<Timestamp>,
        /// Who holds the lease; a job lost to another worker cannot be finished.
        lease: Vec<u8>,
        /// What went wrong last; no personal data.
        last_error: String,
        /// Queued.
        created_at: Timestamp,
    }
}

impl JobRow {
    /// Queues it; a job with the same key is left as it is.
    pub fn enqueue(&self) -> Write {
        let mut write = self.insert();
        let sql = format!("{} ON CONFLICT (workspace, key) DO NOTHING", write.statement.sql);
        write.statement.sql = sql.into();
        write.expect = crate::change::Expect::Any;
        write
    }

    /// Takes it off the table, if this worker still holds it.
    pub fn finish(&self) -> Write {
        let (workspace, id, lease) = (self.workspace, self.id, self.lease.clone());
        let sql = "DELETE FROM job WHERE workspace = ?1 AND id = ?2 AND lease = ?3 \
                   AND state = 'leased'";
        Write::one("job", sql, values![workspace, id, lease])
    }

    /// Holds it longer, if this worker still holds it: for a job of many steps.
    pub fn hold(&self, until: Timestamp) -> Write {
        let (workspace, id, lease) = (self.workspace, self.id, self.lease.clone());
        let sql = "UPDATE job SET lease_until = ?4 WHERE workspace = ?1 AND id = ?2 AND lease = ?3 \
                   AND state = 'leased'";
        Write::one("job", sql, values![workspace, id, lease, until])
    }

    /// Puts it back for later, if this worker still holds it.
    pub fn retry(&self, due_at: Timestamp, error: &str) -> Write {
        self.put_back("ready", due_at, error)
    }

    /// Gives up: it stays as a dead letter that a person can replay.
    pub fn bury(&self, error: &str) -> Write {
        self.put_back("dead", self.due_at, error)
    }

    fn put_back(&self, state: &str, due_at: Timestamp, error: &str) -> Write {
        let (workspace, id, lease) = (self.workspace, self.id, self.lease.clone());
        let (state, error) = (state.to_owned(), error.to_owned());
        let sql = "UPDATE job SET state = ?4, due_at = ?5, last_error = ?6, lease_until = NULL \
                   WHERE workspace = ?1 AND id = ?2 AND lease = ?3 AND state = 'leased'";
        Write::one("job", sql, values![workspace, id, lease, state, due_at, error])
    }
}

/// Marks due jobs as leased by this worker: the oldest due first, across all workspaces. A lease
/// that ran out may be taken again.
pub fn claim(at: Timestamp, until: Timestamp, lease: Vec<u8>, limit: i64) -> Write {
    let mut write = Write::any(
        "job",
        "UPDATE job SET state = 'leased', lease_until = ?2, lease = ?3, attempts = attempts + 1 \
         WHERE (workspace, id) IN (SELECT workspace, id FROM job WHERE due_at <= ?1 AND \
         (state = 'ready' OR (state = 'leased' AND lease_until <= ?1)) \
         ORDER BY due_at LIMIT ?4)",
        values![at, until, lease, limit],
    );
    // Materialised: a sub-select with LIMIT and locks may otherwise be run once for each row.
    write.statement.postgres = Some(
        "WITH due AS MATERIALIZED (SELECT workspace, id FROM job WHERE due_at <= ?1 AND \
         (state = 'ready' OR (state = 'leased' AND lease_until <= ?1)) \
         ORDER BY due_at LIMIT ?4 FOR UPDATE SKIP LOCKED) \
         UPDATE job SET state = 'leased', lease_until = ?2, lease = ?3, attempts = attempts + 1 \
         FROM due WHERE job.workspace = due.workspace AND job.id = due.id",
    );
    write.statement.scope = Scope::Worker;
    write
}

/// The jobs that this lease holds.
///
/// # Errors
/// When the database cannot be read.
pub async fn leased(db: &dyn Engine, lease: Vec<u8>) -> Result<Vec<JobRow>, StoreError> {
    let tail = "WHERE lease = ?1 AND state = 'leased' ORDER BY due_at, id";
    JobRow::select_across(db, tail, values![lease]).await
}

/// When the next job is due, if there is one.
///
/// # Errors
/// When the database cannot be read.
pub async fn next_due(db: &dyn Engine) -> Result<Option<Timestamp>, StoreError> {
    // Each half is the first entry of an index; one condition over both would read every job.
    let sql = "SELECT (SELECT MIN(due_at) FROM job WHERE state = 'ready'), \
               (SELECT MIN(lease_until) FROM job WHERE state = 'leased')";
    let rows = db.query(Statement::new(sql, vec![]).across_workspaces()).await?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let mut reader = Reader::new(row);
    let (ready, leased): (Option<Timestamp>, Option<Timestamp>) = (reader.take()?, reader.take()?);
    Ok(ready.into_iter().chain(leased).min())
}

/// How many jobs wait or run, how many are dead, and when the oldest that waits is due; over all
/// workspaces.
///
/// # Errors
/// When the database cannot be read.
pub async fn depth(db: &dyn Engine) -> Result<(i64, i64, Option<Timestamp>), StoreError> {
    let sql = "SELECT (SELECT COUNT(*) FROM job WHERE state IN ('ready', 'leased')), \
               (SELECT COUNT(*) FROM job WHERE state = 'dead'), \
               (SELECT MIN(due_at) FROM job WHERE state = 'ready')";
    let rows = db.query(Statement::new(sql, vec![]).across_workspaces()).await?;
    let Some(row) = rows.into_iter().next() else { return Ok((0, 0, None)) };
    let mut reader = Reader::new(row);
    Ok((reader.take()?, reader.take()?, reader.take()?))
}

/// Dead letters of a workspace, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn dead(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<JobRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND state = 'dead' ORDER BY due_at LIMIT 200";
    JobRow::select(db, tail, values![workspace]).await
}

/// Jobs that wait or run, for the health page and for tests that must leave none behind.
///
/// # Errors
/// When the database cannot be read.
pub async fn pending(db: &dyn Engine, before: Timestamp) -> Result<Vec<JobRow>, StoreError> {
    let tail = "WHERE state IN ('ready', 'leased') AND due_at <= ?1 ORDER BY due_at LIMIT 1000";
    JobRow::select_across(db, tail, values![before]).await
}

/// Brings a dead letter back to life.
pub fn replay(workspace: WorkspaceId, id: JobId, at: Timestamp) -> Write {
    let sql = "UPDATE job SET state = 'ready', due_at = ?3, attempts = 0 \
               WHERE workspace = ?1 AND id = ?2 AND state = 'dead'";
    Write::one("job", sql, values![workspace, id, at])
}

/// Drops the jobs of these kinds about a record: what awaits sending about a person who withdrew.
pub fn drop_about(workspace: WorkspaceId, about: &str, kind_prefix: &str) -> Write {
    let (about, pattern) = (about.to_owned(), format!("{kind_prefix}%"));
    let sql = "DELETE FROM job WHERE workspace = ?1 AND about = ?2 AND kind LIKE ?3 \
               AND state <> 'leased'";
    Write::any("job", sql, values![workspace, about, pattern])
}
