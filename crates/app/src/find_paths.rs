//! Finds the best warm paths to a person, and says honestly what they are worth.
//!
//! [`to_person`] is what pages, the API and introductions ask. A path has at most three ties, each
//! with evidence; a shared employer, school or tag is none. Nothing goes through somebody who left,
//! limited, hid or asked not to be asked. Equal questions get equal answers.

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{MemberId, PersonId};
use warmpath_network::{
    CLAIM_FROM, CONFIDENT_FROM, ConnectorWillingness, MEDIUM_FROM, Path, TieState, Tier,
};
use warmpath_store::table::network::ConnectorRow;

use crate::context::App;
use crate::count_asks::REST_DAYS;
use crate::error::Failure;
use crate::network::{Network, TieSeen, Whom};
use crate::policy::{Grant, ReadNetwork};

/// People named who know somebody that nobody of ours reaches.
const NEAR_MAX: usize = 3;

/// What may honestly be said about the way to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// They are one of us.
    Member,
    /// There is a warm path.
    WarmPath,
    /// There is one, but its first step has to be warmed up.
    WarmFirst,
    /// There is one, of low confidence.
    LowConfidence,
    /// No verified path yet.
    NoPath,
}

impl Said {
    /// The fixed word, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::WarmPath => "warm_path",
            Self::WarmFirst => "warm_this_connector_first",
            Self::LowConfidence => "low_confidence",
            Self::NoPath => "no_verified_path",
        }
    }
}

/// The one thing to do next about a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Ask the first contact.
    Ask,
    /// You know the person yourself: write to them.
    Write,
    /// A colleague knows the person: ask the colleague.
    AskColleague,
    /// The last step is only said, not seen: ask for confirmation first.
    Confirm,
    /// The first contact rests until then.
    From(Timestamp),
    /// The first contact carries all the asks they take.
    WhenAnswered,
    /// The first tie is too weak to ask over.
    WarmFirst,
}

impl Next {
    /// The fixed word, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Write => "write",
            Self::AskColleague => "ask_colleague",
            Self::Confirm => "confirm",
            Self::From(_) => "from",
            Self::WhenAnswered => "when_answered",
            Self::WarmFirst => "warm_first",
        }
    }
}

/// One way to a person.
#[derive(Debug, Clone)]
pub struct WarmPath {
    /// The member who starts it.
    pub member: MemberId,
    /// Everybody on it: the member's own place first, the person last.
    pub people: Vec<PersonId>,
    /// The ties between them, in order, as the reader may see them.
    pub ties: Vec<TieSeen>,
    /// Which tie is likeliest to fail; the first of equals.
    pub weakest: usize,
    /// Product of the ties' probabilities and the first contact's willingness, `0..=1`.
    pub chance: f64,
    /// The first contact, when there is somebody between the member and the person.
    pub connector: Option<PersonId>,
    /// How willing the first contact is.
    pub willingness: Option<ConnectorWillingness>,
    /// What happened with the first contact so far.
    pub record: Option<ConnectorRow>,
    /// The path is shown, but not relied on.
    pub low_confidence: bool,
    /// What to do next.
    pub next: Next,
}

impl WarmPath {
    /// The chance is somebody else's tie alone: it is said in words, never as a number.
    pub fn chance_is_private(&self) -> bool {
        self.ties.len() == 1 && self.ties.iter().all(|tie| tie.numbers.is_none())
    }
}

/// The answer to "who can introduce us?".
#[derive(Debug, Clone)]
pub struct Answer {
    /// To whom.
    pub target: PersonId,
    /// What may be said.
    pub said: Said,
    /// The ways, best first, each with another first contact; at most five.
    pub paths: Vec<WarmPath>,
    /// People who know the person but whom none of ours knows well enough.
    pub near: Vec<PersonId>,
    /// The state of the network it was read from.
    pub as_of: Timestamp,
    /// The ledger entries there were then.
    pub entry: i64,
}

/// Finds the best ways to a person.
///
/// # Errors
/// [`Failure::NotFound`] when the workspace knows no such person, or they left.
pub async fn to_person(
    app: &App,
    grant: &Grant<ReadNetwork>,
    target: PersonId,
    whom: &Whom,
) -> Result<Answer, Failure> {
    let network = app.network(grant.workspace()).await?;
    network.person(target).ok_or(Failure::NotFound)?;
    Ok(in_network(&network, grant.member(), target, whom))
}

/// The first contacts who could introduce us, best first: the shortlist of an introduction. Those who
/// rest or carry all they take stand in it with their [`Next`].
///
/// # Errors
/// As [`to_person`].
pub async fn connectors_to(
    app: &App,
    grant: &Grant<ReadNetwork>,
    target: PersonId,
    whom: &Whom,
) -> Result<Vec<(PersonId, WarmPath)>, Failure> {
    let answer = to_person(app, grant, target, whom).await?;
    Ok(answer
        .paths
        .into_iter()
        .filter_map(|path| path.connector.map(|connector| (connector, path)))
        .collect())
}

