//! Writes a bundle, entry by entry.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::{
    BundleHeader, CheckpointLine, EndLine, EndWire, FORMAT, HeaderLine, HeaderWire, VERSION,
};
use crate::canonical::is_token;
use crate::checkpoint::SignedCheckpoint;
use crate::entry::{Entry, SUBJECT_SHREDDED};
use crate::hash::Hash;
use crate::note::check_name;
use crate::tree::Tree;

/// Writes header, entries in order, checkpoints where they belong, and the end line. Refuses what
/// the verifier would refuse, so that a damaged log is noticed at the export.
pub struct BundleWriter<W: Write> {
    out: W,
    header: BundleHeader,
    frame: Sha256,
    tree: Tree,
    head: Hash,
    tombstones: u64,
}

/// Why a bundle could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The underlying writer failed.
    #[error("the bundle could not be written: {0}")]
    Io(#[from] io::Error),
    /// A line could not be made into JSON.
    #[error("a line could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Workspace or origin of the header is not an id.
    #[error("the workspace or the origin of the header is not an id")]
    BadHeader,
    /// The entry does not continue the log: number, workspace or `prev` differ.
    #[error("entry {seq} does not continue this log after entry {after}")]
    DoesNotContinue {
        /// Number of the entry.
        seq: u64,
        /// Number of the last entry written.
        after: u64,
    },
    /// The checkpoint is of another size, root or origin than the entries so far.
    #[error("a checkpoint of size {size} does not fit the {after} entries written")]
    CheckpointDoesNotFit {
        /// Size it states.
        size: u64,
        /// Entries written.
        after: u64,
    },
}

impl<W: Write> BundleWriter<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// When workspace or origin are not ids, or writing fails.
    pub fn new(out: W, header: BundleHeader) -> Result<BundleWriter<W>, WriteError> {
        if !is_token(&header.workspace) || check_name(&header.origin).is_err() {
            return Err(WriteError::BadHeader);
        }
        let line = HeaderLine {
            bundle: HeaderWire {
                format: FORMAT.to_owned(),
                keys: header.keys.clone(),
                origin: header.origin.clone(),
                v: VERSION,
                workspace: header.workspace.clone(),
            },
        };
        let (frame, tree) = (Sha256::new(), Tree::new());
        let mut writer = BundleWriter { out, header, frame, tree, head: Hash::ZERO, tombstones: 0 };
        writer.frame_line(&serde_json::to_vec(&line)?)?;
        Ok(writer)
    }

    /// Writes the next entry.
    ///
    /// # Errors
    /// When it does not continue the log, or writing fails.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), WriteError> {
        let (seq, after) = (entry.seq(), self.tree.size());
        let continues = seq == after + 1 && entry.prev() == self.head;
        if !continues || entry.fields().workspace != self.header.workspace {
            return Err(WriteError::DoesNotContinue { seq, after });
        }
        self.out.write_all(entry.bytes())?;
        self.out.write_all(b"\n")?;
        self.head = entry.leaf_hash();
        self.tree.extend(self.head);
        self.tombstones += u64::from(entry.fields().kind == SUBJECT_SHREDDED);
        Ok(())
    }

    /// Writes a checkpoint that covers exactly the entries so far.
    ///
    /// # Errors
    /// When it does not fit them, or writing fails.
    pub fn checkpoint(&mut self, signed: &SignedCheckpoint) -> Result<(), WriteError> {
        let stated = signed.unverified();
        let (size, after) = (stated.size, self.tree.size());
        let fits = size == after && stated.origin == self.header.origin;
        if !fits || stated.root != self.tree.root() {
            return Err(WriteError::CheckpointDoesNotFit { size, after });
        }
        let line = CheckpointLine { checkpoint: signed.text().to_owned() };
        self.frame_line(&serde_json::to_vec(&line)?)
    }

    /// Size and root of the entries so far.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Writes the end line, flushes, and returns the writer.
    ///
    /// # Errors
    /// When writing fails.
    pub fn finish(mut self) -> Result<W, WriteError> {
        let end = EndWire {
            entries: self.tree.size(),
            frame: Hash(self.frame.finalize().into()),
            head: self.head,
            root: self.tree.root(),
            tombstones: self.tombstones,
        };
        self.out.write_all(&serde_json::to_vec(&EndLine { end })?)?;
        self.out.write_all(b"\n")?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn frame_line(&mut self, line: &[u8]) -> Result<(), WriteError> {
        self.frame.update(line);
        self.frame.update(b"\n");
        self.out.write_all(line)?;
        self.out.write_all(b"\n")?;
        Ok(())
    }
}
