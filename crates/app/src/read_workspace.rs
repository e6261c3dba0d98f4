//! Reads workspaces and members for the command line and the frame of pages.

use warmpath_core::id::WorkspaceId;
use warmpath_store::table::workspace::{self, MemberRow, WorkspaceRow};

use crate::context::App;
use crate::error::Failure;

/// All workspaces of the installation: for whoever runs it, never for a page.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(app: &App) -> Result<Vec<WorkspaceRow>, Failure> {
    Ok(workspace::all_workspaces(app.db()).await?)
}

/// The members of a workspace.
///
/// # Errors
/// When the database cannot be read.
pub async fn members(app: &App, id: WorkspaceId) -> Result<Vec<MemberRow>, Failure> {
    Ok(workspace::members(app.db(), id).await?)
}
