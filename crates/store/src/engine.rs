//! What a database driver can do: run statements with values, and hand back rows.

use std::borrow::Cow;

use async_trait::async_trait;

use crate::change::{Applied, Write};

/// A value in a statement or a row. Columns are integer, text, bytes or double; nothing else.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// 64-bit integer; times are microseconds since 1970 in UTC.
    Int(i64),
    /// Text, valid UTF-8, without NUL.
    Text(String),
    /// Bytes; ids are 16 of them.
    Bytes(Vec<u8>),
    /// Double.
    Double(f64),
}

/// One row: the values in the order of the select list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Value>);

/// Which rows a statement may meet, for engines with row security. It is the second lock on the
/// door: the statement's own text names the workspace as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The rows of one workspace: the one that is the statement's first value. A statement whose
    /// first value is no workspace meets no row at all.
    Workspace,
    /// Rows of all workspaces, in the few tables that the worker and the sign-in look through.
    Worker,
}

/// A SQL text with `?1 … ?n` and its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The text, the same for every engine.
    pub sql: Cow<'static, str>,
    /// A second text for PostgreSQL, where locking differs. The conformance suite counts them.
    pub postgres: Option<&'static str>,
    /// The values for `?1 …`; the workspace comes first.
    pub values: Vec<Value>,
    /// Which rows it may meet.
    pub scope: Scope,
}

impl Statement {
    /// A statement for all engines, about the workspace that is its first value.
    pub fn new(sql: impl Into<Cow<'static, str>>, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), postgres: None, values, scope: Scope::Workspace }
    }

    /// The same statement over all workspaces: for the worker and the sign-in alone.
    #[must_use]
    pub fn across_workspaces(self) -> Self {
        Self { scope: Scope::Worker, ..self }
    }

    /// The 16 bytes of the workspace it is about; none for [`Scope::Worker`] and for a statement
    /// that names no workspace.
    pub fn workspace(&self) -> Option<&[u8]> {
        match (self.scope, self.values.first()) {
            (Scope::Workspace, Some(Value::Bytes(id))) if id.len() == 16 => Some(id),
            _ => None,
        }
    }

    /// The text for this dialect.
    pub fn text(&self, dialect: Dialect) -> &str {
        match (dialect, self.postgres) {
            (Dialect::Postgres, Some(text)) => text,
            _ => &self.sql,
        }
    }
}

/// The two families of engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite, in the process.
    Sqlite,
    /// PostgreSQL and what speaks its language.
    Postgres,
}

/// What can go wrong. `Unknown` is the third outcome of a commit: it may have persisted.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or refuses work now; nothing was changed.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The commit was sent and its answer was lost: it may or may not have persisted.
    #[error("it is not known whether the change was saved: {0}")]
    Unknown(String),
    /// The disk or the allowance is full; nothing was changed.
    #[error("the database is full: {0}")]
    Full(String),
    /// A statement is wrong: a defect of ours.
    #[error("statement failed: {0}")]
    Statement(String),
    /// A stored value does not fit its column's meaning: a defect or a damaged file.
    #[error("stored value does not fit: {0}")]
    Corrupt(String),
}

/// A database driver.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Which SQL it speaks.
    fn dialect(&self) -> Dialect;

    /// Applies all writes in one transaction and returns after it is durable.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the commit's answer was lost, other variants when nothing was
    /// changed.
    async fn apply(&self, writes: Vec<Write>) -> Result<Applied, StoreError>;

    /// Runs one reading statement.
    ///
    /// # Errors
    /// When the database cannot be read.
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, StoreError>;

    /// Runs reading statements that do not need one another, in as few messages as the engine can;
    /// the answers stand in their order. They are not one transaction.
    ///
    /// # Errors
    /// When one of them cannot be read.
    async fn query_together(
        &self,
        statements: Vec<Statement>,
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        let mut answers = Vec::with_capacity(statements.len());
        for statement in statements {
            answers.push(self.query(statement).await?);
        }
        Ok(answers)
    }

    /// Runs a script of several statements outside any tenant: migrations only.
    ///
    /// # Errors
    /// When a statement fails; statements before it may have been applied.
    async fn script(&self, sql: &str) -> Result<(), StoreError>;

    /// Copies the whole database into a file (SQLite), or says how to do it (PostgreSQL).
    ///
    /// # Errors
    /// When the copy cannot be written, or the engine has no such copy.
    async fn copy_to(&self, path: &std::path::Path) -> Result<(), StoreError>;
}
