//! Second and third ways to the same target, with the asks that are left.
//!
//! A target asked for through several connectors is reached with 1 - Π(1 - p). That sum is
//! submodular, and choosing best is hard; from the exact single-ask plan we add the ask that gains
//! most while one gains, then move asks where moving gains. The result is never below the plan it
//! began with.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use super::{Ask, AskOption, AskProblem};

/// Asks for one target at most, through different connectors.
pub const ASKS_PER_TARGET_MAX: usize = 3;
/// Rounds of moves. Each round that moves nothing ends the work; more than these change little.
const MOVE_ROUNDS_MAX: usize = 20;
/// A move must gain more than this, so that rounding cannot make it go in circles.
const GAIN_MIN: f64 = 1e-9;

struct State<'a> {
    left: Vec<u32>,
    /// Probability that all asks for a target fail.
    fails: Vec<f64>,
    chosen: BTreeMap<(u32, u32), f64>,
    count: Vec<usize>,
    problem: &'a AskProblem,
    limit: usize,
}

#[derive(PartialEq)]
struct Candidate {
    gain: f64,
    at: usize,
    /// How many asks its target had when the gain was computed.
    seen: usize,
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain.total_cmp(&other.gain).then_with(|| other.at.cmp(&self.at))
    }
}

/// Adds further asks to a plan, up to `limit` per target (at most [`ASKS_PER_TARGET_MAX`]), and
/// moves asks where that gains. Returns the plan by target and connector, and the expected number
/// of targets reached.
#[must_use]
pub fn extend(problem: &AskProblem, plan: &[Ask], limit: usize) -> (Vec<Ask>, f64) {
    let mut state = State {
        left: problem.caps.clone(),
        fails: vec![1.0; problem.targets as usize],
        chosen: BTreeMap::new(),
        count: vec![0; problem.targets as usize],
        problem,
        limit: limit.clamp(1, ASKS_PER_TARGET_MAX),
    };
    for ask in plan {
        state.add(ask.connector, ask.target, ask.probability);
    }
    state.fill();
    for _ in 0..MOVE_ROUNDS_MAX {
        if !state.improve() {
            break;
        }
        state.fill();
    }
    let reached = state.fails.iter().map(|fail| 1.0 - fail).sum();
    let ask = |(&(target, connector), &probability): (&(u32, u32), &f64)| Ask {
        connector,
        target,
        probability,
    };
    (state.chosen.iter().map(ask).collect(), reached)
}

impl State<'_> {
    fn add(&mut self, connector: u32, target: u32, probability: f64) {
        self.left[connector as usize] = self.left[connector as usize].saturating_sub(1);
        self.chosen.insert((target, connector), probability);
        self.count[target as usize] += 1;
        self.settle(target);
    }

    fn remove(&mut self, connector: u32, target: u32) {
        self.chosen.remove(&(target, connector));
        self.left[connector as usize] += 1;
        self.count[target as usize] -= 1;
        self.settle(target);
    }

    fn settle(&mut self, target: u32) {
        let asks = self.chosen.range((target, 0)..=(target, u32::MAX));
        self.fails[target as usize] = asks.map(|(_, probability)| 1.0 - probability).product();
    }

    fn gain(&self, option: &AskOption) -> f64 {
        self.fails[option.target as usize] * option.probability
    }

    fn fits(&self, option: &AskOption) -> bool {
        self.left[option.connector as usize] > 0 && self.room_at(option)
    }

    fn room_at(&self, option: &AskOption) -> bool {
        self.count[option.target as usize] < self.limit
            && !self.chosen.contains_key(&(option.target, option.connector))
    }

    /// Lazy greedy: gains only fall, so a candidate whose gain is fresh and on top is the best.
    fn fill(&mut self) {
        let options = &self.problem.options;
        let candidate = |at: usize| Candidate {
            gain: self.gain(&options[at]),
            at,
            seen: self.count[options[at].target as usize],
        };
        let mut heap: BinaryHeap<Candidate> =
            (0..options.len()).filter(|&at| self.fits(&options[at])).map(candidate).collect();
        while let Some(top) = heap.pop() {
            let option = options[top.at];
            if top.gain <= GAIN_MIN || !self.fits(&option) {
                continue;
            }
            let seen = self.count[option.target as usize];
            if seen == top.seen {
                self.add(option.connector, option.target, option.probability);
            } else {
                heap.push(Candidate { gain: self.gain(&option), at: top.at, seen });
            }
        }
    }

    /// Gives each ask of every connector to the target where it gains most. Says whether any moved.
    fn improve(&mut self) -> bool {
        let mut by_connector: BTreeMap<u32, Vec<&AskOption>> = BTreeMap::new();
        for option in &self.problem.options {
            by_connector.entry(option.connector).or_default().push(option);
        }
        let asks: Vec<_> =
            self.chosen.iter().map(|(&key, &probability)| (key, probability)).collect();
        let mut moved = false;
        for ((target, connector), probability) in asks {
            self.remove(connector, target);
            let stay = self.fails[target as usize] * probability;
            let options = by_connector.get(&connector).map_or(&[][..], Vec::as_slice);
            let best = options
                .iter()
                .filter(|option| self.room_at(option))
                .max_by(|a, b| self.gain(a).total_cmp(&self.gain(b)));
            match best.filter(|best| self.gain(best) > stay + GAIN_MIN) {
                Some(best) => {
                    moved = true;
                    self.add(connector, best.target, best.probability);
                }
                None => self.add(connector, target, probability),
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{assign, expected};
    use super::*;

    proptest! {
        #[test]
        fn further_asks_never_cost_and_never_exceed_a_cap(
            caps in prop::collection::vec(0_u32..4, 5),
            options in prop::collection::btree_map((0_u32..5, 0_u32..7), 1_u32..1_000, 0..30),
        ) {
            let options = options.into_iter().map(|((connector, target), p)| AskOption {
                connector,
                target,
                probability: f64::from(p) / 1_000.0,
            });
            let problem = AskProblem { caps, targets: 7, options: options.collect() };
            let single = assign(&problem);
            let (asks, reached) = extend(&problem, &single.asks, ASKS_PER_TARGET_MAX);
            prop_assert!(reached >= expected(&single.asks) - 1e-9);
            let mut used = vec![0; problem.caps.len()];
            let mut per_target = [0; 7];
            for ask in &asks {
                used[ask.connector as usize] += 1;
                per_target[ask.target as usize] += 1;
            }
            prop_assert!(used.iter().zip(&problem.caps).all(|(used, cap)| used <= cap));
            prop_assert!(per_target.iter().all(|&count| count <= ASKS_PER_TARGET_MAX));
        }
    }
}
