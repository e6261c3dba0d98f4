//! Workspaces, members, pools, absences, holidays, partners and settings.

use jiff::Timestamp;
use warmpath_core::id::{AbsenceId, MemberId, PartnerId, PoolId, WorkspaceId};
use warmpath_core::role::Role;

use crate::change::Write;
use crate::engine::{Engine, Statement, StoreError};
use crate::field::{Field as _, Json};
use crate::{row, values};

row! {
    /// A workspace: one tenant.
    pub struct WorkspaceRow in "workspace" {
        /// Its id.
        workspace: WorkspaceId,;
        /// Short name, as shown everywhere.
        name: String,
        /// Legal name, for the footer of public pages.
        legal_name: String,
        /// Postal address.
        address: String,
        /// Where people write about their data.
        privacy_contact: String,
        /// What it does, in a few words ("finance close software").
        trade: String,
        /// ISO 3166-1 alpha-2.
        country: String,
        /// IANA time zone.
        zone: String,
        /// Language of outgoing texts, BCP 47.
        language: String,
        /// The countries its prospects are in, from the first-run question.
        prospect_countries: Json<Vec<String>>,
        /// When it was made.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// A user of one workspace.
    pub struct MemberRow in "member" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: MemberId,;
        /// Full name.
        name: String,
        /// Mailbox in its match form.
        email: String,
        /// Role.
        role: Role,
        /// Short text under the name ("Seller, DACH").
        title: String,
        /// Team name; a manager sees the members of the same team.
        team: String,
        /// The partner organisation, for partner members.
        partner: Option<PartnerId>,
        /// IANA time zone of their working hours.
        zone: String,
        /// Region whose holidays apply.
        region: String,
        /// Working blocks a weekday: seven lists of (from minute, to minute), Monday first.
        hours: Json<Vec<Vec<(i64, i64)>>>,
        /// May sign in and be given leads.
        active: bool,
        /// The last choices in the hand-over form.
        last_choices: Json<std::collections::BTreeMap<String, String>>,
        /// When they were added.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// A pool of members that share work.
    pub struct PoolRow in "pool" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: PoolId,;
        /// The word pathways use for it.
        slug: String,
        /// Name.
        name: String,
        /// Who gets a lead when nobody is eligible.
        fallback: MemberId,
        /// State of the fair-share method, as `warmpath-pathway` writes it.
        state: String,
        /// For guarded saves: two nodes can never take the same turn.
        version: i64,
    }
}

row! {
    /// A member's seat in a pool.
    pub struct PoolMemberRow in "pool_member" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The pool.
        pool: PoolId,
        /// The member.
        member: MemberId,;
        /// Share of the work, 1 to 100.
        weight: i64,
        /// Most open leads at once; none is no cap.
        cap: Option<i64>,
    }
}

row! {
    /// A time a member is away.
    pub struct AbsenceRow in "absence" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: AbsenceId,;
        /// Who.
        member: MemberId,
        /// From, inclusive.
        starts_at: Timestamp,
        /// Until, exclusive.
        ends_at: Timestamp,
        /// "Holiday", "Sick", …
        reason: String,
    }
}

row! {
    /// A public holiday in a region.
    pub struct HolidayRow in "holiday" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The region, as members name it.
        region: String,
        /// The day, ISO 8601.
        day: String,;
        /// Its name.
        name: String,
    }
}

row! {
    /// An outside organisation with portal access.
    pub struct PartnerRow in "partner" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: PartnerId,;
        /// Name.
        name: String,
        /// Its mail domain.
        domain: String,
        /// May use the portal.
        active: bool,
        /// When it was added.
        created_at: Timestamp,
    }
}

row! {
    /// One setting of a workspace.
    pub struct SettingRow in "setting" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its name.
        name: String,;
        /// JSON.
        value: String,
    }
}

/// All workspaces, oldest first: for the worker, which looks after each in turn.
///
/// # Errors
/// When the database cannot be read.
pub async fn all_workspaces(db: &dyn Engine) -> Result<Vec<WorkspaceRow>, StoreError> {
    WorkspaceRow::select_across(db, "ORDER BY created_at, workspace", vec![]).await
}

