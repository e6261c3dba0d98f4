//! Companies of open registers, signals about companies, and the universe that matching looks
//! through.

use jiff::Timestamp;
use warmpath_core::id::{AccountId, CompanyId, ImportId, MemberId, SignalId, WorkspaceId};

use crate::engine::{Engine, Statement, StoreError};
use crate::field::Reader;
use crate::table::account::AccountRow;
use crate::table::person::{PersonRow, SourceRecordRow};
use crate::{row, values};

row! {
    /// A company read from an open register or from the workspace's own files.
    pub struct CompanyRow in "register_company" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: CompanyId,;
        /// Name of the register.
        source: String,
        /// Id of the record there.
        record: String,
        /// Licence under which it may be used.
        licence: String,
        /// Day of the record's last change there, ISO 8601.
        as_of: Option<String>,
        /// Name.
        name: String,
        /// Folded name, for matching and sorting.
        name_key: Vec<u8>,
        /// Industry in words.
        industry: Option<String>,
        /// NAICS 2022 code, 2 to 6 digits.
        naics: Option<String>,
        /// People employed.
        employees: Option<i64>,
        /// Yearly revenue in US dollars.
        revenue_usd: Option<i64>,
        /// ISO 3166-1 alpha-2.
        country: Option<String>,
        /// ISO 3166-2.
        subdivision: Option<String>,
        /// City.
        city: Option<String>,
        /// `public`, `private`, `family_owned`, …
        ownership: Option<String>,
        /// Funding stage.
        stage: Option<String>,
        /// `agency`, `consultancy`, …
        company_type: Option<String>,
        /// The account it is, where known.
        account: Option<AccountId>,
        /// First read.
        created_at: Timestamp,
    }
}

row! {
    /// Something that happened at a company, bound to a trigger.
    pub struct SignalRow in "profile_signal" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: SignalId,;
        /// The company of a register.
        company: Option<CompanyId>,
        /// Or the account.
        account: Option<AccountId>,
        /// The trigger: `funding`, `leadership_change`, `regulatory`, …
        kind: String,
        /// The day it happened, ISO 8601.
        day: String,
        /// What is known, in words.
        text: String,
        /// Who says so.
        source: String,
        /// Who brought it in.
        member: Option<MemberId>,
        /// When it came in.
        created_at: Timestamp,
    }
}

row! {
    /// A file of a register that was read: where it came from and what became of its records.
    pub struct RegisterFileRow in "register_file" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: ImportId,;
        /// `lei`, `companies_house`, `edgar`, `ocds`, `people`, `signals`.
        format: String,
        /// The file's name.
        file_name: String,
        /// SHA-256 of the file.
        digest: Vec<u8>,
        /// Name of the register.
        source: String,
        /// Its licence.
        licence: String,
        /// New records.
        created: i64,
        /// Changed records.
        updated: i64,
        /// Records that were not read.
        skipped: i64,
        /// The first of them with their place, JSON.
        reasons: String,
        /// Who brought it in.
        member: Option<MemberId>,
        /// When.
        at: Timestamp,
    }
}

/// Most rows of each table that one workspace's universe takes in.
pub const UNIVERSE_ROWS_MAX: i64 = 1_000_000;

/// The kind of source record that says where a person of a register works.
pub const PERSON_KIND: &str = "register_person";

/// The companies of all registers.
///
/// # Errors
/// When the database cannot be read.
pub async fn companies(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<CompanyRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY id LIMIT ?2";
    CompanyRow::select(db, tail, values![workspace, UNIVERSE_ROWS_MAX]).await
}

/// The company with this record of a register.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_record(
    db: &dyn Engine,
    workspace: WorkspaceId,
    source: &str,
    record: &str,
) -> Result<Option<CompanyRow>, StoreError> {
    let (source, record) = (source.to_owned(), record.to_owned());
    let tail = "WHERE workspace = ?1 AND source = ?2 AND record = ?3";
    CompanyRow::first(db, tail, values![workspace, source, record]).await
}

/// Companies that some register lists under this record.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_any_record(
    db: &dyn Engine,
    workspace: WorkspaceId,
    record: &str,
) -> Result<Vec<CompanyRow>, StoreError> {
    let record = record.to_owned();
    let tail = "WHERE workspace = ?1 AND record = ?2 ORDER BY id LIMIT 5";
    CompanyRow::select(db, tail, values![workspace, record]).await
}

/// Companies of registers with this folded name.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_name(
    db: &dyn Engine,
    workspace: WorkspaceId,
    name_key: Vec<u8>,
) -> Result<Vec<CompanyRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND name_key = ?2 ORDER BY id LIMIT 5";
    CompanyRow::select(db, tail, values![workspace, name_key]).await
}

/// One company of a register.
///
/// # Errors
/// When the database cannot be read.
pub async fn company(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: CompanyId,
) -> Result<Option<CompanyRow>, StoreError> {
    CompanyRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// Signals, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn signals(
    db: &dyn Engine,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<SignalRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY id DESC LIMIT ?2";
    SignalRow::select(db, tail, values![workspace, limit]).await
}

/// Signals about an account, latest day first.
///
/// # Errors
/// When the database cannot be read.
pub async fn signals_of_account(
    db: &dyn Engine,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Vec<SignalRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND account = ?2 ORDER BY id DESC LIMIT 50";
    SignalRow::select(db, tail, values![workspace, account]).await
}

/// The files read so far, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn files(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<RegisterFileRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY at DESC LIMIT 100";
    RegisterFileRow::select(db, tail, values![workspace]).await
}

/// All people of the workspace that are not erased, and say what they do.
///
/// # Errors
/// When the database cannot be read.
pub async fn people(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<PersonRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND erased_at IS NULL AND title <> '' ORDER BY id LIMIT ?2";
    PersonRow::select(db, tail, values![workspace, UNIVERSE_ROWS_MAX]).await
}

/// All accounts.
///
/// # Errors
/// When the database cannot be read.
pub async fn accounts(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<AccountRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY id LIMIT ?2";
    AccountRow::select(db, tail, values![workspace, UNIVERSE_ROWS_MAX]).await
}

/// Where the people of registers work, as their records say.
///
/// # Errors
/// When the database cannot be read.
pub async fn places_of_people(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<SourceRecordRow>, StoreError> {
    let kind = PERSON_KIND.to_owned();
    let tail = "WHERE workspace = ?1 AND kind = ?2 ORDER BY id LIMIT ?3";
    SourceRecordRow::select(db, tail, values![workspace, kind, UNIVERSE_ROWS_MAX]).await
}

/// A mark that changes when the universe does: counts, sums of versions, newest records.
///
/// # Errors
/// When the database cannot be read.
pub async fn mark(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT \
        (SELECT COUNT(*) FROM person WHERE workspace = ?1), \
        (SELECT COALESCE(SUM(version), 0) FROM person WHERE workspace = ?1), \
        (SELECT COUNT(*) FROM account WHERE workspace = ?1), \
        (SELECT COALESCE(SUM(version), 0) FROM account WHERE workspace = ?1), \
        (SELECT COUNT(*) FROM register_company WHERE workspace = ?1), \
        (SELECT COUNT(*) FROM profile_signal WHERE workspace = ?1), \
        (SELECT COALESCE(MAX(at), 0) FROM register_file WHERE workspace = ?1)";
    let rows = db.query(Statement::new(sql, values![workspace])).await?;
    let Some(row) = rows.into_iter().next() else { return Ok(Vec::new()) };
    let mut reader = Reader::new(row);
    (0..7).map(|_| reader.take()).collect()
}
