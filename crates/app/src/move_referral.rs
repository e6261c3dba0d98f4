//! A member moves a referral: accepts, declines, logs contact, hands to a colleague, and the rest
//! of the table.

use jiff::Timestamp;
use warmpath_core::id::{MemberId, ReferralId};
use warmpath_core::referral::decide::{Clock as ClockName, Decision, Effect};
use warmpath_core::referral::{Action, Command, ReferralState, Refusal, Standing, allowed};
use warmpath_core::role::Role;
use warmpath_core::sla::{self, ClockKind, Policy};
use warmpath_store::Applied;
use warmpath_store::table::clock as clocks;
use warmpath_store::table::ledger;
use warmpath_store::table::referral::{self, ReferralRow};
use warmpath_store::table::workspace::{self, MemberRow};

use crate::advance_referral;
use crate::context::App;
use crate::error::Failure;
use crate::pick_owner;
use crate::policy::{Grant, MoveReferral, Principal};
use crate::renew_link;
use crate::route_referral;
use crate::run_clock;
use crate::unit::{Happening, Unit};

/// What a member wants.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The action.
    pub action: Action,
    /// A coded reason, where one is needed.
    pub reason: Option<String>,
    /// The owner to be.
    pub owner: Option<MemberId>,
    /// When to come back.
    pub until: Option<Timestamp>,
    /// The version the member saw; a newer one is a conflict that says what happened.
    pub version: Option<i64>,
}

impl Wish {
    /// Just this.
    pub fn new(action: Action) -> Self {
        Self { action, reason: None, owner: None, until: None, version: None }
    }
}

/// How a member stands to a referral.
pub fn standings(principal: &Principal, row: &ReferralRow, team: &[MemberRow]) -> Vec<Standing> {
    let mut found = Vec::new();
    if row.owner == Some(principal.member) {
        found.push(Standing::Owner);
    }
    if row.submitted_by == Some(principal.member) {
        found.push(Standing::Referrer);
    }
    if matches!(principal.role, Role::Admin | Role::Revops) || row.arbiter == Some(principal.member)
    {
        found.push(Standing::Revops);
    }
    let leads = |owner: MemberId| team.iter().any(|m| m.id == owner && m.team == principal.team);
    if principal.role == Role::Manager && row.owner.is_some_and(leads) {
        found.push(Standing::Manager);
    }
    found
}

/// What this caller may do now.
pub fn allowed_now(principal: &Principal, row: &ReferralRow, team: &[MemberRow]) -> Vec<Action> {
    allowed(row.state, &standings(principal, row, team))
}

/// Moves it.
///
/// # Errors
/// [`Failure::Refused`] with what is allowed instead, [`Failure::Conflict`] when somebody was
/// faster.
pub async fn run(
    app: &App,
    grant: &Grant<MoveReferral>,
    id: ReferralId,
    wish: &Wish,
) -> Result<ReferralRow, Failure> {
    let members = workspace::members(app.db(), grant.workspace()).await?;
    for round in 0..5 {
        let row = referral::referral(app.db(), grant.workspace(), id).await?;
        let mut row = row.ok_or(Failure::NotFound)?;
        let standings = standings(grant.principal(), &row, &members);
        if standings.is_empty() && !crate::read_referrals::sees_all(grant.principal()) {
            return Err(gone_from_here(app, grant, &row, &members).await?);
        }
        let stale = wish.version.is_some_and(|seen| seen != row.version) || round > 0;
        let mut unit = Unit::new(app, grant.workspace());
        let moved = apply(app, &mut unit, &mut row, &standings, grant, wish).await;
        match moved {
            Ok(()) => {}
            Err(Failure::Refused(Refusal::NotNow { .. })) if stale => {
                let sentence = who_was_faster(app, grant.member(), &row, &members).await?;
                return Err(Failure::Conflict(sentence));
            }
            Err(other) => return Err(other),
        }
        if unit.apply().await? == Applied::Applied {
            return Ok(row);
        }
    }
    Err(Failure::Conflict("Others are working on this referral. Look again.".into()))
}

