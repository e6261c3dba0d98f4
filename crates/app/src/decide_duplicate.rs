//! A member says of two records that they are one, that they are two, or that it can wait; and takes
//! it back. A merge is a pointer (`resolve::cluster`): nothing is moved, so undoing it restores both.

use jiff::SignedDuration;
use warmpath_core::id::{AccountId, DuplicateId, MergeId, PersonId, RecordId};
use warmpath_core::text_enum;
use warmpath_store::table::identity::{self, DuplicateRow, MergeRow};
use warmpath_store::table::source;

use crate::context::App;
use crate::error::Failure;
use crate::find_person::tenths;
use crate::policy::{Grant, ReviewDuplicates};
use crate::resolve::cluster;
use crate::resolve::trace::Trace;
use crate::unit::{Happening, Unit};

text_enum! {
    /// What a member says.
    pub enum Verdict {
        /// Both are one.
        Same = "same",
        /// They are two.
        Different = "different",
        /// Ask again in a week.
        Later = "later",
    }
}

/// So long a question is put off.
const LATER_DAYS: i64 = 7;

/// Most pairs that are looked at for an earlier "not the same".
const PAIRS_MAX: usize = 100;

/// Nobody decided yet.
pub fn waits(row: &DuplicateRow) -> bool {
    matches!(row.state.as_str(), "open" | "later")
}

/// The words of what the caller may do with a question now.
pub fn allowed(row: &DuplicateRow, may_review: bool) -> Vec<&'static str> {
    match (may_review, row.state.as_str()) {
        (false, _) | (_, "gone") => Vec::new(),
        (true, "open" | "later") => vec!["same", "different", "later"],
        (true, _) => vec!["undo"],
    }
}

/// Decides.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such question here; [`Failure::Conflict`] when somebody
/// decided it, or when an earlier "not the same" speaks against it.
pub async fn run(
    app: &App,
    grant: &Grant<ReviewDuplicates>,
    id: DuplicateId,
    verdict: Verdict,
) -> Result<DuplicateRow, Failure> {
    let mut row = load(app, grant, id).await?;
    if !waits(&row) {
        return Err(Failure::Conflict("Somebody decided this already. Look again.".into()));
    }
    let mut unit = Unit::new(app, grant.workspace());
    let kind = match verdict {
        Verdict::Same => {
            merge(app, grant, &mut unit, &row).await?;
            "duplicate.same"
        }
        Verdict::Different => "duplicate.different",
        Verdict::Later => "duplicate.put_off",
    };
    row.state = verdict.as_str().to_owned();
    row.until = None;
    if verdict == Verdict::Later {
        row.until = Some(unit.at + SignedDuration::from_hours(24 * LATER_DAYS));
    } else {
        row.decided_by = Some(grant.member());
        row.decided_at = Some(unit.at);
    }
    row.version += 1;
    unit.push(row.save());
    let happening = told(kind, grant, &row);
    unit.record(happening).await?;
    unit.commit("Somebody was faster. Look again.").await?;
    Ok(row)
}

async fn load(
    app: &App,
    grant: &Grant<ReviewDuplicates>,
    id: DuplicateId,
) -> Result<DuplicateRow, Failure> {
    identity::duplicate(app.db(), grant.workspace(), id).await?.ok_or(Failure::NotFound)
}

/// An entry about a question: ids and figures.
fn told(kind: &'static str, grant: &Grant<ReviewDuplicates>, row: &DuplicateRow) -> Happening {
    let trace = Trace::from_json(&row.trace);
    let happening = Happening::new(kind, grant.principal().actor(), row.id)
        .with("known", name_of(row, &row.known))
        .with("fresh", name_of(row, &row.fresh))
        .with("tenths_of_bits", tenths(row.bits))
        .with("steps", trace.codes());
    match cluster::id_of::<PersonId>(&row.fresh).filter(|_| row.kind == "person") {
        Some(person) => happening.of(person),
        None => happening,
    }
}

/// An id as text, by the kind of the question.
fn name_of(row: &DuplicateRow, bytes: &[u8]) -> String {
    match row.kind.as_str() {
        "person" => cluster::id_of::<PersonId>(bytes).map(|id| id.to_string()).unwrap_or_default(),
        _ => cluster::id_of::<AccountId>(bytes).map(|id| id.to_string()).unwrap_or_default(),
    }
}

