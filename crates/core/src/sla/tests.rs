//! Clocks as conversations: what is told, what happens.

use proptest::prelude::*;

use super::*;
use crate::calendar::WorkingHours;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// A clock with its calendar, to talk with.
struct Talk {
    hours: WorkingHours,
    clock: Option<Clock>,
}

impl Talk {
    fn begin(policy: Policy, time: &str) -> Self {
        let hours = WorkingHours::office("Europe/Berlin").unwrap();
        let mut talk = Self { hours, clock: None };
        talk.say(Command::Start(policy), at(time)).unwrap();
        talk
    }

    fn say(&mut self, command: Command, time: Timestamp) -> Result<Vec<Event>, Refusal> {
        let facts = Facts { hours: &self.hours };
        let events = decide(self.clock.as_ref(), command, &facts, time)?.events;
        for event in &events {
            self.clock = evolve(self.clock.take(), event);
        }
        Ok(events)
    }

    fn tell(&mut self, command: Command, time: &str) -> Vec<Event> {
        self.say(command, at(time)).unwrap()
    }

    fn clock(&self) -> &Clock {
        self.clock.as_ref().unwrap()
    }
}

/// Four working hours; 1 June 2026 is a Monday, and Berlin is two hours ahead of UTC.
fn accept() -> Policy {
    Policy::default_for(ClockKind::Accept)
}

#[test]
fn work_done_in_time_is_met() {
    let mut talk = Talk::begin(accept(), "2026-06-01T09:00+02:00");
    assert_eq!(talk.clock().due, at("2026-06-01T13:00+02:00"));
    assert_eq!(talk.clock().next_wake(), Some(at("2026-06-01T12:00+02:00")));
    let reminded = talk.tell(Command::Tick, "2026-06-01T12:00+02:00");
    assert_eq!(reminded, [Event::Reminded { at: at("2026-06-01T12:00+02:00") }]);
    assert_eq!(talk.clock().next_wake(), Some(at("2026-06-01T13:00+02:00")));
    talk.tell(Command::Finish, "2026-06-01T12:30+02:00");
    assert_eq!((talk.clock().phase, talk.clock().counted), (Phase::Met, minutes(210)));
    assert_eq!(talk.clock().next_wake(), None);
    let late = talk.say(Command::Tick, at("2026-06-09T09:00+02:00"));
    assert_eq!(late, Err(Refusal::Finished));
}

#[test]
fn a_breach_is_dated_to_the_due_time_and_the_count_goes_on() {
    let mut talk = Talk::begin(accept(), "2026-06-05T15:00+02:00");
    assert_eq!(talk.clock().due, at("2026-06-08T11:00+02:00"));
    // Nobody looked until the next afternoon: reminder, breach and all three steps were missed.
    let missed = talk.tell(Command::Tick, "2026-06-09T16:00+02:00");
    let (due, noticed_at) = (at("2026-06-08T11:00+02:00"), at("2026-06-09T16:00+02:00"));
    let (second, third) = (at("2026-06-08T13:00+02:00"), at("2026-06-08T15:00+02:00"));
    let step = |at, action, next_at| Event::StepTaken { at, action, next_at };
    assert_eq!(
        missed,
        [
            Event::Reminded { at: at("2026-06-08T10:00+02:00") },
            Event::Breached { at: due, noticed_at },
            step(due, StepAction::Warn, Some(second)),
            step(second, StepAction::Reassign, Some(third)),
            step(third, StepAction::Escalate, None),
        ]
    );
    assert_eq!(talk.clock().next_wake(), None);
    talk.tell(Command::Finish, "2026-06-09T17:00+02:00");
    assert_eq!(talk.clock().phase, Phase::Breached);
    assert_eq!(talk.clock().overrun(), minutes(14 * 60));
}

#[test]
fn a_pause_stops_the_count_and_moves_the_due_time() {
    let mut talk = Talk::begin(accept(), "2026-06-01T09:00+02:00");
    talk.tell(Command::Pause, "2026-06-01T10:00+02:00");
    assert_eq!((talk.clock().phase, talk.clock().next_wake()), (Phase::Paused, None));
    assert_eq!(talk.tell(Command::Tick, "2026-06-03T10:00+02:00").len(), 1);
    talk.tell(Command::Resume, "2026-06-04T16:00+02:00");
    assert_eq!(talk.clock().due, at("2026-06-05T11:00+02:00"));
    assert_eq!(talk.clock().remind_at, Some(at("2026-06-05T10:00+02:00")));
    talk.tell(Command::Finish, "2026-06-05T11:00+02:00");
    // The due instant itself is too late: the allowance is used up.
    assert_eq!(talk.clock().phase, Phase::Breached);
    assert_eq!(talk.clock().overrun(), minutes(0));
}

#[test]
fn a_pause_after_the_due_time_does_not_hide_the_breach() {
    let mut talk = Talk::begin(accept(), "2026-06-01T09:00+02:00");
    let events = talk.tell(Command::Pause, "2026-06-01T14:00+02:00");
    assert!(events.iter().any(|event| matches!(event, Event::Breached { .. })));
    assert_eq!(talk.clock().phase, Phase::Breached);
    let due = talk.clock().due;
    talk.tell(Command::Resume, "2026-06-02T09:00+02:00");
    // Five of four hours were used; reassigning is due at six.
    assert_eq!((talk.clock().due, talk.clock().phase), (due, Phase::Breached));
    assert_eq!(talk.clock().next_wake(), Some(at("2026-06-02T10:00+02:00")));
}

