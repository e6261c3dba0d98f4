//! Every table: its row type, and next to it all SQL that reads or changes it.

pub mod access;
pub mod account;
pub mod authority;
pub mod bulletin;
pub mod clock;
pub mod connector;
pub mod consent;
pub mod desk;
pub mod figure;
pub mod group;
pub mod identity;
pub mod import;
pub mod introduction;
pub mod job;
pub mod ledger;
pub mod mail;
pub mod network;
pub mod pathway;
pub mod person;
pub mod profile;
pub mod recruit;
pub mod referral;
pub mod register;
pub mod source;
pub mod sweep;
pub mod webhook;
pub mod workspace;

use crate::engine::Value;
use crate::field::Field as _;

/// `INSERT` of all columns.
pub fn insert_sql(table: &str, key: &[&str], fields: &[&str]) -> String {
    let columns = all(key, fields);
    let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), marks.join(", "))
}

/// `UPDATE` of all columns outside the key. A table with a `version` column is written only over
/// the version before: the caller raises it first.
pub fn update_sql(table: &str, key: &[&str], fields: &[&str]) -> String {
    let place = |n: usize| n + key.len() + 1;
    let sets: Vec<String> =
        fields.iter().enumerate().map(|(n, f)| format!("{f} = ?{}", place(n))).collect();
    let mut sql = format!("UPDATE {table} SET {} WHERE {}", sets.join(", "), key_is(key));
    if let Some(n) = fields.iter().position(|f| *f == "version") {
        // Not `?n - 1`: PostgreSQL would take the value there for a 32-bit integer.
        sql.push_str(&format!(" AND version + 1 = ?{}", place(n)));
    }
    sql
}

/// `INSERT … ON CONFLICT DO UPDATE` of all columns.
pub fn upsert_sql(table: &str, key: &[&str], fields: &[&str]) -> String {
    let sets: Vec<String> = fields.iter().map(|f| format!("{f} = excluded.{f}")).collect();
    let insert = insert_sql(table, key, fields);
    format!("{insert} ON CONFLICT ({}) DO UPDATE SET {}", key.join(", "), sets.join(", "))
}

/// `DELETE` by key.
pub fn delete_sql(table: &str, key: &[&str]) -> String {
    format!("DELETE FROM {table} WHERE {}", key_is(key))
}

/// `SELECT` of all columns, with the rest of the statement.
pub fn select_sql(table: &str, key: &[&str], fields: &[&str], tail: &str) -> String {
    format!("SELECT {} FROM {table} {tail}", all(key, fields).join(", "))
}

fn all<'a>(key: &[&'a str], fields: &[&'a str]) -> Vec<&'a str> {
    key.iter().chain(fields).copied().collect()
}

pub(crate) fn key_is(key: &[&str]) -> String {
    let parts: Vec<String> =
        key.iter().enumerate().map(|(n, k)| format!("{k} = ?{}", n + 1)).collect();
    parts.join(" AND ")
}

/// A pattern for `LIKE … ESCAPE '\\'` that takes the text literally, at the start.
pub(crate) fn starts_with(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if "%_\\".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The rest of a select of these ids in one workspace. Never asked with none.
pub(crate) fn with_ids(
    workspace: warmpath_core::id::WorkspaceId,
    ids: impl Iterator<Item = Value>,
) -> (String, Vec<Value>) {
    let mut values = vec![workspace.to_value()];
    values.extend(ids);
    let marks: Vec<String> = (2..=values.len()).map(|n| format!("?{n}")).collect();
    (format!("WHERE workspace = ?1 AND id IN ({})", marks.join(", ")), values)
}
