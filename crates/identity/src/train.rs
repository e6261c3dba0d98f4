//! Learning m, u and the prior without labels: expectation maximisation on counted patterns.
//!
//! Pairs are reduced to patterns (all levels, and the sum of rarities in whole bits), of which there
//! are few however many pairs there are. Three samples are counted: candidate pairs from
//! blocking teach m and the prior; random pairs teach u; pairs inside one organisation, and inside one
//! family name, teach u where that is already known.

use rustc_hash::FxHashMap;

use crate::block::Blocks;
use crate::compare::levels::{Context, IDENTIFIER};
use crate::compare::{Comparison, Plan, Subject, level_of};
use crate::features::fields::FieldKind;
use crate::features::{COMPANY, DOMAIN, FAMILY, FIELDS, Features, GIVEN};
use crate::model::{Model, Weights, contexts_of, levels_in, probability};
use crate::work::share_out;

/// Candidate pairs that are counted at most.
const CANDIDATES_MAX: u64 = 300_000;
/// Random pairs.
const RANDOM_PAIRS: usize = 200_000;
/// Pairs per context.
const CONTEXT_PAIRS: usize = 50_000;
/// Records among which pairs of a context are looked for, about.
const SHARING_RECORDS: usize = 150_000;
/// Rounds of expectation maximisation at most.
const ROUNDS_MAX: usize = 40;
/// Pairs that the starting m counts as.
const STRENGTH_M: f64 = 100.0;
/// The same for the level that says a person's own name differs.
const STRENGTH_AGAINST: f64 = 1000.0;
/// Pairs that the starting u counts as, per context.
const STRENGTH_U: f64 = 20.0;

/// A pattern, its rarity in whole bits, and how often it was seen.
type Counted = Vec<(u128, f64, f64)>;

/// How often each pattern was seen at each rarity.
type Patterns = FxHashMap<(u128, i16), f64>;

/// What was counted.
pub struct Samples {
    candidates: Counted,
    /// Candidate pairs per counted one.
    scale: f64,
    random: Counted,
    family: Counted,
    organisation: Counted,
    name: Counted,
    /// Chance that two random records share a family name, and a given name.
    closed: [f64; 2],
    /// Pairs of records altogether.
    pairs: f64,
}

/// Counts the patterns of all samples.
pub fn sample(features: &Features, plan: &Plan, blocks: &Blocks, threads: usize) -> Samples {
    let candidate_pairs: u64 = blocks.reports.iter().map(|report| report.pairs).sum();
    let every = candidate_pairs.div_ceil(CANDIDATES_MAX).max(1);
    let counts = blocks.walk(
        threads,
        // Chosen by the record, not by its place in the walk, so that threads do not matter.
        |left| (u64::from(left).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20).is_multiple_of(every),
        Patterns::default,
        |counts: &mut Patterns, pairs| count(features, plan, pairs, counts),
    );
    let mut candidates = Patterns::default();
    for part in counts {
        for (key, count) in part {
            *candidates.entry(key).or_insert(0.0) += count;
        }
    }
    let records = features.records as f64;
    let counted = |pairs: Vec<(u32, u32)>| {
        let mut counts = Patterns::default();
        for some in pairs.chunks(256) {
            count(features, plan, some, &mut counts);
        }
        settle(counts)
    };
    let [mut random, mut family, mut name, mut organisation] = [const { Counted::new() }; 4];
    share_out(
        threads,
        vec![
            Box::new(|| random = counted(random_pairs(features.records))),
            Box::new(|| organisation = counted(block_pairs(features, &same_place(features), 3))),
            Box::new(|| family = counted(block_pairs(features, &[FAMILY], 2))),
            Box::new(|| name = counted(same_names(features))),
        ],
    );
    Samples {
        candidates: settle(candidates),
        scale: every as f64,
        random,
        family,
        name,
        organisation,
        closed: [features.chance_of_agreement(FAMILY), features.chance_of_agreement(GIVEN)],
        pairs: records * (records - 1.0) / 2.0,
    }
}

fn same_place(features: &Features) -> Vec<usize> {
    let mut positions = vec![COMPANY, DOMAIN];
    for (i, field) in features.fields.iter().enumerate() {
        if matches!(field.kind, FieldKind::Street | FieldKind::Postcode) {
            positions.push(FIELDS + i);
        }
    }
    positions
}

fn key_of(features: &Features, plan: &Plan, a: u32, b: u32) -> (u128, i16) {
    let outcome = plan.compare(features, a, b);
    let rarity: f32 = outcome.rarity.iter().sum();
    (outcome.pattern(), (f64::from(rarity) - outcome.taken_off()).round() as i16)
}

