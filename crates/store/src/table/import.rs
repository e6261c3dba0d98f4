//! Imports: one run per file, one row per line that could not be taken as it was.

use jiff::Timestamp;
use warmpath_core::id::{ImportId, MemberId, WorkspaceId};

use crate::engine::{Engine, StoreError};
use crate::field::Json;
use crate::{row, values};

row! {
    /// An import.
    pub struct ImportRow in "import_run" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: ImportId,;
        /// `contacts`, `accounts`, `opportunities`, `referrals`, `members`, `partners`.
        kind: String,
        /// The file's name.
        file_name: String,
        /// `uploaded`, `mapped`, `running`, `done`, `stopped`, `failed`.
        state: String,
        /// Column of the file to field of ours; an empty field is ignored.
        mapping: Json<Vec<(String, String)>>,
        /// Lines in the file.
        total: i64,
        /// Lines done.
        done: i64,
        /// New records.
        created: i64,
        /// Changed records.
        updated: i64,
        /// Lines that say nothing new.
        unchanged: i64,
        /// Lines that were refused.
        refused: i64,
        /// The file; emptied when the run is done.
        content: Vec<u8>,
        /// SHA-256 of the file: the same file twice is said so.
        digest: Vec<u8>,
        /// Who started it.
        member: Option<MemberId>,
        /// Uploaded.
        created_at: Timestamp,
        /// Finished.
        finished_at: Option<Timestamp>,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// A line that was refused.
    pub struct RefusedRow in "import_refused" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The import.
        import: ImportId,
        /// Line of the file, from 1.
        line: i64,;
        /// Column.
        column_name: String,
        /// Stable code.
        code: String,
        /// What helps.
        message: String,
        /// The value, shortened.
        value: String,
    }
}

/// Imports, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn imports(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<ImportRow>, StoreError> {
    ImportRow::select(db, "WHERE workspace = ?1 ORDER BY id DESC LIMIT 100", values![workspace])
        .await
}

/// One import.
///
/// # Errors
/// When the database cannot be read.
pub async fn import(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: ImportId,
) -> Result<Option<ImportRow>, StoreError> {
    ImportRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// Refused lines of an import, from this line on.
///
/// # Errors
/// When the database cannot be read.
pub async fn refused(
    db: &dyn Engine,
    workspace: WorkspaceId,
    import: ImportId,
    from: i64,
    limit: i64,
) -> Result<Vec<RefusedRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND import = ?2 AND line >= ?3 ORDER BY line LIMIT ?4";
    RefusedRow::select(db, tail, values![workspace, import, from, limit]).await
}
