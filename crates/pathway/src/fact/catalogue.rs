//! The fact catalogue: every name a `when` may use.
//!
//! To add a fact, add a row here; linter, editor and evaluator follow. Rows are never renamed
//! once a pathway is live, since stored decisions name them.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Serialize;

/// The type of a fact, with its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// Yes or no.
    Flag,
    /// A number with bounds and a unit.
    Number {
        /// Only whole numbers.
        whole: bool,
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
        /// Unit in words ("people", "days").
        unit: &'static str,
    },
    /// One of a fixed list.
    Choice {
        /// The values.
        values: &'static [&'static str],
    },
    /// A country code; conditions may name regions.
    Country,
    /// Free text, compared without regard to case.
    Text,
    /// A set of words, compared without regard to case.
    Tags,
}

impl Kind {
    /// What a value of this kind looks like, in words for a finding.
    #[must_use]
    pub fn takes(&self) -> String {
        match self {
            Self::Flag => "yes or no".to_owned(),
            Self::Number { whole, min, max, unit } => {
                let number = if *whole { "a whole number" } else { "a number" };
                format!("{number} from {min} to {max} ({unit})")
            }
            Self::Choice { values } => format!("one of {}", values.join(", ")),
            Self::Country => "a country code (DE) or a region (DACH)".to_owned(),
            Self::Text => "a text in quotes".to_owned(),
            Self::Tags => "a set of words".to_owned(),
        }
    }
}

/// One row of the catalogue.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FactDefinition {
    /// The word in a `when`.
    pub name: &'static str,
    /// Type, unit and allowed values.
    #[serde(flatten)]
    pub kind: Kind,
    /// Where the value comes from.
    pub source: &'static str,
    /// False when every referral has it.
    pub may_be_missing: bool,
    /// One line for the editor.
    pub doc: &'static str,
    /// Set when this is another word for that fact.
    pub same_as: Option<&'static str>,
}

const fn row(
    name: &'static str,
    kind: Kind,
    source: &'static str,
    doc: &'static str,
) -> FactDefinition {
    FactDefinition { name, kind, source, may_be_missing: true, doc, same_as: None }
}

const fn always(
    name: &'static str,
    kind: Kind,
    source: &'static str,
    doc: &'static str,
) -> FactDefinition {
    FactDefinition { name, kind, source, may_be_missing: false, doc, same_as: None }
}

const fn whole(min: i64, max: i64, unit: &'static str) -> Kind {
    Kind::Number { whole: true, min, max, unit }
}

const fn number(min: i64, max: i64, unit: &'static str) -> Kind {
    Kind::Number { whole: false, min, max, unit }
}

const fn choice(values: &'static [&'static str]) -> Kind {
    Kind::Choice { values }
}

const SENIORITY: &[&str] =
    &["owner", "c-level", "vice-president", "director", "manager", "individual"];
const DOORS: &[&str] = &["form", "portal", "personal-link", "api", "csv", "mail", "chat"];
const COMPANY: &str = "account data";
const REFERRAL: &str = "the referral as submitted";
const FIRST_LOOK: &str = "first look at accounts and opportunities";
const SCORING: &str = "score";

