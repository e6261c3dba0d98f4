//! Sign-in by one-time e-mail link, and sessions as server rows.
//!
//! The answer to a request is the same for everyone. Opening the link changes nothing; pressing the
//! button does, with the page's nonce, once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use warmpath_core::contact::Email;
use warmpath_core::id::{MemberId, RecordId, SessionId, WorkspaceId};
use warmpath_core::role::Actor;
use warmpath_store::table::access::{self, ApiKeyRow, SessionRow};
use warmpath_store::table::workspace::{self, MemberRow};
use warmpath_store::{ChangeSet, Write};

use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::keys::sha256;
use crate::link::{self, Purpose, Subject, read_token};
use crate::policy::Principal;
use crate::send_mail::{Letter, queue};
use crate::unit::{Happening, Unit};

/// A sign-in link works this long.
pub const LINK_MINUTES: i64 = 15;

/// A session ends after this long, used or not.
pub const SESSION_HOURS: i64 = 12;

/// A session ends when it was not used this long.
pub const IDLE_MINUTES: i64 = 120;

/// A request for a link: queued for each workspace that knows the mailbox. Says nothing about
/// whether there was one.
///
/// # Errors
/// Only when the database is away.
pub async fn request(app: &App, email: &str) -> Result<(), Failure> {
    let Ok(email) = Email::parse(email) else { return Ok(()) };
    for member in workspace::members_by_email(app.db(), &email.normal()).await? {
        let name = workspace::workspace(app.db(), member.workspace).await?.map(|w| w.name);
        let mut unit = Unit::new(app, member.workspace);
        let made = make_link(app, &member, LINK_MINUTES);
        unit.push(made.row.insert());
        let address = format!("{}/enter/{}", app.config.public_url, made.token);
        let letter = Letter::service("sign_in", &member.email, "Your sign-in link").saying(format!(
            "Hello {},\n\nopen this page and press the button to sign in to {}:\n\n{address}\n\n\
             The link works once and ends in {LINK_MINUTES} minutes. If you did not ask for it, \
             nothing happens.\n",
            member.name,
            name.unwrap_or_default(),
        ));
        queue(app, &mut unit, letter);
        unit.commit("Ask again.").await?;
    }
    Ok(())
}

/// A link for this member, as `demo` prints it.
pub fn make_link(app: &App, member: &MemberRow, minutes: i64) -> link::Made {
    let subject = Subject { member: Some(member.id), ..Subject::default() };
    let expires = app.now() + SignedDuration::from_mins(minutes);
    link::make(app, member.workspace, Purpose::SignIn, subject, expires)
}

/// What the page behind a sign-in link shows.
#[derive(Debug, Clone)]
pub struct EnterPage {
    /// Whom it signs in.
    pub member: MemberRow,
    /// The workspace's name.
    pub workspace_name: String,
    /// The nonce the form must send back.
    pub nonce: String,
}

/// Shows the page; changes nothing.
///
/// # Errors
/// [`Failure::Link`] when it does not work any more.
pub async fn page(app: &App, token: &str) -> Result<EnterPage, Failure> {
    let row = link::find(app, token, Purpose::SignIn).await?;
    link::check_usable(&row, app.now())?;
    let member = member_of(app, row.workspace, row.member).await?;
    let workspace = workspace::workspace(app.db(), row.workspace).await?;
    let workspace_name = workspace.map(|w| w.name).unwrap_or_default();
    Ok(EnterPage { member, workspace_name, nonce: row.nonce })
}

async fn member_of(
    app: &App,
    workspace: WorkspaceId,
    id: Option<MemberId>,
) -> Result<MemberRow, Failure> {
    let id = id.ok_or(Failure::Link(LinkTrouble::Unknown))?;
    workspace::member(app.db(), workspace, id)
        .await?
        .filter(|m| m.active)
        .ok_or(Failure::Link(LinkTrouble::Unknown))
}

