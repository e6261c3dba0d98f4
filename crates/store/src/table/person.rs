//! People, how to reach them, and the records they came from. These tables, `referral_text` and
//! `mail` are the only rooms where personal data stands readable.

use std::collections::BTreeMap;

use jiff::Timestamp;
use warmpath_core::id::{
    AccountId, ContactPointId, EvidenceId, ImportId, MailId, PersonId, ReferralId, SourceRecordId,
    SubjectRequestId, SuppressionId, WorkspaceId,
};

use crate::change::Write;
use crate::engine::{Engine, Statement, StoreError};
use crate::field::{Field, Reader};
use crate::{row, values};

row! {
    /// A person.
    pub struct PersonRow in "person" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: PersonId,;
        /// Name as given.
        name: String,
        /// Folded name, for sorting and searching.
        name_key: Vec<u8>,
        /// Role in their company, as stated.
        title: String,
        /// Company as stated, when no account is known.
        company: String,
        /// The account, when known.
        account: Option<AccountId>,
        /// ISO 3166-1 alpha-2, when known.
        country: Option<String>,
        /// Language for texts, BCP 47.
        language: String,
        /// Erased: the row stays, empty, so that references hold.
        erased_at: Option<Timestamp>,
        /// First seen.
        created_at: Timestamp,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// One way to reach a person, with where it came from.
    pub struct ContactPointRow in "contact_point" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: ContactPointId,;
        /// Whose.
        person: PersonId,
        /// `email`, `phone` or `profile`.
        kind: String,
        /// As written.
        value: String,
        /// The match form: folded mailbox, E.164.
        normal: String,
        /// `none`, `syntax`, `mx`, `control`, `shape`.
        verification: String,
        /// `corporate`, `free`, `role`, `disposable`; `mobile`, `fixed`, `other`.
        class: String,
        /// Who told us: `referrer`, `prospect`, `import`, a vendor.
        source: String,
        /// When.
        observed_at: Timestamp,
    }
}

row! {
    /// Keyed hash of a mailbox or phone: stops two nodes from creating one person twice.
    pub struct IdentityKeyRow in "identity_key" {
        /// The workspace.
        workspace: WorkspaceId,
        /// HMAC-SHA256 under the workspace's key.
        key: Vec<u8>,;
        /// Whose.
        person: PersonId,
    }
}

row! {
    /// A record as it came from its source, kept as it was.
    pub struct SourceRecordRow in "source_record" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: SourceRecordId,;
        /// `contact`, `account`, `opportunity`, `referral`; `claim` is what somebody said of a person.
        kind: String,
        /// The system it came from.
        source: String,
        /// Its id there.
        external_id: String,
        /// As it came, JSON.
        body: String,
        /// The person it was attached to.
        person: Option<PersonId>,
        /// The account it was attached to.
        account: Option<AccountId>,
        /// The import it came with.
        import: Option<ImportId>,
        /// When.
        created_at: Timestamp,
    }
}

row! {
    /// One piece of evidence about a referrer.
    pub struct EvidenceRow in "evidence" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: EvidenceId,;
        /// About whom.
        person: PersonId,
        /// Class letter: C, S, D, F, R, T or X.
        class: String,
        /// How it was found.
        method: String,
        /// Whether it holds.
        holds: bool,
        /// For one referral only.
        referral: Option<ReferralId>,
        /// When it was seen.
        observed_at: Timestamp,
        /// Until when it counts.
        expires_at: Option<Timestamp>,
    }
}

row! {
    /// Never to be contacted again.
    pub struct SuppressionRow in "suppression" {
        /// The workspace.
        workspace: WorkspaceId,
        /// HMAC-SHA256 of the mailbox, phone or domain under the workspace's key.
        key: Vec<u8>,;
        /// Its id.
        id: SuppressionId,
        /// `mailbox`, `phone` or `domain`.
        kind: String,
        /// `objection`, `refused`, `withdrawn`, `complaint`, `manual`.
        reason: String,
        /// When.
        created_at: Timestamp,
    }
}

row! {
    /// A person asked something about their data.
    pub struct SubjectRequestRow in "subject_request" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: SubjectRequestId,;
        /// Who.
        person: PersonId,
        /// `access`, `erasure`, `correction`.
        kind: String,
        /// `open`, `done`, `refused`.
        state: String,
        /// When it came.
        created_at: Timestamp,
        /// By when it must be answered.
        due_at: Timestamp,
        /// When it was answered.
        done_at: Option<Timestamp>,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// The key under which a person's undeletable traces are encrypted.
    pub struct SubjectKeyRow in "subject_key" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Whose.
        person: PersonId,;
        /// The key, wrapped by the master key; empty once destroyed.
        wrapped: Vec<u8>,
        /// When it was destroyed.
        destroyed_at: Option<Timestamp>,
    }
}

