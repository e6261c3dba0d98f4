//! What is not possible is refused in words that say why, from when, and what instead.

#![expect(clippy::panic, reason = "a test stops at the first surprise")]

use warmpath_app::Failure;
use warmpath_app::error::{LinkTrouble, NotPossible};
use warmpath_app::introduce::answer_as_connector::{self as connector_side, Said};
use warmpath_app::introduce::answer_as_target::{self as target_side, Said as Target};
use warmpath_app::introduce::ask_connector::{self, How};
use warmpath_app::introduce::request::{self, Wanted};
use warmpath_app::introduce::reroute;
use warmpath_app::introduce::set_rules::{self, Typed};
use warmpath_core::introduction::{RequestState, TargetState};

use crate::house::House;

async fn why(house: &House, wanted: &Wanted) -> NotPossible {
    match request::run(&house.app, &house.may("Maya"), wanted).await {
        Err(Failure::NotPossible(what)) => *what,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn bad_people_each_get_a_clear_answer() {
    let house = House::new().await;
    let with = |change: &dyn Fn(&mut Wanted)| {
        let mut wanted = house.wanted();
        change(&mut wanted);
        wanted
    };
    let same = with(&|w| w.target = w.connector);
    assert_eq!(why(&house, &same).await.code, "connector_is_target");
    let mail = house.member("Jonas").email.clone();
    let colleague = house.person("Jonas Berg", &mail, "").await;
    let own = with(&|w| w.target = colleague);
    assert_eq!(why(&house, &own).await.code, "target_on_own_team");
    house.request().await.unwrap();
    let locked = why(&house, &house.wanted()).await;
    assert_eq!(locked.code, "target_locked");
    assert!(locked.sentence.contains("Maya"), "{}", locked.sentence);
}

#[tokio::test]
async fn nobody_asks_themselves_or_for_a_colleague_of_the_house() {
    let house = House::new().await;
    let mut wanted = house.wanted();
    let mail = house.member("Maya").email.clone();
    wanted.connector = house.connector("Maya Okafor", &mail, "Elsewhere").await;
    assert_eq!(why(&house, &wanted).await.code, "connector_is_requester");
    let mut wanted = house.wanted();
    let own = warmpath_app::read_workspace::all(&house.app).await.unwrap().remove(0).name;
    wanted.target = house.person("Sofia Brandt", "sofia@elsewhere.example", &own).await;
    assert_eq!(why(&house, &wanted).await.code, "target_on_own_team");
}

#[tokio::test]
async fn a_no_is_remembered_for_a_year_whoever_asks() {
    let house = House::new().await;
    let carmen =
        house.connector("Carmen Ibarra", "carmen@brightwater.example", "Brightwater").await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    let target = house.propose(&token).await;
    house.target_says(&target, Target::No).await.unwrap();
    let mut again = house.wanted();
    again.connector = carmen;
    assert_eq!(why(&house, &again).await.code, "not_possible");
    house.pass(366).await;
    request::run(&house.app, &house.may("Maya"), &again).await.unwrap();
}

#[tokio::test]
async fn a_programme_manager_goes_on_for_the_requester() {
    let house = House::new().await;
    let carmen =
        house.connector("Carmen Ibarra", "carmen@brightwater.example", "Brightwater").await;
    let mut wanted = house.wanted();
    wanted.shortlist = vec![carmen];
    let id = request::run(&house.app, &house.may("Maya"), &wanted).await.unwrap();
    let token = house.ask(id).await;
    house.connector_says(&token, Said::No("wrong_time".into())).await.unwrap();
    let next = reroute::run(&house.app, &house.may("Petra"), id, None).await.unwrap();
    let row = house.dossier(next).await.row;
    assert_eq!((row.requester, row.connector), (house.member("Maya").id, carmen));
}

#[tokio::test]
async fn the_introduction_goes_to_the_mailbox_the_target_gives() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    let target = house.propose(&token).await;
    let page = target_side::page(&house.app, &target).await.unwrap();
    let mail = warmpath_core::contact::Email::parse("ottmar@home.example").unwrap();
    let said = (&Target::Yes, Some(&mail));
    target_side::answer(&house.app, &target, &page.nonce, said, "test").await.unwrap();
    let chosen =
        warmpath_app::introduce::dossier::mailbox(&house.app, house.ws, house.ottmar).await;
    assert_eq!(chosen.unwrap().unwrap().as_written(), "ottmar@home.example");
}

#[tokio::test]
async fn an_objection_after_the_request_stops_the_ask() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    house.decides(house.ottmar).await;
    let draft = ask_connector::draft(&house.app, &house.may("Maya"), id).await.unwrap();
    house.objects("henrik@nordlys.example").await;
    let words = (draft.text.as_str(), crate::house::OWN);
    let asked = ask_connector::send(&house.app, &house.may("Maya"), id, words, How::Own).await;
    assert!(matches!(asked, Err(Failure::NotPossible(what)) if what.code == "not_possible"));
}

