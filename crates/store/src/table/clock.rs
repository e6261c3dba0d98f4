//! Service-level clocks and the acknowledgements owed to referrers.

use jiff::Timestamp;
use warmpath_core::id::{
    AcknowledgementId, ClockId, MailId, MemberId, PersonId, ReferralId, WorkspaceId,
};

use crate::engine::{Engine, StoreError};
use crate::field::Json;
use crate::{row, values};

row! {
    /// One clock on a referral.
    pub struct ClockRow in "sla_clock" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: ClockId,;
        /// The referral.
        referral: ReferralId,
        /// `accept`, `contact`, `acknowledge`, `arbiter`, `nurture`.
        kind: String,
        /// `running`, `paused`, `met`, `breached`, or `dropped` when nothing is owed any more.
        state: String,
        /// Who must act.
        member: Option<MemberId>,
        /// Started.
        started_at: Timestamp,
        /// Due, in absolute time.
        due_at: Timestamp,
        /// When it wants to be looked at next.
        wake_at: Option<Timestamp>,
        /// The state machine.
        machine: Json<warmpath_core::sla::Clock>,
        /// Fulfilled.
        met_at: Option<Timestamp>,
        /// Ran over.
        breached_at: Option<Timestamp>,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// Thanks owed to a referrer within 24 hours.
    pub struct AcknowledgementRow in "acknowledgement" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: AcknowledgementId,;
        /// For which referral.
        referral: ReferralId,
        /// To whom.
        referrer: PersonId,
        /// Who writes it.
        member: Option<MemberId>,
        /// `due`, `drafted`, `sent_by_person`, `breached`, `escalated`.
        state: String,
        /// By when.
        due_at: Timestamp,
        /// The mail, once drafted.
        mail: Option<MailId>,
        /// Sent.
        sent_at: Option<Timestamp>,
        /// For guarded saves.
        version: i64,
    }
}

/// All clocks of a referral, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_referral(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referral: ReferralId,
) -> Result<Vec<ClockRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND referral = ?2 ORDER BY id LIMIT 100";
    ClockRow::select(db, tail, values![workspace, referral]).await
}

/// The clocks of several referrals that still count, first due first.
///
/// # Errors
/// When the database cannot be read.
pub async fn counting_on(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referrals: &[ReferralId],
) -> Result<Vec<ClockRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in referrals.chunks(200) {
        let mut values = values![workspace];
        values.extend(chunk.iter().map(crate::field::Field::to_value));
        let marks: Vec<String> = (2..=values.len()).map(|n| format!("?{n}")).collect();
        let tail = format!(
            "WHERE workspace = ?1 AND state IN ('running', 'paused', 'breached') \
             AND met_at IS NULL AND referral IN ({})",
            marks.join(", ")
        );
        found.extend(ClockRow::select(db, &tail, values).await?);
    }
    found.sort_by_key(|c| (c.due_at, c.id));
    Ok(found)
}

/// One clock.
///
/// # Errors
/// When the database cannot be read.
pub async fn clock(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: ClockId,
) -> Result<Option<ClockRow>, StoreError> {
    ClockRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// The acknowledgement owed for a referral.
///
/// # Errors
/// When the database cannot be read.
pub async fn acknowledgement_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referral: ReferralId,
) -> Result<Option<AcknowledgementRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND referral = ?2";
    AcknowledgementRow::first(db, tail, values![workspace, referral]).await
}

/// The acknowledgements owed for these referrals, in any order.
///
/// # Errors
/// When the database cannot be read.
pub async fn acknowledgements_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referrals: &[ReferralId],
) -> Result<Vec<AcknowledgementRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in referrals.chunks(200) {
        let mut values = values![workspace];
        values.extend(chunk.iter().map(crate::field::Field::to_value));
        let marks: Vec<String> = (2..=values.len()).map(|n| format!("?{n}")).collect();
        let tail = format!("WHERE workspace = ?1 AND referral IN ({})", marks.join(", "));
        found.extend(AcknowledgementRow::select(db, &tail, values).await?);
    }
    Ok(found)
}
