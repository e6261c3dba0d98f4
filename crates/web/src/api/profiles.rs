//! Profiles for programs: write, read, check a brief, take steps, page through matches.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use warmpath_app::manage_profiles::{self as use_case, Whole, Written, outcomes_of, read_brief};
use warmpath_app::policy::{ReadProfiles, WriteProfiles};
use warmpath_app::profile::{Advice, Check, Move, ProposedItem};
use warmpath_app::propose_criteria::{self, Proposal};
use warmpath_app::read_matches::{self, Ask, Match};
use warmpath_app::rows::ProfileVersionRow;
use warmpath_app::{Failure, Principal};
use warmpath_core::id::ProfileId;
use warmpath_core::limits;

use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::refuse;
use crate::server::Face;

/// A profile as it is written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileIn {
    /// The brief in plain words.
    pub brief: String,
    /// Name; the first words of the brief where it is left out.
    #[serde(default)]
    pub name: String,
    /// Two sentences a connector can say.
    #[serde(default)]
    pub script: String,
    /// One line to repeat.
    #[serde(default)]
    pub value_line: String,
    /// What is in it for the person asked.
    #[serde(default)]
    pub benefit: String,
    /// Introductions by hand that must have worked before automation.
    #[serde(default)]
    pub needed_by_hand: Option<i64>,
    /// The `version` that was read; what changed meanwhile is then not written over.
    #[serde(default)]
    pub base: Option<i64>,
}

/// A brief to be read without keeping it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BriefIn {
    /// The brief in plain words.
    pub brief: String,
}

/// A step of the life cycle.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepIn {
    /// `start_trial`, `prove`, `automate`, `stop_automation` or `retire`.
    pub action: String,
}

/// Values that a person takes up of a proposal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeIn {
    /// The values.
    pub items: Vec<ItemIn>,
}

/// One value of a proposal.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemIn {
    /// Field of the criteria, such as `roles`.
    pub criterion: String,
    /// The value.
    pub value: String,
    /// The words of the brief it rests on.
    pub quote: String,
    /// First byte of the words in the brief.
    pub start: usize,
}

/// What a brief was read as.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadOut {
    /// `specific`, `vague` or `contradictory`.
    pub verdict: String,
    /// What is missing or clashes.
    pub why: Value,
    /// Points of the rubric, 0 to 100.
    pub score: f64,
    /// The criteria.
    pub criteria: Value,
    /// Each criterion with the words it came from.
    pub evidence: Value,
    /// Words that were not understood.
    pub not_understood: Vec<String>,
    /// Language: en, de, fr, es, it, sv; null where none was recognised.
    pub language: Option<String>,
    /// What to say next, each with two examples.
    pub advice: Vec<AdviceOut>,
    /// People in the universe.
    pub universe: usize,
    /// People who fit for certain.
    pub fits: usize,
    /// People for whom something is unknown.
    pub possible: usize,
}

/// One thing to say or to settle.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdviceOut {
    /// The part of the brief.
    pub part: String,
    /// What is the matter.
    pub text: String,
    /// Two ways to put it right.
    pub examples: Vec<String>,
}

/// A profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileOut {
    /// Its id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `draft`, `specific`, `trial`, `proven`, `automatable`, `retired`.
    pub state: String,
    /// The version in force; null before the first trial.
    pub live_version: Option<i64>,
    /// Introductions by hand that must have worked before automation.
    pub needed_by_hand: i64,
    /// Whether automation is open, and how many are missing.
    pub automation: Value,
    /// For `base` in the next write.
    pub version: i64,
    /// What this caller may do now.
    pub allowed_actions: Vec<String>,
    /// The versions, latest first.
    pub versions: Vec<VersionOut>,
}

/// One version of a profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionOut {
    /// Its number.
    pub number: i64,
    /// `draft`, `refused`, `approved`, `replaced`.
    pub state: String,
    /// The brief.
    pub brief: String,
    /// `specific`, `vague`, `contradictory`.
    pub verdict: String,
    /// The criteria.
    pub criteria: Value,
    /// Two sentences for the connector.
    pub script: String,
    /// One line to repeat.
    pub value_line: String,
    /// What is in it for the person asked.
    pub benefit: String,
    /// What keeps the texts from being used.
    pub findings: Value,
    /// Introductions asked, accepted, met, worked.
    pub outcome: Value,
    /// Against the version before it.
    pub compared: Value,
}

