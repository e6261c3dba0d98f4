//! Pathways from draft to live: write, lint, simulate, approve, pilot, go live, return.
//!
//! Every move is decided by `warmpath_pathway::life_cycle`; this file loads what the decision needs
//! and keeps what it says. A version's text never changes once it left draft.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use warmpath_core::id::{MemberId, PathwayId, WorkspaceId};
use warmpath_core::limits;
use warmpath_core::role::Role;
use warmpath_pathway::life_cycle::{self, Approval, Evidence, Move, State};
use warmpath_pathway::{Facts, Finding, Roster, RosterMember, Severity, check, compile, parse};
use warmpath_pathway::{Report, Stored, simulate};
use warmpath_store::table::pathway::{self as table, PathwayRow, PathwayVersionRow};
use warmpath_store::table::{referral, workspace};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ReadPathways, WritePathways};
use crate::route_referral::handle;
use crate::unit::{Happening, Unit};

/// Stored decisions that a simulation replays.
const REPLAYED_MAX: i64 = 2000;

/// A pathway with its versions, latest first.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The pathway.
    pub pathway: PathwayRow,
    /// Its versions.
    pub versions: Vec<PathwayVersionRow>,
}

/// All pathways.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ReadPathways>) -> Result<Vec<Whole>, Failure> {
    let mut found = Vec::new();
    for pathway in table::pathways(app.db(), grant.workspace()).await? {
        let versions = table::versions(app.db(), grant.workspace(), pathway.id).await?;
        found.push(Whole { pathway, versions });
    }
    Ok(found)
}

/// One pathway by its word.
///
/// # Errors
/// [`Failure::NotFound`] when there is none here.
pub async fn by_slug(app: &App, workspace: WorkspaceId, slug: &str) -> Result<Whole, Failure> {
    let all = table::pathways(app.db(), workspace).await?;
    let pathway = all.into_iter().find(|p| p.slug == slug).ok_or(Failure::NotFound)?;
    let versions = table::versions(app.db(), workspace, pathway.id).await?;
    Ok(Whole { pathway, versions })
}

/// Who and what a pathway of this workspace may name.
///
/// # Errors
/// When the database cannot be read.
pub async fn roster(app: &App, workspace: WorkspaceId) -> Result<Roster, Failure> {
    let members = workspace::members(app.db(), workspace).await?;
    let mut roster = Roster::default();
    for member in &members {
        let one = RosterMember { name: member.name.clone(), active: member.active };
        roster.members.insert(handle(member), one);
    }
    let seats = workspace::seats(app.db(), workspace).await?;
    for pool in workspace::pools(app.db(), workspace).await? {
        let handles: BTreeSet<String> = seats
            .iter()
            .filter(|s| s.pool == pool.id)
            .filter_map(|s| members.iter().find(|m| m.id == s.member))
            .map(handle)
            .collect();
        roster.pools.insert(pool.slug, handles);
    }
    roster.vendors = VENDORS.iter().map(|v| (*v).to_owned()).collect();
    Ok(roster)
}

/// Enrichment that is built in.
const VENDORS: &[&str] = &["mailbox", "mail-server", "lists", "phone-shape", "accounts"];

/// What the linter says about a text, with this workspace's roster.
///
/// # Errors
/// When the database cannot be read.
pub async fn lint(app: &App, workspace: WorkspaceId, text: &str) -> Result<Vec<Finding>, Failure> {
    Ok(check(text, &roster(app, workspace).await?))
}

fn errors(findings: &[Finding]) -> usize {
    findings.iter().filter(|f| f.severity == Severity::Error).count()
}

