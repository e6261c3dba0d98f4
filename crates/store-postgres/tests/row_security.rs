//! Whatever a statement says, the application meets only the rows it may meet.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use jiff::Timestamp;
use tokio_postgres::{Client, NoTls};
use warmpath_core::id::{RecordId as _, WorkspaceId};
use warmpath_store::conformance::Source;
use warmpath_store::migration::migrate;
use warmpath_store::table::ledger::{CheckpointRow, EntryRow, NodeRow};
use warmpath_store::table::workspace::SettingRow;
use warmpath_store::{Applied, Engine as _, Row, Statement, StoreError, Value, Write, values};
use warmpath_store_postgres::Postgres;
use warmpath_testkit::postgres::database_for_test;

async fn house(name: &str, connections: usize) -> Option<(Postgres, String)> {
    let url = database_for_test(name).unwrap_or_else(|e| panic!("{e}"))?;
    let engine = Postgres::connect(&url, connections).await.expect("connected");
    migrate(&engine, Timestamp::UNIX_EPOCH).await.expect("migrated");
    Some((engine, url))
}

async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connected");
    tokio::spawn(connection);
    client
}

/// A connection with the rights of the application and a statement of an attacker's choice.
async fn as_application(url: &str) -> Client {
    let client = client(url).await;
    client.batch_execute("SET ROLE warmpath_app").await.expect("the role is there");
    client
}

fn workspace(number: u8) -> WorkspaceId {
    WorkspaceId::from_bytes([number; 16])
}

fn setting(number: u8) -> SettingRow {
    SettingRow { workspace: workspace(number), name: "n".into(), value: number.to_string() }
}

