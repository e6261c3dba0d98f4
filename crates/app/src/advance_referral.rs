//! Takes a referral through every step that needs nothing from outside, in one change set:
//! verify → clear → resolve → enrich → score → route.
//!
//! It stops where somebody or something outside is awaited: the prospect's answer, a mail server's
//! record, an arbiter. The row is changed in memory; the caller saves it once.

use warmpath_core::consent::is_alive;
use warmpath_core::contact::{Email, MailboxTraits};
use warmpath_core::id::{DecisionId, MemberId};
use warmpath_core::referral::{Action, Command, Decision, Facts, ReferralState, Standing, decide};
use warmpath_core::role::Actor;
use warmpath_core::sla::ClockKind;
use warmpath_core::verification::{
    self, CapFacts, Evidence, EvidenceClass, ReferrerLevel, Subject,
};
use warmpath_store::table::account::{self, AccountRow, OpportunityRow};
use warmpath_store::table::consent::{self, ConsentRow};
use warmpath_store::table::introduction::{self, TargetLockRow};
use warmpath_store::table::person::{self, EvidenceRow};
use warmpath_store::table::referral::{DecisionRow, ReferralRow};

use crate::context::App;
use crate::error::Failure;
use crate::resolve::{cluster, group};
use crate::route_referral;
use crate::unit::{Happening, Unit};

/// After a submission: verify the referrer, and go on at once where contact is allowed already.
///
/// # Errors
/// When the database cannot be read.
pub async fn after_submit(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
    mailbox: Option<&Email>,
    consent: &ConsentRow,
) -> Result<(), Failure> {
    let pathway = route_referral::pathway_for(app, unit.db(), row).await?;
    row.pathway = pathway.as_ref().map(|p| p.id);
    row.pathway_version = pathway.as_ref().map_or(0, |p| p.version);
    let level = referrer_level(unit, row, mailbox);
    row.referrer_level = i64::from(level.level);
    let wanted = pathway.as_ref().map_or(1, |p| i64::from(p.min_level()));
    if row.referrer_level.min(row.channel_level) < wanted {
        let arbiter = route_referral::arbiter(app, unit.workspace, pathway.as_ref()).await?;
        return hold(app, unit, row, "referrer_not_verified", arbiter).await;
    }
    step(unit, row, Command::new(Action::Verify, vec![Standing::System]), false)?;
    let happening = Happening::new("referral.verified", Actor::System, row.id)
        .of(row.referrer)
        .with("level", row.referrer_level)
        .with("channel", row.channel_level);
    unit.record(happening).await?;
    if is_alive(consent.state, consent.expires_at, unit.at) {
        clear(app, unit, row, consent).await?;
    }
    Ok(())
}

/// A mailbox that a reader could take for another one: a person looks before anything happens.
///
/// # Errors
/// When the database cannot be read.
pub async fn hold_odd_mailbox(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
) -> Result<(), Failure> {
    let pathway = route_referral::pathway_for(app, unit.db(), row).await?;
    row.pathway = pathway.as_ref().map(|p| p.id);
    row.pathway_version = pathway.as_ref().map_or(0, |p| p.version);
    let arbiter = route_referral::arbiter(app, unit.workspace, pathway.as_ref()).await?;
    // No mail: it stands in the arbiter's inbox under its clock, and whoever sends such addresses by
    // the hundred fills no mailbox.
    stop_for(app, unit, row, "look_alike_mailbox", arbiter).await
}

/// The person said yes, or a rule allows contact: cleared, and on as far as it goes.
///
/// # Errors
/// When the database cannot be read.
pub async fn clear(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
    consent: &ConsentRow,
) -> Result<(), Failure> {
    if let Some(lead) = lead_of(app, unit, row).await? {
        return join(unit, row, &lead).await;
    }
    step(unit, row, Command::new(Action::Clear, vec![Standing::System]), true)?;
    "opt_in".clone_into(&mut row.basis);
    row.cleared_at = Some(unit.at);
    let happening = Happening::new("referral.cleared", Actor::System, row.id)
        .of(row.person)
        .with("basis", "opt_in")
        .with("consent", consent.id);
    unit.record(happening).await?;
    resolve(app, unit, row).await
}