/// Starts a draft from the latest version, unless there is one already. Returns its number.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such pathway.
pub async fn draft(app: &App, grant: &Grant<WritePathways>, slug: &str) -> Result<i64, Failure> {
    let whole = by_slug(app, grant.workspace(), slug).await?;
    if let Some(open) = whole.versions.iter().find(|v| is_open(v)) {
        return Ok(open.number);
    }
    let newest = whole.versions.first().ok_or(Failure::NotFound)?;
    let live = whole.versions.iter().find(|v| Some(v.number) == whole.pathway.live_version);
    let from = live.unwrap_or(newest);
    let mut unit = Unit::new(app, grant.workspace());
    let row = PathwayVersionRow {
        workspace: unit.workspace,
        pathway: whole.pathway.id,
        number: newest.number + 1,
        text: from.text.clone(),
        state: "draft".to_owned(),
        note: String::new(),
        author: Some(grant.member()),
        approved_by: None,
        approved_at: None,
        simulation: String::new(),
        created_at: unit.at,
        version: 1,
    };
    unit.push(row.insert());
    let happening = Happening::new("pathway.drafted", grant.principal().actor(), row.pathway)
        .with("version", row.number);
    unit.record(happening).await?;
    unit.commit("Somebody started a draft already.").await?;
    Ok(row.number)
}

/// A version that is still on its way.
pub fn is_open(version: &PathwayVersionRow) -> bool {
    matches!(version.state.as_str(), "draft" | "linted" | "simulated")
}

/// Keeps a text. Whatever was linted or simulated before counts no more.
///
/// # Errors
/// [`Failure::Conflict`] when somebody else saved meanwhile; the text is not lost, the page keeps it.
pub async fn save(
    app: &App,
    grant: &Grant<WritePathways>,
    slug: &str,
    base: i64,
    text: &str,
) -> Result<Vec<Finding>, Failure> {
    if text.len() > limits::PATHWAY_BYTES_MAX {
        return Err(Failure::invalid("text", "pathway_too_long", "The document is too long."));
    }
    let text = text.replace("\r\n", "\n");
    let number = draft(app, grant, slug).await?;
    let whole = by_slug(app, grant.workspace(), slug).await?;
    let row = whole.versions.into_iter().find(|v| v.number == number);
    let mut row = row.ok_or(Failure::NotFound)?;
    if base != 0 && base != row.version && row.version != 1 {
        return Err(saved_by_another(app, grant, &row).await?);
    }
    let findings = lint(app, grant.workspace(), &text).await?;
    let unit_at = app.now();
    let mut unit = Unit::new(app, grant.workspace());
    row.state = if errors(&findings) == 0 { "linted" } else { "draft" }.to_owned();
    row.text = text;
    row.author = Some(grant.member());
    row.approved_by = None;
    row.approved_at = None;
    row.simulation = String::new();
    row.created_at = unit_at;
    row.version += 1;
    unit.push(row.save());
    let happening = Happening::new("pathway.saved", grant.principal().actor(), row.pathway)
        .with("version", row.number)
        .with("errors", errors(&findings));
    unit.record(happening).await?;
    unit.commit("Somebody else saved this draft meanwhile.").await?;
    Ok(findings)
}

/// Who saved the draft in the meantime.
async fn saved_by_another(
    app: &App,
    grant: &Grant<WritePathways>,
    row: &PathwayVersionRow,
) -> Result<Failure, Failure> {
    let author = match row.author {
        Some(id) => workspace::member(app.db(), grant.workspace(), id).await?,
        None => None,
    };
    let who = author.map_or_else(|| "Somebody".to_owned(), |member| member.name);
    Ok(Failure::Conflict(format!(
        "{who} saved this draft meanwhile. Your text stands below; saving again replaces theirs."
    )))
}

/// The result of a simulation, as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// How many stored referrals were run.
    pub total: usize,
    /// Get another owner.
    pub owner_changed: usize,
    /// Wait longer.
    pub waits_longer: usize,
    /// Would have no owner.
    pub without_owner: usize,
    /// From, to, how many.
    pub flows: Vec<(String, String, usize)>,
    /// Referral, from, to, minutes longer.
    pub moves: Vec<(String, String, String, Option<i64>)>,
}

impl Kept {
    fn of(report: Report) -> Self {
        Self {
            total: report.total,
            owner_changed: report.owner_changed,
            waits_longer: report.waits_longer,
            without_owner: report.without_owner,
            flows: report.flows.into_iter().map(|f| (f.from, f.to, f.count)).collect(),
            moves: report
                .changes
                .into_iter()
                .take(200)
                .map(|c| (c.id, c.from, c.to, c.wait_minutes))
                .collect(),
        }
    }

