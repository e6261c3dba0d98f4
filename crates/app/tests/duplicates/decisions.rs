//! Questions from imports, decided by a member, and taken back.

use warmpath_app::Failure;
use warmpath_app::decide_duplicate::{self, Verdict};
use warmpath_app::erase_person;
use warmpath_app::find_person::Described;
use warmpath_app::import::Kind;
use warmpath_app::policy::{ManageCompliance, Permission, ReadDuplicates, ReviewDuplicates, grant};
use warmpath_app::read_duplicates::{self, Queue};
use warmpath_app::resolve::cluster;
use warmpath_app::rows::DuplicateRow;
use warmpath_core::contact::Email;
use warmpath_core::id::{DuplicateId, PersonId, RecordId as _};
use warmpath_core::role::Role;
use warmpath_store::table::{ledger, person};

use crate::hostile::{bring, is_suppressed, suppress};
use crate::house::{House, house};

const KNOWN: &str = "Record ID,Name,Email,Phone,Company,Job Title\n\
    7,Katherine Weiß,k.weiss@tessera.example,+49 3641 5550132,Tessera Optics GmbH,Head of Controlling\n";
const FRESH: &str = "Record ID,Name,Email,Phone,Company,Job Title\n\
    9,Kate Weiss,kweiss@tessera.example,+49 3641 5550100,Tessera Optics,Head of Controlling\n\
    10,Olu Adeyemi,olu@somewhere.example,,Somewhere,CFO\n";

async fn queue(house: &House) -> Queue {
    read_duplicates::list(&house.app, &house.may::<ReadDuplicates>()).await.unwrap()
}

async fn decide(house: &House, id: DuplicateId, verdict: Verdict) -> Result<DuplicateRow, Failure> {
    decide_duplicate::run(&house.app, &house.may::<ReviewDuplicates>(), id, verdict).await
}

fn both(row: &DuplicateRow) -> (PersonId, PersonId) {
    (cluster::id_of(&row.known).unwrap(), cluster::id_of(&row.fresh).unwrap())
}

/// Everything a merge could have touched, of one person.
async fn state(house: &House, id: PersonId) -> String {
    let (db, ws) = (house.app.db(), house.workspace);
    let row = person::person(db, ws, id).await.unwrap();
    let points = person::contact_points(db, ws, id).await.unwrap();
    let records = person::source_records(db, ws, id).await.unwrap();
    let consents = warmpath_store::table::consent::of_person(db, ws, id).await.unwrap();
    format!("{row:?}\n{points:?}\n{records:?}\n{consents:?}")
}

async fn asked(house: &House) -> DuplicateRow {
    house.import(Kind::Contacts, KNOWN).await;
    let record = house.import(Kind::Contacts, FRESH).await;
    assert_eq!((record.row.created, record.row.to_review, record.row.joined), (1, 1, 0));
    let queue = queue(house).await;
    assert_eq!((queue.lines.len(), queue.waiting), (1, 1));
    assert_eq!(queue.lines[0].known, "Katherine Weiß");
    assert_eq!(queue.lines[0].fresh, "Kate Weiss");
    queue.lines[0].row.clone()
}

