//! One rule as it was looked at. What the rule says is shared by all traces of its pathway; a trace
//! adds only what was seen. On paper the two stand together: each rule with its id, name and `when`,
//! each condition with its text, its fact and the value it saw.

use std::sync::Arc;

use serde::ser::{SerializeSeq as _, Serializer};
use serde::{Deserialize, Serialize};

use crate::fact::{Fact, Value};
use crate::when::{ConditionText, Seen, Truth};

/// What a rule says.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleText {
    /// Stable id.
    pub id: Arc<str>,
    /// Name for people.
    pub name: Arc<str>,
    /// Its `when`.
    pub when: Arc<str>,
    /// The conditions of its `when`, from left to right.
    pub conditions: Vec<ConditionText>,
}

/// One rule as it was looked at.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "OnPaper")]
pub struct RuleTrace {
    /// What it says.
    pub rule: Arc<RuleText>,
    /// Whether it held.
    pub result: Truth,
    /// True when one condition alone kept it from matching, out of several or for want of a fact.
    pub near_miss: bool,
    /// What each of its conditions saw, from left to right.
    pub seen: Vec<Seen>,
}

/// One condition of a rule as it was decided.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConditionTrace<'a> {
    /// The condition as written.
    pub text: &'a str,
    /// The fact it reads.
    pub fact: &'a str,
    /// The value it saw; none when unknown.
    pub value: Option<&'a Value>,
    /// Where the value came from.
    pub source: Option<&'a str>,
    /// Whether it held.
    pub result: Truth,
}

impl RuleTrace {
    /// Its conditions from left to right.
    pub fn conditions(&self) -> impl Iterator<Item = ConditionTrace<'_>> {
        self.rule.conditions.iter().zip(&self.seen).map(|(said, seen)| ConditionTrace {
            text: &said.text,
            fact: &said.fact,
            value: seen.fact.as_ref().map(|fact| &fact.value),
            source: seen.fact.as_ref().map(|fact| &*fact.source),
            result: seen.result,
        })
    }

    /// The conditions that did not hold or could not be decided: why the rule did not match.
    pub fn reasons(&self) -> impl Iterator<Item = ConditionTrace<'_>> {
        self.conditions().filter(|condition| condition.result != Truth::True)
    }
}

impl Serialize for RuleTrace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Paper<'a> {
            id: &'a str,
            name: &'a str,
            when: &'a str,
            result: Truth,
            near_miss: bool,
            conditions: Conditions<'a>,
        }
        let rule = &*self.rule;
        Paper {
            id: &rule.id,
            name: &rule.name,
            when: &rule.when,
            result: self.result,
            near_miss: self.near_miss,
            conditions: Conditions(self),
        }
        .serialize(serializer)
    }
}

struct Conditions<'a>(&'a RuleTrace);

impl Serialize for Conditions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.seen.len()))?;
        for condition in self.0.conditions() {
            list.serialize_element(&condition)?;
        }
        list.end()
    }
}

/// A rule's trace as it is stored.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnPaper {
    id: Arc<str>,
    name: Arc<str>,
    when: Arc<str>,
    result: Truth,
    near_miss: bool,
    conditions: Vec<ConditionOnPaper>,
}

#[derive(Deserialize)]
struct ConditionOnPaper {
    text: Arc<str>,
    fact: Arc<str>,
    value: Option<Value>,
    source: Option<Arc<str>>,
    result: Truth,
}

impl TryFrom<OnPaper> for RuleTrace {
    type Error = &'static str;

    fn try_from(paper: OnPaper) -> Result<Self, Self::Error> {
        let mut conditions = Vec::with_capacity(paper.conditions.len());
        let mut seen = Vec::with_capacity(paper.conditions.len());
        for condition in paper.conditions {
            let fact = match (condition.value, condition.source) {
                (Some(value), Some(source)) => Some(Arc::new(Fact { value, source })),
                (None, None) => None,
                _ => return Err("a value and its source stand together"),
            };
            conditions.push(ConditionText { text: condition.text, fact: condition.fact });
            seen.push(Seen { result: condition.result, fact });
        }
        let rule = RuleText { id: paper.id, name: paper.name, when: paper.when, conditions };
        let OnPaper { result, near_miss, .. } = paper;
        Ok(Self { rule: Arc::new(rule), result, near_miss, seen })
    }
}
