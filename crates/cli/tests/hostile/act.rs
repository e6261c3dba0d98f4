//! What a step asks for in words.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::Value;
use warmpath_app::rows::MemberRow;
use warmpath_app::sign_in;
use warmpath_testkit::client::{Client, Request, Response, encode};
use warmpath_testkit::hostile::Gap;

use crate::adapter::{Program, value_of};
use crate::seed::token_in;

/// Does it.
pub(crate) async fn act(program: &Program, action: &str, step: &Value) -> Result<Response, Gap> {
    let user = &program.seed.a.ways["csm"].member;
    let admin = &program.seed.a.ways["admin"].member;
    match action {
        "login" => login(program, &program.client(), user, step).await,
        "login as admin" => login(program, &program.client(), admin, step).await,
        "login twice" => {
            login(program, &program.client(), user, step).await?;
            login(program, &program.client(), user, step).await
        }
        "logout" => {
            let current = program.memory.lock().unwrap().sessions.last().cloned();
            form(program, current.ok_or("nobody is signed in")?, "/sign-out", "").await
        }
        "admin disables the user" => {
            let way = &program.seed.a.ways["admin"];
            let target = format!("/members/{}/deactivate", user.id);
            form(program, (way.cookie.clone(), way.csrf.clone()), &target, "").await
        }
        "other admin sets role auditor" => {
            let way = &program.seed.a.ways["other_admin"];
            let target = format!("/members/{}", admin.id);
            let fields = format!("name={}&role=auditor", encode(&admin.name));
            form(program, (way.cookie.clone(), way.csrf.clone()), &target, &fields).await
        }
        // There are no passwords: what ends every other way in is ending the other sessions.
        "change password in session 1" => {
            let first = program.memory.lock().unwrap().sessions.first().cloned();
            form(program, first.ok_or("nobody is signed in")?, "/account/sessions", "").await
        }
        "login with wrong password" => wrong_link(program, step).await,
        "right password from another address" => {
            let elsewhere = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
            let client = Client::new(program.house().address).from(elsewhere);
            login(program, &client, user, step).await
        }
        "ask for a magic link" => {
            let request = post(program, "/sign-in", format!("email={}", encode(&user.email)));
            program.deliver(with_headers(request, step)).await
        }
        other => Err(format!("cannot {other}")),
    }
}

/// A live cookie: of a role, or of a session that a step before opened.
pub(crate) fn session(program: &Program, name: &str) -> Result<String, Gap> {
    let memory = program.memory.lock().unwrap();
    let kept = match name {
        "previous" => memory.sessions.last(),
        "second" => memory.sessions.get(1),
        _ => None,
    };
    match (kept, program.seed.a.ways.get(name)) {
        (Some((cookie, _)), _) => Ok(cookie.clone()),
        (None, Some(way)) => Ok(way.cookie.clone()),
        (None, None) => Err(format!("no session {name}")),
    }
}

fn post(program: &Program, target: &str, body: String) -> Request {
    let request = Request::new("POST", target).body("application/x-www-form-urlencoded", body);
    request.header("Origin", program.house().origin())
}

fn with_headers(mut request: Request, step: &Value) -> Request {
    for (name, value) in step["headers"].as_object().into_iter().flatten() {
        request = request.header(name, value.as_str().unwrap_or_default());
    }
    request
}

async fn form(
    program: &Program,
    (cookie, csrf): (String, String),
    target: &str,
    fields: &str,
) -> Result<Response, Gap> {
    let body = format!("{fields}&csrf={}", encode(&csrf));
    program.deliver(post(program, target, body).header("Cookie", cookie)).await
}

/// Opens the link of one's mail and presses the button.
async fn login(
    program: &Program,
    client: &Client,
    member: &MemberRow,
    step: &Value,
) -> Result<Response, Gap> {
    let house = program.house();
    let link = sign_in::printed_link(&house.app, member).await.map_err(|e| e.to_string())?;
    let target = format!("/enter/{}", token_in(&link));
    program.keep_secret(&token_in(&link));
    let page = client.get(&target).await.map_err(|e| e.to_string())?;
    let nonce = value_of(&page.text(), "nonce").ok_or("the page shows no nonce")?;
    let next = step["next"].as_str().map(|n| format!("&next={}", encode(n))).unwrap_or_default();
    let mut request = post(program, &target, format!("nonce={}{next}", encode(&nonce)));
    if let Some(cookie) = step["cookie"].as_str() {
        let value = cookie.split_once('=').map_or(cookie, |(_, value)| value);
        request = request.header("Cookie", format!("warmpath={value}"));
    }
    let answer = client.send(request).await.map_err(|e| e.to_string())?;
    let set = answer.header("set-cookie").and_then(|line| line.split(';').next());
    if let Some(cookie) = set.map(str::to_owned) {
        let value = cookie.split_once('=').map_or("", |(_, value)| value);
        let found = sign_in::by_cookie(&house.app, value).await.map_err(|e| e.to_string())?;
        program.keep_secret(value);
        let kept = (cookie.clone(), found.session.form_token);
        program.memory.lock().unwrap().sessions.push(kept);
    }
    Ok(answer)
}

/// A link that was never made, tried as if it had been.
async fn wrong_link(program: &Program, step: &Value) -> Result<Response, Gap> {
    let token = crate::wire::swap_case(&program.seed.tokens["login"]);
    let request = post(program, &format!("/enter/{token}"), "nonce=x".to_owned());
    program.deliver(with_headers(request, step)).await
}

/// Signs in and says where the browser is sent.
pub(crate) async fn place_after_login(program: &Program, next: &str) -> Result<String, Gap> {
    let user = &program.seed.a.ways["csm"].member;
    let step = serde_json::json!({ "next": next });
    let answer = login(program, &program.client(), user, &step).await?;
    Ok(answer.header("location").unwrap_or_default().to_owned())
}
