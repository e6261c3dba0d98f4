//! Consent records of the referred person.

use jiff::Timestamp;
use warmpath_core::consent::{Channel, ConsentState};
use warmpath_core::id::{ConsentId, PersonId, ReferralId, WorkspaceId};

use crate::engine::{Engine, StoreError};
use crate::field::Json;
use crate::{row, values};

row! {
    /// A consent, after ISO/IEC TS 27560. What the person typed stands sealed in `evidence`.
    pub struct ConsentRow in "consent" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: ConsentId,;
        /// Whose.
        person: PersonId,
        /// The referral that asked for it.
        referral: ReferralId,
        /// Where it stands.
        state: ConsentState,
        /// The answer given, if any.
        answer: String,
        /// The channels it opens.
        channels: Json<Vec<Channel>>,
        /// The one purpose, as shown.
        purpose: String,
        /// Version of the wording.
        wording_version: i64,
        /// SHA-256 of the wording as shown.
        wording_hash: Vec<u8>,
        /// Language of the wording.
        language: String,
        /// Keyed hash of the mailbox it is bound to.
        mailbox: Vec<u8>,
        /// The person lets the referrer hear whether a meeting took place.
        share_milestones: bool,
        /// Asked.
        asked_at: Timestamp,
        /// Answered.
        answered_at: Option<Timestamp>,
        /// Ends.
        expires_at: Option<Timestamp>,
        /// Taken back.
        withdrawn_at: Option<Timestamp>,
        /// Wording as shown, address, agent and time of each step, encrypted under the person's
        /// key.
        evidence: Vec<u8>,
        /// For guarded saves: one answer wins.
        version: i64,
    }
}

/// One consent.
///
/// # Errors
/// When the database cannot be read.
pub async fn consent(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: ConsentId,
) -> Result<Option<ConsentRow>, StoreError> {
    ConsentRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// All consents of a person, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_person(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<ConsentRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2 ORDER BY id DESC LIMIT 50";
    ConsentRow::select(db, tail, values![workspace, person]).await
}
