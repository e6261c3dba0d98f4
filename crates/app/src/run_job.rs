//! What each kind of job does. Every step applies its effects and takes its job off the table in
//! one change set.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use warmpath_core::id::{MailId, ReferralId};
use warmpath_core::referral::{Action, Command, ReferralState, Standing};
use warmpath_core::role::{Actor, Role};
use warmpath_core::sla::{Event, StepAction};
use warmpath_integrations::webhook::{self, AttemptResult, Outcome, Secret};
use warmpath_store::Applied;
use warmpath_store::table::job::JobRow;
use warmpath_store::table::{clock, mail, person, referral, workspace};

use crate::context::App;
use crate::error::Failure;
use crate::submit_referral::{REMINDER_DAYS, SHRED_DAYS};
use crate::unit::{Happening, Unit};
use crate::{advance_referral, fan_out, link, route_referral, run_clock, sequence_ledger};

/// Hands a mail to the outside. Implemented by the integrations; the use cases know no SMTP.
#[async_trait]
pub trait Postman: Send + Sync {
    /// Sends one mail.
    async fn send(&self, mail: &mail::MailRow, from: &str) -> Posted;
    /// Whether the domain of a mailbox takes mail; `None` when nobody answered.
    async fn takes_mail(&self, domain: &str) -> Option<bool>;

    /// Deletes the copy of a mail that stands with us; one that is not there is as good as deleted.
    ///
    /// # Errors
    /// What went wrong, without personal data.
    async fn forget(&self, _mail: MailId) -> Result<(), String> {
        Ok(())
    }

    /// Posts one event to one endpoint, signed with these secrets. Where nobody was wired for it,
    /// the event waits.
    async fn tell(
        &self,
        _url: &str,
        _secrets: &[Secret],
        _event: &webhook::Event,
        _at: jiff::Timestamp,
    ) -> AttemptResult {
        AttemptResult { outcome: Outcome::Retry { not_before: None }, status: None, error: None }
    }
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posted {
    /// Handed over.
    Sent,
    /// Refused for good.
    Refused(String),
    /// Try later.
    Later(String),
    /// The answer was lost after the text went out: a person decides, because a double introduction
    /// harms trust more than a late one.
    Unknown(String),
}

/// Why a step did not end.
#[derive(Debug)]
pub enum StepFailure {
    /// Try again.
    Retry(String),
    /// Trying again cannot help.
    GiveUp(String),
}

impl From<Failure> for StepFailure {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Defect(_) | Failure::Refused(_) | Failure::NotFound => {
                Self::GiveUp(failure.code().to_owned())
            }
            other => Self::Retry(other.code().to_owned()),
        }
    }
}

impl From<warmpath_store::StoreError> for StepFailure {
    fn from(error: warmpath_store::StoreError) -> Self {
        Self::from(Failure::Store(error))
    }
}

pub(crate) type Step = Result<(), StepFailure>;

/// Runs one job.
///
/// # Errors
/// [`StepFailure`].
pub async fn run(app: &App, postman: &Arc<dyn Postman>, job: &JobRow) -> Step {
    match job.kind.as_str() {
        "mail.send" => send_mail(app, postman, job).await,
        "mail.forget" => forget_mails(app, postman, job).await,
        "clock.look" => look_at_clock(app, job).await,
        "link.tend" => tend_link(app, job).await,
        "thanks.breach" => thanks_are_late(app, job).await,
        "later.remind" => remind_later(app, job).await,
        "nurture.return" => return_from_nurture(app, job).await,
        "webhook.deliver" => fan_out::deliver(app, postman, job).await,
        "enrich" => enrich(app, postman, job).await,
        "import.run" => crate::run_import::step(app, job).await,
        "import.forget" => crate::run_import::forget(app, job).await,
        crate::introduce::advance::TEND => crate::introduce::tend::step(app, job).await,
        crate::introduce::advance::NEWS => crate::introduce::tend::news(app, job).await,
        crate::believe_account::JOB => crate::believe_account::step(app, job).await,
        crate::programme::groups::REMIND => crate::programme::groups::remind(app, job).await,
        crate::sweep_people::JOB => crate::sweep_people::step(app, job).await,
        crate::verify_ledger::JOB => verify_ledger(app, job).await,
        crate::keep_no_longer::JOB => keep_no_longer(app, job).await,
        other => Err(StepFailure::GiveUp(format!("no step for {other}"))),
    }
}

