//! Signing in and out, and who may send what from where.

use std::path::Path;

use warmpath_core::id::ReferralId;
use warmpath_testkit::client::{Request, Response, encode};
use warmpath_testkit::hostile::{Gap, Verdict};

use crate::adapter::{Program, value_of};
use crate::check::work;
use crate::{act, state};

pub(crate) async fn check(
    program: &Program,
    sentence: &str,
    seen: &[Response],
) -> Result<Option<Verdict>, Gap> {
    let slowed = seen.iter().any(|answer| answer.status == 429);
    Ok(Some(match sentence {
        "a new session id is issued" => {
            let memory = program.memory.lock().unwrap();
            let issued = memory.sessions.last().is_some_and(|(c, _)| !c.contains("attacker"));
            Verdict::when(issued, "the session is the attacker's")
        }
        "limits still bite when no trusted proxy is configured" => {
            Verdict::when(slowed, "nobody was slowed")
        }
        "slowed per account and per address without locking the real user out for ever" => {
            let last = seen.last().map_or(0, |answer| answer.status);
            Verdict::when(slowed && last == 303, format!("slowed: {slowed}, then {last}"))
        }
        "no session created by the GET; the button POST creates it once" => once(program).await?,
        "after login the browser stays on our origin" => stays(program).await?,
        "link in the mail uses the configured public URL" => {
            let house = program.house();
            work(&house).await?;
            let mails = house.mails.letters();
            let text: String =
                mails.iter().map(|mail| String::from_utf8_lossy(&mail.bytes)).collect();
            // A soft line break may stand in the middle of the address.
            let text = text.replace("=\r\n", "").replace("=3D", "=");
            let ours = text.contains(&format!("{}/enter/", house.origin()));
            Verdict::when(ours && !text.contains("evil.example"), text)
        }
        sentence if sentence.starts_with("every GET/HEAD route") => reads(program).await?,
        _ => return Ok(None),
    }))
}

async fn once(program: &Program) -> Result<Verdict, Gap> {
    let file = program.house().file.clone();
    let sql = "SELECT COUNT(*) FROM session";
    let before = state::number(&program.seed.file, sql);
    let after_get = state::number(&file, sql);
    let target = format!("/enter/{}", program.seed.tokens["login"]);
    let page = program.deliver(Request::new("GET", &target)).await?;
    let nonce = value_of(&page.text(), "nonce").ok_or("no nonce")?;
    let mut statuses = Vec::new();
    for _ in 0..2 {
        let origin = program.house().origin();
        let body = format!("nonce={}", encode(&nonce));
        let request = Request::new("POST", &target)
            .body("application/x-www-form-urlencoded", body)
            .header("Origin", origin);
        statuses.push(program.deliver(request).await?.status);
    }
    let after = state::number(&file, sql);
    let good =
        before == after_get && after == before + 1 && statuses[0] == 303 && statuses[1] >= 400;
    Ok(Verdict::when(good, format!("{before}, {after_get}, {after}: {statuses:?}")))
}

/// Wherever the sign-in page was asked to go on to.
async fn stays(program: &Program) -> Result<Verdict, Gap> {
    let asked: Vec<String> = {
        let memory = program.memory.lock().unwrap();
        let next = |target: &String| target.split_once("next=").map(|(_, next)| next.to_owned());
        memory.sent.iter().filter_map(|(_, target, _)| next(target)).collect()
    };
    for next in asked {
        let place = act::place_after_login(program, &next).await?;
        let second = place.as_bytes().get(1).copied().unwrap_or(b' ');
        if !place.starts_with('/') || matches!(second, b'/' | b'\\') {
            return Ok(Verdict::Broken(format!("{next} leads to {place}")));
        }
    }
    Ok(Verdict::Held)
}

/// Every reading route is called as admin with parameters at random; nothing may change by it.
async fn reads(program: &Program) -> Result<Verdict, Gap> {
    let house = program.house();
    let routes = routes();
    if routes.len() < 60 {
        return Ok(Verdict::Broken(format!("only {} routes were found", routes.len())));
    }
    let before = seen_by_nobody(&state::digest(&house.file));
    let way = &program.seed.a.ways["admin"];
    for route in &routes {
        for real in [false, true] {
            let target = fill(program, route, real);
            for method in ["GET", "HEAD"] {
                let mut request = Request::new(method, &target).header("Cookie", &way.cookie);
                if route.starts_with("/v1/") || route == "/metrics" {
                    request = request.header("Authorization", format!("Bearer {}", way.key));
                }
                let answer = program.deliver(request).await?;
                if answer.status >= 500 {
                    return Ok(Verdict::Broken(format!("{method} {target}: {}", answer.status)));
                }
            }
        }
    }
    let same = seen_by_nobody(&state::digest(&house.file)) == before;
    Ok(Verdict::when(same, "a read changed something"))
}

/// A digest without the entries that note who looked whether somebody is known.
fn seen_by_nobody(digest: &str) -> String {
    digest.lines().filter(|line| !line.contains("|'look.made'|")).collect()
}

/// A route with its parameters filled: by ids of nothing, or by real ones.
fn fill(program: &Program, route: &str, real: bool) -> String {
    let tokens = &program.seed.tokens;
    let token = match route {
        _ if !real => "x".repeat(64),
        r if r.starts_with("/enter/") => tokens["login"].clone(),
        r if r.starts_with("/w/") => tokens["withdraw"].clone(),
        r if r.starts_with("/s/") => tokens["status"].clone(),
        r if r.starts_with("/r/") => tokens["personal"].clone(),
        _ => tokens["valid"].clone(),
    };
    let objects = &program.seed.a.objects;
    let id = match route {
        _ if !real => program.random_id::<ReferralId>().to_string(),
        r if r.contains("/imports/") => objects["export"].clone(),
        r if r.contains("/members/") => objects["user"].clone(),
        r if r.contains("/people/") => objects["contact"].clone(),
        r if r.contains("webhook") => objects["endpoint"].clone(),
        _ => objects["referral"].clone(),
    };
    let mut target = String::new();
    for part in route.split('/').skip(1) {
        let filled = match part {
            "{token}" => &token,
            "{step}" => &tokens["personal_step"],
            "{slug}" => "customer-referrals",
            "{seq}" | "{number}" => "1",
            "{action}" => "accept",
            "{*rest}" | "{*path}" => "nothing",
            part if part.starts_with('{') => &id,
            part => part,
        };
        target.push('/');
        target.push_str(filled);
    }
    target
}

/// Paths of all routes, as the source of the web crate names them.
fn routes() -> Vec<String> {
    let mut routes = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src")];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                // A string that begins with a slash right after a bracket is a route's path.
                let after = text.replace(['\n', ' '], "");
                let named = after.split("(\"/").skip(1).filter_map(|rest| rest.split('"').next());
                routes.extend(named.map(|route| format!("/{route}")));
            }
        }
    }
    routes.retain(|route| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/{}_-.*".contains(c);
        route.len() > 1 && route.chars().all(plain) && !route.starts_with("//")
    });
    routes.sort();
    routes.dedup();
    routes
}
