//! Reports the figures of a workspace: how referrals fare from introduction to deal, how fast, from
//! where, and where they are lost. Every rate stands with its cases and its interval.
//!
//! Cases are the referrals received in the period. What a manager sees is narrowed to their team.

mod journey;
mod table;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Serialize;
use warmpath_core::id::{MemberId, ReferralId};
use warmpath_core::referral::{Origin, ReferralState};
use warmpath_core::role::Role;
use warmpath_insight::{
    Chance, Journey, Rate, Spread, StageFigure, Tally, Total, by_source, chance, stages, tally,
    totals,
};
use warmpath_store::table::account::{self, OpportunityRow};
use warmpath_store::table::figure::{self, CaseRow, KnownFields};
use warmpath_store::table::workspace::{self, MemberRow};

use crate::context::App;
use crate::error::Failure;
use crate::member_hours;
use crate::policy::{Grant, ReadFigures};

pub use journey::STAGES;
pub use table::{Line, PARTS, lines};

/// Longest period, in days.
pub const DAYS_MAX: i64 = 1830;

/// The ages at which chances are told, in days.
pub const AGES_DAYS: [i64; 3] = [30, 90, 180];

/// What the figures are narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The last so many days, `1..=`[`DAYS_MAX`].
    pub days: i64,
    /// From this origin only.
    pub origin: Option<Origin>,
    /// Owned by members of this team only.
    pub team: Option<String>,
}

/// The figures.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// As of.
    pub as_of: Timestamp,
    /// Received since.
    pub since: Timestamp,
    /// Narrowed to this origin.
    pub origin: Option<Origin>,
    /// Narrowed to this team.
    pub team: Option<String>,
    /// How many referrals.
    pub referrals: u64,
    /// The stages, first to last.
    pub stages: Vec<Stage>,
    /// Cleared to opportunity.
    pub cleared_to_opportunity: Rate,
    /// By origin: received to opportunity.
    pub sources: BTreeMap<String, Rate>,
    /// The chance from clearance on, by age.
    pub chances: Vec<AgedChance>,
    /// Clearance to first contact.
    pub first_contact: Option<FirstContact>,
    /// Cleared people whose mailbox is proved to take mail.
    pub validated_contact: Rate,
    /// Which fields are known of cleared people.
    pub coverage: BTreeMap<&'static str, Rate>,
    /// Why referrals ended without a deal: state and reason.
    pub fall_out: Vec<Tally>,
    /// Won of closed, by where the lead came from: referrals and everything else the CRM knows.
    pub wins: Vec<Win>,
    /// Value of what is open and qualified.
    pub pipeline: Vec<Total>,
    /// Value of what was won.
    pub won_value: Vec<Total>,
    /// Clocks that ended: met in time, by kind.
    pub clocks: BTreeMap<String, Rate>,
    /// By month of receipt.
    pub months: Vec<Month>,
    /// Closed referrals, for the list that stands in place of a rate of few cases.
    #[serde(skip)]
    pub closed: Vec<Closed>,
}

/// A stage with its figures.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Stage {
    /// Its name, as the state is called.
    pub name: &'static str,
    /// Its figures.
    #[serde(flatten)]
    pub figure: StageFigure,
}

/// The chance to get from clearance to a stage within some days; none where nobody is old enough.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct AgedChance {
    /// The stage.
    pub to: &'static str,
    /// Within so many days.
    pub days: i64,
    /// The chance.
    pub chance: Option<Chance>,
}

/// Time from clearance to first contact, in seconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct FirstContact {
    /// By the clock on the wall.
    pub wall_s: Spread,
    /// In the owner's working time.
    pub working_s: Spread,
}

/// Won of closed for one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Win {
    /// "referral: customer", "referral (CRM)", or the lead source as the CRM has it.
    pub source: String,
    /// Whether it came by a referral.
    pub is_referral: bool,
    /// Won of closed.
    pub rate: Rate,
}

/// One month of receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Month {
    /// "2026-05".
    pub month: String,
    /// Received.
    pub received: u64,
    /// Of them, cleared so far.
    pub cleared: u64,
    /// Of them, met so far.
    pub met: u64,
    /// Of them, opportunities so far.
    pub opportunities: u64,
    /// Of them, won so far.
    pub won: u64,
}

/// A closed referral.
#[derive(Debug, Clone, Copy)]
pub struct Closed {
    /// The referral.
    pub id: ReferralId,
    /// How it ended.
    pub state: ReferralState,
    /// When.
    pub at: Option<Timestamp>,
}

