//! Mail addresses, and mails as a server on the way sees them: one recipient, our own headers, one
//! body.

use async_trait::async_trait;
use serde_json::Value;
use warmpath_integrations::mail::fake::{Behaviour, CaptureServer, Session};
use warmpath_integrations::mail::{
    Delivery, Mailer, Message, OutboxFolder, Security, SmtpConfig, SmtpMailer, SmtpTimeouts,
};
use warmpath_testkit::client::{Request, Response, encode};
use warmpath_testkit::hostile::{Case, Gap, Verdict};

use crate::adapter::{Program, honest, value_of};
use crate::check::{page, referral, work};
use crate::control::plain;
use crate::house::{Captured, House};

/// Every header a mail of ours may have.
const HEADERS: [&str; 12] = [
    "date",
    "from",
    "to",
    "reply-to",
    "subject",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
];

pub(crate) async fn check(
    program: &Program,
    sentence: &str,
    seen: &[Response],
) -> Result<Option<Verdict>, Gap> {
    let last = seen.last().ok_or("nothing was answered")?;
    let house = program.house();
    Ok(Some(match sentence {
        "no mail" => {
            work(&house).await?;
            let count = house.mails.letters().len();
            Verdict::when(count == 0, format!("{count} mails"))
        }
        "equals pat.lee@prospect.example for matching; stored form kept" => {
            let first = referral(program, last).await?;
            let way = &program.seed.a.ways["admin"];
            let request = Request::new("POST", "/v1/referrals").json(&honest());
            let request = request.header("Authorization", format!("Bearer {}", way.key));
            let second = referral(program, &program.deliver(request).await?).await?;
            let same = first["contact"]["id"] == second["contact"]["id"];
            let sent = program.memory.lock().unwrap().sent[0].2.clone();
            let sent: Value = serde_json::from_slice(&sent).unwrap();
            let kept = first["contact"]["emails"][0] == sent["contact"]["email"];
            Verdict::when(same && kept, format!("same: {same}, kept: {kept}"))
        }
        // A local part of any script is taken, as RFC 6531 allows, or refused by name.
        "documented either way" => Verdict::when(last.status == 202 || last.status == 422, ""),
        "shown with its punycode form and a mixed-script warning"
        | "decoded form and warning shown" => {
            let whole = referral(program, last).await?;
            let id = whole["id"].as_str().unwrap_or_default();
            let text = plain(&page(program, &format!("/referrals/{id}")).await?.text());
            let address = whole["contact"]["emails"][0].as_str().unwrap_or_default();
            let email = warmpath_core::contact::Email::parse(address).map_err(|e| e.to_string())?;
            let warning = email.domain_warning().ok_or("no warning")?;
            let shown = text.contains(&warning.ascii) && text.contains(&warning.unicode);
            let warned = text.contains("Letters of several scripts");
            Verdict::when(shown && warned, format!("both forms: {shown}, warning: {warned}"))
        }
        _ => return Ok(None),
    }))
}

/// To the server of a witness, and into a folder where it is read as a reader does.
struct Both(SmtpMailer, OutboxFolder);

#[async_trait]
impl Mailer for Both {
    async fn send(&self, message: &Message) -> Delivery {
        self.1.send(message).await;
        self.0.send(message).await
    }
}

/// A value in a subject, a name or a text, and the mails that come of it.
pub(crate) async fn play(program: &Program, case: &Case, input: &Value) -> Result<Verdict, Gap> {
    let witness = CaptureServer::start(Behaviour::Accept).await.map_err(|e| e.to_string())?;
    let folder = tempfile::tempdir().unwrap();
    let outbox = OutboxFolder::open(folder.path()).unwrap();
    let smtp = SmtpMailer::new(SmtpConfig {
        host: "127.0.0.1".to_owned(),
        port: witness.address().port(),
        security: Security::PlainOnLoopback,
        credentials: None,
        hello: "localhost".to_owned(),
        timeouts: SmtpTimeouts::default(),
        extra_root_pem: None,
    })
    .unwrap();
    let both = Captured::and(Box::new(Both(smtp, outbox.clone())));
    program.set_house(House::with(&program.seed, true, both, None).await);
    let text = input["text"].as_str().or(input.as_str()).unwrap_or_default();
    let (status, taken) = match input["field"].as_str() {
        Some("subject") => as_workspace_name(program, text).await?,
        Some("display_name") => as_name(program, text).await?,
        _ => as_thanks(program, text).await?,
    };
    let accepted = if taken { 202 } else { status };
    if !case.status.contains(&accepted) {
        return Ok(Verdict::Broken(format!("answered {status}, expected {:?}", case.status)));
    }
    work(&program.house()).await?;
    let sessions = witness.sessions();
    if !taken {
        return Ok(Verdict::when(sessions.is_empty(), "a mail went out"));
    }
    if sessions.is_empty() {
        return Ok(Verdict::Broken("no mail went out".to_owned()));
    }
    let faults: Vec<String> = sessions.iter().filter_map(session).collect();
    if let Some(fault) = faults.first() {
        return Ok(Verdict::Broken(fault.clone()));
    }
    Ok(shown(&outbox, input, text))
}

