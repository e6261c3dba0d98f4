//! Choosing blocking rules from the data.
//!
//! Seeds are pairs that agree on a rare exact value and do not contradict each other by name: almost
//! surely matches. A rule is worth the seeds it would find *without* the value that made them seeds,
//! because that is how it will fare on pairs that lack this value. Rules are taken greedily by seeds
//! newly found per candidate pair, until the budget of pairs is spent.

use crate::features::fields::FieldKind;
use crate::features::{FAMILY, Features, GIVEN};
use crate::pool::MISSING;
use crate::work::{Task, share_out};

use super::sort::sorted_by_key;
use super::{Atom, AtomTable, Rule, block_size_max, pairs_max};

/// Records looked at, at least, to estimate what a rule costs.
const SAMPLE_RECORDS_MIN: usize = 40_000;
/// Of a large file every record in this many is looked at: with fewer, two records of one small block
/// look like a block above the limit.
const SAMPLE_STEP_MAX: usize = 25;
/// Seeds kept per source.
const SEEDS_MAX: usize = 3_000;
/// Largest block that gives seeds.
const SEED_BLOCK_MAX: usize = 6;

struct Seed {
    left: u32,
    /// Bit of the atom that made it a seed.
    source: u32,
    /// Bits of the atoms on which the two agree.
    agrees: u32,
}

struct Candidate {
    rule: Rule,
    atoms: u32,
    pairs: f64,
    /// Whether each seed would be found.
    finds: Vec<bool>,
}

/// Picks the rules for a set of records; they do not depend on the number of threads.
pub fn choose(features: &Features, table: &AtomTable, threads: usize) -> Vec<Rule> {
    let seeds = seeds(features, table, threads);
    let candidates = candidates(features, table, &seeds, threads);
    let budget = pairs_max(features.records) as f64;
    let mut spent = 0.0;
    let mut found = vec![0u8; seeds.len()];
    let mut rules: Vec<(u32, Rule)> = Vec::new();
    // What every rule costs beyond its pairs: building and walking its blocks.
    let overhead = features.records as f64 * 0.15;
    while rules.len() < 16 {
        let mut best: Option<(f64, usize)> = None;
        for (i, candidate) in candidates.iter().enumerate() {
            if spent + candidate.pairs > budget || covered(&rules, candidate.atoms) {
                continue;
            }
            let gain: f64 =
                candidate.finds.iter().zip(&found).map(|(hit, f)| worth(*hit, *f)).sum();
            let rate = gain / (candidate.pairs + overhead);
            if gain >= 1.0 && best.is_none_or(|(known, _)| rate > known) {
                best = Some((rate, i));
            }
        }
        let Some((_, i)) = best else { break };
        let chosen = &candidates[i];
        spent += chosen.pairs;
        for (hit, found) in chosen.finds.iter().zip(&mut found) {
            *found = found.saturating_add(u8::from(*hit));
        }
        rules.retain(|(atoms, _)| atoms & chosen.atoms != chosen.atoms);
        rules.push((chosen.atoms, chosen.rule.clone()));
    }
    let mut rules: Vec<Rule> = rules.into_iter().map(|(_, rule)| rule).collect();
    if rules.len() < RULES_MIN {
        let more = everyday(features, table).into_iter().filter(|rule| !rules.contains(rule));
        let more: Vec<Rule> = more.collect();
        rules.extend(more);
    }
    if rules.is_empty() {
        rules.extend(table.atoms.first().map(|atom| Rule { atoms: vec![*atom] }));
    }
    rules
}

/// With fewer rules than this the data had too little to choose by.
const RULES_MIN: usize = 3;

/// Rules that serve any file of people or companies, for files too small to choose from.
fn everyday(features: &Features, table: &AtomTable) -> Vec<Rule> {
    let sets: [&[Atom]; 6] = [
        &[Atom::Name],
        &[Atom::Address],
        &[Atom::Initial, Atom::FamilyHead],
        &[Atom::Given, Atom::CompanyHead],
        &[Atom::Family, Atom::DomainHead],
        &[Atom::CompanyWord],
    ];
    let singles = table
        .atoms
        .iter()
        .filter(|atom| matches!(atom, Atom::Field(_)) && is_source(features, **atom));
    let sets = sets.into_iter().map(<[Atom]>::to_vec).chain(singles.map(|atom| vec![*atom]));
    let usable = |atoms: &Vec<Atom>| atoms.iter().all(|atom| table.atoms.contains(atom));
    sets.filter(usable).map(|atoms| Rule { atoms }).collect()
}

