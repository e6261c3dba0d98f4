//! Reads that only the figures need: what is known about referred people, and which stages were
//! once reached by referrals that have left them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use warmpath_core::id::{PersonId, ReferralId, WorkspaceId};

use crate::engine::{Engine, Statement, StoreError, Value};
use crate::field::{Field as _, Reader};
use crate::values;

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

/// What is known about everybody referred since `from`.
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
               (SELECT person FROM referral WHERE workspace = ?1 AND received_at >= ?2)";
    let mut known = BTreeMap::new();
    for row in db.query(Statement::new(sql, values![workspace, from])).await? {
        let mut reader = Reader::new(row);
        let id: PersonId = reader.take()?;
        let (title, country) = (reader.take()?, reader.take()?);
        known.insert(id, KnownFields { title, country, ..KnownFields::default() });
    }
    let sql = "SELECT person, kind FROM contact_point WHERE workspace = ?1 AND person IN \
               (SELECT person FROM referral WHERE workspace = ?1 AND received_at >= ?2) \
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

/// Which of these referrals were once qualified, and when, by what the ledger says: their rows no
/// longer tell once they went on to a side state.
///
/// # Errors
/// When the database cannot be read.
pub async fn once_qualified(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referrals: &[ReferralId],
) -> Result<BTreeMap<String, Timestamp>, StoreError> {
    let mut found = BTreeMap::new();
    for chunk in referrals.chunks(200) {
        let mut values: Vec<Value> = values![workspace];
        values.extend(chunk.iter().map(|id| id.to_string().to_value()));
        let marks: Vec<String> = (2..=values.len()).map(|n| format!("?{n}")).collect();
        let sql = format!(
            "SELECT about, at FROM ledger_entry WHERE workspace = ?1 AND about IN ({}) \
             AND kind = 'referral.qualified' ORDER BY id DESC",
            marks.join(", ")
        );
        for row in db.query(Statement::new(sql, values)).await? {
            let mut reader = Reader::new(row);
            // Latest first, so that the first time stays.
            found.insert(reader.take()?, reader.take()?);
        }
    }
    Ok(found)
}
