//! The verdict: the strictest answer over recipient, sender and exporter.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::place::{Place, places};
use super::question::{Channel, ContactQuestion, OwnAnswer};
use super::retention::{RetentionClass, retention_for};
use super::rules::{Confidence, JurisdictionRule, Period, PeriodUnit, rules};

/// The answer in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum May {
    /// Yes, now.
    Yes,
    /// Not before the person agreed.
    NotYet,
    /// No: the person said so.
    No,
}

/// An exemption by which the system may write before the person agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exemption {
    /// Canada: one message after a referral.
    CanadaOneMessage,
    /// France: professional address.
    FranceWorkAddress,
    /// Singapore: business contact information.
    SingaporeBusinessContact,
    /// United Kingdom: corporate subscriber.
    UnitedKingdomCorporate,
    /// United States: opt-out regime.
    UnitedStatesOptOut,
}

/// The notice about where the data came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Art14 {
    /// The latest after the data was obtained; the first message ends it in any case.
    pub deadline: Period,
    /// Whether the referrer, or the category of source, must be named.
    pub must_name_source: bool,
}

/// May the organisation write to this person over this channel, and what goes with it?
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The channel asked about.
    pub channel: Channel,
    /// The answer.
    pub may: May,
    /// Why, in a sentence for people.
    pub why: String,
    /// Rules that led to the answer, such as `DE`, `strict_default`, `objection`.
    pub rule_ids: Vec<String>,
    /// The laws behind those rules, as cited in the file.
    pub citations: Vec<String>,
    /// Exemptions that a message sent now would rest on.
    pub exemptions_used: Vec<Exemption>,
    /// Messages that may be sent before the person agreed; `None` is no legal limit.
    pub messages_max: Option<u32>,
    /// What a message must say.
    pub disclose: Vec<String>,
    /// How fast an opt-out takes effect at the latest. In this system it does at once.
    pub opt_out_within: Period,
    /// How long the way out must keep working.
    pub opt_out_live: Period,
    /// How long the data is kept without a sign of life.
    pub retention_months: u32,
    /// The notice about the source, where one is due.
    pub art14: Option<Art14>,
    /// The least checked of the rules used.
    pub confidence: Confidence,
}

/// Answers a [`ContactQuestion`]: the strictest of recipient, sender and exporter; an unknown
/// country counts as the strictest place; an objection beats everything, and the person's own
/// agreement beats everything but that.
#[must_use]
pub fn contact_verdict(question: &ContactQuestion) -> Verdict {
    let places = places(question);
    let mut verdict = frame(question, &places);
    if question.objected {
        verdict.rule_ids.insert(0, "objection".to_owned());
        return verdict.answer(May::No, "The person objected to being contacted.");
    }
    match question.own_answer {
        Some(OwnAnswer::Agreed) => {
            verdict.rule_ids.insert(0, "own_opt_in".to_owned());
            verdict.messages_max = None;
            return verdict.answer(May::Yes, "The person agreed to be contacted this way.");
        }
        Some(OwnAnswer::Refused) => {
            return verdict.answer(May::No, "The person was asked and said no.");
        }
        Some(OwnAnswer::Withdrawn) => {
            return verdict.answer(May::No, "The person took the agreement back.");
        }
        Some(OwnAnswer::Expired) | None => {}
    }
    for place in &places {
        match place.permission(question) {
            Ok(Some(exemption)) => verdict.exemptions_used.push(exemption),
            Ok(None) => {}
            Err(why) => {
                verdict.exemptions_used.clear();
                verdict.messages_max = Some(0);
                return verdict.answer(May::NotYet, &why);
            }
        }
    }
    verdict.exemptions_used.sort_unstable();
    verdict.exemptions_used.dedup();
    let why = "The rules of every place concerned allow a first message, and the exemptions used \
               are switched on.";
    verdict.answer(May::Yes, why)
}

/// The verdicts for every channel, in the order of [`Channel::ALL`]. An agreement is taken to
/// cover the channel of the question only.
#[must_use]
pub fn contact_verdicts(question: &ContactQuestion) -> Vec<Verdict> {
    let for_channel = |channel| {
        let agreed_elsewhere =
            channel != question.channel && question.own_answer == Some(OwnAnswer::Agreed);
        let own_answer = question.own_answer.filter(|_| !agreed_elsewhere);
        contact_verdict(&ContactQuestion { channel, own_answer, ..*question })
    };
    Channel::ALL.into_iter().map(for_channel).collect()
}

