//! Everything about one introduction, loaded at once.

use std::collections::BTreeMap;

use warmpath_core::contact::Email;
use warmpath_core::id::{IntroductionId, PersonId, WorkspaceId};
use warmpath_core::introduction::{Introduction, RequestState, Standing, allowed};
use warmpath_core::role::Role;
use warmpath_store::table::introduction::{
    self, IntroductionConsentRow, IntroductionRow, IntroductionTextRow,
};
use warmpath_store::table::person::{self, PersonRow};
use warmpath_store::table::workspace::{self, MemberRow, WorkspaceRow};

use super::texts;
use crate::context::App;
use crate::error::Failure;
use crate::policy::Principal;

/// Everything about one introduction.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// Its row.
    pub row: IntroductionRow,
    /// The workspace.
    pub workspace: WorkspaceRow,
    /// Whom the requester wants to meet.
    pub target: PersonRow,
    /// Who is to introduce them.
    pub connector: PersonRow,
    /// Who asked for it.
    pub requester: MemberRow,
    /// The latest edition of each text.
    pub texts: BTreeMap<String, IntroductionTextRow>,
    /// The consents of both sides.
    pub consents: Vec<IntroductionConsentRow>,
}

/// Loads it.
///
/// # Errors
/// [`Failure::NotFound`] when there is none here.
pub async fn load(app: &App, ws: WorkspaceId, id: IntroductionId) -> Result<Dossier, Failure> {
    let db = app.db();
    let row = introduction::introduction(db, ws, id).await?.ok_or(Failure::NotFound)?;
    let target = person::person(db, ws, row.target).await?.ok_or(Failure::NotFound)?;
    let connector = person::person(db, ws, row.connector).await?.ok_or(Failure::NotFound)?;
    let requester = workspace::member(db, ws, row.requester).await?.ok_or(Failure::NotFound)?;
    let workspace = workspace::workspace(db, ws).await?.ok_or(Failure::NotFound)?;
    let texts = texts::latest(introduction::texts(db, ws, id).await?);
    let consents = introduction::consents(db, ws, id).await?;
    Ok(Dossier { row, workspace, target, connector, requester, texts, consents })
}

impl Dossier {
    /// The words of a slot; empty when there are none.
    pub fn text(&self, slot: &str) -> &str {
        self.texts.get(slot).map_or("", |text| text.body.as_str())
    }

    /// Role, industry, size and topic: all that may be said before consent.
    pub fn sealed_words(&self) -> SealedWords {
        SealedWords {
            role: self.text("role").to_owned(),
            industry: self.text("industry").to_owned(),
            size: self.text("size").to_owned(),
            topic: self.text("topic").to_owned(),
        }
    }

    /// Whether the names of both may be shown to the team: both said yes.
    pub fn is_open(&self) -> bool {
        matches!(self.row.request, RequestState::Deliverable | RequestState::Delivered)
            || self.row.delivered_at.is_some()
    }

    /// What a caller with these standings may do now.
    pub fn allowed(&self, standings: &[Standing]) -> Vec<warmpath_core::introduction::Action> {
        allowed(state(&self.row).place(), standings)
    }
}

/// What may be said of a target before their consent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealedWords {
    /// Role: "CFO".
    pub role: String,
    /// Industry: "chemicals".
    pub industry: String,
    /// Size: "1,000 to 2,000 people".
    pub size: String,
    /// Topic: "closing five plants in one week".
    pub topic: String,
}

impl SealedWords {
    /// "CFO, chemicals, 1,000 to 2,000 people".
    pub fn line(&self) -> String {
        [&self.role, &self.industry, &self.size]
            .into_iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// The pure state of a row.
pub fn state(row: &IntroductionRow) -> Introduction {
    Introduction {
        request: row.request,
        connector: row.connector_state,
        target: row.target_state,
        outcome: row.outcome,
        named: row.named,
        connector_until: row.connector_until,
        target_until: row.target_until,
        due: row.due_at,
        tell_by: row.tell_by,
        complained: row.complained_at.is_some(),
    }
}

/// How a member stands to an introduction. A connector with an account acts through their own page.
pub fn standings(principal: &Principal, row: &IntroductionRow) -> Vec<Standing> {
    let mut found = Vec::new();
    if row.requester == principal.member {
        found.push(Standing::Requester);
    }
    if matches!(principal.role, Role::Admin | Role::Revops | Role::Manager) {
        found.push(Standing::Programme);
    }
    found
}

/// The source of a mailbox that a target gave for an introduction.
pub(super) const OWN_WORD: &str = "target";

/// The mailbox of a person, if one is known.
///
/// # Errors
/// When the database cannot be read.
pub async fn mailbox(
    app: &App,
    ws: WorkspaceId,
    person: PersonId,
) -> Result<Option<Email>, Failure> {
    let points = person::contact_points(app.db(), ws, person).await?;
    let mails = || points.iter().filter(|p| p.kind == "email");
    // What they typed themselves, the latest, before what others say.
    let own = mails().filter(|p| p.source == OWN_WORD).max_by_key(|p| p.observed_at);
    Ok(own.into_iter().chain(mails()).find_map(|p| Email::parse(&p.value).ok()))
}
