//! `warmpath profile`: briefs to criteria, titles to roles, criteria to people, on plain files.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::json;
use warmpath_profile::matching::{Company, Day, Hit, Index, IndexBuilder, MatchOptions, Person};
use warmpath_profile::synthetic::Universe;
use warmpath_profile::{Criteria, TitleResolver, Verdict, judge, parse_brief};

/// Ideal introduction profiles from the command line.
#[derive(Args, Debug)]
pub(crate) struct ProfileCommand {
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
    /// Find the people who meet briefs or criteria, each explained.
    Match(MatchArgs),
    /// Write a made-up universe of companies and people, for measuring.
    Generate(GenerateArgs),
}

#[derive(Args, Debug)]
struct GenerateArgs {
    /// Number of people.
    #[arg(long, default_value_t = 1_000_000)]
    people: u32,
    /// Number of companies.
    #[arg(long, default_value_t = 170_000)]
    companies: u32,
    /// Same seed, same bytes.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Day of the newest event, YYYY-MM-DD.
    #[arg(long, default_value = "2026-09-30")]
    newest: Day,
    /// Folder for companies.jsonl.gz and people.jsonl.gz; made where it is missing.
    #[arg(long)]
    out_dir: PathBuf,
}

#[derive(Args, Debug)]
struct MatchArgs {
    /// JSON Lines with id and text, or id and criteria; .gz is read as such.
    #[arg(long)]
    briefs: PathBuf,
    /// JSON Lines of companies; .gz is read as such.
    #[arg(long)]
    companies: PathBuf,
    /// JSON Lines of people; .gz is read as such.
    #[arg(long)]
    people: PathBuf,
    /// JSON Lines with id, verdict, people (best first), possible, explained.
    #[arg(long)]
    out: PathBuf,
    /// Day to judge on, YYYY-MM-DD; by default the day after the newest event.
    #[arg(long)]
    as_of: Option<Day>,
    /// Most people per brief in each of the two lists.
    #[arg(long, default_value_t = 10_000)]
    limit: usize,
}

impl ProfileCommand {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written, or a line is no JSON of the form asked for.
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Parse { input, out } => parse(&input, &out)?,
            What::Titles { input, out } => titles(&input, &out)?,
            What::Match(args) => find(&args)?,
            What::Generate(args) => generate(&args)?,
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

#[derive(Deserialize)]
struct MatchLine {
    id: String,
    #[serde(default)]
    text: String,
    criteria: Option<Criteria>,
}

fn find(args: &MatchArgs) -> Result<()> {
    let mut builder = IndexBuilder::new();
    for_each_line(&args.companies, |line| {
        builder.company(&serde_json::from_str::<Company>(line).context("a company line")?);
        Ok(())
    })?;
    for_each_line(&args.people, |line| {
        builder.person(&serde_json::from_str::<Person>(line).context("a person line")?);
        Ok(())
    })?;
    let index = builder.build();
    let newest = index.newest_event().map_or(Day(0), |day| Day(day.0 + 1));
    let options = MatchOptions { as_of: args.as_of.unwrap_or(newest), limit: args.limit };
    let mut out = String::new();
    for line in read_lines(&args.briefs)? {
        let brief: MatchLine = serde_json::from_str(&line).context("a brief line")?;
        out.push_str(&answer(&index, &brief, options).to_string());
        out.push('\n');
    }
    write_whole(&args.out, &out)
}

/// Only a specific brief finds people; any other is answered with what it lacks.
fn answer(index: &Index, brief: &MatchLine, options: MatchOptions) -> serde_json::Value {
    let (criteria, judgement) = match (&brief.criteria, parse_brief(&brief.text)) {
        (Some(criteria), _) => (criteria.clone(), judge(criteria)),
        (None, Ok(parsed)) => (parsed.criteria, parsed.judgement),
        (None, Err(error)) => {
            return json!({"id": brief.id, "verdict": "vague", "why": ["too_long"],
                "error": error.to_string(), "people": [], "possible": []});
        }
    };
    let found = if judgement.verdict == Verdict::Specific {
        index.search(&criteria, options)
    } else {
        warmpath_profile::matching::Matches::default()
    };
    let ids = |hits: &[Hit]| -> Vec<String> {
        hits.iter().map(|hit| index.person_id(hit.person).to_owned()).collect()
    };
    let explained: Vec<serde_json::Value> = found
        .certain
        .iter()
        .chain(&found.possible)
        .map(|hit| json!({"id": index.person_id(hit.person), "fit": hit.fit, "checks": hit.checks}))
        .collect();
    json!({
        "id": brief.id,
        "verdict": judgement.verdict,
        "why": judgement.why,
        "people": ids(&found.certain),
        "possible": ids(&found.possible),
        "people_total": found.certain_total,
        "possible_total": found.possible_total,
        "explained": explained,
    })
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

fn generate(args: &GenerateArgs) -> Result<()> {
    std::fs::create_dir_all(&args.out_dir)
        .with_context(|| format!("making {}", args.out_dir.display()))?;
    let mut universe = Universe::new(args.seed, args.companies, args.newest);
    write_packed(&args.out_dir.join("companies.jsonl.gz"), args.companies, |number| {
        Ok(serde_json::to_string(&universe.company(number))?)
    })?;
    write_packed(&args.out_dir.join("people.jsonl.gz"), args.people, |number| {
        Ok(serde_json::to_string(&universe.person(number))?)
    })
}

/// Writes numbered lines into a packed file, whole or not at all, and shows how far it is.
fn write_packed(
    path: &Path,
    count: u32,
    mut line: impl FnMut(u32) -> Result<String>,
) -> Result<()> {
    let file = beside(path)?;
    let bar = indicatif::ProgressBar::new(u64::from(count));
    let mut writer =
        flate2::write::GzEncoder::new(BufWriter::new(&file), flate2::Compression::fast());
    for number in 0..count {
        writeln!(writer, "{}", line(number)?)?;
        if number % 4_096 == 0 {
            bar.set_position(u64::from(number));
        }
    }
    writer.finish()?.flush()?;
    bar.finish_and_clear();
    file.persist(path).with_context(|| format!("writing {}", path.display()))?;
    Ok(())
}

/// A file to write to that takes its name only when it is whole.
fn beside(path: &Path) -> Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .with_context(|| format!("writing beside {}", path.display()))
}

/// Hands over the lines of a text file that are not empty; a name ending in .gz is unpacked.
fn for_each_line(path: &Path, mut take: impl FnMut(&str) -> Result<()>) -> Result<()> {
    let file = std::fs::File::open(path).with_context(|| format!("reading {}", path.display()))?;
    let packed = path.extension().is_some_and(|extension| extension == "gz");
    let reader: Box<dyn Read> = if packed {
        Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(file)))
    } else {
        Box::new(file)
    };
    for (number, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.with_context(|| format!("reading {}", path.display()))?;
        if !line.trim().is_empty() {
            take(&line).with_context(|| format!("{} line {}", path.display(), number + 1))?;
        }
    }
    Ok(())
}

fn read_lines(path: &Path) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for_each_line(path, |line| {
        lines.push(line.to_owned());
        Ok(())
    })?;
    Ok(lines)
}

/// Writes a file whole or not at all.
fn write_whole(path: &Path, text: &str) -> Result<()> {
    let mut file = beside(path)?;
    file.write_all(text.as_bytes())?;
    file.persist(path).with_context(|| format!("writing {}", path.display()))?;
    Ok(())
}