/// When the notice about the source is due: one month after the data was obtained, or with the
/// first message to the person, or when the data is first shown to somebody else, whichever
/// comes first (GDPR Art 14(3)). Months are counted in UTC.
///
/// # Errors
/// Only when the date leaves the calendar.
pub fn art14_due(
    obtained_at: Timestamp,
    first_message_at: Option<Timestamp>,
    first_disclosed_at: Option<Timestamp>,
) -> Result<Timestamp, jiff::Error> {
    let month = obtained_at.to_zoned(TimeZone::UTC).checked_add(Span::new().months(1))?;
    let first = [first_message_at, first_disclosed_at].into_iter().flatten().min();
    Ok(first.map_or(month.timestamp(), |first| first.min(month.timestamp())))
}

impl Verdict {
    fn answer(mut self, may: May, why: &str) -> Self {
        self.may = may;
        why.clone_into(&mut self.why);
        self
    }
}

/// Everything of the verdict that does not depend on the answer.
fn frame(question: &ContactQuestion, places: &[Place]) -> Verdict {
    let strict = &rules().strict_default;
    let chained = || places.iter().flat_map(|place| place.chain.iter());
    let mut rule_ids: Vec<String> = chained().map(|rule| rule.id.clone()).collect();
    if places.iter().any(|place| place.chain.is_empty()) {
        rule_ids.push("strict_default".to_owned());
    }
    dedup(&mut rule_ids);
    let mut citations: Vec<String> =
        chained().flat_map(|rule| rule.instruments.iter().cloned()).collect();
    dedup(&mut citations);
    let mut disclose = vec!["who sends this".to_owned(), "how to opt out".to_owned()];
    disclose.extend(chained().flat_map(|rule| disclosures(rule)));
    dedup(&mut disclose);
    let or_strict = |period: Option<Period>| period.unwrap_or_else(|| strict.optout_honour.clone());
    Verdict {
        channel: question.channel,
        may: May::NotYet,
        why: String::new(),
        rule_ids,
        citations,
        exemptions_used: Vec::new(),
        messages_max: places
            .iter()
            .filter_map(|place| place.field(|rule| rule.max_system_messages_without_optin))
            .min(),
        disclose,
        opt_out_within: places
            .iter()
            .map(|place| or_strict(place.field(|rule| rule.optout_honour.clone())))
            .min_by_key(Period::hours_at_least)
            .unwrap_or_else(|| strict.optout_honour.clone()),
        // Sixty days is the longest of all rules on file and the floor everywhere.
        opt_out_live: chained()
            .filter_map(|rule| rule.optout_live.clone())
            .chain([Period::of(60, PeriodUnit::CalendarDays)])
            .max_by_key(Period::hours_at_least)
            .unwrap_or_else(|| Period::of(60, PeriodUnit::CalendarDays)),
        retention_months: places.iter().map(retention_months).min().unwrap_or_default(),
        art14: places.iter().filter_map(art14).min_by_key(|art14| art14.deadline.hours_at_least()),
        confidence: chained().map(|rule| rule.conf).max().unwrap_or(Confidence::Policy),
    }
}

fn disclosures(rule: &'static JurisdictionRule) -> impl Iterator<Item = String> {
    let still = rule.corporate_subscriber.iter().flat_map(|rule| rule.still.iter());
    rule.must_disclose.iter().chain(still).cloned()
}

fn retention_months(place: &Place) -> u32 {
    let strict = rules().strict_default.prospect_retention_months;
    if place.chain.is_empty() {
        return strict;
    }
    place
        .field(|rule| rule.prospect_retention_months)
        .or_else(|| retention_for(RetentionClass::Prospect, place.country)?.keep.months())
        .unwrap_or(strict)
}

/// Due under the GDPR family, and at the first message where no rule is on file.
fn art14(place: &Place) -> Option<Art14> {
    if place.chain.is_empty() {
        let deadline = Period::of(0, PeriodUnit::Immediate);
        return Some(Art14 { deadline, must_name_source: true });
    }
    // The United Kingdom kept Article 14; the file states it with the European Union only.
    let european = || rules().rules.iter().find(|rule| rule.id == "EU")?.art14.as_ref();
    let is_uk = place.country.is_some_and(|country| country.code() == "GB");
    let rule = place
        .field(|rule| rule.art14.as_ref())
        .or_else(|| if is_uk { european() } else { None })?;
    Some(Art14 { deadline: rule.deadline.clone(), must_name_source: rule.must_name_source })
}

/// Drops repetitions and keeps the order.
fn dedup(texts: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
}
