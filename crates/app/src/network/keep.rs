//! Holds the networks of all workspaces within a budget.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use warmpath_core::id::WorkspaceId;
use warmpath_network::{DAY, EventLog, Levels};
use warmpath_store::table::network;

use super::{Network, load};
use crate::context::App;
use crate::error::Failure;

/// A network older than this is read anew, because ties decay.
const OLD_SECONDS: i64 = 3_600;

/// While events arrive, a network of this age still answers: an import would otherwise have it read
/// anew with every batch. What people choose is never served from an older state.
const EVENTS_BEHIND_SECONDS: i64 = 10;

/// Workspaces whose levels are remembered.
const LEVELS_MAX: usize = 4_096;

/// Memory for all networks together, unless set.
const BUDGET_MIB: usize = 512;

/// The networks held in memory.
pub struct Networks {
    budget_bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    networks: BTreeMap<WorkspaceId, (Arc<Network>, u64)>,
    uses: u64,
    levels: BTreeMap<WorkspaceId, KnownLevels>,
}

/// Levels of a workspace: as of which day, and from how many events.
#[derive(Clone, Copy)]
struct KnownLevels {
    day: i64,
    events: usize,
    levels: Levels,
}

impl Default for Networks {
    fn default() -> Self {
        Self::within(BUDGET_MIB)
    }
}

impl Networks {
    /// Holds so many mebibytes at most; a single larger one is held while it is used.
    pub fn within(mib: usize) -> Self {
        Self { budget_bytes: mib << 20, kept: Mutex::default() }
    }

    /// How many networks are held, and about how many bytes they take.
    pub fn held(&self) -> (usize, usize) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.networks.len(), kept.networks.values().map(|(network, _)| network.bytes()).sum())
    }

    /// The workspace's own levels: found once a day, and again when the events grew by a tenth. It
    /// costs as much as scoring twice.
    pub(super) fn levels(
        &self,
        workspace: WorkspaceId,
        log: &EventLog,
        as_of: Timestamp,
    ) -> Levels {
        let day = as_of.as_second().div_euclid(DAY);
        let events = log.events().len();
        let known = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.levels.get(&workspace).copied()
        };
        let counts = |known: &KnownLevels| {
            known.day == day && events.abs_diff(known.events) * 10 <= known.events
        };
        if let Some(known) = known.filter(counts) {
            return known.levels;
        }
        // As of midnight, so that two nodes find the same.
        let levels = Levels::refit(log, day * DAY);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.levels.len() >= LEVELS_MAX {
            kept.levels.clear();
        }
        kept.levels.insert(workspace, KnownLevels { day, events, levels });
        levels
    }

    fn held_of(&self, workspace: WorkspaceId) -> Option<Arc<Network>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let uses = kept.uses;
        let (network, used) = kept.networks.get_mut(&workspace)?;
        *used = uses;
        Some(Arc::clone(network))
    }

    fn keep(&self, network: &Arc<Network>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let uses = kept.uses;
        kept.networks.insert(network.workspace, (Arc::clone(network), uses));
        loop {
            let held: usize = kept.networks.values().map(|(network, _)| network.bytes()).sum();
            let oldest = kept
                .networks
                .iter()
                .filter(|(workspace, _)| **workspace != network.workspace)
                .min_by_key(|(_, (_, used))| *used)
                .map(|(workspace, _)| *workspace);
            match oldest {
                Some(oldest) if held > self.budget_bytes => kept.networks.remove(&oldest),
                _ => break,
            };
        }
    }
}

impl App {
    /// The network of a workspace, as it stands.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn network(&self, workspace: WorkspaceId) -> Result<Arc<Network>, Failure> {
        let head = network::head(self.db(), workspace).await?;
        let head = head.map_or((0, 0), |row| (row.events, row.choices));
        if let Some(held) = self.networks.held_of(workspace) {
            let age = self.now().duration_since(held.as_of).as_secs();
            let as_chosen = held.head.1 == head.1 && (0..OLD_SECONDS).contains(&age);
            if as_chosen && (held.head == head || age < EVENTS_BEHIND_SECONDS) {
                return Ok(held);
            }
        }
        let read = Arc::new(load::network(self, workspace, head).await?);
        self.networks.keep(&read);
        Ok(read)
    }
}
