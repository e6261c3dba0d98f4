//! What an office does beside the referrals themselves: it thanks, comments, goes on holiday,
//! answers people's requests and hands out personal links. Through the use cases, as everything.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use warmpath_app::comment_on_referral;
use warmpath_app::make_personal_link::{self, For};
use warmpath_app::policy::{
    Acknowledge, ManageCompliance, ManageReferrers, ManageSettings, MoveReferral, OwnAccount, grant,
};
use warmpath_app::rows::{AcknowledgementRow, MemberRow};
use warmpath_app::thank_referrer;
use warmpath_app::{
    Failure, manage_absences, manage_api_keys, manage_requests, manage_suppressions,
};
use warmpath_core::id::{ReferralId, WorkspaceId};
use warmpath_core::referral::Door;
use warmpath_core::role::Role;
use warmpath_core::source::Clock as _;
use warmpath_store::table::{desk, referral};

use super::cast;
use super::history::Past;
use super::story::CUSTOMERS;
use crate::import::principal_of;

/// Thanks are written between these hours.
const AWAKE: std::ops::Range<i8> = 7..22;

/// Most thank-yous of one member looked at in a round.
const OWED_MAX: i64 = 1_000;

/// When each thank-you that is owed will be written; none is left for whoever visits the demo.
#[derive(Default)]
pub(super) struct Thanks {
    planned: BTreeMap<ReferralId, Option<SignedDuration>>,
    late_left: bool,
}

impl Thanks {
    /// Writes those whose hour has come.
    pub(super) async fn round(
        &mut self,
        past: &Past,
        workspace: WorkspaceId,
        members: &[MemberRow],
    ) -> anyhow::Result<()> {
        let now = past.clock.now();
        let hour = now.in_tz("Europe/Berlin")?.hour();
        if !AWAKE.contains(&hour) {
            return Ok(());
        }
        let app = &past.house.app;
        for ower in members {
            let last_resort = ower.role == Role::Revops;
            let owed = desk::thanks_owed_by(app.db(), workspace, ower.id, last_resort, OWED_MAX);
            for owed in owed.await? {
                if self.has_come(past, workspace, &owed, now).await? {
                    thank(past, &owed, ower).await?;
                }
            }
        }
        Ok(())
    }

    /// Whether the hour planned for these thanks has come; some are planned never.
    async fn has_come(
        &mut self,
        past: &Past,
        workspace: WorkspaceId,
        owed: &AcknowledgementRow,
        now: Timestamp,
    ) -> anyhow::Result<bool> {
        let row = referral::referral(past.house.app.db(), workspace, owed.referral).await?;
        let Some(row) = row else { return Ok(false) };
        let since = owed.due_at - SignedDuration::from_hours(24);
        // Thanks for what came through the portal fall to the owner, a seller.
        let is_sellers = row.door == Door::Portal;
        let planned = match self.planned.get(&owed.referral) {
            Some(planned) => *planned,
            None => {
                let planned = self.plan(past, past.now.duration_since(since), is_sellers);
                *self.planned.entry(owed.referral).or_insert(planned)
            }
        };
        Ok(planned.is_some_and(|after| now >= since + after))
    }

    /// Most are written the same day and a few late. Of those handed over yesterday and today some
    /// stay due, and one is late.
    fn plan(
        &mut self,
        past: &Past,
        age_at_end: SignedDuration,
        is_sellers: bool,
    ) -> Option<SignedDuration> {
        let chance = &past.chance;
        let age = age_at_end.as_hours();
        if age < 22 && chance.below(3) > 0 {
            return None;
        }
        if (25..90).contains(&age) && is_sellers && !self.late_left {
            self.late_left = true;
            return None;
        }
        let hours = if chance.below(22) == 0 { (26, 40) } else { (0, 9) };
        Some(SignedDuration::from_mins(60 * chance.between(hours.0, hours.1) + 20))
    }
}

