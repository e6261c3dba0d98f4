//! Mending one slip of the pen: neighbours swapped, a letter too many, too few or wrong.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::lexicon::{Lexicon, Term};
use crate::text::{Token, stem};

/// Words shorter than this are too easily mistaken for others.
const LETTERS_MIN: usize = 5;

/// A listed title with two neighbouring letters swapped anywhere, a space counting as a letter
/// ("vicep resident finance"): compared without spaces.
pub(crate) fn swapped_title(tokens: &[Token]) -> Option<&'static str> {
    let joined: String = tokens.iter().filter(|t| t.is_word()).map(|t| t.folded.as_str()).collect();
    if joined.len() < LETTERS_MIN || !joined.is_ascii() {
        return None;
    }
    let titles = joined_titles();
    if let Some(role) = titles.get(&joined) {
        return Some(role);
    }
    let bytes = joined.as_bytes();
    (0..bytes.len() - 1).find_map(|i| {
        let mut swapped = bytes.to_vec();
        swapped.swap(i, i + 1);
        String::from_utf8(swapped).ok().and_then(|key| titles.get(&key).copied())
    })
}

fn joined_titles() -> &'static BTreeMap<String, &'static str> {
    static TITLES: OnceLock<BTreeMap<String, &'static str>> = OnceLock::new();
    TITLES.get_or_init(|| {
        let mut titles = BTreeMap::new();
        for (phrase, term) in crate::lexicon::role_phrases() {
            let joined: String = crate::text::tokenize(phrase)
                .iter()
                .filter(|t| t.is_word())
                .map(|t| t.folded.as_str())
                .collect();
            if let Term::Role(key) = term {
                titles.entry(joined).or_insert(key);
            }
        }
        titles
    })
}

/// The tokens with each unknown word replaced by the one title word a single slip away; `None`
/// where no word changes.
pub(crate) fn words(tokens: &[Token]) -> Option<Vec<Token>> {
    let lexicon = Lexicon::shared();
    let mut changed = false;
    let mended = tokens
        .iter()
        .map(|token| {
            let unknown = token.is_word()
                && token.folded.len() >= LETTERS_MIN
                && token.folded.is_ascii()
                && lexicon.title_words.binary_search(&token.stem).is_err();
            match unknown.then(|| nearest(&token.folded)).flatten() {
                Some(word) => {
                    changed = true;
                    Token { folded: word.to_owned(), stem: stem(word), ..token.clone() }
                }
                None => token.clone(),
            }
        })
        .collect();
    changed.then_some(mended)
}

fn nearest(word: &str) -> Option<&'static str> {
    vocabulary()
        .iter()
        .filter(|known| known.len().abs_diff(word.len()) <= 1 && one_slip(word, known))
        .min_by_key(|known| (known.len().abs_diff(word.len()), known.as_str()))
        .map(String::as_str)
}

/// Whole words of titles, folded.
fn vocabulary() -> &'static Vec<String> {
    static WORDS: OnceLock<Vec<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words: Vec<String> = crate::lexicon::role_phrases()
            .into_iter()
            .chain(crate::lexicon::field_phrases())
            .flat_map(|(phrase, _)| crate::text::tokenize(phrase))
            .filter(|t| t.is_word() && t.folded.len() >= LETTERS_MIN && t.folded.is_ascii())
            .map(|t| t.folded)
            .collect();
        words.sort();
        words.dedup();
        words
    })
}

/// True where one swap of neighbours, insertion, deletion or substitution turns `a` into `b`.
pub(crate) fn one_slip(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    match (a, b) {
        ([], [_]) | ([_], []) => true,
        // A wrong first letter is another word, not a slip.
        ([_], [_]) => front > 0,
        ([x, y], [p, q]) => x == q && y == p,
        _ => false,
    }
}
