//! Matching on a small hand-made universe: three values, exclusions, explanations.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::panic, reason = "a test fails by panicking")]

use proptest::prelude::*;
use warmpath_profile::matching::{
    Company, Day, Event, Index, IndexBuilder, MatchOptions, Matches, Person, Truth,
};
use warmpath_profile::synthetic::Universe;
use warmpath_profile::{Criteria, parse_brief};

fn company(id: &str) -> Company {
    Company {
        id: id.to_owned(),
        name: format!("{id} Ltd"),
        industry: Some("banks".to_owned()),
        naics: Some("522110".to_owned()),
        employees: Some(500.0),
        revenue_usd: Some(90e6),
        country: Some("DE".to_owned()),
        subdivision: Some("DE-BY".to_owned()),
        ownership: Some("public".to_owned()),
        stage: None,
        events: Some(vec![Event {
            kind: "funding".to_owned(),
            date: "2026-06-01".to_owned(),
            text: "raised a round".to_owned(),
        }]),
        ..Company::default()
    }
}

fn cfo_of(company: &Company) -> Index {
    let mut builder = IndexBuilder::new();
    builder.company(company);
    builder.person(&Person {
        id: "P".to_owned(),
        title: Some("Chief Fin. Officer".to_owned()),
        company_id: Some(company.id.clone()),
        notes: Some("owns the budget for treasury software".to_owned()),
        ..Person::default()
    });
    builder.build()
}

fn find(index: &Index, brief: &str) -> Matches {
    let criteria = parse_brief(brief).expect("short enough").criteria;
    index.search(&criteria, options())
}

fn options() -> MatchOptions {
    MatchOptions { as_of: "2026-10-01".parse().expect("a date"), limit: 100 }
}

fn check(change: impl Fn(&mut Company), brief: &str) -> &'static str {
    let mut company = company("C");
    change(&mut company);
    let found = find(&cfo_of(&company), brief);
    match (found.certain.len(), found.possible.len()) {
        (1, 0) => "certain",
        (0, 1) => "possible",
        (0, 0) => "nobody",
        other => panic!("one person was counted as {other:?}"),
    }
}

#[test]
fn what_holds_is_certain_and_what_is_unknown_is_possible() {
    let brief = "CFOs at banks in Bavaria, 200-900 staff, after funding in the last 6 months";
    assert_eq!(check(|_| {}, brief), "certain");
    assert_eq!(check(|c| c.employees = None, brief), "possible");
    assert_eq!(check(|c| c.employees = Some(901.0), brief), "nobody");
    assert_eq!(check(|c| c.subdivision = None, brief), "possible");
    assert_eq!(check(|c| c.subdivision = Some("DE-BE".to_owned()), brief), "nobody");
    assert_eq!(check(|c| c.events = None, brief), "possible");
    assert_eq!(check(|c| c.events = Some(Vec::new()), brief), "nobody");
    assert_eq!(check(|c| c.industry = None, brief), "certain");
    assert_eq!(check(|c| c.naics = None, brief), "certain");
    assert_eq!(check(|c| (c.industry, c.naics) = (None, None), brief), "possible");
}

#[test]
fn an_event_counts_only_inside_its_window() {
    let brief = "CFOs at banks in Bavaria, 200-900 staff, funding in the last 90 days";
    assert_eq!(check(|_| {}, brief), "nobody");
    let brief = "CFOs at banks in Bavaria, 200-900 staff, funding in the last 5 months";
    assert_eq!(check(|_| {}, brief), "certain");
}

#[test]
fn any_exclusion_drops() {
    assert_eq!(
        check(|c| c.company_type = Some("agency".to_owned()), "CFOs at banks, not agencies"),
        "nobody"
    );
    assert_eq!(check(|_| {}, "CFOs at banks, not agencies"), "certain");
    assert_eq!(check(|_| {}, "CFOs at companies in the EU, not in Germany"), "nobody");
    assert_eq!(check(|_| {}, "CFOs in Germany, excluding Bavaria"), "nobody");
    assert_eq!(check(|c| c.subdivision = None, "CFOs in Germany, excluding Bavaria"), "possible");
    assert_eq!(check(|_| {}, "CFOs at financial services firms, no banks"), "nobody");
}

