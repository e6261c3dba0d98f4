//! A second pair of eyes for a message before a person sends it: what must be there, what must
//! not, each finding with its place, its reason and a suggestion.
//!
//! Findings are advice to a person and never a rewrite. Only [`Severity::Block`] stops a message;
//! a [`Severity::Review`] finding may be overridden with a reason. English only.
//!
//! Start with [`review`]. `rules` holds the compiled-in patterns, `names` finds names that must
//! stay sealed.

mod names;
mod rules;

pub use rules::{ReviewRules, review_rules};

use std::ops::Range;

use serde::Serialize;

use crate::contact::Country;
use names::identifiers;
pub(crate) use names::name_spans;
use rules::{PresenceRule, suggestion};

/// Part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The subject line.
    Subject,
    /// The text.
    Body,
}

/// How much a finding weighs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The message must not go out like this.
    Block,
    /// A person has to look, and may overrule with a reason.
    Review,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule, such as `guarantee` or `req-sender`.
    pub rule_id: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Where.
    pub field: Field,
    /// Bytes of the field, on character boundaries; `None` where something is missing.
    pub span: Option<Range<usize>>,
    /// Why, in a few words.
    pub reason: String,
    /// What to do, in one sentence.
    pub suggestion: &'static str,
}

/// A message as it would be sent.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The subject line; empty for a chat message.
    pub subject: &'a str,
    /// The text.
    pub body: &'a str,
    /// The message answers one that is on record.
    pub in_reply_to: bool,
    /// It carries the headers for unsubscribing with one click.
    pub one_click_unsubscribe: bool,
}

/// What is known of the occasion. The default is the careful one where there is one.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// Where the recipient is; `None` if not known: every rule for a place applies then.
    pub recipient: Option<Country>,
    /// The recipient agreed to be contacted.
    pub recipient_opted_in: bool,
    /// The message has a commercial purpose.
    pub commercial: bool,
    /// It is the first one to this person.
    pub first_message: bool,
    /// It rests on the Canadian exemption.
    pub canada_exemption: bool,
    /// A reward is recorded on the referral.
    pub reward_recorded: bool,
    /// The referrer's statement about the parties is on record.
    pub referrer_statement: bool,
    /// Legal name of the sending organisation.
    pub sender_legal_name: String,
    /// Its postal address, as configured.
    pub sender_postal_address: Option<String>,
    /// Full names of every referrer.
    pub referrer_names: Vec<String>,
    /// Words that name the source of the data, and the address of the notice.
    pub source_and_notice: Vec<String>,
    /// Names, addresses, employers and unique titles of a party that has not agreed yet.
    pub sealed: Vec<String>,
    /// Mail addresses and numbers of addressee, sender and referrer.
    pub known_identifiers: Vec<String>,
}

/// Everything to be said about a draft, blocking findings first, then by place.
#[must_use]
pub fn review(draft: &Draft<'_>, occasion: &Occasion) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in &review_rules().presence_required {
        if applies(rule, occasion) && !is_present(rule, draft, occasion) {
            findings.push(missing(rule));
        }
    }
    for (field, text) in [(Field::Subject, draft.subject), (Field::Body, draft.body)] {
        forbidden(draft, occasion, field, text, &mut findings);
    }
    let place = |finding: &Finding| finding.span.as_ref().map_or(0, |span| span.start);
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.severity, f.field, place(f), f.rule_id.clone());
        key(a).cmp(&key(b))
    });
    findings
}

/// Whether a draft with these findings may be sent once a person has seen them.
#[must_use]
pub fn may_be_sent(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity != Severity::Block)
}

fn missing(rule: &PresenceRule) -> Finding {
    Finding {
        rule_id: rule.id.clone(),
        severity: Severity::Block,
        field: Field::Body,
        span: None,
        reason: format!("required: {}", rule.when),
        suggestion: suggestion(&rule.id),
    }
}

/// Whether the occasion of a presence rule is given. A place that is not known counts as each.
fn applies(rule: &PresenceRule, occasion: &Occasion) -> bool {
    let recipient_in =
        |test: fn(Country) -> bool| occasion.recipient.is_none_or(test) && occasion.commercial;
    let european = |country: Country| country.is_eea() || country.code() == "GB";
    match rule.id.as_str() {
        "req-unsub" => occasion.commercial && !occasion.recipient_opted_in,
        "req-postal" => recipient_in(|country| matches!(country.code(), "US" | "CA")),
        "req-sender" => true,
        "req-referrer-fullname" | "req-referral-statement" => occasion.canada_exemption,
        "req-source" => recipient_in(european) && occasion.first_message,
        "req-objection" => recipient_in(european) && occasion.first_message,
        "req-incentive" => occasion.reward_recorded,
        _ => true,
    }
}

fn is_present(rule: &PresenceRule, draft: &Draft<'_>, occasion: &Occasion) -> bool {
    let body = draft.body;
    let occurs = |text: &str| !text.trim().is_empty() && !name_spans(body, text).is_empty();
    match rule.id.as_str() {
        "req-unsub" => draft.one_click_unsubscribe && rule.matches(body),
        "req-postal" => occasion.sender_postal_address.as_deref().is_some_and(occurs),
        "req-sender" => occurs(&occasion.sender_legal_name),
        "req-referrer-fullname" => {
            let names = &occasion.referrer_names;
            !names.is_empty() && names.iter().all(|name| occurs(name))
        }
        "req-source" => {
            let parts = &occasion.source_and_notice;
            !parts.is_empty() && parts.iter().all(|part| occurs(part))
        }
        _ => rule.matches(body),
    }
}

fn forbidden(
    draft: &Draft<'_>,
    occasion: &Occasion,
    field: Field,
    text: &str,
    findings: &mut Vec<Finding>,
) {
    for rule in &review_rules().forbidden {
        if rule.field.as_deref().is_some_and(|only| only == "subject") && field == Field::Body {
            continue;
        }
        let excused = match rule.id.as_str() {
            "fake-reply" => draft.in_reply_to,
            "fake-endorsement" => occasion.referrer_statement,
            _ => false,
        };
        if excused {
            continue;
        }
        let spans = match rule.id.as_str() {
            "naming-before-optin" => {
                let mut spans: Vec<_> =
                    occasion.sealed.iter().flat_map(|name| name_spans(text, name)).collect();
                spans.sort_by_key(|span| (span.start, span.end));
                spans.dedup();
                spans
            }
            "third-party-pii" => identifiers(text, &occasion.known_identifiers),
            _ => rule.spans(text),
        };
        findings.extend(spans.into_iter().map(|span| Finding {
            rule_id: rule.id.clone(),
            severity: rule.severity,
            field,
            span: Some(span),
            reason: rule.desc.clone(),
            suggestion: suggestion(&rule.id),
        }));
    }
}

#[cfg(test)]
mod tests;
