//! Reads the ledger for people and programs: entries by number, the newest checkpoint, what waits
//! for a number, and what the last check found.

use warmpath_core::id::WorkspaceId;
use warmpath_core::limits::PAGE_ROWS_DEFAULT;
use warmpath_store::table::ledger::{self, CheckpointRow, EntryRow, Narrow};
use warmpath_store::table::workspace::{self, MemberRow};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ReadLedger};
use crate::verify_ledger::{self, Check};

/// What a reader looks for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A record's id; empty is any.
    pub about: String,
    /// The beginning of a kind; empty is any.
    pub kind: String,
    /// Entries before this number.
    pub before: Option<i64>,
    /// At most this many; none is [`PAGE_ROWS_DEFAULT`].
    pub limit: Option<i64>,
}

/// A page of the ledger, latest first.
#[derive(Debug, Clone)]
pub struct Page {
    /// The entries.
    pub entries: Vec<EntryRow>,
    /// Ask before this number for the next page; none on the last.
    pub next: Option<i64>,
}

/// How the ledger stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Entries with a number.
    pub size: i64,
    /// Entries that still wait for one: at most half a second old while the worker runs.
    pub waiting: i64,
    /// The newest checkpoint, once there is one.
    pub checkpoint: Option<CheckpointRow>,
    /// The key that checks its signature, in the text form of signed notes.
    pub public_key: String,
    /// What the last check of the whole log found; none before the first.
    pub check: Option<Check>,
    /// The members, for the names of actors.
    pub members: Vec<MemberRow>,
}

impl Standing {
    /// An actor of an entry in words for people.
    #[must_use]
    pub fn actor_words(&self, entry: &EntryRow) -> String {
        let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap_or_default();
        let actor = body.get("actor").and_then(|a| a.as_str()).unwrap_or_default();
        let kind = actor.split(':').next().unwrap_or_default();
        match (kind, self.members.iter().find(|m| m.id.to_string() == actor)) {
            (_, Some(member)) => member.name.clone(),
            ("system", _) => "Warmpath, by rule or clock".to_owned(),
            ("prospect", _) => "The referred person".to_owned(),
            ("referrer", _) => "The referrer".to_owned(),
            _ if actor.starts_with("key_") => "A program".to_owned(),
            _ => actor.to_owned(),
        }
    }
}

/// A page of entries.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ReadLedger>, wanted: &Wanted) -> Result<Page, Failure> {
    let limit = wanted.limit.unwrap_or(PAGE_ROWS_DEFAULT as i64).clamp(1, 200);
    let narrow = Narrow {
        about: wanted.about.trim().to_owned(),
        kind: wanted.kind.trim().to_owned(),
        before: wanted.before,
        limit: limit + 1,
    };
    let mut entries = ledger::page(app.db(), grant.workspace(), &narrow).await?;
    let more = entries.len() as i64 > limit;
    entries.truncate(limit as usize);
    let next = entries.last().and_then(|e| e.seq).filter(|_| more);
    Ok(Page { entries, next })
}

/// How the ledger stands.
///
/// # Errors
/// When the database cannot be read.
pub async fn standing(app: &App, grant: &Grant<ReadLedger>) -> Result<Standing, Failure> {
    let ws = grant.workspace();
    let head = ledger::head(app.db(), ws).await?;
    let (waiting, _) = ledger::waiting(app.db(), ws).await?;
    Ok(Standing {
        size: head.map_or(0, |h| h.size),
        waiting,
        checkpoint: ledger::checkpoints(app.db(), ws, 1).await?.into_iter().next(),
        public_key: public_key(app, ws)?,
        check: verify_ledger::last(app, ws).await?,
        members: workspace::members(app.db(), ws).await?,
    })
}

/// The text form of the key that checks a workspace's checkpoints.
///
/// # Errors
/// When the origin is not a valid key name: a defect.
pub fn public_key(app: &App, id: WorkspaceId) -> Result<String, Failure> {
    Ok(app.keys.signing(id)?.public_key().to_string())
}
