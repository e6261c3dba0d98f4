//! The columnar index over people and companies.

use std::collections::HashMap;

use super::{Company, Day, Person};
use crate::lexicon::{Lexicon, Term};
use crate::text::{Token, fold, tokenize};
use crate::title::{Resolution, TitleResolver};

/// No value.
pub(crate) const NONE: u32 = u32::MAX;

/// Strings that repeat, stored once. Ids are given in order of first sight.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    ids: HashMap<String, u32>,
    pub(crate) values: Vec<String>,
}

impl Interner {
    fn id(&mut self, value: Option<&str>) -> u32 {
        let Some(value) = value.map(str::trim).filter(|v| !v.is_empty()) else { return NONE };
        if let Some(id) = self.ids.get(value) {
            return *id;
        }
        let id = u32::try_from(self.values.len()).unwrap_or(NONE);
        self.ids.insert(value.to_owned(), id);
        self.values.push(value.to_owned());
        id
    }

    pub(crate) fn get(&self, id: u32) -> Option<&str> {
        self.values.get(id as usize).map(String::as_str)
    }
}

/// Many short strings in one.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    bytes: String,
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.bytes[start..self.ends[index] as usize]
    }
}

/// What a note says about authority.
#[derive(Debug, Clone, Default)]
pub(crate) struct NoteFacts {
    pub(crate) authority: Vec<&'static str>,
    /// Stems of the words that no authority phrase explains: the topic.
    pub(crate) topic: Vec<String>,
}

/// One event, packed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PackedEvent {
    pub(crate) kind: u16,
    pub(crate) day: i32,
    pub(crate) text: u32,
}

/// A company's columns in one row; numbers are NaN where unknown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CompanyRow {
    pub(crate) industry: u32,
    pub(crate) naics: u32,
    pub(crate) employees: f32,
    pub(crate) revenue_usd: f64,
    pub(crate) place: u32,
    pub(crate) ownership: u32,
    pub(crate) stage: u32,
    pub(crate) company_type: u32,
    pub(crate) source: u32,
    events_from: u32,
    events_to: u32,
    pub(crate) events_known: bool,
}

/// A person's columns in one row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PersonRow {
    pub(crate) title: u32,
    pub(crate) company: u32,
    pub(crate) place: u32,
    pub(crate) note: u32,
}

/// People and companies, ready to be searched. Build it with [`IndexBuilder`].
#[derive(Debug, Default)]
pub struct Index {
    pub(crate) people: Vec<PersonRow>,
    pub(crate) person_ids: Texts,
    pub(crate) companies: Vec<CompanyRow>,
    pub(crate) company_ids: Texts,
    pub(crate) company_names: Texts,
    pub(crate) events: Vec<PackedEvent>,
    pub(crate) titles: Interner,
    pub(crate) title_roles: Vec<Option<Resolution>>,
    pub(crate) notes: Interner,
    pub(crate) note_facts: Vec<NoteFacts>,
    pub(crate) industries: Interner,
    /// Industry keys that each industry phrase names; empty where none was recognised.
    pub(crate) industry_keys: Vec<Vec<&'static str>>,
    pub(crate) naics: Interner,
    /// Country and subdivision, joined by a bar.
    pub(crate) places: Interner,
    pub(crate) words: Interner,
    pub(crate) event_kinds: Interner,
    /// People by role key; the last list holds people without a known title.
    pub(crate) by_role: Vec<(&'static str, Vec<u32>)>,
    pub(crate) untitled: Vec<u32>,
    pub(crate) newest_event: Option<Day>,
}

impl Index {
    /// Number of people.
    #[must_use]
    pub fn people_len(&self) -> usize {
        self.people.len()
    }

    /// Number of companies.
    #[must_use]
    pub fn companies_len(&self) -> usize {
        self.companies.len()
    }

    /// Number of distinct titles.
    #[must_use]
    pub fn titles_len(&self) -> usize {
        self.titles.values.len()
    }

