//! `warmpath profile`: briefs to criteria, titles to roles, criteria to people, on plain files.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::json;
use warmpath_profile::{TitleResolver, parse_brief};

/// Ideal introduction profiles from the command line.
#[derive(Args, Debug)]
pub struct ProfileCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Read briefs into criteria, with verdict, reasons and evidence.
    Parse {
        /// JSON Lines with id, text and optionally lang; .gz is read as such.
        #[arg(long = "in")]
        input: PathBuf,
        /// JSON Lines with id, verdict, why, criteria, evidence.
        #[arg(long)]
        out: PathBuf,
    },
    /// Resolve job titles to roles.
    Titles {
        /// JSON Lines with title.
        #[arg(long = "in")]
        input: PathBuf,
        /// CSV with title and role; an empty role means nobody.
        #[arg(long)]
        out: PathBuf,
    },
}

impl ProfileCommand {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written, or a line is no JSON of the form asked for.
    pub fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Parse { input, out } => parse(&input, &out)?,
            What::Titles { input, out } => titles(&input, &out)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Deserialize)]
struct BriefLine {
    id: String,
    text: String,
}

#[derive(Deserialize)]
struct TitleLine {
    title: String,
}

fn parse(input: &Path, out: &Path) -> Result<()> {
    let mut lines = Vec::new();
    for line in read_lines(input)? {
        let brief: BriefLine = serde_json::from_str(&line).context("a brief line")?;
        let answer = match parse_brief(&brief.text) {
            Ok(parsed) => json!({
                "id": brief.id,
                "verdict": parsed.judgement.verdict,
                "why": parsed.judgement.why,
                "criteria": parsed.criteria,
                "rubric_score": parsed.judgement.score,
                "evidence": parsed.evidence,
                "not_understood": parsed.not_understood,
                "language": parsed.language,
            }),
            Err(error) => json!({
                "id": brief.id,
                "verdict": "vague",
                "why": ["too_long"],
                "error": error.to_string(),
                "criteria": warmpath_profile::Criteria::default(),
            }),
        };
        lines.push(answer.to_string());
    }
    write_whole(out, &(lines.join("\n") + "\n"))
}

fn titles(input: &Path, out: &Path) -> Result<()> {
    let resolver = TitleResolver::new();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["title", "role"])?;
    for line in read_lines(input)? {
        let line: TitleLine = serde_json::from_str(&line).context("a title line")?;
        let role = resolver.resolve(&line.title).map_or("", |found| found.role);
        writer.write_record([line.title.as_str(), role])?;
    }
    let bytes = writer.into_inner().context("the table in memory")?;
    write_whole(out, std::str::from_utf8(&bytes)?)
}

/// The lines of a text file that are not empty; a name ending in .gz is unpacked.
fn read_lines(path: &Path) -> Result<Vec<String>> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let text = if path.extension().is_some_and(|extension| extension == "gz") {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(&bytes[..]), &mut text)
            .with_context(|| format!("unpacking {}", path.display()))?;
        text
    } else {
        String::from_utf8(bytes).with_context(|| format!("{} is no UTF-8", path.display()))?
    };
    Ok(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect())
}

/// Writes a file whole or not at all.
fn write_whole(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .with_context(|| format!("writing beside {}", path.display()))?;
    file.write_all(text.as_bytes())?;
    file.persist(path).with_context(|| format!("writing {}", path.display()))?;
    Ok(())
}
