//! Compares everybody with everybody by the batch engine: after an import of contacts, or when a member
//! asks for it. What a single record cannot show is learned from all of them: how common a name is,
//! which mailbox is shared, how much each agreement tells.
//!
//! A machine joins only what both the learned model and the shipped one hold for certain, and only where
//! one of the two is nothing but a record of a source: two people with a history each are for a person
//! to decide. Every join is a pointer and can be taken back; what was decided before is kept.

mod compare;
mod gather;
mod groups;
mod settle;

use jiff::SignedDuration;
use warmpath_core::id::{ImportId, MemberId, SweepId};
use warmpath_core::role::Actor;
use warmpath_store::Applied;
use warmpath_store::table::identity;
use warmpath_store::table::job::JobRow;
use warmpath_store::table::sweep::{self, SweepRow};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ReadDuplicates, ReviewDuplicates};
use crate::read_duplicates::{self, Line};
use crate::run_job::{Step, StepFailure, end};
use crate::unit::{Happening, Unit};

/// The kind of the job.
pub const JOB: &str = "people.sweep";

/// Most people that are compared: more take longer than other work may wait.
pub const PEOPLE_MAX: i64 = 300_000;

/// From so many people on, an import of contacts is followed by a sweep. Among fewer there is nothing
/// to learn that the shipped model does not know.
const AFTER_IMPORT_FROM: i64 = 200;

/// A job is held so long with every step.
const HOLD_SECONDS: i64 = 60;

/// Pairs of a sweep that its page shows.
const JOINED_SHOWN: i64 = 100;

/// Sweeps on the page.
const SHOWN: i64 = 20;

/// One sweep with the pairs it joined.
#[derive(Debug, Clone)]
pub struct Record {
    /// The sweep.
    pub row: SweepRow,
    /// What it joined, the least certain first.
    pub joined: Vec<Line>,
}

/// Asks for a sweep.
///
/// # Errors
/// [`Failure::Conflict`] when one waits or runs; [`Failure::Refused`] when there is nobody to compare,
/// or more people than one sweep takes.
pub async fn start(app: &App, grant: &Grant<ReviewDuplicates>) -> Result<SweepRow, Failure> {
    let ws = grant.workspace();
    if sweep::under_way(app.db(), ws).await?.is_some() {
        let message = "Everybody is being compared already. Wait until it ends, or stop it.";
        return Err(Failure::Conflict(message.to_owned()));
    }
    let people = sweep::count_people(app.db(), ws).await?;
    if !(2..=PEOPLE_MAX).contains(&people) {
        let message = match people {
            0 | 1 => "There is nobody to compare yet. Import contacts first.".to_owned(),
            n => format!(
                "There are {n} people, and one comparison takes {PEOPLE_MAX}. Export them and run \
                 `warmpath resolve`."
            ),
        };
        return Err(Failure::invalid("people", "people_count", message));
    }
    let mut unit = Unit::new(app, ws);
    let row = ask(&mut unit, app.id(), None, Some(grant.member()));
    let actor = grant.principal().actor();
    unit.record(Happening::new("sweep.asked", actor, row.id).with("people", people)).await?;
    unit.commit("Everybody is being compared already.").await?;
    Ok(row)
}

/// Queues a sweep behind an import of contacts, where there are enough people to learn from.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn after_import(
    app: &App,
    unit: &mut Unit<'_>,
    import: ImportId,
) -> Result<(), Failure> {
    let people = sweep::count_people(app.db(), unit.workspace).await?;
    if (AFTER_IMPORT_FROM..=PEOPLE_MAX).contains(&people) {
        ask(unit, app.id(), Some(import), None);
    }
    Ok(())
}

fn ask(
    unit: &mut Unit<'_>,
    id: SweepId,
    import: Option<ImportId>,
    member: Option<MemberId>,
) -> SweepRow {
    let row = SweepRow {
        workspace: unit.workspace,
        id,
        state: "waiting".to_owned(),
        step: String::new(),
        done: 0,
        total: 0,
        people: 0,
        pairs: 0,
        joined: 0,
        asked: 0,
        refused: 0,
        labels: 0,
        model: String::new(),
        error: String::new(),
        import,
        member,
        created_at: unit.at,
        finished_at: None,
        version: 1,
    };
    unit.push(row.insert());
    let due = unit.at;
    unit.job(JOB, id, format!("{JOB}/{id}"), due, &serde_json::json!({}));
    row
}

/// Whether nothing more comes of it.
pub fn is_over(row: &SweepRow) -> bool {
    !matches!(row.state.as_str(), "waiting" | "running")
}

/// Stops one: what it joined and asked so far stays.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Conflict`] when it has ended already.
pub async fn stop(
    app: &App,
    grant: &Grant<ReviewDuplicates>,
    id: SweepId,
) -> Result<SweepRow, Failure> {
    for _ in 0..5 {
        let row = sweep::sweep(app.db(), grant.workspace(), id).await?;
        let mut row = row.ok_or(Failure::NotFound)?;
        if is_over(&row) {
            return Err(Failure::Conflict("This comparison has ended already.".to_owned()));
        }
        let mut unit = Unit::new(app, grant.workspace());
        "stopped".clone_into(&mut row.state);
        row.finished_at = Some(unit.at);
        row.version += 1;
        unit.push(row.save());
        let happening = Happening::new("sweep.stopped", grant.principal().actor(), id)
            .with("joined", row.joined)
            .with("asked", row.asked);
        unit.record(happening).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(row);
        }
    }
    Err(Failure::Conflict("It moves on too quickly. Press again.".to_owned()))
}

/// The latest sweeps.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ReadDuplicates>) -> Result<Vec<SweepRow>, Failure> {
    Ok(sweep::sweeps(app.db(), grant.workspace(), SHOWN).await?)
}

