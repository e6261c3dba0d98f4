//! What the rules of a stage cover: contradictions, dead branches, shadowed rules, holes.
//!
//! Exact over numbers, choices, countries, flags and equality of texts; where text tests or the
//! bound leave a question open, nothing is said.

use crate::document::{Action, Document, Rule, Stage, WhenUnknown};
use crate::fact::slot_of;
use crate::finding::{Code, Reporter};
use crate::when::{
    Boxes, Cell, Domain, Expression, Region, Variable, intersect, region_false, region_true,
    subtract,
};

pub(super) fn check(document: &Document, reporter: &mut Reporter<'_>) {
    for row in &document.score.fit {
        alone(&row.when.value, row.when.range.clone(), "The row", reporter);
    }
    let accepted = accepted(document);
    for stage in Stage::ALL {
        let rules: Vec<_> = document.rules.iter().filter(|rule| rule.stage == stage).collect();
        order(&rules, &accepted, reporter);
    }
    holes(document, &accepted, reporter);
}

/// What this pathway takes: its sources, types and doors.
fn accepted(document: &Document) -> Region {
    let values = |names: Vec<&str>| Cell { domain: Domain::names(names), unknown: false };
    let header = &document.header;
    let sources = header.sources.iter().map(|source| source.value.as_str()).collect();
    let types = header.types.iter().map(|kind| kind.value.as_str()).collect();
    let doors = document.doors.iter().map(|door| door.name.value.as_str()).collect();
    [("source", sources), ("type", types), ("door", doors)]
        .into_iter()
        .filter_map(|(fact, names)| Some((Variable::Fact(slot_of(fact)?), values(names))))
        .collect()
}

/// A condition by itself: can it hold, and each of its branches? True when it can.
fn alone(
    when: &Expression,
    range: std::ops::Range<usize>,
    what: &str,
    reporter: &mut Reporter<'_>,
) -> bool {
    if region_true(when).is_some_and(|boxes| boxes.is_empty()) {
        let message = format!("{what} can never apply: its conditions exclude each other");
        let advice = "Take one of them out, or join them with `or`.";
        reporter.error(Code::Contradiction, range, message, advice);
        return false;
    }
    if let Expression::Any(branches) = when {
        for branch in branches {
            if region_true(branch).is_some_and(|boxes| boxes.is_empty()) {
                let message = format!("{what} has a branch that can never hold: {branch}");
                let advice = "Take the branch out.";
                reporter.remark(Code::DeadBranch, range.clone(), message, advice);
            }
        }
    }
    true
}

/// Where a rule stops the stage, whatever it does there.
fn reach(rule: &Rule) -> Option<Boxes> {
    match rule.when_unknown {
        WhenUnknown::Skip => region_true(&rule.when.value),
        WhenUnknown::Hold => subtract(&[Region::new()], &region_false(&rule.when.value)?),
    }
}

fn order(rules: &[&Rule], accepted: &Region, reporter: &mut Reporter<'_>) {
    // `left` is what no earlier rule has taken; none once the bound was passed.
    let mut left = Some(vec![accepted.clone()]);
    let mut earlier: Vec<(&Rule, Boxes)> = Vec::new();
    for (place, rule) in rules.iter().enumerate() {
        let what = format!("Rule {:?}", rule.id.value);
        if !alone(&rule.when.value, rule.when.range.clone(), &what, reporter) {
            continue;
        }
        let Some(reach) = reach(rule) else { continue };
        let Some(asked) = intersect(&reach, std::slice::from_ref(accepted)) else { continue };
        if asked.is_empty() {
            let message =
                format!("{what} is for a source, type or door this pathway does not take");
            let advice = "Open it in [pathway] or [doors], or take the rule out.";
            reporter.error(Code::NeverAsked, rule.when.range.clone(), message, advice);
            continue;
        }
        // A default may be there for safety only: the rules before it may name every case.
        let always = |rule: &Rule| rule.when.value == Expression::Always;
        let default = always(rule)
            && place + 1 == rules.len()
            && !earlier.iter().any(|(rule, _)| always(rule));
        let shadow = left.as_ref().and_then(|left| intersect(&asked, left));
        if !default && shadow.is_some_and(|rest| rest.is_empty()) {
            let by = earlier
                .iter()
                .find(|(_, taken)| subtract(&asked, taken).is_some_and(|rest| rest.is_empty()));
            let by = match by {
                Some((one, _)) => format!("rule {:?} always comes first", one.id.value),
                None => "the rules before it together always come first".to_owned(),
            };
            let message = format!("{what} never applies: {by}");
            let advice = "Move it up, narrow the earlier rule, or take it out.";
            reporter.error(Code::ShadowedRule, rule.id.range.clone(), message, advice);
        }
        left = left.and_then(|left| subtract(&left, &reach));
        earlier.push((rule, reach));
    }
}

/// What a stage passes on, and what it declines; none over the bound.
fn sorted_out(rules: &[&Rule], entering: &[Region]) -> Option<(Boxes, Boxes)> {
    let mut left = entering.to_vec();
    let (mut passed, mut declined) = (Vec::new(), Vec::new());
    for rule in rules {
        let here = intersect(&left, &region_true(&rule.when.value)?)?;
        match rule.then.value {
            Action::Pass => passed.extend(here),
            Action::Decline { .. } => declined.extend(here),
            _ => {}
        }
        left = subtract(&left, &reach(rule)?)?;
    }
    Some((passed, declined))
}

/// Types, sources and doors that never get as far as the owner stage. Declined in part and held
/// for the rest is a hole; held altogether may be meant, so it is only remarked on.
fn holes(document: &Document, accepted: &Region, reporter: &mut Reporter<'_>) {
    let of = |stage: Stage| document.rules.iter().filter(move |rule| rule.stage == stage);
    let compliance: Vec<_> = of(Stage::Compliance).collect();
    let eligibility: Vec<_> = of(Stage::Eligibility).collect();
    let Some((cleared, mut declined)) = sorted_out(&compliance, std::slice::from_ref(accepted))
    else {
        return;
    };
    let Some((passed, later)) = sorted_out(&eligibility, &cleared) else { return };
    declined.extend(later);
    let types = document.header.types.iter().map(|value| ("type", "referral type", value));
    let sources = document.header.sources.iter().map(|value| ("source", "source", value));
    let doors = document.doors.iter().map(|door| ("door", "door", &door.name));
    for (fact, word, value) in types.chain(sources).chain(doors) {
        let Some(slot) = slot_of(fact) else { continue };
        let domain = Domain::names([value.value.as_str()]);
        let only = [Region::from([(Variable::Fact(slot), Cell { domain, unknown: false })])];
        let none_of =
            |boxes: &[Region]| intersect(boxes, &only).is_some_and(|rest| rest.is_empty());
        if !none_of(&passed) {
            continue;
        }
        let (name, range) = (&value.value, value.range.clone());
        if none_of(&declined) {
            let message = format!("Every referral of {word} {name} is held for an arbiter first");
            reporter.remark(Code::Hole, range, message, "That is fine if it is meant.");
        } else {
            let message = format!("The {word} {name} reaches no owner: rules decline all of it");
            let advice = "Narrow the rule that declines it, or do not take it at all.";
            reporter.error(Code::Hole, range, message, advice);
        }
    }
}