/// Reports.
///
/// # Errors
/// [`Failure::Invalid`] for a period that is none; when the database cannot be read.
pub async fn run(app: &App, grant: &Grant<ReadFigures>, wish: &Wish) -> Result<Figures, Failure> {
    if !(1..=DAYS_MAX).contains(&wish.days) {
        return Err(Failure::invalid("days", "out_of_range", "Choose 1 to 1830 days."));
    }
    let (db, ws, now) = (app.db(), grant.workspace(), app.now());
    let since = now - SignedDuration::from_hours(24 * wish.days);
    let members = workspace::members(db, ws).await?;
    let team = match grant.principal().role {
        Role::Manager => Some(grant.principal().team.clone()),
        _ => wish.team.clone().filter(|team| !team.is_empty()),
    };
    let mut rows = figure::cases(db, ws, since).await?;
    rows.retain(|row| is_wanted(row, wish.origin, team.as_deref(), &members));
    let journeys = journey::of(db, ws, &rows, since).await?;
    let known = figure::known_fields(db, ws, since).await?;
    let deals = match team {
        None => account::all_opportunities(db, ws).await?,
        // The CRM does not know our teams: its other sources are no baseline for one of them.
        Some(_) => Vec::new(),
    };
    let zone = workspace::workspace(db, ws).await?.map(|w| w.zone).unwrap_or_default();
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let cleared: Vec<&CaseRow> = rows.iter().filter(|r| r.cleared_at.is_some()).collect();
    Ok(Figures {
        as_of: now,
        since,
        origin: wish.origin,
        referrals: rows.len() as u64,
        stages: stage_figures(&journeys),
        cleared_to_opportunity: reached_of(&journeys, journey::CLEARED, journey::OPPORTUNITY),
        sources: by_source(&journeys, journey::RECEIVED, journey::OPPORTUNITY),
        chances: chances(&journeys, now),
        first_contact: first_contact(app, grant, &rows, &members, since).await?,
        validated_contact: Rate::of(&cleared, |r| fields(&known, r).mailbox_validated),
        coverage: coverage(&cleared, &known),
        fall_out: fall_out(&rows),
        wins: wins(&rows, &deals, since, wish.origin),
        pipeline: value(&rows, &[ReferralState::Qualified, ReferralState::Opportunity]),
        won_value: value(&rows, &[ReferralState::Won]),
        clocks: clocks(app, grant, since, &rows).await?,
        months: months(&rows, &journeys, &zone),
        closed: closed(&rows),
        team,
    })
}

fn is_wanted(
    row: &CaseRow,
    origin: Option<Origin>,
    team: Option<&str>,
    members: &[MemberRow],
) -> bool {
    let of_team = |team: &str| {
        row.owner.is_some_and(|owner| members.iter().any(|m| m.id == owner && m.team == team))
    };
    origin.is_none_or(|wanted| row.origin == wanted) && team.is_none_or(of_team)
}

fn stage_figures(journeys: &[Journey]) -> Vec<Stage> {
    let figures = stages(journeys, STAGES.len());
    STAGES.iter().zip(figures).map(|(name, figure)| Stage { name, figure }).collect()
}

fn reached_of(journeys: &[Journey], from: usize, to: usize) -> Rate {
    Rate::of(journeys.iter().filter(|j| j.came_to(from)), |j| j.came_to(to))
}

fn chances(journeys: &[Journey], now: Timestamp) -> Vec<AgedChance> {
    let targets = [journey::CONTACTED, journey::MET, journey::WON];
    let mut found = Vec::new();
    for to in targets {
        for days in AGES_DAYS {
            let chance = chance(journeys, journey::CLEARED, to, days, now.as_second());
            found.push(AgedChance { to: STAGES[to], days, chance });
        }
    }
    found
}

async fn first_contact(
    app: &App,
    grant: &Grant<ReadFigures>,
    rows: &[CaseRow],
    members: &[MemberRow],
    since: Timestamp,
) -> Result<Option<FirstContact>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let holidays = workspace::holidays(db, ws).await?;
    let absences = workspace::absences(db, ws, since).await?;
    let hours: BTreeMap<MemberId, _> =
        members.iter().map(|m| (m.id, member_hours::build(m, &holidays, &absences))).collect();
    let (mut wall, mut working) = (Vec::new(), Vec::new());
    for row in rows {
        let (Some(from), Some(to)) = (row.cleared_at, row.contacted_at) else { continue };
        wall.push(to.duration_since(from).as_secs().max(0));
        let owner = row.owner.and_then(|owner| hours.get(&owner));
        if let Some(Ok(time)) = owner.map(|hours| hours.working_between(from, to)) {
            working.push(time.as_secs());
        }
    }
    let (Some(wall_s), Some(working_s)) = (Spread::of(wall), Spread::of(working)) else {
        return Ok(None);
    };
    Ok(Some(FirstContact { wall_s, working_s }))
}

