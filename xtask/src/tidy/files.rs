//! Size and shape of files, and the licence beside everything that others made.

use super::{Fault, File};

/// Longest file of ours, in lines.
const LINES_MAX: usize = 600;
/// Longest line of ours, in characters.
const COLUMNS_MAX: usize = 120;
/// Endings of what we write by hand and read as code.
const OURS: [&str; 4] = ["rs", "css", "js", "html"];
/// Folders that hold other people's files, or data as it came.
const OTHERS: [&str; 5] = ["/vendor/", "/data/", "/fonts/", "/licences/", "crates/testkit/assets/"];
/// Folder names under which data stands that may come from outside.
const DATA_FOLDERS: [&str; 3] = ["data", "assets", "vendor"];
/// Beginnings of the names of files that state where data comes from.
const NOTICES: [&str; 4] = ["NOTICE", "VENDORED", "README", "LICENSE"];
/// Words of which a notice has at least one.
const LICENCE_WORDS: [&str; 3] = ["licen", "public domain", "our own"];

/// Length of a file and of its lines.
pub(crate) fn check(file: &File) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !OURS.contains(&file.ending()) || OTHERS.iter().any(|folder| file.path.contains(folder)) {
        return faults;
    }
    let lines = file.text.lines().count();
    if lines > LINES_MAX {
        let what = format!("{lines} lines, more than {LINES_MAX}");
        faults.push(file.fault(0, what, "split it by meaning"));
    }
    // Templates and scripts may hold one long path or attribute that cannot be broken, and the
    // gallery holds whole sentences as sample data.
    let prose = file.ending() != "rs" || file.path.contains("/examples/gallery/");
    for (line, text) in file.lines().filter(|_| !prose) {
        let columns = text.chars().count();
        // The formatter cannot break a sentence in quotes, and a broken one is harder to search.
        if columns > COLUMNS_MAX && !text.contains('"') {
            let what = format!("{columns} columns, more than {COLUMNS_MAX}");
            faults.push(file.fault(line, what, "break the line"));
        }
    }
    faults
}

/// A notice that names a licence, in or above every folder with data.
pub(crate) fn licences(paths: &[String], files: &[File]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut folders: Vec<&str> = paths.iter().filter_map(|path| data_folder(path)).collect();
    folders.sort_unstable();
    folders.dedup();
    for folder in folders {
        let said = files.iter().any(|file| is_notice(folder, file));
        if !said {
            faults.push(Fault {
                file: folder.to_owned(),
                line: 0,
                what: "data without a word on whose it is".to_owned(),
                remedy: "add a NOTICE or README there that names source and licence",
            });
        }
    }
    faults
}

/// The outermost folder for data that a path stands in.
fn data_folder(path: &str) -> Option<&str> {
    let mut end = 0;
    for part in path.split('/') {
        end += part.len();
        if DATA_FOLDERS.contains(&part) && end < path.len() {
            return Some(&path[..end]);
        }
        end += 1;
    }
    None
}

fn is_notice(folder: &str, file: &File) -> bool {
    let Some(name) = file.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) else {
        return false;
    };
    // A notice in a folder below speaks for the rest only when it is the only folder there.
    let name = name.rsplit('/').next().unwrap_or(name);
    let text = file.text.to_lowercase();
    NOTICES.iter().any(|notice| name.starts_with(notice))
        && LICENCE_WORDS.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn long_lines_and_files_are_found() {
        let wide = file("crates/core/src/a.rs", &format!("ok\n{}\n", "é".repeat(COLUMNS_MAX + 1)));
        let faults = check(&wide);
        assert_eq!((faults.len(), faults[0].line), (1, 2));
        assert!(check(&file("a.rs", &format!("{}\n", "é".repeat(COLUMNS_MAX)))).is_empty());
        assert_eq!(check(&file("a.rs", &"x\n".repeat(601))).len(), 1);
        assert!(check(&file("crates/web/assets/vendor/a.js", &"x\n".repeat(601))).is_empty());
    }

    #[test]
    fn data_needs_a_notice_that_names_a_licence() {
        let paths = vec!["crates/core/data/x.csv".to_owned()];
        assert_eq!(licences(&paths, &[]).len(), 1);
        let empty = file("crates/core/data/NOTICE", "from somewhere");
        assert_eq!(licences(&paths, &[empty]).len(), 1);
        let good = file("crates/core/data/NOTICE", "Licence: CC0");
        assert!(licences(&paths, &[good]).is_empty());
        let elsewhere = file("crates/web/data/NOTICE", "Licence: CC0");
        assert_eq!(licences(&paths, &[elsewhere]).len(), 1);
    }
}
