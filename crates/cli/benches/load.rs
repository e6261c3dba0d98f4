//! Reads and writes together over many stored referrals: 50 intakes and 200 reads a second, each sent
//! at its planned time whether or not the one before was answered, and timed from that plan.
//!
//! The referrals are written through the store and the program is started on them as it is in
//! production. Reads are a mix of pages (inbox, record, list, insights, status) and of the JSON API.
//! Also measured: the time until ready, and resident memory idle and under load.
//!
//! Prints JSON on standard output and a table on standard error. Arguments, in any order: the engine
//! (`sqlite` or `postgres`), `seconds=30`, `stored=100000`, `intakes=50`, `reads=200`.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on says where and stops")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

mod bed;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bed::client::{Clients, Login};
use bed::house::{Place, Program, Server};
use bed::stock::{self, Stock};
use bed::{machine, typed};
use warmpath_testkit::SeededRandom;

/// What one run is to do.
struct Plan {
    seconds: u64,
    stored: usize,
    intakes: u64,
    reads: u64,
}

/// One request to be.
struct Request {
    kind: &'static str,
    path: String,
    login: Login,
    /// A form to send; none is a read.
    form: Option<String>,
    expected: u16,
}

/// Reads in the mix, by weight of a hundred.
const READS: [(&str, u64); 8] = [
    ("inbox", 25),
    ("record", 25),
    ("list", 12),
    ("list, one state", 5),
    ("insights", 5),
    ("status", 8),
    ("api list", 10),
    ("api record", 10),
];

/// The n-th read.
fn read(stock: &Stock, chance: &SeededRandom) -> Request {
    let mut place = chance.below(100);
    let kind = READS.iter().find(|(_, weight)| {
        let here = place < *weight;
        place = place.saturating_sub(*weight);
        here
    });
    let kind = kind.map_or("inbox", |(kind, _)| kind);
    let one_of = |count: usize| chance.below(count as u64) as usize;
    let (seller, owned) = &stock.sellers[one_of(stock.sellers.len())];
    let manager = &stock.managers[one_of(stock.managers.len())];
    // Most work pages are read by sellers, some by those who lead.
    let reader = match chance.below(10) {
        0 => &stock.revops,
        1 | 2 => manager,
        _ => seller,
    };
    let program = &stock.programs[one_of(stock.programs.len())];
    // What is read is mostly of late, and sometimes anything.
    let late = owned.len().saturating_sub(60);
    let owned = owned[if chance.below(4) == 0 { 0 } else { late } + one_of(owned.len() - late)];
    let any = stock.referrals[one_of(stock.referrals.len())];
    let (path, login) = match kind {
        "inbox" => ("/inbox".to_owned(), reader.clone()),
        "record" => (format!("/referrals/{owned}"), seller.clone()),
        "list" => ("/referrals".to_owned(), reader.clone()),
        "list, one state" => ("/referrals?state=held".to_owned(), reader.clone()),
        "insights" => ("/insights".to_owned(), stock.revops.clone()),
        "status" => {
            let link = &stock.status_links[one_of(stock.status_links.len())];
            (format!("/s/{link}"), nobody())
        }
        "api list" => ("/v1/referrals?limit=50".to_owned(), program.clone()),
        _ => (format!("/v1/referrals/{any}"), program.clone()),
    };
    Request { kind, path, login, form: None, expected: 200 }
}

fn nobody() -> Login {
    Login { header: String::new(), form_token: String::new() }
}

fn intake(stock: &Stock, number: u64) -> Request {
    let (seller, _) = &stock.sellers[number as usize % stock.sellers.len()];
    Request {
        kind: "intake",
        path: "/hand-over".into(),
        login: seller.clone(),
        form: Some(typed::form(&typed::person("load", number), &seller.form_token)),
        expected: 303,
    }
}

/// All requests with the time each is to be sent, after the start.
fn schedule(plan: &Plan, stock: &Stock) -> Vec<(Duration, Request)> {
    let chance = SeededRandom::new(3);
    let every = |rate: u64, n: u64| Duration::from_secs_f64(n as f64 / rate as f64);
    let intakes =
        (0..plan.intakes * plan.seconds).map(|n| (every(plan.intakes, n), intake(stock, n)));
    let reads = (0..plan.reads * plan.seconds)
        .map(|n| (every(plan.reads, n) + Duration::from_millis(2), read(stock, &chance)));
    let mut all: Vec<_> = intakes.chain(reads).collect();
    all.sort_by_key(|(at, _)| *at);
    all
}

/// Sends everything at its time; answers times by kind, in milliseconds, sorted.
async fn drive(
    clients: &Clients,
    requests: Vec<(Duration, Request)>,
) -> BTreeMap<&'static str, Vec<f64>> {
    let begun = Instant::now();
    let mut sent = Vec::with_capacity(requests.len());
    for (at, request) in requests {
        let planned = begun + at;
        tokio::time::sleep_until(planned.into()).await;
        let clients = clients.clone();
        sent.push(tokio::spawn(async move {
            let answer = match &request.form {
                Some(form) => clients.post(&request.path, &request.login, form).await,
                None => clients.get(&request.path, &request.login).await,
            };
            assert_eq!(answer.status, request.expected, "{} {}", request.path, answer.body);
            (request.kind, planned.elapsed().as_secs_f64() * 1e3)
        }));
    }
    let mut times: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for request in sent {
        let (kind, took) = request.await.expect("answered");
        times.entry(kind).or_default().push(took);
        if kind != "intake" {
            times.entry("all reads").or_default().push(took);
        }
    }
    times.values_mut().for_each(|took| took.sort_by(f64::total_cmp));
    times
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

