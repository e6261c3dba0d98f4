//! `demo --check`: drives one referral from each door to `accepted` through the public HTTP faces only,
//! verifies the ledger, and says what it saw.

mod client;

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use warmpath_core::role::Role;

use crate::house::House;
use client::Visitor;

/// What a step saw.
pub(crate) struct Seen {
    /// The door.
    pub(crate) door: &'static str,
    /// In a sentence.
    pub(crate) what: String,
}

/// One run.
pub(crate) struct Check<'a> {
    house: &'a House,
    address: SocketAddr,
    stamp: String,
}

impl<'a> Check<'a> {
    /// Against a server at this address.
    pub(crate) fn new(house: &'a House, address: SocketAddr) -> Self {
        let stamp = house.app.now().as_microsecond().to_string();
        Self { house, address, stamp }
    }

    /// Signs somebody of this role in, through the page behind a printed link.
    async fn sign_in(&self, pick: impl Fn(&warmpath_app::rows::MemberRow) -> bool) -> anyhow::Result<Visitor> {
        let workspaces = warmpath_app::read_workspace::all(&self.house.app).await?;
        let workspace = workspaces.first().context("there is no workspace")?.workspace;
        let members = warmpath_app::read_workspace::members(&self.house.app, workspace).await?;
        let member = members.iter().find(|m| m.active && pick(m)).context("no such member")?;
        let link = warmpath_app::sign_in::printed_link(&self.house.app, member).await?;
        let path = path_of(&link)?;
        let mut visitor = Visitor::new(self.address);
        let nonce = visitor.get(&path).await?.expect(200)?.field("nonce")?;
        visitor.form(&path, &[("nonce", &nonce)]).await?.expect(303)?;
        Ok(visitor)
    }

    /// The form for members.
    pub(crate) async fn form(&self) -> anyhow::Result<Seen> {
        let mut csm = self.sign_in(|m| m.role == Role::Csm).await?;
        let page = csm.get("/hand-over").await?.expect(200)?;
        let (csrf, key) = (page.field("csrf")?, page.field("idempotency_key")?);
        let email = format!("form.{}@northmere.example", self.stamp);
        let answer = csm
            .form(
                "/hand-over",
                &[
                    ("csrf", csrf.as_str()),
                    ("idempotency_key", &key),
                    ("name", "Priya Raman"),
                    ("company", "Northmere Foods"),
                    ("role", "VP Finance"),
                    ("email", &email),
                    ("relation", "business"),
                    ("words", "Her close still takes eleven days."),
                    ("kind", "direct"),
                    ("knows", "yes"),
                ],
            )
            .await?
            .expect(303)?;
        let status = answer.location.context("no status page")?;
        self.answer_and_accept("form", &status).await
    }

    /// Follows a status page to the answer page, says yes, and lets the owner accept.
    async fn answer_and_accept(&self, door: &'static str, status: &str) -> anyhow::Result<Seen> {
        let mut referrer = Visitor::new(self.address);
        let page = referrer.get(status).await?.expect(200)?;
        let token = page.between("/a/", "\"").or_else(|| page.between("/a/", "<"));
        let token: String = token
            .context("the status page shows no link to pass on")?
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
            .collect();
        let path = format!("/a/{token}");
        let mut prospect = Visitor::new(self.address);
        let nonce = prospect.get(&path).await?.expect(200)?.field("nonce")?;
        prospect
            .form(&path, &[("nonce", &nonce), ("answer", "yes"), ("channel", "email")])
            .await?
            .expect(200)?;
        self.accept(door, &token).await
    }

    /// The owner finds it in the inbox and accepts.
    async fn accept(&self, door: &'static str, token: &str) -> anyhow::Result<Seen> {
        let (id, owner) = warmpath_app::read_referrals::owner_by_link(&self.house.app, token)
            .await?
            .with_context(|| format!("{door}: the referral has no owner"))?;
        let mut seller = self.sign_in(|m| m.id == owner).await?;
        let page = seller.get(&format!("/referrals/{id}")).await?.expect(200)?;
        let csrf = page.field("csrf")?;
        let path = format!("/referrals/{id}/accept");
        let answer = seller.form(&path, &[("csrf", &csrf)]).await?;
        if answer.status != 303 {
            bail!("accept answered {}", answer.status);
        }
        let page = seller.get(&format!("/referrals/{id}")).await?.expect(200)?;
        if !page.body.contains("Accepted") {
            bail!("the page does not say that it was accepted");
        }
        Ok(Seen { door, what: format!("{id} went to its owner and was accepted") })
    }
}

fn path_of(link: &str) -> anyhow::Result<String> {
    let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).context("a link without a path")?;
    Ok(path.to_owned())
}
