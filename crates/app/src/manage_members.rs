//! Members: added, changed, deactivated. Who leaves is signed out at once and their open leads go
//! to the next of their pool, so that no lead stays without an owner.

use std::collections::BTreeMap;

use warmpath_core::calendar::zone_named;
use warmpath_core::contact::Email;
use warmpath_core::id::{MemberId, PartnerId};
use warmpath_core::referral::{Action, Command, Standing};
use warmpath_core::role::Role;
use warmpath_store::Applied;
use warmpath_store::field::Json;
use warmpath_store::table::referral::{self, Filter, ReferralRow};
use warmpath_store::table::workspace::{self, MemberRow, PartnerRow};
use warmpath_store::table::{access, clock};

use crate::context::App;
use crate::count_menu::WAITING;
use crate::error::{Failure, Problem};
use crate::policy::{Grant, ManageMembers, ReadMembers};
use crate::setup_workspace::office_week;
use crate::unit::{Happening, Unit};
use crate::{advance_referral, pick_owner, route_referral, run_clock};

/// Most members of a workspace.
pub const MEMBERS_MAX: usize = 2_000;

/// What a form says about a member.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Name.
    pub name: String,
    /// Mailbox; only when added.
    pub email: String,
    /// Role.
    pub role: String,
    /// Short text under the name.
    pub title: String,
    /// Team.
    pub team: String,
    /// IANA time zone; empty takes the workspace's.
    pub zone: String,
    /// Region whose holidays apply.
    pub region: String,
    /// Partner organisation, for partner members.
    pub partner: String,
}

/// A member with what they carry.
#[derive(Debug, Clone)]
pub struct Line {
    /// The member.
    pub member: MemberRow,
    /// Open leads they own.
    pub open: i64,
}

/// The members by name, with their open leads, and the partner organisations.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    app: &App,
    grant: &Grant<ReadMembers>,
) -> Result<(Vec<Line>, Vec<PartnerRow>), Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let load: BTreeMap<MemberId, i64> = referral::open_load(db, ws).await?.into_iter().collect();
    let mut lines: Vec<Line> = workspace::members(db, ws)
        .await?
        .into_iter()
        .map(|member| Line { open: load.get(&member.id).copied().unwrap_or_default(), member })
        .collect();
    lines.sort_by_key(|l| (!l.member.active, l.member.name.to_lowercase(), l.member.id));
    Ok((lines, workspace::partners(db, ws).await?))
}

/// One member.
///
/// # Errors
/// [`Failure::NotFound`] when there is none here.
pub async fn one(app: &App, grant: &Grant<ReadMembers>, id: MemberId) -> Result<Line, Failure> {
    let (lines, _) = list(app, grant).await?;
    lines.into_iter().find(|l| l.member.id == id).ok_or(Failure::NotFound)
}

/// Adds a member, who can sign in from now on.
///
/// # Errors
/// [`Failure::Invalid`] with one problem per wrong field.
pub async fn add(
    app: &App,
    grant: &Grant<ManageMembers>,
    typed: &Typed,
) -> Result<MemberId, Failure> {
    let ws = grant.workspace();
    let members = workspace::members(app.db(), ws).await?;
    let mut problems = Vec::new();
    let email = Email::parse(&typed.email).map(|e| e.normal()).unwrap_or_default();
    if email.is_empty() {
        problems.push(Problem::new("email", "email_invalid", "Write an address like a@b.example."));
    } else if members.iter().any(|m| m.email == email) {
        problems.push(Problem::new("email", "email_taken", "A member has this address already."));
    }
    if members.len() >= MEMBERS_MAX {
        problems.push(Problem::new("name", "too_many", "There is no room for another member."));
    }
    let mut row = MemberRow {
        workspace: ws,
        id: app.id(),
        name: String::new(),
        email,
        role: Role::Seller,
        title: String::new(),
        team: String::new(),
        partner: None,
        zone: String::new(),
        region: String::new(),
        hours: Json(office_week()),
        active: true,
        last_choices: Json(BTreeMap::new()),
        created_at: app.now(),
        version: 1,
    };
    fill(app, grant, &mut row, typed, &mut problems).await?;
    let mut unit = Unit::new(app, ws);
    unit.push(row.insert());
    let happening =
        Happening::new("member.added", grant.principal().actor(), row.id).with("role", row.role);
    unit.record(happening).await?;
    unit.commit("Somebody added this member already.").await?;
    Ok(row.id)
}

