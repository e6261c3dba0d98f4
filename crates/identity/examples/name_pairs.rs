//! Writes `pair_id,p_match` for a file of named pairs.
//!
//! `cargo run --release --example name_pairs -- PAIRS.csv > OUT.csv`
#![expect(clippy::print_stdout, reason = "the output of this program is a table")]
#![expect(clippy::expect_used, reason = "a wrong call of a measuring program may stop it")]

use std::fs::File;

use warmpath_identity::Table;
use warmpath_identity::name_pairs::{NameKind, match_probability};

fn main() {
    let path = std::env::args().nth(1).expect("a CSV file");
    let table = Table::read(File::open(path).expect("a readable file")).expect("a table");
    let column = |name: &str| table.column(name).expect("the column");
    let (ids, schema) = (column("pair_id"), column("schema"));
    let (left, right) = (column("name1"), column("name2"));
    println!("pair_id,p_match");
    for row in 0..table.records {
        let kind = NameKind::from_schema(schema.text(row));
        println!(
            "{},{:.6}",
            ids.text(row),
            match_probability(kind, left.text(row), right.text(row))
        );
    }
}
