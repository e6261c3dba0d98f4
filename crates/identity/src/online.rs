//! The online index: one record against all others, adds with local re-clustering, and undo.
//!
//! The index holds the numbers of every record, a posting list per blocking key, and the entity of each
//! record. A question is normalised, its keys are probed, the candidates scored, and the best entities
//! come back with their explanation. An added record re-clusters only the records that are linked
//! with it, directly or through others, so the order of adding hardly matters. Every change of an
//! entity is an [`Event`] of an append-only log and can be undone.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::block::{AtomTable, Rule, choose};
use crate::cluster::{Evidence, Link, Rules, cluster};
use crate::compare::Plan;
use crate::error::Error;
use crate::explain::{Explanation, explain};
use crate::features::{Features, TextRow};
use crate::input::Table;
use crate::kind::Kinds;
use crate::model::{Model, Weights, probability};
use crate::resolve::{MATCH_BITS, Options, resolve};
use crate::stable;

/// Longest posting list that is walked in full; a longer one is refined by a further atom.
pub const POSTINGS_MAX: usize = 256;
/// Candidates scored for one question at most, those sharing most keys first.
pub const CANDIDATES_MAX: usize = 600;
/// Records re-clustered after one add at most.
pub const RECLUSTERED_MAX: usize = 200;

/// An entity that may be the one asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The entity.
    pub entity: u64,
    /// Its record that fits best.
    pub record: u32,
    /// Probability that this record is the one asked for, 0..=1.
    pub probability: f64,
    /// Why.
    pub explanation: Explanation,
}

/// A change of entities. Numbers of records and entities only: no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A record came and is an entity of its own, or joined one.
    Added {
        /// The record.
        record: u32,
        /// Its entity.
        entity: u64,
    },
    /// Records changed their entity: a merge, a split, or a correction by a person.
    Moved {
        /// Record, entity before, entity after.
        moves: Vec<(u32, u64, u64)>,
    },
}

/// The index.
pub struct Index {
    features: Features,
    plan: Plan,
    model: Model,
    weights: Weights,
    atoms: AtomTable,
    rules: Vec<Rule>,
    postings: Vec<Postings>,
    entity_of: Vec<u64>,
    /// Records of entities with more than one.
    members: FxHashMap<u64, Vec<u32>>,
    next_entity: u64,
    must_link: Vec<(u32, u32)>,
    must_not_link: Vec<(u32, u32)>,
    log: Vec<Event>,
}

/// Records looked at together, each with its links.
type Around = BTreeMap<u32, Vec<Link>>;

/// Records by key: those of the build sorted in one piece, later ones in a map.
#[derive(Default)]
struct Postings {
    keys: Vec<u32>,
    records: Vec<u32>,
    added: FxHashMap<u32, Vec<u32>>,
    refined: FxHashMap<u32, Vec<u32>>,
}

impl Index {
    /// Resolves a table and keeps what is needed to answer questions about it.
    ///
    /// # Errors
    /// Those of [`resolve`].
    pub fn build(table: &Table, kinds: &Kinds, options: &Options) -> Result<Self, Error> {
        let resolution = resolve(table, kinds, options, &mut |_| {})?;
        let atoms = AtomTable::new(&resolution.features);
        let rules = choose(&resolution.features, &atoms, options.threads);
        let entity_of: Vec<u64> = resolution.entity_of.iter().map(|e| u64::from(*e)).collect();
        let mut index = Self {
            next_entity: entity_of.len() as u64,
            postings: rules.iter().map(|_| Postings::default()).collect(),
            plan: resolution.plan,
            model: resolution.model,
            weights: resolution.weights,
            features: resolution.features,
            atoms,
            rules,
            members: FxHashMap::default(),
            entity_of,
            must_link: options.must_link.clone(),
            must_not_link: options.must_not_link.clone(),
            log: Vec::new(),
        };
        index.fill_postings();
        for record in 0..index.entity_of.len() as u32 {
            let entity = index.entity_of[record as usize];
            index.members.entry(entity).or_default().push(record);
        }
        index.members.retain(|_, records| records.len() > 1);
        index.members.shrink_to_fit();
        Ok(index)
    }

