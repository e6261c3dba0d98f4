//! Events sorted by pair of people, and what a person does towards everybody.

use std::cmp::Ordering;

use super::DAY;
use crate::events::{Event, EventLog, Kind, PERSONAL_RECIPIENTS_MAX};

/// An answer later than this is no answer.
pub(super) const ANSWER_SECONDS: i64 = 7 * DAY;

/// Both directions between two people, each oldest first.
#[derive(Debug, Default)]
pub(super) struct Pair {
    pub(super) low: u32,
    pub(super) high: u32,
    pub(super) low_to_high: Vec<Event>,
    pub(super) high_to_low: Vec<Event>,
}

/// What is known of a person over all their ties.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PersonSignals {
    /// Messages sent, halved every 30 days.
    pub sent_30: f64,
    /// Messages sent, halved every 180 days.
    pub sent_180: f64,
    /// When they last sent anything.
    pub last_sent: Option<i64>,
    /// Personal messages they received, halved every 180 days.
    pub asked: f64,
    /// Of those, answered within 7 days.
    pub answered: f64,
}

/// 2^(-age/half-life); 1 for an event of this very moment.
pub(super) fn decay(as_of: i64, at: i64, half_life_days: f64) -> f64 {
    (-((as_of - at) as f64) / (half_life_days * DAY as f64)).exp2()
}

/// The place of each person in the order of names.
pub(super) fn name_order(log: &EventLog) -> Vec<u32> {
    let names: Vec<String> = (0..log.people_count() as u32).map(|who| log.name(who)).collect();
    let number = |who: u32| names[who as usize].parse::<u64>().ok();
    let mut people: Vec<u32> = (0..names.len() as u32).collect();
    people.sort_by(|&a, &b| match (number(a), number(b)) {
        (Some(x), Some(y)) => x.cmp(&y).then_with(|| names[a as usize].cmp(&names[b as usize])),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => names[a as usize].cmp(&names[b as usize]),
    });
    let mut place = vec![0; people.len()];
    for (at, &who) in people.iter().enumerate() {
        place[who as usize] = at as u32;
    }
    place
}

/// `order` says the place of each person, so that sums are added in the same order however the log
/// came to be. Calls `visit` with each pair that had contact before `as_of`, in a fixed order.
pub(super) fn for_each_pair(
    log: &EventLog,
    order: &[u32],
    as_of: i64,
    mut visit: impl FnMut(&Pair),
) {
    let place = |who: u32| order[who as usize];
    let mut sorted: Vec<u32> =
        (0..log.events.len() as u32).filter(|&at| log.events[at as usize].at < as_of).collect();
    let ends = |at: u32| {
        let event = &log.events[at as usize];
        let Event { from, to, .. } = *event;
        if place(from) < place(to) { (from, to) } else { (to, from) }
    };
    sorted.sort_unstable_by_key(|&at| {
        let (low, high) = ends(at);
        (place(low), place(high), log.events[at as usize])
    });
    let mut pair = Pair::default();
    for group in sorted.chunk_by(|&a, &b| ends(a) == ends(b)) {
        (pair.low, pair.high) = ends(group[0]);
        pair.low_to_high.clear();
        pair.high_to_low.clear();
        for &at in group {
            let event = log.events[at as usize];
            let upward = event.from == pair.low;
            if upward { &mut pair.low_to_high } else { &mut pair.high_to_low }.push(event);
        }
        visit(&pair);
    }
}

/// Seconds until the next event back, for each event; `None` while there is none.
pub(super) fn waits<'a>(
    asked: &'a [Event],
    back: &'a [Event],
) -> impl Iterator<Item = Option<i64>> + 'a {
    let mut next = 0;
    asked.iter().map(move |event| {
        while back.get(next).is_some_and(|answer| answer.at <= event.at) {
            next += 1;
        }
        back.get(next).map(|answer| answer.at - event.at)
    })
}

/// Decayed counts of personal messages and of those answered within 7 days.
pub(super) fn asked_and_answered(asked: &[Event], back: &[Event], as_of: i64) -> (f64, f64) {
    let (mut sent, mut answered) = (0.0, 0.0);
    for (event, wait) in asked.iter().zip(waits(asked, back)) {
        if event.kind == Kind::Stated {
            // Who says they know somebody vouches for two answered messages, for a year.
            let weight = event.kind.weight() * decay(as_of, event.at, 365.0);
            sent += weight;
            answered += weight;
        } else if event.recipients <= PERSONAL_RECIPIENTS_MAX {
            let weight = decay(as_of, event.at, 180.0);
            sent += weight;
            if wait.is_some_and(|wait| wait <= ANSWER_SECONDS) {
                answered += weight;
            }
        }
    }
    (sent, answered)
}

/// The signals of every person, by number.
pub(super) fn people(log: &EventLog, order: &[u32], as_of: i64) -> Vec<PersonSignals> {
    let mut people = vec![PersonSignals::default(); log.people_count()];
    for_each_pair(log, order, as_of, |pair| {
        let Pair { low, high, low_to_high, high_to_low } = pair;
        for (to, there, back) in
            [(*high, low_to_high, high_to_low), (*low, high_to_low, low_to_high)]
        {
            let (asked, answered) = asked_and_answered(there, back, as_of);
            people[to as usize].asked += asked;
            people[to as usize].answered += answered;
            for event in there {
                let person = &mut people[event.from as usize];
                // Each message once, however many it went to.
                let share = 1.0 / f64::from(event.recipients.max(1));
                person.sent_30 += share * decay(as_of, event.at, 30.0);
                person.sent_180 += share * decay(as_of, event.at, 180.0);
                person.last_sent = person.last_sent.max(Some(event.at));
            }
        }
    });
    people
}
