//! The `warmpath` program: one subcommand per file, and the wiring of the house.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod resolve;

#[derive(Parser)]
#[command(name = "warmpath", version, about = "Personal introductions into sales-ready leads")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Resolve(resolve::ResolveCommand),
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Resolve(command) => command.run(),
    }
}
