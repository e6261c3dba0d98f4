//! Rules for an optional language model: it may propose criteria, and nothing else.
//!
//! The model sees only the brief. What it sends back is text from outside, like the brief itself.
//! A proposed value is taken up only where all of this holds:
//!
//! - the field takes proposals, and the value is in our vocabulary;
//! - it quotes words of the brief, at the very place it names, that are no order to the reader;
//! - the quote says something: it has a word that is not mere grammar;
//! - a number, or a count of days, stands in the quote itself;
//! - what is proposed is not what the brief rules out, and the quote is not part of an exclusion.
//!
//! Everything else is dropped with its reason. What the reader of the brief found stays as it is:
//! a proposal can add, never remove; exclusions are never touched; a vague or contradictory brief
//! stays vague or contradictory. What is taken up is `proposed` until a named person approves it.

use serde::{Deserialize, Serialize};

use crate::brief::{self, ParsedBrief, filler};
use crate::criteria::Criteria;
use crate::lexicon::{Lexicon, Term};
use crate::text::{fold, tokenize};
use crate::verdict::Verdict;

/// Most items that are looked at; the rest is dropped unread.
pub const ITEMS_MAX: usize = 64;

/// One value a model proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedItem {
    /// Field of [`Criteria`], such as `roles` or `exclude.company_types`.
    pub criterion: String,
    /// The value.
    pub value: String,
    /// The words of the brief it rests on.
    pub quote: String,
    /// First byte of the quote in the brief.
    pub start: usize,
}

/// Why an item was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// The field takes no proposals.
    UnknownField,
    /// The value is not in the vocabulary of the field.
    UnknownValue,
    /// The quote does not stand in the brief where it is said to.
    NotInBrief,
    /// The quote lies in an order to the reader, or in talk about the writer.
    FromInstruction,
    /// The quote has no word that says anything.
    EmptyQuote,
    /// The words of the quote already mean something else.
    AlreadyRead,
    /// The brief rules out what is proposed, or the quote is part of an exclusion.
    Excluded,
    /// More items than are looked at.
    TooMany,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reviewed {
    /// Values that may be shown to a person for approval; they take no effect by themselves.
    pub proposed: Vec<ProposedItem>,
    /// Everything else, with the reason.
    pub dropped: Vec<(ProposedItem, Dropped)>,
    /// The criteria, should a person approve all that is proposed.
    pub criteria_if_approved: Criteria,
    /// The verdict. Never better than that of the brief by itself.
    pub verdict: Verdict,
}

/// Reviews what a model proposes for a brief.
#[must_use]
pub fn review(text: &str, parsed: &ParsedBrief, items: &[ProposedItem]) -> Reviewed {
    let mut reviewed = Reviewed {
        proposed: Vec::new(),
        dropped: Vec::new(),
        criteria_if_approved: parsed.criteria.clone(),
        verdict: parsed.judgement.verdict,
    };
    for (number, item) in items.iter().enumerate() {
        let verdict =
            if number < ITEMS_MAX { check(text, parsed, item) } else { Err(Dropped::TooMany) };
        match verdict {
            Ok(()) => {
                put(&mut reviewed.criteria_if_approved, item);
                reviewed.proposed.push(item.clone());
            }
            Err(reason) => reviewed.dropped.push((item.clone(), reason)),
        }
    }
    if crate::verdict::judge(&reviewed.criteria_if_approved).verdict == Verdict::Contradictory {
        reviewed.verdict = Verdict::Contradictory;
    }
    reviewed
}

fn check(text: &str, parsed: &ParsedBrief, item: &ProposedItem) -> Result<(), Dropped> {
    if !FIELDS.contains(&item.criterion.as_str()) {
        return Err(Dropped::UnknownField);
    }
    if !known(&item.criterion, &item.value) {
        return Err(Dropped::UnknownValue);
    }
    let end = item.start.checked_add(item.quote.len()).ok_or(Dropped::NotInBrief)?;
    if text.get(item.start..end) != Some(item.quote.as_str()) || item.quote.trim().is_empty() {
        return Err(Dropped::NotInBrief);
    }
    let span = (item.start, end);
    if brief::is_masked(text, span) {
        return Err(Dropped::FromInstruction);
    }
    let quoted = tokenize(&item.quote);
    if !quoted.iter().any(|t| t.is_word() && !filler::is_filler(&t.folded) && t.folded.len() > 1) {
        return Err(Dropped::EmptyQuote);
    }
    let wanted = !item.criterion.starts_with("exclude.");
    let overlaps = |evidence: &&brief::Evidence| evidence.start < span.1 && span.0 < evidence.end;
    let ruled_out = parsed.evidence.iter().any(|evidence| {
        evidence.criterion.starts_with("exclude.")
            && (overlaps(&evidence) || same_value(&evidence.criterion, &evidence.value, item))
    });
    if wanted && (ruled_out || brief::in_exclusion(text, span)) {
        return Err(Dropped::Excluded);
    }
    // Only words that the reader of the brief could make nothing of are open to proposals.
    let open = brief::open_words(text);
    let rests_on_open = open.iter().any(|(start, end)| *start < span.1 && span.0 < *end);
    let read = parsed
        .evidence
        .iter()
        .filter(overlaps)
        .any(|evidence| evidence.criterion != item.criterion || evidence.value != item.value);
    if read || !rests_on_open {
        return Err(Dropped::AlreadyRead);
    }
    Ok(())
}

