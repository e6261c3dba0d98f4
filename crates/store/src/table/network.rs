//! The relationship network: evidence events between people, what the owners of ties say, what
//! people let be held, and what happened with connectors. Ids only; names stand with the person.

use jiff::Timestamp;
use warmpath_core::id::{ImportId, MemberId, PersonId, RecruitingBriefId, WorkspaceId};

use crate::change::Write;
use crate::engine::{Engine, Statement, StoreError};
use crate::field::{Field, Reader};
use crate::table::account::AccountRow;
use crate::table::person::PersonRow;
use crate::{row, values};

row! {
    /// A person on the map.
    pub struct MappedRow in "network_person" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Who.
        person: PersonId,;
        /// `open`, `limited` (held, not used), `left` (nothing held).
        standing: String,
        /// First seen in somebody's data.
        mapped_at: Timestamp,
        /// Since when they stand so.
        changed_at: Timestamp,
    }
}

row! {
    /// A member's own place on the map, and what they let be held.
    pub struct SeatRow in "network_seat" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The member.
        member: MemberId,;
        /// The member as a person.
        person: PersonId,
        /// `share_all`, `subjects_never`, `hide`.
        privacy: String,
        /// Since when.
        changed_at: Timestamp,
    }
}

row! {
    /// Who must never be held: a mailbox or a mail domain, as a keyed mark.
    pub struct BlockRow in "network_block" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Whose data it binds: a member's 16 bytes, or the workspace's for everybody's.
        owner: Vec<u8>,
        /// HMAC-SHA256 of the address or domain under the workspace's key.
        mark: Vec<u8>,;
        /// `address`, `domain`, `left`.
        kind: String,
        /// To recognise it by: the domain, never an address.
        hint: String,
        /// When.
        created_at: Timestamp,
    }
}

row! {
    /// One contact between two people, in one direction.
    pub struct TieEventRow in "tie_event" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Groups the rows of one message or meeting; the same in every mailbox.
        message: i64,
        /// Who acted.
        from_person: PersonId,
        /// Towards whom.
        to_person: PersonId,;
        /// When it happened.
        at: Timestamp,
        /// `message`, `meeting`, `introduction`, `activity`, `stated`.
        kind: String,
        /// `inferred`, `observed`, `imported`, `confirmed`.
        provenance: String,
        /// How many people it went to.
        recipients: i64,
        /// In whose data it was found.
        member: MemberId,
        /// The import it came with; none when it was stated on a page.
        import: Option<ImportId>,
    }
}

row! {
    /// What the owner of a tie says of it; it overrules the score until it expires.
    pub struct ConfirmationRow in "tie_confirmation" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Whose tie: the person who would ask.
        owner: PersonId,
        /// To whom.
        person: PersonId,;
        /// `well`, `somewhat`, `barely`, `no`.
        rating: String,
        /// The member who said so.
        member: MemberId,
        /// When.
        at: Timestamp,
        /// Until when it counts.
        expires_at: Timestamp,
    }
}

row! {
    /// What happened with a person who was asked for introductions.
    pub struct ConnectorRow in "connector_record" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Who.
        person: PersonId,;
        /// Asks that were answered, silence included.
        asked: i64,
        /// Of those, accepted.
        accepted: i64,
        /// Asks still open.
        open_asks: i64,
        /// How many open asks they carry; 0 takes them out of every path.
        budget: i64,
        /// Introductions and favours they had from us.
        given: i64,
        /// Introductions they made for us.
        received: i64,
        /// They asked not to be asked.
        refuses: bool,
        /// The last ask.
        asked_at: Option<Timestamp>,
    }
}

row! {
    /// An ask over a tie of a certain tier, and when it came to something.
    pub struct ActivationRow in "tie_activation" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The record the ask belongs to.
        about: String,;
        /// Who was asked.
        person: PersonId,
        /// The tier at that moment.
        tier: String,
        /// When.
        asked_at: Timestamp,
        /// When they opened the door; none while they have not.
        activated_at: Option<Timestamp>,
    }
}