/// One workspace.
///
/// # Errors
/// When the database cannot be read.
pub async fn workspace(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Option<WorkspaceRow>, StoreError> {
    WorkspaceRow::first(db, "WHERE workspace = ?1", values![workspace]).await
}

/// All members, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn members(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<MemberRow>, StoreError> {
    MemberRow::select(db, "WHERE workspace = ?1 ORDER BY id", values![workspace]).await
}

/// One member.
///
/// # Errors
/// When the database cannot be read.
pub async fn member(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<Option<MemberRow>, StoreError> {
    MemberRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// The members with this mailbox, in any workspace: for sign-in, where the workspace is not known.
///
/// # Errors
/// When the database cannot be read.
pub async fn members_by_email(db: &dyn Engine, email: &str) -> Result<Vec<MemberRow>, StoreError> {
    let email = email.to_owned();
    let tail = "WHERE email = ?1 AND active = 1 ORDER BY workspace";
    MemberRow::select_across(db, tail, values![email]).await
}

/// All pools, by slug.
///
/// # Errors
/// When the database cannot be read.
pub async fn pools(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<PoolRow>, StoreError> {
    PoolRow::select(db, "WHERE workspace = ?1 ORDER BY id", values![workspace]).await
}

/// The seats of all pools.
///
/// # Errors
/// When the database cannot be read.
pub async fn seats(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<PoolMemberRow>, StoreError> {
    PoolMemberRow::select(db, "WHERE workspace = ?1 ORDER BY pool, member", values![workspace])
        .await
}

/// Absences that end after this moment, first come first.
///
/// # Errors
/// When the database cannot be read.
pub async fn absences(
    db: &dyn Engine,
    workspace: WorkspaceId,
    after: Timestamp,
) -> Result<Vec<AbsenceRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND ends_at > ?2 ORDER BY starts_at LIMIT 1000";
    AbsenceRow::select(db, tail, values![workspace, after]).await
}

/// All holidays of all regions.
///
/// # Errors
/// When the database cannot be read.
pub async fn holidays(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<HolidayRow>, StoreError> {
    HolidayRow::select(db, "WHERE workspace = ?1", values![workspace]).await
}

/// All partners.
///
/// # Errors
/// When the database cannot be read.
pub async fn partners(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<PartnerRow>, StoreError> {
    PartnerRow::select(db, "WHERE workspace = ?1 ORDER BY id", values![workspace]).await
}

/// One setting.
///
/// # Errors
/// When the database cannot be read.
pub async fn setting(
    db: &dyn Engine,
    workspace: WorkspaceId,
    name: &str,
) -> Result<Option<String>, StoreError> {
    let name = name.to_owned();
    let tail = "WHERE workspace = ?1 AND name = ?2";
    Ok(SettingRow::first(db, tail, values![workspace, name]).await?.map(|row| row.value))
}

/// Forgets one setting.
pub fn forget_setting(workspace: WorkspaceId, name: &str) -> Write {
    let name = name.to_owned();
    let sql = "DELETE FROM setting WHERE workspace = ?1 AND name = ?2";
    Write::any("setting", sql, values![workspace, name])
}

/// Takes every holiday of a region off the list, before a new list goes in.
pub fn clear_holidays(workspace: WorkspaceId, region: &str) -> Write {
    let region = region.to_owned();
    let sql = "DELETE FROM holiday WHERE workspace = ?1 AND region = ?2";
    Write::any("holiday", sql, values![workspace, region])
}

/// Takes every seat of a pool away, before the new seats go in.
pub fn clear_seats(workspace: WorkspaceId, pool: PoolId) -> Write {
    let sql = "DELETE FROM pool_member WHERE workspace = ?1 AND pool = ?2";
    Write::any("pool_member", sql, values![workspace, pool])
}

/// The time of the database's own clock is never asked for; this asks whether it answers at all.
///
/// # Errors
/// When it does not.
pub async fn ping(db: &dyn Engine) -> Result<(), StoreError> {
    let rows = db.query(Statement::new("SELECT COUNT(*) FROM workspace", vec![])).await?;
    rows.into_iter()
        .next()
        .and_then(|mut row| row.0.pop())
        .map(i64::from_value)
        .transpose()
        .map(|_| ())
}
