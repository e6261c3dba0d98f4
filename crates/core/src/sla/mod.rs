//! Service clocks: how long something may take in working time, and what happens when it does.
//!
//! `running → paused → met | breached`. A breached clock keeps counting until the work is done,
//! so that the overrun is known. A pause stops the count; to resume moves the due time. Several
//! clocks run on one referral at once, each with its own [`ClockKind`].
//!
//! [`decide`] says what happens, [`evolve`] applies it; neither knows what time it is. A clock
//! asks to be woken at [`Clock::next_wake`]; a late wake-up finds every step that was missed, in
//! order, and dates a breach to the due time and not to the discovery.

mod machine;
mod policy;
mod table;

pub use machine::{Command, Decision, Event, Facts, Refusal, decide, evolve};
pub use policy::{ClockKind, Measure, Policy, PolicyRefusal, Step, StepAction};
pub use table::{CommandKind, TRANSITIONS, Transition, diagram};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Counting, and in time.
    Running,
    /// Not counting, and in time.
    Paused,
    /// Done in time.
    Met,
    /// Past its due time, whether done since or not.
    Breached,
}

/// One clock. Plain data: everything needed to decide again is here and in the working calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// What is timed.
    pub policy: Policy,
    /// Where it stands.
    pub phase: Phase,
    /// Time counted before `counting_since`.
    pub counted: SignedDuration,
    /// Start of the stretch being counted; `None` while paused or finished.
    pub counting_since: Option<Timestamp>,
    /// When the allowance runs out if nothing stops the count. While paused: as of the pause.
    pub due: Timestamp,
    /// When the reminder is due, a quarter of the allowance before the end; `None` once given.
    pub remind_at: Option<Timestamp>,
    /// When the next step of the policy is due; `None` when all were taken.
    pub step_at: Option<Timestamp>,
    /// Steps of the policy that were taken, from the first.
    pub steps_taken: usize,
    /// When the work was done; the clock is closed then.
    pub finished_at: Option<Timestamp>,
    /// The latest instant seen. An earlier one, from a clock that was set back, counts as this.
    pub seen_at: Timestamp,
}

impl Clock {
    /// When the clock wants to be looked at next; `None` while paused and once finished.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.counting_since?;
        let due = (self.phase == Phase::Running).then_some(self.due);
        [self.remind_at, self.step_at, due].into_iter().flatten().min()
    }

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn is_finished(&self) -> bool {
        self.finished_at.is_some()
    }

    /// Time beyond the allowance that was counted so far; zero while in time.
    #[must_use]
    pub fn overrun(&self) -> SignedDuration {
        (self.counted - self.policy.allowance()).max(SignedDuration::ZERO)
    }
}

#[cfg(test)]
mod tests;
