//! The streaming verifier: one pass, one entry of look-ahead, memory independent of the length.
//!
//! It stops at the first thing that is wrong, reads one item further where that tells *which* of
//! two neighbours is the bad one, and answers with a [`Report`].

use std::io::{self, BufRead};

use super::failure::Failure;
use super::read::{Item, Items};
use super::report::{ErasureCount, Report};
use super::{BundleHeader, EndWire};
use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::entry::Entry;
use crate::hash::Hash;
use crate::note::PublicKey;
use crate::tree::Tree;

/// What the auditor brings along.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The public keys known to be the log's, received on another way than the bundle. Several
    /// after a rotation. When empty, the keys in the bundle are used and the report says so.
    pub keys: Vec<PublicKey>,
    /// Checkpoints kept elsewhere: what finds a roll-back, a rewrite by the holder of the key, and
    /// a fork.
    pub kept: Vec<SignedCheckpoint>,
}

/// The input cannot be judged at all.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Reading failed.
    #[error("the bundle could not be read: {0}")]
    Io(#[from] io::Error),
    /// The first line is no bundle header.
    #[error("this is not a ledger bundle: {0}")]
    NotABundle(String),
    /// A kept checkpoint is of another log or not signed by the given keys.
    #[error("the checkpoint kept elsewhere cannot be used: {0}")]
    Kept(CheckpointError),
}

/// Checks a whole bundle.
///
/// # Errors
/// When the input is no bundle, cannot be read, or the options do not fit it. Everything that is
/// wrong *inside* a bundle is in the report instead.
pub fn verify(reader: impl BufRead, options: &Options) -> Result<Report, Unusable> {
    let (header, items) = Items::open(reader)?.map_err(Unusable::NotABundle)?;
    let keys = trusted_keys(&header, options)?;
    let mut kept = options.kept.clone();
    kept.sort_by_key(|signed| signed.unverified().size);
    let mut run = Run {
        header,
        items,
        keys,
        kept,
        tree: Tree::new(),
        last: Hash::ZERO,
        last_but_one: None,
        checkpoints: 0,
        covered: 0,
        kept_checked: 0,
        kept_covered: 0,
        erasure: ErasureCount::default(),
    };
    let failure = match run.check_kept_keys(options)? {
        Some(failure) => Some(failure),
        None => run.read_all()?,
    };
    Ok(run.report(failure, !options.keys.is_empty()))
}

fn trusted_keys(header: &BundleHeader, options: &Options) -> Result<Vec<PublicKey>, Unusable> {
    if !options.keys.is_empty() {
        return Ok(options.keys.clone());
    }
    let parse = |text: &String| {
        text.parse::<PublicKey>()
            .map_err(|error| Unusable::NotABundle(format!("a key in the header: {error}")))
    };
    header.keys.iter().map(parse).collect()
}

/// `Some` stops the reading.
type Finding = Option<Failure>;

/// What stands after an entry says about it: its own number and the hash it was built on.
struct Record {
    seq: u64,
    prev: Hash,
}

struct Run<R> {
    header: BundleHeader,
    items: Items<R>,
    keys: Vec<PublicKey>,
    /// By size.
    kept: Vec<SignedCheckpoint>,
    tree: Tree,
    /// Leaf hash of the last entry, and of the one before it.
    last: Hash,
    last_but_one: Option<Hash>,
    checkpoints: u64,
    covered: u64,
    kept_checked: u64,
    /// Entries that a checkpoint kept elsewhere confirmed.
    kept_covered: u64,
    erasure: ErasureCount,
}

impl<R: BufRead> Run<R> {
    /// A kept checkpoint that the auditor's own key did not sign is the auditor's mistake; one that
    /// the keys *in the bundle* did not sign means that the bundle names other keys than before.
    fn check_kept_keys(&self, options: &Options) -> Result<Finding, Unusable> {
        for signed in &self.kept {
            let size = signed.unverified().size;
            match signed.verify_any(&self.keys) {
                Ok(_) => {}
                Err(error @ CheckpointError::UnknownKey { .. }) if options.keys.is_empty() => {
                    return Ok(Some(Failure::OtherKey { size, detail: error.to_string() }));
                }
                Err(error) => return Err(Unusable::Kept(error)),
            }
            let (origin, key_name) = (&signed.unverified().origin, &self.header.origin);
            if origin != key_name {
                let (origin, key_name) = (origin.clone(), key_name.clone());
                return Err(Unusable::Kept(CheckpointError::OtherLog { origin, key_name }));
            }
        }
        Ok(None)
    }

