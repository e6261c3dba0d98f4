//! What every case finds: two workspaces with members in every role, referrals in several states
//! and links of every kind. Made once and kept as one database file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use warmpath_app::answer_opt_in::{self, Answered};
use warmpath_app::hand_over::{self, Typed};
use warmpath_app::link::{self, Purpose, Subject};
use warmpath_app::manage_endpoints;
use warmpath_app::policy::{self, Grant, Permission, Principal};
use warmpath_app::rows::{MemberRow, SessionRow, SuppressionRow};
use warmpath_app::setup_workspace::{self, Setup};
use warmpath_app::submit_referral::Receipt;
use warmpath_app::upload_import::{self, Unknown, Upload};
use warmpath_app::{App, api_key, import, keys, make_personal_link, run_import};
use warmpath_core::consent::{Answer, Channel};
use warmpath_core::contact::Email;
use warmpath_core::id::{RecordId as _, WorkspaceId};
use warmpath_core::role::Role;
use warmpath_store::table::{access, consent, referral, webhook, workspace};
use warmpath_store::{ChangeSet, Engine, Write};
use warmpath_store_sqlite::Sqlite;

use crate::house;

const SETUP: &str = include_str!("../../../../samples/workspace.toml");
const CUSTOMERS: &str = include_str!("../../../../samples/pathways/customer-referrals.toml");
const PARTNERS: &str = include_str!("../../../../samples/pathways/partner-referrals.toml");

/// Somebody who was a member and still has an old cookie.
const LEFT: &str = "\n[[member]]\nname = \"Dora Weiss\"\nemail = \"dora@corvane.example\"\n\
                    role = \"seller\"\ntitle = \"Left\"\nteam = \"DACH\"\n\
                    [[member]]\nname = \"Igor Weber\"\nemail = \"igor@corvane.example\"\n\
                    role = \"admin\"\ntitle = \"Second administrator\"\n\n[[partner]]\n";

/// Everything programs may be allowed.
const SCOPES: &[&str] = &[
    "referrals:write",
    "referrals:read",
    "check:read",
    "imports:write",
    "imports:read",
    "pathways:read",
    "ledger:read",
    "report:read",
    "webhooks:write",
    "metrics:read",
];

/// How a member gets in.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) member: MemberRow,
    pub(crate) key: String,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

/// One workspace.
pub(crate) struct Tenant {
    pub(crate) id: WorkspaceId,
    /// By role, as the cases call it; the first member of each.
    pub(crate) ways: BTreeMap<String, Way>,
    /// Ids and addresses by the names of placeholders.
    pub(crate) objects: BTreeMap<&'static str, String>,
}

/// The database file and what stands in it.
pub(crate) struct Seed {
    pub(crate) file: PathBuf,
    pub(crate) a: Tenant,
    pub(crate) b: Tenant,
    /// Links by the names of placeholders.
    pub(crate) tokens: BTreeMap<&'static str, String>,
    _folder: tempfile::TempDir,
}

impl Seed {
    /// Makes it.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seeding.db");
        let db: Arc<dyn Engine> = Arc::new(Sqlite::open(&path).unwrap());
        warmpath_store::migration::migrate(&*db, house::start()).await.unwrap();
        let app = house::app(Arc::clone(&db), "http://127.0.0.1:1".to_owned(), 7);
        let post = house::Captured::default();
        let worker = house::worker(&app, Arc::new(post));
        let a = tenant(&app, SETUP).await;
        let foreign = SETUP
            .replace("corvane", "tavrin")
            .replace("Corvane", "Tavrin")
            .replace("brightwater.example", "clearwater.example");
        let mut b = tenant(&app, &foreign).await;
        let tokens = links(&app, &a).await;
        worker.until_idle().await.unwrap();
        let deliveries = webhook::deliveries(app.db(), b.id, 5).await.unwrap();
        let delivery = deliveries.first().unwrap().id.to_string();
        b.objects.insert("delivery", delivery);
        let file = folder.path().join("seed.db");
        db.copy_to(&file).await.unwrap();
        Self { file, a, b, tokens, _folder: folder }
    }

    /// A copy to work on.
    pub(crate) fn copy_to(&self, path: &Path) {
        std::fs::copy(&self.file, path).unwrap();
    }
}

pub(crate) async fn apply(app: &App, writes: impl IntoIterator<Item = Write>) {
    let mut changes = ChangeSet::new();
    changes.extend(writes);
    changes.apply(app.db()).await.unwrap();
}

/// The grant of a member: policy decides, as everywhere.
pub(crate) fn grant<A: Permission>(member: &MemberRow) -> Grant<A> {
    let principal = Principal {
        workspace: member.workspace,
        member: member.id,
        role: member.role,
        team: member.team.clone(),
        partner: member.partner,
        key: None,
    };
    policy::grant(&principal).unwrap()
}

