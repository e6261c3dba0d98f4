//! The single tables of a document.

use super::model::{
    Attribution, Contact, Door, Enrichment, Exponents, FitRow, Header, Nurture, Retention,
    ScorePlan, Spanned, Verification,
};
use super::period::{Counts, Period};
use super::reader::Section;
use super::target::Target;
use crate::fact::{Kind, definition};
use crate::finding::{Code, Reporter};
use crate::limits::FIT_ROWS_MAX;
use crate::when::Expression;

fn choices_of(fact: &str) -> &'static [&'static str] {
    match definition(fact).map(|row| row.kind) {
        Some(Kind::Choice { values }) => values,
        _ => &[],
    }
}

/// A stand-in after an error was reported; no such document leaves the parser.
fn nobody(section: &Section<'_>) -> Spanned<Target> {
    Spanned { value: Target::AccountOwner, range: section.range.clone() }
}

pub(super) fn header(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Header {
    const KEYS: [&str; 6] = ["id", "name", "version", "based_on", "sources", "types"];
    let empty = || Spanned { value: String::new(), range: 0..0 };
    let Some(table) = top.section("pathway", &KEYS, reporter) else {
        if !top.has("pathway") {
            top.missing(
                "[pathway]",
                "[pathway] with id, name, version, sources and types",
                reporter,
            );
        }
        return Header {
            id: empty(),
            name: String::new(),
            version: 1,
            based_on: None,
            sources: Vec::new(),
            types: Vec::new(),
            range: 0..0,
        };
    };
    if !table.has("version") {
        table.missing("version", "version = 1", reporter);
    }
    let header = Header {
        id: table.id(reporter),
        name: table.name("name", "name = \"Customer referrals\"", reporter).value,
        version: table.whole("version", 1..1_000_000, reporter).map_or(1, |found| found.value),
        based_on: table.whole("based_on", 1..1_000_000, reporter),
        sources: table.choices("sources", choices_of("source"), reporter),
        types: table.choices("types", choices_of("type"), reporter),
        range: table.range.clone(),
    };
    if !table.has("sources") {
        table.missing("sources", "sources = [\"customer\"]", reporter);
    }
    if !table.has("types") {
        table.missing("types", "types = [\"direct\"]", reporter);
    }
    header
}

pub(super) fn doors(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Vec<Door> {
    let names = choices_of("door");
    let Some(table) = top.section("doors", names, reporter) else {
        if !top.has("doors") {
            top.missing(
                "[doors]",
                "[doors] with a trust level for each channel: form = 3",
                reporter,
            );
        }
        return Vec::new();
    };
    let mut doors = Vec::new();
    for name in table.keys() {
        if let Some(trust) = table.whole(&name.value, 0..5, reporter)
            && names.contains(&name.value.as_str())
        {
            doors.push(Door { name, trust: trust.value as u8 });
        }
    }
    doors
}

pub(super) fn verification(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Verification {
    const KEYS: [&str; 3] = ["min_level", "arbiter", "review_in"];
    let section = top.section("verification", &KEYS, reporter);
    if section.is_none() && !top.has("verification") {
        let example = "[verification] with min_level, arbiter and review_in";
        top.missing("[verification]", example, reporter);
    }
    let Some(table) = section else {
        return Verification {
            min_level: Spanned { value: 0, range: 0..0 },
            arbiter: nobody(top),
            review_in: Period::WORKING_DAY,
        };
    };
    for (key, example) in [
        ("min_level", "min_level = 2"),
        ("arbiter", "arbiter = \"member:NAME\""),
        ("review_in", "review_in = \"1d\""),
    ] {
        if !table.has(key) {
            table.missing(key, example, reporter);
        }
    }
    let level = table.whole("min_level", 0..5, reporter);
    Verification {
        min_level: level.map_or(Spanned { value: 0, range: table.range.clone() }, |level| {
            Spanned { value: level.value as u8, range: level.range }
        }),
        arbiter: table.target("arbiter", reporter).unwrap_or_else(|| nobody(&table)),
        review_in: table
            .period("review_in", Counts::Working, reporter)
            .unwrap_or(Period::WORKING_DAY),
    }
}

pub(super) fn contact(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Contact {
    let section = top.section("contact", &["basis", "link_days"], reporter);
    if section.is_none() && !top.has("contact") {
        top.missing("[contact]", "[contact] with basis = [\"opt-in\"]", reporter);
    }
    let Some(table) = section else { return Contact { basis: Vec::new(), link_days: 14 } };
    let contact = Contact {
        basis: table.choices("basis", &["opt-in", "jurisdiction-rule"], reporter),
        link_days: table.whole("link_days", 1..91, reporter).map_or(14, |days| days.value),
    };
    if contact.basis.is_empty() {
        table.missing("at least one basis", "basis = [\"opt-in\"]", reporter);
    }
    contact
}

pub(super) fn enrichment(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Enrichment {
    let none = Enrichment { vendors: Vec::new(), budget_cents_max: 0 };
    let Some(table) = top.section("enrichment", &["vendors", "budget_cents_max"], reporter) else {
        return none;
    };
    let enrichment = Enrichment {
        vendors: table.texts("vendors", reporter),
        budget_cents_max: table
            .whole("budget_cents_max", 0..1_000_001, reporter)
            .map_or(0, |cents| cents.value),
    };
    if !enrichment.vendors.is_empty() && !table.has("budget_cents_max") {
        table.missing("budget_cents_max", "budget_cents_max = 40", reporter);
    }
    enrichment
}

pub(super) fn score(top: &Section<'_>, reporter: &mut Reporter<'_>) -> ScorePlan {
    let empty = ScorePlan { exponents: Exponents::default(), range: 0..0, fit: Vec::new() };
    let Some(table) = top.section("score", &["exponents", "fit"], reporter) else { return empty };
    const FACTORS: [&str; 5] = ["depth", "fit", "acceptance", "timing", "quality"];
    let mut plan = ScorePlan { range: table.range.clone(), ..empty };
    if let Some(exponents) = table.section("exponents", &FACTORS, reporter) {
        plan.range = exponents.range.clone();
        let mut read = |factor: &str| {
            if !exponents.has(factor) {
                exponents.missing(factor, &format!("{factor} = 0.2"), reporter);
            }
            exponents.number(factor, reporter).unwrap_or_default()
        };
        plan.exponents = Exponents {
            depth: read("depth"),
            fit: read("fit"),
            acceptance: read("acceptance"),
            timing: read("timing"),
            quality: read("quality"),
        };
    }
    for row in table.sections("fit", &["name", "when", "weight"], FIT_ROWS_MAX, reporter) {
        let name = row.name("name", "name = \"Right size\"", reporter);
        for (key, example) in [("when", "when = \"headcount >= 200\""), ("weight", "weight = 3")] {
            if !row.has(key) {
                row.missing(key, example, reporter);
            }
        }
        let when = row.condition("when", reporter);
        let weight = row.whole("weight", 1..101, reporter);
        if let (Some(when), Some(weight)) = (when, weight) {
            refuse_own_facts(&when, reporter);
            plan.fit.push(FitRow { name, when, weight: weight.value });
        }
    }
    plan
}

/// The fit table cannot rest on what is worked out from it.
fn refuse_own_facts(when: &Spanned<Expression>, reporter: &mut Reporter<'_>) {
    let circular = |name: &str| name == "fit" || name == "score";
    if when.value.conditions().iter().any(|condition| circular(&condition.fact)) {
        let message = "The fit table cannot ask for fit or score, which are worked out from it";
        let what = "Ask for what the company or the person is.";
        reporter.error(Code::WrongValue, when.range.clone(), message, what);
    }
}

pub(super) fn nurture(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Nurture {
    const KEYS: [&str; 3] = ["owner", "revisit_in", "returns_when"];
    let section = top.section("nurture", &KEYS, reporter);
    if section.is_none() && !top.has("nurture") {
        top.missing("[nurture]", "[nurture] with owner and revisit_in", reporter);
    }
    let Some(table) = section else {
        return Nurture { owner: nobody(top), revisit_in: Period::WORKING_DAY, returns_when: None };
    };
    if !table.has("owner") {
        table.missing("owner", "owner = \"pool:NAME\"", reporter);
    }
    if !table.has("revisit_in") {
        let message = "The state nurturing has no clock";
        let what = "Add revisit_in = \"30d clock\".";
        reporter.error(Code::NoClock, table.range.clone(), message, what);
    }
    Nurture {
        owner: table.target("owner", reporter).unwrap_or_else(|| nobody(&table)),
        revisit_in: table
            .period("revisit_in", Counts::Clock, reporter)
            .unwrap_or(Period::WORKING_DAY),
        returns_when: table.condition("returns_when", reporter),
    }
}

pub(super) fn retention(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Retention {
    const KEYS: [&str; 3] = ["unanswered_days", "declined_days", "won_days"];
    let default = Retention { unanswered_days: 30, declined_days: 180, won_days: 730 };
    let Some(table) = top.section("retention", &KEYS, reporter) else { return default };
    let mut days = |key: &str, default: u32| {
        table.whole(key, 1..3_651, reporter).map_or(default, |days| days.value)
    };
    Retention {
        unanswered_days: days("unanswered_days", default.unanswered_days),
        declined_days: days("declined_days", default.declined_days),
        won_days: days("won_days", default.won_days),
    }
}

pub(super) fn attribution(top: &Section<'_>, reporter: &mut Reporter<'_>) -> Attribution {
    const RULES: [&str; 4] = ["first-hop", "last-hop", "even", "position"];
    let mut attribution = Attribution { rule: "even".to_owned(), version: 1, window_days: 180 };
    let keys = ["rule", "version", "window_days"];
    let Some(table) = top.section("attribution", &keys, reporter) else { return attribution };
    if let Some(rule) = table.choice("rule", &RULES, reporter) {
        attribution.rule = rule.value;
    }
    if let Some(version) = table.whole("version", 1..1_000, reporter) {
        attribution.version = version.value;
    }
    if let Some(days) = table.whole("window_days", 1..1_826, reporter) {
        attribution.window_days = days.value;
    }
    attribution
}
