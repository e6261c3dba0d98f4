//! Tables to take away: no cell is a formula, and what comes back is what went out.

use serde_json::Value;
use warmpath_core::export::{Cell, guard, unguard};
use warmpath_testkit::client::Request;
use warmpath_testkit::hostile::{Case, Gap, Verdict};

use crate::adapter::{Program, honest};
use crate::check::{get, page, work};
use crate::email::say_yes;

/// Where a text of a caller can stand in a table, by its place in a hand-over.
const FIELDS: [&str; 4] = ["/contact/name", "/contact/title", "/contact/company", "/context"];

/// Every table there is to take away.
const TABLES: [&str; 4] =
    ["/referrals.csv", "/referrals/crm.csv", "/members/members.csv", "/insights.csv?part=stages"];

/// All cells of a table, row by row.
pub(crate) fn cells(bytes: &[u8]) -> Vec<String> {
    let mut reader =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let rows = reader.records().map(Result::unwrap);
    rows.flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The first cell that a spreadsheet would run.
pub(crate) fn live(cells: &[String]) -> Option<&String> {
    cells.iter().find(|cell| {
        // A number has its own type and needs no mark.
        cell.parse::<f64>().is_err() && cell.split(['\n', '\r']).any(is_formula)
    })
}

fn is_formula(line: &str) -> bool {
    let blank = |c: char| c.is_whitespace() || matches!(c, '\u{a0}' | '\u{feff}' | '\u{200b}');
    // A cell that begins with a tab or a return is one by itself.
    line.starts_with(['\t', '\r'])
        || line.trim_start_matches(blank).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

pub(crate) async fn play(program: &Program, case: &Case, input: &Value) -> Result<Verdict, Gap> {
    let value = input.as_str().unwrap_or_default();
    let guarded = Cell::Text(value).render().into_owned();
    if guarded.split(['\n', '\r']).any(is_formula) {
        return Ok(Verdict::Broken(format!("a text becomes the cell {guarded:?}")));
    }
    if unguard(&guarded) != value {
        return Ok(Verdict::Broken(format!("{guarded:?} does not come back as {value:?}")));
    }
    let numbers = Cell::Decimal { units: -1250, places: 2 }.render();
    if numbers != "-12.50" {
        return Ok(Verdict::Broken(format!("a number becomes {numbers:?}")));
    }
    match case.file.contains("numbers-keep") {
        true => comes_back(program, value).await,
        false => goes_out(program, value).await,
    }
}

async fn submit(program: &Program, body: &Value) -> Result<Option<Value>, Gap> {
    let way = &program.seed.a.ways["admin"];
    let request = Request::new("POST", "/v1/referrals").json(body);
    let request = request.header("Authorization", format!("Bearer {}", way.key));
    let answer = program.deliver(request).await?;
    match answer.status {
        202 => answer.json().map(Some).map_err(|error| error.to_string()),
        422 => Ok(None),
        other => Err(format!("answered {other}")),
    }
}

/// Hands over with the value in each field, takes every table, and looks at every cell.
async fn goes_out(program: &Program, value: &str) -> Result<Verdict, Gap> {
    let mut taken = Vec::new();
    for (number, field) in FIELDS.iter().enumerate() {
        let mut body = honest();
        body["contact"]["email"] = format!("cell{number}@prospect.example").into();
        body["contact"]["title"] = "Head of tables".into();
        *body.pointer_mut(field).unwrap() = value.into();
        let Some(receipt) = submit(program, &body).await? else { continue };
        let id = receipt["id"].as_str().unwrap_or_default();
        let whole = get(program, &format!("/v1/referrals/{id}")).await?;
        let whole = whole.json().map_err(|error| error.to_string())?;
        let place = if *field == "/context" { "/words/context" } else { field };
        if whole.pointer(place).and_then(Value::as_str) != Some(value) {
            return Ok(Verdict::Broken(format!("{field} came back as {:?}", whole.pointer(place))));
        }
        let url = receipt["answer_url"].as_str().unwrap_or_default();
        say_yes(program, &url.replace(&program.house().origin(), "")).await?;
        taken.push(*field);
    }
    work(&program.house()).await?;
    let mut found = false;
    for table in TABLES {
        let answer = page(program, table).await?;
        if answer.status != 200 {
            return Ok(Verdict::Broken(format!("{table} answered {}", answer.status)));
        }
        let cells = cells(&answer.body);
        if let Some(cell) = live(&cells) {
            return Ok(Verdict::Broken(format!("{table} holds {cell:?}")));
        }
        found |= cells.iter().any(|cell| unguard(cell) == value);
    }
    let shown = taken.iter().any(|field| *field != "/context");
    if shown && !found {
        return Ok(Verdict::Broken("no table holds the text".to_owned()));
    }
    // A control character that no field takes can stand in no table.
    let odd = value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    Ok(Verdict::when(!taken.is_empty() || odd, "no field took it"))
}

/// What a table holds is imported again as it was.
async fn comes_back(program: &Program, value: &str) -> Result<Verdict, Gap> {
    let is_phone = value.starts_with('+');
    let field = if is_phone { "phone" } else { "title" };
    let text = format!(
        "email,name,company,{field},context\nback@prospect.example,Pat Lee,Prospect,\"{}\",met\n",
        guard(value)
    );
    let way = &program.seed.a.ways["admin"];
    let request = Request::new("POST", "/v1/imports?kind=referrals").body("text/csv", text);
    let request = request.header("Authorization", format!("Bearer {}", way.key));
    let answer = program.deliver(request).await?;
    if answer.status != 202 {
        return Ok(Verdict::Broken(format!("the import answered {}", answer.text())));
    }
    work(&program.house()).await?;
    let whole = crate::csv::of_mailbox(program, "back@prospect.example").await?;
    let kept = if is_phone { &whole["contact"]["phones"][0] } else { &whole["contact"]["title"] };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let kept = kept.as_str().unwrap_or_default();
    let same = if is_phone { digits(kept) == digits(value) } else { kept == value };
    Ok(Verdict::when(same, format!("{value:?} came back as {kept:?}")))
}
