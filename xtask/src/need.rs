//! What the tests need from the machine: found, or installed by the system's package manager when
//! that is possible without asking anybody, or named.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Chromium, for the journeys.
pub(crate) fn browser() -> Result<()> {
    obtain("Chromium", "chromium", "browser", || {
        BROWSERS.iter().any(|name| on_path(name).is_some())
    })
}

/// A PostgreSQL server's programs; which user runs it is the testkit's business.
pub(crate) fn postgres() -> Result<()> {
    obtain("a PostgreSQL server", "postgresql", "postgres", || {
        on_path("initdb").is_some() || debian_server()
    })
}

/// Debian keeps the server's programs apart, by version.
fn debian_server() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.into_iter().any(|version| version.path().join("bin/initdb").is_file())
}

fn obtain(what: &str, package: &str, option: &str, there: impl Fn() -> bool) -> Result<()> {
    if there() {
        return Ok(());
    }
    if may_install() {
        eprintln!("{what} is missing: apt-get install {package}");
        let installed = install(package);
        if installed && there() {
            return Ok(());
        }
    }
    bail!(
        "{what} is missing and could not be installed. Install the package `{package}`, or leave \
         those tests out by choice: cargo xtask test --without {option}"
    );
}

/// Root on a machine with apt; elsewhere it is the owner's decision.
fn may_install() -> bool {
    let user = Command::new("id").arg("-u").output();
    let root = user.is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    root && on_path("apt-get").is_some()
}

fn install(package: &str) -> bool {
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    apt(&["update", "-q"]) && apt(&["install", "-y", "-q", "--no-install-recommends", package])
}

/// A program by name, as a shell finds it.
fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| Path::is_file(file))
}
