//! What people come for, walked in a browser: each page on the way is free of accessibility
//! violations, console errors, broken content policy and requests to other hosts.

mod journey_world;

use journey_world::{World, fill_in, look, passes_on};
use warmpath_app::unit::Unit;
use warmpath_app::{sequence_ledger, verify_ledger};
use warmpath_core::referral::ReferralState;
use warmpath_testkit::browser::{css, label, role};

#[tokio::test]
async fn journeys_customer_success_hands_a_person_over() {
    let world = World::new().await;
    let page = world.signed_in(&world.member("Rosa")).await;
    world.open(&page, "/hand-over").await;
    fill_in(&page).await;
    passes_on(&page).await;
}

#[tokio::test]
async fn journeys_a_partner_hands_a_person_over() {
    let world = World::new().await;
    let page = world.signed_in(&world.member("Carmen")).await;
    world.open(&page, "/portal").await;
    fill_in(&page).await;
    passes_on(&page).await;
    world.open(&page, "/portal/referrals").await;
    let listed = page.text(&css("main")).await.unwrap();
    assert!(listed.contains("Priya Raman") && listed.contains("By you"), "{listed}");
}

#[tokio::test]
async fn journeys_a_customer_hands_over_by_personal_link() {
    let world = World::new().await;
    let lena = world.signed_in(&world.member("Lena")).await;
    world.open(&lena, "/referrers").await;
    lena.type_text(&label("Name").within(css("main")), "Tomasz Wolny").await.unwrap();
    lena.type_text(&label("E-mail").within(css("main")), "tomasz@halden.example").await.unwrap();
    lena.click(&role("button", "Make the link")).await.unwrap();
    look(&lena).await;
    let listed = lena.text(&css("#links")).await.unwrap();
    let link = listed.split_whitespace().find(|word| word.contains("/r/")).unwrap().to_owned();

    let customer = world.visitor().await;
    assert_eq!(customer.goto(&link).await.unwrap(), 200);
    look(&customer).await;
    customer.click(&role("button", "Send me a code")).await.unwrap();
    look(&customer).await;
    let code = world.mailbox_code().await;
    customer.type_text(&label("Code"), &code).await.unwrap();
    customer.click(&role("button", "Confirm my mailbox")).await.unwrap();
    look(&customer).await;
    fill_in(&customer).await;
    passes_on(&customer).await;
}

#[tokio::test]
async fn journeys_a_prospect_says_yes_without_scripts() {
    let world = World::new().await;
    let receipt = world.hand_over().await;
    let page = world.visitor().await;
    page.set_scripts(false).await.unwrap();
    assert_eq!(page.goto(&receipt.answer_url).await.unwrap(), 200);
    look(&page).await;
    assert_ne!(world.row(&receipt).await.state, ReferralState::Routed, "looking answers nothing");
    page.check(&label("Yes, get in touch"), true).await.unwrap();
    page.check(&label("By e-mail"), true).await.unwrap();
    if page.script("!!document.getElementById('email')").await.unwrap() == true {
        page.type_text(&css("#email"), "p.raman@northmere.example").await.unwrap();
    }
    page.click(&role("button", "Send my answer")).await.unwrap();
    look(&page).await;
    let thanks = page.text(&css("main h1")).await.unwrap();
    assert!(thanks.starts_with("Thank you"), "{thanks}");
    assert_eq!(world.row(&receipt).await.state, ReferralState::Routed);
}

#[tokio::test]
async fn journeys_a_seller_accepts_and_logs_the_first_contact() {
    let world = World::new().await;
    let row = world.routed().await;
    let page = world.signed_in(&world.owner(&row)).await;
    world.open(&page, "/inbox").await;
    let name = format!("table.inbox a[href='/referrals/{}']", row.id);
    page.click(&css(&name)).await.unwrap();
    page.wait_for(&css("#peek")).await.unwrap();
    look(&page).await;
    page.click(&css("table.inbox td.act button")).await.unwrap();
    look(&page).await;
    assert_eq!(world.again(&row).await.state, ReferralState::Accepted);
    world.open(&page, &format!("/referrals/{}", row.id)).await;
    page.click(&role("button", "Log first contact").within(css(".record-head"))).await.unwrap();
    look(&page).await;
    assert_eq!(world.again(&row).await.state, ReferralState::Contacted);
}

#[tokio::test]
async fn journeys_a_manager_hands_a_lead_to_a_colleague() {
    let world = World::new().await;
    let row = world.routed().await;
    let page = world.signed_in(&world.member("Petra")).await;
    world.open(&page, "/team").await;
    world.open(&page, &format!("/referrals/{}", row.id)).await;
    world.open(&page, &format!("/referrals/{}/reassign", row.id)).await;
    let colleague = ["Maya", "Jonas"].map(|first| world.member(first));
    let colleague = colleague.into_iter().find(|m| Some(m.id) != row.owner).unwrap();
    let option = format!("{}, {}", colleague.name, colleague.title);
    page.select(&label("New owner"), &option).await.unwrap();
    page.click(&role("button", "Hand to a colleague").within(css("main"))).await.unwrap();
    look(&page).await;
    assert_eq!(world.again(&row).await.owner, Some(colleague.id));
}

