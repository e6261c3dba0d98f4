//! The programme around introductions as a program meets it, and another workspace does not.

use crate::world::World;
use axum::http::StatusCode;
use serde_json::{Value, json};
use warmpath_app::find_person::{self, Described};
use warmpath_app::unit::Unit;
use warmpath_core::contact::Email;
use warmpath_core::role::Role;

const BOTH: &[&str] = &["introductions:read", "introductions:write"];

async fn person(world: &World, name: &str, mailbox: &str, company: &str) -> String {
    let described = Described {
        name: name.to_owned(),
        email: Some(Email::parse(mailbox).unwrap()),
        company: company.to_owned(),
        source: "import".to_owned(),
        ..Described::default()
    };
    let mut unit = Unit::new(&world.app, world.workspace);
    let found = find_person::run(&world.app, &mut unit, &described).await.unwrap();
    unit.commit("no conflict here").await.unwrap();
    found.person.id.to_string()
}

fn bulletin(role: &str, target: Option<&str>) -> Value {
    json!({
        "words": {"role": role, "industry": "metal casting", "size": "500 people", "topic": "x"},
        "benefit": "A peer to compare with.", "target": target, "days": 14,
    })
}

#[tokio::test]
async fn an_ask_to_all_is_refused_a_name_and_closed_by_who_asked() {
    let world = World::new().await;
    let key = world.key(Role::Seller, BOTH).await;
    let ottmar = person(&world, "Ottmar Graf", "o.graf@weidenau.example", "Weidenau Guss").await;
    let named = bulletin("CFO of Weidenau Guss", Some(&ottmar));
    let (status, body) = world.post(&key, "/v1/bulletins", &named).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    let (status, made) = world.post(&key, "/v1/bulletins", &bulletin("CFO", Some(&ottmar))).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (_, list) = world.get(&key, "/v1/bulletins").await;
    assert_eq!(list["data"][0]["allowed_actions"], json!(["close"]));
    assert!(!list.to_string().contains("Ottmar"), "{list}");
    let path = format!("/v1/bulletins/{}/close", made["id"].as_str().unwrap());
    let other = World::new().await;
    let stranger = other.key(Role::Admin, BOTH).await;
    assert_eq!(other.post(&stranger, &path, &json!({})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(world.post(&key, &path, &json!({})).await.0, StatusCode::OK);
    assert_eq!(world.post(&key, &path, &json!({})).await.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_group_gives_one_seat_for_each_trade() {
    let world = World::new().await;
    let key = world.key(Role::Revops, BOTH).await;
    let group = json!({
        "name": "Rhine table", "purpose": "Same deciders.", "mode": "formal",
        "criteria": "Ten years.", "call_days": 30, "event_days": 91,
    });
    let (status, made) = world.post(&key, "/v1/groups", &group).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let path = format!("/v1/groups/{}", made["id"].as_str().unwrap());
    let anna = person(&world, "Anna Berg", "anna@tax.example", "Berg Tax").await;
    let ben = person(&world, "Ben Cole", "ben@other.example", "Cole Tax").await;
    let seat = |who: &str| json!({"person": who, "trade": "Tax adviser"});
    let (status, taken) = world.post(&key, &format!("{path}/seats"), &seat(&anna)).await;
    assert_eq!(status, StatusCode::CREATED, "{taken}");
    let (status, body) = world.post(&key, &format!("{path}/seats"), &seat(&ben)).await;
    assert_eq!(status, StatusCode::CONFLICT, "{body}");
    assert!(body["detail"].as_str().unwrap_or_default().contains("Anna Berg"), "{body}");
    let (_, read) = world.get(&key, &path).await;
    assert_eq!((&read["seated"], &read["allowed_actions"]), (&json!(1), &json!(["admit", "list"])));
    let other = World::new().await;
    let stranger = other.key(Role::Admin, BOTH).await;
    assert_eq!(other.get(&stranger, &path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        other.post(&stranger, &format!("{path}/seats"), &seat(&anna)).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn authority_is_noted_with_what_shows_it() {
    let world = World::new().await;
    let key = world.key(Role::Seller, BOTH).await;
    let ottmar = person(&world, "Ottmar Graf", "o.graf@weidenau.example", "Weidenau Guss").await;
    let path = format!("/v1/people/{ottmar}/authority");
    let (_, before) = world.get(&key, &path).await;
    assert_eq!(before["standing"], json!("unknown"));
    let empty = json!({"topic": "software", "holds": "holds", "evidence": ""});
    assert_eq!(world.post(&key, &path, &empty).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = json!({"topic": "software", "holds": "holds", "evidence": "The register."});
    assert_eq!(world.post(&key, &path, &shown).await.0, StatusCode::CREATED);
    let (_, after) = world.get(&key, &path).await;
    assert_eq!(
        (&after["standing"], &after["data"][0]["holds"]),
        (&json!("holds"), &json!("holds"))
    );
    let other = World::new().await;
    let stranger = other.key(Role::Admin, BOTH).await;
    assert_eq!(other.get(&stranger, &path).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_lists_answer_when_there_is_nothing() {
    let world = World::new().await;
    let key = world.key(Role::Auditor, &["introductions:read"]).await;
    for path in ["/v1/offers", "/v1/playbook", "/v1/useful", "/v1/groups", "/v1/recruits"] {
        let (status, body) = world.get(&key, path).await;
        assert_eq!((status, &body["data"]), (StatusCode::OK, &json!([])), "{path}: {body}");
    }
}