/// Changes a member. A new role holds from their next request on.
///
/// # Errors
/// [`Failure::Invalid`] with one problem per wrong field; [`Failure::NotFound`].
pub async fn change(
    app: &App,
    grant: &Grant<ManageMembers>,
    id: MemberId,
    typed: &Typed,
) -> Result<(), Failure> {
    let ws = grant.workspace();
    let mut row = workspace::member(app.db(), ws, id).await?.ok_or(Failure::NotFound)?;
    let before = row.role;
    fill(app, grant, &mut row, typed, &mut Vec::new()).await?;
    if before == Role::Admin && row.role != Role::Admin {
        keep_an_admin(app, grant, id).await?;
    }
    row.version += 1;
    let mut unit = Unit::new(app, ws);
    unit.push(row.save());
    let happening = Happening::new("member.changed", grant.principal().actor(), id)
        .with("role_before", before)
        .with("role", row.role);
    unit.record(happening).await?;
    unit.commit("Somebody changed this member meanwhile. Look again.").await
}

/// Checks what was typed and puts it into the row.
async fn fill(
    app: &App,
    grant: &Grant<ManageMembers>,
    row: &mut MemberRow,
    typed: &Typed,
    problems: &mut Vec<Problem>,
) -> Result<(), Failure> {
    let name = typed.name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        problems.push(Problem::new("name", "name_missing", "Write a name of up to 200 letters."));
    }
    let role = typed.role.parse().unwrap_or(row.role);
    if typed.role.parse::<Role>().is_err() {
        problems.push(Problem::new("role", "role_unknown", "Choose a role."));
    }
    let touches_admin = role != row.role && (role == Role::Admin || row.role == Role::Admin);
    if touches_admin && grant.principal().role != Role::Admin {
        return Err(Failure::NotAllowed { role: grant.principal().role.as_str() });
    }
    row.partner = typed.partner.parse::<PartnerId>().ok().filter(|_| role == Role::Partner);
    let partners = workspace::partners(app.db(), row.workspace).await?;
    if role == Role::Partner && !partners.iter().any(|p| Some(p.id) == row.partner) {
        let message = "Choose the partner organisation they belong to.";
        problems.push(Problem::new("partner", "partner_missing", message));
    }
    let zone = match typed.zone.trim() {
        "" => workspace::workspace(app.db(), row.workspace).await?.map(|w| w.zone),
        zone => Some(zone.to_owned()),
    }
    .unwrap_or_default();
    if zone_named(&zone).is_err() {
        let message = "No such time zone. Write it like Europe/Lisbon.";
        problems.push(Problem::new("zone", "zone_unknown", message));
    }
    if !problems.is_empty() {
        return Err(Failure::Invalid(std::mem::take(problems)));
    }
    row.name = name.to_owned();
    row.role = role;
    row.title = typed.title.trim().chars().take(200).collect();
    row.team = typed.team.trim().chars().take(100).collect();
    row.zone = zone;
    row.region = typed.region.trim().chars().take(100).collect();
    Ok(())
}

/// A workspace always has an active admin.
async fn keep_an_admin(
    app: &App,
    grant: &Grant<ManageMembers>,
    leaving: MemberId,
) -> Result<(), Failure> {
    let members = workspace::members(app.db(), grant.workspace()).await?;
    if members.iter().any(|m| m.id != leaving && m.active && m.role == Role::Admin) {
        return Ok(());
    }
    let message = "This is the last admin. Make somebody else one first.";
    Err(Failure::invalid("role", "last_admin", message))
}

/// What deactivating a member did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Leads that went to somebody else.
    pub handed: usize,
    /// Leads that could not be moved now and wait for a leader.
    pub stuck: usize,
}

/// Deactivates a member: signed out at once, their keys do nothing any more, their open leads go
/// to the next of their pool.
///
/// # Errors
/// [`Failure::Invalid`] for oneself and for the last admin.
pub async fn deactivate(
    app: &App,
    grant: &Grant<ManageMembers>,
    id: MemberId,
) -> Result<Left, Failure> {
    let ws = grant.workspace();
    let mut row = workspace::member(app.db(), ws, id).await?.ok_or(Failure::NotFound)?;
    if id == grant.member() {
        let message = "You cannot lock yourself out. Ask another admin.";
        return Err(Failure::invalid("member", "yourself", message));
    }
    if row.role == Role::Admin {
        if grant.principal().role != Role::Admin {
            return Err(Failure::NotAllowed { role: grant.principal().role.as_str() });
        }
        keep_an_admin(app, grant, id).await?;
    }
    row.active = false;
    row.version += 1;
    let mut unit = Unit::new(app, ws);
    unit.push(row.save());
    unit.push(access::close_sessions(ws, id));
    unit.record(Happening::new("member.deactivated", grant.principal().actor(), id)).await?;
    unit.commit("Somebody changed this member meanwhile. Look again.").await?;
    hand_leads(app, grant, id).await
}

