//! The rules per jurisdiction, typed, from `data/jurisdiction_rules.json`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contact::Country;

/// Whether the system may write first, by the letter of a jurisdiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstContact {
    /// Yes, as long as the person did not object.
    AllowedOptout,
    /// One message, under conditions.
    OneMessageExemption,
    /// Only after the person agreed.
    OnlyAfterOptin,
    /// Not at all.
    Never,
}

/// How far a rule was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Read in a stored public page.
    Sourced,
    /// From a law firm, a vendor or a trade page only.
    Secondary,
    /// From memory, not read again.
    Memory,
    /// Our own choice.
    Policy,
}

/// Unit of a legal period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodUnit {
    /// At once.
    Immediate,
    /// Every day counts.
    CalendarDays,
    /// Monday to Friday without public holidays.
    BusinessDays,
    /// Calendar months.
    Months,
    /// Calendar years.
    Years,
}

/// A legal period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// How many units.
    pub n: u32,
    /// Of which.
    pub unit: PeriodUnit,
    /// By how much it may be extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extend: Option<Box<Period>>,
    /// What it applies to, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When it starts, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl Period {
    /// So many units, nothing else said.
    #[must_use]
    pub const fn of(n: u32, unit: PeriodUnit) -> Self {
        Self { n, unit, extend: None, scope: None, from: None }
    }

    /// Length in hours at the shortest, to compare periods: a month has 28 days, and five
    /// business days can pass in five days.
    #[must_use]
    pub fn hours_at_least(&self) -> u64 {
        let day = 24_u64;
        let unit = match self.unit {
            PeriodUnit::Immediate => 0,
            PeriodUnit::CalendarDays | PeriodUnit::BusinessDays => day,
            PeriodUnit::Months => 28 * day,
            PeriodUnit::Years => 365 * day,
        };
        u64::from(self.n) * unit
    }

    /// The period in words: "at once", "10 business days".
    #[must_use]
    pub fn words(&self) -> String {
        let (one, many) = match self.unit {
            PeriodUnit::Immediate => return "at once".to_owned(),
            PeriodUnit::CalendarDays => ("day", "days"),
            PeriodUnit::BusinessDays => ("business day", "business days"),
            PeriodUnit::Months => ("month", "months"),
            PeriodUnit::Years => ("year", "years"),
        };
        format!("{} {}", self.n, if self.n == 1 { one } else { many })
    }
}

/// The answer to a person's request: a period, several, or words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SubjectRequest {
    /// One period.
    Within(Period),
    /// A short answer and a full one.
    Staged {
        /// The short answer, in words.
        simplified: String,
        /// The full answer.
        full: Period,
    },
    /// In words.
    Words(String),
}

/// The notice to a person whose data came from somebody else (GDPR Art 14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRule {
    /// The latest, counted from when the data was obtained.
    pub deadline: Period,
    /// What ends it earlier, in words.
    pub or: String,
    /// Whether the source must be named.
    pub must_name_source: bool,
}

/// The rule for one kind of subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriberRule {
    /// Whether the system may write first.
    pub first_contact_by_system: FirstContact,
    /// Who counts as one.
    #[serde(default)]
    pub includes: Vec<String>,
    /// What stays due.
    #[serde(default)]
    pub still: Vec<String>,
}

/// One jurisdiction. A field that is absent is the parent's; without a parent it is not ruled.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct JurisdictionRule {
    /// `EU`, an alpha-2 code, or `US-CA`.
    pub id: String,
    /// The rule that fills the gaps.
    pub parent: Option<String>,
    /// Alpha-2 codes covered by the rule, if more than its own.
    #[serde(default)]
    pub members: Vec<Country>,
    /// Laws, as cited.
    #[serde(default)]
    pub instruments: Vec<String>,
    /// Whether the system may write first.
    pub first_contact_by_system: Option<FirstContact>,
    /// For individual subscribers, where the law tells them apart.
    pub individual_subscriber: Option<SubscriberRule>,
    /// For corporate subscribers.
    pub corporate_subscriber: Option<SubscriberRule>,
    /// Messages the system may send before the person agreed.
    pub max_system_messages_without_optin: Option<u32>,
    /// How fast an opt-out takes effect at the latest.
    pub optout_honour: Option<Period>,
    /// How long the way out must work after a message.
    pub optout_live: Option<Period>,
    /// How fast a person's request is answered.
    pub dsr: Option<SubjectRequest>,
    /// The notice about data from somebody else.
    pub art14: Option<NoticeRule>,
    /// How long a prospect's data is kept at most.
    pub prospect_retention_months: Option<u32>,
    /// Months in which somebody who opted out must not be asked again.
    pub no_reask_months: Option<u32>,
    /// What a message must say.
    #[serde(default)]
    pub must_disclose: Vec<String>,
    /// How far the rule was checked.
    pub conf: Confidence,
    /// Fields that were checked less or more.
    #[serde(default)]
    pub conf_fields: BTreeMap<String, Confidence>,
    /// Further remarks of the file, for display only.
    #[serde(flatten)]
    pub notes: BTreeMap<String, Value>,
}

/// What holds where no rule is on file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct StrictDefault {
    /// Whether the system may write first.
    pub first_contact_by_system: FirstContact,
    /// Messages the system may send before the person agreed.
    pub max_system_messages_without_optin: u32,
    /// How fast an opt-out takes effect.
    pub optout_honour: Period,
    /// How fast a person's request is answered.
    pub dsr: Period,
    /// How long a prospect's data is kept.
    pub prospect_retention_months: u32,
    /// When the notice about the source is given, in words.
    pub art14_notice: String,
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RuleSet {
    /// The day as of which the rules were compiled.
    pub as_of: jiff::civil::Date,
    /// True: the file is no legal advice.
    pub not_legal_advice: bool,
    /// What holds where no rule is on file.
    pub strict_default: StrictDefault,
    /// The rules.
    pub rules: Vec<JurisdictionRule>,
}

static RULES: LazyLock<RuleSet> = LazyLock::new(|| {
    let text = include_str!("../../data/jurisdiction_rules.json");
    #[expect(clippy::expect_used, reason = "the text is compiled in and read by a test")]
    serde_json::from_str(text).expect(super::RULES_BROKEN)
});

/// The compiled-in rules.
#[must_use]
pub fn rules() -> &'static RuleSet {
    &RULES
}

/// The rules of a country from the most special to the most general: France gives `FR`, `EU`.
/// Empty where no rule is on file. `in_california` puts `US-CA` before `US`.
#[must_use]
pub fn rule_chain(country: Country, in_california: bool) -> Vec<&'static JurisdictionRule> {
    let own = if in_california && country.code() == "US" { "US-CA" } else { country.code() };
    let find = |id: &str| RULES.rules.iter().find(|rule| rule.id == id);
    let covering = || RULES.rules.iter().find(|rule| rule.members.contains(&country));
    std::iter::successors(find(own).or_else(covering), |rule| rule.parent.as_deref().and_then(find))
        .collect()
}
