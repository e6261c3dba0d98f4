//! `warmpath resolve`: which records of a CSV file are one person or company?
//!
//! The result goes to files; what was inferred and done goes to standard error when it is a terminal,
//! and nowhere otherwise.

use std::fs::File;
use std::io::{BufReader, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use warmpath_identity::explain::explain;
use warmpath_identity::input::Column;
use warmpath_identity::kind::{self, Kinds};
use warmpath_identity::labels::Label;
use warmpath_identity::model::Model;
use warmpath_identity::name_pairs::{NameKind, match_probability};
use warmpath_identity::resolve::Step;
use warmpath_identity::{Options, Resolution, Table, report, resolve, stable};

/// Find the records that describe one person or one company.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct ResolveCommand {
    #[command(subcommand)]
    pairs: Option<Other>,
    #[command(flatten)]
    batch: Option<Batch>,
}

#[derive(Subcommand, Debug)]
enum Other {
    /// Compare named pairs: pair_id,schema,name1,name2 to pair_id,p_match
    Pairs {
        /// CSV file to read, plain or .gz
        #[arg(long = "in", value_name = "FILE.csv[.gz]")]
        input: PathBuf,
        /// CSV file to write
        #[arg(long, value_name = "P.csv")]
        out: PathBuf,
    },
}

#[derive(Args, Debug)]
struct Batch {
    /// CSV file to read, plain or .gz
    #[arg(long = "in", value_name = "FILE.csv[.gz]")]
    input: PathBuf,
    /// CSV file to write: record_id,entity_id
    #[arg(long, value_name = "CLUSTERS.csv")]
    out: PathBuf,
    /// What the columns mean, where it should not be guessed: header = "kind" per line
    #[arg(long, value_name = "FILE.toml")]
    columns: Option<PathBuf>,
    /// Column that names the source, when each source is already free of duplicates
    #[arg(long, value_name = "COLUMN", default_value = "")]
    link: String,
    /// Threads to use; the result does not depend on it
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
    /// Model file: used when it exists, written when it does not or when --labels corrects it
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Answers of people, record_id_1,record_id_2,same (yes or no): they hold for their pairs and
    /// correct the weights for all others. The file of --review with a column "same" added will do
    #[arg(long, value_name = "FILE.csv")]
    labels: Option<PathBuf>,
    /// Result of an earlier run, whose entity ids are kept where they still hold
    #[arg(long, value_name = "CLUSTERS.csv")]
    previous: Option<PathBuf>,
    /// Write why each linked pair scored as it did, one JSON object a line
    #[arg(long, value_name = "FILE.jsonl")]
    explain: Option<PathBuf>,
    /// Write the pairs a person should look at
    #[arg(long, value_name = "FILE.csv")]
    review: Option<PathBuf>,
    /// Write a self-contained page about the run; it shows personal data
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
}

impl ResolveCommand {
    /// Runs the command.
    ///
    /// # Errors
    /// Files that cannot be read or written, and inputs that cannot be resolved.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match (self.pairs, self.batch) {
            (Some(Other::Pairs { input, out }), _) => compare_pairs(&input, &out)?,
            (None, Some(batch)) => batch.run()?,
            (None, None) => anyhow::bail!("--in and --out are needed"),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Batch {
    fn run(self) -> anyhow::Result<()> {
        let bar = progress();
        bar.set_message("reading");
        let table = Table::read_on(open(&self.input)?, self.threads)
            .with_context(|| format!("reading {}", self.input.display()))?;
        let mut kinds = kind::infer(&table);
        if let Some(path) = &self.columns {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("reading {}", path.display()))?;
            kind::apply_settings(&table, &mut kinds, &text)?;
        }
        let known = self.model.as_ref().filter(|path| path.exists());
        let model = match known {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("reading {}", path.display()))?;
                Some(Model::from_json(&text)?)
            }
            None => None,
        };
        let options = Options {
            threads: self.threads,
            link_column: (!self.link.is_empty()).then(|| self.link.clone()),
            model,
            labels: match &self.labels {
                Some(path) => read_labels(path, &table)?,
                None => Vec::new(),
            },
            ..Options::default()
        };
        let resolution = resolve(&table, &kinds, &options, &mut |step| {
            bar.set_message(words_for(step));
            bar.tick();
        })?;
        bar.set_message("writing");
        self.write_clusters(&table, &resolution)?;
        let learned = known.is_none() || !options.labels.is_empty();
        if let Some(path) = self.model.as_ref().filter(|_| learned) {
            write_atomically(
                path,
                |out| Ok(out.write_all(resolution.model.to_json().as_bytes())?),
            )?;
        }
        if let Some(path) = &self.explain {
            write_atomically(path, |out| write_explanations(out, &table, &resolution))?;
        }
        if let Some(path) = &self.review {
            write_atomically(path, |out| write_review(out, &table, &resolution))?;
        }
        if let Some(path) = &self.report {
            let page = report::html(&table, &kinds, &resolution);
            write_atomically(path, |out| Ok(out.write_all(page.as_bytes())?))?;
        }
        bar.finish_and_clear();
        summarise(&table, &kinds, &resolution);
        Ok(())
    }

    fn write_clusters(&self, table: &Table, resolution: &Resolution) -> anyhow::Result<()> {
        let id_of = |entity: u32| table.ids.text(entity as usize);
        let names = match &self.previous {
            None => None,
            Some(path) => {
                Some(carried(path, table, resolution, |entity| id_of(entity).to_owned())?)
            }
        };
        write_atomically(&self.out, |out| {
            writeln!(out, "record_id,entity_id")?;
            for (record, entity) in resolution.entity_of.iter().enumerate() {
                let name = names.as_ref().map_or_else(|| id_of(*entity), |names| &names[record]);
                write_fields(out, &[table.ids.text(record), name])?;
            }
            Ok(())
        })
    }
}

