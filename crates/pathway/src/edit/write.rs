//! Writes one rule back into the text. What is not changed keeps its bytes: comments, order,
//! blank lines, and the way other values are written.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::form::RuleForm;
use crate::document::{Document, WhenUnknown};

/// Why a rule cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is not TOML.
    #[error("the text is not TOML: {0}")]
    Syntax(String),
    /// No rule of that id.
    #[error("no rule has the id {0}")]
    NoSuchRule(String),
    /// The rules are not written as `[[rule]]`.
    #[error("the rules do not stand under [[rule]] headings")]
    NotHeadings,
}

/// The text with one rule's fields replaced. The result is to be linted like any text.
///
/// # Errors
/// [`EditError`].
pub fn replace_rule(document: &Document, id: &str, form: &RuleForm) -> Result<String, EditError> {
    let mut text = open(document)?;
    let rules = rules(&mut text)?;
    let rule = rules.iter_mut().find(|rule| rule_id(rule) == Some(id));
    fill(rule.ok_or_else(|| EditError::NoSuchRule(id.to_owned()))?, form);
    Ok(text.to_string())
}

/// The text with a new rule before the one of id `before`, or at the end.
///
/// # Errors
/// [`EditError`].
pub fn insert_rule(
    document: &Document,
    before: Option<&str>,
    form: &RuleForm,
) -> Result<String, EditError> {
    let mut text = open(document)?;
    let rules = rules(&mut text)?;
    let place = match before {
        None => rules.len(),
        Some(id) => rules
            .iter()
            .position(|rule| rule_id(rule) == Some(id))
            .ok_or_else(|| EditError::NoSuchRule(id.to_owned()))?,
    };
    let mut rule = Table::new();
    rule.decor_mut().set_prefix("\n");
    fill(&mut rule, form);
    // Tables are written by their position; the new one shares its neighbour's, and among equals
    // the order of the list counts.
    let neighbour = rules.get(place).or_else(|| rules.iter().last());
    rule.set_position(neighbour.and_then(Table::position));
    rules.insert(place, rule);
    Ok(text.to_string())
}

/// The text without one rule.
///
/// # Errors
/// [`EditError`].
pub fn remove_rule(document: &Document, id: &str) -> Result<String, EditError> {
    let mut text = open(document)?;
    let rules = rules(&mut text)?;
    let place = rules.iter().position(|rule| rule_id(rule) == Some(id));
    rules.remove(place.ok_or_else(|| EditError::NoSuchRule(id.to_owned()))?);
    Ok(text.to_string())
}

fn open(document: &Document) -> Result<DocumentMut, EditError> {
    document
        .text
        .parse()
        .map_err(|error: toml_edit::TomlError| EditError::Syntax(error.message().to_owned()))
}

fn rules(text: &mut DocumentMut) -> Result<&mut ArrayOfTables, EditError> {
    let item = text.get_mut("rule").ok_or(EditError::NotHeadings)?;
    item.as_array_of_tables_mut().ok_or(EditError::NotHeadings)
}

fn rule_id(rule: &Table) -> Option<&str> {
    rule.get("id").and_then(Item::as_str)
}

fn fill(rule: &mut Table, form: &RuleForm) {
    put(rule, "id", form.id.as_str().into());
    put(rule, "name", form.name.as_str().into());
    put(rule, "stage", form.stage.name().into());
    put(rule, "when", form.when.line().into());
    let skip = form.when_unknown == Some(WhenUnknown::Skip);
    let hold = form.when_unknown == Some(WhenUnknown::Hold);
    // A default that was left unwritten stays unwritten.
    let default_hold = form.stage == crate::document::Stage::Compliance
        && (form.then.contains_key("hold") || form.then.contains_key("decline"));
    if rule.contains_key("when_unknown") || (skip && default_hold) || (hold && !default_hold) {
        put(rule, "when_unknown", if hold { "hold" } else { "skip" }.into());
    }
    if form.when_unknown.is_none() {
        rule.remove("when_unknown");
    }
    if !rule.get("then").is_some_and(Item::is_table_like) {
        rule.insert("then", Item::Value(Value::InlineTable(InlineTable::new())));
    }
    let Some(then) = rule.get_mut("then").and_then(Item::as_table_like_mut) else { return };
    let old: Vec<String> = then.iter().map(|(key, _)| key.to_owned()).collect();
    for key in old.iter().filter(|key| !form.then.contains_key(*key)) {
        then.remove(key);
    }
    for (key, text) in &form.then {
        put(then, key, value(key, text));
    }
}

fn value(key: &str, text: &str) -> Value {
    match key {
        "pass" => true.into(),
        "on_breach" => {
            let steps = text.split(',').map(str::trim).filter(|step| !step.is_empty());
            Value::Array(steps.collect::<Array>())
        }
        _ => text.into(),
    }
}

/// Sets a value in its old clothes; a value that means the same is left as it was written.
fn put(table: &mut dyn TableLike, key: &str, mut new: Value) {
    let Some(old) = table.get_mut(key).and_then(Item::as_value_mut) else {
        table.insert(key, Item::Value(new));
        return;
    };
    if same(key, old, &new) {
        return;
    }
    *new.decor_mut() = old.decor().clone();
    *old = new;
}

fn same(key: &str, old: &Value, new: &Value) -> bool {
    if let (Some(old), Some(new)) = (old.as_str(), new.as_str()) {
        let period = |text: &str| {
            let default = if key == "acknowledge_in" {
                crate::document::Counts::Clock
            } else {
                crate::document::Counts::Working
            };
            crate::document::Period::read(text, default).ok()
        };
        let line = |text: &str| crate::when::parse_when(text).ok().map(|tree| tree.to_string());
        return old == new
            || (key == "when" && line(old).is_some() && line(old) == line(new))
            || (key.ends_with("_in") && period(old).is_some() && period(old) == period(new));
    }
    if let (Some(old), Some(new)) = (old.as_array(), new.as_array()) {
        return old.iter().map(Value::as_str).eq(new.iter().map(Value::as_str));
    }
    old.as_bool().is_some() && old.as_bool() == new.as_bool()
}
