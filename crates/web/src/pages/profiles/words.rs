//! Criteria, verdicts and findings in words.

use warmpath_app::profile::{
    Advice, Automation, Criteria, Evidence, Finding, Judgement, ParsedBrief, Problem, Specificity,
    State, Verdict, role_info,
};

use crate::view::part::{Cell, Column, Pill, Row, TableView, Tone};
use crate::view::profile::{Mark, Meter, MeterPart, Piece};
use crate::words::thousands;

/// The state of a profile.
pub(super) fn state_pill(state: State, refused: bool) -> Pill {
    match state {
        State::Draft if refused => Pill::new("Refused", Tone::Negative),
        State::Draft => Pill::new("Draft", Tone::Neutral),
        State::Specific => Pill::new("Specific", Tone::Positive),
        State::Trial => Pill::new("Trial", Tone::Accent),
        State::Proven => Pill::new("Proven", Tone::Positive),
        State::Automatable => Pill::new("Automatable", Tone::Positive),
        State::Retired => Pill::new("Retired", Tone::Neutral),
    }
}

/// What the lock on automation says.
pub(super) fn automation(lock: Automation, needed: i64) -> String {
    match lock {
        Automation::Open => "Enough introductions made by hand worked.".to_owned(),
        Automation::Locked { remaining } => {
            let worked = needed - i64::from(remaining);
            format!(
                "Automation opens after {needed} introductions made by hand worked. So far {worked}."
            )
        }
    }
}

/// The brief cut into pieces by what was read out of it.
pub(super) fn pieces(text: &str, parsed: &ParsedBrief) -> Vec<Piece> {
    let mut spans: Vec<(usize, usize, Mark)> = parsed
        .evidence
        .iter()
        .map(|e| {
            let mark = match e.criterion.starts_with("exclude.") {
                true => Mark::Unwanted,
                false => Mark::Understood,
            };
            (e.start, e.end, mark)
        })
        .collect();
    let mut from = 0;
    for words in &parsed.not_understood {
        let Some(at) = text.get(from..).and_then(|rest| rest.find(words.as_str())) else {
            continue;
        };
        let (start, end) = (from + at, from + at + words.len());
        if !spans.iter().any(|(s, e, _)| *s < end && start < *e) {
            spans.push((start, end, Mark::Unread));
        }
        from = end;
    }
    spans.sort_by_key(|(start, end, mark)| {
        (*start, std::cmp::Reverse(*end), *mark == Mark::Understood)
    });
    let mut out = Vec::new();
    let mut at = 0;
    for (start, end, mark) in spans {
        let start = start.max(at);
        if end <= start {
            continue;
        }
        push(&mut out, text.get(at..start), Mark::Plain);
        push(&mut out, text.get(start..end), mark);
        at = end;
    }
    push(&mut out, text.get(at..), Mark::Plain);
    out
}

fn push(out: &mut Vec<Piece>, text: Option<&str>, mark: Mark) {
    if let Some(text) = text.filter(|t| !t.is_empty()) {
        out.push(Piece { text: text.to_owned(), mark });
    }
}

/// "English, understood on this machine".
pub(super) fn language(parsed: &ParsedBrief) -> String {
    let name = match parsed.language {
        Some("en") => "English",
        Some("de") => "German",
        Some("fr") => "French",
        Some("es") => "Spanish",
        Some("it") => "Italian",
        Some("sv") => "Swedish",
        _ => return "Read in none of the six languages for certain".to_owned(),
    };
    format!("{name}, understood on this machine")
}

const FIELDS: &[(&str, &str)] = &[
    ("roles", "Role"),
    ("functions", "Function"),
    ("seniority", "Rank"),
    ("industry_keys", "Industry"),
    ("companies", "Company"),
    ("employees", "Headcount"),
    ("revenue_usd", "Revenue"),
    ("size_word", "Size"),
    ("geos", "Place"),
    ("authority", "Authority"),
    ("authority_topic", "About"),
    ("triggers", "Trigger"),
    ("trigger_within_days", "Window"),
    ("company_stage", "Stage"),
    ("ownership", "Ownership"),
];

/// What was understood: criterion, how it is read, the words it came from.
pub(super) fn criteria_table(parsed: &ParsedBrief) -> TableView {
    let mut rows: Vec<Row> = Vec::new();
    for (field, label) in FIELDS {
        rows.extend(line(parsed, field, label, false));
    }
    for (field, label) in FIELDS.iter().chain([&("company_types", "Kind of company")]) {
        rows.extend(line(parsed, &format!("exclude.{field}"), label, true));
    }
    TableView {
        caption: "What was understood".into(),
        columns: vec![Column::name("Criterion"), Column::new("Read as"), Column::new("Your words")],
        rows,
        empty: "Nothing of this is a criterion yet.".into(),
        ..TableView::default()
    }
}

fn line(parsed: &ParsedBrief, field: &str, label: &str, unwanted: bool) -> Option<Row> {
    let found: Vec<&Evidence> = parsed.evidence.iter().filter(|e| e.criterion == field).collect();
    if found.is_empty() {
        return None;
    }
    let mut values: Vec<String> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for evidence in found {
        let value = value_words(field, &evidence.value);
        let quoted = format!("\u{201c}{}\u{201d}", evidence.words);
        if !values.contains(&value) {
            values.push(value);
        }
        if !words.contains(&quoted) {
            words.push(quoted);
        }
    }
    let more = values.len().saturating_sub(8);
    values.truncate(8);
    let mut read = values.join(", ");
    if more > 0 {
        read.push_str(&format!(" and {more} more"));
    }
    let head = if unwanted {
        Cell::Toned(format!("Not wanted: {}", label.to_lowercase()), Tone::Negative)
    } else {
        Cell::text(label)
    };
    Some(vec![head, Cell::text(read), Cell::text(words.join(", "))].into())
}

