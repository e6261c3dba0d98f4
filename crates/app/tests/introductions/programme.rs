//! The programme around introductions: who decides, asks to all, offers, groups, recruiting.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use warmpath_app::introduce::ask_connector;
use warmpath_app::introduce::goodwill;
use warmpath_app::programme::authority::{self, Standing, Verified};
use warmpath_app::programme::bulletin::{self, Typed as Asked};
use warmpath_app::programme::groups::{self, SEATS_MAX, Typed as Founded, Wish};
use warmpath_app::programme::offer::{self, Typed as Offered, Verdict};
use warmpath_app::programme::recruit::{self, Agreement, Move, Typed as Candidate};
use warmpath_app::programme::{BlindWords, committee, desk, playbook};
use warmpath_app::{Failure, erase_person};
use warmpath_core::id::{GroupId, PersonId};
use warmpath_core::introduction::goodwill::ConnectorStage;
use warmpath_store::table::{connector, group};

use crate::house::House;

fn words() -> BlindWords {
    BlindWords {
        role: "CFO".into(),
        industry: "metal casting".into(),
        size: "500 to 1,000 people".into(),
        topic: "closing five plants in one week".into(),
    }
}

fn code<T: std::fmt::Debug>(done: Result<T, Failure>) -> String {
    match done {
        Err(Failure::NotPossible(what)) => what.code.to_owned(),
        Err(Failure::Invalid(problems)) => problems[0].code.clone(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_is_asked_for_before_it_is_verified_that_they_decide() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let draft = async || ask_connector::draft(&house.app, &house.may("Maya"), id).await;
    assert_eq!(code(draft().await), "authority_unverified");
    let verify = async |holds: &str, days: i64, topic: &str| {
        let verified = Verified {
            topic: topic.into(),
            holds: holds.into(),
            evidence: "The register names them.".into(),
            peer: Some(house.henrik),
            days: Some(days),
        };
        authority::verify(&house.app, &house.may("Maya"), house.ottmar, &verified).await
    };
    verify("not", 30, "software").await.unwrap();
    assert_eq!(code(draft().await), "authority_missing");
    verify("holds", 30, "Software").await.unwrap();
    assert!(draft().await.is_ok(), "the latest word about a topic counts");
    house.pass(31).await;
    let rows = authority::of(&house.app, &house.may("Maya"), house.ottmar).await.unwrap();
    assert_eq!(authority::standing(&rows, house.app.now()), Standing::Expired);
    assert_eq!(code(verify("perhaps", 30, "x").await), "holds_unknown");
    assert_eq!(code(verify("holds", 0, "x").await), "days_invalid");
}

#[tokio::test]
async fn a_committee_says_who_was_verified_by_which_peer() {
    let house = House::new().await;
    let ws = house.ws;
    let account = warmpath_store::table::account::AccountRow {
        workspace: ws,
        id: house.app.id(),
        name: "Weidenau Guss".into(),
        name_key: b"weidenau guss".to_vec(),
        status: "prospect".into(),
        unit: String::new(),
        owner: None,
        owner_name: String::new(),
        country: None,
        industry: String::new(),
        headcount: None,
        external_id: "1".into(),
        created_at: house.app.now(),
        version: 1,
    };
    warmpath_store::Engine::apply(house.app.db(), vec![account.insert()]).await.unwrap();
    let seat =
        |role: &str, person| committee::Typed { role: role.into(), person, note: String::new() };
    for typed in [seat("decides on money", Some(house.ottmar)), seat("vouches", None)] {
        committee::set(&house.app, &house.may("Maya"), account.id, &typed).await.unwrap();
    }
    house.decides(house.ottmar).await;
    let found = committee::one(&house.app, &house.may("Maya"), account.id).await.unwrap();
    assert_eq!(found.verified(), (1, 2));
    assert_eq!(found.seats[0].row.role, "decides on money");
    erase_person::run(&house.app, &house.may("Anke"), house.ottmar, false).await.unwrap();
    let found = committee::one(&house.app, &house.may("Maya"), account.id).await.unwrap();
    assert!(found.seats[0].person.is_none(), "the part stays, the person is gone");
}

#[tokio::test]
async fn an_ask_to_all_names_nobody_and_costs_no_goodwill() {
    let house = House::new().await;
    let typed = Asked {
        words: words(),
        benefit: "They can compare their close with a peer.".into(),
        target: Some(house.ottmar),
        profile: String::new(),
        days: 14,
    };
    for (role, wanted) in [
        ("CFO of Weidenau Guss", "naming_before_consent"),
        ("o.graf@weidenau.example", "naming_before_consent"),
        ("", "text_invalid"),
    ] {
        let mut wrong = typed.clone();
        wrong.words.role = role.into();
        assert_eq!(
            code(bulletin::ask(&house.app, &house.may("Maya"), &wrong).await),
            wanted,
            "{role}"
        );
    }
    let id = bulletin::ask(&house.app, &house.may("Maya"), &typed).await.unwrap();
    let seen = bulletin::for_connector(&house.app, house.ws, house.henrik).await.unwrap();
    assert_eq!(seen.len(), 1);
    let said = format!("{seen:?}");
    assert!(!said.contains("Ottmar") && !said.contains("Weidenau"), "{said}");
    let before = goodwill::account(&house.app, house.ws, house.henrik).await.unwrap();
    let as_henrik = |answer, how| {
        let actor = warmpath_core::role::Actor::Connector(house.henrik);
        bulletin::answer_as(&house.app, (house.ws, house.henrik), id, (answer, how), actor)
    };
    assert_eq!(code(as_henrik("perhaps", "").await), "answer_unknown");
    assert_eq!(code(as_henrik("may_know", "").await), "how_well_unknown");
    as_henrik("pass", "").await.unwrap();
    as_henrik("may_know", "well").await.unwrap();
    let after = goodwill::account(&house.app, house.ws, house.henrik).await.unwrap();
    assert_eq!((after.balance(), after.open().len()), (before.balance(), before.open().len()));
    let all = bulletin::all(&house.app, &house.may("Maya")).await.unwrap();
    assert_eq!((all[0].may_know.len(), all[0].passed), (1, 0), "the last answer counts");
    let made = house.request().await.unwrap();
    bulletin::became(&house.app, &house.may("Maya"), (id, house.henrik), made).await.unwrap();
    assert_eq!(code(as_henrik("pass", "").await), "bulletin_became");
    house.pass(15).await;
    assert_eq!(code(as_henrik("pass", "").await), "bulletin_over");
    let gone = bulletin::for_connector(&house.app, house.ws, house.henrik).await.unwrap();
    assert!(gone.is_empty());
}

#[tokio::test]
async fn rules_and_rest_hold_for_asks_to_all_too() {
    let house = House::new().await;
    let carmen = house.connector("Carmen Ibarra", "carmen@bright.example", "Brightwater").await;
    let mut row = goodwill::account(&house.app, house.ws, carmen).await.unwrap().row;
    row.no_go.0 = vec!["Weidenau Guss".into()];
    row.version += 1;
    warmpath_store::Engine::apply(house.app.db(), vec![row.save()]).await.unwrap();
    let typed = Asked {
        words: words(),
        benefit: "A peer to compare with.".into(),
        target: Some(house.ottmar),
        profile: String::new(),
        days: 14,
    };
    let id = bulletin::ask(&house.app, &house.may("Maya"), &typed).await.unwrap();
    let sees =
        async |who| !bulletin::for_connector(&house.app, house.ws, who).await.unwrap().is_empty();
    assert!(!sees(carmen).await, "a company they are never asked for");
    assert!(!sees(house.ottmar).await, "the one meant is no connector");
    assert!(sees(house.henrik).await);
    let actor = warmpath_core::role::Actor::Connector(carmen);
    let by_id = bulletin::answer_as(&house.app, (house.ws, carmen), id, ("pass", ""), actor).await;
    assert!(matches!(by_id, Err(Failure::NotFound)), "{by_id:?}");
    let stage = warmpath_app::introduce::keep_goodwill::stage;
    stage(&house.app, &house.may("Lena"), house.henrik, ConnectorStage::Resting).await.unwrap();
    assert!(!sees(house.henrik).await, "who rests is asked nothing");
    for _ in 0..2 {
        bulletin::ask(&house.app, &house.may("Maya"), &typed).await.unwrap();
    }
    assert_eq!(code(bulletin::ask(&house.app, &house.may("Maya"), &typed).await), "bulletins_open");
}

#[tokio::test]
async fn a_connector_without_an_account_answers_and_offers_by_their_page() {
    let house = House::new().await;
    let address = desk::address(&house.app, &house.may("Lena"), house.henrik).await.unwrap();
    let again = desk::address(&house.app, &house.may("Lena"), house.henrik).await.unwrap();
    assert_eq!(address, again, "one page, one link");
    let token = address.rsplit('/').next().unwrap();
    let page = desk::page(&house.app, token).await.unwrap();
    let offered = Offered { words: words(), how_well: "well".into() };
    let without = desk::offers(&house.app, (token, "guess"), &offered).await;
    assert!(matches!(without, Err(Failure::Link(_))), "whoever has only the link saw no page");
    let id = desk::offers(&house.app, (token, &page.nonce), &offered).await.unwrap();
    let all = offer::all(&house.app, &house.may("Maya")).await.unwrap();
    assert_eq!((all.len(), all[0].1.name.as_str()), (1, "Henrik Dahl"));
    let before = goodwill::account(&house.app, house.ws, house.henrik).await.unwrap().balance();
    let no = Verdict::Decline(String::new());
    assert_eq!(code(offer::decide(&house.app, &house.may("Maya"), id, &no).await), "reason_needed");
    offer::decide(&house.app, &house.may("Maya"), id, &Verdict::Take(None)).await.unwrap();
    let late = Verdict::Decline("not_now".into());
    let late = offer::decide(&house.app, &house.may("Maya"), id, &late).await;
    assert!(matches!(late, Err(Failure::Conflict(_))));
    let late = desk::withdraw(&house.app, (token, &page.nonce), id).await;
    assert!(matches!(late, Err(Failure::Conflict(_))), "it was answered");
    let after = goodwill::account(&house.app, house.ws, house.henrik).await.unwrap().balance();
    assert_eq!(before, after, "an offer alone moves no balance");
    for _ in 0..5 {
        desk::offers(&house.app, (token, &page.nonce), &offered).await.unwrap();
    }
    let many = desk::offers(&house.app, (token, &page.nonce), &offered).await;
    assert_eq!(code(many), "offers_open");
    let mut named = offered.clone();
    named.words.role = "write to o.graf@weidenau.example".into();
    let named = desk::offers(&house.app, (token, &page.nonce), &named).await;
    assert_eq!(code(named), "naming_before_consent");
}

async fn founded(house: &House) -> GroupId {
    let typed = Founded {
        name: "Rhine table".into(),
        purpose: "People who serve CFOs of makers.".into(),
        mode: "formal".into(),
        criteria: "Ten years in their trade.".into(),
        keeper: None,
        call_days: 30,
        event_days: 91,
    };
    groups::save(&house.app, &house.may("Lena"), None, &typed).await.unwrap()
}

fn wish(person: PersonId, trade: &str, competes: &[&str]) -> Wish {
    let competes = competes.iter().map(|&name| name.to_owned()).collect();
    Wish { person: Some(person), trade: trade.into(), competes }
}

#[tokio::test]
async fn one_seat_for_each_trade_and_company_and_no_competitors() {
    let house = House::new().await;
    let id = founded(&house).await;
    let admit = async |wish: Wish, waits| {
        groups::admit(&house.app, &house.may("Lena"), id, &wish, waits).await
    };
    let anna = house.person("Anna Berg", "anna@tax.example", "Berg Tax").await;
    let seat = admit(wish(anna, "Tax adviser", &["Auditor"]), false).await.unwrap();
    let ben = house.person("Ben Cole", "ben@other.example", "Cole Tax").await;
    assert_eq!(code(admit(wish(ben, "tax  ADVISER", &[]), false).await), "seat_taken");
    let cora = house.person("Cora Diaz", "cora@tax.example", "Berg Tax GmbH").await;
    assert_eq!(code(admit(wish(cora, "Lawyer", &[]), false).await), "seat_taken", "one company");
    let dan = house.person("Dan Ek", "dan@audit.example", "Ek Audit").await;
    assert_eq!(code(admit(wish(dan, "Auditor", &[]), false).await), "seat_taken", "competes");
    assert_eq!(code(admit(wish(anna, "Lawyer", &[]), false).await), "already_there");
    let eva = house.person("Eva Falk", "eva@bank.example", "Falk Bank").await;
    assert_eq!(code(admit(wish(eva, "Bank", &["berg tax"]), false).await), "seat_taken");
    admit(wish(ben, "Tax adviser", &[]), true).await.unwrap();
    groups::leave(&house.app, &house.may("Lena"), seat, "moved_on").await.unwrap();
    let late = groups::leave(&house.app, &house.may("Lena"), seat, "moved_on").await;
    assert!(matches!(late, Err(Failure::Conflict(_))));
    admit(wish(ben, "Tax adviser", &[]), false).await.unwrap();
    let found = groups::one(&house.app, &house.may("Lena"), id).await.unwrap();
    assert_eq!(
        (found.seated(), found.seats.len()),
        (1, 2),
        "the list became a seat; who left stays"
    );
    let stranger = groups::one(&house.app, &house.may("Lena"), house.app.id()).await;
    assert!(matches!(stranger, Err(Failure::NotFound)));
}

#[tokio::test]
async fn eighteen_seats_and_two_at_once_for_the_last_of_them() {
    let house = House::new().await;
    let id = founded(&house).await;
    let mut people = Vec::new();
    for n in 0..SEATS_MAX + 1 {
        let (name, mail) = (format!("Person Number{n}"), format!("p{n}@firm{n}.example"));
        people.push(house.person(&name, &mail, &format!("Firm {n}")).await);
    }
    for (n, person) in people.iter().enumerate().take(SEATS_MAX - 1) {
        let wish = wish(*person, &format!("Trade {n}"), &[]);
        groups::admit(&house.app, &house.may("Lena"), id, &wish, false).await.unwrap();
    }
    let (a, b) = (wish(people[17], "Trade a", &[]), wish(people[18], "Trade b", &[]));
    let (may_a, may_b) = (house.may("Lena"), house.may("Lena"));
    let (one, two) = futures_util::future::join(
        groups::admit(&house.app, &may_a, id, &a, false),
        groups::admit(&house.app, &may_b, id, &b, false),
    )
    .await;
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
    let found = groups::one(&house.app, &house.may("Lena"), id).await.unwrap();
    assert_eq!(found.seated(), SEATS_MAX);
}

#[tokio::test]
async fn the_keeper_is_reminded_once_and_the_next_call_is_planned() {
    let house = House::new().await;
    let id = founded(&house).await;
    house.pass(24).await;
    let mails = async || {
        let all = warmpath_store::table::mail::list(house.app.db(), house.ws, None, 100).await;
        all.unwrap().iter().filter(|m| m.kind == "group_reminder").count()
    };
    assert_eq!(mails().await, 1, "a week before the call");
    house.pass(1).await;
    assert_eq!(mails().await, 1, "once");
    let rows = group::gatherings(house.app.db(), house.ws, id).await.unwrap();
    let call = rows.iter().find(|row| row.kind == "call").unwrap().id;
    let noted = groups::note_gathering(&house.app, &house.may("Lena"), call, ("perhaps", "")).await;
    assert_eq!(code(noted), "state_unknown");
    groups::note_gathering(&house.app, &house.may("Lena"), call, ("held", "Nine came."))
        .await
        .unwrap();
    let late = groups::note_gathering(&house.app, &house.may("Lena"), call, ("held", "")).await;
    assert!(matches!(late, Err(Failure::Conflict(_))));
    let found = groups::one(&house.app, &house.may("Lena"), id).await.unwrap();
    let planned = found.gatherings.iter().filter(|g| g.state == "planned").count();
    assert_eq!(planned, 2, "the next call, and the event");
}

#[tokio::test]
async fn recruiting_leads_with_an_offer_and_ends_with_an_agreement() {
    let house = House::new().await;
    let ws = house.ws;
    let anna = house.person("Anna Berg", "anna@tax.example", "Berg Tax").await;
    let typed = Candidate {
        person: Some(anna),
        trade: "Tax adviser".into(),
        serves: "CFOs of makers".into(),
        competing: false,
        brief: None,
    };
    let rival = Candidate { competing: true, ..typed.clone() };
    let add = async |typed: &Candidate| recruit::add(&house.app, &house.may("Lena"), typed).await;
    assert_eq!(code(add(&rival).await), "competes");
    add(&typed).await.unwrap();
    assert!(matches!(add(&typed).await, Err(Failure::Conflict(_))));
    let go = async |to: &str, offer: &str, reason: &str| {
        let wanted = Move { to: to.into(), offer: offer.into(), reason: reason.into() };
        recruit::advance(&house.app, &house.may("Lena"), anna, &wanted).await
    };
    assert_eq!(code(go("approached", "", "").await), "text_invalid", "lead with an offer");
    assert_eq!(code(go("talking", "", "").await), "step_skipped");
    go("approached", "A seat at our table of CFOs in May.", "").await.unwrap();
    go("talking", "", "").await.unwrap();
    assert_eq!(code(go("agreed", "", "").await), "agreement_missing");
    let agreement = Agreement {
        what: "Introduces us to CFOs they know well.".into(),
        how_often: "One ask a month".into(),
        in_return: "The same from us.".into(),
    };
    assert_eq!(recruit::agree(&house.app, &house.may("Lena"), anna, &agreement).await.unwrap(), 1);
    assert_eq!(recruit::agree(&house.app, &house.may("Lena"), anna, &agreement).await.unwrap(), 2);
    go("agreed", "", "").await.unwrap();
    go("active", "", "").await.unwrap();
    assert_eq!(code(go("declined", "", "no_time").await), "already_active");
    let row = connector::connector(house.app.db(), ws, anna).await.unwrap().unwrap();
    assert_eq!(row.stage, ConnectorStage::Active);
    assert!(row.agreed_at.is_some());
    let pipeline = recruit::pipeline(&house.app, &house.may("Lena")).await.unwrap();
    assert_eq!((pipeline.active, pipeline.passive), (2, 0), "Henrik and Anna");
    assert!(pipeline.advice().contains("fifteen"));
}

#[tokio::test]
async fn the_playbook_keeps_the_way_and_no_name() {
    let house = House::new().await;
    let id = house.request().await.unwrap();
    let token = house.ask(id).await;
    let target = house.propose(&token).await;
    let yes = warmpath_app::introduce::answer_as_target::Said::Yes;
    house.target_says(&target, yes).await.unwrap();
    let plays = playbook::run(&house.app, &house.may("Maya")).await.unwrap();
    assert_eq!((plays.len(), plays[0].sent, plays[0].yes), (1, 1, 1));
    for name in ["Ottmar", "Henrik", "Maya", "Weidenau", "/t/"] {
        assert!(!plays[0].text.contains(name), "{name} in {}", plays[0].text);
    }
    assert_eq!(plays[0].yes_share(), None, "one answer says nothing");
}
