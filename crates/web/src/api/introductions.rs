//! Introductions and connectors: ask, list, read, move. Until both said yes an answer holds role,
//! industry, size and topic of the target, and no name.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use warmpath_app::Failure;
use warmpath_app::introduce::read_connectors::{self, Connector};
use warmpath_app::introduce::read_introductions::{self, Line, Record};
use warmpath_app::introduce::request::{self, Wanted};
use warmpath_app::introduce::{move_introduction, reroute, tell_connector};
use warmpath_app::policy::{AskIntroduction, ReadIntroductions};
use warmpath_app::rows::{IntroductionRow, PersonRow};
use warmpath_core::id::IntroductionId;
use warmpath_core::introduction::{Action, Reveal};
use warmpath_core::limits;

use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::refuse;
use crate::server::Face;

/// A request for an introduction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntroductionIn {
    /// The person to meet.
    pub target: String,
    /// The person who may introduce them.
    pub connector: String,
    /// The next connectors, best first.
    #[serde(default)]
    pub shortlist: Vec<String>,
    /// Role, as it may be said before consent.
    pub role: String,
    /// Industry, as it may be said before consent.
    pub industry: String,
    /// Size, as it may be said before consent.
    pub size: String,
    /// Topic, as it may be said before consent.
    pub topic: String,
    /// What the target has of it.
    pub benefit: String,
    /// The problem both know.
    pub problem: String,
    /// One measured outcome.
    pub proof: String,
    /// What the target may see of the requester: `nothing`, `company`, `name`.
    pub reveal: Option<String>,
    /// Size of the deal, in whole units.
    pub deal: Option<i64>,
    /// The profile and version it came from.
    #[serde(default)]
    pub profile: String,
}

/// An introduction.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntroductionOut {
    /// Its id.
    pub id: String,
    /// The request's track.
    pub request: String,
    /// The connector's track.
    pub connector_state: String,
    /// The target's track.
    pub target_state: String,
    /// What followed the delivery.
    pub outcome: String,
    /// Coded reason of the last side state.
    pub reason: String,
    /// Who asked for it.
    pub requester: String,
    /// Who is to introduce them.
    pub connector: NamedOut,
    /// Role, industry, size and topic of the target.
    pub target_words: WordsOut,
    /// The target, once both said yes.
    pub target: Option<NamedOut>,
    /// When the present step runs out (RFC 3339).
    pub due: Option<String>,
    /// By when the connector is owed news (RFC 3339).
    pub tell_by: Option<String>,
    /// Delivered (RFC 3339).
    pub delivered_at: Option<String>,
    /// The introduction it goes on as.
    pub rerouted_to: Option<String>,
    /// What this caller may do now.
    pub allowed_actions: Vec<String>,
}

/// Somebody by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamedOut {
    /// The person.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// What may be said before consent.
#[derive(Debug, Serialize, ToSchema)]
pub struct WordsOut {
    /// Role.
    pub role: String,
    /// Industry.
    pub industry: String,
    /// Size.
    pub size: String,
    /// Topic.
    pub topic: String,
}

/// A page of introductions.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntroductionsOut {
    /// Latest first.
    pub data: Vec<IntroductionOut>,
    /// Ask for what is after this id; none at the end.
    pub next: Option<String>,
}

fn named(person: &PersonRow) -> NamedOut {
    NamedOut { id: person.id.to_string(), name: person.name.clone() }
}

fn words(words: &warmpath_app::introduce::dossier::SealedWords) -> WordsOut {
    WordsOut {
        role: words.role.clone(),
        industry: words.industry.clone(),
        size: words.size.clone(),
        topic: words.topic.clone(),
    }
}

fn out(
    row: &IntroductionRow,
    connector: NamedOut,
    target_words: WordsOut,
    target: Option<NamedOut>,
    allowed: &[Action],
) -> IntroductionOut {
    IntroductionOut {
        id: row.id.to_string(),
        request: row.request.to_string(),
        connector_state: row.connector_state.to_string(),
        target_state: row.target_state.to_string(),
        outcome: row.outcome.to_string(),
        reason: row.reason.clone(),
        requester: row.requester.to_string(),
        connector,
        target_words,
        target,
        due: row.due_at.map(|at| at.to_string()),
        tell_by: row.tell_by.map(|at| at.to_string()),
        delivered_at: row.delivered_at.map(|at| at.to_string()),
        rerouted_to: row.rerouted_to.map(|id| id.to_string()),
        allowed_actions: allowed.iter().map(ToString::to_string).collect(),
    }
}

fn of_line(line: &Line) -> IntroductionOut {
    let connector = NamedOut { id: line.row.connector.to_string(), name: line.connector.clone() };
    out(&line.row, connector, words(&line.words), line.target.as_ref().map(named), &line.allowed)
}

