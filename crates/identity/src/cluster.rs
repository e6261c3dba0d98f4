//! From scored pairs to entities, with safeguards.
//!
//! Connected components chain strangers together. Here links are taken from the strongest down, and
//! two clusters become one only if the evidence between them *as clusters* holds: pairs that blocking
//! never produced are scored on demand, and conflicts between any two members count.

use rustc_hash::FxHashMap;

use crate::work::{Task, share_out};

/// A scored pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// Smaller record.
    pub left: u32,
    /// Larger record.
    pub right: u32,
    /// log2 odds that both are one entity.
    pub bits: f32,
}

/// How clusters may grow.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    /// Links weaker than this are not followed, in bits.
    pub link_bits_min: f32,
    /// Threads to use; the result does not depend on it.
    pub threads: usize,
    /// Source of each record when every source is free of duplicates; 0 means unknown.
    pub sources: Option<&'a [u32]>,
    /// Pairs a person said are the same.
    pub must_link: &'a [(u32, u32)],
    /// Pairs a person said are different.
    pub must_not_link: &'a [(u32, u32)],
}

/// Members of each side looked at when two clusters are compared.
const MEMBERS_MAX: usize = 12;
/// Bits beyond which a single pair adds nothing to the judgement of two clusters.
const PAIR_BITS_MAX: f32 = 10.0;
/// Share of the best pair in that judgement; the rest is the mean of all.
const BEST_SHARE: f32 = 0.35;

/// A link beyond this, in bits, stands whatever its records contradict elsewhere.
const FIRM_BITS: f32 = 10.0;
/// A link this much weaker than another, in bits, is no rival to it: the odds are three to one.
const RIVAL_BITS: f32 = 1.5;
/// Contradictions of two members that rule out a merge along a link that is not firm.
const CONTRADICTIONS_MAX: u8 = 1;

/// A merge that the strongest pair asked for and the clusters as a whole refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refused {
    /// The link that asked.
    pub link: Link,
    /// Judgement of the two clusters, in bits.
    pub bits: f32,
}

/// The outcome.
#[derive(Clone, Debug, Default)]
pub struct Clusters {
    /// Cluster of each record: the smallest record in it.
    pub cluster_of: Vec<u32>,
    /// Links along which clusters grew: a spanning tree of each.
    pub tree: Vec<Link>,
    /// Merges that were refused.
    pub refused: Vec<Refused>,
}

/// What comparing two records tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// log2 odds that both are one entity.
    pub bits: f32,
    /// How often they contradict each other in what an entity keeps for life.
    pub contradictions: u8,
}

/// Clusters records along links. `compare` is asked about any pair, smaller record first.
pub fn cluster(
    records: usize,
    links: &[Link],
    rules: &Rules<'_>,
    compare: impl Fn(u32, u32) -> Evidence,
) -> Clusters {
    let (mut known, mut followed) = (Known::default(), Vec::new());
    let tasks: Vec<Task<'_>> = vec![
        Box::new(|| followed = strongest_first(links, rules.link_bits_min)),
        Box::new(|| known = Known::new(records, links)),
    ];
    share_out(rules.threads, tasks);
    let mut state = State::new(records, rules);
    for (a, b) in rules.must_link {
        let (left, right) = ((*a).min(*b), (*a).max(*b));
        let (one, two) = (state.root(left), state.root(right));
        if one != two {
            state.merge(one, two);
            state.tree.push(Link { left, right, bits: f32::INFINITY });
        }
    }
    for link in followed {
        state.follow(&link, rules, &known, &compare);
    }
    state.finish()
}

/// Links of at least so many bits, the strongest first, by their records where equally strong.
fn strongest_first(links: &[Link], bits_min: f32) -> Vec<Link> {
    // One number that sorts as wanted: to compare three fields of two links takes twice as long.
    let descending = |bits: f32| {
        let bits = bits.to_bits();
        if bits >> 31 == 0 { !(bits | 1 << 31) } else { bits }
    };
    let key = |link: &Link| {
        u128::from(descending(link.bits)) << 64
            | u128::from(link.left) << 32
            | u128::from(link.right)
    };
    let bits = |key: u32| f32::from_bits(if key >> 31 == 0 { !key & !(1 << 31) } else { key });
    let strong = links.iter().filter(|link| link.bits >= bits_min);
    let mut keys: Vec<u128> = strong.map(key).collect();
    keys.sort_unstable();
    let link = |key: u128| Link {
        left: (key >> 32) as u32,
        right: key as u32,
        bits: bits((key >> 64) as u32),
    };
    keys.into_iter().map(link).collect()
}

/// Links by each of their records, to look up instead of scoring again.
#[derive(Default)]
struct Known {
    starts: Vec<u32>,
    links: Vec<(u32, f32)>,
}

