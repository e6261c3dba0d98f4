//! Says what each column of an uploaded file becomes, and shows the first rows as they will be read.

use std::collections::BTreeSet;

use warmpath_core::id::ImportId;
use warmpath_store::field::Json;
use warmpath_store::table::import::{self as imports, ImportRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::import::line::{Line, Plan};
use crate::import::table::Table;
use crate::import::{Kind, State, column};
use crate::policy::{Grant, Import};
use crate::unit::{Happening, Unit};

/// Rows shown before anything is stored.
pub const PREVIEW_ROWS: usize = 20;

/// Sets the mapping: column of the file to field; an empty field leaves the column out.
///
/// # Errors
/// [`Failure::Invalid`] when a field is unknown, used twice, or one that is needed is missing;
/// [`Failure::Conflict`] when the import runs already.
pub async fn run(
    app: &App,
    grant: &Grant<Import>,
    id: ImportId,
    mapping: &[(String, String)],
) -> Result<ImportRow, Failure> {
    let row = imports::import(app.db(), grant.workspace(), id).await?;
    let mut row = row.ok_or(Failure::NotFound)?;
    if !matches!(row.state.parse(), Ok(State::Uploaded | State::Mapped)) {
        return Err(Failure::Conflict(format!("This import is {} already.", row.state)));
    }
    let kind = kind_of(&row)?;
    let mapping = complete(&row, mapping);
    check(kind, &mapping)?;
    let mut unit = Unit::new(app, grant.workspace());
    let mapped = mapping.iter().filter(|(_, field)| !field.is_empty()).count();
    row.mapping = Json(mapping);
    State::Mapped.as_str().clone_into(&mut row.state);
    row.version += 1;
    unit.push(row.save());
    let happening =
        Happening::new("import.mapped", grant.principal().actor(), row.id).with("columns", mapped);
    unit.record(happening).await?;
    unit.commit("Somebody changed this import meanwhile. Look again.").await?;
    Ok(row)
}

/// The kind of an import.
///
/// # Errors
/// [`Failure::Defect`] when the stored word is not one of ours.
pub fn kind_of(row: &ImportRow) -> Result<Kind, Failure> {
    row.kind.parse().map_err(|_| Failure::Defect(format!("import kind {}", row.kind)))
}

/// Every column of the file, in its order, with what was said about it; the rest is left out.
fn complete(row: &ImportRow, said: &[(String, String)]) -> Vec<(String, String)> {
    let field = |column: &String| {
        let found = said.iter().find(|(name, _)| name == column);
        found.map(|(_, field)| field.clone()).unwrap_or_default()
    };
    row.mapping.0.iter().map(|(column, _)| (column.clone(), field(column))).collect()
}

/// Whether a mapping can be worked with.
///
/// # Errors
/// [`Failure::Invalid`] with one problem per column or missing field.
pub fn check(kind: Kind, mapping: &[(String, String)]) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let mut used = BTreeSet::new();
    for (column, field) in mapping.iter().filter(|(_, field)| !field.is_empty()) {
        match column::field(kind, field) {
            None => {
                let message = format!("{field} is no field of {kind}.");
                problems.push(Problem::new(column, "field_unknown", message));
            }
            Some(known) if !used.insert(known.name) => {
                let message = format!("Two columns become {}. Leave one out.", known.label);
                problems.push(Problem::new(column, "field_twice", message));
            }
            Some(_) => {}
        }
    }
    for group in column::required(kind) {
        if !group.iter().any(|name| used.contains(name)) {
            let labels: Vec<&str> =
                group.iter().filter_map(|n| column::field(kind, n)).map(|f| f.label).collect();
            let message = format!("One column has to become {}.", labels.join(" or "));
            problems.push(Problem::new("columns", "field_missing", message));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Invalid(problems)) }
}

/// The first rows as they will be read.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The import.
    pub row: ImportRow,
    /// Columns with the first value of each, for choosing.
    pub samples: Vec<(String, String)>,
    /// The first rows: read, or what is wrong with the row as a whole.
    pub lines: Vec<(i64, Result<Line, Problem>)>,
}

/// Reads the first rows by the mapping as it stands. Stores nothing.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such import or its file is gone.
pub async fn preview(app: &App, grant: &Grant<Import>, id: ImportId) -> Result<Preview, Failure> {
    let row = imports::import(app.db(), grant.workspace(), id).await?.ok_or(Failure::NotFound)?;
    let file = imports::file(app.db(), grant.workspace(), id).await?.ok_or(Failure::NotFound)?;
    let table = Table::read(&file.content, kind_of(&row)?)
        .map_err(|problem| Failure::Invalid(vec![problem]))?;
    let plan = Plan::new(kind_of(&row)?, &table, &row.mapping.0);
    let first = table.rows.first();
    let value = |place: usize| first.and_then(|r| r.cells.get(place)).unwrap_or_default();
    let samples = table.header.iter().enumerate();
    let samples = samples.map(|(n, name)| (name.clone(), shortened(value(n)))).collect();
    let shown = table.rows.iter().take(PREVIEW_ROWS);
    let lines = shown.map(|row| (row.line, plan.read(row))).collect();
    Ok(Preview { row, samples, lines })
}

/// A value short enough for a table.
pub fn shortened(value: &str) -> String {
    const MOST: usize = 80;
    match value.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}
