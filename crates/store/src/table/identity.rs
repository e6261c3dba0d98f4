//! Who may be one: the keys under which people and companies are looked for, the questions that wait
//! for a person, and the merges that answered them. Ids, keyed hashes and figures only.

use jiff::Timestamp;
use warmpath_core::id::{
    AccountId, DuplicateId, ImportId, MemberId, MergeId, PersonId, RecordId as _, SweepId,
    WorkspaceId,
};

use crate::change::Write;
use crate::engine::{Engine, Statement, StoreError};
use crate::field::{Field as _, Reader};
use crate::{row, values};

row! {
    /// A keyed hash under which a person can be looked for. It proposes and never proves.
    pub struct MatchKeyRow in "match_key" {
        /// The workspace.
        workspace: WorkspaceId,
        /// HMAC-SHA256 under the workspace's key, cut to 16 bytes.
        key: Vec<u8>,
        /// Whose.
        person: PersonId,;
        /// When.
        made_at: Timestamp,
    }
}

row! {
    /// A keyed hash under which a company can be looked for.
    pub struct AccountKeyRow in "account_key" {
        /// The workspace.
        workspace: WorkspaceId,
        /// HMAC-SHA256 under the workspace's key, cut to 16 bytes.
        key: Vec<u8>,
        /// Whose.
        account: AccountId,;
        /// When.
        made_at: Timestamp,
    }
}

row! {
    /// Two records that may be one, for a person to decide.
    pub struct DuplicateRow in "duplicate" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: DuplicateId,;
        /// `person` or `account`.
        kind: String,
        /// The record that was there, 16 bytes of an id of this kind.
        known: Vec<u8>,
        /// The record that came.
        fresh: Vec<u8>,
        /// `open`, `later`, `same`, `different`, `gone`.
        state: String,
        /// Why it was asked: `between`, `no_proof`, `names_differ`, `shared_mailbox`, `look_alike`,
        /// `legal_form`.
        reason: String,
        /// log2 odds that both are one, when it was found.
        bits: f64,
        /// The same as a probability, 0..=1.
        probability: f64,
        /// The model that weighed it.
        model: String,
        /// The waterfall: comparison, level, bits of each step, as JSON. No values.
        trace: String,
        /// Where the fresh record came from: `referrer`, `prospect`, a source system.
        source: String,
        /// The import it came with.
        import: Option<ImportId>,
        /// When.
        found_at: Timestamp,
        /// Put off until.
        until: Option<Timestamp>,
        /// The member who decided.
        decided_by: Option<MemberId>,
        /// When.
        decided_at: Option<Timestamp>,
        /// The sweep that found or answered it.
        sweep: Option<SweepId>,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// One record stands for another. Nothing is moved by it.
    pub struct MergeRow in "merge" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: MergeId,;
        /// `person` or `account`.
        kind: String,
        /// The record that stands for both.
        kept: Vec<u8>,
        /// The record that is seen no more by itself.
        gone: Vec<u8>,
        /// The question it answered.
        duplicate: Option<DuplicateId>,
        /// Who decided.
        member: Option<MemberId>,
        /// When.
        at: Timestamp,
        /// Taken back.
        undone_at: Option<Timestamp>,
        /// By whom.
        undone_by: Option<MemberId>,
        /// For guarded saves.
        version: i64,
    }
}

impl MatchKeyRow {
    /// Inserts it; one that is there stays as it is.
    pub fn remember(&self) -> Write {
        let sql = "INSERT INTO match_key (workspace, key, person, made_at) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT (workspace, key, person) DO NOTHING";
        Write::any("match_key", sql, self.values())
    }
}

impl AccountKeyRow {
    /// Inserts it; one that is there stays as it is.
    pub fn remember(&self) -> Write {
        let sql = "INSERT INTO account_key (workspace, key, account, made_at) \
                   VALUES (?1, ?2, ?3, ?4) ON CONFLICT (workspace, key, account) DO NOTHING";
        Write::any("account_key", sql, self.values())
    }
}

