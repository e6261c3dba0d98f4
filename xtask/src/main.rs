//! Repository chores: `cargo xtask tidy | test | bench NAME | pictures | diagrams`.
//!
//! It stays light on purpose: it is compiled before everything else, so it runs programs and reads
//! files, and depends on nothing of ours.

mod bench;
mod contrast;
mod need;
mod run;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

/// What can be asked for.
const USAGE: &str = "\
cargo xtask tidy                              the rules of the repository
cargo xtask test [--without postgres,browser] everything: format, tidy, lints, documents, tests
cargo xtask bench [NAME] [ARGUMENT…]          a benchmark; without a name, their list
cargo xtask pictures                          the pictures of the README
cargo xtask diagrams                          the diagrams in docs, written anew from the code";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let root = root()?;
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tidy"] => tidy::run(&root),
        ["test", options @ ..] => test::run(&root, &test::Options::parse(options)?),
        ["bench", rest @ ..] => bench::run(&root, rest),
        ["pictures"] => run::pictures(&root),
        ["diagrams"] => run::diagrams(&root),
        _ => bail!("{USAGE}"),
    }
}

/// The folder of the workspace: the one above this package.
fn root() -> Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().map(Path::to_path_buf).context("xtask stands in the workspace")
}