#[tokio::test]
async fn an_import_asks_and_same_can_be_undone_to_the_byte() {
    let house = house().await;
    let row = asked(&house).await;
    let (known, fresh) = both(&row);
    let before = (state(&house, known).await, state(&house, fresh).await);
    decide(&house, row.id, Verdict::Same).await.unwrap();
    let whole = cluster::whole(house.app.db(), house.workspace, fresh).await.unwrap();
    assert_eq!(whole, [known, fresh]);
    assert!(queue(&house).await.lines.is_empty());
    let late = decide(&house, row.id, Verdict::Different).await;
    assert!(matches!(late, Err(Failure::Conflict(_))), "one decision, once");
    let may = house.may::<ReviewDuplicates>();
    decide_duplicate::undo(&house.app, &may, row.id).await.unwrap();
    assert_eq!((state(&house, known).await, state(&house, fresh).await), before);
    assert_eq!(queue(&house).await.waiting, 1, "the question is open again");
    let entries = ledger::unnumbered(house.app.db(), house.workspace, 500).await.unwrap();
    let kinds: Vec<&str> = entries.iter().map(|e| e.kind.as_str()).collect();
    for kind in ["person.merged", "duplicate.same", "person.split"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    let told = entries.iter().filter(|e| e.kind.starts_with("duplicate."));
    for secret in ["Weiss", "weiss", "tessera", "5550100"] {
        assert!(told.clone().all(|e| !e.body.contains(secret)), "{secret} stands in the ledger");
    }
}

#[tokio::test]
async fn what_is_kept_of_a_question_sums_and_names_nobody() {
    let house = house().await;
    let row = asked(&house).await;
    let may = house.may::<ReadDuplicates>();
    let question = read_duplicates::one(&house.app, &may, row.id).await.unwrap();
    let trace = &question.trace;
    let sum = trace.prior_bits + trace.steps.iter().map(|s| s.bits).sum::<f64>();
    assert!((sum - trace.total_bits).abs() < 1e-6);
    assert!((trace.total_bits - row.bits).abs() < 1e-6, "shown as it was found");
    for secret in ["weiss", "Weiß", "kate", "tessera", "5550"] {
        assert!(!row.trace.to_lowercase().contains(secret), "{secret} in {}", row.trace);
    }
    assert_eq!(question.known.person.as_ref().unwrap().phones, ["+4936415550132"]);
}

#[tokio::test]
async fn a_merged_person_is_found_suppressed_and_erased_as_one() {
    let house = house().await;
    let row = asked(&house).await;
    let (known, fresh) = both(&row);
    decide(&house, row.id, Verdict::Same).await.unwrap();
    let again = Described {
        name: "Kate Weiss".into(),
        email: Email::parse("kweiss@tessera.example").ok(),
        source: "referrer".into(),
        ..Described::default()
    };
    assert_eq!(bring(&house.app, house.workspace, &again).await, known);
    suppress(&house, "kweiss@tessera.example").await;
    assert!(is_suppressed(&house, known).await, "whichever mailbox it came with");
    let may = house.may::<ManageCompliance>();
    erase_person::run(&house.app, &may, known, false).await.unwrap();
    for id in [known, fresh] {
        let row = person::person(house.app.db(), house.workspace, id).await.unwrap().unwrap();
        assert!(row.erased_at.is_some() && row.name.is_empty());
        let points = person::contact_points(house.app.db(), house.workspace, id).await.unwrap();
        assert!(points.is_empty());
    }
    let keys = warmpath_store::table::person::count_traces(house.app.db(), house.workspace, known);
    assert!(keys.await.unwrap().iter().all(|(_, count)| *count == 0));
}

#[tokio::test]
async fn an_erased_person_leaves_no_question() {
    let house = house().await;
    let row = asked(&house).await;
    let (known, _) = both(&row);
    let may = house.may::<ManageCompliance>();
    erase_person::run(&house.app, &may, known, false).await.unwrap();
    assert!(queue(&house).await.lines.is_empty());
    let shown = read_duplicates::one(&house.app, &house.may::<ReadDuplicates>(), row.id).await;
    assert!(matches!(shown, Err(Failure::NotFound)));
}

#[tokio::test]
async fn not_the_same_holds_against_a_third_record() {
    let house = house().await;
    let row = asked(&house).await;
    decide(&house, row.id, Verdict::Different).await.unwrap();
    let third = "Record ID,Name,Email,Phone,Company,Job Title\n\
        11,Katherine Weiss,kw@tessera.example,+49 3641 5550100,Tessera Optics GmbH,Head of Controlling\n";
    house.import(Kind::Contacts, third).await;
    let open = queue(&house).await.lines;
    assert_eq!(open.len(), 2, "the third may be either: {open:?}");
    decide(&house, open[0].row.id, Verdict::Same).await.unwrap();
    let second = decide(&house, open[1].row.id, Verdict::Same).await;
    assert!(matches!(second, Err(Failure::Conflict(_))), "{second:?}");
}

#[tokio::test]
async fn later_comes_back_after_a_week_and_others_see_nothing() {
    let house = house().await;
    let row = asked(&house).await;
    decide(&house, row.id, Verdict::Later).await.unwrap();
    assert!(queue(&house).await.lines.is_empty());
    for role in [Role::Seller, Role::Csm, Role::Partner, Role::Manager] {
        let principal = warmpath_app::Principal { role, ..house.by.clone() };
        assert!(grant::<ReadDuplicates>(&principal).is_err(), "{role:?}");
    }
    let auditor = warmpath_app::Principal { role: Role::Auditor, ..house.by.clone() };
    assert!(grant::<ReadDuplicates>(&auditor).is_ok());
    assert!(grant::<ReviewDuplicates>(&auditor).is_err());
    assert_eq!(ReviewDuplicates::SCOPE, Some("duplicates:write"));
    let foreign = warmpath_app::Principal {
        workspace: warmpath_core::id::WorkspaceId::from_bytes([9; 16]),
        ..house.by.clone()
    };
    let may = grant::<ReviewDuplicates>(&foreign).unwrap();
    let done = decide_duplicate::run(&house.app, &may, row.id, Verdict::Same).await;
    assert!(matches!(done, Err(Failure::NotFound)));
}
