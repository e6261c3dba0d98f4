//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use warmpath_core::source::Clock;

/// A clock that tells the time it was given. Shared between threads by reference.
///
/// ```
/// use jiff::SignedDuration;
/// use warmpath_core::source::Clock;
/// use warmpath_testkit::FakeClock;
///
/// let clock = FakeClock::at("2026-05-18T17:20:00Z".parse()?);
/// clock.advance(SignedDuration::from_hours(24));
/// assert_eq!(clock.now().to_string(), "2026-05-19T17:20:00Z");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug)]
pub struct FakeClock {
    /// Microseconds since 1970 in UTC, the resolution that is stored.
    micros: AtomicI64,
}

impl FakeClock {
    /// A clock that shows `at`, cut to microseconds.
    #[must_use]
    pub fn at(at: Timestamp) -> Self {
        Self { micros: AtomicI64::new(within(at.as_microsecond())) }
    }

    /// Sets the clock, backwards too, as an operator may.
    pub fn set(&self, at: Timestamp) {
        self.micros.store(within(at.as_microsecond()), Ordering::SeqCst);
    }

    /// Moves the clock by a span, which may be negative; a second before either end of what a
    /// [`Timestamp`] can say, it stops.
    pub fn advance(&self, by: SignedDuration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        let _ = self.micros.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| {
            Some(within(now.saturating_add(micros)))
        });
    }
}

/// Microseconds that a timestamp can hold for certain.
fn within(micros: i64) -> i64 {
    let second = |at: Timestamp| at.as_second() * 1_000_000;
    micros.clamp(second(Timestamp::MIN) + 1_000_000, second(Timestamp::MAX) - 1_000_000)
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.micros.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_only_when_told() {
        let start: Timestamp = "2026-05-18T17:20:00.000001Z".parse().unwrap();
        let clock = FakeClock::at(start);
        assert_eq!(clock.now(), start);
        assert_eq!(clock.now(), start);
        clock.advance(SignedDuration::from_secs(-60));
        assert_eq!(clock.now(), start - SignedDuration::from_secs(60));
        clock.set(start);
        assert_eq!(clock.now(), start);
    }

    #[test]
    fn it_stops_at_the_end_of_time() {
        let clock = FakeClock::at(Timestamp::MAX);
        clock.advance(SignedDuration::MAX);
        assert_eq!(clock.now().as_second(), Timestamp::MAX.as_second() - 1);
    }
}
