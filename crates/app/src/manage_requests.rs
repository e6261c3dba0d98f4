//! What people ask about their data: opened with a due date by the law of their country, answered
//! or refused.

use jiff::{SignedDuration, Timestamp, ToSpan};
use warmpath_core::compliance::{Period, PeriodUnit, rule_chain, rules};
use warmpath_core::contact::{Country, Email, Phone};
use warmpath_core::id::{PersonId, SubjectRequestId};
use warmpath_store::table::ledger::{self, EntryRow, Narrow};
use warmpath_store::table::person::{self, PersonRow, SubjectRequestRow};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ManageCompliance, ReadCompliance};
use crate::resolve::cluster;
use crate::unit::{Happening, Unit};

/// What somebody can ask.
pub const KINDS: &[(&str, &str)] =
    &[("access", "A copy"), ("erasure", "Erasure"), ("correction", "A correction")];

/// A request with who asked; nobody when they are erased.
#[derive(Debug, Clone)]
pub struct Line {
    /// The request.
    pub request: SubjectRequestRow,
    /// The person.
    pub person: Option<PersonRow>,
}

/// Requests, open ones first, the next due first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, grant: &Grant<ReadCompliance>) -> Result<Vec<Line>, Failure> {
    let ws = grant.workspace();
    let requests = person::subject_requests(app.db(), ws).await?;
    let ids: Vec<PersonId> = requests.iter().map(|r| r.person).collect();
    let people = person::many(app.db(), ws, &ids).await?;
    let named = requests.into_iter().map(|request| {
        let person = people.get(&request.person).filter(|p| p.erased_at.is_none()).cloned();
        Line { request, person }
    });
    Ok(named.collect())
}

/// Opens a request of whoever is reached at this mailbox or phone.
///
/// # Errors
/// [`Failure::Invalid`] when nobody is, or the kind is none.
pub async fn open(
    app: &App,
    grant: &Grant<ManageCompliance>,
    address: &str,
    kind: &str,
) -> Result<SubjectRequestId, Failure> {
    if !KINDS.iter().any(|(word, _)| *word == kind) {
        return Err(Failure::invalid("kind", "kind_unknown", "Choose what they want."));
    }
    let who = find(app, grant, address).await?.ok_or_else(|| {
        let message = "We hold nothing about this address. Tell them so, and you are done.";
        Failure::invalid("address", "person_unknown", message)
    })?;
    let mut unit = Unit::new(app, grant.workspace());
    let country = who.country.as_deref().and_then(|c| c.parse::<Country>().ok());
    let row = SubjectRequestRow {
        workspace: unit.workspace,
        id: app.id(),
        person: who.id,
        kind: kind.to_owned(),
        state: "open".to_owned(),
        created_at: unit.at,
        due_at: due(country, unit.at),
        done_at: None,
        version: 1,
    };
    unit.push(row.insert());
    let happening = Happening::new("request.opened", grant.principal().actor(), row.id)
        .of(who.id)
        .with("kind", kind);
    unit.record(happening).await?;
    unit.commit("Try again.").await?;
    Ok(row.id)
}

/// The person reached at this mailbox or phone.
async fn find(
    app: &App,
    grant: &Grant<ManageCompliance>,
    address: &str,
) -> Result<Option<PersonRow>, Failure> {
    let ws = grant.workspace();
    let (kind, normal) = match Email::parse(address) {
        Ok(email) => ("email", email.folded()),
        Err(_) => match Phone::parse(address, None) {
            Ok(phone) => ("phone", phone.e164().to_owned()),
            Err(_) => return Ok(None),
        },
    };
    for point in person::by_contact(app.db(), ws, kind, &normal).await? {
        let id = cluster::root(app.db(), ws, point.person).await?;
        let found = person::person(app.db(), ws, id).await?;
        if let Some(found) = found.filter(|p| p.erased_at.is_none()) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Kinds of entries that say something was stopped.
const STOPPED: &[&str] =
    &["referral.held", "referral.declined", "referral.withdrawn", "contact.denied"];

/// Attempts that were stopped, latest first, at most 200.
///
/// # Errors
/// When the database cannot be read.
pub async fn denied(app: &App, grant: &Grant<ReadCompliance>) -> Result<Vec<EntryRow>, Failure> {
    let mut found = Vec::new();
    for kind in STOPPED {
        let narrow = Narrow { kind: (*kind).to_owned(), limit: 200, ..Narrow::default() };
        found.extend(ledger::page(app.db(), grant.workspace(), &narrow).await?);
    }
    found.sort_by_key(|e| std::cmp::Reverse(e.seq));
    found.truncate(200);
    Ok(found)
}

/// By when a request must be answered: the first period the law of the person's country gives, the
/// strict default where none is on file.
#[must_use]
pub fn due(country: Option<Country>, from: Timestamp) -> Timestamp {
    let chain = country.map(|c| rule_chain(c, false)).unwrap_or_default();
    let of_law = chain.iter().find_map(|rule| rule.dsr.as_ref()).and_then(within);
    let period = of_law.unwrap_or_else(|| rules().strict_default.dsr.clone());
    after(&period, from)
}

/// The period within which the full answer is due, where the rule states one.
fn within(request: &impl serde::Serialize) -> Option<Period> {
    let value = serde_json::to_value(request).ok()?;
    let period = value.get("full").unwrap_or(&value);
    serde_json::from_value(period.clone()).ok()
}

fn after(period: &Period, from: Timestamp) -> Timestamp {
    let n = i64::from(period.n);
    let utc = from.to_zoned(jiff::tz::TimeZone::UTC);
    let due = match period.unit {
        PeriodUnit::Immediate => Ok(utc),
        PeriodUnit::CalendarDays => utc.checked_add(n.days()),
        // Business days end no earlier than so many calendar days: the early date is the safe one.
        PeriodUnit::BusinessDays => utc.checked_add(n.days()),
        PeriodUnit::Months => utc.checked_add(n.months()),
        PeriodUnit::Years => utc.checked_add(n.years()),
    };
    due.map_or(from + SignedDuration::from_hours(24 * 30), |z| z.timestamp())
}

/// Closes a request: done, or refused.
///
/// # Errors
/// [`Failure::NotFound`] when there is none that is open.
pub async fn close(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: SubjectRequestId,
    done: bool,
) -> Result<(), Failure> {
    let row = person::subject_request(app.db(), grant.workspace(), id).await?;
    let mut row = row.filter(|r| r.state == "open").ok_or(Failure::NotFound)?;
    let mut unit = Unit::new(app, grant.workspace());
    let state = if done { "done" } else { "refused" };
    state.clone_into(&mut row.state);
    row.done_at = Some(unit.at);
    row.version += 1;
    unit.push(row.save());
    let happening = Happening::new("request.closed", grant.principal().actor(), id)
        .of(row.person)
        .with("state", state);
    unit.record(happening).await?;
    unit.commit("Somebody closed it already.").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_gives_a_request_a_day_to_be_answered_by() {
        let from: Timestamp = "2026-01-31T10:00:00Z".parse().expect("a time");
        let most = from + SignedDuration::from_hours(24 * 366);
        for country in Country::all().map(Some).chain([None]) {
            let due = due(country, from);
            assert!(due > from && due < most, "{country:?}: {due}");
        }
    }

    #[test]
    fn a_european_request_is_due_within_a_month() {
        let from: Timestamp = "2026-03-10T10:00:00Z".parse().expect("a time");
        let due = due("DE".parse().ok(), from);
        let month: Timestamp = "2026-04-10T10:00:00Z".parse().expect("a time");
        assert!(due <= month, "{due}");
    }
}
