//! The desk through its pages: what a seller, a lead and a referrer see and may do.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use tower::ServiceExt as _;
use warmpath_app::answer_opt_in::{self, Answered};
use warmpath_app::context::PathwayCache;
use warmpath_app::hand_over::{self, Typed};
use warmpath_app::keys::Keys;
use warmpath_app::rows::{MemberRow, ReferralRow};
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::submit_referral::Receipt;
use warmpath_app::{App, Config, policy, read_workspace, sign_in};
use warmpath_core::consent::{Answer, Channel};
use warmpath_core::contact::Email;
use warmpath_core::id::WorkspaceId;
use warmpath_core::referral::ReferralState;
use warmpath_core::source::{Clock, Random};
use warmpath_store::Engine;
use warmpath_store::table::{mail, referral};
use warmpath_store_sqlite::Sqlite;
use warmpath_web::{Face, router};

const PUBLIC: &str = "http://127.0.0.1:9";

struct Watch(Mutex<Timestamp>);

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no test panics while it holds the clock")
    }
}

struct Counter(Mutex<u64>);

impl Random for Counter {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().expect("no test panics while it holds the counter");
        for byte in buffer {
            // Steele, Lea and Flood's SplitMix64, one byte a step: distinct is enough here.
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = (mixed >> 40) as u8;
        }
    }
}

struct World {
    app: Arc<App>,
    watch: Arc<Watch>,
    ws: WorkspaceId,
    members: Vec<MemberRow>,
    _folder: tempfile::TempDir,
}

struct Visitor {
    cookie: String,
    csrf: String,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // A Monday morning in Hamburg.
        let start = "2026-05-18T07:00:00Z".parse().unwrap();
        let watch = Arc::new(Watch(Mutex::new(start)));
        let db: Arc<dyn Engine> = Arc::new(Sqlite::open(&folder.path().join("test.db")).unwrap());
        warmpath_store::migration::migrate(&*db, start).await.unwrap();
        let app = Arc::new(App {
            db,
            clock: watch.clone(),
            random: Arc::new(Counter(Mutex::new(7))),
            keys: Keys::new([7; 32]),
            config: Config {
                public_url: PUBLIC.to_owned(),
                mail_from: "us@corvane.example".to_owned(),
                looks_up_mail_exchangers: false,
                outbound_held: false,
                first_contact_minutes: None,
                zone: "UTC".to_owned(),
                trusted_proxies: Vec::new(),
            },
            pathways: PathwayCache::default(),
            universes: warmpath_app::universe::Universes::default(),
            networks: warmpath_app::network::Networks::default(),
            language_model: None,
            wake: Arc::new(|| {}),
        });
        let setup: Setup = toml::from_str(include_str!("../../../samples/workspace.toml")).unwrap();
        // What is unknown is skipped here: these tests are about leads that reach an owner.
        let pathway = include_str!("../../../samples/pathways/customer-referrals.toml")
            .replace("when_unknown = \"skip\" # the mail check may come later\n", "")
            .replace("\nthen = ", "\nwhen_unknown = \"skip\"\nthen = ");
        let ws = setup_workspace::run(&app, &setup, &[pathway]).await.unwrap();
        let members = read_workspace::members(&app, ws).await.unwrap();
        Self { app, watch, ws, members, _folder: folder }
    }

    fn pass(&self, minutes: i64) {
        *self.watch.0.lock().unwrap() += SignedDuration::from_mins(minutes);
    }

    fn member(&self, first: &str) -> MemberRow {
        self.members.iter().find(|m| m.name.starts_with(first)).unwrap().clone()
    }

    async fn sign_in(&self, member: &MemberRow) -> Visitor {
        let link = sign_in::printed_link(&self.app, member).await.unwrap();
        let token = link.rsplit('/').next().unwrap();
        let page = sign_in::page(&self.app, token).await.unwrap();
        let cookie = sign_in::enter(&self.app, token, &page.nonce).await.unwrap();
        let signed_in = sign_in::by_cookie(&self.app, &cookie).await.unwrap();
        Visitor { cookie, csrf: signed_in.session.form_token }
    }

    /// A customer's introduction, typed in by revenue operations.
    async fn hand_over(&self, referrer: &str) -> Receipt {
        // Who types is the referrer; whoever told them is an earlier hop.
        let member = self.member(if referrer == "Carmen" { "Maya" } else { "Lena" });
        let visitor = self.sign_in(&member).await;
        let signed_in = sign_in::by_cookie(&self.app, &visitor.cookie).await.unwrap();
        let grant = policy::grant(&signed_in.principal).unwrap();
        let typed = Typed {
            name: "Priya Raman".into(),
            company: "Northmere Foods".into(),
            title: "VP Finance".into(),
            email: "p.raman@northmere.example".into(),
            referrer_name: format!("{referrer} Wolny"),
            referrer_email: format!("{}@halden.example", referrer.to_lowercase()),
            relationship: "worked_together".into(),
            context: "Their close takes twelve days, and she owns it.".into(),
            kind: "direct".into(),
            ..Typed::default()
        };
        hand_over::by_member(&self.app, &grant, &member, &typed).await.unwrap()
    }

    async fn say_yes(&self, receipt: &Receipt, share: bool) {
        let token = receipt.answer_url.rsplit('/').next().unwrap();
        let page = answer_opt_in::page(&self.app, token).await.unwrap();
        let answered = Answered {
            nonce: page.nonce,
            answer: Answer::Yes,
            channels: vec![Channel::Email],
            email: Some(Email::parse("p.raman@northmere.example").unwrap()),
            phone: None,
            share_milestones: share,
            origin: String::new(),
        };
        answer_opt_in::answer(&self.app, token, &answered).await.unwrap();
    }

    async fn row(&self, receipt: &Receipt) -> ReferralRow {
        referral::referral(self.app.db(), self.ws, receipt.id).await.unwrap().unwrap()
    }

    /// The person who was handed over.
    async fn person_id(&self) -> String {
        let people = warmpath_store::table::network::people(self.app.db(), self.ws).await.unwrap();
        people.iter().find(|row| row.name == "Priya Raman").unwrap().id.to_string()
    }

    fn owner(&self, row: &ReferralRow) -> MemberRow {
        self.members.iter().find(|m| Some(m.id) == row.owner).unwrap().clone()
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, String) {
        let face = Face::new(Arc::clone(&self.app));
        let response = router(face).oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 4_000_000).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn get(&self, visitor: Option<&Visitor>, path: &str) -> (StatusCode, String) {
        let mut request = Request::get(path);
        if let Some(visitor) = visitor {
            request = request.header(header::COOKIE, format!("warmpath={}", visitor.cookie));
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, visitor: &Visitor, path: &str, form: &str) -> (StatusCode, String) {
        let request = Request::post(path)
            .header(header::COOKIE, format!("warmpath={}", visitor.cookie))
            .header(header::ORIGIN, PUBLIC)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={}&{form}", visitor.csrf)))
            .unwrap();
        self.send(request).await
    }
}

