//! Repository chores.

mod bench;

use std::path::Path;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["bench", "profile", shared, program, out] => {
            bench::profile::run(Path::new(shared), Path::new(program), Path::new(out))
        }
        [] => Ok(()),
        _ => bail!("usage: xtask bench profile SHARED PROGRAM OUT"),
    }
}
