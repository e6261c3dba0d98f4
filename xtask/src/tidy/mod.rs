//! The rules of the repository that no compiler checks. Each rule is a file here; it looks at the
//! tracked files or at the dependencies and gives [`Fault`]s: where, what, and what to do.

mod dependencies;
mod files;
mod migrations;
mod templates;
mod words;

use std::fmt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::contrast;

/// A broken rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    file: String,
    /// From 1; 0 when it is the file as a whole.
    line: usize,
    what: String,
    remedy: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, what, remedy } = self;
        write!(out, "{file}:{line}: {what}\n    {remedy}")
    }
}

/// A tracked file with its text; bytes that are no text are not looked at.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root, with slashes.
    path: String,
    text: String,
}

impl File {
    fn fault(&self, line: usize, what: impl Into<String>, remedy: &'static str) -> Fault {
        Fault { file: self.path.clone(), line, what: what.into(), remedy }
    }

    /// The ending of the name, without the dot.
    fn ending(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// The lines with their numbers, from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Checks every rule and says all faults.
pub(crate) fn run(root: &Path) -> Result<()> {
    let paths = tracked(root)?;
    let files: Vec<File> = paths.iter().filter_map(|path| read(root, path)).collect();
    let mut faults = Vec::new();
    for file in &files {
        faults.extend(files::check(file));
        faults.extend(words::check(file));
        faults.extend(templates::check(file));
    }
    faults.extend(files::licences(&paths, &files));
    faults.extend(migrations::check(&files));
    faults.extend(dependencies::check(root, &files)?);
    if let Some(sheet) = files.iter().find(|file| file.path.ends_with("css/1-tokens.css")) {
        let found = contrast::check(&sheet.text).err().unwrap_or_default();
        faults.extend(
            found.into_iter().map(|what| {
                sheet.fault(0, what, "choose a colour that stands out, in both themes")
            }),
        );
    }
    faults.sort();
    faults.dedup();
    if faults.is_empty() {
        eprintln!("tidy: {} files, nothing to complain about", paths.len());
        return Ok(());
    }
    let text: Vec<String> = faults.iter().map(ToString::to_string).collect();
    bail!("{}\ntidy: {} faults", text.join("\n"), faults.len());
}

/// Files that are tracked or would be: nothing that is ignored.
fn tracked(root: &Path) -> Result<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").current_dir(root).args(arguments).output();
    let output = output.context("git lists the files to look at")?;
    if !output.status.success() {
        bail!("git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    }
    let list = String::from_utf8(output.stdout).context("names of files are UTF-8")?;
    let mut paths: Vec<String> =
        list.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    paths.retain(|path| root.join(path).is_file());
    paths.sort();
    paths.dedup();
    Ok(paths)
}

fn read(root: &Path, path: &str) -> Option<File> {
    let text = String::from_utf8(std::fs::read(root.join(path)).ok()?).ok()?;
    Some(File { path: path.to_owned(), text })
}

/// A file for a rule's tests.
#[cfg(test)]
fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}
