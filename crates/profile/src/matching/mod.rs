//! Criteria against people and companies: three-valued per criterion, and every answer explained.
//!
//! A criterion holds, fails or is unknown for a person. Anything that fails, and any exclusion that
//! holds, drops the person. A person for whom all holds is `certain`; one for whom something is
//! unknown is kept apart as `possible`, because unknown is neither yes nor no.
//!
//! The [`Index`] is columnar: what repeats (titles, notes, industries, places) is stored and judged
//! once, people are listed by role, and a query touches only the people whose role fits.

mod dates;
mod describe;
mod explain;
mod index;
mod places;
mod plan;
mod search;

use serde::{Deserialize, Serialize};

pub use dates::Day;
pub use describe::{Described, size_band};
pub use explain::Check;
pub use index::{Index, IndexBuilder};
pub use search::{Hit, MatchOptions, Matches};

/// A company as files give it; `None` is unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Company {
    /// Id within the source.
    pub id: String,
    /// Name.
    pub name: String,
    /// Industry in words.
    pub industry: Option<String>,
    /// NAICS 2022 code, 2 to 6 digits.
    pub naics: Option<String>,
    /// Headcount.
    pub employees: Option<f64>,
    /// Yearly revenue in US dollars.
    pub revenue_usd: Option<f64>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// ISO 3166-2.
    pub subdivision: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Kind of ownership, as in the criteria.
    pub ownership: Option<String>,
    /// Funding stage, as in the criteria.
    pub stage: Option<String>,
    /// Kind of company, such as `agency`; `None` where none is known.
    pub company_type: Option<String>,
    /// Known events; `None` where nobody watched for events.
    pub events: Option<Vec<Event>>,
    /// Where the record comes from and under which licence; `None` for one's own data.
    pub provenance: Option<Provenance>,
}

/// Something that happened at a company.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    /// Kind, as the triggers of the criteria.
    #[serde(rename = "type")]
    pub kind: String,
    /// Date, `YYYY-MM-DD`.
    pub date: String,
    /// What is known, in words.
    pub text: String,
}

/// A person as files give them; `None` is unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Id within the source.
    pub id: String,
    /// Job title.
    pub title: Option<String>,
    /// Id of the company.
    pub company_id: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// ISO 3166-2.
    pub subdivision: Option<String>,
    /// What is known of their authority, in words.
    pub notes: Option<String>,
}

/// Where a record comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// Name of the source, such as "GLEIF LEI-CDF 3.1".
    pub source: String,
    /// Id of the record there.
    pub record: String,
    /// Licence under which it may be used.
    pub licence: String,
    /// Date the record was last changed at the source, `YYYY-MM-DD`.
    pub as_of: Option<String>,
}

/// What is known about one criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It does not hold.
    Fails,
    /// Nothing says either way.
    Unknown,
    /// It holds.
    Holds,
}

impl Truth {
    /// Holds where the other fails, and the other way round; unknown stays unknown.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Fails => Self::Holds,
            Self::Unknown => Self::Unknown,
            Self::Holds => Self::Fails,
        }
    }

    pub(crate) fn of(known: Option<bool>) -> Self {
        match known {
            Some(true) => Self::Holds,
            Some(false) => Self::Fails,
            None => Self::Unknown,
        }
    }
}
