//! Webhook endpoints: where events are posted. Make, list, rotate the secret, pause, remove; and
//! replay what was not delivered.
//!
//! A secret is never stored: it is worked out from the master secret, the endpoint and its number,
//! and is shown once. Only the number stands in the row.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use warmpath_core::id::{DeliveryId, EndpointId, WorkspaceId};
use warmpath_core::limits;
use warmpath_core::role::Actor;
use warmpath_integrations::guard::Policy;
use warmpath_integrations::webhook::{Event, Secret};
use warmpath_store::Applied;
use warmpath_store::field::Json;
use warmpath_store::table::ledger;
use warmpath_store::table::webhook::{self, DeliveryRow, EndpointRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::fan_out::{KINDS, is_told};
use crate::policy::{Grant, ManageEndpoints};
use crate::unit::{Happening, Unit};

/// After a rotation the secret before stays good this long.
pub const OVERLAP_HOURS: i64 = 24;

/// An endpoint with its secret, which is shown this once.
#[derive(Debug, Clone)]
pub struct Made {
    /// The endpoint.
    pub endpoint: EndpointRow,
    /// `whsec_…`
    pub secret: String,
}

/// All endpoints of the workspace.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ManageEndpoints>) -> Result<Vec<EndpointRow>, Failure> {
    Ok(webhook::endpoints(app.db(), grant.workspace()).await?)
}

/// Makes one. It is told what happens from now on.
///
/// `events` are kinds (`referral.routed`) or their beginnings (`referral.`); none is all.
///
/// # Errors
/// [`Failure::Invalid`] when the address or a kind is refused.
pub async fn make(
    app: &App,
    grant: &Grant<ManageEndpoints>,
    url: &str,
    events: &[String],
) -> Result<Made, Failure> {
    let url = check(url, events)?;
    let there = webhook::endpoints(app.db(), grant.workspace()).await?;
    if there.len() >= limits::WEBHOOKS_MAX {
        let sentence = format!("A workspace has at most {} endpoints.", limits::WEBHOOKS_MAX);
        return Err(Failure::invalid("url", "too_many", sentence));
    }
    let head = ledger::head(app.db(), grant.workspace()).await?;
    let mut unit = Unit::new(app, grant.workspace());
    let endpoint = EndpointRow {
        workspace: unit.workspace,
        id: app.id::<EndpointId>(),
        url,
        secret: Live { number: 1, before_until: Timestamp::MIN }.bytes(),
        events: Json(events.to_vec()),
        active: true,
        failing_since: None,
        created_at: unit.at,
        cursor: head.map_or(0, |head| head.size),
        version: 1,
    };
    unit.push(endpoint.insert());
    unit.record(happening("endpoint.made", grant, endpoint.id)).await?;
    unit.commit("Try again.").await?;
    let secret = secret(app, endpoint.workspace, endpoint.id, 1).reveal();
    Ok(Made { endpoint, secret })
}

fn happening(kind: &'static str, grant: &Grant<ManageEndpoints>, id: EndpointId) -> Happening {
    Happening::new(kind, grant.principal().actor(), id)
}

fn check(url: &str, events: &[String]) -> Result<String, Failure> {
    let mut problems = Vec::new();
    let target = Policy::default().check(url);
    if let Err(refusal) = &target {
        problems.push(Problem::new("url", "url_refused", refusal.to_string()));
    }
    if events.len() > KINDS.len() * 4 || events.iter().any(|kind| !could_be(kind)) {
        let sentence = format!("Send kinds that begin with one of: {}.", KINDS.join(", "));
        problems.push(Problem::new("events", "kind_unknown", sentence));
    }
    match target {
        Ok(target) if problems.is_empty() => Ok(target.as_str().to_owned()),
        _ => Err(Failure::Invalid(problems)),
    }
}

fn could_be(kind: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || matches!(b, b'_' | b'.');
    kind.len() <= 64 && kind.bytes().all(plain) && is_told(kind)
}

/// A new secret; the one before stays good for a day.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such endpoint here.
pub async fn rotate(
    app: &App,
    grant: &Grant<ManageEndpoints>,
    id: EndpointId,
) -> Result<Made, Failure> {
    let endpoint = change(app, grant, id, "endpoint.rotated", |row, at| {
        let live = Live::read(&row.secret);
        let before_until = at + SignedDuration::from_hours(OVERLAP_HOURS);
        row.secret = Live { number: live.number + 1, before_until }.bytes();
    })
    .await?;
    let number = Live::read(&endpoint.secret).number;
    let secret = secret(app, endpoint.workspace, endpoint.id, number).reveal();
    Ok(Made { endpoint, secret })
}