/// Attaches person and company, and stops where an open deal belongs to somebody else.
async fn resolve(app: &App, unit: &mut Unit<'_>, row: &mut ReferralRow) -> Result<(), Failure> {
    let found = account_of(app, unit, row).await?;
    row.account = row.account.or(found.as_ref().map(|a| a.id));
    step(unit, row, Command::new(Action::Resolve, vec![Standing::System]), true)?;
    let mut happening = Happening::new("referral.resolved", Actor::System, row.id).of(row.person);
    if let Some(account) = row.account {
        happening = happening.with("account", account);
    }
    unit.record(happening).await?;
    if let Some((deal, here)) = open_deal(app, unit, row).await? {
        let arbiter = match deal.owner {
            Some(owner) => Some(owner),
            None => route_referral::arbiter_for(app, row).await?,
        };
        let reason = if here { "open_opportunity" } else { "group_opportunity" };
        return hold(app, unit, row, reason, arbiter).await;
    }
    if let Some(lock) = lock_of(unit, row).await? {
        return hold(app, unit, row, "introduction_under_way", Some(lock.member)).await;
    }
    enrich(app, unit, row).await
}

/// Contact fields: what can be said without asking outside is said now; the mail exchanger of the
/// mailbox's domain is asked by the worker.
async fn enrich(app: &App, unit: &mut Unit<'_>, row: &mut ReferralRow) -> Result<(), Failure> {
    let points = person::contact_points(app.db(), unit.workspace, row.person).await?;
    let waits = app.config.looks_up_mail_exchangers
        && points.iter().any(|p| p.kind == "email" && p.verification == "syntax");
    if waits {
        let (at, key) = (unit.at, format!("enrich/{}/{}", row.id, row.version));
        unit.job("enrich", row.id, key, at, &serde_json::json!({}));
        return Ok(());
    }
    after_enrich(app, unit, row).await
}

/// Enriched as far as it goes: score and route.
///
/// # Errors
/// When the database cannot be read.
pub async fn after_enrich(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
) -> Result<(), Failure> {
    step(unit, row, Command::new(Action::Enrich, vec![Standing::System]), true)?;
    unit.record(Happening::new("referral.enriched", Actor::System, row.id).of(row.person)).await?;
    route_referral::run(app, unit, row).await
}

/// Goes on after an arbiter released a hold, from where it stood.
///
/// # Errors
/// When the database cannot be read.
pub async fn resume(app: &App, unit: &mut Unit<'_>, row: &mut ReferralRow) -> Result<(), Failure> {
    match row.state {
        ReferralState::Received => {
            // An arbiter who releases vouches for the referrer.
            row.referrer_level = row.referrer_level.max(3);
            row.channel_level = row.channel_level.max(3);
            let verify = Command::new(Action::Verify, vec![Standing::System]);
            step(unit, row, verify, false)?;
            let alive = live_consent(app, unit, row).await?;
            match alive {
                Some(consent) => Box::pin(clear(app, unit, row, &consent)).await,
                None => Ok(()),
            }
        }
        ReferralState::Resolved => enrich(app, unit, row).await,
        ReferralState::Enriched | ReferralState::Scored => {
            route_referral::run(app, unit, row).await
        }
        _ => Ok(()),
    }
}

/// The consent that carries this referral, if it allows contact now.
///
/// # Errors
/// When the database cannot be read.
pub async fn live_consent(
    app: &App,
    unit: &Unit<'_>,
    row: &ReferralRow,
) -> Result<Option<ConsentRow>, Failure> {
    let Some(id) = row.consent else { return Ok(None) };
    let consent = consent::consent(app.db(), unit.workspace, id).await?;
    Ok(consent.filter(|c| is_alive(c.state, c.expires_at, unit.at)))
}

