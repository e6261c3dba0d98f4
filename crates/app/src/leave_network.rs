//! The glass box: whoever is on the map can see what is held of them, correct it, limit its use or
//! leave. Limiting and leaving take every path through them away at once.
//!
//! A member does it on their own page; somebody outside by a personal link that a named person sends
//! them.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{PersonId, RecordId, WorkspaceId};
use warmpath_core::role::Actor;
use warmpath_store::table::access::LinkRow;
use warmpath_store::table::network::{self, BlockRow, MappedRow, TieEventRow};
use warmpath_store::table::person::{self, PersonRow, SubjectRequestRow};
use warmpath_store::table::workspace::{self, WorkspaceRow};

use crate::context::App;
use crate::error::Failure;
use crate::import_network::key_of;
use crate::link::{self, Purpose, Subject, check_usable};
use crate::policy::{Grant, ManageNetwork, OwnNetwork};
use crate::unit::{Happening, Unit};

/// A person's link works this long.
pub const LINK_DAYS: i64 = 30;

/// Events read to say what is held.
const EVENTS_MAX: i64 = 100_000;

/// Days in which a wish to correct must be answered.
const ANSWER_DAYS: i64 = 30;

/// What is held of one person.
#[derive(Debug, Clone)]
pub struct Held {
    /// The person, as known.
    pub person: PersonRow,
    /// How they can be reached, as held.
    pub mailboxes: Vec<String>,
    /// `open`, `limited`, `left`; none when they are not on the map.
    pub standing: Option<String>,
    /// Contacts by kind, as (kind, count).
    pub events: Vec<(String, usize)>,
    /// The first and the last of them.
    pub span: Option<(Timestamp, Timestamp)>,
    /// With how many people.
    pub others: usize,
    /// In how many members' data it was found.
    pub members: usize,
    /// How many ratings speak of them.
    pub ratings: usize,
}

/// What somebody may choose for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Held, but used for nothing.
    Limit,
    /// Deleted, and never held again.
    Leave,
    /// Used again, after limiting.
    Return,
}

impl Choice {
    /// From the word of a form.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "limit" => Some(Self::Limit),
            "leave" => Some(Self::Leave),
            "return" => Some(Self::Return),
            _ => None,
        }
    }
}

/// What is held of the caller.
///
/// # Errors
/// [`Failure::NotFound`] when they are not on the map.
pub async fn mine(app: &App, grant: &Grant<OwnNetwork>) -> Result<Held, Failure> {
    let id = own_place(app, grant).await?;
    held(app, grant.workspace(), id).await
}

/// The caller chooses for themselves.
///
/// # Errors
/// [`Failure::NotFound`] when they are not on the map.
pub async fn choose_mine(
    app: &App,
    grant: &Grant<OwnNetwork>,
    choice: Choice,
) -> Result<(), Failure> {
    let id = own_place(app, grant).await?;
    choose(app, grant.workspace(), id, choice, grant.principal().actor()).await
}

async fn own_place(app: &App, grant: &Grant<OwnNetwork>) -> Result<PersonId, Failure> {
    let seats = network::seats(app.db(), grant.workspace()).await?;
    let mine = seats.into_iter().find(|seat| seat.member == grant.member());
    Ok(mine.ok_or(Failure::NotFound)?.person)
}

/// Makes the link by which somebody outside sees what is held of them. A named person sends it.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such person here.
pub async fn make_link(
    app: &App,
    grant: &Grant<ManageNetwork>,
    id: PersonId,
) -> Result<String, Failure> {
    let known = person::person(app.db(), grant.workspace(), id).await?;
    known.filter(|row| row.erased_at.is_none()).ok_or(Failure::NotFound)?;
    let mut unit = Unit::new(app, grant.workspace());
    let ends = unit.at + SignedDuration::from_hours(24 * LINK_DAYS);
    let subject = Subject { person: Some(id), ..Subject::default() };
    let made = link::make(app, unit.workspace, Purpose::Network, subject, ends);
    unit.push(made.row.insert());
    let happening = Happening::new("network.link_made", grant.principal().actor(), id).of(id);
    unit.record(happening).await?;
    unit.commit("Try again.").await?;
    Ok(format!("{}/n/{}", app.config.public_url, made.token))
}

/// What the page behind a person's link shows.
#[derive(Debug, Clone)]
pub struct GlassPage {
    /// Who holds it.
    pub workspace: WorkspaceRow,
    /// What is held.
    pub held: Held,
    /// What the form sends back.
    pub nonce: String,
}

/// Opens the page; changes nothing.
///
/// # Errors
/// [`Failure::Link`] when the link does not open.
pub async fn page(app: &App, token: &str) -> Result<GlassPage, Failure> {
    let (row, id) = opened(app, token).await?;
    let workspace = workspace::workspace(app.db(), row.workspace).await?;
    Ok(GlassPage {
        workspace: workspace.ok_or(Failure::NotFound)?,
        held: held(app, row.workspace, id).await?,
        nonce: row.nonce,
    })
}

/// The person behind a link chooses, with the page's nonce.
///
/// # Errors
/// [`Failure::Link`] when the link does not open or the page was not fetched before.
pub async fn choose_by_link(
    app: &App,
    token: &str,
    nonce: &str,
    choice: Choice,
) -> Result<(), Failure> {
    let (row, id) = checked(app, token, nonce).await?;
    choose(app, row.workspace, id, choice, Actor::Prospect(id)).await
}

