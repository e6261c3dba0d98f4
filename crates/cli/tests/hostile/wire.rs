//! Surfaces, paths and bodies of the cases in the words of this program.

use serde_json::{Value, json};
use warmpath_app::{App, link};
use warmpath_core::id::{LinkId, RecordId as _};
use warmpath_testkit::client::{Request, Response, encode};
use warmpath_testkit::hostile::{Gap, Payload};

use crate::adapter::{Program, honest};
use crate::seed::Seed;

/// Marks a request whose answer is compared with another's; it is not sent.
pub(crate) const ALIKE: &str = "x-alike";

/// Marks a request that carries nobody's key; it is not sent.
const AS: &str = "x-as";

/// A one-letter change at the end of a token.
pub(crate) fn flip_last_bit(token: &str) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let last = bytes.last_mut().unwrap();
    *last = if *last == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}

pub(crate) fn swap_case(token: &str) -> String {
    let swap = |c: char| {
        if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
    };
    token.chars().map(swap).collect()
}

/// A token that names workspace A and is made with the secret of one of B's links.
pub(crate) fn foreign_key(app: &App, seed: &Seed) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let of_b = link::token_of(app, seed.b.id, LinkId::from_bytes([9; 16]));
    let secret = URL_SAFE_NO_PAD.decode(of_b).unwrap().split_off(16);
    URL_SAFE_NO_PAD.encode([seed.a.id.bytes().to_vec(), secret].concat())
}

/// A request as bytes, for what no client library says.
pub(crate) fn bytes_of(request: &Request, origin: &str) -> Vec<u8> {
    let host = origin.trim_start_matches("http://");
    let mut bytes = format!("{} {} HTTP/1.1\r\nHost: {host}\r\n", request.method, request.target);
    for (name, value) in &request.headers {
        bytes.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value)));
    }
    bytes.push_str(&format!("Content-Length: {}\r\n\r\n", request.body.len()));
    [bytes.into_bytes(), request.body.clone()].concat()
}

/// Raw bytes with our paths in their first line.
pub(crate) fn raw(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let line = String::from_utf8_lossy(&bytes[..end])
        .replace("/api/v1/", "/v1/")
        .replace("/static/app.css", "/assets/app.css")
        .replace("/static/", "/assets/");
    [line.as_bytes(), &bytes[end..]].concat()
}

/// The path here for one that a case names.
pub(crate) fn path(program: &Program, path: &str) -> String {
    let (place, query) = match path.split_once('?') {
        Some((place, query)) => (place, format!("?{query}")),
        None => (path, String::new()),
    };
    let memory = program.memory.lock().unwrap();
    let withdraws = memory.withdraws.iter().any(|token| place.strip_prefix("/c/") == Some(token));
    drop(memory);
    let rest = |start: &str| place.strip_prefix(start).map(str::to_owned);
    let mapped = if let (Some(token), true) = (rest("/c/"), withdraws) {
        format!("/w/{token}")
    } else if let Some(token) = rest("/c/") {
        format!("/a/{token}")
    } else if let Some(token) = rest("/u/") {
        format!("/w/{token}")
    } else if let Some(token) = rest("/login/") {
        format!("/enter/{token}")
    } else if place == "/login" {
        "/sign-in".to_owned()
    } else if let Some(id) = rest("/files/") {
        format!("/imports/{}/refused.csv", id.trim_end_matches(".csv"))
    } else if let Some(inside) = rest("/internal") {
        internal(&inside)
    } else if let Some(api) = rest("/api/v1") {
        api_path(program, &api)
    } else {
        place.to_owned()
    };
    format!("{mapped}{query}")
}

fn internal(inside: &str) -> String {
    match inside {
        "" | "/" => "/inbox".to_owned(),
        "/referrals" => "/hand-over".to_owned(),
        "/login/as" => "/enter/as".to_owned(),
        other => other.to_owned(),
    }
}

