//! Reads a network from the store: people, events, what owners said, what people chose.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use warmpath_core::id::{AccountId, PersonId, WorkspaceId};
use warmpath_core::text::fold_key;
use warmpath_network::{
    AcceptancePrior, Confirmation, EventLog, Kind, Levels, NewEvent, Probability, Provenance,
    Published, Rating, ScoreBook, TieList, TieState, Tier, effective, score,
};
use warmpath_profile::TitleResolver;
use warmpath_store::table::account::AccountRow;
use warmpath_store::table::ledger;
use warmpath_store::table::network::{self, ConfirmationRow, MappedRow, SeatRow, TieEventRow};
use warmpath_store::table::person::PersonRow;
use warmpath_store::table::workspace;

use super::facts::{Evidence, PersonFacts, Seniority, TieFacts, region_of};
use super::{Network, engine_record};
use crate::context::App;
use crate::error::Failure;

/// Events read into memory; a workspace with more keeps the rest in the store.
const EVENTS_MAX: i64 = 5_000_000;

/// Reads it. The head is the one seen before, so that what changes meanwhile is read next time.
pub(super) async fn network(
    app: &App,
    workspace: WorkspaceId,
    head: (i64, i64),
) -> Result<Network, Failure> {
    let db = app.db();
    let as_of = app.now();
    let entry = ledger::head(db, workspace).await?.map_or(0, |head| head.size);
    let mapped = network::mapped(db, workspace).await?;
    let gone: BTreeSet<PersonId> =
        mapped.iter().filter(|row| row.standing != "open").map(|row| row.person).collect();
    let active: BTreeSet<_> = workspace::members(db, workspace)
        .await?
        .into_iter()
        .filter(|member| member.active)
        .map(|member| member.id)
        .collect();
    let seats: BTreeMap<_, SeatRow> = network::seats(db, workspace)
        .await?
        .into_iter()
        .filter(|seat| seat.privacy != "hide" && active.contains(&seat.member))
        .filter(|seat| !gone.contains(&seat.person))
        .map(|seat| (seat.member, seat))
        .collect();
    let people = people(app, workspace, &mapped, &seats).await?;
    let events = network::events(db, workspace, EVENTS_MAX).await?;
    let events_count = events.len();
    let log = log_of(&events, |person| people.contains_key(&person) && !gone.contains(&person));
    let said = network::confirmations(db, workspace).await?;
    let (numbers, ids) = numbers(&log);
    let levels = app.networks.levels(workspace, &log, as_of);
    let ties = ties(&log, &ids, &said, &people, (as_of, &levels));
    let connectors = network::connectors(db, workspace).await?;
    let records: Vec<_> = connectors.iter().map(engine_record).collect();
    let refuse = |row: &&network::ConnectorRecordRow| row.refuses || row.budget == 0;
    let closed = connectors.iter().filter(refuse).map(|row| row.person).collect();
    Ok(Network {
        workspace,
        as_of,
        entry,
        head,
        state: graph(&ties),
        people,
        ties,
        log,
        numbers,
        seats,
        connectors: connectors.into_iter().map(|row| (row.person, row)).collect(),
        closed,
        prior: AcceptancePrior::of_workspace(&records),
        teams: std::sync::Mutex::default(),
        events_count,
        levels,
    })
}

