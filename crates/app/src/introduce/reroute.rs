//! Where a connector said no or was silent, the next of the shortlist is asked: as an introduction of
//! its own, because every connector has their own tracks and their own goodwill.

use warmpath_core::id::{IntroductionId, PersonId};
use warmpath_core::introduction::{Action, Command, RequestState};
use warmpath_store::Applied;

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
    let new = request::run_for(app, grant, dossier.row.requester, &wanted(&dossier, next)).await?;
    for _ in 0..5 {
        let mut dossier = dossier::load(app, ws, id).await?;
        if dossier.row.request == RequestState::Rerouted {
            break;
        }
        let mut unit = Unit::new(app, ws);
        dossier.row.rerouted_to = Some(new);
        let actor = grant.principal().actor();
        advance::step(app, &mut unit, &mut dossier, &command, actor).await?;
        let mut after = dossier::load(app, ws, new).await?.row;
        after.rerouted_from = Some(id);
        after.version += 1;
        unit.push(after.save());
        if unit.apply().await? == Applied::Applied {
            break;
        }
    }
    Ok(new)
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
