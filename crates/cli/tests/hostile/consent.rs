//! The prospect's answer page and the way back.

use std::time::{Duration, Instant};

use warmpath_app::rows::ConsentRow;
use warmpath_store::table::{consent, ledger};
use warmpath_testkit::client::{Request, Response};
use warmpath_testkit::hostile::{Gap, Verdict};

use crate::adapter::Program;
use crate::alike;
use crate::check::work;

const MAILBOX: &str = "p.raman@northmere.example";

/// What the page says when the answer on record is this.
const SAID: [(&str, &str); 2] =
    [("yes", "You will hear from one person"), ("no", "Thank you for saying so")];

pub(crate) async fn check(
    program: &Program,
    sentence: &str,
    seen: &[Response],
) -> Result<Option<Verdict>, Gap> {
    let row = asked(program, "consent").await?;
    let pending = || Verdict::when(row.state.as_str() == "pending", row.state.as_str());
    Ok(Some(match sentence {
        "consent stays pending after any number of GETs; link still usable" => {
            let page = shown(program).await?;
            let usable = page.status == 200 && page.text().contains("name=\"nonce\"");
            if usable { pending() } else { Verdict::Broken("the link is used up".to_owned()) }
        }
        "no state change, no session cookie, no personal data beyond what the link holder needs" => {
            let cookie = seen.iter().any(|answer| answer.header("set-cookie").is_some());
            let told = seen.iter().any(|answer| answer.text().contains(MAILBOX));
            if cookie || told {
                Verdict::Broken(format!("cookie: {cookie}, mailbox: {told}"))
            } else {
                pending()
            }
        }
        "a query parameter never decides"
        | "a scanner that posts blindly does not grant: the nonce from the page is needed"
        | "no role can set another person's consent to granted; staff can only record evidence, \
           marked as such, for review" => pending(),
        "one decision in the ledger; second shows the recorded decision"
        | "exactly one decision wins and both answers show that one" => {
            one_decision(program, &row, seen).await?
        }
        "page offers to ask for a new link; shows no personal data" => {
            let page = seen.first().map(Response::text).unwrap_or_default();
            let offers = page.contains("a new one");
            let names = ["Ivo", "Wolny", "northmere", "halden"].iter().any(|w| page.contains(w));
            Verdict::when(offers && !names, format!("offers: {offers}, names: {names}"))
        }
        "same page and timing class for every invalid token" => invalid(program, seen).await?,
        "declined stays declined; only a fresh request can ask again, and not before the cooling \
         period" => {
            let page = shown(program).await?;
            let good = row.state.as_str() == "refused" && page.status == 410;
            Verdict::when(good, format!("{}, then {}", row.state, page.status))
        }
        "withdrawal works as easily as consent; outstanding jobs for the person are cancelled \
         before their next send" => stopped(program, &row).await?,
        "GET changes nothing; POST without cookie or page nonce works (mail clients send it)" => {
            let row = asked(program, "withdrawn").await?;
            Verdict::when(row.state.as_str() == "withdrawn", row.state.as_str())
        }
        "page says which address it was sent to in masked form only; a \"not me\" button exists" => {
            let page = seen.last().map(Response::text).unwrap_or_default();
            let masked = page.contains("p…n@northmere.example") && !page.contains(MAILBOX);
            let button = page.contains("value=\"not_me\"");
            Verdict::when(masked && button, format!("masked: {masked}, not me: {button}"))
        }
        sentence if sentence.starts_with("page has Referrer-Policy no-referrer") => {
            quiet(program).await?
        }
        _ => return Ok(None),
    }))
}

/// The consent that the valid link asks for; or that of the routed referral.
async fn asked(program: &Program, which: &str) -> Result<ConsentRow, Gap> {
    let (house, a) = (program.house(), &program.seed.a);
    let db = house.app.db();
    let id = match which {
        "consent" => a.objects["consent"].parse().unwrap(),
        _ => {
            let referral = a.objects["routed"].parse().unwrap();
            let row = warmpath_store::table::referral::referral(db, a.id, referral).await;
            row.unwrap().unwrap().consent.unwrap()
        }
    };
    let row = consent::consent(db, a.id, id).await.map_err(|error| error.to_string())?;
    row.ok_or_else(|| "no consent".to_owned())
}

