//! What the runner itself judges: statuses, times, the shape of refusals, and likeness of answers.

use std::time::Duration;

use serde_json::Value;

use super::{Case, Outcome};
use crate::client::Response;

/// An answer within this time, for ordinary and for bounded cases.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
const BOUNDED_WITHIN: Duration = Duration::from_secs(5);

/// Signs in an answer that something inside shows.
const LEAKS: [&str; 6] =
    ["panicked at", "stack backtrace", "SQLSTATE", "SELECT ", ".rs:", "no such table"];
/// Headers that differ between any two answers.
const VOLATILE: [&str; 4] = ["date", "x-request-id", "set-cookie", "server-timing"];

/// An answer and how long it took.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) answer: Response,
    pub(super) took: Duration,
}

/// Rules for every answer of every case.
pub(super) fn global(case: &Case, seen: &Seen) -> Vec<String> {
    let mut faults = Vec::new();
    let Seen { answer, took } = seen;
    if answer.status >= 500 && !case.status.contains(&answer.status) {
        faults.push(format!("answered {}", answer.status));
    }
    let within = if case.is_bounded() { BOUNDED_WITHIN } else { ANSWER_WITHIN };
    if *took > within {
        faults.push(format!("answered after {} ms", took.as_millis()));
    }
    if answer.status < 400 {
        return faults;
    }
    let text = answer.text();
    faults.extend(
        LEAKS.iter().filter(|leak| text.contains(**leak)).map(|leak| format!("shows “{leak}”")),
    );
    let kind = answer.header("content-type").unwrap_or_default();
    if kind.contains("json") {
        let code =
            answer.json().ok().and_then(|problem| problem["code"].as_str().map(str::to_owned));
        if !kind.starts_with("application/problem+json") || code.is_none() {
            faults.push(format!("a refusal without a stable code, as {kind}"));
        }
    }
    faults
}

/// The status of a single exchange.
pub(super) fn status(case: &Case, answer: &Response) -> Option<String> {
    let accepted = if !case.status.is_empty() {
        case.status.contains(&answer.status)
    } else {
        match case.outcome {
            Outcome::Reject => (400..500).contains(&answer.status),
            Outcome::AcceptInert | Outcome::RowErrors | Outcome::Quarantine => {
                (200..300).contains(&answer.status)
            }
            _ => true,
        }
    };
    (!accepted).then(|| format!("answered {}, expected {:?}", answer.status, case.status))
}

/// True when the state must be the same before and after; only when every answer was a refusal, for
/// cases that allow either (two hand-overs that look alike may both be taken).
pub(super) fn must_not_change(case: &Case, answers: &[Response]) -> bool {
    match case.outcome {
        Outcome::Reject | Outcome::NoEffect => true,
        _ => !answers.is_empty() && answers.iter().all(|answer| answer.status >= 400),
    }
}

/// The first difference between two answers that must look alike.
pub(super) fn difference(probe: &Response, control: &Response) -> Option<String> {
    if probe.status != control.status {
        return Some(format!("status {} and {}", probe.status, control.status));
    }
    let headers = |answer: &Response| -> Vec<(String, String)> {
        let kept = answer.headers.iter().filter(|(name, _)| !VOLATILE.contains(&name.as_str()));
        kept.cloned().collect()
    };
    let (one, other) = (headers(probe), headers(control));
    if one != other {
        let odd = one.iter().find(|header| !other.contains(header));
        let odd = odd.or_else(|| other.iter().find(|header| !one.contains(header)));
        return Some(format!("header {odd:?}"));
    }
    let (one, other) = (body(probe), body(control));
    let at = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let from = |text: &str| text.chars().skip(at.saturating_sub(20)).take(80).collect::<String>();
    (one != other).then(|| format!("the bodies: {:?} and {:?}", from(&one), from(&other)))
}

/// The body without the ids that are new with every answer.
fn body(answer: &Response) -> String {
    match answer.json() {
        Ok(mut value) => {
            blank(&mut value);
            value.to_string()
        }
        Err(_) => answer.text(),
    }
}

fn blank(value: &mut Value) {
    if let Some(members) = value.as_object_mut() {
        for name in ["request_id", "instance", "id", "link", "received_at", "created_at"] {
            if let Some(member) = members.get_mut(name) {
                *member = Value::Bool(true);
            }
        }
        members.values_mut().for_each(blank);
    }
}

/// True when a status is among the accepted ones of a step; no list accepts all.
pub(super) fn expected(step: &Value, status: u16) -> bool {
    step["expect"].as_array().is_none_or(|list| list.iter().any(|code| *code == status))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        let headers = vec![("date".to_owned(), body.to_owned())];
        Response { status, headers, body: body.into() }
    }

    #[test]
    fn answers_are_alike_without_their_ids_only() {
        let (one, other) =
            (answer(404, r#"{"request_id":"1"}"#), answer(404, r#"{"request_id":"2"}"#));
        assert_eq!(difference(&one, &other), None);
        let known = answer(404, r#"{"request_id":"1","owner":"x"}"#);
        assert!(difference(&one, &known).is_some());
        assert!(difference(&one, &answer(403, "")).is_some());
        // That one answer has an id and the other none tells them apart.
        assert!(difference(&answer(200, r#"{"id":"1"}"#), &answer(200, "{}")).is_some());
    }
}