    fn fill_postings(&mut self) {
        let records = self.features.records as u32;
        for (rule, postings) in self.rules.iter().zip(&mut self.postings) {
            let mut pairs: Vec<(u32, u32)> = (0..records)
                .map(|record| (self.atoms.key(&self.features, record, rule), record))
                .filter(|(key, _)| *key != 0)
                .collect();
            pairs.sort_unstable();
            for block in pairs.chunk_by(|a, b| a.0 == b.0) {
                if block.len() > POSTINGS_MAX
                    && let Some(next) = self.atoms.refinement(rule)
                {
                    for (key, record) in block {
                        let finer = self.atoms.refine(&self.features, *record, *key, next);
                        postings.refined.entry(finer).or_default().push(*record);
                    }
                }
                postings.keys.extend(block.iter().map(|(key, _)| *key));
                postings.records.extend(block.iter().map(|(_, record)| *record));
            }
        }
    }

    /// The entities that a record, given by its column texts, may belong to, best first.
    pub fn find(&mut self, texts: &[&str], limit: usize) -> Vec<Answer> {
        let mark = self.features.mark();
        let record = self.features.push_uncounted(&TextRow(texts)) as u32;
        self.atoms.extend(&self.features);
        let links = self.links_of(record);
        let mut best: BTreeMap<u64, Link> = BTreeMap::new();
        for link in links {
            let entity = self.entity_of[link.left as usize];
            let known = best.entry(entity).or_insert(link);
            if link.bits > known.bits {
                *known = link;
            }
        }
        let mut found: Vec<(u64, Link)> = best.into_iter().collect();
        found.sort_by(|a, b| b.1.bits.total_cmp(&a.1.bits).then(a.0.cmp(&b.0)));
        found.truncate(limit);
        let answers = found.iter().map(|(entity, link)| Answer {
            entity: *entity,
            record: link.left,
            probability: probability(f64::from(link.bits)),
            explanation: explain(
                &self.features,
                &self.plan,
                &self.model,
                &self.weights,
                link.left,
                record,
            ),
        });
        let answers = answers.collect();
        self.features.pop(&mark);
        self.atoms.shrink(&self.features);
        answers
    }

    /// Adds a record and returns its number; the log says what became of the entities.
    pub fn add(&mut self, texts: &[&str]) -> u32 {
        let record = self.features.push(&TextRow(texts)) as u32;
        self.atoms.extend(&self.features);
        let links = self.links_of(record);
        for (i, rule) in self.rules.iter().enumerate() {
            let key = self.atoms.key(&self.features, record, rule);
            if key != 0 {
                let refined = self
                    .atoms
                    .refinement(rule)
                    .map(|next| self.atoms.refine(&self.features, record, key, next));
                self.postings[i].push(key, refined.unwrap_or(0), record);
            }
        }
        let entity = self.next_entity;
        self.next_entity += 1;
        self.entity_of.push(entity);
        self.log.push(Event::Added { record, entity });
        if links.iter().any(|link| link.bits >= MATCH_BITS) {
            self.recluster(record);
        }
        record
    }

    /// Says that two records are one entity, or are not; what follows from it is logged.
    pub fn decide(&mut self, left: u32, right: u32, same: bool) {
        let pair = (left.min(right), left.max(right));
        self.must_link.retain(|known| *known != pair);
        self.must_not_link.retain(|known| *known != pair);
        if same { &mut self.must_link } else { &mut self.must_not_link }.push(pair);
        let mut around = Around::new();
        self.reach(left, &mut around);
        self.reach(right, &mut around);
        self.recluster_all(&around);
    }

    /// Takes back the last change of entities; an added record keeps its place and stands alone.
    /// Returns whether there was one.
    pub fn undo(&mut self) -> bool {
        let at = self.log.iter().rposition(|event| matches!(event, Event::Moved { .. }));
        let Some(Event::Moved { moves }) = at.map(|at| self.log[at].clone()) else { return false };
        let back: Vec<(u32, u64, u64)> =
            moves.iter().map(|(record, before, after)| (*record, *after, *before)).collect();
        self.move_records(&back);
        self.log.push(Event::Moved { moves: back });
        true
    }

    /// Everything that happened since the build.
    pub fn log(&self) -> &[Event] {
        &self.log
    }

    /// Entity of a record.
    pub fn entity_of(&self, record: u32) -> u64 {
        self.entity_of[record as usize]
    }

    /// Number of records.
    pub fn records(&self) -> usize {
        self.entity_of.len()
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let postings: usize = self
            .postings
            .iter()
            .map(|p| {
                (p.keys.capacity() + p.records.capacity()) * 4
                    + (p.added.len() + p.refined.len()) * 48
            })
            .sum();
        let members: usize = self.members.values().map(|m| 40 + m.capacity() * 4).sum();
        self.features.memory()
            + self.atoms.memory()
            + postings
            + self.entity_of.capacity() * 8
            + members
    }

