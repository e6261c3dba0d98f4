//! What the verifier found, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::failure::Failure;
use crate::entry::{Entry, SUBJECT_SHREDDED};
use crate::hash::Hash;

/// Most erased persons listed one by one; all are counted.
pub const ERASED_LISTED_MAX: usize = 100;

/// The verifier's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether nothing is wrong.
    pub ok: bool,
    /// Workspace of the bundle.
    pub workspace: String,
    /// Origin of the bundle.
    pub origin: String,
    /// Entries read and, when `ok`, verified.
    pub entries: u64,
    /// Root hash of the entries read.
    pub root: Hash,
    /// Checkpoints in the bundle whose signature and root hold.
    pub checkpoints: u64,
    /// Entries covered by such a checkpoint: `1..=covered`.
    pub covered: u64,
    /// Whether the caller named the key. If not, signatures were checked with the keys the bundle
    /// itself declares, which a rewritten bundle would satisfy too.
    pub key_given: bool,
    /// Checkpoints kept elsewhere that were compared and hold.
    pub kept_checked: u64,
    /// What can no longer be read because a person was erased.
    pub erasure: Erasure,
    /// What is wrong, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The failure in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The first bad entry, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_bad_entry: Option<u64>,
}

/// Entries that are valid but unreadable by erasure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// Tombstones in the log.
    pub tombstones: u64,
    /// Sealed entries of persons who have a tombstone.
    pub unreadable_entries: u64,
    /// The persons, by pseudonym, at most [`ERASED_LISTED_MAX`].
    pub subjects: Vec<ErasedSubject>,
}

/// One erased person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErasedSubject {
    /// Pseudonym.
    pub subject: String,
    /// The entry that records the destruction of the key: the first, if there are several.
    pub tombstone: u64,
    /// Sealed entries of this person.
    pub unreadable_entries: u64,
}

/// Counts sealed entries and tombstones while entries pass by. Memory grows with the number of
/// persons in the log, not with the number of entries.
#[derive(Default)]
pub(super) struct ErasureCount {
    tombstones: u64,
    subjects: BTreeMap<String, SubjectCount>,
}

#[derive(Default)]
struct SubjectCount {
    sealed: u64,
    tombstone: Option<u64>,
}

impl ErasureCount {
    pub(super) fn see(&mut self, entry: &Entry) {
        let fields = entry.fields();
        let is_tombstone = fields.kind == SUBJECT_SHREDDED;
        self.tombstones += u64::from(is_tombstone);
        let Some(subject) = &fields.subject else { return };
        if !is_tombstone && !entry.is_sealed() {
            return;
        }
        if !self.subjects.contains_key(subject) {
            self.subjects.insert(subject.clone(), SubjectCount::default());
        }
        if let Some(count) = self.subjects.get_mut(subject) {
            count.sealed += u64::from(entry.is_sealed());
            if is_tombstone && count.tombstone.is_none() {
                count.tombstone = Some(entry.seq());
            }
        }
    }

    pub(super) fn tombstones(&self) -> u64 {
        self.tombstones
    }

    pub(super) fn finish(self) -> Erasure {
        let mut erasure = Erasure { tombstones: self.tombstones, ..Erasure::default() };
        for (subject, count) in self.subjects {
            let Some(tombstone) = count.tombstone else { continue };
            erasure.unreadable_entries += count.sealed;
            if erasure.subjects.len() < ERASED_LISTED_MAX {
                let unreadable_entries = count.sealed;
                erasure.subjects.push(ErasedSubject { subject, tombstone, unreadable_entries });
            }
        }
        erasure
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            None => writeln!(f, "OK: the log of {} holds.", self.workspace)?,
            Some(message) => writeln!(f, "BROKEN: {message}.")?,
        }
        writeln!(f, "  log          {}", self.origin)?;
        writeln!(f, "  entries      {}, root {}", self.entries, self.root)?;
        let through = self.covered;
        writeln!(f, "  checkpoints  {} valid, covering entries up to {through}", self.checkpoints)?;
        if self.ok && self.covered < self.entries {
            let uncovered = self.entries - self.covered;
            writeln!(
                f,
                "  note         the last {uncovered} entries have no signed checkpoint yet"
            )?;
        }
        if !self.key_given {
            writeln!(
                f,
                "  note         no key was given: signatures were checked with the keys the"
            )?;
            writeln!(f, "               file itself names, which a forger could have replaced")?;
        }
        writeln!(f, "  kept         {} checkpoints kept elsewhere agree", self.kept_checked)?;
        let erasure = &self.erasure;
        let (unreadable, tombstones) = (erasure.unreadable_entries, erasure.tombstones);
        writeln!(
            f,
            "  erasure      {unreadable} entries unreadable by erasure, {tombstones} tombstones"
        )?;
        for erased in &erasure.subjects {
            let ErasedSubject { subject, tombstone, unreadable_entries } = erased;
            writeln!(
                f,
                "               {subject}: {unreadable_entries}, tombstone at entry {tombstone}"
            )?;
        }
        Ok(())
    }
}
