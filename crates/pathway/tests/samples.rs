//! The two sample documents: they lint clean, decide as expected, and their decisions are stable
//! to the byte.

#![expect(clippy::unwrap_used, reason = "a helper of a test may stop it")]

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use warmpath_pathway::edit::{diff_lines, remove_rule, replace_rule, rule_forms};
use warmpath_pathway::{
    Code, Decision, Facts, Roster, Stored, apply_fix, check, compile, evaluate, lint, parse,
    simulate,
};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn sample(name: &str) -> String {
    std::fs::read_to_string(folder("samples").join(format!("{name}.toml"))).unwrap()
}

fn roster() -> Roster {
    serde_json::from_str(&std::fs::read_to_string(folder("samples/roster.json")).unwrap()).unwrap()
}

fn at() -> Timestamp {
    "2026-05-19T09:02:00Z".parse().unwrap()
}

/// One case: a sample document, facts, and what must come out.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Case {
    pathway: String,
    facts: Facts,
    /// The whole decision with its trace; written by `UPDATE_CASES=1`.
    decision: Option<Decision>,
    /// Stage and rule that decided, in order: the part to read in review.
    path: Vec<String>,
}

#[test]
fn samples_lint_without_a_single_finding() {
    for name in ["customer-referrals", "partner-referrals"] {
        let findings = check(&sample(name), &roster());
        assert!(findings.is_empty(), "{name}: {findings:#?}");
        assert!(parse(&sample(name)).unwrap().rules.len() >= 10);
    }
}

#[test]
fn cases_decide_as_recorded() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut cases: Vec<_> =
        std::fs::read_dir(folder("tests/cases")).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 8);
    for path in cases {
        let mut case: Case =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let pathway = compile(&parse(&sample(&case.pathway)).unwrap());
        let decision = evaluate(&pathway, &case.facts, at());
        let steps = |decision: &Decision| -> Vec<String> {
            let stages = decision.stages.iter();
            stages.map(|s| format!("{}: {}", s.stage.name(), s.outcome)).collect()
        };
        if update {
            case.path = steps(&decision);
            case.decision = Some(decision);
            std::fs::write(&path, serde_json::to_string_pretty(&case).unwrap() + "\n").unwrap();
            continue;
        }
        assert_eq!(case.path, steps(&decision), "{}", path.display());
        assert_eq!(case.decision.as_ref(), Some(&decision), "{}", path.display());
        let json = decision.to_json().unwrap();
        let again = evaluate(&pathway, &case.facts, at()).to_json().unwrap();
        assert_eq!(json, again);
        let read: Decision = serde_json::from_str(&json).unwrap();
        assert_eq!(read.to_json().unwrap(), json, "reading back changes the bytes");
    }
}

fn codes(text: &str) -> Vec<Code> {
    check(text, &roster()).into_iter().map(|finding| finding.code).collect()
}

/// Each row breaks a good document in one way; the finding must name the fault and its line.
#[test]
fn every_fault_is_named_where_it_is() {
    let good = sample("customer-referrals");
    for (from, to, code) in [
        ("headcount > 2000", "headcont > 2000", Code::UnknownFact),
        ("headcount > 2000", "headcount > 'many'", Code::WrongType),
        ("headcount > 2000", "headcount > 2000 and headcount < 100", Code::Contradiction),
        ("between 200 and 2000", "between 2000 and 200", Code::EmptyRange),
        ("headcount > 2000", "headcount >", Code::BadCondition),
        ("type = implied", "type = implyed", Code::WrongValue),
        ("type = implied", "type = community", Code::NeverAsked),
        ("member:petra", "member:petre", Code::UnknownOwner),
        ("member:petra", "member:olaf", Code::InactiveOwner),
        ("pool:nordics", "pool:nordic", Code::UnknownOwner),
        ("playbook = \"month-end\"", "playbook = \"month-and\"", Code::UnknownPlaybook),
        (", fallback = \"pool:customer-success\"", "", Code::MissingFallback),
        (
            "fallback = \"pool:customer-success\"",
            "fallback = \"account-owner\"",
            Code::MissingFallback,
        ),
        ("contact_in = \"8h\", ", "", Code::NoClock),
        (", review_in = \"8h working\"", "", Code::NoClock),
        ("depth = 0.35", "depth = 1.35", Code::BadExponents),
        ("depth = 0.35", "depth = 0.4", Code::BadExponents),
        ("csv = 2", "csv = 1", Code::Hole),
        ("when = \"competitor\"", "when = \"competitor or type = tangible\"", Code::Hole),
        ("link_days", "link_day", Code::UnknownKey),
        ("min_level = 2", "min_level = \"two\"", Code::WrongType),
        ("[retention]", "[retention", Code::Syntax),
        ("\"hunter\"", "\"huntr\"", Code::UnknownVendor),
        ("{referrer_name} passed", "{referer_name} passed", Code::UnknownPlaceholder),
        ("{personal}\n\nWould", "Would", Code::NoPersonalSlot),
        ("id = \"own-nordics\"", "id = \"own-large\"", Code::DuplicateId),
        (
            "when = \"region in [Nordics]\"",
            "when = \"country = DE and headcount = 500\"",
            Code::ShadowedRule,
        ),
    ] {
        assert!(good.contains(from), "{from}");
        let bad = good.replacen(from, to, 1);
        let findings = check(&bad, &roster());
        assert!(findings.iter().any(|f| f.code == code), "{to}: {code:?} not in {findings:#?}");
        let finding = findings.iter().find(|f| f.code == code).unwrap();
        assert!(finding.line >= 1 && !finding.what_to_do.is_empty());
    }
    let without_default = good.replace(
        "id = \"own-others\"\nname = \"All others\"\nstage = \"owner\"\nwhen = \"always\"",
        "id = \"own-others\"\nname = \"All others\"\nstage = \"owner\"\nwhen = \"headcount < 200\"",
    );
    assert!(codes(&without_default).contains(&Code::NoDefault));
}

