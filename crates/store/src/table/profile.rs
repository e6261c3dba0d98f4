//! Ideal introduction profiles, their versions, and what came of each version.

use jiff::Timestamp;
use warmpath_core::id::{MemberId, ProfileId, WorkspaceId};

use crate::change::Write;
use crate::engine::{Engine, StoreError};
use crate::{row, values};

row! {
    /// A profile: whom somebody wants to meet.
    pub struct ProfileRow in "profile" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: ProfileId,;
        /// Name.
        name: String,
        /// `draft`, `specific`, `trial`, `proven`, `automatable`, `retired`.
        state: String,
        /// The version approved for asking; none before the first trial.
        live_version: Option<i64>,
        /// Introductions by hand that must have worked before automation.
        needed_by_hand: i64,
        /// The member who asks with it.
        owner: Option<MemberId>,
        /// When it was made.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// One version of a profile; once approved it is never changed.
    pub struct ProfileVersionRow in "profile_version" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The profile.
        profile: ProfileId,
        /// Its number, from 1.
        number: i64,;
        /// The brief in plain words.
        brief: String,
        /// The criteria, JSON.
        criteria: String,
        /// `specific`, `vague`, `contradictory`.
        verdict: String,
        /// What is missing or clashes, JSON list of codes.
        why: String,
        /// Points of the rubric, 0 to 100.
        score: f64,
        /// Two sentences a connector can say.
        script: String,
        /// One line a connector can repeat.
        value_line: String,
        /// What the person asked gets out of it.
        benefit: String,
        /// Proposed criteria that a person took up, JSON.
        accepted: String,
        /// `draft`, `refused`, `approved`, `replaced`.
        state: String,
        /// Who wrote it.
        author: Option<MemberId>,
        /// Who approved it.
        approved_by: Option<MemberId>,
        /// When.
        approved_at: Option<Timestamp>,
        /// Last written.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// What came of the introductions of one version. Counted up, never down.
    pub struct ProfileOutcomeRow in "profile_outcome" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The profile.
        profile: ProfileId,
        /// The version.
        number: i64,;
        /// Introductions asked for.
        asked: i64,
        /// Accepted by the connector.
        accepted: i64,
        /// With a meeting that took place.
        met: i64,
        /// That led on to a qualified conversation.
        worked: i64,
        /// Of those asked for: made by hand.
        by_hand_asked: i64,
        /// Of those that worked: made by hand.
        by_hand_worked: i64,
    }
}

/// Most profiles of a workspace that are listed.
pub const PROFILES_MAX: i64 = 500;

/// All profiles, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn profiles(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<ProfileRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY id DESC LIMIT ?2";
    ProfileRow::select(db, tail, values![workspace, PROFILES_MAX]).await
}

/// One profile.
///
/// # Errors
/// When the database cannot be read.
pub async fn profile(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: ProfileId,
) -> Result<Option<ProfileRow>, StoreError> {
    ProfileRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// The versions of a profile, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn versions(
    db: &dyn Engine,
    workspace: WorkspaceId,
    profile: ProfileId,
) -> Result<Vec<ProfileVersionRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND profile = ?2 ORDER BY number DESC LIMIT 200";
    ProfileVersionRow::select(db, tail, values![workspace, profile]).await
}

/// What came of each version of a profile.
///
/// # Errors
/// When the database cannot be read.
pub async fn outcomes(
    db: &dyn Engine,
    workspace: WorkspaceId,
    profile: ProfileId,
) -> Result<Vec<ProfileOutcomeRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND profile = ?2 ORDER BY number DESC LIMIT 200";
    ProfileOutcomeRow::select(db, tail, values![workspace, profile]).await
}

/// Counts up what came of a version. The row is made with the version's approval; the version must
/// be there, or the change set is a conflict.
pub fn count(
    workspace: WorkspaceId,
    profile: ProfileId,
    number: i64,
    add: &ProfileOutcomeRow,
) -> Write {
    Write::one(
        "profile_outcome",
        "UPDATE profile_outcome SET asked = asked + ?4, accepted = accepted + ?5, met = met + ?6, \
         worked = worked + ?7, by_hand_asked = by_hand_asked + ?8, \
         by_hand_worked = by_hand_worked + ?9 \
         WHERE workspace = ?1 AND profile = ?2 AND number = ?3",
        values![
            workspace,
            profile,
            number,
            add.asked,
            add.accepted,
            add.met,
            add.worked,
            add.by_hand_asked,
            add.by_hand_worked
        ],
    )
}
