//! Circles of asks: A is asked to introduce B while B is asked to introduce A, directly or through
//! others. Each would wait for the other, and both would feel traded.

use std::collections::{BTreeMap, BTreeSet};

/// Whether asking `connector` for `target` closes a circle with the open asks, each given as
/// (connector, target).
pub fn closes_circle<P: Ord + Copy>(open: &[(P, P)], connector: P, target: P) -> bool {
    let mut asks: BTreeMap<P, Vec<P>> = BTreeMap::new();
    for &(from, to) in open {
        asks.entry(from).or_default().push(to);
    }
    let mut seen = BTreeSet::new();
    let mut waiting = vec![target];
    while let Some(person) = waiting.pop() {
        if person == connector {
            return true;
        }
        if seen.insert(person) {
            waiting.extend(asks.get(&person).into_iter().flatten().copied());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::closes_circle;

    #[test]
    fn a_circle_is_found_however_long() {
        assert!(closes_circle(&[(2, 1)], 1, 2), "the two ask each other");
        assert!(closes_circle(&[(2, 3), (3, 1)], 1, 2), "through a third");
        assert!(closes_circle(&[], 1, 1), "the connector is the target");
        assert!(!closes_circle(&[(1, 2), (1, 3)], 1, 4));
        assert!(!closes_circle(&[(2, 3), (3, 2)], 1, 2), "a circle of others is not ours");
    }
}