    fn read_all(&mut self) -> io::Result<Finding> {
        // A checkpoint line may follow the entry it covers, so a kept checkpoint of the same size
        // is compared when the next entry or the end comes.
        loop {
            let item = self.items.next()?;
            let finding = match item {
                Item::Entry(entry, leaf) => self.entry(&entry, leaf)?,
                Item::Checkpoint(signed) => self.checkpoint(&signed)?,
                Item::End(end, frame) => {
                    return Ok(match self.end(&end, frame)? {
                        None => self.compare_kept(true),
                        found => found,
                    });
                }
                Item::BadEntry(detail) => {
                    Some(Failure::UnreadableEntry { seq: self.tree.size() + 1, detail })
                }
                Item::BadCheckpoint(detail) => {
                    Some(Failure::UnreadableCheckpoint { after: self.tree.size(), detail })
                }
                Item::BadEnd(detail) => Some(Failure::EndMismatch { detail }),
                Item::Nothing => Some(Failure::CutOff { entries: self.tree.size() }),
            };
            if finding.is_some() {
                return Ok(finding);
            }
        }
    }

    fn entry(&mut self, entry: &Entry, leaf: Hash) -> io::Result<Finding> {
        let seq = self.tree.size() + 1;
        if entry.fields().workspace != self.header.workspace {
            let (expected, found) =
                (self.header.workspace.clone(), entry.fields().workspace.clone());
            return Ok(Some(Failure::OtherWorkspace { seq, expected, found }));
        }
        if entry.seq() != seq {
            return self.wrong_number(seq, entry, leaf).map(Some);
        }
        if entry.prev() != self.last {
            return self.broken_chain(seq, entry, leaf).map(Some);
        }
        if let Some(failure) = self.compare_kept(false) {
            return Ok(Some(failure));
        }
        self.tree.extend(leaf);
        self.last_but_one = Some(self.last);
        self.last = leaf;
        self.erasure.see(entry);
        Ok(None)
    }

    /// Entry `due` carries another number: what happened shows in what follows it.
    fn wrong_number(&mut self, due: u64, entry: &Entry, leaf: Hash) -> io::Result<Failure> {
        let found = entry.seq();
        let next = self.next_record()?;
        if let Some(next) = &next {
            if found == due + 1 && next.seq == due {
                return Ok(Failure::Swapped { first: due, second: found });
            }
            // It continues the entry before it, the numbers after it go on as if it had the due
            // one, and they were built on other bytes: only its own number was changed.
            if next.seq == due + 1 && next.prev != leaf && entry.prev() == self.last {
                return Ok(Failure::Altered { seq: due });
            }
        }
        Ok(match found {
            _ if found > due => Failure::SequenceGap { expected: due, found },
            _ if found + 1 == due => Failure::Inserted { seq: found },
            _ => Failure::OutOfOrder { expected: due, found },
        })
    }

    /// Entry `seq` does not name the hash of the one before it: either of them may be the bad one.
    fn broken_chain(&mut self, seq: u64, entry: &Entry, leaf: Hash) -> io::Result<Failure> {
        if seq == 1 {
            return Ok(Failure::Altered { seq });
        }
        if self.last_but_one == Some(entry.prev()) {
            return Ok(Failure::Inserted { seq: seq - 1 });
        }
        let recorded = self.next_record()?.map(|next| next.prev);
        if recorded == Some(self.last) {
            return Ok(Failure::Swapped { first: seq, second: seq + 1 });
        }
        // The successor vouches for this entry, so the one before it was altered.
        let seq = if recorded == Some(leaf) { seq - 1 } else { seq };
        Ok(Failure::Altered { seq })
    }

