//! Why a person is in the answer: every criterion, the value it was judged on, and where from.

use serde::Serialize;

use super::Truth;
use super::plan::Plan;
use super::search::{Candidate, Criterion};

/// One criterion and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Name of the criterion, such as `role` or `not company_types`.
    pub criterion: &'static str,
    /// What is known: for a returned person it holds or is unknown.
    pub truth: Truth,
    /// The value it was judged on, as the record has it; empty where there is none.
    pub value: String,
    /// Where the value comes from: the name of a register, or the record it stands in.
    pub source: String,
    /// Date of the value, where it has one, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// All checks of a candidate, in the fixed order of the criteria.
pub(crate) fn checks(plan: &Plan<'_>, candidate: &Candidate<'_>) -> Vec<Check> {
    Criterion::ALL
        .into_iter()
        .filter_map(|criterion| {
            let truth = candidate.truth(plan, criterion)?;
            Some(check(plan, candidate, criterion, truth))
        })
        .collect()
}

fn name(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Role => "role",
        Criterion::Industry => "industry",
        Criterion::Employees => "employees",
        Criterion::Revenue => "revenue_usd",
        Criterion::SizeWord => "size_word",
        Criterion::Place => "geo",
        Criterion::Authority => "authority",
        Criterion::Trigger => "trigger",
        Criterion::Stage => "company_stage",
        Criterion::Ownership => "ownership",
        Criterion::Companies => "company",
        Criterion::NotRole => "not role",
        Criterion::NotIndustry => "not industry",
        Criterion::NotType => "not company_type",
        Criterion::NotPlace => "not geo",
        Criterion::NotCompany => "not company",
    }
}

fn check(plan: &Plan<'_>, candidate: &Candidate<'_>, criterion: Criterion, truth: Truth) -> Check {
    let index = candidate.index;
    let person = candidate.person;
    let company = candidate.company;
    let word = |id: u32| index.words.get(id).unwrap_or("").to_owned();
    let number = |value: f64| if value.is_nan() { String::new() } else { format!("{value:.0}") };
    let mut date = None;
    let mut of_person = false;
    let value = match criterion {
        Criterion::Role | Criterion::NotRole => {
            of_person = true;
            let title = index.titles.get(person.title).unwrap_or("");
            let role = index.title_roles.get(person.title as usize).copied().flatten();
            role.map_or_else(|| title.to_owned(), |found| format!("{title} = {}", found.role))
        }
        Criterion::Authority => {
            of_person = true;
            index.notes.get(person.note).unwrap_or("").to_owned()
        }
        Criterion::Industry | Criterion::NotIndustry => company.map_or_else(String::new, |c| {
            let phrase = index.industries.get(c.industry).unwrap_or("");
            match index.naics.get(c.naics) {
                Some(code) => format!("{phrase} (NAICS {code})"),
                None => phrase.to_owned(),
            }
        }),
        Criterion::Employees => {
            company.map_or_else(String::new, |c| number(f64::from(c.employees)))
        }
        Criterion::Revenue => company.map_or_else(String::new, |c| number(c.revenue_usd)),
        Criterion::SizeWord => company.map_or_else(String::new, |c| {
            format!(
                "{} people, {} USD; a soft band",
                number(f64::from(c.employees)),
                number(c.revenue_usd)
            )
        }),
        Criterion::Place | Criterion::NotPlace => {
            let place = company.map_or(person.place, |c| c.place);
            let (country, subdivision) = index.place(place);
            subdivision.or(country).unwrap_or("").to_owned()
        }
        Criterion::Trigger => {
            let event = company.and_then(|c| candidate.event(plan, c));
            date = event.map(|(_, day)| day.to_string());
            event.map_or_else(String::new, |(text, _)| word(text))
        }
        Criterion::Stage => company.map_or_else(String::new, |c| word(c.stage)),
        Criterion::Ownership => company.map_or_else(String::new, |c| word(c.ownership)),
        Criterion::NotType => company.map_or_else(String::new, |c| word(c.company_type)),
        Criterion::Companies | Criterion::NotCompany => company.map_or_else(String::new, |_| {
            index.company_names.get(person.company as usize).to_owned()
        }),
    };
    let source = if of_person {
        "person record".to_owned()
    } else {
        company.and_then(|c| index.words.get(c.source)).unwrap_or("company record").to_owned()
    };
    Check { criterion: name(criterion), truth, value, source, date }
}
