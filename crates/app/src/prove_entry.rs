//! Proves that an entry stands in the log that was signed, from the stored nodes of the tree, and
//! that a later log continues an earlier one. What is proved is checked on the spot.

use serde::Serialize;
use warmpath_core::id::WorkspaceId;
use warmpath_ledger::{
    ConsistencyProof, Entry, Hash, InclusionProof, SignedCheckpoint, consistency_plan,
    inclusion_plan, tree::NodeId, verify_entry,
};
use warmpath_store::table::ledger::{self, CheckpointRow, EntryRow};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ReadLedger};
use crate::sequence_ledger::{hash, restart};

/// An entry with its proof.
#[derive(Debug, Clone)]
pub struct Proven {
    /// The entry as stored.
    pub entry: EntryRow,
    /// The proof against the newest checkpoint; none while no checkpoint covers the entry yet.
    pub proof: Option<Proof>,
}

/// An inclusion proof and what came of checking it.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// RFC 9162 inclusion proof.
    pub inclusion: InclusionProof,
    /// The signed note it leads to.
    pub checkpoint: String,
    /// Its root.
    pub root: Hash,
    /// When it was signed.
    pub signed_at: jiff::Timestamp,
    /// Why the proof does not hold; none when it does.
    pub fault: Option<String>,
}

/// A proof that the log of `to` entries begins with the log of `from` entries.
#[derive(Debug, Clone, Serialize)]
pub struct Continued {
    /// Root of the older log.
    pub old_root: Hash,
    /// Root of the newer log.
    pub new_root: Hash,
    /// RFC 9162 consistency proof.
    pub consistency: ConsistencyProof,
    /// Whether it holds for these roots.
    pub holds: bool,
}

/// One entry, proved against the newest checkpoint.
///
/// # Errors
/// [`Failure::NotFound`] when no entry has this number.
pub async fn run(app: &App, grant: &Grant<ReadLedger>, seq: i64) -> Result<Proven, Failure> {
    let ws = grant.workspace();
    let entry = ledger::entry(app.db(), ws, seq).await?.ok_or(Failure::NotFound)?;
    let newest = ledger::checkpoints(app.db(), ws, 1).await?.into_iter().next();
    let proof = match newest.filter(|c| c.size >= seq) {
        Some(checkpoint) => Some(prove(app, ws, &entry, seq, checkpoint).await?),
        None => None,
    };
    Ok(Proven { entry, proof })
}

async fn prove(
    app: &App,
    ws: WorkspaceId,
    entry: &EntryRow,
    seq: i64,
    checkpoint: CheckpointRow,
) -> Result<Proof, Failure> {
    let plan = inclusion_plan(seq as u64 - 1, checkpoint.size as u64).map_err(defect)?;
    let hashes = fetch(app, ws, &plan.nodes()).await?;
    let inclusion = plan.finish(&hashes).map_err(defect)?;
    let signed: SignedCheckpoint = checkpoint.note.parse().map_err(defect)?;
    let fault = check(app, ws, entry, &inclusion, &signed);
    Ok(Proof {
        inclusion,
        root: signed.unverified().root,
        checkpoint: checkpoint.note,
        signed_at: checkpoint.at,
        fault,
    })
}

/// What is wrong with an entry and its proof, if anything.
fn check(
    app: &App,
    ws: WorkspaceId,
    row: &EntryRow,
    proof: &InclusionProof,
    signed: &SignedCheckpoint,
) -> Option<String> {
    let key = match app.keys.signing(ws) {
        Ok(key) => key.public_key(),
        Err(failure) => return Some(failure.to_string()),
    };
    let checkpoint = match signed.verify(&key) {
        Ok(checkpoint) => checkpoint,
        Err(error) => return Some(error.to_string()),
    };
    let entry = match Entry::parse(row.body.as_bytes()) {
        Ok(entry) => entry,
        Err(error) => return Some(error.to_string()),
    };
    verify_entry(&entry, proof, checkpoint).err().map(|error| error.to_string())
}

/// A proof that the log of `to` entries continues the log of `from`.
///
/// # Errors
/// [`Failure::Invalid`] when there are no such sizes.
pub async fn consistency(
    app: &App,
    grant: &Grant<ReadLedger>,
    from: i64,
    to: i64,
) -> Result<Continued, Failure> {
    let ws = grant.workspace();
    let size = ledger::head(app.db(), ws).await?.map_or(0, |h| h.size);
    if from < 1 || to < from || to > size {
        let message = format!("Sizes go from 1 to {size}, and from is not above to.");
        return Err(Failure::invalid("from", "size_unknown", message));
    }
    let plan = consistency_plan(from as u64, to as u64).map_err(defect)?;
    let hashes = fetch(app, ws, &plan.nodes()).await?;
    let consistency = plan.finish(&hashes).map_err(defect)?;
    let old_root = restart(app, ws, from).await?.root();
    let new_root = restart(app, ws, to).await?.root();
    let holds = consistency.check(&old_root, &new_root).is_ok();
    Ok(Continued { old_root, new_root, consistency, holds })
}

async fn fetch(app: &App, ws: WorkspaceId, wanted: &[NodeId]) -> Result<Vec<Hash>, Failure> {
    let mut hashes = Vec::with_capacity(wanted.len());
    for node in wanted {
        let (level, place) = (i64::from(node.level), node.index as i64);
        let stored = ledger::node(app.db(), ws, level, place).await?;
        // A missing node is shown as a proof that does not hold, not as a page that fails.
        hashes.push(stored.as_deref().map(hash).transpose()?.unwrap_or(Hash::ZERO));
    }
    Ok(hashes)
}

fn defect(error: impl ToString) -> Failure {
    Failure::Defect(error.to_string())
}
