//! Reading ahead: what a use case is sure to ask travels to the database in few messages.
//!
//! A use case reads one row after another, and each reading waits for a message there and back. What
//! it will ask anyway can be asked beforehand, all at once: [`Ahead::gather`] runs readers side by
//! side, sends what they ask at the same moment together, and keeps the answers. The use case itself
//! stays as it is; a question that was answered before costs nothing.
//!
//! One [`Ahead`] belongs to one unit of work. Its answers are as old as the unit; what they lead to
//! is guarded by versions and unique keys in the commit, as every reading outside a transaction is.

use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use async_trait::async_trait;

use crate::change::{Applied, Write};
use crate::engine::{Dialect, Engine, Row, Statement, StoreError};

/// A database, and what was read from it ahead.
pub struct Ahead<'a> {
    db: &'a dyn Engine,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Readers run side by side: what is not known is wished for, not asked.
    gathering: bool,
    wishes: Vec<Statement>,
    known: Vec<(Statement, Vec<Row>)>,
}

impl<'a> Ahead<'a> {
    /// Nothing is known yet.
    pub fn new(db: &'a dyn Engine) -> Self {
        Self { db, state: Mutex::default() }
    }

    /// Runs readers of this database side by side and keeps what they read. What they make of it is
    /// dropped, and so is a failure: whoever needs the answer asks again and meets it.
    ///
    /// The readers may wait for this database and for nothing else.
    pub async fn gather(&self, readers: impl Future) {
        self.state().gathering = true;
        let mut readers = pin!(readers);
        loop {
            let done = poll_fn(|context| Poll::Ready(readers.as_mut().poll(context))).await;
            let wishes = std::mem::take(&mut self.state().wishes);
            if done.is_ready() || wishes.is_empty() {
                break;
            }
            let Ok(answers) = self.db.query_together(wishes.clone()).await else { break };
            self.state().known.extend(wishes.into_iter().zip(answers));
        }
        self.state().gathering = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here can be left half-done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer, if it is known; `None` says that the database has to be asked.
    fn look(&self, statement: &Statement, wished: &mut bool) -> Poll<Option<Vec<Row>>> {
        let mut state = self.state();
        if let Some((_, rows)) = state.known.iter().find(|(asked, _)| asked == statement) {
            return Poll::Ready(Some(rows.clone()));
        }
        if !state.gathering {
            return Poll::Ready(None);
        }
        if !*wished && !state.wishes.contains(statement) {
            state.wishes.push(statement.clone());
        }
        *wished = true;
        Poll::Pending
    }
}

#[async_trait]
impl Engine for Ahead<'_> {
    fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    async fn apply(&self, writes: Vec<Write>) -> Result<Applied, StoreError> {
        self.state().known.clear();
        self.db.apply(writes).await
    }

    async fn query(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        let mut wished = false;
        match poll_fn(|_| self.look(&statement, &mut wished)).await {
            Some(rows) => Ok(rows),
            None => self.db.query(statement).await,
        }
    }

    async fn script(&self, sql: &str) -> Result<(), StoreError> {
        self.db.script(sql).await
    }

    async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        self.db.copy_to(path).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Waker};

    use super::*;
    use crate::engine::Value;

    /// Answers with the number that was asked; counts messages and statements.
    #[derive(Default)]
    struct Echo {
        messages: AtomicUsize,
        statements: AtomicUsize,
        broken: bool,
    }

    #[async_trait]
    impl Engine for Echo {
        fn dialect(&self) -> Dialect {
            Dialect::Sqlite
        }
        async fn apply(&self, _: Vec<Write>) -> Result<Applied, StoreError> {
            Ok(Applied::Applied)
        }
        async fn query(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
            self.messages.fetch_add(1, Ordering::Relaxed);
            self.statements.fetch_add(1, Ordering::Relaxed);
            Ok(vec![Row(statement.values)])
        }
        async fn query_together(&self, all: Vec<Statement>) -> Result<Vec<Vec<Row>>, StoreError> {
            if self.broken {
                return Err(StoreError::Unavailable("away".into()));
            }
            self.messages.fetch_add(1, Ordering::Relaxed);
            self.statements.fetch_add(all.len(), Ordering::Relaxed);
            Ok(all.into_iter().map(|statement| vec![Row(statement.values)]).collect())
        }
        async fn script(&self, _: &str) -> Result<(), StoreError> {
            Ok(())
        }
        async fn copy_to(&self, _: &Path) -> Result<(), StoreError> {
            Ok(())
        }
    }

    async fn ask(db: &dyn Engine, number: i64) -> i64 {
        let rows = db.query(Statement::new("SELECT ?1", vec![Value::Int(number)])).await;
        match rows.expect("answered")[0].0[0] {
            Value::Int(number) => number,
            ref other => panic!("{other:?}"),
        }
    }

    /// The answer to a number, and then to the number after it.
    async fn chain(db: &dyn Engine, number: i64) {
        let first = ask(db, number).await;
        ask(db, first + 1).await;
    }

    /// Nothing here waits for anything real.
    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("it waits for something"),
        }
    }

    fn both(a: impl Future<Output = ()>, b: impl Future<Output = ()>) -> impl Future {
        let (mut a, mut b) = (Box::pin(a), Box::pin(b));
        let mut done = (false, false);
        poll_fn(move |context| {
            done.0 = done.0 || a.as_mut().poll(context).is_ready();
            done.1 = done.1 || b.as_mut().poll(context).is_ready();
            if done.0 && done.1 { Poll::Ready(()) } else { Poll::Pending }
        })
    }

    fn count(echo: &Echo) -> (usize, usize) {
        (echo.messages.load(Ordering::Relaxed), echo.statements.load(Ordering::Relaxed))
    }

    #[test]
    fn what_is_asked_at_the_same_moment_travels_together_and_once() {
        let echo = Echo::default();
        let ahead = Ahead::new(&echo);
        // 1 then 2, beside 5 then 6, beside 1 then 2 again.
        now(ahead.gather(both(chain(&ahead, 1), both_done(chain(&ahead, 5), chain(&ahead, 1)))));
        assert_eq!(count(&echo), (2, 4));
        assert_eq!([1, 2, 5, 6].map(|n| now(ask(&ahead, n))), [1, 2, 5, 6]);
        assert_eq!(count(&echo), (2, 4), "all were known");
        assert_eq!(now(ask(&ahead, 9)), 9);
        assert_eq!(count(&echo), (3, 5), "what nobody foresaw is asked");
    }

    async fn both_done(a: impl Future<Output = ()>, b: impl Future<Output = ()>) {
        both(a, b).await;
    }

    #[test]
    fn a_write_ends_what_was_known() {
        let echo = Echo::default();
        let ahead = Ahead::new(&echo);
        now(ahead.gather(ask(&ahead, 1)));
        now(ahead.apply(Vec::new())).expect("applied");
        now(ask(&ahead, 1));
        assert_eq!(count(&echo), (2, 2));
    }

    #[test]
    fn a_failure_is_met_by_whoever_asks() {
        let echo = Echo { broken: true, ..Echo::default() };
        let ahead = Ahead::new(&echo);
        now(ahead.gather(ask(&ahead, 1)));
        assert_eq!(now(ask(&ahead, 1)), 1);
        assert_eq!(count(&echo), (1, 1));
    }
}
