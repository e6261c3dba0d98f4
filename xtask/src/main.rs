//! Repository chores.

mod bench;

use std::path::Path;

use anyhow::{Result, bail};

#[expect(clippy::print_stdout, reason = "a chore prints its table")]
fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["bench", "network", folder] => println!("{}", bench::network::run(Path::new(folder))?),
        _ => bail!("usage: xtask bench network DIR"),
    }
    Ok(())
}
