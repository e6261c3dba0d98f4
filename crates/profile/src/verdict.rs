//! Whether criteria are fit to work with: specific, vague or contradictory, and why.
//!
//! The rubric gives 0 to 100 points: role 30, industry 20, size 15, trigger 15, geography 10,
//! authority 5, exclusion 5. Specific needs a role part of 0.7, an industry or a named company,
//! and 55 points. The verdict stays with the rubric; how many people are left in one's own data is
//! told beside it, because that number moves with the data.

use serde::{Deserialize, Serialize};

use crate::brief::Remarks;
use crate::criteria::Criteria;
use crate::lexicon::Lexicon;

/// What a brief is fit for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A connector could think of a person.
    Specific,
    /// Too little is said; the reasons name what is missing.
    Vague,
    /// It asks for what it rules out; the reasons name the clash.
    Contradictory,
}

/// What is missing or clashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is a code of the file format and names itself")]
pub enum Reason {
    NoRole,
    NoTitle,
    NoFunction,
    NoSeniority,
    NoCompany,
    NoIndustry,
    NoSize,
    NoGeo,
    NoTrigger,
    Buzzwords,
    InstructionInBrief,
    UnknownLanguage,
    NumberOutOfRange,
    RevenueMinGtMax,
    EmployeesMinGtMax,
    SizeWordConflict,
    GeoIncludedAndExcluded,
    IndustryIncludedAndExcluded,
    TypeIncludedAndExcluded,
    FunctionIncludedAndExcluded,
    RoleIncludedAndExcluded,
    SeniorityConflict,
}

/// The verdict with its reasons and the points of the rubric.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What is missing or clashes; for a specific brief at most remarks.
    pub why: Vec<Reason>,
    /// Points of the rubric, 0 to 100.
    pub score: f64,
    /// The parts of the score, each 0 to 1, heaviest first.
    pub parts: [Part; 7],
}

/// One part of the rubric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Part {
    /// Name of the part, such as `role`.
    pub name: &'static str,
    /// Points it can bring.
    pub weight: f64,
    /// Share of them it brings, 0 to 1.
    pub share: f64,
}

const SECTOR_WIDE: &[&str] = &[
    "manufacturing",
    "healthcare",
    "finance_all",
    "retail",
    "construction",
    "government",
    "agriculture",
    "wholesale",
    "transportation",
    "utilities",
];

/// Judges criteria by themselves, as from a form or a file.
#[must_use]
pub fn judge(criteria: &Criteria) -> Judgement {
    judge_read(criteria, Remarks::default())
}

/// Judges criteria that were read from a brief.
pub(crate) fn judge_read(criteria: &Criteria, remarks: Remarks) -> Judgement {
    let parts = parts(criteria);
    let score: f64 = parts.iter().map(|part| part.weight * part.share).sum();
    let score = (score * 10.0).round() / 10.0;
    let clashes = clashes(criteria, remarks);
    let has_company = !criteria.industry_keys.is_empty() || !criteria.companies.is_empty();
    let verdict = if !clashes.is_empty() {
        Verdict::Contradictory
    } else if parts[0].share >= 0.7 && has_company && score >= 55.0 {
        Verdict::Specific
    } else {
        Verdict::Vague
    };
    let mut why = match verdict {
        Verdict::Contradictory => clashes,
        Verdict::Vague => missing(criteria, remarks),
        Verdict::Specific => Vec::new(),
    };
    if remarks.instruction {
        why.push(Reason::InstructionInBrief);
    }
    if remarks.absurd_number {
        why.push(Reason::NumberOutOfRange);
    }
    Judgement { verdict, why, score, parts }
}

fn parts(criteria: &Criteria) -> [Part; 7] {
    let share = |name, weight, share| Part { name, weight, share };
    [
        share("role", 30.0, role_share(criteria)),
        share("industry", 20.0, industry_share(criteria)),
        share("size", 15.0, size_share(criteria)),
        share("trigger", 15.0, trigger_share(criteria)),
        share("geography", 10.0, geography_share(criteria)),
        share(
            "authority",
            5.0,
            match (criteria.authority.is_empty(), &criteria.authority_topic) {
                (true, _) => 0.0,
                (false, Some(_)) => 1.0,
                (false, None) => 0.7,
            },
        ),
        share("exclusion", 5.0, if criteria.exclude.is_empty() { 0.0 } else { 1.0 }),
    ]
}

fn role_share(criteria: &Criteria) -> f64 {
    match (criteria.roles.is_empty(), criteria.functions.is_empty(), criteria.seniority.is_empty())
    {
        (false, _, _) => 1.0,
        (true, false, false) => 0.7,
        (true, false, true) => 0.35,
        (true, true, false) => 0.25,
        (true, true, true) => 0.0,
    }
}

fn industry_share(criteria: &Criteria) -> f64 {
    if !criteria.companies.is_empty() {
        return 1.0;
    }
    if criteria.industry_keys.is_empty() {
        return 0.0;
    }
    let wide = criteria.industry_keys.iter().all(|key| SECTOR_WIDE.contains(&key.as_str()));
    if wide { 0.6 } else { 1.0 }
}

