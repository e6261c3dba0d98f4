//! The meter, the connector's texts, drafts, versions, and the importers of open registers.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use warmpath_profile::draft::{DraftProblem, Fact, check_draft};
use warmpath_profile::kit::{Kit, Problem};
use warmpath_profile::lifecycle::{Automation, Comparison, Outcomes, Rate, automation, compare};
use warmpath_profile::meter::measure;
use warmpath_profile::register::{
    RegisterError, Skipped, read_companies_house, read_edgar_submissions, read_lei_csv, read_ocds,
    read_signals_csv,
};
use warmpath_profile::{Verdict, parse_brief};

fn criteria(brief: &str) -> warmpath_profile::Criteria {
    parse_brief(brief).expect("short enough").criteria
}

#[test]
fn the_meter_names_what_is_missing_with_two_examples() {
    let shown = measure(&criteria("CFOs at US manufacturing companies"), None);
    assert_eq!(shown.judgement.verdict, Verdict::Vague);
    let parts: Vec<&str> = shown.advice.iter().map(|advice| advice.part).collect();
    assert_eq!(parts, ["size", "trigger", "industry"]);
    assert!(shown.advice.iter().all(|a| a.examples.iter().all(|e| !e.is_empty())));
}

#[test]
fn the_meter_names_the_clash() {
    let shown =
        measure(&criteria("CFO at banks in France with 500+ and fewer than 50 employees"), None);
    assert_eq!(shown.judgement.verdict, Verdict::Contradictory);
    assert_eq!(shown.advice[0].part, "clash");
}

#[test]
fn more_than_three_industries_are_too_broad() {
    assert!(measure(&criteria("CFOs at banks, airlines, hospitals or hotels"), None).too_broad);
    assert!(!measure(&criteria("CFOs at banks, airlines or hospitals"), None).too_broad);
}

fn kit() -> Kit {
    Kit {
        version: 1,
        script: "I know a team that halved closing time for a maker your size. May I connect you?"
            .to_owned(),
        value_line: "They close the books in three days.".to_owned(),
        target_benefit: "You see how a peer did it, in half an hour.".to_owned(),
    }
}

#[test]
fn a_kit_in_its_form_has_no_findings() {
    assert_eq!(kit().findings(), []);
}

#[test]
fn a_kit_out_of_form_is_told_where() {
    let problems =
        |kit: &Kit| -> Vec<Problem> { kit.findings().iter().map(|f| f.problem).collect() };
    let changed = |script: &str, line: &str, benefit: &str| kit().revised(script, line, benefit);
    let good = kit();
    let (script, line, benefit) = (&good.script, &good.value_line, &good.target_benefit);
    assert_eq!(problems(&changed("One sentence only.", line, benefit)), [Problem::SentenceCount]);
    assert_eq!(problems(&changed(script, "", benefit)), [Problem::Missing]);
    assert_eq!(problems(&changed(script, "The best tool.", benefit)), [Problem::Superlative]);
    assert_eq!(problems(&changed(script, line, "We get a customer.")), [Problem::AboutUs]);
    assert_eq!(
        problems(&changed(script, "See https://example.org today.", benefit)),
        [Problem::Link]
    );
    assert_eq!(problems(&changed(script, "They help {company}.", benefit)), [Problem::OpenSlot]);
    assert_eq!(problems(&changed(script, &"word ".repeat(30), benefit)), [Problem::TooLong]);
}

#[test]
fn only_a_change_makes_a_version() {
    let kit = kit();
    let same = kit.revised(&kit.script, &kit.value_line, &kit.target_benefit);
    assert_eq!(same.version, 1);
    assert_eq!(kit.revised(&kit.script, "They save two days.", &kit.target_benefit).version, 2);
}

#[test]
fn a_draft_may_only_say_what_is_stored() {
    let facts = [Fact {
        id: "f1".to_owned(),
        text: "Musterwerk cut downtime by 30 percent; Ada Example".to_owned(),
    }];
    let good = "You both run plants with old presses. At Musterwerk they cut downtime by 30 percent. \
                Shall I connect you with Ada Example?";
    assert_eq!(check_draft(good, &facts, None), []);
    let bad = "You both run plants. At Acme they cut downtime by 45 percent, the best. \
               Look at https://example.org now?";
    let problems = check_draft(bad, &facts, None);
    assert!(problems.contains(&DraftProblem::UntracedNumber { number: "45".to_owned() }));
    assert!(problems.contains(&DraftProblem::UntracedName { name: "Acme".to_owned() }));
    assert!(problems.contains(&DraftProblem::Superlative { word: "best".to_owned() }));
    assert!(
        problems.contains(&DraftProblem::Link { link: "https://example.org".to_owned() })
            || problems.iter().any(|p| matches!(p, DraftProblem::Link { .. }))
    );
}

