//! The rules that hold after every case: nothing personal in the log, the ledger verifies, nothing
//! went out that the outcome forbids, and every refusal is a page or a problem of ours.

use warmpath_app::export_ledger;
use warmpath_ledger::{Options, verify};
use warmpath_testkit::client::Response;
use warmpath_testkit::hostile::{Case, Gap, Outcome, Verdict};

use crate::adapter::Program;
use crate::house::House;

/// Headers that every answer of ours carries.
const SECURITY: [&str; 5] = [
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "x-frame-options",
    "cache-control",
];

pub(crate) async fn judge(
    program: &Program,
    case: &Case,
    seen: &[Response],
) -> Result<Verdict, Gap> {
    if matches!(case.group(), "config" | "ledger") {
        return Ok(Verdict::Held);
    }
    let house = program.house();
    house.worker.until_idle().await.map_err(|error| error.to_string())?;
    let mut faults = Vec::new();
    for answer in seen {
        faults.extend(shape(answer));
    }
    faults.extend(log(program, &house));
    faults.extend(mails(program, &house, case, seen));
    for tenant in [&program.seed.a, &program.seed.b] {
        faults.extend(ledger(&house, tenant.id).await);
    }
    let alive = program.client().get("/healthz").await;
    if !alive.is_ok_and(|answer| answer.status == 200) {
        faults.push("the program does not answer any more".to_owned());
    }
    faults.dedup();
    Ok(if faults.is_empty() { Verdict::Held } else { Verdict::Broken(faults.join("; ")) })
}

/// Every answer has our headers; every refusal says what it is.
fn shape(answer: &Response) -> Option<String> {
    // What is no HTTP never reaches us: the server answers with a bare status and closes.
    let bare = answer.body.is_empty() && answer.header("x-request-id").is_none();
    if bare && matches!(answer.status, 0 | 400 | 414 | 431) {
        return None;
    }
    let missing = SECURITY.iter().find(|name| answer.header(name).is_none());
    if let Some(name) = missing {
        return Some(format!("an answer {} without {name}", answer.status));
    }
    if answer.status < 400 {
        return None;
    }
    let kind = answer.header("content-type").unwrap_or_default();
    let ours = kind.starts_with("application/problem+json") || kind.starts_with("text/html");
    (!ours).then(|| format!("a refusal {} as “{kind}”", answer.status))
}

/// Searches the log for what the case carried: addresses, names, words, secrets.
fn log(program: &Program, house: &House) -> Vec<String> {
    let log = house.log();
    let memory = program.memory.lock().unwrap();
    let mut words = memory.secrets.clone();
    for (_, _, body) in &memory.sent {
        words.extend(personal(&String::from_utf8_lossy(body)));
    }
    for way in program.seed.a.ways.values() {
        words.extend([way.key.clone(), way.member.email.clone(), way.member.name.clone()]);
    }
    for name in ["known_email", "suppressed_email"] {
        words.push(program.seed.a.objects[name].clone());
    }
    words.extend(["Priya Raman".to_owned(), "pat.lee@".to_owned(), "Pat Lee".to_owned()]);
    let found = words.iter().filter(|word| word.len() >= 6 && log.contains(word.as_str()));
    let mut faults: Vec<String> = found.map(|word| format!("the log holds “{word}”")).collect();
    if log.contains("\"panic\"") || log.contains("panicked at") {
        faults.push("the log holds a panic".to_owned());
    }
    faults.truncate(3);
    faults
}

/// Words around an at sign, and texts of members that name or quote somebody.
fn personal(body: &str) -> Vec<String> {
    let mut words: Vec<String> = body
        .split(|c: char| c.is_whitespace() || "\"'<>,;&=()".contains(c))
        .filter(|word| word.contains('@') && word.len() < 100)
        .map(str::to_owned)
        .collect();
    if let Ok(value) = serde_json::from_str::<serde_json::Value>(body) {
        for path in ["/contact/name", "/contact/company", "/context"] {
            words.extend(value.pointer(path).and_then(|v| v.as_str()).map(str::to_owned));
        }
    }
    words
}

/// What went out, against what the outcome permits.
fn mails(program: &Program, house: &House, case: &Case, seen: &[Response]) -> Option<String> {
    let letters = house.mails.letters();
    let accepted = {
        let memory = program.memory.lock().unwrap();
        let wrote = memory.sent.iter().any(|(method, _, _)| method == "POST");
        wrote && seen.iter().any(|answer| (200..400).contains(&answer.status))
    };
    let silent = match case.outcome {
        Outcome::Reject => case.group() != "auth",
        Outcome::Quarantine => true,
        Outcome::NoEffect => case.group() != "auth" && !accepted,
        _ => false,
    };
    (silent && !letters.is_empty()).then(|| format!("{} mails went out", letters.len()))
}

/// The ledger of a workspace, exported and verified as by anybody outside.
pub(crate) async fn ledger(house: &House, id: warmpath_core::id::WorkspaceId) -> Option<String> {
    let mut export = export_ledger::of_workspace(&house.app, id).await.ok()?;
    let mut bundle = Vec::new();
    loop {
        match export.next(&house.app).await {
            Ok(Some(piece)) => bundle.extend(piece),
            Ok(None) => break,
            Err(failure) => return Some(format!("the ledger cannot be exported: {failure}")),
        }
    }
    match verify(bundle.as_slice(), &Options::default()) {
        Ok(report) if report.ok => None,
        Ok(report) => Some(format!("the ledger does not verify: {report}")),
        Err(error) => Some(format!("the ledger cannot be verified: {error}")),
    }
}