/// Starts the program so often; answers the times until ready in milliseconds, sorted.
fn starts(place: &Place, times: usize) -> Vec<f64> {
    let mut took: Vec<f64> =
        (0..times).map(|_| place.serve().ready_after.as_secs_f64() * 1e3).collect();
    took.sort_by(f64::total_cmp);
    took
}

/// Resident memory after some seconds in which nobody asked for anything, in MiB, and the share of
/// one core that was used meanwhile.
async fn idle(program: &Program) -> (f64, f64) {
    const REST: Duration = Duration::from_secs(5);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let pid = program.pid().to_string();
    let before = machine::cpu_seconds(&pid);
    tokio::time::sleep(REST).await;
    let share = (machine::cpu_seconds(&pid) - before) / REST.as_secs_f64();
    (machine::resident_mib(program.pid()).0, share)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, otherwise: u64| {
        let given = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        given.map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let plan = Plan {
        seconds: number("seconds", 30),
        stored: number("stored", 100_000) as usize,
        intakes: number("intakes", 50),
        reads: number("reads", 200),
    };
    let name = if words.iter().any(|word| word == "postgres") { "postgres" } else { "sqlite" };
    let server = Server::named(name);
    let folder = tempfile::tempdir_in(".").expect("a folder on the file system of the repository");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let load_before = machine::load();
    runtime.block_on(async {
        let empty = Place::new(&server, folder.path(), "empty");
        empty.open().await;
        let ready_empty = starts(&empty, 5);
        let place = Place::new(&server, folder.path(), "stored");
        let begun = Instant::now();
        let stock = stock::fill(place.open().await, plan.stored).await;
        eprintln!("{} referrals stored in {:.0} s", plan.stored, begun.elapsed().as_secs_f64());
        server.analyze(&place).await;
        let ready = starts(&place, 5);
        let program = place.serve();
        let (idle_mib, idle_share) = idle(&program).await;
        let clients = Clients::of(&program.address);
        // One of each, so that nothing is measured for the first time.
        let warm = Plan { seconds: 3, intakes: 5, reads: 50, ..plan };
        let mut first = schedule(&warm, &stock);
        first.retain(|(_, request)| request.form.is_none());
        drive(&clients, first).await;
        let (pid, requests) = (program.pid().to_string(), schedule(&plan, &stock));
        let (cpu, server_cpu) = (machine::cpu_seconds(&pid), server.cpu_seconds());
        let count = requests.len() as f64;
        let times = drive(&clients, requests).await;
        let cpu_ms = (machine::cpu_seconds(&pid) - cpu) * 1e3 / count;
        let server_cpu_ms = (server.cpu_seconds() - server_cpu) * 1e3 / count;
        let (resident, peak) = machine::resident_mib(program.pid());
        eprintln!("{:16} {:>7} {:>8} {:>8} {:>8} {:>8}", "ms", "count", "p50", "p95", "p99", "max");
        let mut kinds = BTreeMap::new();
        for (kind, took) in &times {
            let figures = [0.5, 0.95, 0.99, 1.0].map(|share| quantile(took, share));
            let [p50, p95, p99, max] = figures;
            eprintln!("{kind:16} {:>7} {p50:>8.1} {p95:>8.1} {p99:>8.1} {max:>8.1}", took.len());
            kinds.insert(
                *kind,
                serde_json::json!({
                    "count": took.len(), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "max_ms": max,
                }),
            );
        }
        eprintln!("CPU for each request: {cpu_ms:.2} ms, database server {server_cpu_ms:.2} ms");
        eprintln!("resident: idle {idle_mib:.0} MiB, under load {resident:.0}, peak {peak:.0}");
        eprintln!("idle CPU: {:.2} % of a core", idle_share * 100.0);
        let (first, second) = (quantile(&ready_empty, 1.0), quantile(&ready, 1.0));
        eprintln!("ready, slowest of 5: empty {first:.0} ms, with those stored {second:.0} ms");
        let report = serde_json::json!({
            "engine": server.name(), "stored": plan.stored, "seconds": plan.seconds,
            "intakes_per_s": plan.intakes, "reads_per_s": plan.reads, "times": kinds,
            "cpu_ms_per_request": cpu_ms, "database_cpu_ms_per_request": server_cpu_ms,
            "idle_mib": idle_mib, "resident_mib": resident, "peak_mib": peak,
            "idle_cpu_share": idle_share, "ready_empty_ms": ready_empty, "ready_ms": ready,
            "load_average_before": load_before, "load_average_after": machine::load(),
        });
        #[expect(clippy::print_stdout, reason = "this is the result, for programs")]
        {
            println!("{report}");
        }
    });
}
