//! A member writes a comment for colleagues. The words stay in their own table, never in the ledger.

use warmpath_core::id::{CommentId, ReferralId};
use warmpath_core::text::Paragraphs;
use warmpath_store::table::referral::{self, CommentRow};
use warmpath_store::table::workspace;

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, MoveReferral};
use crate::read_referrals::sees;
use crate::unit::{Happening, Unit};

/// Longest comment, in characters.
pub const COMMENT_MAX: usize = 2_000;

/// Adds a comment.
///
/// # Errors
/// [`Failure::Invalid`] when there are no words or too many.
pub async fn run(
    app: &App,
    grant: &Grant<MoveReferral>,
    id: ReferralId,
    words: &str,
) -> Result<CommentId, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let row = referral::referral(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let members = workspace::members(db, ws).await?;
    if !sees(grant.principal(), &row, &members) {
        return Err(Failure::NotFound);
    }
    let body = Paragraphs::<COMMENT_MAX>::parse(words)
        .map_err(|refusal| Failure::invalid("comment", "text_invalid", refusal.to_string()))?;
    let mut unit = Unit::new(app, ws);
    let comment = CommentRow {
        workspace: ws,
        id: app.id::<CommentId>(),
        referral: id,
        author: grant.member(),
        body: body.into_string(),
        at: unit.at,
    };
    unit.push(comment.insert());
    let happening = Happening::new("referral.commented", grant.principal().actor(), id)
        .with("comment", comment.id);
    unit.record(happening).await?;
    unit.commit("Try again.").await?;
    Ok(comment.id)
}
