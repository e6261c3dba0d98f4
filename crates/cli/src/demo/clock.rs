//! A clock that the history moves from day to day, and chance that is the same every time.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
use warmpath_core::source::Clock;

/// A clock that shows what it was set to, and a microsecond more each time, so that what is made one
/// after the other stays in that order.
pub(super) struct SetClock(AtomicI64);

impl SetClock {
    pub(super) fn at(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.as_microsecond()))
    }

    /// Sets it; never backwards.
    pub(super) fn forward(&self, at: Timestamp) {
        self.0.fetch_max(at.as_microsecond(), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        let micros = self.0.fetch_add(1, Ordering::SeqCst);
        Timestamp::from_microsecond(micros).unwrap_or_default()
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): which story happens, never a secret.
pub(super) struct Chance(AtomicU64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    fn next(&self) -> u64 {
        let mut n = self
            .0
            .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst)
            .wrapping_add(0x9e37_79b9_7f4a_7c15);
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        n ^ (n >> 31)
    }

    /// A number from `0` to below `end`.
    pub(super) fn below(&self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.below(usize::try_from(high - low + 1).unwrap_or(1))).unwrap_or(0)
    }

    /// One of these.
    pub(super) fn one<T: Copy>(&self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}
