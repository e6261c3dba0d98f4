//! Groups and recruiting, for programs.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use warmpath_app::policy::{ReadIntroductions, RunIntroductions};
use warmpath_app::programme::groups::{self, Group, SEATS_MAX, Wish};
use warmpath_app::programme::recruit::{self, Agreement, Move};

use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::api::programme::{MadeOut, answer, id};
use crate::server::Face;

/// A group of people who introduce each other.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupOut {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// `informal`, `formal`, `platform`.
    pub mode: String,
    /// Who may join.
    pub criteria: String,
    /// `open`, `closed`.
    pub state: String,
    /// Seats taken, of 18.
    pub seated: usize,
    /// Its seats: taken and waited for.
    pub seats: Vec<SeatOut>,
    /// The next call or event (RFC 3339).
    pub next: Option<String>,
    /// What the caller may do now: `admit`, `list`.
    pub allowed_actions: Vec<String>,
}

/// A seat.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeatOut {
    /// Its id.
    pub id: String,
    /// Who.
    pub person: String,
    /// Their name.
    pub name: String,
    /// Their trade.
    pub trade: String,
    /// `seated`, `waiting`.
    pub state: String,
    /// 1 to 18 while seated.
    pub place: i64,
}

/// Groups.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupsOut {
    /// By name.
    pub data: Vec<GroupOut>,
}

/// A group to found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupIn {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// `informal`, `formal`, `platform`.
    pub mode: String,
    /// Who may join.
    pub criteria: String,
    /// The member who is reminded; the caller unless said.
    pub keeper: Option<String>,
    /// Days between two calls; 0 for none.
    pub call_days: i64,
    /// Days between two events; 0 for none.
    pub event_days: i64,
}

/// Somebody who wants a seat.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatIn {
    /// Who.
    pub person: String,
    /// Their trade.
    pub trade: String,
    /// Trades and companies they compete with.
    #[serde(default)]
    pub competes: Vec<String>,
    /// Put them on the list instead.
    #[serde(default)]
    pub waits: bool,
}

/// Why somebody leaves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveIn {
    /// `moved_on`, `too_little_time`, `conflict`, `absent`.
    pub reason: String,
}

fn group_out(group: &Group, caller: &Caller) -> GroupOut {
    let row = &group.row;
    let seats = group.seats.iter().filter(|(seat, _)| seat.state != "left");
    let seats = seats.map(|(seat, name)| SeatOut {
        id: seat.id.to_string(),
        person: seat.person.to_string(),
        name: name.clone(),
        trade: seat.trade.clone(),
        state: seat.state.clone(),
        place: seat.place,
    });
    let may = caller.may::<RunIntroductions>().is_ok() && row.state == "open";
    let mut allowed = Vec::new();
    if may && group.seated() < SEATS_MAX {
        allowed.push("admit".to_owned());
    }
    if may {
        allowed.push("list".to_owned());
    }
    GroupOut {
        id: row.id.to_string(),
        name: row.name.clone(),
        purpose: row.purpose.clone(),
        mode: row.mode.clone(),
        criteria: row.criteria.clone(),
        state: row.state.clone(),
        seated: group.seated(),
        seats: seats.collect(),
        next: group.next().map(|next| next.due_at.to_string()),
        allowed_actions: allowed,
    }
}

/// Groups, by name.
#[utoipa::path(get, path = "/v1/groups", tag = "connectors",
    responses((status = 200, description = "Groups", body = GroupsOut)))]
pub async fn list(State(face): State<Face>, caller: Caller) -> Response {
    let found = async {
        let all = groups::all(&face.app, &caller.may::<ReadIntroductions>()?).await?;
        Ok(GroupsOut { data: all.iter().map(|group| group_out(group, &caller)).collect() })
    };
    answer(StatusCode::OK, found.await)
}

/// One group.
#[utoipa::path(get, path = "/v1/groups/{id}", tag = "connectors",
    params(("id" = String, Path, description = "The group")),
    responses((status = 200, description = "The group", body = GroupOut)))]
pub async fn one(State(face): State<Face>, caller: Caller, Path(text): Path<String>) -> Response {
    let found = async {
        let may = caller.may::<ReadIntroductions>()?;
        Ok(group_out(&groups::one(&face.app, &may, id(&text)?).await?, &caller))
    };
    answer(StatusCode::OK, found.await)
}

/// Founds a group.
#[utoipa::path(post, path = "/v1/groups", tag = "connectors", request_body = GroupIn,
    responses(
        (status = 201, description = "Founded", body = MadeOut),
        (status = 422, description = "Something is missing", body = crate::api::ProblemOut),
    ))]
pub async fn found(State(face): State<Face>, caller: Caller, body: Body<GroupIn>) -> Response {
    let done = async {
        let may = caller.may::<RunIntroductions>()?;
        let sent = body.value;
        let typed = groups::Typed {
            name: sent.name,
            purpose: sent.purpose,
            mode: sent.mode,
            criteria: sent.criteria,
            keeper: sent.keeper.as_deref().map(id).transpose()?,
            call_days: sent.call_days,
            event_days: sent.event_days,
        };
        let made = groups::save(&face.app, &may, None, &typed).await?;
        Ok(MadeOut { id: made.to_string() })
    };
    answer(StatusCode::CREATED, done.await)
}

