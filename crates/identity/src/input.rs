//! Reading a CSV file of any quality into interned columns.

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;
use crate::pool::Pool;

/// Longest record taken, in bytes: a longer one is a broken file, not a person.
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// Most records taken.
pub const RECORDS_MAX: usize = 50_000_000;
/// Most bytes of distinct text in one column.
pub const COLUMN_BYTES_MAX: usize = 3 << 30;
/// Most columns taken.
pub const COLUMNS_MAX: usize = 512;

/// One column: the distinct texts and the number of the text of every record.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Header text.
    pub name: String,
    /// Distinct values, as written, trimmed.
    pub pool: Pool,
    /// Number of the value of each record.
    pub values: Vec<u32>,
}

impl Column {
    /// Text of one record.
    pub fn text(&self, record: usize) -> &str {
        self.pool.get(self.values[record])
    }
}

/// What was found odd while reading; nothing of it stops the work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Records with fewer fields than the header; the missing ones are empty.
    pub short_records: usize,
    /// Records with more fields than the header; the extra ones are ignored.
    pub long_records: usize,
    /// Fields that were not UTF-8 and were read as Windows-1252.
    pub recoded_fields: usize,
    /// Record, counted from 1, of the first oddity; 0 when there is none.
    pub first: usize,
}

/// A file of records, column by column.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Ids of the records: the `record_id` column, or the row number from 0.
    pub ids: Column,
    /// All other columns in file order.
    pub columns: Vec<Column>,
    /// Number of records.
    pub records: usize,
    /// What was odd.
    pub oddities: Oddities,
}

impl Table {
    /// Reads a whole CSV file: comma, semicolon, tab or bar separated, with a header line.
    ///
    /// # Errors
    /// An empty input, a header without records, UTF-16, a record beyond
    /// [`RECORD_BYTES_MAX`], duplicate record ids, or a failing reader.
    pub fn read(reader: impl Read) -> Result<Self, Error> {
        Self::read_on(reader, 1)
    }

    /// The same on up to `threads` threads; the result does not depend on their number.
    ///
    /// # Errors
    /// Those of [`Table::read`].
    pub fn read_on(mut reader: impl Read, threads: usize) -> Result<Self, Error> {
        let mut head = vec![0u8; 64 * 1024];
        let filled = fill(&mut reader, &mut head)?;
        head.truncate(filled);
        let body = check_encoding(&head)?;
        let delimiter = sniff(body);
        let rest = std::io::Cursor::new(body.to_vec()).chain(reader);
        let mut csv = csv::ReaderBuilder::new()
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(256 * 1024)
            .from_reader(Guard::new(rest));
        Self::read_records(&mut csv, threads)
    }

    fn read_records<R: Read>(csv: &mut csv::Reader<R>, threads: usize) -> Result<Self, Error> {
        let mut oddities = Oddities::default();
        let header = csv.byte_headers().map_err(unwrap_guard)?.clone();
        if header.iter().all(|name| name.trim_ascii().is_empty()) {
            return Err(Error::Empty);
        }
        if header.len() > COLUMNS_MAX {
            return Err(Error::TooLarge(format!("{} columns", header.len())));
        }
        let names = header.iter().map(|name| decode(name, &mut oddities.recoded_fields));
        let mut fillers: Vec<Filler> = names.map(Filler::new).collect();
        let id_at = fillers.iter().position(|f| f.column.name.eq_ignore_ascii_case("record_id"));
        if let Some(at) = id_at {
            fillers[at].ids = true;
        }
        let mut parser = Parser { csv, width: header.len(), records: 0, oddities };
        let mut batch = Batch::default();
        parser.fill(&mut batch)?;
        let mut next = Batch::default();
        while batch.records > 0 {
            let parsed = pour(&batch, &mut fillers, threads, || parser.fill(&mut next));
            for filler in &mut fillers {
                filler.error.take().map_or(Ok(()), Err)?;
            }
            parsed?;
            std::mem::swap(&mut batch, &mut next);
        }
        let Parser { records, mut oddities, .. } = parser;
        if records == 0 {
            return Err(Error::NoRecords);
        }
        let first =
            |one: usize, two: usize| if one == 0 || two != 0 && two < one { two } else { one };
        for filler in &fillers {
            oddities.recoded_fields += filler.recoded;
            oddities.first = first(oddities.first, filler.odd);
        }
        let mut columns: Vec<Column> = fillers.into_iter().map(|filler| filler.column).collect();
        let ids = match id_at {
            Some(at) => columns.remove(at),
            None => numbered(records),
        };
        Ok(Self { ids, columns, records, oddities })
    }

    /// The column of this name, ignoring case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }
}

fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Error> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

