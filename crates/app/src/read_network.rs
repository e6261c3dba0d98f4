//! Reads the network for its pages: one's own ties, who somebody is, people found by words, and the
//! map with its layout.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::PersonId;
use warmpath_core::limits::EXPORT_ROWS_MAX;
use warmpath_network::Tier;

use crate::context::App;
use crate::error::Failure;
use crate::network::{Network, PersonFacts, TieSeen};
use crate::policy::{Grant, ReadNetwork};

/// Ties on one page of one's own network.
pub const MINE_ROWS: usize = 50;

/// People offered for words.
pub const FOUND_MAX: usize = 20;

/// Ties a map draws at most.
pub const MAP_TIES_MAX: usize = 5_000;

/// A rating that ends within these days is asked for again.
const ASK_AGAIN_DAYS: i64 = 21;

/// Ratings asked for at a time.
const ASKED_MAX: usize = 6;

/// One's own network.
#[derive(Debug, Clone)]
pub struct Mine {
    /// Ties by tier: strong, medium, weak, gap.
    pub counts: [usize; 4],
    /// Ties that a word of the owner would help most: much used, never rated, or about to expire.
    pub to_rate: Vec<(PersonFacts, TieSeen)>,
    /// The ties, strongest first.
    pub ties: Vec<(PersonFacts, TieSeen)>,
    /// Where the next page starts; none on the last.
    pub next: Option<usize>,
    /// The member stands on the map.
    pub on_map: bool,
    /// When it was read.
    pub as_of: Timestamp,
    /// The ledger entries there were then.
    pub entry: i64,
}

/// Reads one's own network, from this place of the list on.
///
/// # Errors
/// When the database cannot be read.
pub async fn mine(
    app: &App,
    grant: &Grant<ReadNetwork>,
    words: &str,
    from: usize,
) -> Result<Mine, Failure> {
    let network = app.network(grant.workspace()).await?;
    let place = network.seat(grant.member());
    let mut counts = [0; 4];
    let mut all = Vec::new();
    let wanted: Option<BTreeSet<PersonId>> = (!words.trim().is_empty())
        .then(|| network.search(words, usize::MAX).iter().map(|facts| facts.id).collect());
    for (to, tie) in place.map(|place| network.ties_of(place)).unwrap_or_default() {
        let Some(facts) = network.person(to).filter(|facts| facts.member.is_none()) else {
            continue;
        };
        counts[tier_index(tie.tier)] += 1;
        let Some(place) = place else { continue };
        all.push((facts.clone(), network.see((place, to), tie, Some(place))));
    }
    let to_rate = to_rate(&all, network.as_of);
    let shown: Vec<_> = all
        .into_iter()
        .filter(|(facts, _)| wanted.as_ref().is_none_or(|wanted| wanted.contains(&facts.id)))
        .collect();
    let next = (shown.len() > from + MINE_ROWS).then_some(from + MINE_ROWS);
    Ok(Mine {
        counts,
        to_rate,
        ties: shown.into_iter().skip(from).take(MINE_ROWS).collect(),
        next,
        on_map: place.is_some(),
        as_of: network.as_of,
        entry: network.entry,
    })
}

/// All of one's own ties that fit the words, strongest first: for a file.
///
/// # Errors
/// When the database cannot be read.
pub async fn all_mine(
    app: &App,
    grant: &Grant<ReadNetwork>,
    words: &str,
) -> Result<Vec<(PersonFacts, TieSeen)>, Failure> {
    let network = app.network(grant.workspace()).await?;
    let Some(place) = network.seat(grant.member()) else { return Ok(Vec::new()) };
    let wanted: Option<BTreeSet<PersonId>> = (!words.trim().is_empty())
        .then(|| network.search(words, usize::MAX).iter().map(|facts| facts.id).collect());
    let ties = network.ties_of(place).into_iter().filter_map(|(to, tie)| {
        let facts = network.person(to).filter(|facts| facts.member.is_none())?;
        let fits = wanted.as_ref().is_none_or(|wanted| wanted.contains(&to));
        fits.then(|| (facts.clone(), network.see((place, to), tie, Some(place))))
    });
    Ok(ties.take(EXPORT_ROWS_MAX).collect())
}

