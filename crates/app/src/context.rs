//! What every use case needs.

use std::sync::Arc;

use jiff::Timestamp;
use warmpath_core::id::RecordId;
use warmpath_core::source::{Clock, Random, new_id};
use warmpath_store::Engine;

use crate::keys::Keys;

/// Settings of the installation, checked when they are read.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the outside reaches us, without a slash at the end: `http://127.0.0.1:8080`.
    pub public_url: String,
    /// The address mails come from.
    pub mail_from: String,
    /// Nothing leaves: a restored copy until somebody releases it.
    pub outbound_held: bool,
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
