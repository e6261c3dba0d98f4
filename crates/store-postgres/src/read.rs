//! Reading statements: each is a transaction by itself, and those that are asked together travel in
//! one message.

use tokio_postgres::Error;
use warmpath_store::{Dialect, Row, Statement, StoreError};

use crate::connection::{Object, Pool};
use crate::line::Line;
use crate::value::{Bound, check, read_row};
use crate::{PREPARED_MAX, context, error, text};

/// Runs one; once more when the connection turned out to be a dead one.
pub(crate) async fn query(pool: &Pool, statement: &Statement) -> Result<Vec<Row>, StoreError> {
    let mut answers = run(pool, &[statement]).await?;
    Ok(answers.pop().unwrap_or_default())
}

/// Runs them, those of one context in one message. The answers stand in the order asked.
pub(crate) async fn together(
    pool: &Pool,
    statements: &[Statement],
) -> Result<Vec<Vec<Row>>, StoreError> {
    let mut answers: Vec<Vec<Row>> = vec![Vec::new(); statements.len()];
    let mut left: Vec<usize> = (0..statements.len()).collect();
    while let Some(first) = left.first() {
        let wanted = context::set(&statements[*first]);
        let (these, others): (Vec<usize>, Vec<usize>) =
            left.into_iter().partition(|at| context::set(&statements[*at]) == wanted);
        let asked: Vec<&Statement> = these.iter().map(|at| &statements[*at]).collect();
        for (at, rows) in these.iter().zip(run(pool, &asked).await?) {
            answers[*at] = rows;
        }
        left = others;
    }
    Ok(answers)
}

/// Runs statements of one context.
async fn run(pool: &Pool, statements: &[&Statement]) -> Result<Vec<Vec<Row>>, StoreError> {
    let first = attempt(pool, statements).await;
    match first {
        Err(Failed::Lost(_)) => match attempt(pool, statements).await {
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

async fn attempt(pool: &Pool, statements: &[&Statement]) -> Result<Vec<Vec<Row>>, Failed> {
    let mut client = pool.get().await.map_err(|e| Failed::Other(error::from_pool(&e)))?;
    let mut prepared = Vec::with_capacity(statements.len());
    for statement in statements {
        let one = prepare(&client, statement).await?;
        check(one.params(), &statement.values).map_err(Failed::Other)?;
        prepared.push(one);
    }
    let wanted = statements.first().map_or_else(String::new, |first| context::set(first));
    let stands = client.context.take().is_some_and(|context| context == wanted);
    // The settings go first. Rows that were read in another context would be dropped with the error
    // of the settings.
    let mut line = Line::new();
    if !stands {
        line.send(settle(&client, &wanted)).await;
    }
    for (statement, prepared) in statements.iter().zip(&prepared) {
        line.send(rows(&client, prepared, statement)).await;
    }
    let mut answers = line.answers().await.into_iter();
    if !stands && let Some(set) = answers.next() {
        set?;
    }
    client.context = Some(wanted);
    let mut read = Vec::with_capacity(statements.len());
    for answer in answers {
        let rows = answer?.iter().map(read_row).collect::<Result<_, _>>();
        read.push(rows.map_err(Failed::Other)?);
    }
    Ok(read)
}

async fn settle(client: &Object, context: &str) -> Result<Vec<tokio_postgres::Row>, Error> {
    client.batch_execute(context).await.map(|()| Vec::new())
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
