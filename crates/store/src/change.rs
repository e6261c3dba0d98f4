//! A change set: everything that one decision changes, as plain data.

use crate::engine::{Engine, Statement, StoreError, Value};
use crate::table::{job, ledger};

/// How many rows a write must touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Exactly this many; else the change set is a conflict.
    Rows(u64),
    /// Any number.
    Any,
}

/// One writing statement and what it must find.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// The statement.
    pub statement: Statement,
    /// How many rows it must touch.
    pub expect: Expect,
    /// What to call it when it conflicts: the table, in most cases.
    pub label: &'static str,
}

impl Write {
    /// A write that must touch exactly one row.
    pub fn one(
        label: &'static str,
        sql: impl Into<std::borrow::Cow<'static, str>>,
        values: Vec<Value>,
    ) -> Self {
        Self { statement: Statement::new(sql, values), expect: Expect::Rows(1), label }
    }

    /// A write that may touch any number of rows.
    pub fn any(
        label: &'static str,
        sql: impl Into<std::borrow::Cow<'static, str>>,
        values: Vec<Value>,
    ) -> Self {
        Self { statement: Statement::new(sql, values), expect: Expect::Any, label }
    }
}

/// What became of a change set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// Everything is durable.
    Applied,
    /// Something else was there first; nothing was changed. The label says at which write.
    Conflict(&'static str),
}

/// Everything that one decision changes: rows, ledger entries, jobs and timers, and the idempotency
/// record. It is applied whole or not at all.
#[derive(Debug, Clone, Default)]
pub struct ChangeSet {
    writes: Vec<Write>,
}

impl ChangeSet {
    /// An empty change set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a write.
    pub fn push(&mut self, write: Write) -> &mut Self {
        self.writes.push(write);
        self
    }

    /// Adds several writes.
    pub fn extend(&mut self, writes: impl IntoIterator<Item = Write>) -> &mut Self {
        self.writes.extend(writes);
        self
    }

    /// Adds a ledger entry, unnumbered; the sequencer numbers it after the commit.
    pub fn entry(&mut self, entry: &ledger::EntryRow) -> &mut Self {
        self.push(entry.insert())
    }

    /// Adds a job or timer. A job whose key exists already is left as it is.
    pub fn job(&mut self, job: &job::JobRow) -> &mut Self {
        self.push(job.enqueue())
    }

    /// Nothing to do.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// The number of writes, for the bounds of an import.
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Everything another change set holds.
    pub fn append(&mut self, other: ChangeSet) -> &mut Self {
        self.writes.extend(other.writes);
        self
    }

    /// Applies it.
    ///
    /// # Errors
    /// As [`Engine::apply`].
    pub async fn apply(self, engine: &dyn Engine) -> Result<Applied, StoreError> {
        if self.writes.is_empty() {
            return Ok(Applied::Applied);
        }
        engine.apply(self.writes).await
    }
}