#[tokio::test]
async fn an_ask_keeps_its_own_line_and_carries_its_own_link_alone() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    house.decides(house.ottmar).await;
    let maya = || house.may("Maya");
    let draft = ask_connector::draft(&house.app, &maya(), id).await.unwrap();
    let filled = draft.text.replace(warmpath_core::introduction::message::OWN_LINE, "Hello again.");
    for (text, code) in [
        (filled.clone(), "slot_unfilled"),
        (draft.text.replace("://", "://evil.example/?u=http://"), "one_link"),
        (
            draft.text.replace(&draft.link, &format!("{0},https://evil.example", draft.link)),
            "one_link",
        ),
    ] {
        let words = (text.as_str(), crate::house::OWN);
        let refused = ask_connector::send(&house.app, &maya(), id, words, How::Own).await;
        let Err(Failure::Invalid(problems)) = refused else { panic!("{text}: {refused:?}") };
        assert!(problems.iter().any(|p| p.code == code), "{code}: {problems:?}");
    }
}

#[tokio::test]
async fn rules_that_a_connector_set_themselves_are_only_made_stricter() {
    let house = House::new().await;
    house.sets_own_rules(house.henrik).await;
    let typed = |open_max| Typed { floor: 10, open_max, rest_days: 30, ..Typed::default() };
    let lena = || house.may("Lena");
    let looser = set_rules::for_connector(&house.app, &lena(), house.henrik, &typed(5)).await;
    assert!(matches!(looser, Err(Failure::NotPossible(what)) if what.code == "rules_are_theirs"));
    set_rules::for_connector(&house.app, &lena(), house.henrik, &typed(1)).await.unwrap();
}

#[tokio::test]
async fn a_company_nobody_knows_may_be_on_the_list() {
    let house = House::new().await;
    let rules = Typed {
        floor: 10,
        open_max: 2,
        rest_days: 14,
        no_go: vec!["Some Rival".into()],
        ..Typed::default()
    };
    set_rules::for_connector(&house.app, &house.may("Lena"), house.henrik, &rules).await.unwrap();
    let mut wanted = house.wanted();
    wanted.target = house.person("Berit Holm", "berit@statvind.example", "").await;
    assert_eq!(why(&house, &wanted).await.code, "no_go");
}

#[tokio::test]
async fn a_circle_of_asks_is_refused() {
    let house = House::new().await;
    let ottmar_too =
        house.connector("Ottmar Graf", "o.graf@weidenau.example", "Weidenau Guss").await;
    assert_eq!(ottmar_too, house.ottmar, "one person, whoever describes them");
    house.request().await.unwrap();
    let mut back = house.wanted();
    (back.connector, back.target) = (house.ottmar, house.henrik);
    assert_eq!(why(&house, &back).await.code, "circle");
}

#[tokio::test]
async fn over_asking_is_refused_with_the_date_and_another_connector() {
    let house = House::new().await;
    let carmen =
        house.connector("Carmen Ibarra", "carmen@brightwater.example", "Brightwater").await;
    let id = house.request().await.unwrap();
    house.ask(id).await;
    let mut second = house.wanted();
    second.target = house.person("Berit Holm", "berit@statvind.example", "Statvind").await;
    second.shortlist = vec![carmen];
    let refused = why(&house, &second).await;
    assert_eq!(refused.code, "too_soon");
    assert_eq!(refused.from.unwrap().strftime("%F").to_string(), "2026-06-01");
    assert!(refused.sentence.contains("1 June") && refused.sentence.contains("Carmen Ibarra"));
}

