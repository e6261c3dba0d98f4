//! Referrals, the words that came with them, their chain, decisions, credits and comments.

use std::collections::BTreeMap;

use jiff::Timestamp;
use warmpath_core::id::{
    AccountId, CommentId, ConsentId, DecisionId, MemberId, PartnerId, PathwayId, PersonId,
    ReferralId, WorkspaceId,
};
use warmpath_core::referral::{Door, Origin, ReferralKind, ReferralState};

use crate::change::Write;
use crate::engine::{Engine, Statement, StoreError, Value};
use crate::field::Field as _;
use crate::{row, values};

row! {
    /// A referral.
    pub struct ReferralRow in "referral" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: ReferralId,;
        /// Where it stands.
        state: ReferralState,
        /// Where a hold, a nurture or a cancel request goes back to.
        resume: Option<ReferralState>,
        /// Coded reason of a side state.
        reason: String,
        /// Direct, implied, tangible, community.
        kind: ReferralKind,
        /// Who the referrer is to us.
        origin: Origin,
        /// The door it came in by.
        door: Door,
        /// Who is referred.
        person: PersonId,
        /// Their company, when known.
        account: Option<AccountId>,
        /// Who referred them.
        referrer: PersonId,
        /// The member who typed it in.
        submitted_by: Option<MemberId>,
        /// The partner organisation, for the portal.
        partner: Option<PartnerId>,
        /// Who works it.
        owner: Option<MemberId>,
        /// Who must decide a hold.
        arbiter: Option<MemberId>,
        /// The pathway it came in under.
        pathway: Option<PathwayId>,
        /// That pathway's version.
        pathway_version: i64,
        /// The consent that carries it.
        consent: Option<ConsentId>,
        /// `opt_in`, or the id of the rule that allows contact; empty while there is none.
        basis: String,
        /// The lead this one was joined to.
        duplicate_of: Option<ReferralId>,
        /// How the referrer knows the person: `worked_together`, `business`, `met`, `by_name`.
        relationship: String,
        /// The referrer's own rating of the tie: `strong`, `medium`, `weak`; empty if not asked.
        rating: String,
        /// The person was asked by the referrer before.
        expects: bool,
        /// Referrer verification level, 0 to 4.
        referrer_level: i64,
        /// Channel level, 0 to 4.
        channel_level: i64,
        /// Score, 0 to 100.
        score: Option<f64>,
        /// `high`, `normal`, `low`.
        priority: String,
        /// The playbook chosen.
        playbook: String,
        /// When a waiting state ends.
        until: Option<Timestamp>,
        /// Received.
        received_at: Timestamp,
        /// In this state since.
        state_since: Timestamp,
        /// Cleared for contact.
        cleared_at: Option<Timestamp>,
        /// Routed.
        routed_at: Option<Timestamp>,
        /// Accepted.
        accepted_at: Option<Timestamp>,
        /// First contact.
        contacted_at: Option<Timestamp>,
        /// Meeting held.
        met_at: Option<Timestamp>,
        /// Ended.
        closed_at: Option<Timestamp>,
        /// Value in minor units, once known.
        amount: Option<i64>,
        /// ISO 4217.
        currency: String,
        /// For guarded saves.
        version: i64,
    }
}

row! {
    /// Words that came with a referral. The first of a slot is frozen; later ones are edits.
    pub struct TextRow in "referral_text" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The referral.
        referral: ReferralId,
        /// `context`, `evidence`, `need`, `budget`, `authority`, `timing`.
        slot: String,
        /// 0 is the frozen original.
        edition: i64,;
        /// The words.
        body: String,
        /// Who said them, as shown.
        author: String,
        /// When.
        at: Timestamp,
    }
}

row! {
    /// One hop of the chain before the referrer: who referred whom.
    pub struct HopRow in "referral_hop" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The referral.
        referral: ReferralId,
        /// 0 is the hop next to the referrer, higher is earlier.
        place: i64,;
        /// Who.
        person: PersonId,
        /// What it was: `introduced`, `mentioned`, `worked_together`.
        relation: String,
        /// The year, as stated.
        since: String,
    }
}

