//! Groups of people who introduce each other: one seat for each trade, twelve to eighteen of them, a
//! conflict check before anybody is admitted, and a cadence of calls and events that a named person is
//! reminded of.

use jiff::{SignedDuration, Timestamp};
use warmpath_core::id::{GatheringId, GroupId, MemberId, PersonId, RecordId as _, SeatId};
use warmpath_core::introduction::goodwill::is_no_go;
use warmpath_core::role::{Actor, Role};
use warmpath_core::text::fold_key;
use warmpath_store::Applied;
use warmpath_store::field::Json;
use warmpath_store::table::group::{self, GatheringRow, GroupRow, GroupSeatRow};
use warmpath_store::table::job::JobRow;
use warmpath_store::table::person::{self, PersonRow};
use warmpath_store::table::workspace;

use super::{Problems, known};
use crate::context::App;
use crate::error::{Failure, NotPossible};
use crate::policy::{Grant, Permission as _, ReadIntroductions, RunIntroductions};
use crate::resolve::cluster;
use crate::run_job::{Step, StepFailure, end};
use crate::send_mail::{Letter, queue};
use crate::unit::{Happening, Unit};

/// A group works from so many seats on.
pub const SEATS_MIN: usize = 12;

/// And up to so many.
pub const SEATS_MAX: usize = 18;

/// The keeper is reminded so long before.
const REMIND_DAYS: i64 = 7;

/// The kind of the job.
pub const REMIND: &str = "group.remind";

/// How a group works: word, and its name for people.
pub const MODES: [(&str, &str); 3] = [
    ("informal", "Informal: people who know each other"),
    ("formal", "Formal: rules, attendance, a record"),
    ("platform", "Platform: most of it in writing"),
];

/// Kinds of gatherings: word, and its name for people.
pub const KINDS: [(&str, &str); 2] = [("call", "Call"), ("event", "Event")];

/// Why a seat was left: code, and its words.
pub const REASONS: [(&str, &str); 4] = [
    ("moved_on", "Moved on"),
    ("too_little_time", "Too little time"),
    ("conflict", "A conflict arose"),
    ("absent", "Was not there"),
];

/// A group as typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// A word of [`MODES`].
    pub mode: String,
    /// Who may join.
    pub criteria: String,
    /// Who is reminded.
    pub keeper: Option<MemberId>,
    /// Days between two calls; 0 for none.
    pub call_days: i64,
    /// Days between two events; 0 for none.
    pub event_days: i64,
}

async fn check(
    app: &App,
    grant: &Grant<RunIntroductions>,
    typed: &Typed,
) -> Result<MemberId, Failure> {
    let mut problems = Problems::default();
    problems.line("name", &typed.name, "Name the group");
    problems.text("purpose", &typed.purpose, "Say what it is for");
    problems.text("criteria", &typed.criteria, "Say who may join");
    if !MODES.iter().any(|(word, _)| *word == typed.mode) {
        problems.say("mode", "mode_unknown", "Choose how it works.");
    }
    for (field, days) in [("call_days", typed.call_days), ("event_days", typed.event_days)] {
        if !(0..=366).contains(&days) {
            problems.say(field, "days_invalid", "Between 0, for none, and 366 days.");
        }
    }
    let keeper = typed.keeper.unwrap_or(grant.member());
    let member = workspace::member(app.db(), grant.workspace(), keeper).await?;
    // Whoever is reminded can also say that it was held.
    if member.is_none_or(|member| !member.active || !RunIntroductions::ROLES.contains(&member.role))
    {
        let message = "Choose a manager, or somebody of revenue operations.";
        problems.say("keeper", "member_unknown", message);
    }
    problems.done()?;
    Ok(keeper)
}

