//! Nobody is named before they agreed: every text that goes out is held against the sealed names.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use warmpath_app::Failure;
use warmpath_app::erase_person;
use warmpath_app::introduce::answer_as_connector::{self as connector_side, Said};
use warmpath_app::introduce::ask_connector::{self, How};
use warmpath_app::introduce::{read_introductions, seal};
use warmpath_core::introduction::RequestState;
use warmpath_core::introduction::sealed::Sealed;
use warmpath_store::table::{introduction, ledger, mail};

use crate::house::{House, OWN};

async fn target_sealed(house: &House) -> Sealed {
    let row = warmpath_store::table::person::person(house.app.db(), house.ws, house.ottmar).await;
    seal::person_sealed(&house.app, house.ws, &row.unwrap().unwrap()).await.unwrap()
}

#[tokio::test]
async fn no_mail_job_or_entry_names_the_target_before_the_connector_wants_it() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    house.ask(id).await;
    let sealed = target_sealed(&house).await;
    for letter in mail::list(house.app.db(), house.ws, None, 50).await.unwrap() {
        assert!(sealed.keeps(&letter.body) && sealed.keeps(&letter.subject), "{}", letter.kind);
    }
    for entry in ledger::unnumbered(house.app.db(), house.ws, 500).await.unwrap() {
        assert!(sealed.keeps(&entry.body), "{}", entry.body);
    }
    let lines =
        read_introductions::list(&house.app, &house.may("Lena"), false, None, 50).await.unwrap();
    assert!(lines.iter().all(|line| line.target.is_none()));
}

#[tokio::test]
async fn an_ask_that_names_them_is_refused_and_nothing_is_charged() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    house.decides(house.ottmar).await;
    let maya = house.may("Maya");
    let draft = ask_connector::draft(&house.app, &maya, id).await.unwrap();
    for slip in ["It is Ottmar Graf.", "They work at WEIDENAU GUSS.", "Herr Graf is the one."] {
        let text = draft.text.replace("Do you know", &format!("{slip} Do you know"));
        let sent = ask_connector::send(&house.app, &maya, id, (&text, OWN), How::Click).await;
        let Err(Failure::Invalid(problems)) = sent else { panic!("{slip} went out") };
        assert!(problems.iter().any(|p| p.code == "naming_before_consent"), "{slip}");
    }
    let unfilled = ask_connector::send(&house.app, &maya, id, (&draft.text, ""), How::Click).await;
    assert!(matches!(unfilled, Err(Failure::Invalid(_))), "a line of one's own is needed");
    assert_eq!(house.dossier(id).await.row.request, RequestState::Screened);
}

#[tokio::test]
async fn the_connector_learns_the_name_after_their_yes_and_not_before() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    let page = connector_side::page(&house.app, &token).await.unwrap();
    assert!(!page.named && page.proposal.is_empty() && page.message.is_none());
    house.connector_says(&token, Said::Willing).await.unwrap();
    let page = connector_side::page(&house.app, &token).await.unwrap();
    assert!(page.named && page.proposal.contains("Ottmar"));
}

#[tokio::test]
async fn the_text_for_the_target_says_who_asks_only_as_far_as_agreed() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    house.connector_says(&token, Said::Willing).await.unwrap();
    house.connector_says(&token, Said::Agree).await.unwrap();
    let page = connector_side::page(&house.app, &token).await.unwrap();
    assert!(page.proposal.contains("Corvane") && !page.proposal.contains("Maya"));
    let text = page.proposal.replace("somebody of", "Maya Okafor of");
    let sent = connector_side::propose(&house.app, &token, &page.nonce, (&text, OWN)).await;
    assert!(matches!(sent, Err(Failure::Invalid(_))), "the requester agreed to the company only");
    let pitch = page.proposal.replace("May I", "Book a demo. May I");
    let sent = connector_side::propose(&house.app, &token, &page.nonce, (&pitch, OWN)).await;
    assert!(matches!(sent, Err(Failure::Invalid(_))), "no pitch");
    assert_eq!(house.dossier(id).await.row.target_state.as_str(), "unasked");
}

#[tokio::test]
async fn a_forgotten_target_leaves_no_readable_word() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    house.propose(&token).await;
    erase_person::run(&house.app, &house.may("Lena"), house.ottmar, false).await.unwrap();
    let row = house.dossier(id).await.row;
    assert_eq!(row.request, RequestState::Withdrawn);
    assert!(introduction::texts(house.app.db(), house.ws, id).await.unwrap().is_empty());
    let mails = mail::list(house.app.db(), house.ws, None, 50).await.unwrap();
    assert!(mails.iter().all(|m| !m.kind.starts_with("introduction")));
    let page = connector_side::page(&house.app, &token).await.unwrap();
    assert!(!page.named && page.allowed.is_empty());
}
