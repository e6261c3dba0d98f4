//! A small house over a temporary SQLite file: a settable clock, seeded randomness, a workspace.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use warmpath_app::import::Kind;
use warmpath_app::keys::Keys;
use warmpath_app::policy::{Grant, Import, Permission, Principal, grant};
use warmpath_app::read_imports::{self, Record};
use warmpath_app::rows::{ImportRow, MailRow};
use warmpath_app::run_job::{self, Posted, Postman};
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::upload_import::{self, Unknown, Upload};
use warmpath_app::{App, Config, Failure, run_import};
use warmpath_core::id::WorkspaceId;
use warmpath_core::role::Role;
use warmpath_core::source::{Clock, Random};
use warmpath_store::table::job;
use warmpath_store::{ChangeSet, Engine};
use warmpath_store_sqlite::Sqlite;

struct Watch(AtomicI64);

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        // A microsecond a look, so that ids made one after the other sort in that order.
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

struct NoPost;

#[async_trait]
impl Postman for NoPost {
    async fn send(&self, _: &MailRow, _: &str) -> Posted {
        Posted::Sent
    }
    async fn takes_mail(&self, _: &str) -> Option<bool> {
        None
    }
}

/// The house.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) workspace: WorkspaceId,
    pub(crate) by: Principal,
    _folder: tempfile::TempDir,
}

const SETUP: &str = include_str!("../../../../samples/workspace.toml");
const PATHWAY: &str = include_str!("../../../../samples/pathways/customer-referrals.toml");

pub(crate) async fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let db: Arc<dyn Engine> = Arc::new(Sqlite::open(&folder.path().join("house.db")).unwrap());
    let start: Timestamp = "2026-11-20T09:00:00Z".parse().unwrap();
    warmpath_store::migration::migrate(&*db, start).await.unwrap();
    let app = App {
        db,
        clock: Arc::new(Watch(AtomicI64::new(start.as_microsecond()))),
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
        wake: Arc::new(|| {}),
    };
    let setup: Setup = toml::from_str(SETUP).unwrap();
    let workspace = setup_workspace::run(&app, &setup, &[PATHWAY.to_owned()]).await.unwrap();
    let members = warmpath_app::read_workspace::members(&app, workspace).await.unwrap();
    let lena = members.iter().find(|m| m.role == Role::Revops).unwrap();
    let by = Principal {
        workspace,
        member: lena.id,
        role: lena.role,
        team: lena.team.clone(),
        partner: None,
        key: None,
    };
    House { app, workspace, by, _folder: folder }
}

impl House {
    pub(crate) fn may<A: Permission>(&self) -> Grant<A> {
        grant::<A>(&self.by).unwrap()
    }

    pub(crate) async fn upload(&self, kind: Kind, text: &str) -> Result<ImportRow, Failure> {
        let bytes = text.as_bytes().to_vec();
        let upload = Upload { kind, file_name: "file.csv".into(), source: String::new(), bytes };
        let may = self.may::<Import>();
        let unknown = Unknown::Refuse(Vec::new());
        Ok(upload_import::run(&self.app, &may, &upload, &unknown).await?.row)
    }

    /// Uploads, starts and works until the import is done.
    pub(crate) async fn import(&self, kind: Kind, text: &str) -> Record {
        let row = self.upload(kind, text).await.unwrap();
        run_import::start(&self.app, &self.may::<Import>(), row.id).await.unwrap();
        self.work().await;
        self.record(&row).await
    }

    pub(crate) async fn record(&self, row: &ImportRow) -> Record {
        read_imports::one(&self.app, &self.may(), row.id, 0).await.unwrap()
    }

    /// Runs every job that is due.
    pub(crate) async fn work(&self) {
        while self.work_once().await > 0 {}
    }

    /// Runs the jobs that are due now, and not those they queue.
    pub(crate) async fn work_once(&self) -> usize {
        let postman: Arc<dyn Postman> = Arc::new(NoPost);
        let (at, lease) = (self.app.now(), self.app.secret().to_vec());
        let mut changes = ChangeSet::new();
        changes.push(job::claim(at, at + SignedDuration::from_secs(60), lease.clone(), 32));
        changes.apply(self.app.db()).await.unwrap();
        let jobs = job::leased(self.app.db(), lease).await.unwrap();
        for job in &jobs {
            run_job::run(&self.app, &postman, job).await.unwrap();
        }
        jobs.len()
    }
}

/// Created, updated, unchanged, refused.
pub(crate) fn counts(record: &Record) -> (i64, i64, i64, i64) {
    let row = &record.row;
    (row.created, row.updated, row.unchanged, row.refused)
}
