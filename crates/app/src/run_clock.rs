//! Service-level clocks on referrals: started, paused, met, and looked at when they ask to be.
//!
//! A clock's own timer is a job. Every change of a clock makes a new version and with it a new
//! timer key, so a timer that fires for an older version finds nothing to do.

use jiff::Timestamp;
use warmpath_core::calendar::WorkingHours;
use warmpath_core::id::{ClockId, MemberId, ReferralId};
use warmpath_core::sla::{self, ClockKind, Command, Event, Facts, Phase, Policy};
use warmpath_store::field::Json;
use warmpath_store::table::clock::{self, ClockRow};

use crate::context::App;
use crate::error::Failure;
use crate::unit::Unit;

/// Starts a clock.
///
/// # Errors
/// When the calendar has no answer.
pub fn start(
    app: &App,
    unit: &mut Unit<'_>,
    referral: ReferralId,
    member: Option<MemberId>,
    policy: Policy,
    hours: &WorkingHours,
) -> Result<ClockRow, Failure> {
    let kind = policy.kind();
    let machine = command(None, Command::Start(policy), hours, unit.at)?.0;
    let row = ClockRow {
        workspace: unit.workspace,
        id: app.id::<ClockId>(),
        referral,
        kind: kind_word(kind).to_owned(),
        state: "running".to_owned(),
        member,
        started_at: unit.at,
        due_at: machine.due,
        wake_at: machine.next_wake(),
        machine: Json(machine),
        met_at: None,
        breached_at: None,
        version: 1,
    };
    unit.push(row.insert());
    set_timer(unit, &row);
    Ok(row)
}

/// Tells every unfinished clock of these kinds something.
///
/// # Errors
/// When the database cannot be read.
pub async fn tell(
    app: &App,
    unit: &mut Unit<'_>,
    referral: ReferralId,
    kinds: &[ClockKind],
    what: &Command,
) -> Result<(), Failure> {
    for row in clock::of_referral(app.db(), unit.workspace, referral).await? {
        if row.state == "dropped" || !kinds.iter().any(|k| kind_word(*k) == row.kind) {
            continue;
        }
        let hours = crate::member_hours::of(app, unit.workspace, row.member).await?;
        // A clock that is finished, or paused already, has nothing to hear.
        if let Ok((machine, _)) = command(Some(&row.machine.0), what.clone(), &hours, unit.at) {
            keep(unit, row, machine);
        }
    }
    Ok(())
}

/// Nothing is owed any more: unfinished clocks stop without being met.
///
/// # Errors
/// When the database cannot be read.
pub async fn drop_all(app: &App, unit: &mut Unit<'_>, referral: ReferralId) -> Result<(), Failure> {
    for mut row in clock::of_referral(app.db(), unit.workspace, referral).await? {
        if row.machine.0.is_finished() || row.state == "dropped" {
            continue;
        }
        "dropped".clone_into(&mut row.state);
        row.wake_at = None;
        row.version += 1;
        unit.push(row.save());
    }
    Ok(())
}

/// Looks at a clock whose timer fired; returns what happened, for the caller to act on.
///
/// # Errors
/// When the database cannot be read.
pub async fn look(
    app: &App,
    unit: &mut Unit<'_>,
    id: ClockId,
    version: i64,
) -> Result<Option<(ClockRow, Vec<Event>)>, Failure> {
    let Some(row) = clock::clock(app.db(), unit.workspace, id).await? else { return Ok(None) };
    if row.version != version || row.state == "dropped" {
        return Ok(None);
    }
    let hours = crate::member_hours::of(app, unit.workspace, row.member).await?;
    match command(Some(&row.machine.0), Command::Tick, &hours, unit.at) {
        Ok((machine, events)) => {
            let row = keep(unit, row, machine);
            Ok(Some((row, events)))
        }
        Err(_) => Ok(None),
    }
}

fn command(
    machine: Option<&sla::Clock>,
    what: Command,
    hours: &WorkingHours,
    at: Timestamp,
) -> Result<(sla::Clock, Vec<Event>), Failure> {
    let decision = sla::decide(machine, what, &Facts { hours }, at)
        .map_err(|e| Failure::Conflict(e.to_string()))?;
    let mut state = machine.cloned();
    for event in &decision.events {
        state = sla::evolve(state, event);
    }
    let state = state.ok_or_else(|| Failure::Defect("a clock without a start".into()))?;
    Ok((state, decision.events))
}

fn keep(unit: &mut Unit<'_>, mut row: ClockRow, machine: sla::Clock) -> ClockRow {
    let breached = machine.phase == Phase::Breached;
    if breached && row.breached_at.is_none() {
        row.breached_at = Some(machine.due);
    }
    row.met_at = machine.finished_at;
    row.state = match machine.phase {
        Phase::Running => "running",
        Phase::Paused => "paused",
        Phase::Met => "met",
        Phase::Breached => "breached",
    }
    .to_owned();
    row.due_at = machine.due;
    row.wake_at = machine.next_wake();
    row.machine = Json(machine);
    row.version += 1;
    unit.push(row.save());
    set_timer(unit, &row);
    row
}

fn set_timer(unit: &mut Unit<'_>, row: &ClockRow) {
    let Some(due) = row.wake_at else { return };
    let key = format!("clock/{}/{}", row.id, row.version);
    let payload = serde_json::json!({ "clock": row.id, "version": row.version });
    unit.job("clock.look", row.referral, key, due, &payload);
}

/// The word for a kind of clock, as it is stored.
pub fn kind_word(kind: ClockKind) -> &'static str {
    match kind {
        ClockKind::Accept => "accept",
        ClockKind::Contact => "contact",
        ClockKind::Acknowledge => "acknowledge",
        ClockKind::Feedback => "feedback",
        ClockKind::Arbiter => "arbiter",
        ClockKind::Nurture => "nurture",
        ClockKind::ConsentReminder => "consent_reminder",
        ClockKind::ConnectorAnswer => "connector_answer",
        ClockKind::TargetAnswer => "target_answer",
        ClockKind::Outcome => "outcome",
        ClockKind::SubjectRequest => "subject_request",
    }
}
