//! The decisions of a clock and how they change it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Clock, Measure, Phase, Policy, StepAction};
use crate::calendar::{CalendarRefusal, WorkingHours};

/// What a clock is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Begin to count.
    Start(Policy),
    /// Stop counting, for example while the prospect has asked for time.
    Pause,
    /// Count again.
    Resume,
    /// The work is done.
    Finish,
    /// Look at the time; sent when the clock asked to be woken, or at any other time.
    Tick,
}

/// What a decision needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The calendar of whoever has to act; used by policies that measure working time.
    pub hours: &'a WorkingHours,
}

/// What happened to a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// It began.
    Started {
        /// Its policy.
        policy: Policy,
        /// From when.
        at: Timestamp,
        /// Its timers.
        timers: Timers,
    },
    /// The reminder is to go out.
    Reminded {
        /// When it was due.
        at: Timestamp,
    },
    /// A step is to be taken.
    StepTaken {
        /// When it was due.
        at: Timestamp,
        /// What is to be done.
        action: StepAction,
        /// When the next one is due.
        next_at: Option<Timestamp>,
    },
    /// The allowance ran out.
    Breached {
        /// The due time, however late it was noticed.
        at: Timestamp,
        /// When it was noticed.
        noticed_at: Timestamp,
    },
    /// The count stopped.
    Paused {
        /// From when.
        at: Timestamp,
        /// Time counted so far.
        counted: SignedDuration,
    },
    /// The count went on.
    Resumed {
        /// From when.
        at: Timestamp,
        /// Its new timers.
        timers: Timers,
    },
    /// The work was done.
    Finished {
        /// When.
        at: Timestamp,
        /// Time counted in all.
        counted: SignedDuration,
    },
    /// Time was looked at and nothing was due; keeps the latest instant.
    Seen {
        /// When.
        at: Timestamp,
    },
}

/// When a counting clock falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timers {
    /// The allowance runs out.
    pub due: Timestamp,
    /// The reminder, unless it was given.
    pub remind_at: Option<Timestamp>,
    /// The next step, unless all were taken.
    pub step_at: Option<Timestamp>,
}

/// The answer to a command: what happened, in order. The effects (tell, reassign, escalate) are
/// in the events themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// Why a command is not obeyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is a clock already.
    #[error("the clock runs already")]
    AlreadyStarted,
    /// There is no clock.
    #[error("the clock was not started")]
    NotStarted,
    /// The work is done.
    #[error("the clock is finished")]
    Finished,
    /// Paused already.
    #[error("the clock is paused already")]
    AlreadyPaused,
    /// Not paused.
    #[error("the clock is not paused")]
    NotPaused,
    /// The calendar has no answer.
    #[error(transparent)]
    Calendar(#[from] CalendarRefusal),
}

/// Decides what a command does at `at`. `None` is the clock before it was started. Whatever fell
/// due before `at` comes first, so that a pause after the due time does not hide the breach.
///
/// # Errors
/// A [`Refusal`]; the clock is unchanged then.
pub fn decide(
    clock: Option<&Clock>,
    command: Command,
    facts: &Facts<'_>,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    let clock = match (clock, command) {
        (None, Command::Start(policy)) => return start(policy, facts, at),
        (None, _) => return Err(Refusal::NotStarted),
        (Some(_), Command::Start(_)) => return Err(Refusal::AlreadyStarted),
        (Some(clock), _) if clock.is_finished() => return Err(Refusal::Finished),
        (Some(clock), command) => (clock, command),
    };
    let (clock, command) = clock;
    let at = at.max(clock.seen_at);
    let mut events = catch_up(clock, facts, at)?;
    let paused = clock.counting_since.is_none();
    match command {
        Command::Pause if paused => return Err(Refusal::AlreadyPaused),
        Command::Resume if !paused => return Err(Refusal::NotPaused),
        Command::Pause => {
            events.push(Event::Paused { at, counted: counted_at(clock, facts, at)? });
        }
        Command::Resume => {
            let timers = timers(clock, facts, at)?;
            events.push(Event::Resumed { at, timers });
        }
        Command::Finish => {
            events.push(Event::Finished { at, counted: counted_at(clock, facts, at)? });
        }
        Command::Tick if events.is_empty() => events.push(Event::Seen { at }),
        Command::Tick | Command::Start(_) => {}
    }
    Ok(Decision { events })
}

