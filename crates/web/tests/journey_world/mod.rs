//! A house that a browser can visit: the sample workspace over SQLite in a temporary folder,
//! served on a free port of the loopback, with a clock that stands on a Monday morning.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use warmpath_app::answer_opt_in::{self, Answered};
use warmpath_app::context::PathwayCache;
use warmpath_app::find_person::{self, Described};
use warmpath_app::hand_over::{self, Typed};
use warmpath_app::keys::Keys;
use warmpath_app::rows::{MemberRow, ReferralRow};
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::submit_referral::Receipt;
use warmpath_app::unit::Unit;
use warmpath_app::{App, Config, policy, read_workspace, sign_in};
use warmpath_core::consent::{Answer, Channel};
use warmpath_core::contact::Email;
use warmpath_core::id::WorkspaceId;
use warmpath_store::Engine;
use warmpath_store::table::{mail, referral};
use warmpath_store_sqlite::Sqlite;
use warmpath_testkit::browser::{Browser, Page, css, describe, label, role};
use warmpath_testkit::clock::FakeClock;
use warmpath_testkit::random::SeededRandom;
use warmpath_web::{Face, router};

const SETUP: &str = include_str!("../../../../samples/workspace.toml");
const CUSTOMERS: &str = include_str!("../../../../samples/pathways/customer-referrals.toml");
const PARTNERS: &str = include_str!("../../../../samples/pathways/partner-referrals.toml");

pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) ws: WorkspaceId,
    pub(crate) url: String,
    members: Vec<MemberRow>,
    browser: Browser,
    server: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let start: Timestamp = "2026-05-18T07:00:00Z".parse().unwrap();
        let db: Arc<dyn Engine> = Arc::new(Sqlite::open(&folder.path().join("test.db")).unwrap());
        warmpath_store::migration::migrate(&*db, start).await.unwrap();
        let app = Arc::new(App {
            db,
            clock: Arc::new(FakeClock::at(start)),
            random: Arc::new(SeededRandom::new(7)),
            keys: Keys::new([7; 32]),
            config: Config {
                public_url: url.clone(),
                mail_from: "us@corvane.example".to_owned(),
                looks_up_mail_exchangers: false,
                first_contact_minutes: None,
                zone: "Europe/Berlin".to_owned(),
                trusted_proxies: Vec::new(),
                outbound_held: false,
            },
            pathways: PathwayCache::default(),
            universes: warmpath_app::universe::Universes::default(),
            networks: warmpath_app::network::Networks::default(),
            wake: Arc::new(|| {}),
        });
        // One team, so that its manager sees every lead whoever it falls to.
        let one_team = SETUP.replace("team = \"Nordics\"", "team = \"DACH\"");
        let setup: Setup = toml::from_str(&one_team).unwrap();
        // What is unknown is skipped here: these journeys are about leads that reach an owner.
        let customers = CUSTOMERS
            .replace("when_unknown = \"skip\" # the mail check may come later\n", "")
            .replace("\nthen = ", "\nwhen_unknown = \"skip\"\nthen = ");
        let pathways = [customers, PARTNERS.to_owned()];
        let ws = setup_workspace::run(&app, &setup, &pathways).await.unwrap();
        let members = read_workspace::members(&app, ws).await.unwrap();
        let service =
            router(Face::new(Arc::clone(&app))).into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        let browser = Browser::start().await.unwrap();
        Self { app, ws, url, members, browser, server, _folder: folder }
    }

    pub(crate) fn member(&self, first: &str) -> MemberRow {
        self.members.iter().find(|m| m.name.starts_with(first)).unwrap().clone()
    }

    /// Somebody without an account.
    pub(crate) async fn visitor(&self) -> Page {
        self.browser.visitor().await.unwrap()
    }

    /// A member who opened the link of their mail and pressed its button.
    pub(crate) async fn signed_in(&self, member: &MemberRow) -> Page {
        let link = sign_in::printed_link(&self.app, member).await.unwrap();
        let page = self.visitor().await;
        assert_eq!(page.goto(&link).await.unwrap(), 200);
        look(&page).await;
        page.click(&role("button", "Sign in")).await.unwrap();
        look(&page).await;
        page
    }

    /// Opens a path of the house and looks at it.
    pub(crate) async fn open(&self, page: &Page, path: &str) {
        assert_eq!(page.goto(&format!("{}{path}", self.url)).await.unwrap(), 200, "{path}");
        look(page).await;
    }

    /// Somebody the workspace knows, as an import would bring them.
    pub(crate) async fn known(&self, name: &str, mailbox: &str) {
        let described = Described {
            name: name.to_owned(),
            email: Email::parse(mailbox).ok(),
            company: "Tessera Optics".to_owned(),
            title: "Head of Controlling".to_owned(),
            source: "import".to_owned(),
            ..Described::default()
        };
        let mut unit = Unit::new(&self.app, self.ws);
        find_person::run(&self.app, &mut unit, &described).await.unwrap();
        unit.commit("").await.unwrap();
    }

    /// A customer's introduction, typed in by revenue operations.
    pub(crate) async fn hand_over(&self) -> Receipt {
        let lena = self.member("Lena");
        let link = sign_in::printed_link(&self.app, &lena).await.unwrap();
        let token = link.rsplit('/').next().unwrap();
        let page = sign_in::page(&self.app, token).await.unwrap();
        let cookie = sign_in::enter(&self.app, token, &page.nonce).await.unwrap();
        let signed_in = sign_in::by_cookie(&self.app, &cookie).await.unwrap();
        let grant = policy::grant(&signed_in.principal).unwrap();
        let typed = Typed {
            name: "Priya Raman".into(),
            company: "Northmere Foods".into(),
            title: "VP Finance".into(),
            email: "p.raman@northmere.example".into(),
            referrer_name: "Tomasz Wolny".into(),
            referrer_email: "tomasz@halden.example".into(),
            relationship: "worked_together".into(),
            context: "Their close takes twelve days, and she owns it.".into(),
            kind: "direct".into(),
            ..Typed::default()
        };
        hand_over::by_member(&self.app, &grant, &lena, &typed).await.unwrap()
    }

    /// The same, and the person said yes.
    pub(crate) async fn routed(&self) -> ReferralRow {
        let receipt = self.hand_over().await;
        let token = receipt.answer_url.rsplit('/').next().unwrap();
        let page = answer_opt_in::page(&self.app, token).await.unwrap();
        let answered = Answered {
            nonce: page.nonce,
            answer: Answer::Yes,
            channels: vec![Channel::Email],
            email: Some(Email::parse("p.raman@northmere.example").unwrap()),
            phone: None,
            share_milestones: true,
            origin: String::new(),
        };
        answer_opt_in::answer(&self.app, token, &answered).await.unwrap();
        self.row(&receipt).await
    }

    pub(crate) async fn row(&self, receipt: &Receipt) -> ReferralRow {
        referral::referral(self.app.db(), self.ws, receipt.id).await.unwrap().unwrap()
    }

    /// The row as it is now.
    pub(crate) async fn again(&self, row: &ReferralRow) -> ReferralRow {
        referral::referral(self.app.db(), self.ws, row.id).await.unwrap().unwrap()
    }

    pub(crate) fn owner(&self, row: &ReferralRow) -> MemberRow {
        self.members.iter().find(|m| Some(m.id) == row.owner).unwrap().clone()
    }

    /// The six digits of the one mail that carries a code.
    pub(crate) async fn mailbox_code(&self) -> String {
        let states = ["queued"];
        let mails = mail::in_states(self.app.db(), self.ws, &states, None, 50).await.unwrap();
        let letter = mails.iter().find(|m| m.kind == "mailbox_code").unwrap();
        let words = letter.body.split(|c: char| !c.is_ascii_digit());
        words.into_iter().find(|word| word.len() == 6).unwrap().to_owned()
    }
}

