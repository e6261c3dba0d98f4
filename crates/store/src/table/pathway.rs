//! Pathways and their versions.

use jiff::Timestamp;
use warmpath_core::id::{MemberId, PathwayId, WorkspaceId};

use crate::engine::{Engine, StoreError};
use crate::{row, values};

row! {
    /// A pathway: the document by which referrals of some origins are handled.
    pub struct PathwayRow in "pathway" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: PathwayId,;
        /// The word for it.
        slug: String,
        /// Name.
        name: String,
        /// The version in force; none before the first.
        live_version: Option<i64>,
        /// A version that runs for one door only.
        pilot_version: Option<i64>,
        /// That door.
        pilot_door: String,
        /// When the pilot began.
        pilot_since: Option<Timestamp>,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// One version of a pathway; its text never changes once it left draft.
    pub struct PathwayVersionRow in "pathway_version" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The pathway.
        pathway: PathwayId,
        /// Its number, from 1.
        number: i64,;
        /// TOML.
        text: String,
        /// `draft`, `linted`, `simulated`, `pilot`, `live`, `retired`.
        state: String,
        /// What changed, in the author's words.
        note: String,
        /// Who wrote it.
        author: Option<MemberId>,
        /// Who approved it.
        approved_by: Option<MemberId>,
        /// When.
        approved_at: Option<Timestamp>,
        /// Result of the last simulation, JSON.
        simulation: String,
        /// Made.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

/// All pathways, by slug.
///
/// # Errors
/// When the database cannot be read.
pub async fn pathways(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<PathwayRow>, StoreError> {
    PathwayRow::select(db, "WHERE workspace = ?1 ORDER BY id LIMIT 200", values![workspace]).await
}

/// One pathway.
///
/// # Errors
/// When the database cannot be read.
pub async fn pathway(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: PathwayId,
) -> Result<Option<PathwayRow>, StoreError> {
    PathwayRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// All versions, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn versions(
    db: &dyn Engine,
    workspace: WorkspaceId,
    pathway: PathwayId,
) -> Result<Vec<PathwayVersionRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND pathway = ?2 ORDER BY number DESC LIMIT 200";
    PathwayVersionRow::select(db, tail, values![workspace, pathway]).await
}

/// One version.
///
/// # Errors
/// When the database cannot be read.
pub async fn version(
    db: &dyn Engine,
    workspace: WorkspaceId,
    pathway: PathwayId,
    number: i64,
) -> Result<Option<PathwayVersionRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND pathway = ?2 AND number = ?3";
    PathwayVersionRow::first(db, tail, values![workspace, pathway, number]).await
}
