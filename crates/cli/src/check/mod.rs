//! `demo --check`: drives one referral from each door to `accepted` through the public HTTP faces
//! only, verifies the ledger, and says what it saw.
//!
//! The sign-in links are those that the demo prints, and mails are read where they are delivered;
//! everything else goes over loopback HTTP, as a browser or a program would send it.

mod client;
mod doors;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use warmpath_app::read_workspace;
use warmpath_app::rows::MemberRow;
use warmpath_app::sign_in::printed_link;
use warmpath_core::id::MemberId;
use warmpath_core::role::Role;
use warmpath_ledger::{Options, verify};

use self::client::{Answer, Ask, Visitor};
use self::doors::HandedOver;
use crate::house::{self, House};

/// How often something that the worker does is asked for, and how long between.
const ASKED_MAX: usize = 100;
const ASKED_EVERY: std::time::Duration = std::time::Duration::from_millis(200);

/// Serves the sample workspace in this folder on a free port and walks every door.
///
/// # Errors
/// The step that failed, and why.
pub(crate) async fn run(folder: &Path, say: impl Fn(&str)) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no free port on loopback")?;
    let address = listener.local_addr()?;
    let house = house::open(folder, &format!("http://{address}")).await?;
    crate::demo::load(&house, folder).await.context("the sample workspace")?;
    say(&format!("Checking on http://{address}"));
    let (stop, stopped) = watch::channel(false);
    let server = house::serve(&house, listener, stopped);
    let walk = async {
        let outcome = Check::new(&house, folder, address).await?.walk(&say).await;
        // Nobody listening any more is as good as stopped.
        let _ = stop.send(true);
        outcome
    };
    let (served, walked) = tokio::join!(server, walk);
    walked?;
    served
}

/// One run.
struct Check {
    address: SocketAddr,
    /// Everybody with the sign-in link that was printed for them.
    members: Vec<(MemberRow, String)>,
    /// Who has used their link already, with their cookie.
    inside: RefCell<BTreeMap<MemberId, Visitor>>,
    /// What makes this run's people new.
    stamp: String,
    /// The key of a program, made on the settings page.
    key: String,
    /// Where the mails go: the mailboxes of everybody outside.
    letters: PathBuf,
}

impl Check {
    async fn new(house: &House, folder: &Path, address: SocketAddr) -> anyhow::Result<Self> {
        let workspaces = read_workspace::all(&house.app).await?;
        let workspace = workspaces.first().context("there is no workspace")?.workspace;
        let mut members = Vec::new();
        for member in read_workspace::members(&house.app, workspace).await? {
            let link = printed_link(&house.app, &member).await?;
            members.push((member, link));
        }
        let stamp = house.app.now().as_millisecond().to_string();
        Ok(Self {
            address,
            members,
            inside: RefCell::default(),
            stamp,
            key: String::new(),
            letters: folder.join("outbox"),
        })
    }

    async fn walk(&mut self, say: &impl Fn(&str)) -> anyhow::Result<()> {
        self.key = self.make_key().await.context("settings: a key for a program")?;
        let mut seen = Vec::new();
        for door in doors::ALL {
            let step = |step: &str| format!("{}: {step}", door.name());
            let handed = self.hand_over(door).await.with_context(|| step("hand over"))?;
            self.answer_yes(&handed).await.with_context(|| step("answer"))?;
            let owner = self.accept(&handed).await.with_context(|| step("accept"))?;
            say(&format!(
                "  {:<14} {} handed over, answered yes, accepted by {owner}",
                door.name(),
                handed.person
            ));
            seen.push(handed.referral);
        }
        let words = self.check_ledger(&seen).await.context("ledger")?;
        say(&format!("  {:<14} {words}", "ledger"));
        say(&format!("Checked: {} doors, each to accepted, and the ledger holds.", seen.len()));
        Ok(())
    }

    /// Signs a member in through the page behind their printed link.
    async fn sign_in(&self, pick: impl Fn(&MemberRow) -> bool) -> anyhow::Result<Visitor> {
        let found = self.members.iter().find(|(member, _)| member.active && pick(member));
        let (member, link) = found.context("there is no such member")?;
        if let Some(visitor) = self.inside.borrow().get(&member.id) {
            return Ok(visitor.clone());
        }
        let path = path_of(link);
        let mut visitor = Visitor::new(self.address);
        let page = visitor.send(Ask::get(path)).await?;
        let nonce = page.expect(200)?.field("nonce")?;
        visitor.post(path, &[("nonce", &nonce)]).await?.expect(303).context("sign in")?;
        self.inside.borrow_mut().insert(member.id, visitor.clone());
        Ok(visitor)
    }