impl Known {
    fn new(records: usize, links: &[Link]) -> Self {
        let mut starts = vec![0u32; records + 1];
        for link in links {
            starts[link.left as usize + 1] += 1;
            starts[link.right as usize + 1] += 1;
        }
        for record in 0..records {
            starts[record + 1] += starts[record];
        }
        let mut next = starts.clone();
        let mut sorted = vec![(0, 0.0); 2 * links.len()];
        for link in links {
            for (record, other) in [(link.left, link.right), (link.right, link.left)] {
                let slot = &mut next[record as usize];
                sorted[*slot as usize] = (other, link.bits);
                *slot += 1;
            }
        }
        Self { starts, links: sorted }
    }

    fn of(&self, record: u32) -> &[(u32, f32)] {
        let record = record as usize;
        &self.links[self.starts[record] as usize..self.starts[record + 1] as usize]
    }

    fn bits(&self, left: u32, right: u32) -> Option<f32> {
        self.of(left).iter().find(|link| link.0 == right).map(|link| link.1)
    }
}

struct State {
    parent: Vec<u32>,
    /// The next member of the same cluster, in a ring.
    next: Vec<u32>,
    forbidden: FxHashMap<u32, Vec<u32>>,
    tree: Vec<Link>,
    refused: Vec<Refused>,
    /// Judgements already made, by the roots and sizes of the two clusters.
    judged: FxHashMap<(u32, u32), (u32, u32)>,
    /// Members of the two clusters looked at, kept to save their memory.
    sides: [Vec<u32>; 2],
}

impl State {
    fn new(records: usize, rules: &Rules<'_>) -> Self {
        let mut forbidden: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for (a, b) in rules.must_not_link {
            forbidden.entry(*a).or_default().push(*b);
            forbidden.entry(*b).or_default().push(*a);
        }
        Self {
            parent: (0..records as u32).collect(),
            next: (0..records as u32).collect(),
            forbidden,
            tree: Vec::new(),
            refused: Vec::new(),
            judged: FxHashMap::default(),
            sides: <_>::default(),
        }
    }

    fn root(&mut self, mut record: u32) -> u32 {
        while self.parent[record as usize] != record {
            let above = self.parent[record as usize];
            self.parent[record as usize] = self.parent[above as usize];
            record = self.parent[record as usize];
        }
        record
    }

    /// Members of a cluster, in order.
    fn list(&self, root: u32, members: &mut Vec<u32>) {
        members.clear();
        let mut at = root;
        loop {
            members.push(at);
            at = self.next[at as usize];
            if at == root {
                break;
            }
        }
        members.sort_unstable();
    }

    fn merge(&mut self, one: u32, two: u32) {
        let (low, high) = (one.min(two), one.max(two));
        self.parent[high as usize] = low;
        self.next.swap(low as usize, high as usize);
    }

    fn follow(
        &mut self,
        link: &Link,
        rules: &Rules<'_>,
        known: &Known,
        compare: &impl Fn(u32, u32) -> Evidence,
    ) {
        let (one, two) = (self.root(link.left), self.root(link.right));
        if one == two {
            return;
        }
        let (low, high) = (one.min(two), one.max(two));
        let [mut left, mut right] = std::mem::take(&mut self.sides);
        self.list(low, &mut left);
        self.list(high, &mut right);
        let sizes = (left.len() as u32, right.len() as u32);
        if self.judged.get(&(low, high)) != Some(&sizes) {
            let bits = if self.vetoed(&left, &right, rules)
                || link.bits < FIRM_BITS && self.has_rival(link, known, compare)
            {
                f32::NEG_INFINITY
            } else if sizes == (1, 1) {
                link.bits
            } else {
                judge(&left, &right, link, known, compare)
            };
            if bits >= rules.link_bits_min {
                self.merge(low, high);
                self.tree.push(*link);
            } else {
                self.judged.insert((low, high), sizes);
                self.refused.push(Refused { link: *link, bits });
            }
        }
        self.sides = [left, right];
    }

    /// Whether one of the two records might as well belong to somebody else, who cannot be the other:
    /// which of the two it is, the evidence does not say.
    fn has_rival(
        &mut self,
        link: &Link,
        known: &Known,
        compare: &impl Fn(u32, u32) -> Evidence,
    ) -> bool {
        let roots = [self.root(link.left), self.root(link.right)];
        [(link.left, link.right), (link.right, link.left)].into_iter().any(|(record, other)| {
            known.of(record).iter().any(|(rival, bits)| {
                *bits >= link.bits - RIVAL_BITS
                    && *bits >= 0.0
                    && !roots.contains(&self.root(*rival))
                    && compare(other.min(*rival), other.max(*rival)).contradictions > 0
            })
        })
    }

