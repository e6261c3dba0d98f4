//! `warmpath backup` and `warmpath restore`: a copy of the database while it is in use, and a new
//! installation from it that sends nothing until somebody says so.
//!
//! The master key is deliberately not in the copy: who finds the copy must not be able to read what
//! is sealed in it. Keep the key file elsewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use warmpath_store::Engine as _;
use warmpath_store_sqlite::Sqlite;

/// While this file stands in a data folder nothing leaves.
pub(crate) const HELD: &str = "OUTBOUND-HELD";

/// Copies the database of a data folder, also while it is served.
#[derive(Args)]
pub(crate) struct BackupCommand {
    /// The data folder.
    #[arg(long, default_value = "warmpath-data")]
    data: PathBuf,
    /// The copy; must not exist.
    #[arg(long)]
    out: PathBuf,
}

impl BackupCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let database = self.data.join("warmpath.db");
        ensure!(database.exists(), "there is no database in {}", self.data.display());
        ensure!(!self.out.exists(), "{} exists already", self.out.display());
        let mut name = self.out.file_name().context("--out names no file")?.to_owned();
        name.push(".part");
        let part = self.out.with_file_name(name);
        // A copy that broke off earlier is of no use to anybody.
        if part.exists() {
            fs::remove_file(&part)?;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async { Sqlite::open(&database)?.copy_to(&part).await })?;
        keep_private(&part)?;
        fs::File::open(&part)?.sync_all()?;
        fs::rename(&part, &self.out)?;
        say(&format!(
            "Copied to {}. The key file {} is not in it: keep a copy of it elsewhere, for without \
             it what is sealed stays sealed.",
            self.out.display(),
            self.data.join("master.key").display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

/// Makes a data folder from a copy; it sends nothing until released.
#[derive(Args)]
pub(crate) struct RestoreCommand {
    /// The data folder: new or empty; with --release, the restored one.
    #[arg(long)]
    data: PathBuf,
    /// The copy.
    #[arg(long, required_unless_present = "release")]
    from: Option<PathBuf>,
    /// The key file of the installation that was copied.
    #[arg(long, required_unless_present = "release")]
    key: Option<PathBuf>,
    /// Lets a restored installation send again.
    #[arg(long, conflicts_with_all = ["from", "key"])]
    release: bool,
}

impl RestoreCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let held = self.data.join(HELD);
        if self.release {
            ensure!(held.exists(), "nothing is held in {}", self.data.display());
            fs::remove_file(held)?;
            say("Released: with the next start mails and webhooks leave again.");
            return Ok(ExitCode::SUCCESS);
        }
        let (Some(from), Some(key)) = (self.from, self.key) else {
            bail!("name the copy with --from and its key file with --key");
        };
        ensure!(fs::read(&key)?.len() == 32, "{} is no key file", key.display());
        fs::create_dir_all(&self.data)?;
        let mut inside = fs::read_dir(&self.data)?;
        ensure!(inside.next().is_none(), "{} is not empty", self.data.display());
        // Held first: should the rest break off, nothing can be sent from what is there.
        fs::write(&held, "Restored from a copy. Remove with: warmpath restore --release\n")?;
        let (database, secret) = (self.data.join("warmpath.db"), self.data.join("master.key"));
        fs::copy(&key, &secret)?;
        keep_private(&secret)?;
        fs::copy(&from, &database)?;
        keep_private(&database)?;
        fs::File::open(&database)?.sync_all()?;
        say(&format!(
            "Restored into {}. Nothing leaves until: warmpath restore --data {} --release",
            self.data.display(),
            self.data.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(unix)]
fn keep_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what the command says")]
fn say(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with_database() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(crate::house::open(folder.path(), "http://127.0.0.1")).unwrap();
        folder
    }

    #[test]
    fn a_copy_comes_back_held_and_only_into_an_empty_folder() {
        let (old, new) = (folder_with_database(), tempfile::tempdir().unwrap());
        let copy = new.path().join("copy.db");
        let backup = || BackupCommand { data: old.path().into(), out: copy.clone() };
        backup().run().unwrap();
        assert!(backup().run().is_err(), "an older copy is never written over");
        let target = new.path().join("restored");
        let restore = |release: bool| RestoreCommand {
            data: target.clone(),
            from: (!release).then(|| copy.clone()),
            key: (!release).then(|| old.path().join("master.key")),
            release,
        };
        restore(false).run().unwrap();
        assert!(target.join(HELD).exists());
        assert!(restore(false).run().is_err(), "not over what is there");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let house = runtime.block_on(crate::house::open(&target, "http://127.0.0.1")).unwrap();
        assert!(house.app.config.outbound_held);
        restore(true).run().unwrap();
        assert!(!target.join(HELD).exists());
    }
}
