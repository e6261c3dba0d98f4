//! `warmpath network plan`: whom to ask for whom, exactly.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use warmpath_network::{ASKS_PER_TARGET_MAX, AskOption, AskProblem, assign, expected, extend};

use super::files::{column, create, open_csv, stop_if_interrupted, tell};
use super::paths::csv_field;

/// The best plan of asks under every connector's cap, with the price of each connector's time
#[derive(Debug, Args)]
pub(super) struct PlanCommand {
    /// Possible asks: connector,target,p
    #[arg(long)]
    options: PathBuf,
    /// Asks each connector carries: connector,cap
    #[arg(long)]
    caps: PathBuf,
    /// Asks already made, which stay: connector,target
    #[arg(long)]
    committed: Option<PathBuf>,
    /// Asks for one target, through different connectors
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=3))]
    asks_per_target: u8,
    /// Output: connector,target,p,price
    #[arg(long)]
    out: PathBuf,
}

/// Names to dense numbers in the order of first sight.
#[derive(Default)]
struct Names {
    numbers: BTreeMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }
}

impl PlanCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let (mut connectors, mut targets) = (Names::default(), Names::default());
        let mut problem = AskProblem::default();
        each_row(&self.caps, ["connector", "cap"], |[connector, cap]| {
            let cap = cap.parse().with_context(|| format!("{cap:?} is not a count of asks"))?;
            if connectors.numbers.contains_key(connector) {
                bail!("connector {connector} has two caps");
            }
            connectors.number(connector);
            problem.caps.push(cap);
            Ok(())
        })?;
        let mut without_cap = 0;
        each_row(&self.options, ["connector", "target", "p"], |[connector, target, p]| {
            let probability: f64 = p.parse().with_context(|| format!("{p:?} is no number"))?;
            if !(0.0..=1.0).contains(&probability) {
                bail!("{p} is not a probability");
            }
            let target = targets.number(target);
            match connectors.numbers.get(connector) {
                Some(&connector) => {
                    problem.options.push(AskOption { connector, target, probability });
                }
                None => without_cap += 1,
            }
            Ok(())
        })?;
        if without_cap > 0 {
            tell(&format!("{without_cap} options left out: their connector has no cap"));
        }
        problem.targets = targets.names.len() as u32;
        if let Some(committed) = &self.committed {
            let mut made = Vec::new();
            each_row(committed, ["connector", "target"], |[connector, target]| {
                let find = |names: &Names, name| names.numbers.get(name).copied();
                let connector = find(&connectors, connector).unwrap_or(u32::MAX);
                made.push((connector, find(&targets, target).unwrap_or(u32::MAX)));
                Ok(())
            })?;
            problem.commit(&made);
        }
        stop_if_interrupted()?;
        self.solve(&problem, &connectors, &targets)
    }

    fn solve(
        &self,
        problem: &AskProblem,
        connectors: &Names,
        targets: &Names,
    ) -> anyhow::Result<ExitCode> {
        let plan = assign(problem);
        let single = expected(&plan.asks);
        let (asks, reached) = if self.asks_per_target > 1 {
            extend(problem, &plan.asks, usize::from(self.asks_per_target).min(ASKS_PER_TARGET_MAX))
        } else {
            (plan.asks, single)
        };
        let mut out = create(&self.out)?;
        writeln!(out, "connector,target,p,price")?;
        for ask in &asks {
            let connector = csv_field(&connectors.names[ask.connector as usize]);
            let target = csv_field(&targets.names[ask.target as usize]);
            let price = plan.prices[ask.connector as usize];
            writeln!(out, "{connector},{target},{},{price}", ask.probability)?;
        }
        out.finish()?;
        tell(&format!("{} asks, {reached:.4} introductions expected", asks.len()));
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads the named columns of a CSV row by row; an error says which line.
fn each_row<const N: usize>(
    path: &Path,
    names: [&str; N],
    mut take: impl FnMut([&str; N]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut rows = open_csv(path)?;
    let header = rows.headers()?.clone();
    let mut columns = [0; N];
    for (at, name) in columns.iter_mut().zip(names) {
        *at = column(&header, name).with_context(|| path.display().to_string())?;
    }
    for row in rows.records() {
        let row = row.with_context(|| format!("reading {}", path.display()))?;
        let line = row.position().map_or(0, csv::Position::line);
        take(columns.map(|at| row.get(at).unwrap_or("").trim()))
            .with_context(|| format!("{}, line {line}", path.display()))?;
    }
    Ok(())
}
