//! The opening text of a referral: the playbook its pathway chose, with the names filled in. Nobody
//! sends it from here; the owner completes it and writes from their own mailbox.

use warmpath_core::id::WorkspaceId;
use warmpath_store::table::pathway;
use warmpath_store::table::referral::ReferralRow;

use crate::context::App;
use crate::error::Failure;
use crate::fill_text::{Names, Piece, pieces};
use crate::read_referrals::Dossier;

/// An opening text.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The playbook's name.
    pub playbook: String,
    /// The pieces.
    pub pieces: Vec<Piece>,
}

/// The document of the pathway a referral came in under.
///
/// # Errors
/// When the database cannot be read.
pub async fn document_of(
    app: &App,
    row: &ReferralRow,
) -> Result<Option<warmpath_pathway::Document>, Failure> {
    let Some(id) = row.pathway else { return Ok(None) };
    let version = pathway::version(app.db(), row.workspace, id, row.pathway_version).await?;
    // A stored version passed the parser once; one that does not any more gives no text.
    Ok(version.and_then(|v| warmpath_pathway::parse(&v.text).ok()))
}

/// The names of a dossier, as texts may use them.
pub fn names_of(dossier: &Dossier, our_company: &str, owner: &str) -> Names {
    let company = |person: &warmpath_store::table::person::PersonRow| person.company.clone();
    let words = |slot: &str| dossier.words(slot).map(|t| t.body.clone()).unwrap_or_default();
    Names {
        prospect: dossier.person.name.clone(),
        prospect_company: dossier
            .account
            .as_ref()
            .map_or_else(|| company(&dossier.person), |a| a.name.clone()),
        referrer: dossier.referrer.name.clone(),
        referrer_company: company(&dossier.referrer),
        context: words("context"),
        need: words("need"),
        owner: owner.to_owned(),
        our_company: our_company.to_owned(),
    }
}

/// The opening text for the owner of a referral.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(
    app: &App,
    workspace: WorkspaceId,
    dossier: &Dossier,
) -> Result<Option<Opening>, Failure> {
    let row = &dossier.referral;
    if row.playbook.is_empty() || dossier.person.erased_at.is_some() {
        return Ok(None);
    }
    let Some(document) = document_of(app, row).await? else { return Ok(None) };
    let chosen = document.playbooks.iter().find(|p| p.id.value == row.playbook);
    let Some(chosen) = chosen else { return Ok(None) };
    let ours = warmpath_store::table::workspace::workspace(app.db(), workspace).await?;
    let ours = ours.map(|w| w.name).unwrap_or_default();
    let owner = dossier.member_name(row.owner).unwrap_or_default();
    let names = names_of(dossier, &ours, owner);
    Ok(Some(Opening {
        playbook: chosen.name.clone(),
        pieces: pieces(&chosen.opening.value, &names),
    }))
}
