//! Joins a referral with the lead of the same person or company that somebody chose by hand: one
//! lead, all credited.

use warmpath_core::id::ReferralId;
use warmpath_core::referral::{Action, Command, ReferralState};
use warmpath_store::Applied;
use warmpath_store::table::{referral, workspace};

use crate::advance_referral;
use crate::context::App;
use crate::error::Failure;
use crate::move_referral::standings;
use crate::policy::{Grant, MoveReferral, ReadReferrals};
use crate::read_referrals::{Dossier, Line, lines_of};
use crate::resolve::cluster;
use crate::run_clock;
use crate::unit::{Happening, Unit};

/// The leads that a referral could join: open ones of the same person, then of the same company.
///
/// # Errors
/// When the database cannot be read.
pub async fn candidates(
    app: &App,
    grant: &Grant<ReadReferrals>,
    dossier: &Dossier,
) -> Result<Vec<Line>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let row = &dossier.referral;
    let mut rows = cluster::referrals(db, ws, row.person).await?;
    if let Some(account) = row.account {
        rows.extend(referral::of_account(db, ws, account).await?);
    }
    let mut kept: Vec<referral::ReferralRow> = Vec::new();
    for found in rows {
        let open = !found.state.is_final() && found.cleared_at.is_some() && found.id != row.id;
        if open && !kept.iter().any(|k| k.id == found.id) {
            kept.push(found);
        }
    }
    lines_of(app, grant.principal(), kept, &dossier.members).await
}

/// Joins.
///
/// # Errors
/// [`Failure::Invalid`] when the lead is not one, [`Failure::Refused`] as the table says.
pub async fn run(
    app: &App,
    grant: &Grant<MoveReferral>,
    id: ReferralId,
    lead: ReferralId,
) -> Result<(), Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let members = workspace::members(db, ws).await?;
    for _ in 0..5 {
        let mut row = referral::referral(db, ws, id).await?.ok_or(Failure::NotFound)?;
        let standings = standings(grant.principal(), &row, &members);
        if standings.is_empty() {
            return Err(Failure::NotFound);
        }
        let lead = referral::referral(db, ws, lead).await?;
        let lead = lead
            .filter(|l| l.id != id && !l.state.is_final() && l.state != ReferralState::Received);
        let lead = lead.ok_or_else(|| {
            Failure::invalid("lead", "lead_unknown", "Choose one of the leads on the list.")
        })?;
        let mut unit = Unit::new(app, ws);
        let command = Command::new(Action::MarkDuplicate, standings).because("same_person");
        advance_referral::step(&unit, &mut row, command, true)?;
        advance_referral::credit_to(&mut unit, &mut row, &lead);
        run_clock::drop_all(app, &mut unit, row.id).await?;
        let happening = Happening::new("referral.joined", grant.principal().actor(), row.id)
            .of(row.person)
            .with("lead", lead.id);
        unit.record(happening).await?;
        row.version += 1;
        unit.push(row.save());
        if unit.apply().await? == Applied::Applied {
            return Ok(());
        }
    }
    Err(Failure::Conflict("Others are working on this referral. Look again.".into()))
}
