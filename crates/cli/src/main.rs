//! The `warmpath` program: one subcommand per file, and the wiring of the house.

mod config;
mod demo;
mod house;
mod ledger;
mod postman;
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
    Demo(demo::DemoCommand),
    Ledger(ledger::LedgerCommand),
    Serve(serve::ServeCommand),
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Demo(command) => command.run(),
        Command::Ledger(command) => command.run(),
        Command::Serve(command) => command.run(),
    }
}
