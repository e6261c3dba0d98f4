//! Every acknowledged referral is there exactly once, whatever dies: the program is killed without
//! warning, again and again, while clients hand people over; then everything is counted.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use warmpath_core::id::{ApiKeyId, RecordId as _, WorkspaceId};
use warmpath_store::field::Json;
use warmpath_store::table::access::ApiKeyRow;
use warmpath_store::table::{job, ledger, referral, workspace};
use warmpath_store::{ChangeSet, Engine};
use warmpath_store_postgres::Postgres;
use warmpath_store_sqlite::Sqlite;
use warmpath_testkit::SeededRandom;
use warmpath_testkit::client::{Client, Request};

const KILLS: u64 = 50;
const CLIENTS: u64 = 8;

const SETUP: &str = r#"
[workspace]
name = "Kill"
legal_name = "Kill GmbH"
address = "Here"
privacy_contact = "privacy@kill.example"
trade = "surviving"
country = "DE"
zone = "Europe/Berlin"

[[member]]
name = "Anke Vogt"
email = "anke@kill.example"
role = "admin"
"#;

/// What the clients know: key to the id that was acknowledged, or nothing when the answer was lost.
type Known = Arc<Mutex<BTreeMap<String, Option<String>>>>;

struct House {
    folder: PathBuf,
    address: SocketAddr,
    key: String,
}

