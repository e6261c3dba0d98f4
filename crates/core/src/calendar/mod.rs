//! Working time: when people are at work, how much of it lies between two instants, and when so
//! much of it will have passed.
//!
//! The one definition everything follows from: **an instant is working time if the wall clock of
//! the zone shows a minute inside a block of that weekday, on a day that is no holiday, outside
//! every absence.** On the night when an hour comes twice, a block inside it therefore counts
//! twice, and on the night when an hour is missing, a block inside it counts nothing. Durations
//! are real elapsed time.
//!
//! [`WorkingHours`] is the public thing; `spans` lists its working spans in order. The zone table
//! is compiled in, so that two machines agree on every due time.

mod hours;
mod spans;

pub use hours::{Absence, Block, CalendarRefusal, WEEKDAYS, WorkingHours, zone_named};

use jiff::{SignedDuration, Timestamp};

/// Longest stretch of calendar that one question may look at, in days: fifty years. A due time
/// beyond it is refused as unreachable.
pub const HORIZON_DAYS: i32 = 18_263;

impl WorkingHours {
    /// The instant at which `minutes` of working time have passed since `start`: the earliest
    /// one, so a whole day's work is due at the end of that day and not on the next morning.
    /// Zero minutes are due at `start`, at work or not.
    ///
    /// # Errors
    /// [`CalendarRefusal::Unreachable`] when the working time does not fit into
    /// [`HORIZON_DAYS`], for example because of an endless absence.
    pub fn add_working(
        &self,
        start: Timestamp,
        minutes: u32,
    ) -> Result<Timestamp, CalendarRefusal> {
        self.add_working_time(start, SignedDuration::from_mins(i64::from(minutes)))
    }

    /// [`WorkingHours::add_working`] to the microsecond. A negative duration counts as zero.
    ///
    /// # Errors
    /// [`CalendarRefusal::Unreachable`], as there.
    pub fn add_working_time(
        &self,
        start: Timestamp,
        duration: SignedDuration,
    ) -> Result<Timestamp, CalendarRefusal> {
        let mut left = duration;
        if left <= SignedDuration::ZERO {
            return Ok(start);
        }
        for (from, to) in self.spans(start, Timestamp::MAX)? {
            let length = to.duration_since(from);
            if left <= length {
                return from.checked_add(left).map_err(|_| CalendarRefusal::Unreachable);
            }
            left -= length;
        }
        Err(CalendarRefusal::Unreachable)
    }

    /// The working time between two instants; zero when `to` is not after `from`.
    ///
    /// # Errors
    /// [`CalendarRefusal::Unreachable`] when the two are more than [`HORIZON_DAYS`] apart.
    pub fn working_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<SignedDuration, CalendarRefusal> {
        if to <= from {
            return Ok(SignedDuration::ZERO);
        }
        if to.duration_since(from) > SignedDuration::from_hours(24 * i64::from(HORIZON_DAYS)) {
            return Err(CalendarRefusal::Unreachable);
        }
        let spans = self.spans(from, to)?;
        Ok(spans.fold(SignedDuration::ZERO, |sum, (from, to)| sum + to.duration_since(from)))
    }

    /// Whether somebody is at work at this instant.
    #[must_use]
    pub fn is_working(&self, at: Timestamp) -> bool {
        self.next_working(at) == Ok(at)
    }

    /// The first working instant at or after `at`.
    ///
    /// # Errors
    /// [`CalendarRefusal::Unreachable`] when there is none within [`HORIZON_DAYS`].
    pub fn next_working(&self, at: Timestamp) -> Result<Timestamp, CalendarRefusal> {
        let mut spans = self.spans(at, Timestamp::MAX)?;
        spans.next().map(|(from, _)| from).ok_or(CalendarRefusal::Unreachable)
    }
}

#[cfg(test)]
mod tests;
