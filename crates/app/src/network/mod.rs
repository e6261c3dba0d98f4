//! The relationship network of a workspace, held in memory.
//!
//! [`Networks`] keeps one [`Network`] per workspace: read from the store on first use, read anew
//! when its head says so or when it has grown old (ties decay on read), and put out when all of them
//! together pass the budget. A network never changes once it is read, so readers share it and none
//! waits for another; every answer says as of which ledger entry it is.
//!
//! Whoever left, limited or hid is not in it at all. Names live in memory only as long as the
//! network does.

mod facts;
pub(crate) mod harvest;
mod keep;
mod load;
mod see;

pub use facts::{Evidence, PersonFacts, Seniority, TieFacts, region_of};
pub use harvest::NetworkFile;
pub use keep::Networks;
pub(crate) use load::rating_of;
pub use see::{Numbers, TieSeen};
pub use warmpath_network::import::ScopeRule;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use warmpath_core::id::{MemberId, PersonId, WorkspaceId};
use warmpath_core::text::fold_key;
use warmpath_network::{
    AcceptancePrior, ConnectorRecord, ConnectorWillingness, EventLog, Levels, Person, Published,
    Team, TieGraph, Willingness,
};
use warmpath_store::table::network::{ConnectorRecordRow, SeatRow};

/// Teams whose tables are held beside one network.
const TEAMS_MAX: usize = 32;

/// One state of a workspace's network.
pub struct Network {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// When it was read; ties stand as at this moment.
    pub as_of: Timestamp,
    /// The ledger entries there were when it was read.
    pub entry: i64,
    /// Counters of the store's head when it was read: events, choices.
    pub(crate) head: (i64, i64),
    people: BTreeMap<PersonId, PersonFacts>,
    ties: BTreeMap<(PersonId, PersonId), TieFacts>,
    log: EventLog,
    numbers: BTreeMap<PersonId, u32>,
    seats: BTreeMap<MemberId, SeatRow>,
    connectors: BTreeMap<PersonId, ConnectorRecordRow>,
    closed: BTreeSet<PersonId>,
    prior: AcceptancePrior,
    state: Published,
    teams: Mutex<BTreeMap<Vec<PersonId>, Arc<Team>>>,
    /// Events that were read.
    pub events_count: usize,
    /// How the workspace's own past bends the prior.
    pub levels: Levels,
}

/// For whom a way is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Any member on the map.
    Team,
    /// This member alone.
    Member(MemberId),
}

impl Network {
    /// Somebody the workspace knows.
    pub fn person(&self, id: PersonId) -> Option<&PersonFacts> {
        self.people.get(&id)
    }

    /// Everybody the workspace knows, by id.
    pub fn people(&self) -> impl Iterator<Item = &PersonFacts> {
        self.people.values()
    }

    /// A directed tie: the first asks, the second answers.
    pub fn tie(&self, from: PersonId, to: PersonId) -> Option<&TieFacts> {
        self.ties.get(&(from, to))
    }

    /// Every directed tie, in the order of ids.
    pub fn ties(&self) -> impl Iterator<Item = (PersonId, PersonId, &TieFacts)> {
        self.ties.iter().map(|((from, to), tie)| (*from, *to, tie))
    }

    /// The ties of one person to others, strongest first.
    pub fn ties_of(&self, person: PersonId) -> Vec<(PersonId, &TieFacts)> {
        let from_here = (person, PersonId::first())..=(person, PersonId::last());
        let mut ties: Vec<(PersonId, &TieFacts)> =
            self.ties.range(from_here).map(|((_, to), tie)| (*to, tie)).collect();
        ties.sort_by(|a, b| b.1.probability.cmp(&a.1.probability).then(a.0.cmp(&b.0)));
        ties
    }

    /// The member's place on the map.
    pub fn seat(&self, member: MemberId) -> Option<PersonId> {
        self.seats.get(&member).map(|seat| seat.person)
    }

    /// The members on the map, with their places.
    pub fn seats(&self) -> impl Iterator<Item = (MemberId, PersonId)> {
        self.seats.iter().map(|(member, seat)| (*member, seat.person))
    }

    /// The member who stands at this place.
    pub fn member_at(&self, person: PersonId) -> Option<MemberId> {
        self.person(person).and_then(|facts| facts.member)
    }

    /// What happened with a connector so far; somebody never asked has a record of nothing.
    pub fn record(&self, person: PersonId) -> ConnectorRecordRow {
        let empty = || crate::count_asks::nobody_asked(self.workspace, person);
        self.connectors.get(&person).cloned().unwrap_or_else(empty)
    }

    /// How willing a connector is now, and from what.
    pub fn willingness(&self, person: PersonId) -> ConnectorWillingness {
        engine_record(&self.record(person)).willingness(self.prior)
    }

