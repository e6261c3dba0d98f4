//! The exact assignment of asks, by shortest augmenting paths with dual prices.
//!
//! Targets join one after the other. Each takes the connector that costs the others least: a
//! Dijkstra search over reduced costs finds the cheapest chain of displacements that ends at a
//! connector with room, or at a target better left unasked (Kuhn 1955; Edmonds and Karp 1972;
//! Jonker and Volgenant 1987). Prices and profits stay dual feasible throughout, so the end is
//! optimal and proves it: `Σ cap × price + Σ profit = Σ probability`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Ask, AskProblem};

/// Probabilities are counted in these steps, so that sums are exact.
const STEPS: f64 = 1e9;
const NOBODY: u32 = u32::MAX;

/// A best plan and its proof.
#[derive(Clone, Debug, Default)]
pub struct Assignment {
    /// The asks, by target.
    pub asks: Vec<Ask>,
    /// By connector: what one more ask of theirs would add to the expected introductions.
    pub prices: Vec<f64>,
    /// By target: what it would cost the plan to lose it.
    pub profits: Vec<f64>,
}

/// Options by target, end to end.
struct Options {
    starts: Vec<usize>,
    connector: Vec<u32>,
    worth: Vec<i64>,
}

impl Options {
    fn new(problem: &AskProblem) -> Self {
        let mut sorted: Vec<(u32, u32, i64)> = problem
            .options
            .iter()
            .filter(|option| option.target < problem.targets)
            .filter(|option| problem.caps.get(option.connector as usize).is_some_and(|&c| c > 0))
            .map(|option| {
                (option.target, option.connector, (option.probability * STEPS).round() as i64)
            })
            .filter(|&(_, _, worth)| worth > 0)
            .collect();
        sorted.sort_unstable_by_key(|&(target, connector, worth)| (target, connector, -worth));
        sorted.dedup_by_key(|option| (option.0, option.1));
        let mut starts = vec![0; problem.targets as usize + 1];
        for &(target, _, _) in &sorted {
            starts[target as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let connector = sorted.iter().map(|option| option.1).collect();
        let worth = sorted.iter().map(|option| option.2).collect();
        Self { starts, connector, worth }
    }

    fn of(&self, target: u32) -> std::ops::Range<usize> {
        self.starts[target as usize]..self.starts[target as usize + 1]
    }
}

struct Solver<'a> {
    caps: &'a [u32],
    options: Options,
    price: Vec<i64>,
    profit: Vec<i64>,
    /// The option each target holds; `usize::MAX` for none.
    holds: Vec<usize>,
    /// Targets each connector is asked for.
    asked_for: Vec<Vec<u32>>,
    /// Distance of each connector in the search of this round.
    distance: Vec<i64>,
    /// The option by which the search came to each connector, and from which target.
    came_by: Vec<(usize, u32)>,
    settled: Vec<bool>,
    touched: Vec<u32>,
}

const NOTHING: usize = usize::MAX;

/// Finds the plan that makes the most introductions happen on average: at most one ask per target,
/// at most `cap` per connector. Equal inputs give equal plans.
#[must_use]
pub fn assign(problem: &AskProblem) -> Assignment {
    let connectors = problem.caps.len();
    let mut solver = Solver {
        caps: &problem.caps,
        options: Options::new(problem),
        price: vec![0; connectors],
        profit: vec![0; problem.targets as usize],
        holds: vec![NOTHING; problem.targets as usize],
        asked_for: vec![Vec::new(); connectors],
        distance: vec![i64::MAX; connectors],
        came_by: vec![(NOTHING, NOBODY); connectors],
        settled: vec![false; connectors],
        touched: Vec::new(),
    };
    for target in 0..problem.targets {
        solver.insert(target);
    }
    solver.finish(problem)
}

/// Where a chain of displacements ends.
#[derive(Clone, Copy)]
enum End {
    /// A connector with room.
    Room(u32),
    /// A target that is left unasked.
    Dropped(u32),
}

impl Solver<'_> {
    /// Lets one more target in.
    fn insert(&mut self, target: u32) {
        let options = self.options.of(target);
        let best = options.map(|at| self.options.worth[at] - self.price_at(at)).max();
        let best = best.unwrap_or(0).max(0);
        self.profit[target as usize] = best;
        if best == 0 {
            return;
        }
        let (end, length) = self.search(target);
        self.raise_prices(target, length);
        self.displace(target, end);
        for connector in self.touched.drain(..) {
            self.distance[connector as usize] = i64::MAX;
            self.settled[connector as usize] = false;
        }
    }

    fn price_at(&self, option: usize) -> i64 {
        self.price[self.options.connector[option] as usize]
    }

    /// The cheapest end of a chain that begins at `start`, and its length.
    fn search(&mut self, start: u32) -> (End, i64) {
        let mut heap = BinaryHeap::new();
        let (mut end, mut length) = (End::Dropped(start), self.profit[start as usize]);
        self.relax(start, 0, length, &mut heap);
        while let Some(Reverse((distance, connector))) = heap.pop() {
            if distance >= length {
                break;
            }
            let at = connector as usize;
            if self.settled[at] {
                continue;
            }
            self.settled[at] = true;
            if self.asked_for[at].len() < self.caps[at] as usize {
                return (End::Room(connector), distance);
            }
            for place in 0..self.asked_for[at].len() {
                let target = self.asked_for[at][place];
                if distance + self.profit[target as usize] < length {
                    (end, length) = (End::Dropped(target), distance + self.profit[target as usize]);
                }
                self.relax(target, distance, length, &mut heap);
            }
        }
        (end, length)
    }