/// One sweep.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn one(app: &App, grant: &Grant<ReadDuplicates>, id: SweepId) -> Result<Record, Failure> {
    let ws = grant.workspace();
    let row = sweep::sweep(app.db(), ws, id).await?.ok_or(Failure::NotFound)?;
    let joined = identity::joined_by_sweep(app.db(), ws, id, JOINED_SHOWN).await?;
    let joined = read_duplicates::named(app, grant, joined).await?;
    Ok(Record { row, joined })
}

/// Why a run ends before its end.
enum Halt {
    /// Somebody stopped it, or another worker has it.
    Over,
    /// The data cannot be compared.
    Failed(String),
    /// The database.
    Broken(Failure),
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self::Broken(failure)
    }
}

impl From<warmpath_store::StoreError> for Halt {
    fn from(error: warmpath_store::StoreError) -> Self {
        Self::Broken(Failure::Store(error))
    }
}

/// A sweep under way.
struct Run<'a> {
    app: &'a App,
    job: &'a JobRow,
    row: SweepRow,
}

impl<'a> Run<'a> {
    fn unit(&self) -> Unit<'a> {
        Unit::new(self.app, self.job.workspace)
    }

    /// Saves how far it is, with what else was gathered; the job is held for the next step.
    async fn save(&mut self, mut unit: Unit<'_>) -> Result<(), Halt> {
        self.row.version += 1;
        unit.push(self.row.save());
        unit.push(self.job.hold(unit.at + SignedDuration::from_secs(HOLD_SECONDS)));
        match unit.apply().await? {
            Applied::Applied => Ok(()),
            // Whoever asked for the end of it was faster.
            Applied::Conflict(_) => Err(Halt::Over),
        }
    }

    async fn say(&mut self, step: &str, done: usize, total: usize) -> Result<(), Halt> {
        step.clone_into(&mut self.row.step);
        (self.row.done, self.row.total) = (done as i64, total as i64);
        let unit = self.unit();
        self.save(unit).await
    }
}

/// The job: reads, compares, and settles what came out of it.
///
/// # Errors
/// When the database is away; the worker tries again from the start, and finds what was done.
pub(crate) async fn step(app: &App, job: &JobRow) -> Step {
    let id: SweepId = job.about.parse().map_err(|_| StepFailure::GiveUp("bad id".into()))?;
    let row = sweep::sweep(app.db(), job.workspace, id).await?.filter(|row| !is_over(row));
    let Some(row) = row else { return end(Unit::new(app, job.workspace), job).await };
    let mut run = Run { app, job, row };
    "running".clone_into(&mut run.row.state);
    let ended = sweep_everybody(&mut run).await;
    let mut unit = run.unit();
    match ended {
        Ok(()) => "done".clone_into(&mut run.row.state),
        Err(Halt::Failed(why)) => {
            "failed".clone_into(&mut run.row.state);
            run.row.error = why;
        }
        Err(Halt::Over) => return if_stopped(&run).await,
        Err(Halt::Broken(failure)) => return Err(failure.into()),
    }
    let row = &mut run.row;
    row.step.clear();
    row.finished_at = Some(unit.at);
    row.version += 1;
    unit.push(row.save());
    let happening = Happening::new("sweep.finished", Actor::System, row.id)
        .with("state", &row.state)
        .with("people", row.people)
        .with("joined", row.joined)
        .with("asked", row.asked);
    unit.record(happening).await?;
    end(unit, job).await
}

/// After a save that met somebody else's: the job ends where the sweep was stopped.
async fn if_stopped(run: &Run<'_>) -> Step {
    let row = sweep::sweep(run.app.db(), run.job.workspace, run.row.id).await?;
    if row.is_none_or(|row| is_over(&row)) {
        return end(run.unit(), run.job).await;
    }
    Err(StepFailure::Retry("another worker has it".into()))
}

async fn sweep_everybody(run: &mut Run<'_>) -> Result<(), Halt> {
    let everybody = gather::everybody(run).await?;
    let people = everybody.people.len();
    run.row.people = people as i64;
    run.say("comparing", 0, people).await?;
    let (everybody, compared) = compare::on_its_own_thread(everybody).await?;
    run.row.pairs = i64::try_from(compared.pairs_compared).unwrap_or(i64::MAX);
    run.row.refused = compared.refused as i64;
    run.row.labels = everybody.labels.len() as i64;
    run.row.model.clone_from(&compared.model);
    settle::settle(run, &everybody, compared.pairs).await
}

/// What one level of a learned model weighs.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// What is compared: `family name`.
    pub comparison: String,
    /// What is found: `same`.
    pub level: String,
    /// P(level | one person), 0..=1.
    pub m: f64,
    /// P(level | two people), 0..=1.
    pub u: f64,
    /// Bits it adds to the log2 odds, before rarity.
    pub bits: f64,
    /// Of these, what members' answers added.
    pub label_bits: f64,
}

/// The weights of the model that a sweep learned, in the order of comparing; none before it did.
pub fn weights(row: &SweepRow) -> Vec<Weight> {
    let Ok(model) = warmpath_identity::model::Model::from_json(&row.model) else {
        return Vec::new();
    };
    let of = |comparison: &warmpath_identity::model::ComparisonModel| {
        let weight = |level: &warmpath_identity::model::LevelModel| Weight {
            comparison: comparison.name.clone(),
            level: level.label.clone(),
            m: level.m,
            u: level.u,
            bits: (level.m / level.u).log2() + level.label_bits - level.rarity_discount,
            label_bits: level.label_bits,
        };
        comparison.levels.iter().map(weight).collect::<Vec<_>>()
    };
    model.comparisons.iter().flat_map(of).collect()
}
