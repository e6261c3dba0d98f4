//! Verifies the whole stored log: every byte of every entry, every number, every link to the entry
//! before, every stored node of the tree, every signed checkpoint.
//!
//! Runs as a job, every ten minutes and whenever somebody asks, in slices of bounded length and
//! memory with a rest between them; the place reached stands in the job. What was found stands in a setting,
//! which every page shows.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use warmpath_core::id::WorkspaceId;
use warmpath_core::role::Actor;
use warmpath_ledger::{Entry, Failure as Fault, Hash, Node, PublicKey, SignedCheckpoint, Tree};
use warmpath_store::Write;
use warmpath_store::table::ledger::{self, CheckpointRow, EntryRow, HeadRow};
use warmpath_store::table::workspace::{self, SettingRow};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ReadLedger};
use crate::sequence_ledger::{hash, restart};
use crate::unit::{Happening, Unit};

/// A check of the whole log begins this often.
pub const EVERY_MINUTES: i64 = 10;

/// Entries checked by one job. Other jobs and the people at their pages come in between.
pub const SLICE: u64 = 10_000;

/// After a slice the check rests this many times as long as the slice took.
const REST: i32 = 2;

/// Entries read at once.
const BATCH: i64 = 1_000;

/// The kind of the job.
pub const JOB: &str = "ledger.verify";

const SETTING: &str = "ledger.check";

/// What is known of the last check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What came of it.
    pub verdict: Verdict,
    /// Entries checked so far.
    pub done: u64,
    /// Entries there were when it began this slice.
    pub total: u64,
    /// Signed checkpoints that hold.
    pub checkpoints: u64,
    /// When this was written down.
    pub at: Timestamp,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is under way.
    Running,
    /// Every entry holds.
    Holds,
    /// Something is wrong: the sentence names it, the number is the first bad entry.
    Broken {
        /// What.
        message: String,
        /// Where, as far as it is known.
        entry: Option<u64>,
    },
}

/// Where a slice ended. `root` is compared when the next one takes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Entries that hold.
    pub entries: u64,
    /// Leaf hash of the last of them.
    pub prev: Hash,
    /// Root over them.
    pub root: Hash,
    /// Checkpoints that hold.
    pub checkpoints: u64,
}

impl Default for Place {
    fn default() -> Self {
        let (prev, root) = (Hash::ZERO, Hash::empty_tree());
        Self { entries: 0, prev, root, checkpoints: 0 }
    }
}

/// What one slice found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// So far so good; go on here.
    More(Place),
    /// All of it holds.
    Holds(Place),
    /// This is wrong.
    Broken(Fault, Place),
}

