//! One unit of work: gathers what a use case changes and applies it as one change set.

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use warmpath_core::id::{EntryId, JobId, PersonId, WorkspaceId};
use warmpath_core::role::Actor;
use warmpath_ledger::{Context, Draft, Fields, SubjectKey, seal, unwrap_key, wrap_key};
use warmpath_store::table::job::JobRow;
use warmpath_store::table::ledger::{EntryRow, SealedRow};
use warmpath_store::table::person::{EvidenceRow, SubjectKeyRow, subject_key};
use warmpath_store::{Ahead, Applied, ChangeSet, Engine, Write};

use crate::context::App;
use crate::error::Failure;
use crate::resolve::candidates::Candidate;

/// What one use case changes.
pub struct Unit<'a> {
    app: &'a App,
    /// The workspace everything happens in.
    pub workspace: WorkspaceId,
    /// The one moment at which everything happens.
    pub at: Timestamp,
    reads: Ahead<'a>,
    changes: ChangeSet,
    new_keys: std::collections::BTreeMap<PersonId, [u8; 32]>,
    /// Evidence about the referrers of this unit, what it adds and what stood before: a decision in the
    /// same unit counts both.
    pub evidence: Vec<EvidenceRow>,
    /// People made in this unit with their keys: a later record of the same unit may mean them.
    pub new_people: Vec<(Vec<Vec<u8>>, Candidate)>,
    /// Unique keys this unit takes already.
    pub held_keys: std::collections::BTreeSet<Vec<u8>>,
    /// The person's own yes ends their suppression in this unit.
    pub lifts_suppression: bool,
}

/// A ledger entry to be: what happened, to which record, with what codes. Never personal data.
pub struct Happening {
    kind: &'static str,
    actor: Actor,
    about: String,
    subject: Option<PersonId>,
    ruleset: Option<String>,
    data: Map<String, Json>,
    sealed: Option<Vec<u8>>,
}

impl Happening {
    /// Something happened to a record.
    pub fn new(kind: &'static str, actor: Actor, about: impl ToString) -> Self {
        Self {
            kind,
            actor,
            about: about.to_string(),
            subject: None,
            ruleset: None,
            data: Map::new(),
            sealed: None,
        }
    }

    /// The person it is about.
    #[must_use]
    pub fn of(mut self, person: PersonId) -> Self {
        self.subject = Some(person);
        self
    }

    /// Under which version of pathway or wording.
    #[must_use]
    pub fn under(mut self, ruleset: impl Into<String>) -> Self {
        self.ruleset = Some(ruleset.into());
        self
    }

    /// A code, an id or a number.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl serde::Serialize) -> Self {
        self.data.insert(name.to_owned(), json!(value));
        self
    }

    /// What is proved but encrypted under the person's key.
    #[must_use]
    pub fn sealing(mut self, plaintext: Vec<u8>) -> Self {
        self.sealed = Some(plaintext);
        self
    }
}

fn actor_token(actor: &Actor) -> String {
    match actor {
        Actor::Member(id) => id.to_string(),
        Actor::ApiKey(id) => id.to_string(),
        Actor::Prospect(id) => format!("prospect:{id}"),
        Actor::Referrer(id) => format!("referrer:{id}"),
        Actor::Connector(id) => format!("connector:{id}"),
        Actor::Target(id) => format!("target:{id}"),
        Actor::System => "system".to_owned(),
    }
}

impl<'a> Unit<'a> {
    /// Starts at this moment.
    pub fn new(app: &'a App, workspace: WorkspaceId) -> Self {
        Self {
            app,
            workspace,
            at: app.now(),
            reads: Ahead::new(app.db()),
            changes: ChangeSet::new(),
            new_keys: std::collections::BTreeMap::new(),
            evidence: Vec::new(),
            new_people: Vec::new(),
            held_keys: std::collections::BTreeSet::new(),
            lifts_suppression: false,
        }
    }

    /// The database, with what this unit read ahead.
    pub fn db(&self) -> &dyn Engine {
        &self.reads
    }

    /// Reads ahead: runs readers of [`Unit::db`] side by side, in few messages, and keeps what they
    /// read for the rest of the unit.
    pub async fn read_ahead(&self, readers: impl Future) {
        self.reads.gather(readers).await;
    }

    /// Adds a write.
    pub fn push(&mut self, write: Write) -> &mut Self {
        self.changes.push(write);
        self
    }

    /// Adds several writes.
    pub fn extend(&mut self, writes: impl IntoIterator<Item = Write>) -> &mut Self {
        self.changes.extend(writes);
        self
    }