/// A value of a criterion in words.
pub(super) fn value_words(field: &str, value: &str) -> String {
    match field.strip_prefix("exclude.").unwrap_or(field) {
        "roles" => role_info(value).map_or_else(|| value.to_owned(), |role| role.label.to_owned()),
        "employees" => range(value, |n| format!("{} people", thousands(n))),
        "revenue_usd" => range(value, |n| format!("${}", thousands(n))),
        "trigger_within_days" => format!("in the last {value} days"),
        "geos" | "companies" | "authority_topic" => value.to_owned(),
        _ => value.replace('_', " "),
    }
}

fn range(value: &str, show: impl Fn(i64) -> String) -> String {
    let (min, max) = value.split_once("..").unwrap_or((value, ""));
    let number = |text: &str| text.trim().parse::<f64>().ok().map(|n| n as i64);
    match (number(min), number(max)) {
        (Some(min), Some(max)) => format!("{} to {}", thousands(min), show(max)),
        (Some(min), None) => format!("{} or more", show(min)),
        (None, Some(max)) => format!("{} at most", show(max)),
        (None, None) => value.to_owned(),
    }
}

/// The meter with a line for each part.
pub(super) fn meter(measured: &Specificity, criteria: &Criteria) -> Meter {
    let judgement = &measured.judgement;
    let title = match judgement.verdict {
        Verdict::Specific => "Specific enough",
        Verdict::Vague => "Not specific yet",
        Verdict::Contradictory => "Contradicts itself",
    };
    let parts = judgement.parts.iter().map(|part| {
        let advice = measured.advice.iter().find(|a| a.part == part.name);
        let broad = part.name == "industry" && measured.too_broad;
        MeterPart {
            label: label(part.name, criteria),
            full: part.share >= 0.7 && !broad,
            help: advice.map(help).unwrap_or_default(),
        }
    });
    Meter { title: title.to_owned(), parts: parts.collect() }
}

fn label(part: &str, criteria: &Criteria) -> String {
    match part {
        "role" => "Role".to_owned(),
        "industry" if !criteria.industry_keys.is_empty() => {
            format!("Industry, {} of at most 3", criteria.industry_keys.len())
        }
        "industry" => "Industry".to_owned(),
        "size" => "Size with both ends".to_owned(),
        "trigger" => "Trigger with a window".to_owned(),
        "geography" => "Place".to_owned(),
        "authority" => "Authority and its topic".to_owned(),
        _ => "What is not wanted".to_owned(),
    }
}

/// What is missing, with two examples.
pub(super) fn help(advice: &Advice) -> String {
    let [one, other] = &advice.examples;
    format!("{} Like \u{201c}{one}\u{201d} or \u{201c}{other}\u{201d}.", advice.text)
}

/// Why a brief is refused, in one paragraph: the missing or clashing parts with their examples.
pub(super) fn refusal(measured: &Specificity) -> String {
    let parts: Vec<String> = measured.advice.iter().take(3).map(help).collect();
    let lead = match measured.judgement.verdict {
        Verdict::Contradictory => "It contradicts itself.".to_owned(),
        _ => format!("Missing: {}.", missing(&measured.judgement)),
    };
    std::iter::once(lead).chain(parts).collect::<Vec<_>>().join(" ")
}

/// "role, industry, size".
pub(super) fn missing(judgement: &Judgement) -> String {
    let names: Vec<&str> = judgement
        .parts
        .iter()
        .filter(|part| part.share < 0.7 && !matches!(part.name, "authority" | "exclusion"))
        .map(|part| if part.name == "geography" { "place" } else { part.name })
        .collect();
    if names.is_empty() { "a sharper role or industry".to_owned() } else { names.join(", ") }
}

/// A finding of the texts as (which text, what to do).
pub(super) fn finding(found: &Finding) -> (String, String) {
    let field = match found.field {
        "script" => "Script",
        "value_line" => "Value line",
        _ => "What is in it for the person asked",
    };
    let sentence = match found.problem {
        Problem::Missing => "Still empty.".to_owned(),
        Problem::SentenceCount if found.field == "script" => {
            "Two sentences, so that it can be said in one breath each.".to_owned()
        }
        Problem::SentenceCount => "One sentence that can be repeated from memory.".to_owned(),
        Problem::TooLong => "Too long to be said. Cut it.".to_owned(),
        Problem::Superlative => {
            format!("\u{201c}{}\u{201d} claims more than can be shown.", found.words)
        }
        Problem::Link => {
            format!("\u{201c}{}\u{201d} is a link. The text is said, not clicked.", found.words)
        }
        Problem::OpenSlot => format!("\u{201c}{}\u{201d} is still to be filled.", found.words),
        Problem::AboutUs => "Start with what the person gets, not with us.".to_owned(),
    };
    (field.to_owned(), sentence)
}

/// The name of a criterion that was checked.
pub(in crate::pages) fn check_name(criterion: &str) -> String {
    match criterion {
        "geo" => "Place".to_owned(),
        "not geo" => "Not a place ruled out".to_owned(),
        "employees" => "Headcount".to_owned(),
        "revenue_usd" => "Revenue".to_owned(),
        "not company_type" => "Not a kind ruled out".to_owned(),
        "not industry" => "Not an industry ruled out".to_owned(),
        "not role" => "Not a role ruled out".to_owned(),
        "not company" => "Not a company ruled out".to_owned(),
        other => {
            let mut text = other.replace('_', " ");
            if let Some(first) = text.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            text
        }
    }
}
