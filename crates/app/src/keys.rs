//! The keys of an installation, all drawn from one master secret that stands outside the database.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use warmpath_core::id::{RecordId, WorkspaceId};
use warmpath_ledger::{MasterKey, SigningKey};

use crate::error::Failure;

/// The keys of an installation.
pub struct Keys {
    secret: [u8; 32],
}

impl Keys {
    /// From the 32 bytes of the master secret.
    pub fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    /// A key for one use in one workspace.
    fn derive(&self, purpose: &str, workspace: WorkspaceId) -> [u8; 32] {
        let mut mac = mac(&self.secret);
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(&workspace.bytes());
        mac.finalize().into_bytes().into()
    }

    /// The key that wraps the keys of people.
    pub fn master(&self, workspace: WorkspaceId) -> MasterKey {
        MasterKey::new(self.derive("subject keys", workspace))
    }

    /// Keyed hash of a mailbox, phone or domain: for finding a person, and for the suppression
    /// list. A plain hash of an address could be guessed.
    pub fn blind(&self, workspace: WorkspaceId, kind: &str, normal: &str) -> Vec<u8> {
        let mut mac = mac(&self.derive("blind index", workspace));
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(normal.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// The key that signs the checkpoints of a workspace's ledger.
    ///
    /// # Errors
    /// When the origin is not a valid key name: a defect.
    pub fn signing(&self, workspace: WorkspaceId) -> Result<SigningKey, Failure> {
        let seed = self.derive("checkpoint signing", workspace);
        SigningKey::from_seed(&ledger_origin(workspace), &seed)
            .map_err(|e| Failure::Defect(e.to_string()))
    }
}

/// The name of a workspace's ledger, as checkpoints carry it.
pub fn ledger_origin(workspace: WorkspaceId) -> String {
    format!("warmpath/{workspace}")
}

fn mac(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC pads a key with zeros to the block of its hash (RFC 2104 section 2).
    let mut block = [0_u8; 64];
    block[..32].copy_from_slice(key);
    Hmac::new(&block.into())
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// A random text for a page: an idempotency key, a nonce.
pub fn random_token(app: &crate::context::App) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(app.secret())
}