/// Gives a seat, or puts somebody on the list.
#[utoipa::path(post, path = "/v1/groups/{id}/seats", tag = "connectors", request_body = SeatIn,
    params(("id" = String, Path, description = "The group")),
    responses(
        (status = 201, description = "Seated, or on the list", body = MadeOut),
        (status = 409, description = "The seat is taken, or they compete", body = crate::api::ProblemOut),
    ))]
pub async fn seat(
    State(face): State<Face>,
    caller: Caller,
    Path(text): Path<String>,
    body: Body<SeatIn>,
) -> Response {
    let done = async {
        let may = caller.may::<RunIntroductions>()?;
        let sent = body.value;
        let person = Some(id(&sent.person)?);
        let wish = Wish { person, trade: sent.trade, competes: sent.competes };
        let made = groups::admit(&face.app, &may, id(&text)?, &wish, sent.waits).await?;
        Ok(MadeOut { id: made.to_string() })
    };
    answer(StatusCode::CREATED, done.await)
}

/// Frees a seat, or takes somebody off the list.
#[utoipa::path(post, path = "/v1/seats/{id}/leave", tag = "connectors", request_body = LeaveIn,
    params(("id" = String, Path, description = "The seat")),
    responses((status = 200, description = "Free", body = MadeOut)))]
pub async fn leave(
    State(face): State<Face>,
    caller: Caller,
    Path(text): Path<String>,
    body: Body<LeaveIn>,
) -> Response {
    let done = async {
        let may = caller.may::<RunIntroductions>()?;
        groups::leave(&face.app, &may, id(&text)?, &body.value.reason).await?;
        Ok(MadeOut { id: text.clone() })
    };
    answer(StatusCode::OK, done.await)
}

/// Somebody on the way to become a connector.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecruitOut {
    /// Who.
    pub person: String,
    /// Their name.
    pub name: String,
    /// Their trade.
    pub trade: String,
    /// Which deciders they serve as well.
    pub serves: String,
    /// `candidate`, `approached`, `talking`, `agreed`, `active`, `declined`.
    pub step: String,
    /// What was offered first.
    pub offer: String,
    /// In this step since (RFC 3339).
    pub since: String,
}

/// Everybody on the way.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecruitsOut {
    /// In the order of the steps.
    pub data: Vec<RecruitOut>,
    /// Active connectors; fifteen are won before the list grows.
    pub active: usize,
    /// Connectors and candidates who are not active.
    pub passive: usize,
}

/// A step on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveIn {
    /// The next step, or `declined`.
    pub to: String,
    /// What is offered first; needed to approach.
    #[serde(default)]
    pub offer: String,
    /// `no_time`, `no_fit`, `conflict`, `no_answer`; needed for a decline.
    #[serde(default)]
    pub reason: String,
}

/// What a connector agreed to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementIn {
    /// What they do.
    pub what: String,
    /// How often at most.
    pub how_often: String,
    /// What they have of it.
    pub in_return: String,
}

/// Everybody on the way to become a connector.
#[utoipa::path(get, path = "/v1/recruits", tag = "connectors",
    responses((status = 200, description = "On the way", body = RecruitsOut)))]
pub async fn recruits(State(face): State<Face>, caller: Caller) -> Response {
    let found = async {
        let all = recruit::pipeline(&face.app, &caller.may::<ReadIntroductions>()?).await?;
        let data = all.list.iter().map(|(row, who)| RecruitOut {
            person: row.person.to_string(),
            name: who.name.clone(),
            trade: row.trade.clone(),
            serves: row.serves.clone(),
            step: row.step.clone(),
            offer: row.offer.clone(),
            since: row.since.to_string(),
        });
        Ok(RecruitsOut { data: data.collect(), active: all.active, passive: all.passive })
    };
    answer(StatusCode::OK, found.await)
}

/// Moves somebody one step on.
#[utoipa::path(post, path = "/v1/recruits/{id}/step", tag = "connectors", request_body = MoveIn,
    params(("id" = String, Path, description = "The person")),
    responses(
        (status = 200, description = "Moved", body = MadeOut),
        (status = 409, description = "A step is missing", body = crate::api::ProblemOut),
    ))]
pub async fn step(
    State(face): State<Face>,
    caller: Caller,
    Path(text): Path<String>,
    body: Body<MoveIn>,
) -> Response {
    let done = async {
        let may = caller.may::<RunIntroductions>()?;
        let MoveIn { to, offer, reason } = body.value;
        recruit::advance(&face.app, &may, id(&text)?, &Move { to, offer, reason }).await?;
        Ok(MadeOut { id: text.clone() })
    };
    answer(StatusCode::OK, done.await)
}

/// Writes down what a connector agreed to.
#[utoipa::path(post, path = "/v1/connectors/{id}/agreement", tag = "connectors",
    request_body = AgreementIn, params(("id" = String, Path, description = "The connector")),
    responses((status = 201, description = "Written down", body = MadeOut)))]
pub async fn agree(
    State(face): State<Face>,
    caller: Caller,
    Path(text): Path<String>,
    body: Body<AgreementIn>,
) -> Response {
    let done = async {
        let may = caller.may::<RunIntroductions>()?;
        let AgreementIn { what, how_often, in_return } = body.value;
        let typed = Agreement { what, how_often, in_return };
        let edition = recruit::agree(&face.app, &may, id(&text)?, &typed).await?;
        Ok(MadeOut { id: edition.to_string() })
    };
    answer(StatusCode::CREATED, done.await)
}
