//! Pools: who shares the work, with what weight and cap, who stands in when nobody can, and whose
//! turn comes next.

use warmpath_core::id::{MemberId, PoolId};
use warmpath_core::role::Role;
use warmpath_pathway::assign::{Availability, PoolState, assign};
use warmpath_store::table::workspace::{self, MemberRow, PoolMemberRow, PoolRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::pick_owner;
use crate::policy::{Grant, ManageMembers, ReadMembers};
use crate::unit::{Happening, Unit};

/// Turns shown ahead.
pub const TURNS_SHOWN: usize = 6;

/// Largest weight of a seat.
pub const WEIGHT_MAX: i64 = 100;

/// A pool as it stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The pool.
    pub pool: PoolRow,
    /// Its seats, with the member of each.
    pub seats: Vec<(PoolMemberRow, MemberRow)>,
    /// Who stands in when nobody is eligible.
    pub fallback: Option<MemberRow>,
    /// Whose turn comes next if nothing else changes: now, then, and so on. Shorter when nobody is
    /// eligible.
    pub turns: Vec<MemberId>,
    /// Who is not eligible now.
    pub away: Vec<MemberId>,
}

/// A seat as wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Who.
    pub member: MemberId,
    /// Share, 1 to [`WEIGHT_MAX`].
    pub weight: i64,
    /// Most open leads; none is no cap.
    pub cap: Option<i64>,
}

/// All pools as they stand.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ReadMembers>) -> Result<Vec<Standing>, Failure> {
    let ws = grant.workspace();
    let members = workspace::members(app.db(), ws).await?;
    let seats = workspace::seats(app.db(), ws).await?;
    let mut found = Vec::new();
    for pool in workspace::pools(app.db(), ws).await? {
        let seats = seats
            .iter()
            .filter(|s| s.pool == pool.id)
            .filter_map(|s| Some((s.clone(), members.iter().find(|m| m.id == s.member)?.clone())))
            .collect();
        let (turns, away) = look_ahead(app, grant, &pool, &members).await?;
        let fallback = members.iter().find(|m| m.id == pool.fallback).cloned();
        found.push(Standing { pool, seats, fallback, turns, away });
    }
    Ok(found)
}

/// Plays the next turns on a copy of the pool's state.
async fn look_ahead(
    app: &App,
    grant: &Grant<ReadMembers>,
    pool: &PoolRow,
    members: &[MemberRow],
) -> Result<(Vec<MemberId>, Vec<MemberId>), Failure> {
    let unit = Unit::new(app, grant.workspace());
    let candidates = pick_owner::candidates(app, &unit, pool.id, members, None).await?;
    let mut state: PoolState = serde_json::from_str(&pool.state).unwrap_or_default();
    let away = candidates
        .iter()
        .filter(|c| c.availability != Availability::Available)
        .filter_map(|c| c.member.parse().ok())
        .collect();
    let mut turns = Vec::new();
    for _ in 0..TURNS_SHOWN {
        let Ok(given) = assign(&state, &candidates, None, unit.at) else { break };
        let Some(chosen) = given.chosen.as_deref().and_then(|id| id.parse().ok()) else { break };
        turns.push(chosen);
        state = given.state;
    }
    Ok((turns, away))
}

