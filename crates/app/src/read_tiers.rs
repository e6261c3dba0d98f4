//! Tiers and gaps: where the team is warm by industry, seniority and region, what each tier promised
//! and kept, which gaps are worth closing and by whom, and what breaks if ties cool.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use warmpath_core::id::{MemberId, PersonId};
use warmpath_insight::Rate;
use warmpath_network::{Segment, Tier, WELL_REACHED_FROM, audit, gaps};
use warmpath_store::table::network::{self, ActivationRow, BriefRow};

use crate::context::App;
use crate::error::Failure;
use crate::network::{Network, PersonFacts, Seniority, TieSeen, Whom};
use crate::policy::{Grant, ReadNetwork};
use crate::read_connectors::{ReachFacts, all_reach};
use crate::read_network::{best_tie, tier_index};

/// Fewer cases than this give no rate.
pub const CASES_MIN: u64 = 20;

/// Rows of the heat map: industries with most people first.
const INDUSTRIES_MAX: usize = 14;

/// Gaps named.
const GAPS_MAX: usize = 6;

/// People named whose cooling would cost most.
const RISKS_MAX: usize = 8;

/// Ties that fell silent, named.
const COOLING_MAX: usize = 8;

/// The four tiers, strongest first.
pub const TIERS: [Tier; 4] = [Tier::Strong, Tier::Medium, Tier::Weak, Tier::Gap];

/// What a tier promised, and kept.
#[derive(Debug, Clone)]
pub struct Promise {
    /// The tier.
    pub tier: Tier,
    /// People whose best tie is of it; for the gap those nobody reaches.
    pub people: usize,
    /// Asks over such ties whose time has come.
    pub asks: u64,
    /// Of those, opened within the promise.
    pub kept: u64,
    /// The interval of the share; none with too few cases.
    pub interval: Option<(f64, f64)>,
}

/// One cell of the heat map.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeatCell {
    /// People of the segment by their best tier: strong, medium, weak, gap.
    pub counts: [usize; 4],
}

impl HeatCell {
    /// People of the segment.
    pub fn people(&self) -> usize {
        self.counts.iter().sum()
    }

    /// The best tier anybody has into it; none for a segment without people.
    pub fn best(&self) -> Option<Tier> {
        TIERS.into_iter().find(|tier| self.counts[tier_index(*tier)] > 0)
    }
}

/// A segment that is not reached well.
#[derive(Debug, Clone)]
pub struct GapSeen {
    /// Industry; empty when unknown.
    pub industry: String,
    /// Seniority.
    pub seniority: Seniority,
    /// People of it.
    pub people: usize,
    /// Of those, reached well.
    pub well_reached: usize,
    /// Who knows people of it that the team does not reach, with how many.
    pub closers: Vec<(PersonFacts, usize)>,
    /// The brief that is open for it.
    pub brief: Option<BriefRow>,
}

/// A brief and how far it came.
#[derive(Debug, Clone)]
pub struct BriefSeen {
    /// The brief.
    pub brief: BriefRow,
    /// People of the segment now.
    pub people: usize,
    /// Of those, reached well now.
    pub reached: usize,
}

/// A tie that was regular and fell silent.
#[derive(Debug, Clone)]
pub struct CoolingSeen {
    /// The member.
    pub member: MemberId,
    /// The other.
    pub person: PersonFacts,
    /// Days since the last contact.
    pub silent_days: i64,
    /// The usual gap in days, for the owner alone.
    pub usual_days: Option<i64>,
}

/// Everything the page shows.
#[derive(Debug, Clone)]
pub struct Tiers {
    /// The four tiers.
    pub promises: Vec<Promise>,
    /// Rows of the heat map: industry (empty when unknown) and its cells by seniority.
    pub heat: Vec<(String, Vec<HeatCell>)>,
    /// Heads of the columns.
    pub columns: Vec<Seniority>,
    /// Gaps worth closing.
    pub gaps: Vec<GapSeen>,
    /// Briefs that are open, and the last closed.
    pub briefs: Vec<BriefSeen>,
    /// Whose cooling would cost most.
    pub risks: Vec<(PersonFacts, ReachFacts)>,
    /// Share of all reach that the two costliest carry, `0..=1`; none without any.
    pub two_carry: Option<f64>,
    /// Regular ties that fell silent.
    pub cooling: Vec<CoolingSeen>,
    /// Regions to choose from.
    pub regions: Vec<String>,
    /// When it was read.
    pub as_of: Timestamp,
    /// The ledger entries there were then.
    pub entry: i64,
}

