//! Change sets like those of the intake (8 writes), 32 clients, against a bare loop over the same
//! inserts: `BEGIN`, eight prepared statements and `COMMIT` in one pipeline, as a superuser, for
//! whom there is no row security.
//!
//! Starts its own server with `fsync` on. Prints change sets per second and the ratio.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a benchmark measures time, prints what it saw and stops at the first surprise"
)]

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};
use warmpath_core::id::{RecordId, WorkspaceId};
use warmpath_store::migration::migrate;
use warmpath_store::table::access::IdempotencyRow;
use warmpath_store::table::job::JobRow;
use warmpath_store::table::ledger::EntryRow;
use warmpath_store::table::person::{ContactPointRow, IdentityKeyRow};
use warmpath_store::table::referral::{CommentRow, HopRow, TextRow};
use warmpath_store::{Applied, Engine, Value, Write};
use warmpath_store_postgres::Postgres;
use warmpath_testkit::postgres::{Durability, TestPostgres};

const CLIENTS: usize = 32;
const SECONDS: u64 = 5;
const ROUNDS: usize = 3;

fn id<I: RecordId>(number: u64, kind: u8) -> I {
    let mut bytes = [kind; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    I::from_bytes(bytes)
}

/// Eight writes in one of fifty workspaces, with keys that are new each time.
fn change_set(number: u64) -> Vec<Write> {
    let workspace = WorkspaceId::from_bytes([(number % 50) as u8; 16]);
    let (at, key) = (Timestamp::UNIX_EPOCH, format!("{number:016x}"));
    let (person, referral) = (id(number, 1), id(number, 2));
    let text = |value: &str| value.to_owned();
    let idempotency = IdempotencyRow {
        workspace,
        key: key.clone(),
        fingerprint: vec![1; 32],
        status: 202,
        body: text("{\"referral\":\"ref\"}"),
        created_at: at,
        expires_at: at,
    };
    let identity = IdentityKeyRow { workspace, key: number.to_be_bytes().to_vec(), person };
    let contact = ContactPointRow {
        workspace,
        id: id(number, 3),
        person,
        kind: text("email"),
        value: key.clone(),
        normal: key.clone(),
        verification: text("syntax"),
        class: text("corporate"),
        source: text("referrer"),
        observed_at: at,
    };
    let context = TextRow {
        workspace,
        referral,
        slot: text("context"),
        edition: 0,
        body: text("We closed the books together for three years, and she is looking now."),
        author: text("A Referrer"),
        at,
    };
    let hop = HopRow {
        workspace,
        referral,
        place: 0,
        person: id(number, 4),
        relation: text("worked_together"),
        since: text("2019"),
    };
    let comment = CommentRow {
        workspace,
        id: id(number, 5),
        referral,
        author: id(7, 7),
        body: text("new"),
        at,
    };
    let entry = EntryRow {
        workspace,
        id: id(number, 6),
        seq: None,
        at,
        kind: text("referral.received"),
        about: key.clone(),
        body: text("{\"kind\":\"referral.received\",\"commitment\":\"0000000000000000\"}"),
        leaf: vec![],
    };
    let mut writes = vec![
        idempotency.insert(),
        identity.insert(),
        contact.insert(),
        context.insert(),
        hop.insert(),
        comment.insert(),
        entry.insert(),
    ];
    writes.push(job(workspace, number, key, at).enqueue());
    writes
}

fn job(workspace: WorkspaceId, number: u64, key: String, at: Timestamp) -> JobRow {
    JobRow {
        workspace,
        id: id(number, 8),
        kind: "mail".into(),
        about: key.clone(),
        key,
        payload: "{}".into(),
        due_at: at,
        state: "ready".into(),
        attempts: 0,
        lease_until: None,
        lease: vec![],
        last_error: String::new(),
        created_at: at,
    }
}

/// Change sets per second of all clients together.
async fn measure<F: Future<Output = ()> + Send + 'static>(
    numbers: &Arc<AtomicU64>,
    client: impl Fn(usize, Arc<AtomicU64>, Instant) -> F,
) -> f64 {
    let first = numbers.load(Ordering::Relaxed);
    let begun = Instant::now();
    let end = begun + Duration::from_secs(SECONDS);
    let clients: Vec<_> =
        (0..CLIENTS).map(|place| tokio::spawn(client(place, Arc::clone(numbers), end))).collect();
    for client in clients {
        client.await.expect("a client");
    }
    let done = numbers.load(Ordering::Relaxed) - first;
    done as f64 / begun.elapsed().as_secs_f64()
}

fn bare_value(value: &Value) -> Box<dyn ToSql + Sync + Send> {
    match value {
        Value::Null => Box::new(None::<i64>),
        Value::Int(v) => Box::new(*v),
        Value::Text(v) => Box::new(v.clone()),
        Value::Bytes(v) => Box::new(v.clone()),
        Value::Double(v) => Box::new(*v),
    }
}

async fn bare(client: Arc<Client>, numbers: Arc<AtomicU64>, end: Instant) {
    let mut statements = Vec::new();
    for write in change_set(0) {
        let sql = write.statement.sql.replace('?', "$");
        statements.push(client.prepare(&sql).await.expect("prepared"));
    }
    while Instant::now() < end {
        let writes = change_set(numbers.fetch_add(1, Ordering::Relaxed));
        let values: Vec<Vec<_>> =
            writes.iter().map(|w| w.statement.values.iter().map(bare_value).collect()).collect();
        let run = |place: usize| {
            client.execute_raw(
                &statements[place],
                values[place].iter().map(|v| v.as_ref() as &(dyn ToSql + Sync)),
            )
        };
        let outcome = tokio::try_join!(
            biased;
            client.batch_execute("BEGIN"),
            run(0), run(1), run(2), run(3), run(4), run(5), run(6), run(7),
            client.batch_execute("COMMIT"),
        );
        outcome.expect("committed");
    }
}

async fn driven(engine: Arc<Postgres>, numbers: Arc<AtomicU64>, end: Instant) {
    while Instant::now() < end {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let outcome = engine.apply(change_set(number)).await.expect("applied");
        assert_eq!(outcome, Applied::Applied);
    }
}

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("runtime");
    let server = TestPostgres::start_with(Durability::Disk).expect("a server");
    runtime.block_on(async {
        let url = server.database("intake").expect("a database");
        let engine = Arc::new(Postgres::connect(&url, CLIENTS).await.expect("connected"));
        migrate(engine.as_ref(), Timestamp::UNIX_EPOCH).await.expect("migrated");
        let mut clients = Vec::new();
        for _ in 0..CLIENTS {
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("client");
            tokio::spawn(connection);
            clients.push(Arc::new(client));
        }
        let numbers = Arc::new(AtomicU64::new(1));
        for round in 1..=ROUNDS {
            let driver = measure(&numbers, |_, n, end| driven(Arc::clone(&engine), n, end)).await;
            let loop_rate =
                measure(&numbers, |place, n, end| bare(Arc::clone(&clients[place]), n, end)).await;
            eprintln!(
                "round {round}: driver {driver:.0}/s, bare loop {loop_rate:.0}/s, ratio {:.2}",
                driver / loop_rate
            );
        }
    });
}
