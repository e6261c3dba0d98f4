//! What an error of PostgreSQL means to the port. Only the code and the message are kept: the
//! detail of an error may repeat the values of a row.

use deadpool_postgres::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};
use warmpath_store::StoreError;

/// An error of a statement that changed nothing.
pub(crate) fn from_statement(error: &Error) -> StoreError {
    match error.as_db_error() {
        Some(answer) => from_answer(answer),
        None if lost_connection(error) => StoreError::Unavailable(error.to_string()),
        None => StoreError::Statement(error.to_string()),
    }
}

/// An error while connecting.
pub(crate) fn from_connect(error: &Error) -> StoreError {
    let text = match (error.as_db_error(), std::error::Error::source(error)) {
        (Some(answer), _) => told(answer),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    };
    StoreError::Unavailable(text)
}

/// No connection could be had.
pub(crate) fn from_pool(error: &PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) => from_connect(error),
        PoolError::Timeout(_) => StoreError::Unavailable("all connections are busy".into()),
        other => StoreError::Unavailable(other.to_string()),
    }
}

/// An error at the commit: nothing was changed only if the server itself said so and lived on.
pub(crate) fn from_commit(error: &Error) -> StoreError {
    match error.as_db_error() {
        Some(answer) if answer.parsed_severity() == Some(Severity::Error) => from_answer(answer),
        _ => StoreError::Unknown(error.to_string()),
    }
}

/// Whether the same change set may succeed when it is tried again.
pub(crate) fn may_retry(error: &Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED)
    )
}

/// A unique key or primary key is there already.
pub(crate) fn is_taken(error: &Error) -> bool {
    error.code() == Some(&SqlState::UNIQUE_VIOLATION)
}

/// Whether the connection went away, rather than the server refusing the statement.
pub(crate) fn lost_connection(error: &Error) -> bool {
    match error.as_db_error() {
        Some(answer) => answer.parsed_severity() != Some(Severity::Error),
        None => {
            error.is_closed()
                || std::error::Error::source(error).is_some_and(|e| e.is::<std::io::Error>())
        }
    }
}

fn from_answer(answer: &DbError) -> StoreError {
    let text = told(answer);
    let code = answer.code();
    if *code == SqlState::DISK_FULL {
        return StoreError::Full(text);
    }
    // 08 connection, 53 resources, 55P03 lock not available, 57 operator, 58 system, 25006 a server
    // that only reads (after a failover).
    let is_passing = ["08", "53", "57", "58", "55P03", "25006"]
        .iter()
        .any(|class| code.code().starts_with(class));
    if is_passing { StoreError::Unavailable(text) } else { StoreError::Statement(text) }
}

fn told(answer: &DbError) -> String {
    format!("{} ({})", answer.message(), answer.code().code())
}
