//! Reading tables of any size: what is wrong with a row is counted and reported, never fatal.

mod skips;
mod ties_csv;

pub use skips::{SkippedRow, Skips};
pub use ties_csv::{LINE_BYTES_MAX, read_ties};

use thiserror::Error;

/// Why a file could not be read at all.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file could not be read.
    #[error("cannot read: {0}")]
    Input(#[from] std::io::Error),
    /// The header lacks a column the reader needs.
    #[error("no column named {wanted}; the header has: {header}")]
    MissingColumn {
        /// The names that would have done.
        wanted: &'static str,
        /// The header as found, shortened.
        header: String,
    },
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// Told how many more bytes were read; answers whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(u64) -> bool;