#[test]
fn versions_are_compared_only_with_enough_cases() {
    let outcomes = |asked, worked| Outcomes { asked, accepted: asked, met: worked, worked };
    assert_eq!(compare(outcomes(10, 1), outcomes(10, 9)), Comparison::NotEnoughData);
    assert_eq!(compare(outcomes(100, 10), outcomes(100, 50)), Comparison::Better);
    assert_eq!(compare(outcomes(100, 50), outcomes(100, 10)), Comparison::Worse);
    assert_eq!(compare(outcomes(30, 10), outcomes(30, 12)), Comparison::NoDifference);
}

#[test]
fn automation_is_locked_until_introductions_by_hand_worked() {
    let worked = |worked| Outcomes { asked: 9, accepted: 9, met: 9, worked };
    assert_eq!(automation(worked(1), 3), Automation::Locked { remaining: 2 });
    assert_eq!(automation(worked(3), 3), Automation::Open);
    assert_eq!(automation(Outcomes::default(), 0), Automation::Locked { remaining: 1 });
}

#[test]
fn the_interval_is_wilsons() {
    let rate = Rate::new(10, 20);
    assert!((rate.low - 0.299).abs() < 0.001 && (rate.high - 0.701).abs() < 0.001);
}

#[test]
fn legal_entities_are_read_with_provenance() {
    let imported = read_lei_csv(include_str!("data/registers/lei.csv")).expect("the format");
    assert_eq!(imported.companies.len(), 2);
    let first = &imported.companies[0];
    assert_eq!(
        (first.country.as_deref(), first.subdivision.as_deref()),
        (Some("DE"), Some("DE-BW"))
    );
    let provenance = first.provenance.as_ref().expect("kept");
    assert_eq!(
        (provenance.licence.as_str(), provenance.as_of.as_deref()),
        ("CC0 1.0", Some("2026-03-14"))
    );
    assert_eq!(imported.skipped, [(2, Skipped::Inactive), (3, Skipped::NoId)]);
}

#[test]
fn british_companies_are_read() {
    let imported = read_companies_house(include_str!("data/registers/companies_house.csv"))
        .expect("the format");
    assert_eq!(imported.companies.len(), 2);
    assert_eq!(imported.companies[0].subdivision.as_deref(), Some("GB-ENG"));
    assert_eq!(
        imported.companies[1].industry.as_deref(),
        Some("business and domestic software development")
    );
    assert_eq!(imported.skipped, [(3, Skipped::Inactive), (4, Skipped::NoName)]);
}

#[test]
fn filings_become_events() {
    let imported = read_edgar_submissions(include_str!("data/registers/edgar_submissions.json"))
        .expect("the format");
    let company = &imported.companies[0];
    assert_eq!(
        (company.id.as_str(), company.ownership.as_deref()),
        ("CIK0001234567", Some("public"))
    );
    let events: Vec<(&str, &str)> =
        company.events.iter().flatten().map(|e| (e.kind.as_str(), e.date.as_str())).collect();
    assert_eq!(events, [("funding", "2026-05-04"), ("ipo", "2026-02-03")]);
}

#[test]
fn tenders_become_events_of_their_buyer() {
    let imported = read_ocds(include_str!("data/registers/ocds.json")).expect("the format");
    assert_eq!(imported.companies.len(), 2);
    let council = &imported.companies[0];
    assert_eq!(council.events.as_ref().map(Vec::len), Some(2));
    assert_eq!(council.country.as_deref(), Some("GB"));
    assert_eq!(imported.companies[1].events, Some(Vec::new()));
    assert_eq!(imported.skipped, [(4, Skipped::NoId)]);
}

#[test]
fn another_format_is_refused() {
    assert!(matches!(read_lei_csv("a,b\n1,2\n"), Err(RegisterError::MissingColumn("LEI"))));
    assert!(matches!(read_ocds("[]"), Err(RegisterError::Json(_))));
}

#[test]
fn signals_bind_to_triggers() {
    let csv = "company_id,date,type,text\nC1,2026-05-01,,closed a round of 20 million\n\
               C2,2026-05-02,ipo,files\nC3,soon,,data breach\nC4,2026-05-03,,paints its office\n";
    let signals = read_signals_csv(csv).expect("the format");
    let kinds: Vec<&str> = signals.rows.iter().map(|row| row.event.kind.as_str()).collect();
    assert_eq!(kinds, ["funding", "ipo"]);
    assert_eq!(signals.skipped.len(), 2);
}