    /// Scored links of a record with all its candidates, in order of the candidate.
    fn links_of(&self, record: u32) -> Vec<Link> {
        let mut candidates: Vec<u32> = Vec::new();
        for (rule, postings) in self.rules.iter().zip(&self.postings) {
            let key = self.atoms.key(&self.features, record, rule);
            if key != 0 {
                let finer = || {
                    let next = self.atoms.refinement(rule)?;
                    Some(self.atoms.refine(&self.features, record, key, next))
                };
                postings.collect(key, finer, &mut candidates);
            }
        }
        candidates.sort_unstable();
        let mut counted: Vec<(usize, u32)> =
            candidates.chunk_by(|a, b| a == b).map(|same| (same.len(), same[0])).collect();
        if counted.len() > CANDIDATES_MAX {
            counted.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            counted.truncate(CANDIDATES_MAX);
            counted.sort_unstable_by_key(|(_, candidate)| *candidate);
        }
        let others = counted.into_iter().map(|(_, other)| other).filter(|other| *other != record);
        others.map(|other| self.link(other.min(record), other.max(record))).collect()
    }

    fn link(&self, left: u32, right: u32) -> Link {
        let outcome = self.plan.compare(&self.features, left, right);
        Link { left, right, bits: self.weights.total(&outcome) as f32 }
    }

    /// Adds the records linked with a record, directly or through others, whole entities at a time.
    fn reach(&self, record: u32, around: &mut Around) {
        let mut open = std::collections::VecDeque::from([record]);
        let mut reached = 0;
        while let Some(at) = open.pop_front() {
            if around.contains_key(&at) {
                continue;
            }
            let links = self.links_of(at);
            let linked = links.iter().filter(|link| link.bits >= MATCH_BITS);
            open.extend(linked.map(|link| if link.left == at { link.right } else { link.left }));
            open.extend(self.members.get(&self.entity_of(at)).into_iter().flatten());
            around.insert(at, links);
            reached += 1;
            if reached >= RECLUSTERED_MAX {
                break;
            }
        }
    }

    fn recluster(&mut self, record: u32) {
        let mut around = Around::new();
        self.reach(record, &mut around);
        self.recluster_all(&around);
    }

    fn recluster_all(&mut self, linked: &Around) {
        let around: Vec<u32> = linked.keys().copied().collect();
        let place = |record: &u32| around.binary_search(record).ok().map(|at| at as u32);
        let mut links = Vec::new();
        for (i, (record, own)) in linked.iter().enumerate() {
            for link in own.iter().filter(|link| link.left == *record) {
                if let Some(other) = place(&link.right) {
                    links.push(Link { left: i as u32, right: other, bits: link.bits });
                }
            }
        }
        let local = |pairs: &[(u32, u32)]| -> Vec<(u32, u32)> {
            pairs.iter().filter_map(|(a, b)| Some((place(a)?, place(b)?))).collect()
        };
        let (must_link, must_not_link) = (local(&self.must_link), local(&self.must_not_link));
        let rules = Rules {
            link_bits_min: MATCH_BITS,
            threads: 1,
            sources: None,
            must_link: &must_link,
            must_not_link: &must_not_link,
        };
        let compare = |a: u32, b: u32| {
            let (a, b) = (around[a as usize], around[b as usize]);
            let outcome = self.plan.compare(&self.features, a, b);
            let bits = self.weights.total(&outcome) as f32;
            Evidence { bits, contradictions: outcome.contradictions }
        };
        let clusters = cluster(around.len(), &links, &rules, compare);
        let old: Vec<Option<u64>> = around.iter().map(|r| Some(self.entity_of(*r))).collect();
        let ids = stable::carry(&old, &clusters.cluster_of, self.next_entity);
        self.next_entity = ids.iter().map(|id| id + 1).max().unwrap_or(0).max(self.next_entity);
        let moves: Vec<(u32, u64, u64)> = around
            .iter()
            .zip(&ids)
            .map(|(record, id)| (*record, self.entity_of(*record), *id))
            .filter(|(_, before, after)| before != after)
            .collect();
        if !moves.is_empty() {
            self.move_records(&moves);
            self.log.push(Event::Moved { moves });
        }
    }

