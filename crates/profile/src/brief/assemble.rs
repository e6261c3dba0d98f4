//! From mentions to criteria: what stands together, what is implied, and what clashes.

use super::Evidence;
use super::classes::is;
use super::companies::Named;
use super::filler::is_filler;
use super::mentions::{Mention, Reading};
use super::numbers::{Meaning, Quantity};
use super::refine::word;
use super::stages::stages;
use crate::criteria::{Criteria, Range};
use crate::lexicon::{Lexicon, Term};
use crate::text::Token;

/// True for a term that says which people are meant.
pub(crate) fn names_people(term: &Term) -> bool {
    matches!(term, Term::Role(_) | Term::Function(_) | Term::Seniority(_))
}

/// Collects criteria together with their evidence.
struct Collector<'a> {
    text: &'a str,
    tokens: &'a [Token],
    evidence: Vec<Evidence>,
}

impl Collector<'_> {
    fn note(&mut self, criterion: &str, value: impl Into<String>, from: usize, to: usize) {
        let (start, end) = (self.tokens[from].start, self.tokens[to - 1].end);
        self.evidence.push(Evidence {
            criterion: criterion.to_owned(),
            value: value.into(),
            words: self.text[start..end].to_owned(),
            start,
            end,
        });
    }
}

/// The criteria and their evidence.
pub(crate) fn criteria(
    text: &str,
    tokens: &[Token],
    reading: &Reading,
    companies: Vec<Named>,
) -> (Criteria, Vec<Evidence>) {
    let mut out = Criteria::default();
    let mut collector = Collector { text, tokens, evidence: Vec::new() };
    for mention in &reading.mentions {
        for term in &mention.terms {
            put(&mut out, &mut collector, mention, *term);
        }
    }
    for company in companies {
        let (list, criterion) = if company.excluded {
            (&mut out.exclude.companies, "exclude.companies")
        } else {
            (&mut out.companies, "companies")
        };
        list.push(company.name.clone());
        collector.note(criterion, company.name, company.from, company.to);
    }
    quantities(reading, &mut out, &mut collector);
    topic(reading, &mut out, &mut collector);
    stages(tokens, reading, &mut out);
    people(tokens, reading, &mut out, &mut collector);
    tidy(&mut out);
    collector.evidence.sort_by(|a, b| (a.start, &a.criterion).cmp(&(b.start, &b.criterion)));
    (out, collector.evidence)
}

fn put(out: &mut Criteria, collector: &mut Collector<'_>, mention: &Mention, term: Term) {
    let exclude = &mut out.exclude;
    let unwanted = mention.excluded;
    let (list, criterion, value) = match term {
        Term::Industry(key) if unwanted => {
            (&mut exclude.industry_keys, "exclude.industry_keys", key)
        }
        Term::Industry(key) => (&mut out.industry_keys, "industry_keys", key),
        Term::CompanyType(key) if unwanted => {
            (&mut exclude.company_types, "exclude.company_types", key)
        }
        Term::Place(place) => {
            let codes = &Lexicon::shared().places[place];
            let (list, criterion) = if unwanted {
                (&mut exclude.geos, "exclude.geos")
            } else {
                (&mut out.geos, "geos")
            };
            list.extend(codes.iter().map(|code| (*code).to_owned()));
            collector.note(criterion, codes.join(","), mention.from, mention.to);
            return;
        }
        Term::Role(key) if unwanted => role_or_rank(exclude, key),
        Term::Role(key) => (&mut out.roles, "roles", key),
        Term::Seniority(key) if unwanted => (&mut exclude.seniority, "exclude.seniority", key),
        Term::Function(key) if unwanted => (&mut exclude.functions, "exclude.functions", key),
        Term::Trigger(key) if !unwanted => (&mut out.triggers, "triggers", key),
        Term::Authority(key) if !unwanted => (&mut out.authority, "authority", key),
        Term::Stage(key) if !unwanted => (&mut out.company_stage, "company_stage", key),
        Term::Ownership(key) if !unwanted => (&mut out.ownership, "ownership", key),
        Term::Size(key) if !unwanted => {
            if out.size_word.is_none() {
                out.size_word = Some(key.to_owned());
                collector.note("size_word", key, mention.from, mention.to);
            }
            return;
        }
        _ => return,
    };
    list.push(value.to_owned());
    collector.note(criterion, value, mention.from, mention.to);
}

