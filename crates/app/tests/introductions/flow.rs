//! The way of an introduction, with what each side sees and what is written.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use warmpath_app::Failure;
use warmpath_app::introduce::answer_as_connector::{self as connector_side, Said};
use warmpath_app::introduce::answer_as_target::{self as target_side, Said as Target};
use warmpath_app::introduce::ask_connector::How;
use warmpath_app::introduce::{
    deliver, goodwill, hand_off, move_introduction, reroute, tell_connector,
};
use warmpath_core::consent::ConsentState;
use warmpath_core::introduction::goodwill::GoodwillKind;
use warmpath_core::introduction::{
    Action, ConnectorState, Outcome, RequestState, Side, TargetState,
};
use warmpath_store::table::{introduction, mail, network};

use crate::house::{House, OWN};

async fn delivered() -> (House, warmpath_core::id::IntroductionId, String, String) {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let connector = house.ask(id).await;
    let target = house.propose(&connector).await;
    assert_eq!(house.target_says(&target, Target::Yes).await.unwrap(), TargetState::Yes);
    let page = connector_side::page(&house.app, &connector).await.unwrap();
    let message = page.message.unwrap();
    let text = (message.text.as_str(), OWN);
    deliver::run(&house.app, &connector, &page.nonce, text, How::Click).await.unwrap();
    (house, id, connector, target)
}

#[tokio::test]
async fn from_a_request_to_a_delivered_double_opt_in_and_its_outcome() {
    let (house, id, ..) = delivered().await;
    let dossier = house.dossier(id).await;
    assert_eq!(dossier.row.request, RequestState::Delivered);
    assert!(dossier.row.delivered_at.is_some() && dossier.row.tell_by.is_some());
    for side in [Side::Connector, Side::Target] {
        let consent = dossier.consents.iter().find(|c| c.side == side).unwrap();
        assert_eq!(consent.state, ConsentState::Active, "{side}");
        assert!(!consent.evidence.is_empty() && consent.expires_at.is_some());
    }
    let mails = mail::list(house.app.db(), house.ws, None, 50).await.unwrap();
    let both: Vec<_> =
        mails.iter().filter(|m| m.kind == "introduction" && m.body.contains("/i/")).collect();
    assert_eq!(both.len(), 2, "one to each, and not twice");
    let counted =
        network::connector(house.app.db(), house.ws, house.henrik).await.unwrap().unwrap();
    assert_eq!((counted.asked, counted.accepted, counted.open_asks), (1, 1, 0));
    assert_eq!((counted.given, counted.received), (1, 1), "the network knows what came of it");
    let times = network::activations(house.app.db(), house.ws).await.unwrap();
    assert!(times.len() == 1 && times[0].activated_at.is_some(), "{times:?}");
    let maya = || house.may("Maya");
    let offer = ("2026-06-01 10:00", "https://cal.example/maya");
    hand_off::propose(&house.app, &maya(), id, offer).await.unwrap();
    let file = hand_off::calendar(&house.app, &maya(), id).await.unwrap();
    assert!(file.contains("DTSTART:2026") && file.contains("Ottmar Graf"));
    assert!(file.replace("\r\n ", "").contains("cal.example/maya"), "{file}");
    for action in [Action::LogMeeting, Action::OpenOpportunity, Action::Win] {
        move_introduction::run(&house.app, &maya(), id, action, None).await.unwrap();
    }
    let row = house.dossier(id).await.row;
    assert_eq!((row.request, row.outcome), (RequestState::Closed, Outcome::Won));
    let before = goodwill::account(&house.app, house.ws, house.henrik).await.unwrap().balance();
    tell_connector::run(&house.app, &maya(), id, "They met and it became a deal. Thank you.")
        .await
        .unwrap();
    assert!(
        tell_connector::thank(&house.app, &house.may("Maya"), id, "Thank you, Henrik, for this.")
            .await
            .unwrap()
    );
    let after = goodwill::account(&house.app, house.ws, house.henrik).await.unwrap();
    assert_eq!(after.balance() - before, 15, "told 1.0, thanked in time 0.5");
    assert!(house.dossier(id).await.row.tell_by.is_none());
}

#[tokio::test]
async fn whoever_takes_their_yes_back_afterwards_is_invited_to_nothing() {
    let (house, id, _, target) = delivered().await;
    let maya = || house.may("Maya");
    hand_off::propose(&house.app, &maya(), id, ("2026-06-01 10:00", "")).await.unwrap();
    let page = target_side::page(&house.app, &target).await.unwrap();
    target_side::withdraw(&house.app, &target, &page.nonce, "test").await.unwrap();
    let file = hand_off::calendar(&house.app, &maya(), id).await;
    assert!(matches!(file, Err(Failure::NotFound)), "{file:?}");
    let mails = mail::list(house.app.db(), house.ws, None, 50).await.unwrap();
    let told = mails.iter().find(|m| m.body.contains("do not wish to go on")).expect("told");
    assert_eq!(told.state, "queued", "the requester hears it at once");
}