/// Pauses it, or lets it go on. What happened while it was paused is not told afterwards.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such endpoint here.
pub async fn pause(
    app: &App,
    grant: &Grant<ManageEndpoints>,
    id: EndpointId,
    paused: bool,
) -> Result<EndpointRow, Failure> {
    let head = ledger::head(app.db(), grant.workspace()).await?.map_or(0, |head| head.size);
    let kind = if paused { "endpoint.paused" } else { "endpoint.resumed" };
    change(app, grant, id, kind, |row, _| {
        if !paused && !row.active {
            row.cursor = head;
            row.failing_since = None;
        }
        row.active = !paused;
    })
    .await
}

async fn change(
    app: &App,
    grant: &Grant<ManageEndpoints>,
    id: EndpointId,
    kind: &'static str,
    edit: impl Fn(&mut EndpointRow, Timestamp),
) -> Result<EndpointRow, Failure> {
    for _ in 0..5 {
        let row = webhook::endpoint(app.db(), grant.workspace(), id).await?;
        let mut row = row.ok_or(Failure::NotFound)?;
        let mut unit = Unit::new(app, grant.workspace());
        edit(&mut row, unit.at);
        row.version += 1;
        unit.push(row.save());
        unit.record(happening(kind, grant, id)).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(row);
        }
    }
    Err(Failure::Conflict("Somebody is changing this endpoint. Look again.".into()))
}

/// Removes it with its deliveries.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such endpoint here.
pub async fn remove(
    app: &App,
    grant: &Grant<ManageEndpoints>,
    id: EndpointId,
) -> Result<(), Failure> {
    let row = webhook::endpoint(app.db(), grant.workspace(), id).await?;
    let row = row.ok_or(Failure::NotFound)?;
    let mut unit = Unit::new(app, grant.workspace());
    unit.push(row.delete());
    unit.push(webhook::drop_deliveries(unit.workspace, id));
    unit.record(happening("endpoint.removed", grant, id)).await?;
    unit.commit("Somebody is changing this endpoint. Look again.").await
}

/// A page of deliveries of an endpoint, latest first.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such endpoint here.
pub async fn deliveries(
    app: &App,
    grant: &Grant<ManageEndpoints>,
    id: EndpointId,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<DeliveryRow>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    webhook::endpoint(db, ws, id).await?.ok_or(Failure::NotFound)?;
    Ok(webhook::deliveries_of(db, ws, id, before, limit).await?)
}

/// A page of those deliveries of an endpoint that were given up, latest first.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such endpoint here.
pub async fn dead(
    app: &App,
    grant: &Grant<ManageEndpoints>,
    id: EndpointId,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<DeliveryRow>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    webhook::endpoint(db, ws, id).await?.ok_or(Failure::NotFound)?;
    Ok(webhook::dead_of(db, ws, id, before, limit).await?)
}

/// One endpoint.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such endpoint here.
pub async fn one(
    app: &App,
    grant: &Grant<ManageEndpoints>,
    id: EndpointId,
) -> Result<EndpointRow, Failure> {
    webhook::endpoint(app.db(), grant.workspace(), id).await?.ok_or(Failure::NotFound)
}

/// The kind of an event that tells nothing but that it arrived.
pub const TEST_KIND: &str = "endpoint.test";

