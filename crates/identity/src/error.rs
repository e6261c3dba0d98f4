//! What can go wrong while reading and resolving, one variant per thing attempted.

use thiserror::Error;

/// Why an input could not be read or resolved.
#[derive(Debug, Error)]
pub enum Error {
    /// The bytes could not be read.
    #[error("the input could not be read: {0}")]
    Read(#[from] std::io::Error),
    /// The CSV structure is broken beyond repair.
    #[error("the input is not a CSV file: {0}")]
    Csv(#[from] csv::Error),
    /// Nothing but white space.
    #[error("the input is empty")]
    Empty,
    /// There is a header and nothing below it.
    #[error("the input has a header but no records")]
    NoRecords,
    /// UTF-16 or UTF-32, recognised by its byte order mark or by NUL bytes.
    #[error("the input is {0}; save it as UTF-8 and try again")]
    Encoding(&'static str),
    /// One record is longer than [`crate::input::RECORD_BYTES_MAX`].
    #[error("the record that starts at line {line} is longer than {limit} bytes")]
    RecordTooLong {
        /// Line, counted from 1.
        line: u64,
        /// The limit, in bytes.
        limit: usize,
    },
    /// More records than [`crate::input::RECORDS_MAX`], or too many distinct bytes in a column.
    #[error("the input is larger than this engine takes: {0}")]
    TooLarge(String),
    /// Two records carry the same id.
    #[error("record_id {id:?} occurs twice, the second time at record {row}")]
    DuplicateId {
        /// The id as written.
        id: String,
        /// Number of the second record, counted from 1.
        row: usize,
    },
    /// No column that could tell one entity from another.
    #[error("no usable column: nothing in the input can tell one entity from another")]
    NoUsableColumn,
    /// The column file names a column or kind that does not exist.
    #[error("column settings: {0}")]
    Columns(String),
    /// A person's answers do not fit the input.
    #[error("labels: {0}")]
    Labels(String),
    /// The model file is not one of ours, or does not fit the columns.
    #[error("model file: {0}")]
    Model(String),
}
