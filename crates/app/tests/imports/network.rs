//! The relationship network from files to paths: what is stored and what never is, whom a path may
//! go through, who sees which numbers, and what leaving takes away.

use std::path::Path;

use warmpath_app::find_paths::{self, Next, Said};
use warmpath_app::leave_network::{self, Choice};
use warmpath_app::network::{NetworkFile, Whom};
use warmpath_app::policy::{Principal, grant};
use warmpath_app::tie::{TieState, Tier};
use warmpath_app::unit::Unit;
use warmpath_app::{
    Failure, count_asks, import_network, keep_brief, rate_tie, read_connectors, read_network,
    read_tie, read_tiers, read_workspace, set_privacy,
};
use warmpath_core::id::PersonId;
use warmpath_core::role::Role;
use warmpath_store::table::network;

use crate::house::{House, house};

pub(crate) const LENA: &str = "lena@corvane.example";

pub(crate) fn file(name: &str, text: &str) -> NetworkFile {
    NetworkFile { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

/// A mailbox in which two people answer each other within the hour, so many times.
pub(crate) fn mailbox(me: &str, other: &str, times: i64) -> String {
    let mut text = String::new();
    for n in 0..times {
        let day = jiff::civil::date(2026, 11, 18) - jiff::Span::new().days(3 * n);
        for (from, to, hour) in [(me, other, 9), (other, me, 10)] {
            let date = day.strftime("%a, %d %b %Y");
            text.push_str(&format!(
                "From {from} {}\nFrom: {from}\nTo: {to}\nDate: {date} {hour:02}:00:00 +0000\n\
                 Message-ID: <{n}.{hour}.{other}>\nSubject: top secret plan\n\n\
                 the body nobody reads\n\n",
                day.strftime("%a %b %e 09:00:00 %Y"),
            ));
        }
    }
    text
}

/// Contacts between two people outside, as a table.
pub(crate) fn events(from: &str, to: &str, times: i64) -> String {
    let mut text = "ts,from,to,msg,kind,recipients,provenance\n".to_owned();
    for n in 0..times {
        let at = 1_795_000_000 - 3 * 86_400 * n;
        text.push_str(&format!("{at},{from},{to},{},message,1,observed\n", 2 * n));
        text.push_str(&format!("{},{to},{from},{},message,1,observed\n", at + 3_600, 2 * n + 1));
    }
    text
}

impl House {
    pub(crate) async fn of(&self, role: Role) -> Principal {
        let members = read_workspace::members(&self.app, self.workspace).await.unwrap();
        let member = members.iter().find(|m| m.role == role).unwrap();
        let (workspace, team) = (self.workspace, member.team.clone());
        Principal { workspace, member: member.id, role, team, partner: None, key: None }
    }

    pub(crate) async fn take_in(&self, files: &[NetworkFile]) -> Result<(), Failure> {
        let row = import_network::upload(&self.app, &self.may(), files).await?;
        import_network::start(&self.app, &self.may(), row.id).await?;
        self.work().await;
        let row = import_network::one(&self.app, &self.may(), row.id).await?;
        assert_eq!((row.state.as_str(), row.done), ("done", row.total));
        Ok(())
    }

    pub(crate) async fn person(&self, words: &str) -> PersonId {
        let found = read_network::search(&self.app, &self.may(), words).await.unwrap();
        found.first().unwrap_or_else(|| panic!("nobody is {words}")).id
    }

    async fn paths(&self, to: PersonId) -> find_paths::Answer {
        find_paths::to_person(&self.app, &self.may(), to, &Whom::Team).await.unwrap()
    }

    async fn events(&self) -> usize {
        network::events(self.app.db(), self.workspace, 10_000).await.unwrap().len()
    }
}

/// Lena knows Tomasz well, and Tomasz knows Priya.
async fn chain() -> (House, PersonId, PersonId) {
    let house = house().await;
    let tomasz = "tomasz@halden.example";
    let files = [
        file("lena.mbox", &mailbox(LENA, tomasz, 12)),
        file("others.csv", &events(tomasz, "priya@northmere.example", 12)),
        file(
            "contacts.csv",
            "Name,E-mail 1 - Value,Organization 1 - Name,Organization 1 - Title\n\
             Tomasz Wolny,tomasz@halden.example,Halden Logistics,CFO\n\
             Priya Raman,priya@northmere.example,Northmere Foods,VP Finance\n",
        ),
    ];
    house.take_in(&files).await.unwrap();
    let (tomasz, priya) = (house.person("Tomasz").await, house.person("Priya").await);
    (house, tomasz, priya)
}

#[tokio::test]
async fn a_mailbox_becomes_ties_and_not_a_word_of_it_is_kept() {
    let (house, tomasz, priya) = chain().await;
    assert_eq!(house.events().await, 48);
    let answer = house.paths(priya).await;
    assert_eq!(answer.said, Said::WarmPath, "{answer:?}");
    let path = &answer.paths[0];
    assert_eq!((path.connector, path.people.len(), path.next), (Some(tomasz), 3, Next::Ask));
    assert_eq!(house.paths(tomasz).await.paths[0].next, Next::Write, "one knows him oneself");
    for table in ["tie_event", "import_file", "import_run", "ledger_entry", "person"] {
        let sql = format!("SELECT * FROM {table} WHERE workspace = ?1");
        let values = warmpath_store::values![house.workspace];
        let statement = warmpath_store::Statement::new(sql, values);
        let rows = format!("{:?}", house.app.db().query(statement).await.unwrap());
        for word in ["secret", "nobody reads"] {
            assert!(!rows.contains(word), "{table} holds {word}");
        }
        if table != "person" {
            assert!(!rows.contains("halden.example"), "{table} names somebody: {rows}");
        }
    }
    // The same again says nothing new.
    house.take_in(&[file("lena.mbox", &mailbox(LENA, "tomasz@halden.example", 12))]).await.unwrap();
    assert_eq!(house.events().await, 48);
}

#[tokio::test]
async fn one_message_is_no_relationship() {
    let house = house().await;
    let one = "ts,from,to,msg,kind,recipients,provenance\n\
               1790000000,lena@corvane.example,stranger@x.example,1,message,1,observed\n";
    let refused = house.take_in(&[file("one.csv", one)]).await.unwrap_err();
    assert!(refused.to_string().contains("fewer than 2 messages in 3 years"), "{refused}");
    assert_eq!(house.events().await, 0);
}

#[tokio::test]
async fn whom_somebody_blocks_excludes_or_hides_is_never_stored() {
    let house = house().await;
    set_privacy::block(&house.app, &house.may(), "clinic.example").await.unwrap();
    set_privacy::exclude(&house.app, &house.may(), "chair@board.example").await.unwrap();
    let files = [
        file("1.mbox", &mailbox(LENA, "doctor@clinic.example", 4)),
        file("2.mbox", &mailbox(LENA, "chair@board.example", 4)),
        file("3.mbox", &mailbox(LENA, "no-reply@shop.example", 4)),
        file("4.mbox", &mailbox(LENA, "petra@corvane.example", 4)),
    ];
    let refused = house.take_in(&files).await.unwrap_err().to_string();
    for reason in ["8 blocked by you", "8 excluded", "within the organisation", "automatic"] {
        assert!(refused.contains(reason), "{reason}: {refused}");
    }
    let people = read_network::search(&house.app, &house.may(), "example").await.unwrap();
    assert!(people.iter().all(|facts| !facts.name.contains("clinic")), "{people:?}");
    // Hiding refuses the own files, and takes away what was there.
    let (house, _, priya) = chain().await;
    set_privacy::choose(&house.app, &house.may(), "hide").await.unwrap();
    assert_eq!((house.events().await, house.paths(priya).await.said), (0, Said::NoPath));
    let mine = [file("lena.mbox", &mailbox(LENA, "tomasz@halden.example", 4))];
    assert!(house.take_in(&mine).await.is_err());
}

#[tokio::test]
async fn a_block_takes_what_is_already_there() {
    let (house, ..) = chain().await;
    set_privacy::block(&house.app, &house.may(), "tomasz@halden.example").await.unwrap();
    assert_eq!(house.events().await, 0, "all of it was with Tomasz");
    let chosen = set_privacy::read(&house.app, &house.may()).await.unwrap();
    assert_eq!(chosen.blocks[0].hint, "one address at halden.example");
    let mark = set_privacy::mark_text(&chosen.blocks[0]);
    set_privacy::unblock(&house.app, &house.may(), &mark).await.unwrap();
    assert!(set_privacy::read(&house.app, &house.may()).await.unwrap().blocks.is_empty());
}

#[tokio::test]
async fn the_owner_of_a_tie_overrules_it_and_nobody_else() {
    let (house, tomasz, priya) = chain().await;
    rate_tie::run(&house.app, &house.may(), tomasz, "no").await.unwrap();
    assert_eq!(house.paths(priya).await.said, Said::NoPath, "a denied tie carries nothing");
    let lena = house.app.network(house.workspace).await.unwrap().seat(house.by.member).unwrap();
    let tie = read_tie::run(&house.app, &house.may(), lena, tomasz).await.unwrap();
    assert_eq!((tie.seen.tier, tie.seen.state), (Tier::Gap, TieState::Disputed));
    assert!(tie.seen.numbers.is_some() && tie.why.is_some(), "it is her own");
    rate_tie::take_back(&house.app, &house.may(), tomasz).await.unwrap();
    assert_eq!(house.paths(priya).await.said, Said::WarmPath);
    // A colleague sees the tier and the kinds of evidence, no number; and rates their own tie only.
    let seller = house.of(Role::Seller).await;
    let may = grant(&seller).unwrap();
    let tie = read_tie::run(&house.app, &may, lena, tomasz).await.unwrap();
    assert_eq!((tie.seen.numbers, tie.why), (None, None));
    assert_eq!(tie.seen.kinds, ["mails"]);
    rate_tie::run(&house.app, &grant(&seller).unwrap(), tomasz, "well").await.unwrap();
    let network = house.app.network(house.workspace).await.unwrap();
    let theirs = network.seat(seller.member).unwrap();
    assert_eq!(network.tie(theirs, tomasz).unwrap().tier, Tier::Strong);
    assert!(network.tie(lena, tomasz).unwrap().rated.is_none(), "hers is untouched");
    let refused = rate_tie::run(&house.app, &house.may(), tomasz, "very").await.unwrap_err();
    assert_eq!(refused.code(), "invalid");
}

#[tokio::test]
async fn nothing_goes_through_somebody_who_refused_and_rest_is_kept() {
    let (house, tomasz, priya) = chain().await;
    let mut unit = Unit::new(&house.app, house.workspace);
    count_asks::asked(&mut unit, tomasz, "intro-1", Tier::Strong);
    unit.commit("").await.unwrap();
    assert!(matches!(house.paths(priya).await.paths[0].next, Next::From(_)), "one a fortnight");
    let mut unit = Unit::new(&house.app, house.workspace);
    count_asks::answered(&mut unit, tomasz, "intro-1", true);
    count_asks::received(&mut unit, tomasz);
    unit.commit("").await.unwrap();
    let all = read_connectors::run(&house.app, &house.may()).await.unwrap();
    let found = all.list.iter().find(|c| c.person.id == tomasz).unwrap();
    assert_eq!((found.record.asked, found.record.accepted, found.record.open_asks), (1, 1, 0));
    assert_eq!(found.reach.only_way_to, 1);
    assert!(found.willingness.reciprocity < 1.0, "we are one behind");
    let tiers = read_tiers::run(&house.app, &house.may(), "").await.unwrap();
    assert_eq!((tiers.promises[0].asks, tiers.promises[0].kept), (1, 1));
    assert!(tiers.promises[0].interval.is_none(), "one case is no rate");
    let mut unit = Unit::new(&house.app, house.workspace);
    count_asks::refuses(&house.app, &mut unit, tomasz, true).await.unwrap();
    unit.commit("").await.unwrap();
    assert_eq!(house.paths(priya).await.said, Said::NoPath);
}

#[tokio::test]
async fn a_shared_company_is_not_a_path_and_a_far_one_is_named() {
    let (house, tomasz, _) = chain().await;
    let table = "Name,E-mail 1 - Value\nOttmar Graf,ottmar@halden.example\n";
    house.take_in(&[file("contacts.csv", table)]).await.unwrap();
    let ottmar = house.person("Ottmar").await;
    let answer = house.paths(ottmar).await;
    assert_eq!((answer.said, answer.paths.len(), answer.near.len()), (Said::NoPath, 0, 0));
    let both = events("far@away.example", "ottmar@halden.example", 6);
    house.take_in(&[file("events.csv", &both)]).await.unwrap();
    let answer = house.paths(ottmar).await;
    assert_eq!((answer.said, answer.near.len()), (Said::NoPath, 1), "somebody knows him");
    assert!(house.paths(tomasz).await.said == Said::WarmPath);
}

#[tokio::test]
async fn leaving_takes_the_paths_away_at_once_and_for_good() {
    let (house, tomasz, priya) = chain().await;
    let link = leave_network::make_link(&house.app, &house.may(), tomasz).await.unwrap();
    let token = link.rsplit('/').next().unwrap();
    let page = leave_network::page(&house.app, token).await.unwrap();
    assert_eq!(page.held.events, [("message".to_owned(), 48)]);
    assert_eq!(page.held.others, 2);
    let choose =
        async |choice| leave_network::choose_by_link(&house.app, token, &page.nonce, choice).await;
    choose(Choice::Limit).await.unwrap();
    assert_eq!(house.paths(priya).await.said, Said::NoPath, "held, and used for nothing");
    assert_eq!(house.events().await, 48);
    choose(Choice::Return).await.unwrap();
    assert_eq!(house.paths(priya).await.said, Said::WarmPath);
    let wrong = leave_network::choose_by_link(&house.app, token, "x", Choice::Leave).await;
    assert!(wrong.is_err(), "only with the page's nonce");
    choose(Choice::Leave).await.unwrap();
    assert_eq!((house.paths(priya).await.said, house.events().await), (Said::NoPath, 0));
    let mine = [file("lena.mbox", &mailbox(LENA, "tomasz@halden.example", 4))];
    let refused = house.take_in(&mine).await.unwrap_err().to_string();
    assert!(refused.contains("left the map"), "{refused}");
}

#[tokio::test]
async fn a_gap_becomes_a_brief_that_is_tracked() {
    let (house, ..) = chain().await;
    let accounts =
        "Account ID,Account Name,Website,Industry\nA1,Spital,spital.example,Healthcare\n";
    house.import(warmpath_app::import::Kind::Accounts, accounts).await;
    let people = "Name,E-mail 1 - Value,Organization 1 - Title\nUte Berg,ute@spital.example,CFO\n";
    house.take_in(&[file("contacts.csv", people)]).await.unwrap();
    let wanted = keep_brief::Wanted {
        industry: "Healthcare".into(),
        seniority: "chief".into(),
        ..keep_brief::Wanted::default()
    };
    let tiers = read_tiers::run(&house.app, &house.may(), "").await.unwrap();
    let gap = tiers.gaps.iter().find(|gap| gap.industry == "Healthcare").unwrap();
    assert_eq!((gap.people, gap.well_reached), (1, 0));
    let id = keep_brief::open(&house.app, &house.may(), &wanted).await.unwrap();
    assert!(keep_brief::open(&house.app, &house.may(), &wanted).await.is_err(), "once");
    let ute = house.person("Ute").await;
    rate_tie::run(&house.app, &house.may(), ute, "well").await.unwrap();
    let tiers = read_tiers::run(&house.app, &house.may(), "").await.unwrap();
    assert_eq!((tiers.briefs[0].brief.reached_before, tiers.briefs[0].reached), (0, 1));
    keep_brief::end(&house.app, &house.may(), id, true).await.unwrap();
    assert!(keep_brief::end(&house.app, &house.may(), id, true).await.is_err());
}

#[tokio::test]
async fn broken_and_hostile_files_are_refused_or_stored_inert() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../network/data/hostile");
    let (mut taken, mut refused) = (0, 0);
    for group in ["eml", "ics", "vcf"] {
        for entry in std::fs::read_dir(folder.join(group)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let house = house().await;
            let bytes = std::fs::read(&path).unwrap();
            match house.take_in(&[NetworkFile { name: name.clone(), bytes }]).await {
                Ok(()) => taken += 1,
                Err(Failure::Invalid(problems)) => {
                    assert_eq!(problems[0].field, "file", "{name}");
                    refused += 1;
                }
                Err(other) => panic!("{name}: {other}"),
            }
            let people = network::people(house.app.db(), house.workspace).await.unwrap();
            assert!(people.len() < 1_100, "{name} made {} people", people.len());
            for person in people {
                let texts = [&person.name, &person.title, &person.company];
                assert!(texts.iter().all(|t| !t.contains('\0') && t.len() < 2_000), "{name}");
            }
        }
    }
    assert!(taken > 0 && refused > 10, "{taken} taken, {refused} refused");
    let house = house().await;
    for (name, text, code) in [
        ("a.zip", "PK\u{3}\u{4}rest", "file_packed"),
        ("a.png", "\u{89}PNG", "file_unknown"),
        ("a.csv", "colour,size\nred,1\n", "file_unreadable"),
        ("a.csv", "", "file_missing"),
    ] {
        let failure = house.take_in(&[file(name, text)]).await.unwrap_err();
        let Failure::Invalid(problems) = failure else { panic!("{name}: {failure}") };
        assert_eq!(problems[0].code, code, "{name}");
    }
}
