//! `warmpath network evidence`: why one tie is as strong as it is said to be.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use warmpath_network::{EventLog, evidence};

use super::score::read_log;

/// The formula of one tie with its numbers, and the events that add most
#[derive(Debug, Args)]
pub(super) struct EvidenceCommand {
    /// Events: ts,from,to and, where known, msg,kind,recipients,provenance; .gz allowed
    #[arg(long)]
    events: PathBuf,
    /// The moment asked about, such as 2026-11-20T00:00:00Z; nothing later is read
    #[arg(long)]
    as_of: jiff::Timestamp,
    /// Who asks
    #[arg(long)]
    from: String,
    /// Who would answer
    #[arg(long)]
    to: String,
}

impl EvidenceCommand {
    #[expect(clippy::print_stdout, reason = "the evidence is what the command puts out")]
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let log = read_log(&self.events)?;
        let from = find(&log, &self.from)?;
        let to = find(&log, &self.to)?;
        let Some(shown) = evidence(&log, self.as_of.as_second(), from, to) else {
            println!("No contact before {}: unknown.", self.as_of);
            return Ok(ExitCode::SUCCESS);
        };
        println!(
            "P({}) = {:.3} = 1 / (1 + e^{:.3})",
            shown.formula.name, shown.probability, -shown.log_odds
        );
        println!("{:>8}  {:>8}  {:>8}", "input", "weight", "adds");
        println!("{:>8}  {:>8}  {:>8.3}  level without contact", "", "", shown.formula.intercept);
        for term in shown.terms {
            println!(
                "{:>8.3}  {:>8.3}  {:>8.3}  {}",
                term.input, term.weight, term.adds, term.name
            );
        }
        println!("The events that add most, of {}:", shown.events_count);
        for (event, adds) in &shown.events {
            let at = jiff::Timestamp::from_second(event.at)?;
            let (from, to) = (log.name(event.from), log.name(event.to));
            let (kind, source) = (event.kind.word(), event.provenance.word());
            println!("{adds:>8.4}  {at}  {from} → {to}  {kind}, {source}, to {}", event.recipients);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn find(log: &EventLog, name: &str) -> anyhow::Result<u32> {
    let mut people = 0..log.people_count() as u32;
    people.find(|&who| log.name(who) == name).with_context(|| format!("nobody named {name} occurs"))
}
