//! The `warmpath` program: one subcommand per file, and the wiring of the house.

mod backup;
mod check;
mod config;
mod demo;
mod doctor;
mod house;
mod import;
mod ledger;
mod log;
mod network;
mod postman;
mod profile;
mod report;
mod resolve;
mod serve;
mod source;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "warmpath", version, about = "Personal introductions into sales-ready leads")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Backup(backup::BackupCommand),
    Demo(demo::DemoCommand),
    Import(import::ImportCommand),
    Doctor(doctor::DoctorCommand),
    Ledger(ledger::LedgerCommand),
    Report(report::ReportCommand),
    Restore(backup::RestoreCommand),
    Serve(serve::ServeCommand),
    Network(network::NetworkCommand),
    /// Ideal introduction profiles: parse briefs, resolve titles, match people.
    Profile(profile::ProfileCommand),
    Resolve(resolve::ResolveCommand),
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Backup(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Ledger(command) => command.run(),
        Command::Report(command) => command.run(),
        Command::Restore(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Network(command) => command.run(),
        Command::Profile(command) => command.run(),
        Command::Resolve(command) => command.run(),
    }
}
