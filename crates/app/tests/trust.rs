//! The ledger cannot be bent unseen, and yet a person can be forgotten.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
use warmpath_app::hand_over::{self, Typed};
use warmpath_app::keys::Keys;
use warmpath_app::manage_members;
use warmpath_app::policy::{Grant, Permission, Principal, grant};
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::verify_ledger::{Found, Place, slice};
use warmpath_app::{
    App, Config, erase_person, export_ledger, manage_requests, manage_suppressions, prove_entry,
    read_workspace, rows::MemberRow, sequence_ledger,
};
use warmpath_core::id::{PersonId, WorkspaceId};
use warmpath_core::role::Role;
use warmpath_core::source::{Clock, Random};
use warmpath_store::Engine;
use warmpath_store_sqlite::Sqlite;

struct Watch(AtomicI64);

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

struct House {
    app: App,
    workspace: WorkspaceId,
    members: Vec<MemberRow>,
    folder: tempfile::TempDir,
}

const SETUP: &str = include_str!("../../../samples/workspace.toml");
const PATHWAY: &str = include_str!("../../../samples/pathways/customer-referrals.toml");

async fn house() -> House {
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
        language_model: None,
        wake: Arc::new(|| {}),
    };
    let setup: Setup = toml::from_str(SETUP).unwrap();
    let workspace = setup_workspace::run(&app, &setup, &[PATHWAY.to_owned()]).await.unwrap();
    let members = read_workspace::members(&app, workspace).await.unwrap();
    House { app, workspace, members, folder }
}

impl House {
    fn member(&self, role: Role) -> &MemberRow {
        self.members.iter().find(|m| m.role == role).unwrap()
    }

    fn may<A: Permission>(&self, role: Role) -> Grant<A> {
        let member = self.member(role);
        let principal = Principal {
            workspace: self.workspace,
            member: member.id,
            role,
            team: member.team.clone(),
            partner: None,
            key: None,
        };
        grant::<A>(&principal).unwrap()
    }

    async fn hand_over(&self, name: &str, email: &str, n: usize) {
        let typed = Typed {
            idempotency_key: format!("key-{n}"),
            name: name.into(),
            company: "Halden Works".into(),
            email: email.into(),
            relationship: "worked_together".into(),
            context: format!("{name} rebuilt their monthly close and wants to compare notes."),
            kind: "direct".into(),
            expects: true,
            ..Typed::default()
        };
        let seller = self.member(Role::Seller);
        hand_over::by_member(&self.app, &self.may(Role::Seller), seller, &typed).await.unwrap();
    }

    async fn number(&self) {
        sequence_ledger::run(&self.app, self.workspace).await.unwrap();
        sequence_ledger::sign_now(&self.app, self.workspace).await.unwrap();
    }

    async fn verify(&self) -> Found {
        slice(&self.app, self.workspace, Place::default(), u64::MAX).await.unwrap()
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("house.db")
    }

    /// Changes the file behind the program's back.
    fn tamper(&self, sql: &str) {
        let changed = rusqlite::Connection::open(self.file()).unwrap().execute(sql, []).unwrap();
        assert!(changed > 0, "{sql} changed nothing");
    }
}

async fn house_with_entries() -> House {
    let house = house().await;
    for n in 0..4 {
        house.hand_over(&format!("Priya Raman {n}"), &format!("p{n}@halden.example"), n).await;
    }
    house.number().await;
    assert!(matches!(house.verify().await, Found::Holds(_)));
    house
}

async fn check(sql: &str, expected: Option<u64>) {
    let house = house_with_entries().await;
    house.tamper(sql);
    let Found::Broken(fault, _) = house.verify().await else { panic!("{sql} was not noticed") };
    if expected.is_some() {
        assert_eq!(fault.first_bad_entry(), expected, "{sql}: {fault}");
    }
}

#[tokio::test]
async fn a_changed_byte_names_the_entry() {
    check(
        "UPDATE ledger_entry SET body = replace(body, '\"ts\":\"20', '\"ts\":\"19') WHERE seq = 3",
        Some(3),
    )
    .await;
    check("UPDATE ledger_entry SET body = 'x' WHERE seq = 2", Some(2)).await;
    check("UPDATE ledger_entry SET leaf = zeroblob(32) WHERE seq = 4", Some(4)).await;
}

#[tokio::test]
async fn a_deleted_entry_is_missed() {
    check("DELETE FROM ledger_entry WHERE seq = 3", Some(3)).await;
    check("DELETE FROM ledger_entry WHERE seq = (SELECT MAX(seq) FROM ledger_entry)", None).await;
}

#[tokio::test]
async fn swapped_entries_are_found() {
    let swap = "UPDATE ledger_entry SET body = (SELECT o.body FROM ledger_entry o WHERE o.seq = \
                5 - ledger_entry.seq) WHERE seq IN (2, 3)";
    check(swap, Some(2)).await;
}

