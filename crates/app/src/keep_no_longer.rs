//! Retention: people of whom nothing moved for as long as the law of their country lets a prospect
//! be kept are forgotten, once a day, in batches; each batch is noted in the ledger.

use jiff::{SignedDuration, Timestamp, ToSpan};
use warmpath_core::compliance::{RetentionClass, RetentionRule, retention_for, retention_rules};
use warmpath_core::contact::Country;
use warmpath_core::id::WorkspaceId;
use warmpath_core::role::Actor;
use warmpath_store::table::person::{self, PersonRow};

use crate::context::App;
use crate::erase_person;
use crate::error::Failure;
use crate::policy::{Grant, ReadCompliance};
use crate::unit::{Happening, Unit};

/// The kind of the job.
pub const JOB: &str = "retention";

/// People forgotten in one commit.
pub const BATCH: usize = 50;

/// Somebody whose time is over, and by which rule.
#[derive(Debug, Clone)]
pub struct Due {
    /// Who.
    pub person: PersonRow,
    /// The rule.
    pub rule: &'static RetentionRule,
}

/// Who would be forgotten now, at most `limit`; changes nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn dry_run(
    app: &App,
    grant: &Grant<ReadCompliance>,
    limit: usize,
) -> Result<Vec<Due>, Failure> {
    due(app, grant.workspace(), app.now(), limit).await
}

async fn due(
    app: &App,
    workspace: WorkspaceId,
    at: Timestamp,
    limit: usize,
) -> Result<Vec<Due>, Failure> {
    let rules = retention_rules().iter().filter(|r| r.class == RetentionClass::Prospect);
    let mut months: Vec<u32> = rules.filter_map(|r| r.keep.months()).collect();
    months.sort_unstable();
    months.dedup();
    let mut found: Vec<Due> = Vec::new();
    for term in months {
        let Some(before) = ago(at, term) else { continue };
        for person in person::at_rest_since(app.db(), workspace, before, 500).await? {
            let country = person.country.as_deref().and_then(|c| c.parse::<Country>().ok());
            let Some(rule) = retention_for(RetentionClass::Prospect, country) else { continue };
            let is_his_term = rule.keep.months() == Some(term);
            if is_his_term && found.len() < limit {
                found.push(Due { person, rule });
            }
        }
    }
    Ok(found)
}

fn ago(at: Timestamp, months: u32) -> Option<Timestamp> {
    let utc = at.to_zoned(jiff::tz::TimeZone::UTC);
    utc.checked_sub(i64::from(months).months()).ok().map(|z| z.timestamp())
}

/// Forgets the next batch and plans the next run: at once while there is more, else in a day.
///
/// # Errors
/// When the database cannot be read.
pub async fn advance(app: &App, unit: &mut Unit<'_>) -> Result<(), Failure> {
    let batch = due(app, unit.workspace, unit.at, BATCH).await?;
    for one in &batch {
        erase_person::for_retention(app, unit, one.person.id).await?;
    }
    if !batch.is_empty() {
        let about = unit.workspace;
        let happening = Happening::new("retention.batch", Actor::System, about)
            .with("class", RetentionClass::Prospect)
            .with("people", batch.len());
        unit.record(happening).await?;
    }
    // Ties are kept as long as somebody can be in scope by them.
    let scope = crate::import_network::scope(app, unit.workspace).await?;
    if let Ok(before) = Timestamp::from_second(scope.earliest(unit.at.as_second())) {
        unit.push(warmpath_store::table::network::forget_before(unit.workspace, before));
    }
    let more = crate::index_people::advance(app, unit).await?;
    let wait = if batch.len() == BATCH || more { 0 } else { 24 };
    let due = unit.at + SignedDuration::from_hours(wait);
    plan_next(unit, due);
    Ok(())
}

/// Queues the next run, unless it is queued already.
pub fn plan_next(unit: &mut Unit<'_>, due: Timestamp) {
    let about = unit.workspace;
    let key = format!("{JOB}/{}", due.as_second() / 600);
    unit.job(JOB, about, key, due, &serde_json::json!({}));
}
