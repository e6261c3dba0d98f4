//! The JSON API as a program meets it: what is refused and how, what is done exactly once, and that
//! the document, the routes and the answers agree.

use crate::world::World;
use axum::http::StatusCode;
use serde_json::{Value, json};
use warmpath_core::role::Role;

fn referral() -> Value {
    json!({
        "contact": {"email": "pat.lee@prospect.example", "name": "Pat Lee", "company": "Prospect"},
        "context": "We worked together for three years.",
        "source": "csm",
    })
}

async fn world() -> (World, String) {
    let world = World::new().await;
    let key = world.key(Role::Admin, &["referrals:write", "referrals:read"]).await;
    (world, key)
}

#[tokio::test]
async fn a_referral_comes_back_as_it_was_sent() {
    let (world, key) = world().await;
    let mut sent = referral();
    sent["contact"]["name"] = json!("Sinéad O'Brien");
    sent["context"] = json!("5 < 6, AT&T\n\n=they asked\tus 🚀");
    sent["met_on"] = json!("2020-02-29");
    sent["tags"] = json!(["treasury"]);
    sent["deal_size"] = json!({"amount": 120_000, "currency": "EUR"});
    let (status, receipt) = world.post(&key, "/v1/referrals", &sent).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{receipt}");
    let path = format!("/v1/referrals/{}", receipt["id"].as_str().unwrap());
    let (status, found) = world.get(&key, &path).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(found["contact"]["name"], sent["contact"]["name"]);
    assert_eq!(found["words"]["context"], sent["context"]);
    assert_eq!(found["words"]["met_on"], "2020-02-29");
    assert_eq!(found["deal_size"], sent["deal_size"]);
    assert!(found["allowed_actions"].is_array());
    assert_eq!(found["links"]["self"], path);
    let (_, list) = world.get(&key, "/v1/referrals?limit=1").await;
    assert_eq!(list["data"][0]["id"], receipt["id"]);
}

#[tokio::test]
async fn every_wrong_field_is_named_by_its_path() {
    let (world, key) = world().await;
    let cases = [
        ("contact", json!({"name": "Pat"}), "contact.email"),
        ("contact", json!("pat@prospect.example"), "contact"),
        ("context", json!("word ".repeat(40_000)), "context"),
        ("source", json!("nobody"), "source"),
        ("source", json!("customer"), "referrer"),
        ("priority", json!("urgent"), "priority"),
        ("id", json!("x"), "id"),
        ("owner_id", json!("x"), "owner_id"),
        ("consent", json!({"status": "granted"}), "consent"),
        ("deal_size", json!({"amount": -1, "currency": "EUR"}), "deal_size.amount"),
        ("deal_size", json!({"amount": 0.1, "currency": "EUR"}), "deal_size.amount"),
        ("deal_size", json!({"amount": 1, "currency": "<b>"}), "deal_size.currency"),
        ("met_on", json!("2026-02-30"), "met_on"),
        ("met_on", json!("99999-01-01"), "met_on"),
        ("met_on", json!("2999-01-01"), "met_on"),
        ("tags", json!(vec!["t"; 100]), "tags"),
        ("company", json!({"website": "javascript:alert(1)"}), "company.website"),
        ("company", json!({"website": "https://user:pw@x.test/"}), "company.website"),
        ("company", json!({"website": "//x.test"}), "company.website"),
    ];
    for (field, value, path) in cases {
        let mut sent = referral();
        sent[field] = value;
        let (status, answer) = world.post(&key, "/v1/referrals", &sent).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {answer}");
        assert_eq!(answer["errors"][0]["field"], path, "{answer}");
        assert!(answer["code"].is_string());
    }
    let (_, list) = world.get(&key, "/v1/referrals").await;
    assert_eq!(list["data"], json!([]), "nothing was stored");
}

#[tokio::test]
async fn a_mailbox_that_could_be_another_waits_for_a_person() {
    let (world, key) = world().await;
    let mut sent = referral();
    sent["contact"]["email"] = json!("pat@prоspect.example");
    let (status, receipt) = world.post(&key, "/v1/referrals", &sent).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{receipt}");
    let path = format!("/v1/referrals/{}", receipt["id"].as_str().unwrap());
    let (_, found) = world.get(&key, &path).await;
    assert_eq!((&found["state"], &found["reason"]), (&json!("held"), &json!("look_alike_mailbox")));
}

#[tokio::test]
async fn a_body_is_one_json_document_in_utf_8_of_bounded_size() {
    let (world, key) = world().await;
    let ok = referral().to_string();
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("text/plain", ok.clone().into_bytes(), 415),
        ("application/x-www-form-urlencoded", b"a=b".to_vec(), 415),
        ("application/json; charset=utf-16", ok.clone().into_bytes(), 415),
        ("application/json", format!("{ok} garbage").into_bytes(), 422),
        ("application/json", format!("{ok}{ok}").into_bytes(), 422),
        ("application/json", format!("\u{feff}{ok}").into_bytes(), 422),
        ("application/json", b"{\"context\":\"\xff\"}".to_vec(), 422),
        ("application/json", ok.encode_utf16().flat_map(u16::to_le_bytes).collect(), 422),
        ("application/json", "[".repeat(100_000).into_bytes(), 422),
        ("application/json", vec![b' '; 2 << 20], 413),
    ];
    for (kind, body, wanted) in cases {
        let request = world.request("POST", "/v1/referrals", Some(&key), Some(kind), body);
        let (status, headers, _) = world.send(request).await;
        assert_eq!(status.as_u16(), wanted, "{kind}");
        assert_eq!(headers["content-type"], "application/problem+json");
    }
}