#[tokio::test]
async fn a_changed_node_or_checkpoint_is_found() {
    check("UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 1 AND place = 1", None).await;
    check("DELETE FROM ledger_node WHERE level = 1 AND place = 0", None).await;
    // One letter of the signature, whatever it is.
    let sql = "UPDATE ledger_checkpoint SET note = substr(note, 1, length(note) - 10) || \
               CASE substr(note, length(note) - 9, 1) WHEN 'A' THEN 'B' ELSE 'A' END || \
               substr(note, length(note) - 8)";
    check(sql, None).await;
}

#[tokio::test]
async fn every_entry_is_proved_and_the_export_verifies_offline() {
    let house = house_with_entries().await;
    let may = house.may(Role::Auditor);
    let mut export = export_ledger::start(&house.app, &may).await.unwrap();
    let mut bundle = Vec::new();
    while let Some(piece) = export.next(&house.app).await.unwrap() {
        bundle.extend(piece);
    }
    let options = warmpath_ledger::Options::default();
    let report = warmpath_ledger::verify(bundle.as_slice(), &options).unwrap();
    assert!(report.ok, "{report}");
    assert_eq!(report.entries as i64, export.entries());
    for seq in 1..=export.entries() {
        let proven = prove_entry::run(&house.app, &may, seq).await.unwrap();
        assert_eq!(proven.proof.unwrap().fault, None, "entry {seq}");
    }
    for from in 1..=export.entries() {
        let to = export.entries();
        assert!(prove_entry::consistency(&house.app, &may, from, to).await.unwrap().holds);
    }
}

#[tokio::test]
async fn a_check_taken_up_in_slices_ends_like_one_in_one_go() {
    let house = house_with_entries().await;
    let whole = house.verify().await;
    let mut found = Found::More(Place::default());
    while let Found::More(place) = found {
        found = slice(&house.app, house.workspace, place, 3).await.unwrap();
    }
    assert_eq!(found, whole);
}

#[tokio::test]
async fn an_erased_person_is_gone_from_the_file_and_the_ledger_holds() {
    let house = house().await;
    house.hand_over("Quirina Zwetkow", "quirina@zwetkow.example", 1).await;
    house.number().await;
    let may: Grant<warmpath_app::policy::ManageCompliance> = house.may(Role::Revops);
    let text = house.bytes();
    assert!(holds(&text, b"Quirina") && holds(&text, b"zwetkow.example"), "the search works");
    let id = house.person("Quirina Zwetkow");
    let preview = erase_person::preview(&house.app, &may, id).await.unwrap();
    assert_eq!(preview.open_referrals, 1);
    erase_person::run(&house.app, &may, id, true).await.unwrap();
    house.number().await;
    let left = house.bytes();
    for word in ["Quirina", "quirina", "Zwetkow", "zwetkow.example"] {
        assert!(!holds(&left, word.as_bytes()), "{word} still stands in the file");
    }
    assert!(matches!(house.verify().await, Found::Holds(_)));
    let read = house.may(Role::Revops);
    let found = manage_suppressions::look_up(&house.app, &read, "quirina@zwetkow.example").await;
    assert!(found.unwrap().is_some(), "the mark stays");
    assert!(erase_person::preview(&house.app, &may, id).await.is_err());
}

#[tokio::test]
async fn a_request_finds_whoever_is_held_by_their_mailbox() {
    let house = house().await;
    house.hand_over("Quirina Zwetkow", "quirina@zwetkow.example", 1).await;
    let may = house.may(Role::Revops);
    manage_requests::open(&house.app, &may, "Quirina@Zwetkow.example", "access").await.unwrap();
    let reads = house.may(Role::Auditor);
    let open = manage_requests::list(&house.app, &reads).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].request.person, house.person("Quirina Zwetkow"));
}

#[tokio::test]
async fn the_last_admin_and_oneself_stay() {
    let house = house().await;
    let (admin, revops) = (house.member(Role::Admin).id, house.member(Role::Revops).id);
    let may: Grant<warmpath_app::policy::ManageMembers> = house.may(Role::Admin);
    assert!(manage_members::deactivate(&house.app, &may, admin).await.is_err());
    let lower: Grant<warmpath_app::policy::ManageMembers> = house.may(Role::Revops);
    assert!(manage_members::deactivate(&house.app, &lower, admin).await.is_err());
    let wish = manage_members::Typed {
        name: "Lena".into(),
        role: "admin".into(),
        ..manage_members::Typed::default()
    };
    assert!(manage_members::change(&house.app, &lower, revops, &wish).await.is_err());
    manage_members::change(&house.app, &may, revops, &wish).await.unwrap();
}

impl House {
    /// Every byte of the database after what waits in the log was written back.
    fn bytes(&self) -> Vec<u8> {
        let db = rusqlite::Connection::open(self.file()).unwrap();
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let mut bytes = std::fs::read(self.file()).unwrap();
        bytes.extend(std::fs::read(self.folder.path().join("house.db-wal")).unwrap_or_default());
        bytes
    }

    fn person(&self, name: &str) -> PersonId {
        use warmpath_core::id::RecordId as _;
        let db = rusqlite::Connection::open(self.file()).unwrap();
        let id: [u8; 16] =
            db.query_row("SELECT id FROM person WHERE name = ?1", [name], |r| r.get(0)).unwrap();
        PersonId::from_bytes(id)
    }
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|w| w == word)
}
