//! The referrer's status page: what became of an introduction, as far as the person lets them know.

use jiff::Timestamp;
use warmpath_core::consent::{Answer, ConsentState};
use warmpath_core::referral::ReferralState;
use warmpath_store::table::access::{self, LinkRow};
use warmpath_store::table::clock::{self, AcknowledgementRow};
use warmpath_store::table::consent::{self, ConsentRow};
use warmpath_store::table::ledger::{self, EntryRow};
use warmpath_store::table::mail::{self, MailRow};
use warmpath_store::table::person::{self, PersonRow};
use warmpath_store::table::referral::{self, ReferralRow, TextRow};
use warmpath_store::table::workspace::{self, WorkspaceRow};

use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::link::{self, Purpose};
use crate::told::Told;
use crate::wording;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct Status {
    /// The workspace.
    pub workspace: WorkspaceRow,
    /// The referral.
    pub referral: ReferralRow,
    /// Who was introduced.
    pub person: PersonRow,
    /// Who introduced them.
    pub referrer: PersonRow,
    /// Language of the texts to pass on.
    pub language: String,
    /// What the referrer said, first words and additions.
    pub words: Vec<TextRow>,
    /// What happened.
    pub milestones: Vec<Milestone>,
    /// The link to pass on, while nobody answered.
    pub pass_on: Option<PassOn>,
    /// The thank-you, once it was said.
    pub thanks: Option<Thanks>,
    /// Words can be added.
    pub may_add: bool,
    /// Introductions of the last twelve months.
    pub year: Year,
    /// The entry of the handing over.
    pub entry: Option<EntryRow>,
    /// What forms of the page must send back.
    pub nonce: String,
}

/// A link to pass on.
#[derive(Debug, Clone)]
pub struct PassOn {
    /// Its address.
    pub address: String,
    /// The text to copy, in the referrer's language.
    pub text: String,
    /// When it ends.
    pub ends: Timestamp,
    /// It has ended: a fresh one can be made.
    pub over: bool,
}

/// A thank-you by a named person.
#[derive(Debug, Clone)]
pub struct Thanks {
    /// The words; empty when it was said by phone.
    pub words: String,
    /// Who.
    pub member: String,
    /// When.
    pub at: Timestamp,
}

/// A year in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Year {
    /// Introductions made.
    pub made: usize,
    /// Of these, thanked within the time promised.
    pub thanked_in_time: usize,
}

/// Something the referrer may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// They handed the person over.
    HandedOver,
    /// The person answered.
    Answered,
    /// A meeting took place.
    Met,
    /// It did not fit; no more is said.
    DidNotFit,
    /// They spoke, and nothing came of it.
    NothingCame,
    /// Nobody answered, and what was told is deleted.
    Unanswered,
}

/// A step with its day; none is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone {
    /// What.
    pub step: Step,
    /// When; none where it has not happened, or where the day is not theirs to know.
    pub at: Option<Timestamp>,
    /// It happened.
    pub done: bool,
}

impl Milestone {
    fn done(step: Step, at: Option<Timestamp>) -> Self {
        Self { step, at, done: true }
    }

    fn to_come(step: Step) -> Self {
        Self { step, at: None, done: false }
    }
}

/// What a referrer may know of a lead: that the person answered and that it did not fit, always;
/// whether a meeting took place and what came of it, only if the person allows it.
pub fn milestones(
    received_at: Timestamp,
    lead: &ReferralRow,
    consent: Option<&ConsentRow>,
) -> Vec<Milestone> {
    use ReferralState as S;
    let mut found = vec![Milestone::done(Step::HandedOver, Some(received_at))];
    if lead.state == S::Expired {
        found.push(Milestone::done(Step::Unanswered, lead.closed_at));
        return found;
    }
    let refused =
        consent.is_some_and(|c| matches!(c.state, ConsentState::Refused | ConsentState::Withdrawn));
    if refused || lead.state == S::Withdrawn {
        // A refusal and a withdrawal look the same, and carry no day.
        found.push(Milestone::done(Step::DidNotFit, None));
        return found;
    }
    let answered = consent.and_then(|c| {
        let counts = [Answer::Yes.as_str(), Answer::Later.as_str()].contains(&c.answer.as_str());
        c.answered_at.filter(|_| counts)
    });
    match answered {
        Some(at) => found.push(Milestone::done(Step::Answered, Some(at))),
        None => found.push(Milestone::to_come(Step::Answered)),
    }
    let shares = consent.is_some_and(|c| c.share_milestones && c.state == ConsentState::Active);
    let ended = matches!(lead.state, S::Declined | S::Failed | S::Lost | S::Cancelled);
    match (shares, lead.met_at) {
        (true, Some(at)) => found.push(Milestone::done(Step::Met, Some(at))),
        (true, None) if !ended => found.push(Milestone::to_come(Step::Met)),
        _ => {}
    }
    if ended {
        let end = match (shares, lead.met_at.or(lead.contacted_at)) {
            (true, Some(_)) => Milestone::done(Step::NothingCame, lead.closed_at),
            _ => Milestone::done(Step::DidNotFit, None),
        };
        found.retain(|m| m.done);
        found.push(end);
    }
    found
}

