//! Groups of people who introduce each other: seats, the waiting list, calls and events.

use jiff::Timestamp;
use warmpath_core::id::{GatheringId, GroupId, MemberId, PersonId, SeatId, WorkspaceId};

use crate::engine::{Engine, StoreError};
use crate::field::Json;
use crate::{row, values};

row! {
    /// A group of people who introduce each other, one seat for each trade.
    pub struct GroupRow in "network_group" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: GroupId,;
        /// Its name.
        name: String,
        /// What it is for.
        purpose: String,
        /// `informal`, `formal`, `platform`.
        mode: String,
        /// Who may join.
        criteria: String,
        /// Who is reminded of calls and events.
        keeper: MemberId,
        /// Days between two calls; 0 for none.
        call_days: i64,
        /// Days between two events; 0 for none.
        event_days: i64,
        /// `open`, `closed`.
        state: String,
        /// Founded.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// A seat in a group, or the wish for one.
    pub struct GroupSeatRow in "group_seat" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: SeatId,;
        /// The group.
        group_id: GroupId,
        /// Who.
        person: PersonId,
        /// Their trade.
        trade: String,
        /// The trade, folded.
        trade_key: Vec<u8>,
        /// Their company.
        company: String,
        /// The company, folded; the person where it is unknown.
        company_key: Vec<u8>,
        /// Trades and companies they compete with.
        competes: Json<Vec<String>>,
        /// 1 to 18 while seated, else 0.
        place: i64,
        /// `waiting`, `seated`, `left`.
        state: String,
        /// Coded reason of leaving.
        reason: String,
        /// Who admitted them, or put them on the list.
        member: MemberId,
        /// Since when it is so.
        at: Timestamp,
        /// Admitted.
        seated_at: Option<Timestamp>,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// A call or an event of a group: planned, then held or skipped.
    pub struct GatheringRow in "group_gathering" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: GatheringId,;
        /// The group.
        group_id: GroupId,
        /// `call`, `event`.
        kind: String,
        /// For when it is planned.
        due_at: Timestamp,
        /// The keeper was reminded.
        reminded_at: Option<Timestamp>,
        /// `planned`, `held`, `skipped`.
        state: String,
        /// What came of it; names nobody.
        note: String,
        /// Who noted it.
        member: Option<MemberId>,
        /// For guarded saves.
        version: i64,
    }
}

/// One group.
///
/// # Errors
/// When the database cannot be read.
pub async fn group(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: GroupId,
) -> Result<Option<GroupRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND id = ?2";
    GroupRow::first(db, tail, values![workspace, id]).await
}

/// Groups, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn groups(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<GroupRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY name, id LIMIT 200";
    GroupRow::select(db, tail, values![workspace]).await
}

/// Seats of a group, those who left too, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn seats(
    db: &dyn Engine,
    workspace: WorkspaceId,
    group: GroupId,
) -> Result<Vec<GroupSeatRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND group_id = ?2 ORDER BY id LIMIT 500";
    GroupSeatRow::select(db, tail, values![workspace, group]).await
}

/// One seat.
///
/// # Errors
/// When the database cannot be read.
pub async fn seat(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: SeatId,
) -> Result<Option<GroupSeatRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND id = ?2";
    GroupSeatRow::first(db, tail, values![workspace, id]).await
}

/// Seats of a person, in any group, those they left too.
///
/// # Errors
/// When the database cannot be read.
pub async fn seats_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<GroupSeatRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2 ORDER BY id LIMIT 200";
    GroupSeatRow::select(db, tail, values![workspace, person]).await
}

/// All seats that are taken.
///
/// # Errors
/// When the database cannot be read.
pub async fn all_seated(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<GroupSeatRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND state = 'seated' ORDER BY id LIMIT 5000";
    GroupSeatRow::select(db, tail, values![workspace]).await
}

/// Calls and events of a group, latest planned first.
///
/// # Errors
/// When the database cannot be read.
pub async fn gatherings(
    db: &dyn Engine,
    workspace: WorkspaceId,
    group: GroupId,
) -> Result<Vec<GatheringRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND group_id = ?2 ORDER BY due_at DESC, id LIMIT 100";
    GatheringRow::select(db, tail, values![workspace, group]).await
}

/// One call or event.
///
/// # Errors
/// When the database cannot be read.
pub async fn gathering(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: GatheringId,
) -> Result<Option<GatheringRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND id = ?2";
    GatheringRow::first(db, tail, values![workspace, id]).await
}
