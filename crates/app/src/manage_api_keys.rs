//! Keys for programs: made once and shown once, narrowed to scopes, taken back at once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use warmpath_core::id::{ApiKeyId, RecordId as _};
use warmpath_store::field::Json;
use warmpath_store::table::access::{self, ApiKeyRow};
use warmpath_store::table::workspace::{self, MemberRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::keys::sha256;
use crate::policy::{Grant, ManageSettings, PERMISSIONS};
use crate::sign_in::API_KEY_PREFIX;
use crate::unit::{Happening, Unit};

/// Most keys of a workspace, taken-back ones included.
pub const KEYS_MAX: usize = 200;

/// Every scope a key can have, in order of its word.
#[must_use]
pub fn scopes() -> Vec<&'static str> {
    let mut scopes: Vec<&str> = PERMISSIONS.iter().filter_map(|(_, _, scope)| *scope).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// All keys, latest first, with the members they act for.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    app: &App,
    grant: &Grant<ManageSettings>,
) -> Result<(Vec<ApiKeyRow>, Vec<MemberRow>), Failure> {
    let ws = grant.workspace();
    let keys = access::api_keys(app.db(), ws).await?;
    Ok((keys, workspace::members(app.db(), ws).await?))
}

/// Makes a key that acts for the caller. The text returned is stored nowhere.
///
/// # Errors
/// [`Failure::Invalid`] without a name or scopes, or with a scope there is not.
pub async fn create(
    app: &App,
    grant: &Grant<ManageSettings>,
    name: &str,
    wanted: &[String],
) -> Result<String, Failure> {
    let mut problems = Vec::new();
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        let message = "Say what the key is for, in up to 100 letters.";
        problems.push(Problem::new("name", "name_missing", message));
    }
    let known = scopes();
    if wanted.is_empty() || wanted.iter().any(|w| !known.contains(&w.as_str())) {
        problems.push(Problem::new("scope", "scope_missing", "Tick what it may do."));
    }
    if access::api_keys(app.db(), grant.workspace()).await?.len() >= KEYS_MAX {
        problems.push(Problem::new("name", "too_many", "There are too many keys already."));
    }
    if !problems.is_empty() {
        return Err(Failure::Invalid(problems));
    }
    let mut unit = Unit::new(app, grant.workspace());
    let secret = app.secret();
    let mut bytes = unit.workspace.bytes().to_vec();
    bytes.extend_from_slice(&secret);
    let text = format!("{API_KEY_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
    let mut scopes = wanted.to_vec();
    scopes.sort();
    scopes.dedup();
    let row = ApiKeyRow {
        workspace: unit.workspace,
        key_hash: sha256(&secret),
        id: app.id(),
        name: name.to_owned(),
        // The last letters: the first ones are the workspace's and the same for every key.
        prefix: format!("…{}", &text[text.len() - 6..]),
        scopes: Json(scopes),
        member: grant.member(),
        created_at: unit.at,
        used_at: None,
        revoked_at: None,
    };
    unit.push(row.insert());
    let happening = Happening::new("api_key.created", grant.principal().actor(), row.id)
        .with("scopes", &row.scopes.0);
    unit.record(happening).await?;
    unit.commit("Try again.").await?;
    Ok(text)
}

/// Takes a key back: the next request with it is refused.
///
/// # Errors
/// [`Failure::NotFound`] when there is none that still works.
pub async fn revoke(app: &App, grant: &Grant<ManageSettings>, id: ApiKeyId) -> Result<(), Failure> {
    let keys = access::api_keys(app.db(), grant.workspace()).await?;
    if !keys.iter().any(|k| k.id == id && k.revoked_at.is_none()) {
        return Err(Failure::NotFound);
    }
    let mut unit = Unit::new(app, grant.workspace());
    unit.push(access::revoke_api_key(unit.workspace, id, unit.at));
    unit.record(Happening::new("api_key.revoked", grant.principal().actor(), id)).await?;
    unit.commit("It was taken back already.").await
}
