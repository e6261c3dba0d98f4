//! The people who decide together at a company: which parts there are, who has them, whether it was
//! verified and by which peer. A plan, so that nobody of them is forgotten or asked for twice.

use std::collections::BTreeMap;

use warmpath_core::id::{AccountId, PersonId};
use warmpath_store::table::account::{self, AccountRow};
use warmpath_store::table::authority::{self, AuthorityRow, CommitteeSeatRow};
use warmpath_store::table::introduction;
use warmpath_store::table::person::{self, PersonRow};

use super::authority::{Standing, all_of, standing};
use super::{Problems, known};
use crate::context::App;
use crate::error::Failure;
use crate::policy::{AskIntroduction, Grant, ReadIntroductions};
use crate::unit::{Happening, Unit};

/// Parts that are proposed for a committee nobody wrote down yet.
pub const PARTS: [&str; 4] =
    ["decides on money", "decides on use", "checks the technology", "vouches"];

/// Most seats of one committee.
pub const SEATS_MAX: usize = 12;

/// A seat as a page shows it.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The seat.
    pub row: CommitteeSeatRow,
    /// Who has it.
    pub person: Option<PersonRow>,
    /// Whether it was verified that they decide.
    pub standing: Standing,
    /// The latest word about it.
    pub latest: Option<AuthorityRow>,
    /// The peer who said so, by name.
    pub peer: String,
    /// An introduction to them is under way or was made.
    pub introduced: bool,
}

/// A committee.
#[derive(Debug, Clone)]
pub struct Committee {
    /// The company.
    pub account: AccountRow,
    /// Its seats, by part.
    pub seats: Vec<Seat>,
}

impl Committee {
    /// Seats with somebody who was verified, of all.
    pub fn verified(&self) -> (usize, usize) {
        let held = self.seats.iter().filter(|seat| seat.standing == Standing::Holds).count();
        (held, self.seats.len())
    }
}

/// One committee.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such company.
pub async fn one(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    id: AccountId,
) -> Result<Committee, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let account = account::account(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let mut seats = Vec::new();
    for row in authority::committee(db, ws, id).await? {
        seats.push(seat(app, grant, row).await?);
    }
    Ok(Committee { account, seats })
}

async fn seat(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    row: CommitteeSeatRow,
) -> Result<Seat, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let Some(id) = row.person else {
        let (standing, peer) = (Standing::Unknown, String::new());
        return Ok(Seat { row, person: None, standing, latest: None, peer, introduced: false });
    };
    let rows = all_of(db, ws, id).await?;
    let latest = rows.first().cloned();
    let peer = match latest.as_ref().and_then(|row| row.peer) {
        Some(peer) => person::person(db, ws, peer).await?.map(|row| row.name).unwrap_or_default(),
        None => String::new(),
    };
    let introductions = introduction::of_target(db, ws, id).await?;
    let made = |row: &introduction::IntroductionRow| {
        row.delivered_at.is_some() || row.request.is_before_delivery()
    };
    Ok(Seat {
        person: person::person(db, ws, id).await?.filter(|row| row.erased_at.is_none()),
        standing: standing(&rows, app.now()),
        introduced: introductions.iter().any(made),
        latest,
        peer,
        row,
    })
}

/// Companies with a committee: company, seats with somebody, all seats; by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(
    app: &App,
    grant: &Grant<ReadIntroductions>,
) -> Result<Vec<(AccountRow, usize, usize)>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let mut counts: BTreeMap<AccountId, (usize, usize)> = BTreeMap::new();
    for row in authority::committees(db, ws).await? {
        let count = counts.entry(row.account).or_default();
        count.0 += usize::from(row.person.is_some());
        count.1 += 1;
    }
    let ids: Vec<AccountId> = counts.keys().copied().collect();
    let rows = account::many(db, ws, &ids).await?;
    let mut found: Vec<(AccountRow, usize, usize)> = rows
        .into_iter()
        .map(|(id, row)| {
            let (filled, all) = counts.get(&id).copied().unwrap_or_default();
            (row, filled, all)
        })
        .collect();
    found.sort_by(|(a, ..), (b, ..)| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    Ok(found)
}

/// Companies that begin like this, to write a committee down for.
///
/// # Errors
/// When the database cannot be read.
pub async fn companies(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    text: &str,
) -> Result<Vec<AccountRow>, Failure> {
    let key = warmpath_core::text::fold_key(text.trim());
    if key.is_empty() {
        return Ok(Vec::new());
    }
    Ok(account::starting(app.db(), grant.workspace(), &key, 20).await?)
}

/// A seat as typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The part.
    pub role: String,
    /// Who has it, if known.
    pub person: Option<PersonId>,
    /// What is known of the part.
    pub note: String,
}

/// Sets a seat: makes it, or changes who has it.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such company; [`Failure::Invalid`] for what is wrong.
pub async fn set(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: AccountId,
    typed: &Typed,
) -> Result<(), Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    account::account(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let mut problems = Problems::default();
    problems.line("role", &typed.role, "Say which part they have");
    if !typed.note.trim().is_empty() {
        problems.text("note", &typed.note, "The note");
    }
    if let Some(person) = typed.person
        && known(app, ws, person).await.is_err()
    {
        problems.say("person", "person_unknown", "There is no such person here.");
    }
    let role = typed.role.trim().to_lowercase();
    let seats = authority::committee(db, ws, id).await?;
    let before = seats.iter().find(|seat| seat.role == role);
    if before.is_none() && seats.len() >= SEATS_MAX {
        let message = format!("A committee has at most {SEATS_MAX} parts here.");
        problems.say("role", "committee_full", message);
    }
    problems.done()?;
    let mut unit = Unit::new(app, ws);
    let row = CommitteeSeatRow {
        workspace: ws,
        account: id,
        role,
        person: typed.person,
        note: typed.note.trim().to_owned(),
        version: before.map_or(0, |seat| seat.version) + 1,
    };
    unit.push(if before.is_some() { row.save() } else { row.insert() });
    let mut happening = Happening::new("committee.set", grant.principal().actor(), id);
    if let Some(person) = typed.person {
        happening = happening.of(person);
    }
    unit.record(happening).await?;
    unit.commit("Somebody changed it this moment. Look again.").await
}

/// Takes a seat away.
///
/// # Errors
/// [`Failure::NotFound`] when there is none.
pub async fn remove(
    app: &App,
    grant: &Grant<AskIntroduction>,
    id: AccountId,
    role: &str,
) -> Result<(), Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let seats = authority::committee(db, ws, id).await?;
    let row = seats.into_iter().find(|seat| seat.role == role).ok_or(Failure::NotFound)?;
    let mut unit = Unit::new(app, ws);
    unit.push(row.delete());
    unit.record(Happening::new("committee.removed", grant.principal().actor(), id)).await?;
    unit.commit("Look again.").await
}