/// A rule that asks for all atoms of a chosen one adds nothing.
fn covered(rules: &[(u32, Rule)], atoms: u32) -> bool {
    rules.iter().any(|(chosen, _)| chosen & atoms == *chosen)
}

/// A seed found for the first time is worth most; a second way of finding it is insurance.
fn worth(hit: bool, found: u8) -> f64 {
    match (hit, found) {
        (false, _) => 0.0,
        (true, 0) => 1.0,
        (true, 1) => 0.1,
        (true, _) => 0.01,
    }
}

fn is_source(features: &Features, atom: Atom) -> bool {
    match atom {
        Atom::Name | Atom::Address | Atom::Company | Atom::Local => true,
        Atom::Field(i) => matches!(
            features.fields[i as usize].kind,
            FieldKind::Phone | FieldKind::Identifier | FieldKind::Date | FieldKind::Street
        ),
        _ => false,
    }
}

fn seeds(features: &Features, table: &AtomTable, threads: usize) -> Vec<Seed> {
    let atoms = table.atoms.iter().enumerate();
    let sources: Vec<usize> =
        atoms.filter(|(_, atom)| is_source(features, **atom)).map(|(bit, _)| bit).collect();
    let mut found: Vec<Vec<Seed>> = sources.iter().map(|_| Vec::new()).collect();
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for (bit, seeds) in sources.iter().zip(&mut found) {
        tasks.push(Box::new(move || *seeds = seeds_of(features, table, *bit)));
    }
    share_out(threads, tasks);
    found.into_iter().flatten().collect()
}

/// Seeds that one atom makes.
fn seeds_of(features: &Features, table: &AtomTable, bit: usize) -> Vec<Seed> {
    let rule = Rule { atoms: vec![table.atoms[bit]] };
    let records = 0..features.records as u32;
    let keyed = sorted_by_key(records.map(|record| (table.key(features, record, &rule), record)));
    let blocks: Vec<&[u64]> = keyed
        .chunk_by(|a, b| a >> 32 == b >> 32)
        .filter(|block| (2..=SEED_BLOCK_MAX).contains(&block.len()))
        .collect();
    let step = (blocks.len() / SEEDS_MAX).max(1);
    let pairs = blocks.iter().step_by(step).map(|block| (block[0] as u32, block[1] as u32));
    let pairs = pairs.filter(|(left, right)| !contradict(features, *left, *right));
    let seed = |(left, right)| {
        let agrees = table.atoms.iter().enumerate().fold(0u32, |bits, (i, other)| {
            let value = table.value(features, left, *other);
            let same = value != 0 && value == table.value(features, right, *other);
            bits | u32::from(same) << i
        });
        Seed { left, source: source_bits(table, bit), agrees }
    };
    pairs.map(seed).collect()
}

/// The atom and those that say the same thing.
fn source_bits(table: &AtomTable, bit: usize) -> u32 {
    let same_thing: &[Atom] = match table.atoms[bit] {
        Atom::Name => &[Atom::Name],
        Atom::Address => &[Atom::Address, Atom::Local],
        Atom::Local => &[Atom::Address, Atom::Local],
        Atom::Company => &[Atom::Company],
        Atom::Field(i) => return 1 << bit | part_bit(table, i),
        _ => &[],
    };
    let position = |atom: &Atom| table.atoms.iter().position(|known| known == atom);
    same_thing.iter().filter_map(position).fold(1 << bit, |bits, i| bits | 1 << i)
}

fn part_bit(table: &AtomTable, field: u8) -> u32 {
    table.atoms.iter().position(|atom| *atom == Atom::FieldPart(field)).map_or(0, |i| 1 << i)
}

