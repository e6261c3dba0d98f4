//! The benchmarks by name. Each entry says what it measures and is a program of its own, run with
//! the optimised profile; the load of the machine is printed beside its figures.

mod identity;
mod network;
mod profile;

use std::path::Path;

use anyhow::{Result, bail};

use crate::run;

/// A benchmark: how it is called, what it measures, and what cargo is given.
struct Bench {
    name: &'static str,
    measures: &'static str,
    cargo: &'static [&'static str],
    /// What the program is told, before what the caller adds.
    words: &'static [&'static str],
}

const BENCHES: [Bench; 8] = [
    Bench {
        name: "core",
        measures: "contact forms, score and calendar, calls per second on one core",
        cargo: &["bench", "-p", "warmpath-core", "--bench", "core"],
        words: &[],
    },
    Bench {
        name: "intake",
        measures: "durable intakes over HTTP against a loop with the bare driver, on SQLite",
        cargo: &["bench", "-p", "warmpath-cli", "--bench", "intake"],
        words: &["sqlite"],
    },
    Bench {
        name: "intake-postgres",
        measures: "the same on PostgreSQL",
        cargo: &["bench", "-p", "warmpath-cli", "--bench", "intake"],
        words: &["postgres"],
    },
    Bench {
        name: "load",
        measures: "50 intakes and 200 reads a second over 100,000 stored referrals, on SQLite",
        cargo: &["bench", "-p", "warmpath-cli", "--bench", "load"],
        words: &["sqlite"],
    },
    Bench {
        name: "load-postgres",
        measures: "the same on PostgreSQL",
        cargo: &["bench", "-p", "warmpath-cli", "--bench", "load"],
        words: &["postgres"],
    },
    Bench {
        name: "driver-postgres",
        measures: "change sets like an intake's through the PostgreSQL driver, against a bare loop",
        cargo: &["bench", "-p", "warmpath-store-postgres", "--bench", "intake"],
        words: &[],
    },
    Bench {
        name: "ledger",
        measures: "sealing, appending, proving and verifying entries per second",
        cargo: &["bench", "-p", "warmpath-ledger", "--bench", "ledger"],
        words: &[],
    },
    Bench {
        name: "pathway",
        measures: "decisions with trace per second for a pathway of 50 rules",
        cargo: &["bench", "-p", "warmpath-pathway", "--bench", "decisions"],
        words: &[],
    },
];

/// A benchmark of an engine beside the tools that others use: it needs the folder of the shared
/// data, which the repository does not hold.
struct Contest {
    name: &'static str,
    measures: &'static str,
    run: fn(&Path) -> Result<String>,
}

const CONTESTS: [Contest; 1] = [Contest {
    name: "network",
    measures: "warm paths, ties, plan of asks, beside numpy, DuckDB and PostgreSQL: FOLDER",
    run: network::run,
}];

/// Runs the benchmark that the first word names and hands it the others.
#[expect(clippy::print_stdout, reason = "a chore prints its table")]
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<()> {
    let in_here = |word: &str| {
        let contest = CONTESTS.iter().any(|contest| contest.name == word);
        contest || word == "identity" || word == "profile"
    };
    if cfg!(debug_assertions) && words.len() > 1 && in_here(words[0]) {
        // These run inside this program, and chores are not built to be fast.
        let optimised = ["run", "--release", "--quiet", "-p", "xtask", "--", "bench"];
        return run::run(words[0], run::cargo(root, &[&optimised, words].concat()));
    }
    if let [name, folder] = words
        && let Some(contest) = CONTESTS.iter().find(|contest| contest.name == *name)
    {
        println!("{}", (contest.run)(Path::new(folder))?);
        return Ok(());
    }
    match words {
        ["profile", shared, program, out] => {
            return profile::run(Path::new(shared), Path::new(program), Path::new(out));
        }
        ["identity", "calibration", explained, truth] => {
            return identity::score_explanations(Path::new(explained), Path::new(truth));
        }
        ["identity", "order", file] => return identity::order_neutrality(Path::new(file)),
        ["identity", data] => return identity::run(Path::new(data), None),
        ["identity", data, online] => {
            return identity::run(Path::new(data), Some(Path::new(online)));
        }
        _ => {}
    }
    let bench = words.first().and_then(|name| BENCHES.iter().find(|bench| bench.name == *name));
    let Some(bench) = bench else {
        let list: Vec<String> = BENCHES
            .iter()
            .map(|bench| (bench.name, bench.measures))
            .chain(CONTESTS.iter().map(|contest| (contest.name, contest.measures)))
            .map(|(name, measures)| format!("{name:15} {measures}"))
            .collect();
        bail!("cargo xtask bench NAME, one of:\n{}", list.join("\n"));
    };
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    eprintln!("load average before: {}", load.trim());
    let mut command = run::cargo(root, bench.cargo);
    let rest = words.get(1..).unwrap_or_default();
    if !bench.words.is_empty() || !rest.is_empty() {
        command.arg("--").args(bench.words).args(rest);
    }
    run::run(bench.name, command)?;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    eprintln!("load average after: {}", load.trim());
    Ok(())
}