#[test]
fn a_sector_that_cuts_across_never_follows_from_the_code() {
    let fintech = |c: &mut Company| {
        c.industry = None;
        c.naics = Some("522320".to_owned());
    };
    assert_eq!(check(fintech, "CFOs at fintechs"), "possible");
    assert_eq!(check(|c| c.industry = Some("neobanks".to_owned()), "CFOs at fintechs"), "certain");
}

#[test]
fn authority_over_something_else_is_unknown_and_another_kind_fails() {
    assert_eq!(check(|_| {}, "CFOs who own the budget for treasury software"), "certain");
    assert_eq!(check(|_| {}, "CFOs who own the budget for fleet tyres"), "possible");
    assert_eq!(check(|_| {}, "CFOs who control vendor selection"), "nobody");
}

#[test]
fn every_returned_person_is_explained_by_every_criterion() {
    let brief = "CFOs at banks in Bavaria, 200-900 staff, after funding, not agencies, listed";
    let found = find(&cfo_of(&company("C")), brief);
    let names: Vec<&str> = found.certain[0].checks.iter().map(|check| check.criterion).collect();
    assert_eq!(
        names,
        ["role", "industry", "employees", "geo", "trigger", "ownership", "not company_type"]
    );
    let trigger = &found.certain[0].checks[4];
    assert_eq!(
        (trigger.value.as_str(), trigger.date.as_deref()),
        ("raised a round", Some("2026-06-01"))
    );
}

#[test]
fn days_count_as_the_calendar_does() {
    for (text, day) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-10-01", 20_727)] {
        assert_eq!(text.parse::<Day>().expect("a date"), Day(day));
        assert_eq!(Day(day).to_string(), text);
    }
    assert!("2026-13-01".parse::<Day>().is_err());
    assert!("yesterday".parse::<Day>().is_err());
}

fn universe(seed: u64) -> Index {
    let mut universe = Universe::new(seed, 300, Day(20_727));
    let mut builder = IndexBuilder::new();
    for number in 0..300 {
        builder.company(&universe.company(number));
    }
    for number in 0..2_000 {
        builder.person(&universe.person(number));
    }
    builder.build()
}

fn ids(index: &Index, found: &Matches) -> Vec<String> {
    let hits = found.certain.iter().chain(&found.possible);
    hits.map(|hit| index.person_id(hit.person).to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_further_criterion_never_adds_people(seed in 0_u64..1_000, which in 0_usize..6) {
        let index = universe(seed);
        let options = MatchOptions { as_of: Day(20_727), limit: 10_000 };
        let wide = Criteria {
            seniority: vec!["c_suite".to_owned(), "head".to_owned(), "vp".to_owned()],
            ..Criteria::default()
        };
        let mut narrow = wide.clone();
        match which {
            0 => narrow.geos = vec!["US".to_owned(), "DE-BY".to_owned()],
            1 => narrow.triggers = vec!["funding".to_owned(), "hiring".to_owned()],
            2 => narrow.exclude.geos = vec!["US-CA".to_owned()],
            3 => narrow.exclude.functions = vec!["finance".to_owned()],
            4 => narrow.ownership = vec!["private".to_owned()],
            _ => narrow.exclude.company_types = vec!["agency".to_owned()],
        }
        let before = ids(&index, &index.search(&wide, options));
        let found = index.search(&narrow, options);
        let after = ids(&index, &found);
        prop_assert!(after.iter().all(|id| before.contains(id)));
        for hit in found.certain.iter().chain(&found.possible) {
            prop_assert!(hit.checks.len() >= 2);
            prop_assert!(hit.checks.iter().all(|check| check.truth != Truth::Fails));
            prop_assert!((0.0..=1.0).contains(&hit.fit));
        }
        for hit in &found.certain {
            prop_assert!(hit.checks.iter().all(|check| check.truth == Truth::Holds));
        }
    }
}