/// Reads them, for one region or all.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, grant: &Grant<ReadNetwork>, region: &str) -> Result<Tiers, Failure> {
    let network = app.network(grant.workspace()).await?;
    let activations = network::activations(app.db(), network.workspace).await?;
    let briefs = network::briefs(app.db(), network.workspace).await?;
    let place = network.seat(grant.member());
    let targets = targets(&network, region);
    let mut counts = [0; 4];
    for (_, tier) in &targets {
        counts[tier_index(*tier)] += 1;
    }
    let (reached, _) = all_reach(&network);
    let all: f64 = reached.values().map(|found| found.would_cost).sum();
    let mut risks: Vec<(PersonFacts, ReachFacts)> = reached
        .into_iter()
        .filter_map(|(id, found)| Some((network.person(id)?.clone(), found)))
        .collect();
    risks.sort_by(|a, b| {
        b.1.would_cost.total_cmp(&a.1.would_cost).then_with(|| a.0.id.cmp(&b.0.id))
    });
    let two: f64 = risks.iter().take(2).map(|(_, found)| found.would_cost).sum();
    risks.truncate(RISKS_MAX);
    let mut regions: Vec<String> = network.people().map(|facts| facts.region.clone()).collect();
    regions.sort();
    regions.dedup();
    regions.retain(|region| !region.is_empty());
    let columns = columns(&targets);
    Ok(Tiers {
        promises: promises(counts, &activations, network.as_of),
        heat: heat(&targets, &columns),
        gaps: gaps_of(&network, &targets, &briefs, region),
        briefs: briefs.iter().take(20).map(|brief| brief_seen(&network, brief)).collect(),
        two_carry: (all > 0.0 && risks.len() > 2).then_some(two / all),
        risks,
        cooling: cooling(&network, place),
        regions,
        columns,
        as_of: network.as_of,
        entry: network.entry,
    })
}

/// Everybody outside, with the best tier any member has to them.
fn targets<'n>(network: &'n Network, region: &str) -> Vec<(&'n PersonFacts, Tier)> {
    let mut best: BTreeMap<PersonId, Tier> = BTreeMap::new();
    for (_, place) in network.seats() {
        for (to, tie) in network.ties_of(place) {
            let held = best.entry(to).or_insert(Tier::Gap);
            *held = (*held).min(tie.tier);
        }
    }
    network
        .people()
        .filter(|facts| facts.member.is_none() && (region.is_empty() || facts.region == region))
        .map(|facts| (facts, best.get(&facts.id).copied().unwrap_or(Tier::Gap)))
        .collect()
}

fn columns(targets: &[(&PersonFacts, Tier)]) -> Vec<Seniority> {
    let there: BTreeSet<Seniority> = targets.iter().map(|(facts, _)| facts.seniority).collect();
    there.into_iter().collect()
}

fn heat(targets: &[(&PersonFacts, Tier)], columns: &[Seniority]) -> Vec<(String, Vec<HeatCell>)> {
    let mut rows: BTreeMap<&str, Vec<HeatCell>> = BTreeMap::new();
    for (facts, tier) in targets {
        let row =
            rows.entry(&facts.industry).or_insert_with(|| vec![HeatCell::default(); columns.len()]);
        if let Some(at) = columns.iter().position(|column| *column == facts.seniority) {
            row[at].counts[tier_index(*tier)] += 1;
        }
    }
    let mut rows: Vec<(String, Vec<HeatCell>)> =
        rows.into_iter().map(|(industry, row)| (industry.to_owned(), row)).collect();
    let size = |row: &[HeatCell]| row.iter().map(HeatCell::people).sum::<usize>();
    rows.sort_by(|a, b| {
        let unknown = a.0.is_empty().cmp(&b.0.is_empty());
        unknown.then(size(&b.1).cmp(&size(&a.1))).then_with(|| a.0.cmp(&b.0))
    });
    rows.truncate(INDUSTRIES_MAX);
    rows
}

fn promises(counts: [usize; 4], activations: &[ActivationRow], now: Timestamp) -> Vec<Promise> {
    TIERS
        .into_iter()
        .map(|tier| {
            let (_, latest) = tier.activation();
            let of_tier = activations.iter().filter(|row| row.tier == tier.word());
            let mut promise = Promise {
                tier,
                people: counts[tier_index(tier)],
                asks: 0,
                kept: 0,
                interval: None,
            };
            for row in of_tier {
                let took = row.activated_at.unwrap_or(now).duration_since(row.asked_at).as_secs();
                // An ask whose time has not come says nothing yet.
                let over = row.activated_at.is_some() || took > latest;
                promise.asks += u64::from(over);
                promise.kept += u64::from(row.activated_at.is_some() && took <= latest);
            }
            if promise.asks >= CASES_MIN {
                promise.interval = Rate::new(promise.kept, promise.asks).interval();
            }
            promise
        })
        .collect()
}

type Key = (String, Seniority);