/// One person.
///
/// # Errors
/// When the database cannot be read.
pub async fn person(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: PersonId,
) -> Result<Option<PersonRow>, StoreError> {
    PersonRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// Several people at once, by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn many(
    db: &dyn Engine,
    workspace: WorkspaceId,
    ids: &[PersonId],
) -> Result<BTreeMap<PersonId, PersonRow>, StoreError> {
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(200) {
        let (tail, values) = super::with_ids(workspace, chunk.iter().map(Field::to_value));
        let rows = PersonRow::select(db, &tail, values).await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

/// People whose name or company holds the text, or whose mailbox begins with it; at most 500.
///
/// # Errors
/// When the database cannot be read.
pub async fn search(
    db: &dyn Engine,
    workspace: WorkspaceId,
    text: &str,
) -> Result<Vec<PersonId>, StoreError> {
    // The characters that LIKE reads as its own are taken literally.
    let escaped: String = text
        .trim()
        .to_lowercase()
        .chars()
        .flat_map(|c| if "%_\\".contains(c) { vec!['\\', c] } else { vec![c] })
        .collect();
    let (within, start) = (format!("%{escaped}%"), format!("{escaped}%"));
    let sql = "SELECT id FROM person WHERE workspace = ?1 AND (LOWER(name) LIKE ?2 ESCAPE '\\' \
               OR LOWER(company) LIKE ?2 ESCAPE '\\' OR account IN (SELECT id FROM account \
               WHERE workspace = ?1 AND LOWER(name) LIKE ?2 ESCAPE '\\') \
               OR id IN (SELECT person FROM contact_point \
               WHERE workspace = ?1 AND normal LIKE ?3 ESCAPE '\\')) LIMIT 500";
    let rows = db.query(Statement::new(sql, values![workspace, within, start])).await?;
    rows.into_iter().map(|row| Reader::new(row).take()).collect()
}

/// The person behind a keyed hash.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_key(
    db: &dyn Engine,
    workspace: WorkspaceId,
    key: Vec<u8>,
) -> Result<Option<PersonId>, StoreError> {
    let tail = "WHERE workspace = ?1 AND key = ?2";
    Ok(IdentityKeyRow::first(db, tail, values![workspace, key]).await?.map(|row| row.person))
}

/// Which of these keyed hashes stand for somebody already.
///
/// # Errors
/// When the database cannot be read.
pub async fn taken_keys(
    db: &dyn Engine,
    workspace: WorkspaceId,
    keys: &[Vec<u8>],
) -> Result<Vec<Vec<u8>>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (tail, values) = super::with_ids(workspace, keys.iter().map(Field::to_value));
    let rows = IdentityKeyRow::select(db, &tail.replace("AND id IN", "AND key IN"), values).await?;
    Ok(rows.into_iter().map(|row| row.key).collect())
}

/// How to reach a person, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn contact_points(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<ContactPointRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2 ORDER BY id LIMIT 100";
    ContactPointRow::select(db, tail, values![workspace, person]).await
}

/// How to reach several people, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn contact_points_of_many(
    db: &dyn Engine,
    workspace: WorkspaceId,
    people: &[PersonId],
) -> Result<Vec<ContactPointRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in people.chunks(200) {
        let (tail, values) = super::with_ids(workspace, chunk.iter().map(Field::to_value));
        let tail = tail.replace("AND id IN", "AND person IN") + " LIMIT 5000";
        found.extend(ContactPointRow::select(db, &tail, values).await?);
    }
    // Sorted here: asked for the order, SQLite would read all there are in it.
    found.sort_by_key(|point| point.id);
    Ok(found)
}

/// The people with this contact point in its match form, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_contact(
    db: &dyn Engine,
    workspace: WorkspaceId,
    kind: &str,
    normal: &str,
) -> Result<Vec<ContactPointRow>, StoreError> {
    let (kind, normal) = (kind.to_owned(), normal.to_owned());
    let tail = "WHERE workspace = ?1 AND kind = ?2 AND normal = ?3 ORDER BY id LIMIT 20";
    ContactPointRow::select(db, tail, values![workspace, kind, normal]).await
}

