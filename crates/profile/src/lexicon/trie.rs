//! Phrases as a trie over stemmed words: every phrase that starts at a token, in one walk.

use std::collections::HashMap;

use super::Term;
use crate::text::{Kind, Token, phrase_stems};

/// A trie of phrases. Lookups never iterate a hash map, so answers do not depend on its order.
#[derive(Default)]
pub(crate) struct Trie {
    words: HashMap<String, u32>,
    edges: HashMap<(u32, u32), u32>,
    terms: Vec<Vec<Term>>,
}

/// A phrase found at a token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'a> {
    /// First token after the phrase.
    pub(crate) end: usize,
    /// Words of the phrase.
    pub(crate) words: usize,
    /// What it can stand for, never empty.
    pub(crate) terms: &'a [Term],
}

impl Trie {
    pub(crate) fn insert(&mut self, phrase: &str, term: Term) {
        let stems = phrase_stems(phrase);
        if stems.is_empty() {
            return;
        }
        if self.terms.is_empty() {
            self.terms.push(Vec::new());
        }
        let mut node = 0;
        for stem in stems {
            let fresh = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let word = *self.words.entry(stem).or_insert(fresh);
            let next = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
            let child = *self.edges.entry((node, word)).or_insert(next);
            if child == next {
                self.terms.push(Vec::new());
            }
            node = child;
        }
        if let Some(terms) = self.terms.get_mut(node as usize)
            && !terms.contains(&term)
        {
            terms.push(term);
        }
    }

    /// The phrases that start at token `from`, shortest first. A slash or plus between two words
    /// of a phrase is skipped ("BSA/AML", "I+D"); no other mark is.
    pub(crate) fn at(&self, tokens: &[Token], from: usize) -> Vec<Found<'_>> {
        let mut found = Vec::new();
        let (mut node, mut i, mut words) = (0_u32, from, 0);
        while let Some(token) = tokens.get(i) {
            if words > 0 && matches!(token.kind, Kind::Mark('/' | '+')) {
                i += 1;
                continue;
            }
            if matches!(token.kind, Kind::Mark(_)) {
                break;
            }
            let Some(word) = self.words.get(&token.stem) else { break };
            let Some(child) = self.edges.get(&(node, *word)) else { break };
            node = *child;
            i += 1;
            words += 1;
            let terms = self.terms.get(node as usize).map_or(&[][..], Vec::as_slice);
            if !terms.is_empty() {
                found.push(Found { end: i, words, terms });
            }
        }
        found
    }

    /// The terms of a phrase given as stems, if it is one.
    pub(crate) fn exact(&self, stems: &[String]) -> &[Term] {
        let mut node = 0_u32;
        for stem in stems {
            let child = self.words.get(stem).and_then(|word| self.edges.get(&(node, *word)));
            match child {
                Some(child) => node = *child,
                None => return &[],
            }
        }
        if stems.is_empty() { &[] } else { self.terms.get(node as usize).map_or(&[], Vec::as_slice) }
    }

    /// True where the word occurs in any phrase.
    pub(crate) fn knows(&self, stem: &str) -> bool {
        self.words.contains_key(stem)
    }
}
