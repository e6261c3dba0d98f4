//! What people come for, walked in a browser: each page on the way is free of accessibility
//! violations, console errors, broken content policy and requests to other hosts.

mod journey_introductions;
mod journey_world;

use journey_world::{World, fill_in, look, passes_on};
use warmpath_app::unit::Unit;
use warmpath_app::{sequence_ledger, verify_ledger};
use warmpath_core::referral::ReferralState;
use warmpath_testkit::browser::{Theme, css, label, role};

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
async fn journeys_an_admin_keeps_a_webhook() {
    let world = World::new().await;
    let page = world.signed_in(&world.member("Anke")).await;
    world.open(&page, "/settings/webhooks").await;
    page.type_text(&label("Address"), "https://127.0.0.1/hook").await.unwrap();
    page.click(&role("button", "Add the address")).await.unwrap();
    look(&page).await;
    let kept = page.script("document.getElementById('url').value").await.unwrap();
    assert_eq!(kept, "https://127.0.0.1/hook", "what was typed stays after a refusal");

    world.open(&page, "/settings/webhooks").await;
    page.type_text(&label("Address"), "https://hooks.corvane.example/in").await.unwrap();
    page.click(&role("button", "Add the address")).await.unwrap();
    look(&page).await;
    let first = page.text(&css("#fresh-secret")).await.unwrap();
    assert!(first.starts_with("whsec_"), "{first}");
    world.open(&page, "/settings/webhooks").await;
    let listed = page.text(&css("main")).await.unwrap();
    assert!(!listed.contains("whsec_"), "a secret is shown once");
    page.click(&css("#endpoints a[data-row]")).await.unwrap();
    page.wait_for(&css("#deliveries")).await.unwrap();
    look(&page).await;
    page.click(&role("button", "Send a test event")).await.unwrap();
    look(&page).await;
    let sent = page.text(&css("#deliveries")).await.unwrap();
    assert!(sent.contains("Test event") && sent.contains("Waits"), "{sent}");
    page.click(&role("button", "Make a new secret")).await.unwrap();
    look(&page).await;
    assert_ne!(page.text(&css("#fresh-secret")).await.unwrap(), first);
}

#[tokio::test]
async fn journeys_personal_links_are_found_in_the_menu() {
    let world = World::new().await;
    let page = world.signed_in(&world.member("Rosa")).await;
    world.open(&page, "/inbox").await;
    page.click(&css("nav.sidebar a[href='/referrers']")).await.unwrap();
    page.wait_for(&css("#make")).await.unwrap();
    look(&page).await;
}

#[tokio::test]
async fn journeys_a_member_maps_their_network_and_finds_a_path() {
    let world = World::new().await;
    let rosa = world.member("Rosa");
    let page = world.signed_in(&rosa).await;
    for path in
        ["/network", "/network/mine", "/paths", "/plan", "/connectors", "/tiers", "/network/me"]
    {
        world.open(&page, path).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let files = journey_world::network_files(folder.path(), &rosa.email);
    world.open(&page, "/network/import").await;
    let files: Vec<&std::path::Path> = files.iter().map(|file| file.as_path()).collect();
    page.choose_files(&label("Files"), &files).await.unwrap();
    page.click(&role("button", "Read the headers")).await.unwrap();
    look(&page).await;
    page.click(&role("button", "Put it on the map").within(css("main"))).await.unwrap();
    world.work().await;
    world.open(&page, "/network/mine").await;
    let mine = page.text(&css("main")).await.unwrap();
    assert!(mine.contains("Tomasz Wolny") && mine.contains("Strong"), "{mine}");
    page.click(&role("button", "Takes my call").within(css("#rate"))).await.unwrap();
    look(&page).await;
    assert!(page.text(&css("#ties")).await.unwrap().contains("Confirmed"));
    page.click(&role("link", "Evidence").within(css("#ties"))).await.unwrap();
    look(&page).await;
    assert!(page.text(&css("#formula")).await.unwrap().contains("Where everybody starts"));

    world.open(&page, "/paths").await;
    page.type_text(&label("Person, role or company").within(css("main")), "Priya Raman")
        .await
        .unwrap();
    page.click(&role("button", "Show").within(css("main"))).await.unwrap();
    look(&page).await;
    let found = page.text(&css("#path-1")).await.unwrap();
    assert!(found.contains("Tomasz Wolny") && found.contains("Ask Tomasz"), "{found}");
    for (width, theme) in [(390, Theme::Dark), (820, Theme::Light), (1440, Theme::Dark)] {
        page.set_viewport(width, 900).await.unwrap();
        page.set_theme(theme).await.unwrap();
        for path in [
            "/network",
            "/network?view=table",
            "/network/mine",
            "/plan?q=northmere",
            "/connectors",
            "/tiers",
        ] {
            world.open(&page, path).await;
            let wide = page.script("document.documentElement.scrollWidth - innerWidth").await;
            assert!(wide.unwrap().as_i64().unwrap() <= 0, "{path} scrolls sideways at {width}");
        }
    }

    // Whoever is mapped sees what is held, and leaves: the path is gone at once.
    let link = world.glass_link("Tomasz Wolny").await;
    let visitor = world.visitor().await;
    visitor.set_scripts(false).await.unwrap();
    assert_eq!(visitor.goto(&link).await.unwrap(), 200);
    look(&visitor).await;
    visitor.check(&label("Leave"), true).await.unwrap();
    visitor.click(&role("button", "Send my choice")).await.unwrap();
    look(&visitor).await;
    page.set_viewport(1440, 900).await.unwrap();
    world.open(&page, "/paths?q=Priya+Raman").await;
    let gone = page.text(&css("main")).await.unwrap();
    assert!(gone.contains("No verified path to Priya Raman yet"), "{gone}");
}

#[tokio::test]
async fn journeys_revenue_operations_reviews_a_pair() {
    let world = World::new().await;
    world.known("Katherine Weiss", "k.weiss@tessera.example").await;
    world.known("Kate Weiss", "kweiss@tessera.example").await;
    let page = world.signed_in(&world.member("Lena")).await;
    world.open(&page, "/duplicates").await;
    let title = page.text(&css("main h1")).await.unwrap();
    assert_eq!(title, "Is this one person?");
    let compared = page.text(&css("table.pair-table")).await.unwrap();
    assert!(compared.contains("Katherine Weiss") && compared.contains("Kate Weiss"), "{compared}");
    let total = page.text(&css("table.waterfall tfoot")).await.unwrap();
    assert!(total.contains("Probability"), "{total}");
    page.press("s").await.unwrap();
    page.wait_for(&css("#decided")).await.unwrap();
    look(&page).await;
    let left = page.text(&css("main")).await.unwrap();
    assert!(left.contains("No pair waits for you"), "{left}");
    page.click(&role("button", "Undo")).await.unwrap();
    page.wait_for(&css("table.pair-table")).await.unwrap();
    look(&page).await;
    page.set_scripts(false).await.unwrap();
    world.open(&page, "/duplicates").await;
    page.click(&role("button", "Not the same")).await.unwrap();
    page.wait_for(&css("#decided")).await.unwrap();
    for path in ["/accounts", "/sources"] {
        world.open(&page, path).await;
    }
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