fn check_encoding(head: &[u8]) -> Result<&[u8], Error> {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(Error::Encoding("UTF-16"));
    }
    if head.iter().take(400).filter(|byte| **byte == 0).count() > 8 {
        return Err(Error::Encoding("not text (it holds NUL bytes)"));
    }
    let body = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head);
    if body.iter().all(u8::is_ascii_whitespace) { Err(Error::Empty) } else { Ok(body) }
}

/// The separator that occurs most often in the header line.
fn sniff(body: &[u8]) -> u8 {
    let line = body.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    let candidates = [b',', b';', b'\t', b'|'];
    candidates.into_iter().rev().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

fn count_oddities(oddities: &mut Oddities, fields: usize, expected: usize, record: usize) {
    match fields.cmp(&expected) {
        std::cmp::Ordering::Less => oddities.short_records += 1,
        std::cmp::Ordering::Greater => oddities.long_records += 1,
        std::cmp::Ordering::Equal => return,
    }
    if oddities.first == 0 {
        oddities.first = record;
    }
}

/// Records of one batch at most.
const BATCH_RECORDS: usize = 16 * 1024;
/// Bytes after which a batch is full.
const BATCH_BYTES: usize = 4 << 20;

/// Fields of some records, one behind the other.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// End of each field, record by record, as many as the header has.
    ends: Vec<u32>,
    records: usize,
    width: usize,
    /// Number of the first record, from 1.
    first: usize,
}

impl Batch {
    /// Takes a record: fields that are missing are empty, fields too many are left out.
    fn push(&mut self, record: &csv::ByteRecord) {
        let kept = record.len().min(self.width);
        let start = self.bytes.len();
        let end = |column: usize| record.range(column).map_or(0, |range| range.end);
        let bytes = kept.checked_sub(1).map_or(0, end);
        self.bytes.extend_from_slice(&record.as_slice()[..bytes]);
        self.ends.extend((0..kept).map(|column| (start + end(column)) as u32));
        self.ends.extend((kept..self.width).map(|_| (start + bytes) as u32));
        self.records += 1;
    }

    fn range(&self, record: usize, column: usize) -> std::ops::Range<usize> {
        let at = record * self.width + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        start..self.ends[at] as usize
    }
}

struct Parser<'a, R> {
    csv: &'a mut csv::Reader<R>,
    width: usize,
    records: usize,
    oddities: Oddities,
}

impl<R: Read> Parser<'_, R> {
    /// Fills the batch with the next records; leaves it without any at the end of the input.
    fn fill(&mut self, batch: &mut Batch) -> Result<(), Error> {
        batch.bytes.clear();
        batch.ends.clear();
        (batch.records, batch.width, batch.first) = (0, self.width, self.records + 1);
        let mut record = csv::ByteRecord::new();
        while batch.records < BATCH_RECORDS && batch.bytes.len() < BATCH_BYTES {
            if !self.csv.read_byte_record(&mut record).map_err(unwrap_guard)? {
                break;
            }
            if self.width > 1 && record.iter().all(|field| field.trim_ascii().is_empty()) {
                continue;
            }
            self.records += 1;
            if self.records > RECORDS_MAX {
                return Err(Error::TooLarge(format!("more than {RECORDS_MAX} records")));
            }
            count_oddities(&mut self.oddities, record.len(), self.width, self.records);
            batch.push(&record);
        }
        Ok(())
    }
}

/// A column on its way.
struct Filler {
    column: Column,
    /// Whether every value must be new.
    ids: bool,
    recoded: usize,
    /// Number of the first record that was recoded; 0 when none was.
    odd: usize,
    error: Option<Error>,
}

impl Filler {
    fn new(name: String) -> Self {
        let column = Column { name, ..<_>::default() };
        Self { column, ids: false, recoded: 0, odd: 0, error: None }
    }

    /// Takes column `at` of a batch.
    fn take(&mut self, batch: &Batch, whole: Option<&str>, at: usize) {
        let Column { pool, values, .. } = &mut self.column;
        let mut texts: Vec<&str> = Vec::with_capacity(batch.records);
        for record in 0..batch.records {
            let range = batch.range(record, at);
            let bytes = &batch.bytes[range.clone()];
            let sound = match whole {
                Some(text) => text.get(range),
                None => std::str::from_utf8(bytes).ok(),
            };
            let text = sound.or_else(|| std::str::from_utf8(bytes).ok());
            if let Some(text) = text {
                texts.push(trimmed(text));
                continue;
            }
            pool.intern_many(&texts, values);
            texts.clear();
            values.push(pool.intern(decode(bytes.trim_ascii(), &mut self.recoded).trim()));
            if self.odd == 0 {
                self.odd = batch.first + record;
            }
        }
        pool.intern_many(&texts, values);
        if pool.text_bytes() > COLUMN_BYTES_MAX {
            self.error = Some(Error::TooLarge(format!("column {:?}", self.column.name)));
        } else if self.ids {
            self.error = check_ids(&self.column, batch.first);
        }
    }
}

