//! Referrals: hand over, list, read, move.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use warmpath_app::Failure;
use warmpath_app::error::Problem;
use warmpath_app::move_referral::{self, Wish};
use warmpath_app::policy::{MoveReferral, ReadReferrals, SubmitReferral};
use warmpath_app::read_referrals::{self, Dossier, Line};
use warmpath_app::rows::Filter;
use warmpath_app::submit_by_program::{self, Given};
use warmpath_app::submit_referral::Receipt;
use warmpath_core::id::ReferralId;
use warmpath_core::limits;
use warmpath_core::referral::Action;

use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::refuse;
use crate::server::Face;

/// What the caller gets back: the same whether or not the person was known.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceiptOut {
    /// The referral.
    pub id: String,
    /// The link to pass on to the person.
    pub answer_url: String,
    /// The page that tells the referrer what becomes of it.
    pub status_url: String,
    /// When the link to pass on ends (RFC 3339).
    pub link_ends: String,
}

impl From<Receipt> for ReceiptOut {
    fn from(receipt: Receipt) -> Self {
        Self {
            id: receipt.id.to_string(),
            answer_url: receipt.answer_url,
            status_url: receipt.status_url,
            link_ends: receipt.link_ends.to_string(),
        }
    }
}

/// Hands over a person.
#[utoipa::path(
    post, path = "/v1/referrals", tag = "referrals", request_body = Given,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body \
        again get the same answer; another body is refused. At most 255 characters.")),
    responses(
        (status = 202, description = "Durable; work goes on", body = ReceiptOut),
        (status = 415, description = "Not application/json", body = crate::api::ProblemOut),
        (status = 413, description = "Too large", body = crate::api::ProblemOut),
        (status = 422, description = "Refused, by field", body = crate::api::ProblemOut),
    ),
)]
pub async fn submit(
    State(face): State<Face>,
    caller: Caller,
    headers: HeaderMap,
    body: Body<Given>,
) -> Response {
    match submitted(&face, &caller, &headers, body).await {
        Ok(receipt) => (StatusCode::ACCEPTED, Json(ReceiptOut::from(receipt))).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

async fn submitted(
    face: &Face,
    caller: &Caller,
    headers: &HeaderMap,
    body: Body<Given>,
) -> Result<Receipt, Failure> {
    let grant = caller.may::<SubmitReferral>()?;
    let key = match headers.get("idempotency-key") {
        None => None,
        Some(value) => {
            let text = value.to_str().unwrap_or_default();
            Some(submit_by_program::idempotency_key(&caller.member, text, body.fingerprint)?)
        }
    };
    submit_by_program::run(&face.app, &grant, &caller.member, &body.value, key.as_ref()).await
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
    /// States, separated by commas.
    state: Option<String>,
    /// Owner.
    owner: Option<String>,
    /// Origin.
    origin: Option<String>,
    /// Begins a name, company or mailbox.
    q: Option<String>,
}

/// A referral in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferralOut {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: String,
    /// Coded reason of a side state.
    pub reason: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who the referrer is to us.
    pub source: String,
    /// The door it came in by.
    pub door: String,
    /// Who is referred.
    pub contact: PersonOut,
    /// Who refers.
    pub referrer: PersonOut,
    /// Who works it.
    pub owner: Option<String>,
    /// Score, 0 to 100.
    pub score: Option<f64>,
    /// Received (RFC 3339).
    pub received_at: String,
    /// To send back with an action.
    pub version: i64,
    /// What this caller may do now.
    pub allowed_actions: Vec<String>,
    /// Where to go on.
    pub links: LinksOut,
}

/// A person.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct PersonOut {
    /// Its id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Role.
    pub title: String,
    /// Company.
    pub company: String,
    /// E-mails; only in the whole referral.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Phones; only in the whole referral.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
}

/// Where to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinksOut {
    /// The referral itself.
    #[serde(rename = "self")]
    pub itself: String,
    /// Where actions are posted.
    pub actions: String,
    /// The page for people.
    pub page: String,
}

/// A page of referrals.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListOut {
    /// The referrals, latest first.
    pub data: Vec<ReferralOut>,
    /// To send as `after` for the next page; null on the last.
    pub next: Option<String>,
}

