//! What a new version of a pathway would have changed: stored facts run through both.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::{Decision, Outcome, Pathway, evaluate};
use crate::fact::Facts;

/// The facts of one past referral.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// Id of the referral.
    pub id: String,
    /// Its facts as they were.
    pub facts: Facts,
    /// When it was decided.
    pub at: Timestamp,
}

/// What would have been different.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Referrals looked at.
    pub total: usize,
    /// Another owner, both times routed.
    pub owner_changed: usize,
    /// A longer clock for acceptance.
    pub waits_longer: usize,
    /// No owner because no rule gives one: a hole. Going live needs zero here.
    pub without_owner: usize,
    /// Held by a rule or a gate now, but not before.
    pub newly_held: usize,
    /// Declined now, but not before.
    pub newly_declined: usize,
    /// Counts from old place to new place, largest first.
    pub flows: Vec<Flow>,
    /// Every referral that moves or waits differently, in the order given.
    pub changes: Vec<Change>,
}

/// A band of a Sankey picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Old place: `pool:dach`, `member:maya`, `held: code`, `declined: code`.
    pub from: String,
    /// New place.
    pub to: String,
    /// Referrals.
    pub count: usize,
}

/// One referral that would have gone differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Id of the referral.
    pub id: String,
    /// Old place.
    pub from: String,
    /// New place.
    pub to: String,
    /// Change of the clock for acceptance, in minutes of its kind's wall-clock length; none when
    /// it was not routed both times.
    pub wait_minutes: Option<i64>,
    /// Rule that decided the old place.
    pub old_rule: Option<String>,
    /// Rule that decides the new place.
    pub new_rule: Option<String>,
}

/// Runs both versions over the stored facts. Owners are compared as the rules name them; who of
/// a pool gets a turn depends on the day and is not replayed.
#[must_use]
pub fn simulate(old: &Pathway, new: &Pathway, stored: &[Stored]) -> Report {
    let mut report = Report { total: stored.len(), ..Report::default() };
    let mut flows = BTreeMap::new();
    for one in stored {
        let before = evaluate(old, &one.facts, one.at);
        let after = evaluate(new, &one.facts, one.at);
        let change = compare(&one.id, &before, &after);
        *flows.entry((change.from.clone(), change.to.clone())).or_insert(0) += 1;
        count(&before, &after, &change, &mut report);
        if change.from != change.to || change.wait_minutes.is_some_and(|minutes| minutes != 0) {
            report.changes.push(change);
        }
    }
    let flow = |((from, to), count)| Flow { from, to, count };
    report.flows = flows.into_iter().map(flow).collect();
    report.flows.sort_by_key(|flow| std::cmp::Reverse(flow.count));
    report
}

fn compare(id: &str, before: &Decision, after: &Decision) -> Change {
    let wait = |decision: &Decision| {
        decision.clocks.as_ref().map(|clocks| i64::from(clocks.accept_in.about_clock_minutes()))
    };
    Change {
        id: id.to_owned(),
        from: place(before),
        to: place(after),
        wait_minutes: wait(after).zip(wait(before)).map(|(after, before)| after - before),
        old_rule: decided_by(before),
        new_rule: decided_by(after),
    }
}

fn count(before: &Decision, after: &Decision, change: &Change, report: &mut Report) {
    let routed = |decision: &Decision| decision.outcome == Outcome::Routed;
    let held = |decision: &Decision| matches!(decision.outcome, Outcome::Held { .. });
    let declined = |decision: &Decision| matches!(decision.outcome, Outcome::Declined { .. });
    if routed(before) && routed(after) && change.from != change.to {
        report.owner_changed += 1;
    }
    report.waits_longer += usize::from(change.wait_minutes.is_some_and(|minutes| minutes > 0));
    report.without_owner += usize::from(hole(after));
    report.newly_held += usize::from(held(after) && !held(before));
    report.newly_declined += usize::from(declined(after) && !declined(before));
}

/// Held for want of a rule or an owner, not because a rule or a gate says so.
fn hole(decision: &Decision) -> bool {
    match &decision.outcome {
        Outcome::Held { code, .. } => &**code == "no-owner" || code.starts_with("no-rule-"),
        _ => false,
    }
}

/// Where a decision puts a referral, in a few words.
fn place(decision: &Decision) -> String {
    match (&decision.outcome, &decision.owner) {
        (Outcome::Held { code, .. }, _) => format!("held: {code}"),
        (Outcome::Declined { code }, _) => format!("declined: {code}"),
        (Outcome::Routed, Some(owner)) => owner.target.to_string(),
        (Outcome::Routed, None) => "nobody".to_owned(),
    }
}

/// The rule behind the place: the owner rule, or the one that stopped the referral.
fn decided_by(decision: &Decision) -> Option<String> {
    let stage = match decision.outcome {
        Outcome::Routed => {
            decision.stages.iter().find(|trace| trace.stage == crate::document::Stage::Owner)
        }
        _ => decision.stages.last(),
    };
    stage?.rule.as_ref().map(ToString::to_string)
}