/// Nothing on the page is in the way of anybody, and the browser has no complaint.
pub(crate) async fn look(page: &Page) {
    let place = page.url().await.unwrap();
    let found = page.axe().await.unwrap();
    assert!(found.is_empty(), "{place}\n{}", describe(&found));
    page.assert_clean().unwrap_or_else(|complaint| panic!("{place}\n{complaint}"));
}

/// Answers the questions about a person and hands them over.
pub(crate) async fn fill_in(page: &Page) {
    for (field, text) in [
        ("Name", "Priya Raman"),
        ("Company or website", "Northmere Foods"),
        ("Role", "VP Finance"),
        ("Why should they talk to us?", "Her close takes twelve days and she owns it"),
    ] {
        page.type_text(&label(field).within(css("main")), text).await.unwrap();
    }
    for choice in ["Worked together", "I introduce them", "Not yet"] {
        page.check(&label(choice), true).await.unwrap();
    }
    page.click(&css("main .submit-line button")).await.unwrap();
}

/// The status page that follows shows the link to pass on, which opens the question.
pub(crate) async fn passes_on(page: &Page) {
    let place = page.url().await.unwrap();
    assert!(place.contains("/s/"), "{place}");
    look(page).await;
    let text = page.text(&css("#pass-on-text")).await.unwrap();
    let link = text.split_whitespace().find(|word| word.contains("/a/")).unwrap().to_owned();
    assert_eq!(page.goto(&link).await.unwrap(), 200);
    page.wait_for(&role("button", "Send my answer")).await.unwrap();
    look(page).await;
}
