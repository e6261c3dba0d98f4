//! Files of the network commands: read plain or gzipped, shown as progress, written all or nothing.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};
use tempfile::NamedTempFile;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C stops the work at its next step, so that unfinished output is removed.
pub(super) fn honour_interrupts() {
    // A second handler in one process is refused; the first one does the same work.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
}

/// Whether Ctrl-C was pressed.
pub(super) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Fails once Ctrl-C was pressed.
pub(super) fn stop_if_interrupted() -> anyhow::Result<()> {
    if interrupted() {
        bail!("interrupted; nothing was written");
    }
    Ok(())
}

/// An open input: the bytes as meant (unpacked if the name ends in .gz) and the progress of
/// reading them.
pub(super) struct Input {
    pub(super) reader: Box<dyn BufRead + Send>,
    pub(super) progress: ProgressBar,
}

/// Opens a file that is read here and there, such as a zip.
pub(super) fn open_seekable(path: &Path) -> anyhow::Result<(impl Read + Seek, ProgressBar)> {
    let (file, progress) = counted(path)?;
    Ok((BufReader::with_capacity(1 << 18, progress.wrap_read(file)), progress))
}

fn counted(path: &Path) -> anyhow::Result<(File, ProgressBar)> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let length = file.metadata().map(|about| about.len()).unwrap_or(0);
    let progress = ProgressBar::new(length);
    let style = "{msg} {bytes}/{total_bytes} {wide_bar} {eta}";
    progress.set_style(ProgressStyle::with_template(style)?);
    progress.set_message(path.display().to_string());
    Ok((file, progress))
}

/// Opens a file.
pub(super) fn open(path: &Path) -> anyhow::Result<Input> {
    let (file, progress) = counted(path)?;
    let counted = progress.wrap_read(file);
    let packed = path.extension().is_some_and(|extension| extension == "gz");
    let reader: Box<dyn BufRead + Send> = if packed {
        Box::new(BufReader::with_capacity(1 << 20, MultiGzDecoder::new(counted)))
    } else {
        Box::new(BufReader::with_capacity(1 << 18, counted))
    };
    Ok(Input { reader, progress })
}

/// A CSV of modest size, by its header.
pub(super) fn open_csv(path: &Path) -> anyhow::Result<csv::Reader<Box<dyn Read + Send>>> {
    let reader: Box<dyn Read + Send> = Box::new(open(path)?.reader);
    Ok(csv::ReaderBuilder::new().flexible(true).from_reader(reader))
}

/// Where a column stands.
pub(super) fn column(header: &csv::StringRecord, name: &str) -> anyhow::Result<usize> {
    let plain = |text: &str| text.trim().trim_start_matches('\u{feff}').to_ascii_lowercase();
    header.iter().position(|field| plain(field) == name).with_context(|| {
        let found: String = header.iter().collect::<Vec<_>>().join(",").chars().take(200).collect();
        format!("no column named {name}; the header has: {found}")
    })
}

/// An output that appears under its name only when finished.
pub(super) struct Output {
    writer: BufWriter<NamedTempFile>,
    path: PathBuf,
}

/// Begins an output beside its final place.
pub(super) fn create(path: &Path) -> anyhow::Result<Output> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let file = beside(folder).with_context(|| format!("cannot write in {}", folder.display()))?;
    Ok(Output { writer: BufWriter::with_capacity(1 << 18, file), path: path.to_owned() })
}

/// A file that others may read as the user's settings say, unlike a temporary file.
fn beside(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".warmpath-").suffix(".tmp");
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666))
    };
    builder.tempfile_in(folder)
}

impl Output {
    /// Puts the finished output in its place.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        stop_if_interrupted()?;
        let place = || format!("cannot write {}", self.path.display());
        let file = self.writer.into_inner().map_err(|error| error.into_error());
        let file = file.with_context(place)?;
        file.as_file().sync_all().with_context(place)?;
        file.persist(&self.path).with_context(place)?;
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

/// Tells the person at the terminal, beside the output.
#[expect(clippy::print_stderr, reason = "a command speaks to its user on standard error")]
pub(super) fn tell(message: &str) {
    eprintln!("{message}");
}
