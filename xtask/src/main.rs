//! Repository chores.

use std::path::Path;

use anyhow::{Result, bail};

mod bench;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["bench", "identity", "calibration", explained, truth] => {
            bench::identity::score_explanations(Path::new(explained), Path::new(truth))
        }
        ["bench", "identity", "order", file] => bench::identity::order_neutrality(Path::new(file)),
        ["bench", "identity", data] => bench::identity::run(Path::new(data), None),
        ["bench", "identity", data, online] => {
            bench::identity::run(Path::new(data), Some(Path::new(online)))
        }
        _ => bail!("use: cargo xtask bench identity DATA [ONLINE.csv]"),
    }
}
