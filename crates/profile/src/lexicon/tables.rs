//! Reading the tables of `data/` into the lexicon.

use std::collections::{BTreeMap, BTreeSet};

use super::psv::{list, rows};
use super::{Industry, Lexicon, RoleInfo, Term, Trie};
use crate::text::{fold, phrase_stems};

/// The rank a title names, before the field decides which role that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    CSuite,
    Vp,
    Head,
    Director,
    /// French, Italian, Spanish and Swedish "director": often the head of the field.
    DirectorRomance,
    /// German "Vorstand" and "Geschäftsführer" with a field before it.
    Board,
    Manager,
    Staff,
}

/// A field of work and the role that each rank in it has.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    pub(crate) function: &'static str,
    c_suite: &'static str,
    vp: &'static str,
    head: &'static str,
    director: &'static str,
    manager: &'static str,
    director_romance: &'static str,
    staff: &'static str,
}

impl Family {
    /// The role of this rank in this field, if the role table has one.
    pub(crate) fn role(&self, level: Level) -> Option<&'static str> {
        let key = match level {
            Level::CSuite | Level::Board => self.c_suite,
            Level::Vp => self.vp,
            Level::Head => self.head,
            Level::Director => self.director,
            Level::DirectorRomance => self.director_romance,
            Level::Manager => self.manager,
            Level::Staff => self.staff,
        };
        (!key.is_empty()).then_some(key)
    }
}

/// The soft band of a size word.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SizeBand {
    pub(crate) employees: (Option<f64>, Option<f64>),
    pub(crate) revenue_usd: (Option<f64>, Option<f64>),
}

/// Fixed currency rates: folded symbol or word, dollars per unit.
#[derive(Debug, Default)]
pub(crate) struct CurrencyTable {
    pub(crate) rates: BTreeMap<String, f64>,
}

macro_rules! table {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/", $path))
    };
}

pub(super) fn load() -> Lexicon {
    let mut trie = Trie::default();
    let mut title_words = BTreeSet::new();
    let roles = load_roles(&mut trie, &mut title_words);
    let families = load_families(&mut trie, &roles, &mut title_words);
    let industries = load_industries(&mut trie);
    let mut place_trie = Trie::as_written();
    let places = load_places(&mut place_trie);
    load_flat(&mut trie);
    let sizes = load_sizes(&mut trie);
    Lexicon {
        trie,
        place_trie,
        roles,
        industries,
        places,
        families,
        sizes,
        currencies: load_currencies(),
        title_words: title_words.into_iter().collect(),
    }
}

fn add(trie: &mut Trie, phrase: &str, term: Term) {
    trie.insert(phrase, term);
    // "Geschaeftsfuehrer": the spelling without dots, where a phrase has umlauts.
    if phrase.contains(['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü']) {
        let spelt = phrase
            .replace(['ä'], "ae")
            .replace(['ö'], "oe")
            .replace(['ü'], "ue")
            .replace(['Ä'], "Ae")
            .replace(['Ö'], "Oe")
            .replace(['Ü'], "Ue");
        trie.insert(&spelt, term);
    }
}

fn load_roles(
    trie: &mut Trie,
    title_words: &mut BTreeSet<String>,
) -> BTreeMap<&'static str, RoleInfo> {
    let mut roles = BTreeMap::new();
    let mut name = |trie: &mut Trie, phrase: &str, key: &'static str| {
        title_words.extend(phrase_stems(phrase));
        add(trie, phrase, Term::Role(key));
    };
    for row in rows(table!("reference/roles.psv")) {
        let [key, label, function, seniority, synonyms] = row[..] else { continue };
        roles.insert(key, RoleInfo { key, label, function, seniority });
        name(trie, label, key);
        for synonym in list(synonyms) {
            name(trie, synonym, key);
        }
    }
    for row in rows(table!("own/roles_more.psv")) {
        let [key, synonyms] = row[..] else { continue };
        for synonym in list(synonyms) {
            name(trie, synonym, key);
        }
    }
    roles
}