/// Place of a tier in lists of four.
pub fn tier_index(tier: Tier) -> usize {
    match tier {
        Tier::Strong => 0,
        Tier::Medium => 1,
        Tier::Weak => 2,
        Tier::Gap => 3,
    }
}

fn to_rate(all: &[(PersonFacts, TieSeen)], now: Timestamp) -> Vec<(PersonFacts, TieSeen)> {
    let soon = now + SignedDuration::from_hours(24 * ASK_AGAIN_DAYS);
    let asks = |tie: &TieSeen| tie.rated.is_none_or(|(_, until)| until < soon);
    let worth = |tie: &TieSeen| {
        tie.numbers.map_or(0, |numbers| {
            let seen = numbers.evidence;
            seen.sent + seen.received + 3 * seen.meetings + 5 * seen.introductions
        })
    };
    let mut found: Vec<_> = all.iter().filter(|(_, tie)| asks(tie)).cloned().collect();
    found.sort_by(|a, b| worth(&b.1).cmp(&worth(&a.1)).then(a.0.id.cmp(&b.0.id)));
    found.truncate(ASKED_MAX);
    found
}

/// People who fit the words.
///
/// # Errors
/// When the database cannot be read.
pub async fn search(
    app: &App,
    grant: &Grant<ReadNetwork>,
    words: &str,
) -> Result<Vec<PersonFacts>, Failure> {
    let network = app.network(grant.workspace()).await?;
    Ok(network.search(words, FOUND_MAX).into_iter().cloned().collect())
}

/// Everybody the words name, best reached first, with the best chance and its ties; at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn matches(
    app: &App,
    grant: &Grant<ReadNetwork>,
    words: &str,
    whom: &crate::network::Whom,
    limit: usize,
) -> Result<Vec<(PersonFacts, f64, u8)>, Failure> {
    let network = app.network(grant.workspace()).await?;
    let nodes: Vec<_> = network
        .search(words, usize::MAX)
        .into_iter()
        .filter(|facts| facts.member.is_none() && !network.is_closed(facts.id))
        .filter_map(|facts| network.node(facts.id))
        .collect();
    let found = network.team(whom).matches(network.graph(), &nodes, limit);
    Ok(found
        .iter()
        .filter(|found| found.value.to_f64() >= warmpath_network::CLAIM_FROM)
        .filter_map(|found| {
            let facts = network.person(network.person_at(found.person)?)?;
            Some((facts.clone(), found.value.to_f64(), found.ties))
        })
        .collect())
}

/// What a map shows.
#[derive(Debug, Clone, Default)]
pub struct MapWish {
    /// Words that people must fit, with those they are tied to.
    pub words: String,
    /// Industry; empty for any.
    pub industry: String,
    /// The chosen person.
    pub focus: Option<PersonId>,
}

/// A person on the map, in a square of side 1,000 around 0.
#[derive(Debug, Clone)]
pub struct Dot {
    /// Who.
    pub person: PersonFacts,
    /// Which company, by place in [`Map::companies`].
    pub company: usize,
    /// From the left.
    pub x: f64,
    /// From above.
    pub y: f64,
}

/// A tie on the map: the stronger direction of the two.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// One end, by place in [`Map::dots`].
    pub a: usize,
    /// The other end.
    pub b: usize,
    /// The tier.
    pub tier: Tier,
}

/// The map.
#[derive(Debug, Clone)]
pub struct Map {
    /// People.
    pub dots: Vec<Dot>,
    /// Ties.
    pub lines: Vec<Line>,
    /// Companies, our own first: name, and where its label stands.
    pub companies: Vec<(String, f64, f64)>,
    /// Ties by tier: strong, medium, weak, gap.
    pub counts: [usize; 4],
    /// Ties that were left out because there are too many.
    pub left_out: usize,
    /// Industries to choose from.
    pub industries: Vec<String>,
    /// When it was read.
    pub as_of: Timestamp,
    /// The ledger entries there were then.
    pub entry: i64,
}

