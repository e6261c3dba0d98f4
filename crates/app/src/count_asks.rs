//! Counts what happens with connectors: asks, answers, gives and takes, refusals; and how long an
//! ask over a tie of each tier took to come to something. Whoever runs introductions calls these
//! with the unit of their own use case, so that count and event are one change.

use warmpath_core::id::{PersonId, WorkspaceId};
use warmpath_core::limits;
use warmpath_network::Tier;
use warmpath_store::table::network::{self, ActivationRow, ConnectorRecordRow, Delta};
use warmpath_store::table::person;

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, OwnNetwork};
use crate::unit::{Happening, Unit};

/// Open asks a connector carries, unless they said otherwise.
pub const BUDGET: i64 = limits::CONNECTOR_OPEN_ASKS_MAX as i64;

/// Days between two asks of one connector.
pub const REST_DAYS: i64 = 14;

/// The record of somebody nobody asked yet.
pub fn nobody_asked(workspace: WorkspaceId, person: PersonId) -> ConnectorRecordRow {
    ConnectorRecordRow {
        workspace,
        person,
        asked: 0,
        accepted: 0,
        open_asks: 0,
        budget: BUDGET,
        given: 0,
        received: 0,
        refuses: false,
        asked_at: None,
    }
}

/// A connector is asked over a tie of this tier; `about` names the record the ask belongs to.
pub fn asked(unit: &mut Unit<'_>, person: PersonId, about: &str, tier: Tier) {
    let delta = Delta { open: 1, ..Delta::default() };
    unit.push(network::count(unit.workspace, person, delta, BUDGET, Some(unit.at)));
    let row = ActivationRow {
        workspace: unit.workspace,
        about: about.to_owned(),
        person,
        tier: tier.word().to_owned(),
        asked_at: unit.at,
        activated_at: None,
    };
    unit.push(row.insert());
    unit.push(network::choices_changed(unit.workspace));
}

/// An open ask was answered; silence after its deadline is an answer of no.
pub fn answered(unit: &mut Unit<'_>, person: PersonId, about: &str, accepted: bool) {
    let delta = Delta { asked: 1, accepted: i64::from(accepted), open: -1, ..Delta::default() };
    unit.push(network::count(unit.workspace, person, delta, BUDGET, None));
    if accepted {
        unit.push(network::activated(unit.workspace, about, unit.at));
    }
    unit.push(network::choices_changed(unit.workspace));
}

/// An open ask ended without an answer: it was taken back, or the other side said no first.
pub fn ended(unit: &mut Unit<'_>, person: PersonId) {
    let delta = Delta { open: -1, ..Delta::default() };
    unit.push(network::count(unit.workspace, person, delta, BUDGET, None));
    unit.push(network::choices_changed(unit.workspace));
}

/// An introduction they made for us was delivered.
pub fn received(unit: &mut Unit<'_>, person: PersonId) {
    let delta = Delta { received: 1, ..Delta::default() };
    unit.push(network::count(unit.workspace, person, delta, BUDGET, None));
    unit.push(network::choices_changed(unit.workspace));
}

/// They had an introduction, a favour or something useful from us.
pub fn gave(unit: &mut Unit<'_>, person: PersonId) {
    let delta = Delta { given: 1, ..Delta::default() };
    unit.push(network::count(unit.workspace, person, delta, BUDGET, None));
    unit.push(network::choices_changed(unit.workspace));
}

/// They asked not to be asked, or take it back; nothing goes through them from now on.
///
/// # Errors
/// When the database cannot be read.
pub async fn refuses(
    app: &App,
    unit: &mut Unit<'_>,
    person: PersonId,
    refuses: bool,
) -> Result<(), Failure> {
    let row = network::connector(app.db(), unit.workspace, person).await?;
    let mut row = row.unwrap_or_else(|| nobody_asked(unit.workspace, person));
    row.refuses = refuses;
    unit.push(row.put());
    unit.push(network::choices_changed(unit.workspace));
    Ok(())
}

/// A member notes that somebody does not want to be asked, or that they may be again.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such person here.
pub async fn note_refusal(
    app: &App,
    grant: &Grant<OwnNetwork>,
    id: PersonId,
    refuses_now: bool,
) -> Result<(), Failure> {
    exists(app, grant, id).await?;
    let mut unit = Unit::new(app, grant.workspace());
    refuses(app, &mut unit, id, refuses_now).await?;
    let kind = if refuses_now { "connector.refuses" } else { "connector.may_be_asked" };
    unit.record(Happening::new(kind, grant.principal().actor(), id).of(id)).await?;
    unit.commit("This was changed meanwhile. Look again.").await
}

async fn exists(app: &App, grant: &Grant<OwnNetwork>, id: PersonId) -> Result<(), Failure> {
    let known = person::person(app.db(), grant.workspace(), id).await?;
    known.filter(|row| row.erased_at.is_none()).map(|_| ()).ok_or(Failure::NotFound)
}
