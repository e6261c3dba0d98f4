//! Numbers the ledger: gives every waiting entry its place, grows the Merkle tree and signs
//! checkpoints.
//!
//! Runs after the commits it numbers, at most half a second behind, so that no commit waits for a
//! head row. Two sequencers cannot number the same entry: the head row is saved over its version,
//! and an entry is numbered only while it has no number.

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::WorkspaceId;
use warmpath_ledger::{Checkpoint, Draft, Hash, Tree};
use warmpath_store::table::ledger::{self, CheckpointRow, EntryRow, HeadRow, NodeRow};
use warmpath_store::{Applied, ChangeSet};

use crate::context::App;
use crate::error::Failure;
use crate::keys::ledger_origin;

/// Entries numbered in one commit.
pub const BATCH_MAX: i64 = 500;

/// A checkpoint is signed after this many entries …
pub const CHECKPOINT_ENTRIES: i64 = 1000;

/// … or after this long, when anything happened.
pub const CHECKPOINT_MINUTES: i64 = 10;

/// Numbers all that waits in one workspace. Returns how many entries were numbered.
///
/// # Errors
/// When the database cannot be read or written, or a stored draft is damaged.
pub async fn run(app: &App, workspace: WorkspaceId) -> Result<usize, Failure> {
    let mut numbered = 0;
    loop {
        let waiting = ledger::unnumbered(app.db(), workspace, BATCH_MAX).await?;
        if waiting.is_empty() {
            return Ok(numbered);
        }
        let count = waiting.len();
        match number_batch(app, workspace, waiting).await? {
            Applied::Applied => numbered += count,
            // Another sequencer is at work here; it will see the rest.
            Applied::Conflict(_) => return Ok(numbered),
        }
        if (count as i64) < BATCH_MAX {
            return Ok(numbered);
        }
    }
}

/// Signs a checkpoint of all that is numbered, whatever the size: before an export, for instance.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn sign_now(app: &App, workspace: WorkspaceId) -> Result<Option<String>, Failure> {
    let Some(mut head) = ledger::head(app.db(), workspace).await? else { return Ok(None) };
    let latest = ledger::checkpoints(app.db(), workspace, 1).await?;
    if let Some(row) = latest.into_iter().next()
        && row.size == head.size
    {
        return Ok(Some(row.note));
    }
    let tree = restart(app, workspace, head.size).await?;
    let mut changes = ChangeSet::new();
    let note = sign(app, workspace, &tree, &mut head, app.now(), &mut changes)?;
    head.version += 1;
    changes.push(head.save());
    match changes.apply(app.db()).await? {
        Applied::Applied => Ok(Some(note)),
        Applied::Conflict(_) => {
            Err(Failure::Conflict("The ledger grew meanwhile. Try again.".into()))
        }
    }
}

async fn number_batch(
    app: &App,
    workspace: WorkspaceId,
    waiting: Vec<EntryRow>,
) -> Result<Applied, Failure> {
    let at = app.now();
    let stored = ledger::head(app.db(), workspace).await?;
    let is_first = stored.is_none();
    let mut head = stored.unwrap_or_else(|| HeadRow {
        workspace,
        size: 0,
        prev: Hash::ZERO.0.to_vec(),
        checkpoint_size: 0,
        checkpoint_at: at,
        version: 1,
    });
    let mut tree = restart(app, workspace, head.size).await?;
    let mut prev = hash(&head.prev)?;
    let mut changes = ChangeSet::new();
    for mut row in waiting {
        let draft = Draft::parse(row.body.as_bytes())
            .map_err(|e| Failure::Defect(format!("draft {}: {e}", row.id)))?;
        let entry = draft.number(tree.size() + 1, prev);
        prev = entry.leaf_hash();
        row.seq = Some(entry.seq() as i64);
        row.leaf = prev.0.to_vec();
        row.body = String::from_utf8_lossy(entry.bytes()).into_owned();
        changes.push(row.number());
        for node in tree.append(prev).into_iter().filter(|node| node.id.level > 0) {
            changes.push(
                NodeRow {
                    workspace,
                    level: i64::from(node.id.level),
                    place: node.id.index as i64,
                    hash: node.hash.0.to_vec(),
                }
                .insert(),
            );
        }
    }
    head.size = tree.size() as i64;
    head.prev = prev.0.to_vec();
    let old_enough = head.checkpoint_at + SignedDuration::from_mins(CHECKPOINT_MINUTES) <= at;
    if old_enough || is_first || head.size - head.checkpoint_size >= CHECKPOINT_ENTRIES {
        sign(app, workspace, &tree, &mut head, at, &mut changes)?;
    }
    if is_first {
        // From its first entry on, the log is checked as a whole every few minutes.
        let mut unit = crate::unit::Unit::new(app, workspace);
        crate::verify_ledger::plan_next(&mut unit, at);
        crate::keep_no_longer::plan_next(&mut unit, at);
        changes.append(unit.into_changes());
        changes.push(head.insert());
    } else {
        head.version += 1;
        changes.push(head.save());
    }
    Ok(changes.apply(app.db()).await?)
}

fn sign(
    app: &App,
    workspace: WorkspaceId,
    tree: &Tree,
    head: &mut HeadRow,
    at: Timestamp,
    changes: &mut ChangeSet,
) -> Result<String, Failure> {
    let key = app.keys.signing(workspace)?;
    let checkpoint =
        Checkpoint { origin: ledger_origin(workspace), size: tree.size(), root: tree.root() };
    let signed = checkpoint.sign(&key).map_err(|e| Failure::Defect(e.to_string()))?;
    let note = signed.text().to_owned();
    head.checkpoint_size = head.size;
    head.checkpoint_at = at;
    changes.push(CheckpointRow { workspace, size: head.size, note: note.clone(), at }.insert());
    Ok(note)
}

pub(crate) async fn restart(app: &App, workspace: WorkspaceId, size: i64) -> Result<Tree, Failure> {
    let size = size as u64;
    let mut hashes = Vec::new();
    for node in Tree::restart_plan(size) {
        let (level, place) = (i64::from(node.level), node.index as i64);
        let stored = ledger::node(app.db(), workspace, level, place).await?;
        let bytes = stored.ok_or_else(|| {
            Failure::Defect(format!("ledger node {level}/{place} of {workspace} is missing"))
        })?;
        hashes.push(hash(&bytes)?);
    }
    Tree::restart(size, &hashes).map_err(|e| Failure::Defect(e.to_string()))
}

pub(crate) fn hash(bytes: &[u8]) -> Result<Hash, Failure> {
    let bytes: [u8; 32] =
        bytes.try_into().map_err(|_| Failure::Defect("a hash is 32 bytes".into()))?;
    Ok(Hash(bytes))
}