    /// How many writes are gathered.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Nothing is gathered.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Writes an entry into the ledger, in the same commit.
    ///
    /// # Errors
    /// When a token is not one (a defect), or the person's key cannot be read.
    pub async fn record(&mut self, happening: Happening) -> Result<EntryId, Failure> {
        let id: EntryId = self.app.id();
        let mut fields = Fields::new(
            &self.workspace.to_string(),
            happening.kind,
            &actor_token(&happening.actor),
            self.at.as_microsecond(),
        );
        fields.reference = Some(happening.about.clone());
        fields.subject = happening.subject.map(|p| p.to_string());
        fields.ruleset = happening.ruleset;
        fields.data = happening.data;
        if let (Some(plaintext), Some(person)) = (happening.sealed, happening.subject) {
            let sealed = self.seal(person, id, &plaintext).await?;
            fields.enc = Some(id.to_string());
            fields.commit = Some(sealed.0);
            self.changes.push(
                SealedRow { workspace: self.workspace, entry: id, person, bytes: sealed.1 }
                    .insert(),
            );
        }
        let draft = Draft::new(fields).map_err(|e| Failure::Defect(e.to_string()))?;
        let body = String::from_utf8(draft.bytes()).map_err(|e| Failure::Defect(e.to_string()))?;
        self.changes.entry(&EntryRow {
            workspace: self.workspace,
            id,
            seq: None,
            at: self.at,
            kind: happening.kind.to_owned(),
            about: happening.about,
            body,
            leaf: Vec::new(),
        });
        Ok(id)
    }

    async fn seal(
        &mut self,
        person: PersonId,
        entry: EntryId,
        plaintext: &[u8],
    ) -> Result<(warmpath_ledger::Commitment, Vec<u8>), Failure> {
        let key = self.key_of(person).await?;
        let (workspace, subject) = (self.workspace.to_string(), person.to_string());
        let id = entry.to_string();
        let context = Context { workspace: &workspace, subject: &subject, id: &id };
        let sealed = seal(&key, self.nonce(), self.app.secret(), &context, plaintext)
            .map_err(|e| Failure::Defect(e.to_string()))?;
        Ok((sealed.commit, sealed.bytes))
    }

    /// Encrypts something under a person's key, bound to the record it stands in.
    ///
    /// # Errors
    /// When the person's key cannot be read or was destroyed.
    pub async fn seal_for(
        &mut self,
        person: PersonId,
        record: impl ToString,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let key = self.key_of(person).await?;
        let (workspace, subject) = (self.workspace.to_string(), person.to_string());
        let id = record.to_string();
        let context = Context { workspace: &workspace, subject: &subject, id: &id };
        let sealed = seal(&key, self.nonce(), self.app.secret(), &context, plaintext)
            .map_err(|e| Failure::Defect(e.to_string()))?;
        // The commitment stands in front, because there is no ledger entry to hold it.
        Ok([sealed.commit.0.as_slice(), &sealed.bytes].concat())
    }

    /// The person's key; made, and written with this unit, when there is none yet.
    async fn key_of(&mut self, person: PersonId) -> Result<SubjectKey, Failure> {
        let master = self.app.keys.master(self.workspace);
        let (workspace, subject) = (self.workspace.to_string(), person.to_string());
        if let Some(row) = subject_key(self.db(), self.workspace, person).await? {
            if row.destroyed_at.is_some() {
                return Err(Failure::NotFound);
            }
            return unwrap_key(&master, &workspace, &subject, &row.wrapped)
                .map_err(|e| Failure::Defect(e.to_string()));
        }
        // Two seals before the commit must use one key.
        if let Some(bytes) = self.new_keys.get(&person) {
            return Ok(SubjectKey::new(*bytes));
        }
        let bytes = self.app.secret();
        self.new_keys.insert(person, bytes);
        let key = SubjectKey::new(bytes);
        let wrapped = wrap_key(&master, self.nonce(), &workspace, &subject, &key)
            .map_err(|e| Failure::Defect(e.to_string()))?;
        let row = SubjectKeyRow { workspace: self.workspace, person, wrapped, destroyed_at: None };
        // A plain insert: if another node made the key meanwhile, this unit is a conflict.
        self.changes.push(row.insert());
        Ok(key)
    }

    fn nonce(&self) -> [u8; 24] {
        let mut nonce = [0; 24];
        self.app.random.fill(&mut nonce);
        nonce
    }

    /// Queues a job for this moment or later. The key is its natural identity.
    pub fn job(
        &mut self,
        kind: &str,
        about: impl ToString,
        key: impl Into<String>,
        due_at: Timestamp,
        payload: &Json,
    ) -> &mut Self {
        let id: JobId = self.app.id();
        self.changes.job(&JobRow {
            workspace: self.workspace,
            id,
            kind: kind.to_owned(),
            about: about.to_string(),
            key: key.into(),
            payload: payload.to_string(),
            due_at,
            state: "ready".to_owned(),
            attempts: 0,
            lease_until: None,
            lease: Vec::new(),
            last_error: String::new(),
            created_at: self.at,
        });
        self
    }

    /// Everything gathered, to become part of a larger change set.
    #[must_use]
    pub fn into_changes(self) -> ChangeSet {
        self.changes
    }

    /// Applies everything in one commit.
    ///
    /// # Errors
    /// As the engine.
    pub async fn apply(self) -> Result<Applied, Failure> {
        let applied = self.changes.apply(self.app.db()).await?;
        if applied == Applied::Applied {
            (self.app.wake)();
        }
        Ok(applied)
    }

    /// Applies everything; a conflict is a failure with this sentence.
    ///
    /// # Errors
    /// [`Failure::Conflict`] when something else was there first.
    pub async fn commit(self, if_conflict: &str) -> Result<(), Failure> {
        match self.apply().await? {
            Applied::Applied => Ok(()),
            Applied::Conflict(_) => Err(Failure::Conflict(if_conflict.to_owned())),
        }
    }
}
