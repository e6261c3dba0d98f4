//! The relationship network for programs: people found by words, warm paths to one of them,
//! connectors, and the caller's own ties. Numbers of a tie go to its owner alone.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use warmpath_app::find_paths::{self, Answer, Next, WarmPath};
use warmpath_app::network::{Network, PersonFacts, TieSeen, Whom};
use warmpath_app::policy::{Grant, ReadNetwork};
use warmpath_app::read_connectors::{self, Connector};
use warmpath_app::{Failure, rate_tie, read_network};
use warmpath_core::id::PersonId;
use warmpath_core::limits;

use crate::api::caller::Caller;
use crate::refuse;
use crate::server::Face;

/// The fields of an address.
pub(super) type Asked = Query<BTreeMap<String, String>>;

/// Somebody of the network.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkPersonOut {
    /// Their id.
    pub id: String,
    /// Name, or the mailbox where no name is known.
    pub name: String,
    /// Role as stated.
    pub title: String,
    /// Company.
    pub company: String,
    /// Industry of their company; empty when unknown.
    pub industry: String,
    /// `chief`, `vice_president`, `head`, `manager`, `specialist`, `unknown`.
    pub seniority: String,
    /// Sales territory; empty when unknown.
    pub region: String,
    /// They are a member of the workspace.
    pub is_member: bool,
}

/// People found.
#[derive(Debug, Serialize, ToSchema)]
pub struct NetworkPeopleOut {
    /// Best first.
    pub data: Vec<NetworkPersonOut>,
}

/// A tie as the caller may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TieOut {
    /// Who asks.
    pub from: String,
    /// Who answers.
    pub to: String,
    /// `strong`, `medium`, `weak`, `gap`.
    pub tier: String,
    /// Kinds of evidence.
    pub evidence: Vec<String>,
    /// P(answers within 7 days) in use, of the caller's own ties only.
    pub in_use: Option<f64>,
    /// P(answers within 24 hours) by the score, of the caller's own ties only.
    pub in_24_hours: Option<f64>,
    /// What the owner said while it counts: `well`, `somewhat`, `barely`, `no`.
    pub rating: Option<String>,
    /// Until when it counts (RFC 3339).
    pub rating_until: Option<String>,
}

/// One way to a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PathOut {
    /// People in order, a member first.
    pub people: Vec<NetworkPersonOut>,
    /// The ties between them.
    pub ties: Vec<TieOut>,
    /// Which tie is likeliest to fail, from 0.
    pub weakest: usize,
    /// Chance that the introduction happens; not said where it is somebody else's tie alone.
    pub chance: Option<f64>,
    /// The path is shown, but not to be relied on.
    pub low_confidence: bool,
    /// `ask`, `write`, `ask_colleague`, `confirm`, `from`, `when_answered`, `warm_first`.
    pub next: String,
    /// When the first contact may be asked again (RFC 3339), with `from`.
    pub next_from: Option<String>,
}

/// The ways to a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PathsOut {
    /// To whom.
    pub target: NetworkPersonOut,
    /// `warm_path`, `warm_this_connector_first`, `low_confidence`, `no_verified_path`, `member`.
    pub verdict: String,
    /// The ways, best first, each with another first contact.
    pub paths: Vec<PathOut>,
    /// People who know the target and whom nobody of ours knows well enough.
    pub near: Vec<NetworkPersonOut>,
    /// The ledger entries there were when the network was read.
    pub as_of_entry: i64,
    /// When it was read (RFC 3339).
    pub as_of: String,
}

/// Somebody who could introduce us.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectorOut {
    /// Who.
    pub person: NetworkPersonOut,
    /// The best tier any member has to them.
    pub tier: Option<String>,
    /// People whose best path begins with them.
    pub best_for: usize,
    /// People without any other path.
    pub only_way_to: usize,
    /// How willing they are, `0..=1`.
    pub willingness: f64,
    /// Asks answered.
    pub asked: i64,
    /// Of those, accepted.
    pub accepted: i64,
    /// Asks still open.
    pub open_asks: i64,
    /// They may not be asked.
    pub closed: bool,
    /// When they may be asked again (RFC 3339).
    pub rests_until: Option<String>,
}

