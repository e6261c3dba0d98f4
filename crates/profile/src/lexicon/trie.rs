//! Phrases as a trie over stemmed words: every phrase that starts at a token, in one walk.

use std::collections::HashMap;

use super::Term;
use crate::text::{Kind, Token, tokenize};

/// A trie of phrases. Lookups never iterate a hash map, so answers do not depend on its order.
#[derive(Default)]
pub(crate) struct Trie {
    /// True where words are compared as written, lower-cased and without accents, not by stem.
    as_written: bool,
    words: HashMap<String, u32>,
    edges: HashMap<(u32, u32), u32>,
    terms: Vec<Vec<Term>>,
}

/// A phrase found at a token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found<'a> {
    /// First token after the phrase.
    pub(crate) end: usize,
    /// What it can stand for, never empty.
    pub(crate) terms: &'a [Term],
}

impl Trie {
    /// A trie whose words are compared as written.
    pub(crate) fn as_written() -> Self {
        Self { as_written: true, ..Self::default() }
    }

    fn form<'a>(&self, token: &'a Token) -> &'a str {
        if self.as_written { &token.folded } else { &token.stem }
    }

    pub(crate) fn insert(&mut self, phrase: &str, term: Term) {
        let stems: Vec<String> = tokenize(phrase)
            .iter()
            .filter(|token| !matches!(token.kind, Kind::Mark(_)))
            .map(|token| self.form(token).to_owned())
            .collect();
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
            let Some(word) = self.words.get(self.form(token)) else { break };
            let Some(child) = self.edges.get(&(node, *word)) else { break };
            node = *child;
            i += 1;
            words += 1;
            let terms = self.terms.get(node as usize).map_or(&[][..], Vec::as_slice);
            if !terms.is_empty() {
                found.push(Found { end: i, terms });
            }
        }
        found
    }

    /// The terms of a phrase given as its words in the form of this trie, if it is one.
    pub(crate) fn exact(&self, stems: &[String]) -> &[Term] {
        let mut node = 0_u32;
        for stem in stems {
            let child = self.words.get(stem).and_then(|word| self.edges.get(&(node, *word)));
            match child {
                Some(child) => node = *child,
                None => return &[],
            }
        }
        if stems.is_empty() {
            &[]
        } else {
            self.terms.get(node as usize).map_or(&[], Vec::as_slice)
        }
    }

    /// What the first term that answers says.
    pub(crate) fn find<T>(&self, ask: &dyn Fn(&Term) -> Option<T>) -> Option<T> {
        self.terms.iter().flatten().find_map(ask)
    }

    /// True where some phrase has such a term.
    pub(crate) fn any(&self, test: &dyn Fn(&Term) -> bool) -> bool {
        self.terms.iter().flatten().any(test)
    }

    /// True where the word occurs in any phrase.
    pub(crate) fn knows(&self, stem: &str) -> bool {
        self.words.contains_key(stem)
    }
}
