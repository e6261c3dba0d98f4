//! Companies and their opportunities, as imported from the CRM.

use std::collections::BTreeMap;

use jiff::Timestamp;
use warmpath_core::id::{AccountId, MemberId, OpportunityId, PersonId, WorkspaceId};

use crate::engine::{Engine, StoreError};
use crate::field::Field;
use crate::{row, values};

row! {
    /// A company known to the workspace.
    pub struct AccountRow in "account" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: AccountId,;
        /// Name as given.
        name: String,
        /// Folded name, for matching and sorting.
        name_key: Vec<u8>,
        /// Its id in the CRM.
        external_id: String,
        /// `customer`, `prospect`, `former`.
        status: String,
        /// Business unit that looks after it.
        unit: String,
        /// Its owner among the members.
        owner: Option<MemberId>,
        /// Owner's name as the CRM has it.
        owner_name: String,
        /// ISO 3166-1 alpha-2.
        country: Option<String>,
        /// Industry as the CRM has it.
        industry: String,
        /// People employed.
        headcount: Option<i64>,
        /// When it was imported first.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// A mail domain of a company.
    pub struct AccountDomainRow in "account_domain" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Registrable domain, lower case, A-labels.
        domain: String,;
        /// Whose.
        account: AccountId,
    }
}

row! {
    /// An opportunity imported from a CRM.
    pub struct OpportunityRow in "opportunity" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: OpportunityId,;
        /// Its id in the CRM.
        external_id: String,
        /// Name.
        name: String,
        /// The company.
        account: Option<AccountId>,
        /// The contact it came with.
        person: Option<PersonId>,
        /// Who referred it, where the CRM says so.
        referrer: Option<PersonId>,
        /// Business unit.
        unit: String,
        /// Owner among the members.
        owner: Option<MemberId>,
        /// Owner's name as the CRM has it; empty is unassigned.
        owner_name: String,
        /// Stage as the CRM has it.
        stage: String,
        /// Lead source as the CRM has it.
        lead_source: String,
        /// Amount in minor units.
        amount: Option<i64>,
        /// ISO 4217.
        currency: String,
        /// Created in the CRM.
        opened_at: Timestamp,
        /// First activity in the CRM.
        contacted_at: Option<Timestamp>,
        /// Closed in the CRM.
        closed_at: Option<Timestamp>,
        /// Won, lost, or open.
        won: Option<bool>,
    }
}

/// One account.
///
/// # Errors
/// When the database cannot be read.
pub async fn account(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: AccountId,
) -> Result<Option<AccountRow>, StoreError> {
    AccountRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// Several accounts at once, by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn many(
    db: &dyn Engine,
    workspace: WorkspaceId,
    ids: &[AccountId],
) -> Result<BTreeMap<AccountId, AccountRow>, StoreError> {
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(200) {
        let (tail, values) = super::with_ids(workspace, chunk.iter().map(Field::to_value));
        let rows = AccountRow::select(db, &tail, values).await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

/// The account with this mail domain.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_domain(
    db: &dyn Engine,
    workspace: WorkspaceId,
    domain: &str,
) -> Result<Option<AccountRow>, StoreError> {
    let domain = domain.to_owned();
    let tail = "WHERE workspace = ?1 AND id IN \
                (SELECT account FROM account_domain WHERE workspace = ?1 AND domain = ?2)";
    AccountRow::first(db, tail, values![workspace, domain]).await
}

/// Accounts with a name and no key to be looked for by.
///
/// # Errors
/// When the database cannot be read.
pub async fn without_keys(
    db: &dyn Engine,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<AccountRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND name <> '' \
                AND id NOT IN (SELECT account FROM account_key WHERE workspace = ?1) \
                ORDER BY id LIMIT ?2";
    AccountRow::select(db, tail, values![workspace, limit]).await
}

/// Accounts by name from a folded beginning on.
///
/// # Errors
/// When the database cannot be read.
pub async fn starting(
    db: &dyn Engine,
    workspace: WorkspaceId,
    key: &[u8],
    limit: i64,
) -> Result<Vec<AccountRow>, StoreError> {
    // The first key that does not begin like this; nothing sorts after 0xFF in folded text.
    let (from, mut to) = (key.to_vec(), key.to_vec());
    to.push(0xFF);
    let tail = "WHERE workspace = ?1 AND name_key >= ?2 AND name_key < ?3 \
                ORDER BY name_key, id LIMIT ?4";
    AccountRow::select(db, tail, values![workspace, from, to, limit]).await
}

/// The mail domains of an account.
///
/// # Errors
/// When the database cannot be read.
pub async fn domains(
    db: &dyn Engine,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Vec<String>, StoreError> {
    let tail = "WHERE workspace = ?1 AND account = ?2 ORDER BY domain LIMIT 50";
    let rows = AccountDomainRow::select(db, tail, values![workspace, account]).await?;
    Ok(rows.into_iter().map(|row| row.domain).collect())
}

/// Accounts with this folded name.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_name(
    db: &dyn Engine,
    workspace: WorkspaceId,
    name_key: Vec<u8>,
) -> Result<Vec<AccountRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND name_key = ?2 ORDER BY id LIMIT 10";
    AccountRow::select(db, tail, values![workspace, name_key]).await
}

/// The account with this id in the CRM.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_external_id(
    db: &dyn Engine,
    workspace: WorkspaceId,
    external_id: &str,
) -> Result<Option<AccountRow>, StoreError> {
    let external_id = external_id.to_owned();
    let tail = "WHERE workspace = ?1 AND external_id = ?2";
    AccountRow::first(db, tail, values![workspace, external_id]).await
}

/// The opportunities of an account, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn opportunities_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Vec<OpportunityRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND account = ?2 ORDER BY opened_at DESC LIMIT 100";
    OpportunityRow::select(db, tail, values![workspace, account]).await
}

/// The opportunity with this id in the CRM.
///
/// # Errors
/// When the database cannot be read.
pub async fn opportunity_by_external_id(
    db: &dyn Engine,
    workspace: WorkspaceId,
    external_id: &str,
) -> Result<Option<OpportunityRow>, StoreError> {
    let external_id = external_id.to_owned();
    let tail = "WHERE workspace = ?1 AND external_id = ?2";
    OpportunityRow::first(db, tail, values![workspace, external_id]).await
}

/// All opportunities, for the figures. Bounded: a workspace with more gets figures of the latest.
///
/// # Errors
/// When the database cannot be read.
pub async fn all_opportunities(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<OpportunityRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY opened_at DESC LIMIT 200000";
    OpportunityRow::select(db, tail, values![workspace]).await
}
