//! The worker's part of an import of the network: people first, then what happened between them,
//! batch by batch; a batch and the count of what is done are one change set.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use warmpath_core::contact::Email;
use warmpath_core::id::{ImportId, PersonId};
use warmpath_core::role::Actor;
use warmpath_store::table::import::{self as imports, ImportRow};
use warmpath_store::table::job::JobRow;
use warmpath_store::table::network::{self, TieEventRow};
use warmpath_store::table::person::{self, IdentityKeyRow, PersonRow};
use warmpath_store::{Applied, Write};

use crate::context::App;
use crate::error::Failure;
use crate::find_person::{self, Described};
use crate::import::State;
use crate::import_network::{key_of, read_back};
use crate::network::harvest::{Harvest, Met};
use crate::run_job::StepFailure;
use crate::unit::{Happening, Unit};

/// People or events in one change set.
const BATCH: usize = 250;

/// Batches in one job: it has to end well within its lease.
const BATCHES: usize = 16;

/// A batch that conflicts so often is given up until the job is tried again.
const TRIES_MAX: usize = 5;

/// One job: some batches, and the next job in the commit of the last.
///
/// # Errors
/// [`StepFailure`]; the worker tries again.
pub(crate) async fn step(app: &App, job: &JobRow, row: ImportRow) -> Result<(), StepFailure> {
    let file = imports::file(app.db(), row.workspace, row.id).await?.ok_or(Failure::NotFound)?;
    let harvest = read_back(&file.content)?;
    let (mut row, mut tries, mut batches) = (row, 0, 0);
    loop {
        let mut unit = Unit::new(app, job.workspace);
        let mut next = row.clone();
        batch(app, &mut unit, &harvest, &mut next).await?;
        next.version += 1;
        batches += 1;
        let over = next.done >= next.total;
        let leaves = over || batches >= BATCHES;
        if over {
            close(app, &mut unit, &mut next).await?;
        } else if leaves {
            let (key, due) = (format!("import.run/{}/{}", next.id, next.done), unit.at);
            unit.job("import.run", next.id, key, due, &serde_json::json!({}));
        }
        if leaves {
            unit.push(job.finish());
        }
        unit.push(next.save());
        match unit.apply().await? {
            Applied::Applied if leaves => return Ok(()),
            Applied::Applied => (row, tries) = (next, 0),
            Applied::Conflict(at) => {
                tries += 1;
                let again = imports::import(app.db(), job.workspace, row.id).await?;
                match again.filter(|row| row.state == State::Running.as_str()) {
                    None => return finish(app, job).await,
                    Some(again) if again.version != row.version => {
                        return Err(StepFailure::Retry("another worker runs it".into()));
                    }
                    Some(_) if tries >= TRIES_MAX => {
                        return Err(StepFailure::Retry(format!("conflict at {at}")));
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

async fn finish(app: &App, job: &JobRow) -> Result<(), StepFailure> {
    let mut unit = Unit::new(app, job.workspace);
    unit.push(job.finish());
    unit.apply().await?;
    Ok(())
}

async fn batch(
    app: &App,
    unit: &mut Unit<'_>,
    harvest: &Harvest,
    row: &mut ImportRow,
) -> Result<(), Failure> {
    let done = usize::try_from(row.done).unwrap_or(0);
    let gone = gone(app, unit).await?;
    let taken = if done < harvest.people.len() {
        let end = (done + BATCH).min(harvest.people.len());
        people(app, unit, &harvest.people[done..end], row).await?;
        end - done
    } else {
        let first = done - harvest.people.len();
        let end = (first + BATCH).min(harvest.events.len());
        events(app, unit, harvest, first..end, row, &gone).await?;
        end - first
    };
    unit.push(network::events_changed(unit.workspace));
    row.done += i64::try_from(taken).unwrap_or(0);
    Ok(())
}

/// Those who left or limited the use of what is held.
async fn gone(app: &App, unit: &Unit<'_>) -> Result<BTreeSet<PersonId>, Failure> {
    let mapped = network::mapped(app.db(), unit.workspace).await?;
    let closed = mapped.into_iter().filter(|row| row.standing != "open");
    Ok(closed.map(|row| row.person).collect())
}

async fn people(
    app: &App,
    unit: &mut Unit<'_>,
    people: &[Met],
    row: &mut ImportRow,
) -> Result<(), Failure> {
    let mut met_before = BTreeSet::new();
    for met in people {
        let key = identity(app, unit, met);
        if !met_before.insert(key.clone()) {
            row.unchanged += 1;
            continue;
        }
        let Some((person, known)) = find(app, unit, met, key).await? else {
            row.refused += 1;
            continue;
        };
        unit.push(network::map_person(unit.workspace, person, unit.at));
        row.created += i64::from(!known);
        row.unchanged += i64::from(known);
    }
    Ok(())
}

fn identity(app: &App, unit: &Unit<'_>, met: &Met) -> Vec<u8> {
    let kind = if met.key.contains('@') { "email" } else { "profile" };
    key_of(app, unit.workspace, kind, &met.key)
}

/// The person, found or made; none when they asked not to be held.
async fn find(
    app: &App,
    unit: &mut Unit<'_>,
    met: &Met,
    key: Vec<u8>,
) -> Result<Option<(PersonId, bool)>, Failure> {
    let email = Email::parse(&met.key).ok();
    let described = Described {
        name: met.name.chars().take(200).collect(),
        title: met.title.chars().take(200).collect(),
        company: met.company.chars().take(200).collect(),
        source: "import".to_owned(),
        email,
        ..Described::default()
    };
    if let Some(email) = &described.email {
        let mark = app.keys.blind(unit.workspace, "mailbox", &email.folded());
        if person::suppressed(app.db(), unit.workspace, &[mark]).await?.is_some() {
            return Ok(None);
        }
        let found = find_person::run(app, unit, &described).await?;
        return Ok(Some((found.person.id, found.known)));
    }
    if met.key.contains('@') || met.name.is_empty() {
        return Ok(None);
    }
    // Somebody known by the address of their page alone.
    if let Some(known) = person::by_key(app.db(), unit.workspace, key.clone()).await? {
        return Ok(Some((known, true)));
    }
    let row = PersonRow {
        workspace: unit.workspace,
        id: app.id(),
        name_key: warmpath_core::text::fold_key(&described.name),
        name: described.name,
        title: described.title,
        company: described.company,
        account: None,
        country: None,
        language: "en".to_owned(),
        erased_at: None,
        created_at: unit.at,
        version: 1,
    };
    unit.push(IdentityKeyRow { workspace: unit.workspace, key, person: row.id }.insert());
    unit.push(row.insert());
    Ok(Some((row.id, false)))
}

async fn events(
    app: &App,
    unit: &mut Unit<'_>,
    harvest: &Harvest,
    range: std::ops::Range<usize>,
    row: &mut ImportRow,
    gone: &BTreeSet<PersonId>,
) -> Result<(), Failure> {
    let events = &harvest.events[range];
    let mut places: BTreeSet<u32> = events.iter().map(|event| event.from).collect();
    places.extend(events.iter().map(|event| event.to));
    let keys: BTreeMap<u32, Vec<u8>> = places
        .iter()
        .filter_map(|place| {
            harvest.people.get(*place as usize).map(|met| (*place, identity(app, unit, met)))
        })
        .collect();
    let wanted: Vec<Vec<u8>> = keys.values().cloned().collect();
    let found = network::people_by_keys(app.db(), unit.workspace, &wanted).await?;
    let found: BTreeMap<Vec<u8>, PersonId> = found.into_iter().collect();
    let person = |place: u32| {
        let id = keys.get(&place).and_then(|key| found.get(key)).copied();
        id.filter(|id| !gone.contains(id))
    };
    let mut written = BTreeSet::new();
    for event in events {
        let ends = person(event.from).zip(person(event.to)).filter(|(from, to)| from != to);
        let (Some((from_person, to_person)), Ok(at)) = (ends, Timestamp::from_second(event.at))
        else {
            row.refused += 1;
            continue;
        };
        // Two addresses of one person make the same row twice.
        if written.insert((event.message, from_person, to_person)) {
            unit.push(keep(harvest, row.id, unit.workspace, event, (from_person, to_person), at));
        }
    }
    Ok(())
}

fn keep(
    harvest: &Harvest,
    import: ImportId,
    workspace: warmpath_core::id::WorkspaceId,
    event: &crate::network::harvest::Seen,
    (from_person, to_person): (PersonId, PersonId),
    at: Timestamp,
) -> Write {
    let row = TieEventRow {
        workspace,
        message: event.message,
        from_person,
        to_person,
        at,
        kind: event.kind.clone(),
        provenance: event.provenance.clone(),
        recipients: i64::from(event.recipients),
        member: harvest.member,
        import: Some(import),
    };
    network::add_event(&row)
}

async fn close(app: &App, unit: &mut Unit<'_>, row: &mut ImportRow) -> Result<(), Failure> {
    State::Done.as_str().clone_into(&mut row.state);
    row.finished_at = Some(unit.at);
    unit.extend(imports::forget(row.workspace, row.id));
    unit.push(network::choices_changed(unit.workspace));
    let actor = row.member.map_or(Actor::System, Actor::Member);
    let events = network::taken(app.db(), row.workspace, row.id).await?;
    let happening = Happening::new("import.finished", actor, row.id)
        .with("kind", &row.kind)
        .with("people", row.created)
        .with("events", events)
        .with("refused", row.refused);
    unit.record(happening).await?;
    Ok(())
}
