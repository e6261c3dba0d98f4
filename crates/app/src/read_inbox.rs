//! The inbox: what waits for somebody, grouped by how soon they must act.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{MemberId, ReferralId};
use warmpath_core::referral::{Action, Door, Origin, ReferralState};
use warmpath_core::role::Role;
use warmpath_store::table::clock::{self, AcknowledgementRow, ClockRow};
use warmpath_store::table::desk::{self, Desk};
use warmpath_store::table::referral::{self, ReferralRow};
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
    let mine = Desk::Of(reader.member, ON_A_DESK);
    let held = Desk::Held(crate::read_referrals::seen_by(reader, &members));
    let team = leads(reader).then(|| Desk::Team(team_of(reader, &members), ON_A_DESK));
    let count = async |desk: &Desk| desk::count(db, ws, desk).await;
    let mut states = crate::count_menu::WAITING.to_vec();
    states.extend(leads(reader).then_some(ReferralState::Cancelling));
    let wanted = desk::wanted(db, ws, reader.member, &states, app.now()).await?
        + desk::decided_by(db, ws, reader.member).await?;
    let mut inbox = Inbox {
        mine: usize::try_from(wanted).unwrap_or(0),
        held: count(&held).await? as usize,
        team: match &team {
            Some(team) => Some(count(team).await? as usize),
            None => None,
        },
        items: Vec::new(),
    };
    let desk = match whose {
        Whose::Mine => Some(mine),
        Whose::Team => team,
        Whose::Held => Some(held),
    };
    let shown = match desk {
        Some(desk) => desk::latest(db, ws, &desk, ROWS_MAX).await?,
        None => Vec::new(),
    };
    let mut items = items(app, reader, shown, &members).await?;
    let owed = thanks_owed(app, reader).await?;
    inbox.mine += owed.len();
    if whose == Whose::Mine {
        items.extend(thanks_rows(app, reader, owed, &members).await?);
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

/// Whose referrals make the team's inbox; none is everybody's.
fn team_of(reader: &Principal, members: &[MemberRow]) -> Option<Vec<MemberId>> {
    let team = members.iter().filter(|m| m.team == reader.team).map(|m| m.id);
    (!sees_all(reader)).then(|| team.collect())
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
fn meets_later(row: &ReferralRow, now: Timestamp) -> bool {
    row.state == ReferralState::MeetingScheduled && row.until.is_some_and(|until| until > now)
}

/// Who writes the thank-you: whoever handed the person over for a third party, else the owner.
pub fn owes_thanks(row: &ReferralRow, owed: &AcknowledgementRow) -> Option<MemberId> {
    // A colleague or partner who referred by themselves is thanked, and does not thank.
    if row.origin == Origin::Colleague || row.door == Door::Portal {
        return row.owner;
    }
    owed.member.or(row.owner)
}

/// The thank-yous that this reader is to write.
async fn thanks_owed(app: &App, reader: &Principal) -> Result<Vec<AcknowledgementRow>, Failure> {
    let last_resort = matches!(reader.role, Role::Revops | Role::Admin);
    let (ws, me) = (reader.workspace, reader.member);
    Ok(desk::thanks_owed_by(app.db(), ws, me, last_resort, ROWS_MAX).await?)
}

async fn thanks_rows(
    app: &App,
    reader: &Principal,
    owed: Vec<AcknowledgementRow>,
    members: &[MemberRow],
) -> Result<Vec<Item>, Failure> {
    let ids: Vec<ReferralId> = owed.iter().map(|o| o.referral).collect();
    let rows = referral::many(app.db(), reader.workspace, &ids).await?;
    let mut owed: BTreeMap<ReferralId, AcknowledgementRow> =
        owed.into_iter().map(|owed| (owed.referral, owed)).collect();
    let lines = lines_of(app, reader, rows.into_values().collect(), members).await?;
    let soon = app.now() + SignedDuration::from_hours(2 * SOON_HOURS);
    let mut items = Vec::new();
    for line in lines {
        let Some(owed) = owed.remove(&line.referral.id) else { continue };
        let urgency = if owed.due_at <= soon { Urgency::ActNow } else { Urgency::Next };
        items.push(Item { urgency, line, clock: None, next: None, thanks: Some(owed) });
    }
    Ok(items)
}
