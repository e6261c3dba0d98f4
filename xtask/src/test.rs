//! `cargo xtask test`: everything that has to hold, cheapest first, stopping at the first failure
//! with the command that runs it alone.

#![expect(clippy::print_stdout, reason = "a chore speaks to the person who ran it")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{need, run, tidy};

/// What was left out by choice.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    without_postgres: bool,
    without_browser: bool,
}

impl Options {
    /// Reads `--without postgres,browser` (or one of them).
    pub(crate) fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let list = match words {
            [] => return Ok(options),
            ["--without", list] => *list,
            [word] if word.starts_with("--without=") => word.trim_start_matches("--without="),
            _ => bail!("cargo xtask test [--without postgres,browser]"),
        };
        for part in list.split(',') {
            match part.trim() {
                "postgres" => options.without_postgres = true,
                "browser" => options.without_browser = true,
                other => bail!("--without knows postgres and browser, not “{other}”"),
            }
        }
        Ok(options)
    }

    /// The same, for the tests: they read `WARMPATH_WITHOUT` and say what they left out.
    fn left_out(&self) -> String {
        let parts = [(self.without_postgres, "postgres"), (self.without_browser, "browser")];
        let parts: Vec<&str> = parts.iter().filter(|part| part.0).map(|part| part.1).collect();
        parts.join(",")
    }
}

/// Sums of the lines `test result:` that cargo test prints.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Sums {
    /// Takes a line of output in.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line.split_once("test result: ") else {
            return;
        };
        for part in counts.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(count), Some(what)) = (words.next(), words.next()) else {
                continue;
            };
            let count = count.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }
}

/// Runs every step in order.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let mut sums = Sums::default();
    let outcome = steps(root, options, &mut sums);
    println!("{} passed, {} failed", sums.passed, sums.failed);
    if !options.left_out().is_empty() {
        println!("left out by choice: {}", options.left_out());
    }
    outcome
}

fn steps(root: &Path, options: &Options, sums: &mut Sums) -> Result<()> {
    step("what the tests need", || {
        if !options.without_postgres {
            need::postgres()?;
        }
        if !options.without_browser {
            need::browser()?;
        }
        Ok(())
    })?;
    step("cargo fmt --all --check", || plain(root, &["fmt", "--all", "--check"]))?;
    step("cargo xtask tidy", || tidy::run(root))?;
    let lints = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    step("cargo clippy --workspace --all-targets -- -D warnings", || plain(root, &lints))?;
    step("cargo doc --workspace --no-deps", || {
        let mut command = run::cargo(root, &["doc", "--workspace", "--no-deps"]);
        command.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links");
        run::run("cargo doc", command)
    })?;
    // A journey drives the whole house through a browser; it runs last and by itself.
    let tests = ["test", "--workspace", "--no-fail-fast", "--", "--skip", "journeys_"];
    step("cargo test --workspace", || tested(root, options, &tests, sums))?;
    if !options.without_browser {
        let crates = ["-p", "warmpath-web", "-p", "warmpath-cli", "-p", "warmpath-testkit"];
        let journeys = [&["test"], crates.as_slice(), &["--", "journeys_"]].concat();
        step(&format!("cargo {}", journeys.join(" ")), || tested(root, options, &journeys, sums))?;
    }
    if sums.ignored > 0 {
        bail!("{} tests are ignored; none may be", sums.ignored);
    }
    Ok(())
}

/// Runs a step and prints its seconds.
#[expect(clippy::disallowed_methods, reason = "a chore that tells a person how long it took")]
fn step(name: &str, run: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("▸ {name}");
    let start = std::time::Instant::now();
    let outcome = run();
    println!("  {:.1} s", start.elapsed().as_secs_f64());
    outcome.with_context(|| format!("failed: {name}\nrun it alone with that command"))
}

fn plain(root: &Path, arguments: &[&str]) -> Result<()> {
    run::run(&format!("cargo {}", arguments.join(" ")), run::cargo(root, arguments))
}

/// Runs cargo test, with a PostgreSQL server beside it unless that was left out, passes its output
/// on and adds its results up.
fn tested(root: &Path, options: &Options, arguments: &[&str], sums: &mut Sums) -> Result<()> {
    let mut command = if options.without_postgres {
        run::cargo(root, arguments)
    } else {
        let services = ["run", "-q", "-p", "warmpath-testkit", "--bin", "services", "--", "cargo"];
        let mut command = run::cargo(root, &services);
        command.args(arguments);
        command
    };
    command.env("WARMPATH_WITHOUT", options.left_out()).stdin(Stdio::null());
    let failures = stream(command, sums)?;
    if !failures.is_empty() {
        bail!("these tests failed:\n{}", failures.join("\n"));
    }
    Ok(())
}

/// Prints a command's output line by line; gives the names of the tests that failed.
fn stream(mut command: Command, sums: &mut Sums) -> Result<Vec<String>> {
    command.stdout(Stdio::piped());
    let mut child = command.spawn().context("cargo test could not be started")?;
    let output = child.stdout.take().context("its output")?;
    let mut failures = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = line.context("its output")?;
        sums.add(&line);
        if let Some(name) =
            line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            failures.push(format!("  {name}: cargo test --workspace -- --exact {name}"));
        }
        println!("{line}");
    }
    let status = child.wait().context("cargo test")?;
    if !status.success() && failures.is_empty() {
        bail!("cargo test ended with {status}");
    }
    Ok(failures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_summed() {
        let mut sums = Sums::default();
        sums.add("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out");
        sums.add("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured");
        sums.add("running 12 tests");
        assert_eq!(sums, Sums { passed: 15, failed: 2, ignored: 1 });
    }

    #[test]
    fn leaving_out_is_an_explicit_choice() {
        assert_eq!(Options::parse(&[]).unwrap().left_out(), "");
        let both = Options::parse(&["--without", "postgres,browser"]).unwrap();
        assert_eq!(both.left_out(), "postgres,browser");
        assert_eq!(Options::parse(&["--without=browser"]).unwrap().left_out(), "browser");
        assert!(Options::parse(&["--without", "everything"]).is_err());
        assert!(Options::parse(&["--fast"]).is_err());
    }
}
