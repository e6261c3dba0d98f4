//! The systems that records come from, whom to believe about which field, and which company belongs
//! to which.

use warmpath_core::id::{AccountId, RecordId as _, WorkspaceId};

use jiff::Timestamp;

use crate::engine::{Engine, Statement, StoreError};
use crate::field::{Field as _, Reader};
use crate::table::person::SourceRecordRow;
use crate::{row, values};

row! {
    /// A system that records come from.
    pub struct SystemRow in "source_system" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its short name, as records carry it.
        slug: String,;
        /// Its name for people.
        name: String,
        /// `crm`, `marketing`, `erp`, `contacts`, `other`.
        kind: String,
        /// Order of belief: the lowest first.
        place: i64,
        /// When it was named.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// Whom to believe about one field, where that differs from the order of the systems.
    pub struct PrecedenceRow in "field_precedence" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The field.
        field: String,;
        /// The system believed first.
        system: String,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// The company that a company belongs to.
    pub struct ParentRow in "account_parent" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The subsidiary.
        account: AccountId,;
        /// The company it belongs to; itself where a member said that it stands alone.
        parent: AccountId,
        /// The system that says so, or `member`.
        source: String,
    }
}

/// The systems, the most believed first.
///
/// # Errors
/// When the database cannot be read.
pub async fn systems(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<SystemRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY place, slug LIMIT 100";
    SystemRow::select(db, tail, values![workspace]).await
}

/// Whom to believe about single fields.
///
/// # Errors
/// When the database cannot be read.
pub async fn precedences(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<PrecedenceRow>, StoreError> {
    PrecedenceRow::select(db, "WHERE workspace = ?1 ORDER BY field LIMIT 100", values![workspace])
        .await
}

/// The company that this one belongs to.
///
/// # Errors
/// When the database cannot be read.
pub async fn parent(
    db: &dyn Engine,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Option<ParentRow>, StoreError> {
    Ok(parent_said(db, workspace, account).await?.filter(|said| said.parent != account))
}

/// What was said last of the company above, a member's word that there is none too.
///
/// # Errors
/// When the database cannot be read.
pub async fn parent_said(
    db: &dyn Engine,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Option<ParentRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND account = ?2";
    ParentRow::first(db, tail, values![workspace, account]).await
}

/// Companies one step from these: above, below, or decided to be one with them. At most 200.
///
/// # Errors
/// When the database cannot be read.
pub async fn neighbours(
    db: &dyn Engine,
    workspace: WorkspaceId,
    of: &[AccountId],
) -> Result<Vec<AccountId>, StoreError> {
    let mut found = Vec::new();
    for chunk in of.chunks(50) {
        let mut values = values![workspace];
        values.extend(chunk.iter().map(|id| id.to_value()));
        let marks: Vec<String> = (2..=values.len()).map(|n| format!("?{n}")).collect();
        let part = |found: &str, table: &str, by: &str, more: &str| {
            let marks = marks.join(", ");
            format!("SELECT {found} FROM {table} WHERE workspace = ?1 AND {by} IN ({marks}){more}")
        };
        let holds = " AND undone_at IS NULL";
        let parts = [
            part("parent", "account_parent", "account", ""),
            part("account", "account_parent", "parent", ""),
            part("kept", "merge", "gone", holds),
            part("gone", "merge", "kept", holds),
        ];
        let sql = format!("{} ORDER BY 1 LIMIT 200", parts.join(" UNION "));
        for row in db.query(Statement::new(sql, values)).await? {
            found.push(Reader::new(row).take()?);
        }
    }
    Ok(found)
}

/// The companies that belong to this one.
///
/// # Errors
/// When the database cannot be read.
pub async fn children(
    db: &dyn Engine,
    workspace: WorkspaceId,
    parent: AccountId,
) -> Result<Vec<ParentRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND parent = ?2 AND account <> ?2 ORDER BY account LIMIT 200";
    ParentRow::select(db, tail, values![workspace, parent]).await
}

/// Companies of which several records speak, by id, after this one.
///
/// # Errors
/// When the database cannot be read.
pub async fn accounts_of_several_records(
    db: &dyn Engine,
    workspace: WorkspaceId,
    after: Option<AccountId>,
    limit: i64,
) -> Result<Vec<AccountId>, StoreError> {
    let after = after.map_or(Vec::new(), |id| id.bytes().to_vec());
    let sql = "SELECT account FROM source_record WHERE workspace = ?1 AND account > ?2 \
               AND kind = 'account' GROUP BY account HAVING COUNT(*) > 1 ORDER BY account LIMIT ?3";
    let rows = db.query(Statement::new(sql, values![workspace, after, limit])).await?;
    rows.into_iter().map(|row| Reader::new(row).take()).collect()
}

/// The records of one kind (`account` for what the systems say of it) attached to a company, oldest
/// first.
///
/// # Errors
/// When the database cannot be read.
pub async fn records_of_account(
    db: &dyn Engine,
    workspace: WorkspaceId,
    account: AccountId,
    kind: &str,
) -> Result<Vec<SourceRecordRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND account = ?2 AND kind = ?3 ORDER BY id LIMIT 200";
    SourceRecordRow::select(db, tail, values![workspace, account, kind.to_owned()]).await
}
