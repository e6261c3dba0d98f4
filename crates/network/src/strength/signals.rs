//! The ten inputs of the tie score.

use super::DAY;
use super::pairs::{PersonSignals, asked_and_answered, decay, waits};
use crate::events::{Event, Kind};

/// How many inputs there are.
pub const INPUTS: usize = 10;

/// The inputs in order, as shown to people. *They* are the one who is asked.
pub const INPUT_NAMES: [&str; INPUTS] = [
    "ln(1 + messages from them, halved every 30 days)",
    "ln(1 + messages from them, halved every 180 days)",
    "ln(1 + messages to them, mean of 30 and 180 days)",
    "ln(1 + personal messages from them, halved every 30 days)",
    "ln(1 + personal messages to them, halved every 30 days)",
    "log-odds of their answering, drawn towards how they answer everybody",
    "2^(-days since they last wrote / 30)",
    "ln(1 + median hours to an answer)",
    "ln of their sending now against their usual",
    "2^(-days since they last wrote to anybody / 30)",
];

/// Median hours shown when nobody ever answered: a week.
const NO_ANSWER_HOURS: f64 = 168.0;
/// How many answers of others count as much as an own one, and the mean people start from.
const SHRINK_TO_PERSON: f64 = 4.0;
const PERSON_PRIOR: (f64, f64) = (1.5, 5.0);

/// What one tie looks like at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signals {
    inputs: [f64; INPUTS],
}

impl Signals {
    /// The inputs in the order of [`INPUT_NAMES`].
    #[must_use]
    pub fn inputs(&self) -> [f64; INPUTS] {
        self.inputs
    }

    /// Reads the inputs of a tie off its events: `sent` by who asks, `received` from who answers,
    /// both oldest first, and `them`, who answers, over all their ties.
    #[must_use]
    pub fn read(sent: &[Event], received: &[Event], them: &PersonSignals, as_of: i64) -> Self {
        let sum = |events: &[Event], half_life: f64| -> f64 {
            let weigh = |event: &Event| event.kind.weight() * decay(as_of, event.at, half_life);
            events.iter().map(weigh).sum()
        };
        let personal = |events: &[Event]| -> f64 {
            let weigh = |event: &Event| {
                let share = event.kind.weight() / f64::from(event.recipients.max(1));
                share * decay(as_of, event.at, 30.0)
            };
            events.iter().map(weigh).sum()
        };
        let days_since =
            |at: Option<i64>| at.map_or(f64::INFINITY, |at| (as_of - at) as f64 / DAY as f64);
        let (asked, answered) = asked_and_answered(sent, received, as_of);
        let trend = ((them.sent_30 + 1.0) / (them.sent_180 / 6.0 + 1.0)).ln();
        let inputs = [
            sum(received, 30.0).ln_1p(),
            sum(received, 180.0).ln_1p(),
            f64::midpoint(sum(sent, 30.0), sum(sent, 180.0)).ln_1p(),
            personal(received).ln_1p(),
            personal(sent).ln_1p(),
            answering(asked, answered, them),
            (-days_since(received.last().map(|event| event.at)) / 30.0).exp2(),
            median_wait_hours(sent, received).ln_1p(),
            trend,
            (-days_since(them.last_sent) / 30.0).exp2(),
        ];
        Self { inputs }
    }
}

/// Log-odds that they answer: their answers to this person, drawn towards their answers to all
/// others.
fn answering(asked: f64, answered: f64, them: &PersonSignals) -> f64 {
    let others_asked = (them.asked - asked).max(0.0);
    let others_answered = (them.answered - answered).max(0.0);
    let usual = odds_share((others_answered + PERSON_PRIOR.0) / (others_asked + PERSON_PRIOR.1));
    let share = (answered + SHRINK_TO_PERSON * usual) / (asked + SHRINK_TO_PERSON);
    let share = odds_share(share);
    (share / (1.0 - share)).ln()
}

fn odds_share(share: f64) -> f64 {
    share.clamp(0.001, 0.999)
}

fn median_wait_hours(sent: &[Event], received: &[Event]) -> f64 {
    let is_message = |event: &Event| event.kind == Kind::Message;
    let mut hours: Vec<f64> = sent
        .iter()
        .zip(waits(sent, received))
        .filter(|(event, _)| is_message(event))
        .filter_map(|(_, wait)| wait.map(|seconds| seconds as f64 / 3_600.0))
        .collect();
    hours.sort_unstable_by(f64::total_cmp);
    match hours.len() {
        0 => NO_ANSWER_HOURS,
        count if count % 2 == 1 => hours[count / 2],
        count => f64::midpoint(hours[count / 2 - 1], hours[count / 2]),
    }
}
