//! How often each word occurs, as a share of all.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::rate::Rate;

/// One word with its share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The word.
    pub word: String,
    /// How many of all.
    pub rate: Rate,
}

/// Every word with its share of all words, most frequent first, then by word.
pub fn tally<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<Tally> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let all = counts.values().sum();
    let mut found: Vec<Tally> = counts
        .into_iter()
        .map(|(word, count)| Tally { word: word.to_owned(), rate: Rate::new(count, all) })
        .collect();
    found.sort_by(|a, b| b.rate.hits().cmp(&a.rate.hits()).then_with(|| a.word.cmp(&b.word)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_comes_first() {
        let found = tally(["no answer", "refused", "bad number", "no answer"]);
        let words: Vec<&str> = found.iter().map(|t| t.word.as_str()).collect();
        assert_eq!(words, ["no answer", "bad number", "refused"]);
        assert_eq!(found[0].rate, Rate::new(2, 4));
    }
}