    /// Id of the person at this position of a hit.
    #[must_use]
    pub fn person_id(&self, person: u32) -> &str {
        self.person_ids.get(person as usize)
    }

    /// The day of the newest event: the date to search as of, where none is given.
    #[must_use]
    pub fn newest_event(&self) -> Option<Day> {
        self.newest_event
    }

    pub(crate) fn events_of(&self, company: &CompanyRow) -> &[PackedEvent] {
        &self.events[company.events_from as usize..company.events_to as usize]
    }

    pub(crate) fn place(&self, place: u32) -> (Option<&str>, Option<&str>) {
        let Some(text) = self.places.get(place) else { return (None, None) };
        let (country, subdivision) = text.split_once('|').unwrap_or((text, ""));
        ((!country.is_empty()).then_some(country), (!subdivision.is_empty()).then_some(subdivision))
    }
}

/// Takes in companies, then people, and makes the index.
#[derive(Debug, Default)]
pub struct IndexBuilder {
    index: Index,
    company_at: HashMap<String, u32>,
}

impl IndexBuilder {
    /// An empty builder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a company. A second company with the same id is kept apart and reached by nobody.
    pub fn company(&mut self, company: &Company) {
        let index = &mut self.index;
        let at = u32::try_from(index.companies.len()).unwrap_or(NONE);
        self.company_at.entry(company.id.clone()).or_insert(at);
        index.company_ids.push(&company.id);
        index.company_names.push(&company.name);
        let events_from = u32::try_from(index.events.len()).unwrap_or(NONE);
        for event in company.events.iter().flatten() {
            let Ok(day) = event.date.parse::<Day>() else { continue };
            let kind = index.event_kinds.id(Some(&event.kind));
            let text = index.words.id(Some(&event.text));
            index.events.push(PackedEvent {
                kind: u16::try_from(kind).unwrap_or(u16::MAX),
                day: day.0,
                text,
            });
            index.newest_event = index.newest_event.max(Some(day));
        }
        let events_to = u32::try_from(index.events.len()).unwrap_or(NONE);
        let place = place_id(index, company.country.as_deref(), company.subdivision.as_deref());
        let source = company.provenance.as_ref().map(|p| p.source.as_str());
        let row = CompanyRow {
            industry: industry_id(index, company.industry.as_deref()),
            naics: index.naics.id(company.naics.as_deref()),
            employees: narrow(company.employees.unwrap_or(f64::NAN)),
            revenue_usd: company.revenue_usd.unwrap_or(f64::NAN),
            place,
            ownership: index.words.id(company.ownership.as_deref()),
            stage: index.words.id(company.stage.as_deref()),
            company_type: index.words.id(company.company_type.as_deref()),
            source: index.words.id(source),
            events_from,
            events_to,
            events_known: company.events.is_some(),
        };
        index.companies.push(row);
    }

    /// Takes in a person; the company must have been taken in before, else it is unknown.
    pub fn person(&mut self, person: &Person) {
        let index = &mut self.index;
        let company = person.company_id.as_ref().and_then(|id| self.company_at.get(id));
        let place = place_id(index, person.country.as_deref(), person.subdivision.as_deref());
        let row = PersonRow {
            title: index.titles.id(person.title.as_deref()),
            company: company.copied().unwrap_or(NONE),
            place,
            note: index.notes.id(person.notes.as_deref()),
        };
        index.people.push(row);
        index.person_ids.push(&person.id);
    }

