//! Ties from CSV: `from,to,p` (or `src,dst,p`, or what the tie score writes), a tie a row.
//!
//! Ten million rows are an ordinary case, so the reader splits bytes itself, a block at a time, and
//! keeps nothing but the ties.

use std::io::Read;

use super::{ReadError, Skips, Watch};
use crate::probability::Probability;
use crate::ties::TieList;

/// A longer line is left out.
pub const LINE_BYTES_MAX: usize = 64 * 1024;
const BLOCK_BYTES: usize = 1 << 20;

const FROM: [&str; 2] = ["from", "src"];
const TO: [&str; 2] = ["to", "dst"];
const STRENGTH: [&str; 4] = ["p", "probability", "p_reply_7d", "strength"];

/// Reads ties. Probabilities are rounded to 1/10,000; rows that hold none in `0..=1`, or too few
/// columns, are left out and reported by line.
///
/// # Errors
/// When the input fails, when a column is missing, or when `watch` says stop.
pub fn read_ties(input: &mut dyn Read, watch: Watch) -> Result<(TieList, Skips), ReadError> {
    let mut rows =
        Rows { columns: None, ties: TieList::default(), skips: Skips::default(), line: 0 };
    let mut block = vec![0; BLOCK_BYTES];
    let (mut held, mut too_long) = (0, false);
    loop {
        let read = read_some(input, &mut block[held..])?;
        if !watch(read as u64) {
            return Err(ReadError::Interrupted);
        }
        let filled = held + read;
        let mut start = 0;
        loop {
            start += rows.take_plain(&block[start..filled]);
            let rest = &block[start..filled];
            let Some(length) = rest.iter().position(|&byte| byte == b'\n') else { break };
            rows.take(&block[start..start + length], too_long)?;
            too_long = false;
            start += length + 1;
        }
        if read == 0 {
            if start < filled {
                rows.take(&block[start..filled], too_long)?;
            }
            break;
        }
        block.copy_within(start..filled, 0);
        held = filled - start;
        if held == block.len() {
            (held, too_long) = (0, true);
        }
    }
    match rows.columns {
        Some(_) => Ok((rows.ties, rows.skips)),
        None => Err(missing("from", b"")),
    }
}

fn read_some(input: &mut dyn Read, into: &mut [u8]) -> Result<usize, ReadError> {
    loop {
        match input.read(into) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            other => return Ok(other?),
        }
    }
}

fn missing(wanted: &'static str, header: &[u8]) -> ReadError {
    let header = String::from_utf8_lossy(header).chars().take(200).collect();
    ReadError::MissingColumn { wanted, header }
}

#[derive(Clone, Copy)]
struct Columns {
    from: usize,
    to: usize,
    strength: usize,
}

struct Rows {
    columns: Option<Columns>,
    ties: TieList,
    skips: Skips,
    line: u64,
}

impl Rows {
    /// Takes rows of the plainest form from the start of a block; returns the bytes they took.
    fn take_plain(&mut self, block: &[u8]) -> usize {
        let mut used = 0;
        if self.columns.is_some_and(Columns::are_plain) {
            while let Some((from, to, strength, bytes)) = plain_row(&block[used..]) {
                self.ties.add_numbers(from, to, strength);
                self.line += 1;
                used += bytes;
            }
        }
        used
    }

    fn take(&mut self, line: &[u8], too_long: bool) -> Result<(), ReadError> {
        self.line += 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some(columns) = self.columns else {
            self.columns = Some(Columns::find(line)?);
            return Ok(());
        };
        if line.is_empty() {
            return Ok(());
        }
        if too_long || line.len() > LINE_BYTES_MAX {
            self.skips.note(self.line, "line too long");
            return Ok(());
        }
        match columns.split(line) {
            None => self.skips.note(self.line, "too few columns"),
            Some((b"", _, _) | (_, b"", _)) => self.skips.note(self.line, "no name"),
            Some((from, to, strength)) => match read_probability(strength) {
                Some(strength) => self.ties.add_bytes(from, to, strength),
                None => self.skips.note(self.line, "not a probability"),
            },
        }
        Ok(())
    }
}

/// A row in the plainest form, `123,456,0.7890` and a line end: both numbers, the strength, and how
/// many bytes it takes. `None` for any other form, which is left to the general reader.
#[inline]
fn plain_row(bytes: &[u8]) -> Option<(u32, u32, Probability, usize)> {
    let (from, at) = plain_digits(bytes, 0)?;
    let (to, at) = plain_digits(bytes, at + 1)?;
    let [b'0', b'.', digits @ ..] = bytes.get(at + 1..)? else { return None };
    let (mut raw, mut places) = (0_u16, 0);
    let worth = [1_000, 100, 10, 1];
    while let Some(digit) = digits.get(places).map(|byte| byte.wrapping_sub(b'0')) {
        if digit > 9 {
            break;
        }
        raw += u16::from(digit) * worth.get(places)?;
        places += 1;
    }
    let ends = places > 0 && digits.get(places) == Some(&b'\n');
    ends.then_some((from, to, Probability::from_raw(raw)?, at + 3 + places + 1))
}

/// A plain number of at most nine digits that ends in a comma, and where the comma is.
#[inline]
fn plain_digits(bytes: &[u8], start: usize) -> Option<(u32, usize)> {
    let (mut number, mut at) = (0_u32, start);
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')) {
        if digit > 9 {
            break;
        }
        number = number.wrapping_mul(10).wrapping_add(u32::from(digit));
        at += 1;
    }
    let length = at - start;
    let leading_zero = length > 1 && bytes[start] == b'0';
    let fits = (1..=9).contains(&length) && !leading_zero && bytes.get(at) == Some(&b',');
    fits.then_some((number, at))
}