/// By mail with a line of one's own; by phone where no mailbox is known or a place stayed open.
async fn thank(past: &Past, owed: &AcknowledgementRow, ower: &MemberRow) -> anyhow::Result<()> {
    let app = &past.house.app;
    let may = grant::<Acknowledge>(&principal_of(ower))?;
    let line = past.chance.one(&cast::THANKS);
    let text = match thank_referrer::draft(app, &may, owed.referral).await {
        Ok(draft) => draft.text,
        Err(Failure::NotFound | Failure::NotAllowed { .. }) => return Ok(()),
        Err(other) => return Err(other.into()),
    };
    match thank_referrer::send(app, &may, owed.referral, line, &text).await {
        Err(Failure::Invalid(_)) => Ok(thank_referrer::by_phone(app, &may, owed.referral).await?),
        other => Ok(other?),
    }
}

/// Somebody notes something on a lead they work.
pub(super) async fn comment(past: &Past, by: &MemberRow, id: ReferralId) -> anyhow::Result<()> {
    let may = grant::<MoveReferral>(&principal_of(by))?;
    let words = past.chance.one(&cast::COMMENTS);
    match comment_on_referral::run(&past.house.app, &may, id, words).await {
        Ok(_) | Err(Failure::NotFound | Failure::NotAllowed { .. }) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

/// What was done once, on a day: links for customers, requests of people, an absence, a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Errand {
    /// A personal link for the n-th customer.
    Link(usize),
    /// Somebody of the imported contacts asks for a copy of what is held; answered or not yet.
    Request(&'static str, bool),
    /// Somebody asks never to be written to.
    Suppress(&'static str),
    /// The n-th seller is away, from so many days after the end of the history.
    Away(usize, i64, &'static str),
    /// A program gets a key.
    Key(&'static str),
}

/// The errands, each with its day before the end.
pub(super) const ERRANDS: &[(i64, Errand)] = &[
    (85, Errand::Key("Customer success programme")),
    (70, Errand::Link(0)),
    (52, Errand::Link(1)),
    (33, Errand::Link(5)),
    (41, Errand::Request("robert.aalto@ebenau.example", true)),
    (27, Errand::Suppress("einkauf@rabenstein.example")),
    (19, Errand::Suppress("jobs@sundsvik.example")),
    (6, Errand::Request("tobias.demir@northmere.example", false)),
    (4, Errand::Away(1, 5, "Holiday")),
];

/// Runs one.
pub(super) async fn run(past: &Past, members: &[MemberRow], errand: Errand) -> anyhow::Result<()> {
    let app = &past.house.app;
    let of = |role: Role, n: usize| {
        let found = members.iter().filter(|m| m.role == role && m.active).nth(n);
        found.ok_or_else(|| anyhow::anyhow!("the sample has no {}", role.as_str()))
    };
    match errand {
        Errand::Link(n) => {
            let (name, email, company) = CUSTOMERS[n];
            let may = grant::<ManageReferrers>(&principal_of(of(Role::Csm, 0)?))?;
            let whom = For {
                name: name.to_owned(),
                email: email.to_owned(),
                company: company.to_owned(),
                origin: "customer".to_owned(),
            };
            make_personal_link::run(app, &may, &whom).await?;
        }
        Errand::Request(address, answered) => {
            let may = grant::<ManageCompliance>(&principal_of(of(Role::Revops, 0)?))?;
            let id = manage_requests::open(app, &may, address, "access").await?;
            if answered {
                manage_requests::close(app, &may, id, true).await?;
            }
        }
        Errand::Suppress(address) => {
            let may = grant::<ManageCompliance>(&principal_of(of(Role::Revops, 0)?))?;
            manage_suppressions::add(app, &may, address, "objection").await?;
        }
        Errand::Away(n, from, reason) => {
            let seller = of(Role::Seller, n)?;
            let may = grant::<OwnAccount>(&principal_of(seller))?;
            let day = |n: i64| (past.now + SignedDuration::from_hours(24 * n)).to_string();
            let (first, last) = (day(from), day(from + 4));
            manage_absences::add(app, &may, seller.id, &first[..10], &last[..10], reason).await?;
        }
        Errand::Key(name) => {
            let may = grant::<ManageSettings>(&principal_of(of(Role::Admin, 0)?))?;
            manage_api_keys::create(app, &may, name, &["referrals:write".to_owned()]).await?;
        }
    }
    Ok(())
}