/// Founds a group, or changes one.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong; [`Failure::NotFound`] when there is no such group.
pub async fn save(
    app: &App,
    grant: &Grant<RunIntroductions>,
    id: Option<GroupId>,
    typed: &Typed,
) -> Result<GroupId, Failure> {
    let ws = grant.workspace();
    let before = match id {
        Some(id) => Some(group::group(app.db(), ws, id).await?.ok_or(Failure::NotFound)?),
        None => None,
    };
    let keeper = check(app, grant, typed).await?;
    let mut unit = Unit::new(app, ws);
    let row = GroupRow {
        workspace: ws,
        id: before.as_ref().map_or_else(|| app.id(), |row| row.id),
        name: typed.name.trim().to_owned(),
        purpose: typed.purpose.trim().to_owned(),
        mode: typed.mode.clone(),
        criteria: typed.criteria.trim().to_owned(),
        keeper,
        call_days: typed.call_days,
        event_days: typed.event_days,
        state: before.as_ref().map_or("open", |row| row.state.as_str()).to_owned(),
        created_at: before.as_ref().map_or(unit.at, |row| row.created_at),
        version: before.as_ref().map_or(0, |row| row.version) + 1,
    };
    unit.push(if before.is_some() { row.save() } else { row.insert() });
    let planned = group::gatherings(app.db(), ws, row.id).await?;
    for (kind, days) in cadence(&row) {
        if days > 0 && !planned.iter().any(|g| g.kind == kind && g.state == "planned") {
            plan(app, &mut unit, &row, kind, days);
        }
    }
    let kind = if before.is_some() { "group.changed" } else { "group.founded" };
    unit.record(Happening::new(kind, grant.principal().actor(), row.id)).await?;
    unit.commit("Somebody changed it this moment. Look again.").await?;
    Ok(row.id)
}

fn cadence(row: &GroupRow) -> [(&'static str, i64); 2] {
    [("call", row.call_days), ("event", row.event_days)]
}

/// Plans the next call or event, and the reminder before it.
fn plan(app: &App, unit: &mut Unit<'_>, row: &GroupRow, kind: &str, days: i64) {
    let due_at = unit.at + SignedDuration::from_hours(24 * days);
    let made = GatheringRow {
        workspace: row.workspace,
        id: app.id::<GatheringId>(),
        group_id: row.id,
        kind: kind.to_owned(),
        due_at,
        reminded_at: None,
        state: "planned".to_owned(),
        note: String::new(),
        member: None,
        version: 1,
    };
    unit.push(made.insert());
    let remind = due_at - SignedDuration::from_hours(24 * REMIND_DAYS.min(days / 2));
    let key = format!("{REMIND}/{}", made.id);
    unit.job(REMIND, made.id, key, remind, &serde_json::json!({}));
}

/// Reminds the keeper, once.
///
/// # Errors
/// When the database is away.
pub(crate) async fn remind(app: &App, job: &JobRow) -> Step {
    let mut unit = Unit::new(app, job.workspace);
    let id = job.about.parse().map_err(|_| StepFailure::GiveUp("bad id".into()))?;
    let gathering = group::gathering(app.db(), job.workspace, id).await?;
    let waits = gathering.filter(|g| g.state == "planned" && g.reminded_at.is_none());
    let Some(mut gathering) = waits else { return end(unit, job).await };
    let row = group::group(app.db(), job.workspace, gathering.group_id).await?;
    let Some(row) = row.filter(|row| row.state == "open") else { return end(unit, job).await };
    let members = workspace::members(app.db(), job.workspace).await?;
    // A keeper who left is stood in for: nobody reminded is a call forgotten.
    let keeper = members.iter().find(|m| m.id == row.keeper && m.active);
    let keeper = keeper.or_else(|| members.iter().find(|m| m.active && m.role == Role::Revops));
    if let Some(keeper) = keeper {
        let what = if gathering.kind == "call" { "call" } else { "event" };
        let day = gathering.due_at.strftime("%-d %B");
        let address = format!("{}/groups/{}", app.config.public_url, row.id);
        let letter =
            Letter::service("group_reminder", &keeper.email, format!("Next {what}: {}", row.name))
                .saying(format!(
                    "Hello,\n\nthe next {what} of {} is planned for {day}. Invite the members \
                 yourself; nothing was sent to them.\n\n{address}\n",
                    row.name
                ));
        queue(app, &mut unit, letter);
    }
    gathering.reminded_at = Some(unit.at);
    gathering.version += 1;
    unit.push(gathering.save());
    unit.record(Happening::new("group.reminded", Actor::System, row.id)).await?;
    end(unit, job).await
}

/// Says that a call or event was held or skipped; the next one is planned.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Conflict`] when that was said; [`Failure::Invalid`] for another word.
pub async fn note_gathering(
    app: &App,
    grant: &Grant<RunIntroductions>,
    id: GatheringId,
    (state, note): (&str, &str),
) -> Result<(), Failure> {
    let ws = grant.workspace();
    let mut row = group::gathering(app.db(), ws, id).await?.ok_or(Failure::NotFound)?;
    if row.state != "planned" {
        return Err(Failure::Conflict("That was noted already.".into()));
    }
    let mut problems = Problems::default();
    if !matches!(state, "held" | "skipped") {
        problems.say("state", "state_unknown", "Say whether it was held.");
    }
    if !note.trim().is_empty() {
        problems.text("note", note, "The note");
    }
    problems.done()?;
    let mut unit = Unit::new(app, ws);
    state.clone_into(&mut row.state);
    row.note = note.trim().to_owned();
    row.member = Some(grant.member());
    row.version += 1;
    unit.push(row.save());
    if let Some(of) = group::group(app.db(), ws, row.group_id).await?
        && of.state == "open"
        && let Some((kind, days)) = cadence(&of).into_iter().find(|(kind, _)| *kind == row.kind)
        && days > 0
    {
        plan(app, &mut unit, &of, kind, days);
    }
    let happening = Happening::new("group.gathering", grant.principal().actor(), row.group_id)
        .with("kind", &row.kind)
        .with("state", state);
    unit.record(happening).await?;
    unit.commit("Somebody noted it this moment. Look again.").await
}

/// Somebody who wants a seat, as typed.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Who.
    pub person: Option<PersonId>,
    /// Their trade.
    pub trade: String,
    /// Trades and companies they compete with.
    pub competes: Vec<String>,
}

