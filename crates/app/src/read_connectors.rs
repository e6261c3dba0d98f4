//! Connectors: what they could reach, apart from how willing they are; who is under-used; and
//! whether the relationships are there that a programme needs to start.

use std::collections::BTreeMap;

use jiff::Timestamp;
use warmpath_core::id::{MemberId, PersonId};
use warmpath_core::text::fold_key;
use warmpath_network::{
    CONNECTORS_SHOWN, ConnectorWillingness, MEDIUM_FROM, Person, VOUCHING_NEEDED, reach,
};
use warmpath_store::table::network::ConnectorRecordRow;

use crate::context::App;
use crate::error::Failure;
use crate::find_paths::rests_until;
use crate::network::{Network, PersonFacts, TieSeen, Whom};
use crate::policy::{Grant, ReadNetwork};
use crate::read_network::best_tie;

/// Connectors on one page.
pub const LISTED_ROWS: usize = 100;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The costliest loss first.
    #[default]
    Loss,
    /// Whoever has most people's best path first.
    Reach,
    /// The most willing first.
    Willing,
    /// By name.
    Name,
}

/// What somebody's doors are worth to the team.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ReachFacts {
    /// People whose best path begins with them.
    pub best_for: usize,
    /// People without any other path.
    pub only_way_to: usize,
    /// How much the chances of all would fall in sum without them.
    pub would_cost: f64,
}

/// Somebody who could introduce us.
#[derive(Debug, Clone)]
pub struct Connector {
    /// Who.
    pub person: PersonFacts,
    /// The member who knows them best, and the tie as the reader sees it.
    pub best: Option<(MemberId, TieSeen)>,
    /// What they reach.
    pub reach: ReachFacts,
    /// How willing they are, and from what.
    pub willingness: ConnectorWillingness,
    /// What happened with them so far.
    pub record: ConnectorRecordRow,
    /// When they may be asked again; none for now.
    pub rests_until: Option<Timestamp>,
    /// Nothing goes through them.
    pub closed: bool,
}

/// All of them.
#[derive(Debug, Clone)]
pub struct Connectors {
    /// Those who were asked, or carry somebody's best path; the costliest loss first.
    pub list: Vec<Connector>,
    /// Well placed, never asked; at most fifty.
    pub under_used: Vec<Connector>,
    /// Pairs of a member and somebody outside who would answer each other within a week.
    pub vouching: usize,
    /// How many of those a programme needs to start.
    pub vouching_needed: usize,
    /// People the reach was counted over.
    pub targets: usize,
    /// When it was read.
    pub as_of: Timestamp,
    /// The ledger entries there were then.
    pub entry: i64,
}

/// Reads them.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, grant: &Grant<ReadNetwork>) -> Result<Connectors, Failure> {
    let network = app.network(grant.workspace()).await?;
    let place = network.seat(grant.member());
    let (reached, targets) = all_reach(&network);
    let mut people: Vec<PersonId> = reached.keys().copied().collect();
    people.extend(network.people().map(|facts| facts.id).filter(|id| {
        let record = network.record(*id);
        record.asked + record.open_asks + record.received + record.given > 0 || record.refuses
    }));
    people.sort();
    people.dedup();
    let mut all: Vec<Connector> = people
        .into_iter()
        .filter_map(|id| connector(&network, id, reached.get(&id).copied(), place))
        .collect();
    let cost = |connector: &Connector| connector.reach.would_cost;
    all.sort_by(|a, b| cost(b).total_cmp(&cost(a)).then_with(|| a.person.id.cmp(&b.person.id)));
    let unused = |connector: &&Connector| {
        let record = &connector.record;
        record.asked + record.open_asks + record.received == 0
            && !connector.closed
            && connector.reach.best_for > 0
            && connector.best.is_some()
    };
    let under_used = all.iter().filter(unused).take(CONNECTORS_SHOWN).cloned().collect();
    Ok(Connectors {
        list: all,
        under_used,
        vouching: vouching(&network),
        vouching_needed: VOUCHING_NEEDED,
        targets,
        as_of: network.as_of,
        entry: network.entry,
    })
}

