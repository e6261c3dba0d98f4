//! How the running house is doing: what waits, and since when.

use jiff::SignedDuration;
use warmpath_store::table::{job, ledger, mail};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ReadMetrics};

/// What waits, over all workspaces.
#[derive(Debug, Clone, Copy, Default)]
pub struct Health {
    /// Jobs that wait or run.
    pub jobs: i64,
    /// Jobs that were given up.
    pub jobs_dead: i64,
    /// How late the oldest waiting job is, in seconds; 0 when none is due.
    pub job_late_s: i64,
    /// Ledger entries without a number.
    pub entries: i64,
    /// Age of the oldest of them, in seconds.
    pub ledger_lag_s: i64,
    /// Mails that wait to be sent.
    pub mails: i64,
}

/// Reads it.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, _: &Grant<ReadMetrics>) -> Result<Health, Failure> {
    let now = app.now();
    let age = |at: Option<jiff::Timestamp>| {
        at.map_or(SignedDuration::ZERO, |at| now.duration_since(at)).as_secs().max(0)
    };
    let (jobs, jobs_dead, oldest) = job::depth(app.db()).await?;
    let (entries, since) = ledger::waiting_in_all(app.db()).await?;
    Ok(Health {
        jobs,
        jobs_dead,
        job_late_s: age(oldest),
        entries,
        ledger_lag_s: age(since),
        mails: mail::waiting_in_all(app.db()).await?,
    })
}
