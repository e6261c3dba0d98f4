//! Stops an import: what is in stays, nothing more comes in. The batch under way is a conflict then
//! and leaves nothing behind.

use warmpath_core::id::ImportId;
use warmpath_store::Applied;
use warmpath_store::table::import::{self as imports, ImportRow};

use crate::context::App;
use crate::error::Failure;
use crate::import::State;
use crate::policy::{Grant, Import, Principal};
use crate::unit::{Happening, Unit};

/// Stops it.
///
/// # Errors
/// [`Failure::Conflict`] when it has ended already.
pub async fn run(app: &App, grant: &Grant<Import>, id: ImportId) -> Result<ImportRow, Failure> {
    any(app, grant.principal(), id).await
}

/// Stops an import of whatever kind; the caller has looked whose it is.
pub(crate) async fn any(app: &App, by: &Principal, id: ImportId) -> Result<ImportRow, Failure> {
    for _ in 0..5 {
        let row = imports::import(app.db(), by.workspace, id).await?;
        let mut row = row.ok_or(Failure::NotFound)?;
        if row.state.parse().is_ok_and(State::is_final) {
            return Err(Failure::Conflict(format!("This import is {} already.", row.state)));
        }
        let mut unit = Unit::new(app, by.workspace);
        State::Stopped.as_str().clone_into(&mut row.state);
        row.finished_at = Some(unit.at);
        row.version += 1;
        unit.push(row.save());
        unit.extend(imports::forget(row.workspace, row.id));
        let happening = Happening::new("import.stopped", by.actor(), row.id)
            .with("done", row.done)
            .with("total", row.total);
        unit.record(happening).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(row);
        }
    }
    Err(Failure::Conflict("The import moves on too quickly. Press again.".into()))
}
