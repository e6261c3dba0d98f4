//! The manifest and the files it names.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde_json::Value;

use super::{Gap, Payload, expand};

/// Where the cases stand.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/hostile");

/// What has to become of a case; `data/hostile/README.md` says each in a sentence.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the table in the data's README is the one description")]
pub enum Outcome {
    Reject,
    AcceptInert,
    RowErrors,
    Quarantine,
    NoEffect,
    Indistinguishable,
    NeverMerge,
    SuggestMerge,
    AutoMerge,
    VerifyFails,
    RefuseStart,
}

/// One line of the manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `H-API-001`.
    pub id: String,
    /// File below the folder of the cases.
    pub file: String,
    /// What of the system it is aimed at.
    pub surface: String,
    /// Class of attack.
    pub attack: String,
    /// What has to become of it.
    pub outcome: Outcome,
    /// Accepted statuses; empty: the outcome alone decides.
    pub status: Vec<u16>,
    /// Sentences that have to hold afterwards.
    pub invariants: Vec<String>,
    /// Why it is there.
    pub note: String,
}

/// A case's file, understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A payload for the surface.
    Single(Payload),
    /// One request with actor, method, path and body.
    Request(Value),
    /// Steps in order.
    Steps(Vec<Value>),
    /// Two values for one surface, whose answers have to be alike.
    Pair(Value),
    /// Bytes for the wire.
    Raw(Vec<u8>),
    /// Something the adapter plays.
    Scenario(Value),
}

impl Case {
    /// All cases of the groups named (`api`, `consent`, …), in the manifest's order.
    ///
    /// # Errors
    /// When the manifest cannot be read or a group has no case.
    pub fn load(groups: &[&str]) -> Result<Vec<Self>, Gap> {
        let manifest = read("manifest.json")?;
        let all: Vec<Self> =
            serde_json::from_slice(&manifest).map_err(|error| format!("manifest: {error}"))?;
        if let Some(missing) =
            groups.iter().find(|group| !all.iter().any(|case| case.group() == **group))
        {
            return Err(format!("no case in group {missing}"));
        }
        Ok(all.into_iter().filter(|case| groups.contains(&case.group())).collect())
    }

    /// The folder the case stands in.
    #[must_use]
    pub fn group(&self) -> &str {
        self.file.split('/').next().unwrap_or_default()
    }

    /// True when the answer may take 5 s and memory is watched.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        self.invariants.iter().any(|sentence| sentence.starts_with("bounded"))
    }

    /// Reads the case's file; bodies to be generated are not yet written out.
    ///
    /// # Errors
    /// When the file is missing or does not hold the case.
    pub fn input(&self) -> Result<Input, Gap> {
        let bytes = read(&self.file)?;
        let parsed = serde_json::from_slice::<Value>(&bytes).ok();
        Ok(match (self.group(), parsed) {
            ("ledger", Some(value)) => Input::Scenario(value),
            ("config", value) => Input::Scenario(
                value
                    .filter(Value::is_object)
                    .unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned().into()),
            ),
            ("raw", Some(value)) => match value["raw"].as_str() {
                Some(text) => Input::Raw(written(text)?),
                None => Input::Scenario(value),
            },
            ("raw", None) => Input::Raw(bytes),
            (_, Some(Value::Array(list))) if list.iter().any(|item| item["id"] == *self.id) => {
                let item = list.into_iter().find(|item| item["id"] == *self.id);
                self.item(item.unwrap_or_default())
            }
            (group, Some(mut value)) if value["steps"].is_array() => match group {
                "ssrf" => Input::Scenario(value["steps"][0].take()),
                _ => {
                    Input::Steps(serde_json::from_value(value["steps"].take()).unwrap_or_default())
                }
            },
            (_, Some(mut value)) if value["request"].is_object() => {
                Input::Request(value["request"].take())
            }
            (_, Some(value)) if value["multipart"].is_object() => {
                Input::Single(Payload::Value(value))
            }
            (_, Some(value)) if self.file.contains(".gen.") => Input::Single(generated(&value)?),
            _ => Input::Single(Payload::Body { content_type: None, bytes, headers: Vec::new() }),
        })
    }

    /// One entry of a file that holds many cases.
    fn item(&self, mut item: Value) -> Input {
        if item["request"].is_object() {
            return Input::Request(item["request"].take());
        }
        let key = if item["url"].is_string() { "url" } else { "value" };
        let value = item[key].take();
        match self.surface.split(':').next().unwrap_or_default() {
            "enumeration" => Input::Pair(value),
            "export.csv" | "mail.introduction" | "render" => Input::Scenario(value),
            _ => Input::Single(Payload::Value(value)),
        }
    }
}