/// The name of the workspace stands in the subject of the prospect's receipt.
async fn as_workspace_name(program: &Program, text: &str) -> Result<(u16, bool), Gap> {
    let way = &program.seed.a.ways["admin"];
    let form = page(program, "/settings").await?.text();
    let mut fields = vec![("csrf", way.csrf.clone()), ("name", text.to_owned())];
    for name in ["trade", "legal_name", "address", "privacy_contact", "country", "zone"] {
        fields.push((name, plain(&value_of(&form, name).unwrap_or_default())));
    }
    fields.push(("language", "en".to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let request = Request::new("POST", "/settings").form(&fields);
    let request = request.header("Cookie", &way.cookie).header("Origin", program.house().origin());
    let answer = program.deliver(request).await?;
    let taken = answer.status == 303;
    if taken {
        say_yes(program, &format!("/a/{}", program.seed.tokens["valid"])).await?;
    }
    Ok((answer.status, taken))
}

/// The person's name stands in every mail to them.
async fn as_name(program: &Program, text: &str) -> Result<(u16, bool), Gap> {
    let way = &program.seed.a.ways["admin"];
    let mut body = honest();
    body["contact"]["name"] = text.into();
    let request = Request::new("POST", "/v1/referrals").json(&body);
    let request = request.header("Authorization", format!("Bearer {}", way.key));
    let answer = program.deliver(request).await?;
    let taken = answer.status == 202;
    if taken {
        let receipt = answer.json().map_err(|error| error.to_string())?;
        let url = receipt["answer_url"].as_str().unwrap_or_default().to_owned();
        say_yes(program, &url.replace(&program.house().origin(), "")).await?;
    }
    Ok((answer.status, taken))
}

/// Thanks are the one mail whose text a person writes.
async fn as_thanks(program: &Program, text: &str) -> Result<(u16, bool), Gap> {
    let way = &program.seed.a.ways["revops"];
    let target = format!("/thanks/{}", program.seed.a.objects["routed"]);
    let line = "That talk about the close was worth a lot to us.";
    let fields = [("csrf", way.csrf.as_str()), ("personal", line), ("text", text)];
    let request = Request::new("POST", &target).form(&fields);
    let request = request.header("Cookie", &way.cookie).header("Origin", program.house().origin());
    let answer = program.deliver(request).await?;
    Ok((answer.status, answer.status == 303))
}

/// The prospect answers on the page.
pub(crate) async fn say_yes(program: &Program, target: &str) -> Result<Response, Gap> {
    let form = program.deliver(Request::new("GET", target)).await?;
    let nonce = value_of(&form.text(), "nonce").ok_or(format!("no nonce at {target}"))?;
    let body = format!("answer=yes&channel=email&nonce={}", encode(&nonce));
    let request = Request::new("POST", target)
        .body("application/x-www-form-urlencoded", body)
        .header("Origin", program.house().origin());
    let answer = program.deliver(request).await?;
    if answer.status == 200 { Ok(answer) } else { Err(format!("the yes got {}", answer.status)) }
}

/// What is wrong with one session, as the server saw it.
fn session(session: &Session) -> Option<String> {
    let count = |verb: &str| {
        session.commands.iter().filter(|line| line.to_uppercase().starts_with(verb)).count()
    };
    let (froms, recipients, bodies) = (count("MAIL FROM:"), count("RCPT TO:"), count("DATA"));
    if (froms, recipients, bodies) != (1, 1, 1) || session.bodies.len() != 1 {
        return Some(format!("the server heard {:?}", session.commands));
    }
    let from =
        session.commands.iter().find(|line| line.to_uppercase().starts_with("MAIL FROM:"))?;
    if !from.contains("<us@corvane.example>") {
        return Some(from.clone());
    }
    let mail = String::from_utf8_lossy(&session.bodies[0]).into_owned();
    let head = mail.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
    let mut seen = Vec::new();
    for line in head.split("\r\n") {
        let Some((name, value)) = line.split_once(':') else {
            return Some(format!("a line of the head is no header: {line:?}"));
        };
        let name = name.to_lowercase();
        if !HEADERS.contains(&name.as_str()) || seen.contains(&name) {
            return Some(format!("a header that is not of the template: {line:?}"));
        }
        let addresses = value.matches('@').count();
        if matches!(name.as_str(), "from" | "to" | "reply-to") && addresses != 1 {
            return Some(format!("{addresses} addresses: {line:?}"));
        }
        if name == "from" && !value.contains("us@corvane.example") {
            return Some(format!("not from us: {line:?}"));
        }
        seen.push(name);
    }
    mail.to_lowercase().contains("content-type: text/html").then(|| "a part is HTML".to_owned())
}

/// The reader sees the words as they were written, as text.
fn shown(outbox: &OutboxFolder, input: &Value, text: &str) -> Verdict {
    let mut all = String::new();
    for entry in outbox.list(None, 50).unwrap() {
        let mail = outbox.read(&entry.name).unwrap();
        if mail.html.is_some() {
            return Verdict::Broken("a mail has an HTML part".to_owned());
        }
        all.push_str(&format!("{}\n{}\n", mail.subject, mail.text));
    }
    // Of a name only the page tells members; the person reads it in the receipt.
    let lines = if input.is_string() { text } else { text.trim() };
    let all = all.replace('\r', "");
    let missing = lines
        .replace('\r', "\n")
        .lines()
        .find(|line| {
            let line = line.trim();
            !line.is_empty() && !all.contains(line)
        })
        .map(str::to_owned);
    match missing {
        None => Verdict::Held,
        Some(line) => Verdict::Broken(format!("not shown as written: {line:?}")),
    }
}
