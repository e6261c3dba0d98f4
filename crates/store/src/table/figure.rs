//! Reads that only the figures need: the cases themselves, what is known about referred people, how
//! clocks ended, and which stages were once reached by referrals that have left them. They go over
//! a whole period, so they take only the columns that a figure rests on, and a part at a time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use warmpath_core::id::{AccountId, MemberId, PersonId, ReferralId, WorkspaceId};
use warmpath_core::referral::{Origin, ReferralState};

use crate::engine::{Engine, Statement, StoreError};
use crate::field::Reader;
use crate::values;

/// Cases read at once: what is held twice, as the driver gives it and as we keep it.
const CASES_AT_ONCE: i64 = 5_000;

/// A referral as a case of the figures.
#[derive(Debug, Clone)]
pub struct CaseRow {
    /// The referral.
    pub id: ReferralId,
    /// Where it stands.
    pub state: ReferralState,
    /// Where a hold, a nurture or a cancel request goes back to.
    pub resume: Option<ReferralState>,
    /// Coded reason of a side state.
    pub reason: String,
    /// Who the referrer is to us.
    pub origin: Origin,
    /// Who is referred.
    pub person: PersonId,
    /// Their company, when known.
    pub account: Option<AccountId>,
    /// Who works it.
    pub owner: Option<MemberId>,
    /// Received.
    pub received_at: Timestamp,
    /// Cleared for contact.
    pub cleared_at: Option<Timestamp>,
    /// Routed.
    pub routed_at: Option<Timestamp>,
    /// Accepted.
    pub accepted_at: Option<Timestamp>,
    /// First contact.
    pub contacted_at: Option<Timestamp>,
    /// Meeting held.
    pub met_at: Option<Timestamp>,
    /// Ended.
    pub closed_at: Option<Timestamp>,
    /// Value in minor units, once known.
    pub amount: Option<i64>,
    /// ISO 4217.
    pub currency: String,
}

impl CaseRow {
    fn read(row: crate::engine::Row) -> Result<Self, StoreError> {
        let mut reader = Reader::new(row);
        Ok(Self {
            id: reader.take()?,
            state: reader.take()?,
            resume: reader.take()?,
            reason: reader.take()?,
            origin: reader.take()?,
            person: reader.take()?,
            account: reader.take()?,
            owner: reader.take()?,
            received_at: reader.take()?,
            cleared_at: reader.take()?,
            routed_at: reader.take()?,
            accepted_at: reader.take()?,
            contacted_at: reader.take()?,
            met_at: reader.take()?,
            closed_at: reader.take()?,
            amount: reader.take()?,
            currency: reader.take()?,
        })
    }
}

/// All referrals received since, first to last.
///
/// # Errors
/// When the database cannot be read.
pub async fn cases(
    db: &dyn Engine,
    workspace: WorkspaceId,
    from: Timestamp,
) -> Result<Vec<CaseRow>, StoreError> {
    let columns = "SELECT id, state, resume, reason, origin, person, account, owner, received_at, \
                   cleared_at, routed_at, accepted_at, contacted_at, met_at, closed_at, amount, \
                   currency FROM referral WHERE workspace = ?1";
    let first = format!("{columns} AND received_at >= ?2 ORDER BY received_at, id LIMIT ?3");
    let next =
        format!("{columns} AND (received_at, id) > (?2, ?3) ORDER BY received_at, id LIMIT ?4");
    let mut found: Vec<CaseRow> = Vec::new();
    loop {
        let statement = match found.last() {
            None => Statement::new(first.clone(), values![workspace, from, CASES_AT_ONCE]),
            Some(last) => Statement::new(
                next.clone(),
                values![workspace, last.received_at, last.id, CASES_AT_ONCE],
            ),
        };
        let rows = db.query(statement).await?;
        let whole = rows.len() as i64 == CASES_AT_ONCE;
        for row in rows {
            found.push(CaseRow::read(row)?);
        }
        if !whole {
            return Ok(found);
        }
    }
}

