//! What stands on somebody's desk: the lists and counts of the inbox and of the menu. They are asked
//! for with nearly every page, so each is counted by the database and none reads more than it shows.

use jiff::Timestamp;
use warmpath_core::id::{MemberId, WorkspaceId};
use warmpath_core::referral::ReferralState;

use super::clock::AcknowledgementRow;
use super::referral::{ReferralRow, SeenBy, first_of_each};
use crate::engine::{Engine, Statement, StoreError, Value};
use crate::field::{Field as _, Reader};
use crate::values;

/// A desk.
#[derive(Debug, Clone)]
pub enum Desk {
    /// What a member owns in one of these states, must decide, or waits to hear of because they
    /// handed it over.
    Of(MemberId, &'static [ReferralState]),
    /// What these members own in one of these states, and what nobody owns; no list is everybody.
    Team(Option<Vec<MemberId>>, &'static [ReferralState]),
    /// What is held, as far as this reader sees it.
    Held(Option<SeenBy>),
}

impl Desk {
    /// The condition, with its values added to those of the statement. `?1` is the workspace.
    fn condition(&self, values: &mut Vec<Value>) -> String {
        match self {
            Self::Of(member, states) => {
                values.push(member.to_value());
                let me = values.len();
                let select = "SELECT id FROM referral WHERE workspace = ?1 AND";
                let parts = own_parts(me, states).map(|part| format!("{select} {part}"));
                format!("id IN ({})", parts.join(" UNION ALL "))
            }
            Self::Team(None, states) => format!("state IN ({})", words(states)),
            Self::Team(Some(members), states) => {
                let first = values.len() + 1;
                values.extend(members.iter().map(|member| member.to_value()));
                let marks: Vec<String> = (first..=values.len()).map(|n| format!("?{n}")).collect();
                let theirs = match marks.is_empty() {
                    true => String::new(),
                    false => format!(" OR owner IN ({})", marks.join(", ")),
                };
                // As a case: by its index, "nobody owns" would first find most of all there are.
                let owner = format!("CASE WHEN owner IS NULL{theirs} THEN 1 ELSE 0 END = 1");
                format!("state IN ({}) AND {owner}", words(states))
            }
            Self::Held(None) => "state = 'held'".to_owned(),
            Self::Held(Some(reader)) => format!("state = 'held' AND {}", reader.row_by_row(values)),
        }
    }
}

/// The parts of a member's desk. One index answers each; joined by OR, none would.
fn own_parts(me: usize, states: &[ReferralState]) -> [String; 3] {
    [
        format!("owner = ?{me} AND state IN ({})", words(states)),
        format!("arbiter = ?{me} AND arbiter IS NOT NULL AND state = 'held'"),
        format!("submitted_by = ?{me} AND state IN ('received', 'verified')"),
    ]
}

/// States as a list in a statement: they are our own words.
fn words(states: &[ReferralState]) -> String {
    let words: Vec<String> = states.iter().map(|state| format!("'{state}'")).collect();
    words.join(", ")
}

/// How many stand there.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(
    db: &dyn Engine,
    workspace: WorkspaceId,
    desk: &Desk,
) -> Result<i64, StoreError> {
    let mut values: Vec<Value> = values![workspace];
    let condition = desk.condition(&mut values);
    let sql = format!("SELECT COUNT(*) FROM referral WHERE workspace = ?1 AND {condition}");
    let rows = db.query(Statement::new(sql, values)).await?;
    rows.into_iter().next().map_or(Ok(0), |row| Reader::new(row).take())
}

/// The latest that stand there.
///
/// # Errors
/// When the database cannot be read.
pub async fn latest(
    db: &dyn Engine,
    workspace: WorkspaceId,
    desk: &Desk,
    limit: i64,
) -> Result<Vec<ReferralRow>, StoreError> {
    if let Desk::Of(member, states) = desk {
        let order = "ORDER BY id DESC LIMIT ?3";
        let tail = first_of_each("WHERE workspace = ?1", &own_parts(2, states), order);
        return ReferralRow::select(db, &tail, values![workspace, *member, limit]).await;
    }
    let mut values: Vec<Value> = values![workspace];
    let condition = desk.condition(&mut values);
    values.push(limit.to_value());
    let place = values.len();
    let tail = format!("WHERE workspace = ?1 AND {condition} ORDER BY id DESC LIMIT ?{place}");
    ReferralRow::select(db, &tail, values).await
}

/// How many of what a member owns in one of these states wait for their next step now: a meeting with
/// a date still to come waits for that date.
///
/// # Errors
/// When the database cannot be read.
pub async fn wanted(
    db: &dyn Engine,
    workspace: WorkspaceId,
    member: MemberId,
    states: &[ReferralState],
    now: Timestamp,
) -> Result<i64, StoreError> {
    let sql = format!(
        "SELECT COUNT(*) FROM referral WHERE workspace = ?1 AND owner = ?2 AND state IN ({}) \
         AND (state <> 'meeting_scheduled' OR until IS NULL OR until <= ?3)",
        words(states)
    );
    let rows = db.query(Statement::new(sql, values![workspace, member, now])).await?;
    rows.into_iter().next().map_or(Ok(0), |row| Reader::new(row).take())
}

/// How many are held until this member decides.
///
/// # Errors
/// When the database cannot be read.
pub async fn decided_by(
    db: &dyn Engine,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM referral WHERE workspace = ?1 AND arbiter = ?2 \
               AND arbiter IS NOT NULL AND state = 'held'";
    let rows = db.query(Statement::new(sql, values![workspace, member])).await?;
    rows.into_iter().next().map_or(Ok(0), |row| Reader::new(row).take())
}

/// Whether a clock of this member has run out on a referral that they own in one of these states.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_late(
    db: &dyn Engine,
    workspace: WorkspaceId,
    member: MemberId,
    states: &[ReferralState],
    now: Timestamp,
) -> Result<bool, StoreError> {
    // The first two conditions are the index's own, word for word.
    let sql = format!(
        "SELECT 1 FROM sla_clock WHERE workspace = ?1 AND met_at IS NULL \
         AND state IN ('running', 'paused', 'breached') AND member = ?2 AND due_at < ?3 \
         AND state <> 'paused' AND EXISTS (SELECT 1 FROM referral WHERE \
         referral.workspace = ?1 AND referral.id = sla_clock.referral \
         AND referral.owner = ?2 AND referral.state IN ({})) LIMIT 1",
        words(states)
    );
    let rows = db.query(Statement::new(sql, values![workspace, member, now])).await?;
    Ok(!rows.is_empty())
}

