//! What the row of a company holds: field by field, what the system says that is believed most about it.
//!
//! Among systems that are believed alike the one that brought the company in holds. The rows follow at
//! once when a record is imported, and step by step when somebody changes whom to believe.

use std::collections::BTreeMap;

use warmpath_core::contact::CompanyName;
use warmpath_core::id::{AccountId, MemberId};
use warmpath_core::text::fold_key;
use warmpath_store::table::account::{self, AccountRow};
use warmpath_store::table::job::JobRow;
use warmpath_store::table::person::SourceRecordRow;
use warmpath_store::table::source;
use warmpath_store::table::workspace::{self, MemberRow};

use crate::context::App;
use crate::import::value;
use crate::manage_sources::Belief;
use crate::read_account;
use crate::run_job::{Step, end};
use crate::unit::Unit;

/// The kind of the job that settles every company anew.
pub const JOB: &str = "accounts.believe";

/// Companies that one job settles.
const BATCH: i64 = 100;

/// What one record says of a company; what it does not say is empty.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Name.
    pub name: String,
    /// The record's id in its system.
    pub external_id: String,
    /// Registrable domain, never one of a free mail provider.
    pub domain: Option<String>,
    /// `prospect`, `customer`, `former`.
    pub status: String,
    /// Business unit.
    pub unit: String,
    /// The member who owns it.
    pub owner: Option<MemberId>,
    /// The owner as the system calls them.
    pub owner_name: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Industry.
    pub industry: String,
    /// People employed.
    pub headcount: Option<i64>,
}

impl Said {
    /// Reads a stored record; what cannot be read is left out.
    fn of_record(record: &SourceRecordRow, members: &[MemberRow]) -> Self {
        let fields: BTreeMap<&str, String> = read_account::said(record);
        let text = |field: &str| fields.get(field).map(|t| t.trim().to_owned()).unwrap_or_default();
        let name = CompanyName::parse(&text("name"));
        let status = text("status");
        Self {
            name: name.map(|name| name.as_str().to_owned()).unwrap_or_default(),
            external_id: text("external_id"),
            domain: None,
            status: if status.is_empty() { status } else { standing(&status).to_owned() },
            unit: text("unit"),
            owner: member_called(members, &text("owner")),
            owner_name: text("owner"),
            country: value::country(&text("country")).map(|c| c.code().to_owned()),
            industry: text("industry"),
            headcount: value::count(&text("headcount")),
        }
    }
}

/// The CRM's word for how a company stands to us, as one of ours.
pub fn standing(text: &str) -> &'static str {
    let text = text.to_lowercase();
    if text.contains("former") || text.contains("churn") {
        "former"
    } else if text.contains("customer") || text.contains("client") {
        "customer"
    } else {
        "prospect"
    }
}

/// The member whom a system calls this: by mailbox, or by full name.
pub fn member_called(members: &[MemberRow], text: &str) -> Option<MemberId> {
    let wanted = text.to_lowercase();
    let found = members.iter().find(|m| m.email == wanted || m.name.to_lowercase() == wanted);
    found.map(|m| m.id)
}

/// What one system says, from the oldest record on.
#[derive(Debug, Clone)]
pub struct Saying {
    /// The system.
    pub system: String,
    /// What it says.
    pub said: Said,
}

/// What the stored records of a company say, the oldest first.
pub fn sayings(records: &[SourceRecordRow], members: &[MemberRow]) -> Vec<Saying> {
    let read = |record: &SourceRecordRow| Saying {
        system: record.source.clone(),
        said: Said::of_record(record, members),
    };
    records.iter().map(read).collect()
}

/// The row with the most believed saying about each field; what nobody says stays.
pub fn settled(old: &AccountRow, sayings: &[Saying], belief: &Belief) -> AccountRow {
    // The first of the least: among those believed alike, the oldest.
    let first = |field: &str, says: &dyn Fn(&Said) -> bool| -> Option<&Said> {
        let saying = sayings.iter().filter(|s| says(&s.said));
        saying.min_by_key(|s| belief.place(field, &s.system)).map(|s| &s.said)
    };
    let text = |field: &str, part: &dyn Fn(&Said) -> &String, old: &String| -> String {
        first(field, &|said| !part(said).is_empty()).map_or(old, part).clone()
    };
    let owner = first("owner", &|said| said.owner.is_some() || !said.owner_name.is_empty());
    let name = text("name", &|said| &said.name, &old.name);
    let country = first("country", &|said| said.country.is_some());
    let headcount = first("headcount", &|said| said.headcount.is_some());
    AccountRow {
        name_key: CompanyName::parse(&name)
            .map_or_else(|_| old.name_key.clone(), |name| fold_key(&name.normal())),
        name,
        status: text("status", &|said| &said.status, &old.status),
        unit: text("unit", &|said| &said.unit, &old.unit),
        industry: text("industry", &|said| &said.industry, &old.industry),
        owner: owner.map_or(old.owner, |said| said.owner),
        owner_name: owner.map_or(&old.owner_name, |said| &said.owner_name).clone(),
        country: country.map_or(&old.country, |said| &said.country).clone(),
        headcount: headcount.map_or(old.headcount, |said| said.headcount),
        ..old.clone()
    }
}

/// Settles every company again, after somebody changed whom to believe.
pub fn again(unit: &mut Unit<'_>) {
    let (about, at) = (unit.workspace, unit.at);
    let key = format!("{JOB}/{}", at.as_microsecond());
    unit.job(JOB, about, key, at, &serde_json::json!({}));
}

/// One job: some companies of which several records speak, and the next job.
///
/// # Errors
/// When the database cannot be read.
pub async fn step(app: &App, job: &JobRow) -> Step {
    let payload: serde_json::Value = serde_json::from_str(&job.payload).unwrap_or_default();
    let after = payload["after"].as_str().and_then(|id| id.parse::<AccountId>().ok());
    let ws = job.workspace;
    let mut unit = Unit::new(app, ws);
    let ids = source::accounts_of_several_records(app.db(), ws, after, BATCH).await?;
    let members = workspace::members(app.db(), ws).await?;
    let belief = Belief::of(app.db(), ws).await?;
    let rows = account::many(app.db(), ws, &ids).await?;
    for (id, old) in &rows {
        let records = source::records_of_account(app.db(), ws, *id, "account").await?;
        let row = settled(old, &sayings(&records, &members), &belief);
        if row != *old {
            unit.push(AccountRow { version: old.version + 1, ..row }.save());
        }
    }
    if ids.len() as i64 == BATCH
        && let Some(last) = ids.last()
    {
        let (key, due) = (format!("{JOB}/{}/{last}", job.id), app.now());
        unit.job(JOB, ws, key, due, &serde_json::json!({ "after": last }));
    }
    end(unit, job).await
}
