//! String similarity on folded ASCII text.
//!
//! Both measures are bit-parallel and allocate nothing, because they run tens of millions of times
//! on short values. Texts longer than [`LONGEST`] bytes are compared by their first bytes.

/// Bytes of a text that take part in a comparison: one machine word of bits.
pub const LONGEST: usize = 64;

fn cut(text: &str) -> &[u8] {
    let bytes = text.as_bytes();
    &bytes[..bytes.len().min(LONGEST)]
}

/// Edit distance with transpositions of neighbours (optimal string alignment), after Hyyrö,
/// "A bit-vector algorithm for computing Levenshtein and Damerau edit distances" (2003).
pub fn edit_distance(left: &str, right: &str) -> usize {
    let (left, right) = (cut(left), cut(right));
    if left.is_empty() {
        return right.len();
    }
    let mut masks = [0u64; 128];
    for (i, byte) in left.iter().enumerate() {
        masks[(byte & 127) as usize] |= 1 << i;
    }
    let top = 1u64 << (left.len() - 1);
    let (mut positive, mut negative, mut diagonal, mut before) = (!0u64, 0u64, 0u64, 0u64);
    let mut distance = left.len();
    for byte in right {
        let mask = masks[(byte & 127) as usize];
        let transposed = (((!diagonal) & mask) << 1) & before;
        diagonal = (((mask & positive).wrapping_add(positive)) ^ positive) | mask | negative;
        diagonal |= transposed;
        let horizontal_positive = negative | !(diagonal | positive);
        let horizontal_negative = diagonal & positive;
        if horizontal_positive & top != 0 {
            distance += 1;
        } else if horizontal_negative & top != 0 {
            distance -= 1;
        }
        let shifted = (horizontal_positive << 1) | 1;
        positive = (horizontal_negative << 1) | !(diagonal | shifted);
        negative = shifted & diagonal;
        before = mask;
    }
    distance
}

/// Jaro-Winkler similarity, 0..=1, with prefix weight 0.1 on at most four bytes (Winkler, 1990).
pub fn jaro_winkler(left: &str, right: &str) -> f64 {
    let (left, right) = (cut(left), cut(right));
    let base = jaro(left, right);
    let prefix = left.iter().zip(right).take(4).take_while(|(a, b)| a == b).count();
    base + 0.1 * prefix as f64 * (1.0 - base)
}

fn jaro(left: &[u8], right: &[u8]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return if left.len() == right.len() { 1.0 } else { 0.0 };
    }
    let window = (left.len().max(right.len()) / 2).saturating_sub(1);
    let mut masks = [0u64; 128];
    for (i, byte) in right.iter().enumerate() {
        masks[(byte & 127) as usize] |= 1 << i;
    }
    let (mut taken, mut matched) = (0u64, 0u64);
    for (i, byte) in left.iter().enumerate() {
        let low = i.saturating_sub(window);
        let high = (i + window + 1).min(LONGEST);
        let range = ones(high) & !ones(low);
        let free = masks[(byte & 127) as usize] & !taken & range;
        if free != 0 {
            taken |= free & free.wrapping_neg();
            matched |= 1 << i;
        }
    }
    let matches = matched.count_ones() as f64;
    if matches == 0.0 {
        return 0.0;
    }
    let mut transposed = 0usize;
    let (mut rest_left, mut rest_right) = (matched, taken);
    while rest_left != 0 && rest_right != 0 {
        let a = rest_left.trailing_zeros() as usize;
        let b = rest_right.trailing_zeros() as usize;
        transposed += usize::from(left[a] != right[b]);
        rest_left &= rest_left - 1;
        rest_right &= rest_right - 1;
    }
    let half = (transposed / 2) as f64;
    (matches / left.len() as f64 + matches / right.len() as f64 + (matches - half) / matches) / 3.0
}

/// Which letters a text holds, how long it is, and how it begins: enough to tell most strangers apart
/// without reading the texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    letters: u32,
    length: u8,
    first: u8,
    second: u8,
}

impl Shape {
    /// Shape of the part of a text that takes part in comparisons.
    pub fn of(text: &str) -> Self {
        let bytes = cut(text);
        let letters = bytes.iter().fold(0u32, |set, byte| set | 1 << (byte & 31));
        let letter = |at: usize| bytes.get(at).copied().unwrap_or(0);
        Self { letters, length: bytes.len() as u8, first: letter(0), second: letter(1) }
    }

    /// Kinds of letters that only this text, and that only the other holds.
    fn apart(self, other: Self) -> (u32, u32) {
        let only = |a: Self, b: Self| (a.letters & !b.letters).count_ones();
        (only(self, other), only(other, self))
    }

