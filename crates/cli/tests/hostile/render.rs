//! Texts of strangers in a browser: wherever they are shown they are text, and nothing runs, loads or
//! asks.

use serde_json::Value;
use warmpath_testkit::browser::{Browser, Page};
use warmpath_testkit::client::Request;
use warmpath_testkit::hostile::{Case, Gap, Verdict};

use crate::adapter::{Program, honest};
use crate::check::{page, work};
use crate::email::say_yes;
use crate::seed::token_in;

/// Hands over with this context and opens every page that shows it.
pub(crate) async fn play(program: &Program, case: &Case, input: &Value) -> Result<Verdict, Gap> {
    let text = input.as_str().ok_or("no text")?;
    let way = &program.seed.a.ways["admin"];
    let mut body = honest();
    body["context"] = input.clone();
    body["need"] = input.clone();
    let sent = Request::new("POST", "/v1/referrals").json(&body);
    let sent = sent.header("Authorization", format!("Bearer {}", way.key));
    let answer = program.deliver(sent).await?;
    if answer.status == 422 {
        // One line takes no line breaks: only the words do.
        body["need"] = Value::Null;
        body.as_object_mut().unwrap().remove("need");
    }
    let answer = if answer.status == 422 {
        let sent = Request::new("POST", "/v1/referrals").json(&body);
        program.deliver(sent.header("Authorization", format!("Bearer {}", way.key))).await?
    } else {
        answer
    };
    if answer.status != 202 {
        return Ok(Verdict::Broken(format!("{}: {}", case.id, answer.text())));
    }
    let receipt = answer.json().map_err(|error| error.to_string())?;
    let url = |name: &str| receipt[name].as_str().unwrap_or_default().to_owned();
    let id = url("id");
    let origin = program.house().origin();
    let outside = [
        format!("/a/{}", token_in(&url("answer_url"))),
        format!("/s/{}", token_in(&url("status_url"))),
    ];
    if let Some(fault) = visit(program, "", &outside, text).await? {
        return Ok(Verdict::Broken(fault));
    }
    say_yes(program, &url("answer_url").replace(&origin, "")).await?;
    work(&program.house()).await?;
    let inside =
        [format!("/referrals/{id}"), format!("/referrals/{id}/words"), format!("/thanks/{id}")];
    if let Some(fault) = visit(program, &way.cookie, &inside, text).await? {
        return Ok(Verdict::Broken(fault));
    }
    let owner = program.seed.a.ways["sdr"].cookie.clone();
    if let Some(fault) = visit(program, &owner, &["/inbox".to_owned()], "").await? {
        return Ok(Verdict::Broken(fault));
    }
    for table in ["/referrals.csv", "/referrals/crm.csv"] {
        let cells = crate::export::cells(&page(program, table).await?.body);
        if let Some(cell) = crate::export::live(&cells) {
            return Ok(Verdict::Broken(format!("{table} holds {cell:?}")));
        }
    }
    Ok(Verdict::Held)
}

/// Opens pages as somebody; what went wrong on one of them.
async fn visit(
    program: &Program,
    cookie: &str,
    paths: &[String],
    text: &str,
) -> Result<Option<String>, Gap> {
    let broken = |error: warmpath_testkit::browser::BrowserError| error.to_string();
    let browser = program.browser.get_or_try_init(Browser::start).await.map_err(broken)?;
    let tab = browser.visitor().await.map_err(broken)?;
    let origin = program.house().origin();
    if let Some((name, value)) = cookie.split_once('=') {
        tab.set_cookie(&origin, name, value).await.map_err(broken)?;
    }
    let mut shown = text.is_empty();
    for path in paths {
        let status = tab.goto(&format!("{origin}{path}")).await.map_err(broken)?;
        if status != 200 {
            return Ok(Some(format!("{path} answered {status}")));
        }
        let found = tab.take_findings();
        if !found.is_empty() {
            return Ok(Some(format!("{path}: {found}")));
        }
        if let Some(element) = element(&tab, text).await? {
            return Ok(Some(format!("{path} holds {element}")));
        }
        shown |= reads(&tab, text).await?;
    }
    Ok((!shown).then(|| format!("no page shows {text:?} as it was written")))
}

/// An element or attribute that only the text could have brought.
async fn element(tab: &Page, text: &str) -> Result<Option<String>, Gap> {
    let marks = "[onerror],[onload],[onclick],[onmouseover],[onfocus],[srcdoc],base,iframe,object,\
                 embed,math,template[shadowrootmode],[href^='javascript' i],[href^='data:' i],\
                 [src^='data:text' i],[src*='x.test'],[href*='x.test'],[action*='x.test'],\
                 meta[http-equiv='refresh' i],[style*='x.test'],body style";
    // Signs of the text itself, where it names an attribute of the page's own script.
    let own = ["hx-get", "hx-post", "data-hx-post", "data-hx-get", "hx-on"];
    let own: Vec<String> = own
        .iter()
        .filter(|name| text.contains(*name))
        .flat_map(|name| {
            let value = text.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
            Some(format!("[{name}='{value}']"))
        })
        .collect();
    let marks = [vec![marks.to_owned()], own].concat().join(",");
    let script = format!(
        "(document.querySelector({}) || {{outerHTML: ''}}).outerHTML.slice(0, 200)",
        Value::String(marks)
    );
    let found = tab.script(&script).await.map_err(|error| error.to_string())?;
    let found = found.as_str().unwrap_or_default().to_owned();
    Ok((!found.is_empty()).then_some(found))
}

/// Whether a reader sees the text: blanks are folded as a page folds them.
async fn reads(tab: &Page, text: &str) -> Result<bool, Gap> {
    let script = "document.body.textContent + ' ' + \
                  [...document.querySelectorAll('textarea, input')].map(f => f.value).join(' ')";
    let page = tab.script(script).await.map_err(|error| error.to_string())?;
    let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = fold(page.as_str().unwrap_or_default());
    Ok(text.lines().all(|line| page.contains(&fold(line))))
}