impl House {
    fn start(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_warmpath"))
            .args(["serve", "--config"])
            .arg(self.folder.join("warmpath.toml"))
            .arg("--setup")
            .arg(self.folder.join("setup.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts")
    }

    async fn wait_until_ready(&self) {
        for _ in 0..600 {
            let ready = Client::new(self.address).get("/readyz").await;
            if ready.is_ok_and(|answer| answer.status == 200) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not ready after 12 seconds");
    }

    async fn submit(&self, key: &str) -> Option<(u16, Option<String>)> {
        let body = serde_json::json!({
            "contact": { "name": format!("Pat {key}"), "email": format!("{key}@prospect.example"),
                         "company": "Prospect Ltd" },
            "context": "We worked together for three years.",
            "source": "csm",
        });
        let request = Request::new("POST", "/v1/referrals")
            .header("authorization", format!("Bearer {}", self.key))
            .header("idempotency-key", key)
            .json(&body);
        let answer = Client::new(self.address).send(request).await.ok()?;
        let id = answer.json().ok().and_then(|v| v["id"].as_str().map(str::to_owned));
        Some((answer.status, id))
    }
}

fn free_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("bound")
}

/// Makes the installation and an API key, which are not under test here.
async fn set_up(folder: &Path, database: &str) -> (House, WorkspaceId) {
    let address = free_port();
    let config = format!(
        "public_url = \"http://{address}\"\nlisten = \"{address}\"\ndns = false\n\
         data = \"{}\"\ndatabase = \"{database}\"\n",
        folder.display()
    );
    std::fs::write(folder.join("warmpath.toml"), config).expect("written");
    std::fs::write(folder.join("setup.toml"), SETUP).expect("written");
    let mut house = House { folder: folder.to_owned(), address, key: String::new() };
    let mut child = house.start();
    house.wait_until_ready().await;
    child.kill().expect("killed");
    child.wait().expect("gone");

    let db = open(database).await;
    let workspace = workspace::all_workspaces(&*db).await.expect("read")[0].workspace;
    let member = workspace::members(&*db, workspace).await.expect("read")[0].id;
    let secret = [7_u8; 32];
    let mut token = workspace.bytes().to_vec();
    token.extend_from_slice(&secret);
    house.key = format!("wpk_{}", base64url(&token));
    let row = ApiKeyRow {
        workspace,
        key_hash: warmpath_app::keys::sha256(&secret),
        id: ApiKeyId::from_bytes([9; 16]),
        name: "kill".into(),
        prefix: "wpk_".into(),
        scopes: Json(vec!["referrals:write".into(), "referrals:read".into()]),
        member,
        created_at: "2026-01-01T00:00:00Z".parse().expect("a time"),
        used_at: None,
        revoked_at: None,
    };
    let mut changes = ChangeSet::new();
    changes.push(row.insert());
    changes.apply(&*db).await.expect("applied");
    (house, workspace)
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

async fn open(database: &str) -> Arc<dyn Engine> {
    match database.strip_prefix("sqlite:") {
        Some(path) => Arc::new(Sqlite::open(Path::new(path)).expect("open")),
        None => Arc::new(Postgres::connect(database, 4).await.expect("connected")),
    }
}

async fn one_round(house: &House, known: &Known, round: u64, random: &SeededRandom) {
    let mut child = house.start();
    house.wait_until_ready().await;
    let mut clients = tokio::task::JoinSet::new();
    let house_of = Arc::new(House {
        folder: house.folder.clone(),
        address: house.address,
        key: house.key.clone(),
    });
    for client in 0..CLIENTS {
        let (house, known) = (Arc::clone(&house_of), Arc::clone(known));
        clients.spawn(async move {
            for n in 0..10_000_u64 {
                let key = format!("k{round:04}c{client:02}n{n:05}xxxxxxxx");
                known.lock().expect("lock").insert(key.clone(), None);
                match house.submit(&key).await {
                    Some((202, Some(id))) => {
                        known.lock().expect("lock").insert(key, Some(id));
                    }
                    // The server is dead, or dying: the outcome is open.
                    _ => return,
                }
            }
        });
    }
    tokio::time::sleep(Duration::from_millis(5 + random.below(250))).await;
    child.kill().expect("killed");
    child.wait().expect("gone");
    while clients.join_next().await.is_some() {}
}

async fn survive(folder: &Path, database: &str) {
    let seed = 20_261_121_u64;
    let random = SeededRandom::new(seed);
    let (house, id) = set_up(folder, database).await;
    let known: Known = Arc::default();
    for round in 0..KILLS {
        one_round(&house, &known, round, &random).await;
    }
    // Everything whose answer was lost is asked again with the same key.
    let mut child = house.start();
    house.wait_until_ready().await;
    let keys: Vec<(String, Option<String>)> =
        known.lock().expect("lock").iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    let mut ids = BTreeMap::new();
    for (key, acknowledged) in &keys {
        let id = match acknowledged {
            Some(id) => id.clone(),
            None => {
                let (status, id) = house.submit(key).await.expect("an answer");
                assert_eq!(status, 202, "seed {seed}, key {key}");
                id.expect("an id")
            }
        };
        assert!(ids.insert(id, key.clone()).is_none(), "seed {seed}: one id for two keys");
    }
    wait_until_numbered(database, id).await;
    child.kill().expect("killed");
    child.wait().expect("gone");
    count(database, id, &ids, seed).await;
}

async fn wait_until_numbered(database: &str, id: WorkspaceId) {
    let db = open(database).await;
    for _ in 0..600 {
        if ledger::waiting(&*db, id).await.expect("read").0 == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("entries still wait for a number after 30 seconds");
}

async fn count(database: &str, id: WorkspaceId, ids: &BTreeMap<String, String>, seed: u64) {
    let db = open(database).await;
    let rows = referral::since(&*db, id, jiff::Timestamp::UNIX_EPOCH).await.expect("read");
    assert_eq!(rows.len(), ids.len(), "seed {seed}: referrals stored and acknowledged");
    for row in &rows {
        let text = row.id.to_string();
        assert!(ids.contains_key(&text), "seed {seed}: {text} was never acknowledged");
        let entries = ledger::about(&*db, id, &text, 100).await.expect("read");
        let received = entries.iter().filter(|e| e.kind == "referral.received").count();
        assert_eq!(received, 1, "seed {seed}: {text} has {received} entries");
    }
    verify_ledger(&*db, id).await;
    let late = jiff::Timestamp::MAX;
    let stuck: Vec<_> = job::pending(&*db, late).await.expect("read");
    let tended = stuck.iter().filter(|j| j.kind == "link.tend").count();
    assert!(tended <= rows.len(), "seed {seed}: a timer was doubled");
    assert!(job::dead(&*db, id).await.expect("read").is_empty(), "seed {seed}: a dead letter");
}

/// Every entry in its place, chained, and the leaves those of the entries.
async fn verify_ledger(db: &dyn Engine, id: WorkspaceId) {
    let mut prev = warmpath_ledger::Hash::ZERO;
    let mut next = 1;
    loop {
        let batch = ledger::feed(db, id, next, 500).await.expect("read");
        if batch.is_empty() {
            return;
        }
        for row in batch {
            let entry = warmpath_ledger::Entry::parse(row.body.as_bytes()).expect("canonical");
            assert_eq!(entry.seq() as i64, next, "no gap");
            assert_eq!(entry.prev(), prev, "chained");
            prev = entry.leaf_hash();
            assert_eq!(prev.0.to_vec(), row.leaf, "leaf of its entry");
            next += 1;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("warmpath.db").display());
    survive(folder.path(), &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_on_postgres() {
    let url = warmpath_testkit::postgres::database_for_test("kill").expect("a database");
    let Some(url) = url else { return };
    let folder = tempfile::tempdir().expect("a folder");
    survive(folder.path(), &url).await;
}