/// Signs in: uses up the link and opens a session. Returns the cookie's value.
///
/// # Errors
/// [`Failure::Link`] when the link does not work any more or the nonce is not the page's.
pub async fn enter(app: &App, token: &str, nonce: &str) -> Result<String, Failure> {
    let mut row = link::find(app, token, Purpose::SignIn).await?;
    let mut unit = Unit::new(app, row.workspace);
    link::check_usable(&row, unit.at)?;
    if nonce != row.nonce {
        return Err(Failure::Link(LinkTrouble::NoPage));
    }
    let member = member_of(app, row.workspace, row.member).await?;
    row.used_at = Some(unit.at);
    row.version += 1;
    unit.push(row.save());

    let secret = app.secret();
    let session = SessionRow {
        workspace: row.workspace,
        token_hash: sha256(&secret),
        id: app.id::<SessionId>(),
        member: member.id,
        form_token: URL_SAFE_NO_PAD.encode(app.secret()),
        created_at: unit.at,
        seen_at: unit.at,
        expires_at: unit.at + SignedDuration::from_hours(SESSION_HOURS),
    };
    unit.push(session.insert());
    unit.record(Happening::new("session.opened", Actor::Member(member.id), session.id)).await?;
    match unit.apply().await? {
        warmpath_store::Applied::Applied => {}
        warmpath_store::Applied::Conflict(_) => return Err(Failure::Link(LinkTrouble::Used)),
    }
    let mut bytes = row.workspace.bytes().to_vec();
    bytes.extend_from_slice(&secret);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Somebody signed in, with what every page needs to know of them.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What they may do is decided from this.
    pub principal: Principal,
    /// Their row.
    pub member: MemberRow,
    /// Their session.
    pub session: SessionRow,
}

/// Reads a cookie. The member's role and standing are read each time, so that a change holds at
/// once.
///
/// # Errors
/// [`Failure::NotSignedIn`] when there is no live session behind it.
pub async fn by_cookie(app: &App, cookie: &str) -> Result<SignedIn, Failure> {
    let (workspace, hash) = read_token(cookie).ok_or(Failure::NotSignedIn)?;
    let at = app.now();
    let found = access::session(app.db(), workspace, hash, at).await?;
    let (mut session, member) = found.ok_or(Failure::NotSignedIn)?;
    if session.seen_at + SignedDuration::from_mins(IDLE_MINUTES) <= at {
        return Err(Failure::NotSignedIn);
    }
    if !member.active {
        return Err(Failure::NotSignedIn);
    }
    if session.seen_at + SignedDuration::from_mins(5) <= at {
        session.seen_at = at;
        touch(app, session.save()).await;
    }
    Ok(SignedIn { principal: principal(&member, None), member, session })
}

/// Reads an API key.
///
/// # Errors
/// [`Failure::NotSignedIn`] when there is no live key behind it.
pub async fn by_api_key(app: &App, text: &str) -> Result<(Principal, MemberRow), Failure> {
    let token = text.strip_prefix(API_KEY_PREFIX).ok_or(Failure::NotSignedIn)?;
    let (workspace, hash) = read_token(token).ok_or(Failure::NotSignedIn)?;
    let key = access::api_key(app.db(), workspace, hash).await?.ok_or(Failure::NotSignedIn)?;
    let member = workspace::member(app.db(), workspace, key.member).await?;
    let member = member.filter(|m| m.active).ok_or(Failure::NotSignedIn)?;
    touch_key(app, &key).await;
    Ok((principal(&member, Some((key.id, key.scopes.0))), member))
}

/// What every API key starts with.
pub const API_KEY_PREFIX: &str = "wpk_";

async fn touch_key(app: &App, key: &ApiKeyRow) {
    let at = app.now();
    let stale = key.used_at.is_none_or(|used| used + SignedDuration::from_mins(5) <= at);
    if stale {
        let mut key = key.clone();
        key.used_at = Some(at);
        touch(app, key.save()).await;
    }
}

/// Notes a last use. It is a convenience for the list of sessions; losing it harms nobody.
async fn touch(app: &App, write: Write) {
    let mut changes = ChangeSet::new();
    changes.push(write);
    if let Err(error) = changes.apply(app.db()).await {
        tracing::warn!(%error, "could not note the last use of a session");
    }
}

fn principal(
    member: &MemberRow,
    key: Option<(warmpath_core::id::ApiKeyId, Vec<String>)>,
) -> Principal {
    Principal {
        workspace: member.workspace,
        member: member.id,
        role: member.role,
        team: member.team.clone(),
        partner: member.partner,
        key,
    }
}

/// Signs out: the session is gone at once.
///
/// # Errors
/// When the database is away.
pub async fn leave(app: &App, signed_in: &SignedIn) -> Result<(), Failure> {
    let mut unit = Unit::new(app, signed_in.principal.workspace);
    unit.push(signed_in.session.delete());
    let actor = Actor::Member(signed_in.member.id);
    unit.record(Happening::new("session.closed", actor, signed_in.session.id)).await?;
    unit.commit("Try again.").await
}

/// A link for the terminal of whoever runs the installation; works for a day.
///
/// # Errors
/// When the database is away.
pub async fn printed_link(app: &App, member: &MemberRow) -> Result<String, Failure> {
    let mut unit = Unit::new(app, member.workspace);
    let made = make_link(app, member, 24 * 60);
    unit.push(made.row.insert());
    unit.commit("Try again.").await?;
    Ok(format!("{}/enter/{}", app.config.public_url, made.token))
}
