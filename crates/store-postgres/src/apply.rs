//! One change set, one transaction.
//!
//! Statements are prepared first, then `BEGIN`, the context and all writes are sent together. When
//! no write can touch a wrong number of rows without failing (inserts, and writes that may touch
//! any number), `COMMIT` goes with them: one round trip. Otherwise the counts are looked at first.
//!
//! The first thing that went wrong, in the order of the writes, decides: a write behind a failed
//! one fails too ("transaction is aborted"), and a write behind one that touched too few rows
//! may fail for that reason, so neither is ever named in its place.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_postgres::Error;
use warmpath_store::{Applied, Expect, StoreError, Write};

use crate::connection::{Object, Pool};
use crate::line::Line;
use crate::read::prepare;
use crate::value::{Bound, check};
use crate::{context, error};

/// Tries after a deadlock or a serialization failure.
const TRIES_MAX: u64 = 5;

/// Spreads the waits of those that met in a deadlock.
static WAITS: AtomicU64 = AtomicU64::new(0);

enum Attempt {
    Settled(Result<Applied, StoreError>),
    Again(StoreError),
}

/// Applies it, again after a deadlock or a serialization failure.
pub(crate) async fn apply(pool: &Pool, writes: &[Write]) -> Result<Applied, StoreError> {
    if writes.is_empty() {
        return Ok(Applied::Applied);
    }
    let mut tried = 0;
    loop {
        let client = pool.get().await.map_err(|e| error::from_pool(&e))?;
        let attempt = attempt(&client, writes).await;
        tried += 1;
        match attempt {
            Attempt::Settled(outcome) => return outcome,
            Attempt::Again(_) if tried < TRIES_MAX => {
                drop(client);
                let jitter = WAITS.fetch_add(1, Ordering::Relaxed) % 7;
                tokio::time::sleep(Duration::from_millis(tried * (1 + jitter))).await;
            }
            Attempt::Again(last) => return Err(StoreError::Unavailable(last.to_string())),
        }
    }
}

async fn attempt(client: &Object, writes: &[Write]) -> Attempt {
    let prepared = match prepare_all(client, writes).await {
        Ok(prepared) => prepared,
        Err(error) => return Attempt::Settled(Err(error)),
    };
    let mut line = Line::new();
    let first = writes.first().map_or_else(String::new, |w| context::set_local(&w.statement));
    line.send(batch(client, format!("BEGIN READ WRITE; {first}"))).await;
    // Which write each answer belongs to; settings belong to the write behind them.
    let mut owners = vec![0];
    for (place, write) in writes.iter().enumerate() {
        if place > 0 && !same_context(&writes[place - 1], write) {
            line.send(batch(client, context::set_local(&write.statement))).await;
            owners.push(place);
        }
        let values = write.statement.values.iter().map(Bound);
        line.send(client.execute_raw(&prepared[place], values)).await;
        owners.push(place);
    }
    let commits_early = !line.is_broken() && writes.iter().all(counts_itself);
    if commits_early {
        line.send(batch(client, "COMMIT".into())).await;
    }
    let mut answers = line.answers().await;
    let commit = if commits_early { answers.pop() } else { None };
    let counts = Counts { owners: &owners, answers: &answers };
    match (commit, counts.verdict(writes)) {
        (Some(commit), verdict) => settle_early(commit, verdict),
        (None, verdict) => settle_late(client, verdict).await,
    }
}

/// Whether it either touches what it must or fails.
fn counts_itself(write: &Write) -> bool {
    let sql = write.statement.sql.as_ref();
    match write.expect {
        Expect::Any => true,
        Expect::Rows(wanted) => {
            wanted == 1
                && write.statement.postgres.is_none()
                && sql.starts_with("INSERT INTO ")
                && sql.contains(" VALUES (")
                && !sql.contains("DO NOTHING")
                && !sql.contains(" WHERE ")
        }
    }
}

fn same_context(one: &Write, other: &Write) -> bool {
    one.statement.scope == other.statement.scope
        && one.statement.workspace() == other.statement.workspace()
}

async fn prepare_all(
    client: &Object,
    writes: &[Write],
) -> Result<Vec<tokio_postgres::Statement>, StoreError> {
    let mut prepared = Vec::with_capacity(writes.len());
    for write in writes {
        let one = prepare(client, &write.statement).await.map_err(|e| error::from_statement(&e))?;
        check(one.params(), &write.statement.values)?;
        prepared.push(one);
    }
    Ok(prepared)
}

async fn batch(client: &Object, sql: String) -> Result<u64, Error> {
    client.batch_execute(&sql).await.map(|()| 0)
}

/// What the answers say before the commit.
enum Verdict<'a> {
    Good,
    Conflict(&'static str),
    Failed(&'a Error),
}

struct Counts<'a> {
    owners: &'a [usize],
    answers: &'a [Result<u64, Error>],
}

impl<'a> Counts<'a> {
    /// The first thing that went wrong.
    fn verdict(&self, writes: &[Write]) -> Verdict<'a> {
        for (at, answer) in self.answers.iter().enumerate() {
            let write = &writes[self.owners[at]];
            // The last answer of a write is its own, those before it are settings.
            let is_write = self.owners.get(at + 1) != Some(&self.owners[at]);
            match answer {
                Err(error) if error::is_taken(error) => return Verdict::Conflict(write.label),
                Err(error) => return Verdict::Failed(error),
                Ok(touched) => {
                    if let Expect::Rows(wanted) = write.expect
                        && is_write
                        && *touched != wanted
                    {
                        return Verdict::Conflict(write.label);
                    }
                }
            }
        }
        Verdict::Good
    }
}

/// The commit was sent with the writes; it ended a failed transaction without a trace.
fn settle_early(commit: Result<u64, Error>, verdict: Verdict<'_>) -> Attempt {
    match (verdict, commit) {
        (Verdict::Good, Ok(_)) => Attempt::Settled(Ok(Applied::Applied)),
        (Verdict::Good, Err(error)) => after_commit(&error),
        (Verdict::Conflict(label), _) => Attempt::Settled(Ok(Applied::Conflict(label))),
        // The commit may have been reached although an answer before it was lost.
        (Verdict::Failed(error), _) if error::lost_connection(error) => {
            Attempt::Settled(Err(StoreError::Unknown(error.to_string())))
        }
        (Verdict::Failed(error), _) => failed(error),
    }
}

async fn settle_late(client: &Object, verdict: Verdict<'_>) -> Attempt {
    let attempt = match verdict {
        Verdict::Good => {
            return match client.batch_execute("COMMIT").await {
                Ok(()) => Attempt::Settled(Ok(Applied::Applied)),
                Err(error) => after_commit(&error),
            };
        }
        Verdict::Conflict(label) => Attempt::Settled(Ok(Applied::Conflict(label))),
        Verdict::Failed(error) => failed(error),
    };
    // On a lost connection there is nothing to roll back.
    let _ = client.batch_execute("ROLLBACK").await;
    attempt
}

fn after_commit(error: &Error) -> Attempt {
    if error::may_retry(error) {
        return Attempt::Again(error::from_commit(error));
    }
    Attempt::Settled(Err(error::from_commit(error)))
}

fn failed(error: &Error) -> Attempt {
    let meaning = error::from_statement(error);
    if error::may_retry(error) { Attempt::Again(meaning) } else { Attempt::Settled(Err(meaning)) }
}
