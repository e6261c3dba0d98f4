//! Addresses that others chose: none inside is ever asked.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use warmpath_app::manage_endpoints;
use warmpath_core::id::EndpointId;
use warmpath_integrations::dns::FakeResolver;
use warmpath_integrations::guard::{
    Guard, Limits, Policy, RESPONSE_BYTES_MAX, TOTAL_MS_MAX, TrustedHost,
};
use warmpath_integrations::webhook::Sender;
use warmpath_store::table::webhook;
use warmpath_testkit::client::Response;
use warmpath_testkit::hostile::{Case, Gap, Verdict};

use crate::adapter::Program;
use crate::check::{referral, work};
use crate::house::{Captured, House};
use crate::seed::{apply, grant};

pub(crate) async fn check(
    program: &Program,
    sentence: &str,
    seen: &[Response],
) -> Result<Option<Verdict>, Gap> {
    if !sentence.starts_with("no connection attempt") {
        return Ok(None);
    }
    let house = program.house();
    work(&house).await?;
    let last = seen.last().ok_or("nothing was answered")?;
    if sentence.ends_with("field kept as text") && last.status < 400 {
        referral(program, last).await?;
    }
    let asked = house.dns.asked();
    // Mail domains may be asked about; hosts that somebody typed may not.
    let inside: Vec<&String> = asked.iter().filter(|name| *name != "prospect.example").collect();
    Ok(Some(Verdict::when(inside.is_empty(), format!("asked about {inside:?}"))))
}

/// A receiver on the loopback that counts who comes and answers as it is told.
struct Receiver {
    port: u16,
    visits: Arc<AtomicUsize>,
}

impl Receiver {
    /// `answer` is the head and what follows at once; an endless one goes on byte by byte.
    async fn start(answer: String, endless: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let visits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&visits);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut heard = vec![0; 16 << 10];
                    let _ = stream.read(&mut heard).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                    while endless && stream.write_all(b"x").await.is_ok() {
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                });
            }
        });
        Self { port, visits }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

/// A delivery to a receiver that means harm.
pub(crate) async fn play(program: &Program, case: &Case, input: &Value) -> Result<Verdict, Gap> {
    let url = input["endpoint"].as_str().ok_or("no endpoint")?;
    let inside = Receiver::start(ok(""), false).await;
    let (answer, endless) = answer(&input["server_replies"], inside.port);
    let receiver = Receiver::start(answer, endless).await;
    let host = url.split('/').nth(2).unwrap_or_default().to_owned();
    let names = Arc::new(resolver(&host, &input["resolver"]));
    let mut policy = Policy::default();
    let mut target = url.to_owned();
    if input["resolver"].is_null() {
        // The receiver has to stand somewhere: on a port of the loopback that the operator listed.
        policy.trusted.insert(TrustedHost { host: host.clone(), port: receiver.port });
        target = format!("http://{host}:{}/start", receiver.port);
    }
    let guard = Guard::new(policy, Arc::clone(&names) as _).map_err(|e| e.to_string())?;
    let guard = guard.with_limits(Limits { total_ms: 1_500, response_bytes: RESPONSE_BYTES_MAX });
    let sender = Some(Sender::new(guard));
    program.set_house(House::with(&program.seed, true, Captured::default(), sender).await);
    let start = Instant::now();
    let endpoint = deliver(program, &target).await?;
    let took = start.elapsed();
    let rows = webhook::deliveries(program.house().app.db(), program.seed.a.id, 50).await.unwrap();
    let rows: Vec<_> = rows.into_iter().filter(|row| row.endpoint == endpoint).collect();
    let attempts: usize = rows.iter().map(|row| usize::try_from(row.attempts).unwrap()).sum();
    let failed = attempts > 0 && rows.iter().all(|row| row.state != "delivered");
    let first = rows.first().map(|r| format!("{} {}", r.last_status, r.last_error));
    let bounded = TOTAL_MS_MAX <= 15_000 && RESPONSE_BYTES_MAX <= 64 << 10;
    let asked = names.asked().iter().filter(|name| **name == host).count();
    let good = failed
        && bounded
        && inside.visits() == 0
        && asked == attempts
        && took < Duration::from_secs(5)
        && (receiver.visits() == 0) != input["resolver"].is_null();
    let said = format!(
        "{}: {first:?}; {attempts} attempts, asked {asked} times, inside {} times, took {} ms",
        case.id,
        inside.visits(),
        took.as_millis()
    );
    Ok(Verdict::when(good, said))
}

fn ok(more: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{more}Content-Length: 0\r\n\r\n")
}

fn answer(replies: &Value, inside: u16) -> (String, bool) {
    match replies["status"].as_u64() {
        Some(status) => {
            let place = replies["location"].as_str().unwrap_or_default();
            // The port is that of the witness inside, whom nobody may visit.
            let path = place.splitn(4, '/').nth(3).unwrap_or_default();
            let place = format!("http://127.0.0.1:{inside}/{path}");
            let head = format!("HTTP/1.1 {status} Moved\r\nLocation: {place}\r\n");
            (format!("{head}Content-Length: 0\r\n\r\n"), false)
        }
        None if replies.is_string() => ("HTTP/1.1 200 OK\r\n\r\n".to_owned(), true),
        None => (ok(""), false),
    }
}

/// Answers as the case says: several at once, or one after the other.
fn resolver(host: &str, told: &Value) -> FakeResolver {
    let resolver = FakeResolver::new();
    let texts: Vec<&str> =
        told.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let addresses = |text: &str| -> Vec<IpAddr> {
        text.split([' ', ',']).filter_map(|word| word.parse().ok()).collect()
    };
    match texts.as_slice() {
        [] => resolver.host(host, &["127.0.0.1".parse().unwrap()]),
        [one] if one.contains(" then ") => {
            let turns: Vec<Vec<IpAddr>> = addresses(one).into_iter().map(|a| vec![a]).collect();
            let turns: Vec<&[IpAddr]> = turns.iter().map(Vec::as_slice).collect();
            resolver.host_in_turn(host, &turns)
        }
        all => {
            let all: Vec<IpAddr> = all.iter().flat_map(|text| addresses(text)).collect();
            resolver.host(host, &all)
        }
    }
}

/// An endpoint with this address, something to tell it, and two attempts.
async fn deliver(program: &Program, url: &str) -> Result<EndpointId, Gap> {
    let house = program.house();
    let a = &program.seed.a;
    let admin = &a.ways["admin"].member;
    for row in webhook::endpoints(house.app.db(), a.id).await.unwrap() {
        apply(&house.app, [row.delete()]).await;
    }
    let made = manage_endpoints::make(&house.app, &grant(admin), "https://ok.example/", &[]).await;
    let mut row = made.map_err(|error| error.to_string())?.endpoint;
    url.clone_into(&mut row.url);
    row.version += 1;
    apply(&house.app, [row.save()]).await;
    let lena = &a.ways["revops"].member;
    crate::seed::hand_over(&house.app, lena, "Vera Kohl", "vera@kohl.example").await;
    work(&house).await?;
    Ok(row.id)
}