row! {
    /// A decision with the facts it was made from and its trace, so that it can be replayed.
    pub struct DecisionRow in "decision" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: DecisionId,;
        /// The referral.
        referral: ReferralId,
        /// `route`, `score`, `contact`, `verify`.
        kind: String,
        /// Pathway.
        pathway: Option<PathwayId>,
        /// Version.
        pathway_version: i64,
        /// The facts, JSON; ids and codes, never personal data.
        facts: String,
        /// The outcome and trace, JSON.
        trace: String,
        /// When.
        at: Timestamp,
    }
}

row! {
    /// Credit for a referral.
    pub struct CreditRow in "credit" {
        /// The workspace.
        workspace: WorkspaceId,
        /// The referral.
        referral: ReferralId,
        /// To whom.
        person: PersonId,;
        /// `sourced`, `influenced`, `assisted`.
        kind: String,
        /// Share in 1/10,000.
        share: i64,
        /// The rule it was counted by.
        rule: String,
    }
}

row! {
    /// A comment of a member.
    pub struct CommentRow in "comment" {
        /// The workspace.
        workspace: WorkspaceId,
        /// Its id.
        id: CommentId,;
        /// The referral.
        referral: ReferralId,
        /// Who wrote it.
        author: MemberId,
        /// The words.
        body: String,
        /// When.
        at: Timestamp,
    }
}

/// One referral.
///
/// # Errors
/// When the database cannot be read.
pub async fn referral(
    db: &dyn Engine,
    workspace: WorkspaceId,
    id: ReferralId,
) -> Result<Option<ReferralRow>, StoreError> {
    ReferralRow::first(db, "WHERE workspace = ?1 AND id = ?2", values![workspace, id]).await
}

/// Several referrals at once, by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn many(
    db: &dyn Engine,
    workspace: WorkspaceId,
    ids: &[ReferralId],
) -> Result<BTreeMap<ReferralId, ReferralRow>, StoreError> {
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(200) {
        let (tail, values) = super::with_ids(workspace, chunk.iter().map(|id| id.to_value()));
        let rows = ReferralRow::select(db, &tail, values).await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

/// The referrals at a company, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_account(
    db: &dyn Engine,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Vec<ReferralRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND account = ?2 ORDER BY id DESC LIMIT 100";
    ReferralRow::select(db, tail, values![workspace, account]).await
}

/// Open referrals of a person, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn of_person(
    db: &dyn Engine,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<ReferralRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND person = ?2 ORDER BY id LIMIT 100";
    ReferralRow::select(db, tail, values![workspace, person]).await
}

/// Referrals handed over by a person, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_referrer(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referrer: PersonId,
) -> Result<Vec<ReferralRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND referrer = ?2 ORDER BY id DESC LIMIT 200";
    ReferralRow::select(db, tail, values![workspace, referrer]).await
}

/// What a list of referrals is narrowed to. Every field that is set must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In one of these states; empty is any.
    pub states: Vec<ReferralState>,
    /// Owned by one of these; empty is any.
    pub owners: Vec<MemberId>,
    /// Submitted by this member.
    pub submitted_by: Option<MemberId>,
    /// Through this partner.
    pub partner: Option<PartnerId>,
    /// From this origin.
    pub origin: Option<Origin>,
    /// About one of these people; `Some(empty)` matches nothing.
    pub people: Option<Vec<PersonId>>,
    /// Only what this reader may see; none is everything.
    pub seen_by: Option<SeenBy>,
    /// Only those before this id (keyset paging, latest first); after it when the oldest come first.
    pub before: Option<ReferralId>,
    /// The oldest come first.
    pub oldest_first: bool,
    /// At most this many.
    pub limit: i64,
}

/// A reader who sees a part of the workspace's referrals.
#[derive(Debug, Clone)]
pub struct SeenBy {
    /// What this member owns, handed over or must decide.
    pub member: MemberId,
    /// And what these members own.
    pub team: Vec<MemberId>,
    /// And what nobody owns.
    pub unowned: bool,
}

impl SeenBy {
    /// The parts of what somebody sees who sees no more than their own, with the value added to those
    /// of the statement. One index answers each part; joined by OR, none would.
    fn own_parts(&self, values: &mut Vec<Value>) -> Option<Vec<String>> {
        if !self.team.is_empty() || self.unowned {
            return None;
        }
        values.push(self.member.to_value());
        let me = values.len();
        Some(vec![
            format!("owner = ?{me}"),
            format!("submitted_by = ?{me}"),
            format!("arbiter = ?{me} AND arbiter IS NOT NULL"),
        ])
    }

