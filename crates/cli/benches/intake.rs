//! Durable intakes of the whole program over HTTP, against a loop with the bare driver.
//!
//! The program runs as `warmpath demo` in its own process, with its worker, and 32 clients press
//! the hand-over form. The loop commits the same row sets, recorded from the use case, 64 to a
//! transaction, on the same file system in the same run. Prints JSON on standard output and a table
//! on standard error. Arguments: seconds to measure (10).

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on says where and stops")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use warmpath_app::hand_over::{self, Typed};
use warmpath_app::keys::Keys;
use warmpath_app::policy::{Principal, SubmitReferral, grant};
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::{App, Config};
use warmpath_core::role::Role;
use warmpath_store::{Applied, Dialect, Engine, Row, Statement, StoreError, Value, Write};
use warmpath_store_sqlite::Sqlite;
use warmpath_testkit::{FakeClock, SeededRandom};

const CLIENTS: usize = 32;
const GROUP: usize = 64;
const ROW_SETS: usize = 4096;

const SETUP: &str = include_str!("../../../samples/workspace.toml");
const PATHWAY: &str = include_str!("../../../samples/pathways/customer-referrals.toml");

/// What is typed for the n-th person.
fn typed(number: u64) -> Typed {
    Typed {
        idempotency_key: format!("bench-{number}"),
        name: format!("Person Number{number}"),
        company: "Orbis Pumpen".into(),
        title: "Head of finance".into(),
        email: format!("person{number}@company{}.example", number % 997),
        relationship: "worked_together".into(),
        context: "We closed the books together for three years, and she is looking now.".into(),
        kind: "direct".into(),
        ..Typed::default()
    }
}

/// An engine that keeps what it is told to write.
struct Recorder {
    inner: Sqlite,
    kept: Mutex<Vec<Vec<Write>>>,
}

#[async_trait]
impl Engine for Recorder {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }
    async fn apply(&self, writes: Vec<Write>) -> Result<Applied, StoreError> {
        self.kept.lock().expect("not poisoned").push(writes.clone());
        self.inner.apply(writes).await
    }
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        self.inner.query(statement).await
    }
    async fn script(&self, sql: &str) -> Result<(), StoreError> {
        self.inner.script(sql).await
    }
    async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        self.inner.copy_to(path).await
    }
}

/// The row sets of so many intakes, and the file with what they build on.
async fn record(folder: &Path) -> Vec<Vec<Write>> {
    let inner = Sqlite::open(&folder.join("recorded.db")).expect("opened");
    let db = Arc::new(Recorder { inner, kept: Mutex::default() });
    let at = "2026-05-18T09:00:00Z".parse().expect("a time");
    warmpath_store::migration::migrate(&*db, at).await.expect("migrated");
    let config = Config {
        public_url: "http://127.0.0.1".into(),
        mail_from: "warmpath@localhost.example".into(),
        looks_up_mail_exchangers: false,
        first_contact_minutes: None,
        zone: "UTC".into(),
        trusted_proxies: vec![],
        outbound_held: false,
    };
    let app = App {
        db: db.clone(),
        clock: Arc::new(FakeClock::at(at)),
        random: Arc::new(SeededRandom::new(7)),
        keys: Keys::new([7; 32]),
        config,
        pathways: Default::default(),
        wake: Arc::new(|| {}),
    };
    let setup: Setup = toml::from_str(SETUP).expect("a setup");
    setup_workspace::run(&app, &setup, &[PATHWAY.to_owned()]).await.expect("set up");
    let workspace = warmpath_app::read_workspace::all(&app).await.expect("read").remove(0);
    let members = warmpath_app::read_workspace::members(&app, workspace.workspace).await;
    let members = members.expect("read");
    let seller = members.into_iter().find(|m| m.role == Role::Seller).expect("a seller");
    let principal = Principal {
        workspace: workspace.workspace,
        member: seller.id,
        role: seller.role,
        team: seller.team.clone(),
        partner: None,
        key: None,
    };
    let grant = grant::<SubmitReferral>(&principal).expect("granted");
    // The loop starts where the recording starts.
    db.copy_to(&folder.join("bare.db")).await.expect("copied");
    db.kept.lock().expect("not poisoned").clear();
    for number in 0..ROW_SETS as u64 {
        let done = hand_over::by_member(&app, &grant, &seller, &typed(number)).await;
        done.expect("handed over");
    }
    std::mem::take(&mut *db.kept.lock().expect("not poisoned"))
}

/// Row sets per second and CPU seconds per row set of the bare driver, 64 to a transaction.
fn bare(folder: &Path, sets: &[Vec<Write>]) -> (f64, f64) {
    let connection = rusqlite::Connection::open(folder.join("bare.db")).expect("opened");
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;").expect("set");
    connection.set_prepared_statement_cache_capacity(256);
    let value = |value: &Value| match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Int(v) => (*v).into(),
        Value::Text(v) => v.clone().into(),
        Value::Bytes(v) => v.clone().into(),
        Value::Double(v) => (*v).into(),
    };
    let (begun, cpu) = (Instant::now(), cpu_seconds("self"));
    for group in sets.chunks(GROUP) {
        connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
        for write in group.iter().flatten() {
            let mut statement = connection.prepare_cached(&write.statement.sql).expect("prepared");
            let values = rusqlite::params_from_iter(write.statement.values.iter().map(value));
            statement.execute(values).expect("written");
        }
        connection.execute_batch("COMMIT").expect("committed");
    }
    let count = sets.len() as f64;
    (count / begun.elapsed().as_secs_f64(), (cpu_seconds("self") - cpu) / count)
}

