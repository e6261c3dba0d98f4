//! Who decides, for programs: what was verified of a person, and the committee of a company.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use warmpath_app::policy::{AskIntroduction, ReadIntroductions};
use warmpath_app::programme::authority::{self, Standing, Verified};
use warmpath_app::programme::committee::{self, Committee};
use warmpath_app::rows::AuthorityRow;
use warmpath_core::id::PersonId;

use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::api::programme::{MadeOut, answer, id};
use crate::server::Face;

/// Whether somebody decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorityIn {
    /// About what.
    pub topic: String,
    /// `holds`, `not`, `unknown`.
    pub holds: String,
    /// What shows it.
    pub evidence: String,
    /// The peer who said so.
    pub peer: Option<String>,
    /// Counts so many days; 180 unless said.
    pub days: Option<i64>,
}

/// What was verified of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthorityOut {
    /// `holds`, `not`, `expired`, `unknown`: where it stands now.
    pub standing: &'static str,
    /// What was verified, latest first.
    pub data: Vec<VerifiedOut>,
}

/// One verification.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerifiedOut {
    /// About what.
    pub topic: String,
    /// `holds`, `not`, `unknown`.
    pub holds: String,
    /// What shows it.
    pub evidence: String,
    /// The peer who said so.
    pub peer: Option<String>,
    /// When (RFC 3339).
    pub at: String,
    /// Counts until then.
    pub until: String,
}

/// The word of a standing.
fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Holds => "holds",
        Standing::Not => "not",
        Standing::Expired => "expired",
        Standing::Unknown => "unknown",
    }
}

fn authority_out(face: &Face, rows: &[AuthorityRow]) -> AuthorityOut {
    let one = |row: &AuthorityRow| VerifiedOut {
        topic: row.topic.clone(),
        holds: row.holds.clone(),
        evidence: row.evidence.clone(),
        peer: row.peer.map(|id| id.to_string()),
        at: row.at.to_string(),
        until: row.until.to_string(),
    };
    AuthorityOut {
        standing: standing_word(authority::standing(rows, face.app.now())),
        data: rows.iter().map(one).collect(),
    }
}

/// What was verified of somebody.
#[utoipa::path(get, path = "/v1/people/{id}/authority", tag = "introductions",
    params(("id" = String, Path, description = "The person")),
    responses((status = 200, description = "What was verified", body = AuthorityOut)))]
pub async fn authority_of(
    State(face): State<Face>,
    caller: Caller,
    Path(text): Path<String>,
) -> Response {
    let found = async {
        let may = caller.may::<ReadIntroductions>()?;
        let rows = authority::of(&face.app, &may, id(&text)?).await?;
        Ok(authority_out(&face, &rows))
    };
    answer(StatusCode::OK, found.await)
}

/// Notes whether somebody decides, with what shows it.
#[utoipa::path(post, path = "/v1/people/{id}/authority", tag = "introductions",
    request_body = AuthorityIn, params(("id" = String, Path, description = "The person")),
    responses(
        (status = 201, description = "Noted", body = MadeOut),
        (status = 422, description = "Something is missing", body = crate::api::ProblemOut),
    ))]
pub async fn verify_authority(
    State(face): State<Face>,
    caller: Caller,
    Path(text): Path<String>,
    body: Body<AuthorityIn>,
) -> Response {
    let done = async {
        let may = caller.may::<AskIntroduction>()?;
        let sent = body.value;
        let verified = Verified {
            topic: sent.topic,
            holds: sent.holds,
            evidence: sent.evidence,
            peer: sent.peer.as_deref().map(id).transpose()?,
            days: sent.days,
        };
        let row = authority::verify(&face.app, &may, id(&text)?, &verified).await?;
        Ok(MadeOut { id: row.id.to_string() })
    };
    answer(StatusCode::CREATED, done.await)
}

/// Who decides together at a company.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitteeOut {
    /// The company.
    pub account: String,
    /// Parts with somebody who was verified.
    pub verified: usize,
    /// Its parts.
    pub seats: Vec<CommitteeSeatOut>,
}

/// A part of a committee.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitteeSeatOut {
    /// The part.
    pub role: String,
    /// Who has it.
    pub person: Option<String>,
    /// Their name.
    pub name: String,
    /// `holds`, `not`, `expired`, `unknown`.
    pub standing: &'static str,
    /// The peer who said so, by name.
    pub peer: String,
    /// An introduction to them is under way or was made.
    pub introduced: bool,
}

/// A part to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitteeSeatIn {
    /// The part.
    pub role: String,
    /// Who has it, if known.
    pub person: Option<String>,
    /// What is known of the part; names nobody.
    #[serde(default)]
    pub note: String,
}

fn committee_out(found: &Committee) -> CommitteeOut {
    let seat = |seat: &committee::Seat| CommitteeSeatOut {
        role: seat.row.role.clone(),
        person: seat.person.as_ref().map(|p| p.id.to_string()),
        name: seat.person.as_ref().map(|p| p.name.clone()).unwrap_or_default(),
        standing: standing_word(seat.standing),
        peer: seat.peer.clone(),
        introduced: seat.introduced,
    };
    CommitteeOut {
        account: found.account.id.to_string(),
        verified: found.verified().0,
        seats: found.seats.iter().map(seat).collect(),
    }
}

/// Who decides together at a company.
#[utoipa::path(get, path = "/v1/committees/{account}", tag = "introductions",
    params(("account" = String, Path, description = "The company")),
    responses((status = 200, description = "The committee", body = CommitteeOut)))]
pub async fn committee_of(
    State(face): State<Face>,
    caller: Caller,
    Path(text): Path<String>,
) -> Response {
    let found = async {
        let may = caller.may::<ReadIntroductions>()?;
        Ok(committee_out(&committee::one(&face.app, &may, id(&text)?).await?))
    };
    answer(StatusCode::OK, found.await)
}

/// Sets a part of a committee.
#[utoipa::path(post, path = "/v1/committees/{account}", tag = "introductions",
    request_body = CommitteeSeatIn, params(("account" = String, Path, description = "The company")),
    responses((status = 200, description = "Set", body = CommitteeOut)))]
pub async fn set_committee(
    State(face): State<Face>,
    caller: Caller,
    Path(text): Path<String>,
    body: Body<CommitteeSeatIn>,
) -> Response {
    let done = async {
        let may = caller.may::<AskIntroduction>()?;
        let sent = body.value;
        let person = sent.person.as_deref().map(id::<PersonId>).transpose()?;
        let typed = committee::Typed { role: sent.role, person, note: sent.note };
        committee::set(&face.app, &may, id(&text)?, &typed).await?;
        let read = caller.may::<ReadIntroductions>()?;
        Ok(committee_out(&committee::one(&face.app, &read, id(&text)?).await?))
    };
    answer(StatusCode::OK, done.await)
}
