//! Makes a fresh link to pass on: the old one ends at that moment.

use jiff::SignedDuration;
use warmpath_core::referral::{Action, Command, Standing};
use warmpath_core::role::Actor;
use warmpath_store::Applied;
use warmpath_store::table::access::{self, LinkRow};
use warmpath_store::table::referral::{self, ReferralRow};

use crate::advance_referral;
use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::link::{self, Purpose};
use crate::submit_referral::{LINK_DAYS, answer_link};
use crate::unit::{Happening, Unit};

/// Puts a fresh link into the unit and takes the unused ones back.
///
/// # Errors
/// [`Failure::NotFound`] when the referral asks for no consent.
pub fn renew(app: &App, unit: &mut Unit<'_>, row: &ReferralRow) -> Result<LinkRow, Failure> {
    let consent = row.consent.ok_or(Failure::NotFound)?;
    unit.push(access::revoke_links(unit.workspace, row.id, Purpose::Answer.as_str(), unit.at));
    let ends = unit.at + SignedDuration::from_hours(24 * LINK_DAYS);
    let fresh = answer_link(app, row, consent, ends).row;
    unit.push(fresh.insert());
    Ok(fresh)
}

/// The referrer makes one on their status page.
///
/// # Errors
/// [`Failure::Link`] when the page's link is not one or the page was not fetched before,
/// [`Failure::Refused`] when the person has answered meanwhile.
pub async fn by_referrer(app: &App, token: &str, nonce: &str) -> Result<(), Failure> {
    for _ in 0..5 {
        let page = link::find(app, token, Purpose::Status).await?;
        if page.expires_at <= app.now() {
            return Err(Failure::Link(LinkTrouble::Ended));
        }
        if nonce != page.nonce {
            return Err(Failure::Link(LinkTrouble::NoPage));
        }
        let id = page.referral.ok_or(Failure::Link(LinkTrouble::Unknown))?;
        let row = referral::referral(app.db(), page.workspace, id).await?;
        let mut row = row.ok_or(Failure::Link(LinkTrouble::Unknown))?;
        let mut unit = Unit::new(app, page.workspace);
        let command = Command::new(Action::RenewLink, vec![Standing::Referrer]);
        advance_referral::step(&unit, &mut row, command, false)?;
        renew(app, &mut unit, &row)?;
        let actor = Actor::Referrer(row.referrer);
        unit.record(Happening::new("referral.link_renewed", actor, row.id).of(row.person)).await?;
        row.version += 1;
        unit.push(row.save());
        if unit.apply().await? == Applied::Applied {
            return Ok(());
        }
    }
    Err(Failure::Conflict("Somebody is working on this right now. Press again.".into()))
}
