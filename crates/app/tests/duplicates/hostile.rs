//! The hostile pairs: each goes through the intake as a referral, an import or a second company would
//! bring it, and what became of it is what its line says.

use serde_json::Value;
use warmpath_app::App;
use warmpath_app::find_person::{self, Described};
use warmpath_app::import::Kind;
use warmpath_app::resolve::cluster;
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::unit::Unit;
use warmpath_core::contact::{Email, Phone};
use warmpath_core::id::{PersonId, RecordId as _, WorkspaceId};
use warmpath_store::table::person::SuppressionRow;
use warmpath_store::table::{account, identity, person};

use crate::house::{House, house};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../testkit/data/hostile");

#[tokio::test]
async fn every_hostile_pair_gets_what_its_line_says() {
    let manifest = std::fs::read_to_string(format!("{FOLDER}/manifest.json")).unwrap();
    let manifest: Vec<Value> = serde_json::from_str(&manifest).unwrap();
    let cases: Vec<&Value> =
        manifest.iter().filter(|case| case["surface"] == "identity.match").collect();
    assert_eq!(cases.len(), 15);
    let mut wrong = Vec::new();
    for case in cases {
        let file = format!("{FOLDER}/{}", case["file"].as_str().unwrap());
        let pair: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let house = house().await;
        let became = play(&house, &pair["a"], &pair["b"]).await;
        if case["outcome"] != became {
            wrong.push(format!("{}: {became}, not {}", case["id"], case["outcome"]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn play(house: &House, a: &Value, b: &Value) -> &'static str {
    if a["chain"].is_array() {
        return chain(house, b).await;
    }
    if a["company"].is_string() && a["name"].is_null() {
        return companies(house, a, b).await;
    }
    let other = match b["workspace"].is_string() {
        true => Some(second_workspace(&house.app).await),
        false => None,
    };
    if a["suppressed"] == true {
        let mailbox = a["email"].as_str().unwrap();
        suppress(house, mailbox).await;
    }
    let first = bring(&house.app, house.workspace, &described(a)).await;
    let second = bring(&house.app, other.unwrap_or(house.workspace), &described(b)).await;
    if a["suppressed"] == true {
        assert!(is_suppressed(house, second).await, "suppression wins over a newer grant");
    }
    verdict(house, first, second).await
}

fn described(value: &Value) -> Described {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let mails = value["alt_emails"].as_array().into_iter().flatten();
    Described {
        name: text("name"),
        email: Email::parse(&text("email")).ok(),
        phone: Phone::parse(&text("phone"), None).ok(),
        company: text("company"),
        profile: text("profile"),
        more_emails: mails.filter_map(|m| Email::parse(m.as_str()?).ok()).collect(),
        source: if value["source"] == "partner" { "referrer" } else { "import" }.to_owned(),
        ..Described::default()
    }
}

/// Brings a record in a change set of its own.
pub(crate) async fn bring(app: &App, workspace: WorkspaceId, described: &Described) -> PersonId {
    let mut unit = Unit::new(app, workspace);
    let found = find_person::run(app, &mut unit, described).await.unwrap();
    unit.commit("no conflict here").await.unwrap();
    found.person.id
}

async fn verdict(house: &House, first: PersonId, second: PersonId) -> &'static str {
    if first == second {
        return "auto-merge";
    }
    let (db, ws) = (house.app.db(), house.workspace);
    let asked = identity::asked(db, ws, &first.bytes(), &second.bytes()).await.unwrap();
    if asked.is_some() { "suggest-merge" } else { "never-merge" }
}

/// a and b share a line, b and c share another: a and c are still two.
async fn chain(house: &House, last: &Value) -> &'static str {
    let record = |mailbox: &str, line: &str, more: &str| Described {
        name: mailbox.split('@').next().unwrap().to_owned(),
        email: Email::parse(mailbox).ok(),
        phone: Phone::parse(line, None).ok(),
        more_phones: Phone::parse(more, None).ok().into_iter().collect(),
        source: "import".to_owned(),
        ..Described::default()
    };
    let (one, two) = ("+493011111111", "+493022222222");
    let a = bring(&house.app, house.workspace, &record("a@x.example", one, "")).await;
    let b = bring(&house.app, house.workspace, &record("b@y.example", one, two)).await;
    let c = bring(&house.app, house.workspace, &record("c@z.example", two, "")).await;
    let again = bring(&house.app, house.workspace, &described(last)).await;
    assert_eq!(again, c, "the same mailbox is the same person");
    assert_eq!(verdict(house, a, b).await, "never-merge");
    verdict(house, a, c).await
}

async fn companies(house: &House, a: &Value, b: &Value) -> &'static str {
    for side in [a, b] {
        let (name, domain) = (side["company"].as_str().unwrap(), side["domain"].as_str().unwrap());
        house.import(Kind::Accounts, &format!("Name,Website\n{name},{domain}\n")).await;
    }
    let (db, ws) = (house.app.db(), house.workspace);
    let all = account::starting(db, ws, b"", 10).await.unwrap();
    if all.len() == 1 {
        return "auto-merge";
    }
    let (first, second) = (all[0].id.bytes(), all[1].id.bytes());
    let asked = identity::asked(db, ws, &first, &second).await.unwrap();
    if asked.is_some() { "suggest-merge" } else { "never-merge" }
}

async fn second_workspace(app: &App) -> WorkspaceId {
    let setup: Setup = toml::from_str(include_str!("../../../../samples/workspace.toml")).unwrap();
    setup_workspace::run(app, &setup, &[]).await.unwrap()
}

pub(crate) async fn suppress(house: &House, mailbox: &str) {
    let mut unit = Unit::new(&house.app, house.workspace);
    let row = SuppressionRow {
        workspace: house.workspace,
        key: house.app.keys.blind(house.workspace, "mailbox", mailbox),
        id: house.app.id(),
        kind: "mailbox".to_owned(),
        reason: "objection".to_owned(),
        created_at: unit.at,
    };
    unit.push(row.insert());
    unit.commit("no conflict here").await.unwrap();
}

pub(crate) async fn is_suppressed(house: &House, person: PersonId) -> bool {
    let (db, ws) = (house.app.db(), house.workspace);
    let points = cluster::contact_points(db, ws, person).await.unwrap();
    let blind = |normal: &str| house.app.keys.blind(ws, "mailbox", normal);
    let keys: Vec<Vec<u8>> = points.iter().map(|p| blind(&p.normal)).collect();
    person::suppressed(db, ws, &keys).await.unwrap().is_some()
}
