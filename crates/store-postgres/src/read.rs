//! One reading statement, a transaction by itself, in one round trip.

use tokio_postgres::Error;
use warmpath_store::{Dialect, Row, Statement, StoreError};

use crate::connection::{Object, Pool};
use crate::value::{Bound, check, read_row};
use crate::{PREPARED_MAX, context, error, text};

/// Runs it; once more when the connection turned out to be a dead one.
pub(crate) async fn query(pool: &Pool, statement: &Statement) -> Result<Vec<Row>, StoreError> {
    let first = try_query(pool, statement).await;
    match first {
        Err(Failed::Lost(_)) => match try_query(pool, statement).await {
            Ok(rows) => Ok(rows),
            Err(Failed::Lost(error) | Failed::Other(error)) => Err(error),
        },
        Err(Failed::Other(error)) => Err(error),
        Ok(rows) => Ok(rows),
    }
}

enum Failed {
    Lost(StoreError),
    Other(StoreError),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let meaning = error::from_statement(&error);
        if error::lost_connection(&error) { Self::Lost(meaning) } else { Self::Other(meaning) }
    }
}

async fn try_query(pool: &Pool, statement: &Statement) -> Result<Vec<Row>, Failed> {
    let mut client = pool.get().await.map_err(|e| Failed::Other(error::from_pool(&e)))?;
    let prepared = prepare(&client, statement).await?;
    check(prepared.params(), &statement.values).map_err(Failed::Other)?;
    let wanted = context::set(statement);
    let stands = client.context.take().is_some_and(|context| context == wanted);
    // Both are sent at the first poll, in this order. Rows that were read in another context would
    // be dropped with the error of the first.
    let (set, rows) = tokio::join!(
        biased;
        async { if stands { Ok(()) } else { client.batch_execute(&wanted).await } },
        rows(&client, &prepared, statement),
    );
    set?;
    client.context = Some(wanted);
    rows?.iter().map(read_row).collect::<Result<_, _>>().map_err(Failed::Other)
}

async fn rows(
    client: &Object,
    prepared: &tokio_postgres::Statement,
    statement: &Statement,
) -> Result<Vec<tokio_postgres::Row>, Error> {
    let bound: Vec<Bound<'_>> = statement.values.iter().map(Bound).collect();
    let values: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
        bound.iter().map(|value| value as _).collect();
    client.query(prepared, &values).await
}

/// The statement, prepared on this connection.
pub(crate) async fn prepare(
    client: &Object,
    statement: &Statement,
) -> Result<tokio_postgres::Statement, Error> {
    if client.statement_cache.size() > PREPARED_MAX {
        client.statement_cache.clear();
    }
    client.prepare_cached(&text::numbered(statement.text(Dialect::Postgres))).await
}