/// People with a name and no key to be looked for by.
///
/// # Errors
/// When the database cannot be read.
pub async fn without_keys(
    db: &dyn Engine,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<PersonId>, StoreError> {
    let sql = "SELECT id FROM person WHERE workspace = ?1 AND erased_at IS NULL AND name <> '' \
               AND id NOT IN (SELECT person FROM match_key WHERE workspace = ?1) \
               ORDER BY id LIMIT ?2";
    let rows = db.query(Statement::new(sql, values![workspace, limit])).await?;
    rows.into_iter().map(|row| Reader::new(row).take()).collect()
}

/// The evidence about a referrer: what stands by itself, and what was given for this referral alone.
///
/// # Errors
/// When the database cannot be read.
pub async fn evidence(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
    referral: ReferralId,
) -> Result<Vec<EvidenceRow>, StoreError> {
    // In two parts: joined by OR, SQLite would read what all their other referrals gave.
    let tail = "WHERE workspace = ?1 AND id IN (\
                SELECT id FROM evidence WHERE workspace = ?1 AND person = ?2 AND referral IS NULL \
                UNION ALL \
                SELECT id FROM evidence WHERE workspace = ?1 AND person = ?2 AND referral = ?3) \
                ORDER BY observed_at DESC LIMIT 200";
    EvidenceRow::select(db, tail, values![workspace, person, referral]).await
}

/// The evidence about somebody that stands by itself, whatever they hand over.
///
/// # Errors
/// When the database cannot be read.
pub async fn standing_evidence(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<EvidenceRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2 AND referral IS NULL \
                ORDER BY observed_at DESC LIMIT 200";
    EvidenceRow::select(db, tail, values![workspace, person]).await
}

/// Whether any of these keyed hashes is suppressed.
///
/// # Errors
/// When the database cannot be read.
pub async fn suppressed(
    db: &dyn Engine,
    workspace: WorkspaceId,
    keys: &[Vec<u8>],
) -> Result<Option<SuppressionRow>, StoreError> {
    for key in keys {
        let tail = "WHERE workspace = ?1 AND key = ?2";
        let found = SuppressionRow::first(db, tail, values![workspace, key.clone()]).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The suppression list, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn suppressions(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<SuppressionRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY created_at DESC LIMIT 500";
    SuppressionRow::select(db, tail, values![workspace]).await
}

/// A person's key, destroyed or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn subject_key(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Option<SubjectKeyRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2";
    SubjectKeyRow::first(db, tail, values![workspace, person]).await
}

/// Requests of people about their data, open ones first.
///
/// # Errors
/// When the database cannot be read.
pub async fn subject_requests(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<SubjectRequestRow>, StoreError> {
    let tail = "WHERE workspace = ?1 ORDER BY done_at IS NOT NULL, due_at LIMIT 200";
    SubjectRequestRow::select(db, tail, values![workspace]).await
}

/// Whether an imported record is attached to this person.
///
/// # Errors
/// When the database cannot be read.
pub async fn has_source_record(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<bool, StoreError> {
    // What a referrer said is kept as a record too, and is no reason to keep the person.
    let tail = "WHERE workspace = ?1 AND person = ?2 AND kind <> 'claim' LIMIT 1";
    Ok(SourceRecordRow::first(db, tail, values![workspace, person]).await?.is_some())
}

/// The record of this identity in its source, as it was last imported.
///
/// # Errors
/// When the database cannot be read.
pub async fn source_record(
    db: &dyn Engine,
    workspace: WorkspaceId,
    kind: &str,
    source: &str,
    external_id: &str,
) -> Result<Option<SourceRecordRow>, StoreError> {
    let (kind, source, external_id) = (kind.to_owned(), source.to_owned(), external_id.to_owned());
    let tail = "WHERE workspace = ?1 AND kind = ?2 AND source = ?3 AND external_id = ?4";
    SourceRecordRow::first(db, tail, values![workspace, kind, source, external_id]).await
}

/// The records a person came from, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn source_records(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<SourceRecordRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2 ORDER BY id LIMIT 1000";
    SourceRecordRow::select(db, tail, values![workspace, person]).await
}

/// One request of a person.
///
/// # Errors
/// When the database cannot be read.
pub async fn subject_request(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: SubjectRequestId,
) -> Result<Option<SubjectRequestRow>, StoreError> {
    SubjectRequestRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// People who were referred and of whom nothing moved since: no referral of theirs was touched
/// after this moment or is still worked, they referred nobody after it, and no imported record
/// speaks of them. Oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn at_rest_since(
    db: &dyn Engine,
    workspace: WorkspaceId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<PersonRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND erased_at IS NULL AND created_at < ?2 \
         AND id IN (SELECT person FROM referral WHERE workspace = ?1) \
         AND id NOT IN (SELECT person FROM referral WHERE workspace = ?1 AND (state_since >= ?2 \
         OR state NOT IN ('duplicate', 'declined', 'failed', 'cancelled', 'withdrawn', 'expired', \
         'won', 'lost'))) \
         AND id NOT IN (SELECT referrer FROM referral WHERE workspace = ?1 AND received_at >= ?2) \
         AND id NOT IN (SELECT person FROM source_record WHERE workspace = ?1 \
         AND person IS NOT NULL AND kind <> 'claim') ORDER BY created_at, id LIMIT ?3";
    PersonRow::select(db, tail, values![workspace, before, limit]).await
}

/// What [`shred`] would delete, as (table, rows). The tables stand in the order of the rooms in
/// which personal data is readable.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_traces(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<(&'static str, i64)>, StoreError> {
    let mut counts = Vec::with_capacity(TRACES.len());
    for (table, found) in TRACES {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE workspace = ?1 AND {found}");
        let rows = db.query(Statement::new(sql, values![workspace, person])).await?;
        let row = rows.into_iter().next();
        let row = row.ok_or_else(|| StoreError::Corrupt("no count".into()))?;
        counts.push((*table, Reader::new(row).take()?));
    }
    Ok(counts)
}

/// Mails to a person, and those about a referral of or by them.
const MAILS: &str = "(person = ?2 \
    OR referral IN (SELECT id FROM referral WHERE workspace = ?1 AND (person = ?2 OR referrer = ?2)) \
    OR id IN (SELECT m.mail FROM introduction_mail m JOIN introduction i \
    ON i.workspace = m.workspace AND i.id = m.introduction \
    WHERE m.workspace = ?1 AND (i.target = ?2 OR i.connector = ?2)))";

/// The mails that [`shred`] deletes; copies of them may stand where they were handed over.
///
/// # Errors
/// When the database cannot be read.
pub async fn mails_of(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<MailId>, StoreError> {
    let sql = format!("SELECT id FROM mail WHERE workspace = ?1 AND {MAILS} ORDER BY id");
    let rows = db.query(Statement::new(sql, values![workspace, person])).await?;
    rows.into_iter().map(|row| Reader::new(row).take()).collect()
}

/// Where a person stands readable outside their own row: table, and which rows are theirs (`?2`).
/// Mails and comments about their referral name them, whoever they went to.
const TRACES: &[(&str, &str)] = &[
    ("contact_point", "person = ?2"),
    ("identity_key", "person = ?2"),
    ("match_key", "person = ?2"),
    ("source_record", "person = ?2"),
    ("referral_text", "referral IN (SELECT id FROM referral WHERE workspace = ?1 AND person = ?2)"),
    ("mail", MAILS),
    (
        "introduction_text",
        "introduction IN (SELECT id FROM introduction WHERE workspace = ?1 AND (target = ?2 \
         OR connector = ?2))",
    ),
    ("comment", "referral IN (SELECT id FROM referral WHERE workspace = ?1 AND person = ?2)"),
    ("link", "person = ?2"),
    ("tie_event", "(from_person = ?2 OR to_person = ?2)"),
    ("tie_confirmation", "(owner = ?2 OR person = ?2)"),
    ("network_person", "person = ?2"),
    ("connector_record", "person = ?2"),
    ("tie_activation", "person = ?2"),
    ("authority", "(person = ?2 OR peer = ?2)"),
    ("group_seat", "person = ?2"),
    ("recruit", "person = ?2"),
    ("connector_agreement", "person = ?2"),
    ("bulletin_answer", "connector = ?2"),
    ("offer", "connector = ?2"),
    ("shared_signal", "connector = ?2"),
];

/// Deletes everything readable about a person outside the person's own row.
pub fn shred(workspace: WorkspaceId, person: PersonId) -> Vec<Write> {
    let mut writes: Vec<Write> = TRACES
        .iter()
        .map(|(table, found)| {
            let sql = format!("DELETE FROM {table} WHERE workspace = ?1 AND {found}");
            Write::any(table, sql, values![workspace, person])
        })
        .collect();
    // Words they said about others stay with those others, without the name of who said them.
    let unsigned = "UPDATE referral_text SET author = '' WHERE workspace = ?1 AND referral IN \
                    (SELECT id FROM referral WHERE workspace = ?1 AND referrer = ?2)";
    writes.push(Write::any("referral_text", unsigned, values![workspace, person]));
    let unnamed = "UPDATE opportunity SET name = '', person = NULL WHERE workspace = ?1 \
                   AND person = ?2";
    writes.push(Write::any("opportunity", unnamed, values![workspace, person]));
    writes.push(super::authority::leave_committees(workspace, person));
    writes.push(super::identity::close_about(workspace, person));
    writes
}
