//! May this person be contacted, by whom, and what must be said? The rules of the jurisdictions
//! as data, and the strictest answer of all that apply.
//!
//! Not legal advice. Start with [`contact_verdict`]; `rules` is the compiled-in data, [`transfer`]
//! tells whether personal data may go from one country to another, [`retention_for`] how long it
//! is kept, and [`summary_for`] answers the first-run question "where are your prospects?".

mod place;
mod question;
mod retention;
mod rules;
mod summary;
mod transfer;
mod verdict;

pub use question::{
    CaslFacts, Channel, ContactQuestion, Exemptions, OwnAnswer, RecipientKind, WorkFacts,
};
pub use retention::{Keep, RetentionClass, RetentionRule, retention_for, retention_rules};
pub use rules::{
    Confidence, FirstContact, JurisdictionRule, Period, PeriodUnit, RuleSet, rule_chain, rules,
};
pub use summary::{CountrySummary, Summary, summary_for};
pub use transfer::{Transfer, TransferQuestion, transfer};
pub use verdict::{Art14, Exemption, May, Verdict, art14_due, contact_verdict, contact_verdicts};

/// Why compiled-in rules could not be read; a test makes sure that it never happens.
pub(crate) const RULES_BROKEN: &str = "the compiled-in rules are read by a test";

#[cfg(test)]
mod tests;