/// A referral, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholeOut {
    /// As in a list.
    #[serde(flatten)]
    pub referral: ReferralOut,
    /// The words that came with it, by slot, as sent.
    pub words: std::collections::BTreeMap<String, String>,
    /// The basis for contact: `opt_in`, a rule, or empty while there is none.
    pub basis: String,
    /// Value.
    pub deal_size: Option<warmpath_app::submit_by_program::Money>,
    /// The referrer's page with the link to pass on, while the person has not answered; null for
    /// callers who do not look after it.
    pub status_url: Option<String>,
}

fn person(row: &warmpath_app::rows::PersonRow) -> PersonOut {
    PersonOut {
        id: row.id.to_string(),
        name: row.name.clone(),
        title: row.title.clone(),
        company: row.company.clone(),
        ..PersonOut::default()
    }
}

fn referral_out(
    row: &warmpath_app::rows::ReferralRow,
    contact: PersonOut,
    referrer: PersonOut,
    allowed: &[Action],
) -> ReferralOut {
    let id = row.id.to_string();
    ReferralOut {
        state: row.state.to_string(),
        reason: row.reason.clone(),
        kind: row.kind.to_string(),
        source: row.origin.to_string(),
        door: row.door.to_string(),
        contact,
        referrer,
        owner: row.owner.map(|o| o.to_string()),
        score: row.score,
        received_at: row.received_at.to_string(),
        version: row.version,
        allowed_actions: allowed.iter().map(ToString::to_string).collect(),
        links: LinksOut {
            itself: format!("/v1/referrals/{id}"),
            actions: format!("/v1/referrals/{id}/actions"),
            page: format!("/referrals/{id}"),
        },
        id,
    }
}

fn line_out(line: &Line) -> ReferralOut {
    referral_out(&line.referral, person(&line.person), person(&line.referrer), &line.allowed)
}

fn whole_out(found: &Dossier) -> WholeOut {
    let mut contact = person(&found.person);
    let of = |kind: &str| {
        let points = found.contacts.iter().filter(|p| p.kind == kind);
        points.map(|p| p.value.clone()).collect::<Vec<_>>()
    };
    (contact.emails, contact.phones) = (of("email"), of("phone"));
    let row = &found.referral;
    let words = found.texts.iter().filter(|t| t.edition == 0);
    WholeOut {
        words: words.map(|t| (t.slot.clone(), t.body.clone())).collect(),
        basis: row.basis.clone(),
        deal_size: row.amount.map(|amount| warmpath_app::submit_by_program::Money {
            amount,
            currency: row.currency.clone(),
        }),
        status_url: found.referrer_page.clone(),
        referral: referral_out(row, contact, person(&found.referrer), &found.allowed),
    }
}