#[tokio::test]
async fn one_key_is_one_referral_however_often_and_at_once() {
    let (world, key) = world().await;
    let send = |context: &str, idempotency: &str| {
        let mut sent = referral();
        sent["context"] = json!(context);
        world.post_with(&key, "/v1/referrals", &sent, Some(idempotency))
    };
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..16 {
        all.spawn(send("one", "k-1"));
    }
    let answers = all.join_all().await;
    assert!(answers.iter().all(|(status, _)| *status == StatusCode::ACCEPTED));
    assert!(answers.iter().all(|(_, body)| *body == answers[0].1), "equal bodies");
    let (status, other) = send("two", "k-1").await;
    assert_eq!((status.as_u16(), &other["code"]), (422, &json!("idempotency_key_reused")));
    assert_eq!(send("one", &"k".repeat(256)).await.0.as_u16(), 422);
    // A refused body does not burn its key.
    assert_eq!(send("", "k-2").await.0.as_u16(), 422);
    assert_eq!(send("now right", "k-2").await.0, StatusCode::ACCEPTED);
    let (_, list) = world.get(&key, "/v1/referrals").await;
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn another_workspace_and_a_missing_scope_see_nothing_and_leave_a_trace() {
    let (world, key) = world().await;
    let other = world.beside().await;
    let foreign = other.key(Role::Admin, &["referrals:write"]).await;
    let (_, theirs) = other.post(&foreign, "/v1/referrals", &referral()).await;
    let id = theirs["id"].as_str().unwrap();
    let known = world.get(&key, &format!("/v1/referrals/{id}")).await;
    let random = world.get(&key, "/v1/referrals/nothing").await;
    assert_eq!(known, random, "a foreign id and no id look alike");
    assert_eq!(known.0, StatusCode::NOT_FOUND);
    assert_eq!(world.get(&foreign, "/v1/referrals").await.0, StatusCode::FORBIDDEN, "no scope");
    let weak = world.key(Role::Auditor, &["referrals:write"]).await;
    assert_eq!(world.post(&weak, "/v1/referrals", &referral()).await.0, StatusCode::FORBIDDEN);
    let denied = world.entries("access.denied").await;
    assert!(denied.iter().any(|e| e.body.contains("POST:/v1/referrals")), "{denied:?}");
    assert!(denied.iter().any(|e| e.body.contains("GET:/v1/referrals/:id")));
    assert!(denied.iter().all(|e| !e.body.contains(id)), "never what was sent");
}

#[tokio::test]
async fn an_action_out_of_turn_says_what_is_possible() {
    let (world, key) = world().await;
    let (_, receipt) = world.post(&key, "/v1/referrals", &referral()).await;
    let path = format!("/v1/referrals/{}/actions", receipt["id"].as_str().unwrap());
    let (status, answer) = world.post(&key, &path, &json!({"action": "win"})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    assert!(answer["allowed_actions"].is_array(), "{answer}");
    let (status, _) = world.post(&key, &path, &json!({"action": "fly"})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_document_the_routes_and_the_answers_agree() {
    let (world, _) = world().await;
    let (status, document) = world.get("", "/openapi.json").await;
    assert_eq!((status, &document["openapi"]), (StatusCode::OK, &json!("3.1.0")));
    let mut documented: Vec<(String, String)> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        documented.extend(item.as_object().unwrap().keys().map(|m| (path.clone(), m.clone())));
    }
    let mut routed: Vec<(String, String)> = Vec::new();
    for (path, methods, _) in warmpath_web::api::resources() {
        routed.extend(methods.iter().map(|m| (path.to_owned(), (*m).to_owned())));
    }
    documented.sort();
    routed.sort();
    assert_eq!(documented, routed);
    for (path, method) in routed {
        let path = path.replace(['{', '}'], "");
        let verb = method.to_uppercase();
        let request = world.request(&verb, &path, None, None, Vec::new());
        let (status, _, _) = world.send(request).await;
        let open = path == "/v1/limits";
        let wanted = if open { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(status, wanted, "{verb} {path}");
        let request = world.request("TRACE", &path, None, None, Vec::new());
        let (status, headers, _) = world.send(request).await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(headers["content-type"], "application/problem+json");
    }
    assert_eq!(world.get("", "/v1/nothing").await.1["code"], "not_found");
}

#[tokio::test]
async fn figures_take_a_key_with_their_scope() {
    let (world, key) = world().await;
    assert_eq!(world.get("", "/metrics").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(world.get(&key, "/metrics").await.0, StatusCode::FORBIDDEN);
    let key = world.key(Role::Admin, &["metrics:read"]).await;
    let request = world.request("GET", "/metrics", Some(&key), None, Vec::new());
    let (status, _, text) = world.send(request).await;
    assert_eq!(status, StatusCode::OK);
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("warmpath_jobs_waiting "), "{text}");
    assert!(text.contains("route=\"/metrics\",status=\"4xx\""), "{text}");
}

#[tokio::test]
async fn endpoints_show_their_secret_once_and_stay_outside() {
    let (world, _) = world().await;
    let key = world.key(Role::Admin, &["webhooks:write"]).await;
    let path = "/v1/webhook-endpoints";
    let (status, made) = world.post(&key, path, &json!({"url": "https://hooks.example/x"})).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let (_, list) = world.get(&key, path).await;
    assert_eq!(list[0]["id"], made["id"]);
    assert!(list[0].get("secret").is_none());
    let (status, answer) = world.post(&key, path, &json!({"url": "https://127.0.0.1/"})).await;
    assert_eq!((status.as_u16(), &answer["errors"][0]["field"]), (422, &json!("url")));
    let deliveries = format!("{path}/{}/deliveries", made["id"].as_str().unwrap());
    assert_eq!(world.get(&key, &deliveries).await.1["data"], json!([]));
}
