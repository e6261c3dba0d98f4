//! Criteria made ready for an index: what repeats is judged once, before the people are walked.

use super::index::{Index, NONE, topic_word};
use super::{Day, Truth, places};
use crate::criteria::{Criteria, Range};
use crate::lexicon::{Lexicon, SizeBand};
use crate::text::tokenize;

/// Days of the window where the criteria name none.
pub(crate) const WINDOW_DAYS: u32 = 365;

/// Judgements per distinct value, looked up by its id; the last entry is for "no value".
#[derive(Debug)]
pub(crate) struct Column(Vec<Truth>);

impl Column {
    fn judge(len: usize, judge: impl Fn(u32) -> Truth) -> Self {
        let mut column: Vec<Truth> = (0..u32::try_from(len).unwrap_or(0)).map(&judge).collect();
        column.push(judge(NONE));
        Self(column)
    }

    pub(crate) fn get(&self, id: u32) -> Truth {
        let none = self.0.len() - 1;
        self.0[(id as usize).min(none)]
    }
}

/// Criteria against one index.
pub(crate) struct Plan<'a> {
    pub(crate) criteria: &'a Criteria,
    /// By title id: does the title's role fit?
    pub(crate) titles: Column,
    pub(crate) titles_excluded: Option<Column>,
    pub(crate) industry_phrases: Option<Column>,
    pub(crate) industry_codes: Option<Column>,
    pub(crate) excluded_phrases: Option<Column>,
    pub(crate) excluded_codes: Option<Column>,
    pub(crate) places: Option<Column>,
    pub(crate) places_excluded: Option<Column>,
    pub(crate) ownership: Option<Column>,
    pub(crate) stage: Option<Column>,
    pub(crate) types_excluded: Option<Column>,
    pub(crate) notes: Option<Column>,
    pub(crate) size: Option<SizeBand>,
    /// Word ids of the wanted events.
    pub(crate) event_kinds: Vec<u16>,
    pub(crate) since: Day,
    pub(crate) as_of: Day,
    pub(crate) company_names: Vec<String>,
    pub(crate) company_names_excluded: Vec<String>,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(index: &Index, criteria: &'a Criteria, as_of: Day) -> Self {
        let exclude = &criteria.exclude;
        let words = |wanted: &[String]| {
            (!wanted.is_empty()).then(|| {
                Column::judge(index.words.values.len(), |id| {
                    Truth::of(index.words.get(id).map(|word| wanted.iter().any(|w| w == word)))
                })
            })
        };
        let place = |wanted: &[String]| {
            (!wanted.is_empty()).then(|| {
                Column::judge(index.places.values.len(), |id| {
                    let (country, subdivision) = index.place(id);
                    places::lies_in(wanted, country, subdivision)
                })
            })
        };
        let (industry_phrases, industry_codes) = industry_columns(index, &criteria.industry_keys);
        let (excluded_phrases, excluded_codes) = industry_columns(index, &exclude.industry_keys);
        let days = criteria.trigger_within_days.unwrap_or(WINDOW_DAYS);
        let event_kinds = criteria
            .triggers
            .iter()
            .filter_map(|kind| index.event_kinds.values.iter().position(|word| word == kind))
            .filter_map(|id| u16::try_from(id).ok())
            .collect();
        let fold_all = |names: &[String]| names.iter().map(|n| company_key(n)).collect();
        Self {
            criteria,
            titles: title_column(index, criteria),
            titles_excluded: excluded_titles(index, criteria),
            industry_phrases,
            industry_codes,
            excluded_phrases,
            excluded_codes,
            places: place(&criteria.geos),
            places_excluded: place(&exclude.geos),
            ownership: words(&criteria.ownership),
            stage: words(&criteria.company_stage),
            types_excluded: words(&exclude.company_types),
            notes: note_column(index, criteria),
            size: size_band(criteria),
            event_kinds,
            since: Day(as_of.0.saturating_sub(i32::try_from(days).unwrap_or(i32::MAX))),
            as_of,
            company_names: fold_all(&criteria.companies),
            company_names_excluded: fold_all(&exclude.companies),
        }
    }
}

/// A company name without case, marks and legal form.
pub(crate) fn company_key(name: &str) -> String {
    let words: Vec<String> = tokenize(name)
        .into_iter()
        .filter(|t| !matches!(t.kind, crate::text::Kind::Mark(_)))
        .map(|t| t.folded)
        .collect();
    let is_form = |word: &String| {
        matches!(
            word.as_str(),
            "ag" | "gmbh"
                | "inc"
                | "ltd"
                | "llc"
                | "plc"
                | "sa"
                | "spa"
                | "srl"
                | "ab"
                | "oy"
                | "corp"
                | "co"
                | "kg"
                | "se"
                | "nv"
                | "bv"
                | "sarl"
                | "sas"
                | "sl"
                | "limited"
                | "corporation"
        )
    };
    let keep = words.iter().rposition(|word| !is_form(word)).map_or(words.len(), |at| at + 1);
    words[..keep].join(" ")
}

fn title_column(index: &Index, criteria: &Criteria) -> Column {
    let lexicon = Lexicon::shared();
    Column::judge(index.titles.values.len(), |id| {
        if id == NONE {
            return Truth::Unknown;
        }
        let Some(found) = index.title_roles.get(id as usize).copied().flatten() else {
            return Truth::Fails;
        };
        let fits = if criteria.roles.is_empty() {
            lexicon.role(found.role).is_some_and(|role| {
                let any = |list: &[String], value: &str| {
                    list.is_empty() || list.iter().any(|v| v == value)
                };
                any(&criteria.functions, role.function) && any(&criteria.seniority, role.seniority)
            })
        } else {
            criteria.roles.iter().any(|role| role == found.role)
        };
        Truth::of(Some(fits))
    })
}

