//! Exports the whole ledger as a bundle that anybody can check without us, piece by piece and in
//! bounded memory.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use warmpath_core::id::WorkspaceId;
use warmpath_ledger::bundle::WriteError;
use warmpath_ledger::{BundleHeader, BundleWriter, Entry, SignedCheckpoint};
use warmpath_store::table::ledger::{self, CheckpointRow};

use crate::context::App;
use crate::error::Failure;
use crate::keys::ledger_origin;
use crate::policy::{Grant, ReadLedger};
use crate::read_ledger::public_key;
use crate::sequence_ledger;

/// Entries read at once.
const BATCH: i64 = 500;

/// Checkpoints read at once.
const CHECKPOINTS: i64 = 200;

/// An export under way.
pub struct Export {
    workspace: WorkspaceId,
    writer: Option<BundleWriter<Shared>>,
    out: Shared,
    next: i64,
    size: i64,
    checkpoints: std::collections::VecDeque<CheckpointRow>,
}

/// Starts an export: numbers what waits and signs a checkpoint over all of it, so that the last
/// entry is covered as well.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn start(app: &App, grant: &Grant<ReadLedger>) -> Result<Export, Failure> {
    of_workspace(app, grant.workspace()).await
}

/// Starts an export for whoever runs the installation.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn of_workspace(app: &App, workspace: WorkspaceId) -> Result<Export, Failure> {
    sequence_ledger::run(app, workspace).await?;
    sequence_ledger::sign_now(app, workspace).await?;
    let size = ledger::head(app.db(), workspace).await?.map_or(0, |h| h.size);
    let header = BundleHeader {
        workspace: workspace.to_string(),
        origin: ledger_origin(workspace),
        keys: vec![public_key(app, workspace)?],
    };
    let out = Shared::default();
    let writer = BundleWriter::new(out.clone(), header).map_err(|e| broken(&e))?;
    let checkpoints = ledger::checkpoints_from(app.db(), workspace, 0, CHECKPOINTS).await?.into();
    Ok(Export { workspace, writer: Some(writer), out, next: 1, size, checkpoints })
}

impl Export {
    /// How many entries it will hold.
    #[must_use]
    pub fn entries(&self) -> i64 {
        self.size
    }

    /// The next piece; none after the last.
    ///
    /// # Errors
    /// [`Failure::Conflict`] when the stored log is damaged: what would not verify is not exported.
    pub async fn next(&mut self, app: &App) -> Result<Option<Vec<u8>>, Failure> {
        let Some(mut writer) = self.writer.take() else { return Ok(None) };
        if self.next > self.size {
            writer.finish().map_err(|e| broken(&e))?;
            return Ok(Some(self.out.take()));
        }
        let rows = ledger::feed(app.db(), self.workspace, self.next, BATCH).await?;
        if rows.is_empty() {
            return Err(Failure::Conflict(format!("Entry {} is missing.", self.next)));
        }
        let size = self.size;
        for row in rows.into_iter().filter(|r| r.seq.is_some_and(|seq| seq <= size)) {
            let entry = Entry::parse(row.body.as_bytes())
                .map_err(|e| Failure::Conflict(format!("Entry {} is damaged: {e}.", self.next)))?;
            if row.leaf != entry.leaf_hash().0 {
                let sentence = format!("Entry {} and its stored hash differ.", self.next);
                return Err(Failure::Conflict(sentence));
            }
            writer.entry(&entry).map_err(|e| broken(&e))?;
            self.checkpoint(app, &mut writer).await?;
            self.next += 1;
        }
        self.writer = Some(writer);
        Ok(Some(self.out.take()))
    }

    /// Writes the checkpoint of exactly the entries so far, if one was signed.
    async fn checkpoint(
        &mut self,
        app: &App,
        writer: &mut BundleWriter<Shared>,
    ) -> Result<(), Failure> {
        if self.checkpoints.is_empty() {
            let from = self.next;
            self.checkpoints =
                ledger::checkpoints_from(app.db(), self.workspace, from, CHECKPOINTS).await?.into();
        }
        while let Some(row) = self.checkpoints.pop_front_if(|c| c.size <= self.next) {
            if row.size == self.next {
                let signed: SignedCheckpoint = row.note.parse().map_err(|e| {
                    Failure::Conflict(format!("The checkpoint of {} is damaged: {e}.", row.size))
                })?;
                writer.checkpoint(&signed).map_err(|e| broken(&e))?;
            }
        }
        Ok(())
    }
}

fn broken(error: &WriteError) -> Failure {
    Failure::Conflict(format!("The ledger cannot be exported: {error}. Verify it."))
}

/// Bytes written and not yet handed on.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn take(&self) -> Vec<u8> {
        self.0.lock().map(|mut bytes| std::mem::take(&mut *bytes)).unwrap_or_default()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().map_err(|_| io::Error::other("a writer died"))?;
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