async fn count(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.expect(sql).get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tenant_table_forces_row_security() {
    let Some((_, url)) = house("rls_forced", 1).await else { return };
    let client = client(&url).await;
    let tables = "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
                  WHERE a.attname = 'workspace' AND c.relkind IN ('r', 'p')";
    let all = count(&client, &format!("SELECT COUNT(*) {tables}")).await;
    let forced = format!("SELECT COUNT(*) {tables} AND relrowsecurity AND relforcerowsecurity");
    assert!(all >= 45, "{all} tables");
    assert_eq!(count(&client, &forced).await, all);
    let role = "SELECT COUNT(*) FROM pg_roles WHERE rolname = 'warmpath_app' AND NOT rolsuper \
                AND NOT rolbypassrls AND NOT rolcanlogin AND NOT rolcreaterole";
    assert_eq!(count(&client, role).await, 1);
    let owned = "SELECT COUNT(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner \
                 WHERE r.rolname = 'warmpath_app'";
    assert_eq!(count(&client, owned).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_workspace_there_is_nothing() {
    let Some((engine, url)) = house("rls_empty", 2).await else { return };
    let writes = vec![setting(1).insert(), setting(2).insert()];
    assert_eq!(engine.apply(writes).await.expect("applied"), Applied::Applied);
    let sql = "SELECT COUNT(*) FROM setting";
    let seen = async |statement: Statement| engine.query(statement).await.expect("read");
    let rows = |count| vec![Row(vec![Value::Int(count)])];
    assert_eq!(seen(Statement::new(sql, vec![])).await, rows(0));
    // A table that the worker has no business in stays closed to it.
    assert_eq!(seen(Statement::new(sql, vec![]).across_workspaces()).await, rows(0));
    // A statement that forgets its WHERE still meets one workspace only.
    let careless = "SELECT COUNT(*) FROM setting WHERE ?1 IS NOT NULL";
    let careless = careless.replace("?1", "CAST(?1 AS BYTEA)");
    assert_eq!(seen(Statement::new(careless, values![workspace(1)])).await, rows(1));
    let raw = as_application(&url).await;
    assert_eq!(count(&raw, sql).await, 0);
    assert_eq!(count(&client(&url).await, sql).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_cannot_reach_another_workspace() {
    let Some((engine, _)) = house("rls_write", 2).await else { return };
    let writes = vec![setting(1).insert(), setting(2).insert()];
    assert_eq!(engine.apply(writes).await.expect("applied"), Applied::Applied);
    let careless = "DELETE FROM setting WHERE name = ?2 AND CAST(?1 AS BYTEA) IS NOT NULL";
    let values = || values![workspace(1), "n".to_owned()];
    let delete = Write::one("setting", careless, values());
    assert_eq!(engine.apply(vec![delete]).await.expect("applied"), Applied::Applied);
    // The row of the other workspace is still there, and cannot be moved either.
    let moving = "UPDATE setting SET workspace = ?2 WHERE workspace = ?1";
    let moving = Write::any("setting", moving, values![workspace(2), workspace(3)]);
    assert!(matches!(engine.apply(vec![moving]).await, Err(StoreError::Statement(_))));
    let sql = "SELECT value FROM setting WHERE workspace = ?1";
    let left = engine.query(Statement::new(sql, values![workspace(2)])).await.expect("read");
    assert_eq!(left, vec![Row(vec![Value::Text("2".into())])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_only_grows() {
    let Some((engine, url)) = house("rls_ledger", 2).await else { return };
    let mut source = Source::alike(workspace(1));
    let mut entry = EntryRow { seq: None, ..sample_entry(&mut source) };
    let node = NodeRow { workspace: workspace(1), level: 1, place: 0, hash: vec![1; 32] };
    let at = Timestamp::UNIX_EPOCH;
    let note = CheckpointRow { workspace: workspace(1), size: 1, note: "n".into(), at };
    let writes = vec![entry.insert(), node.insert(), note.put()];
    assert_eq!(engine.apply(writes).await.expect("applied"), Applied::Applied);
    entry.seq = Some(1);
    assert_eq!(engine.apply(vec![entry.number()]).await.expect("applied"), Applied::Applied);
    let refused = |outcome| matches!(outcome, Err(StoreError::Statement(_)));
    for write in [entry.save(), entry.put(), entry.delete(), node.save(), node.put(), node.delete()]
    {
        let sql = write.statement.sql.clone();
        assert!(refused(engine.apply(vec![write]).await), "{sql}");
    }
    for write in [note.put(), note.delete()] {
        assert!(refused(engine.apply(vec![write]).await));
    }
    // With hand-made statements, too.
    let raw = as_application(&url).await;
    let own = format!("SET warmpath.workspace = '{}'", "01".repeat(16));
    raw.batch_execute(&own).await.expect("set");
    assert_eq!(count(&raw, "SELECT COUNT(*) FROM ledger_entry").await, 1);
    let update = "UPDATE ledger_entry SET body = 'bent'";
    assert_eq!(raw.execute(update, &[]).await.expect("runs"), 0, "no numbered row is met");
    let update = "UPDATE ledger_checkpoint SET note = 'bent'";
    assert_eq!(raw.execute(update, &[]).await.expect("runs"), 0);
    for sql in [
        "UPDATE ledger_entry SET kind = 'bent'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_node SET hash = hash",
        "DELETE FROM ledger_node",
        "DELETE FROM ledger_checkpoint",
        "TRUNCATE ledger_entry",
        "ALTER TABLE ledger_entry DISABLE ROW LEVEL SECURITY",
        "DROP POLICY numbered_once ON ledger_entry",
    ] {
        assert!(raw.batch_execute(sql).await.is_err(), "{sql}");
    }
}

fn sample_entry(source: &mut Source) -> EntryRow {
    EntryRow {
        workspace: source.workspace(),
        id: warmpath_core::id::EntryId::from_bytes(source.id()),
        seq: None,
        at: Timestamp::UNIX_EPOCH,
        kind: "k".into(),
        about: "a".into(),
        body: "b".into(),
        leaf: vec![],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_requests_leave_nothing_behind() {
    let Some((engine, url)) = house("rls_cancelled", 2).await else { return };
    let writes = vec![setting(1).insert(), setting(2).insert()];
    assert_eq!(engine.apply(writes).await.expect("applied"), Applied::Applied);
    let sql = "SELECT value FROM setting WHERE CAST(?1 AS BYTEA) IS NOT NULL";
    let read = |number| engine.query(Statement::new(sql, values![workspace(number)]));
    for round in 0..500_usize {
        // Polled a few times, then dropped: a caller that hangs up.
        let mut reading = read(1);
        for _ in 0..round % 4 {
            let polled = std::future::poll_fn(|context| {
                std::task::Poll::Ready(reading.as_mut().poll(context).is_ready())
            });
            if polled.await {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(reading);
        let mut writing = engine.apply(vec![setting(1).put()]);
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(writing.as_mut().poll(context).is_ready())
        });
        polled.await;
        drop(writing);
        let seen = read(2).await.expect("read");
        assert_eq!(seen, vec![Row(vec![Value::Text("2".into())])], "round {round}");
    }
    // Both connections are in use at once, so both have ended what was begun on them.
    let (one, two) = tokio::join!(read(1), read(2));
    assert_eq!(one.expect("read").len() + two.expect("read").len(), 2);
    let open = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND state LIKE 'idle in transaction%'";
    assert_eq!(count(&client(&url).await, open).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_users_share_the_work() {
    let Some((_, url)) = house("rls_two_users", 1).await else { return };
    let owner = client(&url).await;
    owner
        .batch_execute(
            "DROP ROLE IF EXISTS warmpath_login_test; CREATE ROLE warmpath_login_test LOGIN; \
             GRANT warmpath_app TO warmpath_login_test;",
        )
        .await
        .expect("a role");
    let login = url.replacen("postgres://postgres@", "postgres://warmpath_login_test@", 1);
    let engine = Postgres::connect_with_owner(&login, &url, 2).await.expect("connected");
    let outcome = engine.apply(vec![setting(1).insert()]).await.expect("applied");
    assert_eq!(outcome, Applied::Applied);
    migrate(&engine, Timestamp::UNIX_EPOCH).await.expect("nothing to do");
    // Alone, it can work but not migrate.
    let alone = Postgres::connect(&login, 1).await.expect("connected");
    assert!(alone.script("CREATE TABLE mine (a BIGINT)").await.is_err());
    drop((engine, alone));
    owner
        .batch_execute("DROP OWNED BY warmpath_login_test; DROP ROLE warmpath_login_test")
        .await
        .expect("dropped");
}