/// The text without white space around it; most have none.
fn trimmed(text: &str) -> &str {
    let bare = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if bare(bytes.first()) && bare(bytes.last()) { text } else { text.trim() }
}

/// Hands a batch to all columns while `meanwhile` runs, on up to `threads` threads.
fn pour<T>(
    batch: &Batch,
    fillers: &mut [Filler],
    threads: usize,
    meanwhile: impl FnOnce() -> T,
) -> T {
    let whole = std::str::from_utf8(&batch.bytes).ok();
    let tasks: Vec<Mutex<(usize, &mut Filler)>> =
        fillers.iter_mut().enumerate().map(Mutex::new).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut task = task.lock().unwrap_or_else(PoisonError::into_inner);
            let (at, filler) = &mut *task;
            filler.take(batch, whole, *at);
        }
    };
    if threads < 2 {
        work();
        return meanwhile();
    }
    std::thread::scope(|scope| {
        for _ in 1..threads.min(tasks.len()) {
            scope.spawn(work);
        }
        let done = meanwhile();
        work();
        done
    })
}

/// Every id is new: the number of each is that of its record.
fn check_ids(column: &Column, first: usize) -> Option<Error> {
    let fresh = |(row, number): (usize, &u32)| *number as usize == row + 1;
    let mut rows = column.values.iter().enumerate().skip(first - 1);
    let (row, number) = rows.find(|row| !fresh(*row))?;
    Some(Error::DuplicateId { id: column.pool.get(*number).to_owned(), row: row + 1 })
}

fn numbered(records: usize) -> Column {
    let mut column = Column { name: "record_id".to_owned(), ..Column::default() };
    column.values = (0..records).map(|row| column.pool.intern(&row.to_string())).collect();
    column
}

fn decode(bytes: &[u8], recoded: &mut usize) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim().to_owned(),
        Err(_) => {
            *recoded += 1;
            bytes.iter().map(|byte| windows_1252(*byte)).collect()
        }
    }
}

fn windows_1252(byte: u8) -> char {
    const UPPER: [char; 32] = [
        '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

/// Passes bytes through and stops at a record that never ends, so that memory stays bounded.
struct Guard<R> {
    inner: R,
    quoted: bool,
    line: u64,
    length: usize,
}

#[derive(Debug)]
struct TooLong(u64);

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "record too long at line {}", self.0)
    }
}

impl std::error::Error for TooLong {}

impl<R> Guard<R> {
    fn new(inner: R) -> Self {
        Self { inner, quoted: false, line: 1, length: 0 }
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        for byte in &buffer[..count] {
            match byte {
                b'"' => self.quoted = !self.quoted,
                b'\n' if !self.quoted => {
                    self.line += 1;
                    self.length = 0;
                    continue;
                }
                _ => {}
            }
            self.length += 1;
            if self.length > RECORD_BYTES_MAX {
                return Err(std::io::Error::other(TooLong(self.line)));
            }
        }
        Ok(count)
    }
}

fn unwrap_guard(error: csv::Error) -> Error {
    if let csv::ErrorKind::Io(inner) = error.kind()
        && let Some(TooLong(line)) = inner.get_ref().and_then(|e| e.downcast_ref::<TooLong>())
    {
        return Error::RecordTooLong { line: *line, limit: RECORD_BYTES_MAX };
    }
    Error::Csv(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_spreadsheets_write() {
        let table = Table::read("\u{feff}record_id;name\r\n7;Jöhn\r\n9;\"A;B\"\r\n".as_bytes());
        let table = table.expect("a table");
        assert_eq!((table.records, table.ids.text(1)), (2, "9"));
        assert_eq!(table.columns[0].text(1), "A;B");
        let latin = Table::read(&b"name,city\nJ\xf6hn,K\xf6ln\nA\n"[..]).expect("a table");
        assert_eq!(latin.columns[0].text(0), "Jöhn");
        assert_eq!((latin.ids.text(1), latin.oddities.short_records), ("1", 1));
    }

    #[test]
    fn bad_files_have_names() {
        let error = |bytes: &[u8]| Table::read(bytes).expect_err("an error").to_string();
        assert!(error(b"").contains("empty"));
        assert!(error(b"\n \n").contains("empty"));
        assert!(error(b"a,b\n").contains("no records"));
        assert!(error(b"record_id,a\n1,x\n1,y\n").contains("twice"));
        assert!(error(&[0xff, 0xfe, b'a', 0]).contains("UTF-16"));
        let mut endless = b"a,b\n1,\"".to_vec();
        endless.resize(RECORD_BYTES_MAX + 100, b'x');
        assert!(error(&endless).contains("line 2"));
    }
}