/// Sends an event that tells nothing, so that the receiver can be tried before something happens.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Conflict`] while the endpoint is off.
pub async fn test(
    app: &App,
    grant: &Grant<ManageEndpoints>,
    id: EndpointId,
) -> Result<DeliveryRow, Failure> {
    let endpoint = one(app, grant, id).await?;
    if !endpoint.active {
        return Err(Failure::Conflict("This endpoint is off. Let it go on, then try it.".into()));
    }
    let delivery: DeliveryId = app.id();
    let mut unit = Unit::new(app, grant.workspace());
    let data = json!({ "workspace": unit.workspace.to_string(), "seq": 0, "about": id });
    let event = Event::new(&delivery.to_string(), TEST_KIND, unit.at, &data)
        .map_err(|e| Failure::Defect(e.to_string()))?;
    let row = DeliveryRow {
        workspace: unit.workspace,
        id: delivery,
        endpoint: id,
        seq: 0,
        kind: TEST_KIND.to_owned(),
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
    let (at, key) = (unit.at, format!("webhook.deliver/{delivery}/1"));
    unit.job("webhook.deliver", delivery, key, at, &json!({}));
    unit.record(happening("endpoint.tested", grant, id).with("delivery", delivery)).await?;
    unit.commit("Try again.").await?;
    Ok(row)
}

/// Sends a delivery again: the same event under the same id, from the first attempt on.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Conflict`] while it is still waiting.
pub async fn replay(
    app: &App,
    grant: &Grant<ManageEndpoints>,
    endpoint: EndpointId,
    id: DeliveryId,
) -> Result<DeliveryRow, Failure> {
    let row = webhook::delivery(app.db(), grant.workspace(), id).await?;
    let mut row = row.filter(|row| row.endpoint == endpoint).ok_or(Failure::NotFound)?;
    if row.state == "waiting" {
        return Err(Failure::Conflict("It is still waiting to be sent.".into()));
    }
    let mut unit = Unit::new(app, grant.workspace());
    "waiting".clone_into(&mut row.state);
    row.attempts = 0;
    row.delivered_at = None;
    row.version += 1;
    unit.push(row.save());
    let (at, key) = (unit.at, format!("webhook.deliver/{id}/{}", row.version));
    unit.job("webhook.deliver", id, key, at, &json!({}));
    unit.record(happening("endpoint.replayed", grant, endpoint).with("delivery", id)).await?;
    unit.commit("Somebody replays it already.").await?;
    Ok(row)
}

/// Which secrets are good.
struct Live {
    number: u32,
    before_until: Timestamp,
}

impl Live {
    fn bytes(&self) -> Vec<u8> {
        let until = self.before_until.as_microsecond().to_be_bytes();
        [self.number.to_be_bytes().as_slice(), &until].concat()
    }

    fn read(bytes: &[u8]) -> Self {
        let (number, rest) = bytes.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
        let until = rest.first_chunk::<8>().map_or(i64::MIN, |b| i64::from_be_bytes(*b));
        let before_until = Timestamp::from_microsecond(until).unwrap_or(Timestamp::MIN);
        Self { number: u32::from_be_bytes(*number), before_until }
    }
}

fn secret(app: &App, workspace: WorkspaceId, id: EndpointId, number: u32) -> Secret {
    let bytes = app.keys.blind(workspace, "webhook secret", &format!("{id}/{number}"));
    Secret::from_random(bytes.first_chunk::<32>().copied().unwrap_or_default())
}

/// The secrets that are good at this moment, newest first.
pub(crate) fn live_secrets(app: &App, row: &EndpointRow, at: Timestamp) -> Vec<Secret> {
    let live = Live::read(&row.secret);
    let mut found = vec![secret(app, row.workspace, row.id, live.number)];
    if at < live.before_until && live.number > 1 {
        found.push(secret(app, row.workspace, row.id, live.number - 1));
    }
    found
}

/// The house turned an endpoint off after days without success, or because it is gone.
pub(crate) async fn turn_off(
    unit: &mut Unit<'_>,
    row: &mut EndpointRow,
    reason: &str,
) -> Result<(), Failure> {
    row.active = false;
    let happening =
        Happening::new("endpoint.turned_off", Actor::System, row.id).with("reason", reason);
    unit.record(happening).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_secrets_are_good_survives_being_stored() {
        let at = Timestamp::from_microsecond(1_700_000_000_000_001).unwrap();
        let read = Live::read(&Live { number: 7, before_until: at }.bytes());
        assert_eq!((read.number, read.before_until), (7, at));
        assert_eq!(Live::read(&[]).before_until, Timestamp::MIN);
    }

    #[test]
    fn addresses_inside_and_odd_kinds_are_refused() {
        let no: &[String] = &[];
        assert!(check("https://hooks.example/x", no).is_ok());
        for url in ["http://hooks.example/", "https://127.0.0.1/", "https://x.example:22/", "x"] {
            assert!(check(url, no).is_err(), "{url}");
        }
        let one = |kind: &str| check("https://hooks.example/x", &[kind.to_owned()]);
        assert!(one("referral.routed").is_ok() && one("referral.").is_ok());
        assert!(one("session.opened").is_err() && one("referral.<b>").is_err());
    }
}