async fn tenant(app: &Arc<App>, text: &str) -> Tenant {
    let text = text.replacen("\n[[partner]]\n", LEFT, 1);
    let one_team = text.replace("team = \"Nordics\"", "team = \"DACH\"");
    let setup: Setup = toml::from_str(&one_team).unwrap();
    // What is unknown is skipped, so that a yes brings a lead to an owner.
    let customers = CUSTOMERS
        .replace("when_unknown = \"skip\" # the mail check may come later\n", "")
        .replace("\nthen = ", "\nwhen_unknown = \"skip\"\nthen = ");
    let id = setup_workspace::run(app, &setup, &[customers, PARTNERS.to_owned()]).await.unwrap();
    let members = workspace::members(app.db(), id).await.unwrap();
    let mut tenant = Tenant { id, ways: BTreeMap::new(), objects: BTreeMap::new() };
    for member in &members {
        let left = member.name.starts_with("Dora");
        let second = member.name.starts_with("Igor");
        let name = match member.role {
            _ if left => "disabled",
            _ if second => "other_admin",
            Role::Seller => "sdr",
            role => role.as_str(),
        };
        let way = way(app, member).await;
        if left {
            let mut row = member.clone();
            row.active = false;
            row.version += 1;
            apply(app, [row.save()]).await;
        }
        tenant.ways.entry(name.to_owned()).or_insert(way);
    }
    fill(app, &mut tenant).await;
    tenant
}

/// A key and a session, as they are after sign-in.
pub(crate) async fn way(app: &App, member: &MemberRow) -> Way {
    let (row, key) = api_key::make(app, member, "all", SCOPES);
    let secret = app.secret();
    let session = SessionRow {
        workspace: member.workspace,
        token_hash: keys::sha256(&secret),
        id: app.id(),
        member: member.id,
        form_token: URL_SAFE_NO_PAD.encode(app.secret()),
        created_at: app.now(),
        seen_at: app.now(),
        expires_at: app.now() + SignedDuration::from_hours(12),
    };
    let mut bytes = member.workspace.bytes().to_vec();
    bytes.extend_from_slice(&secret);
    apply(app, [row.insert(), session.insert()]).await;
    let cookie = format!("warmpath={}", URL_SAFE_NO_PAD.encode(bytes));
    Way { member: member.clone(), key, cookie, csrf: session.form_token }
}

async fn fill(app: &Arc<App>, tenant: &mut Tenant) {
    let lena = tenant.ways["revops"].member.clone();
    let admin = tenant.ways["admin"].member.clone();
    let made = manage_endpoints::make(app, &grant(&admin), "https://hooks.example/x", &[]).await;
    let endpoint = made.unwrap().endpoint.id.to_string();
    let pending = hand_over(app, &lena, "Priya Raman", "p.raman@northmere.example").await;
    let routed = hand_over(app, &lena, "Erik Sand", "erik.sand@fjordtech.example").await;
    answer(app, &routed, "erik.sand@fjordtech.example").await;
    let row = referral::referral(app.db(), tenant.id, pending.id).await.unwrap().unwrap();
    let consents = consent::of_person(app.db(), tenant.id, row.person).await.unwrap();
    let suppressed = "never.again@quietfield.example";
    let email = Email::parse(suppressed).unwrap();
    let entry = SuppressionRow {
        workspace: tenant.id,
        key: app.keys.blind(tenant.id, "mailbox", &email.folded()),
        id: app.id(),
        kind: "mailbox".to_owned(),
        reason: "objection".to_owned(),
        created_at: app.now(),
    };
    apply(app, [entry.put()]).await;
    let bytes = b"email,name,company\nkim@oakmill.example,Kim Oak,Oakmill\n".to_vec();
    let (file_name, source) = ("x.csv".to_owned(), String::new());
    let upload = Upload { kind: import::Kind::Contacts, file_name, source, bytes };
    let taken = upload_import::run(app, &grant(&admin), &upload, &Unknown::Ask).await.unwrap();
    run_import::start(app, &grant(&admin), taken.row.id).await.unwrap();
    let partner = &tenant.ways["partner"].member;
    tenant.objects = BTreeMap::from([
        ("workspace", tenant.id.to_string()),
        ("referral", pending.id.to_string()),
        ("referral_of_other_partner", pending.id.to_string()),
        ("routed", routed.id.to_string()),
        ("contact", row.person.to_string()),
        ("consent", consents[0].id.to_string()),
        ("user", tenant.ways["sdr"].member.id.to_string()),
        ("admin", admin.id.to_string()),
        ("partner", partner.id.to_string()),
        ("endpoint", endpoint),
        ("export", taken.row.id.to_string()),
        ("cursor", pending.id.to_string()),
        ("known_email", "p.raman@northmere.example".to_owned()),
        ("known_company", "Northmere Foods".to_owned()),
        ("suppressed_email", suppressed.to_owned()),
        ("user_email", lena.email.clone()),
        ("partner_email", partner.email.clone()),
    ]);
}

