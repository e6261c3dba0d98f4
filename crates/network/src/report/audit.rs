//! What the data already says, before anybody has asked anyone for anything.

use std::collections::{BTreeMap, BTreeSet};

use crate::events::{EventLog, Kind, Provenance};
use crate::import::is_automatic;
use crate::strength::{DAY, MEDIUM_FROM, TieScore, Tier, score};

/// Connectors named.
pub const CONNECTORS_SHOWN: usize = 50;
/// Relationships in which both would vouch for each other that a programme needs to start.
pub const VOUCHING_NEEDED: usize = 20;
/// Cooling ties named.
const COOLING_SHOWN: usize = 25;
/// Silence of so many usual gaps mostly means the end of a tie (Navarro, Miritello, Canales, Moro,
/// EPJ Data Science 2017).
const SILENT_GAPS: f64 = 8.0;
/// Fewer contacts than this have no usual gap.
const GAPS_COUNTED_FROM: usize = 5;

/// Somebody well placed who has made no introduction so far.
#[derive(Clone, Debug, PartialEq)]
pub struct UnderUsed {
    /// Name.
    pub person: String,
    /// People who would answer them within a week (P at least .40).
    pub would_answer: usize,
    /// Sum of those probabilities.
    pub reach: f64,
    /// The best P(they answer within 7 days) anybody has, and who has it.
    pub known_best_by: String,
    /// That probability.
    pub known_best: f64,
}

/// A tie that used to be regular and fell silent.
#[derive(Clone, Debug, PartialEq)]
pub struct Cooling {
    /// One of the two.
    pub one: String,
    /// The other.
    pub other: String,
    /// Contacts so far.
    pub contacts: usize,
    /// Their usual gap, the median, in days.
    pub usual_days: f64,
    /// Days since the last contact.
    pub silent_days: f64,
}

/// The first look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audit {
    /// The moment it was taken, in seconds since 1970.
    pub as_of: i64,
    /// Events read.
    pub events: usize,
    /// First and last of them.
    pub span: Option<(i64, i64)>,
    /// People with contact in the last 365 days.
    pub people: usize,
    /// Directed ties by tier.
    pub tiers: BTreeMap<Tier, usize>,
    /// Directed ties by surest source.
    pub sources: BTreeMap<Provenance, usize>,
    /// Ties by P(answers within 7 days): ten equal steps.
    pub spread: [usize; 10],
    /// Pairs in which each would answer the other within a week.
    pub vouching: usize,
    /// The best placed people who made no introduction, best first.
    pub under_used: Vec<UnderUsed>,
    /// Regular ties that fell silent, the most active first.
    pub cooling: Vec<Cooling>,
    /// Addresses that look like programs or lists, though they were not left out.
    pub automatic: Vec<String>,
}

/// Takes a first look at what happened before `as_of`.
#[must_use]
pub fn audit(log: &EventLog, as_of: i64) -> Audit {
    let book = score(log, as_of);
    let past = || log.events().iter().filter(|event| event.at < as_of);
    let times = || past().map(|event| event.at);
    let mut audit = Audit {
        as_of,
        events: past().count(),
        span: times().min().zip(times().max()),
        ..Audit::default()
    };
    let mut people = BTreeSet::new();
    let mut strong_enough = BTreeSet::new();
    for tie in &book.scores {
        people.insert(tie.from);
        *audit.tiers.entry(tie.tier).or_default() += 1;
        *audit.sources.entry(tie.provenance).or_default() += 1;
        audit.spread[((tie.in_7_days * 10.0) as usize).min(9)] += 1;
        if tie.in_7_days >= MEDIUM_FROM {
            strong_enough.insert((tie.from, tie.to));
        }
    }
    let mutual = |&&(a, b): &&(u32, u32)| a < b && strong_enough.contains(&(b, a));
    audit.vouching = strong_enough.iter().filter(mutual).count();
    audit.people = people.len();
    audit.automatic =
        people.iter().map(|&who| log.name(who)).filter(|name| is_automatic(name)).collect();
    audit.automatic.sort();
    audit.under_used = under_used(log, &book.scores, as_of);
    audit.cooling = cooling(log, as_of);
    audit
}

fn under_used(log: &EventLog, scores: &[TieScore], as_of: i64) -> Vec<UnderUsed> {
    let introduced: BTreeSet<u32> = log
        .events()
        .iter()
        .filter(|event| event.kind == Kind::Introduction && event.at < as_of)
        .map(|event| event.from)
        .collect();
    let mut reach: BTreeMap<u32, (usize, f64)> = BTreeMap::new();
    let mut known: BTreeMap<u32, (f64, u32)> = BTreeMap::new();
    for tie in scores.iter().filter(|tie| tie.in_7_days >= MEDIUM_FROM) {
        let (count, sum) = reach.entry(tie.from).or_default();
        *count += 1;
        *sum += tie.in_7_days;
        let best = known.entry(tie.to).or_insert((0.0, tie.from));
        if tie.in_7_days > best.0 {
            *best = (tie.in_7_days, tie.from);
        }
    }
    let mut all: Vec<UnderUsed> = reach
        .into_iter()
        .filter(|(who, _)| !introduced.contains(who))
        .filter_map(|(who, (would_answer, reach))| {
            let &(known_best, by) = known.get(&who)?;
            let (person, known_best_by) = (log.name(who), log.name(by));
            Some(UnderUsed { person, would_answer, reach, known_best_by, known_best })
        })
        .filter(|found| !is_automatic(&found.person))
        .collect();
    let worth = |found: &UnderUsed| found.reach * found.known_best;
    all.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then_with(|| a.person.cmp(&b.person)));
    all.truncate(CONNECTORS_SHOWN);
    all
}

fn cooling(log: &EventLog, as_of: i64) -> Vec<Cooling> {
    let mut times: BTreeMap<(u32, u32), Vec<i64>> = BTreeMap::new();
    for event in log.events().iter().filter(|event| event.at < as_of) {
        let pair = (event.from.min(event.to), event.from.max(event.to));
        times.entry(pair).or_default().push(event.at);
    }
    let mut all: Vec<Cooling> = times
        .into_iter()
        .filter_map(|((one, other), mut times)| {
            times.sort_unstable();
            // Several mails of one day are one contact.
            times.dedup_by_key(|at| *at / DAY);
            let mut gaps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
            gaps.sort_unstable();
            let usual_days = *gaps.get(gaps.len() / 2)? as f64 / DAY as f64;
            let silent_days = (as_of - times.last()?) as f64 / DAY as f64;
            let regular = times.len() >= GAPS_COUNTED_FROM;
            let is_cooling = silent_days > SILENT_GAPS * usual_days && silent_days > 30.0;
            (regular && is_cooling && silent_days <= 365.0).then(|| Cooling {
                one: log.name(one),
                other: log.name(other),
                contacts: times.len(),
                usual_days,
                silent_days,
            })
        })
        .collect();
    all.sort_by(|a, b| {
        b.contacts.cmp(&a.contacts).then_with(|| (&a.one, &a.other).cmp(&(&b.one, &b.other)))
    });
    all.truncate(COOLING_SHOWN);
    all
}