/// What the last check found; none before the first.
///
/// # Errors
/// When the database cannot be read.
pub async fn last(app: &App, workspace: WorkspaceId) -> Result<Option<Check>, Failure> {
    let text = workspace::setting(app.db(), workspace, SETTING).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Writes down what a check found.
#[must_use]
pub fn note(workspace: WorkspaceId, check: &Check) -> Write {
    let value = serde_json::to_string(check).unwrap_or_default();
    SettingRow { workspace, name: SETTING.to_owned(), value }.put()
}

/// Asks for a check now; the answer stands on the ledger page when it is done.
///
/// # Errors
/// When the database is away.
pub async fn ask(app: &App, grant: &Grant<ReadLedger>) -> Result<(), Failure> {
    let mut unit = Unit::new(app, grant.workspace());
    let size = ledger::head(app.db(), unit.workspace).await?.map_or(0, |h| h.size);
    let check = Check {
        verdict: Verdict::Running,
        done: 0,
        total: size as u64,
        checkpoints: 0,
        at: unit.at,
    };
    unit.push(note(unit.workspace, &check));
    let (about, at) = (unit.workspace, unit.at);
    let key = format!("{JOB}/now/{}", at.as_microsecond());
    unit.job(JOB, about, key, at, &serde_json::json!({}));
    unit.commit("Ask again.").await
}

/// Queues the next regular check, unless it is queued already.
pub fn plan_next(unit: &mut Unit<'_>, due: Timestamp) {
    let slot = due.as_second() / (EVERY_MINUTES * 60);
    let about = unit.workspace;
    unit.job(JOB, about, format!("{JOB}/{slot}"), due, &serde_json::json!({}));
}

/// One slice of a check, with everything that follows from it: the note for the pages, the next
/// slice or the next regular check, and an entry when what held before holds no more.
///
/// # Errors
/// When the database cannot be read.
pub async fn advance(app: &App, unit: &mut Unit<'_>, payload: &str) -> Result<(), Failure> {
    let ws = unit.workspace;
    let payload: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let from = payload.get("place").and_then(|p| serde_json::from_value(p.clone()).ok());
    let before = last(app, ws).await?;
    let found = slice(app, ws, from.unwrap_or_default(), SLICE).await?;
    let total = ledger::head(app.db(), ws).await?.map_or(0, |h| h.size as u64);
    let (verdict, place) = match &found {
        Found::More(place) => (Verdict::Running, *place),
        Found::Holds(place) => (Verdict::Holds, *place),
        Found::Broken(fault, place) => {
            let (message, entry) = (fault.to_string(), fault.first_bad_entry());
            (Verdict::Broken { message, entry }, *place)
        }
    };
    if let Verdict::Broken { entry, .. } = &verdict {
        let known = before.is_some_and(|c| matches!(c.verdict, Verdict::Broken { .. }));
        if !known {
            let happening = Happening::new("ledger.check_failed", Actor::System, ws)
                .with("entry", entry.unwrap_or_default());
            unit.record(happening).await?;
        }
    }
    if let Found::More(place) = &found {
        let key = format!("{JOB}/{}/{}", unit.at.as_microsecond(), place.entries);
        let now = app.now();
        let due = now + now.duration_since(unit.at) * REST;
        unit.job(JOB, ws, key, due, &serde_json::json!({ "place": place }));
    } else {
        let due = unit.at + SignedDuration::from_mins(EVERY_MINUTES);
        plan_next(unit, due);
    }
    let check = Check {
        verdict,
        done: place.entries,
        total: total.max(place.entries),
        checkpoints: place.checkpoints,
        at: unit.at,
    };
    unit.push(note(ws, &check));
    Ok(())
}

/// Checks at most `most` entries from a place on.
///
/// # Errors
/// When the database cannot be read. What is wrong with the log is an answer, not an error.
pub async fn slice(
    app: &App,
    workspace: WorkspaceId,
    from: Place,
    most: u64,
) -> Result<Found, Failure> {
    let Some(head) = ledger::head(app.db(), workspace).await? else {
        return Ok(Found::Holds(from));
    };
    let Some(tree) = take_up(app, workspace, from).await? else {
        let fault = Fault::Rehashed { from: 1, through: from.entries };
        return Ok(Found::Broken(fault, from));
    };
    let key = app.keys.signing(workspace)?.public_key();
    let covered = from.entries;
    let mut walk =
        Walk { app, workspace, key, tree, place: from, covered, checkpoints: Vec::new() };
    let until = (head.size as u64).min(from.entries.saturating_add(most));
    while walk.place.entries < until {
        if let Some(fault) = walk.batch(until).await? {
            return Ok(Found::Broken(fault, walk.place));
        }
    }
    if until < head.size as u64 {
        return Ok(Found::More(walk.place));
    }
    Ok(match walk.end(&head).await? {
        Some(fault) => Found::Broken(fault, walk.place),
        None => Found::Holds(walk.place),
    })
}

/// The tree at a place, if the stored nodes still lead to its root.
async fn take_up(app: &App, ws: WorkspaceId, from: Place) -> Result<Option<Tree>, Failure> {
    match restart(app, ws, from.entries as i64).await {
        Ok(tree) if from.entries == 0 || tree.root() == from.root => Ok(Some(tree)),
        Ok(_) | Err(Failure::Defect(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

struct Walk<'a> {
    app: &'a App,
    workspace: WorkspaceId,
    key: PublicKey,
    tree: Tree,
    place: Place,
    covered: u64,
    checkpoints: Vec<CheckpointRow>,
}

impl Walk<'_> {
    /// Checks the next batch; the first thing wrong ends it.
    async fn batch(&mut self, until: u64) -> Result<Option<Fault>, Failure> {
        let from = self.place.entries as i64 + 1;
        let limit = BATCH.min(until as i64 - from + 1);
        let db = self.app.db();
        let rows = ledger::feed(db, self.workspace, from, limit).await?;
        self.checkpoints = ledger::checkpoints_from(db, self.workspace, from, limit).await?;
        if rows.is_empty() {
            let entries = self.place.entries;
            return Ok(Some(Fault::Truncated { entries, stated: until }));
        }
        let mut made = Vec::new();
        for row in &rows {
            if let Some(fault) = self.entry(row, &mut made).await? {
                return Ok(Some(fault));
            }
        }
        self.stored_nodes(&made).await
    }

    async fn entry(
        &mut self,
        row: &EntryRow,
        made: &mut Vec<Node>,
    ) -> Result<Option<Fault>, Failure> {
        let expected = self.place.entries + 1;
        let stands = row.seq.unwrap_or_default() as u64;
        if stands != expected {
            return Ok(Some(Fault::SequenceGap { expected, found: stands }));
        }
        let entry = match Entry::parse(row.body.as_bytes()) {
            Ok(entry) => entry,
            Err(error) => {
                let detail = error.to_string();
                return Ok(Some(Fault::UnreadableEntry { seq: expected, detail }));
            }
        };
        if entry.seq() != expected {
            return self.out_of_place(expected, entry.seq()).await.map(Some);
        }
        let leaf = entry.leaf_hash();
        if leaf.0.as_slice() != row.leaf.as_slice() {
            return Ok(Some(Fault::Altered { seq: expected }));
        }
        let found = &entry.fields().workspace;
        if *found != self.workspace.to_string() {
            let (expected_ws, found) = (self.workspace.to_string(), found.clone());
            let fault = Fault::OtherWorkspace { seq: expected, expected: expected_ws, found };
            return Ok(Some(fault));
        }
        if entry.prev() != self.place.prev {
            // Its own link was changed, or the entry before it was: the stored tree tells which.
            return self.broken_link(expected, leaf).await.map(Some);
        }
        made.extend(self.tree.append(leaf).into_iter().filter(|n| n.id.level > 0));
        self.place.entries = expected;
        self.place.prev = leaf;
        self.place.root = self.tree.root();
        Ok(self.signed(expected))
    }

    /// An entry of another number stands here: swapped, if its own place holds this one.
    async fn out_of_place(&self, expected: u64, found: u64) -> Result<Fault, Failure> {
        let other = ledger::entry(self.app.db(), self.workspace, found as i64).await?;
        let there = other.and_then(|row| Entry::parse(row.body.as_bytes()).ok());
        Ok(match there {
            Some(entry) if entry.seq() == expected => {
                Fault::Swapped { first: expected, second: found }
            }
            _ => Fault::OutOfOrder { expected, found },
        })
    }

    async fn broken_link(&self, seq: u64, leaf: Hash) -> Result<Fault, Failure> {
        if seq == 1 {
            return Ok(Fault::Altered { seq });
        }
        // The parent of this leaf and its neighbour is stored; it was made from both as they were.
        let index = seq - 1;
        if index % 2 == 1 {
            let stored = ledger::node(self.app.db(), self.workspace, 1, (index / 2) as i64).await?;
            let whole = Hash::node(&self.place.prev, &leaf);
            let untouched = stored.as_deref() == Some(whole.0.as_slice());
            return Ok(Fault::Altered { seq: if untouched { seq } else { seq - 1 } });
        }
        Ok(Fault::Altered { seq: seq - 1 })
    }

    /// Checks the checkpoint of exactly this size, if one was signed.
    fn signed(&mut self, size: u64) -> Option<Fault> {
        let row = self.checkpoints.iter().find(|c| c.size as u64 == size)?;
        let signed: SignedCheckpoint = match row.note.parse() {
            Ok(signed) => signed,
            Err(error) => {
                let detail = format!("{error}");
                return Some(Fault::UnreadableCheckpoint { after: size, detail });
            }
        };
        let checkpoint = match signed.verify(&self.key) {
            Ok(checkpoint) => checkpoint,
            Err(error) => {
                return Some(Fault::BadSignature { size, detail: error.to_string() });
            }
        };
        if checkpoint.size != size {
            return Some(Fault::CheckpointReplayed { size: checkpoint.size, after: size });
        }
        if checkpoint.root != self.tree.root() {
            return Some(Fault::Rehashed { from: self.covered + 1, through: size });
        }
        self.covered = size;
        self.place.checkpoints += 1;
        None
    }

    /// Compares the nodes these entries make with the stored ones, level by level.
    async fn stored_nodes(&self, made: &[Node]) -> Result<Option<Fault>, Failure> {
        let mut levels: std::collections::BTreeMap<u32, Vec<&Node>> = Default::default();
        for node in made {
            levels.entry(u32::from(node.id.level)).or_default().push(node);
        }
        for (level, nodes) in levels {
            let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else { continue };
            let (from, to) = (first.id.index as i64, last.id.index as i64);
            let stored =
                ledger::nodes(self.app.db(), self.workspace, i64::from(level), from, to).await?;
            let same = stored.len() == nodes.len()
                && stored.iter().zip(&nodes).all(|(row, node)| {
                    row.place == node.id.index as i64 && row.hash.as_slice() == node.hash.0
                });
            if !same {
                let (from, through) = (self.covered + 1, self.place.entries);
                return Ok(Some(Fault::Rehashed { from: from.min(through), through }));
            }
        }
        Ok(None)
    }

    /// Compares the end with what the head states.
    async fn end(&self, head: &HeadRow) -> Result<Option<Fault>, Failure> {
        let (entries, stated) = (self.place.entries, head.size as u64);
        if hash(&head.prev).ok() != Some(self.place.prev) {
            return Ok(Some(Fault::Altered { seq: entries }));
        }
        let newest = ledger::checkpoints(self.app.db(), self.workspace, 1).await?;
        let kept = newest.first().map_or(0, |c| c.size as u64);
        if kept > stated {
            return Ok(Some(Fault::RolledBack { entries, kept }));
        }
        Ok(None)
    }
}
