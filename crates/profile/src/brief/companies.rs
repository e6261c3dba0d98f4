//! Companies named in a brief: by their legal form, after "such as", or after "at" in English.

use super::filler::is_filler;
use super::mentions::Reading;
use crate::lexicon::Lexicon;
use crate::text::{Kind, Token};

/// A named company: its name, its tokens, and whether it is unwanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) excluded: bool,
}

const FORMS: &[&str] = &[
    "ag", "gmbh", "se", "inc", "ltd", "llc", "plc", "sa", "spa", "srl", "ab", "oyj", "asa", "nv",
    "bv", "kgaa", "corp", "sarl", "sas", "sl",
];

const LISTS: &[&str] = &["like", "wie", "comme", "como", "come", "som", "namely", "namlich"];

fn is_name(tokens: &[Token], i: usize, reading: &Reading) -> bool {
    let token = &tokens[i];
    token.is_word()
        && token.capitalised
        && !token.plural_acronym
        && !reading.covered[i]
        && !is_filler(&token.folded)
        && token.folded.len() > 1
        && !Lexicon::shared().trie.knows(&token.stem)
}

/// Finds named companies and marks their tokens as understood.
pub(crate) fn named(text: &str, tokens: &[Token], reading: &mut Reading) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let to = run(tokens, i, reading);
        if to == i || !(has_form(tokens, to) || listed(tokens, i, &found)) {
            i = to.max(i + 1);
            continue;
        }
        let end = if has_form(tokens, to) { to + 1 } else { to };
        let excluded = excluded_before(tokens, i);
        let name = text[tokens[i].start..tokens[end - 1].end].to_owned();
        reading.covered[i..end].fill(true);
        found.push(Named { name, from: i, to: end, excluded });
        i = end;
    }
    found
}

fn run(tokens: &[Token], from: usize, reading: &Reading) -> usize {
    let mut to = from;
    while to < tokens.len() && to < from + 4 && is_name(tokens, to, reading) {
        to += 1;
    }
    to
}

fn has_form(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at)
        .is_some_and(|t| t.is_word() && t.capitalised && FORMS.contains(&t.folded.as_str()))
}

fn word(tokens: &[Token], i: usize) -> Option<&str> {
    tokens.get(i).filter(|t| t.is_word()).map(|t| t.folded.as_str())
}

/// After "such as" or "like", after English "at", or next in a list of such names.
fn listed(tokens: &[Token], from: usize, found: &[Named]) -> bool {
    let Some(before) = from.checked_sub(1) else { return false };
    let continues = found.last().is_some_and(|last| {
        (last.to..from).all(|i| {
            matches!(tokens[i].kind, Kind::Mark(',' | '/'))
                || word(tokens, i).is_some_and(|w| {
                    matches!(
                        w,
                        "and"
                            | "or"
                            | "und"
                            | "oder"
                            | "et"
                            | "ou"
                            | "y"
                            | "o"
                            | "e"
                            | "och"
                            | "eller"
                    )
                })
        })
    });
    let such_as = word(tokens, before) == Some("as")
        && before.checked_sub(1).and_then(|k| word(tokens, k)) == Some("such");
    continues || such_as || word(tokens, before).is_some_and(|w| LISTS.contains(&w) || w == "at")
}

fn excluded_before(tokens: &[Token], from: usize) -> bool {
    (from.saturating_sub(3)..from)
        .rev()
        .take_while(|i| !matches!(tokens[*i].kind, Kind::Mark(_)))
        .any(|i| {
            word(tokens, i).is_some_and(|w| {
                matches!(
                    w,
                    "not"
                        | "except"
                        | "excluding"
                        | "nicht"
                        | "ausser"
                        | "sauf"
                        | "hors"
                        | "excepto"
                        | "salvo"
                        | "tranne"
                        | "utom"
                        | "inte"
                        | "no"
                )
            })
        })
}
