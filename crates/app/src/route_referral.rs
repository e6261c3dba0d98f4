//! Scores and routes a referral by its pathway, and keeps the decision with facts and trace.

use warmpath_core::id::{MemberId, PathwayId, WorkspaceId};
use warmpath_core::referral::{Action, Command, Door, Standing};
use warmpath_core::role::{Actor, Role};
use warmpath_core::sla::{ClockKind, Measure, Policy, Step, StepAction};
use warmpath_pathway::document::{BreachStep, Counts, Period, Target};
use warmpath_pathway::fact::Facts;
use warmpath_pathway::{Clocks, Decision, Outcome, Pathway, compile, evaluate};
use warmpath_store::Engine;
use warmpath_store::table::referral::{CreditRow, ReferralRow};
use warmpath_store::table::workspace::{self, MemberRow};
use warmpath_store::table::{pathway as pathways, referral};

use crate::advance_referral::{self, keep_decision};
use crate::context::App;
use crate::error::Failure;
use crate::gather_facts;
use crate::pick_owner;
use crate::send_mail::{Letter, queue};
use crate::unit::{Happening, Unit};

/// The rule by which credit is counted when a pathway names none.
pub const CREDIT_RULE: &str = "position/1";

/// A pathway in force for a referral.
#[derive(Clone)]
pub struct InForce {
    /// Which.
    pub id: PathwayId,
    /// The version.
    pub version: i64,
    /// Ready to run.
    pub compiled: Pathway,
    min_level: u8,
    arbiter: Target,
    sources: Vec<String>,
    types: Vec<String>,
    doors: Vec<String>,
}

impl InForce {
    /// The least level a referrer and a door must reach.
    pub fn min_level(&self) -> u8 {
        self.min_level
    }

    /// Whether a referral of this origin, type and door comes in under it.
    fn takes(&self, row: &ReferralRow) -> bool {
        let has = |list: &[String], word: &str| list.iter().any(|w| w == word);
        has(&self.sources, row.origin.as_str())
            && has(&self.types, row.kind.as_str())
            && has(&self.doors, door_word(row.door))
    }
}

