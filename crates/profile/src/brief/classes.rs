//! Closed word classes of the six languages, folded: units, comparators, cues, function words.
//!
//! The words stand in `data/own/word_classes.psv` and, where they have a value, in
//! `data/own/word_values.psv`; the code names the class.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::text::Token;

const CLASSES: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/own/word_classes.psv"));
const VALUES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/own/word_values.psv"));

/// The phrases of one class: whole, and by their first word.
#[derive(Default)]
struct Class {
    whole: HashSet<&'static str>,
    by_first: HashMap<&'static str, Vec<Vec<&'static str>>>,
}

fn classes() -> &'static HashMap<&'static str, Class> {
    static TABLE: OnceLock<HashMap<&'static str, Class>> = OnceLock::new();
    TABLE.get_or_init(|| {
        CLASSES
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once('|'))
            .map(|(name, phrases)| {
                let mut class = Class::default();
                for phrase in phrases.split(';') {
                    let words: Vec<&str> = phrase.split(' ').collect();
                    class.whole.insert(phrase);
                    class.by_first.entry(words[0]).or_default().push(words);
                }
                (name, class)
            })
            .collect()
    })
}

/// True where the class has the word.
pub(crate) fn is(class: &str, word: &str) -> bool {
    classes().get(class).is_some_and(|class| class.whole.contains(word))
}

/// True where some class has the word.
pub(crate) fn in_any(word: &str) -> bool {
    classes().values().any(|class| class.whole.contains(word) || class.by_first.contains_key(word))
}

/// The phrases of a class, in the order of the table.
pub(crate) fn phrases(class: &str) -> impl Iterator<Item = &'static str> {
    CLASSES
        .lines()
        .filter_map(|line| line.split_once('|'))
        .filter(move |(name, _)| *name == class)
        .flat_map(|(_, phrases)| phrases.split(';'))
}

/// The token after the longest phrase of the class that starts at token `i`.
pub(crate) fn longest(class: &str, tokens: &[Token], i: usize) -> Option<usize> {
    let first = tokens.get(i).filter(|t| t.is_word())?;
    let phrases = classes().get(class)?.by_first.get(first.folded.as_str())?;
    phrases
        .iter()
        .filter(|words| {
            words.iter().enumerate().all(|(k, word)| {
                tokens.get(i + k).is_some_and(|t| t.is_word() && t.folded == *word)
            })
        })
        .map(|words| i + words.len())
        .max()
}

/// The value of a word in a table: `number`, `magnitude` or `days`.
pub(crate) fn value(table: &str, word: &str) -> Option<f64> {
    static VALUES_BY_WORD: OnceLock<HashMap<(&'static str, &'static str), f64>> = OnceLock::new();
    let values = VALUES_BY_WORD.get_or_init(|| {
        VALUES
            .lines()
            .skip(1)
            .filter_map(|line| {
                let (table, rest) = line.split_once('|')?;
                let (value, words) = rest.split_once('|')?;
                Some((table, value.parse::<f64>().ok()?, words))
            })
            .flat_map(|(table, value, words)| words.split(';').map(move |w| ((table, w), value)))
            .collect()
    });
    // The table's name is static text in every call; looking it up as borrowed text is enough.
    values.get(&(table, word)).copied()
}
