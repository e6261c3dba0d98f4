//! The first-run question: where are your prospects, and what does that mean?

use serde::Serialize;

use super::question::{Channel, ContactQuestion, Exemptions};
use super::rules::{Confidence, Period};
use super::verdict::{May, contact_verdict};
use crate::contact::Country;

/// One country of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountrySummary {
    /// The country.
    pub country: Country,
    /// Rules that hold there, the country's own first; `strict_default` where none is on file.
    pub rule_ids: Vec<String>,
    /// What it means for a first message by mail, in a sentence for people.
    pub first_message: String,
    /// An exemption exists that a workspace may switch on.
    pub has_exemption: bool,
    /// How fast an opt-out takes effect at the latest.
    pub opt_out_within: Period,
    /// How long a prospect is kept.
    pub retention_months: u32,
    /// The source must be named in the first message.
    pub must_name_source: bool,
    /// Laws.
    pub citations: Vec<String>,
    /// How far the rules were checked.
    pub confidence: Confidence,
}

/// The table and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// One row a country, in the order asked.
    pub countries: Vec<CountrySummary>,
    /// The shortest retention of all, in months; `None` without countries.
    pub retention_months: Option<u32>,
    /// The recommendation for the whole workspace, in a sentence for people.
    pub advice: String,
}

/// Sums up what holds where the prospects are. `on` are the exemptions switched on so far.
#[must_use]
pub fn summary_for(countries: &[Country], on: Exemptions) -> Summary {
    let rows: Vec<_> = countries.iter().map(|country| row(*country, on)).collect();
    let retention_months = rows.iter().map(|row| row.retention_months).min();
    let advice = if rows.iter().any(|row| row.has_exemption) {
        "Let the referrer pass on the link: that is right everywhere. Some of these countries \
         know an exemption; have your counsel decide before you switch one on."
    } else {
        "Let the referrer pass on the link: here nobody may be written to before they agreed."
    };
    Summary { countries: rows, retention_months, advice: advice.to_owned() }
}

fn row(country: Country, on: Exemptions) -> CountrySummary {
    let ask = |exemptions| {
        let mut question = ContactQuestion::unknown(Some(country), country, Channel::Email);
        question.exemptions = exemptions;
        question.recipient_kind = super::RecipientKind::Corporate;
        question.work = super::WorkFacts {
            work_address: Some(true),
            concerns_job: Some(true),
            informed_at_collection: Some(true),
        };
        question.casl = super::CaslFacts {
            messages_sent: 0,
            recipient_is_individual: Some(true),
            referrer_is_individual: Some(true),
            referrer_knows_sender: Some(true),
            referrer_knows_recipient: Some(true),
            referrers_may_be_named: Some(true),
        };
        contact_verdict(&question)
    };
    let (now, at_best) = (ask(on), ask(Exemptions::all()));
    let has_exemption = at_best.may == May::Yes;
    let first_message = match (now.may, has_exemption) {
        (May::Yes, _) => "A first message may go out when the conditions of the exemption hold.",
        (_, true) => "Only after the person agreed, unless you switch the exemption on.",
        (_, false) => "Only after the person agreed.",
    };
    CountrySummary {
        country,
        rule_ids: now.rule_ids,
        first_message: first_message.to_owned(),
        has_exemption,
        opt_out_within: now.opt_out_within,
        retention_months: now.retention_months,
        must_name_source: now.art14.is_some_and(|art14| art14.must_name_source),
        citations: now.citations,
        confidence: now.confidence,
    }
}
