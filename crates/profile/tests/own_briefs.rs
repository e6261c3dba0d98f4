//! Briefs of our own in six languages: what each must be read as, field by field.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use serde::Deserialize;
use serde_json::Value;
use warmpath_profile::parse_brief;

#[derive(Deserialize)]
struct Case {
    text: String,
    verdict: String,
    /// Only the fields that are not empty; a code list of more than six is given by its length.
    criteria: Value,
}

/// Drops what is empty and what follows from the rest, so that cases stay readable.
fn compact(criteria: &Value) -> Value {
    let mut out = serde_json::Map::new();
    for (key, value) in criteria.as_object().expect("an object") {
        let derived = matches!(key.as_str(), "industries" | "functions" | "seniority")
            && (key == "industries" || criteria["roles"].as_array().is_some_and(|r| !r.is_empty()));
        let value = match value {
            Value::Object(_) if key == "exclude" => compact(value),
            Value::Array(list) if key == "geos" && list.len() > 6 => list.len().into(),
            other => other.clone(),
        };
        let empty = value.is_null()
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(serde_json::Map::is_empty);
        if !empty && !derived {
            out.insert(key.clone(), value);
        }
    }
    Value::Object(out)
}

#[test]
fn briefs_are_read_as_reviewed() {
    for line in include_str!("data/own_briefs.jsonl").lines() {
        let case: Case = serde_json::from_str(line).expect("a case");
        let parsed = parse_brief(&case.text).expect("short enough");
        let verdict = serde_json::to_value(parsed.judgement.verdict).expect("a word");
        assert_eq!(verdict, case.verdict, "{}\n{:?}", case.text, parsed.judgement.why);
        let criteria = serde_json::to_value(&parsed.criteria).expect("plain data");
        assert_eq!(compact(&criteria), case.criteria, "{}", case.text);
    }
}