/// Lists referrals that the caller may see, latest first.
#[utoipa::path(
    get, path = "/v1/referrals", tag = "referrals", params(ListIn),
    responses((status = 200, description = "A page", body = ListOut)),
)]
pub async fn list(
    State(face): State<Face>,
    caller: Caller,
    query: Result<Query<ListIn>, axum::extract::rejection::QueryRejection>,
) -> Response {
    match listed(&face, &caller, query.ok().map(|q| q.0)).await {
        Ok(page) => Json(page).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

async fn listed(face: &Face, caller: &Caller, query: Option<ListIn>) -> Result<ListOut, Failure> {
    let grant = caller.may::<ReadReferrals>()?;
    let Some(query) = query else {
        return Err(Failure::invalid("query", "query_invalid", "A parameter is unknown or wrong."));
    };
    let limit = query.limit.unwrap_or(limits::PAGE_ROWS_DEFAULT as i64);
    let mut filter = filter(&query, limit)?;
    if let Some(text) = query.q.as_deref().filter(|q| !q.is_empty()) {
        let found = read_referrals::search_people(&face.app, grant.workspace(), text).await?;
        filter.people = Some(found);
    }
    let lines = read_referrals::list(&face.app, &grant, &filter).await?;
    let full = lines.len() as i64 >= limit;
    let next = lines.last().filter(|_| full).map(|line| line.referral.id.to_string());
    Ok(ListOut { data: lines.iter().map(line_out).collect(), next })
}

fn filter(query: &ListIn, limit: i64) -> Result<Filter, Failure> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str| {
        problems.push(Problem::new(field, "value_invalid", "This is no value of the parameter."));
    };
    if !(1..=limits::PAGE_ROWS_MAX as i64).contains(&limit) {
        wrong("limit");
    }
    let mut filter = Filter { limit, ..Filter::default() };
    if let Some(text) = &query.after {
        filter.before = text.parse().ok();
        if filter.before.is_none() {
            wrong("after");
        }
    }
    for word in query.state.iter().flat_map(|s| s.split(',')) {
        match word.parse() {
            Ok(state) => filter.states.push(state),
            Err(_) => wrong("state"),
        }
    }
    if let Some(text) = &query.owner {
        match text.parse() {
            Ok(owner) => filter.owners.push(owner),
            Err(_) => wrong("owner"),
        }
    }
    if let Some(text) = &query.origin {
        filter.origin = text.parse().ok();
        if filter.origin.is_none() {
            wrong("origin");
        }
    }
    if query.q.as_ref().is_some_and(|q| q.chars().count() > limits::SEARCH_CHARACTERS_MAX) {
        wrong("q");
    }
    if problems.is_empty() { Ok(filter) } else { Err(Failure::Invalid(problems)) }
}

/// One referral, whole.
#[utoipa::path(
    get, path = "/v1/referrals/{id}", tag = "referrals",
    params(("id" = String, Path, description = "The referral")),
    responses(
        (status = 200, description = "The referral", body = WholeOut),
        (status = 404, description = "None here, or not yours", body = crate::api::ProblemOut),
    ),
)]
pub async fn one(State(face): State<Face>, caller: Caller, Path(id): Path<String>) -> Response {
    match whole(&face, &caller, &id).await {
        Ok(found) => Json(whole_out(&found)).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

async fn whole(face: &Face, caller: &Caller, id: &str) -> Result<Dossier, Failure> {
    let grant = caller.may::<ReadReferrals>()?;
    let id: ReferralId = id.parse().map_err(|_| Failure::NotFound)?;
    read_referrals::one(&face.app, &grant, id).await
}

/// An action to take.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionIn {
    /// One of the referral's `allowed_actions`.
    pub action: String,
    /// Coded reason, where one is needed.
    pub reason: Option<String>,
    /// The member who shall own it.
    pub owner: Option<String>,
    /// When it shall come back (RFC 3339).
    pub until: Option<String>,
    /// The version the caller saw.
    pub version: Option<i64>,
}

/// Moves a referral.
#[utoipa::path(
    post, path = "/v1/referrals/{id}/actions", tag = "referrals", request_body = ActionIn,
    params(("id" = String, Path, description = "The referral")),
    responses(
        (status = 200, description = "Moved", body = WholeOut),
        (status = 409, description = "Not now: `allowed_actions` says what is possible",
            body = crate::api::ProblemOut),
    ),
)]
pub async fn act(
    State(face): State<Face>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body<ActionIn>,
) -> Response {
    match acted(&face, &caller, &id, &body.value).await {
        Ok(found) => Json(whole_out(&found)).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

async fn acted(
    face: &Face,
    caller: &Caller,
    id: &str,
    sent: &ActionIn,
) -> Result<Dossier, Failure> {
    let grant = caller.may::<MoveReferral>()?;
    let id_text = id;
    let id: ReferralId = id.parse().map_err(|_| Failure::NotFound)?;
    let wish = wish(sent)?;
    move_referral::run(&face.app, &grant, id, &wish).await?;
    whole(face, caller, id_text).await
}

fn wish(sent: &ActionIn) -> Result<Wish, Failure> {
    let wrong = |field: &str| Failure::invalid(field, "value_invalid", "This is no such value.");
    let action: Action = sent.action.parse().map_err(|_| wrong("action"))?;
    let mut wish = Wish::new(action);
    if sent.reason.as_ref().is_some_and(|r| r.chars().count() > limits::REASON_CHARACTERS_MAX) {
        return Err(wrong("reason"));
    }
    wish.reason.clone_from(&sent.reason);
    if let Some(owner) = &sent.owner {
        wish.owner = Some(owner.parse().map_err(|_| wrong("owner"))?);
    }
    if let Some(until) = &sent.until {
        wish.until = Some(until.parse::<Timestamp>().map_err(|_| wrong("until"))?);
    }
    wish.version = sent.version;
    Ok(wish)
}