/// Both names known and neither alike.
fn contradict(features: &Features, left: u32, right: u32) -> bool {
    let (a, b) = (features.row(left), features.row(right));
    let differ = |i: usize, j: usize| {
        a[i] != MISSING && b[j] != MISSING && !features.names.alike(a[i], b[j])
    };
    differ(FAMILY, FAMILY) && differ(GIVEN, GIVEN) && differ(GIVEN, FAMILY)
}

fn candidates(
    features: &Features,
    table: &AtomTable,
    seeds: &[Seed],
    threads: usize,
) -> Vec<Candidate> {
    /// Sets of atoms that one thread tries at a time.
    const TOGETHER: usize = 16;
    let sampler = Sampler::new(features, table);
    let atoms: Vec<Atom> = table.atoms.iter().copied().take(32).collect();
    let budget = pairs_max(features.records) as f64;
    let mut out: Vec<Candidate> = Vec::new();
    let mut costly: Vec<u32> = Vec::new();
    for size in 1..=3usize {
        // Whether a set is tried depends on smaller sets alone.
        let worth_trying = |bits: &u32| size == 1 || useful(&atoms, *bits, &out, &costly, size);
        let sets: Vec<u32> = subsets(atoms.len(), size).into_iter().filter(worth_trying).collect();
        let mut tried: Vec<Vec<Candidate>> = sets.chunks(TOGETHER).map(|_| Vec::new()).collect();
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for (sets, tried) in sets.chunks(TOGETHER).zip(&mut tried) {
            let sampler = &sampler;
            tasks.push(Box::new(move || {
                let mut counts = sampler.no_counts();
                let sets = sets.iter();
                *tried = sets
                    .map(|b| sampler.candidate(features, table, seeds, *b, &mut counts))
                    .collect();
            }));
        }
        share_out(threads, tasks);
        for candidate in tried.into_iter().flatten() {
            if candidate.pairs > budget * 0.12 {
                costly.push(candidate.atoms);
            }
            if candidate.pairs <= budget * 0.45 {
                out.push(candidate);
            }
        }
    }
    out
}

/// Larger sets are tried only where a smaller one was costly, and never with two forms of one thing.
fn useful(atoms: &[Atom], bits: u32, cheap: &[Candidate], costly: &[u32], size: usize) -> bool {
    let chosen = pick(atoms, bits);
    let same_thing = |a: &Atom| match a {
        Atom::Name | Atom::Given | Atom::Initial if chosen.contains(&Atom::Name) => 1,
        Atom::Given | Atom::Initial => 1,
        Atom::Family | Atom::FamilyHead | Atom::FamilyTail => 2,
        Atom::CompanyHead
        | Atom::DomainHead
        | Atom::Company
        | Atom::CompanyWord
        | Atom::CompanyTop => 3,
        Atom::Address | Atom::Local => 4,
        Atom::Field(i) | Atom::FieldPart(i) => 16 + i32::from(*i),
        Atom::Name => 1,
    };
    let mut things: Vec<i32> = chosen.iter().map(same_thing).collect();
    things.sort_unstable();
    things.dedup();
    if things.len() < size {
        return false;
    }
    let cheap_part = cheap
        .iter()
        .any(|c| c.atoms & bits == c.atoms && c.atoms != bits && !costly.contains(&c.atoms));
    !cheap_part
}

fn bit_of(table: &AtomTable, atom: Atom) -> Option<u32> {
    table.atoms.iter().take(32).position(|known| *known == atom).map(|i| 1 << i)
}

fn pick(atoms: &[Atom], bits: u32) -> Vec<Atom> {
    (0..atoms.len()).filter(|i| bits >> i & 1 == 1).map(|i| atoms[i]).collect()
}

/// All sets of `size` out of `count`, as bits.
fn subsets(count: usize, size: usize) -> Vec<u32> {
    let mut sets = Vec::new();
    for a in 0..count {
        if size == 1 {
            sets.push(1 << a);
        }
        for b in a + 1..count {
            if size == 2 {
                sets.push(1 << a | 1 << b);
            }
            if size == 3 {
                sets.extend((b + 1..count).map(|c| 1 << a | 1 << b | 1 << c));
            }
        }
    }
    sets
}

