//! Takes a file to be imported: reads it as a table, proposes what each column becomes, keeps the
//! bytes. Nothing of its rows is stored as a record yet.

use warmpath_core::id::ImportId;
use warmpath_store::field::Json;
use warmpath_store::table::import::{self as imports, ImportFileRow, ImportRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::import::table::Table;
use crate::import::{Kind, State, column};
use crate::keys::sha256;
use crate::policy::{Grant, Import};
use crate::unit::{Happening, Unit};

/// A file as it came.
#[derive(Debug, Clone)]
pub struct Upload {
    /// What it holds.
    pub kind: Kind,
    /// Its name; only the last part of a path is kept.
    pub file_name: String,
    /// The source system it came from, by its short name; empty is told from its header.
    pub source: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What to do with columns nobody here knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// They are left out until somebody says otherwise on the page.
    Ask,
    /// Only those named here may be left out; any other refuses the file.
    Refuse(Vec<String>),
}

/// A file that was taken.
#[derive(Debug, Clone)]
pub struct Uploaded {
    /// The import.
    pub row: ImportRow,
    /// The same bytes were imported to the end before.
    pub same_as: Option<ImportRow>,
}

/// Takes a file.
///
/// # Errors
/// [`Failure::Invalid`] when the file is no table, is over a bound, or has columns nobody knows.
pub async fn run(
    app: &App,
    grant: &Grant<Import>,
    upload: &Upload,
    unknown: &Unknown,
) -> Result<Uploaded, Failure> {
    let table = Table::read(&upload.bytes, upload.kind)
        .map_err(|problem| Failure::Invalid(vec![problem]))?;
    if let Unknown::Refuse(left_out) = unknown {
        refuse_unknown(upload.kind, &table, left_out)?;
    }
    let systems = warmpath_store::table::source::systems(app.db(), grant.workspace()).await?;
    if !upload.source.is_empty() && !systems.iter().any(|s| s.slug == upload.source) {
        let message = "No system has this short name. Name it first.";
        return Err(Failure::invalid("source", "source_unknown", message));
    }
    let digest = sha256(&upload.bytes);
    let same_as =
        imports::same_file(app.db(), grant.workspace(), upload.kind.as_str(), digest.clone());
    let done = State::Done.as_str();
    let same_as = same_as.await?.into_iter().find(|run| run.state == done);
    let mut unit = Unit::new(app, grant.workspace());
    let row = ImportRow {
        workspace: grant.workspace(),
        id: app.id::<ImportId>(),
        kind: upload.kind.as_str().to_owned(),
        file_name: clean_name(&upload.file_name),
        state: State::Uploaded.as_str().to_owned(),
        mapping: Json(column::by_header(upload.kind, &table.header)),
        total: i64::try_from(table.rows.len()).unwrap_or(i64::MAX),
        done: 0,
        created: 0,
        updated: 0,
        unchanged: 0,
        refused: 0,
        encoding: table.encoding.to_owned(),
        digest,
        member: Some(grant.member()),
        created_at: unit.at,
        finished_at: None,
        source: upload.source.clone(),
        to_review: 0,
        joined: 0,
        version: 1,
    };
    unit.push(row.insert());
    let content = upload.bytes.clone();
    unit.push(ImportFileRow { workspace: row.workspace, import: row.id, content }.insert());
    let happening = Happening::new("import.uploaded", grant.principal().actor(), row.id)
        .with("kind", &row.kind)
        .with("rows", row.total);
    unit.record(happening).await?;
    unit.commit("Try again.").await?;
    Ok(Uploaded { row, same_as })
}

fn refuse_unknown(kind: Kind, table: &Table, left_out: &[String]) -> Result<(), Failure> {
    let named =
        |column: &String| left_out.iter().any(|n| column::plain(n) == column::plain(column));
    let problems: Vec<Problem> = column::unknown(kind, &table.header)
        .into_iter()
        .filter(|column| !named(column))
        .map(|column| {
            let message = format!("The column {column} is not known for {kind}. Leave it out.");
            Problem::new(&column, "column_unknown", message)
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Failure::Invalid(problems)) }
}

/// The last part of a path, without control characters, bounded.
fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    match clean.trim() {
        "" | "." | ".." => "file.csv".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::clean_name;

    #[test]
    fn a_path_in_a_file_name_is_ignored() {
        assert_eq!(clean_name("../../../../var/lib/app/data.db"), "data.db");
        assert_eq!(clean_name("C:\\export\\contacts.csv"), "contacts.csv");
        assert_eq!(clean_name(".."), "file.csv");
    }
}
