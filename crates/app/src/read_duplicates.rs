//! The questions that wait, one of them in full, and what was decided lately.
//!
//! The list holds ids and figures; names and addresses are read from the records themselves, so what is
//! shown is never older than the record, and a record that was erased shows nothing.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{AccountId, DuplicateId, MemberId, PersonId, RecordId};
use warmpath_store::table::account::{self, AccountRow};
use warmpath_store::table::identity::{self, DuplicateRow};
use warmpath_store::table::person::{self, PersonRow};
use warmpath_store::table::{source, workspace};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ReadDuplicates};
use crate::resolve::company::{self, Company};
use crate::resolve::judge::{self, Record};
use crate::resolve::trace::Trace;
use crate::resolve::{candidates, cluster};

/// Questions on the page.
pub const SHOWN: i64 = 50;

/// Decisions on the page.
const DECIDED_SHOWN: i64 = 10;

/// A question with the names of both.
#[derive(Debug, Clone)]
pub struct Line {
    /// The question.
    pub row: DuplicateRow,
    /// Name of the record that was there.
    pub known: String,
    /// Name of the record that came.
    pub fresh: String,
    /// Who decided, by name; empty while nobody did.
    pub decided_by: String,
}

/// The list.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Questions that wait, likeliest first.
    pub lines: Vec<Line>,
    /// How many wait in all.
    pub waiting: i64,
    /// How many were decided in the last 24 hours.
    pub decided_today: i64,
    /// Decisions, latest first.
    pub decided: Vec<Line>,
}

/// One record of a question, in full.
#[derive(Debug, Clone)]
pub struct Side {
    /// Id of the record.
    pub id: String,
    /// Name.
    pub name: String,
    /// Since when it is known.
    pub since: Timestamp,
    /// Records of sources behind it.
    pub records: usize,
    /// Where it came from, in the words of the sources.
    pub sources: Vec<String>,
    /// A person; none for a company.
    pub person: Option<Record>,
    /// A company; none for a person.
    pub company: Option<Company>,
}

/// One question in full.
#[derive(Debug, Clone)]
pub struct Question {
    /// The question.
    pub row: DuplicateRow,
    /// The record that was there.
    pub known: Side,
    /// The record that came.
    pub fresh: Side,
    /// The waterfall as the model reads both records now.
    pub trace: Trace,
    /// The model's lines: new below the first, proof wanted above the second.
    pub lines: (f64, f64),
    /// Who decided; empty while nobody did.
    pub decided_by: String,
}

/// The list.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ReadDuplicates>) -> Result<Queue, Failure> {
    let (db, ws, now) = (app.db(), grant.workspace(), app.now());
    let waiting = identity::waiting(db, ws, now, SHOWN).await?;
    let decided = identity::decided(db, ws, DECIDED_SHOWN).await?;
    let day = now - SignedDuration::from_hours(24);
    Ok(Queue {
        lines: named(app, grant, waiting).await?,
        waiting: identity::count_waiting(db, ws, now).await?,
        decided_today: identity::count_decided(db, ws, day).await?,
        decided: named(app, grant, decided).await?,
    })
}

/// The names of both records of a question; empty where one was erased.
///
/// # Errors
/// When the database cannot be read.
pub async fn names(
    app: &App,
    grant: &Grant<ReadDuplicates>,
    row: &DuplicateRow,
) -> Result<(String, String), Failure> {
    let line = named(app, grant, vec![row.clone()]).await?.into_iter().next();
    Ok(line.map(|line| (line.known, line.fresh)).unwrap_or_default())
}

/// Both records of every question of a kind.
fn ids<I: RecordId>(rows: &[DuplicateRow], kind: &str) -> Vec<I> {
    let rows = rows.iter().filter(|row| row.kind == kind);
    let both = rows.flat_map(|row| [row.known.as_slice(), row.fresh.as_slice()]);
    both.filter_map(cluster::id_of).collect()
}

/// Puts names to ids.
pub(crate) async fn named(
    app: &App,
    grant: &Grant<ReadDuplicates>,
    rows: Vec<DuplicateRow>,
) -> Result<Vec<Line>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let people: Vec<PersonId> = ids(&rows, "person");
    let accounts: Vec<AccountId> = ids(&rows, "account");
    let people: BTreeMap<PersonId, PersonRow> = person::many(db, ws, &people).await?;
    let accounts: BTreeMap<AccountId, AccountRow> = account::many(db, ws, &accounts).await?;
    let members = workspace::members(db, ws).await?;
    let name = |row: &DuplicateRow, bytes: &[u8]| match row.kind.as_str() {
        "person" => cluster::id_of(bytes).and_then(|id| people.get(&id)).map(|p| p.name.clone()),
        _ => cluster::id_of(bytes).and_then(|id| accounts.get(&id)).map(|a| a.name.clone()),
    };
    let member = |id: Option<MemberId>| {
        members.iter().find(|m| Some(m.id) == id).map(|m| m.name.clone()).unwrap_or_default()
    };
    Ok(rows
        .iter()
        .map(|row| Line {
            known: name(row, &row.known).unwrap_or_default(),
            fresh: name(row, &row.fresh).unwrap_or_default(),
            decided_by: member(row.decided_by),
            row: row.clone(),
        })
        .collect())
}