    async fn sign_in_as(&self, role: Role) -> anyhow::Result<Visitor> {
        self.sign_in(|member| member.role == role).await
    }

    fn program(&self) -> Visitor {
        Visitor::with_key(self.address, &self.key)
    }

    async fn make_key(&self) -> anyhow::Result<String> {
        let mut admin = self.sign_in_as(Role::Admin).await?;
        let csrf = admin.get("/settings/keys").await?.field("csrf")?;
        let scopes = [("scope", "referrals:read"), ("scope", "referrals:write")];
        let mut fields = vec![("csrf", csrf.as_str()), ("name", "Check")];
        fields.extend(scopes);
        let page = admin.post("/settings/keys", &fields).await?;
        let fresh = page.between("id=\"fresh-key\"", "<").context("the page shows no new key")?;
        Ok(fresh.rsplit('>').next().unwrap_or_default().trim().to_owned())
    }

    /// The person opens the link that was passed on, and says yes.
    async fn answer_yes(&self, handed: &HandedOver) -> anyhow::Result<()> {
        let path = format!("/a/{}", handed.answer_token);
        let mut prospect = Visitor::new(self.address);
        let page = prospect.get(&path).await?;
        let nonce = page.field("nonce")?;
        let mut fields = vec![("nonce", nonce.as_str()), ("answer", "yes"), ("channel", "email")];
        if page.field("email").is_ok() {
            fields.push(("email", &handed.email));
        }
        let after = prospect.post(&path, &fields).await?;
        let thanked = after.between("<h1", "</h1>").unwrap_or_default();
        ensure!(thanked.contains("Thank you"), "the page says: {thanked}");
        Ok(())
    }

    /// The owner finds it and presses “Accept”; their name.
    async fn accept(&self, handed: &HandedOver) -> anyhow::Result<String> {
        let found = self.referral(&handed.referral).await?;
        let state = found["state"].as_str().unwrap_or_default();
        ensure!(state == "routed", "it is {state} ({}), not routed", found["reason"]);
        let owner = found["owner"].as_str().context("it has no owner")?;
        let mut seller = self.sign_in(|member| member.id.to_string() == owner).await?;
        let inbox = seller.get("/inbox").await?;
        let place = format!("/referrals/{}", handed.referral);
        ensure!(inbox.body.contains(&place), "the owner's inbox does not show it");
        let page = seller.get(&place).await?;
        let accept = format!("{place}/accept");
        let (name, value) = page.button(&accept)?;
        let csrf = page.field("csrf")?;
        seller.post(&accept, &[("csrf", &csrf), (&name, &value)]).await?;
        let after = self.referral(&handed.referral).await?;
        ensure!(after["state"] == "accepted", "it is {} after accepting", after["state"]);
        let owner = self.members.iter().find(|(member, _)| member.id.to_string() == owner);
        Ok(owner.map(|(member, _)| member.name.clone()).unwrap_or_default())
    }

    async fn referral(&self, id: &str) -> anyhow::Result<Value> {
        self.program().get(&format!("/v1/referrals/{id}")).await?.json()
    }

    /// Exports the log as an auditor and verifies it as somebody without the database would.
    async fn check_ledger(&self, referrals: &[String]) -> anyhow::Result<String> {
        let mut auditor = self.sign_in_as(Role::Auditor).await?;
        let export = self
            .until("every acceptance numbered", async || {
                let export = auditor.get("/ledger/export").await?;
                Ok(referrals.iter().all(|id| accepted_in(&export, id)).then_some(export))
            })
            .await?;
        let report = verify(export.body.as_bytes(), &Options::default())?;
        if let Some(message) = &report.message {
            bail!("{message}");
        }
        ensure!(report.ok, "the export does not verify");
        let proof = auditor.get(&format!("/ledger/{}/proof.json", report.covered)).await?;
        proof.json()?;
        Ok(format!(
            "{} entries verified offline, {} under a signed checkpoint",
            report.entries, report.covered
        ))
    }

    /// Asks again until the worker has done its part.
    async fn until<T>(
        &self,
        what: &str,
        mut ask: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        for _ in 0..ASKED_MAX {
            if let Some(found) = ask().await? {
                return Ok(found);
            }
            tokio::time::sleep(ASKED_EVERY).await;
        }
        bail!("waited in vain for: {what}")
    }
}

/// Whether the export holds the entry of this referral's acceptance.
fn accepted_in(export: &Answer, referral: &str) -> bool {
    let mut lines = export.body.lines();
    lines.any(|line| line.contains(referral) && line.contains("referral.accepted"))
}

/// The path of one of our addresses.
fn path_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
}
