//! Checks that ledger entries are what they were when they were numbered.

use warmpath_ledger::Hash;
use warmpath_store::table::ledger::EntryRow;

/// How far some entries verify.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    /// Entries with a number whose bytes give the leaf that stands in the tree.
    pub holds: usize,
    /// Entries with a number.
    pub numbered: usize,
    /// Entries that wait for their number.
    pub waiting: usize,
}

/// Whether an entry's bytes give its leaf. An entry without a number has none yet.
pub fn holds(entry: &EntryRow) -> bool {
    entry.seq.is_some() && Hash::leaf(entry.body.as_bytes()).0.as_slice() == entry.leaf
}

/// Checks several.
pub fn run(entries: &[EntryRow]) -> Verified {
    Verified {
        holds: entries.iter().filter(|e| holds(e)).count(),
        numbered: entries.iter().filter(|e| e.seq.is_some()).count(),
        waiting: entries.iter().filter(|e| e.seq.is_none()).count(),
    }
}
