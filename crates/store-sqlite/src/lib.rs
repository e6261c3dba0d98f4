//! SQLite, inside the process: one writer thread with group commit, a few readers.
//!
//! The actors: the *writer* takes what waits in its queue (up to 64 change sets), gives each a
//! savepoint inside one transaction, commits once with `synchronous=FULL`, and only then answers
//! each caller. It never waits for company: when one change set is there, it commits one. A
//! *reader* is a thread with its own connection that sees the last commit.
//!
//! Invariants: no caller hears "applied" before the commit is on disk; a failed commit is answered
//! with "unknown" to all of its group. Deliberately absent: a second writer, and any SQL but that of
//! opening a database.

mod reader;
mod value;
mod writer;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use rusqlite::Connection;
use warmpath_store::{Applied, Dialect, Engine, Row, Statement, StoreError, Write};

use reader::Readers;
use writer::Writer;

/// The oldest SQLite without the WAL-reset corruption race.
const SQLITE_MIN: i32 = 3_051_003;

/// Reading connections; SQLite serves page cache reads well from few threads.
const READERS: usize = 4;

/// Pages a reader keeps, in KiB. What it does not hold is in the system's own cache, one call away.
const READER_CACHE_KIB: u32 = 6_000;

/// Pages the writer keeps, in KiB: a commit touches every index of every table it writes.
const WRITER_CACHE_KIB: u32 = 16_000;

/// A database file, open for the life of the program.
pub struct Sqlite {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
}

impl Sqlite {
    /// Opens or creates a database file.
    ///
    /// # Errors
    /// When the file cannot be opened, or the library is too old to be trusted.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if rusqlite::version_number() < SQLITE_MIN {
            return Err(StoreError::Unavailable(format!(
                "SQLite {} is older than 3.51.3",
                rusqlite::version()
            )));
        }
        let writer = Writer::start(connect(path, WRITER_CACHE_KIB)?)?;
        let readers = Readers::start(path, READERS)?;
        Ok(Self { path: path.to_owned(), writer, readers })
    }
}

fn connect(path: &Path, cache_kib: u32) -> Result<Connection, StoreError> {
    let connection = Connection::open(path).map_err(|e| unavailable(&e))?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
             PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; \
             PRAGMA journal_size_limit = 67108864;",
        )
        .map_err(|e| unavailable(&e))?;
    connection
        .pragma_update(None, "cache_size", -i64::from(cache_kib))
        .map_err(|e| unavailable(&e))?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

fn unavailable(error: &rusqlite::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// What an error of a statement means.
fn statement_error(error: &rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull, SystemIoFailure};
    match error.sqlite_error_code() {
        Some(DiskFull) => StoreError::Full(error.to_string()),
        Some(DatabaseBusy | DatabaseLocked | SystemIoFailure) => {
            StoreError::Unavailable(error.to_string())
        }
        _ => StoreError::Statement(error.to_string()),
    }
}

#[async_trait]
impl Engine for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn apply(&self, writes: Vec<Write>) -> Result<Applied, StoreError> {
        self.writer.apply(writes).await
    }

    async fn query(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        self.readers.query(statement).await
    }

    async fn query_together(
        &self,
        statements: Vec<Statement>,
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        self.readers.together(statements).await
    }

    async fn script(&self, sql: &str) -> Result<(), StoreError> {
        self.writer.script(sql.to_owned()).await
    }

    async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        let (from, to) = (self.path.clone(), path.to_owned());
        tokio::task::spawn_blocking(move || {
            let source = Connection::open(from).map_err(|e| unavailable(&e))?;
            let mut target = Connection::open(to).map_err(|e| unavailable(&e))?;
            let backup =
                rusqlite::backup::Backup::new(&source, &mut target).map_err(|e| unavailable(&e))?;
            backup
                .run_to_completion(512, std::time::Duration::from_millis(5), None)
                .map_err(|e| unavailable(&e))
        })
        .await
        .map_err(|e| StoreError::Unavailable(e.to_string()))?
    }
}
