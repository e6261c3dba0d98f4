//! How often who may ask: evenly spaced, with a burst of one period's worth (the generic cell rate
//! algorithm). Slow, never a lock: waiting always helps.
//!
//! Kept in memory, by node: a restart forgives, two nodes allow twice as much.

use std::collections::BTreeMap;
use std::sync::Mutex;

use jiff::Timestamp;
use warmpath_app::{Failure, keys};

/// So many in so long.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    count: i64,
    period_us: i64,
}

impl Rate {
    /// So many in a minute.
    pub const fn per_minute(count: usize) -> Self {
        Self { count: count as i64, period_us: 60_000_000 }
    }

    /// So many in an hour.
    pub const fn per_hour(count: usize) -> Self {
        Self { count: count as i64, period_us: 3_600_000_000 }
    }

    /// So many in a day.
    pub const fn per_day(count: usize) -> Self {
        Self { count: count as i64, period_us: 86_400_000_000 }
    }
}

/// Most callers remembered; when it is full and nobody can be forgotten, new ones wait.
const CALLERS_MAX: usize = 100_000;

/// Who is remembered: for what, and a hash of who, so that no mailbox stands in memory.
type Who = (&'static str, [u8; 16]);

/// Counts requests.
#[derive(Debug, Default)]
pub struct Limiter {
    off: bool,
    /// When the next request would be due if they were spaced evenly, in microseconds.
    due: Mutex<BTreeMap<Who, i64>>,
}

impl Limiter {
    /// Lets everything through.
    pub fn unlimited() -> Self {
        Self { off: true, ..Self::default() }
    }

    /// Takes a place, or says how long to wait.
    ///
    /// # Errors
    /// [`Failure::TooMany`].
    pub fn admit(
        &self,
        what: &'static str,
        who: &str,
        rate: Rate,
        now: Timestamp,
    ) -> Result<(), Failure> {
        if self.off {
            return Ok(());
        }
        let hash = keys::sha256(who.as_bytes());
        let who = (what, hash.first_chunk::<16>().copied().unwrap_or_default());
        let Ok(mut due) = self.due.lock() else { return Ok(()) };
        let now = now.as_microsecond();
        if due.len() >= CALLERS_MAX && !due.contains_key(&who) {
            due.retain(|_, at| *at > now);
            if due.len() >= CALLERS_MAX {
                return Err(Failure::TooMany { retry_after_s: 60 });
            }
        }
        let spacing = rate.period_us / rate.count.max(1);
        let at = due.get(&who).copied().unwrap_or(now).max(now);
        let ahead = at - now;
        let burst = rate.period_us - spacing;
        if ahead > burst {
            let wait_us = u64::try_from(ahead - burst).unwrap_or(0);
            return Err(Failure::TooMany { retry_after_s: wait_us.div_ceil(1_000_000) });
        }
        due.insert(who, at + spacing);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_burst_passes_then_it_is_spaced_and_waiting_always_helps() {
        let limiter = Limiter::default();
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        let rate = Rate::per_hour(6);
        let ask = |at, who| limiter.admit("sign_in", who, rate, at);
        for _ in 0..6 {
            ask(start, "a").unwrap();
        }
        let Err(Failure::TooMany { retry_after_s }) = ask(start, "a") else {
            panic!("the seventh in one moment must wait");
        };
        assert_eq!(retry_after_s, 600);
        assert!(ask(start, "b").is_ok(), "another caller is not held up");
        for _ in 0..1000 {
            assert!(ask(start, "a").is_err(), "refused requests do not lengthen the wait");
        }
        assert!(ask(start + SignedDuration::from_secs(600), "a").is_ok());
    }
}
