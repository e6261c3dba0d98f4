//! Blocking: which pairs are worth comparing at all.
//!
//! A rule is a set of [`Atom`]s; records that agree on all of them fall into one block, and every pair
//! inside a block is a candidate. [`choose`] picks the rules from the data. No set of pairs is
//! held: a pair is produced by the first rule that gives both records the same key.

mod atom;
mod choose;

pub use atom::{Atom, AtomTable};
pub use choose::choose;

use crate::features::Features;
use crate::features::join;

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

#[derive(Default)]
struct Sorted {
    records: Vec<u32>,
    blocks: Vec<(u32, u32)>,
}

impl Blocks {
    /// Builds the blocks of the rules.
    pub fn build(features: &Features, atoms: &AtomTable, rules: Vec<Rule>, threads: usize) -> Self {
        let records = features.records;
        let size_max = block_size_max(records);
        let build = |rule: &Rule| build_pass(features, atoms, rule, size_max);
        let mut built = Vec::with_capacity(rules.len());
        if threads > 1 {
            let (left, right) = rules.split_at(rules.len().div_ceil(2));
            std::thread::scope(|scope| {
                let other = scope.spawn(|| right.iter().map(build).collect::<Vec<_>>());
                built.extend(left.iter().map(build));
                built.extend(join(other));
            });
        } else {
            built.extend(rules.iter().map(build));
        }
        let mut reports = Vec::new();
        let mut columns = Vec::new();
        let mut sorted = Vec::new();
        for (report, parts) in built {
            reports.push(report);
            for (keys, pass) in parts {
                columns.push(keys);
                sorted.push(pass);
            }
        }
        let passes = columns.len();
        let mut keys = vec![0u32; passes * records];
        for (pass, column) in columns.iter().enumerate() {
            for (record, key) in column.iter().enumerate() {
                keys[record * passes + pass] = *key;
            }
        }
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

    /// Walks all candidate pairs, each once, on up to `threads` threads.
    ///
    /// `start` makes the state of a piece of work and `visit` sees its pairs, some at a time, smaller
    /// record first. The states come back in an order that does not depend on the number of threads.
    /// Pairs whose smaller record `wanted` turns down are passed over cheaply.
    pub fn walk<S: Send>(
        &self,
        threads: usize,
        wanted: impl Fn(u32) -> bool + Sync,
        start: impl Fn() -> S + Sync,
        visit: impl Fn(&mut S, &[(u32, u32)]) + Sync,
    ) -> Vec<S> {
        let pieces = self.pieces();
        let run = |piece: &Piece| {
            let mut state = start();
            self.walk_piece(piece, &wanted, &mut |pairs| visit(&mut state, pairs));
            state
        };
        if threads <= 1 || pieces.len() < 2 {
            return pieces.iter().map(run).collect();
        }
        let next = std::sync::atomic::AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                match pieces.get(i) {
                    Some(piece) => done.push((i, run(piece))),
                    None => return done,
                }
            }
        };
        let mut all = std::thread::scope(|scope| {
            let handles: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            all.extend(handles.into_iter().flat_map(join));
            all
        });
        all.sort_by_key(|(i, _)| *i);
        all.into_iter().map(|(_, state)| state).collect()
    }

    /// Ranges of blocks of about equal cost; independent of the number of threads.
    fn pieces(&self) -> Vec<Piece> {
        const COST: u64 = 200_000;
        let mut pieces = Vec::new();
        for (pass, sorted) in self.sorted.iter().enumerate() {
            let (mut from, mut cost) = (0, 0);
            for (i, (start, end)) in sorted.blocks.iter().enumerate() {
                let size = u64::from(end - start);
                cost += size * (size - 1) / 2;
                if cost >= COST || i + 1 == sorted.blocks.len() {
                    pieces.push(Piece { pass, from, to: i + 1 });
                    (from, cost) = (i + 1, 0);
                }
            }
        }
        pieces
    }

    fn walk_piece(
        &self,
        piece: &Piece,
        wanted: &impl Fn(u32) -> bool,
        visit: &mut impl FnMut(&[(u32, u32)]),
    ) {
        let sorted = &self.sorted[piece.pass];
        let mut group = Group::default();
        for (start, end) in &sorted.blocks[piece.from..piece.to] {
            let members = &sorted.records[*start as usize..*end as usize];
            if members.iter().any(|left| wanted(*left)) {
                group.add(members);
            }
            if group.members.len() >= GROUP_MEMBERS {
                group.hand_over(self, piece.pass, wanted, visit);
            }
        }
        group.hand_over(self, piece.pass, wanted, visit);
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let sorted: usize =
            self.sorted.iter().map(|s| s.records.capacity() * 4 + s.blocks.capacity() * 8).sum();
        self.keys.capacity() * 4 + sorted + self.records
    }
}

