//! Everybody compared with everybody: what a machine joins, what it leaves to a person, and that a
//! member's word holds against the next run.

use warmpath_app::decide_duplicate::{self, Verdict};
use warmpath_app::import::Kind;
use warmpath_app::policy::{ReadDuplicates, ReviewDuplicates};
use warmpath_app::resolve::cluster;
use warmpath_app::rows::SweepRow;
use warmpath_app::{Failure, sweep_people};
use warmpath_core::id::PersonId;
use warmpath_store::ChangeSet;
use warmpath_store::table::introduction::TargetLockRow;
use warmpath_store::table::{identity, ledger, person, sweep};

use crate::house::{House, house};

const GIVEN: [&str; 20] = [
    "Amara", "Bela", "Chidi", "Dagny", "Emeka", "Freya", "Goran", "Hanna", "Ivo", "Jana", "Kofi",
    "Lotte", "Marek", "Nadia", "Orla", "Pavel", "Quentin", "Rosa", "Sven", "Tamar",
];
const FAMILY: [&str; 20] = [
    "Abara",
    "Bergmann",
    "Castell",
    "Dvorak",
    "Eriksen",
    "Fabre",
    "Grigoriu",
    "Halvorsen",
    "Ionescu",
    "Jansky",
    "Kowalczyk",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okonkwo",
    "Petrov",
    "Quist",
    "Rossi",
    "Sandoval",
    "Tanaka",
];
const HEADER: &str = "Record ID,Name,Email,Phone,Company,Job Title\n";

/// Twenty times twenty people, each with a mailbox, a line, a company and a role of their own.
fn crowd() -> String {
    let mut text = HEADER.to_owned();
    for (n, given) in GIVEN.iter().enumerate() {
        for (m, family) in FAMILY.iter().enumerate() {
            let (at, line) = ((n * 7 + m * 3) % 60, 10_000 + n * 20 + m);
            text.push_str(&format!(
                "{n}-{m},{given} {family},{}.{}@firm{at}.example,+49 30 55{line},Firm {at} GmbH,\
                 Manager {}\n",
                given.to_lowercase(),
                family.to_lowercase(),
                (n + m) % 9
            ));
        }
    }
    text
}

/// The same people from an address book: same line, same company, no proof by mailbox.
const BOOK: &str = "Record ID,Name,Email,Phone,Company,Job Title\n\
    b1,Amara Abara,amara@private.example,+49 30 5510000,Firm 0 GmbH,Manager 0\n\
    b2,Kofi Tanaka,,+49 30 5510219,Firm 7 GmbH,Manager 2\n\
    b3,Zelda Unknown,zelda@nowhere.example,,Nowhere,Owner\n";

async fn latest(house: &House) -> SweepRow {
    let rows = sweep_people::list(&house.app, &house.may::<ReadDuplicates>()).await.unwrap();
    rows.into_iter().next().unwrap()
}

async fn named(house: &House, name: &str) -> Vec<PersonId> {
    let all = sweep::people(house.app.db(), house.workspace, None, 1_000).await.unwrap();
    all.into_iter().filter(|p| p.name == name).map(|p| p.id).collect()
}

async fn root(house: &House, id: PersonId) -> PersonId {
    cluster::root(house.app.db(), house.workspace, id).await.unwrap()
}

async fn again(house: &House) -> SweepRow {
    sweep_people::start(&house.app, &house.may::<ReviewDuplicates>()).await.unwrap();
    house.work().await;
    latest(house).await
}

