//! A model check: from a new draft, every action by everybody, every passing of time and every
//! crash between two steps is tried, in every order, until no new situation is found.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::decide::{Command, Decision, Effect, Event, Introduction, Refusal, decide, evolve};
use super::policy::days_after;
use super::state::{ConnectorState, RequestState, Side, TargetState};
use super::table::{Action, Standing, TABLE, allowed, diagram, rows_of};

fn start() -> Timestamp {
    "2026-05-18T09:00:00Z".parse().unwrap()
}

/// What has gone out to the world so far. Nothing of it can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
struct World {
    asked: u8,
    named_to_connector: u8,
    delivered: u8,
    allowance_lowered: u8,
    connector_agreed_to_hear: bool,
    connector_yes: bool,
    target_yes: bool,
}

fn command(action: Action, standing: Standing) -> Command {
    let mut command = Command::new(action, standing).because("test").approved();
    if matches!(action, Action::ConnectorLater | Action::TargetLater) {
        command.days = Some(7);
    }
    command
}

/// Applies what a change set would hold, and looks at the laws.
fn apply(
    now: Introduction,
    mut world: World,
    command: &Command,
    decision: &Decision,
    at: Timestamp,
) -> (Introduction, World) {
    let action = command.action;
    match action {
        Action::AcceptBlind => world.connector_agreed_to_hear = true,
        Action::Agree => world.connector_yes = true,
        Action::ConnectorWithdraw => world.connector_yes = false,
        Action::TargetYes => world.target_yes = true,
        Action::TargetWithdraw | Action::Complain => world.target_yes = false,
        _ => {}
    }
    for effect in &decision.effects {
        match effect {
            Effect::ChargeAsk => world.asked += 1,
            Effect::TellName => {
                assert!(world.connector_agreed_to_hear, "named before the connector wanted it");
                world.named_to_connector += 1;
            }
            Effect::Deliver => {
                assert!(world.connector_yes && world.target_yes, "no delivery without two yes");
                assert!(now.is_alive(Side::Connector, at), "the connector's yes is alive");
                assert!(now.is_alive(Side::Target, at), "the target's yes is alive");
                world.delivered += 1;
            }
            Effect::LowerAllowance => world.allowance_lowered += 1,
            _ => {}
        }
    }
    let after = decision.events.iter().fold(now, evolve);
    assert!(world.asked <= 1 && world.delivered <= 1, "no second effect");
    assert!(world.named_to_connector <= 1 && world.allowance_lowered <= 1, "no second effect");
    assert_eq!(after.named, world.named_to_connector == 1);
    if after.request == RequestState::Deliverable {
        assert_eq!((after.connector, after.target), (ConnectorState::Yes, TargetState::Yes));
    }
    if after.target != TargetState::Unasked {
        assert!(after.named && world.connector_yes || after.request.is_over(), "{after:?}");
    }
    (after, world)
}

/// Everything that can be tried as things stand; what the table does not know is refused, which
/// another test holds.
fn tries(now: &Introduction) -> Vec<Command> {
    let rows = TABLE.iter().filter(|row| row.fits(now.place()));
    rows.flat_map(|row| row.who.iter().map(|&who| command(row.action, who))).collect()
}

#[test]
fn no_order_of_events_timeouts_and_crashes_breaks_a_law() {
    // Time passes in steps of a week, for as long as the longest yes lives.
    const WEEKS: i64 = 9;
    let first = (Introduction::draft(start()), World::default(), 0_i64);
    let mut seen = HashMap::from([(first, ())]);
    let mut waiting = vec![first];
    let (mut steps, mut delivered, mut silent) = (0_u64, 0_u64, 0_u64);
    while let Some((now, world, week)) = waiting.pop() {
        let at = days_after(start(), 7 * week);
        if week < WEEKS {
            let later = (now, world, week + 1);
            if seen.insert(later, ()).is_none() {
                waiting.push(later);
            }
        }
        for command in &tries(&now) {
            let Ok(decision) = decide(&now, command, at) else { continue };
            steps += 1;
            // A crash before the commit leaves everything as it was: that is `now` again. A crash
            // after it, before the answer, brings the same command once more.
            let (after, world) = apply(now, world, command, &decision, at);
            if let Ok(again) = decide(&after, command, at) {
                apply(after, world, command, &again, at);
            }
            delivered += u64::from(decision.effects.contains(&Effect::Deliver));
            silent += u64::from(after.connector == ConnectorState::Silent);
            let next = (after, world, week);
            if seen.insert(next, ()).is_none() {
                waiting.push(next);
            }
        }
    }
    assert!(seen.len() > 1_000 && steps > 5_000, "{} situations, {steps} steps", seen.len());
    assert!(delivered > 0 && silent > 0, "the walk reaches a delivery and a silence");
}