    /// Looks at every connector a target could go to.
    fn relax(
        &mut self,
        target: u32,
        so_far: i64,
        length: i64,
        heap: &mut BinaryHeap<Reverse<(i64, u32)>>,
    ) {
        for at in self.options.of(target) {
            let connector = self.options.connector[at];
            let worth = self.options.worth[at];
            let reduced = self.profit[target as usize] + self.price[connector as usize] - worth;
            let distance = so_far + reduced;
            let known = &mut self.distance[connector as usize];
            if distance < *known && distance < length {
                if *known == i64::MAX {
                    self.touched.push(connector);
                }
                *known = distance;
                self.came_by[connector as usize] = (at, target);
                heap.push(Reverse((distance, connector)));
            }
        }
    }

    /// Keeps the duals feasible, and tight along the chain about to be used.
    fn raise_prices(&mut self, start: u32, length: i64) {
        self.profit[start as usize] -= length;
        for at in 0..self.touched.len() {
            let connector = self.touched[at] as usize;
            let gap = length - self.distance[connector];
            if self.settled[connector] && gap > 0 {
                self.price[connector] += gap;
                for &target in &self.asked_for[connector] {
                    self.profit[target as usize] -= gap;
                }
            }
        }
    }

    /// Moves every target of the chain one connector on.
    fn displace(&mut self, start: u32, end: End) {
        let mut connector = match end {
            End::Dropped(target) if target == start => return,
            End::Dropped(target) => {
                let holder = self.options.connector[self.holds[target as usize]];
                self.release(holder, target);
                holder
            }
            End::Room(connector) => connector,
        };
        loop {
            let (option, target) = self.came_by[connector as usize];
            let before = self.holds[target as usize];
            if before != NOTHING {
                self.release(self.options.connector[before], target);
            }
            self.holds[target as usize] = option;
            self.asked_for[connector as usize].push(target);
            if target == start || before == NOTHING {
                return;
            }
            connector = self.options.connector[before];
        }
    }

    fn release(&mut self, connector: u32, target: u32) {
        let asked_for = &mut self.asked_for[connector as usize];
        if let Some(at) = asked_for.iter().position(|&held| held == target) {
            asked_for.swap_remove(at);
        }
        self.holds[target as usize] = NOTHING;
    }

    fn finish(self, problem: &AskProblem) -> Assignment {
        let held = |target: u32| {
            let option = self.holds[target as usize];
            (option != NOTHING).then(|| Ask {
                connector: self.options.connector[option],
                target,
                probability: self.options.worth[option] as f64 / STEPS,
            })
        };
        let as_share = |steps: &i64| *steps as f64 / STEPS;
        Assignment {
            asks: (0..problem.targets).filter_map(held).collect(),
            prices: self.price.iter().map(as_share).collect(),
            profits: self.profit.iter().map(as_share).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{AskOption, expected};
    use super::*;

    fn problems() -> impl Strategy<Value = AskProblem> {
        let option = (0_u32..4, 0_u32..6, 0_u32..=1_000);
        (prop::collection::vec(0_u32..3, 4), prop::collection::vec(option, 0..16)).prop_map(
            |(caps, options)| AskProblem {
                caps,
                targets: 6,
                options: options
                    .into_iter()
                    .map(|(connector, target, p)| AskOption {
                        connector,
                        target,
                        probability: f64::from(p) / 1_000.0,
                    })
                    .collect(),
            },
        )
    }

    /// Tries everything, target by target.
    fn brute_force(problem: &AskProblem, target: u32, caps: &mut Vec<u32>) -> f64 {
        if target == problem.targets {
            return 0.0;
        }
        let mut best = brute_force(problem, target + 1, caps);
        for option in problem.options.iter().filter(|option| option.target == target) {
            if caps[option.connector as usize] > 0 {
                caps[option.connector as usize] -= 1;
                let rest = brute_force(problem, target + 1, caps);
                best = best.max(option.probability + rest);
                caps[option.connector as usize] += 1;
            }
        }
        best
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn plans_are_optimal_within_every_cap_and_prove_it(problem in problems()) {
            let plan = assign(&problem);
            let value = expected(&plan.asks);
            let best = brute_force(&problem, 0, &mut problem.caps.clone());
            prop_assert!((value - best).abs() < 1e-6, "{} but {} is possible", value, best);

            let mut used = vec![0; problem.caps.len()];
            let mut seen = std::collections::BTreeSet::new();
            for ask in &plan.asks {
                used[ask.connector as usize] += 1;
                prop_assert!(seen.insert(ask.target), "one ask per target");
            }
            prop_assert!(used.iter().zip(&problem.caps).all(|(used, cap)| used <= cap));

            // The dual solution is feasible and worth as much: nothing better can exist.
            let priced: f64 =
                plan.prices.iter().zip(&problem.caps).map(|(p, &c)| p * f64::from(c)).sum();
            let dual = priced + plan.profits.iter().sum::<f64>();
            prop_assert!((dual - value).abs() < 1e-6);
            prop_assert!(plan.prices.iter().chain(&plan.profits).all(|&dual| dual >= 0.0));
            for option in &problem.options {
                if problem.caps[option.connector as usize] > 0 {
                    let cover = plan.prices[option.connector as usize]
                        + plan.profits[option.target as usize];
                    prop_assert!(cover >= option.probability - 1e-8);
                }
            }
        }
    }
}