fn load_families(
    trie: &mut Trie,
    roles: &BTreeMap<&'static str, RoleInfo>,
    title_words: &mut BTreeSet<String>,
) -> Vec<Family> {
    let mut families = Vec::new();
    for row in rows(table!("own/families.psv")) {
        let [_, phrases, c_suite, vp, head, director, manager, director_romance, staff] = row[..]
        else {
            continue;
        };
        let function = roles.get(head).map_or("", |role| role.function);
        for phrase in list(phrases) {
            title_words.extend(phrase_stems(phrase));
            add(trie, phrase, Term::Family(families.len()));
        }
        families.push(Family {
            function,
            c_suite,
            vp,
            head,
            director,
            manager,
            director_romance,
            staff,
        });
    }
    for row in rows(table!("own/levels.psv")) {
        let [level, phrases] = row[..] else { continue };
        let level = match level {
            "c_suite" => Level::CSuite,
            "vp" => Level::Vp,
            "head" => Level::Head,
            "director" => Level::Director,
            "director_romance" => Level::DirectorRomance,
            "vorstand" => Level::Board,
            "manager" => Level::Manager,
            _ => Level::Staff,
        };
        for phrase in list(phrases) {
            title_words.extend(phrase_stems(phrase));
            add(trie, phrase, Term::Level(level));
        }
    }
    families
}

fn load_industries(trie: &mut Trie) -> BTreeMap<&'static str, Industry> {
    let mut industries = BTreeMap::new();
    for row in rows(table!("reference/industry_lexicon.psv")) {
        let [key, kind, naics, phrases] = row[..] else { continue };
        let naics = naics.split(',').map(str::trim).collect();
        industries.insert(key, Industry { is_tag: kind == "tag", naics });
        for phrase in list(phrases) {
            add(trie, phrase, Term::Industry(key));
        }
    }
    for row in rows(table!("own/industries_more.psv")) {
        let [key, phrases] = row[..] else { continue };
        for phrase in list(phrases) {
            add(trie, phrase, Term::Industry(key));
        }
    }
    industries
}

fn load_places(trie: &mut Trie) -> Vec<Vec<&'static str>> {
    let mut places = Vec::new();
    let mut place = |trie: &mut Trie, names: &'static str, codes: &'static str| {
        for name in list(names) {
            // A name that an earlier table has keeps its first meaning ("Georgia" is the state).
            let known =
                trie.exact(&folded_words(name)).iter().any(|term| matches!(term, Term::Place(_)));
            if !known {
                for form in place_forms(name) {
                    add(trie, &form, Term::Place(places.len()));
                }
            }
        }
        places.push(codes.split(',').map(str::trim).collect());
    };
    for row in rows(table!("reference/geo_aliases.psv")) {
        if let [names, codes] = row[..] {
            place(trie, names, codes);
        }
    }
    for row in rows(table!("own/places.psv")) {
        if let [names, codes] = row[..] {
            place(trie, names, codes);
        }
    }
    for row in rows(table!("own/countries.psv")) {
        if let [code, names] = row[..] {
            place(trie, names, code);
        }
    }
    places
}

fn folded_words(name: &str) -> Vec<String> {
    crate::text::tokenize(name)
        .into_iter()
        .filter(|token| !matches!(token.kind, crate::text::Kind::Mark(_)))
        .map(|token| token.folded)
        .collect()
}

/// The forms in which a place or its adjective is written: German endings, a genitive or plural s.
fn place_forms(name: &str) -> Vec<String> {
    let mut forms = vec![name.to_owned()];
    if name.ends_with("isch") || name == "deutsch" {
        forms.extend(["e", "en", "er", "es", "em"].map(|ending| format!("{name}{ending}")));
    }
    if !name.contains(' ') && name.len() > 4 && !name.ends_with('s') {
        forms.push(format!("{name}s"));
    }
    forms
}

/// A table's text, and what its keys stand for.
type Flat = (&'static str, fn(&'static str) -> Term);

