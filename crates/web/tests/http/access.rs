//! Every route against every role: who is let in, who is refused, and that none is forgotten.

mod table;

use std::collections::BTreeSet;
use std::path::Path;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use warmpath_app::policy::PERMISSIONS;
use warmpath_app::{read_workspace, sign_in};
use warmpath_core::role::Role;

use crate::world::World;
use table::{ROUTES, Who};

/// A well-formed id of nothing, by the part of the address in front of it.
fn fill(path: &str) -> String {
    const PREFIXES: &[(&str, &str)] = &[
        ("/referrals/{id}", "ref"),
        ("/introductions/{id}", "int"),
        ("/goodwill/{id}", "per"),
        ("/thanks/{referral}", "ref"),
        ("/referrers/{id}", "lnk"),
        ("/imports/{id}", "imp"),
        ("/duplicates/{id}", "dup"),
        ("/accounts/{id}", "acc"),
        ("/bulletins/{id}", "bul"),
        ("/offers/{id}", "off"),
        ("/groups/{id}", "grp"),
        ("/sweeps/{id}", "swp"),
        ("/people/{id}", "per"),
        ("/recruits/{id}", "per"),
        ("/seats/{id}", "sea"),
        ("/compliance/requests/{id}", "req"),
        ("/compliance/people/{id}", "per"),
        ("/outbox/jobs/{id}", "job"),
        ("/outbox/{id}", "mai"),
        ("/members/pools/{id}", "pol"),
        ("/members/absences/{id}", "abs"),
        ("/network/imports/{id}", "imp"),
        ("/network/people/{id}", "per"),
        ("/connectors/{id}", "per"),
        ("/tiers/briefs/{id}", "rbr"),
        ("/profiles/{id}", "prf"),
        ("/members/{id}", "mem"),
        ("/account/sessions/{id}", "ses"),
        ("/settings/keys/{id}", "key"),
        ("/settings/webhooks/{id}", "whe"),
        ("/v1/webhook-endpoints/{id}", "whe"),
    ];
    let kind = PREFIXES.iter().find(|(start, _)| path.contains(start)).map_or("ref", |p| p.1);
    let nothing = "06j0000000000000000000000a";
    path.replace("{id}", &format!("{kind}_{nothing}"))
        .replace("{field}", "headcount")
        .replace("{referral}", &format!("ref_{nothing}"))
        .replace("{delivery}", &format!("whd_{nothing}"))
        .replace("{person}", &format!("per_{nothing}"))
        .replace("{account}", &format!("acc_{nothing}"))
        .replace("{gathering}", &format!("gat_{nothing}"))
        .replace("{action}", "accept")
        .replace("{slug}", "customer-referrals")
        .replace("{number}", "1")
        .replace("{seq}", "1")
        .replace("{token}", "A")
        .replace("{step}", "A")
        .replace("{*path}", "app.js")
        .replace("{from}", &format!("per_{nothing}"))
        .replace("{to}", &format!("per_{nothing}"))
        .replace("{field}", "owner")
        .replace("{format}", "lei")
        .replace("{*rest}", "nothing")
        .replace("/v1/ledger/consistency", "/v1/ledger/consistency?from=1&to=2")
}

/// A member's session: the cookie and the token of the forms.
struct Session {
    cookie: String,
    csrf: String,
}

async fn session(world: &World, role: Role) -> Session {
    let members = read_workspace::members(&world.app, world.workspace).await.unwrap();
    let member = members.iter().find(|m| m.role == role).unwrap();
    let link = sign_in::printed_link(&world.app, member).await.unwrap();
    let token = link.rsplit('/').next().unwrap();
    let page = sign_in::page(&world.app, token).await.unwrap();
    let cookie = sign_in::enter(&world.app, token, &page.nonce).await.unwrap();
    let signed_in = sign_in::by_cookie(&world.app, &cookie).await.unwrap();
    Session { cookie, csrf: signed_in.session.form_token }
}

/// The pages whose form sends a file.
const UPLOADS: [&str; 4] =
    ["/imports", "/network/import", "/profiles/sources/register", "/profiles/sources/signals"];

/// A request as a page or a program of ours would send it, with nothing in it.
fn request(
    method: &str,
    path: &str,
    session: Option<&Session>,
    key: Option<&str>,
) -> Request<Body> {
    let method = if method == "ANY" { "GET" } else { method };
    let mut request = Request::builder().method(method).uri(fill(path));
    if let Some(session) = session {
        request = request.header(header::COOKIE, format!("warmpath={}", session.cookie));
    }
    if let Some(key) = key {
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
    }
    if method == "GET" {
        return request.body(Body::empty()).unwrap();
    }
    request = request.header(header::ORIGIN, "http://127.0.0.1:8080");
    if path.starts_with("/v1/") {
        let request = request.header(header::CONTENT_TYPE, "application/json");
        return request.body(Body::from(json(path))).unwrap();
    }
    let csrf = session.map_or("", |session| session.csrf.as_str());
    if UPLOADS.contains(&path) {
        let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=border");
        let body = format!(
            "--border\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
             --border--\r\n"
        );
        return request.body(Body::from(body)).unwrap();
    }
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Body::from(format!("csrf={csrf}"))).unwrap()
}

