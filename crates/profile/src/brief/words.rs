//! Small closed word classes of the six languages, folded: units, comparators, cues.

use super::classes::{self, is};
use crate::text::{Kind, Token};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    People,
    Money,
    Other,
}

/// Which end of a range a comparator names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Min,
    Max,
    About,
}

/// The unit a word after a number names.
pub(crate) fn unit(word: &str) -> Option<Unit> {
    if is("unit_people", word) {
        Some(Unit::People)
    } else if is("unit_other", word) {
        Some(Unit::Other)
    } else if is("revenue", word) {
        Some(Unit::Money)
    } else {
        None
    }
}

/// The unit a word before a number names: "headcount over 5,000", "revenue 20-200m".
pub(crate) fn unit_before(word: &str) -> Option<Unit> {
    if is("revenue", word) {
        Some(Unit::Money)
    } else if is("not_revenue", word) {
        Some(Unit::Other)
    } else if is("people_before", word) {
        Some(Unit::People)
    } else {
        None
    }
}

/// True for words that say nothing about what a number counts.
pub(crate) fn is_plain(word: &str) -> bool {
    super::filler::is_filler(word)
}

/// The factor of a magnitude word.
pub(crate) fn magnitude(word: &str) -> Option<f64> {
    classes::value("magnitude", word)
}

/// As [`magnitude`], but a lone "b" counts only when glued to the number.
pub(crate) fn magnitude_near(word: &str, adjacent: bool) -> Option<f64> {
    if word == "b" && !adjacent { None } else { magnitude(word) }
}

/// "MSEK", "TEUR": a magnitude and a currency in one word; the factor and dollars per unit.
pub(crate) fn scaled_currency(word: &str) -> Option<(f64, f64)> {
    Some(match word {
        "msek" | "mkr" => (1e6, 0.095),
        "mnok" => (1e6, 0.093),
        "mdkk" => (1e6, 0.147),
        "meur" => (1e6, 1.10),
        "mchf" => (1e6, 1.15),
        "musd" => (1e6, 1.0),
        "teur" | "keur" => (1e3, 1.10),
        _ => return None,
    })
}

/// Small numbers in words.
pub(crate) fn number_word(word: &str) -> Option<f64> {
    classes::value("number", word)
}

/// Days in a unit of time.
pub(crate) fn time_unit(word: &str) -> Option<f64> {
    classes::value("days", word)
}

fn longest(tokens: &[Token], i: usize, classes: [(&str, Bound); 3]) -> Option<(Bound, usize)> {
    classes
        .into_iter()
        .filter_map(|(class, bound)| Some((bound, classes::longest(class, tokens, i)?)))
        .fold(None, |best: Option<(Bound, usize)>, found| match best {
            Some(best) if best.1 >= found.1 => Some(best),
            _ => Some(found),
        })
}

const BEFORE: [(&str, Bound); 3] = [
    ("comparator_min", Bound::Min),
    ("comparator_max", Bound::Max),
    ("comparator_about", Bound::About),
];

const AFTER: [(&str, Bound); 3] = [
    ("comparator_after_min", Bound::Min),
    ("comparator_after_max", Bound::Max),
    ("comparator_after_about", Bound::About),
];

/// A comparator before an amount, and the token after it. Articles in between are skipped.
pub(crate) fn comparator(tokens: &[Token], i: usize) -> Option<(Bound, usize)> {
    match tokens.get(i)?.kind {
        Kind::Mark('>' | '≥') => return Some((Bound::Min, skip_mark(tokens, i + 1, '='))),
        Kind::Mark('<' | '≤') => return Some((Bound::Max, skip_mark(tokens, i + 1, '='))),
        Kind::Mark('~' | '≈') => return Some((Bound::About, i + 1)),
        _ => {}
    }
    longest(tokens, i, BEFORE)
}

fn skip_mark(tokens: &[Token], i: usize, mark: char) -> usize {
    if tokens.get(i).is_some_and(|t| t.is_mark(mark)) { i + 1 } else { i }
}

/// A bound after an amount ("5,000+", "or more"), and the token after it.
pub(crate) fn suffix_bound(tokens: &[Token], i: usize) -> Option<(Bound, usize)> {
    if tokens.get(i)?.is_mark('+') {
        return Some((Bound::Min, i + 1));
    }
    // "Menos de 50 y más de 500": the second comparator is no bound of the first number.
    let compares = |next: usize| {
        tokens.get(next).is_some_and(|t| {
            t.number().is_some()
                || matches!(t.folded.as_str(), "de" | "di" | "d" | "than" | "als" | "an" | "del")
        })
    };
    longest(tokens, i, AFTER).filter(|(_, next)| !compares(*next))
}
