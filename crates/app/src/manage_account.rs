//! One's own account: sessions, working hours, zone, and whether single letters act.

use warmpath_core::calendar::{Block, WorkingHours, zone_named};
use warmpath_core::id::{MemberId, SessionId, WorkspaceId};
use warmpath_store::field::Json;
use warmpath_store::table::access::{self, SessionRow};
use warmpath_store::table::workspace::{self, MemberRow, SettingRow};

use crate::context::App;
use crate::error::{Failure, Problem};
use crate::policy::{Grant, OwnAccount};
use crate::unit::{Happening, Unit};

fn keys_setting(member: MemberId) -> String {
    format!("keys.off/{member}")
}

/// Whether a member switched single-letter keys off.
///
/// # Errors
/// When the database cannot be read.
pub async fn keys_off(
    app: &App,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<bool, Failure> {
    let found = workspace::setting(app.db(), workspace, &keys_setting(member)).await?;
    Ok(found.is_some())
}

/// One's own row and open sessions, latest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn read(
    app: &App,
    grant: &Grant<OwnAccount>,
) -> Result<(MemberRow, Vec<SessionRow>), Failure> {
    let (ws, me) = (grant.workspace(), grant.member());
    let row = workspace::member(app.db(), ws, me).await?.ok_or(Failure::NotFound)?;
    Ok((row, access::sessions_of(app.db(), ws, me, app.now()).await?))
}

/// Ends one of one's own sessions at once.
///
/// # Errors
/// When the database is away.
pub async fn end_session(
    app: &App,
    grant: &Grant<OwnAccount>,
    id: SessionId,
) -> Result<(), Failure> {
    let mut unit = Unit::new(app, grant.workspace());
    unit.push(access::close_session(unit.workspace, grant.member(), id));
    unit.record(Happening::new("session.closed", grant.principal().actor(), id)).await?;
    unit.commit("Try again.").await
}

/// Ends all of one's own sessions but this one.
///
/// # Errors
/// When the database is away.
pub async fn end_other_sessions(
    app: &App,
    grant: &Grant<OwnAccount>,
    kept: SessionId,
) -> Result<(), Failure> {
    let (_, sessions) = read(app, grant).await?;
    let mut unit = Unit::new(app, grant.workspace());
    for session in sessions.iter().filter(|s| s.id != kept) {
        unit.push(session.delete());
        let happening = Happening::new("session.closed", grant.principal().actor(), session.id);
        unit.record(happening).await?;
    }
    unit.commit("Try again.").await
}

/// Saves zone and working hours. A day is text such as `09:00-12:30, 13:30-17:00`; empty is a free
/// day. Monday first.
///
/// # Errors
/// [`Failure::Invalid`] with one problem per wrong day.
pub async fn save_hours(
    app: &App,
    grant: &Grant<OwnAccount>,
    zone: &str,
    days: &[String; 7],
    keys_on: bool,
) -> Result<(), Failure> {
    let (mut row, _) = read(app, grant).await?;
    let mut problems = Vec::new();
    let zone = zone.trim();
    if zone_named(zone).is_err() {
        let message = "No such time zone. Write it like Europe/Lisbon.";
        problems.push(Problem::new("zone", "zone_unknown", message));
    }
    let mut week = Vec::with_capacity(7);
    for (n, day) in days.iter().enumerate() {
        match read_day(day) {
            Some(blocks) => week.push(blocks),
            None => {
                let message = "Write times like 09:00-12:30, 13:30-17:00, in order.";
                problems.push(Problem::new(&format!("day-{n}"), "hours_invalid", message));
            }
        }
    }
    if week.iter().all(Vec::is_empty) && problems.is_empty() {
        let message = "Somebody who never works can own no clock. Leave at least one day.";
        problems.push(Problem::new("day-0", "hours_none", message));
    }
    if problems.is_empty() && !is_calendar(zone, &week) {
        let message = "These hours overlap. Put them in order.";
        problems.push(Problem::new("day-0", "hours_overlap", message));
    }
    if !problems.is_empty() {
        return Err(Failure::Invalid(problems));
    }
    zone.clone_into(&mut row.zone);
    row.hours = Json(week);
    row.version += 1;
    let mut unit = Unit::new(app, grant.workspace());
    unit.push(row.save());
    let name = keys_setting(row.id);
    unit.push(if keys_on {
        workspace::forget_setting(unit.workspace, &name)
    } else {
        SettingRow { workspace: unit.workspace, name, value: "true".to_owned() }.put()
    });
    unit.record(Happening::new("member.hours", grant.principal().actor(), row.id)).await?;
    unit.commit("Your account changed meanwhile. Look again.").await
}

/// `09:00-12:30, 13:30-17:00` as minutes of the day; none when it is not that.
fn read_day(text: &str) -> Option<Vec<(i64, i64)>> {
    let minute = |time: &str| -> Option<i64> {
        let (hours, minutes) = time.trim().split_once(':')?;
        let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
        let whole = hours * 60 + minutes;
        ((0..60).contains(&minutes) && (0..=1440).contains(&whole)).then_some(whole)
    };
    text.split(',')
        .filter(|part| !part.trim().is_empty())
        .map(|part| {
            let (from, to) = part.trim().split_once(['-', '–'])?;
            let (from, to) = (minute(from)?, minute(to)?);
            (from < to).then_some((from, to))
        })
        .collect()
}

fn is_calendar(zone: &str, week: &[Vec<(i64, i64)>]) -> bool {
    let mut blocks: [Vec<Block>; 7] = Default::default();
    for (day, spans) in blocks.iter_mut().zip(week) {
        for (from, to) in spans {
            let (Ok(from), Ok(to)) = (u16::try_from(*from), u16::try_from(*to)) else {
                return false;
            };
            day.push(Block { from, to });
        }
    }
    WorkingHours::new(zone, blocks).is_ok()
}

/// Working blocks of a day as the form shows them.
#[must_use]
pub fn day_words(blocks: &[(i64, i64)]) -> String {
    let time = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    let spans: Vec<String> =
        blocks.iter().map(|(from, to)| format!("{}-{}", time(*from), time(*to))).collect();
    spans.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_come_back_as_they_were_typed() {
        for text in ["", "09:00-17:00", "08:30-12:00, 13:00-24:00"] {
            let read = read_day(text).expect("hours");
            assert_eq!(day_words(&read), text);
        }
        for wrong in ["9", "17:00-09:00", "09:00-25:00", "09:61-10:00", "morning"] {
            assert_eq!(read_day(wrong), None, "{wrong}");
        }
    }
}