    /// Resolves each distinct title and note once, and lists people by role.
    #[must_use]
    pub fn build(self) -> Index {
        let mut index = self.index;
        let resolver = TitleResolver::new();
        index.title_roles =
            index.titles.values.iter().map(|title| resolver.resolve(title)).collect();
        index.note_facts = index.notes.values.iter().map(|note| note_facts(note)).collect();
        let keys: Vec<&'static str> = Lexicon::shared().roles.keys().copied().collect();
        let mut by_role: Vec<Vec<u32>> = vec![Vec::new(); keys.len()];
        for (at, person) in index.people.iter().enumerate() {
            let at = u32::try_from(at).unwrap_or(NONE);
            match index.title_roles.get(person.title as usize) {
                None => index.untitled.push(at),
                Some(None) => {}
                Some(Some(found)) => {
                    if let Ok(role) = keys.binary_search(&found.role) {
                        by_role[role].push(at);
                    }
                }
            }
        }
        index.by_role = keys.into_iter().zip(by_role).collect();
        index
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a headcount needs no more than 24 bits")]
fn narrow(value: f64) -> f32 {
    value as f32
}

fn place_id(index: &mut Index, country: Option<&str>, subdivision: Option<&str>) -> u32 {
    match (country, subdivision) {
        (None, None) => NONE,
        (country, subdivision) => {
            let joined = format!("{}|{}", country.unwrap_or(""), subdivision.unwrap_or(""));
            index.places.id(Some(&joined))
        }
    }
}

fn industry_id(index: &mut Index, phrase: Option<&str>) -> u32 {
    let id = index.industries.id(phrase);
    if id != NONE && id as usize == index.industry_keys.len() {
        index.industry_keys.push(industry_keys(phrase.unwrap_or("")));
    }
    id
}

/// The industry keys of a phrase: of the whole phrase, else of the longest phrases inside it.
fn industry_keys(phrase: &str) -> Vec<&'static str> {
    let lexicon = Lexicon::shared();
    let tokens = tokenize(phrase);
    let keys = |terms: &[Term]| -> Vec<&'static str> {
        terms
            .iter()
            .filter_map(|term| match term {
                Term::Industry(key) => Some(*key),
                _ => None,
            })
            .collect()
    };
    let mut found: Vec<&'static str> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let longest = lexicon.trie.at(&tokens, i).into_iter().rev().find_map(|phrase| {
            let keys = keys(phrase.terms);
            (!keys.is_empty()).then_some((keys, phrase.end))
        });
        match longest {
            Some((keys, end)) => {
                if i == 0 && end == tokens.len() {
                    return keys;
                }
                found.extend(keys);
                i = end;
            }
            None => i += 1,
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Reads a note such as "selects the vendors for financial software".
pub(crate) fn note_facts(note: &str) -> NoteFacts {
    let lexicon = Lexicon::shared();
    let tokens = tokenize(note);
    let mut facts = NoteFacts::default();
    let mut i = 0;
    while i < tokens.len() {
        let authority = lexicon.trie.at(&tokens, i).into_iter().rev().find_map(|found| {
            let kinds: Vec<&'static str> = found
                .terms
                .iter()
                .filter_map(|term| match term {
                    Term::Authority(key) => Some(*key),
                    _ => None,
                })
                .collect();
            (!kinds.is_empty()).then_some((kinds, found.end))
        });
        match authority {
            Some((kinds, end)) => {
                facts.authority.extend(kinds);
                i = end;
            }
            None => {
                facts.topic.extend(topic_word(&tokens[i]));
                i += 1;
            }
        }
    }
    facts.authority.sort_unstable();
    facts.authority.dedup();
    facts
}

/// The stem of a word that can be part of a topic.
pub(crate) fn topic_word(token: &Token) -> Option<String> {
    let plain = matches!(
        fold(&token.folded).as_str(),
        "tools"
            | "tool"
            | "tooling"
            | "purchases"
            | "purchase"
            | "purchasing"
            | "buying"
            | "solutions"
            | "solution"
            | "systems"
            | "system"
            | "projects"
            | "project"
            | "products"
            | "vendors"
            | "vendor"
            | "suppliers"
    );
    let open = token.is_word() && !plain && !crate::brief::filler::is_filler(&token.folded);
    open.then(|| token.stem.clone())
}
