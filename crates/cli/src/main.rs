//! The `warmpath` program: one subcommand per file, and the wiring of the house.

mod network;

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
    Network(network::NetworkCommand),
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Network(command) => command.run(),
    }
}
