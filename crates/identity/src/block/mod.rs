//! Blocking: which pairs are worth comparing at all.
//!
//! A rule is a set of [`Atom`]s; records that agree on all of them fall into one block, and every pair
//! inside a block is a candidate. [`choose`] picks the rules from the data. No set of pairs is
//! held: a pair is produced by the first rule that gives both records the same key.

mod atom;
mod choose;
mod sort;
mod walk;

pub use atom::{Atom, AtomTable};
pub use choose::choose;

use crate::features::Features;
use crate::work::{Task, share_out};
use sort::{Sorted, sort_blocks};

/// Atoms that two records must share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The atoms, in the order of the atom list.
    pub atoms: Vec<Atom>,
}

impl Rule {
    /// Words for people.
    pub fn describe(&self, features: &Features) -> String {
        let parts: Vec<String> = self.atoms.iter().map(|atom| atom.describe(features)).collect();
        parts.join(" + ")
    }
}

/// What a rule did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleReport {
    /// The rule in words.
    pub rule: String,
    /// Pairs in its blocks, those of earlier rules included.
    pub pairs: u64,
    /// Size of its largest block that was used.
    pub largest_block: usize,
    /// Blocks too large to use whole; they were refined by a further atom.
    pub refined_blocks: usize,
    /// Records in blocks that stayed too large even then; other rules may still pair them.
    pub dropped_records: usize,
}

/// Largest block that is compared in full, for a number of records.
pub fn block_size_max(records: usize) -> usize {
    // One block of this size costs at most as much as a percent of the whole job.
    (3_000_000 / records.max(1)).clamp(80, 1500)
}

/// How many candidate pairs the rules may cost together.
pub fn pairs_max(records: usize) -> u64 {
    8 * records as u64 + 1_200_000
}

/// Sets up to this size are compared in full.
pub const ALL_PAIRS_RECORDS_MAX: usize = 1200;

/// Blocks of all rules, ready to be walked.
pub struct Blocks {
    /// Rules in use, in order.
    pub rules: Vec<Rule>,
    /// One report per rule.
    pub reports: Vec<RuleReport>,
    records: usize,
    passes: usize,
    /// Key of each record under each pass, record by record; 0 means none.
    keys: Vec<u32>,
    /// Per pass: records sorted by key, and the bounds of blocks of at least two.
    sorted: Vec<Sorted>,
}

impl Blocks {
    /// Builds the blocks of the rules.
    pub fn build(features: &Features, atoms: &AtomTable, rules: Vec<Rule>, threads: usize) -> Self {
        let records = features.records;
        let size_max = block_size_max(records);
        let columns = atoms.keys(features, &rules, threads);
        let mut built: Vec<Built> = rules.iter().map(|_| Built::default()).collect();
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for ((rule, keys), built) in rules.iter().zip(columns).zip(&mut built) {
            tasks.push(Box::new(move || {
                *built = build_passes(features, atoms, rule, keys, size_max);
            }));
        }
        share_out(threads, tasks);
        let (mut reports, mut columns, mut sorted) = (Vec::new(), Vec::new(), Vec::new());
        for (report, parts) in built {
            reports.push(report);
            for (keys, pass) in parts {
                columns.push(keys);
                sorted.push(pass);
            }
        }
        let passes = columns.len();
        let keys = side_by_side(columns, records, threads);
        Self { rules, reports, records, passes, keys, sorted }
    }

    /// One block that holds every record.
    pub fn everything(records: usize) -> Self {
        let sorted = vec![Sorted {
            records: (0..records as u32).collect(),
            blocks: vec![(0, records as u32)],
        }];
        let pairs = records as u64 * (records as u64 - 1) / 2;
        let report = RuleReport {
            rule: "every pair".to_owned(),
            pairs,
            largest_block: records,
            ..<_>::default()
        };
        Self {
            rules: Vec::new(),
            reports: vec![report],
            records,
            passes: 1,
            keys: vec![1; records],
            sorted,
        }
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let sorted: usize =
            self.sorted.iter().map(|s| s.records.capacity() * 4 + s.blocks.capacity() * 8).sum();
        self.keys.capacity() * 4 + sorted + self.records
    }
}

/// Keys of every record, those of one record together.
fn side_by_side(columns: Vec<Vec<u32>>, records: usize, threads: usize) -> Vec<u32> {
    const RECORDS: usize = 1 << 14;
    let passes = columns.len();
    let mut keys = vec![0u32; passes * records];
    let columns = &columns;
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for (piece, rows) in keys.chunks_mut((RECORDS * passes).max(1)).enumerate() {
        tasks.push(Box::new(move || {
            for (i, row) in rows.chunks_exact_mut(passes).enumerate() {
                for (key, column) in row.iter_mut().zip(columns) {
                    *key = column[piece * RECORDS + i];
                }
            }
        }));
    }
    share_out(threads, tasks);
    keys
}

type Built = (RuleReport, Vec<(Vec<u32>, Sorted)>);

/// The pass of a rule, and a second one for blocks that had to be refined.
fn build_passes(
    features: &Features,
    atoms: &AtomTable,
    rule: &Rule,
    mut keys: Vec<u32>,
    size_max: usize,
) -> Built {
    let (sorted, oversized) = sort_blocks(&keys, size_max);
    let mut report = RuleReport {
        rule: rule.describe(features),
        pairs: pairs_in(&sorted),
        largest_block: largest(&sorted),
        refined_blocks: oversized.len(),
        dropped_records: 0,
    };
    let mut passes = Vec::new();
    let members: Vec<u32> = oversized.into_iter().flatten().collect();
    if members.is_empty() {
        return (report, vec![(keys, sorted)]);
    }
    let mut refined = vec![0u32; keys.len()];
    let next = atoms.refinement(rule);
    for record in members {
        if let Some(next) = next {
            refined[record as usize] = atoms.refine(features, record, keys[record as usize], next);
        }
        keys[record as usize] = 0;
    }
    passes.push((keys, sorted));
    let (second, dropped) = sort_blocks(&refined, size_max);
    report.pairs += pairs_in(&second);
    report.largest_block = report.largest_block.max(largest(&second));
    for record in dropped.into_iter().flatten() {
        refined[record as usize] = 0;
        report.dropped_records += 1;
    }
    passes.push((refined, second));
    (report, passes)
}

fn pairs_in(sorted: &Sorted) -> u64 {
    let size = |(start, end): &(u32, u32)| u64::from(end - start);
    sorted.blocks.iter().map(|block| size(block) * (size(block) - 1) / 2).sum()
}

fn largest(sorted: &Sorted) -> usize {
    sorted.blocks.iter().map(|(start, end)| (end - start) as usize).max().unwrap_or(0)
}