async fn shown(program: &Program) -> Result<Response, Gap> {
    let target = format!("/a/{}", program.seed.tokens["valid"]);
    program.deliver(Request::new("GET", &target)).await
}

async fn one_decision(
    program: &Program,
    row: &ConsentRow,
    seen: &[Response],
) -> Result<Verdict, Gap> {
    let house = program.house();
    let about = row.id.to_string();
    let entries = ledger::about(house.app.db(), program.seed.a.id, &about, 50).await.unwrap();
    let answers = entries.iter().filter(|entry| entry.kind == "consent.answered").count();
    let said = SAID.iter().find(|(answer, _)| *answer == row.answer).map_or("nothing", |s| s.1);
    let both = seen.iter().all(|answer| answer.text().contains(said));
    Ok(Verdict::when(answers == 1 && both, format!("{answers} answers; all say it: {both}")))
}

/// Nothing reaches the person any more.
async fn stopped(program: &Program, row: &ConsentRow) -> Result<Verdict, Gap> {
    let house = program.house();
    work(&house).await?;
    let told = house.mails.letters().iter().any(|mail| mail.to == MAILBOX);
    let good = row.state.as_str() == "withdrawn" && !told;
    Ok(Verdict::when(good, format!("{}, written to: {told}", row.state)))
}

/// The page tells nobody where it is and asks nobody else for anything.
async fn quiet(program: &Program) -> Result<Verdict, Gap> {
    let page = shown(program).await?;
    let header = |name: &str| page.header(name).unwrap_or_default().to_owned();
    let text = page.text();
    let origin = program.house().origin();
    let foreign = ["src=\"http", "href=\"http", "url(http", "action=\"http"]
        .iter()
        .flat_map(|start| text.split(start).skip(1).map(|rest| format!("http{rest}")))
        .any(|address| !address.starts_with(&origin));
    let logged = program.house().log().contains(&program.seed.tokens["valid"]);
    let good = header("referrer-policy") == "no-referrer" && header("cache-control") == "no-store";
    let good = good && !foreign && !logged && page.status == 200;
    Ok(Verdict::when(good, format!("foreign: {foreign}, logged: {logged}")))
}

/// The page for this token is the one for a token that never was, given in the same time.
async fn invalid(program: &Program, seen: &[Response]) -> Result<Verdict, Gap> {
    let last = seen.last().ok_or("nothing was answered")?;
    if last.header("x-request-id").is_none() && last.body.is_empty() {
        // It never reached us: what is no HTTP has no page.
        return Ok(Verdict::Held);
    }
    let page = shown(program).await?;
    if (last.status, &last.body) == (page.status, &page.body) {
        // Another spelling of the very same token: every client decodes it.
        return Ok(Verdict::Held);
    }
    let never = format!("/a/{}", "k".repeat(64));
    let control = program.deliver(Request::new("GET", &never)).await?;
    if (last.status, &last.body) != (control.status, &control.body) {
        return Ok(Verdict::Broken(format!("another page: {} {}", last.status, last.text())));
    }
    let sent = program.memory.lock().unwrap().sent.last().cloned();
    let (_, target, _) = sent.ok_or("nothing was sent")?;
    let time = async |target: &str| -> Result<Duration, Gap> {
        let start = Instant::now();
        program.deliver(Request::new("GET", target)).await?;
        Ok(start.elapsed())
    };
    for _ in 0..4 {
        let (mut probe, mut other) = (Vec::new(), Vec::new());
        for _ in 0..20 {
            probe.push(time(&target).await?);
            other.push(time(&never).await?);
        }
        if alike::same_time(&mut probe, &mut other) {
            return Ok(Verdict::Held);
        }
    }
    Ok(Verdict::Broken("the time tells this token from others".to_owned()))
}