impl Columns {
    /// Whether rows are in the order of [`plain_row`].
    fn are_plain(self) -> bool {
        (self.from, self.to, self.strength) == (0, 1, 2)
    }

    fn find(header: &[u8]) -> Result<Self, ReadError> {
        let plain = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
        let names: Vec<String> = plain
            .split(|&byte| byte == b',')
            .map(|name| String::from_utf8_lossy(unquoted(name)).trim().to_ascii_lowercase())
            .collect();
        let find = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&&**name));
        Ok(Self {
            from: find(&FROM).ok_or_else(|| missing("from or src", plain))?,
            to: find(&TO).ok_or_else(|| missing("to or dst", plain))?,
            strength: find(&STRENGTH).ok_or_else(|| missing("p", plain))?,
        })
    }

    #[inline]
    fn split(self, line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
        let last = self.from.max(self.to).max(self.strength);
        let (mut from, mut to, mut strength) = (None, None, None);
        let mut rest = Some(line);
        for column in 0..=last {
            let (field, after) = cut_field(rest?);
            rest = after;
            if column == self.from {
                from = Some(field);
            } else if column == self.to {
                to = Some(field);
            } else if column == self.strength {
                strength = Some(field);
            }
        }
        Some((from?, to?, strength?))
    }
}

/// The first field of a row, and what follows its comma.
#[inline]
fn cut_field(row: &[u8]) -> (&[u8], Option<&[u8]>) {
    if row.first() == Some(&b'"')
        && let Some(close) = row[1..].iter().position(|&byte| byte == b'"')
    {
        let after = &row[close + 2..];
        return (&row[1..=close], after.strip_prefix(b","));
    }
    match row.iter().position(|&byte| byte == b',') {
        Some(comma) => (&row[..comma], Some(&row[comma + 1..])),
        None => (row, None),
    }
}

fn unquoted(field: &[u8]) -> &[u8] {
    field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\"")).unwrap_or(field)
}

/// A probability in decimal form; the common `0.dddd` without the general parser.
fn read_probability(text: &[u8]) -> Option<Probability> {
    if let [b'0', b'.', digits @ ..] = text
        && (1..=4).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
    {
        let mut raw = 0_u16;
        for place in 0..4 {
            raw = raw * 10 + u16::from(digits.get(place).map_or(0, |digit| digit - b'0'));
        }
        return Probability::from_raw(raw);
    }
    let number: f64 = std::str::from_utf8(text).ok()?.trim().parse().ok()?;
    Probability::from_f64(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(TieList, Skips), ReadError> {
        read_ties(&mut text.as_bytes(), &mut |_| true)
    }

    #[test]
    fn columns_are_found_by_name_and_bad_rows_by_line() {
        let text = "\u{feff}p,to,x,from\r\n0.5,b,,a\r\n1.5,c,,a\r\nnan,c,,a\n0.25,\"d\",,a\n\n1,e\n\
                    1e-3,f,,a\n0.1,,,a\n";
        let (ties, skips) = read(text).expect("readable");
        assert_eq!(ties.len(), 3);
        let (graph, _) = ties.build();
        let person = |name| graph.people().find(name).expect("known");
        let tie = |to| graph.tie(person("a"), person(to)).map(Probability::raw);
        assert_eq!([tie("b"), tie("d"), tie("f")], [Some(5_000), Some(2_500), Some(10)]);
        let wanted = "1 no name (first at 9); 2 not a probability (first at 3); \
                      1 too few columns (first at 7)";
        assert_eq!(skips.to_string(), wanted);
    }

    #[test]
    fn plain_and_other_rows_of_one_file_say_the_same() {
        let rows = ["1,2,0.5", "10,2,0.25", "2,1,1", "3,1,0.1234", "3,2,0.00005", "4,1,.75"];
        let strengths = |text: &str| {
            let (ties, skips) = read(text).expect("readable");
            assert_eq!(skips.total(), 0, "{skips}");
            let (graph, report) = ties.build();
            let find = |name| graph.people().find(name).expect("known");
            let all = [("1", "2"), ("10", "2"), ("2", "1"), ("3", "1"), ("3", "2"), ("4", "1")];
            let tie = |(from, to)| graph.tie(find(from), find(to)).map(Probability::raw);
            (all.map(tie), report)
        };
        let plain = format!("from,to,p\n{}\n", rows.join("\n"));
        let want = [5_000, 2_500, 10_000, 1_234, 1, 7_500].map(Some);
        assert_eq!(strengths(&plain).0, want);
        let quoted: Vec<String> = rows.iter().map(|row| format!("{row},\"x\"\r")).collect();
        let other = format!("src,dst,p,note\r\n{}\n", quoted.join("\n"));
        assert_eq!(strengths(&other), strengths(&plain));
        assert_eq!(read("from,to,p\n007,7,0.5\n7,007,0.5").expect("readable").0.len(), 2);
    }

    #[test]
    fn a_missing_column_is_named() {
        let error = read("a,b,c\n1,2,3\n").expect_err("no such column");
        assert_eq!(error.to_string(), "no column named from or src; the header has: a,b,c");
        assert!(read("").is_err());
    }

    #[test]
    fn a_line_without_end_costs_bounded_memory() {
        let long = "x".repeat(5 << 20);
        let text = format!("from,to,p\n{long},b,0.5\na,b,0.5\n");
        let (ties, skips) = read(&text).expect("readable");
        assert_eq!((ties.len(), skips.count("line too long")), (1, 1));
    }

    #[test]
    fn the_caller_can_stop_it() {
        let stopped = read_ties(&mut "from,to,p\n".as_bytes(), &mut |_| false);
        assert!(matches!(stopped, Err(ReadError::Interrupted)));
    }
}
