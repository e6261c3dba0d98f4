//! Signatures, retries and deliveries as a receiver and an endpoint's owner see them.

use std::{collections::BTreeSet, net::IpAddr, net::Ipv4Addr, sync::Arc};

use super::support::{Reply, Server, answer};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use warmpath_integrations::{
    dns::FakeResolver,
    guard::{Guard, GuardError, Limits, Policy, TrustedHost},
    webhook::{
        ATTEMPTS_MAX, Attempt, EndpointHealth, Event, EventError, Outcome, Pace,
        RETRY_WAIT_SECONDS, Secret, SecretError, Sender, SignedHeaders, VerifyError, classify,
        next_attempt, sign, verify,
    },
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

const NOW: i64 = 1_790_000_000;

#[derive(serde::Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(serde::Deserialize)]
struct Vector {
    name: String,
    secret: String,
    previous_secret: Option<String>,
    headers: std::collections::BTreeMap<String, String>,
    body: String,
    expected: std::collections::BTreeMap<String, String>,
}

#[test]
fn the_published_vectors_hold() {
    let file: Vectors =
        serde_json::from_str(include_str!("../data/standard-webhooks-vectors.json")).unwrap();
    assert_eq!(file.vectors.len(), 2);
    for vector in file.vectors {
        let texts = [Some(vector.secret), vector.previous_secret];
        let secrets: Vec<Secret> =
            texts.into_iter().flatten().map(|text| text.parse().unwrap()).collect();
        let time = at(vector.headers["webhook-timestamp"].parse().unwrap());
        let signed = sign(&vector.headers["webhook-id"], time, vector.body.as_bytes(), &secrets);
        assert_eq!(signed.signature, vector.expected["webhook-signature"], "{}", vector.name);
        for secret in &secrets {
            let alone = std::slice::from_ref(secret);
            assert_eq!(verify(&signed, vector.body.as_bytes(), alone, time), Ok(()));
        }
    }
}

fn secret(byte: u8) -> Secret {
    Secret::from_random([byte; 32])
}

/// Fills in the placeholders of one hostile case; `n` names which secret signed it.
fn hostile(file: &str) -> (SignedHeaders, String) {
    let case: serde_json::Value = serde_json::from_str(file).unwrap();
    let step = &case["steps"][0];
    let body = step["body"].to_string();
    let header = |name: &str| step["headers"][name].as_str().unwrap().to_owned();
    let mut timestamp = header("webhook-timestamp").replace("{{now}}", &NOW.to_string());
    timestamp = timestamp.replace("{{now-600}}", &(NOW - 600).to_string());
    let time = at(timestamp.parse().unwrap());
    let id = header("webhook-id");
    let signature_by = |n| sign(&id, time, body.as_bytes(), &[secret(n)]).signature;
    let signature = header("webhook-signature")
        .replace("{{sig.wh}}", &signature_by(1))
        .replace("{{sig.wh:previous}}", &signature_by(2))
        .replace("{{sig.wh:retired}}", &signature_by(3))
        .replace("{{sig.wh.b64}}", signature_by(1).trim_start_matches("v1,"));
    (SignedHeaders { id, timestamp, signature }, body)
}

#[test]
fn hostile_signatures_are_refused_and_rotated_ones_taken() {
    let cases = [
        (include_str!("../data/hostile/webhook/001-good-control.json"), Ok(())),
        (include_str!("../data/hostile/webhook/002-missing-id.json"), Err(VerifyError::Header)),
        (
            include_str!("../data/hostile/webhook/003-bad-signature.json"),
            Err(VerifyError::Signature),
        ),
        (
            include_str!("../data/hostile/webhook/004-many-signatures.json"),
            Err(VerifyError::Header),
        ),
        (include_str!("../data/hostile/webhook/005-second-of-two-valid.json"), Ok(())),
        (
            include_str!("../data/hostile/webhook/006-old-key-after-grace.json"),
            Err(VerifyError::Signature),
        ),
        (include_str!("../data/hostile/webhook/007-old-key-in-grace.json"), Ok(())),
        (
            include_str!("../data/hostile/webhook/008-unknown-version.json"),
            Err(VerifyError::Signature),
        ),
        (include_str!("../data/hostile/webhook/009-stale.json"), Err(VerifyError::Time)),
    ];
    let live = [secret(1), secret(2)];
    for (number, (file, expected)) in (1..).zip(cases) {
        let (headers, body) = hostile(file);
        assert_eq!(verify(&headers, body.as_bytes(), &live, at(NOW)), expected, "case {number}");
    }
}

#[test]
fn the_tolerance_is_five_minutes_both_ways() {
    let signed = sign("msg_1", at(NOW), b"{}", &[secret(1)]);
    for (shift, expected) in [
        (-301, Err(VerifyError::Time)),
        (-300, Ok(())),
        (300, Ok(())),
        (301, Err(VerifyError::Time)),
    ] {
        assert_eq!(verify(&signed, b"{}", &[secret(1)], at(NOW + shift)), expected, "{shift}");
    }
}

#[test]
fn secrets_have_one_form_and_are_not_printed() {
    let one = secret(7);
    assert_eq!(one.reveal().parse::<Secret>().unwrap(), one);
    assert_eq!(format!("{one:?}"), "Secret(…)");
    assert_eq!("abc".parse::<Secret>(), Err(SecretError::Prefix));
    assert_eq!("whsec_%".parse::<Secret>(), Err(SecretError::Base64));
    assert_eq!("whsec_AAAA".parse::<Secret>(), Err(SecretError::Length));
}

#[test]
fn events_are_bounded_and_plainly_named() {
    let data = serde_json::json!({"referral_id": "ref_1"});
    let event = Event::new("evt_1", "referral.routed", at(NOW), &data).unwrap();
    let read: serde_json::Value = serde_json::from_slice(event.payload()).unwrap();
    assert_eq!(read["type"], "referral.routed");
    assert_eq!(read["timestamp"], "2026-09-21T14:13:20Z");
    assert_eq!(read["data"], data);
    let new = |id: &str, kind: &str, data| Event::new(id, kind, at(NOW), &data).unwrap_err();
    assert_eq!(new("a.b", "x", serde_json::json!(1)), EventError::Id);
    assert_eq!(new("a", "X y", serde_json::json!(1)), EventError::Kind);
    assert_eq!(new("a", "x", serde_json::json!("y".repeat(20_000))), EventError::TooLarge);
}

#[test]
fn answers_mean_what_the_standard_says() {
    let now = at(NOW);
    let retry = |seconds: Option<i64>| Outcome::Retry {
        not_before: seconds.map(SignedDuration::from_secs),
    };
    let cases = [
        (200, None, Outcome::Delivered),
        (204, None, Outcome::Delivered),
        (301, None, retry(None)),
        (302, Some("10"), retry(None)),
        (400, None, retry(None)),
        (404, None, retry(None)),
        (410, None, Outcome::Gone),
        (429, Some("120"), retry(Some(120))),
        (503, Some(" 7 "), retry(Some(7))),
        (504, Some("Mon, 21 Sep 2026 14:14:20 GMT"), retry(Some(60))),
        (502, Some("Mon, 21 Sep 2026 14:00:00 GMT"), retry(Some(0))),
        (503, Some("99999999999999999999"), retry(Some(86_400))),
        (503, Some("soon"), retry(None)),
        (500, Some("120"), retry(None)),
    ];
    for (status, retry_after, expected) in cases {
        assert_eq!(classify(status, retry_after, now), expected, "{status} {retry_after:?}");
    }
}

#[test]
fn the_schedule_ends_after_ten_attempts() {
    assert_eq!(RETRY_WAIT_SECONDS.iter().sum::<i64>(), 75 * 3_600 + 35 * 60 + 5);
    assert_eq!(next_attempt(0, 12_345, None, at(NOW)), Some(at(NOW)));
    assert!(next_attempt(ATTEMPTS_MAX - 1, 0, None, at(NOW)).is_some());
    assert_eq!(next_attempt(ATTEMPTS_MAX, 0, None, at(NOW)), None);
}

#[test]
fn an_endpoint_is_disabled_after_five_days_of_unbroken_failure() {
    let health = EndpointHealth::default().failed(at(NOW)).failed(at(NOW + 3_600));
    let five_days = 5 * 86_400;
    assert!(!health.is_to_be_disabled(at(NOW + five_days - 1)));
    assert!(health.is_to_be_disabled(at(NOW + five_days)));
    assert!(!health.succeeded().failed(at(NOW + five_days)).is_to_be_disabled(at(NOW + five_days)));
}

#[test]
fn an_endpoint_that_wakes_up_is_not_flooded() {
    // 5,000 waiting, each asked for as soon as its turn may come: the clock shows the rate.
    let mut pace = Pace::new(10);
    let mut now = at(NOW);
    let mut sent = Vec::new();
    while sent.len() < 5_000 {
        match pace.admit(now) {
            Ok(()) => sent.push(now),
            Err(later) => {
                assert!(later > now);
                now = later;
            }
        }
    }
    let second = SignedDuration::from_secs(1);
    let busiest = sent.iter().enumerate().map(|(first, start)| {
        sent[first..].iter().take_while(|t| t.duration_since(*start) < second).count()
    });
    assert!(busiest.max().unwrap() <= 20);
    let took = sent[4_999].duration_since(sent[0]).as_secs();
    assert!((498..=500).contains(&took), "{took}");
}

fn sender(port: u16, total_ms: u64) -> Sender {
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let resolver = Arc::new(FakeResolver::new().host("hook.test", &[loopback]));
    let trusted = BTreeSet::from([TrustedHost { host: "hook.test".to_owned(), port }]);
    let policy = Policy { trusted, ..Policy::default() };
    let limits = Limits { total_ms, ..Limits::default() };
    Sender::new(Guard::new(policy, resolver).unwrap().with_limits(limits))
}

#[tokio::test]
async fn a_receiver_can_verify_what_it_gets_and_the_id_stays() {
    let server = Server::start(answer(200, "", "")).await;
    let port = server.address.port();
    let data = serde_json::json!({"name": "Zoë"});
    let event = Event::new("evt_1", "referral.routed", at(NOW), &data).unwrap();
    let url = format!("http://hook.test:{port}/in");
    let secrets = [secret(1), secret(2)];
    for attempt_at in [at(NOW), at(NOW + 5)] {
        let attempt = Attempt { url: &url, secrets: &secrets, event: &event, at: attempt_at };
        let result = sender(port, 2_000).attempt(&attempt).await;
        assert_eq!((result.outcome, result.status), (Outcome::Delivered, Some(200)));
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for (request, attempt_at) in requests.iter().zip([at(NOW), at(NOW + 5)]) {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let header = |wanted: &str| {
            let line = head.lines().filter_map(|line| line.split_once(": "));
            line.into_iter().find(|(name, _)| *name == wanted).unwrap().1.to_owned()
        };
        let headers = SignedHeaders {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
        };
        assert_eq!(headers.id, "evt_1");
        assert_eq!(headers.timestamp, attempt_at.as_second().to_string());
        for one in &secrets {
            let alone = std::slice::from_ref(one);
            assert_eq!(verify(&headers, body.as_bytes(), alone, attempt_at), Ok(()));
        }
    }
}

#[tokio::test]
async fn failures_are_retried_with_their_reason() {
    let event = Event::new("evt_1", "x", at(NOW), &serde_json::json!({})).unwrap();
    let secrets = [secret(1)];
    let retry = Outcome::Retry { not_before: None };

    let slow = Server::start(Reply::Unfinished("HTTP/1.1 200 x\r\n\r\nx".to_owned())).await;
    let url = format!("http://hook.test:{}/", slow.address.port());
    let attempt = Attempt { url: &url, secrets: &secrets, event: &event, at: at(NOW) };
    let result = sender(slow.address.port(), 200).attempt(&attempt).await;
    assert_eq!((result.outcome, result.error), (retry, Some(GuardError::Timeout)));

    let unsigned = Attempt { secrets: &[], ..attempt };
    let result = sender(slow.address.port(), 200).attempt(&unsigned).await;
    assert!(matches!(result.error, Some(GuardError::Request(_))));
    assert_eq!(slow.connections(), 1);

    let gone = Server::start(answer(410, "", "")).await;
    let url = format!("http://hook.test:{}/", gone.address.port());
    let attempt = Attempt { url: &url, secrets: &secrets, event: &event, at: at(NOW) };
    let result = sender(gone.address.port(), 2_000).attempt(&attempt).await;
    assert_eq!((result.outcome, result.status), (Outcome::Gone, Some(410)));
}

proptest! {
    #[test]
    fn waits_stay_within_their_jitter(made in 0..ATTEMPTS_MAX, random in any::<u32>()) {
        let due = next_attempt(made, random, None, at(NOW)).unwrap();
        let wait = due.duration_since(at(NOW)).as_millis();
        let step = i128::from(RETRY_WAIT_SECONDS[made]) * 1_000;
        prop_assert!(wait >= step * 80 / 100 && wait <= step * 120 / 100, "{wait} of {step}");
    }

    #[test]
    fn a_receiver_can_delay_but_not_park(
        made in 0..ATTEMPTS_MAX,
        random in any::<u32>(),
        asked in 0..10_000_000_i64,
    ) {
        let asked_wait = SignedDuration::from_secs(asked);
        let plain = next_attempt(made, random, None, at(NOW)).unwrap();
        let delayed = next_attempt(made, random, Some(asked_wait), at(NOW)).unwrap();
        let following = RETRY_WAIT_SECONDS[(made + 1).min(ATTEMPTS_MAX - 1)];
        prop_assert!(delayed >= plain);
        prop_assert!(delayed <= plain.max(at(NOW + following)));
        if asked <= following {
            prop_assert!(delayed >= at(NOW + asked));
        }
    }

    #[test]
    fn one_changed_byte_breaks_the_signature(
        body in proptest::collection::vec(any::<u8>(), 1..200),
        position in any::<prop::sample::Index>(),
        flip in 1..=255_u8,
    ) {
        let signed = sign("msg_1", at(NOW), &body, &[secret(1)]);
        let mut changed = body.clone();
        changed[position.index(body.len())] ^= flip;
        prop_assert_eq!(verify(&signed, &body, &[secret(1)], at(NOW)), Ok(()));
        prop_assert_eq!(
            verify(&signed, &changed, &[secret(1)], at(NOW)),
            Err(VerifyError::Signature)
        );
    }
}
