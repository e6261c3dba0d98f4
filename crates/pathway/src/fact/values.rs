//! The facts of one referral: values with their source, kept in catalogue order so that the
//! evaluator finds one by its place and not by its name.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::catalogue::{CATALOGUE, FactDefinition, Kind, definition, slot_of};
use super::decimal::Decimal;
use super::place::COUNTRIES;

/// A value of a fact. In JSON: `true`, `250`, `"direct"` or `["a", "b"]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A number in the unit of the catalogue.
    Number(Decimal),
    /// A choice, a country code or free text.
    Text(Arc<str>),
    /// A set of words.
    Tags(Vec<Arc<str>>),
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Decimal::whole(number))
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<&[&str]> for Value {
    fn from(words: &[&str]) -> Self {
        Self::Tags(words.iter().map(|word| Arc::from(*word)).collect())
    }
}

/// A value and where it came from ("CRM import", "prospect's answer").
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The value.
    pub value: Value,
    /// Its source, for the reader of the trace.
    pub source: Arc<str>,
}

/// Why a fact was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// The catalogue has no such fact.
    #[error("no such fact: {0}")]
    NoSuchFact(String),
    /// The value is not of the fact's type, or outside its range or its choices.
    #[error("{name} takes {takes}")]
    WrongValue {
        /// The fact.
        name: String,
        /// What it takes, in words.
        takes: String,
    },
}

/// A stored fact with its text folded for comparison.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slot {
    pub(crate) fact: Arc<Fact>,
    /// Lower-case text or tags; empty for other kinds.
    pub(crate) folded: Vec<Arc<str>>,
}

/// The facts known about one referral. What is not set is unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "BTreeMap<String, Fact>", try_from = "BTreeMap<String, Fact>")]
pub struct Facts {
    slots: Vec<Option<Slot>>,
}

impl Default for Facts {
    fn default() -> Self {
        Self::new()
    }
}

impl Facts {
    /// Nothing known yet.
    #[must_use]
    pub fn new() -> Self {
        Self { slots: vec![None; CATALOGUE.len()] }
    }

    /// Sets one fact.
    ///
    /// # Errors
    /// [`FactError`] when the name is not in the catalogue or the value does not fit it.
    pub fn set(
        &mut self,
        name: &str,
        value: impl Into<Value>,
        source: impl Into<Arc<str>>,
    ) -> Result<(), FactError> {
        let no_such = || FactError::NoSuchFact(name.to_owned());
        let found = definition(name).ok_or_else(no_such)?;
        let slot = slot_of(name).ok_or_else(no_such)?;
        let value = accept(found, value.into())?;
        let folded = match &value {
            Value::Text(text) if found.kind == Kind::Text => vec![fold(text)],
            Value::Tags(words) => words.iter().map(|word| fold(word)).collect(),
            _ => Vec::new(),
        };
        let fact = Arc::new(Fact { value, source: source.into() });
        if let Some(place) = self.slots.get_mut(slot) {
            *place = Some(Slot { fact, folded });
        }
        Ok(())
    }

    /// The same, for building facts in one expression.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn with(
        mut self,
        name: &str,
        value: impl Into<Value>,
        source: impl Into<Arc<str>>,
    ) -> Result<Self, FactError> {
        self.set(name, value, source)?;
        Ok(self)
    }

    /// Makes a fact unknown again.
    pub fn forget(&mut self, name: &str) {
        if let Some(place) = slot_of(name).and_then(|slot| self.slots.get_mut(slot)) {
            *place = None;
        }
    }

    /// The fact of that name, if known.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.slot(slot_of(name)?).map(|slot| &*slot.fact)
    }

    pub(crate) fn slot(&self, slot: usize) -> Option<&Slot> {
        self.slots.get(slot)?.as_ref()
    }

    /// The text of a choice, country or text fact, if known.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&Arc<str>> {
        match &self.get(name)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number of a number fact, if known.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<Decimal> {
        match self.get(name)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl From<Facts> for BTreeMap<String, Fact> {
    fn from(facts: Facts) -> Self {
        CATALOGUE
            .iter()
            .zip(facts.slots)
            .filter_map(|(found, slot)| {
                Some((found.name.to_owned(), Arc::unwrap_or_clone(slot?.fact)))
            })
            .collect()
    }
}

impl TryFrom<BTreeMap<String, Fact>> for Facts {
    type Error = FactError;

    fn try_from(map: BTreeMap<String, Fact>) -> Result<Self, FactError> {
        let mut facts = Self::new();
        for (name, fact) in map {
            facts.set(&name, fact.value, fact.source)?;
        }
        Ok(facts)
    }
}

/// Case does not count in text: `"Food"` and `"food"` are one value.
pub(crate) fn fold(text: &str) -> Arc<str> {
    text.trim().to_lowercase().into()
}

fn accept(found: &FactDefinition, value: Value) -> Result<Value, FactError> {
    let fits = match (found.kind, &value) {
        (Kind::Flag, Value::Flag(_)) | (Kind::Text, Value::Text(_)) => true,
        (Kind::Number { whole, min, max, .. }, Value::Number(number)) => {
            *number >= Decimal::whole(min)
                && *number <= Decimal::whole(max)
                && (!whole || number.is_whole())
        }
        (Kind::Choice { values }, Value::Text(text)) => values.contains(&&**text),
        (Kind::Country, Value::Text(text)) => COUNTRIES.binary_search(&&**text).is_ok(),
        (Kind::Tags, Value::Tags(_)) => true,
        _ => false,
    };
    if fits {
        return Ok(value);
    }
    Err(FactError::WrongValue { name: found.name.to_owned(), takes: found.kind.takes() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_outside_the_catalogue_is_refused() {
        let mut facts = Facts::new();
        assert!(matches!(facts.set("headcont", 5, "crm"), Err(FactError::NoSuchFact(_))));
        assert!(matches!(facts.set("fit", 101, "crm"), Err(FactError::WrongValue { .. })));
        assert!(matches!(facts.set("type", "rumour", "form"), Err(FactError::WrongValue { .. })));
        assert!(matches!(facts.set("country", "Germany", "x"), Err(FactError::WrongValue { .. })));
        assert_eq!(facts, Facts::new());
    }

    #[test]
    fn region_and_country_are_one_fact() {
        let facts = Facts::new().with("region", "DE", "crm").unwrap();
        assert_eq!(facts.text("country").map(|code| &**code), Some("DE"));
        let json = serde_json::to_string(&facts).unwrap();
        assert_eq!(json, r#"{"country":{"value":"DE","source":"crm"}}"#);
        assert_eq!(serde_json::from_str::<Facts>(&json).unwrap(), facts);
    }
}
