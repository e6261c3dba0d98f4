//! Reader threads: each has its own connection and takes the next waiting statement.

use crossbeam_channel::{Receiver, Sender};
use rusqlite::{Connection, params_from_iter};
use std::path::Path;
use tokio::sync::oneshot;
use warmpath_store::{Dialect, Row, Statement, StoreError};

use crate::value::{Bound, read_row};
use crate::{READER_CACHE_KIB, connect, statement_error, unavailable};

/// What comes back for statements that were asked together.
type Answers = Result<Vec<Vec<Row>>, StoreError>;

/// Statements that one thread runs after another, and where the answers go.
type Task = (Vec<Statement>, oneshot::Sender<Answers>);

pub(crate) struct Readers {
    queue: Sender<Task>,
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
        Ok(self.together(vec![statement]).await?.pop().unwrap_or_default())
    }

    pub(crate) async fn together(&self, statements: Vec<Statement>) -> Answers {
        let (answer, answered) = oneshot::channel();
        self.queue.send((statements, answer)).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the reader threads have stopped".into())
}

fn serve(connection: &Connection, waiting: &Receiver<Task>) {
    while let Ok((statements, answer)) = waiting.recv() {
        let answers = statements.iter().map(|statement| run(connection, statement)).collect();
        // The caller may have gone away; its answer is then dropped.
        let _ = answer.send(answers);
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