/// Adds the patterns of some pairs.
fn count(features: &Features, plan: &Plan, pairs: &[(u32, u32)], counts: &mut Patterns) {
    features.touch(pairs);
    for (a, b) in pairs {
        *counts.entry(key_of(features, plan, *a, *b)).or_default() += 1.0;
    }
}

fn settle(counts: Patterns) -> Counted {
    let mut list: Counted =
        counts.into_iter().map(|((pattern, rarity), n)| (pattern, f64::from(rarity), n)).collect();
    list.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    list
}

/// A fixed sequence of numbers (SplitMix64): sampling must not differ between runs.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * u128::from(bound)) >> 64) as u64
    }
}

fn random_pairs(records: usize) -> Vec<(u32, u32)> {
    let n = records as u64;
    if n * (n - 1) / 2 <= RANDOM_PAIRS as u64 {
        return (0..records as u32)
            .flat_map(|a| (a + 1..records as u32).map(move |b| (a, b)))
            .collect();
    }
    let mut sequence = Sequence(1);
    let mut pairs = Vec::with_capacity(RANDOM_PAIRS);
    while pairs.len() < RANDOM_PAIRS {
        let (a, b) = (sequence.below(n) as u32, sequence.below(n) as u32);
        if a != b {
            pairs.push((a.min(b), a.max(b)));
        }
    }
    pairs
}

/// Random pairs of records that share the value of one of these cells; every such pair of a cell is
/// equally likely.
fn block_pairs(features: &Features, positions: &[usize], seed: u64) -> Vec<(u32, u32)> {
    let used: Vec<usize> = positions.iter().copied().filter(|p| features.has(*p)).collect();
    let mut pairs = Vec::new();
    for position in &used {
        let value = |record| u64::from(features.cell(record, *position));
        let seed = seed.wrapping_mul(31).wrapping_add(*position as u64);
        pairs.extend(pairs_sharing(features.records, CONTEXT_PAIRS / used.len(), seed, value));
    }
    pairs
}

/// Random pairs of records with the same given and family name.
fn same_names(features: &Features) -> Vec<(u32, u32)> {
    pairs_sharing(features.records, CONTEXT_PAIRS, 5, |record| {
        let (given, family) = (features.cell(record, GIVEN), features.cell(record, FAMILY));
        if given == 0 || family == 0 { 0 } else { u64::from(given) << 32 | u64::from(family) }
    })
}

fn pairs_sharing(
    records: usize,
    wanted: usize,
    seed: u64,
    value: impl Fn(u32) -> u64,
) -> Vec<(u32, u32)> {
    // Of a large file a part of the values is enough, each with all of its records.
    let every = (records / SHARING_RECORDS).max(1) as u64;
    let chosen =
        |value: u64| (value.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32).is_multiple_of(every);
    let mut keyed: Vec<(u64, u32)> = (0..records as u32)
        .map(|record| (value(record), record))
        .filter(|(value, _)| *value != 0 && chosen(*value))
        .collect();
    keyed.sort_unstable();
    let blocks: Vec<&[(u64, u32)]> =
        keyed.chunk_by(|a, b| a.0 == b.0).filter(|block| block.len() > 1).collect();
    let mut ends = Vec::with_capacity(blocks.len());
    let mut total = 0u64;
    for block in &blocks {
        total += block.len() as u64 * (block.len() as u64 - 1) / 2;
        ends.push(total);
    }
    let mut sequence = Sequence(seed);
    let mut draw = || {
        let at = sequence.below(total);
        let block = blocks[ends.partition_point(|end| *end <= at)];
        let a = sequence.below(block.len() as u64) as usize;
        let b = sequence.below(block.len() as u64 - 1) as usize;
        let b = if b >= a { b + 1 } else { b };
        let (a, b) = (block[a].1, block[b].1);
        (a.min(b), a.max(b))
    };
    (0..wanted.min(2 * total.min(1 << 40) as usize)).map(|_| draw()).collect()
}

/// Learns a model. The result depends on the samples alone.
pub fn train(plan: &Plan, samples: &Samples, records: usize) -> Model {
    let mut model = Model::untrained(plan, records);
    let mut last = 0.0;
    for _ in 0..ROUNDS_MAX {
        let weights = Weights::new(plan, &model);
        let posteriors = |counted: &Counted| -> Vec<f64> {
            counted.iter().map(|(p, r, _)| probability(weights.of_pattern(*p, *r))).collect()
        };
        let round = Round {
            candidates: posteriors(&samples.candidates),
            random: posteriors(&samples.random),
            family: posteriors(&samples.family),
            organisation: posteriors(&samples.organisation),
            name: posteriors(&samples.name),
        };
        let matches = expected(&samples.candidates, &round.candidates) * samples.scale;
        // Even a clean file is allowed a few duplicates: one pair in a hundred records.
        model.prior = ((matches + 0.01 * records as f64) / samples.pairs).clamp(1e-15, 0.5);
        for c in 0..plan.comparisons.len() {
            update(plan, samples, &round, &mut model, c);
        }
        if (matches - last).abs() <= 1e-4 * matches {
            break;
        }
        last = matches;
    }
    model
}

