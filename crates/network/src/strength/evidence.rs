//! Why a tie is as strong as it is said to be: the formula with its numbers, and the events that
//! add most.

use super::formula::{ANSWERS_IN_7_DAYS, Formula};
use super::pairs::{PersonSignals, name_order, people};
use super::signals::{INPUT_NAMES, INPUTS, Signals};
use crate::events::{Event, EventLog};

/// Events named per tie.
pub const EVIDENCE_MAX: usize = 5;
/// Of longer histories only the latest so many events are weighed one by one.
const WEIGHED_MAX: usize = 400;

/// One term of the sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// What is read, in words.
    pub name: &'static str,
    /// Its value for this tie.
    pub input: f64,
    /// The weight of the formula.
    pub weight: f64,
    /// Their product, in log-odds.
    pub adds: f64,
}

/// The evidence of one directed tie.
#[derive(Clone, Debug, PartialEq)]
pub struct TieEvidence {
    /// The formula used.
    pub formula: Formula,
    /// Its terms.
    pub terms: [Term; INPUTS],
    /// The sum, in log-odds.
    pub log_odds: f64,
    /// P(answers within 7 days).
    pub probability: f64,
    /// The events without which the probability would be lowest, and what each adds to it.
    pub events: Vec<(Event, f64)>,
    /// How many events there are between the two.
    pub events_count: usize,
}

impl Formula {
    /// The terms of the sum for one tie.
    #[must_use]
    pub fn terms(&self, signals: &Signals) -> [Term; INPUTS] {
        let inputs = signals.inputs();
        std::array::from_fn(|at| {
            let (name, input, weight) = (INPUT_NAMES[at], inputs[at], self.weights[at]);
            Term { name, input, weight, adds: input * weight }
        })
    }
}

/// The evidence that `to` answers `from`; `None` when they never had contact.
#[must_use]
pub fn evidence(log: &EventLog, as_of: i64, from: u32, to: u32) -> Option<TieEvidence> {
    let between = |a: u32, b: u32| {
        let fits = |event: &&Event| event.from == a && event.to == b && event.at < as_of;
        let mut events: Vec<Event> = log.events().iter().filter(fits).copied().collect();
        events.sort_unstable();
        events
    };
    let (sent, received) = (between(from, to), between(to, from));
    if sent.is_empty() && received.is_empty() {
        return None;
    }
    let them = people(log, &name_order(log), as_of).get(to as usize).copied().unwrap_or_default();
    let formula = ANSWERS_IN_7_DAYS;
    let signals = Signals::read(&sent, &received, &them, as_of);
    let probability = formula.probability(&signals);
    let terms = formula.terms(&signals);
    let mut events = weigh(&formula, &sent, &received, &them, as_of, probability);
    events.sort_by(|(a, x), (b, y)| y.total_cmp(x).then_with(|| b.cmp(a)));
    events.truncate(EVIDENCE_MAX);
    Some(TieEvidence {
        formula,
        terms,
        log_odds: formula.log_odds(&signals),
        probability,
        events,
        events_count: sent.len() + received.len(),
    })
}

/// What each event adds: the probability with it less the probability without it.
fn weigh(
    formula: &Formula,
    sent: &[Event],
    received: &[Event],
    them: &PersonSignals,
    as_of: i64,
    whole: f64,
) -> Vec<(Event, f64)> {
    let without = |list: &[Event], at: usize| {
        let mut rest = list.to_vec();
        let gone = rest.remove(at);
        (rest, gone)
    };
    let latest = |list: &[Event]| list.len().saturating_sub(WEIGHED_MAX)..list.len();
    let of_sent = latest(sent).map(|at| {
        let (rest, gone) = without(sent, at);
        (gone, whole - formula.probability(&Signals::read(&rest, received, them, as_of)))
    });
    let of_received = latest(received).map(|at| {
        let (rest, gone) = without(received, at);
        (gone, whole - formula.probability(&Signals::read(sent, &rest, them, as_of)))
    });
    of_sent.chain(of_received).collect()
}