async fn people(
    app: &App,
    workspace: WorkspaceId,
    mapped: &[MappedRow],
    seats: &BTreeMap<warmpath_core::id::MemberId, SeatRow>,
) -> Result<BTreeMap<PersonId, PersonFacts>, Failure> {
    let db = app.db();
    let accounts: BTreeMap<AccountId, AccountRow> =
        network::accounts(db, workspace).await?.into_iter().map(|row| (row.id, row)).collect();
    let mut mailboxes: BTreeMap<PersonId, String> = BTreeMap::new();
    for (person, kind, normal) in network::reachable_at(db, workspace).await? {
        if kind == "email" {
            mailboxes.entry(person).or_insert(normal);
        }
    }
    let standing: BTreeMap<PersonId, &str> =
        mapped.iter().map(|row| (row.person, row.standing.as_str())).collect();
    let members: BTreeMap<PersonId, _> =
        seats.values().map(|seat| (seat.person, seat.member)).collect();
    let resolver = TitleResolver::new();
    let known = network::people(db, workspace).await?;
    let held = known.into_iter().filter(|row| {
        row.erased_at.is_none() && standing.get(&row.id).is_none_or(|word| *word == "open")
    });
    Ok(held
        .map(|row| {
            let account = row.account.and_then(|id| accounts.get(&id));
            let mailbox = mailboxes.get(&row.id).map_or("", String::as_str);
            let mut facts = facts(&row, account, mailbox, resolver);
            facts.member = members.get(&row.id).copied();
            facts.mapped = standing.contains_key(&row.id);
            (row.id, facts)
        })
        .collect())
}

fn facts(
    row: &PersonRow,
    account: Option<&AccountRow>,
    mailbox: &str,
    resolver: TitleResolver,
) -> PersonFacts {
    let domain = mailbox.rsplit_once('@').map_or("", |(_, domain)| domain);
    let name = if row.name.is_empty() { mailbox } else { &row.name };
    let company = match account {
        Some(account) => account.name.as_str(),
        None if row.company.is_empty() => domain,
        None => &row.company,
    };
    let country = row.country.as_deref().or(account.and_then(|a| a.country.as_deref()));
    PersonFacts {
        id: row.id,
        words: fold_key(&format!("{name} {} {company} {domain}", row.title)),
        name: name.to_owned(),
        title: row.title.clone(),
        company: company.to_owned(),
        account: row.account,
        is_customer: account.is_some_and(|a| a.status == "customer"),
        industry: account.map(|a| a.industry.clone()).unwrap_or_default(),
        seniority: Seniority::of(&row.title, resolver),
        region: country.map(region_of).unwrap_or_default(),
        member: None,
        mapped: false,
    }
}

fn log_of(events: &[TieEventRow], holds: impl Fn(PersonId) -> bool) -> EventLog {
    let mut log = EventLog::default();
    for event in events {
        let (Some(kind), Some(provenance)) =
            (Kind::from_word(&event.kind), Provenance::from_word(&event.provenance))
        else {
            continue;
        };
        if !holds(event.from_person) || !holds(event.to_person) {
            continue;
        }
        // What cannot be true was refused before it was stored.
        let _ = log.add(NewEvent {
            at: event.at.as_second(),
            from: &event.from_person.to_string(),
            to: &event.to_person.to_string(),
            message: event.message.cast_unsigned(),
            recipients: u16::try_from(event.recipients).unwrap_or(u16::MAX),
            kind,
            provenance,
        });
    }
    log
}

/// Number of each person, and person of each number.
fn numbers(log: &EventLog) -> (BTreeMap<PersonId, u32>, Vec<Option<PersonId>>) {
    let count = u32::try_from(log.people_count()).unwrap_or(u32::MAX);
    let ids: Vec<Option<PersonId>> = (0..count).map(|n| log.name(n).parse().ok()).collect();
    let numbers = (0..count).filter_map(|n| ids[n as usize].map(|id| (id, n))).collect();
    (numbers, ids)
}

type Ties = BTreeMap<(PersonId, PersonId), TieFacts>;