/// The tables of the form key, phrases.
fn load_flat(trie: &mut Trie) {
    let tables: [Flat; 11] = [
        (table!("own/stages.psv"), Term::Stage),
        (table!("own/ownership.psv"), Term::Ownership),
        (table!("own/company_types.psv"), Term::CompanyType),
        (table!("reference/trigger_lexicon.psv"), Term::Trigger),
        (table!("own/triggers_more.psv"), Term::Trigger),
        (table!("reference/authority_lexicon.psv"), Term::Authority),
        (table!("own/authority_more.psv"), Term::Authority),
        (table!("own/size_more.psv"), Term::Size),
        (table!("own/seniority_words.psv"), Term::Seniority),
        (table!("own/function_words.psv"), Term::Function),
        (table!("own/people_words.psv"), Term::PersonWord),
    ];
    for (text, term) in tables {
        for row in rows(text) {
            let [key, phrases] = row[..] else { continue };
            for phrase in list(phrases) {
                // A funding stage alone is no funding event.
                let is_stage = trie
                    .exact(&phrase_stems(phrase))
                    .iter()
                    .any(|known| matches!(known, Term::Stage(_)));
                if !(is_stage && matches!(term(key), Term::Trigger(_))) {
                    add(trie, phrase, term(key));
                }
            }
        }
    }
}

fn load_sizes(trie: &mut Trie) -> BTreeMap<&'static str, SizeBand> {
    let mut sizes = BTreeMap::new();
    for row in rows(table!("reference/size_words.psv")) {
        let [names, employees_min, employees_max, revenue_min, revenue_max, _] = row[..] else {
            continue;
        };
        let mut names = list(names);
        let Some(key) = names.next() else { continue };
        let end = |column: &str| column.parse::<f64>().ok();
        let band = SizeBand {
            employees: (end(employees_min), end(employees_max)),
            revenue_usd: (end(revenue_min), end(revenue_max)),
        };
        sizes.insert(key, band);
        add(trie, key, Term::Size(key));
        for name in names {
            add(trie, name, Term::Size(key));
        }
    }
    sizes
}

fn load_currencies() -> CurrencyTable {
    let mut rates = BTreeMap::new();
    for row in rows(table!("reference/currency_words.psv")) {
        let [_, words, rate] = row[..] else { continue };
        let Ok(rate) = rate.parse::<f64>() else { continue };
        for word in list(words) {
            rates.entry(fold(word)).or_insert(rate);
        }
    }
    for (word, rate) in [
        ("kr", 0.095),
        ("mkr", 0.095),
        ("krona", 0.095),
        ("dolares", 1.0),
        ("dollari", 1.0),
        ("us", 1.0),
        ("livres", 1.28),
        ("libras", 1.28),
        ("sterline", 1.28),
        ("pund", 1.28),
        ("pfund", 1.28),
        ("schweizer franken", 1.15),
        ("franchi", 1.15),
        ("francos", 1.15),
    ] {
        rates.entry(word.to_owned()).or_insert(rate);
    }
    CurrencyTable { rates }
}

pub(super) fn role_phrases() -> Vec<(&'static str, Term)> {
    let mut phrases = Vec::new();
    for row in rows(table!("reference/roles.psv")) {
        let [key, label, _, _, synonyms] = row[..] else { continue };
        phrases.push((label, Term::Role(key)));
        phrases.extend(list(synonyms).map(|synonym| (synonym, Term::Role(key))));
    }
    for row in rows(table!("own/roles_more.psv")) {
        let [key, synonyms] = row[..] else { continue };
        phrases.extend(list(synonyms).map(|synonym| (synonym, Term::Role(key))));
    }
    phrases
}

/// Every phrase of roles, fields, industries and triggers: what a slip of the pen can have meant.
pub(super) fn mendable_phrases() -> impl Iterator<Item = &'static str> {
    let industries = rows(table!("reference/industry_lexicon.psv"))
        .chain(rows(table!("own/industries_more.psv")))
        .chain(rows(table!("reference/trigger_lexicon.psv")))
        .chain(rows(table!("own/triggers_more.psv")))
        .chain(rows(table!("reference/geo_aliases.psv")).map(|row| vec![row[0]]))
        .chain(rows(table!("own/places.psv")).map(|row| vec![row[0]]))
        .filter_map(|row| row.last().copied())
        .flat_map(list);
    role_phrases().into_iter().chain(field_phrases()).map(|(phrase, _)| phrase).chain(industries)
}

pub(super) fn field_phrases() -> Vec<(&'static str, Term)> {
    let families = rows(table!("own/families.psv"))
        .enumerate()
        .flat_map(|(index, row)| list(row[1]).map(move |phrase| (phrase, Term::Family(index))));
    let levels = rows(table!("own/levels.psv"))
        .flat_map(|row| list(row[1]).map(|phrase| (phrase, Term::Level(Level::Head))));
    families.chain(levels).collect()
}
