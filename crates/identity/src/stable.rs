//! Entity ids that survive a new run: most records win, ties go to the older id.

use std::collections::BTreeMap;

/// Gives every new group an id.
///
/// `old` holds the former id of each record (`None` for a new record) and `group` its new group. A
/// group keeps the id of the former entity that gave it most records, the smaller id on a tie; a
/// former entity that split leaves its id to the part with most of its records. Other groups get
/// fresh ids from `next` on. Returned is the id of each record.
pub fn carry(old: &[Option<u64>], group: &[u32], mut next: u64) -> Vec<u64> {
    let mut shared: BTreeMap<(u64, u32), u32> = BTreeMap::new();
    for (former, now) in old.iter().zip(group) {
        if let Some(former) = former {
            *shared.entry((*former, *now)).or_default() += 1;
        }
    }
    let mut claims: Vec<(u32, u64, u32)> =
        shared.into_iter().map(|((former, now), count)| (count, former, now)).collect();
    claims.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut id_of: BTreeMap<u32, u64> = BTreeMap::new();
    let mut taken = std::collections::BTreeSet::new();
    for (_, former, now) in claims {
        if !id_of.contains_key(&now) && taken.insert(former) {
            id_of.insert(now, former);
        }
    }
    group
        .iter()
        .map(|now| {
            *id_of.entry(*now).or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_records_win_and_ties_go_to_the_older() {
        // 5 and 6 merge: 6 has more records. 7 splits: its larger part keeps the id.
        let old = [Some(5), Some(6), Some(6), Some(7), Some(7), Some(7), None];
        let group = [0, 0, 0, 1, 1, 2, 3];
        assert_eq!(carry(&old, &group, 100), [6, 6, 6, 7, 7, 100, 101]);
        assert_eq!(carry(&[Some(9), Some(8)], &[0, 0], 100), [8, 8]);
    }

    proptest::proptest! {
        #[test]
        fn an_unchanged_grouping_keeps_every_id(group in proptest::collection::vec(0u32..20, 1..60)) {
            let old: Vec<Option<u64>> = group.iter().map(|g| Some(u64::from(*g) + 3)).collect();
            let ids = carry(&old, &group, 1000);
            proptest::prop_assert_eq!(ids.into_iter().map(Some).collect::<Vec<_>>(), old);
        }
    }
}
