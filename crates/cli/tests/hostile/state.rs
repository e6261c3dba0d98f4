//! Looks into the database from outside: what stands in it, whoever wrote it.

use std::fmt::Write as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use warmpath_core::id::RecordId as _;

use crate::seed::Tenant;

/// Tables that hold no business rows: the ledger's tree, and what the engine itself keeps.
const LEFT_OUT: [&str; 4] = ["ledger_node", "ledger_head", "ledger_checkpoint", "sqlite_sequence"];

/// Columns that note a last use.
const NOTED: [(&str, &str); 2] = [("session", "seen_at"), ("api_key", "used_at")];

pub(crate) fn open(file: &Path) -> Connection {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    connection
}

/// Every business row as text: the same before and after means that nothing changed. Denied
/// attempts are left out, and so are the numbers that entries get after their commit.
pub(crate) fn digest(file: &Path) -> String {
    let connection = open(file);
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        .unwrap();
    let names: Vec<String> =
        tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut text = String::new();
    for table in names.iter().filter(|name| !LEFT_OUT.contains(&name.as_str())) {
        let mut columns = connection.prepare(&format!("PRAGMA table_info({table})")).unwrap();
        let columns: Vec<String> =
            columns.query_map([], |row| row.get(1)).unwrap().map(Result::unwrap).collect();
        let numbered = ["seq", "body", "leaf"];
        let kept = columns.iter().filter(|column| {
            let noted = NOTED.contains(&(table, column));
            !noted && (table != "ledger_entry" || !numbered.contains(&column.as_str()))
        });
        let list: Vec<String> = kept.map(|column| format!("quote({column})")).collect();
        let filter = match table.as_str() {
            "ledger_entry" => " WHERE kind <> 'access.denied'",
            _ => "",
        };
        let list = list.join(" || '|' || ");
        let sql = format!("SELECT {list} FROM {table}{filter} ORDER BY 1");
        let mut rows = connection.prepare(&sql).unwrap();
        let lines = rows.query_map([], |row| row.get::<_, String>(0)).unwrap();
        for line in lines {
            let _ = writeln!(text, "{table}: {}", line.unwrap());
        }
    }
    text
}

/// How many entries of a kind the ledger of a workspace holds; of any kind when it is empty.
pub(crate) fn entries(file: &Path, tenant: &Tenant, kind: &str) -> usize {
    let sql = "SELECT COUNT(*) FROM ledger_entry WHERE workspace = ?1 AND (?2 = '' OR kind = ?2)";
    let bytes = tenant.id.bytes().to_vec();
    let count: i64 = open(file).query_row(sql, (bytes, kind), |row| row.get(0)).unwrap();
    usize::try_from(count).unwrap()
}

/// One number out of the database.
pub(crate) fn number(file: &Path, sql: &str) -> i64 {
    open(file).query_row(sql, [], |row| row.get(0)).unwrap()
}

/// One column of the database.
pub(crate) fn column(file: &Path, sql: &str) -> Vec<String> {
    let connection = open(file);
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
