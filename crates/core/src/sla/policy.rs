//! What a clock allows and what follows when the time runs out: data, not code.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// The owner takes the referral on.
    Accept,
    /// The owner speaks with the prospect; starts with the prospect's consent.
    Contact,
    /// The referrer is thanked by a person.
    Acknowledge,
    /// The referrer hears what became of it.
    Feedback,
    /// Somebody with the right to decide settles a collision or a dispute.
    Arbiter,
    /// A parked referral is looked at again.
    Nurture,
    /// The referrer is asked to pass the opt-in link on once more.
    ConsentReminder,
    /// The connector answers an ask.
    ConnectorAnswer,
    /// The target answers a proposal.
    TargetAnswer,
    /// A meeting's outcome is written down.
    Outcome,
    /// A request of a person about their own data is answered.
    SubjectRequest,
}

/// Which time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Working time of the owner's calendar.
    Working,
    /// Time by the clock on the wall.
    Elapsed,
}

/// What happens at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepAction {
    /// Tell the owner.
    Warn,
    /// Give the work to the next person.
    Reassign,
    /// Tell the person responsible for the pathway.
    Escalate,
}

/// One step: at which part of the allowance, what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Share of the allowance in thousandths; 1000 is the due time, 1500 half as much again.
    pub at_permille: u32,
    /// What happens then.
    pub action: StepAction,
}

/// Why a policy is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    /// No time at all.
    #[error("a clock must allow at least one minute")]
    NoTime,
    /// Steps out of order, or at nought.
    #[error("steps must come one after the other, the first after the start")]
    StepsOutOfOrder,
}

/// What a clock allows. Any value allows at least a minute and has its steps in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Policy {
    kind: ClockKind,
    allowance_minutes: u32,
    measure: Measure,
    steps: Vec<Step>,
}

/// A policy as it stands in a document, before the check.
#[derive(Deserialize)]
struct Written {
    kind: ClockKind,
    allowance_minutes: u32,
    measure: Measure,
    steps: Vec<Step>,
}

impl TryFrom<Written> for Policy {
    type Error = PolicyRefusal;

    fn try_from(written: Written) -> Result<Self, PolicyRefusal> {
        Self::new(written.kind, written.allowance_minutes, written.measure, written.steps)
    }
}

impl Policy {
    /// Puts a policy together.
    ///
    /// # Errors
    /// [`PolicyRefusal`]: no time, or steps that do not come strictly one after the other.
    pub fn new(
        kind: ClockKind,
        allowance_minutes: u32,
        measure: Measure,
        steps: Vec<Step>,
    ) -> Result<Self, PolicyRefusal> {
        if allowance_minutes == 0 {
            return Err(PolicyRefusal::NoTime);
        }
        let first_is_late_enough = steps.first().is_none_or(|step| step.at_permille > 0);
        if !first_is_late_enough
            || steps.windows(2).any(|pair| pair[0].at_permille >= pair[1].at_permille)
        {
            return Err(PolicyRefusal::StepsOutOfOrder);
        }
        Ok(Self { kind, allowance_minutes, measure, steps })
    }

    /// The policy that holds when none is set. Owners' clocks warn at the due time, reassign at
    /// one and a half of it and escalate at double; answers that nobody here can force only warn.
    #[must_use]
    pub fn default_for(kind: ClockKind) -> Self {
        use ClockKind as K;
        const HOUR: u32 = 60;
        const DAY: u32 = 24 * HOUR;
        let (allowance_minutes, measure) = match kind {
            K::Accept => (4 * HOUR, Measure::Working),
            K::Contact | K::Outcome => (8 * HOUR, Measure::Working),
            K::Acknowledge => (DAY, Measure::Elapsed),
            K::Feedback => (40 * HOUR, Measure::Working),
            K::Arbiter => (16 * HOUR, Measure::Working),
            K::Nurture => (90 * DAY, Measure::Elapsed),
            K::ConsentReminder => (7 * DAY, Measure::Elapsed),
            K::ConnectorAnswer => (7 * DAY, Measure::Elapsed),
            K::TargetAnswer => (14 * DAY, Measure::Elapsed),
            K::SubjectRequest => (15 * DAY, Measure::Elapsed),
        };
        let step = |at_permille, action| Step { at_permille, action };
        let steps = match kind {
            K::Accept | K::Contact => vec![
                step(1_000, StepAction::Warn),
                step(1_500, StepAction::Reassign),
                step(2_000, StepAction::Escalate),
            ],
            K::Acknowledge | K::Arbiter | K::SubjectRequest => {
                vec![step(1_000, StepAction::Escalate)]
            }
            _ => vec![step(1_000, StepAction::Warn)],
        };
        Self { kind, allowance_minutes, measure, steps }
    }

    /// What is timed.
    #[must_use]
    pub const fn kind(&self) -> ClockKind {
        self.kind
    }

    /// Which time counts.
    #[must_use]
    pub const fn measure(&self) -> Measure {
        self.measure
    }

    /// The steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How long it may take.
    #[must_use]
    pub fn allowance(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.allowance_minutes))
    }

    /// The counted time at which the reminder goes out: when a quarter is left.
    #[must_use]
    pub fn reminder_after(&self) -> SignedDuration {
        share(self.allowance(), 750)
    }

    /// The counted time at which the step of this index is due.
    #[must_use]
    pub fn step_after(&self, index: usize) -> Option<SignedDuration> {
        let step = self.steps.get(index)?;
        Some(share(self.allowance(), step.at_permille))
    }
}

/// So many thousandths of a whole number of minutes. Exact: a minute has 60,000 milliseconds.
fn share(whole: SignedDuration, permille: u32) -> SignedDuration {
    SignedDuration::from_millis(whole.as_secs().saturating_mul(i64::from(permille)))
}
