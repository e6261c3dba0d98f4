//! Reader threads: each has its own connection and takes the next waiting statement.

use crossbeam_channel::{Receiver, Sender};
use rusqlite::{Connection, params_from_iter};
use std::path::Path;
use tokio::sync::oneshot;
use warmpath_store::{Dialect, Row, Statement, StoreError};

use crate::value::{Bound, read_row};
use crate::{READER_CACHE_KIB, connect, statement_error, unavailable};

type Answer = oneshot::Sender<Result<Vec<Row>, StoreError>>;

pub(crate) struct Readers {
    queue: Sender<(Statement, Answer)>,
}

impl Readers {
    pub(crate) fn start(path: &Path, count: usize) -> Result<Self, StoreError> {
        let (queue, waiting) = crossbeam_channel::unbounded();
        for n in 0..count {
            let connection = connect(path, READER_CACHE_KIB)?;
            connection.pragma_update(None, "query_only", true).map_err(|e| unavailable(&e))?;
            let waiting = Receiver::clone(&waiting);
            std::thread::Builder::new()
                .name(format!("sqlite-read-{n}"))
                .spawn(move || serve(&connection, &waiting))
                .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        }
        Ok(Self { queue })
    }

    pub(crate) async fn query(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.queue.send((statement, answer)).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the reader threads have stopped".into())
}

fn serve(connection: &Connection, waiting: &Receiver<(Statement, Answer)>) {
    while let Ok((statement, answer)) = waiting.recv() {
        // The caller may have gone away; its answer is then dropped.
        let _ = answer.send(run(connection, &statement));
    }
}

fn run(connection: &Connection, statement: &Statement) -> Result<Vec<Row>, StoreError> {
    let mut prepared = connection
        .prepare_cached(statement.text(Dialect::Sqlite))
        .map_err(|e| statement_error(&e))?;
    let columns = prepared.column_count();
    let values = params_from_iter(statement.values.iter().map(Bound));
    let rows = prepared
        .query_map(values, |row| read_row(row, columns))
        .map_err(|e| statement_error(&e))?;
    rows.collect::<Result<_, _>>().map_err(|e| statement_error(&e))
}
