//! Tables as CSV (RFC 4180), with cells that no spreadsheet takes for a formula.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use warmpath_core::export::Cell;

/// A table as it grows.
#[derive(Debug, Default)]
pub struct Csv(String);

impl Csv {
    /// A table with these heads.
    #[must_use]
    pub fn with_heads(heads: &[&str]) -> Self {
        let mut csv = Self::default();
        csv.row(&heads.iter().map(|head| Cell::Text(head)).collect::<Vec<_>>());
        csv
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            let text = cell.render();
            if text.contains([',', '"', '\r', '\n']) {
                self.0.push('"');
                self.0.push_str(&text.replace('"', "\"\""));
                self.0.push('"');
            } else {
                self.0.push_str(&text);
            }
        }
        self.0.push_str("\r\n");
    }

    /// The table as a download with this name, which holds no quote.
    #[must_use]
    pub fn download(self, name: &str) -> Response {
        let disposition = format!("attachment; filename=\"{name}\"");
        let disposition =
            HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
            (header::CONTENT_DISPOSITION, disposition),
        ];
        (headers, self.0).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_guarded() {
        let mut csv = Csv::with_heads(&["cause", "n"]);
        csv.row(&[Cell::Text("=1+1, \"now\""), Cell::Integer(-3)]);
        assert_eq!(csv.0, "cause,n\r\n\"'=1+1, \"\"now\"\"\",-3\r\n");
    }
}
