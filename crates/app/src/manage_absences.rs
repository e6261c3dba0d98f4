//! Absences of members and holidays of regions: what the clocks and the pools count with.

use jiff::Timestamp;
use jiff::civil::Date;
use warmpath_core::calendar::zone_named;
use warmpath_core::id::{AbsenceId, MemberId};
use warmpath_core::role::Role;
use warmpath_store::table::workspace::{self, AbsenceRow, HolidayRow, MemberRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::policy::{Grant, ManageMembers, OwnAccount, ReadMembers};
use crate::unit::{Happening, Unit};

/// Longest absence, in days.
pub const DAYS_MAX: i64 = 400;

/// Absences to come or running, first come first, with whose they are.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    app: &App,
    grant: &Grant<ReadMembers>,
) -> Result<Vec<(AbsenceRow, MemberRow)>, Failure> {
    let ws = grant.workspace();
    let members = workspace::members(app.db(), ws).await?;
    let absences = workspace::absences(app.db(), ws, app.now()).await?;
    let named = absences.into_iter().filter_map(|a| {
        let member = members.iter().find(|m| m.id == a.member)?.clone();
        Some((a, member))
    });
    Ok(named.collect())
}

/// Whether the caller may enter or take away absences of this member: their own, those of their
/// team for a manager, all for admin and revenue operations.
#[must_use]
pub fn may_keep_for(grant: &Grant<OwnAccount>, member: &MemberRow) -> bool {
    let principal = grant.principal();
    match principal.role {
        Role::Admin | Role::Revops => true,
        Role::Manager => member.id == principal.member || member.team == principal.team,
        _ => member.id == principal.member,
    }
}

/// Enters an absence, first and last day included, in the member's own zone.
///
/// # Errors
/// [`Failure::Invalid`] when the days are none, the wrong way round or too far apart.
pub async fn add(
    app: &App,
    grant: &Grant<OwnAccount>,
    member: MemberId,
    first: &str,
    last: &str,
    reason: &str,
) -> Result<AbsenceId, Failure> {
    let ws = grant.workspace();
    let row = workspace::member(app.db(), ws, member).await?.ok_or(Failure::NotFound)?;
    if !may_keep_for(grant, &row) {
        return Err(Failure::NotFound);
    }
    let (from, until) = days(&row, first, last)?;
    let mut unit = Unit::new(app, ws);
    let absence = AbsenceRow {
        workspace: ws,
        id: app.id(),
        member,
        starts_at: from,
        ends_at: until,
        reason: reason.trim().chars().take(60).collect(),
    };
    unit.push(absence.insert());
    let happening = Happening::new("absence.entered", grant.principal().actor(), absence.id)
        .with("member", member);
    unit.record(happening).await?;
    unit.commit("Try again.").await?;
    Ok(absence.id)
}

fn days(member: &MemberRow, first: &str, last: &str) -> Result<(Timestamp, Timestamp), Failure> {
    let mut problems = Vec::new();
    let mut read = |field: &str, text: &str| {
        let day = text.trim().parse::<Date>().ok();
        if day.is_none() {
            problems.push(Problem::new(field, "day_invalid", "Write a day like 2026-12-24."));
        }
        day
    };
    let (from, to) = (read("first", first), read("last", last));
    let zone = zone_named(&member.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    if let (Some(from), Some(to)) = (from, to) {
        let span = from.until(to).map_or(-1, |s| i64::from(s.get_days()));
        if !(0..DAYS_MAX).contains(&span) {
            let message = format!("The last day follows the first, within {DAYS_MAX} days.");
            problems.push(Problem::new("last", "days_range", message));
        } else if let (Ok(start), Ok(end)) =
            (from.to_zoned(zone.clone()), to.tomorrow().and_then(|d| d.to_zoned(zone)))
        {
            return Ok((start.timestamp(), end.timestamp()));
        }
    }
    Err(Failure::Invalid(problems))
}

/// Takes an absence away.
///
/// # Errors
/// [`Failure::NotFound`] when there is none, or it is not the caller's to take away.
pub async fn remove(app: &App, grant: &Grant<OwnAccount>, id: AbsenceId) -> Result<(), Failure> {
    let ws = grant.workspace();
    let absences = workspace::absences(app.db(), ws, Timestamp::UNIX_EPOCH).await?;
    let absence = absences.into_iter().find(|a| a.id == id).ok_or(Failure::NotFound)?;
    let member = workspace::member(app.db(), ws, absence.member).await?;
    if !member.is_some_and(|m| may_keep_for(grant, &m)) {
        return Err(Failure::NotFound);
    }
    let mut unit = Unit::new(app, ws);
    unit.push(absence.delete());
    unit.record(Happening::new("absence.removed", grant.principal().actor(), id)).await?;
    unit.commit("Try again.").await
}

/// The holidays of every region, by region and day.
///
/// # Errors
/// When the database cannot be read.
pub async fn holidays(app: &App, grant: &Grant<ReadMembers>) -> Result<Vec<HolidayRow>, Failure> {
    let mut rows = workspace::holidays(app.db(), grant.workspace()).await?;
    rows.sort_by(|a, b| (&a.region, &a.day).cmp(&(&b.region, &b.day)));
    Ok(rows)
}

/// Puts this list of holidays in place of a region's old one. An empty list ends the region.
///
/// # Errors
/// [`Failure::Invalid`] without a region or with too many days.
pub async fn replace_holidays(
    app: &App,
    grant: &Grant<ManageMembers>,
    region: &str,
    days: &[(Date, String)],
) -> Result<(), Failure> {
    let region = region.trim();
    if region.is_empty() || region.chars().count() > 100 {
        return Err(Failure::invalid("region", "region_missing", "Name the region."));
    }
    if days.len() > warmpath_core::limits::HOLIDAYS_MAX {
        let message = "Too many days for one region. Take fewer years.";
        return Err(Failure::invalid("days", "too_many", message));
    }
    let mut unit = Unit::new(app, grant.workspace());
    unit.push(workspace::clear_holidays(unit.workspace, region));
    for (day, name) in days {
        let row = HolidayRow {
            workspace: unit.workspace,
            region: region.to_owned(),
            day: day.to_string(),
            name: name.clone(),
        };
        unit.push(row.put());
    }
    let about = unit.workspace;
    let happening = Happening::new("holidays.replaced", grant.principal().actor(), about)
        .with("days", days.len());
    unit.record(happening).await?;
    unit.commit("Try again.").await
}