/// Connectors.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectorsOut {
    /// The costliest loss first.
    pub data: Vec<ConnectorOut>,
    /// Well placed and never asked.
    pub under_used: Vec<ConnectorOut>,
    /// Pairs who would answer each other within a week.
    pub vouching: usize,
    /// How many a programme needs to start.
    pub vouching_needed: usize,
    /// The ledger entries there were when the network was read.
    pub as_of_entry: i64,
}

/// The caller's own ties.
#[derive(Debug, Serialize, ToSchema)]
pub struct TiesOut {
    /// Strongest first.
    pub data: Vec<OwnTieOut>,
    /// Where the next page starts; none on the last.
    pub next: Option<usize>,
    /// The ledger entries there were when the network was read.
    pub as_of_entry: i64,
}

/// A tie and its other end.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnTieOut {
    /// To whom.
    pub person: NetworkPersonOut,
    /// The tie.
    pub tie: TieOut,
}

pub(super) fn person_out(facts: &PersonFacts) -> NetworkPersonOut {
    NetworkPersonOut {
        id: facts.id.to_string(),
        name: facts.name.clone(),
        title: facts.title.clone(),
        company: facts.company.clone(),
        industry: facts.industry.clone(),
        seniority: facts.seniority.to_string(),
        region: facts.region.clone(),
        is_member: facts.member.is_some(),
    }
}

fn tie_out(tie: &TieSeen) -> TieOut {
    TieOut {
        from: tie.from.to_string(),
        to: tie.to.to_string(),
        tier: tie.tier.word().to_owned(),
        evidence: tie.kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        in_use: tie.numbers.map(|numbers| numbers.in_use),
        in_24_hours: tie.numbers.map(|numbers| numbers.in_24_hours),
        rating: tie.rated.map(|(rating, _)| rate_tie::word(rating).to_owned()),
        rating_until: tie.rated.map(|(_, until)| until.to_string()),
    }
}

fn path_out(network: &Network, path: &WarmPath) -> PathOut {
    PathOut {
        people: path.people.iter().filter_map(|id| network.person(*id)).map(person_out).collect(),
        ties: path.ties.iter().map(tie_out).collect(),
        weakest: path.weakest,
        chance: (!path.chance_is_private()).then_some(path.chance),
        low_confidence: path.low_confidence,
        next: path.next.word().to_owned(),
        next_from: match path.next {
            Next::From(at) => Some(at.to_string()),
            _ => None,
        },
    }
}

fn connector_out(connector: &Connector) -> ConnectorOut {
    ConnectorOut {
        person: person_out(&connector.person),
        tier: connector.best.as_ref().map(|(_, tie)| tie.tier.word().to_owned()),
        best_for: connector.reach.best_for,
        only_way_to: connector.reach.only_way_to,
        willingness: connector.willingness.willingness.to_f64(),
        asked: connector.record.asked,
        accepted: connector.record.accepted,
        open_asks: connector.record.open_asks,
        closed: connector.closed,
        rests_until: connector.rests_until.map(|at| at.to_string()),
    }
}

pub(super) fn answer<T: Serialize>(outcome: Result<T, Failure>) -> Response {
    match outcome {
        Ok(out) => Json(out).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

pub(super) fn text<'a>(
    query: &'a BTreeMap<String, String>,
    name: &str,
) -> Result<&'a str, Failure> {
    let text = query.get(name).map_or("", String::as_str).trim();
    if text.chars().count() > limits::SEARCH_CHARACTERS_MAX {
        return Err(Failure::invalid(name, "text_too_long", "Write fewer words."));
    }
    Ok(text)
}

/// People whose name, role or company fits the words.
#[utoipa::path(
    get, path = "/v1/network/people", tag = "network",
    params(("q" = String, Query, description = "Words")),
    responses((status = 200, description = "People found", body = NetworkPeopleOut)),
)]
pub async fn people(State(face): State<Face>, caller: Caller, query: Asked) -> Response {
    answer(found(&face, &caller, &query.0).await)
}