/// Shows the page; changes nothing.
///
/// # Errors
/// [`Failure::Link`] when it does not work any more.
pub async fn run(app: &App, token: &str) -> Result<Status, Failure> {
    let unknown = || Failure::Link(LinkTrouble::Unknown);
    let link = link::find(app, token, Purpose::Status).await?;
    if link.expires_at <= app.now() {
        return Err(Failure::Link(LinkTrouble::Ended));
    }
    let (db, ws) = (app.db(), link.workspace);
    let id = link.referral.ok_or_else(unknown)?;
    let row = referral::referral(db, ws, id).await?.ok_or_else(unknown)?;
    let person = person::person(db, ws, row.person).await?.ok_or_else(unknown)?;
    let referrer = person::person(db, ws, row.referrer).await?.ok_or_else(unknown)?;
    if referrer.erased_at.is_some() {
        return Err(Failure::Link(LinkTrouble::Ended));
    }
    let workspace = workspace::workspace(db, ws).await?.ok_or_else(unknown)?;
    let consent = match row.consent {
        Some(id) => consent::consent(db, ws, id).await?,
        None => None,
    };
    let lead = lead_behind(app, &row).await?;
    let texts = referral::texts(db, ws, id).await?;
    let person = Told::of(&texts).named(person);
    let words: Vec<TextRow> = texts.into_iter().filter(|t| t.slot == "context").collect();
    let entries = ledger::about(db, ws, &id.to_string(), 100).await?;
    let language = consent.as_ref().map_or("en", |c| c.language.as_str()).to_owned();
    Ok(Status {
        pass_on: pass_on(app, &row, &person, &workspace, &language).await?,
        milestones: milestones(row.received_at, lead.as_ref().unwrap_or(&row), consent.as_ref()),
        thanks: thanks(app, &row).await?,
        may_add: !row.state.is_final() && !words.is_empty(),
        year: year(app, &row).await?,
        entry: entries.into_iter().find(|e| e.kind == "referral.received"),
        nonce: link.nonce,
        referral: row,
        workspace,
        person,
        referrer,
        language,
        words,
    })
}

/// A referral that was joined with another shows what became of that one.
async fn lead_behind(app: &App, row: &ReferralRow) -> Result<Option<ReferralRow>, Failure> {
    let Some(lead) = row.duplicate_of else { return Ok(None) };
    Ok(referral::referral(app.db(), row.workspace, lead).await?)
}

async fn pass_on(
    app: &App,
    row: &ReferralRow,
    person: &PersonRow,
    workspace: &WorkspaceRow,
    language: &str,
) -> Result<Option<PassOn>, Failure> {
    if !matches!(row.state, ReferralState::Received | ReferralState::Verified) {
        return Ok(None);
    }
    let links = access::links_of(app.db(), row.workspace, row.id).await?;
    let usable = |l: &&LinkRow| {
        l.purpose == Purpose::Answer.as_str() && l.used_at.is_none() && l.revoked_at.is_none()
    };
    let Some(link) = links.iter().find(usable) else { return Ok(None) };
    let token = link::token_of(app, row.workspace, link.id);
    let address = format!("{}/a/{token}", app.config.public_url);
    Ok(Some(PassOn {
        text: wording::pass_on(workspace, &person.name, &address, language),
        address,
        ends: link.expires_at,
        over: link.expires_at <= app.now(),
    }))
}

async fn thanks(app: &App, row: &ReferralRow) -> Result<Option<Thanks>, Failure> {
    let (db, ws) = (app.db(), row.workspace);
    let owed = clock::acknowledgement_of(db, ws, row.id).await?;
    let Some((owed, at)) = owed.and_then(|o| o.sent_at.map(|at| (o, at))) else {
        return Ok(None);
    };
    let letter: Option<MailRow> = match owed.mail {
        Some(id) => mail::mail(db, ws, id).await?,
        None => None,
    };
    let member = match owed.member {
        Some(id) => workspace::member(db, ws, id).await?.map(|m| m.name),
        None => None,
    };
    let words = letter.map(|m| m.body).unwrap_or_default();
    Ok(Some(Thanks { words, member: member.unwrap_or_default(), at }))
}

async fn year(app: &App, row: &ReferralRow) -> Result<Year, Failure> {
    let since = app.now() - jiff::SignedDuration::from_hours(24 * 365);
    let (db, ws) = (app.db(), row.workspace);
    let made = referral::by_referrer(db, ws, row.referrer).await?;
    let made: Vec<_> = made.iter().filter(|m| m.received_at >= since).map(|m| m.id).collect();
    let owed = clock::acknowledgements_of(db, ws, &made).await?;
    let in_time = |o: &&AcknowledgementRow| o.sent_at.is_some_and(|at| at <= o.due_at);
    Ok(Year { made: made.len(), thanked_in_time: owed.iter().filter(in_time).count() })
}
