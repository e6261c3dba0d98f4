//! Imports: one run per file, one row per line that could not be taken as it was.

use jiff::Timestamp;
use warmpath_core::id::{ImportId, MemberId, WorkspaceId};

use crate::change::Write;
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
        /// `utf-8` or `windows-1252`: how the file was read.
        encoding: String,
        /// SHA-256 of the file: the same file twice is said so.
        digest: Vec<u8>,
        /// Who started it.
        member: Option<MemberId>,
        /// Uploaded.
        created_at: Timestamp,
        /// Finished.
        finished_at: Option<Timestamp>,
        /// The system the file came from; empty is told from its header.
        source: String,
        /// Lines that may be somebody known, for a person to decide.
        to_review: i64,
        /// Lines that were joined to somebody known.
        joined: i64,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// The bytes of an imported file, kept apart so that progress is a small write. Deleted when the
    /// run is done; kept a week longer where refused rows can still be fetched.
    pub struct ImportFileRow in "import_file" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The import.
        import: ImportId,;
        /// The bytes as they came.
        content: Vec<u8>,
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

/// The bytes of an import's file, while they are kept.
///
/// # Errors
/// When the database cannot be read.
pub async fn file(
    db: &dyn Engine,
    workspace: WorkspaceId,
    import: ImportId,
) -> Result<Option<ImportFileRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND import = ?2";
    ImportFileRow::first(db, tail, values![workspace, import]).await
}

/// Runs of the same bytes as the same kind, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn same_file(
    db: &dyn Engine,
    workspace: WorkspaceId,
    kind: &str,
    digest: Vec<u8>,
) -> Result<Vec<ImportRow>, StoreError> {
    let kind = kind.to_owned();
    let tail = "WHERE workspace = ?1 AND kind = ?2 AND digest = ?3 ORDER BY id DESC LIMIT 20";
    ImportRow::select(db, tail, values![workspace, kind, digest]).await
}

/// Deletes the bytes of a file and the values shown beside its refused lines.
pub fn forget(workspace: WorkspaceId, import: ImportId) -> [Write; 2] {
    [
        Write::any(
            "import_file",
            "DELETE FROM import_file WHERE workspace = ?1 AND import = ?2",
            values![workspace, import],
        ),
        Write::any(
            "import_refused",
            "UPDATE import_refused SET value = '' WHERE workspace = ?1 AND import = ?2",
            values![workspace, import],
        ),
    ]
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
