//! One slip of the pen in a word of a brief: "procuremnt", "emplyees". Only words that nothing
//! else explains are looked at, and only where a single slip leads to a word of the lexicons.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{classes, filler};
use crate::lexicon::{Lexicon, mendable_phrases};
use crate::text::{Token, stem, tokenize};
use crate::title::one_slip;

/// Shorter words are too easily mistaken for others ("staff", "stuff").
const LETTERS_MIN: usize = 7;
/// From here on a wrong letter is a slip too; below, only one too many, too few, or two swapped.
const LETTERS_FOR_WRONG: usize = 10;
/// The classes whose words a brief has to have right, as they give numbers their meaning.
const CLASSES: [&str; 4] = ["unit_people", "people_before", "revenue", "company_word"];

/// The tokens of a brief, with slips of the pen mended. Places in the text stay as they are.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = tokenize(text);
    // Where most words are unknown this is another language, and its words are no slips of ours.
    let words = || tokens.iter().filter(|token| token.is_word());
    if words().filter(|token| !is_known(token)).count() * 2 > words().count() {
        return tokens;
    }
    for token in &mut tokens {
        if let Some(word) = meant(token) {
            token.folded = word.to_owned();
            token.stem = stem(word);
        }
    }
    tokens
}

fn meant(token: &Token) -> Option<&'static str> {
    let word = token.folded.as_str();
    let looked_at = token.is_word()
        && word.len() >= LETTERS_MIN
        && word.bytes().all(|b| b.is_ascii_alphabetic())
        && !is_known(token);
    if !looked_at {
        return None;
    }
    let near = vocabulary().get(&word.as_bytes()[0])?;
    near.iter()
        .filter(|known| {
            let difference = known.len().abs_diff(word.len());
            difference <= 1
                && (difference == 1 || swapped(known, word) || word.len() >= LETTERS_FOR_WRONG)
                && one_slip(word, known)
        })
        .min_by_key(|known| (known.len().abs_diff(word.len()), known.as_str()))
        .map(String::as_str)
        // A plural or another ending is no slip: "bankings", "retailed".
        .filter(|known| !differs_at_the_end(word, known))
}

/// True where the words have the same letters.
fn swapped(a: &str, b: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters = word.as_bytes().to_vec();
        letters.sort_unstable();
        letters
    };
    sorted(a) == sorted(b)
}

fn differs_at_the_end(a: &str, b: &str) -> bool {
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    same + 1 >= a.len().max(b.len())
}

fn is_known(token: &Token) -> bool {
    let lexicon = Lexicon::shared();
    lexicon.trie.knows(&token.stem)
        || lexicon.place_trie.knows(&token.folded)
        || filler::is_filler(&token.folded)
        || classes::in_any(&token.folded)
}

/// Words of the lexicons by their first letter, each list sorted.
fn vocabulary() -> &'static BTreeMap<u8, Vec<String>> {
    static WORDS: OnceLock<BTreeMap<u8, Vec<String>>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words: BTreeMap<u8, Vec<String>> = BTreeMap::new();
        let phrases = mendable_phrases().chain(CLASSES.iter().flat_map(|c| classes::phrases(c)));
        for token in phrases.flat_map(tokenize) {
            let word = token.folded;
            if word.len() + 1 >= LETTERS_MIN && word.bytes().all(|b| b.is_ascii_alphabetic()) {
                words.entry(word.as_bytes()[0]).or_default().push(word);
            }
        }
        for list in words.values_mut() {
            list.sort();
            list.dedup();
        }
        words
    })
}
