//! `warmpath doctor`: looks an installation over and says in one line each what is well and what is
//! not.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use warmpath_app::App;
use warmpath_app::rows::WorkspaceRow;
use warmpath_core::source::Clock as _;
use warmpath_store::Engine;
use warmpath_store::table::{job, ledger};

use crate::house;
use crate::source::SystemClock;

/// A job that should have run this long ago is stuck.
const STUCK_MINUTES: i64 = 15;

/// Checks a data folder: key file, database, ledger, jobs, clock.
#[derive(Args)]
pub(crate) struct DoctorCommand {
    /// The data folder.
    #[arg(long, default_value = "warmpath-data")]
    data: PathBuf,
}

/// What one look found.
struct Finding {
    what: String,
    trouble: Option<String>,
}

impl Finding {
    fn well(what: impl Into<String>) -> Self {
        Self { what: what.into(), trouble: None }
    }

    fn of(what: impl Into<String>, trouble: Option<String>) -> Self {
        Self { what: what.into(), trouble }
    }
}

impl DoctorCommand {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let database = self.data.join("warmpath.db");
        anyhow::ensure!(database.exists(), "there is no database in {}", self.data.display());
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let findings = runtime.block_on(examine(&self.data))?;
        let mut code = ExitCode::SUCCESS;
        for finding in findings {
            match finding.trouble {
                None => say(&format!("well     {}", finding.what)),
                Some(trouble) => {
                    say(&format!("TROUBLE  {}: {trouble}", finding.what));
                    code = ExitCode::FAILURE;
                }
            }
        }
        Ok(code)
    }
}

async fn examine(folder: &Path) -> anyhow::Result<Vec<Finding>> {
    let mut found = vec![key_file(folder)];
    // Opening refuses a library that is too old and a database of a newer program.
    let house = house::open(folder, "http://127.0.0.1").await?;
    let app = &house.app;
    found.push(Finding::well("database opens, and its tables are of this program"));
    let held = app.config.outbound_held.then(|| "warmpath restore --release ends it".to_owned());
    found.push(Finding::of("outbound mail and webhooks", held.map(|how| format!("held; {how}"))));
    let now = SystemClock.now();
    for workspace in warmpath_app::read_workspace::all(app).await? {
        found.push(log_of(app, &workspace, now).await?);
        let dead = job::dead(app.db(), workspace.workspace).await?.len();
        let trouble = (dead > 0).then(|| format!("{dead} gave up; replay or drop them"));
        found.push(Finding::of(format!("{}: jobs", workspace.name), trouble));
    }
    found.push(stuck_jobs(app.db(), now).await?);
    Ok(found)
}

fn key_file(folder: &Path) -> Finding {
    let path = folder.join("master.key");
    let trouble = crate::config::check_private("master.key", &path).err();
    Finding::of("key file is there, and its owner's alone", trouble.map(|e| e.to_string()))
}

/// Numbers without a gap, each entry chained to the one before, and no entry from the future.
async fn log_of(app: &App, workspace: &WorkspaceRow, now: Timestamp) -> anyhow::Result<Finding> {
    let what = format!("{}: ledger", workspace.name);
    let (db, ws) = (app.db(), workspace.workspace);
    let (mut next, mut latest) = (1, Timestamp::UNIX_EPOCH);
    loop {
        let entries = ledger::feed(db, ws, next, 1000).await?;
        if entries.is_empty() {
            break;
        }
        for row in entries {
            let read = warmpath_ledger::Entry::parse(row.body.as_bytes());
            let Ok(entry) = read else {
                return Ok(Finding::of(what, Some(format!("entry {next} cannot be read"))));
            };
            if row.seq != Some(next) || entry.leaf_hash().0.as_slice() != row.leaf {
                return Ok(Finding::of(what, Some(format!("entry {next} was changed"))));
            }
            latest = latest.max(row.at);
            next += 1;
        }
    }
    let size = ledger::head(db, ws).await?.map_or(0, |head| head.size);
    if size != next - 1 {
        let trouble = format!("its head says {size} entries, {} are there", next - 1);
        return Ok(Finding::of(what, Some(trouble)));
    }
    let ahead = latest > now + SignedDuration::from_mins(5);
    let trouble = ahead.then(|| format!("its last entry is of {latest}: check the clock"));
    Ok(Finding::of(format!("{what}, {size} entries"), trouble))
}

async fn stuck_jobs(db: &dyn Engine, now: Timestamp) -> anyhow::Result<Finding> {
    let before = now - SignedDuration::from_mins(STUCK_MINUTES);
    let stuck = job::pending(db, before).await?.len();
    let trouble = (stuck > 0)
        .then(|| format!("{stuck} wait for over {STUCK_MINUTES} minutes; is it being served?"));
    Ok(Finding::of("jobs run in time", trouble))
}

#[expect(clippy::print_stdout, reason = "this is what the command says")]
fn say(line: &str) {
    println!("{line}");
}
