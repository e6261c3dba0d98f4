//! Migrations are never edited once they have landed: their digests are pinned.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Fault, File};

const FOLDER: &str = "crates/store/src/migrations/";
const PINS: &str = "crates/store/src/migrations/checksums.txt";

/// Compares every migration with the digest that `checksums.txt` holds for it; its lines are
/// `digest  name`, as `sha256sum *.sql` writes them.
pub(crate) fn check(files: &[File]) -> Vec<Fault> {
    let migrations: Vec<&File> = files
        .iter()
        .filter(|file| file.path.starts_with(FOLDER) && file.ending() == "sql")
        .collect();
    let pins = files.iter().find(|file| file.path == PINS);
    let mut pinned: BTreeMap<&str, &str> = pins
        .iter()
        .flat_map(|file| file.text.lines())
        .filter_map(|line| line.split_once("  ").map(|(digest, name)| (name, digest)))
        .collect();
    let mut faults = Vec::new();
    for file in migrations {
        let name = file.path.trim_start_matches(FOLDER);
        let digest = digest(&file.text);
        match pinned.remove(name) {
            Some(pin) if pin == digest => {}
            Some(_) => faults.push(file.fault(
                0,
                "this migration has landed and was edited",
                "undo the edit and write a new migration",
            )),
            None => faults.push(file.fault(
                0,
                format!("a migration that is not pinned; its line is “{digest}  {name}”"),
                "add that line to checksums.txt in the same commit",
            )),
        }
    }
    for name in pinned.keys() {
        faults.push(Fault {
            file: PINS.to_owned(),
            line: 0,
            what: format!("{name} is pinned and has gone"),
            remedy: "bring the migration back: installations may have run it",
        });
    }
    faults
}

fn digest(text: &str) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn an_edited_an_unpinned_and_a_lost_migration_are_found() {
        let pin = format!("{}  001_a.sql\n", digest("one"));
        let landed = |text: &str| file("crates/store/src/migrations/001_a.sql", text);
        let pins = || file(PINS, &pin);
        assert!(check(&[landed("one"), pins()]).is_empty());
        assert!(check(&[landed("two"), pins()])[0].what.contains("edited"));
        assert!(check(&[landed("one")])[0].what.contains("not pinned"));
        assert!(check(&[pins()])[0].what.contains("has gone"));
    }

    #[test]
    fn the_digest_is_the_one_of_sha256sum() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest(""), empty);
    }
}