async fn apply(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
    standings: &[Standing],
    grant: &Grant<MoveReferral>,
    wish: &Wish,
) -> Result<(), Failure> {
    if let Some(owner) = wish.owner {
        check_owner(app, unit, owner).await?;
    }
    let from = row.state;
    let basis = advance_referral::live_consent(app, unit, row).await?.is_some()
        || (!row.basis.is_empty() && row.basis != "opt_in");
    let lead = match wish.action {
        Action::MarkDuplicate => Some(lead_for(app, unit, row).await?),
        _ => None,
    };
    let holds = wish.action == Action::Hold;
    let mut command = Command::new(wish.action, standings.to_vec());
    command.reason.clone_from(&wish.reason);
    // Who holds names an arbiter; the owner stays.
    command.owner = wish.owner.filter(|_| !holds);
    command.until = wish.until;
    let before = row.owner;
    let decision = advance_referral::step(unit, row, command, basis)?;
    stamp(row, wish.action, unit.at);
    if holds {
        row.arbiter = wish.owner.or(Some(grant.member()));
        route_referral::tell_member(app, unit, row, row.arbiter, "held").await?;
    }
    if let Some(lead) = &lead {
        advance_referral::credit_to(unit, row, lead);
    }
    match wish.action {
        Action::RecordNoShow => pick_owner::credit_back(app, unit, row).await?,
        Action::RenewLink => {
            renew_link::renew(app, unit, row)?;
        }
        _ => {}
    }
    follow(app, unit, row, &decision, before).await?;
    let mut happening =
        Happening::new(happening_kind(wish.action), grant.principal().actor(), row.id)
            .of(row.person)
            .with("from", from)
            .with("to", row.state);
    if let Some(reason) = &wish.reason {
        happening = happening.with("reason", code_of(reason));
    }
    if let Some(owner) = wish.owner {
        happening = happening.with("owner", owner);
    }
    unit.record(happening).await?;
    if wish.action == Action::Release {
        advance_referral::resume(app, unit, row).await?;
    }
    row.version += 1;
    unit.push(row.save());
    Ok(())
}

/// The ledger takes codes, not sentences.
fn code_of(reason: &str) -> String {
    let code: String = reason
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .take(60)
        .collect();
    if code.is_empty() { "none".to_owned() } else { code }
}

async fn check_owner(app: &App, unit: &Unit<'_>, owner: MemberId) -> Result<(), Failure> {
    let member = workspace::member(app.db(), unit.workspace, owner).await?;
    let may = member.is_some_and(|m| {
        m.active && matches!(m.role, Role::Admin | Role::Revops | Role::Manager | Role::Seller)
    });
    if may {
        Ok(())
    } else {
        Err(Failure::invalid("owner", "owner_unknown", "Choose a member who works leads."))
    }
}

fn stamp(row: &mut ReferralRow, action: Action, at: Timestamp) {
    match action {
        Action::Accept => row.accepted_at = row.accepted_at.or(Some(at)),
        Action::LogContact => row.contacted_at = row.contacted_at.or(Some(at)),
        Action::LogMeeting => row.met_at = row.met_at.or(Some(at)),
        Action::Reassign => row.routed_at = Some(at),
        Action::Release => row.arbiter = None,
        _ => {}
    }
}

/// What follows from a decision: clocks and who is told.
async fn follow(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    decision: &Decision,
    owner_before: Option<MemberId>,
) -> Result<(), Failure> {
    use sla::Command::{Finish, Pause, Resume};
    let owners = [ClockKind::Accept, ClockKind::Contact];
    for effect in &decision.effects {
        match effect {
            Effect::Start(ClockName::Accept) => {
                run_clock::tell(app, unit, row.id, &[ClockKind::Accept], &Finish).await?;
                start(app, unit, row, ClockKind::Accept, row.owner).await?;
            }
            Effect::Start(ClockName::Contact) => {
                start(app, unit, row, ClockKind::Contact, row.owner).await?;
            }
            Effect::Start(ClockName::Arbiter) => {
                start(app, unit, row, ClockKind::Arbiter, row.arbiter).await?;
            }
            Effect::Start(ClockName::Nurture) => start_nurture(app, unit, row).await?,
            Effect::Meet(ClockName::Accept) => {
                run_clock::tell(app, unit, row.id, &[ClockKind::Accept], &Finish).await?;
            }
            Effect::Meet(ClockName::Contact) => {
                run_clock::tell(app, unit, row.id, &[ClockKind::Contact], &Finish).await?;
            }
            Effect::Meet(ClockName::Arbiter) => {
                run_clock::tell(app, unit, row.id, &[ClockKind::Arbiter], &Finish).await?;
            }
            Effect::Meet(ClockName::Nurture) => {
                run_clock::tell(app, unit, row.id, &[ClockKind::Nurture], &Finish).await?;
            }
            Effect::PauseOwnerClocks => {
                run_clock::tell(app, unit, row.id, &owners, &Pause).await?;
            }
            Effect::ResumeOwnerClocks => {
                run_clock::tell(app, unit, row.id, &owners, &Resume).await?;
            }
            Effect::DropClocks | Effect::StopEverything => {
                run_clock::drop_all(app, unit, row.id).await?;
            }
            Effect::TellOwner if row.owner != owner_before => {
                route_referral::tell_member(app, unit, row, row.owner, "reassigned").await?;
            }
            Effect::TellOwner | Effect::Milestone => {}
        }
    }
    Ok(())
}

async fn start(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    kind: ClockKind,
    member: Option<MemberId>,
) -> Result<(), Failure> {
    // The same allowance as the last clock of this kind on this referral, which the pathway set.
    let earlier = clocks::of_referral(app.db(), unit.workspace, row.id).await?;
    let policy = earlier
        .iter()
        .rev()
        .find(|c| c.kind == run_clock::kind_word(kind))
        .map(|c| c.machine.0.policy.clone());
    route_referral::start_clock(app, unit, row, kind, policy, member).await
}

