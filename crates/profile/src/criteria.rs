//! What a brief asks for, in the vocabulary of the lexicons. The field names are the file format.

use serde::{Deserialize, Serialize};

/// The criteria of one brief. Every list is sorted and free of repetition; within one list any one
/// value suffices, between lists all must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Criteria {
    /// Role keys of the role table, such as `cfo`.
    pub roles: Vec<String>,
    /// Functions, such as `finance`: those of the roles, or named alone.
    pub functions: Vec<String>,
    /// Seniority levels, such as `c_suite`: those of the roles, or named alone.
    pub seniority: Vec<String>,
    /// Industry keys of the industry lexicon.
    pub industry_keys: Vec<String>,
    /// NAICS 2022 code prefixes of the industry keys, 2 to 6 digits.
    pub industries: Vec<String>,
    /// Headcount of the company.
    pub employees: Option<Range>,
    /// Yearly revenue of the company in US dollars.
    pub revenue_usd: Option<Range>,
    /// A size named in words, such as `mid-market`.
    pub size_word: Option<String>,
    /// ISO 3166-1 alpha-2 or ISO 3166-2 codes.
    pub geos: Vec<String>,
    /// Kinds of buying authority, such as `budget_owner`.
    pub authority: Vec<String>,
    /// What the authority is about, in the brief's own words.
    pub authority_topic: Option<String>,
    /// Kinds of events, such as `funding`.
    pub triggers: Vec<String>,
    /// Days before the as-of date in which the event must lie; `None` means 365.
    pub trigger_within_days: Option<u32>,
    /// Funding stages, such as `series_b`.
    pub company_stage: Vec<String>,
    /// Kinds of ownership, such as `family_owned`.
    pub ownership: Vec<String>,
    /// Companies named in the brief, as written there.
    pub companies: Vec<String>,
    /// What is not wanted.
    pub exclude: Exclusions,
}

/// What a brief does not want: any one of these drops a candidate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exclusions {
    /// Industry keys.
    pub industry_keys: Vec<String>,
    /// NAICS 2022 code prefixes of the excluded keys.
    pub industries: Vec<String>,
    /// Kinds of companies, such as `agency`.
    pub company_types: Vec<String>,
    /// ISO 3166-1 alpha-2 or ISO 3166-2 codes.
    pub geos: Vec<String>,
    /// Role keys.
    pub roles: Vec<String>,
    /// Functions.
    pub functions: Vec<String>,
    /// Seniority levels.
    pub seniority: Vec<String>,
    /// Company names.
    pub companies: Vec<String>,
    /// Headcounts that are not wanted.
    pub employees: Option<Range>,
    /// Revenues that are not wanted, in US dollars.
    pub revenue_usd: Option<Range>,
}

impl Exclusions {
    /// True where nothing is excluded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A closed range; `None` is an open end. `min` may exceed `max` in a contradictory brief.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Range {
    /// Lower end, included.
    pub min: Option<f64>,
    /// Upper end, included.
    pub max: Option<f64>,
}

impl Range {
    /// True where `value` lies inside.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }

    /// True where no value can lie inside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!((self.min, self.max), (Some(min), Some(max)) if min > max)
    }
}
