//! A key for a program: made here, shown once, kept as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use warmpath_core::id::{ApiKeyId, RecordId as _};
use warmpath_store::field::Json;
use warmpath_store::table::access::ApiKeyRow;
use warmpath_store::table::workspace::MemberRow;

use crate::context::App;
use crate::keys::sha256;
use crate::sign_in::API_KEY_PREFIX;

/// Letters of a key that stay readable, to recognise it by.
const SHOWN: usize = 12;

/// A key that acts for this member: the row to store, and the text that is never stored.
pub fn make(app: &App, member: &MemberRow, name: &str, scopes: &[&str]) -> (ApiKeyRow, String) {
    let secret = app.secret();
    let mut bytes = member.workspace.bytes().to_vec();
    bytes.extend_from_slice(&secret);
    let text = format!("{API_KEY_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
    let id: ApiKeyId = app.id();
    let row = ApiKeyRow {
        workspace: member.workspace,
        key_hash: sha256(&secret),
        id,
        name: name.to_owned(),
        prefix: text.chars().take(SHOWN).collect(),
        scopes: Json(scopes.iter().map(|s| (*s).to_owned()).collect()),
        member: member.id,
        created_at: app.now(),
        used_at: None,
        revoked_at: None,
    };
    (row, text)
}
