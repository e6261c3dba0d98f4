//! Several systems about one company: own ids, belief by field, subsidiaries.

use warmpath_app::import::Kind;
use warmpath_app::manage_sources::{self, Named};
use warmpath_app::policy::{Import, ReadDuplicates};
use warmpath_app::read_account;
use warmpath_app::upload_import::{self, Unknown, Upload};
use warmpath_app::{Failure, run_import};
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
