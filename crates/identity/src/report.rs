//! One self-contained page about a run: what was inferred, learned, refused.

use std::fmt::Write;

use crate::cluster::Link;
use crate::explain::{Explanation, explain};
use crate::input::Table;
use crate::kind::Kinds;
use crate::resolve::{HISTOGRAM, MATCH_BITS, Resolution};

/// Waterfalls shown on the page.
const WATERFALLS_MAX: usize = 6;
/// Refused merges listed on the page.
const REFUSED_MAX: usize = 12;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;\
padding:0 1rem;color:#1c2430;background:#fff}h1,h2{line-height:1.2}table{border-collapse:collapse}\
td,th{padding:.2rem .7rem;text-align:left;border-bottom:1px solid #d9dee6}td.n{text-align:right}\
svg{max-width:100%;height:auto}.for{fill:#2f7d5d}.against{fill:#b5493c}.bar{fill:#4b6fa8}\
text{font:12px system-ui,sans-serif;fill:currentColor}figure{margin:1rem 0}\
@media(prefers-color-scheme:dark){body{color:#e4e8ef;background:#151a22}td,th{border-color:#333c4a}}";

/// The page. It shows personal data of the records it explains.
pub fn html(table: &Table, kinds: &Kinds, resolution: &Resolution) -> String {
    let mut page = String::new();
    let summary = &resolution.summary;
    let _ = write!(
        page,
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport \
         content='width=device-width'><title>Resolution report</title><style>{STYLE}</style>\
         <h1>{} records, {} entities</h1><p>{} pairs compared, {} above the match line, largest \
         entity {} records, {} merges refused.</p>",
        summary.records,
        summary.entities,
        summary.pairs_compared,
        summary.pairs_matched,
        summary.largest,
        summary.refused
    );
    columns(&mut page, table, kinds);
    histogram(&mut page, &summary.histogram);
    sizes(&mut page, &resolution.entity_of);
    rules(&mut page, resolution);
    waterfalls(&mut page, table, resolution);
    refused(&mut page, table, resolution);
    page.push_str("</html>\n");
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn columns(page: &mut String, table: &Table, kinds: &Kinds) {
    page.push_str("<h2>Columns</h2><table><tr><th>Column<th>Taken as<th>Distinct values</tr>");
    for (column, kind) in table.columns.iter().zip(kinds) {
        let (name, distinct) = (escape(&column.name), column.pool.len() - 1);
        let _ = write!(page, "<tr><td>{name}<td>{kind:?}<td class=n>{distinct}</tr>");
    }
    page.push_str("</table>");
}

fn histogram(page: &mut String, counts: &[u64]) {
    page.push_str("<h2>Scores of candidate pairs</h2><figure>");
    let tallest = counts.iter().map(|n| (*n as f64 + 1.0).ln()).fold(1.0, f64::max);
    let _ = write!(
        page,
        "<svg viewBox='0 0 800 190' role=img aria-label='Pairs by log2 odds, logarithmic height'>"
    );
    for (i, count) in counts.iter().enumerate() {
        let height = (*count as f64 + 1.0).ln() / tallest * 150.0;
        let x = i as f64 * 800.0 / HISTOGRAM as f64;
        let class = if i as f32 - 30.0 >= MATCH_BITS { "for" } else { "against" };
        let y = 160.0 - height;
        let _ = write!(
            page,
            "<rect class={class} x={x:.1} y={y:.1} width=9 height={height:.1}><title>{} bits: \
             {count}</title></rect>",
            i as i32 - 30
        );
    }
    for bits in (-30..50).step_by(10) {
        let x = f64::from(bits + 30) * 800.0 / HISTOGRAM as f64;
        let _ = write!(page, "<text x={x:.0} y=180>{bits}</text>");
    }
    page.push_str("</svg><figcaption>log2 odds; the line between red and green is the match line.");
    page.push_str("</figcaption></figure>");
}

fn sizes(page: &mut String, entity_of: &[u32]) {
    let mut records = vec![0usize; entity_of.len()];
    for entity in entity_of {
        records[*entity as usize] += 1;
    }
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for size in records.into_iter().filter(|size| *size > 0) {
        *counts.entry(size).or_default() += 1;
    }
    page.push_str("<h2>Sizes of entities</h2><table><tr><th>Records<th>Entities</tr>");
    for (size, count) in counts {
        let _ = write!(page, "<tr><td class=n>{size}<td class=n>{count}</tr>");
    }
    page.push_str("</table>");
}

fn rules(page: &mut String, resolution: &Resolution) {
    page.push_str("<h2>Blocking rules</h2><table><tr><th>Records share<th>Pairs<th>Largest block");
    page.push_str("<th>Blocks refined<th>Records left out</tr>");
    for rule in &resolution.rules {
        let _ = write!(
            page,
            "<tr><td>{}<td class=n>{}<td class=n>{}<td class=n>{}<td class=n>{}</tr>",
            escape(&rule.rule),
            rule.pairs,
            rule.largest_block,
            rule.refined_blocks,
            rule.dropped_records
        );
    }
    page.push_str("</table>");
}

fn waterfalls(page: &mut String, table: &Table, resolution: &Resolution) {
    page.push_str("<h2>Pairs nearest the match line</h2>");
    let mut nearest: Vec<&Link> = resolution.links.iter().collect();
    nearest.sort_by(|a, b| {
        let order = a.bits.abs().total_cmp(&b.bits.abs());
        order.then(a.left.cmp(&b.left)).then(a.right.cmp(&b.right))
    });
    for link in nearest.into_iter().take(WATERFALLS_MAX) {
        waterfall(page, table, &explanation(resolution, link), link);
    }
}

fn explanation(resolution: &Resolution, link: &Link) -> Explanation {
    let Resolution { features, plan, model, weights, .. } = resolution;
    explain(features, plan, model, weights, link.left, link.right)
}

fn waterfall(page: &mut String, table: &Table, explanation: &Explanation, link: &Link) {
    let names = [link.left, link.right].map(|record| escape(table.ids.text(record as usize)));
    let height = 22 * (explanation.parts.len() + 2);
    let _ = write!(
        page,
        "<h3>{} and {}: {:.0} %</h3><svg viewBox='0 0 900 {height}' role=img aria-label='Waterfall'>",
        names[0],
        names[1],
        100.0 * explanation.probability
    );
    let scale = |bits: f64| 560.0 + bits.clamp(-32.0, 32.0) * 9.0;
    let mut at = 0.0;
    let bar = |page: &mut String, row: usize, label: &str, bits: f64, from: f64| {
        let (low, high) = (scale(from.min(from + bits)), scale(from.max(from + bits)));
        let class = if bits >= 0.0 { "for" } else { "against" };
        let y = row * 22;
        let width = (high - low).max(1.0);
        let _ = write!(
            page,
            "<text x=0 y={}>{} {bits:+.1}</text><rect class={class} x={low:.1} y={y} \
             width={width:.1} height=16 />",
            y + 13,
            escape(label)
        );
    };
    bar(page, 0, "before comparing", explanation.prior_bits, at);
    at += explanation.prior_bits;
    for (i, part) in explanation.parts.iter().enumerate() {
        let label = format!("{}: {} ({} / {})", part.comparison, part.level, part.left, part.right);
        let short: String = label.chars().take(62).collect();
        bar(page, i + 1, &short, part.bits, at);
        at += part.bits;
    }
    bar(page, explanation.parts.len() + 1, "together", explanation.total_bits, 0.0);
    page.push_str("</svg>");
}

fn refused(page: &mut String, table: &Table, resolution: &Resolution) {
    page.push_str(
        "<h2>Merges refused</h2><p>The pair is strong, the clusters around it disagree.</p>",
    );
    page.push_str("<table><tr><th>Record<th>Record<th>Pair, bits<th>Clusters, bits</tr>");
    let mut worst: Vec<_> = resolution.refused.iter().collect();
    worst.sort_by(|a, b| {
        let order = b.link.bits.total_cmp(&a.link.bits);
        order.then(a.link.left.cmp(&b.link.left)).then(a.link.right.cmp(&b.link.right))
    });
    for case in worst.into_iter().take(REFUSED_MAX) {
        let text = |record: u32| escape(table.ids.text(record as usize));
        let _ = write!(
            page,
            "<tr><td>{}<td>{}<td class=n>{:.1}<td class=n>{:.1}</tr>",
            text(case.link.left),
            text(case.link.right),
            case.link.bits,
            case.bits
        );
    }
    page.push_str("</table>");
}