/// The person behind a link says what is wrong; it becomes a request that must be answered.
///
/// # Errors
/// As [`choose_by_link`].
pub async fn correct_by_link(app: &App, token: &str, nonce: &str) -> Result<(), Failure> {
    let (row, id) = checked(app, token, nonce).await?;
    let mut unit = Unit::new(app, row.workspace);
    ask_to_correct(app, &mut unit, id);
    let happening = Happening::new("network.correction_asked", Actor::Prospect(id), id).of(id);
    unit.record(happening).await?;
    unit.commit("Press again.").await
}

/// The caller says that what is held of them is wrong.
///
/// # Errors
/// [`Failure::NotFound`] when they are not on the map.
pub async fn correct_mine(app: &App, grant: &Grant<OwnNetwork>) -> Result<(), Failure> {
    let id = own_place(app, grant).await?;
    let mut unit = Unit::new(app, grant.workspace());
    ask_to_correct(app, &mut unit, id);
    let actor = grant.principal().actor();
    unit.record(Happening::new("network.correction_asked", actor, id).of(id)).await?;
    unit.commit("Press again.").await
}

fn ask_to_correct(app: &App, unit: &mut Unit<'_>, id: PersonId) {
    let row = SubjectRequestRow {
        workspace: unit.workspace,
        id: app.id(),
        person: id,
        kind: "correction".to_owned(),
        state: "open".to_owned(),
        created_at: unit.at,
        due_at: unit.at + SignedDuration::from_hours(24 * ANSWER_DAYS),
        done_at: None,
        version: 1,
    };
    unit.push(row.insert());
}

async fn opened(app: &App, token: &str) -> Result<(LinkRow, PersonId), Failure> {
    let row = link::find(app, token, Purpose::Network).await?;
    check_usable(&row, app.now())?;
    let id = row.person.ok_or(Failure::NotFound)?;
    Ok((row, id))
}

async fn checked(app: &App, token: &str, nonce: &str) -> Result<(LinkRow, PersonId), Failure> {
    let (row, id) = opened(app, token).await?;
    if row.nonce != nonce {
        return Err(Failure::Link(crate::error::LinkTrouble::NoPage));
    }
    Ok((row, id))
}

async fn held(app: &App, workspace: WorkspaceId, id: PersonId) -> Result<Held, Failure> {
    let db = app.db();
    let person = person::person(db, workspace, id).await?;
    let person = person.filter(|row| row.erased_at.is_none()).ok_or(Failure::NotFound)?;
    let mapped = network::mapped_person(db, workspace, id).await?;
    let events = network::events_of(db, workspace, id, EVENTS_MAX).await?;
    let confirmations = network::confirmations(db, workspace).await?;
    let points = person::contact_points(db, workspace, id).await?;
    let other = |event: &TieEventRow| {
        if event.from_person == id { event.to_person } else { event.from_person }
    };
    let others: BTreeSet<PersonId> = events.iter().map(other).collect();
    let members: BTreeSet<_> = events.iter().map(|event| event.member).collect();
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for event in &events {
        match kinds.iter_mut().find(|(kind, _)| *kind == event.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((event.kind.clone(), 1)),
        }
    }
    kinds.sort();
    let times = || events.iter().map(|event| event.at);
    Ok(Held {
        mailboxes: points.into_iter().filter(|p| p.kind == "email").map(|p| p.value).collect(),
        standing: mapped.map(|row| row.standing),
        span: times().min().zip(times().max()),
        events: kinds,
        others: others.len(),
        members: members.len(),
        ratings: confirmations.iter().filter(|c| c.person == id || c.owner == id).count(),
        person,
    })
}

async fn choose(
    app: &App,
    workspace: WorkspaceId,
    id: PersonId,
    choice: Choice,
    actor: Actor,
) -> Result<(), Failure> {
    let mut unit = Unit::new(app, workspace);
    let row = network::mapped_person(app.db(), workspace, id).await?;
    let mut row = row.unwrap_or(MappedRow {
        workspace,
        person: id,
        standing: "open".to_owned(),
        mapped_at: unit.at,
        changed_at: unit.at,
    });
    if row.standing == "left" {
        return Err(Failure::Conflict("They left the map already; nothing is held.".to_owned()));
    }
    let (standing, kind) = match choice {
        Choice::Limit => ("limited", "network.limited"),
        Choice::Leave => ("left", "network.left"),
        Choice::Return => ("open", "network.returned"),
    };
    standing.clone_into(&mut row.standing);
    row.changed_at = unit.at;
    unit.push(row.put());
    if choice == Choice::Leave {
        unit.extend(network::forget_ties_of(workspace, id));
        never_again(app, &mut unit, id).await?;
    }
    unit.push(network::choices_changed(workspace));
    unit.record(Happening::new(kind, actor, id).of(id)).await?;
    unit.commit("This was changed meanwhile. Look again.").await
}

/// Marks every address of theirs, so that no import can bring them back.
async fn never_again(app: &App, unit: &mut Unit<'_>, id: PersonId) -> Result<(), Failure> {
    for point in person::contact_points(app.db(), unit.workspace, id).await? {
        if point.kind != "email" {
            continue;
        }
        let row = BlockRow {
            workspace: unit.workspace,
            owner: unit.workspace.bytes().to_vec(),
            mark: key_of(app, unit.workspace, "email", &point.normal),
            kind: "left".to_owned(),
            hint: String::new(),
            created_at: unit.at,
        };
        unit.push(row.put());
    }
    Ok(())
}