/// The least that has the shape a resource takes: who may not is told so before anything else.
fn json(path: &str) -> &'static str {
    match path {
        "/v1/referrals/{id}/actions" => r#"{"action":"accept"}"#,
        "/v1/introductions/{id}/actions" => r#"{"action":"withdraw"}"#,
        "/v1/introductions" => {
            r#"{"target":"x","connector":"x","role":"x","industry":"x","size":"x","topic":"x",
            "benefit":"x","problem":"x","proof":"x"}"#
        }
        "/v1/bulletins" => {
            r#"{"words":{"role":"x","industry":"x","size":"x","topic":"x"},"benefit":"x","days":7}"#
        }
        "/v1/offers/{id}/decide" => r#"{"action":"take"}"#,
        "/v1/people/{id}/authority" => r#"{"topic":"x","holds":"holds","evidence":"x"}"#,
        "/v1/committees/{account}" => r#"{"role":"x"}"#,
        "/v1/useful" => r#"{"connector":"x","signal":"x","shared":true}"#,
        "/v1/groups" => {
            r#"{"name":"x","purpose":"x","mode":"formal","criteria":"x","call_days":0,"event_days":0}"#
        }
        "/v1/groups/{id}/seats" => r#"{"person":"x","trade":"x"}"#,
        "/v1/seats/{id}/leave" => r#"{"reason":"moved_on"}"#,
        "/v1/recruits/{id}/step" => r#"{"to":"talking"}"#,
        "/v1/connectors/{id}/agreement" => r#"{"what":"x","how_often":"x","in_return":"x"}"#,
        "/v1/duplicates/{id}/decide" => r#"{"verdict":"same"}"#,
        "/v1/profiles" | "/v1/profiles/check" | "/v1/profiles/{id}" => r#"{"brief":"CFO"}"#,
        "/v1/profiles/{id}/actions" => r#"{"action":"retire"}"#,
        "/v1/profiles/{id}/proposals/taken" => r#"{"items":[]}"#,
        "/v1/signals" => r#"{"signals":[]}"#,
        "/v1/webhook-endpoints" => r#"{"url":"https://hooks.example/x","events":[]}"#,
        _ => "{}",
    }
}

fn is_refused(status: StatusCode) -> bool {
    matches!(status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED)
}

#[test]
fn the_table_holds_every_route_of_the_house() {
    let mut found = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 100, "the sources were not read: {found:?}");
    let listed: BTreeSet<String> = ROUTES.iter().map(|row| row.1.to_owned()).collect();
    let forgotten: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(forgotten.is_empty() && gone.is_empty(), "not listed: {forgotten:?}; gone: {gone:?}");
}

/// Every path that the sources route, as written.
fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.extend(texts_after(&text, ".route("));
            if path.ends_with("api/mod.rs") {
                found.extend(texts_after(&text, "(").filter(|text| text.starts_with("/v1/")));
            }
        }
    }
}

/// The literals that directly follow this mark.
fn texts_after<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = String> + 'a {
    text.split(mark).skip(1).filter_map(|rest| {
        let literal = rest.trim_start().strip_prefix('"')?;
        Some(literal.split('"').next()?.to_owned())
    })
}

#[tokio::test]
async fn every_page_lets_in_whom_the_table_names_and_nobody_else() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for role in Role::ALL {
        for (method, path, who) in ROUTES {
            let Who::Only(roles) = who else { continue };
            // A session of its own: some of these end it.
            let session = session(&world, *role).await;
            let (status, ..) = world.send(request(method, path, Some(&session), None)).await;
            if is_refused(status) == roles.contains(role) || status.is_server_error() {
                wrong.push(format!("{method} {path} as {}: {status}", role.as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn whoever_is_not_signed_in_gets_no_page_behind_the_door() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for (method, path, who) in ROUTES {
        let (status, headers, _) = world.send(request(method, path, None, None)).await;
        let to_the_door = headers
            .get(header::LOCATION)
            .is_some_and(|to| to.to_str().is_ok_and(|to| to.starts_with("/sign-in")));
        let kept_out = is_refused(status) || to_the_door;
        let fits = match who {
            // A wrong link is no way in, and says so.
            Who::Anybody if path.starts_with("/enter/") => !status.is_success(),
            Who::Anybody => !is_refused(status) && (!to_the_door || *path == "/"),
            Who::Only(_) | Who::Program(..) => kept_out,
        };
        if !fits || status.is_server_error() {
            wrong.push(format!("{method} {path}: {status}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_program_needs_the_scope_and_its_member_the_role() {
    let world = World::new().await;
    let all: Vec<&str> = PERMISSIONS.iter().filter_map(|(_, _, scope)| *scope).collect();
    let mut wrong = Vec::new();
    for role in Role::ALL {
        let whole = world.key(*role, &all).await;
        for (method, path, who) in ROUTES {
            let Who::Program(roles, scope) = who else { continue };
            let (status, ..) = world.send(request(method, path, None, Some(&whole))).await;
            if is_refused(status) == roles.contains(role) || status.is_server_error() {
                wrong.push(format!("{method} {path} as {}: {status}", role.as_str()));
            }
            let others: Vec<&str> = all.iter().copied().filter(|s| s != scope).collect();
            let short = world.key(*role, &others).await;
            let (status, ..) = world.send(request(method, path, None, Some(&short))).await;
            if !is_refused(status) {
                wrong.push(format!("{method} {path} without {scope}: {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