/// CPU seconds that a process used so far, of all its threads (100 ticks a second on Linux).
fn cpu_seconds(process: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after.split_whitespace().skip(11).take(2).flat_map(str::parse).collect();
    fields.iter().sum::<f64>() / 100.0
}

/// The program under test; stopped when dropped.
struct Program {
    child: Child,
    address: String,
    link: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(folder: &Path) -> Program {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("an address").to_string();
    drop(free);
    let mut child = Command::new(env!("CARGO_BIN_EXE_warmpath"))
        .args(["demo", "--listen", &address, "--data"])
        .arg(folder.join("program"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut link = String::new();
    for line in lines.by_ref().map_while(Result::ok) {
        if line.trim_start().starts_with("seller") {
            link = line.split_whitespace().last().unwrap_or_default().to_owned();
        }
        if line.starts_with("Serving") {
            break;
        }
    }
    // Its further lines must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    let link = link.replace(&format!("http://{address}"), "");
    Program { child, address, link }
}

/// Sends one request on a kept connection; answers status, cookie and body.
async fn send(
    stream: &mut TcpStream,
    address: &str,
    path: &str,
    cookie: &str,
    form: Option<&str>,
) -> (u16, String, String) {
    let (method, body) = (if form.is_some() { "POST" } else { "GET" }, form.unwrap_or_default());
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
         Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let mut buffer = [0; 16_384];
    loop {
        let text = String::from_utf8_lossy(&answer).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_lowercase();
            let field = |name: &str| lower.lines().find_map(|l| l.strip_prefix(name));
            let length = field("content-length: ").and_then(|n| n.trim().parse().ok()).unwrap_or(0);
            if body.len() >= length {
                let cookie = head.lines().find(|l| l.to_lowercase().starts_with("set-cookie: "));
                let cookie = cookie.and_then(|l| l[12..].split(';').next()).unwrap_or_default();
                let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
                return (status, cookie.to_owned(), body.to_owned());
            }
        }
        let read = stream.read(&mut buffer).await.expect("answered");
        assert!(read > 0, "the connection ended");
        answer.extend_from_slice(&buffer[..read]);
    }
}

fn value_of(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page.split_once(&mark).map(|(_, rest)| rest).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Intakes per second and CPU seconds per intake of the program.
async fn driven(program: &Program, seconds: u64) -> (f64, f64) {
    let address = program.address.clone();
    let mut stream = TcpStream::connect(&address).await.expect("connected");
    let (_, _, page) = send(&mut stream, &address, &program.link, "", None).await;
    let form = format!("nonce={}", value_of(&page, "nonce"));
    let (_, cookie, _) = send(&mut stream, &address, &program.link, "", Some(&form)).await;
    let (_, _, page) = send(&mut stream, &address, "/hand-over", &cookie, None).await;
    let csrf = value_of(&page, "csrf");
    let numbers = Arc::new(AtomicU64::new(0));
    let process = program.child.id().to_string();
    let (begun, cpu) = (Instant::now(), cpu_seconds(&process));
    let end = begun + Duration::from_secs(seconds);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (numbers, address) = (Arc::clone(&numbers), address.clone());
            let (cookie, csrf) = (cookie.clone(), csrf.clone());
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(&address).await.expect("connected");
                while Instant::now() < end {
                    let form = filled(&typed(numbers.fetch_add(1, Ordering::Relaxed)), &csrf);
                    let (status, _, body) =
                        send(&mut stream, &address, "/hand-over", &cookie, Some(&form)).await;
                    assert_eq!(status, 303, "{body}");
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("a client");
    }
    let count = numbers.load(Ordering::Relaxed) as f64;
    (count / begun.elapsed().as_secs_f64(), (cpu_seconds(&process) - cpu) / count)
}

fn filled(typed: &Typed, csrf: &str) -> String {
    let fields = [
        ("csrf", csrf),
        ("idempotency_key", &typed.idempotency_key),
        ("name", &typed.name),
        ("company", &typed.company),
        ("role", &typed.title),
        ("email", &typed.email),
        ("relation", &typed.relationship),
        ("words", &typed.context),
        ("kind", &typed.kind),
    ];
    let encode = |(name, text): &(&str, &str)| {
        format!("{name}={}", text.replace('@', "%40").replace(' ', "+"))
    };
    fields.iter().map(encode).collect::<Vec<_>>().join("&")
}

fn main() {
    let seconds = std::env::args().filter_map(|a| a.parse().ok()).next().unwrap_or(10);
    let folder = tempfile::tempdir_in(".").expect("a folder on the file system of the repository");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let sets = runtime.block_on(record(folder.path()));
    let writes = sets.iter().map(Vec::len).sum::<usize>() as f64 / sets.len() as f64;
    let (bare_rate, bare_cpu) = bare(folder.path(), &sets);
    let program = start(folder.path());
    let (rate, cpu) = runtime.block_on(driven(&program, seconds));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let report = serde_json::json!({
        "engine": "sqlite", "clients": CLIENTS, "seconds": seconds, "writes_per_intake": writes,
        "intakes_per_s": rate, "bare_per_s": bare_rate, "ratio": rate / bare_rate,
        "cpu_ms_per_intake": cpu * 1e3, "bare_cpu_ms_per_set": bare_cpu * 1e3,
        "cpu_ratio": cpu / bare_cpu, "load_average": load.trim(),
    });
    eprintln!("                 per second   CPU ms each");
    eprintln!("program over HTTP {rate:>10.0} {:>13.2}", cpu * 1e3);
    eprintln!("bare driver       {bare_rate:>10.0} {:>13.2}", bare_cpu * 1e3);
    eprintln!("ratio             {:>10.2} {:>13.1}", rate / bare_rate, cpu / bare_cpu);
    #[expect(clippy::print_stdout, reason = "this is the result, for programs")]
    {
        println!("{report}");
    }
}
