//! Sentences of the cases, checked one by one. A sentence that nobody knows fails its case.

use serde_json::Value;
use warmpath_testkit::client::{Request, Response};
use warmpath_testkit::hostile::{Case, Gap, Verdict};

use crate::adapter::Program;
use crate::house::House;
use crate::{alike, auth, consent, control, csv, state};

/// Checks one sentence.
pub(crate) async fn check(
    program: &Program,
    sentence: &str,
    case: &Case,
    seen: &[Response],
) -> Result<Verdict, Gap> {
    let found = match case.group() {
        "api" => api(program, sentence, seen).await?,
        "auth" => auth::check(program, sentence, seen).await?,
        "consent" => consent::check(program, sentence, seen).await?,
        "control" => control::check(program, sentence, seen).await?,
        "csv" => csv::check(program, sentence, seen).await?,
        "email" => crate::email::check(program, sentence, seen).await?,
        "enum" => alike::check(program, sentence, case, seen).await?,
        "ssrf" => crate::ssrf::check(program, sentence, seen).await?,
        "tenant" => tenant(program, sentence, seen),
        "raw" => raw(program, sentence).await?,
        _ => None,
    };
    found.ok_or_else(|| format!("nobody checks “{sentence}”"))
}

/// Referrals beyond those of the seed.
pub(crate) fn new_referrals(program: &Program) -> i64 {
    let now = state::number(&program.house().file, "SELECT COUNT(*) FROM referral");
    now - state::number(&program.seed.file, "SELECT COUNT(*) FROM referral")
}

/// Gets something of the API as the admin of A.
pub(crate) async fn get(program: &Program, target: &str) -> Result<Response, Gap> {
    let way = &program.seed.a.ways["admin"];
    let request = Request::new("GET", target);
    program.deliver(request.header("Authorization", format!("Bearer {}", way.key))).await
}

/// Gets a page as the admin of A.
pub(crate) async fn page(program: &Program, target: &str) -> Result<Response, Gap> {
    let way = &program.seed.a.ways["admin"];
    program.deliver(Request::new("GET", target).header("Cookie", &way.cookie)).await
}

/// The referral that an answer tells of, whole.
pub(crate) async fn referral(program: &Program, answer: &Response) -> Result<Value, Gap> {
    let id = answer.json().map_err(|e| e.to_string())?["id"].as_str().map(str::to_owned);
    let id = id.ok_or("the answer tells of no referral")?;
    let whole = get(program, &format!("/v1/referrals/{id}")).await?;
    whole.json().map_err(|error| error.to_string())
}

pub(crate) async fn work(house: &House) -> Result<(), Gap> {
    house.worker.until_idle().await.map_err(|error| error.to_string())
}

/// A problem's fields and sentences in one text.
pub(crate) fn errors(answer: &Response) -> String {
    answer.json().map(|problem| problem["errors"].to_string()).unwrap_or_default()
}

async fn api(program: &Program, sentence: &str, seen: &[Response]) -> Result<Option<Verdict>, Gap> {
    let last = seen.last().ok_or("nothing was answered")?;
    let count = new_referrals(program);
    Ok(Some(match sentence {
        "either refused clearly or stored without the BOM" => {
            if last.status >= 400 {
                Verdict::when(errors(last).len() > 4, "the refusal names nothing")
            } else {
                let whole = referral(program, last).await?.to_string();
                Verdict::when(!whole.contains('\u{feff}'), "the BOM was stored")
            }
        }
        "error names field contact.email" => {
            Verdict::when(errors(last).contains("\"contact.email\""), errors(last))
        }
        "error states the limit" => {
            let said = errors(last).replace([',', '\u{a0}'], "");
            Verdict::when(said.contains("5000"), errors(last))
        }
        "refused before the body is fully read" => {
            let way = &program.seed.a.ways["admin"];
            let head = format!(
                "POST /v1/referrals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
                 Content-Type: application/json\r\nContent-Length: 33554432\r\n\r\n{{",
                way.key
            );
            let address = program.house().address;
            let within = std::time::Duration::from_secs(3);
            let sent = warmpath_testkit::client::raw::send(address, head.as_bytes(), within).await;
            let answer = sent.map_err(|error| error.to_string())?;
            Verdict::when(answer.status == 413, format!("waited for it: {}", answer.status))
        }
        "exactly one referral" => Verdict::when(count == 1, format!("{count} referrals")),
        "exactly one referral, one ledger entry, one mail" => {
            let (now, before) = (&program.house().file, &program.seed.file);
            let of = |file| state::entries(file, &program.seed.a, "referral.received");
            let entries = of(now) - of(before);
            work(&program.house()).await?;
            let mails = program.house().mails.letters().len();
            let good = count == 1 && entries == 1 && mails <= 1;
            Verdict::when(good, format!("{count} referrals, {entries} entries, {mails} mails"))
        }
        "first referral unchanged" => {
            let whole = referral(program, &seen[0]).await?;
            let kept = whole["words"]["context"] == crate::adapter::honest()["context"];
            Verdict::when(kept && count == 1, format!("{count} referrals: {whole}"))
        }
        "two referrals, one per tenant; no body of A shown to B" => {
            let id = seen[0].json().map_err(|e| e.to_string())?["id"].to_string();
            let leaks = last.text().contains(id.trim_matches('"'));
            Verdict::when(count == 2 && !leaks, format!("{count} referrals, A's shown: {leaks}"))
        }
        _ => return Ok(None),
    }))
}

fn tenant(program: &Program, sentence: &str, seen: &[Response]) -> Option<Verdict> {
    let house = program.house();
    let memory = program.memory.lock().unwrap();
    let denied = || {
        // Whoever has no account stands in no workspace's ledger.
        let known = seen.iter().all(|answer| answer.status != 401);
        let nobody = memory.sent.iter().all(|(_, target, _)| target.starts_with("/enter/"));
        let advocate = program.way(&memory.actor).is_none();
        let now = state::entries(&house.file, &program.seed.a, "access.denied");
        let noted = now > memory.denials_a;
        Verdict::when(noted || !known || nobody || advocate, "no denied entry")
    };
    match sentence {
        "denied entry in the audit log" => Some(denied()),
        "same as for a random id; B's row untouched; B's ledger has no entry; A's audit has a \
         denied entry" => {
            let now = state::entries(&house.file, &program.seed.b, "");
            if now != memory.entries_b {
                return Some(Verdict::Broken("B's ledger has a new entry".to_owned()));
            }
            // A parameter that does not exist names nothing that could be denied.
            let refused = seen.iter().all(|answer| matches!(answer.status, 400 | 422));
            Some(if refused { Verdict::Held } else { denied() })
        }
        _ => None,
    }
}

async fn raw(program: &Program, sentence: &str) -> Result<Option<Verdict>, Gap> {
    if sentence != "connection closed cleanly; next request on a new connection works" {
        return Ok(None);
    }
    let answer = program.deliver(Request::new("GET", "/healthz")).await?;
    Ok(Some(Verdict::when(answer.status == 200, format!("the next is {}", answer.status))))
}