/// One step of the table, taken on the row in memory.
///
/// # Errors
/// The refusal of the table.
pub fn step(
    unit: &Unit<'_>,
    row: &mut ReferralRow,
    command: Command,
    basis_alive: bool,
) -> Result<Decision, Failure> {
    let facts = Facts {
        state: row.state,
        resume: row.resume,
        referrer_verified: row.referrer_level.min(row.channel_level) > 0,
        basis_alive,
        owner: row.owner,
    };
    let decision = decide(&facts, &command, unit.at)?;
    row.state = decision.to;
    row.resume = decision.resume;
    row.owner = decision.owner;
    row.reason = command.reason.unwrap_or_default();
    row.until = command.until;
    row.state_since = unit.at;
    if row.state.is_final() {
        row.closed_at = Some(unit.at);
    }
    Ok(decision)
}

/// Stops until a named person decides, with a clock.
///
/// # Errors
/// When the database cannot be read.
pub async fn hold(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
    reason: &str,
    arbiter: Option<MemberId>,
) -> Result<(), Failure> {
    stop_for(app, unit, row, reason, arbiter).await?;
    route_referral::tell_member(app, unit, row, arbiter, "held").await
}

/// The hold itself: state, arbiter, clock, entry.
async fn stop_for(
    app: &App,
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
    reason: &str,
    arbiter: Option<MemberId>,
) -> Result<(), Failure> {
    let command = Command::new(Action::Hold, vec![Standing::System]).because(reason);
    step(unit, row, command, true)?;
    row.arbiter = arbiter;
    route_referral::start_clock(app, unit, row, ClockKind::Arbiter, None, arbiter).await?;
    let happening = Happening::new("referral.held", Actor::System, row.id).with("reason", reason);
    unit.record(happening).await?;
    Ok(())
}

/// The level that the evidence gathered by this unit gives.
fn referrer_level(unit: &Unit<'_>, row: &ReferralRow, mailbox: Option<&Email>) -> ReferrerLevel {
    let theirs = unit.evidence.iter().filter(|e| e.person == row.referrer);
    let evidence: Vec<Evidence> = theirs.filter_map(to_evidence).collect();
    let mailbox = mailbox.map(MailboxTraits::of).unwrap_or_default();
    let caps = CapFacts { mailbox, ..CapFacts::default() };
    let id = row.id.to_string();
    let subject = Subject { message: Some(&id), referral: Some(&id) };
    verification::referrer_level(&evidence, &caps, &subject, unit.at)
}

fn to_evidence(row: &EvidenceRow) -> Option<Evidence> {
    let class = EvidenceClass::ALL.into_iter().find(|c| class_letter(*c) == row.class)?;
    Some(Evidence {
        class,
        method: row.method.clone(),
        passed: row.holds,
        detail_hash: String::new(),
        observed_at: row.observed_at,
        expires_at: row.expires_at,
        given_for: row.referral.map(|r| r.to_string()),
        confirmed: 0,
        disputed: 0,
        verifier_version: "1".to_owned(),
        raw_evidence_ref: None,
    })
}

/// The letter of a class of evidence.
pub fn class_letter(class: EvidenceClass) -> &'static str {
    match class {
        EvidenceClass::AddressControl => "C",
        EvidenceClass::MessageAuthenticated => "S",
        EvidenceClass::DomainOfCompany => "D",
        EvidenceClass::FederatedLogin => "F",
        EvidenceClass::Relationship => "R",
        EvidenceClass::TrackRecord => "T",
        EvidenceClass::Attestation => "X",
    }
}

/// A lead that is already on its way for the same person.
///
/// # Errors
/// When the database cannot be read.
pub async fn lead_of(
    app: &App,
    unit: &Unit<'_>,
    row: &ReferralRow,
) -> Result<Option<ReferralRow>, Failure> {
    let all = cluster::referrals(app.db(), unit.workspace, row.person).await?;
    Ok(all.into_iter().find(|r| r.id != row.id && r.cleared_at.is_some() && !r.state.is_final()))
}

