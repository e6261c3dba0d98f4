//! A pooled connection that remembers in which context it stands.
//!
//! Row security reads two settings: the workspace, and whether the worker asks. A reading statement
//! is its own transaction, so they are settings of the session; they are sent with the statement only
//! when they change. What is remembered is taken away before anything is sent and put back after the
//! server confirmed it: a caller that goes away half-way leaves a connection that knows nothing, and
//! the next statement sets its own context first.

use std::ops::Deref;

use deadpool::managed::{self, Metrics, RecycleResult};
use deadpool_postgres::ClientWrapper;
use tokio_postgres::Error;

/// Makes and checks connections, as the pool's own manager does.
pub(crate) struct Manager(pub(crate) deadpool_postgres::Manager);

/// One of them.
pub(crate) struct Connection {
    client: ClientWrapper,
    /// The settings it stands in, as they were last confirmed.
    pub(crate) context: Option<String>,
}

/// The pool.
pub(crate) type Pool = managed::Pool<Manager>;

/// A connection on loan.
pub(crate) type Object = managed::Object<Manager>;

impl Deref for Connection {
    type Target = ClientWrapper;

    fn deref(&self) -> &ClientWrapper {
        &self.client
    }
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = Error;

    async fn create(&self) -> Result<Connection, Error> {
        Ok(Connection { client: self.0.create().await?, context: None })
    }

    async fn recycle(&self, object: &mut Connection, metrics: &Metrics) -> RecycleResult<Error> {
        self.0.recycle(&mut object.client, metrics).await
    }

    fn detach(&self, object: &mut Connection) {
        self.0.detach(&mut object.client);
    }
}
