//! Several systems about one company: own ids, belief by field, subsidiaries.

use warmpath_app::import::Kind;
use warmpath_app::look_first::{self, Question};
use warmpath_app::manage_sources::{self, Named};
use warmpath_app::place_company::{self, Place};
use warmpath_app::policy::{Import, LookFirst, ReadDuplicates, ReviewDuplicates};
use warmpath_app::read_account;
use warmpath_app::upload_import::{self, Unknown, Upload};
use warmpath_app::{Failure, map_import, run_import};
use warmpath_core::id::AccountId;
use warmpath_store::table::account;

use crate::house::{House, house};

async fn import_from(house: &House, source: &str, text: &str) {
    let upload = Upload {
        kind: Kind::Accounts,
        file_name: "accounts.csv".into(),
        source: source.into(),
        bytes: text.as_bytes().to_vec(),
    };
    let may = house.may::<Import>();
    let unknown = Unknown::Refuse(Vec::new());
    let row = upload_import::run(&house.app, &may, &upload, &unknown).await.unwrap().row;
    run_import::start(&house.app, &may, row.id).await.unwrap();
    house.work().await;
    let record = house.record(&row).await;
    assert_eq!(record.row.refused, 0, "{:?}", record.refused);
}

#[tokio::test]
async fn one_company_over_a_crm_and_an_erp_with_its_subsidiary() {
    let house = house().await;
    let may = house.may::<Import>();
    for (name, kind) in [("CRM Europe", "crm"), ("ERP", "erp")] {
        let named = Named { name: name.into(), kind: kind.into() };
        manage_sources::name(&house.app, &may, &named).await.unwrap();
    }
    let crm = "Account ID,Account Name,Website,Employees,Industry,Account Owner\n\
        A-1,Northmere Foods,https://www.northmere.example,420,Food,Maya Okafor\n";
    let erp = "ID,Company,Website,Employees,Industry,Parent Account ID\n\
        10077,NORTHMERE FOODS,northmere.example,455,Food,\n\
        10078,Northmere Ireland,northmere-ireland.example,60,Food,10077\n";
    import_from(&house, "crm-europe", crm).await;
    import_from(&house, "erp", erp).await;
    let (db, ws) = (house.app.db(), house.workspace);
    let all = account::starting(db, ws, b"northmere", 10).await.unwrap();
    assert_eq!(all.len(), 2, "one domain and one name are one company");
    let top = all.iter().find(|a| a.headcount == Some(420)).expect("the CRM brought it in");
    let read = house.may::<ReadDuplicates>();
    let view = read_account::one(&house.app, &read, top.id).await.unwrap();
    assert_eq!(view.group.len(), 2);
    assert_eq!(view.group[1].account.name, "Northmere Ireland");
    let records = &view.group[0].records;
    assert_eq!(records.len(), 2);
    assert!(records.contains(&("erp".into(), "10077".into())), "{records:?}");
    let headcount = |view: &read_account::View| {
        let field = view.group[0].fields.iter().find(|f| f.field == "headcount").unwrap();
        (field.sayings[0].value.clone(), field.disagree)
    };
    assert_eq!(headcount(&view), ("420".into(), true), "the CRM stands higher");
    let name = view.group[0].fields.iter().find(|f| f.field == "name").unwrap();
    assert!(!name.disagree, "case says nothing");
    manage_sources::believe(&house.app, &may, "headcount", "erp").await.unwrap();
    let view = read_account::one(&house.app, &read, top.id).await.unwrap();
    assert_eq!(headcount(&view), ("455".into(), true), "the ERP about people employed");
    house.work().await;
    let stored = account::account(db, ws, top.id).await.unwrap().unwrap();
    assert_eq!(stored.headcount, Some(455), "the row follows");
    assert_eq!(stored.name, "Northmere Foods");
    // The CRM says it again: about this field it is not believed, about its name it is.
    import_from(&house, "crm-europe", &crm.replace("420", "421").replace("Foods,", "Food Group,"))
        .await;
    let stored = account::account(db, ws, top.id).await.unwrap().unwrap();
    assert_eq!(stored.headcount, Some(455));
    assert_eq!(stored.name, "Northmere Food Group");
    manage_sources::raise(&house.app, &may, "erp").await.unwrap();
    let belief = manage_sources::read(&house.app, &read).await.unwrap();
    assert_eq!(belief.systems[0].slug, "erp");
    let below = view.group[1].account.id;
    let view = read_account::one(&house.app, &read, below).await.unwrap();
    assert_eq!(view.above.map(|a| a.id), Some(top.id));
}

const GROUP: &str = "ID,Company,Website,Parent Account ID\n\
    1,Northmere Foods,northmere.example,\n\
    2,Northmere Ireland,northmere-ireland.example,1\n\
    3,Halden Energy,halden.example,\n";
