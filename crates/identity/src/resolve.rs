//! The batch engine: from a table to entities.

use serde::Serialize;

use crate::block::{self, AtomTable, Blocks, RuleReport};
use crate::cluster::{Clusters, Evidence, Link, Refused, Rules, cluster};
use crate::compare::Plan;
use crate::error::Error;
use crate::features::Features;
use crate::input::Table;
use crate::kind::{ColumnKind, Kinds};
use crate::labels::{Label, reweight};
use crate::model::{Model, Weights};
use crate::train;

/// What a caller may choose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Threads to use; the result does not depend on it. 0 means 1.
    pub threads: usize,
    /// Column that names the source of a record, when every source is free of duplicates.
    pub link_column: Option<String>,
    /// A model trained before; otherwise one is trained from the data.
    pub model: Option<Model>,
    /// Answers of people: they hold for their pairs, and correct the weights for all others.
    pub labels: Vec<Label>,
    /// Pairs of records, by row, that a person said are the same.
    pub must_link: Vec<(u32, u32)>,
    /// Pairs of records, by row, that a person said are different.
    pub must_not_link: Vec<(u32, u32)>,
}

/// Steps of the work, in order, for whoever shows progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Normalising values.
    Normalise,
    /// Choosing rules and building blocks.
    Block,
    /// Learning the model.
    Train,
    /// Scoring candidate pairs.
    Score,
    /// Forming entities.
    Cluster,
}

/// What was done, in numbers.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Records read.
    pub records: usize,
    /// Entities found.
    pub entities: usize,
    /// Candidate pairs compared.
    pub pairs_compared: u64,
    /// Pairs above the match line.
    pub pairs_matched: u64,
    /// Records of the largest entity.
    pub largest: usize,
    /// Merges that safeguards refused.
    pub refused: usize,
    /// Candidate pairs by log2 odds: entry `i` counts those from `i - 30` to `i - 29` bits.
    pub histogram: Vec<u64>,
}

/// The result of a run.
pub struct Resolution {
    /// Records as numbers.
    pub features: Features,
    /// The comparisons.
    pub plan: Plan,
    /// The model used.
    pub model: Model,
    /// Its weights.
    pub weights: Weights,
    /// Entity of each record: the smallest record in it.
    pub entity_of: Vec<u32>,
    /// Links along which entities grew.
    pub tree: Vec<Link>,
    /// Merges that safeguards refused.
    pub refused: Vec<Refused>,
    /// Scored pairs worth keeping, strongest first is not implied.
    pub links: Vec<Link>,
    /// What each blocking rule did.
    pub rules: Vec<RuleReport>,
    /// Numbers.
    pub summary: Summary,
}

/// Pairs weaker than this are forgotten at once, in bits.
pub const KEPT_BITS_MIN: f32 = -6.0;
/// The match line: an even chance.
pub const MATCH_BITS: f32 = 0.0;
/// Entries of [`Summary::histogram`].
pub const HISTOGRAM: usize = 80;

/// Resolves a table into entities.
///
/// # Errors
/// No column that can tell entities apart, an unknown link column, or a model that does not fit.
pub fn resolve(
    table: &Table,
    kinds: &Kinds,
    options: &Options,
    progress: &mut dyn FnMut(Step),
) -> Result<Resolution, Error> {
    let threads = options.threads.max(1);
    let sources = link_sources(table, options)?;
    let kinds = without_link_column(table, kinds, options);
    progress(Step::Normalise);
    let features = Features::extract(table, &kinds, threads);
    let plan = Plan::new(&features);
    if plan.comparisons.is_empty() {
        return Err(Error::NoUsableColumn);
    }
    progress(Step::Block);
    let blocks = build_blocks(&features, threads);
    progress(Step::Train);
    let model = match &options.model {
        Some(model) => {
            model.check(&plan)?;
            model.clone()
        }
        None => {
            let samples = train::sample(&features, &plan, &blocks, threads);
            train::train(&plan, &samples, features.records)
        }
    };
    let model = corrected(&features, &plan, model, &options.labels)?;
    let weights = Weights::new(&plan, &model);
    progress(Step::Score);
    let scored = score_pairs(&features, &plan, &weights, &blocks, sources, threads);
    let rules = blocks.reports.clone();
    drop(blocks);
    progress(Step::Cluster);
    let compare = |a, b| {
        let outcome = plan.compare(&features, a, b);
        let bits = weights.total(&outcome) as f32;
        Evidence { bits, contradictions: outcome.contradictions }
    };
    let (mut must_link, mut must_not_link) =
        (options.must_link.clone(), options.must_not_link.clone());
    for label in &options.labels {
        let pairs = if label.same { &mut must_link } else { &mut must_not_link };
        pairs.push((label.left.min(label.right), label.left.max(label.right)));
    }
    let limits = Rules {
        link_bits_min: MATCH_BITS,
        threads,
        sources,
        must_link: &must_link,
        must_not_link: &must_not_link,
    };
    let clusters = cluster(features.records, &scored.links, &limits, compare);
    let summary = summarise(&scored, &clusters);
    let Clusters { cluster_of, tree, refused } = clusters;
    Ok(Resolution {
        plan,
        model,
        weights,
        entity_of: cluster_of,
        tree,
        refused,
        links: scored.links,
        rules,
        summary,
        features,
    })
}