fn api_path(program: &Program, api: &str) -> String {
    let parts: Vec<&str> = api.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["referrals", id, "assign"] => format!("/v1/referrals/{id}/actions"),
        ["exports", id] => format!("/v1/imports/{id}"),
        ["exports"] => "/ledger/export".to_owned(),
        ["endpoints", id] => format!("/v1/webhook-endpoints/{id}/deliveries"),
        ["endpoints", id, "replay"] => {
            let delivery = &program.seed.b.objects["delivery"];
            format!("/v1/webhook-endpoints/{id}/deliveries/{delivery}/replay")
        }
        ["contacts", id] => format!("/compliance/people/{id}"),
        ["ledger"] => "/v1/ledger/entries".to_owned(),
        ["ledger", number] => format!("/v1/ledger/entries/{number}"),
        ["users"] => "/members".to_owned(),
        ["users", id, "role"] => format!("/members/{id}"),
        ["routing", "rules"] => "/pathways/customer-referrals".to_owned(),
        ["consents"] => "/v1/referrals".to_owned(),
        _ => format!("/v1{api}"),
    }
}

fn is_page(target: &str) -> bool {
    !target.starts_with("/v1/") && target != "/metrics"
}

/// The request by which a surface takes a payload. Whose it is stands in a mark until the path is
/// known: a page takes a cookie, the API a key.
pub(crate) fn request(
    program: &Program,
    surface: &str,
    actor: Option<&str>,
    payload: &Payload,
) -> Result<Request, Gap> {
    let (surface, field) = surface.split_once(':').unwrap_or((surface, ""));
    let who = actor.map(str::to_owned);
    let request = match (surface, payload) {
        ("referral.create", Payload::Value(value)) => {
            let mut body = honest();
            let path = field.replace('.', "/");
            match path.split_once('/') {
                Some((section, name)) => body[section][name] = value.clone(),
                None => body[field] = value.clone(),
            }
            Request::new("POST", "/v1/referrals").json(&body)
        }
        ("endpoint.create", Payload::Value(value)) => {
            Request::new("POST", "/v1/webhook-endpoints").json(&json!({ "url": value }))
        }
        ("enrich.website", Payload::Value(value)) => {
            let mut body = honest();
            body["company"] = value.clone();
            Request::new("POST", "/v1/referrals").json(&body)
        }
        ("import.csv" | "partner.import.csv", Payload::Value(value)) => multipart(value),
        ("import.csv" | "partner.import.csv", payload) => {
            with(Request::new("POST", "/v1/imports?kind=referrals"), payload, "text/csv")
        }
        ("referral.create", payload) => {
            with(Request::new("POST", "/v1/referrals"), payload, "application/json")
        }
        ("api" | "auth" | "consent.link", payload) => {
            with(Request::new("GET", "/"), payload, "application/json")
        }
        (pair, Payload::Value(value)) => return alike_request(program, pair, value),
        (other, _) => return Err(format!("no surface {other}")),
    };
    let usual = match surface {
        "auth" | "consent.link" => None,
        "partner.import.csv" => Some("a.partner"),
        _ => Some("a.admin"),
    };
    let who = who.or(usual.map(str::to_owned)).unwrap_or_else(|| "nobody".to_owned());
    Ok(request.header(AS, who))
}

fn with(request: Request, payload: &Payload, usual: &str) -> Request {
    match payload {
        Payload::Body { content_type, bytes, headers } => {
            let kind = content_type.as_deref().unwrap_or(usual);
            let mut request = request.body(kind, bytes.clone());
            request.headers.extend(headers.iter().cloned());
            request
        }
        _ => request,
    }
}

fn multipart(value: &Value) -> Request {
    let part = &value["multipart"];
    let text = |name: &str| part[name].as_str().unwrap_or_default();
    let body = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nreferrals\r\n--cut\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
         Content-Type: {}\r\n\r\n{}\r\n--cut--\r\n",
        text("filename"),
        text("content_type"),
        text("body")
    );
    Request::new("POST", "/v1/imports").body("multipart/form-data; boundary=cut", body)
}

