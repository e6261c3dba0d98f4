//! The partner portal: a person of an outside organisation hands over, and follows what their
//! organisation handed over. They never learn whether a person was known.

use jiff::{SignedDuration, Timestamp};
use warmpath_core::contact::Email;
use warmpath_core::id::{PartnerId, ReferralId};
use warmpath_core::referral::{Door, Origin, ReferralState};
use warmpath_store::table::referral::{self, Filter, ReferralRow};
use warmpath_store::table::workspace::MemberRow;

use crate::context::App;
use crate::error::Failure;
use crate::find_person::Described;
use crate::hand_over::{self, Typed};
use crate::policy::{Grant, UsePortal};
use crate::submit_referral::{self, Receipt, Referrer};
use crate::told;

/// What a partner sees changes no sooner than this after it happened, so that a quick answer does
/// not tell what was known.
pub const DELAY_HOURS: i64 = 24;

/// Hands over for the caller's organisation.
///
/// # Errors
/// As [`hand_over::check`] and [`submit_referral::run`]; [`Failure::NotFound`] for a member without
/// an organisation.
pub async fn submit(
    app: &App,
    grant: &Grant<UsePortal>,
    member: &MemberRow,
    typed: &Typed,
) -> Result<Receipt, Failure> {
    let partner = partner(grant)?;
    let referrer = Referrer {
        described: Described {
            name: member.name.clone(),
            email: Email::parse(&member.email).ok(),
            title: member.title.clone(),
            source: "member".to_owned(),
            ..Described::default()
        },
        evidence: evidence(),
        channel_level: 3,
        actor: Some(grant.principal().actor()),
        member: Some(grant.member()),
        partner: Some(partner),
    };
    let submission = hand_over::check(typed, Door::Portal, Origin::Partner, referrer, None)?;
    let key = hand_over::form_key(&typed.idempotency_key, member, typed);
    submit_referral::run(app, grant.workspace(), &submission, key.as_ref()).await
}

fn partner(grant: &Grant<UsePortal>) -> Result<PartnerId, Failure> {
    grant.principal().partner.ok_or(Failure::NotFound)
}

/// What a session in the portal shows: the mailbox answered its sign-in link, and the organisation
/// was set up with its domain.
fn evidence() -> Vec<(&'static str, &'static str, Option<SignedDuration>)> {
    let days = |n: i64| Some(SignedDuration::from_hours(24 * n));
    vec![
        ("C", "signed in by a link to the mailbox", days(90)),
        ("S", "handed over in a signed-in session", None),
        ("D", "member of a partner organisation", days(180)),
        ("R", "stated how they know each other", None),
    ]
}

/// The fixed small vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It is with us, or with the person.
    Received,
    /// We are talking.
    InTalks,
    /// It led to business.
    LedToBusiness,
    /// It is over.
    Closed,
}

/// What a partner may see of a referral at this moment.
pub fn seen(row: &ReferralRow, at: Timestamp) -> Seen {
    use ReferralState as S;
    if row.state_since + SignedDuration::from_hours(DELAY_HOURS) > at {
        // What was true before the last step is not kept here; the least that is surely true is.
        let talked = row.contacted_at.is_some_and(|contacted| contacted < row.state_since);
        return if talked { Seen::InTalks } else { Seen::Received };
    }
    match row.state {
        S::Contacted | S::MeetingScheduled | S::MeetingHeld | S::Qualified | S::NoShow => {
            Seen::InTalks
        }
        S::Opportunity => Seen::InTalks,
        S::Won => Seen::LedToBusiness,
        S::Lost | S::Failed | S::Declined | S::Cancelled | S::Withdrawn | S::Expired => {
            Seen::Closed
        }
        // Waiting, held, joined with another and later look alike.
        _ => Seen::Received,
    }
}

/// A line of the list.
#[derive(Debug, Clone)]
pub struct Line {
    /// The referral.
    pub id: ReferralId,
    /// Who was handed over, as this partner named them.
    pub name: String,
    /// What they may see of it.
    pub seen: Seen,
    /// Handed over.
    pub at: Timestamp,
    /// By this very member.
    pub own: bool,
}

/// A page of the organisation's referrals, latest first.
///
/// # Errors
/// [`Failure::NotFound`] for a member without an organisation.
pub async fn list(
    app: &App,
    grant: &Grant<UsePortal>,
    before: Option<ReferralId>,
    limit: i64,
) -> Result<Vec<Line>, Failure> {
    let filter = Filter { partner: Some(partner(grant)?), before, limit, ..Filter::default() };
    let rows = referral::list(app.db(), grant.workspace(), &filter).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let slot = told::name_slot();
    let names = referral::texts_in_slot(app.db(), grant.workspace(), &ids, slot).await?;
    let now = app.now();
    Ok(rows
        .into_iter()
        .map(|row| Line {
            id: row.id,
            name: told::name_in(&names, row.id),
            seen: seen(&row, now),
            at: row.received_at,
            own: row.submitted_by == Some(grant.member()),
        })
        .collect())
}
