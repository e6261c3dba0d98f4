//! Companies and signals from the published file formats of open registers, with provenance.
//!
//! Each importer reads one format as its register publishes it, keeps where every record comes
//! from and under which licence, and says which records it could not read and why. None of them
//! fetches anything.

mod companies_house;
mod edgar;
mod lei;
mod ocds;
mod people;
mod signals;

use serde::Serialize;

use crate::matching::{Company, Event};

pub use companies_house::read_companies_house;
pub use edgar::read_edgar_submissions;
pub use lei::read_lei_csv;
pub use ocds::read_ocds;
pub use people::{People, PersonRow, read_people_csv};
pub use signals::{SignalRow, Signals, read_signals_csv, signal_kind, trigger_of};

/// What was read out of a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Imported {
    /// Companies, in the order of the file.
    pub companies: Vec<Company>,
    /// Records that could not be read: their position from 1, and why.
    pub skipped: Vec<(usize, Skipped)>,
}

/// Why a record was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Skipped {
    /// The record cannot be taken apart.
    #[error("the record is malformed: {0}")]
    Malformed(String),
    /// The record has no id.
    #[error("the record has no id")]
    NoId,
    /// The record has no name.
    #[error("the record has no name")]
    NoName,
    /// The register lists the company as closed.
    #[error("the company is no longer active")]
    Inactive,
}

/// Why a whole file was not read.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// A column of the format is missing: this is another format, or another version of it.
    #[error("the column {0:?} is missing")]
    MissingColumn(&'static str),
    /// The file is no table.
    #[error("the table cannot be read")]
    Csv(#[from] csv::Error),
    /// The file is no JSON of the expected form.
    #[error("the JSON cannot be read")]
    Json(#[from] serde_json::Error),
}

/// Columns of a CSV file by name; blanks around a name do not count.
struct Columns(Vec<String>);

impl Columns {
    fn new(header: &csv::StringRecord) -> Self {
        Self(
            header
                .iter()
                .map(|name| name.trim().trim_start_matches('\u{feff}').to_owned())
                .collect(),
        )
    }

    fn required(&self, name: &'static str) -> Result<usize, RegisterError> {
        self.optional(name).ok_or(RegisterError::MissingColumn(name))
    }

    fn optional(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|known| known == name)
    }
}

/// A cell that says something.
fn cell(record: &csv::StringRecord, at: Option<usize>) -> Option<&str> {
    record.get(at?).map(str::trim).filter(|value| !value.is_empty())
}

/// `YYYY-MM-DD` out of an ISO 8601 time, where it is one.
fn date_of(text: &str) -> Option<String> {
    let day = text.get(..10)?.parse::<crate::matching::Day>().ok()?;
    Some(day.to_string())
}

fn event(kind: &str, date: String, text: String) -> Event {
    Event { kind: kind.to_owned(), date, text }
}
