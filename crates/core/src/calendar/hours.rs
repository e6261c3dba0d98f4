//! The parts of a working calendar, checked when they are put together.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Minutes of a day by the wall clock.
const DAY_MINUTES: u16 = 24 * 60;

/// Monday to Sunday, the order of [`WorkingHours::week`].
pub const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Why a calendar, or an answer of it, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarRefusal {
    /// The zone is not in the IANA database.
    #[error("there is no time zone of that name")]
    UnknownZone,
    /// No weekday has a block.
    #[error("the calendar has no working hours at all")]
    NoHours,
    /// A block is empty, runs backwards or leaves its day.
    #[error("a working block must start before it ends, between 00:00 and 24:00")]
    BadBlock,
    /// Two blocks of one weekday share a minute.
    #[error("two working blocks of one weekday overlap")]
    OverlappingBlocks,
    /// An absence is empty or runs backwards.
    #[error("an absence must start before it ends")]
    BadAbsence,
    /// The answer lies beyond what one question may look at.
    #[error("that much working time is not reached within fifty years")]
    Unreachable,
}

/// A half-open stretch of one day by the wall clock, in minutes after midnight:
/// `0 <= from < to <= 1440`. A night shift is two blocks on two days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Block {
    /// First minute.
    pub from: u16,
    /// Minute after the last one.
    pub to: u16,
}

/// A half-open interval in which nobody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Absence {
    /// First instant away.
    pub from: Timestamp,
    /// First instant back.
    pub to: Timestamp,
}

/// A working calendar. Any value has at least one block, blocks in order and apart, absences in
/// order and apart.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkingHours {
    zone: TimeZone,
    week: [Vec<Block>; 7],
    holidays: BTreeSet<Date>,
    absences: Vec<Absence>,
}

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A zone of the compiled-in IANA database, such as `Europe/Berlin`; letter case does not matter.
///
/// # Errors
/// [`CalendarRefusal::UnknownZone`].
pub fn zone_named(name: &str) -> Result<TimeZone, CalendarRefusal> {
    ZONES.get(name).map_err(|_| CalendarRefusal::UnknownZone)
}

impl WorkingHours {
    /// A calendar in the zone named, with the blocks of Monday to Sunday, without holidays and
    /// absences.
    ///
    /// # Errors
    /// [`CalendarRefusal`]: unknown zone, no block at all, a bad block, overlapping blocks.
    pub fn new(zone: &str, mut week: [Vec<Block>; 7]) -> Result<Self, CalendarRefusal> {
        let zone = zone_named(zone)?;
        if week.iter().all(Vec::is_empty) {
            return Err(CalendarRefusal::NoHours);
        }
        for day in &mut week {
            if day.iter().any(|block| block.from >= block.to || block.to > DAY_MINUTES) {
                return Err(CalendarRefusal::BadBlock);
            }
            day.sort_unstable();
            if day.windows(2).any(|pair| pair[1].from < pair[0].to) {
                return Err(CalendarRefusal::OverlappingBlocks);
            }
        }
        Ok(Self { zone, week, holidays: BTreeSet::new(), absences: Vec::new() })
    }

    /// Monday to Friday from nine to five.
    ///
    /// # Errors
    /// [`CalendarRefusal::UnknownZone`].
    pub fn office(zone: &str) -> Result<Self, CalendarRefusal> {
        let day = vec![Block { from: 9 * 60, to: 17 * 60 }];
        let mut week: [Vec<Block>; 7] = Default::default();
        for weekday in &mut week[..5] {
            weekday.clone_from(&day);
        }
        Self::new(zone, week)
    }

    /// Around the clock, every day: for clocks that count plain time.
    #[must_use]
    pub fn always() -> Self {
        let week = std::array::from_fn(|_| vec![Block { from: 0, to: DAY_MINUTES }]);
        let zone = TimeZone::UTC;
        Self { zone, week, holidays: BTreeSet::new(), absences: Vec::new() }
    }

    /// The same calendar with these days off as well; dates by the calendar's own zone.
    #[must_use]
    pub fn with_holidays(mut self, holidays: impl IntoIterator<Item = Date>) -> Self {
        self.holidays.extend(holidays);
        self
    }

    /// The same calendar with these absences as well. Absences may touch and overlap.
    ///
    /// # Errors
    /// [`CalendarRefusal::BadAbsence`].
    pub fn with_absences(
        mut self,
        absences: impl IntoIterator<Item = Absence>,
    ) -> Result<Self, CalendarRefusal> {
        self.absences.extend(absences);
        if self.absences.iter().any(|absence| absence.from >= absence.to) {
            return Err(CalendarRefusal::BadAbsence);
        }
        self.absences.sort_unstable();
        self.absences.dedup_by(|later, earlier| {
            let touches = later.from <= earlier.to;
            if touches {
                earlier.to = earlier.to.max(later.to);
            }
            touches
        });
        Ok(self)
    }

    /// The zone.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The blocks of Monday to Sunday, in order.
    #[must_use]
    pub const fn week(&self) -> &[Vec<Block>; 7] {
        &self.week
    }

    /// The blocks that count on a date: none on a holiday.
    pub(super) fn blocks_on(&self, date: Date) -> &[Block] {
        if self.holidays.contains(&date) {
            return &[];
        }
        let index = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        &self.week[index]
    }

    /// The absences that end after `from`, in order.
    pub(super) fn absences_after(&self, from: Timestamp) -> &[Absence] {
        &self.absences[self.absences.partition_point(|absence| absence.to <= from)..]
    }

    /// The working time of a week without holidays, absences and change of the clocks.
    #[must_use]
    pub fn weekly(&self) -> SignedDuration {
        let minutes = self.week.iter().flatten().map(|block| i64::from(block.to - block.from));
        SignedDuration::from_mins(minutes.sum())
    }
}
