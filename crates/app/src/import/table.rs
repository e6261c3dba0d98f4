//! Reads a file of bytes as a table: encoding, delimiter, header found by content, rows.
//!
//! Bounded before anything is parsed, and strict where a guess could swallow data: a quotation mark
//! that is never closed refuses the whole file, because everything after it would be one cell.

use csv::{ReaderBuilder, StringRecord};
use warmpath_core::limits;

use super::Kind;
use super::cards;
use super::column;
use crate::error::Problem;

/// A header stands within the first lines; above it there may be a title or notes.
const HEADER_LINES_MAX: usize = 20;

/// A table as read.
#[derive(Debug, Clone)]
pub struct Table {
    /// `utf-8` or `windows-1252`.
    pub encoding: &'static str,
    /// Between cells.
    pub delimiter: u8,
    /// Names of the columns, as written.
    pub header: Vec<String>,
    /// Line of the header, from 1.
    pub header_line: i64,
    /// The rows below it, without blank ones and without a report's footer.
    pub rows: Vec<Row>,
}

/// A row as it stands in the file.
#[derive(Debug, Clone)]
pub struct Row {
    /// Line of the file, from 1.
    pub line: i64,
    /// The cells, still guarded as an export left them.
    pub cells: StringRecord,
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// One [`Problem`] with the field `file`: too large, not text, no header, a column named twice,
    /// too many rows or columns, a quotation mark left open.
    pub fn read(bytes: &[u8], kind: Kind) -> Result<Self, Problem> {
        let (text, encoding) = decode(bytes)?;
        let text = if kind == Kind::Contacts { cards::as_table(text) } else { text };
        let (delimiter, records) = parse(&text, kind)?;
        let place = find_header(&records, kind).ok_or_else(|| {
            refuse(
                "header_missing",
                "No header was found. Put the names of the columns into the first line.",
            )
        })?;
        let head = &records[place];
        let header: Vec<String> = head.cells.iter().map(|c| c.trim().to_owned()).collect();
        check_header(&header)?;
        let mut rows = records[place + 1..].to_vec();
        cut_footer(&mut rows);
        rows.retain(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()));
        if rows.is_empty() {
            return Err(refuse("no_rows", "The file has a header and 0 rows: nothing to import."));
        }
        if rows.len() > limits::IMPORT_ROWS_MAX {
            let most = limits::IMPORT_ROWS_MAX;
            return Err(refuse("rows_too_many", format!("A file holds at most {most} rows.")));
        }
        Ok(Self { encoding, delimiter, header, header_line: head.line, rows })
    }
}

fn refuse(code: &str, message: impl Into<String>) -> Problem {
    Problem::new("file", code, message)
}

/// The bytes as text. What is not UTF-8 is read as Windows-1252, as office programs write it, and the
/// page says so.
fn decode(bytes: &[u8]) -> Result<(String, &'static str), Problem> {
    if bytes.len() > limits::IMPORT_BYTES_MAX {
        let most = limits::IMPORT_BYTES_MAX >> 20;
        return Err(refuse("file_too_large", format!("A file holds at most {most} MB.")));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(refuse("file_empty", "The file is empty."));
    }
    const MAGIC: [&[u8]; 5] =
        [b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"\x89PNG", b"\xd0\xcf\x11\xe0"];
    let odd = bytes.iter().filter(|b| **b < 9 || (14..32).contains(*b)).count();
    let nul = bytes.iter().filter(|b| **b == 0).count();
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || nul * 10 > bytes.len() {
        return Err(refuse(
            "encoding_unknown",
            "The file is not in UTF-8. Save it again as CSV UTF-8 (or Windows-1252).",
        ));
    }
    if MAGIC.iter().any(|magic| bytes.starts_with(magic)) || odd * 20 > bytes.len() {
        return Err(refuse(
            "not_text",
            "This is no CSV file. Export it as CSV, not as a workbook or an archive.",
        ));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((lines(text), "utf-8")),
        Err(_) => {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
            Ok((lines(&text), "windows-1252"))
        }
    }
}

/// Lines that end in a lone carriage return get a line feed, so that lines can be counted.
fn lines(text: &str) -> String {
    if text.contains('\n') { text.to_owned() } else { text.replace('\r', "\n") }
}

