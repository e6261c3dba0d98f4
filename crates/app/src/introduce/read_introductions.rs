//! Introductions as the team sees them: sealed until both said yes.

use std::collections::BTreeMap;

use warmpath_core::id::{IntroductionId, MemberId, PersonId};
use warmpath_core::introduction::{Action, RequestState};
use warmpath_core::role::Role;
use warmpath_store::table::introduction::{self, IntroductionRow};
use warmpath_store::table::ledger::{self, EntryRow};
use warmpath_store::table::person::{self, PersonRow};
use warmpath_store::table::workspace::{self, MemberRow};

use super::dossier::{self, SealedWords, standings, state};
use super::{Dossier, texts};
use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, Principal, ReadIntroductions};

/// Who leads or proves sees every introduction; the others see their own.
fn sees_all(reader: &Principal) -> bool {
    matches!(reader.role, Role::Admin | Role::Revops | Role::Manager | Role::Auditor)
}

/// The most introductions on one board.
pub const BOARD_MAX: i64 = 200;

/// One introduction on a list or board.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its row.
    pub row: IntroductionRow,
    /// What may be said of the target.
    pub words: SealedWords,
    /// The target, once both said yes; nobody else's name leaves here.
    pub target: Option<PersonRow>,
    /// The connector's name.
    pub connector: String,
    /// The requester.
    pub requester: Option<MemberRow>,
    /// What the reader may do now.
    pub allowed: Vec<Action>,
}

/// Introductions that the reader may see, latest first: their own, or all for who leads.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    mine: bool,
    before: Option<IntroductionId>,
    limit: i64,
) -> Result<Vec<Line>, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let narrow = mine || !sees_all(grant.principal());
    let requester: Option<MemberId> = narrow.then(|| grant.member());
    let rows = introduction::list(db, ws, requester, before, limit.clamp(1, BOARD_MAX)).await?;
    let ids: Vec<IntroductionId> = rows.iter().map(|row| row.id).collect();
    let mut words: BTreeMap<IntroductionId, Vec<_>> = BTreeMap::new();
    for text in introduction::texts_of_many(db, ws, &ids).await? {
        words.entry(text.introduction).or_default().push(text);
    }
    let people: Vec<PersonId> = rows.iter().flat_map(|row| [row.target, row.connector]).collect();
    let people = people_by_id(app, grant, &people).await?;
    let members = workspace::members(db, ws).await?;
    let lines = rows.into_iter().map(|row| {
        let texts = texts::latest(words.remove(&row.id).unwrap_or_default());
        let said = |slot: &str| texts.get(slot).map(|t| t.body.clone()).unwrap_or_default();
        let open = matches!(row.request, RequestState::Deliverable | RequestState::Delivered)
            || row.delivered_at.is_some();
        let standings = standings(grant.principal(), &row);
        Line {
            words: SealedWords {
                role: said("role"),
                industry: said("industry"),
                size: said("size"),
                topic: said("topic"),
            },
            target: people.get(&row.target).filter(|_| open).cloned(),
            connector: people.get(&row.connector).map(|p| p.name.clone()).unwrap_or_default(),
            requester: members.iter().find(|m| m.id == row.requester).cloned(),
            allowed: warmpath_core::introduction::allowed(state(&row).place(), &standings),
            row,
        }
    });
    Ok(lines.collect())
}

async fn people_by_id(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    ids: &[PersonId],
) -> Result<BTreeMap<PersonId, PersonRow>, Failure> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut found = BTreeMap::new();
    for some in ids.chunks(200) {
        found.extend(person::many(app.db(), grant.workspace(), some).await?);
    }
    Ok(found)
}

/// One introduction as its page shows it.
#[derive(Debug, Clone)]
pub struct Record {
    /// Everything about it.
    pub dossier: Dossier,
    /// The names may be shown.
    pub open: bool,
    /// What the reader may do now.
    pub allowed: Vec<Action>,
    /// Its entries of the ledger, latest first.
    pub entries: Vec<EntryRow>,
    /// The names of the shortlist, best first.
    pub shortlist: Vec<(PersonId, String)>,
}

/// One introduction.
///
/// # Errors
/// [`Failure::NotFound`] when it is not theirs to see.
pub async fn one(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    id: IntroductionId,
) -> Result<Record, Failure> {
    let dossier = dossier::load(app, grant.workspace(), id).await?;
    let standings = standings(grant.principal(), &dossier.row);
    if standings.is_empty() && !sees_all(grant.principal()) {
        return Err(Failure::NotFound);
    }
    let entries =
        ledger::about(app.db(), grant.workspace(), &dossier.row.id.to_string(), 50).await?;
    let next = people_by_id(app, grant, &dossier.row.shortlist.0).await?;
    let shortlist = dossier.row.shortlist.0.iter();
    let shortlist =
        shortlist.filter_map(|id| next.get(id).map(|row| (*id, row.name.clone()))).collect();
    Ok(Record {
        open: dossier.is_open(),
        allowed: dossier.allowed(&standings),
        entries,
        shortlist,
        dossier,
    })
}
