//! `warmpath ledger`: check an exported log without a server, a database or a network.

use std::fs::File;
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use flate2::bufread::MultiGzDecoder;
use warmpath_ledger::checkpoint::CHECKPOINT_BYTES_MAX;
use warmpath_ledger::{Options, PublicKey, Report, SignedCheckpoint, verify};

/// The input could not be judged.
const UNUSABLE: u8 = 2;

/// Check exported ledgers offline.
#[derive(Debug, Args)]
pub(crate) struct LedgerCommand {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Check every entry, hash and signature of an export.
    ///
    /// Exit code 0: the log holds. 1: it is broken, and the report names the first bad entry.
    /// 2: the input cannot be judged.
    Verify(VerifyArguments),
    /// Write the whole ledger of a data folder into a file that `verify` accepts.
    Export(ExportArguments),
}

#[derive(Debug, Args)]
struct ExportArguments {
    /// The data folder.
    #[arg(long, default_value = "warmpath-data")]
    data: PathBuf,
    /// Where the export goes; it appears whole or not at all.
    #[arg(long)]
    out: PathBuf,
    /// The workspace, where the folder holds several.
    #[arg(long)]
    workspace: Option<String>,
}

#[derive(Debug, Args)]
struct VerifyArguments {
    /// The exported log; read as gzip when its name ends in .gz.
    file: PathBuf,
    /// A public key of the log, NAME+ID+BASE64, received on another way than the file. Repeat it
    /// after a change of keys.
    #[arg(long, value_name = "PUBKEY")]
    key: Vec<PublicKey>,
    /// A signed checkpoint kept elsewhere: finds a log that was rolled back, rewritten or forked by
    /// somebody who holds the signing key. May be repeated.
    #[arg(long, value_name = "CHECKPOINT_FILE")]
    against: Vec<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

impl LedgerCommand {
    /// Runs the command and returns its exit code.
    ///
    /// # Errors
    /// Only when the report cannot be printed.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let arguments = match self.task {
            Task::Verify(arguments) => arguments,
            Task::Export(arguments) => return arguments.run(),
        };
        match arguments.report() {
            Ok(report) => {
                arguments.print(&report)?;
                Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
            }
            Err(error) => {
                writeln!(std::io::stderr(), "warmpath ledger verify: {error:#}")?;
                Ok(ExitCode::from(UNUSABLE))
            }
        }
    }
}

impl ExportArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.write())
    }

    async fn write(self) -> anyhow::Result<ExitCode> {
        anyhow::ensure!(
            self.data.join("warmpath.db").exists(),
            "there is no data in {}",
            self.data.display()
        );
        let house = crate::house::open(&self.data, "http://127.0.0.1").await?;
        let all = warmpath_app::read_workspace::all(&house.app).await?;
        let wanted = self.workspace.as_deref();
        let fits = |id: String| wanted.is_none_or(|w| w == id);
        let mut fitting = all.iter().filter(|w| fits(w.workspace.to_string()));
        let (Some(one), None) = (fitting.next(), fitting.next()) else {
            anyhow::bail!("name one workspace with --workspace");
        };
        let mut export =
            warmpath_app::export_ledger::of_workspace(&house.app, one.workspace).await?;
        let beside = self.out.with_extension("part");
        let about = || format!("cannot write {}", self.out.display());
        let mut file = File::create(&beside).with_context(about)?;
        while let Some(piece) = export.next(&house.app).await? {
            file.write_all(&piece).with_context(about)?;
        }
        file.sync_all().with_context(about)?;
        std::fs::rename(&beside, &self.out).with_context(about)?;
        let (entries, out) = (export.entries(), self.out.display());
        writeln!(stdout(), "{entries} entries written to {out}")?;
        Ok(ExitCode::SUCCESS)
    }
}

impl VerifyArguments {
    fn report(&self) -> anyhow::Result<Report> {
        let kept = self.against.iter().map(|path| read_checkpoint(path));
        let kept = kept.collect::<anyhow::Result<Vec<_>>>()?;
        let options = Options { keys: self.key.clone(), kept };
        Ok(verify(open(&self.file)?, &options)?)
    }

