//! Where a connector said no or was silent, the next of the shortlist is asked: as an introduction of
//! its own, because every connector has their own tracks and their own goodwill.

use warmpath_core::id::{IntroductionId, PersonId};
use warmpath_core::introduction::{Action, Command};

use super::dossier::{self, standings};
use super::request::{self, Wanted};
use super::{Dossier, advance};
use crate::context::App;
use crate::error::{Failure, NotPossible};
use crate::policy::{AskIntroduction, Grant};
use crate::unit::Unit;

/// Asks the next connector of the shortlist, or this one.
///
/// # Errors
/// [`Failure::NotPossible`] when nobody is left, or as [`request::run`].
pub async fn run(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: IntroductionId,
    to: Option<PersonId>,
) -> Result<IntroductionId, Failure> {
    let ws = grant.workspace();
    let dossier = dossier::load(app, ws, id).await?;
    let standings = standings(grant.principal(), &dossier.row);
    if standings.is_empty() {
        return Err(Failure::NotFound);
    }
    let now = dossier::state(&dossier.row);
    let command = Command::by(Action::Reroute, standings);
    warmpath_core::introduction::decide(&now, &command, app.now()).map_err(advance::refused)?;
    let next = to.or_else(|| dossier.row.shortlist.0.first().copied()).ok_or_else(|| {
        let sentence = "Nobody is left on the shortlist. Look for another path.";
        Failure::from(NotPossible::new("shortlist_empty", sentence))
    })?;
    let wanted = wanted(&dossier, next);
    request::run_for(app, grant, dossier.row.requester, &wanted, Some(id)).await
}

/// The old one ends as rerouted, in the change set that begins the new one.
pub(super) async fn leave(
    app: &App,
    unit: &mut Unit<'_>,
    grant: &Grant<AskIntroduction>,
    from: IntroductionId,
    to: IntroductionId,
) -> Result<(), Failure> {
    let mut dossier = dossier::load(app, grant.workspace(), from).await?;
    dossier.row.rerouted_to = Some(to);
    let standings = standings(grant.principal(), &dossier.row);
    let command = Command::by(Action::Reroute, standings);
    advance::step(app, unit, &mut dossier, &command, grant.principal().actor()).await?;
    Ok(())
}

fn wanted(dossier: &Dossier, connector: PersonId) -> Wanted {
    let text = |slot: &str| dossier.text(slot).to_owned();
    let row = &dossier.row;
    Wanted {
        target: row.target,
        connector,
        shortlist: row.shortlist.0.iter().copied().filter(|&p| p != connector).collect(),
        role: text("role"),
        industry: text("industry"),
        size: text("size"),
        topic: text("topic"),
        benefit: text("benefit"),
        problem: text("problem"),
        proof: text("proof"),
        reveal: row.reveal,
        deal: row.deal,
        profile: row.profile.clone(),
    }
}