/// A person found.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchOut {
    /// Who.
    pub person: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Company.
    pub company: String,
    /// Place.
    pub place: String,
    /// Where the company's record comes from; empty for own data.
    pub source: String,
    /// Fit, 0 to 1.
    pub fit: f64,
    /// Everything holds for certain.
    pub certain: bool,
    /// Every criterion: holds or unknown, the value it was judged on, source and date.
    pub checks: Value,
}

/// A page of people.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchesOut {
    /// The people, best first.
    pub data: Vec<MatchOut>,
    /// How many are certain.
    pub certain_total: usize,
    /// For how many something is unknown.
    pub possible_total: usize,
    /// People in the universe.
    pub universe: usize,
    /// The universe is as of then (RFC 3339).
    pub as_of: String,
    /// To send as `from` for the next page; null on the last.
    pub next: Option<usize>,
}

/// Which page of which people.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatchesIn {
    /// `certain` (the default) or `possible`.
    kind: Option<String>,
    /// How many to pass over.
    from: Option<usize>,
    /// Rows of the page.
    limit: Option<usize>,
}

fn answer<T: Serialize>(status: StatusCode, outcome: Result<T, Failure>) -> Response {
    match outcome {
        Ok(out) => (status, Json(out)).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn out(whole: &Whole, principal: &Principal) -> ProfileOut {
    ProfileOut {
        id: whole.profile.id.to_string(),
        name: whole.profile.name.clone(),
        state: whole.profile.state.clone(),
        live_version: whole.profile.live_version,
        needed_by_hand: whole.profile.needed_by_hand,
        automation: json(&whole.automation()),
        version: whole.profile.version,
        allowed_actions: whole.allowed(principal).into_iter().map(str::to_owned).collect(),
        versions: whole.versions.iter().map(|v| version_out(whole, v)).collect(),
    }
}

fn version_out(whole: &Whole, row: &ProfileVersionRow) -> VersionOut {
    let outcome = whole.outcome(row.number).map(outcomes_of);
    VersionOut {
        number: row.number,
        state: row.state.clone(),
        brief: row.brief.clone(),
        verdict: row.verdict.clone(),
        criteria: json(&use_case::criteria_of(row)),
        script: row.script.clone(),
        value_line: row.value_line.clone(),
        benefit: row.benefit.clone(),
        findings: json(&use_case::kit_of(row).findings()),
        outcome: json(&outcome.unwrap_or_default()),
        compared: json(&whole.compared(row.number)),
    }
}

fn written(sent: &ProfileIn) -> Written {
    Written {
        name: sent.name.clone(),
        brief: sent.brief.clone(),
        script: sent.script.clone(),
        value_line: sent.value_line.clone(),
        benefit: sent.benefit.clone(),
        needed_by_hand: sent.needed_by_hand,
        base: sent.base.unwrap_or(0),
    }
}

fn profile_id(text: &str) -> Result<ProfileId, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

async fn shown(face: &Face, caller: &Caller, id: ProfileId) -> Result<ProfileOut, Failure> {
    let may = caller.may::<ReadProfiles>()?;
    let whole = use_case::one(&face.app, &may, id).await?;
    Ok(out(&whole, &caller.principal))
}

/// All profiles.
#[utoipa::path(
    get, path = "/v1/profiles", tag = "profiles",
    responses((status = 200, description = "All, latest first", body = Vec<ProfileOut>)),
)]
pub async fn list(State(face): State<Face>, caller: Caller) -> Response {
    let found = async {
        let may = caller.may::<ReadProfiles>()?;
        let all = use_case::list(&face.app, &may).await?;
        Ok(all.iter().map(|whole| out(whole, &caller.principal)).collect::<Vec<_>>())
    };
    answer(StatusCode::OK, found.await)
}

