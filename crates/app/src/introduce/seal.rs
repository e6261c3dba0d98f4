//! What must not be said to whom, before whose consent.

use warmpath_core::id::{PersonId, WorkspaceId};
use warmpath_core::introduction::Reveal;
use warmpath_core::introduction::sealed::Sealed;
use warmpath_store::table::person;

use super::Dossier;
use crate::context::App;
use crate::error::Failure;

/// Seals a person: name, company and addresses as stored.
///
/// # Errors
/// When the database cannot be read.
pub async fn person_sealed(
    app: &App,
    ws: WorkspaceId,
    row: &person::PersonRow,
) -> Result<Sealed, Failure> {
    Ok(Sealed::nobody().person(&row.name, &row.company, &addresses(app, ws, row.id).await?))
}

async fn addresses(app: &App, ws: WorkspaceId, id: PersonId) -> Result<Vec<String>, Failure> {
    let points = person::contact_points(app.db(), ws, id).await?;
    Ok(points.into_iter().map(|p| p.value).collect())
}

/// What a text to the connector must not say: before their yes to the blind ask, the target.
///
/// # Errors
/// When the database cannot be read.
pub async fn from_connector(app: &App, dossier: &Dossier) -> Result<Sealed, Failure> {
    if dossier.row.named {
        return Ok(Sealed::nobody());
    }
    person_sealed(app, dossier.row.workspace, &dossier.target).await
}

/// What a text to the target must not say: as much of the requester as they did not agree to show.
pub fn from_target(dossier: &Dossier) -> Sealed {
    let (member, ours) = (&dossier.requester, &dossier.workspace);
    let mails = [member.email.clone()];
    match dossier.row.reveal {
        _ if dossier.is_open() => Sealed::nobody(),
        Reveal::Name => Sealed::nobody(),
        Reveal::Company => Sealed::nobody().person(&member.name, "", &[]),
        Reveal::Nothing => {
            let sealed = Sealed::nobody().person(&member.name, &ours.name, &mails);
            sealed.person("", &ours.legal_name, &[])
        }
    }
}

/// What a page of the team must not say: the target, until both said yes.
///
/// # Errors
/// When the database cannot be read.
pub async fn from_team(app: &App, dossier: &Dossier) -> Result<Sealed, Failure> {
    if dossier.is_open() {
        return Ok(Sealed::nobody());
    }
    person_sealed(app, dossier.row.workspace, &dossier.target).await
}