pub(crate) async fn hand_over(app: &App, by: &MemberRow, name: &str, email: &str) -> Receipt {
    let typed = Typed {
        name: name.to_owned(),
        company: "Northmere Foods".to_owned(),
        title: "VP Finance".to_owned(),
        email: email.to_owned(),
        referrer_name: "Tomasz Wolny".to_owned(),
        referrer_email: "tomasz@halden.example".to_owned(),
        relationship: "worked_together".to_owned(),
        context: "Their close takes twelve days.".to_owned(),
        kind: "direct".to_owned(),
        ..Typed::default()
    };
    hand_over::by_member(app, &grant(by), by, &typed).await.unwrap()
}

pub(crate) fn token_in(url: &str) -> String {
    url.rsplit('/').next().unwrap().to_owned()
}

/// The prospect says yes.
pub(crate) async fn answer(app: &App, receipt: &Receipt, email: &str) {
    let token = token_in(&receipt.answer_url);
    let page = answer_opt_in::page(app, &token).await.unwrap();
    let answered = Answered {
        nonce: page.nonce,
        answer: Answer::Yes,
        channels: vec![Channel::Email],
        email: Email::parse(email).ok(),
        phone: None,
        share_milestones: true,
        origin: String::new(),
    };
    answer_opt_in::answer(app, &token, &answered).await.unwrap();
}

async fn links(app: &Arc<App>, a: &Tenant) -> BTreeMap<&'static str, String> {
    let lena = &a.ways["revops"].member;
    let mut tokens = BTreeMap::new();
    let routed = a.objects["routed"].parse().unwrap();
    for row in access::links_of(app.db(), a.id, routed).await.unwrap() {
        let token = link::token_of(app, a.id, row.id);
        match row.purpose.as_str() {
            "answer" => tokens.insert("used", token),
            "withdraw" => tokens.insert("withdraw", token),
            "status" => tokens.insert("status", token),
            _ => None,
        };
    }
    let pending = a.objects["referral"].parse().unwrap();
    for row in access::links_of(app.db(), a.id, pending).await.unwrap() {
        let token = link::token_of(app, a.id, row.id);
        match row.purpose.as_str() {
            "answer" => tokens.insert("valid", token),
            "status" => tokens.insert("valid_status", token),
            _ => None,
        };
    }
    for (name, end) in [("expired", "expires"), ("revoked", "revokes")] {
        let email = format!("{name}@northmere.example");
        let receipt = hand_over(app, lena, "Ivo Hale", &email).await;
        let found = access::links_of(app.db(), a.id, receipt.id).await.unwrap();
        let mut row = found.into_iter().find(|row| row.purpose == "answer").unwrap();
        let hour: Timestamp = app.now() - SignedDuration::from_hours(1);
        if end == "expires" {
            row.expires_at = hour;
        } else {
            row.revoked_at = Some(hour);
        }
        row.version += 1;
        apply(app, [row.save()]).await;
        tokens.insert(name, token_in(&receipt.answer_url));
    }
    let rosa = &a.ways["csm"].member;
    let login = warmpath_app::sign_in::printed_link(app, rosa).await.unwrap();
    tokens.insert("login", token_in(&login));
    personal(app, a, &mut tokens).await;
    tokens
}

/// A personal referral link whose holder has proved the mailbox.
async fn personal(app: &Arc<App>, a: &Tenant, tokens: &mut BTreeMap<&'static str, String>) {
    let whom = make_personal_link::For {
        name: "Jana Holm".to_owned(),
        email: "jana@holmbridge.example".to_owned(),
        company: "Holmbridge".to_owned(),
        origin: "customer".to_owned(),
    };
    let made = make_personal_link::run(app, &grant(&a.ways["csm"].member), &whom).await.unwrap();
    tokens.insert("personal", token_in(&made.url));
    let subject = Subject { person: Some(made.person.id), ..Subject::default() };
    let ends = app.now() + SignedDuration::from_mins(10);
    let mut step = link::make(app, a.id, Purpose::MailboxCode, subject, ends);
    step.row.used_at = Some(app.now());
    apply(app, [step.row.insert()]).await;
    tokens.insert("personal_step", step.token);
}