impl Connectors {
    /// Those whom the words fit, in an order.
    pub fn sorted(&self, words: &str, order: Order) -> Vec<&Connector> {
        let wanted: Vec<Vec<u8>> = words.split_whitespace().map(fold_key).collect();
        let fits = |person: &PersonFacts| {
            let held = &person.words;
            wanted.iter().all(|word| held.windows(word.len().max(1)).any(|part| part == word))
        };
        let mut list: Vec<&Connector> = self.list.iter().filter(|c| fits(&c.person)).collect();
        match order {
            Order::Loss => {}
            Order::Reach => list.sort_by_key(|c| std::cmp::Reverse(c.reach.best_for)),
            Order::Willing => list.sort_by_key(|c| std::cmp::Reverse(c.willingness.willingness)),
            Order::Name => list.sort_by_key(|c| fold_key(&c.person.name)),
        }
        list
    }
}

/// One connector, with whom they open the best door to.
#[derive(Debug, Clone)]
pub struct Record {
    /// The connector.
    pub connector: Connector,
    /// People whose best path begins with them, with the chance; at most twenty.
    pub opens: Vec<(PersonFacts, f64)>,
    /// When it was read.
    pub as_of: Timestamp,
    /// The ledger entries there were then.
    pub entry: i64,
}

/// Reads one.
///
/// # Errors
/// [`Failure::NotFound`] when the workspace knows no such person, or they left.
pub async fn one(app: &App, grant: &Grant<ReadNetwork>, id: PersonId) -> Result<Record, Failure> {
    let network = app.network(grant.workspace()).await?;
    let place = network.seat(grant.member());
    let (reached, _) = all_reach(&network);
    let found = connector(&network, id, reached.get(&id).copied(), place);
    let connector = found.filter(|c| c.person.member.is_none()).ok_or(Failure::NotFound)?;
    let team = network.team(&Whom::Team);
    let mut opens: Vec<(PersonFacts, f64)> = network
        .node(id)
        .map(|node| network.graph().outgoing(node).to_vec())
        .unwrap_or_default()
        .iter()
        .filter(|tie| !team.has(tie.person()))
        .filter_map(|tie| {
            let paths = team.paths_to(network.graph(), tie.person());
            let best = paths.first()?;
            let starts = best.contacts.first().copied()? == network.node(id)?;
            let facts = network.person(network.person_at(tie.person())?)?;
            starts.then(|| (facts.clone(), best.value.to_f64()))
        })
        .collect();
    opens.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.id.cmp(&b.0.id)));
    opens.truncate(20);
    Ok(Record { connector, opens, as_of: network.as_of, entry: network.entry })
}

fn connector(
    network: &Network,
    id: PersonId,
    reach: Option<ReachFacts>,
    reader: Option<PersonId>,
) -> Option<Connector> {
    let person = network.person(id)?.clone();
    let record = network.record(id);
    let rests = rests_until(&record).filter(|until| *until > network.as_of);
    Some(Connector {
        best: best_tie(network, id, reader),
        reach: reach.unwrap_or_default(),
        willingness: network.willingness(id),
        rests_until: rests,
        closed: network.is_closed(id),
        person,
        record,
    })
}

/// The reach of everybody outside who begins somebody's best path, over everybody on the map; and
/// over how many people it was counted.
pub(crate) fn all_reach(network: &Network) -> (BTreeMap<PersonId, ReachFacts>, usize) {
    let targets: Vec<Person> = network
        .people()
        .filter(|facts| facts.mapped && facts.member.is_none() && !network.is_closed(facts.id))
        .filter_map(|facts| network.node(facts.id))
        .collect();
    let found = reach(network.graph(), &network.team(&Whom::Team), &targets);
    let by_person = found
        .iter()
        .filter_map(|found| {
            let id = network.person_at(found.person)?;
            // A member who knows somebody directly is no connector.
            network.member_at(id).is_none().then_some((
                id,
                ReachFacts {
                    best_for: found.best_for,
                    only_way_to: found.only_way_to,
                    would_cost: found.would_cost,
                },
            ))
        })
        .collect();
    (by_person, targets.len())
}

fn vouching(network: &Network) -> usize {
    let strong = |a: PersonId, b: PersonId| {
        network.tie(a, b).is_some_and(|tie| tie.probability.to_f64() >= MEDIUM_FROM)
    };
    network
        .seats()
        .map(|(_, place)| {
            let outside = network.ties_of(place).into_iter().map(|(to, _)| to);
            outside
                .filter(|to| network.member_at(*to).is_none())
                .filter(|to| strong(place, *to) && strong(*to, place))
                .count()
        })
        .sum()
}