/// Joins a lead that is on its way: one lead, all credited.
///
/// # Errors
/// When the database cannot be read.
pub async fn join(
    unit: &mut Unit<'_>,
    row: &mut ReferralRow,
    lead: &ReferralRow,
) -> Result<(), Failure> {
    let command =
        Command::new(Action::MarkDuplicate, vec![Standing::System]).because("same_person");
    step(unit, row, command, true)?;
    credit_to(unit, row, lead);
    let happening = Happening::new("referral.joined", Actor::System, row.id)
        .of(row.person)
        .with("lead", lead.id);
    unit.record(happening).await?;
    Ok(())
}

/// Ties a joined referral to its lead, and credits whoever handed it over. Somebody who handed the
/// same person over twice keeps the credit they have.
pub fn credit_to(unit: &mut Unit<'_>, row: &mut ReferralRow, lead: &ReferralRow) {
    row.duplicate_of = Some(lead.id);
    if row.referrer == lead.referrer {
        return;
    }
    let credit = warmpath_store::table::referral::CreditRow {
        workspace: unit.workspace,
        referral: lead.id,
        person: row.referrer,
        kind: "influenced".to_owned(),
        share: 0,
        rule: route_referral::CREDIT_RULE.to_owned(),
    };
    unit.push(credit.put());
}

/// The other referrals of one person that still wait for an answer join the lead that the answer
/// made: the person is asked once, and everybody who introduced them is credited.
///
/// # Errors
/// When the database cannot be read.
pub async fn join_waiting(
    app: &App,
    unit: &mut Unit<'_>,
    lead: &ReferralRow,
) -> Result<(), Failure> {
    if lead.cleared_at.is_none() || lead.state == ReferralState::Duplicate {
        return Ok(());
    }
    for mut other in cluster::referrals(app.db(), unit.workspace, lead.person).await? {
        if other.id == lead.id || other.state != ReferralState::Verified {
            continue;
        }
        join(unit, &mut other, lead).await?;
        other.version += 1;
        unit.push(other.save());
    }
    Ok(())
}

async fn account_of(
    app: &App,
    unit: &Unit<'_>,
    row: &ReferralRow,
) -> Result<Option<AccountRow>, Failure> {
    if row.account.is_some() {
        return Ok(None);
    }
    let Some(person) = person::person(app.db(), unit.workspace, row.person).await? else {
        return Ok(None);
    };
    match person.account {
        Some(id) => Ok(account::account(app.db(), unit.workspace, id).await?),
        None => Ok(None),
    }
}

/// Somebody of the team has asked for an introduction to this person: others leave them alone.
async fn lock_of(unit: &Unit<'_>, row: &ReferralRow) -> Result<Option<TargetLockRow>, Failure> {
    for person in cluster::whole(unit.db(), unit.workspace, row.person).await? {
        if let Some(lock) = introduction::lock(unit.db(), unit.workspace, person).await? {
            return Ok(Some(lock));
        }
    }
    Ok(None)
}

/// An open deal at this company in any business unit, else at another company of its group; and
/// whether it is this company.
///
/// # Errors
/// When the database cannot be read.
pub async fn open_deal(
    app: &App,
    unit: &Unit<'_>,
    row: &ReferralRow,
) -> Result<Option<(OpportunityRow, bool)>, Failure> {
    let Some(account) = row.account else { return Ok(None) };
    let (db, ws) = (app.db(), unit.workspace);
    for company in group::of(db, ws, account).await? {
        let deals = account::opportunities_of(db, ws, company).await?;
        if let Some(deal) = deals.into_iter().find(|deal| deal.won.is_none()) {
            let here =
                cluster::root(db, ws, company).await? == cluster::root(db, ws, account).await?;
            return Ok(Some((deal, here)));
        }
    }
    Ok(None)
}

/// Keeps a decision with its facts and trace, for the page and for replay.
pub fn keep_decision(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    kind: &str,
    facts: String,
    trace: String,
) {
    let decision = DecisionRow {
        workspace: unit.workspace,
        id: app.id::<DecisionId>(),
        referral: row.id,
        kind: kind.to_owned(),
        pathway: row.pathway,
        pathway_version: row.pathway_version,
        facts,
        trace,
        at: unit.at,
    };
    unit.push(decision.insert());
}