struct Piece {
    pass: usize,
    from: usize,
    to: usize,
}

/// Records of a group, about.
const GROUP_MEMBERS: usize = 256;

/// Some blocks of a pass, whose keys are fetched together.
///
/// The records of a block lie all over the memory. Fetching what is needed of many of them before any
/// is looked at lets the processor wait for all at once and not for one after the other.
#[derive(Default)]
struct Group {
    members: Vec<u32>,
    /// End of each block among the members.
    ends: Vec<usize>,
    /// Keys of the members under the passes before this one.
    keys: Vec<u32>,
    pairs: Vec<(u32, u32)>,
}

impl Group {
    fn add(&mut self, members: &[u32]) {
        self.members.extend_from_slice(members);
        self.ends.push(self.members.len());
    }

    /// Hands over the pairs that no earlier pass brings, and empties the group.
    fn hand_over(
        &mut self,
        blocks: &Blocks,
        passes: usize,
        wanted: &impl Fn(u32) -> bool,
        visit: &mut impl FnMut(&[(u32, u32)]),
    ) {
        let Self { members, ends, keys, pairs } = self;
        keys.clear();
        for record in &*members {
            let start = *record as usize * blocks.passes;
            keys.extend_from_slice(&blocks.keys[start..start + passes]);
        }
        let keys_of = |i: usize| &keys[i * passes..(i + 1) * passes];
        let mut start = 0;
        for end in ends.drain(..) {
            for left in (start..end).filter(|left| wanted(members[*left])) {
                for right in left + 1..end {
                    if !any_shared(keys_of(left), keys_of(right)) {
                        pairs.push((members[left], members[right]));
                    }
                }
            }
            start = end;
        }
        visit(pairs);
        pairs.clear();
        members.clear();
    }
}

/// Whether two records have a key in common. All are looked at: that is quicker than to stop early.
fn any_shared(left: &[u32], right: &[u32]) -> bool {
    left.iter().zip(right).fold(false, |seen, (a, b)| seen | ((*a == *b) & (*a != 0)))
}

type Pass = (Vec<u32>, Sorted);

/// The pass of a rule, and a second one for blocks that had to be refined.
fn build_pass(
    features: &Features,
    atoms: &AtomTable,
    rule: &Rule,
    size_max: usize,
) -> (RuleReport, Vec<Pass>) {
    let mut keys: Vec<u32> =
        (0..features.records as u32).map(|record| atoms.key(features, record, rule)).collect();
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

/// Sorts records by key; blocks above the limit are handed back instead of kept.
fn sort_blocks(keys: &[u32], size_max: usize) -> (Sorted, Vec<Vec<u32>>) {
    let mut pairs: Vec<u64> = keys
        .iter()
        .enumerate()
        .filter(|(_, key)| **key != 0)
        .map(|(record, key)| u64::from(*key) << 32 | record as u64)
        .collect();
    radix_sort(&mut pairs);
    let mut sorted = Sorted::default();
    let mut oversized = Vec::new();
    for block in pairs.chunk_by(|a, b| a >> 32 == b >> 32) {
        if block.len() < 2 {
            continue;
        }
        let members = block.iter().map(|pair| *pair as u32);
        if block.len() > size_max {
            oversized.push(members.collect());
        } else {
            let start = sorted.records.len() as u32;
            sorted.records.extend(members);
            sorted.blocks.push((start, sorted.records.len() as u32));
        }
    }
    (sorted, oversized)
}

/// Sorts by the upper half; equal upper halves keep their order, which is that of the records.
fn radix_sort(pairs: &mut Vec<u64>) {
    if pairs.len() < 4096 {
        pairs.sort_unstable();
        return;
    }
    let mut other = vec![0u64; pairs.len()];
    for shift in [32u32, 43, 54] {
        let digit = |pair: u64| (pair >> shift) as usize & 2047;
        let mut starts = [0usize; 2049];
        for pair in pairs.iter() {
            starts[digit(*pair) + 1] += 1;
        }
        for i in 0..2048 {
            starts[i + 1] += starts[i];
        }
        for pair in pairs.iter() {
            let slot = &mut starts[digit(*pair)];
            other[*slot] = *pair;
            *slot += 1;
        }
        std::mem::swap(pairs, &mut other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn radix_sort_sorts(values in proptest::collection::vec(0u32..u32::MAX, 4096..6000)) {
            let mut pairs: Vec<u64> =
                values.iter().enumerate().map(|(i, v)| u64::from(*v) << 32 | i as u64).collect();
            let mut expected = pairs.clone();
            expected.sort_unstable();
            radix_sort(&mut pairs);
            proptest::prop_assert_eq!(pairs, expected);
        }
    }
}