/// The pathway for a referral: the version it came in under, or the one in force for its origin and
/// door now.
///
/// # Errors
/// When the database cannot be read or a stored document does not read any more.
pub async fn pathway_for(
    app: &App,
    db: &dyn Engine,
    row: &ReferralRow,
) -> Result<Option<InForce>, Failure> {
    let workspace = row.workspace;
    if let Some(id) = row.pathway {
        return load(app, workspace, id, row.pathway_version).await;
    }
    for pathway in pathways::pathways(db, workspace).await? {
        let piloted = pathway.pilot_door == row.door.as_str();
        let version = pathway.pilot_version.filter(|_| piloted).or(pathway.live_version);
        let Some(version) = version else { continue };
        if let Some(found) = load(app, workspace, pathway.id, version).await?
            && found.takes(row)
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

async fn load(
    app: &App,
    workspace: WorkspaceId,
    id: PathwayId,
    version: i64,
) -> Result<Option<InForce>, Failure> {
    if let Some(found) = app.pathways.get(workspace, id, version) {
        return Ok(Some(found));
    }
    let Some(row) = pathways::version(app.db(), workspace, id, version).await? else {
        return Ok(None);
    };
    let document = warmpath_pathway::parse(&row.text).map_err(|findings| {
        Failure::Defect(format!("pathway {id}/{version}: {} findings", findings.len()))
    })?;
    let words = |list: &[warmpath_pathway::document::Spanned<String>]| {
        list.iter().map(|word| word.value.clone()).collect()
    };
    let found = InForce {
        sources: words(&document.header.sources),
        types: words(&document.header.types),
        doors: document.doors.iter().map(|door| door.name.value.clone()).collect(),
        id,
        version,
        min_level: document.verification.min_level.value,
        arbiter: document.verification.arbiter.value.clone(),
        compiled: compile(&document),
    };
    app.pathways.keep(workspace, found.clone());
    Ok(Some(found))
}

/// Decides: score, outcome, owner, clocks, opening text. Applies it to the row in memory.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, unit: &mut Unit<'_>, row: &mut ReferralRow) -> Result<(), Failure> {
    let Some(pathway) = pathway_for(app, unit.db(), row).await? else {
        // A referral never lands nowhere: without a pathway a person of revenue operations decides.
        let arbiter = some_ruler(app, unit.workspace).await?;
        return advance_referral::hold(app, unit, row, "no_pathway", arbiter).await;
    };
    let facts = gather_facts::run(app, unit, row).await?;
    let decision = evaluate(&pathway.compiled, &facts, unit.at);
    keep(app, unit, row, &facts, &decision)?;
    if row.state == warmpath_core::referral::ReferralState::Enriched {
        score(unit, row, &decision).await?;
    }
    match &decision.outcome {
        Outcome::Held { code, arbiter, .. } => {
            let member = resolve_target(app, unit, row, arbiter).await?;
            advance_referral::hold(app, unit, row, code, member).await
        }
        Outcome::Declined { code } => {
            let command = Command::new(Action::Decline, vec![Standing::System])
                .because(code.as_ref().to_owned());
            decline(unit, row, command).await
        }
        Outcome::Routed => give(app, unit, row, &decision).await,
    }
}

fn keep(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    facts: &Facts,
    decision: &Decision,
) -> Result<(), Failure> {
    let facts = serde_json::to_string(facts).map_err(|e| Failure::Defect(e.to_string()))?;
    let trace = decision.to_json().map_err(|e| Failure::Defect(e.to_string()))?;
    keep_decision(app, unit, row, "route", facts, trace);
    Ok(())
}

async fn score(
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
    decision: &Decision,
) -> Result<(), Failure> {
    let command = Command::new(Action::Score, vec![Standing::System]);
    advance_referral::step(unit, row, command, true)?;
    row.score = decision.score.score.map(warmpath_pathway::fact::Decimal::to_f64);
    let tenths = row.score.map(|s| (s * 10.0).round() as i64);
    let happening =
        Happening::new("referral.scored", Actor::System, row.id).with("score_tenths", tenths);
    unit.record(happening).await?;
    Ok(())
}

async fn decline(
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
    mut command: Command,
) -> Result<(), Failure> {
    // The table lets a rule decline only before anybody worked on it; a scored referral is held
    // first, so that the reason stands in the ledger as a decision of the pathway.
    let reason = command.reason.take().unwrap_or_default();
    let hold = Command::new(Action::Hold, vec![Standing::System]).because(reason.clone());
    advance_referral::step(unit, row, hold, true)?;
    command.reason = Some(reason.clone());
    advance_referral::step(unit, row, command, true)?;
    let happening =
        Happening::new("referral.declined", Actor::System, row.id).with("reason", reason);
    unit.record(happening).await?;
    Ok(())
}

async fn give(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
    decision: &Decision,
) -> Result<(), Failure> {
    let owner = match &decision.owner {
        Some(wanted) => {
            let first = resolve_target(app, unit, row, &wanted.target).await?;
            match (first, &wanted.fallback) {
                (None, Some(fallback)) => resolve_target(app, unit, row, fallback).await?,
                (found, _) => found,
            }
        }
        None => None,
    };
    let owner = match owner {
        Some(owner) => Some(owner),
        None => some_ruler(app, unit.workspace).await?,
    };
    let mut command = Command::new(Action::Route, vec![Standing::System]);
    command.owner = owner;
    advance_referral::step(unit, row, command, true)?;
    row.routed_at = Some(unit.at);
    row.priority = decision.priority.map(priority_word).unwrap_or("normal").to_owned();
    row.playbook = decision.playbook.as_deref().unwrap_or_default().to_owned();
    start_owner_clocks(app, unit, row, decision.clocks.as_ref()).await?;
    credit(unit, row);
    let mut happening = Happening::new("referral.routed", Actor::System, row.id)
        .of(row.person)
        .under(format!("{}/{}", decision.pathway, decision.version))
        .with("priority", &row.priority);
    if let Some(owner) = owner {
        happening = happening.with("owner", owner);
    }
    unit.record(happening).await?;
    tell_member(app, unit, row, owner, "assigned").await
}

fn priority_word(priority: warmpath_pathway::document::Priority) -> &'static str {
    use warmpath_pathway::document::Priority as P;
    match priority {
        P::High => "high",
        P::Normal => "normal",
        P::Low => "low",
    }
}