    /// Reads what is kept with a version.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// Runs a draft over the facts of past referrals.
///
/// # Errors
/// [`Failure::Conflict`] when the linter still finds errors.
pub async fn run_simulation(
    app: &App,
    grant: &Grant<WritePathways>,
    slug: &str,
) -> Result<Kept, Failure> {
    let whole = by_slug(app, grant.workspace(), slug).await?;
    let row = whole.versions.iter().find(|v| is_open(v)).cloned();
    let mut row = row.ok_or_else(|| Failure::Conflict("There is no draft to simulate.".into()))?;
    let state = state_of(&row.state);
    let findings = lint(app, grant.workspace(), &row.text).await?;
    let evidence = evidence(app, grant, &row, errors(&findings), None).await?;
    let moved = life_cycle::decide(state, Move::Simulate, &evidence)
        .map_err(|refusal| Failure::Conflict(sentence(&refusal)))?;
    let stored = stored(app, grant.workspace(), whole.pathway.id).await?;
    let live = whole.versions.iter().find(|v| Some(v.number) == whole.pathway.live_version);
    let old = live.map_or(row.text.as_str(), |v| v.text.as_str());
    let (Ok(old), Ok(new)) = (parse(old), parse(&row.text)) else {
        return Err(Failure::Conflict("The document does not read.".into()));
    };
    let kept = Kept::of(simulate(&compile(&old), &compile(&new), &stored));
    let mut unit = Unit::new(app, grant.workspace());
    row.state = word_of(moved.to).to_owned();
    row.simulation = serde_json::to_string(&kept).map_err(|e| Failure::Defect(e.to_string()))?;
    row.version += 1;
    unit.push(row.save());
    let happening = Happening::new("pathway.simulated", grant.principal().actor(), row.pathway)
        .with("version", row.number)
        .with("total", kept.total)
        .with("without_owner", kept.without_owner);
    unit.record(happening).await?;
    unit.commit("Somebody changed this draft meanwhile.").await?;
    Ok(kept)
}

async fn stored(
    app: &App,
    workspace: WorkspaceId,
    pathway: PathwayId,
) -> Result<Vec<Stored>, Failure> {
    let rows = referral::decisions_of_kind(app.db(), workspace, "route", REPLAYED_MAX).await?;
    Ok(rows
        .into_iter()
        .filter(|d| d.pathway == Some(pathway))
        .filter_map(|d| {
            let facts: Facts = serde_json::from_str(&d.facts).ok()?;
            Some(Stored { id: d.referral.to_string(), facts, at: d.at })
        })
        .collect())
}

async fn evidence(
    app: &App,
    grant: &Grant<WritePathways>,
    row: &PathwayVersionRow,
    lint_errors: usize,
    without_owner: Option<usize>,
) -> Result<Evidence, Failure> {
    let members = workspace::members(app.db(), grant.workspace()).await?;
    let approvers =
        members.iter().filter(|m| m.active && matches!(m.role, Role::Admin | Role::Revops)).count();
    Ok(Evidence {
        by: grant.member().to_string(),
        author: row.author.map(|a| a.to_string()).unwrap_or_default(),
        approved_by: row.approved_by.map(|a| a.to_string()),
        approvers: u32::try_from(approvers).unwrap_or(u32::MAX),
        lint_errors,
        without_owner,
    })
}

/// A second person approves the draft.
///
/// # Errors
/// [`Failure::Conflict`] when it is not ready, or the author asks.
pub async fn approve(app: &App, grant: &Grant<WritePathways>, slug: &str) -> Result<(), Failure> {
    let whole = by_slug(app, grant.workspace(), slug).await?;
    let row = whole.versions.iter().find(|v| v.state == "simulated").cloned();
    let mut row = row.ok_or_else(|| Failure::Conflict("Simulate the draft first.".to_owned()))?;
    if row.author == Some(grant.member()) {
        return Err(Failure::Conflict("You wrote it. A second person approves.".into()));
    }
    let without = Kept::read(&row.simulation).map_or(1, |k| k.without_owner);
    if without > 0 {
        let what = format!("{without} referrals would be without an owner.");
        return Err(Failure::Conflict(what));
    }
    let mut unit = Unit::new(app, grant.workspace());
    row.approved_by = Some(grant.member());
    row.approved_at = Some(unit.at);
    row.version += 1;
    unit.push(row.save());
    let happening = Happening::new("pathway.approved", grant.principal().actor(), row.pathway)
        .with("version", row.number);
    unit.record(happening).await?;
    unit.commit("Somebody changed this draft meanwhile.").await
}

/// Where a version goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Launch {
    /// All doors.
    Live,
    /// One door.
    Pilot(String),
}