impl DuplicateRow {
    /// Inserts it; a question about the same two, whatever became of it, is not asked again.
    pub fn ask(&self) -> Write {
        static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
            let insert =
                super::insert_sql(DuplicateRow::TABLE, DuplicateRow::KEY, DuplicateRow::FIELDS);
            format!("{insert} ON CONFLICT DO NOTHING")
        });
        Write::any("duplicate", SQL.as_str(), self.values())
    }
}

/// Most people of one key that are looked at; a key of more proposes nothing by itself.
pub const KEY_PEOPLE_MAX: i64 = 64;

/// Keys that one statement looks for.
const KEYS_AT_ONCE: usize = 16;

/// The people of several keys, of each the oldest, and one more than may be weighed: a key of more
/// names nobody.
///
/// # Errors
/// When the database cannot be read.
pub async fn people_of_keys(
    db: &dyn Engine,
    workspace: WorkspaceId,
    keys: &[Vec<u8>],
) -> Result<Vec<MatchKeyRow>, StoreError> {
    let mut found = Vec::new();
    for keys in keys.chunks(KEYS_AT_ONCE) {
        // Each key by itself, so that the rows of a common one do not crowd out the others.
        let part = |n: usize| {
            format!(
                "SELECT * FROM (SELECT workspace, key, person, made_at FROM match_key \
                 WHERE workspace = ?1 AND key = ?{n} ORDER BY made_at, person LIMIT ?2) AS k{n}"
            )
        };
        let parts: Vec<String> = (3..keys.len() + 3).map(part).collect();
        let mut values = values![workspace, KEY_PEOPLE_MAX + 1];
        values.extend(keys.iter().map(|key| key.to_value()));
        for row in db.query(Statement::new(parts.join(" UNION ALL "), values)).await? {
            found.push(MatchKeyRow::read(row)?);
        }
    }
    Ok(found)
}

/// The companies of a key.
///
/// # Errors
/// When the database cannot be read.
pub async fn accounts_of_key(
    db: &dyn Engine,
    workspace: WorkspaceId,
    key: &[u8],
) -> Result<Vec<AccountKeyRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND key = ?2 ORDER BY made_at, account LIMIT ?3";
    let key = key.to_vec();
    AccountKeyRow::select(db, tail, values![workspace, key, KEY_PEOPLE_MAX + 1]).await
}

/// One question.
///
/// # Errors
/// When the database cannot be read.
pub async fn duplicate(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: DuplicateId,
) -> Result<Option<DuplicateRow>, StoreError> {
    DuplicateRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// Questions that wait at this moment, likeliest first; those put off come back when their time is
/// over.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting(
    db: &dyn Engine,
    workspace: WorkspaceId,
    at: Timestamp,
    limit: i64,
) -> Result<Vec<DuplicateRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND (state = 'open' OR state = 'later' AND until <= ?2) \
                ORDER BY probability DESC, id LIMIT ?3";
    DuplicateRow::select(db, tail, values![workspace, at, limit]).await
}

/// How many questions wait at this moment.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_waiting(
    db: &dyn Engine,
    workspace: WorkspaceId,
    at: Timestamp,
) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM duplicate WHERE workspace = ?1 \
               AND (state = 'open' OR state = 'later' AND until <= ?2)";
    let rows = db.query(Statement::new(sql, values![workspace, at])).await?;
    rows.into_iter().next().map_or(Ok(0), |row| Reader::new(row).take())
}

/// Questions about these two, in either order: whether it was ever asked.
///
/// # Errors
/// When the database cannot be read.
pub async fn asked(
    db: &dyn Engine,
    workspace: WorkspaceId,
    left: &[u8],
    right: &[u8],
) -> Result<Option<DuplicateRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND (known = ?2 AND fresh = ?3 OR known = ?3 AND fresh = ?2) \
                LIMIT 1";
    DuplicateRow::first(db, tail, values![workspace, left.to_vec(), right.to_vec()]).await
}

/// Questions that a person or company stands in, and that wait.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting_about(
    db: &dyn Engine,
    workspace: WorkspaceId,
    record: &[u8],
) -> Result<Vec<DuplicateRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND (known = ?2 OR fresh = ?2) \
                AND state IN ('open', 'later') ORDER BY id LIMIT 200";
    DuplicateRow::select(db, tail, values![workspace, record.to_vec()]).await
}

