//! Whether somebody decides: verified by a person, with evidence, for a time. Nobody is asked for
//! before it is verified: an introduction to somebody who cannot decide costs a connector for nothing.

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{AuthorityId, PersonId, WorkspaceId};
use warmpath_store::Engine;
use warmpath_store::table::authority::{self, AuthorityRow};
use warmpath_store::table::workspace;

use super::{Problems, known};
use crate::context::App;
use crate::error::{Failure, NotPossible};
use crate::policy::{AskIntroduction, Grant, ReadIntroductions};
use crate::resolve::cluster;
use crate::unit::{Happening, Unit};

/// The setting that says whether it has to be verified before a connector is asked: `on` or `off`.
pub const SETTING: &str = "introductions.authority";

/// What was verified counts so long, unless somebody says less.
pub const DAYS: i64 = 180;

/// What can be verified: word, and its name for people.
pub const HOLDS: [(&str, &str); 3] =
    [("holds", "They decide"), ("not", "They do not decide"), ("unknown", "Not known yet")];

/// What somebody verified, as typed.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// About what.
    pub topic: String,
    /// A word of [`HOLDS`].
    pub holds: String,
    /// What shows it.
    pub evidence: String,
    /// The peer who said so.
    pub peer: Option<PersonId>,
    /// Counts so many days; [`DAYS`] unless said.
    pub days: Option<i64>,
}

/// Notes it.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such person, [`Failure::Invalid`] with what is missing.
pub async fn verify(
    app: &App,
    grant: &Grant<AskIntroduction>,
    person: PersonId,
    verified: &Verified,
) -> Result<AuthorityRow, Failure> {
    let ws = grant.workspace();
    let person = cluster::root(app.db(), ws, person).await?;
    known(app, ws, person).await?;
    let mut problems = Problems::default();
    problems.line("topic", &verified.topic, "Say about what they decide");
    problems.text("evidence", &verified.evidence, "Say what shows it");
    if !HOLDS.iter().any(|(word, _)| *word == verified.holds) {
        problems.say("holds", "holds_unknown", "Say whether they decide.");
    }
    let days = verified.days.unwrap_or(DAYS);
    if !(1..=730).contains(&days) {
        problems.say("days", "days_invalid", "It counts between 1 and 730 days.");
    }
    match verified.peer {
        Some(peer) if peer == person => {
            problems.say("peer", "peer_is_person", "Somebody else has to say so.");
        }
        Some(peer) if known(app, ws, peer).await.is_err() => {
            problems.say("peer", "person_unknown", "There is no such person here.");
        }
        _ => {}
    }
    problems.done()?;
    let mut unit = Unit::new(app, ws);
    let row = AuthorityRow {
        workspace: ws,
        id: app.id::<AuthorityId>(),
        person,
        topic: verified.topic.trim().to_owned(),
        holds: verified.holds.clone(),
        evidence: verified.evidence.trim().to_owned(),
        peer: verified.peer,
        member: grant.member(),
        at: unit.at,
        until: unit.at + SignedDuration::from_hours(24 * days),
        version: 1,
    };
    unit.push(row.insert());
    let happening = Happening::new("authority.verified", grant.principal().actor(), row.id)
        .of(person)
        .with("holds", &row.holds)
        .with("days", days);
    unit.record(happening).await?;
    unit.commit("Press again.").await?;
    Ok(row)
}

/// What was verified of a person, latest first; over all their records.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn of(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    person: PersonId,
) -> Result<Vec<AuthorityRow>, Failure> {
    known(app, grant.workspace(), person).await?;
    Ok(all_of(app.db(), grant.workspace(), person).await?)
}

pub(super) async fn all_of(
    db: &dyn Engine,
    ws: WorkspaceId,
    person: PersonId,
) -> Result<Vec<AuthorityRow>, warmpath_store::StoreError> {
    let mut found = Vec::new();
    for id in cluster::whole(db, ws, person).await? {
        found.extend(authority::of_person(db, ws, id).await?);
    }
    found.sort_by_key(|row| std::cmp::Reverse((row.at, row.id)));
    Ok(found)
}

/// Where it stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They decide, and it counts.
    Holds,
    /// They do not decide, as far as it counts.
    Not,
    /// It was verified and counts no more.
    Expired,
    /// Nobody verified it.
    Unknown,
}

/// Where it stands by what was verified, latest first. The latest word about each topic counts, and one
/// topic that holds is enough.
pub fn standing(rows: &[AuthorityRow], at: Timestamp) -> Standing {
    let mut topics: Vec<&AuthorityRow> = Vec::new();
    for row in rows {
        if !topics.iter().any(|seen| seen.topic.eq_ignore_ascii_case(&row.topic)) {
            topics.push(row);
        }
    }
    let live = |row: &&&AuthorityRow| row.until > at;
    if topics.iter().filter(live).any(|row| row.holds == "holds") {
        Standing::Holds
    } else if topics.iter().filter(live).any(|row| row.holds == "not") {
        Standing::Not
    } else if topics.iter().any(|row| row.holds == "holds") {
        Standing::Expired
    } else {
        Standing::Unknown
    }
}

/// Before a connector is asked: the person to be met decides, and it was verified.
///
/// # Errors
/// [`Failure::NotPossible`] with what to do.
pub(crate) async fn check(app: &App, ws: WorkspaceId, person: PersonId) -> Result<(), Failure> {
    let setting = workspace::setting(app.db(), ws, SETTING).await?;
    if setting.is_some_and(|value| value == "off") {
        return Ok(());
    }
    let rows = all_of(app.db(), ws, person).await?;
    let (code, sentence) = match standing(&rows, app.now()) {
        Standing::Holds => return Ok(()),
        Standing::Not => (
            "authority_missing",
            "They do not decide, as was verified. Look for whoever does before a connector is asked.",
        ),
        Standing::Expired => (
            "authority_expired",
            "That they decide was verified too long ago. Look again, and note what shows it.",
        ),
        Standing::Unknown => (
            "authority_unverified",
            "Nobody verified that they decide. Note what shows it before a connector is asked.",
        ),
    };
    Err(NotPossible::new(code, sentence).into())
}