/// All facts, in the order the editor lists them.
pub const CATALOGUE: &[FactDefinition] = &[
    always(
        "source",
        choice(&["customer", "partner", "colleague", "vendor", "community"]),
        REFERRAL,
        "What the referrer is to us",
    ),
    always(
        "type",
        choice(&["direct", "implied", "tangible", "community"]),
        REFERRAL,
        "How the introduction was made",
    ),
    always("door", choice(DOORS), REFERRAL, "The channel it came in by"),
    row("hops", whole(1, 20, "hops"), REFERRAL, "Length of the chain of referrers"),
    row(
        "referrer_level",
        whole(0, 4, "level"),
        "verification",
        "Verification level of the referrer",
    ),
    row(
        "basis",
        choice(&["opt-in", "jurisdiction-rule", "none"]),
        "consent and jurisdiction rules",
        "On what basis the person may be contacted",
    ),
    row("phone_opt_in", Kind::Flag, "prospect's answer", "The person agreed to be called"),
    row(
        "suppressed",
        Kind::Flag,
        "suppression list",
        "The person or company asked to be left alone",
    ),
    row("customer", Kind::Flag, FIRST_LOOK, "The company is a customer"),
    row("open_opportunity", Kind::Flag, FIRST_LOOK, "A deal is open in any business unit"),
    row("group_opportunity", Kind::Flag, FIRST_LOOK, "A deal is open at a company of its group"),
    row("live_referral", Kind::Flag, FIRST_LOOK, "The same person is being worked already"),
    row("former_customer", Kind::Flag, FIRST_LOOK, "The company was a customer once"),
    row("competitor", Kind::Flag, COMPANY, "The company competes with us"),
    row("partner", Kind::Flag, COMPANY, "The company is a partner"),
    row("account_owner", Kind::Text, "CRM accounts", "Member id of the account's owner"),
    row("referrer_owner", Kind::Text, "CRM accounts", "Member id of who looks after the referrer"),
    row(
        "account_tier",
        choice(&["strategic", "growth", "standard"]),
        "CRM accounts",
        "Tier of the account",
    ),
    row("country", Kind::Country, COMPANY, "Country of the company; region names work too"),
    FactDefinition {
        name: "region",
        kind: Kind::Country,
        source: COMPANY,
        may_be_missing: true,
        doc: "Another word for country, as in region in [DACH, Nordics]",
        same_as: Some("country"),
    },
    row("headcount", whole(0, 10_000_000, "people"), COMPANY, "People employed by the company"),
    row("revenue", number(0, 10_000_000, "EUR million a year"), COMPANY, "Revenue of the company"),
    row("founded", whole(1000, 2200, "year"), COMPANY, "Year the company was founded"),
    row("industry", Kind::Text, COMPANY, "Industry of the company"),
    row("technologies", Kind::Tags, COMPANY, "Systems the company is known to use"),
    row("title", Kind::Text, "contact data", "Job title of the person"),
    row("seniority", choice(SENIORITY), "contact data", "Rank of the person"),
    row("department", Kind::Text, "contact data", "Department of the person"),
    row("language", Kind::Text, "contact data", "Language code of the person (de, en)"),
    row("free_mail", Kind::Flag, "mail check", "The mailbox is at a free mail provider"),
    row("role_mailbox", Kind::Flag, "mail check", "The mailbox belongs to a role (info@)"),
    row("disposable_mail", Kind::Flag, "mail check", "The mailbox is a throw-away"),
    row("mail_verified", Kind::Flag, "mail check", "The mailbox is known to take mail"),
    row("phone_verified", Kind::Flag, "phone check", "The number is valid and of known type"),
    row(
        "verified_share",
        number(0, 1, "share"),
        "enrichment",
        "Share of contact fields verified within 180 days",
    ),
    row(
        "rating",
        choice(&["strong", "medium", "weak"]),
        "the referrer's own word",
        "How well the referrer knows the person",
    ),
    row(
        "depth",
        number(0, 1, "share"),
        "relationship network",
        "Depth of the tie from observed contact; a rating comes first",
    ),
    row(
        "asked",
        whole(0, 100_000, "asks"),
        "referral history",
        "Asks of the referrer in 24 months",
    ),
    row(
        "accepted",
        whole(0, 100_000, "asks"),
        "referral history",
        "Asks of the referrer that were accepted in 24 months",
    ),
    row("trigger", Kind::Text, "signals", "What happened at the company (new role, funding)"),
    row("trigger_age", whole(0, 3_650, "days"), "signals", "Days since the trigger"),
    row("budget", choice(&["set", "open", "none"]), REFERRAL, "Budget as the referrer put it"),
    row(
        "authority",
        choice(&["decides", "influences", "none"]),
        REFERRAL,
        "Say of the person in the decision",
    ),
    row("need", choice(&["stated", "suspected", "none"]), REFERRAL, "Need as the referrer put it"),
    row("timing", choice(&["now", "quarter", "year", "open"]), REFERRAL, "When it is wanted"),
    row("topics", Kind::Tags, REFERRAL, "Topics named in the context"),
    row("asset", Kind::Text, REFERRAL, "Asset that carried a tangible referral"),
    row("group", Kind::Text, REFERRAL, "Group that a community referral came from"),
    row(
        "partner_tier",
        choice(&["gold", "silver", "registered"]),
        "partner roster",
        "Partner's tier",
    ),
    row("deal_registered", Kind::Flag, "partner portal", "The partner registered the deal"),
    row("fit", number(0, 100, "points"), SCORING, "Fit by the pathway's own table"),
    row("score", number(0, 100, "points"), SCORING, "Referral score by the product formula"),
];

/// The row of that name.
#[must_use]
pub fn definition(name: &str) -> Option<&'static FactDefinition> {
    PLACES.get(name).and_then(|(row, _)| CATALOGUE.get(*row))
}

/// The place in [`CATALOGUE`] where the value of that name is kept.
pub(crate) fn slot_of(name: &str) -> Option<usize> {
    PLACES.get(name).map(|(_, slot)| *slot)
}

/// By name: the place of its own row, and of the row that keeps its value. A decision asks for some
/// twenty facts by name, and reading down the catalogue for each took a third of its time.
static PLACES: LazyLock<HashMap<&'static str, (usize, usize)>> = LazyLock::new(|| {
    let place = |name: &str| CATALOGUE.iter().position(|row| row.name == name);
    let rows = CATALOGUE.iter().enumerate();
    rows.filter_map(|(own, row)| Some((row.name, (own, place(row.same_as.unwrap_or(row.name))?))))
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_words_and_aliases_lead_somewhere() {
        for (place, row) in CATALOGUE.iter().enumerate() {
            assert!(row.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
            assert_eq!(CATALOGUE.iter().position(|other| other.name == row.name), Some(place));
            let kept = row.same_as.unwrap_or(row.name);
            assert_eq!(slot_of(row.name), CATALOGUE.iter().position(|other| other.name == kept));
            assert!(!row.doc.is_empty() && !row.source.is_empty());
        }
    }
}