fn of_record(record: &Record) -> IntroductionOut {
    let dossier = &record.dossier;
    let target = record.open.then(|| named(&dossier.target));
    let said = words(&dossier.sealed_words());
    out(&dossier.row, named(&dossier.connector), said, target, &record.allowed)
}

/// How a list is narrowed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListIn {
    /// Only those after this id of the page before.
    after: Option<String>,
    /// Rows of the page, 1 to 200.
    limit: Option<i64>,
}

/// Lists introductions, latest first.
#[utoipa::path(
    get, path = "/v1/introductions", tag = "introductions", params(ListIn),
    responses(
        (status = 200, description = "A page", body = IntroductionsOut),
        (status = 422, description = "Refused, by field", body = crate::api::ProblemOut),
    ),
)]
pub async fn list(
    State(face): State<Face>,
    caller: Caller,
    query: Result<Query<ListIn>, axum::extract::rejection::QueryRejection>,
) -> Response {
    match listed(&face, &caller, query).await {
        Ok(page) => Json(page).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

async fn listed(
    face: &Face,
    caller: &Caller,
    query: Result<Query<ListIn>, axum::extract::rejection::QueryRejection>,
) -> Result<IntroductionsOut, Failure> {
    let grant = caller.may::<ReadIntroductions>()?;
    let wrong = |field: &str| Failure::invalid(field, "value_invalid", "This is no such value.");
    let Query(query) = query.map_err(|_| wrong("query"))?;
    let limit = query.limit.unwrap_or(limits::PAGE_ROWS_DEFAULT as i64);
    if !(1..=limits::PAGE_ROWS_MAX as i64).contains(&limit) {
        return Err(wrong("limit"));
    }
    let after: Option<IntroductionId> =
        query.after.map(|text| text.parse().map_err(|_| wrong("after"))).transpose()?;
    let lines = read_introductions::list(&face.app, &grant, false, after, limit).await?;
    let full = lines.len() as i64 == limit;
    let next = lines.last().filter(|_| full).map(|line| line.row.id.to_string());
    Ok(IntroductionsOut { data: lines.iter().map(of_line).collect(), next })
}

/// One introduction.
#[utoipa::path(
    get, path = "/v1/introductions/{id}", tag = "introductions",
    params(("id" = String, Path, description = "The introduction")),
    responses(
        (status = 200, description = "The introduction", body = IntroductionOut),
        (status = 404, description = "None here, or not yours", body = crate::api::ProblemOut),
    ),
)]
pub async fn one(State(face): State<Face>, caller: Caller, Path(id): Path<String>) -> Response {
    match record(&face, &caller, &id).await {
        Ok(found) => Json(of_record(&found)).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

async fn record(face: &Face, caller: &Caller, id: &str) -> Result<Record, Failure> {
    let grant = caller.may::<ReadIntroductions>()?;
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    read_introductions::one(&face.app, &grant, id).await
}

/// Asks for an introduction.
#[utoipa::path(
    post, path = "/v1/introductions", tag = "introductions", request_body = IntroductionIn,
    responses(
        (status = 201, description = "Asked for", body = IntroductionOut),
        (status = 409, description = "Not possible now: `possible_from` says when",
            body = crate::api::ProblemOut),
        (status = 422, description = "Refused, by field", body = crate::api::ProblemOut),
    ),
)]
pub async fn ask(State(face): State<Face>, caller: Caller, body: Body<IntroductionIn>) -> Response {
    match asked(&face, &caller, &body.value).await {
        Ok(found) => (StatusCode::CREATED, Json(of_record(&found))).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

async fn asked(face: &Face, caller: &Caller, sent: &IntroductionIn) -> Result<Record, Failure> {
    let grant = caller.may::<AskIntroduction>()?;
    let wanted = wanted(sent)?;
    let id = request::run(&face.app, &grant, &wanted).await?;
    record(face, caller, &id.to_string()).await
}

fn wanted(sent: &IntroductionIn) -> Result<Wanted, Failure> {
    let wrong = |field: &str| Failure::invalid(field, "value_invalid", "This is no such value.");
    if sent.shortlist.len() > limits::PATHS_MAX {
        return Err(wrong("shortlist"));
    }
    let shortlist = sent.shortlist.iter().map(|id| id.parse().map_err(|_| wrong("shortlist")));
    let reveal = sent.reveal.as_deref().map(|word| word.parse().map_err(|_| wrong("reveal")));
    if sent.deal.is_some_and(|deal| deal < 0) || sent.profile.chars().count() > 100 {
        return Err(wrong(if sent.profile.chars().count() > 100 { "profile" } else { "deal" }));
    }
    Ok(Wanted {
        target: sent.target.parse().map_err(|_| wrong("target"))?,
        connector: sent.connector.parse().map_err(|_| wrong("connector"))?,
        shortlist: shortlist.collect::<Result<_, Failure>>()?,
        role: sent.role.clone(),
        industry: sent.industry.clone(),
        size: sent.size.clone(),
        topic: sent.topic.clone(),
        benefit: sent.benefit.clone(),
        problem: sent.problem.clone(),
        proof: sent.proof.clone(),
        reveal: reveal.transpose()?.unwrap_or(Reveal::Company),
        deal: sent.deal,
        profile: sent.profile.clone(),
    })
}

/// An action to take.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntroductionActionIn {
    /// One of the introduction's `allowed_actions`.
    pub action: String,
    /// Coded reason, where one is needed.
    pub reason: Option<String>,
    /// What the connector is told, for `tell_connector`.
    pub text: Option<String>,
}

/// Moves an introduction. Asking the connector goes with a text that a person approves, on its page.
#[utoipa::path(
    post, path = "/v1/introductions/{id}/actions", tag = "introductions",
    request_body = IntroductionActionIn,
    params(("id" = String, Path, description = "The introduction")),
    responses(
        (status = 200, description = "Moved", body = IntroductionOut),
        (status = 409, description = "Not now: `allowed_actions` says what is possible",
            body = crate::api::ProblemOut),
    ),
)]
pub async fn act(
    State(face): State<Face>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body<IntroductionActionIn>,
) -> Response {
    match acted(&face, &caller, &id, &body.value).await {
        Ok(found) => Json(of_record(&found)).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

async fn acted(
    face: &Face,
    caller: &Caller,
    id: &str,
    sent: &IntroductionActionIn,
) -> Result<Record, Failure> {
    let grant = caller.may::<AskIntroduction>()?;
    let id: IntroductionId = id.parse().map_err(|_| Failure::NotFound)?;
    let action: Action = sent
        .action
        .parse()
        .map_err(|_| Failure::invalid("action", "value_invalid", "This is no such value."))?;
    let app = &face.app;
    let shown = match action {
        Action::Reroute => reroute::run(app, &grant, id, None).await?,
        Action::TellConnector => {
            let text = sent.text.as_deref().unwrap_or_default();
            tell_connector::run(app, &grant, id, text).await?;
            id
        }
        _ => {
            move_introduction::run(app, &grant, id, action, sent.reason.as_deref()).await?;
            id
        }
    };
    record(face, caller, &shown.to_string()).await
}

/// A connector.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectorOut {
    /// The person.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Where they stand with us.
    pub stage: String,
    /// Goodwill, in tenths.
    pub goodwill_tenths: i64,
    /// The balance after an ask must not be below, in tenths.
    pub floor_tenths: i64,
    /// Asks open now.
    pub open_asks: usize,
    /// Asks open at the same time, at most.
    pub open_asks_max: i64,
    /// Days between two asks.
    pub rest_days: i64,
    /// An ask is possible now.
    pub may_be_asked: bool,
    /// From when it is possible, if waiting helps (RFC 3339).
    pub possible_from: Option<String>,
    /// Something has to be given first.
    pub needs_give: bool,
}

/// Connectors.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectorsOut {
    /// First thought of first.
    pub data: Vec<ConnectorOut>,
}