/// Makes a profile. A vague brief is kept as a refused version, and the answer says what is missing.
#[utoipa::path(
    post, path = "/v1/profiles", tag = "profiles", request_body = ProfileIn,
    responses(
        (status = 201, description = "Made", body = ProfileOut),
        (status = 422, description = "Refused, by field", body = crate::api::ProblemOut),
    ),
)]
pub async fn make(State(face): State<Face>, caller: Caller, body: Body<ProfileIn>) -> Response {
    answer(StatusCode::CREATED, kept(&face, &caller, None, &body.value).await)
}

async fn kept(
    face: &Face,
    caller: &Caller,
    id: Option<ProfileId>,
    sent: &ProfileIn,
) -> Result<ProfileOut, Failure> {
    let may = caller.may::<WriteProfiles>()?;
    let saved = use_case::save(&face.app, &may, id, &written(sent)).await?;
    let whole = use_case::after_write(&face.app, &may, saved.id).await?;
    Ok(out(&whole, &caller.principal))
}

/// Reads a brief without keeping it.
#[utoipa::path(
    post, path = "/v1/profiles/check", tag = "profiles", request_body = BriefIn,
    responses((status = 200, description = "What it was read as", body = ReadOut)),
)]
pub async fn check(State(face): State<Face>, caller: Caller, body: Body<BriefIn>) -> Response {
    let read = async {
        let may = caller.may::<ReadProfiles>()?;
        let parsed = read_brief(&body.value.brief)?;
        let measured = read_matches::measure(&face.app, &may, &parsed).await?;
        let fits = measured.specificity.left.as_ref().map_or(0, |left| left.people);
        Ok(ReadOut {
            verdict: use_case::word_of(parsed.judgement.verdict).to_owned(),
            why: json(&parsed.judgement.why),
            score: parsed.judgement.score,
            criteria: json(&parsed.criteria),
            evidence: json(&parsed.evidence),
            not_understood: parsed.not_understood.clone(),
            language: parsed.language.map(str::to_owned),
            advice: measured.specificity.advice.iter().map(advice_out).collect(),
            universe: measured.universe,
            fits,
            possible: measured.possible,
        })
    };
    answer(StatusCode::OK, read.await)
}

fn advice_out(advice: &Advice) -> AdviceOut {
    AdviceOut {
        part: advice.part.to_owned(),
        text: advice.text.clone(),
        examples: advice.examples.to_vec(),
    }
}

/// One profile with its versions.
#[utoipa::path(
    get, path = "/v1/profiles/{id}", tag = "profiles",
    params(("id" = String, Path, description = "The profile")),
    responses((status = 200, description = "It", body = ProfileOut)),
)]
pub async fn one(State(face): State<Face>, caller: Caller, Path(id): Path<String>) -> Response {
    let found = async { shown(&face, &caller, profile_id(&id)?).await };
    answer(StatusCode::OK, found.await)
}

/// Writes the draft, or the next version after an approved one.
#[utoipa::path(
    post, path = "/v1/profiles/{id}", tag = "profiles", request_body = ProfileIn,
    params(("id" = String, Path, description = "The profile")),
    responses(
        (status = 200, description = "Written", body = ProfileOut),
        (status = 409, description = "Somebody else wrote meanwhile", body = crate::api::ProblemOut),
    ),
)]
pub async fn write(
    State(face): State<Face>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body<ProfileIn>,
) -> Response {
    let done = async { kept(&face, &caller, Some(profile_id(&id)?), &body.value).await };
    answer(StatusCode::OK, done.await)
}

/// Takes a step of the life cycle.
#[utoipa::path(
    post, path = "/v1/profiles/{id}/actions", tag = "profiles", request_body = StepIn,
    params(("id" = String, Path, description = "The profile")),
    responses(
        (status = 200, description = "Done", body = ProfileOut),
        (status = 409, description = "Not now: what is missing", body = crate::api::ProblemOut),
    ),
)]
pub async fn act(
    State(face): State<Face>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body<StepIn>,
) -> Response {
    let done = async {
        let may = caller.may::<WriteProfiles>()?;
        let id = profile_id(&id)?;
        let step = Move::of(&body.value.action).ok_or_else(|| {
            Failure::invalid("action", "action_unknown", "There is no such step.")
        })?;
        use_case::step(&face.app, &may, id, step).await?;
        let whole = use_case::after_write(&face.app, &may, id).await?;
        Ok(out(&whole, &caller.principal))
    };
    answer(StatusCode::OK, done.await)
}