/// What stands between somebody and a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// The trade has its seat.
    Trade(String),
    /// Somebody of their company has one.
    Company(String),
    /// Somebody competes with them.
    Competes(String),
    /// All seats are taken.
    Full,
}

impl Clash {
    /// In one sentence, with what to do.
    pub fn sentence(&self) -> String {
        match self {
            Self::Trade(who) => format!("The seat of this trade is {who}'s. Put them on the list."),
            Self::Company(who) => {
                format!("{who} of the same company has a seat. One company, one seat.")
            }
            Self::Competes(who) => format!("They compete with {who}. Settle that first."),
            Self::Full => format!("All {SEATS_MAX} seats are taken. Put them on the list."),
        }
    }
}

/// What stands between this wish and the seats as they are; names as the caller may see them.
pub fn clash(
    seats: &[(GroupSeatRow, String)],
    (trade, company_key, company): (&str, &[u8], &str),
    competes: &[String],
) -> Option<Clash> {
    let seated = || seats.iter().filter(|(seat, _)| seat.state == "seated");
    let key = trade_key(trade);
    if let Some((_, who)) = seated().find(|(seat, _)| seat.trade_key == key) {
        return Some(Clash::Trade(who.clone()));
    }
    if let Some((_, who)) = seated().find(|(seat, _)| seat.company_key == company_key) {
        return Some(Clash::Company(who.clone()));
    }
    let named = |list: &[String], trade: &str, company: &str| {
        list.iter().any(|name| fold_key(name) == fold_key(trade))
            || (!company.is_empty() && is_no_go(list, company))
    };
    let rival = seated().find(|(seat, _)| {
        named(competes, &seat.trade, &seat.company) || named(&seat.competes.0, trade, company)
    });
    if let Some((_, who)) = rival {
        return Some(Clash::Competes(who.clone()));
    }
    (seated().count() >= SEATS_MAX).then_some(Clash::Full)
}

