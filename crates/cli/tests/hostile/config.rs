//! A wrong configuration: the real program does not start, says which key in one line, and shows no
//! secret.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use warmpath_testkit::hostile::{Case, Gap, Verdict};

/// Words of the configurations that are secrets.
const SECRETS: [&str; 3] = ["changeme", "u:p@", "postgres://"];

pub(crate) fn play(case: &Case, input: &Value) -> Result<Verdict, Gap> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("warmpath.toml");
    let (text, key) = match (input.as_str(), input["secret_key_file_mode"].as_str()) {
        (Some(text), _) => (text.to_owned(), key_of(text)),
        (None, Some(mode)) => (with_key_file(folder.path(), mode), "secret_key_file".to_owned()),
        // A document of another kind.
        (None, None) => (input.to_string(), "warmpath.toml".to_owned()),
    };
    std::fs::write(&file, &text).unwrap();
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_warmpath"))
        .args(["serve", "--config"])
        .arg(&file)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if start.elapsed() > Duration::from_secs(10) {
            child.kill().map_err(|error| error.to_string())?;
            return Ok(Verdict::Broken(format!("{} started", case.id)));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let took = start.elapsed();
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let lines = said.lines().count();
    let shown = SECRETS.iter().find(|secret| text.contains(**secret) && said.contains(**secret));
    let good = !output.status.success()
        && took < Duration::from_secs(2)
        && lines == 1
        && said.contains(&key)
        && shown.is_none();
    Ok(Verdict::when(good, format!("{} in {took:?}, wanted {key}: {said}", output.status)))
}

/// The key that is wrong: the last one of the file, under its section.
fn key_of(text: &str) -> String {
    let mut section = String::new();
    let mut key = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
        } else if let Some((name, _)) = line.split_once('=') {
            key = format!("{section}{}", name.trim());
        }
    }
    key
}

#[cfg(unix)]
fn with_key_file(folder: &std::path::Path, mode: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("master.key");
    std::fs::write(&path, [7_u8; 32]).unwrap();
    let bits = u32::from_str_radix(mode, 8).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(bits)).unwrap();
    format!("public_url = \"https://acme.example\"\nsecret_key_file = \"{}\"\n", path.display())
}

#[cfg(not(unix))]
fn with_key_file(_: &std::path::Path, _: &str) -> String {
    "public_url = \"https://acme.example\"\nsecret_key_file = \"nowhere\"\n".to_owned()
}
