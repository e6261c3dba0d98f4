//! What every use case needs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use warmpath_core::id::{PathwayId, RecordId, WorkspaceId};
use warmpath_core::source::{Clock, Random, new_id};
use warmpath_store::Engine;

use crate::keys::Keys;
use crate::network::Networks;
use crate::route_referral::InForce;
use crate::universe::Universes;

/// Settings of the installation, checked when they are read.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the outside reaches us, without a slash at the end: `http://127.0.0.1:8080`.
    pub public_url: String,
    /// The address mails come from.
    pub mail_from: String,
    /// Ask for the mail exchangers of a mailbox's domain; off where no name server is reached.
    pub looks_up_mail_exchangers: bool,
    /// Working minutes for the first contact, where a pathway names none.
    pub first_contact_minutes: Option<u32>,
    /// Zone of office hours, where nobody says another.
    pub zone: String,
    /// Networks whose forwarded headers are believed: address and leading bits.
    pub trusted_proxies: Vec<(std::net::IpAddr, u8)>,
    /// Nothing leaves: a restored copy until somebody releases it.
    pub outbound_held: bool,
}

/// Compiled pathways by workspace, pathway and version. A version's text never changes once it left
/// draft, and drafts are not kept here, so nothing in it grows stale.
#[derive(Default)]
pub struct PathwayCache {
    kept: Mutex<BTreeMap<(WorkspaceId, PathwayId, i64), InForce>>,
}

/// Most compiled pathways held in memory.
const PATHWAYS_MAX: usize = 512;

impl PathwayCache {
    /// A compiled pathway, if it is held.
    pub fn get(&self, workspace: WorkspaceId, id: PathwayId, version: i64) -> Option<InForce> {
        self.kept.lock().ok()?.get(&(workspace, id, version)).cloned()
    }

    /// Holds a compiled pathway.
    pub fn keep(&self, workspace: WorkspaceId, pathway: InForce) {
        if let Ok(mut kept) = self.kept.lock() {
            if kept.len() >= PATHWAYS_MAX {
                kept.clear();
            }
            kept.insert((workspace, pathway.id, pathway.version), pathway);
        }
    }
}

/// What every use case needs.
pub struct App {
    /// The database.
    pub db: Arc<dyn Engine>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub random: Arc<dyn Random>,
    /// The keys.
    pub keys: Keys,
    /// The settings.
    pub config: Config,
    /// Pathways compiled so far.
    pub pathways: PathwayCache,
    /// The people and companies that matching looks through, by workspace.
    pub universes: Universes,
    /// Relationship networks held in memory.
    pub networks: Networks,
    /// Told after every change set that queued a job or wrote the ledger, so that the worker need
    /// not wait for its next round.
    pub wake: Arc<dyn Fn() + Send + Sync>,
}

impl App {
    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The database.
    pub fn db(&self) -> &dyn Engine {
        &*self.db
    }

    /// A new id.
    pub fn id<I: RecordId>(&self) -> I {
        new_id(self.now(), &*self.random)
    }

    /// 32 random bytes.
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.random.fill(&mut bytes);
        bytes
    }
}

/// Whether the database answers.
///
/// # Errors
/// When it does not.
pub async fn ping(app: &App) -> Result<(), warmpath_store::StoreError> {
    warmpath_store::table::workspace::ping(app.db()).await
}
