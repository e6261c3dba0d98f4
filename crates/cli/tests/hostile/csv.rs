//! Files of rows: what is taken, and what is said of the rest.

use serde_json::Value;
use warmpath_testkit::client::{Request, Response, encode};
use warmpath_testkit::hostile::{Gap, Verdict};

use crate::adapter::Program;
use crate::check::{errors, get, new_referrals, page, work};
use crate::state;

pub(crate) async fn check(
    program: &Program,
    sentence: &str,
    seen: &[Response],
) -> Result<Option<Verdict>, Gap> {
    let last = seen.last().ok_or("nothing was answered")?;
    let said = errors(last);
    let run = if last.status < 400 { Some(run(program, last).await?) } else { None };
    let count = new_referrals(program);
    let codes = run.as_ref().map(codes).unwrap_or_default();
    let broken = |what: &str| format!("{what}: {} {said} {codes:?}, {count} taken", last.status);
    Ok(Some(match sentence {
        "1 row imported" | "header recognised despite the BOM" => {
            Verdict::when(count == 1 && codes.is_empty(), broken("not one row"))
        }
        "0 rows, said so" => Verdict::when(count == 0 && said.contains("no_rows"), broken("zero")),
        "unknown columns named" => {
            let named = said.contains("is_admin") && said.contains("workspace_id");
            Verdict::when(named, broken("not named"))
        }
        "rows 2 and 3 in error" => {
            let lines: Vec<i64> = codes.iter().map(|(line, _)| *line).collect();
            Verdict::when(lines == [2, 3] && count == 0, broken("not 2 and 3"))
        }
        "no silent swallowing of later rows" => {
            let told = last.status >= 400 || codes.len() + usize::try_from(count).unwrap() >= 2;
            Verdict::when(told, broken("a row was swallowed"))
        }
        "round-trips byte-equal through export" => round_trip(program).await?,
        "message says which encoding is expected" => {
            Verdict::when(said.contains("UTF-8"), broken("no encoding named"))
        }
        "never stored as mojibake without a warning" => warned(program, last, run.as_ref()).await?,
        "delimiter detected or a clear message" => {
            Verdict::when(count == 1 || said.len() > 4, broken("neither"))
        }
        "one contact, two rows reported as duplicates of row 2" => {
            let of = |code: &str| codes.iter().filter(|(_, c)| c == code).count();
            Verdict::when(count == 1 && of("row_repeated") == 2, broken("duplicates"))
        }
        "9 imported, row 7 in error; second upload of the same file imports 0" => {
            let first = count == 9 && codes.iter().map(|c| c.0).eq([7]);
            let again = again(program).await?;
            self::run(program, &again).await?;
            let second = new_referrals(program);
            Verdict::when(first && second == 9, broken(&format!("then {second}")))
        }
        "export writes a leading single quote inside quotes; API returns the original text" => {
            formulas(program).await?
        }
        "limit stated in the answer" => {
            let states = said.contains("100000") || said.contains("100,000") || said.contains("MB");
            Verdict::when(states, broken("no limit"))
        }
        "name ignored" => {
            let names = state::column(
                &program.house().file,
                "SELECT file_name FROM import_run WHERE file_name LIKE '%..%' OR file_name LIKE '%/%'",
            );
            Verdict::when(names.is_empty(), format!("{names:?}"))
        }
        _ => return Ok(None),
    }))
}

/// The import that an answer tells of, when the worker has run it.
async fn run(program: &Program, answer: &Response) -> Result<Value, Gap> {
    work(&program.house()).await?;
    let id =
        answer.json().map_err(|e| e.to_string())?["id"].as_str().unwrap_or_default().to_owned();
    let whole = get(program, &format!("/v1/imports/{id}")).await?;
    whole.json().map_err(|error| error.to_string())
}

/// Line and code of every refused row.
fn codes(run: &Value) -> Vec<(i64, String)> {
    let rows = run["errors"].as_array().into_iter().flatten();
    rows.map(|row| {
        (row["line"].as_i64().unwrap_or(0), row["code"].as_str().unwrap_or_default().to_owned())
    })
    .collect()
}

/// The same file once more.
async fn again(program: &Program) -> Result<Response, Gap> {
    let (_, target, body) = program.memory.lock().unwrap().sent[0].clone();
    let way = &program.seed.a.ways["admin"];
    let request = Request::new("POST", &target).body("text/csv", body);
    program.deliver(request.header("Authorization", format!("Bearer {}", way.key))).await
}

/// The referral of a mailbox, whole.
pub(crate) async fn of_mailbox(program: &Program, email: &str) -> Result<Value, Gap> {
    let target = format!("/v1/referrals?q={}", encode(email));
    let list = get(program, &target).await?.json().map_err(|e| e.to_string())?;
    let id = list["data"][0]["id"].as_str().unwrap_or_default().to_owned();
    let whole = get(program, &format!("/v1/referrals/{id}")).await?;
    whole.json().map_err(|error| error.to_string())
}

async fn round_trip(program: &Program) -> Result<Verdict, Gap> {
    let sent = program.memory.lock().unwrap().sent[0].2.clone();
    let wanted = crate::export::cells(&sent);
    let whole = of_mailbox(program, &wanted[4]).await?;
    let (name, company, context) = (&wanted[5], &wanted[6], &wanted[7]);
    let kept = whole["contact"]["name"] == **name
        && whole["contact"]["company"] == **company
        && whole["words"]["context"] == **context;
    let table = page(program, "/referrals.csv").await?.body;
    let cells = crate::export::cells(&table);
    let out = cells.contains(name) && cells.iter().any(|cell| cell.contains(company.as_str()));
    Ok(Verdict::when(kept && out, format!("{whole}; in the table: {out}")))
}

async fn warned(program: &Program, last: &Response, run: Option<&Value>) -> Result<Verdict, Gap> {
    let Some(run) = run else {
        return Ok(Verdict::when(errors(last).len() > 4, "no word on it"));
    };
    let named = run["encoding"] != "utf-8";
    let sent = program.memory.lock().unwrap().sent[0].2.clone();
    let email = String::from_utf8_lossy(&sent).lines().nth(1).unwrap_or_default().to_owned();
    let email = email.split(',').next().unwrap_or_default().to_owned();
    let stored = of_mailbox(program, &email).await?["contact"]["name"].clone();
    let good = stored.as_str().is_some_and(|name| !name.contains('\u{fffd}'));
    Ok(Verdict::when(named && good, format!("{} as {stored}", run["encoding"])))
}

async fn formulas(program: &Program) -> Result<Verdict, Gap> {
    let sent = program.memory.lock().unwrap().sent[0].2.clone();
    let wanted = crate::export::cells(&sent);
    let table = page(program, "/referrals.csv").await?.body;
    if let Some(live) = crate::export::live(&crate::export::cells(&table)) {
        return Ok(Verdict::Broken(format!("the export holds {live}")));
    }
    for at in (4..wanted.len()).step_by(4) {
        let whole = of_mailbox(program, &wanted[at]).await?;
        let kept =
            [&whole["contact"]["name"], &whole["contact"]["company"], &whole["words"]["context"]];
        for (kept, wanted) in kept.iter().zip(&wanted[at + 1..at + 4]) {
            if kept.as_str().map(str::trim) != Some(wanted.trim()) {
                return Ok(Verdict::Broken(format!("{kept} instead of {wanted}")));
            }
        }
    }
    Ok(Verdict::when(new_referrals(program) == 2, "not both rows were taken"))
}