/// Answers of people; rows without one, and those put off, are passed over.
fn read_labels(path: &Path, table: &Table) -> anyhow::Result<Vec<Label>> {
    let file = Table::read(open(path)?).with_context(|| format!("reading {}", path.display()))?;
    let column = |name: &str| -> anyhow::Result<&Column> {
        file.column(name).with_context(|| format!("no column {name} in {}", path.display()))
    };
    let (left, right) = (column("record_id_1")?, column("record_id_2")?);
    let same = column("same")?;
    let record = |column: &Column, row: usize| -> anyhow::Result<u32> {
        let id = column.text(row);
        let known = table.ids.pool.lookup(id).filter(|number| *number > 0);
        Ok(known.with_context(|| format!("no record {id:?}, named in row {}", row + 1))? - 1)
    };
    let mut labels = Vec::new();
    for row in 0..file.records {
        let same = match same.text(row).to_ascii_lowercase().as_str() {
            "yes" | "y" | "true" | "1" | "same" => true,
            "no" | "n" | "false" | "0" | "different" => false,
            "" | "later" => continue,
            other => anyhow::bail!("{other:?} in row {} is neither yes nor no", row + 1),
        };
        labels.push(Label { left: record(left, row)?, right: record(right, row)?, same });
    }
    Ok(labels)
}

/// Entity names of an earlier run, kept where they still hold; new entities are named after a record,
/// with a sign behind it when that name is taken.
fn carried(
    path: &Path,
    table: &Table,
    resolution: &Resolution,
    fallback: impl Fn(u32) -> String,
) -> anyhow::Result<Vec<String>> {
    let previous =
        Table::read(open(path)?).with_context(|| format!("reading {}", path.display()))?;
    let entities =
        previous.column("entity_id").context("no column entity_id in the earlier run")?;
    let old: Vec<Option<u64>> = (0..table.records)
        .map(|record| previous.ids.pool.lookup(table.ids.text(record)))
        .map(|known| known.map(|number| u64::from(entities.values[number as usize - 1])))
        .collect();
    let first_new = entities.pool.len() as u64;
    let ids = stable::carry(&old, &resolution.entity_of, first_new);
    let name = |(id, entity): (&u64, &u32)| match u32::try_from(*id) {
        Ok(number) if *id < first_new => entities.pool.get(number).to_owned(),
        _ => {
            let mut name = fallback(*entity);
            while entities.pool.lookup(&name).is_some() {
                name.push('+');
            }
            name
        }
    };
    Ok(ids.iter().zip(&resolution.entity_of).map(name).collect())
}