    /// The edit distance is at least this.
    pub fn edits_min(self, other: Self) -> usize {
        let (left, right) = self.apart(other);
        (left.max(right) as usize).max(usize::from(self.length.abs_diff(other.length)))
    }

    /// The Jaro-Winkler similarity is at most this.
    pub fn likeness_max(self, other: Self) -> f64 {
        let (left, right) = self.apart(other);
        let (one, two) = (f64::from(self.length).max(1.0), f64::from(other.length).max(1.0));
        let matches = (one - f64::from(left)).min(two - f64::from(right)).max(0.0);
        let base = (matches / one + matches / two + 1.0) / 3.0;
        if self.first == other.first { base + 0.4 * (1.0 - base) } else { base }
    }

    /// Whether both may hold the same consonants in the same order.
    pub fn same_consonants(self, other: Self) -> bool {
        // a, e, h, i, o, u, y by the lowest five bits of each.
        const VOWELS: u32 = 1 << 1 | 1 << 5 | 1 << 8 | 1 << 9 | 1 << 15 | 1 << 21 | 1 << 25;
        self.first == other.first && (self.letters ^ other.letters) & !VOWELS == 0
    }

    /// How many bytes of the text take part.
    pub fn length(self) -> usize {
        usize::from(self.length)
    }

    /// The first byte of the text, 0 of an empty one.
    pub fn first(self) -> u8 {
        self.first
    }

    /// Whether both begin with the same two letters.
    pub fn same_start(self, other: Self) -> bool {
        self.first == other.first && self.second == other.second
    }

    /// Whether the text is a single sign.
    pub fn is_letter(self) -> bool {
        self.length == 1
    }

    /// Whether one text may stand inside the other, or both may have a word in common.
    pub fn may_hold_words_of(self, other: Self) -> bool {
        // A space is the sign whose lowest five bits are all zero.
        self.letters & other.letters & 1 != 0
            || self.may_be_within(other)
            || other.may_be_within(self)
    }

    /// Whether this text may stand inside the other.
    pub fn may_be_within(self, other: Self) -> bool {
        // What lies beyond the part of a long text that takes part is not known.
        other.length() == LONGEST
            || self.letters & !other.letters == 0 && self.length <= other.length
    }
}

fn ones(count: usize) -> u64 {
    if count >= 64 { !0 } else { (1u64 << count) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook table, to hold the bit-parallel form against.
    fn plain_distance(left: &[u8], right: &[u8]) -> usize {
        let mut table = vec![vec![0usize; right.len() + 1]; left.len() + 1];
        for i in 0..=left.len() {
            for j in 0..=right.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let same = usize::from(left[i - 1] != right[j - 1]);
                    let mut best = (table[i - 1][j] + 1)
                        .min(table[i][j - 1] + 1)
                        .min(table[i - 1][j - 1] + same);
                    if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]
                    {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        table[left.len()][right.len()]
    }

    proptest::proptest! {
        #[test]
        fn edit_distance_equals_the_table(left in "[a-d]{0,20}", right in "[a-d]{0,20}") {
            let plain = plain_distance(left.as_bytes(), right.as_bytes());
            proptest::prop_assert_eq!(edit_distance(&left, &right), plain);
        }

        #[test]
        fn shapes_never_rule_out_too_much(left in "[a-f ]{0,12}", right in "[a-f ]{0,12}") {
            let (one, two) = (Shape::of(&left), Shape::of(&right));
            proptest::prop_assert!(one.edits_min(two) <= edit_distance(&left, &right));
            proptest::prop_assert!(one.likeness_max(two) >= jaro_winkler(&left, &right) - 1e-9);
            proptest::prop_assert!(!right.contains(&left) || one.may_be_within(two));
        }

        #[test]
        fn measures_are_symmetric(left in "[a-e ]{0,70}", right in "[a-e ]{0,70}") {
            let there = jaro_winkler(&left, &right);
            proptest::prop_assert!((0.0..=1.0 + 1e-12).contains(&there));
            proptest::prop_assert_eq!(edit_distance(&left, &right), edit_distance(&right, &left));
        }
    }

    #[test]
    fn jaro_winkler_gives_the_published_values() {
        for (left, right, expected) in
            [("martha", "marhta", 0.9611), ("dwayne", "duane", 0.84), ("dixon", "dicksonx", 0.8133)]
        {
            assert!((jaro_winkler(left, right) - expected).abs() < 5e-4, "{left} {right}");
        }
    }
}