/// Lets a member sign in again.
///
/// # Errors
/// [`Failure::NotFound`] when there is none here.
pub async fn reactivate(
    app: &App,
    grant: &Grant<ManageMembers>,
    id: MemberId,
) -> Result<(), Failure> {
    let ws = grant.workspace();
    let mut row = workspace::member(app.db(), ws, id).await?.ok_or(Failure::NotFound)?;
    if row.role == Role::Admin && grant.principal().role != Role::Admin {
        return Err(Failure::NotAllowed { role: grant.principal().role.as_str() });
    }
    row.active = true;
    row.version += 1;
    let mut unit = Unit::new(app, ws);
    unit.push(row.save());
    unit.record(Happening::new("member.reactivated", grant.principal().actor(), id)).await?;
    unit.commit("Somebody changed this member meanwhile. Look again.").await
}

/// Hands every open lead of a member on, one commit each: a lead moved is moved, whatever comes
/// after.
async fn hand_leads(
    app: &App,
    grant: &Grant<ManageMembers>,
    from: MemberId,
) -> Result<Left, Failure> {
    let filter =
        Filter { states: WAITING.to_vec(), owners: vec![from], limit: 1_000, ..Filter::default() };
    let mut left = Left { handed: 0, stuck: 0 };
    for lead in referral::list(app.db(), grant.workspace(), &filter).await? {
        if hand_one(app, grant, &lead).await? {
            left.handed += 1;
        } else {
            left.stuck += 1;
        }
    }
    Ok(left)
}

async fn hand_one(
    app: &App,
    grant: &Grant<ManageMembers>,
    lead: &ReferralRow,
) -> Result<bool, Failure> {
    for _ in 0..5 {
        let found = referral::referral(app.db(), grant.workspace(), lead.id).await?;
        let Some(mut row) = found.filter(|r| r.owner == lead.owner) else { return Ok(true) };
        let mut unit = Unit::new(app, grant.workspace());
        let next = pick_owner::after(app, &mut unit, &row).await?;
        let next = next.filter(|id| Some(*id) != row.owner).unwrap_or(grant.member());
        let mut command = Command::new(Action::Reassign, vec![Standing::System]);
        command.owner = Some(next);
        if advance_referral::step(&unit, &mut row, command, true).is_err() {
            return Ok(false);
        }
        row.routed_at = Some(unit.at);
        run_clock::drop_all(app, &mut unit, row.id).await?;
        route_referral::start_owner_clocks(app, &mut unit, &row, None).await?;
        let happening = Happening::new("referral.reassigned", grant.principal().actor(), row.id)
            .of(row.person)
            .with("owner", next)
            .with("reason", "owner_left");
        unit.record(happening).await?;
        route_referral::tell_member(app, &mut unit, &row, Some(next), "reassigned").await?;
        if let Some(mut owed) = clock::acknowledgement_of(app.db(), unit.workspace, row.id).await?
            && owed.sent_at.is_none()
            && owed.member == lead.owner
        {
            owed.member = Some(next);
            owed.version += 1;
            unit.push(owed.save());
        }
        row.version += 1;
        unit.push(row.save());
        if unit.apply().await? == Applied::Applied {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Adds a partner organisation, whose members may then be added.
///
/// # Errors
/// [`Failure::Invalid`] without a name.
pub async fn add_partner(
    app: &App,
    grant: &Grant<ManageMembers>,
    name: &str,
    domain: &str,
) -> Result<PartnerId, Failure> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Failure::invalid("partner_name", "name_missing", "Write the partner's name."));
    }
    let mut unit = Unit::new(app, grant.workspace());
    let row = PartnerRow {
        workspace: unit.workspace,
        id: app.id(),
        name: name.chars().take(200).collect(),
        domain: domain.trim().to_lowercase(),
        active: true,
        created_at: unit.at,
    };
    unit.push(row.insert());
    unit.record(Happening::new("partner.added", grant.principal().actor(), row.id)).await?;
    unit.commit("Try again.").await?;
    Ok(row.id)
}
