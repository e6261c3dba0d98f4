//! SQLite passes the suite that every engine must pass.

use warmpath_store::conformance::{CASES, run_all};
use warmpath_store_sqlite::Sqlite;

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_conforms() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = Sqlite::open(&folder.path().join("house.db")).expect("a new database");
    match run_all(&engine).await {
        Ok(passed) => assert_eq!(passed, CASES.len()),
        Err(failures) => panic!("{failures:#?}"),
    }
}
