//! The sample workspace with a connector who was given something, a target, and a clock to turn.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use warmpath_app::find_person::{self, Described};
use warmpath_app::introduce::add_connector::{self, Typed};
use warmpath_app::introduce::answer_as_connector::{self as connector_side, Said};
use warmpath_app::introduce::answer_as_target::{self as target_side};
use warmpath_app::introduce::ask_connector::{self, How};
use warmpath_app::introduce::request::{self, Wanted};
use warmpath_app::introduce::{Dossier, dossier, keep_goodwill};
use warmpath_app::keys::Keys;
use warmpath_app::policy::{Grant, Permission, Principal, grant};
use warmpath_app::programme::authority::{self, Verified};
use warmpath_app::rows::MemberRow;
use warmpath_app::run_job::{self, Posted, Postman};
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::unit::Unit;
use warmpath_app::{App, Config, Failure, read_workspace};
use warmpath_core::contact::Email;
use warmpath_core::id::{IntroductionId, PersonId, WorkspaceId};
use warmpath_core::introduction::goodwill::{ConnectorStage, GoodwillKind};
use warmpath_core::introduction::{Reveal, TargetState};
use warmpath_core::source::{Clock, Random};
use warmpath_store::Engine;
use warmpath_store::table::job;
use warmpath_store_sqlite::Sqlite;

const SETUP: &str = include_str!("../../../../samples/workspace.toml");
const PATHWAY: &str = include_str!("../../../../samples/pathways/customer-referrals.toml");

pub(crate) struct Watch(AtomicI64);

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }
}

struct Seeded(AtomicU64);

impl Random for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            let mut n = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = ((n ^ (n >> 27)) >> 32) as u8;
        }
    }
}

/// Takes every mail and says so.
struct Taker;

#[async_trait::async_trait]
impl Postman for Taker {
    async fn send(&self, _: &warmpath_app::rows::MailRow, _: &str) -> Posted {
        Posted::Sent
    }

    async fn takes_mail(&self, _: &str) -> Option<bool> {
        Some(true)
    }
}

pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) ws: WorkspaceId,
    pub(crate) watch: Arc<Watch>,
    pub(crate) henrik: PersonId,
    pub(crate) ottmar: PersonId,
    members: Vec<MemberRow>,
    _folder: tempfile::TempDir,
}

pub(crate) const OWN: &str = "We sat together in Oslo last spring.";

