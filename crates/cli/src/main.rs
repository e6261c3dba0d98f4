//! The `warmpath` program: one subcommand per file, and the wiring of the house.

mod profile;

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
    /// Ideal introduction profiles: parse briefs, resolve titles, match people.
    Profile(profile::ProfileCommand),
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Profile(command) => command.run(),
    }
}
