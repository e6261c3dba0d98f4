//! Who a fresh record may be: the people who share a key with it, with what is known of each.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join;
use warmpath_core::id::{PersonId, WorkspaceId};
use warmpath_identity::normal::person as names;
use warmpath_store::Engine;
use warmpath_store::table::identity::{self, KEY_PEOPLE_MAX};
use warmpath_store::table::person::{self, ContactPointRow, PersonRow};

use crate::error::Failure;
use crate::resolve::judge::Record;
use crate::unit::Unit;

/// Most people who are weighed for one record, those who share most keys first.
const WEIGHED_MAX: usize = 24;

/// So many different family names make a mailbox or line one of many.
const NAMES_OF_COMMON: usize = 3;

/// Somebody who may be meant.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Their row.
    pub person: PersonRow,
    /// What is known of them.
    pub record: Record,
    /// How to reach them, as stored.
    pub points: Vec<ContactPointRow>,
}

/// Those who may be meant, and the values that say nothing because many carry them.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The candidates.
    pub candidates: Vec<Candidate>,
    /// Mailboxes and lines of people of several names.
    pub common: Vec<String>,
}

/// Looks for them: in the database, and among those who are new in this unit.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(unit: &Unit<'_>, record: &Record, keys: &[Vec<u8>]) -> Result<Found, Failure> {
    let (db, ws) = (unit.db(), unit.workspace);
    let mut by_key: BTreeMap<Vec<u8>, Vec<PersonId>> = BTreeMap::new();
    for row in identity::people_of_keys(db, ws, keys).await? {
        by_key.entry(row.key).or_default().push(row.person);
    }
    // A key of very many proposes nobody: the other keys have to.
    by_key.retain(|_, people| people.len() as i64 <= KEY_PEOPLE_MAX);
    let mut shared: BTreeMap<PersonId, usize> = BTreeMap::new();
    for person in by_key.into_values().flatten() {
        *shared.entry(person).or_default() += 1;
    }
    let mut ranked: Vec<(PersonId, usize)> = shared.into_iter().collect();
    ranked.sort_unstable_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
    ranked.truncate(WEIGHED_MAX);
    let ids: Vec<PersonId> = ranked.iter().map(|(id, _)| *id).collect();
    let mut candidates = known(db, ws, &ids).await?;
    for (theirs, fresh) in &unit.new_people {
        if theirs.iter().any(|key| keys.contains(key)) {
            candidates.push(fresh.clone());
        }
    }
    let common = common(record, &candidates);
    Ok(Found { candidates, common })
}

/// What is known of these people; the erased are left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn known(
    db: &dyn Engine,
    ws: WorkspaceId,
    ids: &[PersonId],
) -> Result<Vec<Candidate>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (people, stored) =
        join(person::many(db, ws, ids), person::contact_points_of_many(db, ws, ids)).await;
    let people = people?;
    let mut points: BTreeMap<PersonId, Vec<ContactPointRow>> = BTreeMap::new();
    for point in stored? {
        points.entry(point.person).or_default().push(point);
    }
    let known = ids.iter().filter_map(|id| people.get(id)).filter(|p| p.erased_at.is_none());
    Ok(known
        .map(|person| {
            let points = points.remove(&person.id).unwrap_or_default();
            Candidate { person: person.clone(), record: record_of(person, &points), points }
        })
        .collect())
}

/// A person's row and contact points as one record.
pub fn record_of(person: &PersonRow, points: &[ContactPointRow]) -> Record {
    let values = |kind: &str| -> Vec<String> {
        points.iter().filter(|p| p.kind == kind).map(|p| p.normal.clone()).collect()
    };
    Record {
        name: person.name.clone(),
        mailboxes: values("email"),
        phones: values("phone"),
        company: person.company.clone(),
        title: person.title.clone(),
        country: person.country.clone().unwrap_or_default(),
        profile: values("profile").into_iter().next().unwrap_or_default(),
    }
}

/// Mailboxes and lines of the record that people of several family names carry.
fn common(record: &Record, candidates: &[Candidate]) -> Vec<String> {
    let family = |name: &str| names::parse("", "", name).family;
    let own = family(&record.name);
    let carried = |value: &&String| {
        let holders = candidates
            .iter()
            .filter(|c| c.record.mailboxes.contains(value) || c.record.phones.contains(value));
        let mut families: BTreeSet<String> = holders.map(|c| family(&c.record.name)).collect();
        families.insert(own.clone());
        families.len() >= NAMES_OF_COMMON
    };
    record.mailboxes.iter().chain(&record.phones).filter(carried).cloned().collect()
}
