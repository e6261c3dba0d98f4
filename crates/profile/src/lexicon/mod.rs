//! The compiled-in lexicons: roles, industries, places, triggers and the other vocabularies, in one
//! trie of stemmed phrases.
//!
//! The tables stand in `data/`: `data/reference` as shared by all crates, `data/own` with the
//! phrases this crate adds. A phrase may carry several terms ("agencies" is an industry and a kind
//! of company); which of them is meant is decided by the reader of the brief.

mod psv;
mod tables;
mod trie;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub(crate) use tables::{CurrencyTable, Family, Level, SizeBand};
pub(crate) use trie::Trie;

/// One role of the role table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleInfo {
    /// Key, such as `cfo`.
    pub key: &'static str,
    /// Name for people, such as "Chief Financial Officer".
    pub label: &'static str,
    /// Function, such as `finance`.
    pub function: &'static str,
    /// Seniority, such as `c_suite`.
    pub seniority: &'static str,
}

/// One industry of the lexicon.
#[derive(Debug, Clone)]
pub(crate) struct Industry {
    /// True for a cross-cutting sector (fintech), which never follows from a code alone.
    pub(crate) is_tag: bool,
    pub(crate) naics: Vec<&'static str>,
}

/// What a phrase can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Term {
    Role(&'static str),
    Industry(&'static str),
    CompanyType(&'static str),
    /// Index into [`Lexicon::places`].
    Place(usize),
    Trigger(&'static str),
    Authority(&'static str),
    Stage(&'static str),
    Ownership(&'static str),
    Size(&'static str),
    Seniority(&'static str),
    Function(&'static str),
    Level(Level),
    /// Index into [`Lexicon::families`].
    Family(usize),
    PersonWord(&'static str),
}

/// All tables, read once.
pub(crate) struct Lexicon {
    pub(crate) trie: Trie,
    /// Places, by folded words: stems would make India of Indiana.
    pub(crate) place_trie: Trie,
    pub(crate) roles: BTreeMap<&'static str, RoleInfo>,
    pub(crate) industries: BTreeMap<&'static str, Industry>,
    /// Code lists, one per entry of the place tables.
    pub(crate) places: Vec<Vec<&'static str>>,
    pub(crate) families: Vec<Family>,
    pub(crate) sizes: BTreeMap<&'static str, SizeBand>,
    pub(crate) currencies: CurrencyTable,
    /// Stems of the words that occur in titles, for correcting a slip of the pen.
    pub(crate) title_words: Vec<String>,
}

impl Lexicon {
    /// The one instance.
    pub(crate) fn shared() -> &'static Lexicon {
        static SHARED: OnceLock<Lexicon> = OnceLock::new();
        SHARED.get_or_init(tables::load)
    }

    pub(crate) fn role(&self, key: &str) -> Option<&RoleInfo> {
        self.roles.get(key)
    }

    /// NAICS prefixes of the given industry keys, sorted, without repetition.
    pub(crate) fn naics_of<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let mut codes: Vec<String> = keys
            .into_iter()
            .filter_map(|key| self.industries.get(key))
            .flat_map(|industry| industry.naics.iter().map(|code| (*code).to_owned()))
            .collect();
        codes.sort();
        codes.dedup();
        codes
    }
}

/// The role with this key, if the role table has it.
#[must_use]
pub fn role_info(key: &str) -> Option<&'static RoleInfo> {
    Lexicon::shared().role(key)
}

/// Every listed title with its role.
pub(crate) fn role_phrases() -> Vec<(&'static str, Term)> {
    tables::role_phrases()
}

/// Every field and rank phrase.
pub(crate) fn field_phrases() -> Vec<(&'static str, Term)> {
    tables::field_phrases()
}

/// Every phrase whose words may be mended in a brief.
pub(crate) fn mendable_phrases() -> impl Iterator<Item = &'static str> {
    tables::mendable_phrases()
}

/// The ISO 3166-1 alpha-2 code of a country given by name or code.
pub(crate) fn country_code(name: &str) -> Option<&'static str> {
    let lexicon = Lexicon::shared();
    let tokens = crate::text::tokenize(name);
    let by_name = lexicon.place_trie.at(&tokens, 0).into_iter().rev().find_map(|found| {
        found.terms.iter().find_map(|term| match term {
            Term::Place(place) if found.end == tokens.len() => match lexicon.places[*place][..] {
                [code] => Some(&code[..2]),
                _ => None,
            },
            _ => None,
        })
    });
    let by_code = || {
        lexicon.places.iter().flatten().find(|code| **code == name.trim()).map(|code| &code[..2])
    };
    by_name.or_else(by_code)
}
