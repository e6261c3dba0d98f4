//! Lines of bounded length.

use std::io::{self, BufRead, Read};

use super::LINE_BYTES_MAX;

/// What came instead of, or as, the next line.
pub(super) enum Line {
    /// A line, without its line end.
    Whole(Vec<u8>),
    /// Bytes that end without a line end.
    CutOff,
    /// More bytes than a line may have.
    TooLong,
    /// Nothing more.
    Nothing,
}

/// Reads one line and never more than the bound.
pub(super) fn next_line(reader: &mut impl BufRead) -> io::Result<Line> {
    let mut line = Vec::with_capacity(640);
    reader.by_ref().take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', &mut line)?;
    Ok(match line.pop() {
        None => Line::Nothing,
        Some(b'\n') => Line::Whole(line),
        Some(_) if line.len() >= LINE_BYTES_MAX => Line::TooLong,
        Some(_) => Line::CutOff,
    })
}
