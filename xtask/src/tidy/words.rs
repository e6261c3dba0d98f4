//! Words that do not belong into the repository: it speaks of itself alone, holds no unfinished
//! work, and keeps SQL in one place.

use super::{Fault, File};

/// A word, in which files it is refused, and what to do.
struct Word {
    /// Split in two, so that this file does not refuse itself.
    parts: [&'static str; 2],
    only_rust: bool,
    remedy: &'static str,
}

const ALONE: &str = "say it without naming who worked on it, where, or from which shop";
const FINISH: &str = "finish it, or take it out";

const WORDS: [Word; 14] = [
    Word { parts: ["issue", " #"], only_rust: false, remedy: ALONE },
    Word { parts: ["session", " of the project"], only_rust: false, remedy: ALONE },
    Word { parts: ["the founder", ""], only_rust: false, remedy: ALONE },
    Word { parts: ["ai ", "agent"], only_rust: false, remedy: ALONE },
    Word { parts: ["coding ", "agent"], only_rust: false, remedy: ALONE },
    Word { parts: ["language ", "model wrote"], only_rust: false, remedy: ALONE },
    Word { parts: ["/wor", "k/"], only_rust: false, remedy: ALONE },
    Word { parts: ["/roo", "t/"], only_rust: false, remedy: ALONE },
    Word { parts: ["crates", ".io"], only_rust: false, remedy: ALONE },
    Word { parts: ["npm", "js.com"], only_rust: false, remedy: ALONE },
    Word { parts: ["#[ig", "nore"], only_rust: true, remedy: "make the test run, or delete it" },
    Word { parts: ["tod", "o!("], only_rust: true, remedy: FINISH },
    Word { parts: ["unimple", "mented!("], only_rust: true, remedy: FINISH },
    Word { parts: ["#[all", "ow("], only_rust: true, remedy: "use expect, with a reason" },
];

/// Files made by others, data as it came, and what machines write.
const NOT_OURS: [&str; 7] = [
    "Cargo.lock",
    "/vendor/",
    "/data/",
    "/licences/",
    "/fonts/",
    "crates/testkit/assets/",
    "xtask/src/tidy/words.rs",
];

/// Beginnings of SQL statements, as they stand in a string.
const SQL: [&str; 5] =
    ["\"SELECT ", "\"INSERT INTO ", "\"DELETE FROM ", "\"CREATE TABLE ", "\"UPDATE "];
/// Where SQL may stand: the store, its drivers (which speak to their own engine about itself), and
/// tests and benchmarks that look into a database from outside.
const SQL_ROOMS: [&str; 7] = [
    "crates/store/",
    "crates/store-sqlite/",
    "crates/store-postgres/",
    "crates/testkit/",
    "xtask/",
    "/tests/",
    "/benches/",
];

/// Refused words and SQL out of its room.
pub(crate) fn check(file: &File) -> Vec<Fault> {
    if NOT_OURS.iter().any(|part| file.path.contains(part)) {
        return Vec::new();
    }
    let rust = file.ending() == "rs";
    let sql_here = !rust || SQL_ROOMS.iter().any(|room| file.path.contains(room));
    let mut faults = Vec::new();
    for (line, text) in file.lines() {
        let lower = text.to_lowercase();
        for Word { parts, only_rust, remedy } in &WORDS {
            let word = parts.concat();
            if (rust || !only_rust) && lower.contains(&word) {
                faults.push(file.fault(line, format!("“{word}”"), remedy));
            }
        }
        if !sql_here && SQL.iter().any(|start| text.contains(start)) {
            faults.push(file.fault(line, "SQL outside the store", "move it into crates/store"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn refused_words_are_found_with_their_line() {
        let path = ["see /wor", "k/shared"].concat();
        let faults = check(&file("docs/guide.md", &format!("fine\n{path}\n")));
        assert_eq!((faults.len(), faults[0].line), (1, 2));
        let ignored = ["#[ig", "nore]"].concat();
        assert_eq!(check(&file("crates/core/src/a.rs", &ignored)).len(), 1);
        assert!(check(&file("docs/guide.md", &ignored)).is_empty());
    }

    #[test]
    fn sql_stands_in_the_store_alone() {
        let text = "let sql = \"SELECT 1\";";
        assert_eq!(check(&file("crates/app/src/a.rs", text)).len(), 1);
        assert!(check(&file("crates/store/src/a.rs", text)).is_empty());
        assert!(check(&file("crates/app/src/a.rs", "// Select the \"best\" one")).is_empty());
    }
}