row! {
    /// A gap in the network that somebody set out to close.
    pub struct BriefRow in "recruiting_brief" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: RecruitingBriefId,;
        /// Industry of the segment; empty for any.
        industry: String,
        /// Seniority of the segment; empty for any.
        seniority: String,
        /// Region of the segment; empty for any.
        region: String,
        /// `open`, `closed`, `dropped`.
        state: String,
        /// People of the segment reached when it was opened.
        reached_before: i64,
        /// People of the segment when it was opened.
        people_before: i64,
        /// Who set out.
        member: MemberId,
        /// When.
        opened_at: Timestamp,
        /// When it was closed or dropped.
        closed_at: Option<Timestamp>,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// The state of a workspace's network, for whoever holds it in memory.
    pub struct NetworkHeadRow in "network_head" {
        /// The workspace.
        workspace: WorkspaceId,;
        /// Raised with every batch of events.
        events: i64,
        /// Raised when somebody leaves, limits, rates, blocks or is asked.
        choices: i64,
    }
}

/// The state of the network; none before the first event.
///
/// # Errors
/// When the database cannot be read.
pub async fn head(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Option<NetworkHeadRow>, StoreError> {
    NetworkHeadRow::first(db, "WHERE workspace = ?1", values![workspace]).await
}

/// Says that events were added. It expects nothing, so that two imports never conflict over it.
pub fn events_changed(workspace: WorkspaceId) -> Write {
    let sql = "INSERT INTO network_head (workspace, events, choices) VALUES (?1, 1, 0) \
               ON CONFLICT (workspace) DO UPDATE SET events = network_head.events + 1";
    Write::one("network_head", sql, values![workspace])
}

/// Says that somebody chose, rated or was asked: what is held in memory must be read anew.
pub fn choices_changed(workspace: WorkspaceId) -> Write {
    let sql = "INSERT INTO network_head (workspace, events, choices) VALUES (?1, 0, 1) \
               ON CONFLICT (workspace) DO UPDATE SET choices = network_head.choices + 1";
    Write::one("network_head", sql, values![workspace])
}

/// Everybody on the map, by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn mapped(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<MappedRow>, StoreError> {
    MappedRow::select(db, "WHERE workspace = ?1 ORDER BY person", values![workspace]).await
}

/// One person on the map.
///
/// # Errors
/// When the database cannot be read.
pub async fn mapped_person(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Option<MappedRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2";
    MappedRow::first(db, tail, values![workspace, person]).await
}

/// Puts a person on the map, unless they stand there already, in whatever way.
pub fn map_person(workspace: WorkspaceId, person: PersonId, at: Timestamp) -> Write {
    let sql = "INSERT INTO network_person (workspace, person, standing, mapped_at, changed_at) \
               VALUES (?1, ?2, 'open', ?3, ?3) ON CONFLICT (workspace, person) DO NOTHING";
    Write::any("network_person", sql, values![workspace, person, at])
}

/// Everybody the workspace knows, by id, those forgotten too.
///
/// # Errors
/// When the database cannot be read.
pub async fn people(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<PersonRow>, StoreError> {
    PersonRow::select(db, "WHERE workspace = ?1 ORDER BY id", values![workspace]).await
}

/// How everybody can be reached, as (person, kind, match form), oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn reachable_at(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<(PersonId, String, String)>, StoreError> {
    let sql = "SELECT person, kind, normal FROM contact_point WHERE workspace = ?1 ORDER BY id";
    let rows = db.query(Statement::new(sql, values![workspace])).await?;
    rows.into_iter()
        .map(|row| {
            let mut reader = Reader::new(row);
            Ok((reader.take()?, reader.take()?, reader.take()?))
        })
        .collect()
}

