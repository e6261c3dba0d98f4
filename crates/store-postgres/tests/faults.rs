//! What the driver answers when the server, or the way to it, fails.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use warmpath_core::id::{RecordId as _, WorkspaceId};
use warmpath_store::migration::migrate;
use warmpath_store::table::workspace::{SettingRow, setting};
use warmpath_store::{Applied, Engine, StoreError};
use warmpath_store_postgres::Postgres;
use warmpath_testkit::postgres::{Stop, TestPostgres, database_for_test, left_out};

fn row(name: &str, value: &str) -> SettingRow {
    let workspace = WorkspaceId::from_bytes([1; 16]);
    SettingRow { workspace, name: name.into(), value: value.into() }
}

async fn stored(engine: &dyn Engine, name: &str) -> Option<String> {
    setting(engine, WorkspaceId::from_bytes([1; 16]), name).await.expect("read")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_comes_back_with_everything_acknowledged() {
    if left_out() {
        return;
    }
    let mut server = TestPostgres::start().expect("a server");
    let url = server.database("faults").expect("a database");
    let engine = Postgres::connect(&url, 3).await.expect("connected");
    migrate(&engine, Timestamp::UNIX_EPOCH).await.expect("migrated");
    for round in ["a", "b"] {
        let outcome = engine.apply(vec![row(round, "1").insert()]).await.expect("applied");
        assert_eq!(outcome, Applied::Applied);
        server.stop(Stop::Immediate).expect("stopped");
        let lost = engine.apply(vec![row("c", "1").insert()]).await;
        // On a connection that was open the loss may be noticed after the commit was sent.
        assert!(
            matches!(lost, Err(StoreError::Unavailable(_) | StoreError::Unknown(_))),
            "{lost:?}"
        );
        let lost = engine.apply(vec![row("c", "1").insert()]).await;
        assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
        server.start_again().expect("started again");
        assert_eq!(stored(&engine, round).await.as_deref(), Some("1"));
        assert_eq!(stored(&engine, "c").await, None);
    }
    let refused = Postgres::connect("postgres://postgres@127.0.0.1:1/none", 1).await;
    assert!(matches!(refused.err(), Some(StoreError::Unavailable(_))));
}

/// Stands between driver and server; once told to, it cuts the connection at the first message that
/// holds a word.
struct Cutter {
    port: u16,
    armed: Arc<AtomicBool>,
}

impl Cutter {
    /// `forwards`: whether the message with the word still reaches the server.
    async fn start(server: String, word: &'static [u8], forwards: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let armed = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&armed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("the server is there");
                tokio::spawn(carry(client, server, word, forwards, Arc::clone(&told)));
            }
        });
        Self { port, armed }
    }
}

async fn carry(
    client: TcpStream,
    server: TcpStream,
    word: &'static [u8],
    forwards: bool,
    armed: Arc<AtomicBool>,
) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers =
        tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut bytes = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from_client.read(&mut bytes).await {
        let found = bytes[..count].windows(word.len()).any(|part| part == word);
        let cuts = found && armed.load(Ordering::SeqCst);
        if cuts {
            // From here on nothing comes back.
            answers.abort();
            let _ = answers.await;
            if forwards {
                let _ = to_server.write_all(&bytes[..count]).await;
                // Orderly end: the server still runs what it was sent.
                let _ = to_server.shutdown().await;
            }
            return;
        }
        if to_server.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

async fn cut(
    name: &str,
    word: &'static [u8],
    forwards: bool,
) -> Option<(Postgres, Postgres, Cutter)> {
    let url = database_for_test(name).unwrap_or_else(|e| panic!("{e}"))?;
    let direct = Postgres::connect(&url, 2).await.expect("connected");
    migrate(&direct, Timestamp::UNIX_EPOCH).await.expect("migrated");
    let address = url.split('@').nth(1).and_then(|rest| rest.split('/').next());
    let address = address.expect("an address").to_owned();
    let cutter = Cutter::start(address.clone(), word, forwards).await;
    let through = url.replacen(&address, &format!("127.0.0.1:{}", cutter.port), 1);
    let engine = Postgres::connect(&through, 1).await.expect("connected");
    Some((engine, direct, cutter))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_commit_is_unknown() {
    let Some((engine, direct, cutter)) = cut("cut_commit", b"COMMIT", true).await else { return };
    // Once, so that the statement is prepared.
    engine.apply(vec![row("first", "1").insert()]).await.expect("applied");
    cutter.armed.store(true, Ordering::SeqCst);
    let outcome = engine.apply(vec![row("lost", "1").insert()]).await;
    assert!(matches!(outcome, Err(StoreError::Unknown(_))), "{outcome:?}");
    cutter.armed.store(false, Ordering::SeqCst);
    // Tried again, it is there once, whichever of the two came first.
    let again = engine.apply(vec![row("lost", "1").insert()]).await.expect("settled");
    let kept = stored(&direct, "lost").await;
    assert_eq!(kept.as_deref(), Some("1"));
    assert!(matches!(again, Applied::Applied | Applied::Conflict("setting")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loss_before_the_commit_changed_nothing() {
    let Some((engine, direct, cutter)) = cut("cut_begin", b"BEGIN", true).await else { return };
    direct.apply(vec![row("n", "1").insert()]).await.expect("applied");
    // A save waits for its count before it commits.
    engine.apply(vec![row("n", "2").save()]).await.expect("applied");
    cutter.armed.store(true, Ordering::SeqCst);
    let outcome = engine.apply(vec![row("n", "3").save()]).await;
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    cutter.armed.store(false, Ordering::SeqCst);
    assert_eq!(stored(&direct, "n").await.as_deref(), Some("2"));
    assert_eq!(stored(&engine, "n").await.as_deref(), Some("2"), "the pool has recovered");
}

#[tokio::test(flavor = "multi_thread")]
async fn deadlocks_are_tried_again() {
    let Some(url) = database_for_test("deadlocks").unwrap_or_else(|e| panic!("{e}")) else {
        return;
    };
    let url = format!("{url}?options=-c%20deadlock_timeout%3D10ms");
    let engine = Arc::new(Postgres::connect(&url, 4).await.expect("connected"));
    migrate(engine.as_ref(), Timestamp::UNIX_EPOCH).await.expect("migrated");
    engine.apply(vec![row("a", "0").insert(), row("b", "0").insert()]).await.expect("applied");
    for round in 0..20 {
        let value = round.to_string();
        let (forth, back) = (
            vec![row("a", &value).save(), row("b", &value).save()],
            vec![row("b", &value).save(), row("a", &value).save()],
        );
        let (one, two) = tokio::join!(engine.apply(forth), engine.apply(back));
        assert_eq!(one.expect("applied"), Applied::Applied);
        assert_eq!(two.expect("applied"), Applied::Applied);
        assert_eq!(stored(engine.as_ref(), "b").await, Some(value));
    }
}
