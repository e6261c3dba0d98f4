//! Files in files: a gzipped file, or a zip of mailboxes, messages, Maildir folders, a Takeout.
//!
//! Everything streams: nothing is written anywhere and no name of an entry is used as a path, so names
//! that climb out of folders lead nowhere. What is unpacked is counted as it comes, over all files of
//! an import, and against the packed size, whatever the archive claims about itself; an archive in an
//! archive is left out. A file that cannot be read is noted and the others go on.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use flate2::read::MultiGzDecoder;
use thiserror::Error;
use zip::ZipArchive;

use super::Import;
use super::form::{Form, ending_of, look, read_form};
use crate::tables::{ReadError, Watch};

/// A packed byte that unpacks to more than so many is no mail: headers and texts stay below 30.
const RATIO_MAX: u64 = 200;
/// Below this the ratio is not looked at.
const RATIO_FROM_BYTES: u64 = 16 << 20;
/// An ending longer than this is not named.
const ENDING_MAX: usize = 8;

/// Bounds of all archives of one import together.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Files in archives.
    pub files_max: usize,
    /// Bytes unpacked.
    pub bytes_max: u64,
}

/// Why an archive is refused whole.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// More files than an import takes.
    #[error("it holds more than {0} files")]
    TooManyFiles(usize),
    /// More bytes than an import takes.
    #[error("it unpacks to more than {} MB", .0 >> 20)]
    TooLarge(u64),
    /// It grows beyond all measure.
    #[error("it unpacks to more than {RATIO_MAX} times its size")]
    Bomb,
    /// It is no archive, or a damaged one.
    #[error("the archive is damaged")]
    Damaged,
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// What has been unpacked so far, and what was left out.
#[derive(Debug)]
pub struct Unpacking {
    bounds: Bounds,
    files: usize,
    bytes: u64,
    over: Option<ArchiveError>,
    /// Files left out, by ending (empty for none) and why. No names: they are private.
    pub left_out: BTreeMap<(String, &'static str), u64>,
    /// Files read.
    pub read: u64,
}

impl Unpacking {
    /// Begins an import.
    #[must_use]
    pub fn within(bounds: Bounds) -> Self {
        Self { bounds, files: 0, bytes: 0, over: None, left_out: BTreeMap::new(), read: 0 }
    }

    fn leave_out(&mut self, name: &str, why: &'static str) {
        let ending = ending_of(name);
        let plain = ending.len() <= ENDING_MAX && ending.chars().all(|c| c.is_ascii_alphanumeric());
        let ending = if plain { ending } else { String::new() };
        *self.left_out.entry((ending, why)).or_default() += 1;
    }

    /// Counts one file more.
    fn next_file(&mut self) -> Result<(), ArchiveError> {
        self.files += 1;
        if self.files > self.bounds.files_max {
            return Err(ArchiveError::TooManyFiles(self.bounds.files_max));
        }
        Ok(())
    }
}

/// Counts what comes out, and stops it where it is too much.
struct Metered<'m, R> {
    inner: R,
    unpacking: &'m mut Unpacking,
    packed: u64,
    bytes: u64,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes += count as u64;
        self.unpacking.bytes += count as u64;
        let most = self.unpacking.bounds.bytes_max;
        let over = if self.unpacking.bytes > most {
            Some(ArchiveError::TooLarge(most))
        } else if self.bytes > RATIO_FROM_BYTES.max(self.packed.saturating_mul(RATIO_MAX)) {
            Some(ArchiveError::Bomb)
        } else {
            None
        };
        if over.is_some() {
            self.unpacking.over = over;
            return Err(std::io::Error::other("unpacks to too much"));
        }
        Ok(count)
    }
}

/// Reads a gzipped file of a name such as `all.mbox.gz`; `packed` is its size in bytes.
///
/// # Errors
/// When it is too much, or the caller asked to stop.
pub fn read_gzip(
    name: &str,
    input: impl Read,
    packed: u64,
    unpacking: &mut Unpacking,
    import: &mut Import<'_>,
    watch: Watch<'_>,
) -> Result<(), ArchiveError> {
    unpacking.next_file()?;
    let inner = name.strip_suffix(".gz").or(name.strip_suffix(".GZ")).unwrap_or(name);
    read_one(inner, MultiGzDecoder::new(input), packed, unpacking, import, watch)
}

/// Reads every file of a zip.
///
/// # Errors
/// When it is no zip, when it is too much, or the caller asked to stop.
pub fn read_zip(
    input: impl Read + Seek,
    unpacking: &mut Unpacking,
    import: &mut Import<'_>,
    watch: Watch<'_>,
) -> Result<(), ArchiveError> {
    let mut archive = ZipArchive::new(input).map_err(|_| ArchiveError::Damaged)?;
    for place in 0..archive.len() {
        unpacking.next_file()?;
        let Ok(file) = archive.by_index(place) else {
            // Locked, or packed in a way that is not read here.
            unpacking.leave_out("", "locked, damaged or packed in an unknown way");
            continue;
        };
        let name = String::from_utf8_lossy(file.name_raw()).into_owned();
        if file.is_dir() || file.is_symlink() || is_clutter(&name) {
            continue;
        }
        let packed = file.compressed_size();
        read_one(&name, file, packed, unpacking, import, watch)?;
    }
    Ok(())
}

/// What a desktop adds to every archive.
fn is_clutter(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.ends_with(".DS_Store") || name.ends_with("desktop.ini")
}

fn read_one(
    name: &str,
    input: impl Read,
    packed: u64,
    unpacking: &mut Unpacking,
    import: &mut Import<'_>,
    watch: Watch<'_>,
) -> Result<(), ArchiveError> {
    let metered = Metered { inner: input, unpacking: &mut *unpacking, packed, bytes: 0 };
    let outcome =
        look(name, metered).map_err(ReadError::from).and_then(|(form, mut input)| match form {
            Form::Unknown => Ok(Some("not a kind of file that is read here")),
            Form::Zip | Form::Gzip => Ok(Some("an archive inside an archive")),
            form => read_form(form, &mut input, import, watch).map(|()| None),
        });
    if let Some(over) = unpacking.over.take() {
        return Err(over);
    }
    match outcome {
        Ok(None) => unpacking.read += 1,
        Ok(Some(why)) => unpacking.leave_out(name, why),
        Err(ReadError::Interrupted) => return Err(ArchiveError::Interrupted),
        Err(ReadError::MissingColumn { .. }) => {
            unpacking.leave_out(name, "a table without the columns that are needed");
        }
        Err(ReadError::Input(_)) => unpacking.leave_out(name, "damaged"),
    }
    Ok(())
}

/// Whether the directory of a zip lists at most so many files. It is read into memory as a whole, so
/// this is asked first where the file may be hostile.
#[must_use]
pub fn is_directory_bounded(zip: &[u8], files_max: usize) -> bool {
    let entries = zip.windows(4).filter(|bytes| bytes == b"PK\x01\x02");
    entries.take(files_max + 1).count() <= files_max
}