/// Posterior probabilities of all patterns in one round.
struct Round {
    candidates: Vec<f64>,
    random: Vec<f64>,
    family: Vec<f64>,
    organisation: Vec<f64>,
    name: Vec<f64>,
}

fn expected(counted: &Counted, posteriors: &[f64]) -> f64 {
    counted.iter().zip(posteriors).map(|((_, _, n), p)| n * p).sum()
}

/// Sums `n * share(posterior)` per level of a comparison.
fn tally(counted: &Counted, posteriors: &[f64], c: usize, share: impl Fn(f64) -> f64) -> [f64; 16] {
    let mut sums = [0.0; 16];
    for ((pattern, _, n), p) in counted.iter().zip(posteriors) {
        sums[level_of(*pattern, c) as usize] += n * share(*p);
    }
    sums
}

fn update(plan: &Plan, samples: &Samples, round: &Round, model: &mut Model, c: usize) {
    let comparison = &plan.comparisons[c];
    let matched = tally(&samples.candidates, &round.candidates, c, |p| p);
    let unmatched = tally(&samples.candidates, &round.candidates, c, |p| 1.0 - p);
    let random = tally(&samples.random, &round.random, c, |p| 1.0 - p);
    let family = tally(&samples.family, &round.family, c, |p| 1.0 - p);
    let organisation = tally(&samples.organisation, &round.organisation, c, |p| 1.0 - p);
    let name = tally(&samples.name, &round.name, c, |p| 1.0 - p);
    for context in contexts_of(comparison) {
        let levels = levels_in(comparison, context);
        let sum = |counts: &[f64; 16]| levels.iter().map(|l| counts[*l]).sum::<f64>();
        let total = sum(&matched) * samples.scale + STRENGTH_M;
        let sample = match context {
            Context::SameFamily => &family,
            Context::SameOrganisation => &organisation,
            Context::SameName => &name,
            _ => &random,
        };
        let seen = sum(sample) + STRENGTH_U;
        // Pairs of this context that the whole file holds, as far as the random sample can tell.
        let all: f64 = samples.random.iter().map(|(_, _, n)| n).sum();
        let in_file = sum(&random) / all.max(1.0) * samples.pairs;
        for l in &levels {
            let start = &comparison.levels[l - 1];
            let mut m = (matched[*l] * samples.scale + STRENGTH_M * start.m) / total;
            if speaks_against(comparison) && Some(l) == levels.last() {
                // Households teach a small file that people change their given names or their
                // numbers. They do not.
                let own = (matched[*l] * samples.scale + STRENGTH_AGAINST * start.m)
                    / (total - STRENGTH_M + STRENGTH_AGAINST);
                m = m.min(own);
            }
            let mut u = (sample[*l] + STRENGTH_U * start.u) / seen;
            if context == Context::Entity {
                // In a file that is one name many times over, equal names look like chance. That two
                // organisations rarely share a name is known better than the file can tell.
                u = 0.15 * u + 0.85 * start.u;
            } else if sample_is_random(context) && in_file > 0.0 {
                // A sample cannot show how rare a rare agreement is. Candidates hold most of them, so
                // they bound u from below; half a sighting bounds it where neither saw any.
                let known = unmatched[*l] * samples.scale / in_file.max(seen);
                u = ((sample[*l] + 0.5) / seen).max(known);
            }
            if !sample_is_random(context) && context != Context::Entity {
                // A level that a small sample never saw is not much rarer than one sighting.
                u = u.max(start.u.min(0.5 / seen));
            }
            if Some(l) == levels.last() {
                // That two values differ never speaks for a match.
                m = m.min(u);
            }
            let known = &mut model.comparisons[c].levels[l - 1];
            known.m = m.clamp(1e-6, 1.0);
            known.u = u.clamp(1e-9, 1.0);
            if start.rarity && !sample_is_random(context) {
                let closed = match comparison.subject {
                    Subject::Family => samples.closed[0],
                    _ => samples.closed[1],
                };
                known.rarity_discount = (known.u / closed).log2().clamp(0.0, 8.0);
            }
        }
    }
}

fn sample_is_random(context: Context) -> bool {
    !matches!(context, Context::SameFamily | Context::SameOrganisation | Context::SameName)
}

fn speaks_against(comparison: &Comparison) -> bool {
    matches!(comparison.subject, Subject::Given | Subject::Generation)
        || std::ptr::eq(comparison.levels, IDENTIFIER)
}
