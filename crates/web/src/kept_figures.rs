//! Figures that take long to make are kept for a moment and made again beside the page.
//!
//! In a workspace with little history nothing is kept: every page shows what was true when it was
//! asked for. Where the making takes longer than [`SLOW`], what was made is shown for twenty times
//! as long as it took, a minute at most, so that figures never take more than a twentieth of one
//! core; after that, the next reader still gets it at once and sets off the making of the next. The
//! page says as of when its figures are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use warmpath_app::policy::{Grant, ReadFigures};
use warmpath_app::report_figures::{self, Figures, Wish};
use warmpath_app::{App, Failure};
use warmpath_core::id::WorkspaceId;
use warmpath_core::role::Role;

/// From here on they are worth keeping.
const SLOW: SignedDuration = SignedDuration::from_millis(100);

/// Kept for so many times what they took.
const SHARE: i32 = 20;

/// And at most this long.
const KEPT_MAX: SignedDuration = SignedDuration::from_secs(60);

/// Figures older than this are not shown: whoever asks waits for new ones.
const STALE_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Most reports kept, over all workspaces.
const REPORTS_MAX: usize = 64;

/// What figures are made of: the workspace, the team a manager is narrowed to, and the wish.
type Key = (WorkspaceId, Option<String>, i64, Option<&'static str>, Option<String>);

/// The figures made last.
#[derive(Default)]
pub struct KeptFigures {
    reports: Mutex<BTreeMap<Key, Arc<Report>>>,
}

#[derive(Default)]
struct Report {
    made: Mutex<Option<Made>>,
    making: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Clone)]
struct Made {
    figures: Arc<Figures>,
    took: SignedDuration,
    at: Timestamp,
}

impl Made {
    fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.at)
    }

    /// A clock that was set back makes nothing fresh.
    fn is_fresh(&self, now: Timestamp) -> bool {
        let kept = (self.took * SHARE).min(KEPT_MAX);
        !self.age(now).is_negative() && self.age(now) < kept
    }

    fn may_be_shown(&self, now: Timestamp) -> bool {
        !self.age(now).is_negative() && self.age(now) < STALE_MAX
    }
}

impl KeptFigures {
    /// The figures, as of a moment ago or of now.
    ///
    /// # Errors
    /// As [`report_figures::run`].
    pub async fn read(
        &self,
        app: &Arc<App>,
        grant: &Grant<ReadFigures>,
        wish: &Wish,
    ) -> Result<Arc<Figures>, Failure> {
        let report = self.report(grant, wish);
        if let Some(made) = report.last() {
            if made.is_fresh(app.now()) {
                return Ok(made.figures);
            }
            if made.may_be_shown(app.now()) {
                report.renew(app, grant, wish);
                return Ok(made.figures);
            }
        }
        let making = Arc::clone(&report.making).lock_owned().await;
        // Another reader may have waited for the same.
        if let Some(made) = report.last().filter(|made| made.is_fresh(app.now())) {
            return Ok(made.figures);
        }
        let figures = report.make(app, grant, wish).await;
        drop(making);
        figures
    }

    fn report(&self, grant: &Grant<ReadFigures>, wish: &Wish) -> Arc<Report> {
        let principal = grant.principal();
        let team = (principal.role == Role::Manager).then(|| principal.team.clone());
        let origin = wish.origin.map(|origin| origin.as_str());
        let key = (grant.workspace(), team, wish.days, origin, wish.team.clone());
        let Ok(mut reports) = self.reports.lock() else { return Arc::default() };
        if reports.len() >= REPORTS_MAX && !reports.contains_key(&key) {
            reports.clear();
        }
        Arc::clone(reports.entry(key).or_default())
    }
}

impl Report {
    fn last(&self) -> Option<Made> {
        self.made.lock().ok()?.clone()
    }

    async fn make(
        &self,
        app: &App,
        grant: &Grant<ReadFigures>,
        wish: &Wish,
    ) -> Result<Arc<Figures>, Failure> {
        let begun = app.now();
        let figures = Arc::new(report_figures::run(app, grant, wish).await?);
        let at = app.now();
        let took = at.duration_since(begun);
        if let Ok(mut made) = self.made.lock() {
            *made = (took >= SLOW).then(|| Made { figures: Arc::clone(&figures), took, at });
        }
        Ok(figures)
    }

    /// Makes new ones on a thread of their own, unless that is being done.
    fn renew(self: &Arc<Self>, app: &Arc<App>, grant: &Grant<ReadFigures>, wish: &Wish) {
        let Ok(making) = Arc::clone(&self.making).try_lock_owned() else { return };
        let (report, app) = (Arc::clone(self), Arc::clone(app));
        let (grant, wish) = (grant.clone(), wish.clone());
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            let made = runtime.block_on(report.make(&app, &grant, &wish));
            if let Err(failure) = made {
                tracing::warn!(code = failure.code(), "could not renew the figures");
            }
            drop(making);
        });
    }
}