fn connector(one: &Connector) -> ConnectorOut {
    let row = &one.account.row;
    let refused = one.not_now.as_ref();
    ConnectorOut {
        id: one.person.id.to_string(),
        name: one.person.name.clone(),
        stage: one.stage.to_string(),
        goodwill_tenths: one.account.balance(),
        floor_tenths: row.floor,
        open_asks: one.account.open().len(),
        open_asks_max: row.open_max,
        rest_days: row.rest_days,
        may_be_asked: refused.is_none(),
        possible_from: refused.and_then(|r| r.from).map(|at| at.to_string()),
        needs_give: refused.is_some_and(|r| r.needs_give),
    }
}

/// Lists the connectors with their goodwill.
#[utoipa::path(
    get, path = "/v1/connectors", tag = "introductions",
    responses((status = 200, description = "All of them", body = ConnectorsOut)),
)]
pub async fn connectors(State(face): State<Face>, caller: Caller) -> Response {
    let found = match caller.may::<ReadIntroductions>() {
        Ok(grant) => read_connectors::all(&face.app, &grant).await,
        Err(failure) => Err(failure),
    };
    match found {
        Ok(all) => {
            Json(ConnectorsOut { data: all.iter().map(connector).collect() }).into_response()
        }
        Err(failure) => refuse::problem(&failure),
    }
}