/// Last touches when path, method and headers are known: whose it is, and bodies in our words.
pub(crate) fn translate(program: &Program, mut request: Request) -> Request {
    let mark = request.headers.iter().position(|(name, _)| name == AS);
    let who = mark.map(|at| String::from_utf8(request.headers.remove(at).1).unwrap());
    body(program, &mut request);
    if let Some(who) = &who {
        program.memory.lock().unwrap().actor.clone_from(who);
    }
    let page = is_page(&request.target);
    let way = who.as_deref().and_then(|who| program.way(who).cloned());
    match way {
        Some(way) if page => send_form(program, &mut request, &way.cookie, &way.csrf),
        Some(way) => {
            let bearer = format!("Bearer {}", way.key);
            request.headers.push(("Authorization".to_owned(), bearer.into_bytes()));
        }
        None => {}
    }
    // Whoever signed in a step before goes on in that session, unless the case names a cookie.
    let current = program.memory.lock().unwrap().sessions.last().cloned();
    if let (Some("nobody"), false, Some((cookie, csrf))) =
        (who.as_deref(), request.has("Cookie"), current)
    {
        send_form(program, &mut request, &cookie, &csrf);
    }
    request
}

/// As our own page would send it: cookie, origin, form token.
fn send_form(program: &Program, request: &mut Request, cookie: &str, csrf: &str) {
    request.headers.push(("Cookie".to_owned(), cookie.into()));
    if request.method == "POST" && is_page(&request.target) {
        let origin = program.house().origin();
        request.headers.push(("Origin".to_owned(), origin.into_bytes()));
        let mut form = String::from_utf8(std::mem::take(&mut request.body)).unwrap();
        if !form.is_empty() {
            form.push('&');
        }
        request.body = format!("{form}csrf={}", encode(csrf)).into_bytes();
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        let kind = b"application/x-www-form-urlencoded".to_vec();
        request.headers.push(("Content-Type".to_owned(), kind));
    }
}

/// Bodies whose members are called otherwise here.
fn body(program: &Program, request: &mut Request) {
    let sent: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let form = |pairs: &[(&str, &str)]| {
        let pair = |(name, value): &(&str, &str)| format!("{name}={}", encode(value));
        pairs.iter().map(pair).collect::<Vec<_>>().join("&").into_bytes()
    };
    let place = request.target.split('?').next().unwrap_or_default().to_owned();
    if place.starts_with("/a/") {
        let text = String::from_utf8_lossy(&request.body)
            .replace("decision=grant", "answer=yes&channel=email")
            .replace("decision=decline", "answer=no")
            .replace("form=", "nonce=");
        request.body = text.into_bytes();
    } else if place.ends_with("/actions") && sent["owner_id"].is_string() {
        request.body =
            json!({ "action": "reassign", "owner": sent["owner_id"] }).to_string().into();
    } else if place == "/v1/referrals" && sent["status"].is_string() && sent["contact"].is_string()
    {
        // A consent that a program claims: an honest hand-over with the claim beside it.
        let mut claim = honest();
        claim["consent"] = sent;
        request.body = claim.to_string().into();
    } else if place == "/members" && request.method == "POST" {
        request.body =
            form(&[("name", "Mona Meyer"), ("email", "mona@corvane.example"), ("role", "admin")]);
    } else if place.starts_with("/members/") && request.method == "POST" {
        let admin = &program.seed.a.ways["admin"].member;
        request.body = form(&[("name", &admin.name), ("role", "auditor")]);
    } else if place == "/pathways/customer-referrals" && request.method == "PATCH" {
        "POST".clone_into(&mut request.method);
        request.body = form(&[("text", "slug = \"customer-referrals\"")]);
    } else if place == "/ledger/export" {
        "GET".clone_into(&mut request.method);
    }
    if place.starts_with("/compliance/people/") || place == "/ledger/export" {
        request.body.clear();
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    }
}

