//! The same for companies: name, domain, legal form, country.
//!
//! One domain and one name join by machine where no legal form speaks against it: "Acme" and "Acme
//! GmbH" at one domain are one, "Acme GmbH" and "Acme Inc" may be two of one group and are asked. A
//! name that only looks like another, written with letters of a second script, is never the same.

use std::sync::LazyLock;

use serde::Deserialize;
use warmpath_core::contact::CompanyName;
use warmpath_identity::model::probability;
use warmpath_identity::normal::{company, email};
use warmpath_identity::similarity::jaro_winkler;

use crate::resolve::judge::{Answer, Judged, Why};
use crate::resolve::trace::{Step, Trace};

/// A company as one record, or several, describe it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Company {
    /// Name as written.
    pub name: String,
    /// Registrable domains, lower case.
    pub domains: Vec<String>,
    /// Country, ISO 3166-1 alpha-2.
    pub country: String,
}

#[derive(Deserialize)]
struct Model {
    version: String,
    prior: f64,
    review_from: f64,
    match_from: f64,
    levels: Vec<Level>,
}

#[derive(Deserialize)]
struct Level {
    comparison: String,
    level: String,
    m: f64,
    u: f64,
}

const FILE: &str = include_str!("companies-model.json");

static MODEL: LazyLock<Option<Model>> = LazyLock::new(|| serde_json::from_str(FILE).ok());

/// The name and number of the model, and its two lines.
pub fn model() -> (&'static str, f64, f64) {
    match &*MODEL {
        Some(model) => (&model.version, model.review_from, model.match_from),
        None => ("none", 1.0, 1.0),
    }
}

/// Weighs two companies.
pub fn weigh(known: &Company, fresh: &Company) -> Judged {
    let Some(model) = &*MODEL else {
        return Judged { answer: Answer::New, trace: Trace::default() };
    };
    let mut trace = Trace {
        model: model.version.clone(),
        prior_bits: (model.prior / (1.0 - model.prior)).log2(),
        ..Trace::default()
    };
    for (comparison, level) in levels(known, fresh) {
        let found = model.levels.iter().find(|l| l.comparison == comparison && l.level == level);
        if let Some(found) = found {
            trace.steps.push(Step {
                comparison: comparison.to_owned(),
                level: level.to_owned(),
                m: found.m,
                u: found.u,
                rarity: 0.0,
                bits: (found.m / found.u).log2(),
            });
        }
    }
    trace.total_bits = trace.prior_bits + trace.steps.iter().map(|s| s.bits).sum::<f64>();
    trace.probability = probability(trace.total_bits);
    Judged { answer: answer(known, fresh, &trace, model), trace }
}

fn answer(known: &Company, fresh: &Company, trace: &Trace, model: &Model) -> Answer {
    if is_disguise(&known.name, &fresh.name) {
        return Answer::New;
    }
    let level = |comparison: &str| {
        trace.steps.iter().find(|s| s.comparison == comparison).map_or("", |s| s.level.as_str())
    };
    let one_domain = level("domain") == "same";
    match (one_domain, level("name"), level("legal form")) {
        (true, "same" | "same but for blanks", "different") => Answer::Ask(Why::LegalForm),
        (true, "same" | "same but for blanks", _) => Answer::Join,
        (true, _, _) => Answer::Ask(Why::Between),
        _ if trace.probability >= model.match_from => Answer::Ask(Why::NoProof),
        _ if trace.probability >= model.review_from => Answer::Ask(Why::Between),
        _ => Answer::New,
    }
}

/// Names that look alike and are written otherwise: a disguise, not a spelling.
fn is_disguise(left: &str, right: &str) -> bool {
    match (CompanyName::parse(left), CompanyName::parse(right)) {
        (Ok(a), Ok(b)) => a.normal() != b.normal() && a.skeleton() == b.skeleton(),
        _ => false,
    }
}

fn levels(known: &Company, fresh: &Company) -> Vec<(&'static str, &'static str)> {
    let (a, b) = (company::parse(&known.name), company::parse(&fresh.name));
    let mut found = Vec::new();
    if !a.core.is_empty() && !b.core.is_empty() {
        found.push(("name", name_level(&a.core, &b.core)));
    }
    let stems =
        |c: &Company| -> Vec<String> { c.domains.iter().map(|d| email::folded_stem(d)).collect() };
    if !known.domains.is_empty() && !fresh.domains.is_empty() {
        let level = if known.domains.iter().any(|d| fresh.domains.contains(d)) {
            "same"
        } else if stems(known).iter().any(|s| stems(fresh).contains(s)) {
            "same first part"
        } else {
            "different"
        };
        found.push(("domain", level));
    } else {
        let word = |core: &str| core.replace(' ', "");
        let named = stems(known).contains(&word(&b.core)) || stems(fresh).contains(&word(&a.core));
        if named {
            found.push(("domain", "name of the other"));
        }
    }
    if !a.forms.is_empty() && !b.forms.is_empty() {
        found.push(("legal form", if a.forms == b.forms { "same" } else { "different" }));
    }
    if !known.country.is_empty() && !fresh.country.is_empty() {
        let same = known.country == fresh.country;
        found.push(("country", if same { "same" } else { "different" }));
    }
    found
}

fn name_level(a: &str, b: &str) -> &'static str {
    let word = |core: &str| core.replace(' ', "");
    let part = |long: &str, short: &str| {
        let words: Vec<&str> = long.split(' ').collect();
        short.split(' ').all(|w| words.contains(&w))
    };
    if a == b {
        "same"
    } else if word(a) == word(b) {
        "same but for blanks"
    } else if jaro_winkler(a, b) >= 0.94 {
        "nearly the same"
    } else if part(a, b) || part(b, a) {
        "one is part of the other"
    } else if a.split(' ').any(|w| w.chars().count() > 3 && b.split(' ').any(|v| v == w)) {
        "a word in common"
    } else {
        "different"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(left: (&str, &str), right: (&str, &str), wanted: Answer) {
        let company = |(name, domain): (&str, &str)| Company {
            name: name.to_owned(),
            domains: if domain.is_empty() { Vec::new() } else { vec![domain.to_owned()] },
            country: String::new(),
        };
        let judged = weigh(&company(left), &company(right));
        assert_eq!(judged.answer, wanted, "{left:?} {right:?} {:#?}", judged.trace);
    }

    #[test]
    fn one_domain_and_one_name_join_and_the_rest_is_asked_or_new() {
        check(("Acme GmbH", "acme.example"), ("ACME", "acme.example"), Answer::Join);
        let forms = Answer::Ask(Why::LegalForm);
        check(("Acme GmbH", "acme.example"), ("Acme Inc", "acme.example"), forms);
        check(("Acme", "acme.example"), ("Аcme", "xn--cme-8cd.example"), Answer::New);
        check(("Acme", "acme.example"), ("Borealis", "borealis.example"), Answer::New);
        let between = Answer::Ask(Why::Between);
        check(
            ("Northmere Foods Ltd", "northmere.example"),
            ("Northmere", "northmere.example"),
            between,
        );
        check(("Kornhaus Druck", "kornhaus.example"), ("Kornhaus Druck", ""), Answer::New);
    }
}
