//! The working calendar of a member: their blocks, their zone, their region's holidays, their
//! absences.

use warmpath_core::calendar::{Absence, Block, WorkingHours};
use warmpath_core::id::{MemberId, WorkspaceId};
use warmpath_store::table::workspace::{self, AbsenceRow, HolidayRow, MemberRow};

use crate::context::App;
use crate::error::Failure;

/// The calendar by which a member's clocks count.
///
/// # Errors
/// When the database cannot be read. Hours that make no calendar (none at all, for instance) fall
/// back to office hours in the member's zone, so that a clock always ends.
pub async fn of(
    app: &App,
    workspace: WorkspaceId,
    member: Option<MemberId>,
) -> Result<WorkingHours, Failure> {
    let row = match member {
        Some(id) => workspace::member(app.db(), workspace, id).await?,
        None => None,
    };
    let Some(row) = row else {
        let zone = workspace::workspace(app.db(), workspace).await?.map(|w| w.zone);
        return Ok(office(&zone.unwrap_or_else(|| app.config.zone.clone())));
    };
    let holidays = workspace::holidays(app.db(), workspace).await?;
    let absences = workspace::absences(app.db(), workspace, app.now()).await?;
    Ok(build(&row, &holidays, &absences))
}

/// The calendar from rows at hand.
pub fn build(member: &MemberRow, holidays: &[HolidayRow], absences: &[AbsenceRow]) -> WorkingHours {
    let hours = week(member).unwrap_or_else(|| office(&member.zone));
    let days = holidays
        .iter()
        .filter(|h| h.region == member.region)
        .filter_map(|h| h.day.parse::<jiff::civil::Date>().ok());
    let hours = hours.with_holidays(days);
    let away = absences
        .iter()
        .filter(|a| a.member == member.id)
        .map(|a| Absence { from: a.starts_at, to: a.ends_at });
    match hours.clone().with_absences(away) {
        Ok(with) => with,
        Err(_) => hours,
    }
}

fn week(member: &MemberRow) -> Option<WorkingHours> {
    let mut week: [Vec<Block>; 7] = Default::default();
    for (day, blocks) in week.iter_mut().zip(&member.hours.0) {
        for (from, to) in blocks {
            day.push(Block { from: u16::try_from(*from).ok()?, to: u16::try_from(*to).ok()? });
        }
    }
    WorkingHours::new(&member.zone, week).ok()
}

fn office(zone: &str) -> WorkingHours {
    WorkingHours::office(zone).unwrap_or_else(|_| WorkingHours::always())
}
