//! Introductions in the browser: requester, screener, connector and target, each in a browser of their
//! own; and on every page before consent, no name.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use warmpath_app::find_person::{self, Described};
use warmpath_app::introduce::add_connector::{self, Typed};
use warmpath_app::introduce::request::SCREENING;
use warmpath_app::introduce::{dossier, keep_goodwill};
use warmpath_app::policy::{Grant, Permission, Principal, grant};
use warmpath_app::unit::Unit;
use warmpath_core::contact::Email;
use warmpath_core::id::PersonId;
use warmpath_core::introduction::RequestState;
use warmpath_core::introduction::goodwill::{ConnectorStage, GoodwillKind};
use warmpath_core::introduction::sealed::Sealed;
use warmpath_store::table::workspace::SettingRow;
use warmpath_testkit::browser::{Page, css, label, role};

use crate::journey_world::{World, look};

const OWN: &str = "We sat together in Oslo last spring.";

fn may<A: Permission>(world: &World, first: &str) -> Grant<A> {
    let member = world.member(first);
    let principal = Principal {
        workspace: world.ws,
        member: member.id,
        role: member.role,
        team: member.team.clone(),
        partner: None,
        key: None,
    };
    grant::<A>(&principal).unwrap()
}

async fn person(world: &World, name: &str, email: &str, company: &str) -> PersonId {
    let mut unit = Unit::new(&world.app, world.ws);
    let described = Described {
        name: name.into(),
        email: Some(Email::parse(email).unwrap()),
        title: "CFO".into(),
        company: company.into(),
        source: "import".into(),
        ..Described::default()
    };
    let found = find_person::run(&world.app, &mut unit, &described).await.unwrap();
    unit.commit("").await.unwrap();
    found.person.id
}

/// Henrik, who was given an introduction and agreed, and Ottmar, who knows of nothing.
async fn cast(world: &World) -> PersonId {
    person(world, "Ottmar Graf", "o.graf@weidenau.example", "Weidenau Guss").await;
    let typed = Typed {
        name: "Henrik Dahl".into(),
        email: "henrik@nordlys.example".into(),
        title: "CFO".into(),
        company: "Nordlys Kraft".into(),
    };
    let henrik = add_connector::run(&world.app, &may(world, "Lena"), &typed).await.unwrap();
    let give = GoodwillKind::GiveIntroduction;
    keep_goodwill::run(&world.app, &may(world, "Lena"), henrik, give).await.unwrap();
    let stage = ConnectorStage::Active;
    keep_goodwill::stage(&world.app, &may(world, "Lena"), henrik, stage).await.unwrap();
    henrik
}

async fn screened_by_hand(world: &World) {
    let row =
        SettingRow { workspace: world.ws, name: SCREENING.to_owned(), value: "on".to_owned() };
    let mut unit = Unit::new(&world.app, world.ws);
    unit.push(row.put());
    unit.commit("").await.unwrap();
}

/// Fills in what may be said, and asks.
async fn ask_for(world: &World, page: &Page, who: &str) {
    world.open(page, &format!("/introductions/new?q={who}")).await;
    for (field, text) in [
        ("Role", "CFO"),
        ("Industry", "metal casting"),
        ("Size", "500 to 1,000 people"),
        ("Topic", "closing five plants in one week"),
        ("What they have of it", "They can compare their close with a peer."),
        ("The problem both know", "you both close five plants every month"),
        ("One measured outcome", "a plant in Halden went from 12 days to 5"),
    ] {
        page.type_text(&label(field).within(css("main")), text).await.unwrap();
    }
    page.click(&role("button", "Ask for the introduction")).await.unwrap();
    look(page).await;
}

/// Notes on the introduction's own page that the person decides.
async fn verify_authority(world: &World, page: &Page, record: &str) {
    world.open(page, &format!("/introductions/{record}")).await;
    page.type_text(&label("About what"), "Finance software").await.unwrap();
    page.type_text(&label("What shows it"), "The annual report says so.").await.unwrap();
    page.click(&role("button", "Note it")).await.unwrap();
    look(page).await;
}

async fn nobody_is_named(page: &Page) {
    let mails = ["o.graf@weidenau.example".to_owned()];
    let sealed = Sealed::nobody().person("Ottmar Graf", "Weidenau Guss", &mails);
    let html = page.script("document.documentElement.outerHTML").await.unwrap().to_string();
    let place = page.url().await.unwrap();
    assert!(sealed.keeps(&html), "{place} names somebody who did not agree");
}

