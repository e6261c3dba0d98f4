//! The first look as one page: markup, style and charts in one file, no script, nothing fetched.

use std::fmt::Write;

use super::audit::{Audit, VOUCHING_NEEDED};
use crate::strength::Tier;

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--line:#d8dee4;--ground:#fff;\
--bar:#0b6bcb;--strong:#0a7d4f;--medium:#0b6bcb;--weak:#a15c00}\
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--line:#30363d;\
--ground:#0f1419;--bar:#58a6ff;--strong:#3fb984;--medium:#58a6ff;--weak:#d9a13b}}\
body{margin:0 auto;max-width:60rem;padding:1.5rem;background:var(--ground);color:var(--ink);\
font:16px/1.5 system-ui,sans-serif}h1{font-size:1.6rem}h2{margin-top:2.5rem;font-size:1.2rem}\
p.soft,caption,th{color:var(--soft)}table{border-collapse:collapse;width:100%}\
caption{text-align:left;padding:.3rem 0}th,td{padding:.35rem .6rem .35rem 0;text-align:left;\
border-bottom:1px solid var(--line);overflow-wrap:anywhere}td.n,th.n{text-align:right;\
font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}svg text{fill:var(--ink);\
font:13px system-ui,sans-serif}.scroll{overflow-x:auto}.facts{display:flex;flex-wrap:wrap;\
gap:1rem 2rem;padding:0;list-style:none}.facts b{display:block;font-size:1.6rem}";

/// Writes the page.
#[must_use]
pub fn html(audit: &Audit) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>Your network: a first look</title>\n<style>",
    );
    page.push_str(STYLE);
    page.push_str("</style>\n</head>\n<body>\n<main>\n<h1>Your network: a first look</h1>\n");
    facts(&mut page, audit);
    tiers(&mut page, audit);
    spread(&mut page, audit);
    connectors(&mut page, audit);
    cooling(&mut page, audit);
    method(&mut page, audit);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn facts(page: &mut String, audit: &Audit) {
    let ties: usize = audit.tiers.values().sum();
    page.push_str("<ul class=\"facts\">");
    for (count, what) in [
        (audit.people, "people in touch within a year"),
        (ties, "directed ties"),
        (audit.events, "events read"),
        (audit.vouching, "pairs who would vouch for each other"),
    ] {
        push(page, format_args!("<li><b>{count}</b>{what}</li>"));
    }
    page.push_str("</ul>\n");
    let ready = if audit.vouching >= VOUCHING_NEEDED {
        format!("A programme can start: it needs {VOUCHING_NEEDED} to 30 vouching relationships.")
    } else {
        let missing = VOUCHING_NEEDED - audit.vouching;
        format!("A programme needs {VOUCHING_NEEDED} to 30 vouching relationships: {missing} more.")
    };
    push(page, format_args!("<p>{ready}</p>\n"));
    if let Some((first, last)) = audit.span {
        let (first, last, as_of) = (day(first), day(last), day(audit.as_of));
        push(
            page,
            format_args!(
                "<p class=\"soft\">Events from {first} to {last}, looked at as of {as_of} (UTC).</p>\n"
            ),
        );
    }
}

fn tiers(page: &mut String, audit: &Audit) {
    page.push_str("<h2>How soon an introduction can be expected</h2>\n");
    let most = audit.tiers.values().copied().max().unwrap_or(0).max(1);
    page.push_str(
        "<svg viewBox=\"0 0 640 120\" role=\"img\" aria-label=\"Ties by tier; the table below has \
         the same numbers\">",
    );
    for (row, tier) in [Tier::Strong, Tier::Medium, Tier::Weak].into_iter().enumerate() {
        let count = audit.tiers.get(&tier).copied().unwrap_or(0);
        let (width, y, word) = (count * 440 / most, row * 38 + 8, tier.word());
        push(
            page,
            format_args!(
                "<text x=\"0\" y=\"{}\">{word}</text><rect x=\"90\" y=\"{y}\" width=\"{width}\" \
             height=\"26\" rx=\"3\" fill=\"var(--{word})\"/><text x=\"{}\" y=\"{}\">{count}</text>",
                y + 18,
                width + 100,
                y + 18,
            ),
        );
    }
    page.push_str(
        "</svg>\n<div class=\"scroll\"><table><thead><tr><th>Tier</th><th>Promise</th>\
                   <th class=\"n\">Ties</th></tr></thead><tbody>",
    );
    for tier in [Tier::Strong, Tier::Medium, Tier::Weak] {
        let count = audit.tiers.get(&tier).copied().unwrap_or(0);
        push(
            page,
            format_args!(
                "<tr><td>{}</td><td>{}</td><td class=\"n\">{count}</td></tr>",
                tier.word(),
                tier.promise()
            ),
        );
    }
    push(
        page,
        format_args!(
            "</tbody></table></div>\n<p class=\"soft\">Everybody else is a gap: unknown, {}. The \
         promises are checked against what happens once asks have outcomes; there are none \
         yet.</p>\n",
            Tier::Gap.promise()
        ),
    );
}

