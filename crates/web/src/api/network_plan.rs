//! The plan of asks for programs: whom to ask for whom, what is scarce, and why somebody is not asked
//! for. It proposes; an introduction is asked for by `POST /v1/introductions`.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use warmpath_app::Failure;
use warmpath_app::plan_asks::{self, Plan, Proposed, Scarce, Unasked, When, Wish};
use warmpath_app::policy::{ReadNetwork, ReadProfiles};
use warmpath_core::id::{PersonId, ProfileId};
use warmpath_core::limits;

use super::network::{Asked, NetworkPersonOut, answer, person_out, text};
use crate::api::caller::Caller;
use crate::server::Face;

/// One ask the plan proposes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskOut {
    /// For whom.
    pub target: NetworkPersonOut,
    /// Whom to ask.
    pub connector: NetworkPersonOut,
    /// Which ask for this target it is, from 1.
    pub way: usize,
    /// Chance that this ask alone comes to an introduction, `0..=1`.
    pub chance: f64,
    /// What it adds to the introductions expected, `0..=1`.
    pub adds: f64,
    /// Ids of everybody on the way, a member first.
    pub people: Vec<String>,
    /// `now`, `from`, `give_first`, `warm_first`, `confirm`.
    pub when: String,
    /// When it may be made (RFC 3339), with `from`.
    pub from: Option<String>,
    /// Who could be asked instead.
    pub next_best: Option<String>,
}

/// How scarce a connector's asks are.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScarceOut {
    /// The connector.
    pub connector: NetworkPersonOut,
    /// Open asks they carry at most.
    pub cap: u32,
    /// Open now.
    pub open: u32,
    /// Asks of the plan.
    pub planned: u32,
    /// What one more ask of theirs would add to the introductions expected.
    pub price: f64,
}

/// An ask that is open already.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommittedOut {
    /// The introduction.
    pub introduction: String,
    /// Id of the target.
    pub target: String,
    /// Id of the connector; none when they left.
    pub connector: Option<String>,
}

/// A target without an ask.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnaskedOut {
    /// Who.
    pub person: NetworkPersonOut,
    /// `member`, `known`, `no_verified_path`, `low_confidence`, `no_room`, `not_possible`.
    pub why: String,
}

/// The plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanOut {
    /// Targets looked at.
    pub targets: usize,
    /// Targets beyond what one plan holds.
    pub left_out: usize,
    /// Proposed asks, what adds most first.
    pub asks: Vec<AskOut>,
    /// Connectors of the plan, the scarcest first.
    pub scarce: Vec<ScarceOut>,
    /// Open asks, which the plan keeps.
    pub committed: Vec<CommittedOut>,
    /// Targets without an ask.
    pub unasked: Vec<UnaskedOut>,
    /// Introductions the plan makes happen on average.
    pub expected: f64,
    /// The ledger entries there were when the network was read.
    pub as_of_entry: i64,
}

fn ask_out(ask: &Proposed) -> AskOut {
    AskOut {
        target: person_out(&ask.target),
        connector: person_out(&ask.connector),
        way: ask.way,
        chance: ask.path.chance,
        adds: ask.adds,
        people: ask.path.people.iter().map(ToString::to_string).collect(),
        when: ask.when.word().to_owned(),
        from: match ask.when {
            When::From(at) => Some(at.to_string()),
            _ => None,
        },
        next_best: ask.next_best.map(|id| id.to_string()),
    }
}

fn scarce_out(one: &Scarce) -> ScarceOut {
    ScarceOut {
        connector: person_out(&one.connector),
        cap: one.cap,
        open: one.open,
        planned: one.planned,
        price: one.price,
    }
}

fn plan_out(plan: &Plan) -> PlanOut {
    let unasked = |(facts, why): &(_, Unasked)| UnaskedOut {
        person: person_out(facts),
        why: why.word().to_owned(),
    };
    PlanOut {
        targets: plan.targets,
        left_out: plan.left_out,
        asks: plan.asks.iter().map(ask_out).collect(),
        scarce: plan.scarce.iter().map(scarce_out).collect(),
        committed: plan
            .committed
            .iter()
            .map(|one| CommittedOut {
                introduction: one.id.to_string(),
                target: one.target.id.to_string(),
                connector: one.connector.as_ref().map(|facts| facts.id.to_string()),
            })
            .collect(),
        unasked: plan.unasked.iter().map(unasked).collect(),
        expected: plan.expected,
        as_of_entry: plan.entry,
    }
}

/// The plan of asks: one for each target, within what every connector carries.
#[utoipa::path(
    get, path = "/v1/network/plan", tag = "network",
    params(
        ("profile" = Option<String>, Query, description = "Everybody who certainly fits this \
         profile; the key needs profiles:read too"),
        ("q" = Option<String>, Query, description = "Everybody whose name, role or company holds \
         these words"),
        ("to" = Option<String>, Query, description = "Ids of people, with commas between them"),
        ("ways" = Option<usize>, Query, description = "Asks for one target at most, 1 to 3"),
    ),
    responses(
        (status = 200, description = "The plan", body = PlanOut),
        (status = 404, description = "No such profile"),
    ),
)]
pub async fn plan(State(face): State<Face>, caller: Caller, query: Asked) -> Response {
    answer(planned(&face, &caller, &query).await)
}

async fn planned(
    face: &Face,
    caller: &Caller,
    Query(query): &Query<BTreeMap<String, String>>,
) -> Result<PlanOut, Failure> {
    let may = caller.may::<ReadNetwork>()?;
    let wish = Wish {
        people: ids(query)?,
        words: text(query, "q")?.to_owned(),
        without: Vec::new(),
        ways: ways(query)?,
    };
    let profile = match text(query, "profile")? {
        "" => None,
        id => Some((caller.may::<ReadProfiles>()?, profile_id(id)?)),
    };
    let from = profile.as_ref().map(|(may, id)| (may, *id));
    Ok(plan_out(&plan_asks::run(&face.app, &may, &wish, from).await?))
}

fn profile_id(text: &str) -> Result<ProfileId, Failure> {
    let wrong = |_| Failure::invalid("profile", "id_invalid", "Send the id of a profile.");
    text.parse().map_err(wrong)
}

fn ways(query: &BTreeMap<String, String>) -> Result<usize, Failure> {
    match text(query, "ways")? {
        "" | "1" => Ok(1),
        "2" => Ok(2),
        "3" => Ok(3),
        _ => Err(Failure::invalid("ways", "number_invalid", "Send 1, 2 or 3.")),
    }
}

/// As many people as one plan holds, and each a well-formed id.
fn ids(query: &BTreeMap<String, String>) -> Result<Vec<PersonId>, Failure> {
    let listed = query.get("to").map_or("", String::as_str);
    let ids = listed.split(',').map(str::trim).filter(|id| !id.is_empty());
    let ids: Result<Vec<PersonId>, _> =
        ids.take(limits::PLAN_TARGETS_MAX + 1).map(str::parse).collect();
    let ids =
        ids.map_err(|_| Failure::invalid("to", "id_invalid", "Send ids of people, with commas."))?;
    if ids.len() > limits::PLAN_TARGETS_MAX {
        let most = limits::PLAN_TARGETS_MAX;
        let message = format!("Send at most {most} ids.");
        return Err(Failure::invalid("to", "too_many", message));
    }
    Ok(ids)
}
