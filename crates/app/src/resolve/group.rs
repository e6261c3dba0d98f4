//! The companies of one group: what was decided to be one, and what belongs to what.

use std::collections::BTreeSet;

use warmpath_core::id::{AccountId, WorkspaceId};
use warmpath_store::table::source;
use warmpath_store::{Engine, StoreError};

/// Most companies of a group that are looked at.
pub const COMPANIES_MAX: usize = 200;

/// Longest way from the company asked about to another of its group.
const STEPS_MAX: usize = 8;

/// The group of a company, itself first, then by how many steps lie between.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    company: AccountId,
) -> Result<Vec<AccountId>, StoreError> {
    let (mut group, mut edge) = (vec![company], vec![company]);
    let mut seen = BTreeSet::from([company]);
    for _ in 0..STEPS_MAX {
        let mut next = source::neighbours(db, workspace, &edge).await?;
        next.retain(|id| seen.insert(*id));
        next.truncate(COMPANIES_MAX.saturating_sub(group.len()));
        if next.is_empty() {
            break;
        }
        group.extend(&next);
        edge = next;
    }
    Ok(group)
}
