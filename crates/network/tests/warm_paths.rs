//! The search against the plainest possible enumeration, on small random networks; and a network
//! changed step by step against the same network built at once.

#![expect(clippy::expect_used, reason = "a test states what must hold")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use warmpath_network::{
    Change, LiveTies, PATHS_MAX, Path, Person, Probability, Published, Team, TieGraph, TieList,
    Willingness,
};

type Ties = BTreeMap<(u32, u32), u16>;

/// A small world: ties, team, willingness.
#[derive(Clone, Debug)]
struct World {
    ties: Ties,
    team: BTreeSet<u32>,
    willing: BTreeMap<u32, u16>,
}

const PEOPLE: u32 = 9;

/// Few distinct strengths, so that equal values are common.
fn strength() -> impl Strategy<Value = u16> {
    prop::sample::select(vec![1_000, 2_500, 5_000, 5_000, 7_777, 10_000])
}

fn ties(size: usize) -> impl Strategy<Value = Ties> {
    prop::collection::btree_map((0..PEOPLE, 0..PEOPLE), strength(), 0..size)
        .prop_map(|ties| ties.into_iter().filter(|((a, b), _)| a != b).collect())
}

fn worlds() -> impl Strategy<Value = World> {
    let willing = prop::sample::select(vec![0, 3_333, 10_000]);
    (
        ties(40),
        prop::collection::btree_set(0..PEOPLE, 1..4),
        prop::collection::btree_map(0..PEOPLE, willing, 0..4),
    )
        .prop_map(|(ties, team, willing)| World { ties, team, willing })
}

fn p(raw: u16) -> Probability {
    Probability::from_raw(raw).expect("in range")
}

fn build(ties: &Ties, reversed: bool) -> TieGraph {
    let mut list = TieList::default();
    let mut rows: Vec<_> = ties.iter().collect();
    if reversed {
        rows.reverse();
    }
    for (&(from, to), &raw) in rows {
        list.add(&from.to_string(), &to.to_string(), p(raw));
    }
    list.build().0
}

fn find(graph: &TieGraph, name: u32) -> Option<Person> {
    graph.people().find(&name.to_string())
}

fn team(state: &Published, world: &World) -> Team {
    let graph = state.graph();
    let members: Vec<Person> = world.team.iter().filter_map(|&who| find(graph, who)).collect();
    let mut willingness = Willingness::default();
    for (&who, &raw) in &world.willing {
        // The willingness of a member plays no part: they ask for themselves.
        if let Some(person) = find(graph, who).filter(|_| !world.team.contains(&who)) {
            willingness.set(person, p(raw));
        }
    }
    Team::new(state, &members, willingness)
}

/// A path by names: value, member, contacts.
type Named = (u64, u32, Vec<u32>);

fn named(graph: &TieGraph, path: &Path) -> Named {
    let name = |person| graph.people().name(person).parse().expect("a number");
    let contacts = path.contacts.iter().map(|&contact| name(contact)).collect();
    (path.value.raw(), name(path.member), contacts)
}

fn answers(state: &Published, team: &Team, target: u32) -> Vec<Named> {
    let graph = state.graph();
    let target = find(graph, target);
    let paths = target.map(|target| team.paths_to(graph, target)).unwrap_or_default();
    paths.iter().map(|path| named(graph, path)).collect()
}

/// Every path there is, by the words of the definition.
fn every_path(world: &World, target: u32) -> Vec<Named> {
    let tie = |a: u32, b: u32| world.ties.get(&(a, b)).map(|&raw| u64::from(raw));
    let willing = |who: u32| u64::from(*world.willing.get(&who).unwrap_or(&10_000));
    let others: Vec<u32> =
        (0..PEOPLE).filter(|who| !world.team.contains(who) && *who != target).collect();
    let mut found = Vec::new();
    if world.team.contains(&target) {
        return found;
    }
    for &member in &world.team {
        if let Some(last) = tie(member, target) {
            found.push((last * 10_000_u64.pow(3), member, vec![]));
        }
        for &first in &others {
            let Some(one) = tie(member, first).filter(|_| willing(first) > 0) else { continue };
            if let Some(last) = tie(first, target) {
                found.push((one * last * willing(first) * 10_000, member, vec![first]));
            }
            for &second in others.iter().filter(|&&second| second != first && willing(second) > 0) {
                if let (Some(two), Some(last)) = (tie(first, second), tie(second, target)) {
                    found.push((one * two * last * willing(first), member, vec![first, second]));
                }
            }
        }
    }
    found
}

