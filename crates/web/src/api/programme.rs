//! The programme around introductions, for programs: asks to all, offers, the playbook and what is worth
//! sharing. Words that name nobody stay so.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use warmpath_app::Failure;
use warmpath_app::policy::{AskIntroduction, KeepGoodwill, ReadIntroductions};
use warmpath_app::programme::bulletin::{self, Bulletin};
use warmpath_app::programme::offer::{self, Verdict};
use warmpath_app::programme::playbook::{self, Play};
use warmpath_app::programme::useful::{self, Done};
use warmpath_app::programme::{BlindWords, bulletin::is_open};
use warmpath_app::rows::{OfferRow, PersonRow};

use crate::api::body::Body;
use crate::api::caller::Caller;
use crate::refuse;
use crate::server::Face;

/// Done, or the refusal; what was made is in the answer.
pub(super) fn answer<T: Serialize>(status: StatusCode, done: Result<T, Failure>) -> Response {
    match done {
        Ok(out) => (status, Json(out)).into_response(),
        Err(failure) => refuse::problem(&failure),
    }
}

/// An id of the wanted kind; another is nothing here.
pub(super) fn id<I: std::str::FromStr>(text: &str) -> Result<I, Failure> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// The id of what was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeOut {
    /// Its id.
    pub id: String,
}

/// Words that name nobody.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlindOut {
    /// "CFO".
    pub role: String,
    /// "chemicals".
    pub industry: String,
    /// "500 to 1,000 people".
    pub size: String,
    /// "closing five plants in one week".
    pub topic: String,
}

impl From<BlindWords> for BlindOut {
    fn from(words: BlindWords) -> Self {
        let BlindWords { role, industry, size, topic } = words;
        Self { role, industry, size, topic }
    }
}

impl From<BlindOut> for BlindWords {
    fn from(words: BlindOut) -> Self {
        let BlindOut { role, industry, size, topic } = words;
        Self { role, industry, size, topic }
    }
}

/// An ask to all connectors who might know somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulletinIn {
    /// Words that name nobody.
    pub words: BlindOut,
    /// What the person met has of it.
    pub benefit: String,
    /// Whom one has in mind; shown to nobody who is asked.
    pub target: Option<String>,
    /// Open for so many days.
    pub days: i64,
}

/// An ask to all, with who may know somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulletinOut {
    /// Its id.
    pub id: String,
    /// Words that name nobody.
    pub words: BlindOut,
    /// Open until (RFC 3339).
    pub until: String,
    /// It takes answers.
    pub open: bool,
    /// Connectors who may know somebody.
    pub may_know: Vec<MayKnowOut>,
    /// How many passed; never who.
    pub passed: usize,
    /// What the caller may do now: `close`.
    pub allowed_actions: Vec<String>,
}

/// A connector who may know somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct MayKnowOut {
    /// The connector.
    pub connector: String,
    /// Their name.
    pub name: String,
    /// `well` or `a_little`.
    pub how_well: String,
    /// The introduction it became.
    pub introduction: Option<String>,
}

/// Asks to all.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulletinsOut {
    /// Latest first.
    pub data: Vec<BulletinOut>,
}

fn bulletin_out(one: &Bulletin, face: &Face, caller: &Caller) -> BulletinOut {
    let open = is_open(&one.row, face.app.now());
    let mine = caller.may::<AskIntroduction>().is_ok_and(|may| may.member() == one.row.requester);
    let knows = |a: &bulletin::Answer| MayKnowOut {
        connector: a.connector.id.to_string(),
        name: a.connector.name.clone(),
        how_well: a.row.how_well.clone(),
        introduction: a.row.introduction.map(|id| id.to_string()),
    };
    BulletinOut {
        id: one.row.id.to_string(),
        words: bulletin::words(&one.row).into(),
        until: one.row.until.to_string(),
        open,
        may_know: one.may_know.iter().map(knows).collect(),
        passed: one.passed,
        allowed_actions: (open && mine).then(|| "close".to_owned()).into_iter().collect(),
    }
}

/// Asks to all, latest first.
#[utoipa::path(get, path = "/v1/bulletins", tag = "introductions",
    responses((status = 200, description = "Asks to all", body = BulletinsOut)))]
pub async fn bulletins(State(face): State<Face>, caller: Caller) -> Response {
    let found = async {
        let all = bulletin::all(&face.app, &caller.may::<ReadIntroductions>()?).await?;
        let data = all.iter().map(|one| bulletin_out(one, &face, &caller)).collect();
        Ok(BulletinsOut { data })
    };
    answer(StatusCode::OK, found.await)
}