fn ties(
    log: &EventLog,
    ids: &[Option<PersonId>],
    said: &[ConfirmationRow],
    people: &BTreeMap<PersonId, PersonFacts>,
    (as_of, levels): (Timestamp, &Levels),
) -> Ties {
    let now = as_of.as_second();
    let mut book = score(log, now + 1);
    levels.apply(&mut book);
    let ScoreBook { scores, .. } = book;
    let said: BTreeMap<(PersonId, PersonId), &ConfirmationRow> =
        said.iter().map(|row| ((row.owner, row.person), row)).collect();
    let id = |number: u32| ids.get(number as usize).copied().flatten();
    // Everybody who ever had contact, as a gap; those of the last year get their score below.
    let mut ties: Ties =
        evidence_of(log, id).into_iter().map(|(pair, evidence)| (pair, cold(evidence))).collect();
    for scored in &scores {
        let (Some(from), Some(to)) = (id(scored.from), id(scored.to)) else { continue };
        let Some(tie) = ties.get_mut(&(from, to)) else { continue };
        let row = said.get(&(from, to)).copied();
        let said = row.and_then(confirmation);
        let all = effective(scored, tie.evidence.last_at, said.as_ref(), now);
        tie.probability = all.probability;
        tie.tier = all.tier;
        tie.state = all.state;
        tie.in_7_days = scored.in_7_days;
        tie.in_24_hours = scored.in_24_hours;
        tie.keeps_90_days = scored.keeps_90_days;
        tie.rated = row.and_then(|row| alive(row, as_of));
    }
    for (pair, row) in said {
        if let Some(rated) = alive(row, as_of)
            && people.contains_key(&pair.0)
            && people.contains_key(&pair.1)
        {
            let tie = ties.entry(pair).or_insert_with(|| cold(Evidence::default()));
            if tie.rated.is_none() {
                say(tie, rated);
            }
        }
    }
    ties
}

/// A tie of which nothing happened for a year.
fn cold(evidence: Evidence) -> TieFacts {
    TieFacts {
        probability: Probability::ZERO,
        in_7_days: 0.0,
        in_24_hours: 0.0,
        keeps_90_days: 0.0,
        tier: Tier::Gap,
        state: TieState::Stale,
        evidence,
        rated: None,
    }
}

/// The owner's word alone, where the score has none.
fn say(tie: &mut TieFacts, rated: (Rating, Timestamp)) {
    let (rating, _) = rated;
    tie.probability = rating.probability();
    tie.tier = rating.tier();
    tie.state = if rating == Rating::No { TieState::Disputed } else { TieState::Confirmed };
    tie.rated = Some(rated);
}

/// The rating behind a stored word.
pub(crate) fn rating_of(word: &str) -> Option<Rating> {
    match word {
        "well" => Some(Rating::Well),
        "somewhat" => Some(Rating::Somewhat),
        "barely" => Some(Rating::Barely),
        "no" => Some(Rating::No),
        _ => None,
    }
}

fn confirmation(row: &ConfirmationRow) -> Option<Confirmation> {
    let owner = row.owner.to_string();
    Confirmation::new(&owner, &owner, rating_of(&row.rating)?, row.at.as_second()).ok()
}

fn alive(row: &ConfirmationRow, now: Timestamp) -> Option<(Rating, Timestamp)> {
    let rating = rating_of(&row.rating)?;
    (row.expires_at > now).then_some((rating, row.expires_at))
}

fn evidence_of(
    log: &EventLog,
    id: impl Fn(u32) -> Option<PersonId>,
) -> BTreeMap<(PersonId, PersonId), Evidence> {
    let mut all: BTreeMap<(PersonId, PersonId), Evidence> = BTreeMap::new();
    for event in log.events() {
        let (Some(from), Some(to)) = (id(event.from), id(event.to)) else { continue };
        for (pair, out) in [((from, to), true), ((to, from), false)] {
            let seen = all.entry(pair).or_default();
            match event.kind {
                Kind::Message if out => seen.sent += 1,
                Kind::Message => seen.received += 1,
                // A meeting is recorded once in each direction.
                Kind::Meeting => seen.meetings += u32::from(out),
                Kind::Introduction => seen.introductions += 1,
                Kind::Activity => seen.imported += 1,
                Kind::Stated => seen.stated += 1,
            }
            seen.last_at = seen.last_at.max(event.at);
            seen.first_at = if seen.first_at == 0 { event.at } else { seen.first_at.min(event.at) };
        }
    }
    all
}

fn graph(ties: &Ties) -> Published {
    let mut list = TieList::default();
    for ((from, to), tie) in ties {
        if tie.probability > Probability::ZERO {
            list.add(&from.to_string(), &to.to_string(), tie.probability);
        }
    }
    Published::fixed(list.build().0)
}