/// A request of a pair whose answers must look alike.
fn alike_request(program: &Program, surface: &str, value: &Value) -> Result<Request, Gap> {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let email = text("email");
    let hand_over = |csrf: &str| {
        let letters: String = email.chars().filter(char::is_ascii_alphanumeric).collect();
        let key = format!("alike-{letters}-0123456789");
        let fields = [
            ("csrf", csrf),
            ("idempotency_key", &key),
            ("name", "Pat Lee"),
            ("company", "Prospect Example Ltd"),
            ("email", &email),
            ("relation", "worked_together"),
            ("kind", "direct"),
            ("words", "We worked together."),
        ];
        fields.map(|(name, value)| format!("{name}={}", encode(value))).join("&")
    };
    let form = |target: &str, body: String| {
        let kind = "application/x-www-form-urlencoded";
        Request::new("POST", target).body(kind, body).header("Origin", program.house().origin())
    };
    let request = match surface {
        "partner.submit" => {
            let way = &program.seed.a.ways["partner"];
            form("/portal", hand_over(&way.csrf)).header("Cookie", &way.cookie)
        }
        "advocate.submit" => {
            let (token, step) =
                (&program.seed.tokens["personal"], &program.seed.tokens["personal_step"]);
            form(&format!("/r/{token}/form/{step}"), hand_over(""))
        }
        // Whoever has an account asks for a link: members, partners who were invited, and those who
        // lost their way.
        "login" | "login.magic" | "password.reset" | "partner.invite.accept" => {
            form("/sign-in", format!("email={}", encode(&email)))
        }
        "partner.search" => {
            let way = &program.seed.a.ways["partner"];
            let target = format!("/v1/check?company={}", encode(&text("q")));
            Request::new("GET", &target).header("Authorization", format!("Bearer {}", way.key))
        }
        other => return Err(format!("no surface {other}")),
    };
    Ok(request.header(ALIKE, "1"))
}

/// An answer that is compared with another: with the page that follows, and without what is new in
/// every answer or was typed by the caller.
pub(crate) async fn alike(
    program: &Program,
    request: &Request,
    mut answer: Response,
) -> Result<Response, Gap> {
    if let Some(place) = answer.header("location").map(str::to_owned) {
        let page = program.deliver(Request::new("GET", &place)).await?;
        answer.body = page.body;
    }
    let sent = String::from_utf8_lossy(&request.body).into_owned();
    let typed = sent.split('&').find_map(|pair| pair.strip_prefix("email="));
    let typed = typed.map(|text| text.replace("%40", "@"));
    let plain = |text: String| {
        let text = match &typed {
            Some(email) if !email.is_empty() => text.replace(email.as_str(), "MAILBOX"),
            _ => text,
        };
        without_tokens(&text)
    };
    answer.body = plain(answer.text()).into_bytes();
    for (_, value) in &mut answer.headers {
        *value = plain(value.clone());
    }
    // The length is that of what was taken out as well.
    answer.headers.retain(|(name, _)| name != "content-length");
    Ok(answer)
}

/// Replaces everything that could be a token or an id by one word, and the picture of an address.
fn without_tokens(text: &str) -> String {
    let mut parts = text.split(" d=\"");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('"').map_or(part, |(_, rest)| rest));
    }
    // How many introductions there were by then: the control is always one later.
    let text = text.replace("1 introduction of yours", "introductions of yours");
    let text = text.replace("2 introductions of yours", "introductions of yours");
    let text = text.as_str();
    let mut plain = String::new();
    let mut word = String::new();
    let take = |word: &mut String, plain: &mut String| {
        let long = word.len() >= 26 && word.chars().any(|c| c.is_ascii_digit());
        plain.push_str(if long { "TOKEN" } else { word });
        word.clear();
    };
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
            word.push(c);
        } else {
            take(&mut word, &mut plain);
            plain.push(c);
        }
    }
    take(&mut word, &mut plain);
    plain
}
