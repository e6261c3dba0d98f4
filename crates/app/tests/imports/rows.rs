//! Rows: one error each, with line, column and code; mapping by hand; what no file may bring.

use warmpath_app::import::Kind;
use warmpath_app::policy::Import;
use warmpath_app::upload_import::{self, Unknown, Upload};
use warmpath_app::{Failure, map_import, run_import};
use warmpath_core::referral::ReferralState;
use warmpath_store::table::referral::{self, Filter};

use crate::house::{counts, house};

const REFERRALS: &str = include_str!("../../../../samples/referrals.csv");

fn codes(failure: Failure) -> Vec<(String, String)> {
    match failure {
        Failure::Invalid(problems) => problems.into_iter().map(|p| (p.field, p.code)).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_bad_row_has_its_line_column_and_code() {
    let house = house().await;
    let text = "email,name,phone,country\n\
                a@p.example,Ada\n\
                b@,Bo,,\n\
                c@p.example,Cy,ask her,DE\n\
                d@p.example,Di,,Atlantis\n\
                ,Ed,,\n\
                f@p.example,F\0o,,\n\
                g@p.example,Gus,,SE\n\
                g@p.example,Gus,,SE\n";
    let record = house.import(Kind::Contacts, text).await;
    let seen: Vec<(i64, &str, &str)> =
        record.refused.iter().map(|r| (r.line, r.column_name.as_str(), r.code.as_str())).collect();
    let wanted = [
        (2, "", "row_ragged"),
        (3, "email", "email_invalid"),
        (4, "phone", "phone_invalid"),
        (5, "country", "country_unknown"),
        (6, "email", "contact_no_identity"),
        (7, "name", "control_character"),
        (9, "", "row_repeated"),
    ];
    assert_eq!(seen, wanted);
    assert_eq!(counts(&record), (1, 0, 0, 7));
}

#[tokio::test]
async fn unknown_columns_are_named_and_nothing_is_stored() {
    let house = house().await;
    let text = "email,name,is_admin,workspace_id\na@p.example,Pat,true,1\n";
    let refused = codes(house.upload(Kind::Contacts, text).await.unwrap_err());
    let code = "column_unknown".to_owned();
    assert_eq!(refused, [("is_admin".to_owned(), code.clone()), ("workspace_id".to_owned(), code)]);
    let all = warmpath_app::read_imports::list(&house.app, &house.may()).await.unwrap();
    assert!(all.is_empty());
}

#[tokio::test]
async fn columns_can_be_mapped_by_hand() {
    let house = house().await;
    let bytes = b"Mail,Wer,name\na@p.example,Ada Berg,x\n".to_vec();
    let upload =
        Upload { kind: Kind::Contacts, file_name: "a.csv".into(), source: String::new(), bytes };
    let may = house.may::<Import>();
    let row = upload_import::run(&house.app, &may, &upload, &Unknown::Ask).await.unwrap().row;
    let to = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    let twice = to(&[("Mail", "email"), ("Wer", "name"), ("name", "name")]);
    let refused = codes(map_import::run(&house.app, &may, row.id, &twice).await.unwrap_err());
    assert_eq!(refused[0].1, "field_twice");
    let missing = to(&[("Wer", "name")]);
    let refused = codes(map_import::run(&house.app, &may, row.id, &missing).await.unwrap_err());
    assert_eq!(refused, [("columns".to_owned(), "field_missing".to_owned())]);
    let right = to(&[("Mail", "email"), ("Wer", "name")]);
    map_import::run(&house.app, &may, row.id, &right).await.unwrap();
    let shown = map_import::preview(&house.app, &may, row.id).await.unwrap();
    assert_eq!(shown.lines[0].1.as_ref().unwrap().get("name"), "Ada Berg");
    run_import::start(&house.app, &may, row.id).await.unwrap();
    house.work().await;
    assert_eq!(counts(&house.record(&row).await), (1, 0, 0, 0));
}

#[tokio::test]
async fn referrals_come_in_once_and_wait_for_a_verified_referrer() {
    let house = house().await;
    assert_eq!(counts(&house.import(Kind::Referrals, REFERRALS).await), (8, 0, 0, 0));
    assert_eq!(counts(&house.import(Kind::Referrals, REFERRALS).await), (0, 0, 8, 0));
    let filter = Filter { limit: 50, ..Filter::default() };
    let all = referral::list(house.app.db(), house.workspace, &filter).await.unwrap();
    assert_eq!(all.len(), 8);
    assert!(all.iter().all(|r| r.state == ReferralState::Held && r.cleared_at.is_none()));
}

#[tokio::test]
async fn a_consent_cannot_be_imported() {
    let house = house().await;
    let text = "name,email,context,consent\nAda,a@p.example,met,yes\nBo,b@p.example,met,\n";
    let record = house.import(Kind::Referrals, text).await;
    assert_eq!(counts(&record), (1, 0, 0, 1));
    let refused = &record.refused[0];
    assert_eq!((refused.line, refused.code.as_str()), (2, "consent_not_importable"));
}

#[tokio::test]
async fn one_bad_of_ten_and_the_same_file_again() {
    let house = house().await;
    let row = |n: usize| match n {
        5 => "not-an-address,P 5,Co,ctx\n".to_owned(),
        n => format!("p{n}@prospect.example,P {n},Co,ctx\n"),
    };
    let text = format!("email,name,company,context\n{}", (0..10).map(row).collect::<String>());
    let record = house.import(Kind::Referrals, &text).await;
    assert_eq!((counts(&record), record.refused[0].line), ((9, 0, 0, 1), 7));
    assert_eq!(counts(&house.import(Kind::Referrals, &text).await), (0, 0, 9, 1));
}

#[tokio::test]
async fn a_file_makes_no_admin_for_somebody_who_is_none() {
    let house = house().await;
    let text = "name,email,role\nEve,eve@corvane.example,admin\nKim,kim@corvane.example,seller\n\
                Anke Vogt,anke@corvane.example,seller\n";
    let record = house.import(Kind::Members, text).await;
    let seen: Vec<(i64, &str)> = record.refused.iter().map(|r| (r.line, r.code.as_str())).collect();
    assert_eq!(seen, [(2, "role_not_yours"), (4, "role_not_yours")]);
    assert_eq!(counts(&record), (1, 0, 0, 2));
}
