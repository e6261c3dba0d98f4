//! The universe of a workspace: everybody and every company that matching looks through, held in
//! memory. Its own imports (people, accounts), open registers and signals flow into one index.
//!
//! It is built on first use and again when the tables have changed; an answer says as of when.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use warmpath_core::id::{AccountId, CompanyId, WorkspaceId};
use warmpath_profile::matching::{Company, Day, Event, Index, IndexBuilder, Person, Provenance};
use warmpath_store::table::account::AccountRow;
use warmpath_store::table::register::{self, CompanyRow, SignalRow};

use crate::context::App;
use crate::error::Failure;

/// Most universes held at once; the one built first goes.
const UNIVERSES_MAX: usize = 16;

/// A universe is asked for changes at most this often.
const LOOK_SECONDS: i64 = 2;

/// A universe, as of a moment.
pub struct Universe {
    /// The index.
    pub index: Index,
    /// When it was built.
    pub as_of: Timestamp,
    mark: Vec<i64>,
}

/// The universes held in memory.
#[derive(Default)]
pub struct Universes {
    kept: Mutex<BTreeMap<WorkspaceId, (Arc<Universe>, Timestamp)>>,
}

impl Universes {
    fn get(&self, workspace: WorkspaceId) -> Option<(Arc<Universe>, Timestamp)> {
        self.kept.lock().ok()?.get(&workspace).cloned()
    }

    fn keep(&self, workspace: WorkspaceId, universe: &Arc<Universe>, at: Timestamp) {
        let Ok(mut kept) = self.kept.lock() else { return };
        let oldest = kept.iter().min_by_key(|(_, (held, _))| held.as_of).map(|(id, _)| *id);
        if kept.len() >= UNIVERSES_MAX
            && !kept.contains_key(&workspace)
            && let Some(oldest) = oldest
        {
            kept.remove(&oldest);
        }
        kept.insert(workspace, (Arc::clone(universe), at));
    }

    /// Forgets what is held, so that the next question sees what was just written.
    pub(crate) fn forget(&self, workspace: WorkspaceId) {
        if let Ok(mut kept) = self.kept.lock() {
            kept.remove(&workspace);
        }
    }
}

/// What the record of a register's person says beside their name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct PersonPlace {
    /// The company of a register they work at.
    #[serde(default)]
    pub(crate) company: Option<CompanyId>,
    /// ISO 3166-2.
    #[serde(default)]
    pub(crate) subdivision: Option<String>,
    /// What is known of their authority, in words.
    #[serde(default)]
    pub(crate) notes: Option<String>,
}

/// The universe of a workspace.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(app: &App, workspace: WorkspaceId) -> Result<Arc<Universe>, Failure> {
    let now = app.now();
    let held = app.universes.get(workspace);
    if let Some((universe, looked)) = &held
        && now.duration_since(*looked) < SignedDuration::from_secs(LOOK_SECONDS)
    {
        return Ok(Arc::clone(universe));
    }
    let mark = register::mark(app.db(), workspace).await?;
    let universe = match held {
        Some((universe, _)) if universe.mark == mark => universe,
        _ => Arc::new(Universe { index: build(app, workspace).await?, as_of: now, mark }),
    };
    app.universes.keep(workspace, &universe, now);
    Ok(universe)
}

/// The day it is, for windows of time.
pub fn today(app: &App) -> Day {
    let days = app.now().as_second().div_euclid(86_400);
    Day(i32::try_from(days).unwrap_or(i32::MAX))
}

async fn build(app: &App, workspace: WorkspaceId) -> Result<Index, Failure> {
    let db = app.db();
    let signals = register::signals(db, workspace, register::UNIVERSE_ROWS_MAX).await?;
    let mut events: HashMap<String, Vec<Event>> = HashMap::new();
    for signal in &signals {
        for key in keys_of(signal) {
            events.entry(key).or_default().push(event(signal));
        }
    }
    let mut builder = IndexBuilder::new();
    let mut of_account: HashMap<AccountId, CompanyRow> = HashMap::new();
    for row in register::companies(db, workspace).await? {
        builder.company(&of_register(&row, &events));
        if let Some(account) = row.account {
            of_account.insert(account, row);
        }
    }
    for row in register::accounts(db, workspace).await? {
        builder.company(&of_crm(&row, of_account.get(&row.id), &events));
    }
    let mut places = HashMap::new();
    for record in register::places_of_people(db, workspace).await? {
        if let Some(person) = record.person {
            let place: PersonPlace = serde_json::from_str(&record.body).unwrap_or_default();
            places.insert(person, place);
        }
    }
    for row in register::people(db, workspace).await? {
        let place = places.remove(&row.id).unwrap_or_default();
        let company = place.company.map(|c| c.to_string());
        builder.person(&Person {
            id: row.id.to_string(),
            title: Some(row.title),
            company_id: company.or_else(|| row.account.map(|a| a.to_string())),
            country: row.country,
            subdivision: place.subdivision,
            notes: place.notes,
        });
    }
    Ok(builder.build())
}

fn keys_of(signal: &SignalRow) -> Vec<String> {
    let company = signal.company.map(|id| id.to_string());
    company.into_iter().chain(signal.account.map(|id| id.to_string())).collect()
}

fn event(signal: &SignalRow) -> Event {
    let text = match signal.source.as_str() {
        "" => signal.text.clone(),
        source => format!("{} ({source})", signal.text),
    };
    Event { kind: signal.kind.clone(), date: signal.day.clone(), text }
}

#[expect(clippy::cast_precision_loss, reason = "headcounts and revenues are far below 2^52")]
fn of_register(row: &CompanyRow, events: &HashMap<String, Vec<Event>>) -> Company {
    let id = row.id.to_string();
    let known = |key: &str| events.get(key).cloned().unwrap_or_default();
    let mut all = known(&id);
    all.extend(row.account.map(|a| known(&a.to_string())).unwrap_or_default());
    Company {
        // Where nobody told of an event, nothing is known either way.
        events: (!all.is_empty()).then_some(all),
        id,
        name: row.name.clone(),
        industry: row.industry.clone(),
        naics: row.naics.clone(),
        employees: row.employees.map(|n| n as f64),
        revenue_usd: row.revenue_usd.map(|n| n as f64),
        country: row.country.clone(),
        subdivision: row.subdivision.clone(),
        city: row.city.clone(),
        ownership: row.ownership.clone(),
        stage: row.stage.clone(),
        company_type: row.company_type.clone(),
        provenance: Some(Provenance {
            source: row.source.clone(),
            record: row.record.clone(),
            licence: row.licence.clone(),
            as_of: row.as_of.clone(),
        }),
    }
}

/// An account, filled up with what a register knows of the same company.
#[expect(clippy::cast_precision_loss, reason = "headcounts are far below 2^52")]
fn of_crm(
    row: &AccountRow,
    listed: Option<&CompanyRow>,
    events: &HashMap<String, Vec<Event>>,
) -> Company {
    let id = row.id.to_string();
    let mut company = listed.map(|listed| of_register(listed, events)).unwrap_or_default();
    if listed.is_none() {
        company.events = events.get(&id).cloned();
    }
    company.id = id;
    company.name.clone_from(&row.name);
    if !row.industry.is_empty() {
        company.industry = Some(row.industry.clone());
    }
    company.employees = row.headcount.map(|n| n as f64).or(company.employees);
    company.country = row.country.clone().or(company.country);
    company
}
