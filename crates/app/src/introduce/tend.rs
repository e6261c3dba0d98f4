//! The clocks of introductions: a step that ran out of time ends by itself, and a connector who was
//! not told what became of it is brought to the requester's mind.

use warmpath_core::introduction::{Action, Command, Standing};
use warmpath_core::role::Actor;
use warmpath_store::table::job::JobRow;

use super::dossier::{self, state};
use super::{Dossier, advance};
use crate::context::App;
use crate::error::Failure;
use crate::run_job::{Step, StepFailure, end};
use crate::send_mail::{Letter, queue};
use crate::unit::{Happening, Unit};

async fn found(app: &App, job: &JobRow) -> Result<Option<Dossier>, StepFailure> {
    let id = job.about.parse().map_err(|_| StepFailure::GiveUp("bad id".into()))?;
    match dossier::load(app, job.workspace, id).await {
        Ok(dossier) => Ok(Some(dossier)),
        Err(Failure::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Takes the step that time takes, if it is due.
///
/// # Errors
/// [`StepFailure`].
pub(crate) async fn step(app: &App, job: &JobRow) -> Step {
    let mut unit = Unit::new(app, job.workspace);
    if let Some(mut dossier) = found(app, job).await?
        && let Some(action) = state(&dossier.row).overdue(unit.at)
    {
        let command = Command::new(action, Standing::System).because(reason(action));
        advance::step(app, &mut unit, &mut dossier, &command, Actor::System).await?;
    }
    end(unit, job).await
}

fn reason(action: Action) -> &'static str {
    match action {
        Action::ConnectorSilent => "connector_silent",
        Action::TargetSilent => "target_silent",
        Action::NothingCame => "no_answer",
        _ => "out_of_time",
    }
}

/// The connector is owed news, and nobody told them in time.
///
/// # Errors
/// [`StepFailure`].
pub(crate) async fn news(app: &App, job: &JobRow) -> Step {
    let mut unit = Unit::new(app, job.workspace);
    if let Some(dossier) = found(app, job).await?
        && dossier.row.tell_by.is_some_and(|by| by <= unit.at)
    {
        let id = dossier.row.id;
        unit.record(Happening::new("introduction.news_late", Actor::System, id)).await?;
        let address = format!("{}/introductions/{id}", app.config.public_url);
        let letter = Letter::service(
            "introduction_news_late",
            &dossier.requester.email,
            "Your connector has not heard what became of it",
        )
        .saying(format!(
            "Hello,\n\nseven days are over, and the connector of your introduction has not heard \
             what became of it. One sentence is enough, also when nothing came of it:\n\n{address}\n"
        ));
        let mail = queue(app, &mut unit, letter);
        advance::belongs(&mut unit, &dossier, mail);
    }
    end(unit, job).await
}

/// A person is forgotten: every introduction they are part of ends.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn end_all_of(
    app: &App,
    unit: &mut Unit<'_>,
    person: warmpath_core::id::PersonId,
) -> Result<(), Failure> {
    let (db, ws) = (app.db(), unit.workspace);
    let mut rows = warmpath_store::table::introduction::of_target(db, ws, person).await?;
    rows.extend(warmpath_store::table::introduction::of_connector(db, ws, person).await?);
    for row in rows {
        let mut dossier = dossier::load(app, ws, row.id).await?;
        let action = if row.request.is_before_delivery() {
            Action::Withdraw
        } else if row.request == warmpath_core::introduction::RequestState::Delivered {
            // Nothing is followed up any more.
            Action::NothingCame
        } else {
            continue;
        };
        let by = [Standing::System, Standing::Programme].to_vec();
        let command = Command::by(action, by).because("erased");
        match advance::step(app, unit, &mut dossier, &command, Actor::System).await {
            Ok(_) | Err(Failure::NotPossible(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}
