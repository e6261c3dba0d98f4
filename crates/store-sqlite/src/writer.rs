//! The writer thread: one transaction for all change sets that wait, one savepoint each.

use std::sync::mpsc;

use rusqlite::{Connection, params_from_iter};
use tokio::sync::oneshot;
use warmpath_store::{Applied, Dialect, Expect, StoreError, Write};

use crate::statement_error;
use crate::value::Bound;

/// Most change sets in one commit.
const GROUP_MAX: usize = 64;

type Outcome = Result<Applied, StoreError>;

enum Task {
    Apply(Vec<Write>, oneshot::Sender<Outcome>),
    Script(String, oneshot::Sender<Result<(), StoreError>>),
}

pub(crate) struct Writer {
    queue: mpsc::Sender<Task>,
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (queue, waiting) = mpsc::channel();
        std::thread::Builder::new()
            .name("sqlite-write".into())
            .spawn(move || serve(&connection, &waiting))
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(Self { queue })
    }

    pub(crate) async fn apply(&self, writes: Vec<Write>) -> Outcome {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Task::Apply(writes, answer)).map_err(|_| gone())?;
        // A writer that dies between commit and answer leaves the outcome open.
        answered.await.map_err(|_| StoreError::Unknown("the writer thread has stopped".into()))?
    }

    pub(crate) async fn script(&self, sql: String) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Task::Script(sql, answer)).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the writer thread has stopped".into())
}

fn serve(connection: &Connection, waiting: &mpsc::Receiver<Task>) {
    let mut held: Option<Task> = None;
    while let Some(first) = held.take().or_else(|| waiting.recv().ok()) {
        match first {
            Task::Script(sql, answer) => {
                let outcome = connection.execute_batch(&sql).map_err(|e| {
                    // A failed script may have left its transaction open.
                    let _ = connection.execute_batch("ROLLBACK");
                    statement_error(&e)
                });
                let _ = answer.send(outcome);
            }
            Task::Apply(writes, answer) => {
                let mut group = vec![(writes, answer)];
                while group.len() < GROUP_MAX {
                    match waiting.try_recv() {
                        Ok(Task::Apply(writes, answer)) => group.push((writes, answer)),
                        Ok(script @ Task::Script(..)) => {
                            held = Some(script);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                commit_group(connection, group);
            }
        }
    }
}

fn commit_group(connection: &Connection, group: Vec<(Vec<Write>, oneshot::Sender<Outcome>)>) {
    let mut answers = Vec::with_capacity(group.len());
    if let Err(error) = execute(connection, "BEGIN IMMEDIATE") {
        for (_, answer) in group {
            let _ = answer.send(Err(StoreError::Unavailable(error.to_string())));
        }
        return;
    }
    for (writes, answer) in group {
        let outcome = apply_one(connection, &writes);
        answers.push((outcome, answer));
    }
    let committed = execute(connection, "COMMIT");
    if committed.is_err() && !connection.is_autocommit() {
        let _ = execute(connection, "ROLLBACK");
    }
    for (outcome, answer) in answers {
        let outcome = match (&committed, outcome) {
            (Err(error), Ok(Applied::Applied)) => Err(StoreError::Unknown(error.to_string())),
            (_, outcome) => outcome,
        };
        let _ = answer.send(outcome);
    }
}

fn apply_one(connection: &Connection, writes: &[Write]) -> Outcome {
    execute(connection, "SAVEPOINT change_set")?;
    let outcome = run_all(connection, writes);
    if !matches!(outcome, Ok(Applied::Applied)) {
        execute(connection, "ROLLBACK TO change_set")?;
    }
    execute(connection, "RELEASE change_set")?;
    outcome
}

fn run_all(connection: &Connection, writes: &[Write]) -> Outcome {
    for write in writes {
        let mut prepared = connection
            .prepare_cached(write.statement.text(Dialect::Sqlite))
            .map_err(|e| statement_error(&e))?;
        let values = params_from_iter(write.statement.values.iter().map(Bound));
        let touched = match prepared.execute(values) {
            Ok(count) => count as u64,
            Err(error) if is_taken(&error) => return Ok(Applied::Conflict(write.label)),
            Err(error) => return Err(statement_error(&error)),
        };
        if let Expect::Rows(wanted) = write.expect
            && touched != wanted
        {
            return Ok(Applied::Conflict(write.label));
        }
    }
    Ok(Applied::Applied)
}

/// A unique key or primary key is there already.
fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let mut prepared = connection.prepare_cached(sql).map_err(|e| statement_error(&e))?;
    prepared.execute([]).map(drop).map_err(|e| statement_error(&e))
}
