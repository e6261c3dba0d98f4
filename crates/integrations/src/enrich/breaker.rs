//! A vendor that keeps failing is left alone for a while.

use jiff::{SignedDuration, Timestamp};

/// Faults in a row that open the breaker.
pub const FAULTS_TO_OPEN: u32 = 5;
/// How long it stays open before questions are let through again.
pub const OPEN_SECONDS: i64 = 300;

/// Counts faults in a row. Plain data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Breaker {
    faults: u32,
    resting_until: Option<Timestamp>,
    out_of_order: bool,
}

impl Breaker {
    /// True if a question may go through now.
    pub fn lets_through(&self, now: Timestamp) -> bool {
        !self.out_of_order && self.resting_until.is_none_or(|until| now >= until)
    }

    /// True if only the operator can bring the vendor back (no credit, refused key).
    pub fn is_out_of_order(&self) -> bool {
        self.out_of_order
    }

    /// An answer came.
    pub(super) fn answered(&mut self) {
        *self = Self::default();
    }

    /// No usable answer came. After a pause the first further fault begins the pause anew; only
    /// an answer starts the count again.
    pub(super) fn faulted(&mut self, now: Timestamp) {
        self.faults = self.faults.saturating_add(1);
        if self.faults >= FAULTS_TO_OPEN {
            self.pause_until(now.saturating_add(SignedDuration::from_secs(OPEN_SECONDS)));
        }
    }

    /// The vendor itself asked for a pause.
    pub(super) fn asked_to_wait(&mut self, now: Timestamp, until: Timestamp) {
        let longest = now.saturating_add(SignedDuration::from_hours(24));
        self.pause_until(longest.map(|longest| until.min(longest)));
    }

    pub(super) fn take_out(&mut self) {
        self.out_of_order = true;
    }

    fn pause_until<E>(&mut self, until: Result<Timestamp, E>) {
        // Beyond the calendar there is no later time to come back.
        self.resting_until = Some(until.unwrap_or(Timestamp::MAX));
    }
}
