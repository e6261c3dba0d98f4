//! `warmpath network`: the relationship network from files, for analysts and for measuring.

mod evidence;
mod files;
mod gaps;
mod import;
mod matches;
mod paths;
mod plan;
mod report;
mod score;
mod ties;

use std::process::ExitCode;

use clap::{Args, Subcommand};

/// Who knows whom, how well, and the best way to a person
#[derive(Debug, Args)]
pub(crate) struct NetworkCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Import(import::ImportCommand),
    Paths(paths::PathsCommand),
    Matches(matches::MatchesCommand),
    Plan(plan::PlanCommand),
    Gaps(gaps::GapsCommand),
    Evidence(evidence::EvidenceCommand),
    Report(report::ReportCommand),
    Score(score::ScoreCommand),
}

impl NetworkCommand {
    /// Runs the chosen action.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        files::honour_interrupts();
        match self.action {
            Action::Import(command) => command.run(),
            Action::Paths(command) => command.run(),
            Action::Matches(command) => command.run(),
            Action::Plan(command) => command.run(),
            Action::Gaps(command) => command.run(),
            Action::Evidence(command) => command.run(),
            Action::Report(command) => command.run(),
            Action::Score(command) => command.run(),
        }
    }
}
