//! Why a referral went where it went: the stored decision, who was looked at, and the replay.

use std::collections::BTreeMap;

use warmpath_core::id::WorkspaceId;
pub use warmpath_pathway::assign::{Assignment, CandidateTrace, Reason, Refused};
pub use warmpath_pathway::document::Stage;
pub use warmpath_pathway::{Decision, FactorTrace, Outcome, ScoreSheet, StageTrace};
use warmpath_store::table::pathway;
use warmpath_store::table::referral::DecisionRow;

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ReadReferrals};
use crate::read_referrals::{self, Dossier};
use crate::route_referral;

/// The latest routing decision of a referral.
#[derive(Debug, Clone)]
pub struct Story {
    /// The decision as stored.
    pub row: DecisionRow,
    /// What it says.
    pub decision: Decision,
    /// The pool's turn, when a pool was asked.
    pub turn: Option<Assignment>,
    /// The pathway's name.
    pub pathway: String,
    /// Fact name to value, as they stood.
    pub facts: BTreeMap<String, String>,
}

/// The story of a dossier; none before it was decided.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(
    app: &App,
    workspace: WorkspaceId,
    dossier: &Dossier,
) -> Result<Option<Story>, Failure> {
    let found = dossier.decisions.iter().filter(|d| d.kind == "route").find_map(|row| {
        let decision: Decision = serde_json::from_str(&row.trace).ok()?;
        Some((row.clone(), decision))
    });
    let Some((row, decision)) = found else { return Ok(None) };
    let turn = dossier
        .decisions
        .iter()
        .filter(|d| d.kind == "assign" && d.at >= row.at)
        .find_map(|d| serde_json::from_str(&d.trace).ok());
    let pathways = pathway::pathways(app.db(), workspace).await?;
    let name = pathways.into_iter().find(|p| Some(p.id) == row.pathway).map(|p| p.name);
    Ok(Some(Story {
        pathway: name.unwrap_or_else(|| decision.pathway.to_string()),
        facts: facts_of(&row.facts),
        decision,
        turn,
        row,
    }))
}

/// The facts in words, whatever shape each has.
fn facts_of(text: &str) -> BTreeMap<String, String> {
    let facts: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let Some(object) = facts.as_object() else { return BTreeMap::new() };
    object
        .iter()
        .map(|(name, fact)| {
            let value = fact.get("value").unwrap_or(fact);
            let words = match value {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (name.clone(), words)
        })
        .collect()
}

/// A decision made again from what is stored.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// Whether it gave the same bytes.
    pub same: bool,
    /// Bytes stored.
    pub stored: String,
    /// Bytes made now.
    pub again: String,
    /// The story as stored.
    pub story: Story,
}

/// Makes the latest decision of a referral again.
///
/// # Errors
/// [`Failure::NotFound`] when there is none that the caller may see.
pub async fn replay(
    app: &App,
    grant: &Grant<ReadReferrals>,
    id: warmpath_core::id::ReferralId,
) -> Result<(Dossier, Replayed), Failure> {
    let dossier = read_referrals::one(app, grant, id).await?;
    let story = of(app, grant.workspace(), &dossier).await?.ok_or(Failure::NotFound)?;
    let (again, same) = route_referral::replay(app, grant.workspace(), &story.row).await?;
    let replayed = Replayed { same, stored: story.row.trace.clone(), again, story };
    Ok((dossier, replayed))
}