#[tokio::test]
async fn a_new_lead_stands_in_its_owners_inbox_and_has_a_record() {
    let world = World::new().await;
    let receipt = world.hand_over("Tomasz").await;
    world.say_yes(&receipt, true).await;
    let row = world.row(&receipt).await;
    assert_eq!(row.state, ReferralState::Routed);
    let owner = world.sign_in(&world.owner(&row)).await;
    let (status, inbox) = world.get(Some(&owner), &format!("/inbox?peek={}", row.id)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(inbox.contains("Priya Raman") && inbox.contains("Tomasz Wolny"), "{inbox}");
    let (status, page) = world.get(Some(&owner), &format!("/referrals/{}", row.id)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Yes, you may write"), "the consent opens mail: {page}");
    assert!(page.contains("Why this owner"), "{page}");
    let (status, replay) = world.get(Some(&owner), &format!("/referrals/{}/replay", row.id)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(replay.contains("Same bytes"), "{replay}");
    for path in ["/referrals?q=northmere", "/later", "/check", "/referrals.csv"] {
        assert_eq!(world.get(Some(&owner), path).await.0, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn an_illegal_step_is_a_conflict_that_says_what_is_allowed() {
    let world = World::new().await;
    let receipt = world.hand_over("Tomasz").await;
    world.say_yes(&receipt, true).await;
    let row = world.row(&receipt).await;
    let owner = world.sign_in(&world.owner(&row)).await;
    let form = format!("version={}", row.version);
    let (status, page) = world.post(&owner, &format!("/referrals/{}/win", row.id), &form).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("not possible now") && page.contains("Accept"), "{page}");
    assert_eq!(world.row(&receipt).await, row, "nothing was changed");
}

#[tokio::test]
async fn a_page_grown_stale_says_who_was_faster() {
    let world = World::new().await;
    let receipt = world.hand_over("Tomasz").await;
    world.say_yes(&receipt, true).await;
    let row = world.row(&receipt).await;
    let first = world.owner(&row);
    let other =
        world.members.iter().find(|m| m.role.as_str() == "seller" && m.id != first.id).unwrap();
    let lena = world.sign_in(&world.member("Lena")).await;
    let owner = world.sign_in(&first).await;
    world.pass(1);
    let form = format!("owner={}&version={}", other.id, row.version);
    let path = format!("/referrals/{}/reassign", row.id);
    assert_eq!(world.post(&lena, &path, &form).await.0, StatusCode::SEE_OTHER);
    let form = format!("version={}", row.version);
    let (status, page) = world.post(&owner, &format!("/referrals/{}/accept", row.id), &form).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("Lena Fischer was faster"), "{page}");
}

#[tokio::test]
async fn thanks_do_not_leave_without_a_line_of_their_own() {
    let world = World::new().await;
    let receipt = world.hand_over("Tomasz").await;
    let lena = world.member("Lena");
    let visitor = world.sign_in(&lena).await;
    let path = format!("/thanks/{}", receipt.id);
    let (status, page) = world.post(&visitor, &path, "personal=&text=Thank+you").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Write a line of your own"), "{page}");
    let thanks = async || {
        let mails = mail::of_referral(world.app.db(), world.ws, receipt.id).await.unwrap();
        mails.into_iter().filter(|m| m.kind == "thanks").collect::<Vec<_>>()
    };
    assert!(thanks().await.is_empty(), "nothing was queued");
    let form = "personal=Your+call+last+week+made+my+day.&text=Thank+you%2C+Tomasz.";
    assert_eq!(world.post(&visitor, &path, form).await.0, StatusCode::SEE_OTHER);
    let sent = thanks().await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].sent_by, Some(lena.id), "a named person sends it");
    assert!(sent[0].body.contains("made my day"));
    assert_eq!(world.post(&visitor, &path, form).await.0, StatusCode::CONFLICT, "not twice");
}

#[tokio::test]
async fn the_status_page_shows_only_what_the_person_lets_through() {
    for share in [true, false] {
        let world = World::new().await;
        let receipt = world.hand_over("Tomasz").await;
        let status_path = receipt.status_url.replace(PUBLIC, "");
        let (_, page) = world.get(None, &status_path).await;
        assert!(page.contains("Pass this on to Priya"), "{page}");
        world.say_yes(&receipt, share).await;
        let owner = world.sign_in(&world.owner(&world.row(&receipt).await)).await;
        for (action, form) in [
            ("accept", ""),
            ("log_contact", ""),
            ("schedule_meeting", "until=2026-05-20"),
            ("log_meeting", ""),
        ] {
            world.pass(5);
            let path = format!("/referrals/{}/{action}", receipt.id);
            assert_eq!(world.post(&owner, &path, form).await.0, StatusCode::SEE_OTHER, "{action}");
        }
        let (_, page) = world.get(None, &status_path).await;
        assert!(page.contains("Priya answered"), "{page}");
        assert_eq!(page.contains("They met"), share, "{page}");
    }
}

#[tokio::test]
async fn two_introductions_of_one_person_become_one_lead_with_both_credited() {
    let world = World::new().await;
    let first = world.hand_over("Tomasz").await;
    let second = world.hand_over("Carmen").await;
    world.say_yes(&first, false).await;
    let joined = world.row(&second).await;
    assert_eq!(joined.state, ReferralState::Duplicate);
    assert_eq!(joined.duplicate_of, Some(first.id));
    let credits = referral::credits(world.app.db(), world.ws, first.id).await.unwrap();
    assert_eq!(credits.len(), 2, "{credits:?}");
    let (_, page) = world.get(None, &second.status_url.replace(PUBLIC, "")).await;
    assert!(page.contains("Priya answered"), "the joined one sees it too: {page}");
}

#[tokio::test]
async fn the_network_opens_by_role() {
    use warmpath_core::role::Role;
    let world = World::new().await;
    let inside = [Role::Admin, Role::Revops, Role::Manager, Role::Seller, Role::Csm];
    let rulers = [Role::Admin, Role::Revops];
    let table: [(&str, &[Role]); 17] = [
        ("/plan", &inside),
        ("/plan.csv?q=priya", &inside),
        ("/v1/network/plan?q=priya", &inside),
        ("/network", &inside),
        ("/network?view=table", &inside),
        ("/network/mine", &inside),
        ("/network/me", &inside),
        ("/network/import", &inside),
        ("/network/rules", &rulers),
        ("/paths", &inside),
        ("/paths?q=priya", &inside),
        ("/connectors", &inside),
        ("/tiers", &inside),
        ("/tiers/people?industry=", &inside),
        ("/v1/network/people?q=priya", &inside),
        ("/v1/network/connectors", &inside),
        ("/v1/network/ties", &inside),
    ];
    for member in &world.members {
        let visitor = world.sign_in(member).await;
        for (path, roles) in table {
            let (status, body) = world.get(Some(&visitor), path).await;
            let wanted =
                if roles.contains(&member.role) { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status, wanted, "{} at {path}: {body:.300}", member.role);
        }
        let menu = world.get(Some(&visitor), "/account").await.1;
        assert_eq!(menu.contains("href=\"/paths\""), inside.contains(&member.role));
    }
    for path in ["/network", "/paths", "/tiers", "/connectors", "/network/me"] {
        assert_eq!(world.get(None, path).await.0, StatusCode::SEE_OTHER, "{path} needs a sign-in");
    }
    assert_eq!(world.get(None, "/v1/network/ties").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_network_changes_by_role() {
    use warmpath_core::role::Role;
    let world = World::new().await;
    world.hand_over("Tomasz").await;
    let person = world.person_id().await;
    let inside = [Role::Admin, Role::Revops, Role::Manager, Role::Seller, Role::Csm];
    let (rulers, leaders) =
        ([Role::Admin, Role::Revops], [Role::Admin, Role::Revops, Role::Manager]);
    let table: [(String, &str, &[Role]); 9] = [
        (format!("/network/people/{person}/rate"), "rating=well", &inside),
        (format!("/network/people/{person}/state"), "how=met&since=", &inside),
        (format!("/network/people/{person}/gave"), "", &inside),
        (format!("/network/people/{person}/refuses"), "refuses=1", &inside),
        (format!("/network/people/{person}/link"), "", &rulers),
        ("/network/me/block".into(), "who=clinic.example", &inside),
        ("/network/rules/exclude".into(), "who=board.example", &rulers),
        ("/network/rules/scope".into(), "messages_min=2&years=3", &rulers),
        ("/tiers/briefs?industry=none".into(), "", &leaders),
    ];
    for member in &world.members {
        let visitor = world.sign_in(member).await;
        for (path, form, roles) in &table {
            let (status, body) = world.post(&visitor, path, form).await;
            let refused = status == StatusCode::FORBIDDEN;
            assert_eq!(
                refused,
                !roles.contains(&member.role),
                "{} at {path}: {status}",
                member.role
            );
            assert!(!status.is_server_error(), "{path}: {body:.300}");
        }
    }
}

#[tokio::test]
async fn paths_are_said_without_the_numbers_of_others() {
    let world = World::new().await;
    world.hand_over("Tomasz").await;
    let person = world.person_id().await;
    let (maya, lena) = (world.member("Maya"), world.member("Lena"));
    let (maya, lena) = (world.sign_in(&maya).await, world.sign_in(&lena).await);
    let (_, none) = world.get(Some(&maya), &format!("/paths?to={person}")).await;
    assert!(none.contains("No verified path to"), "{none}");
    let rated = world.post(&maya, &format!("/network/people/{person}/rate"), "rating=well").await;
    assert_eq!(rated.0, StatusCode::SEE_OTHER, "{}", rated.1);
    let (_, own) = world.get(Some(&maya), &format!("/v1/network/paths?to={person}")).await;
    let own: serde_json::Value = serde_json::from_str(&own).unwrap();
    assert_eq!((&own["verdict"], &own["paths"][0]["next"]), (&"warm_path".into(), &"write".into()));
    assert_eq!(own["paths"][0]["chance"], 0.8);
    let (_, other) = world.get(Some(&lena), &format!("/v1/network/paths?to={person}")).await;
    let other: serde_json::Value = serde_json::from_str(&other).unwrap();
    let path = &other["paths"][0];
    assert_eq!((&path["chance"], &path["ties"][0]["in_use"]), (&().into(), &().into()), "{other}");
    assert_eq!(path["ties"][0]["tier"], "strong");
    let (_, page) = world.get(Some(&lena), &format!("/paths?to={person}")).await;
    assert!(page.contains("Ask Maya") && !page.contains("0.80"), "{page}");
}

/// Somebody the workspace knows, with a role that a spreadsheet would take for a formula.
async fn known(world: &World, name: &str, company: &str) -> warmpath_core::id::PersonId {
    use warmpath_app::find_person::{self, Described};
    let mut unit = warmpath_app::unit::Unit::new(&world.app, world.ws);
    let mail = format!("{}@{}.example", name.to_lowercase(), company.to_lowercase());
    let described = Described {
        name: format!("{name} Plantman"),
        email: Email::parse(&mail).ok(),
        title: "=1+1".to_owned(),
        company: company.to_owned(),
        source: "member".to_owned(),
        ..Described::default()
    };
    let id = find_person::run(&world.app, &mut unit, &described).await.unwrap().person.id;
    unit.commit("").await.unwrap();
    id
}

/// The two answer each other every third day.
async fn write_often(world: &World, ends: [warmpath_core::id::PersonId; 2]) {
    use warmpath_store::table::network::{self, TieEventRow};
    let mut unit = warmpath_app::unit::Unit::new(&world.app, world.ws);
    for n in 0..40_i64 {
        let [a, b] = if n % 2 == 0 { ends } else { [ends[1], ends[0]] };
        let row = TieEventRow {
            workspace: world.ws,
            message: n,
            from_person: a,
            to_person: b,
            at: unit.at - SignedDuration::from_hours(36 * (40 - n)),
            kind: "message".to_owned(),
            provenance: "observed".to_owned(),
            recipients: 1,
            member: world.member("Maya").id,
            import: None,
        };
        unit.push(network::add_event(&row));
    }
    for id in ends {
        unit.push(network::map_person(world.ws, id, unit.at));
    }
    unit.push(network::choices_changed(world.ws));
    unit.commit("").await.unwrap();
}

#[tokio::test]
async fn a_plan_of_asks_proposes_and_leads_to_the_form() {
    let world = World::new().await;
    let maya = world.member("Maya");
    let maya = world.sign_in(&maya).await;
    let (_, page) = world.get(Some(&maya), "/plan").await;
    assert!(page.contains("Whom do you want to meet?"), "{page}");
    let (_, page) = world.get(Some(&maya), "/plan?q=plantman").await;
    assert!(page.contains("Nobody fits") && page.contains("/network/import"), "{page}");

    let (tomasz, ada) =
        (known(&world, "Tomasz", "Halden").await, known(&world, "Ada", "Plant").await);
    let rated = world.post(&maya, &format!("/network/people/{tomasz}/rate"), "rating=well").await;
    assert_eq!(rated.0, StatusCode::SEE_OTHER, "{}", rated.1);
    write_often(&world, [tomasz, ada]).await;
    let wish = format!("/plan?to={ada}&ways=3");
    let (_, page) = world.get(Some(&maya), &wish).await;
    assert!(page.contains("Give Tomasz something first"), "nothing was given yet: {page}");
    let gave = world.post(&maya, &format!("/network/people/{tomasz}/gave"), "").await;
    assert_eq!(gave.0, StatusCode::SEE_OTHER, "{}", gave.1);
    let may = policy::grant(&warmpath_app::Principal {
        workspace: world.ws,
        member: world.member("Lena").id,
        role: world.member("Lena").role,
        team: String::new(),
        partner: None,
        key: None,
    });
    let active = warmpath_core::introduction::goodwill::ConnectorStage::Active;
    warmpath_app::introduce::keep_goodwill::stage(&world.app, &may.unwrap(), tomasz, active)
        .await
        .unwrap();
    let (_, page) = world.get(Some(&maya), &wish).await;
    assert!(page.contains("Ask Tomasz") && page.contains("How scarce they are"), "{page}");
    let ask = page.split("href=\"/introductions/new?").nth(1).unwrap();
    let ask = ask.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let (status, form) = world.get(Some(&maya), &format!("/introductions/new?{ask}")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        form.contains("Ada Plantman") && form.contains(&format!("{tomasz}\" selected")),
        "{form}"
    );

    let (_, file) = world.get(Some(&maya), &format!("/plan.csv?to={ada}")).await;
    assert!(file.contains(&ada.to_string()) && file.contains("'=1+1") && !file.contains(",=1+1"));
    let (_, out) = world.get(Some(&maya), &format!("/v1/network/plan?to={ada}")).await;
    let out: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(out["asks"][0]["connector"]["id"], tomasz.to_string(), "{out}");
    assert_eq!((&out["asks"][0]["when"], &out["scarce"][0]["cap"]), (&"now".into(), &2.into()));
    for (wrong, status) in [
        ("/v1/network/plan?to=nobody", StatusCode::UNPROCESSABLE_ENTITY),
        ("/v1/network/plan?ways=9", StatusCode::UNPROCESSABLE_ENTITY),
        ("/v1/network/plan?profile=prf_06j0000000000000000000000a", StatusCode::NOT_FOUND),
        ("/plan?profile=prf_06j0000000000000000000000a", StatusCode::NOT_FOUND),
        ("/plan?profile=%27%22", StatusCode::NOT_FOUND),
        ("/plan?to=nobody&ways=-3&without=x", StatusCode::OK),
    ] {
        let (got, body) = world.get(Some(&maya), wrong).await;
        assert_eq!(got, status, "{wrong}: {body:.300}");
    }
}