/// The people a profile finds, best first, each explained.
#[utoipa::path(
    get, path = "/v1/profiles/{id}/matches", tag = "profiles",
    params(("id" = String, Path, description = "The profile"), MatchesIn),
    responses((status = 200, description = "A page", body = MatchesOut)),
)]
pub async fn matches(
    State(face): State<Face>,
    caller: Caller,
    Path(id): Path<String>,
    query: Result<Query<MatchesIn>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let found = async {
        let may = caller.may::<ReadProfiles>()?;
        let wrong =
            |field: &str| Failure::invalid(field, "value_invalid", "This is no value of it.");
        let Query(asked) = query.map_err(|_| wrong("query"))?;
        let certain = match asked.kind.as_deref() {
            None | Some("certain") => true,
            Some("possible") => false,
            Some(_) => return Err(wrong("kind")),
        };
        let limit = asked.limit.unwrap_or(limits::PAGE_ROWS_DEFAULT);
        if !(1..=limits::PAGE_ROWS_MAX).contains(&limit) {
            return Err(wrong("limit"));
        }
        let ask = Ask { certain, from: asked.from.unwrap_or(0), limit };
        let page = read_matches::page(&face.app, &may, profile_id(&id)?, ask).await?;
        Ok(MatchesOut {
            data: page.people.iter().map(match_out).collect(),
            certain_total: page.certain_total,
            possible_total: page.possible_total,
            universe: page.universe,
            as_of: page.as_of.to_string(),
            next: page.next,
        })
    };
    answer(StatusCode::OK, found.await)
}

fn match_out(found: &Match) -> MatchOut {
    let checks: &[Check] = &found.checks;
    MatchOut {
        person: found.person.to_string(),
        name: found.name.clone(),
        title: found.title.clone(),
        company: found.company.clone(),
        place: found.place.clone(),
        source: found.source.clone(),
        fit: found.fit,
        certain: found.certain,
        checks: json(&checks),
    }
}

/// Asks the language model, where one is set up, for criteria of the open draft. Nothing takes effect.
#[utoipa::path(
    post, path = "/v1/profiles/{id}/proposals", tag = "profiles",
    params(("id" = String, Path, description = "The profile")),
    responses((status = 200, description = "What may be taken up, and what was dropped and why")),
)]
pub async fn propose(State(face): State<Face>, caller: Caller, Path(id): Path<String>) -> Response {
    let done = async {
        let may = caller.may::<WriteProfiles>()?;
        let proposal = propose_criteria::run(&face.app, &may, profile_id(&id)?).await?;
        Ok(match proposal {
            Proposal::None { why } => {
                serde_json::json!({ "proposed": [], "dropped": [], "why_none": why })
            }
            Proposal::Reviewed(reviewed) => serde_json::json!({
                "proposed": reviewed.proposed,
                "dropped": reviewed.dropped,
                "verdict": reviewed.verdict,
            }),
        })
    };
    answer(StatusCode::OK, done.await)
}

/// Takes up values of a proposal, in the name of the caller. Each is held against the brief again.
#[utoipa::path(
    post, path = "/v1/profiles/{id}/proposals/taken", tag = "profiles", request_body = TakeIn,
    params(("id" = String, Path, description = "The profile")),
    responses(
        (status = 200, description = "Taken up", body = ProfileOut),
        (status = 409, description = "Nothing of it may be taken up", body = crate::api::ProblemOut),
    ),
)]
pub async fn take(
    State(face): State<Face>,
    caller: Caller,
    Path(id): Path<String>,
    body: Body<TakeIn>,
) -> Response {
    let done = async {
        let may = caller.may::<WriteProfiles>()?;
        let id = profile_id(&id)?;
        let items: Vec<ProposedItem> = body
            .value
            .items
            .iter()
            .map(|item| ProposedItem {
                criterion: item.criterion.clone(),
                value: item.value.clone(),
                quote: item.quote.clone(),
                start: item.start,
            })
            .collect();
        use_case::take_up(&face.app, &may, id, &items).await?;
        let whole = use_case::after_write(&face.app, &may, id).await?;
        Ok(out(&whole, &caller.principal))
    };
    answer(StatusCode::OK, done.await)
}
