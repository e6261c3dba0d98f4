//! When to try again, and when to stop.

use jiff::{SignedDuration, Timestamp};

/// Waits before each attempt, in seconds: at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h,
/// 24 h; 75 h 35 min 5 s in all. The waits that the standard gives as an example.
pub const RETRY_WAIT_SECONDS: [i64; 10] =
    [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Attempts in all; after the last one the delivery is a dead letter, to be replayed by hand.
pub const ATTEMPTS_MAX: usize = RETRY_WAIT_SECONDS.len();
/// Each wait is stretched or cut by up to this much, so that failures do not come back in step.
pub const JITTER_PERCENT: i64 = 20;
/// Hours of unbroken failure after which an endpoint is disabled.
pub const DISABLE_AFTER_HOURS: i64 = 120;

/// When the next attempt is due after `attempts_made` attempts, or nothing if there is none left.
///
/// `random` is a uniform number that moves the wait within ±[`JITTER_PERCENT`]. A wait that the
/// receiver asked for counts if it is longer, but only up to the step after the one due: nobody
/// can park our deliveries for longer than the schedule would.
pub fn next_attempt(
    attempts_made: usize,
    random: u32,
    not_before: Option<SignedDuration>,
    now: Timestamp,
) -> Option<Timestamp> {
    let step_ms = RETRY_WAIT_SECONDS.get(attempts_made)?.saturating_mul(1_000);
    let span_ms = step_ms * JITTER_PERCENT / 100;
    // Maps 0..=u32::MAX to -span..=span without a division that would favour a side.
    let shift_ms = ((2 * i128::from(span_ms) + 1) * i128::from(random)) >> 32;
    let wait_ms = step_ms - span_ms + i64::try_from(shift_ms).unwrap_or(0);
    let following = RETRY_WAIT_SECONDS.get(attempts_made + 1).or(RETRY_WAIT_SECONDS.last());
    let longest_ms = following.copied().unwrap_or(0).saturating_mul(1_000);
    let asked_ms = not_before.map_or(0, |wait| wait.as_secs().saturating_mul(1_000));
    let wait_ms = wait_ms.max(asked_ms.clamp(0, longest_ms));
    now.checked_add(SignedDuration::from_millis(wait_ms)).ok()
}

/// How an endpoint has been doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EndpointHealth {
    /// When the current run of failures began; nothing while it is well.
    pub failing_since: Option<Timestamp>,
}

impl EndpointHealth {
    /// After a success.
    #[must_use]
    pub fn succeeded(self) -> Self {
        Self { failing_since: None }
    }

    /// After a failure at `at`.
    #[must_use]
    pub fn failed(self, at: Timestamp) -> Self {
        Self { failing_since: self.failing_since.or(Some(at)) }
    }

    /// True once the failures have gone on for [`DISABLE_AFTER_HOURS`].
    pub fn is_to_be_disabled(self, now: Timestamp) -> bool {
        let limit = SignedDuration::from_hours(DISABLE_AFTER_HOURS);
        self.failing_since.is_some_and(|since| now.duration_since(since) >= limit)
    }
}