/// The work without a job: numbering the ledger, and handing what was numbered to webhooks.
///
/// # Errors
/// When the database is away.
pub async fn round(app: &App) -> Result<(), Failure> {
    for id in warmpath_store::table::ledger::workspaces_waiting(app.db()).await? {
        sequence_ledger::run(app, id).await?;
    }
    fan_out::run(app).await
}

/// Ends a step: its effects and the end of its job in one commit. A conflict means that somebody
/// changed what it worked on, or that the lease was lost: it is looked at again.
pub(crate) async fn end(mut unit: Unit<'_>, job: &JobRow) -> Step {
    unit.push(job.finish());
    match unit.apply().await? {
        Applied::Applied => Ok(()),
        Applied::Conflict(at) => Err(StepFailure::Retry(format!("conflict at {at}"))),
    }
}

async fn send_mail(app: &App, postman: &Arc<dyn Postman>, job: &JobRow) -> Step {
    let id = job.about.parse().map_err(|_| StepFailure::GiveUp("bad id".into()))?;
    let Some(mut row) = mail::mail(app.db(), job.workspace, id).await? else {
        return end(Unit::new(app, job.workspace), job).await;
    };
    if app.config.outbound_held {
        return Err(StepFailure::Retry("outbound is held".into()));
    }
    if row.state != "queued" {
        return end(Unit::new(app, job.workspace), job).await;
    }
    let (state, error) = match postman.send(&row, &app.config.mail_from).await {
        Posted::Sent => ("sent", String::new()),
        Posted::Refused(why) => ("failed", why),
        Posted::Unknown(why) => ("unknown", why),
        Posted::Later(why) => return Err(StepFailure::Retry(why)),
    };
    let mut unit = Unit::new(app, job.workspace);
    state.clone_into(&mut row.state);
    row.error = error;
    row.sent_at = (state == "sent").then_some(unit.at);
    row.version += 1;
    unit.push(row.save());
    let ended = end(unit, job).await;
    // Whoever it was about was erased while it went out: its copy goes as well.
    if ended.is_err() && mail::mail(app.db(), job.workspace, id).await?.is_none() {
        postman.forget(id).await.map_err(StepFailure::Retry)?;
    }
    ended
}

/// Deletes copies of mails whose rows are gone already.
async fn forget_mails(app: &App, postman: &Arc<dyn Postman>, job: &JobRow) -> Step {
    let payload: serde_json::Value = serde_json::from_str(&job.payload).unwrap_or_default();
    let mails: Vec<MailId> = serde_json::from_value(payload["mails"].clone())
        .map_err(|_| StepFailure::GiveUp("bad list of mails".into()))?;
    for mail in mails {
        postman.forget(mail).await.map_err(StepFailure::Retry)?;
    }
    end(Unit::new(app, job.workspace), job).await
}

async fn verify_ledger(app: &App, job: &JobRow) -> Step {
    let mut unit = Unit::new(app, job.workspace);
    crate::verify_ledger::advance(app, &mut unit, &job.payload).await?;
    end(unit, job).await
}

async fn keep_no_longer(app: &App, job: &JobRow) -> Step {
    let mut unit = Unit::new(app, job.workspace);
    crate::keep_no_longer::advance(app, &mut unit).await?;
    end(unit, job).await
}

fn referral_id(job: &JobRow) -> Result<ReferralId, StepFailure> {
    job.about.parse().map_err(|_| StepFailure::GiveUp("bad id".into()))
}

fn number(job: &JobRow, name: &str) -> i64 {
    let payload: serde_json::Value = serde_json::from_str(&job.payload).unwrap_or_default();
    payload.get(name).and_then(serde_json::Value::as_i64).unwrap_or_default()
}

