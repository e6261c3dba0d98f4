//! How far each referral came: its row tells of the stages with a time, its state of the last ones,
//! and the ledger of those that a side state hides.

use jiff::Timestamp;
use warmpath_core::id::WorkspaceId;
use warmpath_core::referral::ReferralState as S;
use warmpath_insight::Journey;
use warmpath_store::Engine;
use warmpath_store::table::figure::{self, CaseRow};

use crate::error::Failure;

/// The stages that are counted, first to last.
pub const STAGES: [&str; 9] = [
    "received",
    "cleared",
    "routed",
    "accepted",
    "contacted",
    "meeting_held",
    "qualified",
    "opportunity",
    "won",
];

pub(super) const RECEIVED: usize = 0;
pub(super) const CLEARED: usize = 1;
pub(super) const CONTACTED: usize = 4;
pub(super) const MET: usize = 5;
pub(super) const OPPORTUNITY: usize = 7;
pub(super) const WON: usize = 8;

/// The journeys of these referrals, in their order.
pub(super) async fn of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    rows: &[CaseRow],
    since: Timestamp,
) -> Result<Vec<Journey>, Failure> {
    let qualified = figure::once_qualified(db, workspace, since).await?;
    // The id as text is made only for those whose row does not tell: most referrals were never
    // contacted, and who was not contacted was never qualified.
    let once = |row: &CaseRow| {
        !qualified.is_empty()
            && row.contacted_at.is_some()
            && !is_past_qualified(row.state)
            && qualified.contains_key(&row.id.to_string())
    };
    Ok(rows.iter().map(|row| journey(row, once(row))).collect())
}

fn is_past_qualified(state: S) -> bool {
    matches!(state, S::Qualified | S::Opportunity | S::Won | S::Lost)
}

fn journey(row: &CaseRow, once_qualified: bool) -> Journey {
    let at = |time: Option<Timestamp>| time.map(|time| Some(time.as_second()));
    // A hold or a cancel request keeps the state it came from.
    let state = row.resume.unwrap_or(row.state);
    let in_or_past = |states: &[S]| states.contains(&state).then_some(None);
    let qualified = is_past_qualified(state) || once_qualified;
    let won = (row.state == S::Won).then(|| row.closed_at.map(|time| time.as_second()));
    Journey {
        source: row.origin.to_string(),
        reached: vec![
            at(Some(row.received_at)),
            at(row.cleared_at),
            at(row.routed_at),
            at(row.accepted_at),
            at(row.contacted_at),
            at(row.met_at),
            qualified.then_some(None),
            in_or_past(&[S::Opportunity, S::Won, S::Lost]),
            won,
        ],
    }
}
