//! A team's load: who carries what, how the clocks stand, who is away; and handing over many at once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use warmpath_core::id::{MemberId, ReferralId};
use warmpath_core::referral::{Action, ReferralState};
use warmpath_core::role::Role;
use warmpath_store::table::clock::{self, ClockRow};
use warmpath_store::table::referral::{self, Filter};
use warmpath_store::table::workspace::{self, AbsenceRow, MemberRow};

use crate::context::App;
use crate::count_menu::WAITING;
use crate::error::Failure;
use crate::move_referral::{self, Wish};
use crate::policy::{Grant, LeadTeam, MoveReferral, grant as permit};
use crate::read_referrals::{Line, lines_of, sees_all};

/// What one member carries.
#[derive(Debug, Clone)]
pub struct Load {
    /// The member.
    pub member: MemberRow,
    /// Open leads.
    pub open: usize,
    /// Of these, not accepted yet.
    pub not_accepted: usize,
    /// Clocks that have run out.
    pub late: usize,
    /// The clock that ends next.
    pub next: Option<ClockRow>,
    /// The absence that holds now.
    pub away: Option<AbsenceRow>,
    /// Most open leads at once, over all pools; none is no cap.
    pub cap: Option<i64>,
}

/// The team.
#[derive(Debug, Clone)]
pub struct Team {
    /// Who carries what, most laden first.
    pub loads: Vec<Load>,
    /// The leads, with their clock.
    pub lines: Vec<(Line, Option<ClockRow>)>,
    /// Everybody who may be given a lead.
    pub takers: Vec<MemberRow>,
}

/// Most leads on one page.
pub const LINES_MAX: i64 = 200;

/// Who may be given a lead.
pub fn takers(members: &[MemberRow]) -> Vec<MemberRow> {
    let works = |m: &&MemberRow| {
        m.active && matches!(m.role, Role::Admin | Role::Revops | Role::Manager | Role::Seller)
    };
    members.iter().filter(works).cloned().collect()
}

/// The load of the team this reader leads; of everybody, for revenue operations.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(
    app: &App,
    grant: &Grant<LeadTeam>,
    only: Option<MemberId>,
) -> Result<Team, Failure> {
    let (db, ws, reader) = (app.db(), grant.workspace(), grant.principal());
    let members = workspace::members(db, ws).await?;
    let team: Vec<MemberRow> = takers(&members)
        .into_iter()
        .filter(|m| sees_all(reader) || m.team == reader.team)
        .collect();
    let owners: Vec<MemberId> = team.iter().map(|m| m.id).collect();
    let filter = Filter { states: WAITING.to_vec(), owners, limit: 2000, ..Filter::default() };
    let rows = referral::list(db, ws, &filter).await?;
    let ids: Vec<ReferralId> = rows.iter().map(|r| r.id).collect();
    let mut clocks: BTreeMap<ReferralId, ClockRow> = BTreeMap::new();
    for clock in clock::counting_on(db, ws, &ids).await? {
        if clock.state != "paused" {
            clocks.entry(clock.referral).or_insert(clock);
        }
    }
    let now = app.now();
    let absences = workspace::absences(db, ws, now).await?;
    let seats = workspace::seats(db, ws).await?;
    let mut loads: Vec<Load> = team
        .iter()
        .map(|member| {
            let mine = rows.iter().filter(|r| r.owner == Some(member.id));
            let clocks_of = || mine.clone().filter_map(|r| clocks.get(&r.id));
            let caps: Vec<i64> =
                seats.iter().filter(|s| s.member == member.id).filter_map(|s| s.cap).collect();
            Load {
                open: mine.clone().count(),
                not_accepted: mine.clone().filter(|r| r.state == ReferralState::Routed).count(),
                late: clocks_of().filter(|c| c.due_at < now).count(),
                next: clocks_of().filter(|c| c.due_at >= now).min_by_key(|c| c.due_at).cloned(),
                away: away_now(&absences, member.id, now),
                cap: (!caps.is_empty()).then(|| caps.iter().sum()),
                member: member.clone(),
            }
        })
        .collect();
    loads.sort_by(|a, b| b.late.cmp(&a.late).then(b.open.cmp(&a.open)));
    let shown = rows.into_iter().filter(|r| only.is_none() || r.owner == only);
    let lines = lines_of(app, reader, shown.take(LINES_MAX as usize).collect(), &members).await?;
    let mut lines: Vec<(Line, Option<ClockRow>)> = lines
        .into_iter()
        .map(|line| {
            let clock = clocks.get(&line.referral.id).cloned();
            (line, clock)
        })
        .collect();
    lines.sort_by_key(|(line, c)| {
        (c.as_ref().map_or(Timestamp::MAX, |c| c.due_at), line.referral.id)
    });
    Ok(Team { loads, lines, takers: takers(&members) })
}

fn away_now(absences: &[AbsenceRow], member: MemberId, now: Timestamp) -> Option<AbsenceRow> {
    absences.iter().find(|a| a.member == member && a.starts_at <= now && a.ends_at > now).cloned()
}

/// What became of handing over many.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// How many have their new owner.
    pub moved: usize,
    /// What was not moved, and why.
    pub left: Vec<(ReferralId, String)>,
}

/// Hands several leads to one member, each on its own: one that cannot be moved stops no other.
///
/// # Errors
/// [`Failure::Invalid`] when nothing or nobody was chosen.
pub async fn reassign(
    app: &App,
    grant: &Grant<LeadTeam>,
    ids: &[ReferralId],
    owner: Option<MemberId>,
) -> Result<Outcome, Failure> {
    let Some(owner) = owner else {
        return Err(Failure::invalid("owner", "owner_missing", "Choose who takes them."));
    };
    if ids.is_empty() {
        return Err(Failure::invalid("referral", "none_chosen", "Tick at least one referral."));
    }
    let moves: Grant<MoveReferral> = permit(grant.principal())?;
    let mut outcome = Outcome::default();
    for id in ids.iter().take(LINES_MAX as usize) {
        let wish = Wish { owner: Some(owner), ..Wish::new(Action::Reassign) };
        match move_referral::run(app, &moves, *id, &wish).await {
            Ok(_) => outcome.moved += 1,
            Err(failure @ (Failure::Store(_) | Failure::Defect(_) | Failure::Invalid(_))) => {
                return Err(failure);
            }
            Err(failure) => outcome.left.push((*id, failure.to_string())),
        }
    }
    Ok(outcome)
}