    /// The condition for rows that another condition has found already. Written as a case so that no
    /// planner gathers its parts from their indexes first.
    pub(super) fn row_by_row(&self, values: &mut Vec<Value>) -> String {
        values.push(self.member.to_value());
        let me = values.len();
        let mut parts = vec![format!("owner = ?{me} OR submitted_by = ?{me} OR arbiter = ?{me}")];
        if !self.team.is_empty() {
            let first = values.len() + 1;
            values.extend(self.team.iter().map(|m| m.to_value()));
            let marks: Vec<String> = (first..=values.len()).map(|n| format!("?{n}")).collect();
            parts.push(format!("owner IN ({})", marks.join(", ")));
        }
        if self.unowned {
            parts.push("owner IS NULL".to_owned());
        }
        format!("CASE WHEN {} THEN 1 ELSE 0 END = 1", parts.join(" OR "))
    }
}

/// A page of referrals, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    db: &dyn Engine,
    workspace: WorkspaceId,
    filter: &Filter,
) -> Result<Vec<ReferralRow>, StoreError> {
    let mut tail = String::from("WHERE workspace = ?1");
    let mut values: Vec<Value> = values![workspace];
    let mut one_of = |tail: &mut String, column: &str, set: Vec<Value>| {
        let marks: Vec<String> =
            (0..set.len()).map(|n| format!("?{}", values.len() + n + 1)).collect();
        tail.push_str(&format!(" AND {column} IN ({})", marks.join(", ")));
        values.extend(set);
    };
    if !filter.states.is_empty() {
        one_of(&mut tail, "state", filter.states.iter().map(|s| s.to_value()).collect());
    }
    if !filter.owners.is_empty() {
        one_of(&mut tail, "owner", filter.owners.iter().map(|o| o.to_value()).collect());
    }
    if let Some(member) = filter.submitted_by {
        one_of(&mut tail, "submitted_by", values![member]);
    }
    if let Some(partner) = filter.partner {
        one_of(&mut tail, "partner", values![partner]);
    }
    if let Some(origin) = filter.origin {
        one_of(&mut tail, "origin", values![origin]);
    }
    match &filter.people {
        Some(people) if people.is_empty() => return Ok(Vec::new()),
        Some(people) => {
            one_of(&mut tail, "person", people.iter().map(|p| p.to_value()).collect());
        }
        None => {}
    }
    let mut own = None;
    if let Some(reader) = &filter.seen_by {
        own = reader.own_parts(&mut values);
        if own.is_none() {
            // Most of all: read in the order of the list and looked at row by row.
            tail.push_str(&format!(" AND {}", reader.row_by_row(&mut values)));
        }
    }
    if let Some(before) = filter.before {
        values.push(before.to_value());
        let side = if filter.oldest_first { '>' } else { '<' };
        tail.push_str(&format!(" AND id {side} ?{}", values.len()));
    }
    values.push(filter.limit.to_value());
    let order = if filter.oldest_first { "ASC" } else { "DESC" };
    let order = format!("ORDER BY id {order} LIMIT ?{}", values.len());
    let tail = match own {
        None => format!("{tail} {order}"),
        Some(parts) => first_of_each(&tail, &parts, &order),
    };
    ReferralRow::select(db, &tail, values).await
}

/// The rest of a select of the first rows that fulfil one of several conditions: the first of each,
/// and of those the first. Each part ends where its own index has given enough.
pub(super) fn first_of_each(condition: &str, parts: &[String], order: &str) -> String {
    let part = |(n, part): (usize, &String)| {
        format!("SELECT id FROM (SELECT id FROM referral {condition} AND {part} {order}) AS p{n}")
    };
    let parts: Vec<String> = parts.iter().enumerate().map(part).collect();
    // ALL, because a union that drops what is double reads each part in the order of `id`.
    let ids = parts.join(" UNION ALL ");
    format!("WHERE workspace = ?1 AND id IN ({ids}) {order}")
}

/// How many referrals stand in each state.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_by_state(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<(ReferralState, i64)>, StoreError> {
    let sql = "SELECT state, COUNT(*) FROM referral WHERE workspace = ?1 GROUP BY state";
    let rows = db.query(Statement::new(sql, values![workspace])).await?;
    rows.into_iter()
        .map(|row| {
            let mut reader = crate::field::Reader::new(row);
            Ok((reader.take()?, reader.take()?))
        })
        .collect()
}