    /// Whether somebody may stand on no path: they asked not to be asked, or carry no asks.
    pub fn is_closed(&self, person: PersonId) -> bool {
        self.closed.contains(&person)
    }

    /// The events of the engine, and the engine's number of a person.
    pub(crate) fn log(&self) -> (&EventLog, &BTreeMap<PersonId, u32>) {
        (&self.log, &self.numbers)
    }

    pub(crate) fn graph(&self) -> &TieGraph {
        self.state.graph()
    }

    /// The person as the engine numbers them; none without any tie.
    pub(crate) fn node(&self, person: PersonId) -> Option<Person> {
        self.graph().people().find(&person.to_string())
    }

    /// The person behind a number of the engine.
    pub(crate) fn person_at(&self, node: Person) -> Option<PersonId> {
        self.graph().people().name(node).parse().ok()
    }

    /// The places of those for whom a way is looked for.
    pub(crate) fn places(&self, whom: &Whom) -> Vec<PersonId> {
        match whom {
            Whom::Team => self.seats.values().map(|seat| seat.person).collect(),
            Whom::Member(member) => self.seat(*member).into_iter().collect(),
        }
    }

    /// What a team reaches: made on first use, then kept.
    pub(crate) fn team(&self, whom: &Whom) -> Arc<Team> {
        let places = self.places(whom);
        if let Ok(teams) = self.teams.lock()
            && let Some(team) = teams.get(&places)
        {
            return Arc::clone(team);
        }
        let nodes: Vec<Person> = places.iter().filter_map(|place| self.node(*place)).collect();
        let team = Arc::new(Team::new(&self.state, &nodes, self.all_willingness(&places)));
        if let Ok(mut teams) = self.teams.lock() {
            if teams.len() >= TEAMS_MAX {
                teams.clear();
            }
            teams.insert(places, Arc::clone(&team));
        }
        team
    }

    /// Willingness of everybody the team could ask first. Whoever carries all the asks they take is
    /// ranked as if one were still free: the answer then says from when.
    fn all_willingness(&self, places: &[PersonId]) -> Willingness {
        let mut all = Willingness::default();
        for place in places {
            for (person, _) in self.ties_of(*place) {
                let mut record = engine_record(&self.record(person));
                record.open = record.open.min(record.budget.saturating_sub(1));
                if let Some(node) = self.node(person) {
                    all.set(node, record.willingness(self.prior).willingness);
                }
            }
        }
        for closed in self.closed.iter().filter_map(|person| self.node(*person)) {
            all.set(closed, warmpath_network::Probability::ZERO);
        }
        all
    }

    /// People whose name, role, company or mail domain holds every word, best first: names before
    /// companies, the better known before the others.
    pub fn search(&self, words: &str, limit: usize) -> Vec<&PersonFacts> {
        let wanted: Vec<Vec<u8>> =
            words.split(|c: char| c.is_whitespace() || c == ',').map(fold_key).collect();
        let wanted: Vec<&[u8]> =
            wanted.iter().map(Vec::as_slice).filter(|word| !word.is_empty()).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let holds = |text: &[u8], word: &[u8]| text.windows(word.len()).any(|part| part == word);
        let mut found: Vec<(usize, &PersonFacts)> = self
            .people()
            .filter(|facts| wanted.iter().all(|word| holds(&facts.words, word)))
            .map(|facts| {
                let name = fold_key(&facts.name);
                (wanted.iter().filter(|word| !holds(&name, word)).count(), facts)
            })
            .collect();
        found.sort_by(|(a, x), (b, y)| {
            a.cmp(b).then_with(|| x.name.cmp(&y.name)).then_with(|| x.id.cmp(&y.id))
        });
        found.into_iter().take(limit).map(|(_, facts)| facts).collect()
    }

    /// About how much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.events_count * 64 + self.ties.len() * 320 + self.people.len() * 512
    }
}

/// The stored counts as the engine reads them.
pub(crate) fn engine_record(row: &ConnectorRecordRow) -> ConnectorRecord {
    let count = |n: i64| u32::try_from(n).unwrap_or(0);
    ConnectorRecord {
        asked: count(row.asked),
        accepted: count(row.accepted),
        open: count(row.open_asks),
        budget: count(row.budget),
        given_to_them: count(row.given),
        received_from_them: count(row.received),
        refused: row.refuses,
    }
}

/// The ends of the range of ids.
trait Ends {
    fn first() -> Self;
    fn last() -> Self;
}

impl Ends for PersonId {
    fn first() -> Self {
        warmpath_core::id::RecordId::from_bytes([0; 16])
    }
    fn last() -> Self {
        warmpath_core::id::RecordId::from_bytes([0xff; 16])
    }
}