    fn vetoed(&self, left: &[u32], right: &[u32], rules: &Rules<'_>) -> bool {
        if let Some(sources) = rules.sources {
            let source = |record: &u32| sources[*record as usize];
            let clash = |a| right.iter().any(|b| source(a) != 0 && source(a) == source(b));
            if left.iter().any(clash) {
                return true;
            }
        }
        !self.forbidden.is_empty()
            && left.iter().any(|a| {
                let enemies = self.forbidden.get(a);
                enemies.is_some_and(|list| list.iter().any(|b| right.binary_search(b).is_ok()))
            })
    }

    fn finish(mut self) -> Clusters {
        let records = self.parent.len() as u32;
        let cluster_of = (0..records).map(|record| self.root(record)).collect();
        Clusters { cluster_of, tree: self.tree, refused: self.refused }
    }
}

/// Evidence between two clusters: the mean over pairs of members, lifted a little by the best one.
/// Members that contradict each other rule it out.
fn judge(
    left: &[u32],
    right: &[u32],
    link: &Link,
    known: &Known,
    compare: &impl Fn(u32, u32) -> Evidence,
) -> f32 {
    let step = |members: &[u32]| members.len().div_ceil(MEMBERS_MAX);
    let (mut sum, mut count) = (0.0, 0.0);
    for a in left.iter().copied().step_by(step(left)) {
        for b in right.iter().copied().step_by(step(right)) {
            let (low, high) = (a.min(b), a.max(b));
            let agreeing = known.bits(low, high).filter(|bits| *bits >= 0.0);
            let bits = agreeing.unwrap_or_else(|| {
                let found = compare(low, high);
                let apart = found.bits < 0.0 && found.contradictions > CONTRADICTIONS_MAX;
                if apart && link.bits < FIRM_BITS { f32::NEG_INFINITY } else { found.bits }
            });
            if bits == f32::NEG_INFINITY {
                return bits;
            }
            sum += bits.clamp(-PAIR_BITS_MAX, PAIR_BITS_MAX);
            count += 1.0;
        }
    }
    let best = link.bits.min(PAIR_BITS_MAX);
    BEST_SHARE * best + (1.0 - BEST_SHARE) * sum / count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clusters of records along links; pairs without one have -7 bits, and contradict each other
    /// twice where `apart` says so.
    fn check(links: &[(u32, u32, f32)], apart: &[(u32, u32)], expected: &[u32]) {
        let link = |(left, right, bits): &(u32, u32, f32)| Link {
            left: *left,
            right: *right,
            bits: *bits,
        };
        let links: Vec<Link> = links.iter().map(link).collect();
        let rules = Rules {
            link_bits_min: 0.0,
            threads: 1,
            sources: None,
            must_link: &[],
            must_not_link: &[],
        };
        let compare = |a, b| {
            let linked = links.iter().find(|link| (link.left, link.right) == (a, b));
            let contradictions = if apart.contains(&(a, b)) { 2 } else { 0 };
            Evidence { bits: linked.map_or(-7.0, |link| link.bits), contradictions }
        };
        assert_eq!(cluster(expected.len(), &links, &rules, compare).cluster_of, expected);
    }

    #[test]
    fn who_might_be_either_of_two_is_neither() {
        let father_or_son = [(0, 1, 9.0), (0, 2, 8.5)];
        check(&father_or_son, &[(1, 2)], &[0, 1, 2]);
        check(&father_or_son, &[], &[0, 0, 0]);
        check(&[(0, 1, 9.0), (0, 2, 4.0)], &[(1, 2)], &[0, 0, 2]);
        // Firm links stand.
        check(&[(0, 1, 14.0), (0, 2, 13.5)], &[(1, 2)], &[0, 0, 0]);
    }

    #[test]
    fn a_twin_does_not_join_through_what_both_share() {
        // 1 carries no name: it is 0 by its number, and shares an address with the twin 2.
        check(&[(0, 1, 19.0), (1, 2, 8.5)], &[(0, 2)], &[0, 0, 2]);
        check(&[(0, 1, 19.0), (1, 2, 8.5)], &[], &[0, 0, 0]);
    }

    #[test]
    fn the_strongest_links_come_first() {
        let link = |left, bits| Link { left, right: 9, bits };
        let links = [link(0, 1.0), link(1, 3.5), link(2, -1.0), link(3, 3.5), link(4, -0.5)];
        let sorted: Vec<u32> =
            strongest_first(&links, -0.75).iter().map(|link| link.left).collect();
        assert_eq!(sorted, [1, 3, 0, 4]);
    }
}