fn compare_pairs(input: &Path, out: &Path) -> anyhow::Result<()> {
    let table =
        Table::read(open(input)?).with_context(|| format!("reading {}", input.display()))?;
    let column = |name: &str| -> anyhow::Result<&Column> {
        table.column(name).with_context(|| format!("no column {name}"))
    };
    let (ids, left, right) = (column("pair_id")?, column("name1")?, column("name2")?);
    let schema = table.column("schema");
    write_atomically(out, |out| {
        writeln!(out, "pair_id,p_match")?;
        for row in 0..table.records {
            let kind = NameKind::from_schema(schema.map_or("Person", |column| column.text(row)));
            let p = match_probability(kind, left.text(row), right.text(row));
            write_fields(out, &[ids.text(row), &format!("{p:.6}")])?;
        }
        Ok(())
    })
}

fn write_explanations(
    out: &mut impl Write,
    table: &Table,
    resolution: &Resolution,
) -> anyhow::Result<()> {
    let Resolution { features, plan, model, weights, entity_of, .. } = resolution;
    for link in &resolution.links {
        let (left, right) = (link.left as usize, link.right as usize);
        let line = serde_json::json!({
            "left": table.ids.text(left),
            "right": table.ids.text(right),
            "same_entity": entity_of[left] == entity_of[right],
            "why": explain(features, plan, model, weights, link.left, link.right),
        });
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Pairs within three bits of the match line that ended apart, and refused merges.
fn write_review(
    out: &mut impl Write,
    table: &Table,
    resolution: &Resolution,
) -> anyhow::Result<()> {
    const NEAR_BITS: f32 = 3.0;
    writeln!(out, "record_id_1,record_id_2,probability,reason")?;
    let entity = |record: u32| resolution.entity_of[record as usize];
    let near = resolution.links.iter().filter(|link| link.bits.abs() <= NEAR_BITS);
    let refused = resolution.refused.iter().map(|case| (&case.link, "clusters disagree"));
    for (link, reason) in near.map(|link| (link, "near the line")).chain(refused) {
        if entity(link.left) == entity(link.right) {
            continue;
        }
        let p = warmpath_identity::model::probability(f64::from(link.bits));
        let (left, right) = (link.left as usize, link.right as usize);
        let fields = [table.ids.text(left), table.ids.text(right), &format!("{p:.4}"), reason];
        write_fields(out, &fields)?;
    }
    Ok(())
}

fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

fn words_for(step: Step) -> &'static str {
    match step {
        Step::Normalise => "normalising values",
        Step::Block => "choosing and building blocks",
        Step::Train => "learning the model",
        Step::Score => "scoring pairs",
        Step::Cluster => "forming entities",
    }
}

fn summarise(table: &Table, kinds: &Kinds, resolution: &Resolution) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    let summary = &resolution.summary;
    for (column, kind) in table.columns.iter().zip(kinds) {
        eprintln!("  {:28} {kind:?}", column.name);
    }
    for rule in &resolution.rules {
        eprintln!("  {:60} {:>10} pairs", rule.rule, rule.pairs);
        if rule.dropped_records > 0 {
            eprintln!("    {} records in blocks too large to compare", rule.dropped_records);
        }
    }
    let odd = &table.oddities;
    if odd.first > 0 {
        eprintln!(
            "  odd input from record {}: {} short, {} long, {} fields not UTF-8",
            odd.first, odd.short_records, odd.long_records, odd.recoded_fields
        );
    }
    eprintln!(
        "{} records, {} entities, largest {}; {} pairs compared, {} matched, {} merges refused",
        summary.records,
        summary.entities,
        summary.largest,
        summary.pairs_compared,
        summary.pairs_matched,
        summary.refused
    );
}

/// Opens a file, unpacking it when its name ends in .gz.
fn open(path: &Path) -> anyhow::Result<Box<dyn Read>> {
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let packed = path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("gz"));
    Ok(if packed {
        Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(file)))
    } else {
        Box::new(file)
    })
}

/// Writes beside the target and renames, so that nobody sees half a file.
fn write_atomically(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let file = File::create(&part).with_context(|| format!("writing {}", part.display()))?;
    let mut out = BufWriter::with_capacity(1 << 18, file);
    fill(&mut out)?;
    out.flush()?;
    std::fs::rename(&part, path).with_context(|| format!("writing {}", path.display()))
}

/// One CSV line, fields quoted only when they must be.
fn write_fields(out: &mut impl Write, fields: &[&str]) -> std::io::Result<()> {
    for (i, text) in fields.iter().enumerate() {
        if i > 0 {
            out.write_all(b",")?;
        }
        if text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
            write!(out, "\"{}\"", text.replace('"', "\"\""))?;
        } else {
            out.write_all(text.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}