#[tokio::test]
async fn nothing_is_asked_of_somebody_who_was_given_nothing() {
    let house = House::new().await;
    let mut wanted = house.wanted();
    wanted.connector = house.person("Ines Duarte", "ines@duarte.example", "Duarte").await;
    let refused = why(&house, &wanted).await;
    assert_eq!(refused.code, "give_first");
    assert!(refused.sentence.starts_with("Give first. Ines"), "{}", refused.sentence);
}

#[tokio::test]
async fn answers_in_the_wrong_order_and_second_answers_change_nothing() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    let early = house.connector_says(&token, Said::Agree).await;
    assert!(matches!(early, Err(Failure::NotPossible(_))), "named before willing: {early:?}");
    let wrong = connector_side::answer(&house.app, &token, "other", &Said::Willing, "").await;
    assert!(matches!(wrong, Err(Failure::Link(LinkTrouble::NoPage))));
    let target = house.propose(&token).await;
    house.target_says(&target, Target::No).await.unwrap();
    let second = house.target_says(&target, Target::Yes).await.unwrap();
    assert_eq!(second, TargetState::No, "a second answer shows the first");
    assert_eq!(house.dossier(id).await.row.request, RequestState::Declined);
}

#[tokio::test]
async fn an_edited_text_ends_the_link_of_the_one_before() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    let first = house.propose(&token).await;
    let page = connector_side::page(&house.app, &token).await.unwrap();
    let text = (page.proposal.as_str(), "A better line of my own.");
    connector_side::propose(&house.app, &token, &page.nonce, text).await.unwrap();
    let second = house.target_token(&token).await;
    assert_ne!(first, second);
    let old = target_side::page(&house.app, &first).await;
    assert!(matches!(old, Err(Failure::Link(LinkTrouble::Unknown))));
    assert!(target_side::page(&house.app, &second).await.is_ok());
}

#[tokio::test]
async fn a_link_ends() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    house.pass(130).await;
    let page = connector_side::page(&house.app, &token).await;
    assert!(matches!(page, Err(Failure::Link(_))), "{:?}", page.err());
    let none = connector_side::page(&house.app, &"x".repeat(64)).await;
    assert!(matches!(none, Err(Failure::Link(LinkTrouble::Unknown))));
}

#[tokio::test]
async fn a_rule_that_changes_while_an_ask_is_open_ends_it_silently() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    let rules = Typed {
        floor: 10,
        open_max: 2,
        rest_days: 14,
        no_go: vec!["weidenau guss GmbH".into()],
        ..Typed::default()
    };
    set_rules::for_connector(&house.app, &house.may("Lena"), house.henrik, &rules).await.unwrap();
    let row = house.dossier(id).await.row;
    assert_eq!((row.request, row.reason.as_str()), (RequestState::Withdrawn, "rules_changed"));
    let late = house.connector_says(&token, Said::Willing).await;
    assert!(matches!(late, Err(Failure::NotPossible(_))));
}

#[tokio::test]
async fn a_complaint_lowers_the_askers_allowance_and_ends_asking() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    let target = house.propose(&token).await;
    let page = target_side::page(&house.app, &target).await.unwrap();
    target_side::complain(&house.app, &target, &page.nonce, "").await.unwrap();
    let grant = house.may::<warmpath_app::policy::AskIntroduction>("Maya");
    let (allowance, _) =
        warmpath_app::introduce::goodwill::allowance_of(&house.app, house.ws, grant.member())
            .await
            .unwrap();
    assert_eq!(allowance.open_max, 3);
    let carmen =
        house.connector("Carmen Ibarra", "carmen@brightwater.example", "Brightwater").await;
    let mut again = house.wanted();
    again.connector = carmen;
    assert_eq!(why(&house, &again).await.code, "not_possible", "they are not asked again");
    let twice = target_side::complain(&house.app, &target, &page.nonce, "").await;
    assert!(matches!(twice, Err(Failure::NotPossible(_))));
}

#[tokio::test]
async fn words_that_name_them_or_are_missing_are_refused_by_field() {
    let house = House::new().await;
    let mut wanted = house.wanted();
    wanted.topic = "the close at Weidenau Guss".into();
    wanted.benefit = String::new();
    let refused = request::run(&house.app, &house.may("Maya"), &wanted).await;
    let Err(Failure::Invalid(problems)) = refused else { panic!("{refused:?}") };
    let fields: Vec<&str> = problems.iter().map(|p| p.field.as_str()).collect();
    assert!(fields.contains(&"topic") && fields.contains(&"benefit"), "{fields:?}");
}
