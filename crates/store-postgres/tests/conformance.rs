//! PostgreSQL passes the suite that every engine must pass.

use warmpath_store::conformance::{CASES, run_all};
use warmpath_store_postgres::Postgres;
use warmpath_testkit::postgres::database_for_test;

#[tokio::test(flavor = "multi_thread")]
async fn postgres_conforms() {
    let Some(url) = database_for_test("conformance").unwrap_or_else(|e| panic!("{e}")) else {
        return;
    };
    let engine = Postgres::connect(&url, 8).await.expect("connected");
    match run_all(&engine).await {
        Ok(passed) => assert_eq!(passed, CASES.len()),
        Err(failures) => panic!("{failures:#?}"),
    }
}