/// How the clocks that started since have ended, met or breached: by referral, with their kind and
/// whether they were met.
///
/// # Errors
/// When the database cannot be read.
pub async fn ended_clocks(
    db: &dyn Engine,
    workspace: WorkspaceId,
    from: Timestamp,
) -> Result<Vec<(ReferralId, String, bool)>, StoreError> {
    let sql = "SELECT referral, kind, CAST(CASE WHEN state = 'met' THEN 1 ELSE 0 END AS BIGINT) \
               FROM sla_clock WHERE workspace = ?1 AND started_at >= ?2 \
               AND state IN ('met', 'breached')";
    let rows = db.query(Statement::new(sql, values![workspace, from])).await?;
    rows.into_iter()
        .map(|row| {
            let mut reader = Reader::new(row);
            Ok((reader.take()?, reader.take()?, reader.take()?))
        })
        .collect()
}

/// Which fields of a referred person are known, and how well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KnownFields {
    /// A role in their company is stated.
    pub title: bool,
    /// Their country is known.
    pub country: bool,
    /// A mailbox whose domain takes mail, or whose owner proved it.
    pub mailbox_validated: bool,
    /// A phone number in its international form.
    pub phone: bool,
}

/// What is known about everybody who was referred since `from` and cleared for contact.
///
/// # Errors
/// When the database cannot be read.
pub async fn known_fields(
    db: &dyn Engine,
    workspace: WorkspaceId,
    from: Timestamp,
) -> Result<BTreeMap<PersonId, KnownFields>, StoreError> {
    let sql = "SELECT id, CAST(CASE WHEN title <> '' THEN 1 ELSE 0 END AS BIGINT), \
               CAST(CASE WHEN country IS NOT NULL THEN 1 ELSE 0 END AS BIGINT) FROM person \
               WHERE workspace = ?1 AND id IN \
               (SELECT person FROM referral WHERE workspace = ?1 AND received_at >= ?2 AND cleared_at IS NOT NULL)";
    let mut known = BTreeMap::new();
    for row in db.query(Statement::new(sql, values![workspace, from])).await? {
        let mut reader = Reader::new(row);
        let id: PersonId = reader.take()?;
        let (title, country) = (reader.take()?, reader.take()?);
        known.insert(id, KnownFields { title, country, ..KnownFields::default() });
    }
    let sql = "SELECT person, kind FROM contact_point WHERE workspace = ?1 AND person IN \
               (SELECT person FROM referral WHERE workspace = ?1 AND received_at >= ?2 AND cleared_at IS NOT NULL) \
               AND (kind = 'phone' OR verification IN ('mx', 'control'))";
    for row in db.query(Statement::new(sql, values![workspace, from])).await? {
        let mut reader = Reader::new(row);
        let (id, kind): (PersonId, String) = (reader.take()?, reader.take()?);
        let fields = known.entry(id).or_default();
        if kind == "phone" {
            fields.phone = true;
        } else {
            fields.mailbox_validated = true;
        }
    }
    Ok(known)
}

/// Which referrals were qualified since `from`, by their text id, and when first, by what the ledger
/// says: their rows no longer tell once they went on to a side state.
///
/// # Errors
/// When the database cannot be read.
pub async fn once_qualified(
    db: &dyn Engine,
    workspace: WorkspaceId,
    from: Timestamp,
) -> Result<BTreeMap<String, Timestamp>, StoreError> {
    let sql = "SELECT about, MIN(at) FROM ledger_entry WHERE workspace = ?1 \
               AND kind = 'referral.qualified' AND at >= ?2 GROUP BY about";
    let rows = db.query(Statement::new(sql, values![workspace, from])).await?;
    rows.into_iter()
        .map(|row| {
            let mut reader = Reader::new(row);
            Ok((reader.take()?, reader.take()?))
        })
        .collect()
}