/// Tries the three delimiters; the one under which the header makes most sense wins.
fn parse(text: &str, kind: Kind) -> Result<(u8, Vec<Row>), Problem> {
    let mut best = (0, 0, b',');
    for delimiter in [b',', b';', b'\t'] {
        let head = records(text, delimiter, HEADER_LINES_MAX);
        let known = head.iter().map(|row| known(row, kind)).max().unwrap_or(0);
        let wide = head.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        if (known, wide) > (best.0, best.1) {
            best = (known, wide, delimiter);
        }
    }
    check_shape(text, best.2)?;
    Ok((best.2, records(text, best.2, usize::MAX)))
}

fn records(text: &str, delimiter: u8, most: usize) -> Vec<Row> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    reader
        .into_records()
        .take(most)
        // The text is valid UTF-8 and rows may have any width: no record fails.
        .filter_map(Result::ok)
        .map(|cells| Row { line: line_of(text, &cells), cells })
        .collect()
}

/// The reader's place of a row is before the blank lines above it.
fn line_of(text: &str, cells: &StringRecord) -> i64 {
    let Some(at) = cells.position() else { return 0 };
    let start = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let blank = rest.iter().take_while(|b| matches!(b, b'\n' | b'\r'));
    let skipped = blank.filter(|b| **b == b'\n').count() as u64;
    i64::try_from(at.line() + skipped).unwrap_or(i64::MAX)
}

/// Looks at quotation marks and widths before the rows are built.
fn check_shape(text: &str, delimiter: u8) -> Result<(), Problem> {
    let (mut line, mut opened, mut cells) = (1_u64, None, 1_usize);
    let mut at_start = true;
    for byte in text.bytes() {
        let was_open = opened.is_some();
        match (byte, opened) {
            (b'"', Some(_)) => opened = None,
            // A closing mark followed by another one is a mark inside the cell: it opens again.
            (b'"', None) if at_start => opened = Some(line),
            (b'\n', None) => cells = 1,
            (b, None) if b == delimiter => cells += 1,
            _ => {}
        }
        if byte == b'\n' {
            line += 1;
        }
        if cells > limits::IMPORT_COLUMNS_MAX {
            let most = limits::IMPORT_COLUMNS_MAX;
            return Err(refuse("columns_too_many", format!("A file has at most {most} columns.")));
        }
        let closed = byte == b'"' && was_open && opened.is_none();
        at_start = closed || byte == delimiter || byte == b'\n' || byte == b'\r';
    }
    match opened {
        None => Ok(()),
        Some(line) => Err(refuse(
            "quote_unclosed",
            format!("The quotation mark opened in line {line} is never closed."),
        )),
    }
}

fn known(row: &Row, kind: Kind) -> usize {
    row.cells.iter().filter(|cell| column::recognise(kind, cell).is_some()).count()
}

/// The line with the most headers we know; where none is known, the first line that looks like one.
fn find_header(records: &[Row], kind: Kind) -> Option<usize> {
    let head = &records[..records.len().min(HEADER_LINES_MAX)];
    let best = head.iter().enumerate().max_by_key(|(n, row)| (known(row, kind), usize::MAX - n))?;
    let needed = if best.1.cells.len() == 1 { 1 } else { 2 };
    if known(best.1, kind) >= needed {
        return Some(best.0);
    }
    let first = head.first()?;
    let plausible = first.cells.len() > 1
        && first.cells.iter().all(|cell| {
            let cell = cell.trim();
            !cell.is_empty() && !cell.contains('@') && !cell.starts_with(|c: char| c.is_numeric())
        });
    (plausible && known(first, kind) > 0).then_some(0)
}

fn check_header(header: &[String]) -> Result<(), Problem> {
    for (n, name) in header.iter().enumerate() {
        let again = |other: &&String| column::plain(other) == column::plain(name);
        if !name.is_empty() && header[..n].iter().any(|other| again(&other)) {
            return Err(refuse("header_repeated", format!("Two columns are named {name}.")));
        }
    }
    Ok(())
}

/// Reports end with a block of single cells: title, copyright, who made it. It is cut off.
fn cut_footer(rows: &mut Vec<Row>) {
    let single = |row: &Row| row.cells.iter().filter(|cell| !cell.trim().is_empty()).count() <= 1;
    let tail = rows.iter().rev().take_while(|row| row.cells.len() == 1 && single(row)).count();
    let start = rows.len() - tail;
    let signs = ["copyright (c)", "confidential information", "generated by"];
    let is_footer = rows[start..].iter().any(|row| {
        let text = row.cells.get(0).unwrap_or_default().trim().to_lowercase();
        signs.iter().any(|sign| text.starts_with(sign))
    });
    if is_footer {
        rows.truncate(start);
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
