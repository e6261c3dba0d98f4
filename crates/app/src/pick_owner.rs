//! Picks the next member of a pool, fairly by weight, within caps, shifts and absences.
//!
//! The pool's state is saved over its version with the referral, so two nodes never take the same
//! turn.

use warmpath_core::id::{MemberId, PoolId};
use warmpath_pathway::assign::{
    Assignment, Availability, Candidate, Cap, CapWindow, PoolState, assign,
};
use warmpath_store::table::referral::{self, ReferralRow};
use warmpath_store::table::workspace::{self, MemberRow, PoolMemberRow, PoolRow};

use crate::context::App;
use crate::error::Failure;
use crate::member_hours;
use crate::unit::Unit;

/// The next member of a pool; its fallback when nobody is eligible. `None` when there is no such
/// pool.
///
/// # Errors
/// When the database cannot be read.
pub async fn from_pool(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    slug: &str,
) -> Result<Option<MemberId>, Failure> {
    let pools = workspace::pools(app.db(), unit.workspace).await?;
    let Some(pool) = pools.into_iter().find(|p| p.slug == slug) else { return Ok(None) };
    pick(app, unit, row, pool, None).await
}

/// The next of the pool after the present owner let a clock run out: never that owner again.
///
/// # Errors
/// When the database cannot be read.
pub async fn after(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
) -> Result<Option<MemberId>, Failure> {
    let Some(owner) = row.owner else { return Ok(None) };
    let seats = workspace::seats(app.db(), unit.workspace).await?;
    let Some(seat) = seats.iter().find(|s| s.member == owner) else { return Ok(None) };
    let pools = workspace::pools(app.db(), unit.workspace).await?;
    let Some(pool) = pools.into_iter().find(|p| p.id == seat.pool) else { return Ok(None) };
    pick(app, unit, row, pool, Some(owner)).await
}

/// Gives the owner's turn back after a meeting that was missed, where a pool gave it.
///
/// # Errors
/// When the database cannot be read.
pub async fn credit_back(app: &App, unit: &mut Unit<'_>, row: &ReferralRow) -> Result<(), Failure> {
    let Some(owner) = row.owner.map(|id| id.to_string()) else { return Ok(()) };
    let decisions = referral::decisions(app.db(), unit.workspace, row.id).await?;
    let by_pool = decisions.iter().filter(|d| d.kind == "assign").any(|d| {
        serde_json::from_str::<Assignment>(&d.trace)
            .is_ok_and(|turn| turn.chosen.as_deref() == Some(owner.as_str()))
    });
    if !by_pool {
        return Ok(());
    }
    let seats = workspace::seats(app.db(), unit.workspace).await?;
    let seat = seats.iter().find(|s| Some(s.member) == row.owner);
    let pools = workspace::pools(app.db(), unit.workspace).await?;
    let pool = seat.and_then(|s| pools.into_iter().find(|p| p.id == s.pool));
    let Some(mut pool) = pool else { return Ok(()) };
    let state: PoolState = serde_json::from_str(&pool.state).unwrap_or_default();
    pool.state = serde_json::to_string(&state.credit_back(&owner))
        .map_err(|e| Failure::Defect(e.to_string()))?;
    pool.version += 1;
    unit.push(pool.save());
    Ok(())
}

async fn pick(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    mut pool: PoolRow,
    not: Option<MemberId>,
) -> Result<Option<MemberId>, Failure> {
    let members = workspace::members(app.db(), unit.workspace).await?;
    let candidates = candidates(app, unit, pool.id, &members, not).await?;
    let state: PoolState = serde_json::from_str(&pool.state).unwrap_or_default();
    let assignment =
        assign(&state, &candidates, None, unit.at).map_err(|e| Failure::Defect(e.to_string()))?;
    pool.state =
        serde_json::to_string(&assignment.state).map_err(|e| Failure::Defect(e.to_string()))?;
    pool.version += 1;
    unit.push(pool.save());
    keep(app, unit, row, &assignment)?;
    let chosen = assignment.chosen.as_deref().and_then(|id| id.parse().ok());
    Ok(Some(chosen.unwrap_or(pool.fallback)))
}

pub(crate) async fn candidates(
    app: &App,
    unit: &Unit<'_>,
    pool: PoolId,
    members: &[MemberRow],
    not: Option<MemberId>,
) -> Result<Vec<Candidate>, Failure> {
    let db = app.db();
    let seats = workspace::seats(db, unit.workspace).await?;
    let load = referral::open_load(db, unit.workspace).await?;
    let absences = workspace::absences(db, unit.workspace, unit.at).await?;
    let holidays = workspace::holidays(db, unit.workspace).await?;
    let mut found = Vec::new();
    for seat in seats.iter().filter(|s| s.pool == pool) {
        let Some(member) = members.iter().find(|m| m.id == seat.member) else { continue };
        let mut candidate =
            Candidate::new(&member.id.to_string(), u32::try_from(seat.weight).unwrap_or(1));
        candidate.availability = if not == Some(member.id) {
            away("let the clock run out", None)
        } else if !member.active {
            away("has left", None)
        } else if let Some(a) =
            absences.iter().find(|a| a.member == member.id && a.starts_at <= unit.at)
        {
            away(&a.reason, Some(a.ends_at))
        } else {
            let hours = member_hours::build(member, &holidays, &absences);
            // Outside working hours a lead may still be given, unless the member comes back only
            // after a whole day: then somebody who is there is quicker.
            match hours.next_working(unit.at) {
                Ok(next) if next.duration_since(unit.at).as_hours() < 72 => Availability::Available,
                Ok(next) => away("outside working days", Some(next)),
                Err(_) => Availability::Available,
            }
        };
        candidate.caps = caps(seat, &load);
        found.push(candidate);
    }
    Ok(found)
}

fn away(reason: &str, until: Option<jiff::Timestamp>) -> Availability {
    Availability::Away { reason: reason.into(), until }
}

fn caps(seat: &PoolMemberRow, load: &[(MemberId, i64)]) -> Vec<Cap> {
    let Some(cap) = seat.cap else { return Vec::new() };
    let open = load.iter().find(|(id, _)| *id == seat.member).map_or(0, |(_, n)| *n);
    let limit = u32::try_from(cap).unwrap_or(u32::MAX);
    let open = u32::try_from(open).unwrap_or(u32::MAX);
    vec![Cap { limit, window: CapWindow::Open { open, name: "open referrals".to_owned() } }]
}

/// Keeps who was looked at and why, for "why did I get this lead".
fn keep(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
    assignment: &Assignment,
) -> Result<(), Failure> {
    let trace = serde_json::to_string(assignment).map_err(|e| Failure::Defect(e.to_string()))?;
    crate::advance_referral::keep_decision(app, unit, row, "assign", "{}".to_owned(), trace);
    Ok(())
}