fn fields(
    known: &BTreeMap<warmpath_core::id::PersonId, KnownFields>,
    row: &CaseRow,
) -> KnownFields {
    known.get(&row.person).copied().unwrap_or_default()
}

fn coverage(
    cleared: &[&CaseRow],
    known: &BTreeMap<warmpath_core::id::PersonId, KnownFields>,
) -> BTreeMap<&'static str, Rate> {
    BTreeMap::from([
        ("company", Rate::of(cleared, |r| r.account.is_some())),
        ("country", Rate::of(cleared, |r| fields(known, r).country)),
        ("mailbox", Rate::of(cleared, |r| fields(known, r).mailbox_validated)),
        ("phone", Rate::of(cleared, |r| fields(known, r).phone)),
        ("title", Rate::of(cleared, |r| fields(known, r).title)),
    ])
}

fn fall_out(rows: &[CaseRow]) -> Vec<Tally> {
    let lost = |row: &&CaseRow| row.state.is_final() && row.state != ReferralState::Won;
    let causes: Vec<String> = rows
        .iter()
        .filter(lost)
        .map(|row| match row.reason.as_str() {
            "" => row.state.to_string(),
            reason => format!("{}: {reason}", row.state),
        })
        .collect();
    tally(causes.iter().map(String::as_str))
}

/// Our referrals by origin, and the opportunities of the CRM by lead source.
fn wins(
    rows: &[CaseRow],
    deals: &[OpportunityRow],
    since: Timestamp,
    origin: Option<Origin>,
) -> Vec<Win> {
    let mut counts: BTreeMap<(bool, String), (u64, u64)> = BTreeMap::new();
    let mut count = |is_referral: bool, source: String, won: bool| {
        let entry = counts.entry((!is_referral, source)).or_default();
        entry.0 += u64::from(won);
        entry.1 += 1;
    };
    for row in rows {
        if matches!(row.state, ReferralState::Won | ReferralState::Lost) {
            count(true, row.origin.to_string(), row.state == ReferralState::Won);
        }
    }
    for deal in deals.iter().filter(|d| d.opened_at >= since && origin.is_none()) {
        let Some(won) = deal.won else { continue };
        let is_referral =
            deal.referrer.is_some() || deal.lead_source.to_lowercase().contains("referral");
        let source = match deal.lead_source.trim() {
            "" => "CRM, source not stated".to_owned(),
            source => format!("CRM, {source}"),
        };
        count(is_referral, source, won);
    }
    counts
        .into_iter()
        .map(|((other, source), (won, of))| Win {
            source,
            is_referral: !other,
            rate: Rate::new(won, of),
        })
        .collect()
}

fn value(rows: &[CaseRow], states: &[ReferralState]) -> Vec<Total> {
    let known = rows.iter().filter(|r| states.contains(&r.state));
    totals(known.filter_map(|r| r.amount.map(|amount| (r.currency.as_str(), amount))))
}

async fn clocks(
    app: &App,
    grant: &Grant<ReadFigures>,
    since: Timestamp,
    rows: &[CaseRow],
) -> Result<BTreeMap<String, Rate>, Failure> {
    let wanted: std::collections::BTreeSet<ReferralId> = rows.iter().map(|r| r.id).collect();
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (referral, kind, met) in figure::ended_clocks(app.db(), grant.workspace(), since).await? {
        if wanted.contains(&referral) {
            let entry = counts.entry(kind).or_default();
            entry.0 += u64::from(met);
            entry.1 += 1;
        }
    }
    Ok(counts.into_iter().map(|(kind, (met, of))| (kind, Rate::new(met, of))).collect())
}

fn months(rows: &[CaseRow], journeys: &[Journey], zone: &TimeZone) -> Vec<Month> {
    let mut found: BTreeMap<String, Month> = BTreeMap::new();
    for (row, journey) in rows.iter().zip(journeys) {
        let name = row.received_at.to_zoned(zone.clone()).strftime("%Y-%m").to_string();
        let month = found.entry(name.clone()).or_insert_with(|| Month {
            month: name,
            received: 0,
            cleared: 0,
            met: 0,
            opportunities: 0,
            won: 0,
        });
        month.received += 1;
        month.cleared += u64::from(journey.came_to(journey::CLEARED));
        month.met += u64::from(journey.came_to(journey::MET));
        month.opportunities += u64::from(journey.came_to(journey::OPPORTUNITY));
        month.won += u64::from(journey.came_to(journey::WON));
    }
    found.into_values().collect()
}

fn closed(rows: &[CaseRow]) -> Vec<Closed> {
    rows.iter()
        .filter(|row| matches!(row.state, ReferralState::Won | ReferralState::Lost))
        .map(|row| Closed { id: row.id, state: row.state, at: row.closed_at })
        .take(warmpath_insight::CASES_MIN as usize)
        .collect()
}
