//! Turns the lines of a bundle into items, without judging how they follow each other.

use std::io::{self, BufRead};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::lines::{Line, next_line};
use super::{
    BundleHeader, CheckpointLine, EndLine, EndWire, FORMAT, HeaderLine, KEYS_MAX, VERSION,
};
use crate::canonical::is_token;
use crate::checkpoint::SignedCheckpoint;
use crate::entry::Entry;
use crate::hash::Hash;
use crate::note::check_name;

/// What a line holds.
pub(super) enum Item {
    /// An entry with its leaf hash.
    Entry(Box<Entry>, Hash),
    /// A checkpoint, not yet verified.
    Checkpoint(Box<SignedCheckpoint>),
    /// The end line, and the frame hash of what was read before it.
    End(EndWire, Hash),
    /// No entry, and why.
    BadEntry(String),
    /// No checkpoint, and why.
    BadCheckpoint(String),
    /// No end line, and why.
    BadEnd(String),
    /// The file stops here.
    Nothing,
}

/// Reads items, hashing the frame on the way.
pub(super) struct Items<R> {
    reader: R,
    frame: Sha256,
}

impl<R: BufRead> Items<R> {
    /// Reads the header. The inner error says why the input is no bundle at all.
    pub(super) fn open(mut reader: R) -> io::Result<Result<(BundleHeader, Items<R>), String>> {
        let Line::Whole(line) = next_line(&mut reader)? else {
            return Ok(Err("the first line is no header".to_owned()));
        };
        let mut items = Items { reader, frame: Sha256::new() };
        items.hash_frame(&line);
        Ok(parse_header(&line).map(|header| (header, items)))
    }

    /// The next item.
    pub(super) fn next(&mut self) -> io::Result<Item> {
        let line = match next_line(&mut self.reader)? {
            Line::Whole(line) => line,
            Line::TooLong => return Ok(Item::BadEntry("the line is too long".to_owned())),
            Line::CutOff | Line::Nothing => return Ok(Item::Nothing),
        };
        Ok(if line.starts_with(b"{\"checkpoint\":") {
            self.hash_frame(&line);
            match parse_checkpoint(&line) {
                Ok(signed) => Item::Checkpoint(Box::new(signed)),
                Err(detail) => Item::BadCheckpoint(detail),
            }
        } else if line.starts_with(b"{\"end\":") {
            match parse_exact::<EndLine>(&line) {
                Ok(line) => Item::End(line.end, Hash(self.frame.clone().finalize().into())),
                Err(detail) => Item::BadEnd(detail),
            }
        } else {
            match Entry::parse(&line) {
                Ok(entry) => Item::Entry(Box::new(entry), Hash::leaf(&line)),
                Err(error) => Item::BadEntry(plain(&error.to_string())),
            }
        })
    }

    /// Whether nothing follows.
    pub(super) fn is_finished(&mut self) -> io::Result<bool> {
        Ok(self.reader.fill_buf()?.is_empty())
    }

    fn hash_frame(&mut self, line: &[u8]) {
        self.frame.update(line);
        self.frame.update(b"\n");
    }
}

fn parse_header(line: &[u8]) -> Result<BundleHeader, String> {
    let wire = parse_exact::<HeaderLine>(line)?.bundle;
    if wire.format != FORMAT || wire.v != VERSION {
        return Err(format!("format `{}` version {} is not known", plain(&wire.format), wire.v));
    }
    if !is_token(&wire.workspace) || check_name(&wire.origin).is_err() {
        return Err("the workspace or the origin is not an id".to_owned());
    }
    if wire.keys.len() > KEYS_MAX {
        return Err("the header declares too many keys".to_owned());
    }
    Ok(BundleHeader { workspace: wire.workspace, origin: wire.origin, keys: wire.keys })
}

fn parse_checkpoint(line: &[u8]) -> Result<SignedCheckpoint, String> {
    let text = parse_exact::<CheckpointLine>(line)?.checkpoint;
    text.parse().map_err(|error: crate::CheckpointError| error.to_string())
}

/// Reads JSON and insists on the spelling our writer would have used.
fn parse_exact<T: DeserializeOwned + Serialize>(line: &[u8]) -> Result<T, String> {
    let value: T = serde_json::from_slice(line).map_err(|error| plain(&error.to_string()))?;
    let written = serde_json::to_vec(&value).map_err(|error| error.to_string())?;
    if written == line { Ok(value) } else { Err("not in canonical form".to_owned()) }
}

/// A message that may quote the input, made safe to print on a terminal: visible ASCII, bounded.
fn plain(message: &str) -> String {
    let visible = |symbol: char| if matches!(symbol, ' '..='~') { symbol } else { '?' };
    message.chars().take(200).map(visible).collect()
}
