//! Sorting records into blocks by their keys.

/// Records by key, and the bounds of blocks of at least two.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) records: Vec<u32>,
    pub(super) blocks: Vec<(u32, u32)>,
}

/// Sorts records by key; blocks above the limit are handed back instead of kept.
pub(super) fn sort_blocks(keys: &[u32], size_max: usize) -> (Sorted, Vec<Vec<u32>>) {
    let pairs = sorted_by_key(keys.iter().copied().zip(0..));
    let mut sorted = Sorted::default();
    let mut oversized = Vec::new();
    for block in pairs.chunk_by(|a, b| a >> 32 == b >> 32) {
        if block.len() < 2 {
            continue;
        }
        let members = block.iter().map(|pair| *pair as u32);
        if block.len() > size_max {
            oversized.push(members.collect());
        } else {
            let start = sorted.records.len() as u32;
            sorted.records.extend(members);
            sorted.blocks.push((start, sorted.records.len() as u32));
        }
    }
    (sorted, oversized)
}

/// Keys over records, sorted; those without a key are left out.
pub(super) fn sorted_by_key(keyed: impl Iterator<Item = (u32, u32)>) -> Vec<u64> {
    let keyed = keyed.filter(|(key, _)| *key != 0);
    let mut pairs: Vec<u64> =
        keyed.map(|(key, record)| u64::from(key) << 32 | u64::from(record)).collect();
    radix_sort(&mut pairs);
    pairs
}

/// Sorts by the upper half; equal upper halves keep their order, which is that of the records.
///
/// Keys are hashes, so after sorting by their upper 22 bits next to nothing is left to do.
fn radix_sort(pairs: &mut Vec<u64>) {
    if pairs.len() < 4096 {
        pairs.sort_unstable();
        return;
    }
    let mut other = vec![0u64; pairs.len()];
    for shift in [42u32, 53] {
        let digit = |pair: u64| (pair >> shift) as usize & 2047;
        let mut starts = [0usize; 2049];
        for pair in pairs.iter() {
            starts[digit(*pair) + 1] += 1;
        }
        for i in 0..2048 {
            starts[i + 1] += starts[i];
        }
        for pair in pairs.iter() {
            let slot = &mut starts[digit(*pair)];
            other[*slot] = *pair;
            *slot += 1;
        }
        std::mem::swap(pairs, &mut other);
    }
    for run in pairs.chunk_by_mut(|a, b| a >> 42 == b >> 42) {
        if !run.is_sorted() {
            run.sort_unstable();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn radix_sort_sorts(values in proptest::collection::vec(0u32..u32::MAX, 4096..6000)) {
            let mut pairs: Vec<u64> =
                values.iter().enumerate().map(|(i, v)| u64::from(*v) << 32 | i as u64).collect();
            let mut expected = pairs.clone();
            expected.sort_unstable();
            radix_sort(&mut pairs);
            proptest::prop_assert_eq!(pairs, expected);
        }
    }
}