/// Starts the clocks of acceptance and first contact.
///
/// # Errors
/// When the calendar has no answer.
pub async fn start_owner_clocks(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    clocks: Option<&Clocks>,
) -> Result<(), Failure> {
    let (accept, contact) = match clocks {
        Some(c) => (Some(c.accept_in), Some(c.contact_in)),
        None => (None, None),
    };
    let on_breach = clocks.map(|c| c.on_breach.as_slice());
    let accept = policy(ClockKind::Accept, accept, on_breach);
    start_clock(app, unit, row, ClockKind::Accept, Some(accept), row.owner).await?;
    let contact = match (contact, app.config.first_contact_minutes) {
        (None, Some(minutes)) => Period::new(minutes, Counts::Working).ok(),
        (named, _) => named,
    };
    let contact = policy(ClockKind::Contact, contact, on_breach);
    start_clock(app, unit, row, ClockKind::Contact, Some(contact), row.owner).await
}

/// A clock's policy from a pathway's words: each step of a breach half an allowance after the last.
pub fn policy(kind: ClockKind, period: Option<Period>, on_breach: Option<&[BreachStep]>) -> Policy {
    let default = Policy::default_for(kind);
    let Some(period) = period else { return default };
    let measure = match period.counts() {
        Counts::Working => Measure::Working,
        Counts::Clock => Measure::Elapsed,
    };
    let steps = match on_breach {
        Some(steps) => steps
            .iter()
            .enumerate()
            .map(|(n, step)| Step {
                at_permille: 1_000 + 500 * n as u32,
                action: match step {
                    BreachStep::Remind => StepAction::Warn,
                    BreachStep::Reassign => StepAction::Reassign,
                    BreachStep::Escalate => StepAction::Escalate,
                },
            })
            .collect(),
        None => default.steps().to_vec(),
    };
    Policy::new(kind, period.minutes(), measure, steps).unwrap_or(default)
}

/// Starts a clock by its default policy, or by this one.
///
/// # Errors
/// When the calendar has no answer.
pub async fn start_clock(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    kind: ClockKind,
    policy: Option<Policy>,
    member: Option<MemberId>,
) -> Result<(), Failure> {
    let hours = crate::member_hours::of(app, unit.workspace, member).await?;
    let policy = policy.unwrap_or_else(|| Policy::default_for(kind));
    crate::run_clock::start(app, unit, row.id, member, policy, &hours)?;
    Ok(())
}

/// First credit goes to whoever handed the person over; earlier hops assisted.
fn credit(unit: &mut Unit<'_>, row: &ReferralRow) {
    let credit = CreditRow {
        workspace: unit.workspace,
        referral: row.id,
        person: row.referrer,
        kind: "sourced".to_owned(),
        share: 10_000,
        rule: CREDIT_RULE.to_owned(),
    };
    unit.push(credit.put());
}

/// The member behind a recipient of a pathway; a pool is asked for its next.
///
/// # Errors
/// When the database cannot be read.
pub async fn resolve_target(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    target: &Target,
) -> Result<Option<MemberId>, Failure> {
    match target {
        Target::Member(word) => by_handle(app, unit.workspace, word).await,
        Target::Pool(slug) => pick_owner::from_pool(app, unit, row, slug).await,
        Target::AccountOwner | Target::ReferrerOwner => Ok(None),
    }
}

