//! Forgets a person: what is readable is deleted, the key of what cannot be deleted is destroyed,
//! and the ledger stays valid.

use warmpath_core::id::PersonId;
use warmpath_core::role::Actor;
use warmpath_ledger::SUBJECT_SHREDDED;
use warmpath_store::Applied;
use warmpath_store::table::person::{self, PersonRow, SubjectKeyRow, SuppressionRow};
use warmpath_store::table::referral::{self, ReferralRow};

use crate::answer_opt_in;
use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, ManageCompliance};
use crate::resolve::cluster;
use crate::unit::{Happening, Unit};

/// Mails whose copies one job deletes.
const MAILS_PER_JOB: usize = 500;

/// What an erasure will delete, for the question asked before it.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The person, still readable.
    pub person: PersonRow,
    /// Rows by table.
    pub traces: Vec<(&'static str, i64)>,
    /// Referrals of them that are still worked, and will end.
    pub open_referrals: usize,
}

/// Looks at what an erasure will delete; changes nothing.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such person here, or they are erased already.
pub async fn preview(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: PersonId,
) -> Result<Preview, Failure> {
    let ws = grant.workspace();
    let row = person::person(app.db(), ws, id).await?;
    let row = row.filter(|r| r.erased_at.is_none()).ok_or(Failure::NotFound)?;
    let referrals = cluster::referrals(app.db(), ws, id).await?;
    let mut traces: Vec<(&'static str, i64)> = Vec::new();
    for one in cluster::whole(app.db(), ws, id).await? {
        for (place, (table, count)) in
            person::count_traces(app.db(), ws, one).await?.into_iter().enumerate()
        {
            match traces.get_mut(place) {
                Some((_, sum)) => *sum += count,
                None => traces.push((table, count)),
            }
        }
    }
    let open_referrals = referrals.iter().filter(|r| !r.state.is_final()).count();
    Ok(Preview { person: row, traces, open_referrals })
}

/// Erases a person on request: their open referrals end, everything readable goes, their key is
/// destroyed. With `never_again` their addresses stay on the suppression list as keyed marks, so
/// that the next import or referral cannot bring them back.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such person here.
pub async fn run(
    app: &App,
    grant: &Grant<ManageCompliance>,
    id: PersonId,
    never_again: bool,
) -> Result<(), Failure> {
    for _ in 0..5 {
        let mut unit = Unit::new(app, grant.workspace());
        if never_again {
            suppress(app, &mut unit, id).await?;
        }
        for mut row in cluster::referrals(app.db(), unit.workspace, id).await? {
            if row.state.is_final() {
                continue;
            }
            answer_opt_in::stop_everything(app, &mut unit, &mut row, "erased").await?;
            row.version += 1;
            unit.push(row.save());
        }
        // All records that were decided to be this person are this person.
        for one in cluster::whole(app.db(), unit.workspace, id).await? {
            if one != id && is_erased(app, &unit, one).await? {
                continue;
            }
            crate::introduce::tend::end_all_of(app, &mut unit, one).await?;
            erase(app, &mut unit, one, grant.principal().actor(), "request").await?;
        }
        if unit.apply().await? == Applied::Applied {
            return Ok(());
        }
    }
    let message = "Somebody is working on this person right now. Try again.";
    Err(Failure::Conflict(message.to_owned()))
}

async fn is_erased(app: &App, unit: &Unit<'_>, id: PersonId) -> Result<bool, Failure> {
    let row = person::person(app.db(), unit.workspace, id).await?;
    Ok(row.is_none_or(|row| row.erased_at.is_some()))
}

async fn suppress(app: &App, unit: &mut Unit<'_>, id: PersonId) -> Result<(), Failure> {
    for point in cluster::contact_points(app.db(), unit.workspace, id).await? {
        let kind = crate::resolve::keys::suppressed_as(&point.kind);
        let row = SuppressionRow {
            workspace: unit.workspace,
            key: app.keys.blind(unit.workspace, kind, &point.normal),
            id: app.id(),
            kind: kind.to_owned(),
            reason: "objection".to_owned(),
            created_at: unit.at,
        };
        unit.push(row.put());
    }
    Ok(())
}

/// Erases a person whose time of keeping is over.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn for_retention(
    app: &App,
    unit: &mut Unit<'_>,
    id: PersonId,
) -> Result<(), Failure> {
    erase(app, unit, id, Actor::System, "retention").await
}

/// Shreds a person who never answered, unless something else keeps them.
///
/// # Errors
/// When the database cannot be read.
pub async fn shred_unanswered(
    app: &App,
    unit: &mut Unit<'_>,
    row: &ReferralRow,
) -> Result<(), Failure> {
    let others = referral::of_person(app.db(), unit.workspace, row.person).await?;
    let kept = others.iter().any(|r| r.id != row.id && !r.state.is_final())
        || !referral::by_referrer(app.db(), unit.workspace, row.person).await?.is_empty()
        || person::has_source_record(app.db(), unit.workspace, row.person).await?;
    if kept {
        return Ok(());
    }
    erase(app, unit, row.person, Actor::System, "unanswered").await
}

async fn erase(
    app: &App,
    unit: &mut Unit<'_>,
    id: PersonId,
    actor: Actor,
    reason: &'static str,
) -> Result<(), Failure> {
    let row = person::person(app.db(), unit.workspace, id).await?;
    let mut row = row.filter(|r| r.erased_at.is_none()).ok_or(Failure::NotFound)?;
    row.name = String::new();
    row.name_key = Vec::new();
    row.title = String::new();
    row.company = String::new();
    row.country = None;
    row.erased_at = Some(unit.at);
    row.version += 1;
    unit.push(row.save());
    // The rows go now; copies in the outbox folder go by a job of the same commit, because only the
    // worker touches what was handed over.
    let mails = person::mails_of(app.db(), unit.workspace, id).await?;
    for (part, mails) in mails.chunks(MAILS_PER_JOB).enumerate() {
        let (key, at) = (format!("mail.forget/{id}/{part}"), unit.at);
        unit.job("mail.forget", id, key, at, &serde_json::json!({ "mails": mails }));
    }
    unit.extend(person::shred(unit.workspace, id));
    let key = SubjectKeyRow {
        workspace: unit.workspace,
        person: id,
        wrapped: Vec::new(),
        destroyed_at: Some(unit.at),
    };
    unit.push(key.put());
    let happening = Happening::new(SUBJECT_SHREDDED, actor, id).of(id).with("reason", reason);
    unit.record(happening).await?;
    Ok(())
}