/// The answer of one state of the network, as a member reads it.
pub fn in_network(network: &Network, reader: MemberId, target: PersonId, whom: &Whom) -> Answer {
    let mut answer = Answer {
        target,
        said: Said::NoPath,
        paths: Vec::new(),
        near: Vec::new(),
        as_of: network.as_of,
        entry: network.entry,
    };
    if network.member_at(target).is_some() {
        answer.said = Said::Member;
        return answer;
    }
    let Some(node) = network.node(target).filter(|_| !network.is_closed(target)) else {
        return answer;
    };
    let team = network.team(whom);
    answer.paths = team
        .paths_to(network.graph(), node)
        .iter()
        .filter(|path| path.value.to_f64() >= CLAIM_FROM)
        .filter_map(|path| describe(network, reader, path))
        .collect();
    answer.said = said(network, answer.paths.first());
    if answer.paths.is_empty() {
        answer.near = near(network, target);
    }
    answer
}

fn said(network: &Network, best: Option<&WarmPath>) -> Said {
    match best {
        None => Said::NoPath,
        Some(path) if path.low_confidence => Said::LowConfidence,
        Some(path) if first_is_weak(network, path) => Said::WarmFirst,
        Some(_) => Said::WarmPath,
    }
}

fn strength(network: &Network, tie: &TieSeen) -> f64 {
    network.tie(tie.from, tie.to).map_or(0.0, |facts| facts.probability.to_f64())
}

fn first_is_weak(network: &Network, path: &WarmPath) -> bool {
    path.ties.first().is_some_and(|tie| strength(network, tie) < MEDIUM_FROM)
}

fn describe(network: &Network, reader: MemberId, path: &Path) -> Option<WarmPath> {
    let nodes = std::iter::once(path.member).chain(path.contacts.iter().copied());
    let people: Vec<PersonId> =
        nodes.chain([path.target]).map(|node| network.person_at(node)).collect::<Option<_>>()?;
    let place = network.seat(reader);
    let ties: Vec<TieSeen> = people
        .windows(2)
        .map(|pair| {
            let (from, to) = (pair[0], pair[1]);
            network.tie(from, to).map(|tie| network.see((from, to), tie, place))
        })
        .collect::<Option<_>>()?;
    let by_strength = |a: &&(usize, &TieSeen), b: &&(usize, &TieSeen)| {
        strength(network, a.1).total_cmp(&strength(network, b.1))
    };
    let numbered: Vec<(usize, &TieSeen)> = ties.iter().enumerate().collect();
    let weakest = numbered.iter().min_by(by_strength).map_or(0, |(at, _)| *at);
    let connector = (people.len() > 2).then(|| people[1]);
    let member = network.member_at(*people.first()?)?;
    let chance = path.value.to_f64();
    let mut found = WarmPath {
        member,
        people,
        ties,
        weakest,
        chance,
        connector,
        willingness: connector.map(|person| network.willingness(person)),
        record: connector.map(|person| network.record(person)),
        low_confidence: chance < CONFIDENT_FROM,
        next: Next::Ask,
    };
    found.next = next(network, reader, &found);
    Some(found)
}

fn next(network: &Network, reader: MemberId, path: &WarmPath) -> Next {
    if path.low_confidence || first_is_weak(network, path) {
        return Next::WarmFirst;
    }
    let Some(record) = &path.record else {
        return if path.member == reader { Next::Write } else { Next::AskColleague };
    };
    if record.open_asks >= record.budget {
        return Next::WhenAnswered;
    }
    if let Some(from) = rests_until(record).filter(|from| *from > network.as_of) {
        return Next::From(from);
    }
    let only_said = path.ties.last().is_some_and(|tie| {
        tie.only_said && !matches!(tie.state, TieState::Confirmed) || tie.state == TieState::Stale
    });
    if only_said { Next::Confirm } else { Next::Ask }
}

/// When a connector may be asked again.
pub fn rests_until(record: &ConnectorRow) -> Option<Timestamp> {
    record.asked_at.map(|at| at + SignedDuration::from_hours(24 * REST_DAYS))
}

/// Whoever knows the person best, though nobody of ours reaches them.
fn near(network: &Network, target: PersonId) -> Vec<PersonId> {
    let mut known: Vec<(PersonId, f64)> = network
        .ties_of(target)
        .into_iter()
        .filter_map(|(other, _)| {
            let tie = network.tie(other, target)?;
            let counts = tie.tier != Tier::Gap
                && network.member_at(other).is_none()
                && !network.is_closed(other);
            counts.then(|| (other, tie.probability.to_f64()))
        })
        .collect();
    known.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    known.into_iter().take(NEAR_MAX).map(|(person, _)| person).collect()
}
