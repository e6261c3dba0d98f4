//! `warmpath network import`: from exports of people's tools to events and contacts.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use warmpath_network::import::{
    Bounds, Contact, Import, Observation, Policy, Privacy, Scope, ScopeRule, Sink, Unpacking,
    address, read_calendar, read_contacts_csv, read_events_table, read_mbox, read_message,
    read_vcards, read_zip,
};
use warmpath_network::{Kind, Provenance};

use super::files::{Output, create, interrupted, open, open_seekable, stop_if_interrupted, tell};
use super::paths::csv_field;

/// One archive: a whole account of many years fits, an endless one does not.
const ARCHIVE: Bounds = Bounds { files_max: 5_000_000, bytes_max: 1 << 40 };

/// Folders within folders looked into.
const FOLDER_DEPTH_MAX: usize = 8;

/// Events and contacts from mailboxes, calendars and contact lists; headers only, never bodies
#[derive(Debug, Args)]
pub(super) struct ImportCommand {
    /// Mailboxes (.mbox), messages (.eml), Maildir folders, calendars (.ics), cards (.vcf), contact
    /// lists and event tables (.csv); .gz of one, and .zip of many (Google Takeout) allowed
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Address of the person whose data it is
    #[arg(long)]
    owner: String,
    /// The moment of the import, such as 2026-11-20T00:00:00Z
    #[arg(long)]
    as_of: jiff::Timestamp,
    /// Domain of the own organisation; mail within it is left out
    #[arg(long = "own-domain")]
    own_domains: Vec<String>,
    /// Address or domain the owner never shares
    #[arg(long = "block")]
    blocked: Vec<String>,
    /// Address or domain nobody's import may hold
    #[arg(long = "exclude")]
    excluded: Vec<String>,
    /// Address of a person who chose to be hidden
    #[arg(long = "hide")]
    hidden: Vec<String>,
    /// Fewest messages between two people to be in scope
    #[arg(long, default_value_t = 2)]
    messages_min: u32,
    /// Years looked back
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=50))]
    years: u32,
    /// Output: ts,from,to,msg,kind,recipients,provenance
    #[arg(long)]
    events: PathBuf,
    /// Output: person,name,company,title,url
    #[arg(long)]
    contacts: Option<PathBuf>,
}

/// Keeps finds in a temporary file until it is known who is in scope.
struct Spool {
    rows: csv::Writer<std::fs::File>,
    scope: Scope,
    contacts: Vec<Contact>,
    failed: Option<csv::Error>,
}

impl Sink for Spool {
    fn observation(&mut self, seen: Observation) {
        self.scope.count(&seen);
        let row = (
            seen.at,
            &seen.from,
            &seen.to,
            seen.message,
            seen.kind.word(),
            seen.recipients,
            seen.provenance.word(),
        );
        if let Err(error) = self.rows.serialize(row) {
            self.failed.get_or_insert(error);
        }
    }

    fn contact(&mut self, contact: Contact) {
        self.contacts.push(contact);
    }
}

