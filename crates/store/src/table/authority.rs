//! Who decides about what at a company, as a person verified it.

use jiff::Timestamp;
use warmpath_core::id::{AccountId, AuthorityId, MemberId, PersonId, WorkspaceId};

use crate::change::Write;
use crate::engine::{Engine, StoreError};
use crate::{row, values};

row! {
    /// Whether somebody decides about something: verified by a person, with evidence, for a time.
    pub struct AuthorityRow in "authority" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: AuthorityId,;
        /// Who decides, or not.
        person: PersonId,
        /// About what.
        topic: String,
        /// `holds`, `not`, `unknown`.
        holds: String,
        /// What shows it.
        evidence: String,
        /// The peer who said so; none for our own reading.
        peer: Option<PersonId>,
        /// Who verified it.
        member: MemberId,
        /// When.
        at: Timestamp,
        /// Counts until then.
        until: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// A seat of the people who decide together at a company.
    pub struct CommitteeSeatRow in "committee_seat" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The company.
        account: AccountId,
        /// The part they have: `economic buyer`.
        role: String,;
        /// Who has it, if known.
        person: Option<PersonId>,
        /// What is known of the part; names nobody.
        note: String,
        /// For guarded saves.
        version: i64,
    }
}

/// What was verified of a person, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_person(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<AuthorityRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2 ORDER BY id DESC LIMIT 50";
    AuthorityRow::select(db, tail, values![workspace, person]).await
}

/// The seats of a committee, by part.
///
/// # Errors
/// When the database cannot be read.
pub async fn committee(
    db: &dyn Engine,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Vec<CommitteeSeatRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND account = ?2 ORDER BY role LIMIT 50";
    CommitteeSeatRow::select(db, tail, values![workspace, account]).await
}

/// All seats of all committees.
///
/// # Errors
/// When the database cannot be read.
pub async fn committees(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<CommitteeSeatRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY account, role LIMIT 2000";
    CommitteeSeatRow::select(db, tail, values![workspace]).await
}

/// Takes a person off every committee; the parts stay.
pub fn leave_committees(workspace: WorkspaceId, person: PersonId) -> Write {
    let sql = "UPDATE committee_seat SET person = NULL, version = version + 1 \
               WHERE workspace = ?1 AND person = ?2";
    Write::any("committee_seat", sql, values![workspace, person])
}