    fn checkpoint(&mut self, signed: &SignedCheckpoint) -> io::Result<Finding> {
        let (stated, after) = (signed.unverified(), self.tree.size());
        let size = stated.size;
        if stated.origin != self.header.origin {
            let (expected, found) = (self.header.origin.clone(), stated.origin.clone());
            return Ok(Some(Failure::OtherLog { size, expected, found }));
        }
        if let Err(error) = signed.verify_any(&self.keys) {
            let detail = error.to_string();
            return Ok(Some(match error {
                CheckpointError::BadSignature { .. } => Failure::BadSignature { size, detail },
                _ => Failure::OtherKey { size, detail },
            }));
        }
        if size < after {
            return Ok(Some(Failure::CheckpointReplayed { size, after }));
        }
        if size > after {
            return Ok(Some(Failure::Truncated { entries: after, stated: size }));
        }
        if stated.root != self.tree.root() {
            return self.wrong_root().map(Some);
        }
        self.checkpoints += 1;
        self.covered = size;
        Ok(None)
    }

    /// The chain holds up to here, the root does not. If the next record does not vouch for the
    /// last entry, only that one was altered; else a run of entries was chained anew.
    fn wrong_root(&mut self) -> io::Result<Failure> {
        let through = self.tree.size();
        Ok(match self.next_record()? {
            Some(next) if next.prev != self.last => Failure::Altered { seq: through },
            _ => Failure::Rehashed { from: self.first_uncovered(), through },
        })
    }

    fn end(&mut self, end: &EndWire, frame: Hash) -> io::Result<Finding> {
        let entries = self.tree.size();
        let differs = |detail: &str| Some(Failure::EndMismatch { detail: detail.to_owned() });
        Ok(if end.entries > entries {
            Some(Failure::Truncated { entries, stated: end.entries })
        } else if end.entries < entries {
            differs("it counts fewer entries than there are")
        } else if end.head != self.last && end.root != self.tree.root() {
            Some(Failure::Altered { seq: entries })
        } else if end.head != self.last {
            differs("it states another last entry")
        } else if end.root != self.tree.root() {
            differs("it states another root hash")
        } else if end.tombstones != self.erasure.tombstones() {
            differs("it counts other tombstones")
        } else if end.frame != frame {
            differs("header or checkpoints are not the ones it was written for")
        } else if !self.items.is_finished()? {
            Some(Failure::TrailingData)
        } else {
            None
        })
    }

    /// Compares the kept checkpoints that cover exactly the entries so far; at the end also finds
    /// those that cover more.
    fn compare_kept(&mut self, at_end: bool) -> Finding {
        let entries = self.tree.size();
        while let Some(signed) = self.kept.first() {
            let stated = signed.unverified();
            let size = stated.size;
            if size > entries {
                let kept = self.kept.last().map_or(size, |signed| signed.unverified().size);
                return at_end.then_some(Failure::RolledBack { kept, entries });
            }
            if stated.root != self.tree.root() {
                let (kept, found) = (stated.root, self.tree.root());
                let both_signed = self.checkpoints > 0 && self.covered == size;
                // The bundle's own checkpoints may be part of the rewriting: only what a kept
                // checkpoint confirmed is shared for certain.
                let from = self.kept_covered + 1;
                return Some(if both_signed {
                    Failure::Forked { size, from, kept, found }
                } else {
                    Failure::Rewritten { from, through: size }
                });
            }
            self.kept_checked += 1;
            self.kept_covered = size;
            self.kept.remove(0);
        }
        None
    }

    fn first_uncovered(&self) -> u64 {
        self.covered.max(self.kept_covered) + 1
    }

    /// What the next entry, or the end line in its place, records about the entry before it.
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        loop {
            match self.items.next()? {
                Item::Entry(entry, _) => {
                    return Ok(Some(Record { seq: entry.seq(), prev: entry.prev() }));
                }
                Item::End(end, _) => {
                    return Ok(Some(Record { seq: end.entries.saturating_add(1), prev: end.head }));
                }
                Item::Checkpoint(_) | Item::BadCheckpoint(_) => {}
                Item::BadEntry(_) | Item::BadEnd(_) | Item::Nothing => return Ok(None),
            }
        }
    }

    fn report(self, failure: Finding, key_given: bool) -> Report {
        Report {
            ok: failure.is_none(),
            workspace: self.header.workspace,
            origin: self.header.origin,
            entries: self.tree.size(),
            root: self.tree.root(),
            checkpoints: self.checkpoints,
            covered: self.covered,
            key_given,
            kept_checked: self.kept_checked,
            erasure: self.erasure.finish(),
            message: failure.as_ref().map(ToString::to_string),
            first_bad_entry: failure.as_ref().and_then(Failure::first_bad_entry),
            failure,
        }
    }
}