/// Admits somebody, or puts them on the list where a seat is not free.
///
/// # Errors
/// [`Failure::NotPossible`] with the clash and what to do, [`Failure::Invalid`] with what is wrong.
pub async fn admit(
    app: &App,
    grant: &Grant<RunIntroductions>,
    id: GroupId,
    wish: &Wish,
    waits: bool,
) -> Result<SeatId, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let row = group::group(db, ws, id).await?.ok_or(Failure::NotFound)?;
    if row.state != "open" {
        return Err(NotPossible::new("group_closed", "The group is closed.").into());
    }
    let mut problems = Problems::default();
    problems.line("trade", &wish.trade, "Say their trade");
    if wish.competes.len() > 20 {
        problems.say("competes", "competes_too_many", "At most 20 trades and companies.");
    }
    let person = match wish.person {
        Some(person) => known(app, ws, cluster::root(db, ws, person).await?).await.ok(),
        None => None,
    };
    if person.is_none() {
        problems.say("person", "person_unknown", "Choose somebody who is known here.");
    }
    problems.done()?;
    let person = person.ok_or(Failure::NotFound)?;
    for _ in 0..4 {
        let seats = named(app, ws, group::seats(db, ws, id).await?).await?;
        let before = seats.iter().find(|(s, _)| s.person == person.id && s.state != "left");
        if before.is_some_and(|(seat, _)| waits || seat.state == "seated") {
            let sentence = "They have a seat, or are on the list.";
            return Err(NotPossible::new("already_there", sentence).into());
        }
        let company_key = company_key(&person);
        let about = (wish.trade.as_str(), company_key.as_slice(), person.company.as_str());
        if !waits && let Some(clash) = clash(&seats, about, &wish.competes) {
            return Err(NotPossible::new("seat_taken", clash.sentence()).into());
        }
        let place = if waits { 0 } else { free_place(&seats) };
        let mut unit = Unit::new(app, ws);
        let seat = GroupSeatRow {
            workspace: ws,
            id: before.map_or_else(|| app.id(), |(seat, _)| seat.id),
            group_id: id,
            person: person.id,
            trade: wish.trade.trim().to_owned(),
            trade_key: trade_key(&wish.trade),
            company: person.company.clone(),
            company_key,
            competes: Json(wish.competes.clone()),
            place,
            state: if waits { "waiting" } else { "seated" }.to_owned(),
            reason: String::new(),
            member: grant.member(),
            at: unit.at,
            seated_at: (!waits).then_some(unit.at),
            version: before.map_or(0, |(seat, _)| seat.version) + 1,
        };
        unit.push(if before.is_some() { seat.save() } else { seat.insert() });
        let kind = if waits { "group.listed" } else { "group.admitted" };
        let happening =
            Happening::new(kind, grant.principal().actor(), id).of(person.id).with("seat", seat.id);
        unit.record(happening).await?;
        if unit.apply().await? == Applied::Applied {
            return Ok(seat.id);
        }
        // Somebody took the seat this moment: look whether it is still free.
    }
    Err(Failure::Conflict("Seats are being taken right now. Look again.".into()))
}

/// A trade as it is compared: blanks and case say nothing.
fn trade_key(trade: &str) -> Vec<u8> {
    let words: Vec<&str> = trade.split_whitespace().collect();
    fold_key(&words.join(" "))
}

/// A company as it is compared, its legal form aside; the person themselves where none is known.
fn company_key(person: &PersonRow) -> Vec<u8> {
    let core = warmpath_identity::normal::company::parse(&person.company).core;
    if core.is_empty() { person.id.bytes().to_vec() } else { fold_key(&core) }
}

fn free_place(seats: &[(GroupSeatRow, String)]) -> i64 {
    let taken = |place: &i64| seats.iter().any(|(s, _)| s.state == "seated" && s.place == *place);
    (1..=SEATS_MAX as i64).find(|place| !taken(place)).unwrap_or(0)
}

/// Frees a seat, or takes somebody off the list.
///
/// # Errors
/// [`Failure::NotFound`]; [`Failure::Conflict`] when they left already; [`Failure::Invalid`] without a
/// reason.
pub async fn leave(
    app: &App,
    grant: &Grant<RunIntroductions>,
    id: SeatId,
    reason: &str,
) -> Result<GroupId, Failure> {
    let ws = grant.workspace();
    let mut seat = group::seat(app.db(), ws, id).await?.ok_or(Failure::NotFound)?;
    if seat.state == "left" {
        return Err(Failure::Conflict("They left already.".into()));
    }
    if !REASONS.iter().any(|(code, _)| *code == reason) {
        return Err(Failure::invalid("reason", "reason_needed", "Choose why."));
    }
    let mut unit = Unit::new(app, ws);
    "left".clone_into(&mut seat.state);
    reason.clone_into(&mut seat.reason);
    (seat.place, seat.at) = (0, unit.at);
    seat.version += 1;
    unit.push(seat.save());
    let happening = Happening::new("group.left", grant.principal().actor(), seat.group_id)
        .of(seat.person)
        .with("seat", id)
        .with("reason", reason);
    unit.record(happening).await?;
    unit.commit("Look again.").await?;
    Ok(seat.group_id)
}

