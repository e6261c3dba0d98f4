//! Contacts as address books export them.

use warmpath_app::import::Kind;
use warmpath_store::table::person;

use crate::house::{House, house};

async fn found(house: &House, text: &str) -> (String, String, String) {
    let (db, ws) = (house.app.db(), house.workspace);
    let ids = person::search(db, ws, text).await.unwrap();
    assert_eq!(ids.len(), 1, "{text}");
    let row = person::person(db, ws, ids[0]).await.unwrap().unwrap();
    let points = person::contact_points(db, ws, ids[0]).await.unwrap();
    let points: Vec<&str> = points.iter().map(|p| p.normal.as_str()).collect();
    (row.title, row.company, points.join(" "))
}

#[tokio::test]
async fn linkedin_connections_with_their_notes_and_blank_rows() {
    let house = house().await;
    let text = "Notes:\n\"When exporting your connection data, you may notice that some are missing.\"\n\
        \nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
        Mia,Ortiz,https://www.linkedin.com/in/mia-ortiz-77,,Old Foods,CFO,12 Mar 2024\n\
        ,,,,,,\n\
        Pat,Lee,https://www.linkedin.com/in/pat-lee,pat.lee@prospect.example,Prospect,COO,1 Feb 2023\n";
    let record = house.import(Kind::Contacts, text).await;
    assert_eq!((record.row.created, record.row.refused), (2, 0), "{:?}", record.refused);
    let mia = found(&house, "mia ortiz").await;
    assert_eq!(mia, ("CFO".into(), "Old Foods".into(), "linkedin.com/in/mia-ortiz-77".into()));
    let again = house.import(Kind::Contacts, text).await;
    assert_eq!((again.row.unchanged, again.row.refused), (2, 0), "known again by the profile");
}

#[tokio::test]
async fn google_and_outlook_contacts_with_several_mailboxes() {
    let house = house().await;
    let google = "First Name,Middle Name,Last Name,Nickname,File As,Organization Name,\
        Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,\
        E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value\n\
        Ana,,Ruiz,,,Delta SL,Controller,1980-01-01,private,* myContacts,* Work,ana@delta.example,\
        Home,ana.ruiz@gmail.com,Work,+34 91 444 55 66 ::: +34 91 444 55 67\n";
    let record = house.import(Kind::Contacts, google).await;
    assert_eq!((record.row.created, record.row.refused), (1, 0), "{:?}", record.refused);
    let (title, company, points) = found(&house, "ana ruiz").await;
    assert_eq!((title.as_str(), company.as_str()), ("Controller", "Delta SL"));
    assert_eq!(points, "ana@delta.example ana.ruiz@gmail.com +34914445566");
    let outlook = "First Name,Middle Name,Last Name,Title,Suffix,Web Page,Gender,Notes,\
        E-mail Address,E-mail 2 Address,Home Phone,Mobile Phone,Company,Job Title\n\
        Tom,,Baker,Dr,,,,x,tom@epsilon.example,,,+44 20 7946 0123,Epsilon Ltd,Treasurer\n";
    let record = house.import(Kind::Contacts, outlook).await;
    assert_eq!((record.row.created, record.row.refused), (1, 0), "{:?}", record.refused);
    let (title, _, points) = found(&house, "tom baker").await;
    assert_eq!(title, "Treasurer", "the form of address is no post");
    assert_eq!(points, "tom@epsilon.example +442079460123");
}

#[tokio::test]
async fn contact_cards_come_in_like_rows() {
    let house = house().await;
    let cards = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Hans Meier\r\nN:Meier;Hans;;;\r\n\
        EMAIL:h.meier@gamma.example\r\nTEL;VALUE=uri:tel:+49-30-2345678\r\nORG:Gamma GmbH\r\n\
        NOTE:never kept\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:4.0\r\nFN:Nobody\r\nEND:VCARD\r\n";
    let record = house.import(Kind::Contacts, cards).await;
    assert_eq!((record.row.created, record.row.refused), (1, 1), "{:?}", record.refused);
    assert_eq!(record.refused[0].code, "contact_no_identity");
    let (_, company, points) = found(&house, "hans meier").await;
    assert_eq!(company, "Gamma GmbH");
    assert_eq!(points, "h.meier@gamma.example +49302345678");
}