/// The thank-yous that are this member's to write, first due first: whoever handed the person over
/// for a third party writes it, else the owner; a colleague or partner who referred by themselves is
/// thanked by the owner. A reader of last resort also gets those that are nobody's.
///
/// # Errors
/// When the database cannot be read.
pub async fn thanks_owed_by(
    db: &dyn Engine,
    workspace: WorkspaceId,
    member: MemberId,
    last_resort: bool,
    limit: i64,
) -> Result<Vec<AcknowledgementRow>, StoreError> {
    // Each part by its own index: read through all that is owed, the page would wait for the backlog
    // of everybody else. CROSS, because SQLite then keeps the order: what is owed first, which is
    // little; only what a member owns is looked through from its own side.
    let both = "r.workspace = a.workspace AND r.id = a.referral AND a.workspace = ?1 \
                AND a.sent_at IS NULL";
    let owed = format!("SELECT a.id FROM acknowledgement a CROSS JOIN referral r WHERE {both} AND");
    let owned = format!(
        "SELECT a.id FROM referral r CROSS JOIN acknowledgement a WHERE {both} \
         AND r.workspace = ?1 AND"
    );
    let own = "(r.origin = 'colleague' OR r.door = 'portal')";
    let third = "r.origin <> 'colleague' AND r.door <> 'portal'";
    let mut parts = vec![
        format!("{owed} a.member = ?2 AND {third}"),
        format!("{owed} a.member IS NULL AND r.owner = ?2 AND {third}"),
        format!("{owned} r.owner = ?2 AND r.owner IS NOT NULL AND {own}"),
    ];
    if last_resort {
        parts.push(format!("{owed} ({own} OR a.member IS NULL) AND r.owner IS NULL"));
    }
    let tail = format!(
        "WHERE workspace = ?1 AND id IN ({}) ORDER BY due_at LIMIT ?3",
        parts.join(" UNION ALL ")
    );
    AcknowledgementRow::select(db, &tail, values![workspace, member, limit]).await
}