/// Makes a pool with nobody in it yet; until it has seats, its fallback gets everything.
///
/// # Errors
/// [`Failure::Invalid`] when the word is taken or no word, or the fallback works no leads.
pub async fn create(
    app: &App,
    grant: &Grant<ManageMembers>,
    slug: &str,
    name: &str,
    fallback: &str,
) -> Result<PoolId, Failure> {
    let ws = grant.workspace();
    let (slug, name) = (slug.trim().to_lowercase(), name.trim());
    let mut problems = Vec::new();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if slug.is_empty() || slug.len() > 40 || !slug.chars().all(fits) {
        let message = "Use small letters, digits and hyphens, up to 40.";
        problems.push(Problem::new("slug", "slug_invalid", message));
    } else if workspace::pools(app.db(), ws).await?.iter().any(|p| p.slug == slug) {
        problems.push(Problem::new("slug", "slug_taken", "A pool has this word already."));
    }
    if name.is_empty() {
        problems.push(Problem::new("name", "name_missing", "Write a name."));
    }
    let fallback = worker(app, grant, fallback).await?;
    if fallback.is_none() {
        let message = "Choose a member who works leads.";
        problems.push(Problem::new("fallback", "fallback_missing", message));
    }
    let Some(fallback) = fallback.filter(|_| problems.is_empty()) else {
        return Err(Failure::Invalid(problems));
    };
    let row = PoolRow {
        workspace: ws,
        id: app.id(),
        slug,
        name: name.chars().take(100).collect(),
        fallback,
        state: "null".to_owned(),
        version: 1,
    };
    let mut unit = Unit::new(app, ws);
    unit.push(row.insert());
    unit.record(Happening::new("pool.created", grant.principal().actor(), row.id)).await?;
    unit.commit("A pool has this word already.").await?;
    Ok(row.id)
}

/// Changes name, fallback and seats of a pool. Turns already taken still count.
///
/// # Errors
/// [`Failure::Invalid`] with one problem per wrong seat; [`Failure::Conflict`] when a turn was given
/// meanwhile.
pub async fn change(
    app: &App,
    grant: &Grant<ManageMembers>,
    id: PoolId,
    name: &str,
    fallback: &str,
    seats: &[Seat],
) -> Result<(), Failure> {
    let ws = grant.workspace();
    let pools = workspace::pools(app.db(), ws).await?;
    let mut pool = pools.into_iter().find(|p| p.id == id).ok_or(Failure::NotFound)?;
    let mut problems = Vec::new();
    match worker(app, grant, fallback).await? {
        Some(member) => pool.fallback = member,
        None => {
            let message = "Choose a member who works leads.";
            problems.push(Problem::new("fallback", "fallback_missing", message));
        }
    }
    for seat in seats {
        let field = format!("weight-{}", seat.member);
        if !(1..=WEIGHT_MAX).contains(&seat.weight) {
            let message = format!("A weight goes from 1 to {WEIGHT_MAX}.");
            problems.push(Problem::new(&field, "weight_range", message));
        }
        if seat.cap.is_some_and(|cap| !(0..=10_000).contains(&cap)) {
            let message = "A cap goes from 0 to 10,000; empty is none.";
            problems.push(Problem::new(&field, "cap_range", message));
        }
        if worker(app, grant, &seat.member.to_string()).await?.is_none() {
            let message = "Somebody here works no leads. Look again.";
            problems.push(Problem::new(&field, "member_unknown", message));
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Invalid(problems));
    }
    if !name.trim().is_empty() {
        pool.name = name.trim().chars().take(100).collect();
    }
    pool.version += 1;
    let mut unit = Unit::new(app, ws);
    unit.push(pool.save());
    unit.push(workspace::clear_seats(ws, id));
    for seat in seats {
        let (member, weight, cap) = (seat.member, seat.weight, seat.cap);
        unit.push(PoolMemberRow { workspace: ws, pool: id, member, weight, cap }.put());
    }
    let happening =
        Happening::new("pool.changed", grant.principal().actor(), id).with("seats", seats.len());
    unit.record(happening).await?;
    unit.commit("A lead was given out meanwhile. Look again, then save.").await
}

/// A member who may own leads, by the id typed.
async fn worker(
    app: &App,
    grant: &Grant<ManageMembers>,
    typed: &str,
) -> Result<Option<MemberId>, Failure> {
    let Ok(id) = typed.parse::<MemberId>() else { return Ok(None) };
    let member = workspace::member(app.db(), grant.workspace(), id).await?;
    Ok(member.filter(|m| m.active && works_leads(m.role)).map(|m| m.id))
}

/// Roles that own leads.
#[must_use]
pub fn works_leads(role: Role) -> bool {
    matches!(role, Role::Admin | Role::Revops | Role::Manager | Role::Seller)
}
