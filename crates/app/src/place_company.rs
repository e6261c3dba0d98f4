//! A member says to which company a company belongs, or that it stands alone. Their word holds against
//! what systems say, until they give it back.

use warmpath_core::contact::CompanyName;
use warmpath_core::id::{AccountId, WorkspaceId};
use warmpath_core::text::fold_key;
use warmpath_store::Engine;
use warmpath_store::table::account::{self, AccountRow};
use warmpath_store::table::source::{self, ParentRow};

use crate::context::App;
use crate::error::Failure;
use crate::find_person::as_domain;
use crate::policy::{Grant, ReviewDuplicates};
use crate::resolve::cluster;
use crate::unit::{Happening, Unit};

/// The source of a member's word.
pub const MEMBER: &str = "member";

/// Longest way up.
const STEPS_MAX: usize = 16;

/// What a member says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// It belongs to the company of this name or website.
    Under(String),
    /// It belongs to nobody.
    Alone,
    /// The systems shall say; their word comes with the next import.
    AsImported,
}

/// Says it.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such company; [`Failure::Invalid`] when the other is not known,
/// is one of several, is the same, or belongs to it.
pub async fn run(
    app: &App,
    grant: &Grant<ReviewDuplicates>,
    id: AccountId,
    place: &Place,
) -> Result<(), Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    account::account(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let members = cluster::whole(db, ws, id).await?;
    let mut unit = Unit::new(app, ws);
    let actor = grant.principal().actor();
    let happening = match place {
        Place::AsImported => {
            for member in &members {
                unit.push(row(ws, *member, *member).delete());
            }
            Happening::new("account.parent_released", actor, id)
        }
        Place::Alone => {
            for member in &members {
                unit.push(row(ws, *member, *member).put());
            }
            Happening::new("account.parent_denied", actor, id)
        }
        Place::Under(text) => {
            let parent = cluster::root(db, ws, called(db, ws, text).await?.id).await?;
            check_no_circle(db, ws, &members, parent).await?;
            for member in &members {
                unit.push(row(ws, *member, parent).put());
            }
            Happening::new("account.parent_said", actor, id).with("parent", parent)
        }
    };
    unit.record(happening).await?;
    unit.commit("Somebody changed it this moment. Look again.").await
}

fn row(workspace: WorkspaceId, account: AccountId, parent: AccountId) -> ParentRow {
    ParentRow { workspace, account, parent, source: MEMBER.to_owned() }
}

/// The one company of this name or website.
async fn called(db: &dyn Engine, ws: WorkspaceId, text: &str) -> Result<AccountRow, Failure> {
    let wrong = |code: &str, message: String| Failure::invalid("parent", code, message);
    let text = text.trim();
    if let Some(domain) = as_domain(text)
        && let Some(found) = account::by_domain(db, ws, &domain).await?
    {
        return Ok(found);
    }
    let name = CompanyName::parse(text).map_err(|_| {
        wrong("parent_missing", "Write the name or website of the company above.".to_owned())
    })?;
    let mut found = account::by_name(db, ws, fold_key(&name.normal())).await?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => {
            let message = format!("No company here is called “{text}”. Import it first.");
            Err(wrong("parent_unknown", message))
        }
        _ => {
            let message = format!("Several companies are called “{text}”. Write the website.");
            Err(wrong("parent_several", message))
        }
    }
}

/// The company above is neither this one nor below it.
async fn check_no_circle(
    db: &dyn Engine,
    ws: WorkspaceId,
    members: &[AccountId],
    parent: AccountId,
) -> Result<(), Failure> {
    let mut at = parent;
    for _ in 0..STEPS_MAX {
        for above in cluster::whole(db, ws, at).await? {
            if members.contains(&above) {
                let message = "That company is this one, or belongs to it.";
                return Err(Failure::invalid("parent", "parent_circle", message));
            }
        }
        match source::parent(db, ws, at).await? {
            Some(next) => at = cluster::root(db, ws, next.parent).await?,
            None => return Ok(()),
        }
    }
    Ok(())
}