/// Draws the map.
///
/// # Errors
/// When the database cannot be read.
pub async fn map(app: &App, grant: &Grant<ReadNetwork>, wish: &MapWish) -> Result<Map, Failure> {
    let network = app.network(grant.workspace()).await?;
    Ok(draw(&network, wish))
}

/// The wished part of a network, laid out.
fn draw(network: &Network, wish: &MapWish) -> Map {
    let named: Option<BTreeSet<PersonId>> = (!wish.words.trim().is_empty())
        .then(|| network.search(&wish.words, usize::MAX).iter().map(|f| f.id).collect());
    let fits = |id: PersonId| {
        let by_words = named.as_ref().is_none_or(|named| named.contains(&id));
        let facts = network.person(id);
        let by_industry =
            wish.industry.is_empty() || facts.is_some_and(|facts| facts.industry == wish.industry);
        facts.is_some_and(|facts| facts.member.is_none()) && by_words && by_industry
    };
    let mut strongest: BTreeMap<(PersonId, PersonId), Tier> = BTreeMap::new();
    for (from, to, tie) in network.ties() {
        let ends = if from < to { (from, to) } else { (to, from) };
        if fits(from) || fits(to) {
            let held = strongest.entry(ends).or_insert(Tier::Gap);
            *held = (*held).min(tie.tier);
        }
    }
    let mut counts = [0; 4];
    for tier in strongest.values() {
        counts[tier_index(*tier)] += 1;
    }
    let mut ties: Vec<((PersonId, PersonId), Tier)> =
        strongest.into_iter().filter(|(_, tier)| *tier != Tier::Gap).collect();
    ties.sort_by_key(|(ends, tier)| (*tier, *ends));
    let left_out = ties.len().saturating_sub(MAP_TIES_MAX);
    ties.truncate(MAP_TIES_MAX);
    let mut people: BTreeSet<PersonId> = ties.iter().flat_map(|((a, b), _)| [*a, *b]).collect();
    people.extend(network.seats().map(|(_, person)| person));
    people.extend(wish.focus.filter(|id| network.person(*id).is_some()));
    let (dots, companies) = lay_out(network, &people);
    let places: BTreeMap<PersonId, usize> =
        dots.iter().enumerate().map(|(at, dot)| (dot.person.id, at)).collect();
    let lines = ties
        .iter()
        .filter_map(|((a, b), tier)| {
            Some(Line { a: *places.get(a)?, b: *places.get(b)?, tier: *tier })
        })
        .collect();
    let mut industries: Vec<String> = network
        .people()
        .filter(|facts| facts.mapped && !facts.industry.is_empty())
        .map(|facts| facts.industry.clone())
        .collect();
    industries.sort();
    industries.dedup();
    let (as_of, entry) = (network.as_of, network.entry);
    Map { dots, lines, companies, counts, left_out, industries, as_of, entry }
}

/// The turn between two neighbours on a sunflower's head (Vogel 1979), in radians.
const GOLDEN_ANGLE: f64 = 2.399_963_229_728_653;

/// Distance between two people of a company.
const STEP: f64 = 13.0;

/// Room between two companies.
const ROOM: f64 = 46.0;