/// Takes the approved draft (or the pilot) live.
///
/// # Errors
/// [`Failure::Conflict`] with what is missing.
pub async fn launch(
    app: &App,
    grant: &Grant<WritePathways>,
    slug: &str,
    launch: &Launch,
) -> Result<(), Failure> {
    let whole = by_slug(app, grant.workspace(), slug).await?;
    let wanted = |v: &&PathwayVersionRow| {
        v.state == "simulated" || (v.state == "pilot" && *launch == Launch::Live)
    };
    let row = whole.versions.iter().find(wanted).cloned();
    let mut row = row.ok_or_else(|| Failure::Conflict("Simulate the draft first.".to_owned()))?;
    let findings = lint(app, grant.workspace(), &row.text).await?;
    let without = Kept::read(&row.simulation).map(|k| k.without_owner);
    let evidence = evidence(app, grant, &row, errors(&findings), without).await?;
    let step = if *launch == Launch::Live { Move::GoLive } else { Move::StartPilot };
    let moved = life_cycle::decide(state_of(&row.state), step, &evidence)
        .map_err(|refusal| Failure::Conflict(sentence(&refusal)))?;
    let mut unit = Unit::new(app, grant.workspace());
    let mut pathway = whole.pathway;
    match launch {
        Launch::Live => {
            retire(&mut unit, &whole.versions, pathway.live_version, row.number);
            pathway.live_version = Some(row.number);
            pathway.pilot_version = None;
            pathway.pilot_door = String::new();
            pathway.pilot_since = None;
        }
        Launch::Pilot(door) => {
            pathway.pilot_version = Some(row.number);
            pathway.pilot_door.clone_from(door);
            pathway.pilot_since = Some(unit.at);
        }
    }
    row.state = word_of(moved.to).to_owned();
    row.version += 1;
    pathway.version += 1;
    unit.push(row.save());
    unit.push(pathway.save());
    let how = match moved.approval {
        Some(Approval::SecondPerson { .. }) => "second_person",
        _ => "alone",
    };
    let kind = if *launch == Launch::Live { "pathway.live" } else { "pathway.pilot" };
    let happening = Happening::new(kind, grant.principal().actor(), row.pathway)
        .with("version", row.number)
        .with("approved", how);
    unit.record(happening).await?;
    unit.commit("Somebody changed this pathway meanwhile.").await
}

fn retire(unit: &mut Unit<'_>, all: &[PathwayVersionRow], number: Option<i64>, but: i64) {
    let old = all.iter().find(|v| Some(v.number) == number && v.number != but);
    if let Some(mut old) = old.cloned() {
        "retired".clone_into(&mut old.state);
        old.version += 1;
        unit.push(old.save());
    }
}

/// One click back to a version that was live before.
///
/// # Errors
/// [`Failure::Conflict`] when it was never live.
pub async fn return_to(
    app: &App,
    grant: &Grant<WritePathways>,
    slug: &str,
    number: i64,
) -> Result<(), Failure> {
    let whole = by_slug(app, grant.workspace(), slug).await?;
    let row = whole.versions.iter().find(|v| v.number == number).cloned();
    let mut row = row.ok_or(Failure::NotFound)?;
    let findings = lint(app, grant.workspace(), &row.text).await?;
    let evidence = evidence(app, grant, &row, errors(&findings), None).await?;
    life_cycle::decide(state_of(&row.state), Move::Return, &evidence)
        .map_err(|refusal| Failure::Conflict(sentence(&refusal)))?;
    let mut unit = Unit::new(app, grant.workspace());
    let mut pathway = whole.pathway;
    retire(&mut unit, &whole.versions, pathway.live_version, number);
    "live".clone_into(&mut row.state);
    row.version += 1;
    pathway.live_version = Some(number);
    pathway.version += 1;
    unit.push(row.save());
    unit.push(pathway.save());
    let happening = Happening::new("pathway.returned", grant.principal().actor(), row.pathway)
        .with("version", number);
    unit.record(happening).await?;
    unit.commit("Somebody changed this pathway meanwhile.").await
}

