//! Canonical JSON (RFC 8785), and the small part of JSON an entry may hold.
//!
//! Values are objects, arrays, whole numbers that a double holds exactly, true, false, null, and
//! *tokens*: visible ASCII without space, quote, backslash and `@`. Identifiers and codes are
//! tokens; names, sentences and mail addresses are not, so personal text cannot slip into the log.
//! In this part of JSON no string needs an escape and keys sort by their bytes, which keeps
//! verifiers in other languages short.

use serde_json::{Map, Value};

use crate::entry::EntryError;
use crate::hash::push_hex;

/// Longest token, in bytes.
pub const TOKEN_BYTES_MAX: usize = 200;
/// Largest canonical `data` of an entry, in bytes.
pub const DATA_BYTES_MAX: usize = 8_192;
/// Deepest nesting inside `data`; the object itself is level 1.
pub const DATA_DEPTH_MAX: usize = 4;

/// Whole numbers that a double holds exactly lie within ± this.
const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Whether `text` may stand in an entry.
pub(crate) fn is_token(text: &str) -> bool {
    (1..=TOKEN_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_token_byte)
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'@')
}

/// Writes `data` with sorted keys and without spaces, or says what does not belong there.
pub(crate) fn data_bytes(data: &Map<String, Value>) -> Result<Vec<u8>, EntryError> {
    let mut out = Vec::new();
    push_object(&mut out, data, 1)?;
    if out.len() > DATA_BYTES_MAX {
        return Err(EntryError::DataTooLarge { bytes: out.len() });
    }
    Ok(out)
}

fn push_object(
    out: &mut Vec<u8>,
    map: &Map<String, Value>,
    depth: usize,
) -> Result<(), EntryError> {
    if depth > DATA_DEPTH_MAX {
        return Err(EntryError::DataTooDeep);
    }
    let mut members: Vec<_> = map.iter().collect();
    members.sort_by_key(|(key, _)| *key);
    out.push(b'{');
    for (position, (key, value)) in members.into_iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        push_token(out, "data", key)?;
        out.push(b':');
        push_value(out, value, depth)?;
    }
    out.push(b'}');
    Ok(())
}

fn push_value(out: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), EntryError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => match number.as_i64() {
            Some(whole) if whole.unsigned_abs() <= INTEGER_MAX => push_i64(out, whole),
            _ => return Err(EntryError::NotWhole),
        },
        Value::String(text) => push_token(out, "data", text)?,
        Value::Array(items) => push_array(out, items, depth + 1)?,
        Value::Object(map) => push_object(out, map, depth + 1)?,
    }
    Ok(())
}

fn push_array(out: &mut Vec<u8>, items: &[Value], depth: usize) -> Result<(), EntryError> {
    if depth > DATA_DEPTH_MAX {
        return Err(EntryError::DataTooDeep);
    }
    out.push(b'[');
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        push_value(out, item, depth)?;
    }
    out.push(b']');
    Ok(())
}

fn push_token(out: &mut Vec<u8>, field: &'static str, text: &str) -> Result<(), EntryError> {
    if !is_token(text) {
        return Err(EntryError::NotAToken { field });
    }
    push_quoted(out, text);
    Ok(())
}

fn push_i64(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(number.to_string().as_bytes());
}

/// A text already known to need no escapes, in quotes.
pub(crate) fn push_quoted(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// A token or `null`.
pub(crate) fn push_optional(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => push_quoted(out, text),
        None => out.extend_from_slice(b"null"),
    }
}

/// Sixty-four hexadecimal digits in quotes.
pub(crate) fn push_quoted_hex(out: &mut Vec<u8>, bytes: &[u8; 32]) {
    out.push(b'"');
    push_hex(out, bytes);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: Value, expected: Result<&str, EntryError>) {
        let Value::Object(map) = value else { panic!("an object is wanted") };
        let bytes = data_bytes(&map).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(bytes, expected.map(str::to_owned));
    }

    #[test]
    fn keys_are_sorted_at_every_level_and_nothing_is_padded() {
        check(
            json!({"b": [1, -2, true, null], "a": {"z": "x", "B": 0}}),
            Ok(r#"{"a":{"B":0,"z":"x"},"b":[1,-2,true,null]}"#),
        );
        check(json!({}), Ok("{}"));
    }

    #[test]
    fn free_text_and_addresses_are_refused() {
        let refused = Err(EntryError::NotAToken { field: "data" });
        for text in ["Ada Example", "a@b.example", "", "Zoë", "a\"b", "a\\b", "line\n"] {
            check(json!({"x": text}), refused.clone());
            check(json!({ text: 1 }), refused.clone());
        }
        check(json!({"x": "y".repeat(TOKEN_BYTES_MAX + 1)}), refused);
    }

    #[test]
    fn numbers_that_programs_read_differently_are_refused() {
        check(json!({"x": 9_007_199_254_740_991_i64}), Ok(r#"{"x":9007199254740991}"#));
        check(json!({"x": 9_007_199_254_740_992_i64}), Err(EntryError::NotWhole));
        check(json!({"x": 0.5}), Err(EntryError::NotWhole));
        check(json!({"x": u64::MAX}), Err(EntryError::NotWhole));
    }

    #[test]
    fn depth_and_size_have_bounds() {
        check(json!({"a": {"b": {"c": {}}}}), Ok(r#"{"a":{"b":{"c":{}}}}"#));
        check(json!({"a": {"b": {"c": {"d": {}}}}}), Err(EntryError::DataTooDeep));
        check(json!({"a": [[[[]]]]}), Err(EntryError::DataTooDeep));
        let many: Vec<String> = (0..100).map(|_| "y".repeat(100)).collect();
        check(
            json!({ "x": many }),
            Err(EntryError::DataTooLarge { bytes: 6 + 100 * 102 + 99 + 2 }),
        );
    }
}