#[test]
fn every_step_on_the_way_has_its_time() {
    let ends: BTreeSet<_> = RequestState::ALL.iter().filter(|s| s.is_before_delivery()).collect();
    for row in TABLE {
        let Some(request) = row.request.to.filter(|r| ends.contains(r)) else { continue };
        let connector = row.connector.to.or(row.connector.from.first().copied());
        let target = row.target.to.or(row.target.from.first().copied());
        let place = (
            request,
            connector.unwrap_or(ConnectorState::Unasked),
            target.unwrap_or(TargetState::Unasked),
            super::Outcome::Open,
        );
        assert!(super::policy::timeout(place).is_some(), "{} has no clock", row.action);
    }
}

#[test]
fn each_refusal_has_its_own_words() {
    let draft = Introduction::draft(start());
    let refused = |now: &Introduction, action, standing| {
        decide(now, &command(action, standing), start()).unwrap_err()
    };
    assert!(matches!(
        refused(&draft, Action::Deliver, Standing::Connector),
        Refusal::NotNow { allowed, .. } if allowed.is_empty()
    ));
    assert!(matches!(
        refused(&draft, Action::Submit, Standing::Connector),
        Refusal::NotYours { .. }
    ));
    let mut both = Introduction {
        request: RequestState::Deliverable,
        connector: ConnectorState::Yes,
        target: TargetState::Yes,
        named: true,
        connector_until: Some(days_after(start(), 1)),
        target_until: Some(start()),
        ..draft
    };
    let deliver = |now: &Introduction| refused(now, Action::Deliver, Standing::Connector);
    assert_eq!(deliver(&both), Refusal::TargetNotWilling, "the end of a yes is exclusive");
    both.connector_until = None;
    assert_eq!(deliver(&both), Refusal::ConnectorNotWilling);
    both.connector_until = Some(days_after(start(), 1));
    both.target_until = both.connector_until;
    let unapproved = Command::new(Action::Deliver, Standing::Connector);
    assert_eq!(decide(&both, &unapproved, start()), Err(Refusal::NotApproved));
    assert!(decide(&both, &unapproved.approved(), start()).is_ok());
    assert_eq!(refused(&draft, Action::Expire, Standing::System), Refusal::TimeLeft);
}

#[test]
fn withdrawal_before_delivery_ends_everything_and_tells_no_side() {
    let both = Introduction {
        request: RequestState::Deliverable,
        connector: ConnectorState::Yes,
        target: TargetState::Yes,
        named: true,
        connector_until: Some(days_after(start(), 30)),
        target_until: Some(days_after(start(), 30)),
        ..Introduction::draft(start())
    };
    for (action, standing) in [
        (Action::Withdraw, Standing::Requester),
        (Action::ConnectorWithdraw, Standing::Connector),
        (Action::TargetWithdraw, Standing::Target),
        (Action::Complain, Standing::Target),
    ] {
        let decision = decide(&both, &command(action, standing), start()).unwrap();
        let after = decision.events.iter().fold(both, evolve);
        assert_eq!(after.request, RequestState::Withdrawn, "{action}");
        assert!(decision.effects.contains(&Effect::EndLinks), "{action}");
        assert!(decision.effects.contains(&Effect::Unlock), "{action}");
        assert!(!decision.effects.contains(&Effect::Deliver), "{action}");
        assert!(decision.events.contains(&Event::Due(None)), "{action}");
    }
}

#[test]
fn what_is_allowed_is_what_is_not_refused_for_place_or_right() {
    let now = Introduction::draft(start());
    for &standing in Standing::ALL {
        for &action in Action::ALL {
            let refused = decide(&now, &command(action, standing), start());
            let listed = allowed(now.place(), &[standing]).contains(&action);
            let out = matches!(refused, Err(Refusal::NotNow { .. } | Refusal::NotYours { .. }));
            assert_eq!(listed, !out, "{action} by {standing}");
        }
    }
    assert!(Action::ALL.iter().all(|&action| rows_of(action).next().is_some()));
}

#[test]
fn the_diagram_is_the_one_in_the_book() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/introduction-tracks.txt");
    let drawn = diagram();
    if std::env::var_os("WARMPATH_BLESS").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    let pinned = std::fs::read_to_string(path).unwrap();
    assert_eq!(drawn, pinned, "set WARMPATH_BLESS=1 to redraw it");
}