fn same_value(criterion: &str, value: &str, item: &ProposedItem) -> bool {
    criterion.strip_prefix("exclude.") == Some(item.criterion.as_str())
        && value.split(',').any(|v| v == item.value)
}

/// Fields that take proposals. Numbers, verdicts and outcomes are not among them.
const FIELDS: [&str; 15] = [
    "roles",
    "functions",
    "seniority",
    "industry_keys",
    "geos",
    "authority",
    "triggers",
    "company_stage",
    "ownership",
    "exclude.roles",
    "exclude.functions",
    "exclude.seniority",
    "exclude.industry_keys",
    "exclude.company_types",
    "exclude.geos",
];

/// True where the vocabulary of a field has the value.
fn known(field: &str, value: &str) -> bool {
    let lexicon = Lexicon::shared();
    let in_trie = |test: &dyn Fn(&Term) -> bool| lexicon.trie.any(test);
    match field.strip_prefix("exclude.").unwrap_or(field) {
        "roles" => lexicon.role(value).is_some(),
        "functions" => lexicon.roles.values().any(|role| role.function == value),
        "seniority" => lexicon.roles.values().any(|role| role.seniority == value),
        "industry_keys" => lexicon.industries.contains_key(value),
        "geos" => lexicon.places.iter().any(|codes| codes.contains(&value)),
        "authority" => in_trie(&|t| matches!(t, Term::Authority(key) if *key == value)),
        "triggers" => in_trie(&|t| matches!(t, Term::Trigger(key) if *key == value)),
        "company_stage" => in_trie(&|t| matches!(t, Term::Stage(key) if *key == value)),
        "ownership" => in_trie(&|t| matches!(t, Term::Ownership(key) if *key == value)),
        "company_types" => in_trie(&|t| matches!(t, Term::CompanyType(key) if *key == value)),
        _ => false,
    }
}

fn put(criteria: &mut Criteria, item: &ProposedItem) {
    let exclude = &mut criteria.exclude;
    let list = match item.criterion.as_str() {
        "roles" => &mut criteria.roles,
        "functions" => &mut criteria.functions,
        "seniority" => &mut criteria.seniority,
        "industry_keys" => &mut criteria.industry_keys,
        "geos" => &mut criteria.geos,
        "authority" => &mut criteria.authority,
        "triggers" => &mut criteria.triggers,
        "company_stage" => &mut criteria.company_stage,
        "ownership" => &mut criteria.ownership,
        "exclude.roles" => &mut exclude.roles,
        "exclude.functions" => &mut exclude.functions,
        "exclude.seniority" => &mut exclude.seniority,
        "exclude.industry_keys" => &mut exclude.industry_keys,
        "exclude.company_types" => &mut exclude.company_types,
        "exclude.geos" => &mut exclude.geos,
        _ => return,
    };
    if !list.contains(&item.value) {
        list.push(item.value.clone());
        list.sort();
    }
    let lexicon = Lexicon::shared();
    criteria.industries = lexicon.naics_of(criteria.industry_keys.iter().map(String::as_str));
    criteria.exclude.industries =
        lexicon.naics_of(criteria.exclude.industry_keys.iter().map(String::as_str));
}

/// A proposal that a named person approved. It cannot be made without a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Approved {
    /// Who approved it.
    pub approver: String,
    /// The criteria in force from now on.
    pub criteria: Criteria,
}

impl Reviewed {
    /// Puts the proposed values into force in the name of a person.
    ///
    /// Returns `None` for an empty name: nothing takes effect without somebody who answers for it.
    #[must_use]
    pub fn approve(&self, approver: &str) -> Option<Approved> {
        let approver = approver.trim();
        (!fold(approver).is_empty()).then(|| Approved {
            approver: approver.to_owned(),
            criteria: self.criteria_if_approved.clone(),
        })
    }
}