fn spread(page: &mut String, audit: &Audit) {
    page.push_str("<h2>How likely people answer within a week</h2>\n");
    let most = audit.spread.iter().copied().max().unwrap_or(0).max(1);
    page.push_str(
        "<svg viewBox=\"0 0 640 190\" role=\"img\" aria-label=\"Ties by probability of an answer\">",
    );
    for (step, &count) in audit.spread.iter().enumerate() {
        let (height, x) = (count * 130 / most, step * 62 + 10);
        push(
            page,
            format_args!(
                "<rect x=\"{x}\" y=\"{}\" width=\"50\" height=\"{height}\" rx=\"3\" \
             fill=\"var(--bar)\"/><text x=\"{x}\" y=\"{}\">{count}</text><text x=\"{x}\" \
             y=\"180\">{}–{}%</text>",
                155 - height,
                150 - height,
                step * 10,
                step * 10 + 10,
            ),
        );
    }
    page.push_str("</svg>\n");
}

fn connectors(page: &mut String, audit: &Audit) {
    page.push_str("<h2>Well placed, and never asked</h2>\n");
    if audit.under_used.is_empty() {
        page.push_str("<p>Nobody yet: no tie is strong enough to count on.</p>\n");
        return;
    }
    page.push_str(
        "<div class=\"scroll\"><table><caption>People who made no introduction so far, by how many \
         would answer them and how well they are known</caption><thead><tr><th>Person</th>\
         <th class=\"n\">Would answer them</th><th class=\"n\">Expected answers</th>\
         <th>Best known by</th></tr></thead><tbody>",
    );
    for found in &audit.under_used {
        push(
            page,
            format_args!(
                "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{:.1}</td><td>{} ({} in 100)</td>\
             </tr>",
                escape(&found.person),
                found.would_answer,
                found.reach,
                escape(&found.known_best_by),
                (found.known_best * 100.0).round(),
            ),
        );
    }
    page.push_str("</tbody></table></div>\n");
}

fn cooling(page: &mut String, audit: &Audit) {
    page.push_str("<h2>Regular ties that fell silent</h2>\n");
    if audit.cooling.is_empty() {
        page.push_str("<p>None.</p>\n");
        return;
    }
    page.push_str(
        "<div class=\"scroll\"><table><caption>Silent for more than eight usual gaps</caption><thead>\
         <tr><th>Between</th><th>And</th><th class=\"n\">Days in touch</th>\
         <th class=\"n\">Usual gap, days</th><th class=\"n\">Silent, days</th></tr></thead><tbody>",
    );
    for tie in &audit.cooling {
        push(
            page,
            format_args!(
                "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{:.1}</td>\
             <td class=\"n\">{:.0}</td></tr>",
                escape(&tie.one),
                escape(&tie.other),
                tie.contacts,
                tie.usual_days,
                tie.silent_days
            ),
        );
    }
    page.push_str("</tbody></table></div>\n");
}

fn method(page: &mut String, audit: &Audit) {
    page.push_str(
        "<h2>How this was computed</h2>\n<p>From who wrote to whom and when, never from what was \
         written. A tie is directed: the probability is that of an answer to a personal message \
         within seven days, by a logistic formula whose ten inputs are sums over the events. Strong \
         means at least 45 in 100 within a day, medium at least 40 in 100 within a week. The weights \
         come from another organisation; until 200 asks here have outcomes they are a prior, right \
         in order rather than in level.</p>\n",
    );
    if !audit.sources.is_empty() {
        let sources =
            audit.sources.iter().map(|(source, count)| format!("{count} {}", source.word()));
        let sources: Vec<String> = sources.collect();
        push(page, format_args!("<p class=\"soft\">Ties by source: {}.</p>\n", sources.join(", ")));
    }
    if !audit.automatic.is_empty() {
        let names: Vec<String> = audit.automatic.iter().take(20).map(|name| escape(name)).collect();
        push(
            page,
            format_args!(
                "<p class=\"soft\">{} addresses look like programs or lists: {}.</p>\n",
                audit.automatic.len(),
                names.join(", ")
            ),
        );
    }
}

fn push(page: &mut String, text: std::fmt::Arguments) {
    // Writing into a string cannot fail.
    let _ = page.write_fmt(text);
}

fn day(at: i64) -> String {
    let time = jiff::Timestamp::from_second(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%-d %B %Y").to_string()
}

/// Text as it may stand in markup.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{EventLog, Kind, NewEvent, Provenance};
    use crate::report::audit;

    #[test]
    fn names_stay_text_and_nothing_is_fetched() {
        let mut log = EventLog::default();
        let end = 1_790_000_000;
        for step in 0..40 {
            let (from, to) = if step % 2 == 0 {
                ("<script>x</script>", "b")
            } else {
                ("b", "<script>x</script>")
            };
            log.add(NewEvent {
                at: end - 40 * 3_600 + step * 3_600,
                from,
                to,
                message: step as u64,
                recipients: 1,
                kind: Kind::Message,
                provenance: Provenance::Observed,
            })
            .expect("a fair event");
        }
        let found = audit(&log, end);
        assert_eq!((found.people, found.vouching, found.under_used.len()), (2, 1, 2));
        let page = html(&found);
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
        assert!(!page.contains("http") && !page.contains("src="));
        assert!(page.contains("19 more"));
    }
}