/// Lets the older record stand for both.
async fn merge(
    app: &App,
    grant: &Grant<ReviewDuplicates>,
    unit: &mut Unit<'_>,
    row: &DuplicateRow,
) -> Result<(), Failure> {
    let ws = unit.workspace;
    let (known, fresh) = match row.kind.as_str() {
        "person" => both::<PersonId>(app, unit, row).await?,
        _ => both::<AccountId>(app, unit, row).await?,
    };
    let (Some(kept), Some(gone)) = (known.first().cloned(), fresh.first().cloned()) else {
        return Err(Failure::NotFound);
    };
    if kept == gone {
        return Ok(());
    }
    check_told_apart(app, unit, row, (&known, &fresh)).await?;
    if row.kind == "account" {
        check_no_circle(app, unit, &known, &fresh).await?;
    }
    let made = MergeRow {
        workspace: ws,
        id: app.id::<MergeId>(),
        kind: row.kind.clone(),
        kept: kept.clone(),
        gone: gone.clone(),
        duplicate: Some(row.id),
        member: Some(grant.member()),
        at: unit.at,
        undone_at: None,
        undone_by: None,
        version: 1,
    };
    unit.push(made.insert());
    let kind = if row.kind == "person" { "person.merged" } else { "account.merged" };
    let happening = Happening::new(kind, grant.principal().actor(), name_of(row, &kept))
        .with("merge", made.id)
        .with("gone", name_of(row, &gone))
        .with("duplicate", row.id);
    unit.record(happening).await?;
    Ok(())
}

/// All records on either side, the one that stands for them first.
async fn both<I: RecordId + PartialEq + Copy>(
    app: &App,
    unit: &Unit<'_>,
    row: &DuplicateRow,
) -> Result<(Vec<Vec<u8>>, Vec<Vec<u8>>), Failure> {
    let (Some(known), Some(fresh)) =
        (cluster::id_of::<I>(&row.known), cluster::id_of::<I>(&row.fresh))
    else {
        return Err(Failure::Defect("a question without records".into()));
    };
    let bytes = |ids: Vec<I>| ids.into_iter().map(|id| id.bytes().to_vec()).collect();
    let known = cluster::whole(app.db(), unit.workspace, known).await?;
    let fresh = cluster::whole(app.db(), unit.workspace, fresh).await?;
    Ok((bytes(known), bytes(fresh)))
}

/// Nobody said of two of these records that they are not the same.
async fn check_told_apart(
    app: &App,
    unit: &Unit<'_>,
    row: &DuplicateRow,
    (known, fresh): (&[Vec<u8>], &[Vec<u8>]),
) -> Result<(), Failure> {
    let mut looked = 0;
    for a in known {
        for b in fresh {
            looked += 1;
            if looked > PAIRS_MAX {
                return Ok(());
            }
            let asked = identity::asked(app.db(), unit.workspace, a, b).await?;
            if asked.is_some_and(|asked| asked.state == "different" && asked.id != row.id) {
                let message =
                    "Two of these records were said not to be the same. Take that back first.";
                return Err(Failure::Conflict(message.to_owned()));
            }
        }
    }
    Ok(())
}

/// A company and its own subsidiary are two companies.
async fn check_no_circle(
    app: &App,
    unit: &Unit<'_>,
    known: &[Vec<u8>],
    fresh: &[Vec<u8>],
) -> Result<(), Failure> {
    for (side, other) in [(known, fresh), (fresh, known)] {
        for bytes in side {
            let Some(id) = cluster::id_of::<AccountId>(bytes) else { continue };
            let parent = source::parent(app.db(), unit.workspace, id).await?;
            if parent.is_some_and(|p| other.contains(&p.parent.bytes().to_vec())) {
                let message = "One belongs to the other. They are two companies of one group.";
                return Err(Failure::Conflict(message.to_owned()));
            }
        }
    }
    Ok(())
}

/// Takes a decision back: the question is open again, and what was merged by it is two again.
///
/// # Errors
/// [`Failure::NotFound`] when there is no such question here; [`Failure::Conflict`] when it is open.
pub async fn undo(
    app: &App,
    grant: &Grant<ReviewDuplicates>,
    id: DuplicateId,
) -> Result<DuplicateRow, Failure> {
    let mut row = load(app, grant, id).await?;
    if !matches!(row.state.as_str(), "same" | "different") {
        return Err(Failure::Conflict("There is nothing to take back. Look again.".into()));
    }
    let mut unit = Unit::new(app, grant.workspace());
    if let Some(mut merge) = identity::merge_of(app.db(), unit.workspace, id).await? {
        merge.undone_at = Some(unit.at);
        merge.undone_by = Some(grant.member());
        merge.version += 1;
        unit.push(merge.save());
        let kind = if row.kind == "person" { "person.split" } else { "account.split" };
        let happening = Happening::new(kind, grant.principal().actor(), name_of(&row, &merge.kept))
            .with("merge", merge.id)
            .with("gone", name_of(&row, &merge.gone))
            .with("duplicate", row.id);
        unit.record(happening).await?;
    }
    row.state = "open".to_owned();
    row.decided_by = None;
    row.decided_at = None;
    row.version += 1;
    unit.push(row.save());
    let happening = told("duplicate.reopened", grant, &row);
    unit.record(happening).await?;
    unit.commit("Somebody was faster. Look again.").await?;
    Ok(row)
}
