//! Loops with the bare driver: what an engine gives when nothing of ours stands in front of it.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;
use tokio::runtime::Runtime;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls};
use warmpath_store::{Dialect, Value, Write};

use super::house::{Place, Server};
use super::machine;

/// Row sets in one transaction.
const GROUP: usize = 64;

/// How fast, and what each costs.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Cost {
    /// Row sets, or intakes, a second.
    pub(crate) per_second: f64,
    /// CPU milliseconds of the process that writes.
    pub(crate) cpu_ms: f64,
    /// CPU milliseconds of the database server, where there is one.
    pub(crate) server_cpu_ms: f64,
}

impl Cost {
    /// All CPU milliseconds of one.
    pub(crate) fn all(&self) -> f64 {
        self.cpu_ms + self.server_cpu_ms
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { per_second, cpu_ms, server_cpu_ms } = self;
        write!(out, "{per_second:>7.0}/s, CPU {cpu_ms:.2} + {server_cpu_ms:.2} ms each")
    }
}

/// SQLite: one connection, as durable as the program's.
pub(crate) fn sqlite(runtime: &Runtime, place: &Place, sets: &[Vec<Write>]) -> Cost {
    runtime.block_on(migrated(place));
    let path = place.url().trim_start_matches("sqlite:");
    let connection = rusqlite::Connection::open(path).expect("opened");
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;").expect("set");
    connection.set_prepared_statement_cache_capacity(256);
    let value = |value: &Value| match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Int(v) => (*v).into(),
        Value::Text(v) => v.clone().into(),
        Value::Bytes(v) => v.clone().into(),
        Value::Double(v) => (*v).into(),
    };
    let (begun, cpu) = (Instant::now(), machine::cpu_seconds("self"));
    for group in sets.chunks(GROUP) {
        connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
        for write in group.iter().flatten() {
            let sql = write.statement.text(Dialect::Sqlite);
            let mut statement = connection.prepare_cached(sql).expect("prepared");
            let values = rusqlite::params_from_iter(write.statement.values.iter().map(value));
            statement.execute(values).expect("written");
        }
        connection.execute_batch("COMMIT").expect("committed");
    }
    let count = sets.len() as f64;
    Cost {
        per_second: count / begun.elapsed().as_secs_f64(),
        cpu_ms: (machine::cpu_seconds("self") - cpu) * 1e3 / count,
        server_cpu_ms: 0.0,
    }
}

async fn migrated(place: &Place) {
    let at = jiff::Timestamp::UNIX_EPOCH;
    warmpath_store::migration::migrate(&*place.open().await, at).await.expect("migrated");
}

/// PostgreSQL: so many connections, each committing so many row sets at once, their statements
/// prepared and pipelined.
pub(crate) fn postgres(
    runtime: &Runtime,
    server: &Server,
    place: &Place,
    sets: &[Vec<Write>],
    connections: usize,
    group: usize,
) -> Cost {
    runtime.block_on(migrated(place));
    let sets: Arc<[Vec<Write>]> = sets.into();
    runtime.block_on(async {
        let mut clients = Vec::new();
        for _ in 0..connections {
            let (client, connection) =
                tokio_postgres::connect(place.url(), NoTls).await.expect("connected");
            tokio::spawn(connection);
            clients.push(client);
        }
        let (cpu, server_cpu) = (machine::cpu_seconds("self"), server.cpu_seconds());
        let begun = Instant::now();
        let running: Vec<_> = clients
            .into_iter()
            .enumerate()
            .map(|(place, client)| {
                let sets = Arc::clone(&sets);
                tokio::spawn(async move { one(&client, &sets, place, connections, group).await })
            })
            .collect();
        for client in running {
            client.await.expect("a connection");
        }
        let (count, took) = (sets.len() as f64, begun.elapsed().as_secs_f64());
        Cost {
            per_second: count / took,
            cpu_ms: (machine::cpu_seconds("self") - cpu) * 1e3 / count,
            server_cpu_ms: (server.cpu_seconds() - server_cpu) * 1e3 / count,
        }
    })
}

/// Commits the groups that fall to one connection.
async fn one(client: &Client, sets: &[Vec<Write>], place: usize, of: usize, group: usize) {
    let mut prepared = std::collections::HashMap::new();
    for write in sets.iter().flatten() {
        let sql = write.statement.text(Dialect::Postgres);
        if !prepared.contains_key(sql) {
            let statement = client.prepare(&sql.replace('?', "$")).await.expect("prepared");
            prepared.insert(sql.to_owned(), statement);
        }
    }
    for group in sets.chunks(group).skip(place).step_by(of) {
        let writes = group.iter().flatten().map(|write| {
            let statement = &prepared[write.statement.text(Dialect::Postgres)];
            async move {
                let values: Vec<Box<dyn ToSql + Sync + Send>> = write
                    .statement
                    .values
                    .iter()
                    .zip(statement.params())
                    .map(|(value, kind)| bound(value, kind))
                    .collect();
                let values = values.iter().map(|value| &**value as &(dyn ToSql + Sync));
                client.execute_raw(statement, values).await.expect("written");
            }
        });
        let writes: Vec<_> = writes.collect();
        tokio::join!(
            biased;
            async { client.batch_execute("BEGIN").await.expect("begun") },
            async { futures_util::future::join_all(writes).await; },
            async { client.batch_execute("COMMIT").await.expect("committed") },
        );
    }
}

fn bound(value: &Value, kind: &Type) -> Box<dyn ToSql + Sync + Send> {
    match value {
        Value::Null if *kind == Type::INT8 => Box::new(None::<i64>),
        Value::Null if *kind == Type::TEXT => Box::new(None::<String>),
        Value::Null if *kind == Type::FLOAT8 => Box::new(None::<f64>),
        Value::Null => Box::new(None::<Vec<u8>>),
        Value::Int(v) => Box::new(*v),
        Value::Text(v) => Box::new(v.clone()),
        Value::Bytes(v) => Box::new(v.clone()),
        Value::Double(v) => Box::new(*v),
    }
}