#[tokio::test]
async fn an_import_of_contacts_is_followed_by_a_sweep_and_its_joins_can_be_undone() {
    let house = house().await;
    house.import(Kind::Contacts, &crowd()).await;
    let first = latest(&house).await;
    assert_eq!((first.state.as_str(), first.people, first.joined), ("done", 400, 0), "{first:?}");
    assert!(first.model.contains("\"prior\""), "the model is kept");
    let record = house.import(Kind::Contacts, BOOK).await;
    let swept = latest(&house).await;
    assert_eq!(swept.import, Some(record.row.id));
    assert_eq!((swept.state.as_str(), swept.people), ("done", 403));
    assert!(swept.joined >= 1, "{swept:?}");
    let pair = named(&house, "Amara Abara").await;
    assert_eq!(pair.len(), 2, "both records stay");
    assert_eq!(root(&house, pair[1]).await, pair[0], "the older stands for both");
    let may = house.may::<ReadDuplicates>();
    let shown = sweep_people::one(&house.app, &may, swept.id).await.unwrap();
    assert_eq!(shown.joined.len() as i64, swept.joined);
    let line = shown.joined.iter().find(|line| line.known == "Amara Abara").unwrap();
    assert_eq!((line.row.decided_by, line.row.state.as_str()), (None, "same"));
    // A member takes it back and says no: the next sweep leaves both alone, and learns from it.
    let review = house.may::<ReviewDuplicates>();
    decide_duplicate::undo(&house.app, &review, line.row.id).await.unwrap();
    assert_eq!(root(&house, pair[1]).await, pair[1], "two again");
    let third = again(&house).await;
    assert_eq!(root(&house, pair[1]).await, pair[1], "who was set apart is not joined again");
    assert_eq!(third.labels, 0, "a machine's own join is no answer");
    decide_duplicate::run(&house.app, &review, line.row.id, Verdict::Different).await.unwrap();
    let fourth = again(&house).await;
    assert_eq!((fourth.labels, root(&house, pair[1]).await), (1, pair[1]));
    let entries = ledger::unnumbered(house.app.db(), house.workspace, 5_000).await.unwrap();
    for kind in ["person.merged", "person.split", "sweep.finished", "sweep.asked"] {
        assert!(entries.iter().any(|e| e.kind == kind), "{kind} is in the ledger");
    }
}

#[tokio::test]
async fn two_who_both_have_a_history_are_asked_and_one_of_them_stands_for_both() {
    let house = house().await;
    let all = crowd() + BOOK.strip_prefix(HEADER).unwrap();
    let (db, ws) = (house.app.db(), house.workspace);
    let row = house.upload(Kind::Contacts, &all).await.unwrap();
    warmpath_app::run_import::start(&house.app, &house.may(), row.id).await.unwrap();
    // Until the import is in and its sweep waits.
    while sweep::under_way(db, ws).await.unwrap().is_none() {
        assert!(house.work_once().await > 0);
    }
    let (amara, kofi) = (named(&house, "Amara Abara").await, named(&house, "Kofi Tanaka").await);
    let mut changes = ChangeSet::new();
    for person in [amara[0], amara[1], kofi[1]] {
        changes.push(lock(&house, person).insert());
    }
    changes.apply(db).await.unwrap();
    house.work().await;
    assert_eq!(root(&house, amara[1]).await, amara[1], "no machine joins two histories");
    let asked = identity::waiting_about(db, ws, &bytes(amara[1])).await.unwrap();
    assert_eq!(asked.len(), 1, "a person is asked");
    assert_eq!(root(&house, kofi[0]).await, kofi[1], "the one with a history stands for both");
    assert!(person::person(db, ws, kofi[0]).await.unwrap().is_some());
}

fn bytes(id: PersonId) -> [u8; 16] {
    use warmpath_core::id::RecordId as _;
    id.bytes()
}

fn lock(house: &House, person: PersonId) -> TargetLockRow {
    TargetLockRow {
        workspace: house.workspace,
        person,
        introduction: house.app.id(),
        member: house.by.member,
        since: house.app.now(),
    }
}

#[tokio::test]
async fn one_at_a_time_and_a_stop_holds() {
    let house = house().await;
    let may = house.may::<ReviewDuplicates>();
    let nobody = sweep_people::start(&house.app, &may).await;
    assert!(matches!(nobody, Err(Failure::Invalid(_))), "{nobody:?}");
    house.import(Kind::Contacts, &crowd()).await;
    let row = sweep_people::start(&house.app, &may).await.unwrap();
    let twice = sweep_people::start(&house.app, &may).await;
    assert!(matches!(twice, Err(Failure::Conflict(_))));
    sweep_people::stop(&house.app, &may, row.id).await.unwrap();
    house.work().await;
    let after = latest(&house).await;
    assert_eq!((after.id, after.state.as_str(), after.people), (row.id, "stopped", 0));
    let late = sweep_people::stop(&house.app, &may, row.id).await;
    assert!(matches!(late, Err(Failure::Conflict(_))));
}