/// How many open leads each member carries.
///
/// # Errors
/// When the database cannot be read.
pub async fn open_load(
    db: &dyn Engine,
    workspace: WorkspaceId,
) -> Result<Vec<(MemberId, i64)>, StoreError> {
    let sql = "SELECT owner, COUNT(*) FROM referral WHERE workspace = ?1 AND owner IS NOT NULL \
               AND state IN ('routed', 'accepted', 'contacted', 'meeting_scheduled', \
               'meeting_held', 'qualified', 'no_show') GROUP BY owner";
    let rows = db.query(Statement::new(sql, values![workspace])).await?;
    rows.into_iter()
        .map(|row| {
            let mut reader = crate::field::Reader::new(row);
            Ok((reader.take()?, reader.take()?))
        })
        .collect()
}

/// All referrals received since, for the figures.
///
/// # Errors
/// When the database cannot be read.
pub async fn since(
    db: &dyn Engine,
    workspace: WorkspaceId,
    from: Timestamp,
) -> Result<Vec<ReferralRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND received_at >= ?2 ORDER BY received_at LIMIT 200000";
    ReferralRow::select(db, tail, values![workspace, from]).await
}

/// The words of a referral, by slot and edition.
///
/// # Errors
/// When the database cannot be read.
pub async fn texts(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referral: ReferralId,
) -> Result<Vec<TextRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND referral = ?2 ORDER BY edition, at LIMIT 200";
    TextRow::select(db, tail, values![workspace, referral]).await
}

/// Texts of one slot of several referrals.
///
/// # Errors
/// When the database cannot be read.
pub async fn texts_in_slot(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referrals: &[ReferralId],
    slot: &str,
) -> Result<Vec<TextRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in referrals.chunks(200) {
        let mut values = values![workspace, slot.to_owned()];
        let marks: Vec<String> = (3..chunk.len() + 3).map(|n| format!("?{n}")).collect();
        values.extend(chunk.iter().map(|id| id.to_value()));
        let marks = marks.join(", ");
        let tail = format!("WHERE workspace = ?1 AND slot = ?2 AND referral IN ({marks})");
        found.extend(TextRow::select(db, &tail, values).await?);
    }
    Ok(found)
}

/// The hops before the referrer, nearest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn hops(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referral: ReferralId,
) -> Result<Vec<HopRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND referral = ?2 ORDER BY place LIMIT 20";
    HopRow::select(db, tail, values![workspace, referral]).await
}

/// The decisions about a referral, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn decisions(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referral: ReferralId,
) -> Result<Vec<DecisionRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND referral = ?2 ORDER BY id DESC LIMIT 50";
    DecisionRow::select(db, tail, values![workspace, referral]).await
}

/// Stored decisions of a kind, latest first: what a simulation replays.
///
/// # Errors
/// When the database cannot be read.
pub async fn decisions_of_kind(
    db: &dyn Engine,
    workspace: WorkspaceId,
    kind: &str,
    limit: i64,
) -> Result<Vec<DecisionRow>, StoreError> {
    let kind = kind.to_owned();
    let tail = "WHERE workspace = ?1 AND kind = ?2 ORDER BY id DESC LIMIT ?3";
    DecisionRow::select(db, tail, values![workspace, kind, limit]).await
}

/// Credits of a referral.
///
/// # Errors
/// When the database cannot be read.
pub async fn credits(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referral: ReferralId,
) -> Result<Vec<CreditRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND referral = ?2";
    CreditRow::select(db, tail, values![workspace, referral]).await
}

/// Comments on a referral, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn comments(
    db: &dyn Engine,
    workspace: WorkspaceId,
    referral: ReferralId,
) -> Result<Vec<CommentRow>, StoreError> {
    let tail = "WHERE workspace = ?1 AND referral = ?2 ORDER BY id LIMIT 200";
    CommentRow::select(db, tail, values![workspace, referral]).await
}

/// Deletes the words of a referral that nobody answered.
pub fn shred_texts(workspace: WorkspaceId, referral: ReferralId) -> Write {
    let sql = "DELETE FROM referral_text WHERE workspace = ?1 AND referral = ?2";
    Write::any("referral_text", sql, values![workspace, referral])
}