/// Applies one event. Total: an event that does not fit leaves the clock as it is.
#[must_use]
pub fn evolve(clock: Option<Clock>, event: &Event) -> Option<Clock> {
    let Some(mut clock) = clock else { return begun(event) };
    match event {
        Event::Started { .. } => {}
        Event::Reminded { .. } => clock.remind_at = None,
        Event::StepTaken { next_at, .. } => {
            clock.step_at = *next_at;
            clock.steps_taken += 1;
        }
        Event::Breached { noticed_at, .. } => {
            clock.phase = Phase::Breached;
            clock.remind_at = None;
            clock.seen_at = *noticed_at;
        }
        Event::Paused { at, counted } => {
            clock.counted = *counted;
            clock.counting_since = None;
            clock.seen_at = *at;
            if clock.phase == Phase::Running {
                clock.phase = Phase::Paused;
            }
        }
        Event::Resumed { at, timers } => {
            clock.counting_since = Some(*at);
            clock.due = timers.due;
            clock.remind_at = timers.remind_at;
            clock.step_at = timers.step_at;
            clock.seen_at = *at;
            if clock.phase == Phase::Paused {
                clock.phase = Phase::Running;
            }
        }
        Event::Finished { at, counted } => {
            clock.counted = *counted;
            clock.counting_since = None;
            clock.finished_at = Some(*at);
            clock.seen_at = *at;
            if clock.phase != Phase::Breached {
                clock.phase = Phase::Met;
            }
        }
        Event::Seen { at } => clock.seen_at = *at,
    }
    Some(clock)
}

fn begun(event: &Event) -> Option<Clock> {
    let Event::Started { policy, at, timers } = event else { return None };
    Some(Clock {
        policy: policy.clone(),
        phase: Phase::Running,
        counted: SignedDuration::ZERO,
        counting_since: Some(*at),
        due: timers.due,
        remind_at: timers.remind_at,
        step_at: timers.step_at,
        steps_taken: 0,
        finished_at: None,
        seen_at: *at,
    })
}

fn start(policy: Policy, facts: &Facts<'_>, at: Timestamp) -> Result<Decision, Refusal> {
    let due_after = |counted| add(&policy, facts, at, counted);
    let timers = Timers {
        due: due_after(policy.allowance())?,
        remind_at: Some(due_after(policy.reminder_after())?),
        step_at: policy.step_after(0).map(due_after).transpose()?,
    };
    Ok(Decision { events: vec![Event::Started { policy, at, timers }] })
}

/// What fell due up to and including `at`, in the order in which it fell due. At one instant the
/// reminder precedes the breach and the breach precedes a step.
fn catch_up(clock: &Clock, facts: &Facts<'_>, at: Timestamp) -> Result<Vec<Event>, Refusal> {
    let Some(since) = clock.counting_since else { return Ok(Vec::new()) };
    let mut due = Vec::new();
    if let Some(remind_at) = clock.remind_at.filter(|remind_at| *remind_at <= at) {
        due.push((remind_at, 0, Event::Reminded { at: remind_at }));
    }
    if clock.phase == Phase::Running && clock.due <= at {
        due.push((clock.due, 1, Event::Breached { at: clock.due, noticed_at: at }));
    }
    let mut step_at = clock.step_at;
    let mut index = clock.steps_taken;
    while let Some(taken_at) = step_at.filter(|step_at| *step_at <= at) {
        let Some(step) = clock.policy.steps().get(index) else { break };
        index += 1;
        let next_at = match clock.policy.step_after(index) {
            Some(after) => Some(add(&clock.policy, facts, since, after - clock.counted)?),
            None => None,
        };
        let event = Event::StepTaken { at: taken_at, action: step.action, next_at };
        due.push((taken_at, 2, event));
        step_at = next_at;
    }
    due.sort_by_key(|(at, rank, _)| (*at, *rank));
    Ok(due.into_iter().map(|(_, _, event)| event).collect())
}

/// The timers of a clock that counts again from `at`. What is past already is due at once.
fn timers(clock: &Clock, facts: &Facts<'_>, at: Timestamp) -> Result<Timers, Refusal> {
    let policy = &clock.policy;
    let when = |counted: SignedDuration| add(policy, facts, at, counted - clock.counted);
    Ok(Timers {
        // A breach is not undone: its due time stays where it was.
        due: if clock.phase == Phase::Breached { clock.due } else { when(policy.allowance())? },
        remind_at: clock.remind_at.map(|_| when(policy.reminder_after())).transpose()?,
        step_at: policy.step_after(clock.steps_taken).map(when).transpose()?,
    })
}

fn counted_at(clock: &Clock, facts: &Facts<'_>, at: Timestamp) -> Result<SignedDuration, Refusal> {
    let Some(since) = clock.counting_since else { return Ok(clock.counted) };
    let stretch = match clock.policy.measure() {
        Measure::Working => facts.hours.working_between(since, at)?,
        Measure::Elapsed => at.duration_since(since).max(SignedDuration::ZERO),
    };
    Ok(clock.counted + stretch)
}

fn add(
    policy: &Policy,
    facts: &Facts<'_>,
    from: Timestamp,
    counted: SignedDuration,
) -> Result<Timestamp, Refusal> {
    let counted = counted.max(SignedDuration::ZERO);
    Ok(match policy.measure() {
        Measure::Working => facts.hours.add_working_time(from, counted)?,
        Measure::Elapsed => from.checked_add(counted).map_err(|_| CalendarRefusal::Unreachable)?,
    })
}
