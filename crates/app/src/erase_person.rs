//! Forgets a person: what is readable is deleted, the key of what cannot be deleted is destroyed,
//! and the ledger stays valid.

use warmpath_core::id::PersonId;
use warmpath_core::role::Actor;
use warmpath_ledger::SUBJECT_SHREDDED;
use warmpath_store::table::person::{self, SubjectKeyRow};
use warmpath_store::table::referral::{self, ReferralRow};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ManageCompliance};
use crate::unit::{Happening, Unit};

/// Erases a person on request.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such person here.
pub async fn run(
    app: &App,
    grant: &Grant<ManageCompliance>,
    person: PersonId,
) -> Result<(), Failure> {
    let mut unit = Unit::new(app, grant.workspace());
    erase(app, &mut unit, person, grant.principal().actor(), "request").await?;
    unit.commit("Somebody is working on this person right now. Try again.").await
}

/// Shreds a person who never answered, unless something else keeps them.
///
/// # Errors
/// When the database cannot be read.
pub async fn shred_unanswered(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
) -> Result<(), Failure> {
    let others = referral::of_person(app.db(), unit.workspace, row.person).await?;
    let kept = others.iter().any(|r| r.id != row.id && !r.state.is_final())
        || !referral::by_referrer(app.db(), unit.workspace, row.person).await?.is_empty()
        || person::has_source_record(app.db(), unit.workspace, row.person).await?;
    if kept {
        return Ok(());
    }
    erase(app, unit, row.person, Actor::System, "unanswered").await
}

async fn erase(
    app: &App,
    unit: &mut Unit<'_>,
    id: PersonId,
    actor: Actor,
    reason: &'static str,
) -> Result<(), Failure> {
    let row = person::person(app.db(), unit.workspace, id).await?;
    let mut row = row.filter(|r| r.erased_at.is_none()).ok_or(Failure::NotFound)?;
    row.name = String::new();
    row.name_key = Vec::new();
    row.title = String::new();
    row.company = String::new();
    row.country = None;
    row.erased_at = Some(unit.at);
    row.version += 1;
    unit.push(row.save());
    unit.extend(person::shred(unit.workspace, id));
    let key = SubjectKeyRow {
        workspace: unit.workspace,
        person: id,
        wrapped: Vec::new(),
        destroyed_at: Some(unit.at),
    };
    unit.push(key.put());
    let happening = Happening::new(SUBJECT_SHREDDED, actor, id).of(id).with("reason", reason);
    unit.record(happening).await?;
    Ok(())
}
