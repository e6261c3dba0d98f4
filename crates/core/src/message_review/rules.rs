//! The compiled-in rules, typed, from `data/message_review_rules.json`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer};

use super::Severity;

/// The whole file.
#[derive(Debug, Deserialize)]
pub struct ReviewRules {
    /// The day as of which the rules were compiled.
    pub as_of: jiff::civil::Date,
    /// What must be there.
    pub(super) presence_required: Vec<PresenceRule>,
    /// What must not.
    pub(super) forbidden: Vec<ForbiddenRule>,
}

impl ReviewRules {
    /// The identifiers of all rules, in the order of the file.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let required = self.presence_required.iter().map(|rule| rule.id.as_str());
        required.chain(self.forbidden.iter().map(|rule| rule.id.as_str()))
    }
}

/// Something that must be there.
#[derive(Debug, Deserialize)]
pub(super) struct PresenceRule {
    pub(super) id: String,
    /// On which occasion, in words.
    pub(super) when: String,
    #[serde(default, deserialize_with = "patterns")]
    any_regex: Vec<Regex>,
}

impl PresenceRule {
    pub(super) fn matches(&self, text: &str) -> bool {
        self.any_regex.iter().any(|pattern| pattern.is_match(text))
    }
}

/// Something that must not be there.
#[derive(Debug, Deserialize)]
#[serde(try_from = "WrittenRule")]
pub(super) struct ForbiddenRule {
    pub(super) id: String,
    pub(super) severity: Severity,
    pub(super) desc: String,
    /// `subject` if it concerns the subject line alone.
    pub(super) field: Option<String>,
    /// `None` where the check is code.
    pattern: Option<Regex>,
}

#[derive(Deserialize)]
struct WrittenRule {
    id: String,
    severity: Severity,
    desc: String,
    field: Option<String>,
    regex: Option<String>,
    #[serde(default)]
    case_sensitive: bool,
}

impl TryFrom<WrittenRule> for ForbiddenRule {
    type Error = regex::Error;

    fn try_from(rule: WrittenRule) -> Result<Self, regex::Error> {
        let WrittenRule { id, severity, desc, field, regex, case_sensitive } = rule;
        let pattern = regex.map(|pattern| compile(&pattern, case_sensitive)).transpose()?;
        Ok(Self { id, severity, desc, field, pattern })
    }
}

impl ForbiddenRule {
    pub(super) fn spans(&self, text: &str) -> Vec<Range<usize>> {
        let find = |pattern: &Regex| pattern.find_iter(text).map(|found| found.range()).collect();
        self.pattern.as_ref().map(find).unwrap_or_default()
    }
}

fn compile(pattern: &str, case_sensitive: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).case_insensitive(!case_sensitive).build()
}

fn patterns<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Regex>, D::Error> {
    let written = Vec::<String>::deserialize(deserializer)?;
    let compiled = written.iter().map(|pattern| compile(pattern, false));
    compiled.collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

static RULES: LazyLock<ReviewRules> = LazyLock::new(|| {
    let text = include_str!("../../data/message_review_rules.json");
    #[expect(clippy::expect_used, reason = "the text is compiled in and read by a test")]
    serde_json::from_str(text).expect("the compiled-in rules are read by a test")
});

/// The compiled-in rules.
#[must_use]
pub fn review_rules() -> &'static ReviewRules {
    &RULES
}

/// What to do about a finding; a test makes sure that every rule has its own.
pub(super) fn suggestion(rule_id: &str) -> &'static str {
    match rule_id {
        "req-unsub" => "Say how to stop further messages, and send it with one-click headers.",
        "req-postal" => "Add the postal address of the organisation.",
        "req-sender" => "Say who writes: the legal name of the organisation.",
        "req-referrer-fullname" => "Give the full name of everybody who made the referral.",
        "req-referral-statement" => "Say that you write as a result of the referral.",
        "req-source" => "Say where the data came from and link to the notice.",
        "req-objection" => "Say that the person may object, and how.",
        "req-incentive" => "Say that the referrer receives a reward.",
        "naming-before-optin" => {
            "Describe the person by role, industry and size until they agreed."
        }
        "guarantee" => "Say what happened elsewhere instead of promising it here.",
        "roi-promise" => "Name the source of the figure, or leave it out.",
        "false-urgency" => "Leave the pressure out; give a date only if there is one.",
        "spam-phrases" => "Write it as you would say it to one person.",
        "shouting" => "Use ordinary capitals and one mark at most.",
        "fake-reply" => "Drop the prefix: this message answers none.",
        "fake-endorsement" => "Quote only what the referrer is on record with.",
        "personal-guise" => "Say plainly what the message is for.",
        "quid-pro-quo" => "Take the benefit out of the request.",
        "hidden-incentive" => "Take out the wish for secrecy.",
        "official" => "Ask the compliance desk whether the person is a public official.",
        "special-category" => "Take the sensitive detail out.",
        "tracking" => "Take the hidden image or the wrapped link out.",
        "third-party-pii" => "Take out the address or number of somebody who is no party to this.",
        _ => "Have the compliance desk look at it.",
    }
}