/// Estimates the pairs of a rule from a sample of the records.
struct Sampler {
    values: Vec<Vec<u32>>,
    scale: f64,
    size_max: f64,
    /// Counters of keys, a power of two.
    slots: usize,
}

impl Sampler {
    fn new(features: &Features, table: &AtomTable) -> Self {
        let step = features.records.div_ceil(SAMPLE_RECORDS_MIN).clamp(1, SAMPLE_STEP_MAX);
        let records: Vec<u32> = (0..features.records as u32).step_by(step).collect();
        let values = table
            .atoms
            .iter()
            .take(32)
            .map(|atom| records.iter().map(|r| table.value(features, *r, *atom)).collect())
            .collect();
        Self {
            values,
            scale: features.records as f64 / records.len().max(1) as f64,
            size_max: block_size_max(features.records) as f64,
            slots: (3 * records.len()).next_power_of_two().max(1 << 10),
        }
    }

    fn no_counts(&self) -> Vec<u32> {
        vec![0; self.slots]
    }

    fn candidate(
        &self,
        features: &Features,
        table: &AtomTable,
        seeds: &[Seed],
        bits: u32,
        counts: &mut [u32],
    ) -> Candidate {
        let rule = Rule { atoms: pick(&table.atoms, bits) };
        let pairs = self.pairs(bits, counts);
        let refined = table.refinement(&rule).and_then(|next| bit_of(table, next));
        let counts = &*counts;
        let finds = |seed| self.finds(features, table, counts, seed, bits, refined);
        Candidate { rule, atoms: bits, pairs, finds: seeds.iter().map(finds).collect() }
    }

    /// Pairs of a rule; the counters are left with the records of each key.
    fn pairs(&self, bits: u32, counts: &mut [u32]) -> f64 {
        let chosen: Vec<usize> = (0..self.values.len()).filter(|i| bits >> i & 1 == 1).collect();
        let Some(first) = chosen.first() else { return 0.0 };
        counts.fill(0);
        for i in 0..self.values[*first].len() {
            if let Some(slot) = self.slot(chosen.iter().map(|column| self.values[*column][i])) {
                counts[slot] += 1;
            }
        }
        let mut pairs = 0.0;
        for count in counts.iter().filter(|count| **count > 1) {
            let count = f64::from(*count);
            // Blocks above the limit are refined, which keeps about a tenth of their pairs.
            let kept = if count * self.scale > self.size_max { 0.1 } else { 1.0 };
            pairs += kept * count * (count - 1.0) / 2.0;
        }
        // Different keys that fell into one slot of the table are no pairs.
        let keyed = counts.iter().map(|count| f64::from(*count)).sum::<f64>();
        let collisions = keyed * keyed / 2.0 / counts.len() as f64;
        (pairs - collisions).max(0.0) * self.scale * self.scale
    }

    fn slot(&self, values: impl Iterator<Item = u32>) -> Option<usize> {
        let mut key = 1u64;
        for value in values {
            if value == 0 {
                return None;
            }
            key = super::atom::mix(key, u64::from(value));
        }
        Some((key >> 20) as usize & (self.slots - 1))
    }

    /// Whether the rule counted last finds a seed: not with the value that made it one, and not in a
    /// block that grew too large, unless the refining atom agrees too.
    fn finds(
        &self,
        features: &Features,
        table: &AtomTable,
        counts: &[u32],
        seed: &Seed,
        bits: u32,
        refined: Option<u32>,
    ) -> bool {
        if bits & seed.source != 0 || seed.agrees & bits != bits {
            return false;
        }
        let chosen = (0..self.values.len()).filter(|i| bits >> i & 1 == 1);
        let values = chosen.map(|i| table.value(features, seed.left, table.atoms[i]));
        let size = self.slot(values).map_or(0, |slot| counts[slot]);
        f64::from(size) * self.scale <= self.size_max
            || size < 2
            || refined.is_some_and(|bit| seed.agrees & bit != 0)
    }
}