fn excluded_titles(index: &Index, criteria: &Criteria) -> Option<Column> {
    let exclude = &criteria.exclude;
    if exclude.roles.is_empty() && exclude.functions.is_empty() && exclude.seniority.is_empty() {
        return None;
    }
    let lexicon = Lexicon::shared();
    Some(Column::judge(index.titles.values.len(), |id| {
        if id == NONE {
            return Truth::Unknown;
        }
        let role = index.title_roles.get(id as usize).copied().flatten();
        let role = role.and_then(|found| lexicon.role(found.role));
        Truth::of(Some(role.is_some_and(|role| {
            exclude.roles.iter().any(|r| r == role.key)
                || exclude.functions.iter().any(|f| f == role.function)
                || exclude.seniority.iter().any(|s| s == role.seniority)
        })))
    }))
}

/// Judgements per industry phrase and per code; both are asked, see [`both`].
fn industry_columns(index: &Index, wanted: &[String]) -> (Option<Column>, Option<Column>) {
    if wanted.is_empty() {
        return (None, None);
    }
    let lexicon = Lexicon::shared();
    let sharp: Vec<&str> = wanted
        .iter()
        .filter_map(|key| lexicon.industries.get(key.as_str()))
        .filter(|industry| !industry.is_tag)
        .flat_map(|industry| industry.naics.iter().copied())
        .collect();
    let loose: Vec<&str> = wanted
        .iter()
        .filter_map(|key| lexicon.industries.get(key.as_str()))
        .flat_map(|industry| industry.naics.iter().copied())
        .collect();
    let phrases = Column::judge(index.industries.values.len(), |id| {
        let keys = index.industry_keys.get(id as usize).map_or(&[][..], Vec::as_slice);
        keys.iter().map(|key| phrase_truth(key, wanted, &sharp)).max().unwrap_or(Truth::Unknown)
    });
    let codes = Column::judge(index.naics.values.len(), |id| match index.naics.get(id) {
        None => Truth::Unknown,
        Some(code) if sharp.iter().any(|prefix| code.starts_with(prefix)) => Truth::Holds,
        // A tag never follows from the code alone; a short code may still turn out right.
        Some(code) if loose.iter().any(|p| code.starts_with(p) || p.starts_with(code)) => {
            Truth::Unknown
        }
        Some(_) => Truth::Fails,
    });
    (Some(phrases), Some(codes))
}

fn phrase_truth(key: &str, wanted: &[String], sharp: &[&str]) -> Truth {
    if wanted.iter().any(|w| w == key) {
        return Truth::Holds;
    }
    let Some(industry) = Lexicon::shared().industries.get(key) else { return Truth::Unknown };
    let within = |code: &str| sharp.iter().any(|prefix| code.starts_with(prefix));
    if !industry.is_tag && industry.naics.iter().all(|code| within(code)) {
        return Truth::Holds;
    }
    let wider = industry
        .naics
        .iter()
        .any(|code| sharp.iter().any(|p| p.starts_with(code) || code.starts_with(p)));
    if wider { Truth::Unknown } else { Truth::Fails }
}

/// Phrase and code together: the phrase is closer to the business, the code settles what the
/// phrase leaves open.
pub(crate) fn both(phrase: Truth, code: Truth) -> Truth {
    match (phrase, code) {
        (Truth::Holds, _) => Truth::Holds,
        (Truth::Fails, _) | (_, Truth::Fails) => Truth::Fails,
        (Truth::Unknown, code) => code,
    }
}

fn note_column(index: &Index, criteria: &Criteria) -> Option<Column> {
    if criteria.authority.is_empty() {
        return None;
    }
    let topic: Vec<String> = criteria
        .authority_topic
        .iter()
        .flat_map(|topic| tokenize(topic))
        .filter_map(|token| topic_word(&token))
        .collect();
    Some(Column::judge(index.notes.values.len(), |id| {
        let Some(facts) = index.note_facts.get(id as usize) else { return Truth::Unknown };
        if facts.authority.is_empty() {
            return Truth::Unknown;
        }
        if !criteria.authority.iter().any(|kind| facts.authority.iter().any(|f| f == kind)) {
            return Truth::Fails;
        }
        let same = topic.is_empty()
            || facts.topic.is_empty()
            || facts.topic.iter().any(|word| topic.contains(word));
        if same { Truth::Holds } else { Truth::Unknown }
    }))
}

fn size_band(criteria: &Criteria) -> Option<SizeBand> {
    let word = criteria.size_word.as_deref()?;
    let sizes = &Lexicon::shared().sizes;
    sizes.get(word).or_else(|| sizes.get(size_alias(word))).copied()
}

fn size_alias(word: &str) -> &'static str {
    match word {
        "SMB" | "SME" | "KMU" | "PME" | "PYME" => "small business",
        "midsize" | "mid-sized" | "Mittelstand" | "ETI" | "mediana empresa" => "mid-market",
        "large enterprise" => "enterprise",
        _ => "",
    }
}

/// A number against a range; NaN is unknown.
pub(crate) fn in_range(range: Range, value: f64) -> Truth {
    Truth::of((!value.is_nan()).then(|| range.contains(value)))
}