fn word(job: &JobRow, name: &str) -> String {
    let payload: serde_json::Value = serde_json::from_str(&job.payload).unwrap_or_default();
    payload.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// A clock asked to be looked at: remind, note the breach, reassign, escalate.
async fn look_at_clock(app: &App, job: &JobRow) -> Step {
    let mut unit = Unit::new(app, job.workspace);
    let id = word(job, "clock").parse().map_err(|_| StepFailure::GiveUp("bad id".into()))?;
    let looked = run_clock::look(app, &mut unit, id, number(job, "version")).await?;
    let Some((clock, events)) = looked else { return end(unit, job).await };
    let row = referral::referral(app.db(), job.workspace, clock.referral).await?;
    let Some(mut row) = row else { return end(unit, job).await };
    for event in &events {
        match event {
            Event::Reminded { .. } => {
                route_referral::tell_member(app, &mut unit, &row, clock.member, "sla_warning")
                    .await?;
            }
            Event::Breached { .. } => {
                let happening = Happening::new("clock.breached", Actor::System, row.id)
                    .with("clock", &clock.kind);
                unit.record(happening).await?;
                route_referral::tell_member(app, &mut unit, &row, clock.member, "sla_breached")
                    .await?;
            }
            Event::StepTaken { action, .. } => {
                take_step(app, &mut unit, &mut row, &clock, *action).await?;
            }
            _ => {}
        }
    }
    end(unit, job).await
}

async fn take_step(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut referral::ReferralRow,
    clock: &clock::ClockRow,
    action: StepAction,
) -> Step {
    match action {
        StepAction::Warn => Ok(()),
        StepAction::Reassign if row.state == ReferralState::Routed => {
            reassign_after_breach(app, unit, row).await
        }
        StepAction::Reassign | StepAction::Escalate => {
            let leader = leader_of(app, row).await?;
            let happening =
                Happening::new("clock.escalated", Actor::System, row.id).with("clock", &clock.kind);
            unit.record(happening).await?;
            Ok(route_referral::tell_member(app, unit, row, leader, "escalated").await?)
        }
    }
}

/// The next of the pool gets what its owner did not take in time.
async fn reassign_after_breach(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut referral::ReferralRow,
) -> Step {
    let next = crate::pick_owner::after(app, unit, row).await?;
    let Some(next) = next.filter(|id| Some(*id) != row.owner) else {
        let leader = leader_of(app, row).await?;
        return Ok(route_referral::tell_member(app, unit, row, leader, "escalated").await?);
    };
    let mut command = Command::new(Action::Reassign, vec![Standing::System]);
    command.owner = Some(next);
    advance_referral::step(unit, row, command, true)?;
    row.routed_at = Some(unit.at);
    run_clock::drop_all(app, unit, row.id).await?;
    route_referral::start_owner_clocks(app, unit, row, None).await?;
    let happening = Happening::new("referral.reassigned", Actor::System, row.id)
        .with("owner", next)
        .with("reason", "clock_breached");
    unit.record(happening).await?;
    route_referral::tell_member(app, unit, row, Some(next), "reassigned").await?;
    row.version += 1;
    unit.push(row.save());
    Ok(())
}

/// The manager of the owner's team, else somebody of revenue operations.
async fn leader_of(
    app: &App,
    row: &referral::ReferralRow,
) -> Result<Option<warmpath_core::id::MemberId>, Failure> {
    let members = workspace::members(app.db(), row.workspace).await?;
    let team = row
        .owner
        .and_then(|id| members.iter().find(|m| m.id == id))
        .map(|m| m.team.clone())
        .unwrap_or_default();
    let manager = members
        .iter()
        .find(|m| m.active && m.role == Role::Manager && m.team == team)
        .or_else(|| members.iter().find(|m| m.active && m.role == Role::Revops))
        .or_else(|| members.iter().find(|m| m.active && m.role == Role::Admin));
    Ok(manager.map(|m| m.id))
}

/// The days of a link that waits for an answer: the referrer is reminded twice, then it ends and
/// what was told about the person is shredded.
async fn tend_link(app: &App, job: &JobRow) -> Step {
    let stage = usize::try_from(number(job, "stage")).unwrap_or_default();
    let id = referral_id(job)?;
    let mut unit = Unit::new(app, job.workspace);
    let row = referral::referral(app.db(), job.workspace, id).await?;
    let waits = row.as_ref().is_some_and(|r| {
        matches!(r.state, ReferralState::Received | ReferralState::Verified | ReferralState::Held)
            && r.cleared_at.is_none()
    });
    let Some(mut row) = row.filter(|_| waits) else { return end(unit, job).await };
    if stage < REMINDER_DAYS.len() {
        remind_referrer(app, &mut unit, &row).await?;
        let days = REMINDER_DAYS.get(stage + 1).copied().unwrap_or(SHRED_DAYS);
        let due = row.received_at + SignedDuration::from_hours(24 * days);
        let (key, next) = (format!("link.tend/{id}/{}", stage + 1), stage + 1);
        unit.job("link.tend", id, key, due, &serde_json::json!({ "stage": next }));
        return end(unit, job).await;
    }
    expire(app, &mut unit, &mut row).await?;
    end(unit, job).await
}

async fn remind_referrer(
    app: &App,
    unit: &mut Unit<'_>,
    row: &referral::ReferralRow,
) -> Result<(), Failure> {
    let points = person::contact_points(app.db(), unit.workspace, row.referrer).await?;
    let Some(to) = points.iter().find(|p| p.kind == "email") else { return Ok(()) };
    let status = warmpath_store::table::access::links_of(app.db(), unit.workspace, row.id).await?;
    let status = status.iter().find(|l| l.purpose == link::Purpose::Status.as_str());
    let address = status.map(|l| {
        let token = link::token_of(app, unit.workspace, l.id);
        format!("{}/s/{token}", app.config.public_url)
    });
    let letter = crate::send_mail::Letter::service(
        "link_reminder",
        &to.value,
        "Your introduction has no answer yet",
    )
    .to_person(row.referrer)
    .about(row.id)
    .saying(format!(
        "Hello,\n\nthe person you wanted us to meet has not answered yet. We do not write to them. \
         If it suits, pass the link on again, or make a fresh one here:\n\n{}\n",
        address.unwrap_or_default()
    ));
    crate::send_mail::queue(app, unit, letter);
    Ok(())
}

async fn expire(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut referral::ReferralRow,
) -> Result<(), Failure> {
    let command = Command::new(Action::Expire, vec![Standing::System]).because("unanswered");
    advance_referral::step(unit, row, command, false)?;
    run_clock::drop_all(app, unit, row.id).await?;
    unit.record(
        Happening::new("referral.expired", Actor::System, row.id).with("reason", "unanswered"),
    )
    .await?;
    unit.push(referral::shred_texts(unit.workspace, row.id));
    crate::erase_person::shred_unanswered(app, unit, row).await?;
    row.version += 1;
    unit.push(row.save());
    Ok(())
}

/// Nobody thanked the referrer in time: noted, and the leader is told.
async fn thanks_are_late(app: &App, job: &JobRow) -> Step {
    let id = referral_id(job)?;
    let mut unit = Unit::new(app, job.workspace);
    let owed = clock::acknowledgement_of(app.db(), job.workspace, id).await?;
    let Some(mut owed) = owed.filter(|o| o.sent_at.is_none() && o.state != "escalated") else {
        return end(unit, job).await;
    };
    "escalated".clone_into(&mut owed.state);
    owed.version += 1;
    unit.push(owed.save());
    unit.record(Happening::new("thanks.breached", Actor::System, id)).await?;
    if let Some(row) = referral::referral(app.db(), job.workspace, id).await? {
        let leader = leader_of(app, &row).await?;
        route_referral::tell_member(app, &mut unit, &row, leader, "thanks_late").await?;
    }
    end(unit, job).await
}

/// Somebody said "later" and asked for one reminder: this is it, and there is no second.
async fn remind_later(app: &App, job: &JobRow) -> Step {
    let id = referral_id(job)?;
    let mut unit = Unit::new(app, job.workspace);
    let row = referral::referral(app.db(), job.workspace, id).await?;
    let Some(mut row) = row.filter(|r| r.state == ReferralState::Nurturing) else {
        return end(unit, job).await;
    };
    let points = person::contact_points(app.db(), job.workspace, row.person).await?;
    let link = word(job, "link").parse().ok();
    if let (Some(to), Some(link)) = (points.iter().find(|p| p.kind == "email"), link) {
        let address =
            format!("{}/a/{}", app.config.public_url, link::token_of(app, job.workspace, link));
        let letter = crate::send_mail::Letter::service(
            "later_reminder",
            &to.value,
            "You asked us to remind you",
        )
        .to_person(row.person)
        .about(row.id)
        .saying(format!(
            "Hello,\n\nthree months ago you said: later. This is the one reminder you asked for. \
             If the time is right, or if it never will be, say so here:\n\n{address}\n"
        ));
        crate::send_mail::queue(app, &mut unit, letter);
    }
    let back = Command::new(Action::Return, vec![Standing::System]);
    advance_referral::step(&unit, &mut row, back, false)?;
    let due = unit.at + SignedDuration::from_hours(24 * SHRED_DAYS);
    let (key, stage) = (format!("link.tend/{id}/later"), REMINDER_DAYS.len());
    unit.job("link.tend", id, key, due, &serde_json::json!({ "stage": stage }));
    row.version += 1;
    unit.push(row.save());
    end(unit, job).await
}

/// A nurtured referral comes back to its owner.
async fn return_from_nurture(app: &App, job: &JobRow) -> Step {
    let id = referral_id(job)?;
    let mut unit = Unit::new(app, job.workspace);
    let row = referral::referral(app.db(), job.workspace, id).await?;
    let due = row.filter(|r| {
        r.state == ReferralState::Nurturing && r.until.is_some_and(|until| until <= unit.at)
    });
    let Some(mut row) = due else { return end(unit, job).await };
    let back = Command::new(Action::Return, vec![Standing::System]);
    advance_referral::step(&unit, &mut row, back, true)?;
    run_clock::tell(
        app,
        &mut unit,
        id,
        &[warmpath_core::sla::ClockKind::Nurture],
        &warmpath_core::sla::Command::Finish,
    )
    .await?;
    unit.record(Happening::new("referral.returned", Actor::System, id)).await?;
    route_referral::tell_member(app, &mut unit, &row, row.owner, "returned").await?;
    row.version += 1;
    unit.push(row.save());
    end(unit, job).await
}

/// Asks whether the mailbox's domain takes mail, then goes on to score and route.
async fn enrich(app: &App, postman: &Arc<dyn Postman>, job: &JobRow) -> Step {
    let id = referral_id(job)?;
    let row = referral::referral(app.db(), job.workspace, id).await?;
    let Some(mut row) = row.filter(|r| r.state == ReferralState::Resolved) else {
        return end(Unit::new(app, job.workspace), job).await;
    };
    let points = person::contact_points(app.db(), job.workspace, row.person).await?;
    let mut answers = Vec::new();
    for point in points.into_iter().filter(|p| p.kind == "email" && p.verification == "syntax") {
        let domain = point.normal.rsplit('@').next().unwrap_or_default().to_owned();
        match postman.takes_mail(&domain).await {
            Some(takes) => answers.push((point, takes)),
            // Nobody answered: after a few tries it goes on with what is known.
            None if job.attempts < 4 => {
                return Err(StepFailure::Retry("no name server answered".into()));
            }
            None => {}
        }
    }
    let mut unit = Unit::new(app, job.workspace);
    for (mut point, takes) in answers {
        let verdict = if takes { "mx" } else { "no_mx" };
        verdict.clone_into(&mut point.verification);
        point.observed_at = unit.at;
        unit.push(point.save());
    }
    advance_referral::after_enrich(app, &mut unit, &mut row).await?;
    row.version += 1;
    unit.push(row.save());
    end(unit, job).await
}
