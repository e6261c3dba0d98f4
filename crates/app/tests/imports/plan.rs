//! The plan of asks: the best use of what connectors carry, what it keeps, and what it never does.

use warmpath_app::introduce::{keep_goodwill, request};
use warmpath_app::plan_asks::{self, Plan, Unasked, When, Wish};
use warmpath_app::policy::grant;
use warmpath_app::unit::Unit;
use warmpath_app::{Failure, count_asks};
use warmpath_core::id::{PersonId, ProfileId, RecordId};
use warmpath_core::introduction::Reveal;
use warmpath_core::introduction::goodwill::{ConnectorStage, GoodwillKind};
use warmpath_core::role::Role;

use crate::house::{House, house};
use crate::network::{LENA, events, file, mailbox};

const TOMASZ: &str = "tomasz@halden.example";
const HANNA: &str = "hanna@lindqvist.example";

/// Lena knows Tomasz and Hanna well. Tomasz knows four plant managers, Hanna one of them.
async fn office() -> House {
    let house = house().await;
    let mut contacts = "Name,E-mail 1 - Value,Organization 1 - Name,Organization 1 - Title\n\
                        Tomasz Wolny,tomasz@halden.example,Halden Logistics,CFO\n\
                        Hanna Berg,hanna@lindqvist.example,Lindqvist,COO\n"
        .to_owned();
    let mut files = vec![
        file("tomasz.mbox", &mailbox(LENA, TOMASZ, 12)),
        file("hanna.mbox", &mailbox(LENA, HANNA, 8)),
    ];
    for (n, name) in ["Ada", "Bo", "Cem", "Dora"].iter().enumerate() {
        let mail = format!("{}@plant{n}.example", name.to_lowercase());
        files.push(file("tomasz.csv", &events(TOMASZ, &mail, 12)));
        if *name == "Cem" {
            files.push(file("hanna.csv", &events(HANNA, &mail, 9)));
        }
        contacts.push_str(&format!("{name} Plantman,{mail},Plant {n},Plant manager\n"));
    }
    files.push(file("contacts.csv", &contacts));
    house.take_in(&files).await.unwrap();
    house
}

impl House {
    async fn plan(&self, wish: &Wish) -> Plan {
        plan_asks::run(&self.app, &self.may(), wish, None).await.unwrap()
    }

    /// Gives somebody something and agrees with them, so that they may be asked.
    async fn win(&self, person: PersonId) {
        let give = GoodwillKind::GiveIntroduction;
        keep_goodwill::run(&self.app, &self.may(), person, give).await.unwrap();
        let active = ConnectorStage::Active;
        keep_goodwill::stage(&self.app, &self.may(), person, active).await.unwrap();
    }
}

fn plantmen() -> Wish {
    Wish { words: "plantman".into(), ways: 1, ..Wish::default() }
}

#[tokio::test]
async fn each_target_gets_one_ask_within_every_cap_and_scarcity_has_a_price() {
    let house = office().await;
    let (tomasz, hanna) = (house.person("Tomasz").await, house.person("Hanna").await);
    let plan = house.plan(&plantmen()).await;
    assert_eq!((plan.targets, plan.asks.len()), (4, 3), "{plan:?}");
    let by = |id: PersonId| plan.asks.iter().filter(|ask| ask.connector.id == id).count();
    assert_eq!((by(tomasz), by(hanna)), (2, 1), "two each at most, and Hanna takes hers");
    let cem = plan.asks.iter().find(|ask| ask.target.name.starts_with("Cem")).unwrap();
    assert_eq!((cem.connector.id, cem.next_best), (hanna, Some(tomasz)));
    assert_eq!(plan.unasked.len(), 1);
    assert_eq!(plan.unasked[0].1, Unasked::NoRoom, "Tomasz knows three more, and carries two");
    let scarce = &plan.scarce[0];
    assert_eq!((scarce.connector.id, scarce.cap, scarce.planned), (tomasz, 2, 2));
    let his = plan.asks.iter().find(|ask| ask.connector.id == tomasz).unwrap().path.chance;
    assert!((scarce.price - his).abs() < 1e-6, "one more ask of his would reach the fourth");
    let others = plan.scarce.iter().find(|one| one.connector.id == hanna).unwrap();
    assert!(others.price.abs() < 1e-9, "Hanna has room");
    let sum: f64 = plan.asks.iter().map(|ask| ask.adds).sum();
    assert!((sum - plan.expected).abs() < 1e-9);

    let again = house.plan(&plantmen()).await;
    assert_eq!(format!("{:?}", again.asks), format!("{:?}", plan.asks), "the same plan again");
    let without = Wish { without: vec![cem.target.id], ..plantmen() };
    let plan = house.plan(&without).await;
    assert!(plan.targets == 3 && plan.asks.iter().all(|ask| ask.target.id != cem.target.id));
}

