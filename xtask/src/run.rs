//! Running programs, and the chores that are no more than that.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Cargo, as it was called.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // Chores build each thing once: what the compiler would keep to build it faster next time takes
    // gigabytes. Whoever works on the code builds with it, beside this.
    command.current_dir(root).env("CARGO_INCREMENTAL", "0").args(arguments);
    command
}

/// Runs a command in the foreground; its name is what a person would type.
pub(crate) fn run(name: &str, mut command: Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{name} could not be started"))?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}

/// Takes the pictures of the README: a binary of the testkit starts the demo and photographs it.
pub(crate) fn pictures(root: &Path) -> Result<()> {
    crate::need::browser()?;
    run("cargo build --release", cargo(root, &["build", "--release", "-p", "warmpath-cli"]))?;
    let arguments = ["run", "-p", "warmpath-testkit", "--bin", "pictures", "--", "docs/pictures"];
    run("the pictures", cargo(root, &arguments))
}

/// Writes the state diagrams in `docs` anew: they are snapshots that a test of the core compares,
/// and that the same test writes when it is told to.
pub(crate) fn diagrams(root: &Path) -> Result<()> {
    let mut command = cargo(root, &["test", "-p", "warmpath-core", "the_diagram"]);
    command.env("WARMPATH_BLESS", "1");
    run("the diagrams", command)
}
