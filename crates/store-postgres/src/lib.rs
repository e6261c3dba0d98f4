//! PostgreSQL: a pool of connections that work as a role which owns nothing.
//!
//! The actors: the *owner* (the user of the URL, or of a second URL) makes the role and runs
//! migrations, on a connection of its own; the *pool* works as `warmpath_app`, set when a
//! connection starts, so that row security holds whoever the URL's user is. A change set is
//! one transaction whose statements travel together ([`apply`]); a reading statement is its own
//! read-only transaction; those asked together travel in one message ([`read`]).
//!
//! Invariants: every statement runs with the workspace it names: writes set it for their transaction
//! alone, and a connection that reads is told whenever it changes ([`connection`]); a caller that goes away
//! leaves no transaction open; no caller hears "applied" before the commit was answered; a commit
//! whose answer was lost is "unknown". Deliberately absent: any SQL but that of transactions and
//! their settings, and a transaction that spans two calls.

mod apply;
mod connection;
mod context;
mod error;
mod line;
mod number;
mod options;
mod read;
mod text;
mod value;

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::Runtime;
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;
use warmpath_store::migration::{POSTGRES_APP_ROLE, POSTGRES_ROLE};
use warmpath_store::{Applied, Dialect, Engine, Row, Statement, StoreError, Write};

use connection::{Manager, Pool};
use options::Options;

/// Longest wait for a free connection, and for a new one.
const WAIT_SECONDS_MAX: u64 = 10;

/// Statements kept prepared on one connection; more than this comes only from lists of many shapes.
const PREPARED_MAX: usize = 512;

/// A PostgreSQL database, by a pool of connections.
pub struct Postgres {
    pool: Pool,
    owner: Options,
}

impl Postgres {
    /// Connects with one user, who owns the tables: the pool gives its rights up and works as
    /// `warmpath_app`. `connections` is the size of the pool, at least 1.
    ///
    /// The URL is that of `libpq`. TLS with a verified certificate is used when `sslmode` is
    /// `require`, `verify-ca` or `verify-full`, and when it says nothing and the server is not on
    /// this machine; `sslrootcert` names a file of trusted roots (PEM) instead of the public ones.
    ///
    /// # Errors
    /// When the URL is wrong, the server cannot be reached, the role cannot be made, or the role is
    /// above row security.
    pub async fn connect(url: &str, connections: usize) -> Result<Self, StoreError> {
        Self::connect_with_owner(url, url, connections).await
    }

    /// Connects with two users: the one of `url` needs only membership in `warmpath_app`, the one
    /// of `owner_url` owns the tables and is used for migrations alone.
    ///
    /// # Errors
    /// As [`Postgres::connect`].
    pub async fn connect_with_owner(
        url: &str,
        owner_url: &str,
        connections: usize,
    ) -> Result<Self, StoreError> {
        let owner = Options::parse(owner_url)?;
        let application = Options::parse(url)?;
        run_script(&owner, POSTGRES_ROLE).await?;
        let pool = pool(application, connections.max(1))?;
        check_role(&pool).await?;
        Ok(Self { pool, owner })
    }
}

fn pool(options: Options, connections: usize) -> Result<Pool, StoreError> {
    let mut config = options.config;
    // As a start-up setting, not by SET ROLE: even RESET ROLE comes back to it.
    let settings = config.get_options().map_or_else(String::new, |given| format!("{given} "));
    config.options(format!(
        "{settings}-c role={POSTGRES_APP_ROLE} -c default_transaction_read_only=on"
    ));
    let wait = Some(Duration::from_secs(WAIT_SECONDS_MAX));
    let manager = deadpool_postgres::Manager::new(config, MakeRustlsConnect::new(options.tls));
    Pool::builder(Manager(manager))
        .max_size(connections)
        .wait_timeout(wait)
        .create_timeout(wait)
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|e| StoreError::Unavailable(e.to_string()))
}

/// Refuses to work as a role that row security does not hold for.
async fn check_role(pool: &Pool) -> Result<(), StoreError> {
    let client = pool.get().await.map_err(|e| error::from_pool(&e))?;
    let sql = "SELECT COUNT(*) FROM pg_roles WHERE rolname = current_user \
               AND NOT rolsuper AND NOT rolbypassrls";
    let row = client.query_one(sql, &[]).await.map_err(|e| error::from_connect(&e))?;
    if row.get::<_, i64>(0) == 1 {
        return Ok(());
    }
    Err(StoreError::Unavailable(format!(
        "the role {POSTGRES_APP_ROLE} is a superuser or above row security; take that from it"
    )))
}

/// Runs a script as the owner, on a connection of its own.
async fn run_script(options: &Options, sql: &str) -> Result<(), StoreError> {
    let tls = MakeRustlsConnect::new(options.tls.clone());
    let connected = tokio::time::timeout(
        Duration::from_secs(WAIT_SECONDS_MAX),
        connect_once(&options.config, tls),
    );
    let client = connected
        .await
        .map_err(|_| StoreError::Unavailable("the server did not answer in time".into()))??;
    client.batch_execute(sql).await.map_err(|e| error::from_statement(&e))
}

async fn connect_once(
    config: &Config,
    tls: MakeRustlsConnect,
) -> Result<tokio_postgres::Client, StoreError> {
    let (client, connection) = config.connect(tls).await.map_err(|e| error::from_connect(&e))?;
    // It ends when the client is dropped; its error reaches the client's calls.
    tokio::spawn(connection);
    Ok(client)
}

#[async_trait]
impl Engine for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn apply(&self, writes: Vec<Write>) -> Result<Applied, StoreError> {
        let pool = self.pool.clone();
        // A task of its own: a caller that goes away must not leave the transaction open.
        tokio::spawn(async move { apply::apply(&pool, &writes).await })
            .await
            .map_err(|e| StoreError::Unknown(e.to_string()))?
    }

    async fn query(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        read::query(&self.pool, &statement).await
    }

    async fn query_together(
        &self,
        statements: Vec<Statement>,
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        read::together(&self.pool, &statements).await
    }

    async fn script(&self, sql: &str) -> Result<(), StoreError> {
        run_script(&self.owner, sql).await
    }

    async fn copy_to(&self, _path: &Path) -> Result<(), StoreError> {
        Err(StoreError::Unavailable(
            "PostgreSQL is copied with its own tools: pg_dump --format=custom --file=FILE URL, \
             as the owner"
                .into(),
        ))
    }
}