/// All companies.
///
/// # Errors
/// When the database cannot be read.
pub async fn accounts(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<AccountRow>, StoreError> {
    AccountRow::select(db, "WHERE workspace = ?1 ORDER BY id", values![workspace]).await
}

/// The members on the map.
///
/// # Errors
/// When the database cannot be read.
pub async fn seats(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<SeatRow>, StoreError> {
    SeatRow::select(db, "WHERE workspace = ?1 ORDER BY member", values![workspace]).await
}

/// All marks of those who must not be held.
///
/// # Errors
/// When the database cannot be read.
pub async fn blocks(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<BlockRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY owner, created_at, mark";
    BlockRow::select(db, tail, values![workspace]).await
}

/// All events in the order of their messages, at most `limit`.
///
/// # Errors
/// When the database cannot be read.
pub async fn events(
    db: &dyn Engine,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<TieEventRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY message, from_person, to_person LIMIT ?2";
    TieEventRow::select(db, tail, values![workspace, limit]).await
}

/// What is held about one person, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn events_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
    limit: i64,
) -> Result<Vec<TieEventRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND (from_person = ?2 OR to_person = ?2) \
                ORDER BY at DESC, message, from_person, to_person LIMIT ?3";
    TieEventRow::select(db, tail, values![workspace, person, limit]).await
}

/// Deletes every event between a person and anybody, and what was said of their ties.
pub fn forget_ties_of(workspace: WorkspaceId, person: PersonId) -> [Write; 2] {
    [
        Write::any(
            "tie_event",
            "DELETE FROM tie_event WHERE workspace = ?1 AND (from_person = ?2 OR to_person = ?2)",
            values![workspace, person],
        ),
        Write::any(
            "tie_confirmation",
            "DELETE FROM tie_confirmation WHERE workspace = ?1 AND (owner = ?2 OR person = ?2)",
            values![workspace, person],
        ),
    ]
}

/// Deletes what was found in one member's data.
pub fn forget_data_of(workspace: WorkspaceId, member: MemberId) -> Write {
    let sql = "DELETE FROM tie_event WHERE workspace = ?1 AND member = ?2";
    Write::any("tie_event", sql, values![workspace, member])
}

/// Deletes what was found in one member's data about one person.
pub fn forget_between(workspace: WorkspaceId, member: MemberId, person: PersonId) -> Write {
    let sql = "DELETE FROM tie_event WHERE workspace = ?1 AND member = ?2 \
               AND (from_person = ?3 OR to_person = ?3)";
    Write::any("tie_event", sql, values![workspace, member, person])
}

/// Deletes events that happened before this moment.
pub fn forget_before(workspace: WorkspaceId, before: Timestamp) -> Write {
    let sql = "DELETE FROM tie_event WHERE workspace = ?1 AND at < ?2";
    Write::any("tie_event", sql, values![workspace, before])
}

/// What the owners of ties said.
///
/// # Errors
/// When the database cannot be read.
pub async fn confirmations(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<ConfirmationRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY owner, person";
    ConfirmationRow::select(db, tail, values![workspace]).await
}

/// What happened with everybody who was ever asked.
///
/// # Errors
/// When the database cannot be read.
pub async fn connectors(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<ConnectorRow>, StoreError> {
    ConnectorRow::select(db, "WHERE workspace = ?1 ORDER BY person", values![workspace]).await
}

/// What happened with one connector.
///
/// # Errors
/// When the database cannot be read.
pub async fn connector(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Option<ConnectorRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2";
    ConnectorRow::first(db, tail, values![workspace, person]).await
}

/// Asks by tier, and when they came to something.
///
/// # Errors
/// When the database cannot be read.
pub async fn activations(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<ActivationRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY asked_at, about";
    ActivationRow::select(db, tail, values![workspace]).await
}

/// Recruiting briefs, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn briefs(db: &dyn Engine, workspace: WorkspaceId) -> Result<Vec<BriefRow>, StoreError> {
    BriefRow::select(db, "WHERE workspace = ?1 ORDER BY id DESC LIMIT 500", values![workspace])
        .await
}

