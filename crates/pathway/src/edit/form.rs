//! Rules as a form shows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::{Action, Document, Priority, Rule, Spanned, Stage, Target, WhenUnknown};
use crate::when::{Condition, Expression};

/// One rule of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleForm {
    /// Stable id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Stage.
    pub stage: Stage,
    /// The condition.
    pub when: WhenForm,
    /// `skip` or `hold`; none leaves it to the stage's default.
    pub when_unknown: Option<WhenUnknown>,
    /// The fields of `then`, as text; lists joined by commas.
    pub then: BTreeMap<String, String>,
}

/// How conditions of a form are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Join {
    /// All must hold.
    All,
    /// One is enough.
    Any,
}

/// A condition as rows, or as text when it is nested deeper than rows can show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum WhenForm {
    /// Takes everything left over.
    Always,
    /// Rows.
    Rows {
        /// How they are joined.
        join: Join,
        /// One a row.
        rows: Vec<ConditionForm>,
    },
    /// One line of text.
    Text {
        /// The line.
        text: String,
    },
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionForm {
    /// `not` before it.
    pub negated: bool,
    /// The fact.
    pub fact: String,
    /// What follows the fact, as written: `>= 70`, `in [DACH]`, or nothing for a flag.
    pub test: String,
}

impl WhenForm {
    /// The line of text that stands for the form.
    #[must_use]
    pub fn line(&self) -> String {
        match self {
            Self::Always => "always".to_owned(),
            Self::Text { text } => text.clone(),
            Self::Rows { join, rows } => {
                let word = if *join == Join::All { " and " } else { " or " };
                let rows: Vec<_> = rows.iter().map(ConditionForm::line).collect();
                rows.join(word)
            }
        }
    }

    /// The form of a condition.
    #[must_use]
    pub fn of(when: &Expression) -> Self {
        let (join, parts) = match when {
            Expression::Always => return Self::Always,
            Expression::All(parts) => (Join::All, parts.as_slice()),
            Expression::Any(parts) => (Join::Any, parts.as_slice()),
            one => (Join::All, std::slice::from_ref(one)),
        };
        let rows: Option<Vec<_>> = parts.iter().map(row).collect();
        match rows {
            Some(rows) => Self::Rows { join, rows },
            None => Self::Text { text: when.to_string() },
        }
    }
}

impl ConditionForm {
    fn line(&self) -> String {
        let not = if self.negated { "not " } else { "" };
        format!("{not}{} {}", self.fact, self.test).trim_end().to_owned()
    }
}

fn row(part: &Expression) -> Option<ConditionForm> {
    let of = |condition: &Condition, negated| {
        let test = condition.to_string()[condition.fact.len()..].trim_start().to_owned();
        ConditionForm { negated, fact: condition.fact.clone(), test }
    };
    match part {
        Expression::Condition(condition) => Some(of(condition, false)),
        Expression::Not(inner) => match &**inner {
            Expression::Condition(condition) => Some(of(condition, true)),
            _ => None,
        },
        _ => None,
    }
}

/// The rules of a document as forms, in its order.
#[must_use]
pub fn rule_forms(document: &Document) -> Vec<RuleForm> {
    document.rules.iter().map(form).collect()
}

fn form(rule: &Rule) -> RuleForm {
    RuleForm {
        id: rule.id.value.clone(),
        name: rule.name.clone(),
        stage: rule.stage,
        when: WhenForm::of(&rule.when.value),
        when_unknown: Some(rule.when_unknown),
        then: fields(&rule.then.value),
    }
}

fn fields(action: &Action) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            found.insert(key.to_owned(), value);
        }
    };
    let target = |target: &Spanned<Target>| target.value.to_string();
    match action {
        Action::Pass => put("pass", Some("true".to_owned())),
        Action::Decline { code } => put("decline", Some(code.clone())),
        Action::Hold { code, arbiter, review_in } => {
            put("hold", Some(code.clone()));
            put("arbiter", Some(target(arbiter)));
            put("review_in", review_in.map(|period| period.to_string()));
        }
        Action::Priority(priority) => {
            let word = match priority {
                Priority::High => "high",
                Priority::Normal => "normal",
                Priority::Low => "low",
            };
            put("priority", Some(word.to_owned()));
        }
        Action::Owner { owner, fallback } => {
            put("owner", Some(target(owner)));
            put("fallback", fallback.as_ref().map(target));
        }
        Action::Clocks { accept_in, contact_in, acknowledge_in, on_breach, escalate_to } => {
            put("accept_in", accept_in.map(|period| period.to_string()));
            put("contact_in", contact_in.map(|period| period.to_string()));
            put("acknowledge_in", acknowledge_in.map(|period| period.to_string()));
            let steps: Vec<_> = on_breach.iter().map(|step| step.name()).collect();
            put("on_breach", (!steps.is_empty()).then(|| steps.join(", ")));
            put("escalate_to", escalate_to.as_ref().map(target));
        }
        Action::Playbook(id) => put("playbook", Some(id.value.clone())),
    }
    found
}