fn gaps_of(
    network: &Network,
    targets: &[(&PersonFacts, Tier)],
    briefs: &[BriefRow],
    region: &str,
) -> Vec<GapSeen> {
    let mut segments: BTreeMap<Key, Segment> = BTreeMap::new();
    for (facts, _) in targets {
        if facts.industry.is_empty() || facts.seniority == Seniority::Unknown {
            continue;
        }
        let key = (facts.industry.clone(), facts.seniority);
        let segment = segments.entry(key).or_default();
        match network.node(facts.id) {
            Some(node) => segment.people.push(node),
            None => segment.unknown += 1,
        }
    }
    let (keys, segments): (Vec<Key>, Vec<Segment>) = segments.into_iter().unzip();
    let found = gaps(network.graph(), &network.team(&Whom::Team), &segments);
    let mut all: Vec<GapSeen> = keys
        .into_iter()
        .zip(found)
        .filter(|(_, gap)| gap.people > 0 && gap.well_reached * 2 < gap.people)
        .map(|((industry, seniority), gap)| GapSeen {
            brief: briefs
                .iter()
                .find(|brief| {
                    brief.state == "open"
                        && brief.industry == industry
                        && brief.seniority == seniority.as_str()
                        && (brief.region == region || brief.region.is_empty())
                })
                .cloned(),
            industry,
            seniority,
            people: gap.people,
            well_reached: gap.well_reached,
            closers: gap
                .closers
                .iter()
                .filter_map(|closer| {
                    let facts = network.person(network.person_at(closer.person)?)?;
                    (!network.is_closed(facts.id)).then(|| (facts.clone(), closer.people))
                })
                .collect(),
        })
        .collect();
    let missing = |gap: &GapSeen| gap.people - gap.well_reached;
    all.sort_by(|a, b| {
        missing(b)
            .cmp(&missing(a))
            .then_with(|| (&a.industry, a.seniority).cmp(&(&b.industry, b.seniority)))
    });
    all.truncate(GAPS_MAX);
    all
}

/// How many people a segment has, and how many of them are reached well.
pub(crate) fn reached(
    network: &Network,
    (industry, seniority, region): (&str, &str, &str),
) -> (usize, usize) {
    let team = network.team(&Whom::Team);
    let of_segment = network.people().filter(|facts| {
        facts.member.is_none()
            && (industry.is_empty() || facts.industry == industry)
            && (seniority.is_empty() || facts.seniority.as_str() == seniority)
            && (region.is_empty() || facts.region == region)
    });
    let (mut people, mut well) = (0, 0);
    for facts in of_segment {
        people += 1;
        let value = network
            .node(facts.id)
            .map_or(0.0, |node| team.best_value(network.graph(), node).to_f64());
        well += usize::from(value >= WELL_REACHED_FROM);
    }
    (people, well)
}

fn brief_seen(network: &Network, brief: &BriefRow) -> BriefSeen {
    let segment = (brief.industry.as_str(), brief.seniority.as_str(), brief.region.as_str());
    let (people, reached) = reached(network, segment);
    BriefSeen { brief: brief.clone(), people, reached }
}

fn cooling(network: &Network, reader: Option<PersonId>) -> Vec<CoolingSeen> {
    let (log, _) = network.log();
    audit(log, network.as_of.as_second() + 1)
        .cooling
        .into_iter()
        .filter_map(|found| {
            let (one, other): (PersonId, PersonId) =
                (found.one.parse().ok()?, found.other.parse().ok()?);
            let (place, person) = match network.member_at(one) {
                Some(_) => (one, other),
                None => (other, one),
            };
            let member = network.member_at(place)?;
            Some(CoolingSeen {
                member,
                person: network.person(person)?.clone(),
                silent_days: found.silent_days as i64,
                usual_days: (reader == Some(place)).then_some(found.usual_days.ceil() as i64),
            })
        })
        .take(COOLING_MAX)
        .collect()
}

/// People of one cell of the heat map, the best known first: so many, after so many.
///
/// # Errors
/// When the database cannot be read.
pub async fn people(
    app: &App,
    grant: &Grant<ReadNetwork>,
    (industry, seniority, region): (&str, &str, &str),
    (from, rows): (usize, usize),
) -> Result<Vec<(PersonFacts, Option<(MemberId, TieSeen)>)>, Failure> {
    let network = app.network(grant.workspace()).await?;
    let place = network.seat(grant.member());
    let mut found: Vec<(&PersonFacts, Tier)> = targets(&network, region)
        .into_iter()
        .filter(|(facts, _)| facts.industry == industry)
        .filter(|(facts, _)| seniority.is_empty() || facts.seniority.as_str() == seniority)
        .collect();
    found.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.name.cmp(&b.0.name)));
    Ok(found
        .into_iter()
        .skip(from)
        .take(rows)
        .map(|(facts, _)| (facts.clone(), best_tie(&network, facts.id, place)))
        .collect())
}