/// A nurtured referral comes back at its time.
async fn start_nurture(app: &App, unit: &mut Unit<'_>, row: &ReferralRow) -> Result<(), Failure> {
    let Some(until) = row.until else { return Ok(()) };
    let minutes = until.duration_since(unit.at).as_mins().clamp(1, i64::from(u32::MAX));
    let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
    let policy = Policy::new(ClockKind::Nurture, minutes, sla::Measure::Elapsed, Vec::new())
        .unwrap_or_else(|_| Policy::default_for(ClockKind::Nurture));
    route_referral::start_clock(app, unit, row, ClockKind::Nurture, Some(policy), row.owner)
        .await?;
    let key = format!("nurture.return/{}/{}", row.id, until.as_microsecond());
    unit.job("nurture.return", row.id, key, until, &serde_json::json!({}));
    Ok(())
}

/// The lead that a referral of the same person joins.
async fn lead_for(app: &App, unit: &Unit<'_>, row: &ReferralRow) -> Result<ReferralRow, Failure> {
    advance_referral::lead_of(app, unit, row).await?.ok_or_else(|| {
        Failure::invalid("lead", "lead_missing", "There is no other lead of this person to join.")
    })
}

/// Somebody who owned it until a moment ago hears who has it now; to everybody else it is not there.
async fn gone_from_here(
    app: &App,
    grant: &Grant<MoveReferral>,
    row: &ReferralRow,
    members: &[MemberRow],
) -> Result<Failure, Failure> {
    let entries = ledger::about(app.db(), row.workspace, &row.id.to_string(), 100).await?;
    let me = grant.member().to_string();
    let was_mine = entries.iter().any(|e| field_of(&e.body, "owner") == me);
    if !was_mine {
        return Ok(Failure::NotFound);
    }
    Ok(Failure::Conflict(who_was_faster(app, grant.member(), row, members).await?))
}

/// A text field of a ledger entry: of the entry itself, or of its data.
pub fn field_of(body: &str, name: &str) -> String {
    let entry: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let found = entry.get(name).or_else(|| entry.get("data").and_then(|data| data.get(name)));
    match found {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// Who did the last thing, by the ledger, and how long ago.
async fn who_was_faster(
    app: &App,
    reader: MemberId,
    row: &ReferralRow,
    members: &[MemberRow],
) -> Result<String, Failure> {
    let last = ledger::about(app.db(), row.workspace, &row.id.to_string(), 1).await?;
    let actor = last.first().map(|e| field_of(&e.body, "actor")).unwrap_or_default();
    let seconds = app.now().duration_since(row.state_since).as_secs().max(0);
    let (number, unit) = match seconds {
        0..=59 => (seconds, "second"),
        60..=3599 => (seconds / 60, "minute"),
        _ => (seconds / 3600, "hour"),
    };
    let ago = format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    let state = state_words(row.state);
    if actor == reader.to_string() {
        return Ok(format!("You did this already: the referral has been {state} for {ago}."));
    }
    let name = members.iter().find(|m| m.id.to_string() == actor);
    let name = name.map_or("Somebody", |m| m.name.as_str());
    Ok(format!("{name} was faster: the referral has been {state} for {ago}. You changed nothing."))
}

/// A state in the words of a sentence.
pub fn state_words(state: ReferralState) -> String {
    state.as_str().replace('_', " ")
}

/// The ledger's word for an action taken.
fn happening_kind(action: Action) -> &'static str {
    match action {
        Action::Accept => "referral.accepted",
        Action::Decline => "referral.declined",
        Action::LogContact => "referral.contacted",
        Action::ScheduleMeeting => "referral.meeting_scheduled",
        Action::RecordNoShow => "referral.no_show",
        Action::LogMeeting => "referral.meeting_held",
        Action::Qualify => "referral.qualified",
        Action::OpenOpportunity => "referral.opportunity",
        Action::Win => "referral.won",
        Action::Lose => "referral.lost",
        Action::Fail => "referral.failed",
        Action::Nurture => "referral.nurtured",
        Action::Return => "referral.returned",
        Action::Hold => "referral.held",
        Action::Release => "referral.released",
        Action::MarkDuplicate => "referral.joined",
        Action::Reassign => "referral.reassigned",
        Action::RequestCancel => "referral.cancel_requested",
        Action::ConfirmCancel => "referral.cancelled",
        Action::KeepGoing => "referral.kept",
        Action::Withdraw => "referral.withdrawn",
        Action::Expire => "referral.expired",
        Action::RenewLink => "referral.link_renewed",
        Action::Verify => "referral.verified",
        Action::Clear => "referral.cleared",
        Action::Resolve => "referral.resolved",
        Action::Enrich => "referral.enriched",
        Action::Score => "referral.scored",
        Action::Route => "referral.routed",
    }
}
