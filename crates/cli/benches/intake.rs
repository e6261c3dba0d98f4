//! Durable intakes of the whole program over HTTP, against a loop with the bare driver.
//!
//! The program runs in its own process, with its worker, and 32 clients press the hand-over form. The
//! loop commits the same row sets, recorded from the use case, up to 64 to a transaction, on the same
//! file system in the same run. On PostgreSQL there is a second loop, of 32 connections that commit
//! one row set each; the faster of the two counts.
//!
//! Prints JSON on standard output and a table on standard error. Arguments, in any order: the engine
//! (`sqlite` or `postgres`), the seconds to measure (10).

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on says where and stops")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

mod bed;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bed::client::{Clients, Login};
use bed::house::{self, Place, Program, Server};
use bed::loops::{self, Cost};
use bed::{machine, typed};
use jiff::Timestamp;
use warmpath_app::policy::{SubmitReferral, grant};
use warmpath_app::rows::MemberRow;
use warmpath_app::{App, hand_over, read_workspace};
use warmpath_core::role::Role;
use warmpath_store::{Applied, Dialect, Engine, Row, Statement, StoreError, Write};
use warmpath_testkit::FakeClock;

const CLIENTS: u64 = 32;
const ROW_SETS: u64 = 8192;
const WARM_SECONDS: u64 = 4;

/// An engine that keeps what it is told to write.
struct Recorder {
    inner: Arc<dyn Engine>,
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

async fn seller(app: &App) -> MemberRow {
    let workspaces = read_workspace::all(app).await.expect("read");
    let members = read_workspace::members(app, workspaces[0].workspace).await.expect("read");
    members.into_iter().find(|m| m.role == Role::Seller).expect("a seller")
}

/// The row sets of so many intakes, made on a database that is not measured.
async fn record(place: &Place) -> Vec<Vec<Write>> {
    let db = Arc::new(Recorder { inner: place.open().await, kept: Mutex::default() });
    let app = house::app(db.clone(), Arc::new(FakeClock::at(Timestamp::now())), 7);
    house::set_up(&app).await;
    let seller = seller(&app).await;
    let grant = grant::<SubmitReferral>(&house::principal(&seller)).expect("granted");
    db.kept.lock().expect("not poisoned").clear();
    for number in 0..ROW_SETS {
        let typed = typed::person("loop", number);
        let done = hand_over::by_member(&app, &grant, &seller, &typed).await;
        done.expect("handed over");
    }
    std::mem::take(&mut *db.kept.lock().expect("not poisoned"))
}

/// Makes a workspace and signs a seller in.
async fn prepare(place: &Place) -> Login {
    let app = house::app(place.open().await, Arc::new(FakeClock::at(Timestamp::now())), 8);
    house::set_up(&app).await;
    house::sign_in(&app, &seller(&app).await, Timestamp::now()).await
}

/// Intakes a second of the program, and what each costs.
async fn driven(
    program: &Program,
    server: &Server,
    login: &Login,
    (first, seconds): (u64, u64),
) -> Cost {
    let clients = Clients::of(&program.address);
    let numbers = Arc::new(AtomicU64::new(first));
    let process = program.pid().to_string();
    let (cpu, server_cpu) = (machine::cpu_seconds(&process), server.cpu_seconds());
    let begun = Instant::now();
    let end = begun + Duration::from_secs(seconds);
    let running: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (numbers, clients, login) = (Arc::clone(&numbers), clients.clone(), login.clone());
            tokio::spawn(async move {
                while Instant::now() < end {
                    let number = numbers.fetch_add(1, Ordering::Relaxed);
                    let form = typed::form(&typed::person("bench", number), &login.form_token);
                    let answer = clients.post("/hand-over", &login, &form).await;
                    assert_eq!(answer.status, 303, "{}", answer.body);
                }
            })
        })
        .collect();
    for client in running {
        client.await.expect("a client");
    }
    let count = (numbers.load(Ordering::Relaxed) - first) as f64;
    Cost {
        per_second: count / begun.elapsed().as_secs_f64(),
        cpu_ms: (machine::cpu_seconds(&process) - cpu) * 1e3 / count,
        server_cpu_ms: (server.cpu_seconds() - server_cpu) * 1e3 / count,
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let seconds = words.iter().filter_map(|a| a.parse().ok()).next().unwrap_or(10);
    let name = if words.iter().any(|word| word == "postgres") { "postgres" } else { "sqlite" };
    let server = Server::named(name);
    let folder = tempfile::tempdir_in(".").expect("a folder on the file system of the repository");
    let place = |name: &str| Place::new(&server, folder.path(), name);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let load_before = machine::load();
    let sets = runtime.block_on(record(&place("recorded")));
    let writes = sets.iter().map(Vec::len).sum::<usize>() as f64 / sets.len() as f64;
    let looped = match &server {
        Server::Sqlite => loops::sqlite(&runtime, &place("loop"), &sets),
        Server::Postgres(_) => {
            let grouped = loops::postgres(&runtime, &server, &place("grouped"), &sets, 1, 64);
            let many =
                loops::postgres(&runtime, &server, &place("many"), &sets, CLIENTS as usize, 1);
            eprintln!("loop of groups {grouped}\nloop of many   {many}");
            if grouped.per_second > many.per_second { grouped } else { many }
        }
    };
    let measured = place("measured");
    let login = runtime.block_on(prepare(&measured));
    let program = measured.serve();
    // A few seconds that are not measured, and what the server's own housekeeping does in its first
    // minute: a database in use has statistics.
    runtime.block_on(driven(&program, &server, &login, (0, WARM_SECONDS)));
    runtime.block_on(server.analyze(&measured));
    let cost = runtime.block_on(driven(&program, &server, &login, (1_000_000, seconds)));
    let (resident, peak) = machine::resident_mib(program.pid());
    let (ratio, cpu_ratio) = (cost.per_second / looped.per_second, cost.all() / looped.all());
    eprintln!("program over HTTP {cost}");
    eprintln!("bare driver       {looped}");
    eprintln!(
        "ratio {ratio:.2}, CPU {cpu_ratio:.1} times; resident {resident:.0} MiB, peak {peak:.0}"
    );
    let report = serde_json::json!({
        "engine": server.name(), "clients": CLIENTS, "seconds": seconds,
        "writes_per_intake": writes, "program": cost, "loop": looped,
        "ratio": ratio, "cpu_ratio": cpu_ratio, "resident_mib": resident, "peak_mib": peak,
        "load_average_before": load_before, "load_average_after": machine::load(),
    });
    #[expect(clippy::print_stdout, reason = "this is the result, for programs")]
    {
        println!("{report}");
    }
}
