//! The inbox: what waits for somebody, grouped by how soon they must act.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{MemberId, ReferralId};
use warmpath_core::referral::{Action, Door, Origin, ReferralState};
use warmpath_core::role::Role;
use warmpath_store::table::clock::{self, AcknowledgementRow, ClockRow};
use warmpath_store::table::referral::{self, Filter, ReferralRow};
use warmpath_store::table::workspace::{self, MemberRow};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{Grant, Principal, ReadReferrals};
use crate::read_referrals::{Line, lines_of, sees_all};

/// Whose inbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Whose {
    /// The reader's own.
    #[default]
    Mine,
    /// Everything the reader's team carries.
    Team,
    /// What waits for an arbiter.
    Held,
}

/// How soon the reader must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// A clock is late or runs out soon, or a decision is asked of the reader.
    ActNow,
    /// The reader has the next step, without haste.
    Next,
    /// Somebody else has the next step.
    Waiting,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Item {
    /// How soon.
    pub urgency: Urgency,
    /// The referral with its people.
    pub line: Line,
    /// Its most urgent clock.
    pub clock: Option<ClockRow>,
    /// The next action of this reader.
    pub next: Option<Action>,
    /// Thanks owed for it by this reader; the row is about the thanks then.
    pub thanks: Option<AcknowledgementRow>,
}

/// An inbox.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    /// Rows, most urgent first.
    pub items: Vec<Item>,
    /// How many of the reader's own wait for them.
    pub mine: usize,
    /// How many the reader's team carries; none where the role leads no team.
    pub team: Option<usize>,
    /// How many are held that the reader may see.
    pub held: usize,
}

/// A clock that ends within this time wants somebody now.
pub const SOON_HOURS: i64 = 4;

/// Most rows in one inbox.
pub const ROWS_MAX: i64 = 200;

/// The states that stand on somebody's desk.
const ON_A_DESK: &[ReferralState] = &[
    ReferralState::Received,
    ReferralState::Verified,
    ReferralState::Routed,
    ReferralState::Accepted,
    ReferralState::Contacted,
    ReferralState::MeetingScheduled,
    ReferralState::MeetingHeld,
    ReferralState::Qualified,
    ReferralState::Opportunity,
    ReferralState::NoShow,
    ReferralState::Held,
    ReferralState::Cancelling,
];

/// The inbox of this reader.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(app: &App, grant: &Grant<ReadReferrals>, whose: Whose) -> Result<Inbox, Failure> {
    let (db, ws, reader) = (app.db(), grant.workspace(), grant.principal());
    let members = workspace::members(db, ws).await?;
    let seen = crate::read_referrals::seen_by(reader, &members);
    let filter =
        Filter { states: ON_A_DESK.to_vec(), seen_by: seen, limit: 2000, ..Filter::default() };
    let rows = referral::list(db, ws, &filter).await?;
    let owed = clock::acknowledgements_owed(db, ws).await?;
    let mut inbox = Inbox {
        mine: rows.iter().filter(|r| is_mine(reader, r) && wants(reader, r, app.now())).count(),
        team: leads(reader).then(|| rows.iter().filter(|r| is_teams(reader, r, &members)).count()),
        held: rows.iter().filter(|r| r.state == ReferralState::Held).count(),
        items: Vec::new(),
    };
    let mut shown: Vec<ReferralRow> = rows
        .into_iter()
        .filter(|r| match whose {
            Whose::Mine => is_mine(reader, r),
            Whose::Team => leads(reader) && is_teams(reader, r, &members),
            Whose::Held => r.state == ReferralState::Held,
        })
        .collect();
    shown.truncate(ROWS_MAX as usize);
    let mut items = items(app, reader, shown, &members).await?;
    if whose == Whose::Mine {
        let thanks = thanks_rows(app, reader, owed, &members).await?;
        inbox.mine += thanks.len();
        items.extend(thanks);
    }
    items.sort_by_key(|item| (item.urgency, due(item), item.line.referral.id));
    inbox.items = items;
    Ok(inbox)
}

fn due(item: &Item) -> Timestamp {
    match (&item.thanks, &item.clock) {
        (Some(owed), _) => owed.due_at,
        (None, Some(clock)) => clock.due_at,
        (None, None) => Timestamp::MAX,
    }
}

fn leads(reader: &Principal) -> bool {
    matches!(reader.role, Role::Admin | Role::Revops | Role::Manager)
}

fn is_mine(reader: &Principal, row: &ReferralRow) -> bool {
    let me = Some(reader.member);
    let decides = row.state == ReferralState::Held && row.arbiter == me;
    let waits_for_my_word = row.submitted_by == me
        && matches!(row.state, ReferralState::Received | ReferralState::Verified);
    row.owner == me || decides || waits_for_my_word
}

fn is_teams(reader: &Principal, row: &ReferralRow, members: &[MemberRow]) -> bool {
    let Some(owner) = row.owner else { return true };
    sees_all(reader) || members.iter().any(|m| m.id == owner && m.team == reader.team)
}