const DEAL: &str = "Opportunity ID,Opportunity Name,Account Name,Stage,Created Date,Opportunity Owner\n\
    D-1,Ireland rollout,Northmere Ireland,Proposal,2026-10-01,Maya Okafor\n";

async fn looks(house: &House, company: &str) -> look_first::Answer {
    let question = Question { company: company.into(), ..Question::default() };
    look_first::run(&house.app, &house.may::<LookFirst>(), &question).await.unwrap()
}

async fn account(house: &House, name: &str) -> AccountId {
    let key = warmpath_core::text::fold_key(name);
    let found = account::by_name(house.app.db(), house.workspace, key).await.unwrap();
    found.first().unwrap().id
}

#[tokio::test]
async fn a_deal_anywhere_in_the_group_is_seen_and_a_member_corrects_the_group() {
    let house = house().await;
    house.import(Kind::Accounts, GROUP).await;
    let record = house.import(Kind::Opportunities, DEAL).await;
    assert_eq!((record.row.created, record.row.refused), (1, 0), "{:?}", record.refused);
    let seen = looks(&house, "Northmere Foods").await;
    assert!(seen.is_taken(), "a deal of the subsidiary");
    assert_eq!(seen.known[0].deals[0].company, "Northmere Ireland");
    assert!(!looks(&house, "Halden Energy").await.is_taken());
    // A member knows better: Ireland was sold to Halden.
    let (ireland, foods) =
        (account(&house, "northmere ireland").await, account(&house, "northmere foods").await);
    let may = house.may::<ReviewDuplicates>();
    let say = async |id, place: Place| place_company::run(&house.app, &may, id, &place).await;
    say(ireland, Place::Under("halden.example".into())).await.unwrap();
    assert!(!looks(&house, "Northmere Foods").await.is_taken());
    assert!(looks(&house, "Halden Energy").await.is_taken());
    house.import(Kind::Accounts, &GROUP.replace("2,Northmere", "2,NORTHMERE")).await;
    assert!(looks(&house, "Halden Energy").await.is_taken(), "an import does not unsay it");
    for (id, wrong) in [
        (account(&house, "halden energy").await, "Northmere Ireland"),
        (foods, "Northmere Foods"),
        (foods, "Nobody Ltd"),
        (foods, "  "),
    ] {
        let refused = say(id, Place::Under(wrong.into())).await;
        assert!(matches!(refused, Err(Failure::Invalid(_))), "{wrong}: {refused:?}");
    }
    say(ireland, Place::Alone).await.unwrap();
    assert!(!looks(&house, "Halden Energy").await.is_taken());
    let view = read_account::one(&house.app, &house.may(), ireland).await.unwrap();
    assert_eq!((view.above, view.said_by.as_deref()), (None, Some("member")));
    say(ireland, Place::AsImported).await.unwrap();
    house.import(Kind::Accounts, GROUP).await;
    assert!(looks(&house, "Northmere Foods").await.is_taken(), "the systems' word again");
}

#[tokio::test]
async fn columns_that_somebody_chose_are_found_again_in_the_view_over_all_systems() {
    let house = house().await;
    let may = house.may::<Import>();
    let upload = Upload {
        kind: Kind::Accounts,
        file_name: "kunden.csv".into(),
        source: String::new(),
        bytes: "Firma;Kopfzahl;Website\nNorthmere Foods;420;northmere.example\n".into(),
    };
    let row = upload_import::run(&house.app, &may, &upload, &Unknown::Ask).await.unwrap().row;
    let mapping = [("Firma", "name"), ("Kopfzahl", "headcount"), ("Website", "domain")];
    let mapping = mapping.map(|(column, field)| (column.to_owned(), field.to_owned()));
    map_import::run(&house.app, &may, row.id, &mapping).await.unwrap();
    run_import::start(&house.app, &may, row.id).await.unwrap();
    house.work().await;
    let id = account(&house, "northmere foods").await;
    let view = read_account::one(&house.app, &house.may(), id).await.unwrap();
    let says = |name: &str| {
        let field = view.group[0].fields.iter().find(|f| f.field == name).unwrap();
        field.sayings.first().map(|s| s.value.clone())
    };
    assert_eq!(says("headcount").as_deref(), Some("420"));
    assert_eq!(says("name").as_deref(), Some("Northmere Foods"));
}

#[tokio::test]
async fn a_system_that_nobody_named_is_refused() {
    let house = house().await;
    let upload = Upload {
        kind: Kind::Accounts,
        file_name: "a.csv".into(),
        source: "nowhere".into(),
        bytes: b"Name\nAcme\n".to_vec(),
    };
    let may = house.may::<Import>();
    let taken = upload_import::run(&house.app, &may, &upload, &Unknown::Ask).await;
    assert!(matches!(taken, Err(Failure::Invalid(_))));
}
