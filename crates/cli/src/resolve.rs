//! `warmpath resolve`: which records of a CSV file are one person or company?

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use warmpath_identity::model::Model;
use warmpath_identity::{Options, Table, kind, resolve};

/// Find the records that describe one person or one company.
#[derive(Args, Debug)]
pub struct ResolveCommand {
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
    /// Model file: used when it exists, written when it does not
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

impl ResolveCommand {
    /// Runs the command.
    ///
    /// # Errors
    /// Files that cannot be read or written, and inputs that cannot be resolved.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let table = Table::read(open(&self.input)?)
            .with_context(|| format!("reading {}", self.input.display()))?;
        let mut kinds = kind::infer(&table);
        if let Some(path) = &self.columns {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("reading {}", path.display()))?;
            kind::apply_settings(&table, &mut kinds, &text)?;
        }
        let known = self.model.as_ref().filter(|path| path.exists());
        let model = match known {
            Some(path) => Some(Model::from_json(&std::fs::read_to_string(path)?)?),
            None => None,
        };
        let options = Options {
            threads: self.threads,
            link_column: (!self.link.is_empty()).then(|| self.link.clone()),
            model,
            ..Options::default()
        };
        let resolution = resolve(&table, &kinds, &options, &mut |_| {})?;
        write_atomically(&self.out, |out| {
            writeln!(out, "record_id,entity_id")?;
            let mut writer = csv_line::Writer::new(out);
            for (record, entity) in resolution.entity_of.iter().enumerate() {
                writer.pair(table.ids.text(record), table.ids.text(*entity as usize))?;
            }
            Ok(())
        })?;
        if let (Some(path), None) = (&self.model, known) {
            write_atomically(
                path,
                |out| Ok(out.write_all(resolution.model.to_json().as_bytes())?),
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }
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

/// Two CSV fields a line, quoted only when they must be.
mod csv_line {
    use std::io::Write;

    pub(super) struct Writer<'a, W: Write>(&'a mut W);

    impl<'a, W: Write> Writer<'a, W> {
        pub(super) fn new(out: &'a mut W) -> Self {
            Self(out)
        }

        pub(super) fn pair(&mut self, one: &str, two: &str) -> std::io::Result<()> {
            self.field(one)?;
            self.0.write_all(b",")?;
            self.field(two)?;
            self.0.write_all(b"\n")
        }

        fn field(&mut self, text: &str) -> std::io::Result<()> {
            if text.contains([',', '"', '\n', '\r']) {
                write!(self.0, "\"{}\"", text.replace('"', "\"\""))
            } else {
                self.0.write_all(text.as_bytes())
            }
        }
    }
}