/// Our own people in the middle, companies around it on rings, the largest first; people of a company
/// like the seeds of a sunflower. The same network is always drawn the same.
fn lay_out(network: &Network, people: &BTreeSet<PersonId>) -> (Vec<Dot>, Vec<(String, f64, f64)>) {
    let mut by_company: BTreeMap<(bool, String), Vec<&PersonFacts>> = BTreeMap::new();
    for facts in people.iter().filter_map(|id| network.person(*id)) {
        let (outside, name) = match facts.member {
            Some(_) => (false, String::new()),
            None => (true, facts.company.clone()),
        };
        by_company.entry((outside, name)).or_default().push(facts);
    }
    let mut groups: Vec<((bool, String), Vec<&PersonFacts>)> = by_company.into_iter().collect();
    groups.sort_by(|a, b| {
        let by_size = b.1.len().cmp(&a.1.len());
        a.0.0.cmp(&b.0.0).then(by_size).then_with(|| a.0.1.cmp(&b.0.1))
    });
    let radius = |count: usize| STEP * (count as f64).sqrt() + ROOM / 2.0;
    let mut dots = Vec::new();
    let mut companies = Vec::new();
    let (mut ring, mut turn, mut widest) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (index, ((outside, name), members)) in groups.iter().enumerate() {
        let own = radius(members.len());
        if index == 1 {
            let first = groups.first().map_or(0.0, |(_, inner)| radius(inner.len()));
            ring = first + own + ROOM;
        } else if index > 1 {
            // The angle this company takes on its ring; a full ring starts the next one.
            let wide = 2.0 * (own / ring.max(own)).min(1.0).asin();
            if turn + wide > std::f64::consts::TAU {
                ring += widest + own + ROOM / 2.0;
                (turn, widest) = (0.0, 0.0);
            }
        }
        let wide = if ring > 0.0 { 2.0 * (own / ring.max(own)).min(1.0).asin() } else { 0.0 };
        let (x, y) = if *outside || index > 0 {
            let angle = turn + wide / 2.0;
            (1.3 * ring * angle.cos(), ring * angle.sin())
        } else {
            (0.0, 0.0)
        };
        turn += wide;
        widest = widest.max(own);
        companies.push((name.clone(), x, y - own));
        for (n, facts) in members.iter().enumerate() {
            let (far, angle) = (STEP * (n as f64 + 0.4).sqrt(), n as f64 * GOLDEN_ANGLE);
            dots.push(Dot {
                person: (*facts).clone(),
                company: index,
                x: x + far * angle.cos(),
                y: y + far * angle.sin(),
            });
        }
    }
    (dots, companies)
}

/// What a side panel says of somebody.
#[derive(Debug, Clone)]
pub struct About {
    /// Who.
    pub person: PersonFacts,
    /// The member who knows them best, and the tie as the reader sees it.
    pub best: Option<(warmpath_core::id::MemberId, TieSeen)>,
    /// The reader's own tie.
    pub own: Option<TieSeen>,
    /// People they know, by tier: strong, medium, weak, gap.
    pub knows: [usize; 4],
    /// They asked not to be asked.
    pub closed: bool,
}

/// Reads what is known of somebody's place in the network.
///
/// # Errors
/// [`Failure::NotFound`] when the workspace knows no such person, or they left.
pub async fn about(app: &App, grant: &Grant<ReadNetwork>, id: PersonId) -> Result<About, Failure> {
    let network = app.network(grant.workspace()).await?;
    let person = network.person(id).ok_or(Failure::NotFound)?.clone();
    let place = network.seat(grant.member());
    let mut knows = [0; 4];
    for (_, tie) in network.ties_of(id) {
        knows[tier_index(tie.tier)] += 1;
    }
    let own = place.and_then(|from| network.tie(from, id).map(|tie| (from, tie)));
    Ok(About {
        best: best_tie(&network, id, place),
        own: own.map(|(from, tie)| network.see((from, id), tie, place)),
        person,
        knows,
        closed: network.is_closed(id),
    })
}

/// The strongest tie of any member to somebody.
pub(crate) fn best_tie(
    network: &Network,
    to: PersonId,
    reader: Option<PersonId>,
) -> Option<(warmpath_core::id::MemberId, TieSeen)> {
    network
        .seats()
        .filter_map(|(member, from)| Some((member, from, network.tie(from, to)?)))
        .max_by(|a, b| a.2.probability.cmp(&b.2.probability).then(b.0.cmp(&a.0)))
        .map(|(member, from, tie)| (member, network.see((from, to), tie, reader)))
}
