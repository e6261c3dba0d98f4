//! The labelled briefs and titles, scored as their README says.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use serde::Deserialize;
use warmpath_profile::{Criteria, Range, TitleResolver, Verdict, judge, parse_brief};

#[derive(Deserialize)]
struct Labelled {
    id: String,
    text: String,
    verdict: Verdict,
    criteria: Criteria,
    #[serde(default)]
    rubric_score: Option<f64>,
}

#[derive(Deserialize)]
struct Title {
    title: String,
    role: Option<String>,
}

fn lines<T: for<'a> Deserialize<'a>>(text: &str) -> Vec<T> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of the fixture")).collect()
}

fn labelled() -> Vec<Labelled> {
    lines(include_str!("data/labelled_briefs.jsonl"))
}

/// Everything a brief asks for, as comparable words.
fn facts(criteria: &Criteria) -> BTreeSet<String> {
    let exclude = &criteria.exclude;
    let lists: [(&str, &[String]); 15] = [
        ("role", &criteria.roles),
        ("function", &criteria.functions),
        ("seniority", &criteria.seniority),
        ("industry", &criteria.industry_keys),
        ("geo", &criteria.geos),
        ("authority", &criteria.authority),
        ("trigger", &criteria.triggers),
        ("stage", &criteria.company_stage),
        ("ownership", &criteria.ownership),
        ("no industry", &exclude.industry_keys),
        ("no type", &exclude.company_types),
        ("no geo", &exclude.geos),
        ("no role", &exclude.roles),
        ("no function", &exclude.functions),
        ("no seniority", &exclude.seniority),
    ];
    lists
        .into_iter()
        .flat_map(|(name, values)| values.iter().map(move |value| format!("{name} {value}")))
        .collect()
}

fn same(a: Option<Range>, b: Option<Range>) -> bool {
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 0.12 * a.abs().max(1.0),
        (a, b) => a == b,
    };
    match (a, b) {
        (Some(a), Some(b)) => near(a.min, b.min) && near(a.max, b.max),
        (a, b) => a.is_none() && b.is_none(),
    }
}

#[test]
fn labelled_briefs_meet_the_aims() {
    let (mut hit, mut given, mut gold, mut verdicts, mut core) = (0_usize, 0, 0, 0, 0);
    let briefs = labelled();
    for brief in &briefs {
        let parsed = parse_brief(&brief.text).expect("short enough");
        let (want, got) = (facts(&brief.criteria), facts(&parsed.criteria));
        hit += want.intersection(&got).count();
        given += got.len();
        gold += want.len();
        let mut exact = true;
        for (want, got) in [
            (brief.criteria.employees, parsed.criteria.employees),
            (brief.criteria.revenue_usd, parsed.criteria.revenue_usd),
        ] {
            hit += usize::from(want.is_some() && same(want, got));
            given += usize::from(got.is_some());
            gold += usize::from(want.is_some());
            exact &= same(want, got);
        }
        exact &= brief.criteria.roles == parsed.criteria.roles
            || brief.criteria.roles.iter().collect::<BTreeSet<_>>()
                == parsed.criteria.roles.iter().collect();
        exact &= brief.criteria.industry_keys.iter().collect::<BTreeSet<_>>()
            == parsed.criteria.industry_keys.iter().collect();
        exact &= brief.criteria.geos.iter().collect::<BTreeSet<_>>()
            == parsed.criteria.geos.iter().collect();
        exact &= brief.criteria.triggers.iter().collect::<BTreeSet<_>>()
            == parsed.criteria.triggers.iter().collect();
        core += usize::from(exact);
        let verdict = parsed.judgement.verdict;
        verdicts += usize::from(verdict == brief.verdict);
        if brief.verdict != Verdict::Specific {
            assert_ne!(verdict, Verdict::Specific, "{} is called specific", brief.id);
        }
    }
    let share = |part: usize| part as f64 / briefs.len() as f64;
    let (precision, recall) = (hit as f64 / given as f64, hit as f64 / gold as f64);
    let f1 = 2.0 * precision * recall / (precision + recall);
    assert!(f1 >= 0.96, "micro F1 {f1:.3}");
    assert!(share(verdicts) >= 0.98, "verdict accuracy {:.3}", share(verdicts));
    assert!(share(core) >= 0.85, "core exact {:.3}", share(core));
}

#[test]
fn the_rubric_agrees_with_every_label() {
    for brief in labelled() {
        let score = judge(&brief.criteria).score;
        let want = brief.rubric_score.expect("every label has its points");
        assert!((score - want).abs() < 0.051, "{}: {score} instead of {want}", brief.id);
    }
}

#[test]
fn titles_meet_the_aim_and_every_trap_is_refused() {
    for text in [include_str!("data/labelled_titles.jsonl"), include_str!("data/own_titles.jsonl")]
    {
        let titles: Vec<Title> = lines(text);
        let resolver = TitleResolver::new();
        let (mut right, mut real) = (0, 0);
        for title in &titles {
            let role = resolver.resolve(&title.title).map(|found| found.role);
            if title.role.is_none() {
                assert_eq!(role, None, "{:?} names nobody", title.title);
                continue;
            }
            real += 1;
            right += usize::from(role == title.role.as_deref());
        }
        assert!(right * 100 >= real * 95, "{right} of {real}");
    }
}

#[test]
fn every_criterion_keeps_the_words_it_came_from() {
    for brief in labelled() {
        let parsed = parse_brief(&brief.text).expect("short enough");
        for evidence in &parsed.evidence {
            assert_eq!(&brief.text[evidence.start..evidence.end], evidence.words, "{}", brief.id);
        }
        let criteria = &parsed.criteria;
        for (field, values) in [
            ("roles", &criteria.roles),
            ("industry_keys", &criteria.industry_keys),
            ("triggers", &criteria.triggers),
            ("authority", &criteria.authority),
            ("exclude.company_types", &criteria.exclude.company_types),
        ] {
            for value in values {
                let told =
                    parsed.evidence.iter().any(|e| e.criterion == field && &e.value == value);
                assert!(told, "{}: {field} {value} has no words", brief.id);
            }
        }
    }
}
