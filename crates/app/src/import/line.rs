//! One row read by the mapping: every field by name, or the one thing that is wrong with it.

use std::collections::BTreeMap;

use warmpath_core::export::unguard;
use warmpath_core::limits;

use super::table::{Row, Table};
use super::{Kind, column};
use crate::error::Problem;

/// Which cell of a row is which field.
#[derive(Debug, Clone)]
pub struct Plan {
    width: usize,
    /// The kind of the file.
    kind: Kind,
    /// Field, place of the cell, header as written.
    fields: Vec<(String, usize, String)>,
}

impl Plan {
    /// A plan by a mapping of column to field; an empty field leaves the column out.
    pub fn new(kind: Kind, table: &Table, mapping: &[(String, String)]) -> Self {
        let fields = table
            .header
            .iter()
            .enumerate()
            .filter_map(|(place, header)| {
                let (_, field) = mapping.iter().find(|(column, _)| column == header)?;
                (!field.is_empty()).then(|| (field.clone(), place, header.clone()))
            })
            .collect();
        Self { width: table.header.len(), kind, fields }
    }

    /// Reads one row.
    ///
    /// # Errors
    /// The first thing that is wrong: another width than the header, a control character, a cell too
    /// long.
    pub fn read(&self, row: &Row) -> Result<Line, Problem> {
        if row.cells.len() != self.width {
            let (has, wants) = (row.cells.len(), self.width);
            let message = format!("The row has {has} cells, the header {wants}.");
            return Err(Problem::new("", "row_ragged", message));
        }
        let mut cells = BTreeMap::new();
        for (field, place, header) in &self.fields {
            let cell = row.cells.get(*place).unwrap_or_default();
            check(header, cell)?;
            let value = unguard(cell).trim().to_owned();
            if !value.is_empty() {
                cells.insert(field.clone(), (value, header.clone()));
            }
        }
        Ok(Line { number: row.line, kind: self.kind, cells })
    }
}

fn check(header: &str, cell: &str) -> Result<(), Problem> {
    if cell.len() > limits::IMPORT_CELL_BYTES_MAX {
        let most = limits::IMPORT_CELL_BYTES_MAX;
        let message = format!("A cell holds at most {most} bytes.");
        return Err(Problem::new(header, "cell_too_long", message));
    }
    if cell.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        let message = "The cell holds a control character. Write the value again.";
        return Err(Problem::new(header, "control_character", message));
    }
    Ok(())
}

/// A row by field.
#[derive(Debug, Clone)]
pub struct Line {
    /// Line of the file, from 1.
    pub number: i64,
    kind: Kind,
    /// Field to value and header; what is empty is not here.
    cells: BTreeMap<String, (String, String)>,
}

impl Line {
    /// The value of a field; empty when there is none.
    pub fn get(&self, field: &str) -> &str {
        self.cells.get(field).map_or("", |(value, _)| value.as_str())
    }

    /// Whether a field has a value.
    pub fn has(&self, field: &str) -> bool {
        self.cells.contains_key(field)
    }

    /// A problem with a field, named by its column in the file.
    pub fn wrong(&self, field: &str, code: &str, message: impl Into<String>) -> Problem {
        let column = self.cells.get(field).map_or(field, |(_, header)| header.as_str());
        Problem::new(column, code, message)
    }

    /// The value that a problem is about, by its column.
    pub fn value_of(&self, column: &str) -> &str {
        let found = self.cells.values().find(|(_, header)| header == column);
        found.map_or("", |(value, _)| value.as_str())
    }

    /// The row as it is kept: column to value. A column whose own name does not tell its field, because
    /// somebody chose it, stands under the field's name: whoever reads the record later finds it.
    pub fn body(&self) -> String {
        let told = |(field, (_, header)): &(&String, &(String, String))| {
            column::recognise(self.kind, header) == Some(field.as_str())
        };
        let key = |cell: (&'_ String, &'_ (String, String))| -> String {
            if told(&cell) { cell.1.1.clone() } else { cell.0.clone() }
        };
        let body: BTreeMap<String, &str> =
            self.cells.iter().map(|cell| (key(cell), cell.1.0.as_str())).collect();
        serde_json::json!(body).to_string()
    }

    /// The given and the family name as one, or the full name.
    pub fn person_name(&self) -> String {
        match self.get("name") {
            "" => format!("{} {}", self.get("given"), self.get("family")).trim().to_owned(),
            name => name.to_owned(),
        }
    }
}