    fn move_records(&mut self, moves: &[(u32, u64, u64)]) {
        for (record, before, after) in moves {
            let left_alone = match self.members.get_mut(before) {
                Some(records) => {
                    records.retain(|member| member != record);
                    records.len() < 2
                }
                None => false,
            };
            if left_alone {
                self.members.remove(before);
            }
            let alone = self.alone_in(*after, *record);
            let records = self.members.entry(*after).or_default();
            records.extend(alone);
            records.push(*record);
            records.sort_unstable();
            records.dedup();
            self.entity_of[*record as usize] = *after;
        }
        for (_, _, after) in moves {
            if self.members.get(after).is_some_and(|records| records.len() < 2) {
                self.members.remove(after);
            }
        }
    }

    /// The single record of an entity that has no member list yet.
    fn alone_in(&self, entity: u64, mover: u32) -> Option<u32> {
        if self.members.contains_key(&entity) {
            return None;
        }
        // An entity is first named after a record, so that record is where to look.
        let named = u32::try_from(entity).ok().filter(|r| (*r as usize) < self.entity_of.len());
        let found = named.filter(|record| self.entity_of(*record) == entity);
        found
            .or_else(|| self.entity_of.iter().position(|e| *e == entity).map(|at| at as u32))
            .filter(|record| *record != mover)
    }
}

impl Postings {
    fn push(&mut self, key: u32, refined: u32, record: u32) {
        self.added.entry(key).or_default().push(record);
        if refined != 0 && self.length(key) > POSTINGS_MAX {
            self.refined.entry(refined).or_default().push(record);
        }
    }

    fn range(&self, key: u32) -> std::ops::Range<usize> {
        let start = self.keys.partition_point(|known| *known < key);
        let length = self.keys[start..].iter().take_while(|known| **known == key).count();
        start..start + length
    }

    fn length(&self, key: u32) -> usize {
        self.range(key).len() + self.added.get(&key).map_or(0, Vec::len)
    }

    fn collect(&self, key: u32, finer: impl FnOnce() -> Option<u32>, out: &mut Vec<u32>) {
        let range = self.range(key);
        let added = self.added.get(&key).map_or(&[][..], Vec::as_slice);
        if range.len() + added.len() <= POSTINGS_MAX {
            out.extend_from_slice(&self.records[range]);
            out.extend_from_slice(added);
        } else if let Some(records) = finer().and_then(|key| self.refined.get(&key)) {
            out.extend(records.iter().take(POSTINGS_MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::infer;

    const PEOPLE: &str = "record_id,first_name,last_name,email,phone,company\n\
        1,Jane,Doe,jane.doe@acme.com,+1 212 5550188,Acme Inc\n\
        2,Janet,Roe,janet@beta.io,+1 415 5550134,Beta LLC\n\
        3,Hans,Meier,h.meier@gamma.de,+49 30 2345678,Gamma GmbH\n\
        4,Ana,Ruiz,ana@delta.es,+34 91 4445566,Delta SL\n\
        5,Tom,Baker,tbaker@epsilon.co.uk,+44 20 79460123,Epsilon Ltd\n";

    fn index() -> Index {
        let table = Table::read(PEOPLE.as_bytes()).expect("a table");
        Index::build(&table, &infer(&table), &Options::default()).expect("an index")
    }

    const SAME_JANE: [&str; 5] = ["Jane", "Doe", "Jane.Doe@acme.com", "212-555-0188", "ACME"];

    #[test]
    fn a_question_finds_and_leaves_no_trace() {
        let mut index = index();
        let before = index.memory();
        let answers = index.find(&SAME_JANE, 3);
        assert_eq!(answers[0].record, 0);
        assert!(answers[0].probability > 0.9, "{answers:?}");
        for _ in 0..50 {
            index.find(&["Zoë", "Nobody", "zoe@nowhere.example", "1", "Void"], 3);
        }
        assert!(index.memory() <= before + 4096);
        assert_eq!(index.records(), 5);
    }

    #[test]
    fn an_added_record_joins_and_a_decision_is_undone() {
        let mut index = index();
        let added = index.add(&SAME_JANE);
        assert_eq!(index.entity_of(added), index.entity_of(0));
        index.decide(0, added, false);
        assert_ne!(index.entity_of(added), index.entity_of(0));
        assert!(index.undo());
        assert_eq!(index.entity_of(added), index.entity_of(0));
        assert!(index.log().len() >= 3);
    }
}