/// Asks all connectors who might know somebody.
#[utoipa::path(post, path = "/v1/bulletins", tag = "introductions", request_body = BulletinIn,
    responses(
        (status = 201, description = "Asked", body = MadeOut),
        (status = 409, description = "Too many are open", body = crate::api::ProblemOut),
        (status = 422, description = "A word is missing or names somebody", body = crate::api::ProblemOut),
    ))]
pub async fn ask_all(State(face): State<Face>, caller: Caller, body: Body<BulletinIn>) -> Response {
    let done = async {
        let may = caller.may::<AskIntroduction>()?;
        let sent = body.value;
        let typed = bulletin::Typed {
            words: sent.words.into(),
            benefit: sent.benefit,
            target: sent.target.as_deref().map(id).transpose()?,
            profile: String::new(),
            days: sent.days,
        };
        let made = bulletin::ask(&face.app, &may, &typed).await?;
        Ok(MadeOut { id: made.to_string() })
    };
    answer(StatusCode::CREATED, done.await)
}

/// Closes an ask to all.
#[utoipa::path(post, path = "/v1/bulletins/{id}/close", tag = "introductions",
    params(("id" = String, Path, description = "The ask")),
    responses((status = 200, description = "Closed", body = MadeOut)))]
pub async fn close_bulletin(
    State(face): State<Face>,
    caller: Caller,
    Path(text): Path<String>,
) -> Response {
    let done = async {
        let may = caller.may::<AskIntroduction>()?;
        bulletin::close(&face.app, &may, id(&text)?).await?;
        Ok(MadeOut { id: text.clone() })
    };
    answer(StatusCode::OK, done.await)
}

/// An introduction that a connector offers.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferOut {
    /// Its id.
    pub id: String,
    /// The connector.
    pub connector: String,
    /// Their name.
    pub name: String,
    /// Words that name nobody.
    pub words: BlindOut,
    /// How well they know them.
    pub how_well: String,
    /// `open`, `taken`, `declined`, `withdrawn`.
    pub state: String,
    /// The introduction it became.
    pub introduction: Option<String>,
    /// Offered (RFC 3339).
    pub created_at: String,
    /// What the caller may do now: `take`, `decline`.
    pub allowed_actions: Vec<String>,
}

/// Offers.
#[derive(Debug, Serialize, ToSchema)]
pub struct OffersOut {
    /// Those that wait first, then latest first.
    pub data: Vec<OfferOut>,
}

/// What a member does with an offer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferIn {
    /// `take` or `decline`.
    pub action: String,
    /// Why it is declined: `not_our_field`, `not_now`, `known_already`.
    #[serde(default)]
    pub reason: String,
}

fn offer_out((row, maker): &(OfferRow, PersonRow), caller: &Caller) -> OfferOut {
    let may = caller.may::<AskIntroduction>().is_ok() && row.state == "open";
    let allowed: &[&str] = if may { &["take", "decline"] } else { &[] };
    OfferOut {
        id: row.id.to_string(),
        connector: row.connector.to_string(),
        name: maker.name.clone(),
        words: offer::words(row).into(),
        how_well: row.how_well.clone(),
        state: row.state.clone(),
        introduction: row.introduction.map(|id| id.to_string()),
        created_at: row.created_at.to_string(),
        allowed_actions: allowed.iter().map(|&action| action.to_owned()).collect(),
    }
}

/// Introductions that connectors offer.
#[utoipa::path(get, path = "/v1/offers", tag = "introductions",
    responses((status = 200, description = "Offers", body = OffersOut)))]
pub async fn offers(State(face): State<Face>, caller: Caller) -> Response {
    let found = async {
        let all = offer::all(&face.app, &caller.may::<ReadIntroductions>()?).await?;
        Ok(OffersOut { data: all.iter().map(|one| offer_out(one, &caller)).collect() })
    };
    answer(StatusCode::OK, found.await)
}

/// Takes an offer up, or declines it.
#[utoipa::path(post, path = "/v1/offers/{id}/decide", tag = "introductions", request_body = OfferIn,
    params(("id" = String, Path, description = "The offer")),
    responses(
        (status = 200, description = "Answered", body = MadeOut),
        (status = 409, description = "Somebody was faster", body = crate::api::ProblemOut),
    ))]