/// "No founders" turns away a rank, "no VPs of sales" a role.
fn role_or_rank<'a>(
    exclude: &'a mut crate::criteria::Exclusions,
    key: &'static str,
) -> (&'a mut Vec<String>, &'static str, &'static str) {
    match key {
        "founder" | "owner" | "intern" => (&mut exclude.seniority, "exclude.seniority", key),
        "consultant" => (&mut exclude.company_types, "exclude.company_types", "consultancy"),
        _ => (&mut exclude.roles, "exclude.roles", key),
    }
}

fn quantities(reading: &Reading, out: &mut Criteria, collector: &mut Collector<'_>) {
    let of_team = |from: usize| {
        (from.saturating_sub(3)..from)
            .any(|i| word(collector.tokens, i).is_some_and(|w| is("team_word", w)))
    };
    let is_headcount = |meaning: &Meaning| matches!(meaning, Meaning::Employees(_));
    // "Leading teams of 5-10 at companies with 500 employees": the team is no company.
    let of_company =
        reading.quantities.iter().any(|q| is_headcount(&q.meaning) && !of_team(q.from));
    let counted: Vec<&Quantity> = reading
        .quantities
        .iter()
        .filter(|q| !(is_headcount(&q.meaning) && of_company && of_team(q.from)))
        .collect();
    for quantity in counted {
        let (slot, criterion, range) = match quantity.meaning {
            Meaning::Employees(range) => (&mut out.employees, "employees", range),
            Meaning::RevenueUsd(range) => (&mut out.revenue_usd, "revenue_usd", range),
            Meaning::WithinDays(days) => {
                if out.trigger_within_days.is_none() {
                    out.trigger_within_days = Some(days);
                    collector.note(
                        "trigger_within_days",
                        days.to_string(),
                        quantity.from,
                        quantity.to,
                    );
                }
                continue;
            }
            Meaning::Other => continue,
        };
        let merged = merge(*slot, range);
        *slot = Some(merged);
        collector.note(criterion, show(range), quantity.from, quantity.to);
    }
    if out.triggers.is_empty() {
        out.trigger_within_days = None;
    }
}

/// Both ranges hold at once; where they exclude each other, the result is empty.
fn merge(first: Option<Range>, second: Range) -> Range {
    let Some(first) = first else { return second };
    let either = |a: Option<f64>, b: Option<f64>, pick: fn(f64, f64) -> f64| match (a, b) {
        (Some(a), Some(b)) => Some(pick(a, b)),
        (a, b) => a.or(b),
    };
    Range {
        min: either(first.min, second.min, f64::max),
        max: either(first.max, second.max, f64::min),
    }
}

fn show(range: Range) -> String {
    let end = |value: Option<f64>| value.map_or_else(|| "..".to_owned(), |v| format!("{v}"));
    format!("{}..{}", end(range.min).replace("..", ""), end(range.max).replace("..", ""))
}

fn topic(reading: &Reading, out: &mut Criteria, collector: &mut Collector<'_>) {
    if out.authority.is_empty() {
        return;
    }
    let topic = reading.topics.iter().find(|t| t.of_authority).or(reading.topics.first());
    if let Some(topic) = topic {
        let tokens = &collector.tokens[topic.from..topic.to];
        let words: Vec<String> =
            tokens.iter().map(|t| collector.text[t.start..t.end].to_lowercase()).collect();
        let words = words.join(" ");
        collector.note("authority_topic", words.clone(), topic.from, topic.to);
        out.authority_topic = Some(words);
    }
}