impl ImportCommand {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let rule = ScopeRule { messages_min: self.messages_min, years: self.years };
        let policy = self.policy(rule)?;
        let file = tempfile::tempfile().context("cannot make a temporary file")?;
        let rows = csv::WriterBuilder::new().has_headers(false).from_writer(file);
        let mut spool = Spool { rows, scope: Scope::default(), contacts: Vec::new(), failed: None };
        let mut import = Import::new(&policy, &mut spool);
        for path in &self.files {
            read_path(path, &mut import, 0)?;
            stop_if_interrupted()?;
        }
        let (seen, skips) = (import.seen, import.skips.clone());
        if let Some(error) = spool.failed {
            return Err(error).context("cannot write a temporary file");
        }
        let mut file = spool.rows.into_inner().map_err(|error| error.into_error())?;
        file.rewind()?;
        let (kept, out_of_scope) = self.write_events(file, &spool.scope, rule)?;
        if let Some(path) = &self.contacts {
            write_contacts(path, &spool.contacts)?;
        }
        tell(&format!(
            "{seen} items read: {kept} events and {} contacts stored, {out_of_scope} events out of \
             scope (fewer than {} messages in {} years)",
            spool.contacts.len(),
            self.messages_min,
            self.years
        ));
        if skips.total() > 0 {
            tell(&format!("left out: {skips}"));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn policy(&self, rule: ScopeRule) -> anyhow::Result<Policy> {
        let who = |text: &String| {
            address(text).with_context(|| format!("{text:?} is not an e-mail address"))
        };
        let list = |items: &[String]| -> BTreeSet<String> {
            let plain = |item: &String| item.trim().trim_start_matches('@').to_lowercase();
            items.iter().map(plain).collect()
        };
        let hidden = self.hidden.iter().map(|text| Ok((who(text)?, Privacy::Hide)));
        let as_of = self.as_of.as_second();
        Ok(Policy {
            owner: who(&self.owner)?,
            as_of,
            earliest: rule.earliest(as_of),
            own_domains: list(&self.own_domains),
            blocked: list(&self.blocked),
            excluded: list(&self.excluded),
            privacy: hidden.collect::<anyhow::Result<_>>()?,
        })
    }

    fn write_events(
        &self,
        spooled: std::fs::File,
        scope: &Scope,
        rule: ScopeRule,
    ) -> anyhow::Result<(u64, u64)> {
        let mut out: Output = create(&self.events)?;
        writeln!(out, "ts,from,to,msg,kind,recipients,provenance")?;
        let (mut kept, mut out_of_scope) = (0, 0);
        let mut rows =
            csv::ReaderBuilder::new().has_headers(false).from_reader(BufReader::new(spooled));
        for row in rows.deserialize() {
            let (at, from, to, message, kind, recipients, provenance): (
                i64,
                String,
                String,
                u64,
                String,
                u16,
                String,
            ) = row?;
            let seen = Observation {
                at,
                from,
                to,
                message,
                recipients,
                kind: Kind::from_word(&kind).context("an unknown kind")?,
                provenance: Provenance::from_word(&provenance).context("an unknown provenance")?,
            };
            if scope.holds(&seen, rule) {
                kept += 1;
                let (from, to) = (csv_field(&seen.from), csv_field(&seen.to));
                writeln!(out, "{at},{from},{to},{message},{kind},{recipients},{provenance}")?;
            } else {
                out_of_scope += 1;
            }
        }
        out.finish()?;
        Ok((kept, out_of_scope))
    }
}

fn write_contacts(path: &Path, contacts: &[Contact]) -> anyhow::Result<()> {
    let mut out = create(path)?;
    writeln!(out, "person,name,company,title,url")?;
    for contact in contacts {
        let person = if contact.email.is_empty() { &contact.url } else { &contact.email };
        let fields = [person, &contact.name, &contact.company, &contact.title, &contact.url];
        writeln!(out, "{}", fields.map(|field| csv_field(field)).join(","))?;
    }
    out.finish()
}

/// Reads a file by its ending, or all files of a folder.
fn read_path(path: &Path, import: &mut Import, depth: usize) -> anyhow::Result<()> {
    if path.is_dir() {
        if depth > FOLDER_DEPTH_MAX {
            tell(&format!("{}: folders too deep, left out", path.display()));
            return Ok(());
        }
        let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
        let mut paths =
            entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        paths.sort();
        for inner in paths {
            stop_if_interrupted()?;
            // Links are not followed: they could lead in circles or out of the folder.
            if !inner.is_symlink() && (inner.is_dir() || kind_of(&inner).is_some()) {
                read_path(&inner, import, depth + 1)?;
            }
        }
        return Ok(());
    }
    let Some(kind) = kind_of(path) else {
        bail!("{}: unknown kind of file; known: .mbox .eml .ics .vcf .csv .zip", path.display());
    };
    if kind == "zip" {
        return read_archive(path, import);
    }
    let mut input = open(path)?;
    let reader: &mut dyn BufRead = &mut input.reader;
    let mut watch = |_| !interrupted();
    let read = match kind {
        "mbox" => read_mbox(reader, import, &mut watch),
        "eml" => read_message(reader, import),
        "ics" => read_calendar(reader, import, &mut watch),
        "vcf" => read_vcards(reader, import, &mut watch),
        _ if is_events(reader)? => read_events_table(reader, import, &mut watch),
        _ => read_contacts_csv(reader, import, &mut watch),
    };
    input.progress.finish_and_clear();
    read.with_context(|| format!("reading {}", path.display()))
}

/// Reads every file of a zip, telling what was left out.
fn read_archive(path: &Path, import: &mut Import) -> anyhow::Result<()> {
    let (file, progress) = open_seekable(path)?;
    let mut unpacking = Unpacking::within(ARCHIVE);
    let read = read_zip(file, &mut unpacking, import, &mut |_| !interrupted());
    progress.finish_and_clear();
    read.with_context(|| format!("reading {}", path.display()))?;
    tell(&format!("{}: {} files read", path.display(), unpacking.read));
    for ((ending, why), count) in &unpacking.left_out {
        let ending =
            if ending.is_empty() { String::new() } else { format!(" ending in .{ending}") };
        tell(&format!("{}: {count} files{ending} left out: {why}", path.display()));
    }
    Ok(())
}

/// Whether a table holds events: its heading has a time and two ends.
fn is_events(reader: &mut dyn BufRead) -> std::io::Result<bool> {
    let start = reader.fill_buf()?;
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or(&[]);
    let heading = String::from_utf8_lossy(line).to_ascii_lowercase();
    let names: Vec<&str> = heading.split(',').map(|name| name.trim_matches('"').trim()).collect();
    Ok(["ts", "from", "to"].iter().all(|wanted| names.contains(wanted)))
}

fn kind_of(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    // Maildir keeps one message per file in `cur` and `new`, without an ending.
    let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy());
    if folder.is_some_and(|folder| folder == "cur" || folder == "new") {
        return Some("eml");
    }
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("mbox" | "mbx") => Some("mbox"),
        Some("eml") => Some("eml"),
        Some("ics" | "ical") => Some("ics"),
        Some("vcf" | "vcard") => Some("vcf"),
        Some("csv") => Some("csv"),
        Some("zip") => Some("zip"),
        _ => None,
    }
}
