//! Takes the rows of a file, batch by batch. A batch and the count of rows done are one change set, so
//! a kill loses nothing and repeats nothing.
//!
//! Two rows that touch the same record never share a batch. A batch that conflicts is tried again with
//! one row, and a row that conflicts again and again is refused, so that no row can hold up a file.

use std::collections::{BTreeMap, BTreeSet};

use warmpath_core::id::ImportId;
use warmpath_core::role::Actor;
use warmpath_store::Applied;
use warmpath_store::table::import::{self as imports, ImportRow, RefusedRow};
use warmpath_store::table::job::JobRow;

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::import::desk::{Desk, House, Outcome, Stop};
use crate::import::line::{Line, Plan};
use crate::import::table::{Row, Table};
use crate::import::{Kind, State, column, take};
use crate::map_import::{self, kind_of, shortened};
use crate::policy::{Grant, Import};
use crate::run_job::StepFailure;
use crate::sweep_people;
use crate::unit::{Happening, Unit};

/// Most rows in one change set.
const BATCH_ROWS: usize = 100;

/// Most rows in one job: it has to end well within its lease.
const JOB_ROWS: usize = 1_000;

/// A row that conflicts this often alone is refused.
const TRIES_MAX: usize = 4;

/// Refused rows can be fetched as a file this long.
const KEPT_HOURS: i64 = 24 * 7;

/// Starts it: from here on the worker takes the rows.
///
/// # Errors
/// [`Failure::Invalid`] when the columns do not suffice, [`Failure::Conflict`] when it was started
/// before.
pub async fn start(app: &App, grant: &Grant<Import>, id: ImportId) -> Result<ImportRow, Failure> {
    let row = imports::import(app.db(), grant.workspace(), id).await?;
    let mut row = row.ok_or(Failure::NotFound)?;
    if !matches!(row.state.parse(), Ok(State::Uploaded | State::Mapped)) {
        return Err(Failure::Conflict(format!("This import is {} already.", row.state)));
    }
    map_import::check(kind_of(&row)?, &row.mapping.0)?;
    let mut unit = Unit::new(app, grant.workspace());
    State::Running.as_str().clone_into(&mut row.state);
    row.version += 1;
    unit.push(row.save());
    let (key, due) = (format!("import.run/{id}/0"), unit.at);
    unit.job("import.run", id, key, due, &serde_json::json!({}));
    let happening = Happening::new("import.started", grant.principal().actor(), id)
        .with("kind", &row.kind)
        .with("rows", row.total);
    unit.record(happening).await?;
    unit.commit("Somebody started this import already.").await?;
    Ok(row)
}

/// What one job works with.
struct Run {
    kind: Kind,
    table: Table,
    plan: Plan,
    house: House,
    /// Identity to the first line that had it.
    seen: BTreeMap<String, i64>,
}

/// One job: some batches, and the next job in the commit of the last.
///
/// # Errors
/// [`StepFailure`]; the worker tries again.
pub async fn step(app: &App, job: &JobRow) -> Result<(), StepFailure> {
    let id: ImportId = job.about.parse().map_err(|_| StepFailure::GiveUp("bad id".into()))?;
    let loaded = imports::import(app.db(), job.workspace, id).await?;
    let Some(mut row) = loaded.filter(|row| row.state == State::Running.as_str()) else {
        return finish_job(app, job).await;
    };
    if row.kind == crate::import_network::KIND {
        return crate::take_network::step(app, job, row).await;
    }
    let mut run = prepare(app, &row).await?;
    let end = done(&row) + JOB_ROWS;
    let (mut most, mut tries) = (BATCH_ROWS, 0);
    loop {
        let mut unit = Unit::new(app, job.workspace);
        let mut next = row.clone();
        let refuse_first = tries >= TRIES_MAX;
        let seen = batch(app, &mut unit, &mut run, &mut next, most, refuse_first).await?;
        next.version += 1;
        let over = done(&next) >= run.table.rows.len();
        let leaves = over || done(&next) >= end;
        if over {
            close(app, &mut unit, &mut next).await?;
        }
        if leaves {
            unit.push(job.finish());
        }
        if leaves && !over {
            let (key, due) = (format!("import.run/{id}/{}", next.done), unit.at);
            unit.job("import.run", id, key, due, &serde_json::json!({}));
        }
        unit.push(next.save());
        match unit.apply().await? {
            Applied::Applied if leaves => return Ok(()),
            Applied::Applied => (row, most, tries) = (next, BATCH_ROWS, 0),
            Applied::Conflict(_) => {
                run.seen.retain(|identity, _| !seen.contains(identity));
                (most, tries) = (1, tries + 1);
                let again = imports::import(app.db(), job.workspace, id).await?;
                match again.filter(|row| row.state == State::Running.as_str()) {
                    // The lease was lost and somebody else goes on.
                    Some(again) if again.version != row.version => {
                        return Err(StepFailure::Retry("another worker runs it".into()));
                    }
                    Some(_) => {}
                    None => return finish_job(app, job).await,
                }
            }
        }
    }
}