/// Functions and seniority: those of the roles, or the ones named alone.
fn people(tokens: &[Token], reading: &Reading, out: &mut Criteria, collector: &mut Collector<'_>) {
    let lexicon = Lexicon::shared();
    if !out.roles.is_empty() {
        for role in out.roles.iter().filter_map(|key| lexicon.role(key)) {
            out.functions.push(role.function.to_owned());
            out.seniority.push(role.seniority.to_owned());
        }
        return;
    }
    for mention in reading.mentions.iter().filter(|m| !m.excluded) {
        for term in &mention.terms {
            match term {
                Term::Function(key) => {
                    out.functions.push((*key).to_owned());
                    collector.note("functions", *key, mention.from, mention.to);
                }
                Term::Seniority(key) => {
                    let up =
                        (mention.to..mention.to + 3).filter_map(|i| word(tokens, i)).any(|w| {
                            matches!(
                                w,
                                "above"
                                    | "higher"
                                    | "up"
                                    | "hoher"
                                    | "superieur"
                                    | "superior"
                                    | "superiore"
                                    | "hogre"
                                    | "uppat"
                                    | "senior"
                                    | "aufwarts"
                                    | "arriba"
                            )
                        });
                    let mut levels = vec![*key];
                    if up {
                        levels.extend(above(key));
                    }
                    for level in levels {
                        out.seniority.push(level.to_owned());
                        collector.note("seniority", level, mention.from, mention.to);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The ranks above one.
fn above(level: &str) -> &'static [&'static str] {
    match level {
        "manager" => &["director", "head", "vp", "c_suite"],
        "director" => &["head", "vp", "c_suite"],
        "head" => &["vp", "c_suite"],
        "vp" => &["c_suite"],
        _ => &[],
    }
}

fn tidy(out: &mut Criteria) {
    let lexicon = Lexicon::shared();
    // A size word gives way to a number of people or a stage that says it better.
    if out.employees.is_some()
        || (out.size_word.as_deref() == Some("startup") && !out.company_stage.is_empty())
    {
        out.size_word = None;
    }
    let exclude = &mut out.exclude;
    for list in [
        &mut out.roles,
        &mut out.functions,
        &mut out.seniority,
        &mut out.industry_keys,
        &mut out.geos,
        &mut out.authority,
        &mut out.triggers,
        &mut out.company_stage,
        &mut out.ownership,
        &mut out.companies,
        &mut exclude.industry_keys,
        &mut exclude.company_types,
        &mut exclude.geos,
        &mut exclude.roles,
        &mut exclude.functions,
        &mut exclude.seniority,
        &mut exclude.companies,
    ] {
        list.sort();
        list.dedup();
    }
    out.industries = lexicon.naics_of(out.industry_keys.iter().map(String::as_str));
    exclude.industries = lexicon.naics_of(exclude.industry_keys.iter().map(String::as_str));
}

/// Runs of words that nothing explains.
pub(crate) fn not_understood(
    text: &str,
    tokens: &[Token],
    reading: &Reading,
    masked: &[bool],
) -> Vec<String> {
    let mut out = Vec::new();
    let mut run: Option<(usize, usize)> = None;
    for (i, token) in tokens.iter().enumerate() {
        let open = token.is_word()
            && token.folded.chars().count() > 1
            && !reading.covered[i]
            && !masked[i]
            && !is_filler(&token.folded);
        let open = open || (token.number().is_some() && !reading.covered[i] && !masked[i]);
        match (&mut run, open) {
            (Some((_, end)), true) => *end = token.end,
            (None, true) => run = Some((token.start, token.end)),
            (Some((start, end)), false) => {
                out.push(text[*start..*end].to_owned());
                run = None;
            }
            (None, false) => {}
        }
    }
    out.extend(run.map(|(start, end)| text[start..end].to_owned()));
    out
}