#[test]
fn a_shadow_made_by_two_rules_together_is_found_and_a_near_one_is_not() {
    let good = sample("customer-referrals");
    let from = "when = \"region in [Nordics]\"";
    // own-dach-mid takes 200 to 2000 and own-large more than 2000, so nothing is left from 200 up.
    let covered = good.replacen(from, "when = \"country = AT and headcount >= 200\"", 1);
    assert!(codes(&covered).contains(&Code::ShadowedRule));
    let open = good.replacen(from, "when = \"country = AT and headcount >= 199\"", 1);
    assert!(!codes(&open).contains(&Code::ShadowedRule));
    let unknown = good.replacen(from, "when = \"country = AT and headcount is unknown\"", 1);
    assert!(!codes(&unknown).contains(&Code::ShadowedRule));
}

#[test]
fn the_offered_fix_mends_the_document() {
    let good = sample("customer-referrals");
    for (from, to) in [
        ("headcount > 2000", "headcont > 2000"),
        ("member:petra", "member:petre"),
        ("type = implied", "type = implyed"),
        ("link_days", "link_day"),
        ("between 200 and 2000", "between 2000 and 200"),
    ] {
        let bad = good.replacen(from, to, 1);
        let findings = check(&bad, &roster());
        let mended = apply_fix(&bad, &findings[0]).expect("a fix is offered");
        assert_eq!(mended, good);
    }
}

#[test]
fn a_form_written_back_unchanged_leaves_every_byte() {
    for name in ["customer-referrals", "partner-referrals"] {
        let document = parse(&sample(name)).unwrap();
        for form in rule_forms(&document) {
            assert_eq!(replace_rule(&document, &form.id, &form).unwrap(), document.text);
        }
    }
}

#[test]
fn a_form_changes_its_rule_only() {
    let document = parse(&sample("customer-referrals")).unwrap();
    let mut form = rule_forms(&document).into_iter().find(|f| f.id == "own-large").unwrap();
    form.name = "Over 5,000 people".into();
    form.then.insert("fallback".into(), "member:lena".into());
    let text = replace_rule(&document, "own-large", &form).unwrap();
    let changed = diff_lines(&document.text, &text);
    let added = changed.iter().filter(|c| c.old_line.is_none()).count();
    let removed = changed.iter().filter(|c| c.new_line.is_none()).count();
    assert_eq!((added, removed), (2, 2));
    let again = parse(&text).unwrap();
    assert_eq!(rule_forms(&again).into_iter().find(|f| f.id == "own-large").unwrap(), form);
    let without = remove_rule(&again, "own-large").unwrap();
    assert_eq!(parse(&without).unwrap().rules.len(), document.rules.len() - 1);
}

#[test]
fn a_new_rule_stands_where_it_was_put() {
    let document = parse(&sample("customer-referrals")).unwrap();
    let mut form = rule_forms(&document).into_iter().find(|f| f.id == "own-large").unwrap();
    form.id = "own-iberia".into();
    let text = warmpath_pathway::edit::insert_rule(&document, Some("own-nordics"), &form).unwrap();
    let ids: Vec<_> = parse(&text).unwrap().rules.iter().map(|r| r.id.value.clone()).collect();
    let place = ids.iter().position(|id| id == "own-iberia").unwrap();
    assert_eq!(ids[place + 1], "own-nordics");
    assert_eq!(ids.len(), document.rules.len() + 1);
}

#[test]
fn simulation_shows_who_moves() {
    let old = sample("customer-referrals");
    let new = old.replacen("headcount between 200 and 2000", "headcount between 200 and 900", 1);
    let new = new.replacen("headcount > 2000", "headcount > 900", 1);
    let (old, new) = (parse(&old).unwrap(), parse(&new).unwrap());
    assert!(lint(&new, &roster()).is_empty());
    let facts = |headcount: i64| {
        let with = |facts: Facts, name: &str, value: &str| facts.with(name, value, "test").unwrap();
        let facts =
            with(with(with(Facts::new(), "source", "customer"), "type", "direct"), "door", "form");
        let facts = with(with(facts, "basis", "opt-in"), "country", "DE");
        let facts = facts.with("referrer_level", 3, "test").unwrap();
        facts
            .with("suppressed", false, "test")
            .unwrap()
            .with("headcount", headcount, "test")
            .unwrap()
    };
    let stored: Vec<_> = [300, 500, 1500, 3000]
        .iter()
        .map(|count| Stored { id: format!("r{count}"), facts: facts(*count), at: at() })
        .collect();
    let report = simulate(&compile(&old), &compile(&new), &stored);
    assert_eq!((report.total, report.owner_changed, report.without_owner), (4, 1, 0));
    assert_eq!(report.changes.len(), 1);
    let change = &report.changes[0];
    assert_eq!((change.id.as_str(), change.to.as_str()), ("r1500", "member:petra"));
    assert_eq!(report.flows.iter().map(|flow| flow.count).sum::<usize>(), 4);
    assert_eq!(report.flows[0].from, "pool:dach-mid-market");
}