/// The model with the corrections that people's answers ask for.
fn corrected(
    features: &Features,
    plan: &Plan,
    model: Model,
    labels: &[Label],
) -> Result<Model, Error> {
    let known = |label: &&Label| {
        label.left != label.right && label.left.max(label.right) < features.records as u32
    };
    if let Some(label) = labels.iter().find(|label| !known(label)) {
        let Label { left, right, .. } = label;
        return Err(Error::Labels(format!("records {left} and {right} are not two of this input")));
    }
    if labels.is_empty() {
        return Ok(model);
    }
    let labelled: Vec<_> = labels
        .iter()
        .map(|label| (plan.compare(features, label.left, label.right), label.same))
        .collect();
    Ok(reweight(plan, &model, &labelled))
}

fn link_sources<'a>(table: &'a Table, options: &Options) -> Result<Option<&'a [u32]>, Error> {
    match &options.link_column {
        None => Ok(None),
        Some(name) => match table.column(name) {
            Some(column) => Ok(Some(&column.values)),
            None => Err(Error::Columns(format!("there is no column {name:?} to link by"))),
        },
    }
}

fn without_link_column(table: &Table, kinds: &Kinds, options: &Options) -> Kinds {
    let linked = |name: &str| {
        options.link_column.as_deref().is_some_and(|link| link.eq_ignore_ascii_case(name))
    };
    let column = |(kind, column): (&ColumnKind, &crate::input::Column)| {
        if linked(&column.name) { ColumnKind::Ignore } else { *kind }
    };
    kinds.iter().zip(&table.columns).map(column).collect()
}

fn build_blocks(features: &Features, threads: usize) -> Blocks {
    if features.records <= block::ALL_PAIRS_RECORDS_MAX {
        return Blocks::everything(features.records);
    }
    let atoms = AtomTable::new(features);
    let rules = block::choose(features, &atoms, threads);
    Blocks::build(features, &atoms, rules, threads)
}

struct Scored {
    links: Vec<Link>,
    compared: u64,
    matched: u64,
    histogram: Vec<u64>,
}

impl Scored {
    fn score(
        &mut self,
        features: &Features,
        plan: &Plan,
        weights: &Weights,
        left: u32,
        right: u32,
    ) {
        let bits = weights.total(&plan.compare(features, left, right)) as f32;
        self.compared += 1;
        self.matched += u64::from(bits >= MATCH_BITS);
        self.histogram[(bits + 30.0).clamp(0.0, HISTOGRAM as f32 - 1.0) as usize] += 1;
        if bits >= KEPT_BITS_MIN {
            self.links.push(Link { left, right, bits });
        }
    }
}

fn score_pairs(
    features: &Features,
    plan: &Plan,
    weights: &Weights,
    blocks: &Blocks,
    sources: Option<&[u32]>,
    threads: usize,
) -> Scored {
    let start =
        || Scored { links: Vec::new(), compared: 0, matched: 0, histogram: vec![0; HISTOGRAM] };
    let one_source = |left: u32, right: u32| {
        sources.is_some_and(|sources| {
            let (a, b) = (sources[left as usize], sources[right as usize]);
            a != 0 && a == b
        })
    };
    let parts = blocks.walk(
        threads,
        |_| true,
        start,
        |part, pairs| {
            features.touch(pairs);
            for (left, right) in pairs {
                if !one_source(*left, *right) {
                    part.score(features, plan, weights, *left, *right);
                }
            }
        },
    );
    let mut all = start();
    all.links.reserve_exact(parts.iter().map(|part| part.links.len()).sum());
    for part in parts {
        all.links.extend(part.links);
        all.compared += part.compared;
        all.matched += part.matched;
        for (sum, count) in all.histogram.iter_mut().zip(part.histogram) {
            *sum += count;
        }
    }
    all
}

fn summarise(scored: &Scored, clusters: &Clusters) -> Summary {
    let mut sizes = vec![0usize; clusters.cluster_of.len()];
    for root in &clusters.cluster_of {
        sizes[*root as usize] += 1;
    }
    Summary {
        records: clusters.cluster_of.len(),
        entities: sizes.iter().filter(|size| **size > 0).count(),
        pairs_compared: scored.compared,
        pairs_matched: scored.matched,
        largest: sizes.into_iter().max().unwrap_or(0),
        refused: clusters.refused.len(),
        histogram: scored.histogram.clone(),
    }
}
