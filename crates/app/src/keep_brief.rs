//! Recruiting briefs: somebody sets out to close a gap in the network, and it is tracked until it is
//! closed or dropped.

use warmpath_core::id::RecruitingBriefId;
use warmpath_store::table::network::{self, BriefRow};

use crate::context::App;
use crate::error::Failure;
use crate::network::Seniority;
use crate::policy::{Grant, RecruitConnectors};
use crate::read_tiers::reached;
use crate::unit::{Happening, Unit};

/// The segment a brief is for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Industry; empty for any.
    pub industry: String,
    /// Seniority as its fixed word; empty for any.
    pub seniority: String,
    /// Region; empty for any.
    pub region: String,
}

/// Opens one.
///
/// # Errors
/// [`Failure::Invalid`] when the segment is empty or has no people, [`Failure::Conflict`] when one is
/// open for it.
pub async fn open(
    app: &App,
    grant: &Grant<RecruitConnectors>,
    wanted: &Wanted,
) -> Result<RecruitingBriefId, Failure> {
    let network = app.network(grant.workspace()).await?;
    let known = wanted.seniority.is_empty() || wanted.seniority.parse::<Seniority>().is_ok();
    let segment = (wanted.industry.as_str(), wanted.seniority.as_str(), wanted.region.as_str());
    let (people, well) = reached(&network, segment);
    if !known || people == 0 || wanted.industry.is_empty() {
        let message = "Nobody known belongs to this segment.";
        return Err(Failure::invalid("industry", "segment_empty", message));
    }
    let same = |brief: &BriefRow| {
        brief.state == "open"
            && (brief.industry.as_str(), brief.seniority.as_str(), brief.region.as_str()) == segment
    };
    if network::briefs(app.db(), grant.workspace()).await?.iter().any(same) {
        return Err(Failure::Conflict("A brief for this gap is open already.".to_owned()));
    }
    let mut unit = Unit::new(app, grant.workspace());
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let row = BriefRow {
        workspace: unit.workspace,
        id: app.id(),
        industry: wanted.industry.clone(),
        seniority: wanted.seniority.clone(),
        region: wanted.region.clone(),
        state: "open".to_owned(),
        reached_before: count(well),
        people_before: count(people),
        member: grant.member(),
        opened_at: unit.at,
        closed_at: None,
        version: 1,
    };
    unit.push(row.insert());
    let happening = Happening::new("brief.opened", grant.principal().actor(), row.id)
        .with("people", row.people_before)
        .with("reached", row.reached_before);
    unit.record(happening).await?;
    unit.commit("Somebody opened it meanwhile. Look again.").await?;
    Ok(row.id)
}

/// Closes or drops one; what is reached then stands in the ledger.
///
/// # Errors
/// [`Failure::NotFound`] when there is none, [`Failure::Conflict`] when it has ended.
pub async fn end(
    app: &App,
    grant: &Grant<RecruitConnectors>,
    id: RecruitingBriefId,
    closed: bool,
) -> Result<(), Failure> {
    let row = network::brief(app.db(), grant.workspace(), id).await?;
    let mut row = row.ok_or(Failure::NotFound)?;
    if row.state != "open" {
        return Err(Failure::Conflict(format!("This brief is {} already.", row.state)));
    }
    let network = app.network(grant.workspace()).await?;
    let segment = (row.industry.as_str(), row.seniority.as_str(), row.region.as_str());
    let (people, well) = reached(&network, segment);
    let mut unit = Unit::new(app, grant.workspace());
    let state = if closed { "closed" } else { "dropped" };
    state.clone_into(&mut row.state);
    row.closed_at = Some(unit.at);
    row.version += 1;
    unit.push(row.save());
    let kind = if closed { "brief.closed" } else { "brief.dropped" };
    let happening = Happening::new(kind, grant.principal().actor(), id)
        .with("people", people)
        .with("reached", well)
        .with("reached_before", row.reached_before);
    unit.record(happening).await?;
    unit.commit("Somebody ended it meanwhile. Look again.").await
}
