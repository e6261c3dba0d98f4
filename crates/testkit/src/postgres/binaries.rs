//! Where the programs of PostgreSQL are, and as whom they run.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::PostgresError;

/// The folder of the server's programs.
pub(super) struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Finds them; installs PostgreSQL by the system's package manager if it is missing and that is
    /// allowed.
    pub(super) fn find() -> Result<Self, PostgresError> {
        let found = || search(&["initdb", "postgres"]).map(|folder| Self { folder });
        if let Some(binaries) = found() {
            return Ok(binaries);
        }
        install()?;
        found().ok_or_else(|| PostgresError::Missing("it was installed, but not found".into()))
    }

    /// Finds one program, a client's perhaps.
    pub(super) fn find_one(program: &str) -> Result<PathBuf, PostgresError> {
        search(&[program])
            .map(|folder| folder.join(program))
            .ok_or_else(|| PostgresError::Missing(format!("{program} is not here")))
    }

    /// A program, run as this user.
    pub(super) fn command(&self, program: &str, user: Option<&str>) -> Command {
        let program = self.folder.join(program);
        let Some(user) = user else { return Command::new(program) };
        // It becomes the program itself, so that its process id is the server's.
        let mut command = Command::new("setpriv");
        command.args(["--reuid", user, "--regid", &group_of(user), "--clear-groups", "--"]);
        command.arg(program).env("HOME", "/tmp");
        command
    }
}

/// The newest folder that holds all of these programs.
fn search(programs: &[&str]) -> Option<PathBuf> {
    folders().into_iter().find(|folder| programs.iter().all(|name| folder.join(name).is_file()))
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect();
    let version = |folder: &PathBuf| -> u32 {
        folder.file_name().and_then(|name| name.to_str()?.parse().ok()).unwrap_or(0)
    };
    for parent in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        let mut versions: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        versions.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
        folders.extend(versions.into_iter().map(|folder| folder.join("bin")));
    }
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    folders
}

fn install() -> Result<(), PostgresError> {
    let missing = |why: &str| Err(PostgresError::Missing(why.into()));
    if !is_root() {
        return missing("install the package `postgresql`, or put `initdb` on the PATH");
    }
    let apt = |arguments: &[&str]| {
        Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .output()
            .is_ok_and(|output| output.status.success())
    };
    let wanted = ["install", "-y", "--no-install-recommends", "postgresql"];
    if apt(&wanted) || (apt(&["update"]) && apt(&wanted)) {
        return Ok(());
    }
    missing("apt-get could not install `postgresql`")
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Whom to run the server as: nobody else, unless this is root.
pub(super) fn user_to_become() -> Result<Option<String>, PostgresError> {
    if !is_root() {
        return Ok(None);
    }
    let known = std::fs::read_to_string("/etc/passwd")?;
    ["postgres", "nobody"]
        .into_iter()
        .find(|user| known.lines().any(|line| line.starts_with(&format!("{user}:"))))
        .map(|user| Some(user.to_owned()))
        .ok_or_else(|| PostgresError::Missing("as root, a user `postgres` or `nobody`".into()))
}

/// The number of a user's group.
fn group_of(user: &str) -> String {
    let known = std::fs::read_to_string(Path::new("/etc/passwd")).unwrap_or_default();
    let line = known.lines().find(|line| line.starts_with(&format!("{user}:")));
    line.and_then(|line| line.split(':').nth(3)).unwrap_or("65534").to_owned()
}
