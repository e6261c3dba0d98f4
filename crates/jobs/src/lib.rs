//! The worker: takes due jobs under a lease, runs them, and sees to retries and dead letters.
//!
//! The actors: a [`Worker`] claims jobs; [`Steps`], implemented by the use cases, knows what each
//! kind does; a [`Nudge`] wakes the worker when something was queued.
//!
//! Invariants: a step applies its effects and takes its job off the table in one change set, so an
//! effect happens once per job whatever dies; a worker that lost its lease cannot finish. A timer
//! is never early, because only what is due is claimed. Deliberately absent: a queue outside the
//! database, and any knowledge of what a job means.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};
use warmpath_core::source::{Clock, Random};
use warmpath_store::table::job::{self, JobRow};
use warmpath_store::{ChangeSet, Engine, StoreError};

/// A lease lasts this long; a job must end well within it.
pub const LEASE_SECONDS: i64 = 60;

/// Jobs claimed at once.
pub const CLAIM_MAX: i64 = 32;

/// Tries before a job becomes a dead letter, when its kind says nothing else.
pub const ATTEMPTS_MAX: i64 = 10;

/// The worker looks at the clock at least this often, so that a machine that slept or whose clock
/// was set misses nothing for long.
const ROUND_MS: u64 = 500;

/// Why a step did not end.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// Try again, not before this moment where one is given.
    #[error("{reason}")]
    Retry {
        /// What went wrong; no personal data.
        reason: String,
        /// Not before.
        not_before: Option<Timestamp>,
    },
    /// Trying again cannot help: a dead letter, for a person to look at.
    #[error("{0}")]
    GiveUp(String),
}

/// What jobs do. A step reads the job, applies its effects together with [`JobRow::finish`], and
/// returns.
#[async_trait]
pub trait Steps: Send + Sync {
    /// Runs one job.
    ///
    /// # Errors
    /// [`StepError`]; the worker puts the job back or gives up.
    async fn run(&self, job: &JobRow) -> Result<(), StepError>;

    /// Work without a job, looked at in every round: numbering the ledger, handing out webhooks.
    async fn round(&self) -> Result<(), StepError>;
}

/// Wakes the worker.
#[derive(Clone, Default)]
pub struct Nudge(Arc<Notify>);

impl Nudge {
    /// Something was queued.
    pub fn now(&self) {
        self.0.notify_one();
    }
}

/// The worker.
pub struct Worker {
    db: Arc<dyn Engine>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    steps: Arc<dyn Steps>,
    nudge: Nudge,
}

impl Worker {
    /// A worker over this database.
    pub fn new(
        db: Arc<dyn Engine>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        steps: Arc<dyn Steps>,
        nudge: Nudge,
    ) -> Self {
        Self { db, clock, random, steps, nudge }
    }

    /// Works until told to stop; what is under way is finished first.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.round().await {
                // There may be more at once.
                Ok(done) if done > 0 => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the worker could not look at its jobs"),
            }
            tokio::select! {
                () = self.nudge.0.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(ROUND_MS)) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// One round: everything that is due now, and the work without a job. Returns how many jobs
    /// ran.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn round(&self) -> Result<usize, StoreError> {
        if let Err(error) = self.steps.round().await {
            tracing::warn!(%error, "a round did not end well");
        }
        let mut lease = vec![0_u8; 16];
        self.random.fill(&mut lease);
        let at = self.clock.now();
        let until = at + SignedDuration::from_secs(LEASE_SECONDS);
        let mut changes = ChangeSet::new();
        // Nothing due is the common case; asking first keeps an idle worker from writing.
        if job::next_due(&*self.db).await?.is_none_or(|due| due > at) {
            return Ok(0);
        }
        changes.push(job::claim(at, until, lease.clone(), CLAIM_MAX));
        changes.apply(&*self.db).await?;
        let claimed = job::leased(&*self.db, lease).await?;
        for job in &claimed {
            self.one(job).await;
        }
        Ok(claimed.len())
    }

    /// Runs everything that is due until nothing is: for tests and for `demo --check`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn until_idle(&self) -> Result<(), StoreError> {
        while self.round().await? > 0 {}
        if let Err(error) = self.steps.round().await {
            tracing::warn!(%error, "a round did not end well");
        }
        Ok(())
    }

    async fn one(&self, job: &JobRow) {
        let write = match self.steps.run(job).await {
            Ok(()) => return,
            Err(StepError::GiveUp(reason)) => job.bury(&reason),
            Err(StepError::Retry { reason, .. }) if job.attempts >= ATTEMPTS_MAX => {
                job.bury(&reason)
            }
            Err(StepError::Retry { reason, not_before }) => {
                job.retry(self.next_try(job, not_before), &reason)
            }
        };
        let mut changes = ChangeSet::new();
        changes.push(write);
        if let Err(error) = changes.apply(&*self.db).await {
            // The lease runs out and the job is taken again: nothing is lost.
            tracing::warn!(%error, job.kind, "could not put a job back");
        }
    }

    /// Exponential, from 2 seconds to an hour, plus up to a fifth at random.
    fn next_try(&self, job: &JobRow, not_before: Option<Timestamp>) -> Timestamp {
        let step = 2_i64.saturating_pow(job.attempts.clamp(1, 12) as u32).min(3600);
        let mut byte = [0_u8; 1];
        self.random.fill(&mut byte);
        let jitter_ms = step * 200 * i64::from(byte[0]) / 255;
        let at = self.clock.now();
        let next = at + SignedDuration::from_millis(step * 1000 + jitter_ms);
        not_before.map_or(next, |wanted| next.max(wanted))
    }
}
