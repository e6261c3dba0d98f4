//! The line form that calendars (RFC 5545) and cards (RFC 6350) share: `NAME;PARAM=x:value`, long
//! lines folded. Read as a stream, each line of bounded length.

use std::io::BufRead;

use super::mail::{Line, read_line};
use crate::tables::ReadError;

/// More of one unfolded line is not kept: pictures and attachments, which are not wanted.
pub(super) const LINE_BYTES_MAX: usize = 16 * 1024;

/// One unfolded line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ContentLine {
    /// In upper case, without a group (`item1.`).
    pub(super) name: String,
    /// Names in upper case, values as they are.
    pub(super) parameters: Vec<(String, String)>,
    /// As written.
    pub(super) value: String,
    /// Part of the value is missing.
    pub(super) cut: bool,
    /// Length in the file, what is missing included.
    pub(super) bytes: u64,
}

impl ContentLine {
    /// The first value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| &**value)
    }

    /// The value as plain text: quoted-printable and escapes undone, control characters gone.
    pub(super) fn text(&self) -> String {
        let quoted = self.parameters.iter().any(|(name, value)| {
            let word = if value.is_empty() { name } else { value };
            word.eq_ignore_ascii_case("QUOTED-PRINTABLE")
        });
        let value = if quoted { unquote(&self.value) } else { self.value.clone() };
        plain(&unescape(&value))
    }

    fn parse(line: &[u8], cut: bool, bytes: u64) -> Option<Self> {
        let line = String::from_utf8_lossy(line);
        let mut quoted = false;
        let colon = line.char_indices().find_map(|(at, c)| {
            quoted ^= c == '"';
            (c == ':' && !quoted).then_some(at)
        })?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let mut parts = head.split(';');
        let name = parts.next()?.rsplit('.').next()?.trim().to_ascii_uppercase();
        let parameters = parts
            .map(|part| match part.split_once('=') {
                Some((name, value)) => {
                    (name.trim().to_ascii_uppercase(), value.trim_matches('"').to_owned())
                }
                None => (part.trim().to_ascii_uppercase(), String::new()),
            })
            .collect();
        (!name.is_empty()).then(|| Self { name, parameters, value: value.to_owned(), cut, bytes })
    }
}

/// A line as the file has it, as far as it was kept.
struct Physical {
    line: Vec<u8>,
    cut: bool,
    bytes: u64,
}

/// Unfolds a stream.
pub(super) struct ContentLines<'a> {
    input: &'a mut dyn BufRead,
    /// A line read to see whether it continues the one before.
    ahead: Option<Physical>,
}

impl<'a> ContentLines<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead) -> Self {
        Self { input, ahead: None }
    }

    /// The next line that has a name; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<ContentLine>, ReadError> {
        while let Some(Physical { mut line, mut cut, mut bytes }) = self.physical()? {
            while let Some(next) = self.physical()? {
                // Cards of version 2.1 continue a quoted-printable value after a last `=`.
                let soft = line.last() == Some(&b'=') && is_quoted_printable(&line);
                let folded = matches!(next.line.first(), Some(b' ' | b'\t'));
                if !soft && !folded {
                    self.ahead = Some(next);
                    break;
                }
                if soft {
                    line.pop();
                }
                let more = if folded { &next.line[1..] } else { &next.line[..] };
                let room = LINE_BYTES_MAX.saturating_sub(line.len());
                cut |= next.cut || more.len() > room;
                bytes += next.bytes;
                line.extend_from_slice(&more[..more.len().min(room)]);
            }
            let bare = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
            if let Some(parsed) = ContentLine::parse(bare, cut, bytes) {
                return Ok(Some(parsed));
            }
        }
        Ok(None)
    }

    fn physical(&mut self) -> Result<Option<Physical>, ReadError> {
        if let Some(ahead) = self.ahead.take() {
            return Ok(Some(ahead));
        }
        let mut line = Vec::new();
        let (end, bytes) = read_line(self.input, &mut line, LINE_BYTES_MAX)?;
        Ok((end != Line::End).then_some(Physical { line, cut: end == Line::TooLong, bytes }))
    }
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = line.split(|&byte| byte == b':').next().unwrap_or(&[]);
    head.to_ascii_uppercase().windows(16).any(|word| word == b"QUOTED-PRINTABLE")
}

fn unquote(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (bytes[at], hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'=', Some(byte)) => {
                plain.push(byte);
                at += 3;
            }
            (byte, _) => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

fn unescape(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        match (c, c == '\\') {
            (_, true) => match characters.next() {
                Some('n' | 'N') => plain.push(' '),
                Some(other) => plain.push(other),
                None => {}
            },
            (other, false) => plain.push(other),
        }
    }
    plain
}

/// Without control characters and with single spaces: what is left cannot break a header or a line.
pub(super) fn plain(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
