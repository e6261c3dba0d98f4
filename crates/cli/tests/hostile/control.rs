//! Honest input that looks odd: taken, kept as sent, shown as sent.

use serde_json::Value;
use warmpath_core::export::unguard;
use warmpath_testkit::client::Response;
use warmpath_testkit::hostile::{Gap, Verdict};

use crate::adapter::Program;
use crate::check::{page, referral};

pub(crate) async fn check(
    program: &Program,
    sentence: &str,
    seen: &[Response],
) -> Result<Option<Verdict>, Gap> {
    if !sentence.starts_with("stored and returned exactly as sent") {
        return Ok(None);
    }
    let last = seen.last().ok_or("nothing was answered")?;
    let body = program.memory.lock().unwrap().sent.last().cloned().unwrap_or_default().2;
    let sent: Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
    let whole = referral(program, last).await?;
    let contact = &sent["contact"];
    for (what, kept, wanted) in [
        ("name", &whole["contact"]["name"], &contact["name"]),
        ("company", &whole["contact"]["company"], &contact["company"]),
        ("email", &whole["contact"]["emails"][0], &contact["email"]),
        ("context", &whole["words"]["context"], &sent["context"]),
    ] {
        if kept != wanted {
            return Ok(Some(Verdict::Broken(format!("{what} is {kept}, sent was {wanted}"))));
        }
    }
    let id = whole["id"].as_str().unwrap_or_default();
    let html = page(program, &format!("/referrals/{id}")).await?.text();
    let name = contact["name"].as_str().unwrap_or_default();
    if !plain(&html).contains(name) {
        return Ok(Some(Verdict::Broken("the page does not show the name".to_owned())));
    }
    let context = sent["context"].as_str().unwrap_or_default();
    let first = context.lines().next().unwrap_or_default().trim();
    if !plain(&html).contains(first) {
        return Ok(Some(Verdict::Broken("the page does not show the words".to_owned())));
    }
    let table = page(program, "/referrals.csv").await?.body;
    let rows = crate::export::cells(&table);
    let found = rows.iter().any(|cell| unguard(cell) == name);
    Ok(Some(Verdict::when(found, "the CSV does not hold the name")))
}

/// The text of a page as a reader sees it.
pub(crate) fn plain(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}