#[tokio::test]
async fn nothing_is_delivered_twice_or_without_two_live_yes() {
    let (house, id, connector, _) = delivered().await;
    let page = connector_side::page(&house.app, &connector).await.unwrap();
    assert!(page.message.is_none(), "there is nothing to deliver any more");
    let again = deliver::run(&house.app, &connector, &page.nonce, ("x", OWN), How::Click).await;
    assert!(matches!(again, Err(Failure::NotPossible(_))), "{again:?}");
    let mails = mail::list(house.app.db(), house.ws, None, 50).await.unwrap();
    assert_eq!(mails.iter().filter(|m| m.body.contains("/i/")).count(), 2);
    assert_eq!(house.dossier(id).await.row.request, RequestState::Delivered);
}

#[tokio::test]
async fn withdrawal_before_delivery_ends_everything_silently() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let connector = house.ask(id).await;
    let open = network::connector(house.app.db(), house.ws, house.henrik).await.unwrap().unwrap();
    assert_eq!((open.open_asks, open.asked), (1, 0), "asked, and not answered yet");
    let target = house.propose(&connector).await;
    house.target_says(&target, Target::Yes).await.unwrap();
    let page = target_side::page(&house.app, &target).await.unwrap();
    target_side::withdraw(&house.app, &target, &page.nonce, "test").await.unwrap();
    let dossier = house.dossier(id).await;
    assert_eq!(dossier.row.request, RequestState::Withdrawn);
    assert_eq!(dossier.row.target_state, TargetState::No);
    let page = connector_side::page(&house.app, &connector).await.unwrap();
    assert!(page.allowed.is_empty() && !page.named && page.message.is_none());
    let text = ("x", OWN);
    let late = deliver::run(&house.app, &connector, &page.nonce, text, How::Click).await;
    assert!(matches!(late, Err(Failure::NotPossible(_))));
    let locked = introduction::lock(house.app.db(), house.ws, house.ottmar).await.unwrap();
    assert!(locked.is_none(), "others may approach them again");
}

#[tokio::test]
async fn silence_is_its_own_outcome_and_the_next_connector_is_asked() {
    let house = House::new().await;
    let carmen =
        house.connector("Carmen Ibarra", "carmen@brightwater.example", "Brightwater").await;
    let mut wanted = house.wanted();
    wanted.shortlist = vec![carmen];
    let id = warmpath_app::introduce::request::run(&house.app, &house.may("Maya"), &wanted)
        .await
        .unwrap();
    house.ask(id).await;
    house.pass(8).await;
    let row = house.dossier(id).await.row;
    assert_eq!((row.request, row.connector_state), (RequestState::Expired, ConnectorState::Silent));
    let silent = network::connector(house.app.db(), house.ws, house.henrik).await.unwrap().unwrap();
    assert_eq!((silent.asked, silent.accepted, silent.open_asks), (1, 0, 0), "silence is no yes");
    let next = reroute::run(&house.app, &house.may("Maya"), id, None).await.unwrap();
    let (old, new) = (house.dossier(id).await.row, house.dossier(next).await.row);
    assert_eq!((old.request, old.rerouted_to), (RequestState::Rerouted, Some(next)));
    assert_eq!((new.connector, new.rerouted_from), (carmen, Some(id)));
}

#[tokio::test]
async fn every_step_that_nobody_takes_runs_out() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let connector = house.ask(id).await;
    house.connector_says(&connector, Said::Willing).await.unwrap();
    house.connector_says(&connector, Said::Agree).await.unwrap();
    house.pass(8).await;
    let row = house.dossier(id).await.row;
    assert_eq!(row.connector_state, ConnectorState::Silent, "agreed and never asked them");

    let house = House::new().await;
    let id = house.request().await.unwrap();
    let connector = house.ask(id).await;
    let target = house.propose(&connector).await;
    house.target_says(&target, Target::Later(10)).await.unwrap();
    house.pass(9).await;
    assert_eq!(house.dossier(id).await.row.target_state, TargetState::Deciding);
    house.pass(2).await;
    let row = house.dossier(id).await.row;
    assert_eq!((row.request, row.target_state), (RequestState::Expired, TargetState::Silent));
    assert!(row.tell_by.is_some(), "the connector hears of it all the same");
}

#[tokio::test]
async fn a_connector_who_is_not_told_is_brought_to_mind() {
    let (house, id, ..) = delivered().await;
    house.pass(8).await;
    let mails = mail::list(house.app.db(), house.ws, None, 50).await.unwrap();
    assert_eq!(mails.iter().filter(|m| m.kind == "introduction_news_late").count(), 1);
    assert!(house.dossier(id).await.row.tell_by.is_some());
}

#[tokio::test]
async fn an_ask_costs_goodwill_once() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let before = goodwill::account(&house.app, house.ws, house.henrik).await.unwrap().balance();
    house.ask(id).await;
    let account = goodwill::account(&house.app, house.ws, house.henrik).await.unwrap();
    assert_eq!(before - account.balance(), 15);
    let asks = account.steps.iter().filter(|s| s.kind == GoodwillKind::Ask).count();
    assert_eq!(asks, 1);
}