/// The word a pathway uses for a member: the local part of their mailbox.
pub fn handle(member: &MemberRow) -> String {
    let local = member.email.split('@').next().unwrap_or_default();
    local.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

async fn by_handle(
    app: &App,
    workspace: WorkspaceId,
    word: &str,
) -> Result<Option<MemberId>, Failure> {
    let members = workspace::members(app.db(), workspace).await?;
    Ok(members.iter().find(|m| m.active && handle(m) == word).map(|m| m.id))
}

/// Who decides what the built-in gates hold.
///
/// # Errors
/// When the database cannot be read.
pub async fn arbiter(
    app: &App,
    workspace: WorkspaceId,
    pathway: Option<&InForce>,
) -> Result<Option<MemberId>, Failure> {
    if let Some(Target::Member(word)) = pathway.map(|p| &p.arbiter)
        && let Some(found) = by_handle(app, workspace, word).await?
    {
        return Ok(Some(found));
    }
    some_ruler(app, workspace).await
}

/// Who decides about this referral.
///
/// # Errors
/// When the database cannot be read.
pub async fn arbiter_for(app: &App, row: &ReferralRow) -> Result<Option<MemberId>, Failure> {
    let pathway = pathway_for(app, app.db(), row).await?;
    arbiter(app, row.workspace, pathway.as_ref()).await
}

/// Somebody of revenue operations, else an admin: the last place where anything can land.
async fn some_ruler(app: &App, workspace: WorkspaceId) -> Result<Option<MemberId>, Failure> {
    let members = workspace::members(app.db(), workspace).await?;
    let by_role = |role| members.iter().find(|m| m.active && m.role == role).map(|m| m.id);
    Ok(by_role(Role::Revops).or_else(|| by_role(Role::Admin)))
}

/// Mails a member that something waits for them.
///
/// # Errors
/// When the database cannot be read.
pub async fn tell_member(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    member: Option<MemberId>,
    kind: &'static str,
) -> Result<(), Failure> {
    let Some(id) = member else { return Ok(()) };
    let Some(member) = workspace::member(app.db(), unit.workspace, id).await? else {
        return Ok(());
    };
    let (subject, line) = match kind {
        "assigned" => ("A referral waits for you", "A referral was routed to you."),
        "reassigned" => ("A referral was handed to you", "A referral was handed to you."),
        "held" => ("A referral is held for you", "A referral needs your decision."),
        "sla_warning" => ("A clock runs out soon", "A clock of yours runs out soon."),
        "sla_breached" => ("A clock has run out", "A clock of yours has run out."),
        "returned" => ("A referral is back", "A referral that waited is back with you."),
        "thanks_late" => {
            ("A referrer was not thanked in time", "A referrer was not thanked within 24 hours.")
        }
        "escalated" => ("A clock of your team has run out", "A clock of your team has run out."),
        _ => ("Something waits for you", "Something waits for you."),
    };
    // No name of the referred person in a mail: the page shows it to who may see it.
    let body = format!(
        "Hello {},\n\n{line}\n\n{}/referrals/{}\n",
        member.name, app.config.public_url, row.id
    );
    let letter = Letter::service(kind, &member.email, subject).saying(body).about(row.id);
    queue(app, unit, letter);
    Ok(())
}

/// The word of a door in a pathway.
pub fn door_word(door: Door) -> &'static str {
    match door {
        Door::Form => "form",
        Door::Portal => "portal",
        Door::Link => "personal-link",
        Door::Api => "api",
        Door::Import => "csv",
    }
}

/// Replays a stored decision: the same facts and version must give the same bytes.
///
/// # Errors
/// When the database cannot be read or the stored facts do not read.
pub async fn replay(
    app: &App,
    workspace: WorkspaceId,
    decision: &referral::DecisionRow,
) -> Result<(String, bool), Failure> {
    let Some(id) = decision.pathway else { return Err(Failure::NotFound) };
    let pathway = load(app, workspace, id, decision.pathway_version).await?;
    let pathway = pathway.ok_or(Failure::NotFound)?;
    let facts: Facts =
        serde_json::from_str(&decision.facts).map_err(|e| Failure::Defect(e.to_string()))?;
    let stored: Decision =
        serde_json::from_str(&decision.trace).map_err(|e| Failure::Defect(e.to_string()))?;
    let again = evaluate(&pathway.compiled, &facts, stored.at)
        .to_json()
        .map_err(|e| Failure::Defect(e.to_string()))?;
    let same = again == decision.trace;
    Ok((again, same))
}