#[tokio::test]
async fn further_ways_add_what_is_left_and_nothing_is_asked_before_a_give() {
    let house = office().await;
    let cem = house.person("Cem").await;
    let wish = Wish { people: vec![cem, cem], ways: 3, ..Wish::default() };
    let plan = house.plan(&wish).await;
    assert_eq!((plan.targets, plan.asks.len()), (1, 2), "named twice, planned once: {plan:?}");
    let [first, second] = &plan.asks[..] else { panic!("two ways") };
    assert_eq!((first.way, second.way), (1, 2));
    let left = (1.0 - first.path.chance) * second.path.chance;
    assert!((second.adds - left).abs() < 1e-9, "the second way adds what the first leaves");
    assert!(plan.asks.iter().all(|ask| ask.when == When::GiveFirst), "nothing was ever given");

    let tomasz = house.person("Tomasz").await;
    house.win(tomasz).await;
    let plan = house.plan(&plantmen()).await;
    let whens: Vec<When> =
        plan.asks.iter().filter(|ask| ask.connector.id == tomasz).map(|ask| ask.when).collect();
    assert_eq!(whens[0], When::Now);
    assert!(matches!(whens[1], When::From(at) if at > house.app.now()), "one a fortnight");
}

#[tokio::test]
async fn open_asks_stay_and_whoever_refuses_is_in_no_plan() {
    let house = office().await;
    let (tomasz, ada) = (house.person("Tomasz").await, house.person("Ada").await);
    house.win(tomasz).await;
    let words = |text: &str| text.to_owned();
    let wanted = request::Wanted {
        target: ada,
        connector: tomasz,
        shortlist: Vec::new(),
        role: words("Plant manager"),
        industry: words("castings"),
        size: words("500 people"),
        topic: words("fewer stops"),
        benefit: words("They lose a shift a week less."),
        problem: words("Both wait for parts."),
        proof: words("At one plant stops fell by 40 % in a year."),
        reveal: Reveal::Company,
        deal: None,
        profile: String::new(),
    };
    let id = request::run(&house.app, &house.may(), &wanted).await.unwrap();
    let plan = house.plan(&plantmen()).await;
    assert_eq!(plan.committed.iter().map(|one| one.id).collect::<Vec<_>>(), [id]);
    assert!(plan.asks.iter().all(|ask| ask.target.id != ada), "nobody asks for her twice");
    let held = plan.scarce.iter().find(|one| one.connector.id == tomasz).unwrap();
    assert_eq!((held.cap, held.open, held.planned), (2, 1, 1), "his room is half used");

    let mut unit = Unit::new(&house.app, house.workspace);
    count_asks::refuses(&house.app, &mut unit, tomasz, true).await.unwrap();
    unit.commit("").await.unwrap();
    let plan = house.plan(&plantmen()).await;
    assert!(plan.asks.iter().all(|ask| ask.connector.id != tomasz));
    assert!(plan.scarce.iter().all(|one| one.connector.id != tomasz));
    assert!(plan.unasked.iter().any(|(_, why)| *why == Unasked::NoPath));
    let bo = house.person("Bo").await;
    let refused = request::Wanted { target: bo, ..wanted };
    let refused = request::run(&house.app, &house.may(), &refused).await.unwrap_err();
    assert!(matches!(refused, Failure::NotPossible(what) if what.code == "refuses"));
}

#[tokio::test]
async fn wrong_wishes_get_an_empty_plan_and_not_somebody_elses() {
    let house = office().await;
    let plan = house.plan(&Wish::default()).await;
    assert_eq!((plan.targets, plan.asks.len()), (0, 0), "nobody was named");
    let stranger = PersonId::from_bytes([7; 16]);
    let wish = Wish { people: vec![stranger], ways: 9, ..Wish::default() };
    assert_eq!(house.plan(&wish).await.targets, 0);
    let tomasz = house.person("Tomasz").await;
    let plan = house.plan(&Wish { people: vec![tomasz], ways: 0, ..Wish::default() }).await;
    assert!(matches!(plan.unasked[0].1, Unasked::Known(_)), "Lena knows him herself");
    let missing = ProfileId::from_bytes([7; 16]);
    let from = Some((&house.may(), missing));
    let failure = plan_asks::run(&house.app, &house.may(), &plantmen(), from).await.unwrap_err();
    assert!(matches!(failure, Failure::NotFound));
    let partner = house.of(Role::Partner).await;
    assert!(grant::<warmpath_app::policy::ReadNetwork>(&partner).is_err());
}