fn size_share(criteria: &Criteria) -> f64 {
    let range = |range: Option<crate::criteria::Range>| -> f64 {
        // "No staff" is the end of a clash, not a size.
        range.map_or(0.0, |r| match (r.min, r.max.filter(|max| *max > 0.0)) {
            (Some(_), Some(_)) => 1.0,
            (None, None) => 0.0,
            _ => 0.6,
        })
    };
    let stage =
        if criteria.company_stage.is_empty() && criteria.ownership.is_empty() { 0.0 } else { 0.5 };
    let word = if criteria.size_word.is_some() { 0.4 } else { 0.0 };
    range(criteria.employees).max(range(criteria.revenue_usd)).max(stage).max(word)
}

fn trigger_share(criteria: &Criteria) -> f64 {
    match (criteria.triggers.is_empty(), criteria.trigger_within_days) {
        (true, _) => 0.0,
        (false, Some(_)) => 1.0,
        (false, None) => 0.8,
    }
}

fn geography_share(criteria: &Criteria) -> f64 {
    if criteria.geos.is_empty() {
        return 0.0;
    }
    if criteria.geos.iter().all(|code| code.contains('-')) {
        return 1.0;
    }
    if criteria.geos.len() <= 3 { 0.8 } else { 0.5 }
}

fn missing(criteria: &Criteria, remarks: Remarks) -> Vec<Reason> {
    let mut why = Vec::new();
    match (criteria.roles.is_empty(), criteria.functions.is_empty(), criteria.seniority.is_empty())
    {
        (false, _, _) => {}
        (true, false, false) => why.push(Reason::NoTitle),
        (true, false, true) => why.extend([Reason::NoTitle, Reason::NoSeniority]),
        (true, true, false) => why.push(Reason::NoFunction),
        (true, true, true) => why.push(Reason::NoRole),
    }
    let no_size = size_share(criteria) == 0.0;
    if criteria.industry_keys.is_empty() && criteria.companies.is_empty() {
        let spoken = remarks.speaks_of_companies || !no_size;
        why.push(if spoken { Reason::NoIndustry } else { Reason::NoCompany });
    }
    if no_size {
        why.push(Reason::NoSize);
    }
    if criteria.geos.is_empty() {
        why.push(Reason::NoGeo);
    }
    if criteria.triggers.is_empty() {
        why.push(Reason::NoTrigger);
    }
    if remarks.buzzwords {
        why.push(Reason::Buzzwords);
    }
    if remarks.unknown_language {
        why.push(Reason::UnknownLanguage);
    }
    why
}

fn clashes(criteria: &Criteria, remarks: Remarks) -> Vec<Reason> {
    let mut why = Vec::new();
    let exclude = &criteria.exclude;
    if criteria.revenue_usd.is_some_and(|range| range.is_empty()) {
        why.push(Reason::RevenueMinGtMax);
    }
    if criteria.employees.is_some_and(|range| range.is_empty()) {
        why.push(Reason::EmployeesMinGtMax);
    }
    if remarks.size_clash {
        why.push(Reason::SizeWordConflict);
    }
    let every_geo_gone = !criteria.geos.is_empty()
        && criteria.geos.iter().all(|code| {
            exclude.geos.iter().any(|gone| gone == code || code.starts_with(&format!("{gone}-")))
        });
    if remarks.place_clash || every_geo_gone {
        why.push(Reason::GeoIncludedAndExcluded);
    }
    if criteria.industry_keys.iter().any(|key| industry_gone(key, criteria)) {
        why.push(Reason::IndustryIncludedAndExcluded);
    }
    if criteria.industry_keys.iter().any(|key| {
        type_of_industry(key).is_some_and(|kind| exclude.company_types.iter().any(|t| t == kind))
    }) {
        why.push(Reason::TypeIncludedAndExcluded);
    }
    if criteria.functions.iter().any(|function| exclude.functions.contains(function)) {
        why.push(Reason::FunctionIncludedAndExcluded);
    }
    if remarks.role_clash || criteria.roles.iter().any(|role| exclude.roles.contains(role)) {
        why.push(Reason::RoleIncludedAndExcluded);
    }
    let rank_gone = !criteria.seniority.is_empty()
        && criteria.seniority.iter().all(|level| exclude.seniority.contains(level));
    let company_gone = criteria.companies.iter().any(|name| exclude.companies.contains(name));
    if remarks.seniority_clash || rank_gone {
        why.push(Reason::SeniorityConflict);
    }
    if company_gone {
        why.push(Reason::TypeIncludedAndExcluded);
    }
    why
}

/// True where an excluded industry covers an included one: hospitals lie inside healthcare.
fn industry_gone(key: &str, criteria: &Criteria) -> bool {
    let lexicon = Lexicon::shared();
    let codes = |key: &str| lexicon.industries.get(key).map(|i| (i.is_tag, i.naics.clone()));
    let Some((_, wanted)) = codes(key) else { return false };
    criteria.exclude.industry_keys.iter().any(|gone| {
        gone == key
            || codes(gone).is_some_and(|(is_tag, gone)| {
                !is_tag
                    && wanted.iter().all(|code| gone.iter().any(|prefix| code.starts_with(prefix)))
            })
    })
}

fn type_of_industry(key: &str) -> Option<&'static str> {
    match key {
        "agencies" => Some("agency"),
        "consulting" => Some("consultancy"),
        "government" => Some("government"),
        "staffing" => Some("staffing"),
        "insurance_brokers" => Some("broker"),
        _ => None,
    }
}
