//! The live specificity meter: how sharp criteria are, how many people of one's own universe they
//! leave, and what to say next.

use serde::Serialize;

use crate::criteria::Criteria;
use crate::matching::{Day, Index};
use crate::verdict::{Judgement, Reason, Verdict, judge};

/// More industries than this are too broad for a connector to think of somebody.
pub const INDUSTRIES_MAX: usize = 3;

/// Below this many bits the profile still fits too many people: 4,000 in a million.
pub const BITS_MIN: f64 = 8.0;

/// What the meter shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Specificity {
    /// The verdict with the points of the rubric.
    pub judgement: Judgement,
    /// True where more than [`INDUSTRIES_MAX`] industries are named.
    pub too_broad: bool,
    /// What is missing or clashes, the heaviest first, each with two examples.
    pub advice: Vec<Advice>,
    /// How many people are left; `None` without a universe to look into.
    pub left: Option<Left>,
}

/// One thing to say or to settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// The part of the brief: role, industry, size, trigger, geography, clash.
    pub part: &'static str,
    /// What is the matter, for the writer of the brief.
    pub text: String,
    /// Two ways to put it right.
    pub examples: [String; 2],
}

/// How many people of a universe the criteria leave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Left {
    /// People in the universe.
    pub universe: usize,
    /// People who meet the criteria for certain.
    pub people: usize,
    /// Selectivity: log2(universe / max(1, people)).
    pub bits: f64,
    /// True below [`BITS_MIN`]: the brief still fits a crowd.
    pub crowd: bool,
    /// Where nobody is left: the criterion whose removal gains most, and how many it gains.
    pub loosen: Option<(&'static str, usize)>,
}

/// Measures criteria, alone or against a universe as of a day.
#[must_use]
pub fn measure(criteria: &Criteria, universe: Option<(&Index, Day)>) -> Specificity {
    measure_judged(criteria, judge(criteria), universe)
}

/// As [`measure`], with the judgement of a parsed brief, which also knows what the brief said.
#[must_use]
pub fn measure_judged(
    criteria: &Criteria,
    judgement: Judgement,
    universe: Option<(&Index, Day)>,
) -> Specificity {
    let too_broad = criteria.industry_keys.len() > INDUSTRIES_MAX;
    let mut advice = match judgement.verdict {
        Verdict::Contradictory => judgement.why.iter().filter_map(|why| clash(*why)).collect(),
        _ => missing(criteria, &judgement),
    };
    if too_broad {
        advice.insert(0, broad(criteria));
    }
    let left = universe.map(|(index, as_of)| left(criteria, index, as_of));
    Specificity { judgement, too_broad, advice, left }
}

fn advice(part: &'static str, text: &str, examples: [&str; 2]) -> Advice {
    Advice { part, text: text.to_owned(), examples: examples.map(str::to_owned) }
}

/// The parts that bring nothing yet, heaviest first; none is asked for where the brief suffices.
fn missing(criteria: &Criteria, judgement: &Judgement) -> Vec<Advice> {
    if judgement.verdict == Verdict::Specific {
        return Vec::new();
    }
    let mut parts: Vec<_> = judgement
        .parts
        .iter()
        .filter(|part| part.share < 0.7 && !matches!(part.name, "authority" | "exclusion"))
        .collect();
    parts.sort_by(|a, b| (b.weight * (1.0 - b.share)).total_cmp(&(a.weight * (1.0 - a.share))));
    parts.into_iter().filter_map(|part| missing_part(part.name, criteria)).collect()
}

fn missing_part(part: &str, criteria: &Criteria) -> Option<Advice> {
    Some(match part {
        "role" => {
            let function = criteria.functions.first().map_or("finance", String::as_str);
            let titles = titles_in(function);
            Advice {
                part: "role",
                text: "Name a title: a connector thinks of a person, not of a department."
                    .to_owned(),
                examples: titles,
            }
        }
        "industry" => advice(
            "industry",
            "Say which line of business, as narrowly as you can.",
            ["food manufacturers", "community banks"],
        ),
        "size" => advice(
            "size",
            "Give a size with both ends.",
            ["200 to 2,000 employees", "$50M to $500M revenue"],
        ),
        "trigger" => advice(
            "trigger",
            "Say what has just happened there, and since when.",
            ["raised funding in the last 6 months", "is replacing its ERP"],
        ),
        "geography" => advice(
            "geography",
            "Say where.",
            ["in Bavaria or Baden-Württemberg", "in the US Midwest"],
        ),
        _ => return None,
    })
}

