//! Runs: exactly once on repeat, after a stop, and after a worker that died.

use warmpath_app::import::Kind;
use warmpath_app::policy::Import;
use warmpath_app::{Failure, read_imports, run_import, stop_import};
use warmpath_store::table::{account, person};

use crate::house::{counts, house};

const ACCOUNTS: &str = include_str!("../../../../samples/salesforce-accounts.csv");
const CONTACTS: &str = include_str!("../../../../samples/hubspot-contacts.csv");
const DEALS: &str = include_str!("../../../../samples/salesforce-opportunities.csv");

#[tokio::test]
async fn the_samples_come_in_once_and_say_nothing_new_the_second_time() {
    let house = house().await;
    assert_eq!(counts(&house.import(Kind::Accounts, ACCOUNTS).await), (87, 0, 0, 0));
    let contacts = house.import(Kind::Contacts, CONTACTS).await;
    assert_eq!(counts(&contacts), (150, 0, 0, 3));
    let codes: Vec<&str> = contacts.refused.iter().map(|r| r.code.as_str()).collect();
    assert_eq!(codes, ["email_invalid", "phone_invalid", "row_repeated"]);
    assert_eq!(counts(&house.import(Kind::Opportunities, DEALS).await), (226, 0, 0, 0));
    for (kind, text, rows, refused) in [
        (Kind::Accounts, ACCOUNTS, 87, 0),
        (Kind::Contacts, CONTACTS, 150, 3),
        (Kind::Opportunities, DEALS, 226, 0),
    ] {
        assert_eq!(counts(&house.import(kind, text).await), (0, 0, rows, refused), "{kind}");
    }
    let (db, ws) = (house.app.db(), house.workspace);
    let deals = account::all_opportunities(db, ws).await.unwrap();
    assert_eq!(deals.len(), 226);
    assert!(deals.iter().all(|deal| deal.account.is_some() && deal.person.is_some()));
}

fn many(from: usize, to: usize) -> String {
    let rows = (from..to).map(|n| format!("p{n}@prospect.example,P {n}\n"));
    format!("email,name\n{}", rows.collect::<String>())
}

#[tokio::test]
async fn a_stop_half_way_keeps_what_is_in_and_a_repeat_brings_the_rest_once() {
    let house = house().await;
    let row = house.upload(Kind::Contacts, &many(0, 2_500)).await.unwrap();
    run_import::start(&house.app, &house.may::<Import>(), row.id).await.unwrap();
    house.work_once().await;
    let half = house.record(&row).await.row;
    assert_eq!((half.done, half.state.as_str()), (1_000, "running"));
    stop_import::run(&house.app, &house.may::<Import>(), row.id).await.unwrap();
    house.work().await;
    let stopped = house.record(&row).await.row;
    assert_eq!((stopped.done, stopped.state.as_str()), (1_000, "stopped"));
    let again = house.import(Kind::Contacts, &many(0, 2_500)).await;
    assert_eq!(counts(&again), (1_500, 0, 1_000, 0));
}

#[tokio::test]
async fn a_stop_is_seen_once_and_a_start_too() {
    let house = house().await;
    let row = house.upload(Kind::Contacts, &many(0, 3)).await.unwrap();
    run_import::start(&house.app, &house.may::<Import>(), row.id).await.unwrap();
    let twice = run_import::start(&house.app, &house.may::<Import>(), row.id).await;
    assert!(matches!(twice, Err(Failure::Conflict(_))));
    house.work().await;
    let late = stop_import::run(&house.app, &house.may::<Import>(), row.id).await;
    assert!(matches!(late, Err(Failure::Conflict(_))));
}

#[tokio::test]
async fn the_source_that_said_a_title_may_correct_it() {
    let house = house().await;
    house.import(Kind::Contacts, "Record ID,Email,Name,Job Title\n7,a@p.example,Ada,CFO\n").await;
    let second = "Record ID,Email,Name,Job Title\n7,a@p.example,Ada,COO\n";
    assert_eq!(counts(&house.import(Kind::Contacts, second).await), (0, 1, 0, 0));
    let (db, ws) = (house.app.db(), house.workspace);
    let found = person::search(db, ws, "ada").await.unwrap();
    assert_eq!(found.len(), 1, "one person");
    assert_eq!(person::person(db, ws, found[0]).await.unwrap().unwrap().title, "COO");
}

#[tokio::test]
async fn refused_rows_go_out_as_a_file_that_comes_in_again() {
    let house = house().await;
    let text = "email,name,company\nnot-an-address,\"=1+1\",\"Co, Inc\"\na@p.example,Ada,Co\n";
    let record = house.import(Kind::Contacts, text).await;
    assert_eq!(counts(&record), (1, 0, 0, 1));
    let out = read_imports::refused_csv(&house.app, &house.may(), record.row.id).await.unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("'=1+1"), "guarded: {out}");
    let mended = out.replace("not-an-address", "b@p.example");
    let second = house.import(Kind::Contacts, &mended).await;
    assert_eq!(counts(&second), (1, 0, 0, 0));
    let (db, ws) = (house.app.db(), house.workspace);
    let found = person::search(db, ws, "b@p.example").await.unwrap();
    let person = person::person(db, ws, found[0]).await.unwrap().unwrap();
    assert_eq!((person.name.as_str(), person.company.as_str()), ("=1+1", "Co, Inc"));
}
