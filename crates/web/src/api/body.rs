//! The only way in for JSON: bounded, UTF-8, one document, no name twice, nothing unknown.
//!
//! What two readers could take differently is refused before it is read as one of our types.

use std::cell::RefCell;
use std::fmt;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use warmpath_app::error::Problem;
use warmpath_app::{Failure, keys};
use warmpath_core::limits;

use crate::api::problem;
use crate::refuse;
use crate::server::Face;

/// A JSON body, read strictly.
pub struct Body<T> {
    /// What was sent.
    pub value: T,
    /// SHA-256 of method, path and the bytes sent.
    pub fingerprint: Vec<u8>,
}

impl<T: DeserializeOwned> FromRequest<Face> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, face: &Face) -> Result<Self, Response> {
        check_headers(request.headers())?;
        let head = format!("{}\n{}\n", request.method(), request.uri().path());
        let bytes = Bytes::from_request(request, face).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large()
            } else {
                problem(StatusCode::BAD_REQUEST, "body_unreadable", "The body ended too early.")
            }
        })?;
        let value = read(&bytes).map_err(|failure| refuse::problem(&failure))?;
        let fingerprint = keys::sha256(&[head.as_bytes(), &bytes].concat());
        Ok(Self { value, fingerprint })
    }
}

fn too_large() -> Response {
    let sentence = format!("A body has at most {} bytes.", limits::BODY_BYTES_MAX);
    problem(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", &sentence)
}

fn check_headers(headers: &HeaderMap) -> Result<(), Response> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let unsupported = |sentence: &str| {
        Err(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type_unsupported", sentence))
    };
    let kind = text(header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    let json = parts.next() == Some("application/json");
    if !json || parts.any(|p| !matches!(p, "charset=utf-8" | "charset=\"utf-8\"" | "")) {
        return unsupported("Send application/json in UTF-8.");
    }
    if headers.contains_key(header::CONTENT_ENCODING)
        && text(header::CONTENT_ENCODING) != Some("identity")
    {
        return unsupported("Send the body without compression.");
    }
    let length = text(header::CONTENT_LENGTH).and_then(|v| v.parse::<u64>().ok());
    if length.is_some_and(|length| length > limits::BODY_BYTES_MAX as u64) {
        return Err(too_large());
    }
    Ok(())
}

/// Reads one document as one of our types.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(Failure::invalid("", "json_invalid", "The body is not UTF-8."));
    }
    let trouble = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let walk = Walk { path: String::new(), depth: 0, trouble: &trouble };
    let tree = walk.deserialize(&mut reader).and_then(|tree| reader.end().map(|()| tree));
    let tree = tree.map_err(|error| match trouble.take() {
        Some(problem) => Failure::Invalid(vec![problem]),
        None => {
            let (line, column) = (error.line(), error.column());
            let sentence = format!("Not one JSON document: line {line}, column {column}.");
            Failure::invalid("", "json_invalid", sentence)
        }
    })?;
    serde_path_to_error::deserialize(tree).map_err(|error| {
        let path: String = error.path().to_string().chars().take(PATH_MAX).collect();
        let (code, sentence) = shape(&error.inner().to_string());
        Failure::invalid(&path, code, sentence)
    })
}

/// Longest path that is said back, in characters.
const PATH_MAX: usize = 100;

/// What does not fit, without saying back what was sent.
fn shape(message: &str) -> (&'static str, &'static str) {
    if message.starts_with("unknown field") {
        ("field_unknown", "There is no such field, or only the house sets it.")
    } else if message.starts_with("missing field") {
        ("field_missing", "A field inside is missing.")
    } else {
        ("type_wrong", "This is not the type that the field takes.")
    }
}

/// Builds the tree and notes the first thing that readers could take differently.
struct Walk<'a> {
    path: String,
    depth: usize,
    trouble: &'a RefCell<Option<Problem>>,
}

impl Walk<'_> {
    fn refuse<E: serde::de::Error>(&self, code: &str, sentence: &str) -> E {
        let path: String = self.path.chars().take(PATH_MAX).collect();
        *self.trouble.borrow_mut() = Some(Problem::new(&path, code, sentence));
        E::custom(code)
    }

    fn inside<E: serde::de::Error>(&self, step: &str) -> Result<Self, E> {
        if self.depth >= limits::JSON_DEPTH_MAX {
            return Err(self.refuse("json_too_deep", "The body is nested too deeply."));
        }
        let dot = if self.path.is_empty() || step.starts_with('[') { "" } else { "." };
        let path = format!("{}{dot}{step}", self.path);
        Ok(Self { path, depth: self.depth + 1, trouble: self.trouble })
    }

    fn text<E: serde::de::Error>(&self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return Err(self.refuse("text_invalid", "A text must not hold U+0000."));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.text(value)?;
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut found = Vec::new();
        while let Some(item) =
            items.next_element_seed(self.inside(&format!("[{}]", found.len()))?)?
        {
            found.push(item);
        }
        Ok(found.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut found = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let inner = self.inside(&name)?;
            inner.text(&name)?;
            if found.contains_key(&name) {
                return Err(inner.refuse("field_twice", "This field is sent twice."));
            }
            let value = fields.next_value_seed(inner)?;
            found.insert(name, value);
        }
        Ok(found.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> (String, String) {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only how it is refused matters")]
        struct Wanted {
            a: Option<i64>,
            b: Option<Box<Wanted>>,
        }
        match read::<Wanted>(text.as_bytes()) {
            Ok(_) => (String::new(), String::new()),
            Err(Failure::Invalid(problems)) => {
                (problems[0].field.clone(), problems[0].code.clone())
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn every_class_of_bad_json_has_its_code_and_path() {
        let check = |text: &str, field: &str, wanted: &str| {
            assert_eq!(code(text), (field.to_owned(), wanted.to_owned()), "{text}");
        };
        check("{\"b\":{\"a\":1}}", "", "");
        check("{\"a\":1} x", "", "json_invalid");
        check("{\"a\":1}{\"a\":2}", "", "json_invalid");
        check("\u{feff}{}", "", "json_invalid");
        check("", "", "json_invalid");
        check("{\"a\":\"\\ud800\"}", "", "json_invalid");
        check("{\"a\":1e400}", "", "json_invalid");
        check("{\"b\":{\"a\":1,\"a\":2}}", "b.a", "field_twice");
        check("{\"b\":{\"c\":1}}", "b.c", "field_unknown");
        check("{\"a\":0.5}", "a", "type_wrong");
        check("{\"a\":9223372036854775808}", "a", "type_wrong");
        check("{\"c\":\"x\\u0000\"}", "c", "text_invalid");
        assert_eq!(code(&"[".repeat(100_000)).1, "json_too_deep");
    }
}