/// Closes a group, or opens it again.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn set_state(
    app: &App,
    grant: &Grant<RunIntroductions>,
    id: GroupId,
    open: bool,
) -> Result<(), Failure> {
    let ws = grant.workspace();
    let mut row = group::group(app.db(), ws, id).await?.ok_or(Failure::NotFound)?;
    let mut unit = Unit::new(app, ws);
    if open {
        remind_again(app, &mut unit, &row).await?;
    }
    row.state = if open { "open" } else { "closed" }.to_owned();
    row.version += 1;
    unit.push(row.save());
    let kind = if open { "group.opened" } else { "group.closed" };
    unit.record(Happening::new(kind, grant.principal().actor(), id)).await?;
    unit.commit("Look again.").await
}

/// What was planned while the group was closed is brought to mind now.
async fn remind_again(app: &App, unit: &mut Unit<'_>, row: &GroupRow) -> Result<(), Failure> {
    let planned = group::gatherings(app.db(), row.workspace, row.id).await?;
    for one in planned.into_iter().filter(|g| g.state == "planned" && g.reminded_at.is_none()) {
        let remind = (one.due_at - SignedDuration::from_hours(24 * REMIND_DAYS)).max(unit.at);
        let key = format!("{REMIND}/{}/{}", one.id, row.version);
        unit.job(REMIND, one.id, key, remind, &serde_json::json!({}));
    }
    Ok(())
}

/// A group with everything about it.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its row.
    pub row: GroupRow,
    /// Seats with the name of who has them: seated, waiting, left.
    pub seats: Vec<(GroupSeatRow, String)>,
    /// Calls and events, latest planned first.
    pub gatherings: Vec<GatheringRow>,
}

impl Group {
    /// How many seats are taken.
    pub fn seated(&self) -> usize {
        self.seats.iter().filter(|(seat, _)| seat.state == "seated").count()
    }

    /// The next call or event.
    pub fn next(&self) -> Option<&GatheringRow> {
        self.gatherings.iter().filter(|g| g.state == "planned").min_by_key(|g| g.due_at)
    }

    /// Whether it is planned for a time that is over.
    pub fn is_late(&self, at: Timestamp) -> bool {
        self.next().is_some_and(|next| next.due_at < at)
    }
}

async fn named(
    app: &App,
    ws: warmpath_core::id::WorkspaceId,
    seats: Vec<GroupSeatRow>,
) -> Result<Vec<(GroupSeatRow, String)>, Failure> {
    let ids: Vec<PersonId> = seats.iter().map(|seat| seat.person).collect();
    let people = person::many(app.db(), ws, &ids).await?;
    let name = |id: PersonId| people.get(&id).map(|row| row.name.clone()).unwrap_or_default();
    Ok(seats.into_iter().map(|seat| (seat.clone(), name(seat.person))).collect())
}

/// All groups, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn all(app: &App, grant: &Grant<ReadIntroductions>) -> Result<Vec<Group>, Failure> {
    let ws = grant.workspace();
    let mut found = Vec::new();
    for row in group::groups(app.db(), ws).await? {
        found.push(with_all(app, row).await?);
    }
    Ok(found)
}

/// One group.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn one(
    app: &App,
    grant: &Grant<ReadIntroductions>,
    id: GroupId,
) -> Result<Group, Failure> {
    let row = group::group(app.db(), grant.workspace(), id).await?.ok_or(Failure::NotFound)?;
    with_all(app, row).await
}

async fn with_all(app: &App, row: GroupRow) -> Result<Group, Failure> {
    let seats = group::seats(app.db(), row.workspace, row.id).await?;
    let gatherings = group::gatherings(app.db(), row.workspace, row.id).await?;
    Ok(Group { seats: named(app, row.workspace, seats).await?, gatherings, row })
}