#[tokio::test]
async fn journeys_from_a_request_to_a_delivered_introduction() {
    let world = World::new().await;
    let henrik = cast(&world).await;
    screened_by_hand(&world).await;
    let maya = world.signed_in(&world.member("Maya")).await;
    ask_for(&world, &maya, "Ottmar").await;
    let record = maya.url().await.unwrap().rsplit('/').next().unwrap().to_owned();
    assert!(record.starts_with("int_"), "{record}");
    nobody_is_named(&maya).await;

    let lena = world.signed_in(&world.member("Lena")).await;
    let pages = ["/introductions", "/introductions?view=table", "/goodwill"];
    for path in pages.map(str::to_owned).into_iter().chain([format!("/goodwill/{henrik}")]) {
        world.open(&lena, &path).await;
        nobody_is_named(&lena).await;
    }
    world.open(&lena, &format!("/introductions/{record}")).await;
    nobody_is_named(&lena).await;
    lena.click(&role("button", "Screened: fit to ask")).await.unwrap();
    look(&lena).await;

    verify_authority(&world, &maya, &record).await;
    world.open(&maya, &format!("/introductions/{record}/ask")).await;
    nobody_is_named(&maya).await;
    maya.type_text(&label("Your own line"), OWN).await.unwrap();
    maya.click(&role("button", "I send it myself")).await.unwrap();
    look(&maya).await;
    nobody_is_named(&maya).await;
    let ask = maya.text(&css("#asked")).await.unwrap();
    let link = ask.split_whitespace().find(|word| word.contains("/c/")).unwrap().to_owned();

    let connector = world.visitor().await;
    assert_eq!(connector.goto(&link).await.unwrap(), 200);
    look(&connector).await;
    nobody_is_named(&connector).await;
    connector.check(&label("Somebody comes to mind"), true).await.unwrap();
    connector.click(&role("button", "Send my answer")).await.unwrap();
    look(&connector).await;
    let named = connector.text(&css("main")).await.unwrap();
    assert!(named.contains("Ottmar Graf"), "{named}");
    connector.check(&label("I ask them"), true).await.unwrap();
    connector.click(&role("button", "Send my answer")).await.unwrap();
    look(&connector).await;
    connector.type_text(&label("A line of your own"), OWN).await.unwrap();
    connector.click(&role("button", "Make my text and link")).await.unwrap();
    look(&connector).await;
    let text = connector.text(&css("#pass-on-text")).await.unwrap();
    let asked = text.split_whitespace().find(|word| word.contains("/t/")).unwrap().to_owned();

    let target = world.visitor().await;
    target.set_scripts(false).await.unwrap();
    assert_eq!(target.goto(&asked).await.unwrap(), 200);
    look(&target).await;
    let shown = target.text(&css("body")).await.unwrap();
    assert!(shown.contains("Corvane") && !shown.contains("Maya"), "as far as agreed: {shown}");
    target.check(&label("Yes, introduce us"), true).await.unwrap();
    target.click(&role("button", "Send my answer")).await.unwrap();
    look(&target).await;
    let thanks = target.text(&css("main h1")).await.unwrap();
    assert!(thanks.starts_with("Thank you"), "{thanks}");

    assert_eq!(connector.goto(&link).await.unwrap(), 200);
    look(&connector).await;
    connector.type_text(&label("A line of your own"), OWN).await.unwrap();
    connector.click(&role("button", "Approve and send to both")).await.unwrap();
    look(&connector).await;
    let done = connector.text(&css("main h1")).await.unwrap();
    assert!(done.starts_with("Thank you. They are introduced"), "{done}");

    world.open(&maya, &format!("/introductions/{record}")).await;
    let title = maya.text(&css("main h1")).await.unwrap();
    assert!(title.contains("Ottmar Graf"), "{title}");
    let found = dossier::load(&world.app, world.ws, record.parse().unwrap()).await.unwrap();
    assert_eq!(found.row.request, RequestState::Delivered);
}

#[tokio::test]
async fn journeys_a_target_says_no_without_scripts() {
    let world = World::new().await;
    cast(&world).await;
    let maya = world.signed_in(&world.member("Maya")).await;
    ask_for(&world, &maya, "Ottmar").await;
    let record = maya.url().await.unwrap().rsplit('/').next().unwrap().to_owned();
    verify_authority(&world, &maya, &record).await;
    world.open(&maya, &format!("/introductions/{record}/ask")).await;
    maya.type_text(&label("Your own line"), OWN).await.unwrap();
    maya.click(&role("button", "I send it myself")).await.unwrap();
    look(&maya).await;
    let ask = maya.text(&css("#asked")).await.unwrap();
    let link = ask.split_whitespace().find(|word| word.contains("/c/")).unwrap().to_owned();
    let connector = world.visitor().await;
    connector.set_scripts(false).await.unwrap();
    connector.goto(&link).await.unwrap();
    for answer in ["Somebody comes to mind", "I ask them"] {
        connector.check(&label(answer), true).await.unwrap();
        connector.click(&role("button", "Send my answer")).await.unwrap();
        look(&connector).await;
    }
    connector.type_text(&label("A line of your own"), OWN).await.unwrap();
    connector.click(&role("button", "Make my text and link")).await.unwrap();
    let text = connector.text(&css("#pass-on-text")).await.unwrap();
    let asked = text.split_whitespace().find(|word| word.contains("/t/")).unwrap().to_owned();
    let target = world.visitor().await;
    target.set_scripts(false).await.unwrap();
    target.goto(&asked).await.unwrap();
    target.click(&role("button", "Send my answer")).await.unwrap();
    look(&target).await;
    let missing = target.text(&css("main")).await.unwrap();
    assert!(missing.contains("Choose one of the answers"), "nothing is chosen for them: {missing}");
    target.check(&label("No, thank you"), true).await.unwrap();
    target.click(&role("button", "Send my answer")).await.unwrap();
    look(&target).await;
    let found = dossier::load(&world.app, world.ws, record.parse().unwrap()).await.unwrap();
    assert_eq!(found.row.request, RequestState::Declined);
}

#[tokio::test]
async fn journeys_over_asking_is_refused_with_the_date() {
    let world = World::new().await;
    cast(&world).await;
    person(&world, "Berit Holm", "berit@statvind.example", "Statvind").await;
    let maya = world.signed_in(&world.member("Maya")).await;
    ask_for(&world, &maya, "Ottmar").await;
    let record = maya.url().await.unwrap().rsplit('/').next().unwrap().to_owned();
    verify_authority(&world, &maya, &record).await;
    world.open(&maya, &format!("/introductions/{record}/ask")).await;
    maya.type_text(&label("Your own line"), OWN).await.unwrap();
    maya.click(&role("button", "Send it in my name")).await.unwrap();
    look(&maya).await;
    ask_for(&world, &maya, "Berit").await;
    let said = maya.text(&css("main")).await.unwrap();
    assert!(said.contains("The next is possible on 1 June"), "{said}");
}
