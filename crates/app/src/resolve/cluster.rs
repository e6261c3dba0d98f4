//! People and companies that were decided to be one. A merge is a pointer: the record that is gone
//! stays as it was and everything that belongs to it stays with it, consents too; whoever asks for all
//! of a person follows the pointers. So a merge is taken back by taking the pointer away.

use warmpath_core::id::{PersonId, RecordId, WorkspaceId};
use warmpath_store::table::identity;
use warmpath_store::table::person::{self, ContactPointRow};
use warmpath_store::table::referral::{self, ReferralRow};
use warmpath_store::{Engine, StoreError};

/// Longest way of pointers that is followed.
const STEPS_MAX: usize = 16;

/// Most records that are one.
pub const MEMBERS_MAX: usize = 50;

/// An id out of the bytes of a row that holds ids of several kinds.
pub fn id_of<I: RecordId>(bytes: &[u8]) -> Option<I> {
    bytes.try_into().ok().map(I::from_bytes)
}

/// The record that stands for this one; itself where nothing was merged.
///
/// # Errors
/// When the database cannot be read.
pub async fn root<I: RecordId>(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: I,
) -> Result<I, StoreError> {
    let mut at = id.bytes().to_vec();
    for _ in 0..STEPS_MAX {
        match identity::merged_into(db, workspace, &at).await? {
            Some(merge) => at = merge.kept,
            None => break,
        }
    }
    Ok(id_of(&at).unwrap_or(id))
}

/// Everything that is one with this record, the one that stands for all first.
///
/// # Errors
/// When the database cannot be read.
pub async fn whole<I: RecordId + PartialEq + Copy>(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: I,
) -> Result<Vec<I>, StoreError> {
    let mut members = vec![root(db, workspace, id).await?];
    let mut next = 0;
    while next < members.len() && members.len() < MEMBERS_MAX {
        let under = identity::merged_under(db, workspace, &members[next].bytes()).await?;
        let under = under.iter().filter_map(|merge| id_of::<I>(&merge.gone));
        for found in under {
            if !members.contains(&found) {
                members.push(found);
            }
        }
        next += 1;
    }
    Ok(members)
}

/// The referrals of a person, whichever of their records they came in under.
///
/// # Errors
/// When the database cannot be read.
pub async fn referrals(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<ReferralRow>, StoreError> {
    let mut found = Vec::new();
    for id in whole(db, workspace, person).await? {
        found.extend(referral::of_person(db, workspace, id).await?);
    }
    Ok(found)
}

/// How to reach a person, over all of their records. For what must not be missed, such as a mailbox
/// that asked to be left alone.
///
/// # Errors
/// When the database cannot be read.
pub async fn contact_points(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<ContactPointRow>, StoreError> {
    let mut found = Vec::new();
    for id in whole(db, workspace, person).await? {
        found.extend(person::contact_points(db, workspace, id).await?);
    }
    Ok(found)
}
