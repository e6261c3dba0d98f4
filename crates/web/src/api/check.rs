//! Look before you ask: who owns a person or company, and what is open. For members and their
//! programs, never for outsiders.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use warmpath_app::Failure;
use warmpath_app::look_first::{self, Known, Question};
use warmpath_app::policy::LookFirst;
use warmpath_core::limits;

use crate::api::caller::Caller;
use crate::refuse;
use crate::server::Face;

/// Whom or what it is about; at least one.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
#[into_params(parameter_in = Query)]
pub struct CheckIn {
    /// Name of a person.
    name: String,
    /// Mailbox.
    email: String,
    /// Company name or website.
    company: String,
}

/// What is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckOut {
    /// Somebody works on it.
    pub taken: bool,
    /// Everybody and everything that fits.
    pub known: Vec<KnownOut>,
    /// The ledger entry of this look.
    pub entry: String,
}

/// A person or company that fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownOut {
    /// The person, when it is one.
    pub person: Option<String>,
    /// The company, when it is known.
    pub company: Option<String>,
    /// Who owns it; empty for nobody.
    pub owner: String,
    /// Open deals of the company and its group, in any unit.
    pub deals: Vec<DealOut>,
    /// Members who asked for an introduction to this person; others leave them alone.
    pub asks: Vec<String>,
    /// Referrals on their way.
    pub referrals: Vec<OpenOut>,
    /// The latest contact on record (RFC 3339).
    pub last_contact: Option<String>,
    /// Asked not to be contacted.
    pub suppressed: bool,
}

/// An open deal.
#[derive(Debug, Serialize, ToSchema)]
pub struct DealOut {
    /// Another company of the group; empty for the company itself.
    pub company: String,
    /// Business unit.
    pub unit: String,
    /// Stage as the CRM has it.
    pub stage: String,
    /// Its owner.
    pub owner: String,
}

/// A referral on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenOut {
    /// The referral.
    pub id: String,
    /// Where it stands.
    pub state: String,
    /// Its owner.
    pub owner: String,
}

fn known_out(known: &Known) -> KnownOut {
    KnownOut {
        person: known.person.as_ref().map(|p| p.name.clone()),
        company: known.account.as_ref().map(|a| a.name.clone()),
        owner: known.owner.clone(),
        deals: known
            .deals
            .iter()
            .map(|d| DealOut {
                company: d.company.clone(),
                unit: d.unit.clone(),
                stage: d.stage.clone(),
                owner: d.owner.clone(),
            })
            .collect(),
        asks: known.asks.clone(),
        referrals: known
            .referrals
            .iter()
            .map(|r| OpenOut {
                id: r.id.to_string(),
                state: r.state.to_string(),
                owner: r.owner.clone(),
            })
            .collect(),
        last_contact: known.last_contact.map(|at| at.to_string()),
        suppressed: known.suppressed,
    }
}

/// Looks; the look itself stands in the ledger.
#[utoipa::path(
    get, path = "/v1/check", tag = "check", params(CheckIn),
    responses((status = 200, description = "What is known", body = CheckOut)),
)]
pub async fn look(
    State(face): State<Face>,
    caller: Caller,
    query: Result<Query<CheckIn>, QueryRejection>,
) -> Response {
    match looked(&face, &caller, query.ok().map(|q| q.0)).await {
        Ok(out) => Json(out).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

async fn looked(face: &Face, caller: &Caller, query: Option<CheckIn>) -> Result<CheckOut, Failure> {
    let grant = caller.may::<LookFirst>()?;
    let wrong = || Failure::invalid("query", "query_invalid", "Send name, email or company.");
    let query = query.ok_or_else(wrong)?;
    let texts = [&query.name, &query.email, &query.company];
    if texts.iter().any(|t| t.chars().count() > limits::SEARCH_CHARACTERS_MAX) {
        return Err(wrong());
    }
    let question = Question { name: query.name, email: query.email, company: query.company };
    let answer = look_first::run(&face.app, &grant, &question).await?;
    Ok(CheckOut {
        taken: answer.is_taken(),
        known: answer.known.iter().map(known_out).collect(),
        entry: answer.entry.to_string(),
    })
}
