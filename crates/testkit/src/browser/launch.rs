//! Finds Chromium, starts it and reads where it listens.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};

use tempfile::TempDir;

use super::error::BrowserError;

/// Names under which Chromium and its kin are installed, best first.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// No traffic but what a page asks for, nothing that differs between machines.
const FLAGS: [&str; 17] = [
    "--headless=new",
    "--remote-debugging-port=0",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--hide-scrollbars",
    "--mute-audio",
];

/// A running Chromium.
pub(super) struct Launched {
    pub(super) process: Child,
    pub(super) profile: TempDir,
    /// Where its protocol is spoken: `ws://127.0.0.1:PORT/devtools/browser/ID`.
    pub(super) address: String,
}

/// The Chromium of this machine.
///
/// # Errors
/// [`BrowserError::Missing`] with the names looked for.
pub fn binary() -> Result<PathBuf, BrowserError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
        .ok_or_else(|| BrowserError::Missing(NAMES.join(", ")))
}

pub(super) fn launch() -> Result<Launched, BrowserError> {
    let binary = binary()?;
    let fault = |error: std::io::Error| BrowserError::Start(error.to_string());
    let profile = tempfile::Builder::new().prefix("warmpath-browser-").tempdir().map_err(fault)?;
    let mut command = Command::new(binary);
    command.args(FLAGS).arg(format!("--user-data-dir={}", profile.path().display()));
    if runs_as_root() {
        // Chromium's sandbox refuses root.
        command.arg("--no-sandbox");
    }
    command.arg("about:blank").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut process = command.spawn().map_err(fault)?;
    let stderr = process.stderr.take().ok_or(BrowserError::Closed)?;
    match read_address(stderr) {
        Ok(address) => Ok(Launched { process, profile, address }),
        Err(error) => {
            super::end(&mut process);
            Err(error)
        }
    }
}

/// Reads what Chromium says until it names its address; afterwards a thread drains the rest, so
/// that a full pipe never stops it. The thread ends with the process.
fn read_address(stderr: ChildStderr) -> Result<String, BrowserError> {
    let mut lines = BufReader::new(stderr);
    let mut said = String::new();
    loop {
        let mut line = String::new();
        let read = lines.read_line(&mut line);
        if let Some(address) = line.trim().strip_prefix("DevTools listening on ") {
            let address = address.to_owned();
            std::thread::spawn(move || {
                let mut rest = [0; 4096];
                while matches!(lines.read(&mut rest), Ok(1..)) {}
            });
            return Ok(address);
        }
        if !matches!(read, Ok(1..)) {
            return Err(BrowserError::Start(said));
        }
        said.push_str(&line);
    }
}

/// True for user 0, as Linux says it; elsewhere the sandbox stays on.
fn runs_as_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    line.and_then(|ids| ids.split_whitespace().nth(1)) == Some("0")
}