/// Two titles of a function, the highest first.
fn titles_in(function: &str) -> [String; 2] {
    let labels = |function: &str| -> Vec<String> {
        crate::lexicon::Lexicon::shared()
            .roles
            .values()
            .filter(|role| {
                role.function == function && matches!(role.seniority, "c_suite" | "vp" | "head")
            })
            .map(|role| role.label.to_owned())
            .take(2)
            .collect()
    };
    match <[String; 2]>::try_from(labels(function)) {
        Ok(two) => two,
        Err(_) => ["Chief Financial Officer".to_owned(), "Head of Procurement".to_owned()],
    }
}

fn broad(criteria: &Criteria) -> Advice {
    let two = |from: usize| {
        let keys: Vec<String> = criteria
            .industry_keys
            .iter()
            .skip(from)
            .take(2)
            .map(|key| key.replace('_', " "))
            .collect();
        format!("only {}", keys.join(" and "))
    };
    Advice {
        part: "industry",
        text: format!(
            "{} industries are too broad: keep at most {INDUSTRIES_MAX}, or make several profiles.",
            criteria.industry_keys.len()
        ),
        examples: [two(0), two(2)],
    }
}

fn clash(why: Reason) -> Option<Advice> {
    let (text, examples) = match why {
        Reason::RevenueMinGtMax => (
            "The least revenue is above the most.",
            ["$50M to $500M revenue", "at least $500M revenue"],
        ),
        Reason::EmployeesMinGtMax => (
            "The least headcount is above the most.",
            ["200 to 1,000 employees", "at least 1,000 employees"],
        ),
        Reason::GeoIncludedAndExcluded => {
            ("A place is wanted and ruled out at once.", ["in France", "in the EU, not in France"])
        }
        Reason::IndustryIncludedAndExcluded => (
            "An industry is wanted and ruled out at once.",
            ["software companies", "retailers, not grocery chains"],
        ),
        Reason::TypeIncludedAndExcluded => (
            "A kind of company is wanted and ruled out at once.",
            ["at agencies", "at software companies, not agencies"],
        ),
        Reason::FunctionIncludedAndExcluded | Reason::RoleIncludedAndExcluded => (
            "A role is wanted and its people are ruled out at once.",
            ["CISOs", "CIOs, nobody from security"],
        ),
        Reason::SeniorityConflict => (
            "Two ranks are asked for that nobody holds together.",
            ["C-level only", "interns and trainees"],
        ),
        Reason::SizeWordConflict => (
            "The word for the size and the numbers disagree.",
            ["startups with 5 to 50 people", "enterprises with 5,000 people or more"],
        ),
        _ => return None,
    };
    Some(advice("clash", text, examples))
}

fn left(criteria: &Criteria, index: &Index, as_of: Day) -> Left {
    let people = index.count(criteria, as_of);
    let universe = index.people_len();
    #[expect(clippy::cast_precision_loss, reason = "numbers of people are far below 2^52")]
    let bits = (universe.max(1) as f64 / people.max(1) as f64).log2();
    let loosen = if people == 0 { loosen(criteria, index, as_of) } else { None };
    Left { universe, people, bits, crowd: bits < BITS_MIN, loosen }
}

type Loosening = (&'static str, fn(&mut Criteria));

/// The criterion without which most people come back.
fn loosen(criteria: &Criteria, index: &Index, as_of: Day) -> Option<(&'static str, usize)> {
    let ways: [Loosening; 9] = [
        ("industry", |c| {
            c.industry_keys.clear();
            c.industries.clear();
        }),
        ("employees", |c| c.employees = None),
        ("revenue_usd", |c| c.revenue_usd = None),
        ("size_word", |c| c.size_word = None),
        ("geo", |c| c.geos.clear()),
        ("authority", |c| c.authority.clear()),
        ("trigger", |c| c.triggers.clear()),
        ("company_stage", |c| c.company_stage.clear()),
        ("ownership", |c| c.ownership.clear()),
    ];
    ways.into_iter()
        .map(|(name, loosen)| {
            let mut looser = criteria.clone();
            loosen(&mut looser);
            (name, index.count(&looser, as_of))
        })
        .filter(|(_, gained)| *gained > 0)
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)))
}
