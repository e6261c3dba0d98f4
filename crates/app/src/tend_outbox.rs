//! The outbox: every mail and what became of it, and the jobs that were given up. What failed or
//! whose answer was lost is sent again by a person only.

use warmpath_core::id::{JobId, MailId};
use warmpath_core::limits::PAGE_ROWS_DEFAULT;
use warmpath_store::table::job::{self, JobRow};
use warmpath_store::table::mail::{self, MailRow};
use warmpath_store::table::workspace::{self, MemberRow};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ManageCompliance, ReadOutbox};
use crate::send_mail::queue_stored;
use crate::unit::{Happening, Unit};

/// The states of a mail.
pub const STATES: &[&str] = &["draft", "queued", "sent", "failed", "unknown", "cancelled"];

/// A page of mails, latest first.
#[derive(Debug, Clone)]
pub struct Page {
    /// The mails.
    pub mails: Vec<MailRow>,
    /// Ask before this one for the next page.
    pub next: Option<MailId>,
    /// Members, for the names of senders.
    pub members: Vec<MemberRow>,
}

/// Mails in a state (empty is any), before one.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    app: &App,
    grant: &Grant<ReadOutbox>,
    state: &str,
    before: Option<MailId>,
) -> Result<Page, Failure> {
    let (db, ws, limit) = (app.db(), grant.workspace(), PAGE_ROWS_DEFAULT);
    let states: Vec<&str> = STATES.iter().copied().filter(|s| *s == state).collect();
    let mut mails = mail::in_states(db, ws, &states, before, limit as i64 + 1).await?;
    let more = mails.len() > limit;
    mails.truncate(limit);
    let next = mails.last().map(|m| m.id).filter(|_| more);
    Ok(Page { mails, next, members: workspace::members(db, ws).await? })
}

/// One mail. Text that lets somebody in (a sign-in link, a code) is shown to nobody.
///
/// # Errors
/// [`Failure::NotFound`] when there is none here.
pub async fn one(app: &App, grant: &Grant<ReadOutbox>, id: MailId) -> Result<MailRow, Failure> {
    let row = mail::mail(app.db(), grant.workspace(), id).await?;
    let mut row = row.ok_or(Failure::NotFound)?;
    if matches!(row.kind.as_str(), "sign_in" | "mailbox_code") {
        "This mail lets its reader in. Its text is not shown here.".clone_into(&mut row.body);
    }
    Ok(row)
}

/// Sends a mail again that failed, or of which it is not known whether it went out.
///
/// # Errors
/// [`Failure::Conflict`] when it is in another state by now.
pub async fn send_again(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: MailId,
) -> Result<(), Failure> {
    let row = mail::mail(app.db(), grant.workspace(), id).await?;
    let mut row = row.ok_or(Failure::NotFound)?;
    if !matches!(row.state.as_str(), "failed" | "unknown") {
        let message = format!("This mail is {} by now. Nothing was sent again.", row.state);
        return Err(Failure::Conflict(message));
    }
    let mut unit = Unit::new(app, grant.workspace());
    "queued".clone_into(&mut row.state);
    row.error.clear();
    row.version += 1;
    unit.push(row.save());
    queue_stored(&mut unit, id);
    unit.record(Happening::new("mail.sent_again", grant.principal().actor(), id)).await?;
    unit.commit("Somebody sent it again already.").await
}

/// Jobs given up, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn given_up(app: &App, grant: &Grant<ReadOutbox>) -> Result<Vec<JobRow>, Failure> {
    Ok(job::dead(app.db(), grant.workspace()).await?)
}

/// Brings a job back that was given up.
///
/// # Errors
/// [`Failure::Conflict`] when it is not given up any more.
pub async fn replay(app: &App, grant: &Grant<ManageCompliance>, id: JobId) -> Result<(), Failure> {
    let mut unit = Unit::new(app, grant.workspace());
    unit.push(job::replay(unit.workspace, id, unit.at));
    unit.record(Happening::new("job.replayed", grant.principal().actor(), id)).await?;
    unit.commit("It is under way again already.").await
}