async fn finish_job(app: &App, job: &JobRow) -> Result<(), StepFailure> {
    let mut unit = Unit::new(app, job.workspace);
    unit.push(job.finish());
    unit.apply().await?;
    Ok(())
}

fn done(row: &ImportRow) -> usize {
    usize::try_from(row.done).unwrap_or(0)
}

async fn prepare(app: &App, row: &ImportRow) -> Result<Run, Failure> {
    let kind = kind_of(row)?;
    let file = imports::file(app.db(), row.workspace, row.id).await?.ok_or(Failure::NotFound)?;
    let table = Table::read(&file.content, kind)
        .map_err(|problem| Failure::Defect(format!("a kept file: {}", problem.code)))?;
    let plan = Plan::new(kind, &table, &row.mapping.0);
    let source = match row.source.as_str() {
        "" => source_of(kind, &table.header).to_owned(),
        named => named.to_owned(),
    };
    let house = House::of(app, row, source).await?;
    let mut seen = BTreeMap::new();
    for done in table.rows.iter().take(done(row)) {
        if let Ok(line) = plan.read(done) {
            seen.entry(take::identity(kind, &line)).or_insert(done.line);
        }
    }
    Ok(Run { kind, table, plan, house, seen })
}

/// The system a file came from, by the names that only it uses.
fn source_of(kind: Kind, header: &[String]) -> &'static str {
    let has = |name: &str| header.iter().any(|h| column::plain(h) == name);
    let labels = ["accountid", "opportunityid", "opportunityname", "stagename", "accountname"];
    if has("recordid") {
        "hubspot"
    } else if has("connectedon") {
        "linkedin"
    } else if has("email1value") || has("organization1name") || has("organizationname") {
        "google"
    } else if has("email2address") {
        "outlook"
    } else if has("vcardversion") {
        "vcard"
    } else if kind != Kind::Referrals && labels.iter().any(|name| has(name)) {
        "salesforce"
    } else {
        "file"
    }
}

/// Gathers rows until one touches what an earlier one of the batch touched. Returns the identities it
/// saw first, to be taken back when the batch conflicts.
async fn batch<'a>(
    app: &'a App,
    unit: &mut Unit<'a>,
    run: &mut Run,
    row: &mut ImportRow,
    most: usize,
    refuse_first: bool,
) -> Result<Vec<String>, Failure> {
    let mut touched = BTreeSet::new();
    let mut first_seen = Vec::new();
    let start = done(row);
    for place in start..run.table.rows.len().min(start + most) {
        let raw = &run.table.rows[place];
        let read = run.plan.read(raw);
        if let Ok(line) = &read {
            let touches = take::touches(run.kind, line);
            if touches.iter().any(|t| touched.contains(t)) {
                break;
            }
            touched.extend(touches);
        }
        if refuse_first {
            let help = "Others kept changing what this row touches. Import it again.";
            refuse(unit, row, raw.line, &Problem::new("", "conflict", help), "");
        } else {
            one(app, unit, run, row, (raw.clone(), read), &mut first_seen).await?;
        }
        row.done += 1;
    }
    Ok(first_seen)
}

