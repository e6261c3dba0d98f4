//! Callers who send their heads byte by byte.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use warmpath_testkit::client::Request;
use warmpath_testkit::hostile::{Case, Gap, Verdict};

use crate::adapter::Program;

/// Fifty ordinary requests one after the other: the slowest answer.
async fn others(program: &Program) -> Result<Duration, Gap> {
    let mut slowest = Duration::ZERO;
    for _ in 0..50 {
        let start = Instant::now();
        let answer = program.deliver(Request::new("GET", "/sign-in")).await?;
        if answer.status != 200 {
            return Err(format!("meanwhile {}", answer.status));
        }
        slowest = slowest.max(start.elapsed());
    }
    Ok(slowest)
}

pub(crate) async fn play(program: &Program, _: &Case, input: &Value) -> Result<Verdict, Gap> {
    let head = input["slow"].as_str().ok_or("no slow head")?.as_bytes().to_vec();
    let every = Duration::from_millis(input["byte_every_ms"].as_u64().unwrap_or(1000));
    let count = input["connections"].as_u64().unwrap_or(500);
    let within = Duration::from_secs(input["closed_within_s"].as_u64().unwrap_or(15));
    let address = program.house().address;
    let mut slow = JoinSet::new();
    for _ in 0..count {
        let head = head.clone();
        slow.spawn(async move {
            let Ok(mut stream) = TcpStream::connect(address).await else { return true };
            let start = Instant::now();
            let mut answer = [0; 512];
            for byte in head.iter().cycle().copied().map(|b| if b == b'\n' { b'x' } else { b }) {
                tokio::select! {
                    read = stream.read(&mut answer) => return match read {
                        // Told to stop (408), or just closed.
                        Ok(0) | Err(_) => start.elapsed() < within,
                        Ok(n) => answer[..n].starts_with(b"HTTP/1.1 408") && start.elapsed() < within,
                    },
                    () = tokio::time::sleep(every) => {
                        if stream.write_all(&[byte]).await.is_err() {
                            return start.elapsed() < within;
                        }
                    }
                }
                if start.elapsed() > within {
                    return false;
                }
            }
            false
        });
    }
    // A machine with other work to do may be slow once; what is held up stays held up.
    let mut slowest = Duration::MAX;
    for _ in 0..3 {
        slowest = slowest.min(others(program).await?);
        if slowest < Duration::from_secs(1) {
            break;
        }
    }
    let mut held = 0;
    while let Some(closed) = slow.join_next().await {
        held += usize::from(!closed.unwrap_or(false));
    }
    let good = held == 0 && slowest < Duration::from_secs(1);
    let said = format!("{held} connections held on; slowest other answer {slowest:?}");
    Ok(Verdict::when(good, said))
}
