//! Tells endpoints what happened: follows the numbered ledger by a cursor of each endpoint, makes a
//! delivery of every entry it asked for, and posts it until it is taken or given up.
//!
//! An event is thin: kind, time, number and ids. Who wants more asks the API with a key.

use std::sync::Arc;

use serde_json::json;
use warmpath_core::id::DeliveryId;
use warmpath_integrations::webhook::{AttemptResult, EndpointHealth, Event, Outcome, next_attempt};
use warmpath_store::table::job::JobRow;
use warmpath_store::table::ledger::{self, EntryRow};
use warmpath_store::table::webhook::{self, DeliveryRow, EndpointRow};

use crate::context::App;
use crate::error::Failure;
use crate::manage_endpoints::{live_secrets, turn_off};
use crate::run_job::{Postman, Step, StepFailure, end};
use crate::unit::Unit;

/// How the kinds begin that are told outside. Sign-ins, refusals and settings are not.
pub const KINDS: &[&str] = &["referral.", "consent.", "clock.", "thanks.", "introduction."];

/// Whether entries of this kind are told outside.
pub fn is_told(kind: &str) -> bool {
    KINDS.iter().any(|start| kind.starts_with(start))
}

/// Entries handed to one endpoint in one commit.
const BATCH_MAX: i64 = 200;

/// Makes the deliveries of what was numbered since.
///
/// # Errors
/// When the database is away.
pub async fn run(app: &App) -> Result<(), Failure> {
    for mut endpoint in webhook::active_in_all(app.db()).await? {
        let from = endpoint.cursor + 1;
        let entries = ledger::feed(app.db(), endpoint.workspace, from, BATCH_MAX).await?;
        let Some(last) = entries.iter().filter_map(|e| e.seq).max() else { continue };
        let mut unit = Unit::new(app, endpoint.workspace);
        for entry in entries.iter().filter(|entry| wants(&endpoint, &entry.kind)) {
            add(app, &mut unit, &endpoint, entry)?;
        }
        endpoint.cursor = last;
        endpoint.version += 1;
        unit.push(endpoint.save());
        // A conflict means that another node was faster, or somebody changed the endpoint: the next
        // round looks again.
        unit.apply().await?;
    }
    Ok(())
}

fn wants(endpoint: &EndpointRow, kind: &str) -> bool {
    let asked = &endpoint.events.0;
    let fits =
        |wanted: &String| kind == wanted || (wanted.ends_with('.') && kind.starts_with(wanted));
    is_told(kind) && (asked.is_empty() || asked.iter().any(fits))
}

fn add(
    app: &App,
    unit: &mut Unit<'_>,
    endpoint: &EndpointRow,
    entry: &EntryRow,
) -> Result<(), Failure> {
    let id: DeliveryId = app.id();
    let seq = entry.seq.unwrap_or_default();
    let data = json!({
        "workspace": entry.workspace.to_string(),
        "seq": seq,
        "about": entry.about,
    });
    let event = Event::new(&id.to_string(), &entry.kind, entry.at, &data)
        .map_err(|e| Failure::Defect(e.to_string()))?;
    let row = DeliveryRow {
        workspace: unit.workspace,
        id,
        endpoint: endpoint.id,
        seq,
        kind: entry.kind.clone(),
        body: String::from_utf8_lossy(event.payload()).into_owned(),
        state: "waiting".to_owned(),
        attempts: 0,
        last_status: 0,
        last_error: String::new(),
        created_at: unit.at,
        delivered_at: None,
        version: 1,
    };
    unit.push(row.insert());
    let (at, key) = (unit.at, format!("webhook.deliver/{id}/1"));
    unit.job("webhook.deliver", id, key, at, &json!({}));
    Ok(())
}

/// One attempt.
pub(crate) async fn deliver(app: &App, postman: &Arc<dyn Postman>, job: &JobRow) -> Step {
    let id: DeliveryId = job.about.parse().map_err(|_| StepFailure::GiveUp("bad id".to_owned()))?;
    let mut unit = Unit::new(app, job.workspace);
    let row = webhook::delivery(app.db(), job.workspace, id).await?;
    let Some(mut row) = row.filter(|row| row.state == "waiting") else {
        return end(unit, job).await;
    };
    if app.config.outbound_held {
        return Err(StepFailure::Retry("outbound is held".to_owned()));
    }
    row.version += 1;
    let endpoint = webhook::endpoint(app.db(), job.workspace, row.endpoint).await?;
    let Some(mut endpoint) = endpoint.filter(|endpoint| endpoint.active) else {
        "dead".clone_into(&mut row.state);
        "the endpoint is off".clone_into(&mut row.last_error);
        unit.push(row.save());
        return end(unit, job).await;
    };
    let event = Event::from_stored(&id.to_string(), row.body.clone().into_bytes())
        .map_err(|e| StepFailure::GiveUp(e.to_string()))?;
    let secrets = live_secrets(app, &endpoint, unit.at);
    let result = postman.tell(&endpoint.url, &secrets, &event, unit.at).await;
    note(app, &mut unit, &mut row, &result);
    health(&mut unit, &mut endpoint, &result.outcome).await?;
    unit.push(row.save());
    end(unit, job).await
}

/// What became of the attempt, and the job of the next one.
fn note(app: &App, unit: &mut Unit<'_>, row: &mut DeliveryRow, result: &AttemptResult) {
    row.attempts += 1;
    row.last_status = result.status.map_or(0, i64::from);
    row.last_error = match (result.outcome, &result.error) {
        (Outcome::Delivered, _) => String::new(),
        (_, Some(error)) => error.to_string(),
        (_, None) => "the receiver did not take it".to_owned(),
    };
    let not_before = match result.outcome {
        Outcome::Delivered => {
            "delivered".clone_into(&mut row.state);
            row.delivered_at = Some(unit.at);
            return;
        }
        Outcome::Gone => {
            "dead".clone_into(&mut row.state);
            return;
        }
        Outcome::Retry { not_before } => not_before,
    };
    let chance = app.secret().first_chunk::<4>().map_or(0, |b| u32::from_be_bytes(*b));
    let made = usize::try_from(row.attempts).unwrap_or(usize::MAX);
    match next_attempt(made, chance, not_before, unit.at) {
        Some(due) => {
            let key = format!("webhook.deliver/{}/{}", row.id, row.version);
            unit.job("webhook.deliver", row.id, key, due, &json!({}));
        }
        None => "dead".clone_into(&mut row.state),
    }
}

/// The endpoint's own state is written only when it changes, so that deliveries to one endpoint do
/// not get in each other's way.
async fn health(
    unit: &mut Unit<'_>,
    endpoint: &mut EndpointRow,
    outcome: &Outcome,
) -> Result<(), Failure> {
    let before = endpoint.clone();
    let health = EndpointHealth { failing_since: endpoint.failing_since };
    let health = match outcome {
        Outcome::Delivered => health.succeeded(),
        _ => health.failed(unit.at),
    };
    endpoint.failing_since = health.failing_since;
    if *outcome == Outcome::Gone {
        turn_off(unit, endpoint, "gone").await?;
    } else if health.is_to_be_disabled(unit.at) {
        turn_off(unit, endpoint, "failed_for_days").await?;
    }
    if *endpoint != before {
        endpoint.version += 1;
        unit.push(endpoint.save());
    }
    Ok(())
}
