//! Tables with `|` between columns, `;` inside a list and one header line.

/// The rows of a table, without the header.
pub(crate) fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.split('|').map(str::trim).collect())
}

/// The entries of a list column.
pub(crate) fn list(column: &'static str) -> impl Iterator<Item = &'static str> {
    column.split(';').map(str::trim).filter(|entry| !entry.is_empty())
}