/// Decisions of members, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn decided(
    db: &dyn Engine,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<DuplicateRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND decided_at IS NOT NULL \
                ORDER BY decided_at DESC, id DESC LIMIT ?2";
    DuplicateRow::select(db, tail, values![workspace, limit]).await
}

/// Decisions of members since a moment.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_decided(
    db: &dyn Engine,
    workspace: WorkspaceId,
    since: Timestamp,
) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM duplicate WHERE workspace = ?1 AND decided_at >= ?2";
    let rows = db.query(Statement::new(sql, values![workspace, since])).await?;
    rows.into_iter().next().map_or(Ok(0), |row| Reader::new(row).take())
}

/// One merge.
///
/// # Errors
/// When the database cannot be read.
pub async fn merge(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: MergeId,
) -> Result<Option<MergeRow>, StoreError> {
    MergeRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// The merge that answered a question, while it holds.
///
/// # Errors
/// When the database cannot be read.
pub async fn merge_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    duplicate: DuplicateId,
) -> Result<Option<MergeRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND duplicate = ?2 AND undone_at IS NULL";
    MergeRow::first(db, tail, values![workspace, duplicate]).await
}

/// The merge by which a record is seen no more by itself, while it holds.
///
/// # Errors
/// When the database cannot be read.
pub async fn merged_into(
    db: &dyn Engine,
    workspace: WorkspaceId,
    gone: &[u8],
) -> Result<Option<MergeRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND gone = ?2 AND undone_at IS NULL";
    MergeRow::first(db, tail, values![workspace, gone.to_vec()]).await
}

/// The merges by which a record stands for others, while they hold.
///
/// # Errors
/// When the database cannot be read.
pub async fn merged_under(
    db: &dyn Engine,
    workspace: WorkspaceId,
    kept: &[u8],
) -> Result<Vec<MergeRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND kept = ?2 AND undone_at IS NULL ORDER BY id LIMIT 200";
    MergeRow::select(db, tail, values![workspace, kept.to_vec()]).await
}

/// Merges of people while they hold, in pages by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn merges_of_people(
    db: &dyn Engine,
    workspace: WorkspaceId,
    after: Option<MergeId>,
    limit: i64,
) -> Result<Vec<MergeRow>, StoreError> {
    let after = after.map_or_else(Vec::new, |id| id.bytes().to_vec());
    let tail = "WHERE workspace = ?1 AND id > ?2 AND kind = 'person' AND undone_at IS NULL \
                ORDER BY id LIMIT ?3";
    MergeRow::select(db, tail, values![workspace, after, limit]).await
}

/// What members answered about pairs of people, in pages by id. What a machine joined is no answer.
///
/// # Errors
/// When the database cannot be read.
pub async fn answers_about_people(
    db: &dyn Engine,
    workspace: WorkspaceId,
    after: Option<DuplicateId>,
    limit: i64,
) -> Result<Vec<DuplicateRow>, StoreError> {
    let after = after.map_or_else(Vec::new, |id| id.bytes().to_vec());
    let tail = "WHERE workspace = ?1 AND id > ?2 AND kind = 'person' AND decided_by IS NOT NULL \
                AND state IN ('same', 'different') ORDER BY id LIMIT ?3";
    DuplicateRow::select(db, tail, values![workspace, after, limit]).await
}

/// The pairs that a sweep joined, the least certain first.
///
/// # Errors
/// When the database cannot be read.
pub async fn joined_by_sweep(
    db: &dyn Engine,
    workspace: WorkspaceId,
    sweep: SweepId,
    limit: i64,
) -> Result<Vec<DuplicateRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND sweep = ?2 AND decided_at IS NOT NULL \
                ORDER BY probability, id LIMIT ?3";
    DuplicateRow::select(db, tail, values![workspace, sweep, limit]).await
}

/// Takes a person's questions off the list: one of the two records is no more.
pub fn close_about(workspace: WorkspaceId, person: PersonId) -> Write {
    let sql = "UPDATE duplicate SET state = 'gone', version = version + 1 WHERE workspace = ?1 \
               AND (known = ?2 OR fresh = ?2) AND state IN ('open', 'later')";
    Write::any("duplicate", sql, vec![workspace.to_value(), person.to_value()])
}