#[tokio::test]
async fn journeys_revenue_operations_edits_lints_and_simulates_a_pathway() {
    let world = World::new().await;
    let row = world.routed().await;
    assert_eq!(row.state, ReferralState::Routed, "there is something to simulate with");
    let page = world.signed_in(&world.member("Lena")).await;
    world.open(&page, "/pathways").await;
    world.open(&page, "/pathways/customer-referrals?view=edit").await;
    page.script("document.querySelector('main textarea').focus()").await.unwrap();
    page.press("Control+End").await.unwrap();
    page.press("x").await.unwrap();
    page.wait_for(&css("#lint .t-neg")).await.unwrap();
    look(&page).await;
    page.press("Backspace").await.unwrap();
    page.press("Enter").await.unwrap();
    page.wait_gone(&css("#lint .t-neg")).await.unwrap();
    page.click(&role("button", "Save draft")).await.unwrap();
    look(&page).await;
    page.click(&role("button", "Simulate")).await.unwrap();
    look(&page).await;
    let said = page.text(&css("main")).await.unwrap();
    assert!(said.contains("What would have changed"), "{said}");
}

#[tokio::test]
async fn journeys_an_auditor_verifies_the_ledger() {
    let world = World::new().await;
    world.routed().await;
    let numbered = sequence_ledger::run(&world.app, world.ws).await.unwrap();
    assert!(numbered > 0, "there is something to verify");
    sequence_ledger::sign_now(&world.app, world.ws).await.unwrap();
    let page = world.signed_in(&world.member("Ole")).await;
    world.open(&page, "/ledger").await;
    page.click(&role("button", "Verify now")).await.unwrap();
    look(&page).await;
    let waiting = page.text(&css(".head-note")).await.unwrap();
    assert!(waiting.contains("Being checked"), "{waiting}");
    let mut unit = Unit::new(&world.app, world.ws);
    verify_ledger::advance(&world.app, &mut unit, "{}").await.unwrap();
    unit.commit("").await.unwrap();
    world.open(&page, "/ledger").await;
    let verdict = page.text(&css(".head-note")).await.unwrap();
    assert!(verdict.contains("entries verify"), "{verdict}");
    world.open(&page, "/ledger/1").await;
    page.wait_for(&css("main h1 .pill")).await.unwrap();
    let title = page.text(&css("main h1")).await.unwrap();
    assert!(title.contains("Verified"), "{title}");
}

#[tokio::test]
async fn journeys_a_brief_becomes_a_trial_and_finds_people() {
    let world = World::new().await;
    let page = world.signed_in(&world.member("Lena")).await;
    world.open(&page, "/profiles").await;
    page.click(&role("link", "New profile").within(css(".page-head"))).await.unwrap();
    look(&page).await;
    // Too vague: said at once, with what is missing.
    page.type_text(&css("#brief"), "senior finance people at good companies").await.unwrap();
    page.click(&role("button", "Read the brief")).await.unwrap();
    look(&page).await;
    let told = page.text(&css("main")).await.unwrap();
    assert!(
        told.contains("Nothing is asked with this brief") && told.contains("Missing"),
        "{told}"
    );
    page.click(&role("button", "Save draft")).await.unwrap();
    look(&page).await;

    let brief = "Head of Treasury or CFO at utilities in Germany with 100 to 900 employees, \
                 replacing their ERP in the last 12 months, not consultancies, somebody with bite";
    page.type_text(&css("#brief"), brief).await.unwrap();
    let script = "You said the close is slow after the handover. A utility your size went from nine days to four.";
    page.type_text(&css("#script"), script).await.unwrap();
    page.type_text(&css("#value_line"), "They close the month in four days.").await.unwrap();
    page.type_text(&css("#benefit"), "Twenty minutes with the controller who did it.")
        .await
        .unwrap();
    page.click(&role("button", "Save draft")).await.unwrap();
    look(&page).await;
    let read = page.text(&css("#reading")).await.unwrap();
    assert!(read.contains("Head of Treasury") && read.contains("is not a criterion"), "{read}");
    let told = page.text(&css("main")).await.unwrap();
    assert!(told.contains("Version 1 was refused"), "the lesson stays: {told}");
    page.click(&role("button", "Approve and start the trial")).await.unwrap();
    look(&page).await;
    assert!(page.text(&css("main")).await.unwrap().contains("Automation opens after 3"));
    page.click(&role("link", "Matches").within(css("main"))).await.unwrap();
    look(&page).await;
    page.click(&role("link", "Versions").within(css("main"))).await.unwrap();
    look(&page).await;
    world.open(&page, "/profiles/sources").await;
    let told = page.text(&css("main")).await.unwrap();
    assert!(told.contains("Signals") && told.contains("Files read"), "{told}");
}