impl House {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db: Arc<dyn Engine> = Arc::new(Sqlite::open(&folder.path().join("house.db")).unwrap());
        let start: Timestamp = "2026-05-18T09:00:00Z".parse().unwrap();
        warmpath_store::migration::migrate(&*db, start).await.unwrap();
        let watch = Arc::new(Watch(AtomicI64::new(start.as_microsecond())));
        let app = App {
            db,
            clock: watch.clone(),
            random: Arc::new(Seeded(AtomicU64::new(7))),
            keys: Keys::new([9; 32]),
            config: Config {
                public_url: "http://127.0.0.1:1".into(),
                mail_from: "house@corvane.example".into(),
                looks_up_mail_exchangers: false,
                outbound_held: false,
                first_contact_minutes: None,
                zone: "UTC".to_owned(),
                trusted_proxies: Vec::new(),
            },
            pathways: warmpath_app::context::PathwayCache::default(),
            universes: warmpath_app::universe::Universes::default(),
            networks: warmpath_app::network::Networks::default(),
            language_model: None,
            wake: Arc::new(|| {}),
        };
        let setup: Setup = toml::from_str(SETUP).unwrap();
        let ws = setup_workspace::run(&app, &setup, &[PATHWAY.to_owned()]).await.unwrap();
        let members = read_workspace::members(&app, ws).await.unwrap();
        let nobody = PersonId::from_bytes_of_nobody();
        let mut house =
            Self { app, ws, watch, henrik: nobody, ottmar: nobody, members, _folder: folder };
        house.henrik =
            house.connector("Henrik Dahl", "henrik@nordlys.example", "Nordlys Kraft").await;
        house.ottmar =
            house.person("Ottmar Graf", "o.graf@weidenau.example", "Weidenau Guss").await;
        house
    }

    pub(crate) fn member(&self, first: &str) -> &MemberRow {
        self.members.iter().find(|m| m.name.starts_with(first)).unwrap()
    }

    pub(crate) fn may<A: Permission>(&self, first: &str) -> Grant<A> {
        let member = self.member(first);
        let principal = Principal {
            workspace: self.ws,
            member: member.id,
            role: member.role,
            team: member.team.clone(),
            partner: None,
            key: None,
        };
        grant::<A>(&principal).unwrap()
    }

    pub(crate) async fn person(&self, name: &str, email: &str, company: &str) -> PersonId {
        let mut unit = Unit::new(&self.app, self.ws);
        let described = Described {
            name: name.into(),
            email: (!email.is_empty()).then(|| Email::parse(email).unwrap()),
            title: "CFO".into(),
            company: company.into(),
            source: "import".into(),
            ..Described::default()
        };
        let found = find_person::run(&self.app, &mut unit, &described).await.unwrap();
        unit.commit("").await.unwrap();
        found.person.id
    }

    /// A connector who agreed and was given an introduction.
    pub(crate) async fn connector(&self, name: &str, email: &str, company: &str) -> PersonId {
        let typed = Typed {
            name: name.into(),
            email: email.into(),
            title: "CFO".into(),
            company: company.into(),
        };
        let id = add_connector::run(&self.app, &self.may("Lena"), &typed).await.unwrap();
        let lena = self.may("Lena");
        keep_goodwill::run(&self.app, &lena, id, GoodwillKind::GiveIntroduction).await.unwrap();
        let lena = self.may("Lena");
        keep_goodwill::stage(&self.app, &lena, id, ConnectorStage::Active).await.unwrap();
        id
    }

    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            target: self.ottmar,
            connector: self.henrik,
            shortlist: Vec::new(),
            role: "CFO".into(),
            industry: "metal casting".into(),
            size: "500 to 1,000 people".into(),
            topic: "closing five plants in one week".into(),
            benefit: "They can compare their close with a peer.".into(),
            problem: "you both close five plants every month".into(),
            proof: "a plant in Halden went from 12 days to 5".into(),
            reveal: Reveal::Company,
            deal: None,
            profile: String::new(),
        }
    }

    /// It is verified that somebody decides.
    pub(crate) async fn decides(&self, person: PersonId) {
        let verified = Verified {
            topic: "finance software".into(),
            holds: "holds".into(),
            evidence: "The annual report names them as head of finance.".into(),
            ..Verified::default()
        };
        authority::verify(&self.app, &self.may("Maya"), person, &verified).await.unwrap();
    }

    pub(crate) async fn request(&self) -> Result<IntroductionId, Failure> {
        request::run(&self.app, &self.may("Maya"), &self.wanted()).await
    }

    pub(crate) async fn dossier(&self, id: IntroductionId) -> Dossier {
        dossier::load(&self.app, self.ws, id).await.unwrap()
    }

    /// Asks the connector; returns the token of their page.
    pub(crate) async fn ask(&self, id: IntroductionId) -> String {
        self.decides(self.dossier(id).await.row.target).await;
        let maya = self.may("Maya");
        let draft = ask_connector::draft(&self.app, &maya, id).await.unwrap();
        let text = (draft.text.as_str(), OWN);
        ask_connector::send(&self.app, &maya, id, text, How::Click).await.unwrap();
        draft.link.rsplit('/').next().unwrap().to_owned()
    }

    pub(crate) async fn connector_says(&self, token: &str, said: Said) -> Result<(), Failure> {
        let page = connector_side::page(&self.app, token).await?;
        connector_side::answer(&self.app, token, &page.nonce, &said, "test").await
    }

    /// The connector is willing, agrees and asks the target; returns the token of the target's page.
    pub(crate) async fn propose(&self, token: &str) -> String {
        self.connector_says(token, Said::Willing).await.unwrap();
        self.connector_says(token, Said::Agree).await.unwrap();
        let page = connector_side::page(&self.app, token).await.unwrap();
        let text = (page.proposal.as_str(), OWN);
        connector_side::propose(&self.app, token, &page.nonce, text).await.unwrap();
        self.target_token(token).await
    }

    pub(crate) async fn target_token(&self, token: &str) -> String {
        let page = connector_side::page(&self.app, token).await.unwrap();
        let text = page.passed_on.unwrap().text;
        let link = text.split_whitespace().find(|word| word.contains("/t/")).unwrap();
        link.rsplit('/').next().unwrap().to_owned()
    }

    pub(crate) async fn target_says(
        &self,
        token: &str,
        said: target_side::Said,
    ) -> Result<TargetState, Failure> {
        let page = target_side::page(&self.app, token).await?;
        target_side::answer(&self.app, token, &page.nonce, (&said, None), "test").await
    }

    /// Somebody objects to being contacted at this mailbox.
    pub(crate) async fn objects(&self, mailbox: &str) {
        let admin = self.may("Anke");
        warmpath_app::manage_suppressions::add(&self.app, &admin, mailbox, "manual").await.unwrap();
    }

    /// A connector with an account sets a limit of two open asks, thirty days apart.
    pub(crate) async fn sets_own_rules(&self, connector: PersonId) {
        let mut row = warmpath_app::introduce::goodwill::account(&self.app, self.ws, connector)
            .await
            .unwrap()
            .row;
        (row.floor, row.open_max, row.rest_days) = (10, 2, 30);
        row.rules_at = Some(self.app.now());
        row.version += 1;
        self.app.db().apply(vec![row.save()]).await.unwrap();
    }

    /// Lets days pass and runs what falls due.
    pub(crate) async fn pass(&self, days: i64) {
        let by = SignedDuration::from_hours(24 * days);
        self.watch.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
        let postman: Arc<dyn Postman> = Arc::new(Taker);
        for round in 0..50_u8 {
            let now = self.app.now();
            let (until, lease) = (now + SignedDuration::from_mins(5), vec![round, 1]);
            let claim = job::claim(now, until, lease.clone(), 50);
            self.app.db().apply(vec![claim]).await.unwrap();
            let due = job::leased(self.app.db(), lease).await.unwrap();
            if due.is_empty() {
                return;
            }
            for row in due {
                let _ = run_job::run(&self.app, &postman, &row).await;
            }
        }
    }
}

trait OfNobody {
    fn from_bytes_of_nobody() -> Self;
}

impl OfNobody for PersonId {
    fn from_bytes_of_nobody() -> Self {
        use warmpath_core::id::RecordId as _;
        Self::from_bytes([0; 16])
    }
}