/// The best of each first contact, best first, as the answer must be.
fn best_five(mut paths: Vec<Named>) -> Vec<Named> {
    paths.sort_by_key(|(value, member, contacts)| {
        let ways = if contacts.is_empty() { vec![*member] } else { contacts.clone() };
        (std::cmp::Reverse(*value), contacts.len(), ways, *member)
    });
    let mut seen = BTreeSet::new();
    paths.retain(|(_, member, contacts)| seen.insert(*contacts.first().unwrap_or(member)));
    paths.truncate(PATHS_MAX);
    paths
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_five_best_paths_are_the_five_best_paths(world in worlds()) {
        for reversed in [false, true] {
            let state = Published::fixed(build(&world.ties, reversed));
            let team = team(&state, &world);
            for target in 0..PEOPLE {
                let expected = if find(state.graph(), target).is_some() {
                    best_five(every_path(&world, target))
                } else {
                    vec![]
                };
                prop_assert_eq!(answers(&state, &team, target), expected, "to {}", target);
            }
        }
    }

    #[test]
    fn matches_are_the_best_value_of_each_person(world in worlds()) {
        let state = Published::fixed(build(&world.ties, false));
        let graph = state.graph();
        let team = team(&state, &world);
        let people: Vec<Person> = (0..PEOPLE).filter_map(|who| find(graph, who)).collect();
        let mut expected: Vec<(u64, usize, u32)> = Vec::new();
        for target in 0..PEOPLE {
            if let Some((value, _, contacts)) = best_five(every_path(&world, target)).first() {
                expected.push((*value, contacts.len() + 1, target));
            }
        }
        expected.sort_by_key(|&(value, ties, who)| (std::cmp::Reverse(value), ties, who));
        for limit in [1, 3, 20] {
            let found = team.matches(graph, &people, limit);
            let found: Vec<_> = found
                .iter()
                .map(|found| {
                    let who: u32 = graph.people().name(found.person).parse().expect("a number");
                    (found.value.raw(), usize::from(found.ties), who)
                })
                .collect();
            prop_assert_eq!(&found[..], &expected[..limit.min(expected.len())]);
        }
    }

    #[test]
    fn changes_lead_to_the_answers_of_a_fresh_build(
        world in worlds(),
        changes in prop::collection::vec((0..PEOPLE, 0..PEOPLE, strength(), 0_u8..4), 1..60),
        batch in 1_usize..7,
    ) {
        let live = LiveTies::new(build(&world.ties, false));
        let mut world = world;
        let before = live.snapshot();
        let mut team_kept = team(&before, &world);
        let answers_before: Vec<_> =
            (0..PEOPLE).map(|target| answers(&before, &team_kept, target)).collect();
        // People the team was given by name must exist before the team does.
        let known = |who: u32| find(before.graph(), who).is_some();
        prop_assume!(world.team.iter().chain(world.willing.keys()).all(|&who| known(who)));
        for changes in changes.chunks(batch) {
            let changes: Vec<Change> = changes
                .iter()
                .filter(|(from, to, _, _)| from != to)
                .map(|&(from, to, raw, ends)| {
                    let raw = if ends == 0 { 0 } else { raw };
                    if raw == 0 {
                        world.ties.remove(&(from, to));
                    } else {
                        world.ties.insert((from, to), raw);
                    }
                    let people = live.people(&[&from.to_string(), &to.to_string()]);
                    Change { from: people[0], to: people[1], strength: p(raw) }
                })
                .collect();
            live.apply(&changes);
            let state = live.snapshot();
            team_kept.advance(&state);
            for target in 0..PEOPLE {
                let expected = if find(state.graph(), target).is_some() {
                    best_five(every_path(&world, target))
                } else {
                    vec![]
                };
                prop_assert_eq!(answers(&state, &team_kept, target), expected);
            }
        }
        let again: Vec<_> = {
            let team = team(&before, &World { ties: Ties::new(), ..world.clone() });
            (0..PEOPLE).map(|target| answers(&before, &team, target)).collect()
        };
        prop_assert_eq!(again, answers_before, "an old snapshot stays as it was");
    }
}

#[test]
fn many_changes_with_packing_equal_a_fresh_build() {
    // A fixed pseudo-random walk (a linear congruence), long enough to pack several times.
    let mut seed = 20_261_120_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let people = 12_000;
    let mut ties: BTreeMap<(u64, u64), u16> = BTreeMap::new();
    for _ in 0..40_000 {
        let (from, to) = (next(people), next(people));
        if from != to {
            ties.insert((from, to), next(10_000) as u16 + 1);
        }
    }
    let graph = |ties: &BTreeMap<(u64, u64), u16>| {
        let mut list = TieList::default();
        for (&(from, to), &raw) in ties {
            list.add(&from.to_string(), &to.to_string(), p(raw));
        }
        list.build().0
    };
    let live = LiveTies::new(graph(&ties));
    let members: Vec<String> = (0..50).map(|who| (who * 7).to_string()).collect();
    let team_in = |state: &Published| {
        let find = |name: &String| state.graph().people().find(name);
        let members: Vec<Person> = members.iter().filter_map(find).collect();
        Team::new(state, &members, Willingness::default())
    };
    let mut kept = team_in(&live.snapshot());
    for _ in 0..300 {
        let mut changes = Vec::new();
        for _ in 0..100 {
            let (from, to) = (next(people), next(people));
            let raw = if next(4) == 0 { 0 } else { next(10_000) as u16 + 1 };
            if from == to {
                continue;
            }
            if raw == 0 {
                ties.remove(&(from, to));
            } else {
                ties.insert((from, to), raw);
            }
            let ends = live.people(&[&from.to_string(), &to.to_string()]);
            changes.push(Change { from: ends[0], to: ends[1], strength: p(raw) });
        }
        live.apply(&changes);
        kept.advance(&live.snapshot());
    }
    let (state, fresh) = (live.snapshot(), Published::fixed(graph(&ties)));
    let fresh_team = team_in(&fresh);
    assert_eq!(state.graph().tie_count(), ties.len());
    for target in 0..people {
        let values = |state: &Published, team: &Team| {
            let target = state.graph().people().find(&target.to_string());
            target.map(|target| {
                let paths = team.paths_to(state.graph(), target);
                let name = |person| state.graph().people().name(person);
                let line = |path: &Path| {
                    let contacts: Vec<_> = path.contacts.iter().map(|&who| name(who)).collect();
                    (path.value.raw(), name(path.member), contacts)
                };
                paths.iter().map(line).collect::<Vec<_>>()
            })
        };
        let (ours, theirs) = (values(&state, &kept), values(&fresh, &fresh_team));
        assert_eq!(ours.unwrap_or_default(), theirs.unwrap_or_default(), "to {target}");
    }
}