pub async fn decide_offer(
    State(face): State<Face>,
    caller: Caller,
    Path(text): Path<String>,
    body: Body<OfferIn>,
) -> Response {
    let done = async {
        let may = caller.may::<AskIntroduction>()?;
        let verdict = match body.value.action.as_str() {
            "take" => Verdict::Take(None),
            "decline" => Verdict::Decline(body.value.reason.clone()),
            _ => return Err(refuse::invalid("action", "action_unknown", "Say take or decline.")),
        };
        offer::decide(&face.app, &may, id(&text)?, &verdict).await?;
        Ok(MadeOut { id: text.clone() })
    };
    answer(StatusCode::OK, done.await)
}

/// A way of saying it, with what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlayOut {
    /// The text without names, addresses and figures.
    pub text: String,
    /// How often it was sent.
    pub sent: usize,
    /// Targets who said yes, no, or nothing.
    pub yes: usize,
    /// Who said no.
    pub no: usize,
    /// Who did not answer.
    pub silent: usize,
    /// Meetings held.
    pub held: usize,
    /// Opportunities.
    pub opportunities: usize,
    /// The share of yes with its interval of 95 %; none while there are too few.
    pub yes_share: Option<[f64; 3]>,
}

/// The playbook.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaybookOut {
    /// Proven ways first.
    pub data: Vec<PlayOut>,
}

/// Messages that were sent, by what came of them.
#[utoipa::path(get, path = "/v1/playbook", tag = "introductions",
    responses((status = 200, description = "The playbook", body = PlaybookOut)))]
pub async fn playbook_of(State(face): State<Face>, caller: Caller) -> Response {
    let out = |play: &Play| PlayOut {
        text: play.text.clone(),
        sent: play.sent,
        yes: play.yes,
        no: play.no,
        silent: play.silent,
        held: play.held,
        opportunities: play.opportunities,
        yes_share: play.yes_share().map(|(share, low, high)| [share, low, high]),
    };
    let found = async {
        let plays = playbook::run(&face.app, &caller.may::<ReadIntroductions>()?).await?;
        Ok(PlaybookOut { data: plays.iter().map(out).collect() })
    };
    answer(StatusCode::OK, found.await)
}

/// Something worth sharing with a connector.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsefulOut {
    /// The connector.
    pub connector: String,
    /// Their name.
    pub name: String,
    /// The piece of news.
    pub signal: String,
    /// What it says.
    pub text: String,
    /// Who says so.
    pub source: String,
    /// The day it happened.
    pub day: String,
    /// It is about their own company.
    pub own_company: bool,
}

/// What is worth sharing.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsefulsOut {
    /// Their own companies first, then the latest.
    pub data: Vec<UsefulOut>,
}

/// What a member did with it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsefulIn {
    /// The connector.
    pub connector: String,
    /// The piece of news.
    pub signal: String,
    /// It was shared; else it is not worth it.
    pub shared: bool,
}

/// What is worth sharing with connectors.
#[utoipa::path(get, path = "/v1/useful", tag = "introductions",
    responses((status = 200, description = "What is worth sharing", body = UsefulsOut)))]
pub async fn usefuls(State(face): State<Face>, caller: Caller) -> Response {
    let out = |one: &useful::Suggestion| UsefulOut {
        connector: one.connector.id.to_string(),
        name: one.connector.name.clone(),
        signal: one.signal.id.to_string(),
        text: one.signal.text.clone(),
        source: one.signal.source.clone(),
        day: one.signal.day.clone(),
        own_company: one.own,
    };
    let found = async {
        let all = useful::suggestions(&face.app, &caller.may::<ReadIntroductions>()?).await?;
        Ok(UsefulsOut { data: all.iter().map(out).collect() })
    };
    answer(StatusCode::OK, found.await)
}

/// Notes what became of it; shared counts as a give, once.
#[utoipa::path(post, path = "/v1/useful", tag = "introductions", request_body = UsefulIn,
    responses(
        (status = 200, description = "Noted", body = MadeOut),
        (status = 409, description = "It was noted before", body = crate::api::ProblemOut),
    ))]
pub async fn note_useful(
    State(face): State<Face>,
    caller: Caller,
    body: Body<UsefulIn>,
) -> Response {
    let done = async {
        let may = caller.may::<KeepGoodwill>()?;
        let sent = body.value;
        let done = if sent.shared { Done::Shared } else { Done::Dismissed };
        let both = (id(&sent.connector)?, id(&sent.signal)?);
        useful::note(&face.app, &may, both, done).await?;
        Ok(MadeOut { id: sent.signal })
    };
    answer(StatusCode::OK, done.await)
}