fn read(file: &str) -> Result<Vec<u8>, Gap> {
    std::fs::read(Path::new(FOLDER).join(file)).map_err(|error| format!("{file}: {error}"))
}

/// The body that a `.gen.json` file describes.
fn generated(value: &Value) -> Result<Payload, Gap> {
    let body = value["body"].as_str().unwrap_or_default();
    let mut headers = Vec::new();
    for (name, text) in value["headers"].as_object().into_iter().flatten() {
        headers.push((name.clone(), written(text.as_str().unwrap_or_default())?));
    }
    let mut bytes = if value["content_encoding"] == "gzip" {
        // Written through the encoder, so that a bomb is small here too.
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        expand(body, &mut encoder).map_err(|error| error.to_string())?;
        headers.push(("Content-Encoding".to_owned(), b"gzip".to_vec()));
        encoder.finish().map_err(|error| error.to_string())?
    } else {
        written(body)?
    };
    bytes.flush().map_err(|error| error.to_string())?;
    let content_type = value["content_type"].as_str().map(str::to_owned);
    Ok(Payload::Body { content_type, bytes, headers })
}

fn written(text: &str) -> Result<Vec<u8>, Gap> {
    let mut bytes = Vec::new();
    expand(text, &mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: [&str; 15] = [
        "api", "email", "consent", "tenant", "enum", "csv", "export", "ssrf", "raw", "auth",
        "ledger", "config", "render", "control", "identity",
    ];

    #[test]
    fn every_case_has_a_file_that_is_understood() {
        let cases = Case::load(&GROUPS).unwrap();
        assert!(cases.len() > 350, "{} cases", cases.len());
        // Bombs are read too: a gigabyte is written through the encoder, never held.
        for case in &cases {
            case.input().unwrap_or_else(|gap| panic!("{}: {gap}", case.id));
        }
    }

    #[test]
    fn kinds_are_told_apart() {
        let cases = Case::load(&GROUPS).unwrap();
        let input = |id: &str| cases.iter().find(|case| case.id == id).unwrap().input().unwrap();
        assert!(matches!(input("H-API-005"), Input::Single(Payload::Body { .. })));
        assert!(matches!(input("H-API-042"), Input::Steps(steps) if steps.len() == 2));
        assert!(matches!(input("H-API-030"), Input::Request(_)));
        assert!(matches!(input("H-EMAIL-001"), Input::Single(Payload::Value(_))));
        assert!(matches!(input("H-ENUM-001"), Input::Pair(_)));
        assert!(matches!(input("H-RAW-001"), Input::Raw(_)));
        assert!(matches!(input("H-LEDGER-001"), Input::Scenario(_)));
        assert!(matches!(input("H-CONFIG-001"), Input::Scenario(Value::String(_))));
        assert!(matches!(input("H-TENANT-001"), Input::Request(_)));
        assert!(matches!(input("H-API-014"), Input::Single(Payload::Body { bytes, .. })
            if bytes.len() == 200_000));
    }

    #[test]
    fn a_group_without_cases_is_an_error() {
        assert!(Case::load(&["nonsense"]).is_err());
    }
}