#[test]
fn the_reminder_is_given_once() {
    let mut talk = Talk::begin(accept(), "2026-06-01T09:00+02:00");
    talk.tell(Command::Tick, "2026-06-01T12:10+02:00");
    talk.tell(Command::Pause, "2026-06-01T12:20+02:00");
    talk.tell(Command::Resume, "2026-06-02T12:20+02:00");
    assert_eq!(talk.clock().remind_at, None);
}

#[test]
fn plain_time_counts_through_the_week_end() {
    let talk = Talk::begin(Policy::default_for(ClockKind::Acknowledge), "2026-06-06T20:00+02:00");
    assert_eq!(talk.clock().due, at("2026-06-07T20:00+02:00"));
}

#[test]
fn a_clock_that_is_set_back_does_not_lose_time() {
    let mut talk = Talk::begin(accept(), "2026-06-01T09:00+02:00");
    talk.tell(Command::Tick, "2026-06-01T11:00+02:00");
    talk.tell(Command::Pause, "2026-05-30T11:00+02:00");
    assert_eq!(talk.clock().counted, minutes(120));
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let hours = WorkingHours::always();
    let facts = Facts { hours: &hours };
    let now = at("2026-06-01T09:00Z");
    assert_eq!(decide(None, Command::Finish, &facts, now), Err(Refusal::NotStarted));
    let mut talk = Talk::begin(accept(), "2026-06-01T09:00+02:00");
    assert_eq!(talk.say(Command::Start(accept()), now), Err(Refusal::AlreadyStarted));
    assert_eq!(talk.say(Command::Resume, now), Err(Refusal::NotPaused));
    talk.say(Command::Pause, now).unwrap();
    assert_eq!(talk.say(Command::Pause, now), Err(Refusal::AlreadyPaused));
}

#[test]
fn policies_are_checked_wherever_they_come_from() {
    let step = |at_permille| Step { at_permille, action: StepAction::Warn };
    let made = |minutes, steps| Policy::new(ClockKind::Accept, minutes, Measure::Working, steps);
    assert_eq!(made(0, vec![]), Err(PolicyRefusal::NoTime));
    assert_eq!(made(1, vec![step(0)]), Err(PolicyRefusal::StepsOutOfOrder));
    assert_eq!(made(1, vec![step(9), step(9)]), Err(PolicyRefusal::StepsOutOfOrder));
    let json = serde_json::to_string(&accept()).unwrap();
    assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), accept());
    let broken = json.replace("\"allowance_minutes\":240", "\"allowance_minutes\":0");
    assert!(serde_json::from_str::<Policy>(&broken).is_err());
}

#[test]
fn the_diagram_is_the_table() {
    let expected = "stateDiagram-v2
    [*] --> running: start
    running --> paused: pause
    running --> met: finish
    running --> breached: fall due
    paused --> running: resume
    paused --> met: finish
    breached --> breached: pause
    breached --> breached: resume
    breached --> breached: finish
    breached --> breached: fall due
";
    assert_eq!(diagram(), expected);
}

fn commands() -> impl Strategy<Value = Vec<(u8, i64)>> {
    prop::collection::vec((0_u8..4, 0_i64..3_000), 1..14)
}

fn command(code: u8) -> Command {
    match code {
        0 => Command::Pause,
        1 => Command::Resume,
        2 => Command::Tick,
        _ => Command::Finish,
    }
}

proptest! {
    #[test]
    fn only_what_the_table_allows_ever_happens(script in commands()) {
        let mut talk = Talk::begin(accept(), "2026-06-01T09:00+02:00");
        let mut now = at("2026-06-01T09:00+02:00");
        for (code, later) in script {
            now += minutes(later);
            let before = talk.clock().phase;
            let Ok(events) = talk.say(command(code), now) else { continue };
            let fell_due = events.iter().any(|event| matches!(event, Event::Breached { .. }));
            let middle = if fell_due { Phase::Breached } else { before };
            let kind = match code {
                0 => CommandKind::Pause,
                1 => CommandKind::Resume,
                2 => CommandKind::FallDue,
                _ => CommandKind::Finish,
            };
            let after = talk.clock().phase;
            let allowed = TRANSITIONS.contains(&Transition {
                from: Some(middle), command: kind, to: after,
            });
            prop_assert!(allowed || (kind == CommandKind::FallDue && after == middle));
            prop_assert!(talk.clock().next_wake().is_none_or(|wake| wake > now));
        }
    }

    #[test]
    fn how_often_one_looks_changes_nothing(script in commands(), looks in 1_i64..400) {
        let run = |often: bool| {
            let mut talk = Talk::begin(accept(), "2026-06-01T09:00+02:00");
            let mut now = at("2026-06-01T09:00+02:00");
            let mut actions = Vec::new();
            for (code, later) in &script {
                let next = now + minutes(*later);
                while often && now + minutes(looks) < next {
                    now += minutes(looks);
                    actions.extend(talk.say(Command::Tick, now).unwrap_or_default());
                }
                now = next;
                // A refused command tells nothing, so the time is looked at instead.
                let said = talk.say(command(*code), now);
                let said = said.or_else(|_| talk.say(Command::Tick, now));
                actions.extend(said.unwrap_or_default());
            }
            // When a breach was noticed is the one thing that may differ.
            actions.retain(|event| !matches!(event, Event::Seen { .. }));
            for event in &mut actions {
                if let Event::Breached { at, noticed_at } = event {
                    *noticed_at = *at;
                }
            }
            (actions, talk.clock().phase, talk.clock().counted)
        };
        prop_assert_eq!(run(true), run(false));
    }
}