async fn found(
    face: &Face,
    caller: &Caller,
    query: &BTreeMap<String, String>,
) -> Result<NetworkPeopleOut, Failure> {
    let may = caller.may::<ReadNetwork>()?;
    let people = read_network::search(&face.app, &may, text(query, "q")?).await?;
    Ok(NetworkPeopleOut { data: people.iter().map(person_out).collect() })
}

/// The best warm paths to a person; at most three ties, each with evidence.
#[utoipa::path(
    get, path = "/v1/network/paths", tag = "network",
    params(
        ("to" = String, Query, description = "Id of the person"),
        ("for" = Option<String>, Query, description = "`team` (default) or `me`"),
    ),
    responses(
        (status = 200, description = "The ways, and what may be said of them", body = PathsOut),
        (status = 404, description = "Nobody known, or they left"),
    ),
)]
pub async fn paths(State(face): State<Face>, caller: Caller, query: Asked) -> Response {
    answer(ways(&face, &caller, &query.0).await)
}

async fn ways(
    face: &Face,
    caller: &Caller,
    query: &BTreeMap<String, String>,
) -> Result<PathsOut, Failure> {
    let may: Grant<ReadNetwork> = caller.may()?;
    let wrong = || Failure::invalid("to", "id_invalid", "Send the id of a person.");
    let to: PersonId = text(query, "to")?.parse().map_err(|_| wrong())?;
    let whom = match text(query, "for")? {
        "" | "team" => Whom::Team,
        "me" => Whom::Member(may.member()),
        _ => return Err(Failure::invalid("for", "for_unknown", "Send team or me.")),
    };
    let answer: Answer = find_paths::to_person(&face.app, &may, to, &whom).await?;
    let network = face.app.network(may.workspace()).await?;
    let target = network.person(to).ok_or(Failure::NotFound)?;
    Ok(PathsOut {
        target: person_out(target),
        verdict: answer.said.word().to_owned(),
        paths: answer.paths.iter().map(|path| path_out(&network, path)).collect(),
        near: answer.near.iter().filter_map(|id| network.person(*id)).map(person_out).collect(),
        as_of_entry: answer.entry,
        as_of: answer.as_of.to_string(),
    })
}

/// Connectors: reach apart from willingness.
#[utoipa::path(
    get, path = "/v1/network/connectors", tag = "network",
    responses((status = 200, description = "Connectors", body = ConnectorsOut)),
)]
pub async fn connectors(State(face): State<Face>, caller: Caller) -> Response {
    answer(all_connectors(&face, &caller).await)
}

async fn all_connectors(face: &Face, caller: &Caller) -> Result<ConnectorsOut, Failure> {
    let all = read_connectors::run(&face.app, &caller.may()?).await?;
    Ok(ConnectorsOut {
        data: all.list.iter().take(read_connectors::LISTED_ROWS).map(connector_out).collect(),
        under_used: all.under_used.iter().map(connector_out).collect(),
        vouching: all.vouching,
        vouching_needed: all.vouching_needed,
        as_of_entry: all.entry,
    })
}

/// The caller's own ties, strongest first, with their numbers.
#[utoipa::path(
    get, path = "/v1/network/ties", tag = "network",
    params(("from" = Option<usize>, Query, description = "Where the page starts")),
    responses((status = 200, description = "Own ties", body = TiesOut)),
)]
pub async fn ties(State(face): State<Face>, caller: Caller, query: Asked) -> Response {
    answer(own_ties(&face, &caller, &query.0).await)
}

async fn own_ties(
    face: &Face,
    caller: &Caller,
    query: &BTreeMap<String, String>,
) -> Result<TiesOut, Failure> {
    let wrong = |_| Failure::invalid("from", "number_invalid", "Send a whole number.");
    let from = match text(query, "from")? {
        "" => 0,
        text => text.parse().map_err(wrong)?,
    };
    let mine = read_network::mine(&face.app, &caller.may()?, "", from).await?;
    let own = |(facts, tie): &(PersonFacts, TieSeen)| OwnTieOut {
        person: person_out(facts),
        tie: tie_out(tie),
    };
    Ok(TiesOut {
        data: mine.ties.iter().map(own).collect(),
        next: mine.next,
        as_of_entry: mine.entry,
    })
}
