//! The `warmpath` program: one subcommand per file, and the wiring of the house.

use clap::Parser;

#[derive(Parser)]
#[command(name = "warmpath", version, about = "Personal introductions into sales-ready leads")]
struct Cli {}

fn main() {
    Cli::parse();
}
