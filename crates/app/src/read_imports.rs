//! Reads imports for the list, the record page, the API, and the file of refused rows.

use warmpath_core::export::{Cell, guard, unguard};
use warmpath_core::id::ImportId;
use warmpath_store::table::import::{self as imports, ImportRow, RefusedRow};
use warmpath_store::table::sweep::{self, SweepRow};

use crate::context::App;
use crate::error::Failure;
use crate::import::table::Table;
use crate::map_import::kind_of;
use crate::policy::{Grant, ReadImports};

/// Refused rows on one page.
pub const REFUSED_ROWS: i64 = 100;

/// Imports, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ReadImports>) -> Result<Vec<ImportRow>, Failure> {
    Ok(imports::imports(app.db(), grant.workspace()).await?)
}

/// An import with a page of its refused rows.
#[derive(Debug, Clone)]
pub struct Record {
    /// The import.
    pub row: ImportRow,
    /// Refused rows, from the line asked for.
    pub refused: Vec<RefusedRow>,
    /// The line to ask for next; none on the last page.
    pub next: Option<i64>,
    /// The refused rows can still be fetched as a file.
    pub file_kept: bool,
    /// The comparison of everybody that came after it.
    pub sweep: Option<SweepRow>,
}

/// One import.
///
/// # Errors
/// [`Failure::NotFound`] when there is none.
pub async fn one(
    app: &App,
    grant: &Grant<ReadImports>,
    id: ImportId,
    from: i64,
) -> Result<Record, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let row = imports::import(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let mut refused = imports::refused(db, ws, id, from, REFUSED_ROWS + 1).await?;
    let page = usize::try_from(REFUSED_ROWS).unwrap_or(usize::MAX);
    let next = refused.get(page).map(|r| r.line);
    refused.truncate(page);
    let file_kept = row.refused > 0 && imports::file(db, ws, id).await?.is_some();
    let sweep = sweep::after_import(db, ws, id).await?;
    Ok(Record { row, refused, next, file_kept, sweep })
}

/// The refused rows as a file: the columns as they came, and beside them what was wrong. Corrected,
/// it can be imported as it is: the columns added here are known and left out.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such import or its file is gone.
pub async fn refused_csv(
    app: &App,
    grant: &Grant<ReadImports>,
    id: ImportId,
) -> Result<Vec<u8>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let row = imports::import(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let file = imports::file(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let table = Table::read(&file.content, kind_of(&row)?)
        .map_err(|problem| Failure::Invalid(vec![problem]))?;
    let refused = imports::refused(db, ws, id, 0, i64::MAX).await?;
    let defect = |error: csv::Error| Failure::Defect(error.to_string());
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let added = ["refused_line", "refused_column", "refused_code", "refused_help"];
    writer
        .write_record(table.header.iter().map(|h| guard(h)).chain(added.map(Into::into)).map(Plain))
        .map_err(defect)?;
    for refused in refused {
        let at = table.rows.binary_search_by_key(&refused.line, |row| row.line);
        let Some(row) = at.ok().and_then(|at| table.rows.get(at)) else { continue };
        let mut cells: Vec<String> =
            row.cells.iter().map(|cell| guard(&unguard(cell)).into_owned()).collect();
        // A row of another width would push its reasons under foreign columns.
        cells.resize(table.header.len(), String::new());
        cells.push(Cell::Integer(refused.line).render().into_owned());
        for text in [&refused.column_name, &refused.code, &refused.message] {
            cells.push(guard(text).into_owned());
        }
        writer.write_record(cells).map_err(defect)?;
    }
    writer.into_inner().map_err(|error| Failure::Defect(error.to_string()))
}

/// A text as bytes of a cell.
struct Plain<'t>(std::borrow::Cow<'t, str>);

impl AsRef<[u8]> for Plain<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
