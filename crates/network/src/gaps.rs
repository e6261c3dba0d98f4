//! Where the network does not reach: coverage of each segment, and who would close the gap.

use std::collections::BTreeMap;

use crate::paths::Team;
use crate::people::Person;
use crate::probability::PathValue;
use crate::ties::TieGraph;

/// A person is well reached from this value of their best path on.
pub const WELL_REACHED_FROM: f64 = 0.10;
/// Below this value a path is shown as "low confidence".
pub const REACHED_FROM: f64 = 0.05;
/// Closers named per segment.
pub const CLOSERS_MAX: usize = 3;

/// People who share industry, seniority, region, or whatever the caller groups by.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// Its people in the graph.
    pub people: Vec<Person>,
    /// Its people of whom the graph knows nothing.
    pub unknown: usize,
}

/// How a team covers a segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// The segment's name.
    pub segment: String,
    /// Its people who are not in the team.
    pub people: usize,
    /// Reached with at least [`WELL_REACHED_FROM`].
    pub well_reached: usize,
    /// Reached with at least [`REACHED_FROM`], the former included.
    pub reached: usize,
    /// Reached at all, the former included.
    pub any_path: usize,
    /// Without a verified path.
    pub no_path: usize,
    /// Mean value of the best path over all its people.
    pub mean_value: f64,
    /// Who would close the gap, the most helpful first.
    pub closers: Vec<Closer>,
}

/// Somebody who knows people of a segment that the team does not reach well.
#[derive(Clone, Debug, PartialEq)]
pub struct Closer {
    /// Who.
    pub person: Person,
    /// How much the segment's values would rise in sum if they joined as certain first contact.
    pub gain: f64,
    /// How many people would be better reached.
    pub people: usize,
    /// How well the team reaches them now.
    pub reached: PathValue,
}

/// Coverage of every segment, in the order given.
#[must_use]
pub fn gaps(graph: &TieGraph, team: &Team, segments: &[Segment]) -> Vec<Gap> {
    segments.iter().map(|segment| gap(graph, team, segment)).collect()
}

fn gap(graph: &TieGraph, team: &Team, segment: &Segment) -> Gap {
    let mut gap = Gap {
        segment: segment.name.clone(),
        people: segment.unknown,
        well_reached: 0,
        reached: 0,
        any_path: 0,
        no_path: segment.unknown,
        mean_value: 0.0,
        closers: Vec::new(),
    };
    let mut helpers: BTreeMap<Person, (f64, usize)> = BTreeMap::new();
    for &person in segment.people.iter().filter(|&&person| !team.has(person)) {
        let value = team.best_value(graph, person).to_f64();
        gap.people += 1;
        gap.mean_value += value;
        gap.well_reached += usize::from(value >= WELL_REACHED_FROM);
        gap.reached += usize::from(value >= REACHED_FROM);
        gap.any_path += usize::from(value > 0.0);
        gap.no_path += usize::from(value == 0.0);
        if value < WELL_REACHED_FROM {
            for tie in graph.incoming(person) {
                let gain = tie.probability().to_f64() - value;
                if gain > 0.0 && !team.has(tie.person()) {
                    let (sum, count) = helpers.entry(tie.person()).or_default();
                    *sum += gain;
                    *count += 1;
                }
            }
        }
    }
    gap.mean_value /= (gap.people as f64).max(1.0);
    let mut closers: Vec<(Person, (f64, usize))> = helpers.into_iter().collect();
    closers.sort_by(|(a, (x, _)), (b, (y, _))| {
        y.total_cmp(x).then_with(|| graph.people().compare(*a, *b))
    });
    closers.truncate(CLOSERS_MAX);
    gap.closers = closers
        .into_iter()
        .map(|(person, (gain, people))| Closer {
            person,
            gain,
            people,
            reached: team.best_value(graph, person),
        })
        .collect();
    gap
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Willingness;
    use crate::probability::Probability;
    use crate::ties::{Published, TieList};

    #[test]
    fn coverage_is_counted_and_the_closer_named() {
        let mut ties = TieList::default();
        for (from, to, p) in [
            ("me", "ann", 0.5),
            ("ann", "near", 0.4),
            ("ann", "faint", 0.12),
            ("zoe", "faint", 0.9),
            ("zoe", "far", 0.9),
            ("yan", "far", 0.5),
        ] {
            ties.add(from, to, Probability::from_f64(p).expect("in range"));
        }
        let state = Published::fixed(ties.build().0);
        let graph = state.graph();
        let find = |name| graph.people().find(name).expect("known");
        let team = Team::new(&state, &[find("me")], Willingness::default());
        let segment = Segment {
            name: "banks".to_owned(),
            people: ["me", "near", "faint", "far"].map(find).to_vec(),
            unknown: 1,
        };
        let gap = gaps(graph, &team, &[segment]).remove(0);
        let counts = [gap.people, gap.well_reached, gap.reached, gap.any_path, gap.no_path];
        assert_eq!(counts, [4, 1, 2, 2, 2]);
        let closers: Vec<_> = gap.closers.iter().map(|c| (c.person, c.people)).collect();
        assert_eq!(closers, [(find("zoe"), 2), (find("yan"), 1), (find("ann"), 1)]);
        assert!((gap.closers[0].gain - (0.9 + 0.84)).abs() < 1e-9);
    }
}