/// One recruiting brief.
///
/// # Errors
/// When the database cannot be read.
pub async fn brief(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: RecruitingBriefId,
) -> Result<Option<BriefRow>, StoreError> {
    BriefRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// The people behind several keyed hashes, as (hash, person).
///
/// # Errors
/// When the database cannot be read.
pub async fn people_by_keys(
    db: &dyn Engine,
    workspace: WorkspaceId,
    keys: &[Vec<u8>],
) -> Result<Vec<(Vec<u8>, PersonId)>, StoreError> {
    let mut found = Vec::new();
    for chunk in keys.chunks(200) {
        let mut values = values![workspace];
        values.extend(chunk.iter().map(Field::to_value));
        let marks: Vec<String> = (2..=values.len()).map(|n| format!("?{n}")).collect();
        let sql = format!(
            "SELECT key, person FROM identity_key WHERE workspace = ?1 AND key IN ({})",
            marks.join(", ")
        );
        for row in db.query(Statement::new(sql, values)).await? {
            let mut reader = Reader::new(row);
            found.push((reader.take()?, reader.take()?));
        }
    }
    Ok(found)
}

/// What changes in a connector's record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delta {
    /// Asks answered.
    pub asked: i64,
    /// Of those, accepted.
    pub accepted: i64,
    /// Asks opened, or, below zero, ended.
    pub open: i64,
    /// Introductions and favours they had from us.
    pub given: i64,
    /// Introductions they made for us.
    pub received: i64,
}

/// Counts onto a connector's record, which is made with this budget where there is none. It expects
/// nothing, so that two asks never conflict over it.
pub fn count(
    workspace: WorkspaceId,
    person: PersonId,
    delta: Delta,
    budget: i64,
    asked_at: Option<Timestamp>,
) -> Write {
    let sql = "INSERT INTO connector_record (workspace, person, asked, accepted, open_asks, budget, \
               given, received, refuses, asked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9) \
               ON CONFLICT (workspace, person) DO UPDATE SET \
               asked = connector_record.asked + excluded.asked, \
               accepted = connector_record.accepted + excluded.accepted, \
               open_asks = connector_record.open_asks + excluded.open_asks, \
               given = connector_record.given + excluded.given, \
               received = connector_record.received + excluded.received, \
               asked_at = COALESCE(excluded.asked_at, connector_record.asked_at)";
    let Delta { asked, accepted, open, given, received } = delta;
    let values =
        values![workspace, person, asked, accepted, open, budget, given, received, asked_at];
    Write::one("connector_record", sql, values)
}

/// Notes when an ask came to something, once.
pub fn activated(workspace: WorkspaceId, about: &str, at: Timestamp) -> Write {
    let sql = "UPDATE tie_activation SET activated_at = ?3 \
               WHERE workspace = ?1 AND about = ?2 AND activated_at IS NULL";
    Write::any("tie_activation", sql, values![workspace, about.to_owned(), at])
}

/// Adds an event, unless it is there already: the same message lies in several mailboxes.
pub fn add_event(row: &TieEventRow) -> Write {
    static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let key = TieEventRow::KEY.join(", ");
        let insert =
            crate::table::insert_sql(TieEventRow::TABLE, TieEventRow::KEY, TieEventRow::FIELDS);
        format!("{insert} ON CONFLICT ({key}) DO NOTHING")
    });
    Write::any("tie_event", SQL.as_str(), row.values())
}

/// How many events came with an import and were not there before.
///
/// # Errors
/// When the database cannot be read.
pub async fn taken(
    db: &dyn Engine,
    workspace: WorkspaceId,
    import: ImportId,
) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM tie_event WHERE workspace = ?1 AND import = ?2";
    let rows = db.query(Statement::new(sql, values![workspace, import])).await?;
    let row = rows.into_iter().next().ok_or_else(|| StoreError::Corrupt("no count".into()))?;
    Reader::new(row).take()
}