    fn print(&self, report: &Report) -> anyhow::Result<()> {
        let mut out = stdout().lock();
        if self.json {
            writeln!(out, "{}", serde_json::to_string_pretty(report)?)?;
        } else {
            write!(out, "{report}")?;
        }
        Ok(())
    }
}

fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let reader = BufReader::with_capacity(1 << 18, file);
    if path.extension().is_some_and(|extension| extension == "gz") {
        return Ok(Box::new(BufReader::new(MultiGzDecoder::new(reader))));
    }
    Ok(Box::new(reader))
}

fn read_checkpoint(path: &Path) -> anyhow::Result<SignedCheckpoint> {
    use std::io::Read;
    let about = || format!("cannot read the checkpoint {}", path.display());
    let mut text = String::new();
    let file = File::open(path).with_context(about)?;
    file.take(CHECKPOINT_BYTES_MAX as u64 + 1).read_to_string(&mut text).with_context(about)?;
    text.parse().with_context(about)
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use tempfile::TempDir;
    use warmpath_ledger::{
        BundleHeader, BundleWriter, Checkpoint, Draft, Fields, Hash, SigningKey,
    };

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        ledger: LedgerCommand,
    }

    fn key() -> SigningKey {
        SigningKey::from_seed("log.example", &[1; 32]).unwrap()
    }

    /// A log of `size` entries in `folder`, and the checkpoint over it.
    fn write(folder: &TempDir, name: &str, size: u64) {
        let (workspace, origin) = ("ws_1".to_owned(), "log.example".to_owned());
        let keys = vec![key().public_key().to_string()];
        let header = BundleHeader { workspace, origin: origin.clone(), keys };
        let mut writer = BundleWriter::new(Vec::new(), header).unwrap();
        let mut prev = Hash::ZERO;
        for seq in 1..=size {
            let fields = Fields::new("ws_1", "referral.received", "member/7", 1_000_000);
            let entry = Draft::new(fields).unwrap().number(seq, prev);
            prev = entry.leaf_hash();
            writer.entry(&entry).unwrap();
        }
        let root = writer.tree().root();
        let signed = Checkpoint { origin, size, root }.sign(&key()).unwrap();
        writer.checkpoint(&signed).unwrap();
        std::fs::write(folder.path().join(name), writer.finish().unwrap()).unwrap();
        std::fs::write(folder.path().join(format!("{name}.note")), signed.text()).unwrap();
    }

    fn check(folder: &TempDir, arguments: &[&str], expected: u8) {
        let paths = arguments.iter().map(|text| match text.strip_prefix('@') {
            Some(name) => folder.path().join(name).display().to_string(),
            None => (*text).to_owned(),
        });
        let line = Line::parse_from(["t".to_owned(), "verify".to_owned()].into_iter().chain(paths));
        let code = line.ledger.run().unwrap();
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(expected)), "{arguments:?}");
    }

    #[test]
    fn exit_codes_tell_good_from_broken_from_unusable() {
        let folder = TempDir::new().unwrap();
        write(&folder, "old.jsonl", 3);
        write(&folder, "new.jsonl", 5);
        let public = key().public_key().to_string();
        check(&folder, &["@new.jsonl", "--key", &public, "--against", "@old.jsonl.note"], 0);
        check(&folder, &["@old.jsonl", "--against", "@new.jsonl.note", "--json"], 1);
        let other = SigningKey::from_seed("log.example", &[2; 32]).unwrap().public_key();
        check(&folder, &["@new.jsonl", "--key", &other.to_string()], 1);
        check(&folder, &["@absent.jsonl"], 2);
        check(&folder, &["@new.jsonl.note"], 2);
        check(&folder, &["@new.jsonl", "--against", "@new.jsonl"], 2);
    }

    #[test]
    fn a_compressed_export_is_read_as_such() {
        let folder = TempDir::new().unwrap();
        write(&folder, "log.jsonl", 4);
        let plain = std::fs::read(folder.path().join("log.jsonl")).unwrap();
        let file = File::create(folder.path().join("log.jsonl.gz")).unwrap();
        let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        encoder.write_all(&plain).unwrap();
        encoder.finish().unwrap();
        check(&folder, &["@log.jsonl.gz"], 0);
    }
}