async fn one<'a>(
    app: &'a App,
    unit: &mut Unit<'a>,
    run: &mut Run,
    row: &mut ImportRow,
    (raw, read): (Row, Result<Line, Problem>),
    first_seen: &mut Vec<String>,
) -> Result<(), Failure> {
    let line = match read {
        Ok(line) => line,
        Err(problem) => {
            let place = run.table.header.iter().position(|name| *name == problem.field);
            let value = place.and_then(|place| raw.cells.get(place)).unwrap_or_default();
            refuse(unit, row, raw.line, &problem, value);
            return Ok(());
        }
    };
    let identity = take::identity(run.kind, &line);
    if let Some(first) = run.seen.get(&identity) {
        let message = format!("Line {first} is the same record; that one counts.");
        refuse(unit, row, line.number, &line.wrong("", "row_repeated", message), "");
        return Ok(());
    }
    run.seen.insert(identity.clone(), line.number);
    first_seen.push(identity.clone());
    let taken = {
        let mut desk = Desk { app, unit: &mut *unit, run: row, house: &run.house };
        take::take(&mut desk, run.kind, &line, &identity).await
    };
    match taken {
        Ok(Outcome::Created) => row.created += 1,
        Ok(Outcome::Joined) => row.joined += 1,
        Ok(Outcome::Asked) => row.to_review += 1,
        Ok(Outcome::Updated) => row.updated += 1,
        Ok(Outcome::Unchanged) => row.unchanged += 1,
        Err(Stop::Row(problem)) => {
            let value = line.value_of(&problem.field).to_owned();
            refuse(unit, row, line.number, &problem, &value);
        }
        Err(Stop::Run(failure)) => return Err(failure),
    }
    Ok(())
}

fn refuse(unit: &mut Unit<'_>, row: &mut ImportRow, line: i64, problem: &Problem, value: &str) {
    row.refused += 1;
    let refused = RefusedRow {
        workspace: row.workspace,
        import: row.id,
        line,
        column_name: problem.field.clone(),
        code: problem.code.clone(),
        message: problem.message.clone(),
        // NUL cannot stand in a text column.
        value: shortened(&value.replace('\0', "\u{fffd}")),
    };
    unit.push(refused.insert());
}

/// The last batch: the file goes, at once or after a week where rows can be mended from it.
async fn close(app: &App, unit: &mut Unit<'_>, row: &mut ImportRow) -> Result<(), Failure> {
    State::Done.as_str().clone_into(&mut row.state);
    row.finished_at = Some(unit.at);
    if row.refused == 0 {
        unit.extend(imports::forget(row.workspace, row.id));
    } else {
        let due = unit.at + jiff::SignedDuration::from_hours(KEPT_HOURS);
        let key = format!("import.forget/{}", row.id);
        unit.job("import.forget", row.id, key, due, &serde_json::json!({}));
    }
    let actor = row.member.map_or(Actor::System, Actor::Member);
    let happening = Happening::new("import.finished", actor, row.id)
        .with("created", row.created)
        .with("updated", row.updated)
        .with("unchanged", row.unchanged)
        .with("joined", row.joined)
        .with("to_review", row.to_review)
        .with("refused", row.refused);
    unit.record(happening).await?;
    if row.kind == Kind::Contacts.as_str() && row.created + row.joined + row.updated > 0 {
        sweep_people::after_import(app, unit, row.id).await?;
    }
    Ok(())
}

/// Deletes a file whose refused rows could be fetched long enough.
///
/// # Errors
/// [`StepFailure`]; the worker tries again.
pub async fn forget(app: &App, job: &JobRow) -> Result<(), StepFailure> {
    let id: ImportId = job.about.parse().map_err(|_| StepFailure::GiveUp("bad id".into()))?;
    let mut unit = Unit::new(app, job.workspace);
    unit.extend(imports::forget(job.workspace, id));
    unit.push(job.finish());
    unit.apply().await?;
    Ok(())
}