/// What became of the referrals of a door before and since a pilot began.
#[derive(Debug, Clone, Default)]
pub struct PilotReport {
    /// The door.
    pub door: String,
    /// Before: referrals routed, accepted, minutes to first contact of each.
    pub before: Side,
    /// Since.
    pub since: Side,
}

/// One side of a pilot report.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// Routed.
    pub routed: u64,
    /// Accepted.
    pub accepted: u64,
    /// Minutes from clearance to first contact, sorted.
    pub minutes: Vec<i64>,
}

/// Counts both sides over the same length of time.
///
/// # Errors
/// When the database cannot be read.
pub async fn pilot_report(
    app: &App,
    grant: &Grant<ReadPathways>,
    pathway: &PathwayRow,
) -> Result<Option<PilotReport>, Failure> {
    let Some(began) = pathway.pilot_since else { return Ok(None) };
    let length = app.now().duration_since(began).max(SignedDuration::from_hours(24));
    let rows = referral::since(app.db(), grant.workspace(), began - length).await?;
    let mut report = PilotReport { door: pathway.pilot_door.clone(), ..PilotReport::default() };
    let of_door = |r: &&referral::ReferralRow| {
        r.pathway == Some(pathway.id) && r.door.as_str() == pathway.pilot_door
    };
    for row in rows.iter().filter(of_door) {
        let Some(routed) = row.routed_at else { continue };
        let side = if routed < began { &mut report.before } else { &mut report.since };
        side.routed += 1;
        side.accepted += u64::from(row.accepted_at.is_some());
        if let (Some(cleared), Some(contacted)) = (row.cleared_at, row.contacted_at) {
            side.minutes.push(contacted.duration_since(cleared).as_mins());
        }
    }
    report.before.minutes.sort_unstable();
    report.since.minutes.sort_unstable();
    Ok(Some(report))
}

/// What a version would decide about a stored referral.
///
/// # Errors
/// [`Failure::NotFound`] when the referral was never routed.
pub async fn what_if(
    app: &App,
    grant: &Grant<ReadPathways>,
    text: &str,
    id: warmpath_core::id::ReferralId,
) -> Result<warmpath_pathway::Decision, Failure> {
    let decisions = referral::decisions(app.db(), grant.workspace(), id).await?;
    let stored = decisions.iter().find(|d| d.kind == "route").ok_or(Failure::NotFound)?;
    let facts: Facts =
        serde_json::from_str(&stored.facts).map_err(|e| Failure::Defect(e.to_string()))?;
    let document = parse(text)
        .map_err(|_| Failure::Conflict("The document does not read; see the findings.".into()))?;
    Ok(warmpath_pathway::what_if(&compile(&document), &facts, app.now()))
}

/// A state of the table as the life cycle knows it.
pub fn state_of(word: &str) -> State {
    match word {
        "linted" => State::Linted,
        "simulated" => State::Simulated,
        "pilot" => State::Pilot,
        "live" => State::Live,
        "retired" => State::Retired,
        _ => State::Draft,
    }
}

fn word_of(state: State) -> &'static str {
    match state {
        State::Draft => "draft",
        State::Linted => "linted",
        State::Simulated => "simulated",
        State::Pilot => "pilot",
        State::Live => "live",
        State::Retired => "retired",
    }
}

fn sentence(refusal: &life_cycle::Refusal) -> String {
    let text = refusal.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The name of a member, for pages.
pub fn author_name(members: &[workspace::MemberRow], id: Option<MemberId>) -> String {
    id.and_then(|id| members.iter().find(|m| m.id == id))
        .map(|m| m.name.clone())
        .unwrap_or_default()
}
