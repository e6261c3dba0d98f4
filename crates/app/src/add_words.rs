//! Whoever handed a person over adds to their words. What was said first stays frozen; an addition
//! is a new edition with its own author and time.

use warmpath_core::id::ReferralId;
use warmpath_core::limits;
use warmpath_core::role::Actor;
use warmpath_core::text::Paragraphs;
use warmpath_store::Applied;
use warmpath_store::table::referral::{self, ReferralRow, TextRow};
use warmpath_store::table::{person, workspace};

use crate::context::App;
use crate::error::{Failure, LinkTrouble};
use crate::keys::sha256;
use crate::link::{self, Purpose};
use crate::policy::{Grant, SubmitReferral};
use crate::unit::{Happening, Unit};

/// Most additions to one referral.
pub const ADDITIONS_MAX: usize = 20;

/// The member who handed the person over adds words.
///
/// # Errors
/// [`Failure::NotFound`] when it was somebody else, [`Failure::Invalid`] when the words do not do.
pub async fn by_submitter(
    app: &App,
    grant: &Grant<SubmitReferral>,
    id: ReferralId,
    words: &str,
) -> Result<(), Failure> {
    let row = referral::referral(app.db(), grant.workspace(), id).await?;
    let row = row.filter(|r| r.submitted_by == Some(grant.member())).ok_or(Failure::NotFound)?;
    let member = workspace::member(app.db(), grant.workspace(), grant.member()).await?;
    let author = member.map(|m| m.name).unwrap_or_default();
    add(app, &row, &author, grant.principal().actor(), words).await
}

/// The referrer adds words on their status page.
///
/// # Errors
/// [`Failure::Link`] when the page's link is not one, [`Failure::Invalid`] when the words do not do.
pub async fn by_link(app: &App, token: &str, nonce: &str, words: &str) -> Result<(), Failure> {
    let page = link::find(app, token, Purpose::Status).await?;
    if page.expires_at <= app.now() {
        return Err(Failure::Link(LinkTrouble::Ended));
    }
    if nonce != page.nonce {
        return Err(Failure::Link(LinkTrouble::NoPage));
    }
    let id = page.referral.ok_or(Failure::Link(LinkTrouble::Unknown))?;
    let row = referral::referral(app.db(), page.workspace, id).await?;
    let row = row.ok_or(Failure::Link(LinkTrouble::Unknown))?;
    let referrer = person::person(app.db(), page.workspace, row.referrer).await?;
    let author = referrer.map(|p| p.name).unwrap_or_default();
    add(app, &row, &author, Actor::Referrer(row.referrer), words).await
}

async fn add(
    app: &App,
    row: &ReferralRow,
    author: &str,
    actor: Actor,
    words: &str,
) -> Result<(), Failure> {
    let body = Paragraphs::<{ limits::CONTEXT_CHARACTERS_MAX }>::parse(words)
        .map_err(|refusal| Failure::invalid("words", "text_invalid", refusal.to_string()))?
        .into_string();
    if row.state.is_final() {
        return Err(Failure::Conflict("This has ended. Nothing can be added any more.".into()));
    }
    for _ in 0..5 {
        let texts = referral::texts(app.db(), row.workspace, row.id).await?;
        let earlier = texts.iter().filter(|t| t.slot == "context").map(|t| t.edition).max();
        let additions = texts.iter().filter(|t| t.slot == "context" && t.edition > 0).count();
        if additions >= ADDITIONS_MAX {
            return Err(Failure::invalid("words", "too_many", "There is no room for more words."));
        }
        let mut unit = Unit::new(app, row.workspace);
        let text = TextRow {
            workspace: row.workspace,
            referral: row.id,
            slot: "context".to_owned(),
            edition: earlier.map_or(0, |edition| edition + 1),
            body: body.clone(),
            author: author.to_owned(),
            at: unit.at,
        };
        unit.push(text.insert());
        let hash: String = sha256(body.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        let happening = Happening::new("referral.words_added", actor.clone(), row.id)
            .of(row.person)
            .with("edition", text.edition)
            .with("context_sha256", hash);
        unit.record(happening).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(());
        }
    }
    Err(Failure::Conflict("Somebody is adding words right now. Press again.".into()))
}
