//! Pairs to decide as a program meets them: who may, what is allowed now, and the way back.

use crate::world::World;
use axum::http::StatusCode;
use serde_json::{Value, json};
use warmpath_app::find_person::{self, Described};
use warmpath_app::unit::Unit;
use warmpath_core::contact::Email;
use warmpath_core::role::Role;

const BOTH: &[&str] = &["duplicates:read", "duplicates:write"];

async fn bring(world: &World, name: &str, mailbox: &str) {
    let described = Described {
        name: name.to_owned(),
        email: Some(Email::parse(mailbox).unwrap()),
        company: "Tessera Optics".to_owned(),
        title: "Head of Controlling".to_owned(),
        source: "import".to_owned(),
        ..Described::default()
    };
    let mut unit = Unit::new(&world.app, world.workspace);
    find_person::run(&world.app, &mut unit, &described).await.unwrap();
    unit.commit("no conflict here").await.unwrap();
}

async fn with_a_pair() -> World {
    let world = World::new().await;
    bring(&world, "Katherine Weiss", "k.weiss@tessera.example").await;
    bring(&world, "Kate Weiss", "kweiss@tessera.example").await;
    world
}

async fn first(world: &World, key: &str) -> Value {
    let (status, list) = world.get(key, "/v1/duplicates").await;
    assert_eq!((status, &list["waiting"]), (StatusCode::OK, &json!(1)), "{list}");
    list["data"][0].clone()
}

#[tokio::test]
async fn a_pair_is_decided_once_and_taken_back() {
    let world = with_a_pair().await;
    let key = world.key(Role::Revops, BOTH).await;
    let pair = first(&world, &key).await;
    assert_eq!((&pair["known"], &pair["fresh"]), (&json!("Katherine Weiss"), &json!("Kate Weiss")));
    assert_eq!(pair["allowed_actions"], json!(["same", "different", "later"]));
    let steps = pair["steps"].as_array().unwrap();
    let sum: f64 = steps.iter().map(|s| s["bits"].as_f64().unwrap()).sum();
    let total = pair["prior_bits"].as_f64().unwrap() + sum;
    assert!((total - pair["bits"].as_f64().unwrap()).abs() < 1e-6, "the steps sum");
    let path = format!("/v1/duplicates/{}", pair["id"].as_str().unwrap());
    let decide = format!("{path}/decide");
    let (status, answer) = world.post(&key, &decide, &json!({"verdict": "perhaps"})).await;
    assert_eq!((status.as_u16(), &answer["errors"][0]["field"]), (422, &json!("verdict")));
    let (status, done) = world.post(&key, &decide, &json!({"verdict": "same"})).await;
    assert_eq!((status, &done["state"]), (StatusCode::OK, &json!("same")), "{done}");
    assert_eq!(done["allowed_actions"], json!(["undo"]));
    let (status, _) = world.post(&key, &decide, &json!({"verdict": "different"})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, open) = world.post(&key, &format!("{path}/undo"), &json!({})).await;
    assert_eq!((status, &open["state"]), (StatusCode::OK, &json!("open")), "{open}");
    assert_eq!(first(&world, &key).await["id"], pair["id"]);
}

#[tokio::test]
async fn only_those_who_review_may_and_no_other_workspace() {
    let world = with_a_pair().await;
    let reads = [Role::Admin, Role::Revops, Role::Auditor];
    let writes = [Role::Admin, Role::Revops];
    let key = world.key(Role::Revops, BOTH).await;
    let id = first(&world, &key).await["id"].as_str().unwrap().to_owned();
    let (decide, undo) =
        (format!("/v1/duplicates/{id}/decide"), format!("/v1/duplicates/{id}/undo"));
    for role in Role::ALL {
        let key = world.key(*role, BOTH).await;
        let (status, _) = world.get(&key, "/v1/duplicates").await;
        let wanted = if reads.contains(role) { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(status, wanted, "{role:?} reads");
        for (path, body) in [(&decide, json!({"verdict": "different"})), (&undo, json!({}))] {
            let (status, _) = world.post(&key, path, &body).await;
            let wanted = if writes.contains(role) { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status, wanted, "{role:?} {path}");
        }
    }
    let reader = world.key(Role::Revops, &["duplicates:read"]).await;
    let (status, _) = world.post(&reader, &decide, &json!({"verdict": "same"})).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "the scope is missing");
    let other = world.beside().await;
    let foreign = other.key(Role::Admin, BOTH).await;
    let (status, list) = other.get(&foreign, "/v1/duplicates").await;
    assert_eq!((status, &list["data"]), (StatusCode::OK, &json!([])));
    let (status, _) = other.post(&foreign, &decide, &json!({"verdict": "same"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn everybody_is_compared_when_asked_and_one_run_at_a_time() {
    let world = with_a_pair().await;
    let key = world.key(Role::Revops, BOTH).await;
    let (status, row) = world.post(&key, "/v1/sweeps", &json!({})).await;
    assert_eq!((status, &row["state"]), (StatusCode::ACCEPTED, &json!("waiting")), "{row}");
    assert_eq!(row["allowed_actions"], json!(["stop"]));
    let (status, _) = world.post(&key, "/v1/sweeps", &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "one at a time");
    let path = format!("/v1/sweeps/{}", row["id"].as_str().unwrap());
    let other = World::new().await;
    let stranger = other.key(Role::Revops, BOTH).await;
    let (status, _) = other.get(&stranger, &path).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "another workspace's");
    let (status, stopped) = world.post(&key, &format!("{path}/stop"), &json!({})).await;
    assert_eq!((status, &stopped["state"]), (StatusCode::OK, &json!("stopped")));
    let (_, list) = world.get(&key, "/v1/sweeps").await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let (status, _) = world.post(&key, &format!("{path}/stop"), &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
}