async fn items(
    app: &App,
    reader: &Principal,
    rows: Vec<ReferralRow>,
    members: &[MemberRow],
) -> Result<Vec<Item>, Failure> {
    let ids: Vec<ReferralId> = rows.iter().map(|r| r.id).collect();
    let mut clocks: BTreeMap<ReferralId, Vec<ClockRow>> = BTreeMap::new();
    for clock in clock::counting_on(app.db(), reader.workspace, &ids).await? {
        clocks.entry(clock.referral).or_default().push(clock);
    }
    let now = app.now();
    let lines = lines_of(app, reader, rows, members).await?;
    Ok(lines
        .into_iter()
        .map(|line| {
            let clock = clocks.remove(&line.referral.id).and_then(most_urgent);
            let next = next_action(&line.allowed);
            let urgency = urgency(reader, &line.referral, clock.as_ref(), next, now);
            Item { urgency, clock, next, line, thanks: None }
        })
        .collect())
}

/// The clock that counts and ends first; a paused one only when no other counts.
fn most_urgent(clocks: Vec<ClockRow>) -> Option<ClockRow> {
    clocks.into_iter().min_by_key(|c| (c.state == "paused", c.due_at))
}

/// The one step a reader would take next, of those allowed.
pub fn next_action(allowed: &[Action]) -> Option<Action> {
    const FORWARD: &[Action] = &[
        Action::Release,
        Action::Accept,
        Action::LogContact,
        Action::LogMeeting,
        Action::ScheduleMeeting,
        Action::Qualify,
        Action::OpenOpportunity,
        Action::Win,
        Action::ConfirmCancel,
        Action::KeepGoing,
    ];
    FORWARD.iter().copied().find(|action| allowed.contains(action))
}

/// How soon this reader must act on it.
pub fn urgency(
    reader: &Principal,
    row: &ReferralRow,
    clock: Option<&ClockRow>,
    next: Option<Action>,
    now: Timestamp,
) -> Urgency {
    if row.state == ReferralState::Held {
        let decides = row.arbiter == Some(reader.member);
        return if decides { Urgency::ActNow } else { Urgency::Waiting };
    }
    // A cancel request waits for whoever may confirm it.
    if row.state == ReferralState::Cancelling && next != Some(Action::ConfirmCancel) {
        return Urgency::Waiting;
    }
    let presses = clock.is_some_and(|c| {
        c.state != "paused" && c.due_at <= now + SignedDuration::from_hours(SOON_HOURS)
    });
    match next {
        _ if presses => Urgency::ActNow,
        Some(_) if !meets_later(row, now) => Urgency::Next,
        _ => Urgency::Waiting,
    }
}

/// A meeting with a date still to come waits for that date.
pub fn meets_later(row: &ReferralRow, now: Timestamp) -> bool {
    row.state == ReferralState::MeetingScheduled && row.until.is_some_and(|until| until > now)
}

/// Whether the next step of it is the reader's, without looking at its clocks.
fn wants(reader: &Principal, row: &ReferralRow, now: Timestamp) -> bool {
    match row.state {
        ReferralState::Held => row.arbiter == Some(reader.member),
        ReferralState::Cancelling => leads(reader),
        ReferralState::Received | ReferralState::Verified => false,
        _ => !meets_later(row, now),
    }
}

/// Who writes the thank-you: whoever handed the person over for a third party, else the owner.
pub fn owes_thanks(row: &ReferralRow, owed: &AcknowledgementRow) -> Option<MemberId> {
    // A colleague or partner who referred by themselves is thanked, and does not thank.
    if row.origin == Origin::Colleague || row.door == Door::Portal {
        return row.owner;
    }
    owed.member.or(row.owner)
}

async fn thanks_rows(
    app: &App,
    reader: &Principal,
    owed: Vec<AcknowledgementRow>,
    members: &[MemberRow],
) -> Result<Vec<Item>, Failure> {
    let ids: Vec<ReferralId> = owed.iter().map(|o| o.referral).collect();
    let rows = referral::many(app.db(), reader.workspace, &ids).await?;
    let mut mine = Vec::new();
    for owed in owed {
        let Some(row) = rows.get(&owed.referral) else { continue };
        let ower = owes_thanks(row, &owed);
        let last_resort = ower.is_none() && matches!(reader.role, Role::Revops | Role::Admin);
        if ower == Some(reader.member) || last_resort {
            mine.push((row.clone(), owed));
        }
    }
    mine.truncate(ROWS_MAX as usize);
    let lines =
        lines_of(app, reader, mine.iter().map(|(row, _)| row.clone()).collect(), members).await?;
    let soon = app.now() + SignedDuration::from_hours(2 * SOON_HOURS);
    let mut items = Vec::new();
    for line in lines {
        let Some((_, owed)) = mine.iter().find(|(row, _)| row.id == line.referral.id) else {
            continue;
        };
        let urgency = if owed.due_at <= soon { Urgency::ActNow } else { Urgency::Next };
        items.push(Item { urgency, line, clock: None, next: None, thanks: Some(owed.clone()) });
    }
    Ok(items)
}
