//! A funnel over cases: how many reached each stage, from where, and how soon.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::rate::Rate;
use crate::survival::{Chance, Observation, chance_by};

/// The way of one case through the stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// Where it came from: the word it is grouped by.
    pub source: String,
    /// For each stage from the first on: whether it was reached, and when if that is known
    /// (seconds since 1970). A case that reached a stage counts for all stages before it.
    pub reached: Vec<Reached>,
}

/// Whether and when a stage was reached.
pub type Reached = Option<Option<i64>>;

impl Journey {
    /// Whether it came as far as this stage, or farther.
    #[must_use]
    pub fn came_to(&self, stage: usize) -> bool {
        self.reached.iter().skip(stage).any(Option::is_some)
    }

    fn time_of(&self, stage: usize) -> Option<i64> {
        self.reached.get(stage).copied().flatten().flatten()
    }
}

/// One stage of a funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StageFigure {
    /// How many came to it.
    pub count: u64,
    /// Of those who came to the stage before; the first stage is of all.
    pub of_before: Rate,
    /// Of all.
    pub of_all: Rate,
}

/// Every stage of a funnel with `count` stages.
#[must_use]
pub fn stages(journeys: &[Journey], count: usize) -> Vec<StageFigure> {
    let all = journeys.len() as u64;
    let mut before = all;
    (0..count)
        .map(|stage| {
            let came = journeys.iter().filter(|j| j.came_to(stage)).count() as u64;
            let of_before = Rate::new(came, before);
            before = came;
            StageFigure { count: came, of_before, of_all: Rate::new(came, all) }
        })
        .collect()
}

/// For each source: how many of those who came to `from` came to `to`.
#[must_use]
pub fn by_source(journeys: &[Journey], from: usize, to: usize) -> BTreeMap<String, Rate> {
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for journey in journeys.iter().filter(|j| j.came_to(from)) {
        let entry = counts.entry(journey.source.clone()).or_default();
        entry.0 += u64::from(journey.came_to(to));
        entry.1 += 1;
    }
    counts.into_iter().map(|(source, (hits, of))| (source, Rate::new(hits, of))).collect()
}

/// The chance to come from one stage to another within `days`, as known at `now` (seconds since
/// 1970). Cases whose times are not known are left out.
///
/// A case that ended on the way stays among those it did not happen to, for as long as it could
/// have been watched: leaving it out when it ends would flatter the chance. With all cases watched
/// until the same `now`, this is the cumulative incidence under competing ends (Fine and Gray
/// 1999, section 2: the censoring-complete case).
#[must_use]
pub fn chance(journeys: &[Journey], from: usize, to: usize, days: i64, now: i64) -> Option<Chance> {
    let observations: Vec<Observation> = journeys
        .iter()
        .filter_map(|journey| {
            let start = journey.time_of(from)?;
            match (journey.came_to(to), journey.time_of(to)) {
                (true, Some(end)) => {
                    Some(Observation { after: (end - start).max(0), happened: true })
                }
                (true, None) => None,
                (false, _) => Some(Observation { after: (now - start).max(0), happened: false }),
            }
        })
        .collect();
    chance_by(&observations, days * 86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journey(source: &str, days: &[Option<i64>]) -> Journey {
        let reached = days.iter().map(|day| day.map(|day| Some(day * 86_400))).collect();
        Journey { source: source.into(), reached }
    }

    fn cases() -> Vec<Journey> {
        vec![
            journey("customer", &[Some(0), Some(10), Some(20)]),
            journey("customer", &[Some(0), Some(40), None]),
            journey("partner", &[Some(0), None, None]),
            journey("partner", &[Some(80), None, None]),
        ]
    }

    #[test]
    fn every_stage_counts_those_who_came_that_far() {
        let figures = stages(&cases(), 3);
        assert_eq!(figures.iter().map(|f| f.count).collect::<Vec<_>>(), [4, 2, 1]);
        assert_eq!(figures[2].of_before, Rate::new(1, 2));
        assert_eq!(figures[2].of_all, Rate::new(1, 4));
        let skipped = journey("customer", &[Some(0), None, Some(5)]);
        assert_eq!(stages(&[skipped], 3)[1].count, 1, "who came farther was there");
    }

    #[test]
    fn sources_stand_apart() {
        let rates = by_source(&cases(), 0, 1);
        assert_eq!(rates["customer"], Rate::new(2, 2));
        assert_eq!(rates["partner"], Rate::new(0, 2));
    }

    /// By hand, at day 100: of four, one happens on day 10; the youngest was watched for 20 days
    /// and leaves; of the two left one happens on day 40. 1 - 3/4 · 1/2 = 0.625.
    #[test]
    fn young_cases_are_not_failures() {
        let now = 100 * 86_400;
        let chance = |days| chance(&cases(), 0, 1, days, now).map(|c| c.share);
        assert_eq!(chance(15), Some(0.25));
        assert_eq!(chance(30), Some(0.25));
        assert_eq!(chance(90), Some(0.625));
        assert_eq!(chance(180), None);
    }
}
