//! May personal data go from one country to another? From `data/adequacy.json`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::contact::Country;

/// A transfer to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferQuestion {
    /// Where the data is exported from.
    pub from: Country,
    /// Where it goes; `None` if not known.
    pub to: Option<Country>,
    /// The recipient fulfils the condition of the list, for example is self-certified under the
    /// Data Privacy Framework on the day; `None` if not known.
    pub condition_met: Option<bool>,
    /// Standard clauses or another safeguard with this recipient are on file.
    pub safeguard_on_file: bool,
    /// The day of the transfer.
    pub on: Date,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "transfer")]
pub enum Transfer {
    /// The data stays in the same country or area.
    Inside,
    /// The destination is on the exporter's list.
    Adequate {
        /// Law of the list.
        law: String,
        /// The condition that was met, in words.
        condition: Option<String>,
    },
    /// Allowed by a safeguard that is on file.
    Safeguarded,
    /// Not allowed as things stand: send a brief without personal data instead.
    Blocked {
        /// Why, in a sentence for people.
        why: String,
    },
}

impl Transfer {
    /// Whether personal data may go.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        !matches!(self, Self::Blocked { .. })
    }
}

#[derive(Deserialize)]
struct File {
    groups: BTreeMap<String, Vec<Country>>,
    lists: Vec<List>,
}

#[derive(Deserialize)]
struct List {
    origin: String,
    law: String,
    destinations: Vec<Destination>,
    #[serde(rename = "else")]
    otherwise: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Destination {
    /// A star.
    Everywhere(String),
    One(Listed),
}

#[derive(Deserialize)]
struct Listed {
    cc: Option<Country>,
    group: Option<String>,
    condition: Option<String>,
    from: Option<Date>,
    until: Option<Date>,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    let text = include_str!("../../data/adequacy.json");
    #[expect(clippy::expect_used, reason = "the text is compiled in and read by a test")]
    serde_json::from_str(text).expect(super::RULES_BROKEN)
});

/// Judges a transfer. An exporter without a list on file needs a safeguard.
#[must_use]
pub fn transfer(question: &TransferQuestion) -> Transfer {
    if question.to == Some(question.from) || both_in_eea(question) {
        return Transfer::Inside;
    }
    let origin = if question.from.is_eea() { "EEA" } else { question.from.code() };
    let list = FILE.lists.iter().find(|list| list.origin == origin);
    let found = list.map_or(Found::NotListed, |list| list.find(question));
    let why = match found {
        Found::Listed { condition } => {
            let law = list.map(|list| list.law.clone()).unwrap_or_default();
            return Transfer::Adequate { law, condition };
        }
        _ if question.safeguard_on_file => return Transfer::Safeguarded,
        Found::ConditionOpen(condition) => format!("The list asks that the {condition}."),
        Found::OutsideDates => "The decision for that country is not in force that day.".into(),
        Found::NotListed => {
            let otherwise = list.and_then(|list| list.otherwise.as_deref());
            let needed = otherwise.unwrap_or("standard clauses or another safeguard");
            format!("The destination is on no list on file; needed: {needed}.")
        }
    };
    Transfer::Blocked { why }
}

enum Found {
    Listed { condition: Option<String> },
    ConditionOpen(String),
    OutsideDates,
    NotListed,
}

impl List {
    fn find(&self, question: &TransferQuestion) -> Found {
        for destination in &self.destinations {
            let listed = match destination {
                Destination::Everywhere(star) if star == "*" => {
                    return Found::Listed { condition: None };
                }
                Destination::One(listed) if listed.covers(question.to) => listed,
                _ => continue,
            };
            let in_force = listed.from.is_none_or(|from| from <= question.on)
                && listed.until.is_none_or(|until| question.on <= until);
            return match &listed.condition {
                _ if !in_force => Found::OutsideDates,
                Some(condition) if question.condition_met != Some(true) => {
                    Found::ConditionOpen(condition.clone())
                }
                condition => Found::Listed { condition: condition.clone() },
            };
        }
        Found::NotListed
    }
}

impl Listed {
    fn covers(&self, to: Option<Country>) -> bool {
        let Some(to) = to else { return false };
        let group = self.group.as_ref().and_then(|group| FILE.groups.get(group));
        self.cc == Some(to) || group.is_some_and(|group| group.contains(&to))
    }
}

fn both_in_eea(question: &TransferQuestion) -> bool {
    question.from.is_eea() && question.to.is_some_and(Country::is_eea)
}