/// One question in full.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such question here, or one of its records is no more.
pub async fn one(
    app: &App,
    grant: &Grant<ReadDuplicates>,
    id: DuplicateId,
) -> Result<Question, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let row = identity::duplicate(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let members = workspace::members(db, ws).await?;
    let decided_by = members.iter().find(|m| Some(m.id) == row.decided_by);
    let decided_by = decided_by.map(|m| m.name.clone()).unwrap_or_default();
    let (known, fresh) = match row.kind.as_str() {
        "person" => {
            (person_side(app, grant, &row.known).await?, person_side(app, grant, &row.fresh).await?)
        }
        _ => (
            company_side(app, grant, &row.known).await?,
            company_side(app, grant, &row.fresh).await?,
        ),
    };
    let (trace, lines) = match (&known, &fresh) {
        (Side { person: Some(a), .. }, Side { person: Some(b), .. }) => {
            let (_, review, join) = judge::model();
            (judge::weigh(a, b, &[]).trace, (review, join))
        }
        (Side { company: Some(a), .. }, Side { company: Some(b), .. }) => {
            let (_, review, join) = company::model();
            (company::weigh(a, b).trace, (review, join))
        }
        _ => (Trace::from_json(&row.trace), (0.0, 1.0)),
    };
    Ok(Question { row, known, fresh, trace, lines, decided_by })
}

async fn person_side(
    app: &App,
    grant: &Grant<ReadDuplicates>,
    bytes: &[u8],
) -> Result<Side, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let id: PersonId = cluster::id_of(bytes).ok_or(Failure::NotFound)?;
    let row = person::person(db, ws, id).await?;
    let row = row.filter(|row| row.erased_at.is_none()).ok_or(Failure::NotFound)?;
    let points = person::contact_points(db, ws, id).await?;
    let records = person::source_records(db, ws, id).await?;
    let mut record = candidates::record_of(&row, &points);
    // A person of a known company is shown with the company's name.
    if let Some(account) = row.account.filter(|_| row.company.is_empty())
        && let Some(account) = account::account(db, ws, account).await?
    {
        record.company = account.name;
    }
    let mut sources: Vec<String> = records.iter().map(|r| r.source.clone()).collect();
    sources.extend(points.iter().map(|p| p.source.clone()).filter(|s| s != "import"));
    Ok(Side {
        id: id.to_string(),
        name: row.name.clone(),
        since: row.created_at,
        records: records.len().max(1),
        sources: named_sources(app, grant, sources).await?,
        person: Some(record),
        company: None,
    })
}

async fn company_side(
    app: &App,
    grant: &Grant<ReadDuplicates>,
    bytes: &[u8],
) -> Result<Side, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let id: AccountId = cluster::id_of(bytes).ok_or(Failure::NotFound)?;
    let row = account::account(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let records = source::records_of_account(db, ws, id, "account").await?;
    let mut domains = account::domains(db, ws, id).await?;
    // A domain belongs to the company that brought it first; the record still says it.
    for record in &records {
        let said = crate::read_account::said(record);
        domains.extend(said.get("domain").and_then(|text| crate::find_person::as_domain(text)));
    }
    domains.sort();
    domains.dedup();
    let sources = records.iter().map(|r| r.source.clone()).collect();
    Ok(Side {
        id: id.to_string(),
        name: row.name.clone(),
        since: row.created_at,
        records: records.len().max(1),
        sources: named_sources(app, grant, sources).await?,
        person: None,
        company: Some(Company {
            name: row.name,
            domains,
            country: row.country.unwrap_or_default(),
        }),
    })
}

/// Sources by the names people gave them, each once.
async fn named_sources(
    app: &App,
    grant: &Grant<ReadDuplicates>,
    slugs: Vec<String>,
) -> Result<Vec<String>, Failure> {
    let systems = source::systems(app.db(), grant.workspace()).await?;
    let mut names: Vec<String> = Vec::new();
    for slug in slugs {
        let name = match systems.iter().find(|s| s.slug == slug) {
            Some(system) => system.name.clone(),
            None => crate::manage_sources::plain_name(&slug),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}
