//! Runs a pathway over the facts of one referral.

use std::sync::Arc;

use jiff::Timestamp;

use super::decision::{Decision, Outcome, OwnerDecision, StageTrace};
use super::rule_trace::RuleTrace;
use super::score::sheet_of;
use super::{Pathway, Ready, ReadyRule, gates};
use crate::document::{Period, Stage, Target, WhenUnknown};
use crate::fact::Facts;
use crate::when::{Derived, Truth};

/// Decides one referral. Total: there is an outcome for any facts, and it is never "nothing".
#[must_use]
pub fn evaluate(pathway: &Pathway, facts: &Facts, at: Timestamp) -> Decision {
    let (score, derived) = sheet_of(pathway, facts);
    let mut decision = Decision {
        pathway: Arc::clone(&pathway.id),
        version: pathway.version,
        at,
        outcome: Outcome::Routed,
        priority: None,
        owner: None,
        clocks: None,
        playbook: None,
        score,
        stages: Vec::with_capacity(pathway.stages.len()),
    };
    for (stage, rules) in &pathway.stages {
        let run = Run { pathway, facts, derived: &derived, stage: *stage };
        let trace = run.stage(rules, &mut decision);
        decision.stages.push(trace);
        if decision.outcome != Outcome::Routed {
            decision.priority = None;
            decision.owner = None;
            decision.clocks = None;
            break;
        }
    }
    decision
}

/// What would happen to this person: the same as [`evaluate`], under a name that says nothing is
/// stored.
#[must_use]
pub fn what_if(pathway: &Pathway, facts: &Facts, at: Timestamp) -> Decision {
    evaluate(pathway, facts, at)
}

struct Run<'a> {
    pathway: &'a Pathway,
    facts: &'a Facts,
    derived: &'a Derived,
    stage: Stage,
}

impl Run<'_> {
    fn stage(&self, rules: &[ReadyRule], decision: &mut Decision) -> StageTrace {
        let mut trace = StageTrace {
            stage: self.stage,
            outcome: "".into(),
            rule: None,
            rule_name: None,
            gates: Vec::new(),
            rules: Vec::new(),
        };
        if self.stage == Stage::Compliance {
            trace.gates = gates::gates(self.pathway, self.facts);
            if let Some(shut) = trace.gates.iter().find(|gate| gate.result != Truth::True) {
                trace.outcome = ["held: ", &shut.why].concat().into();
                decision.outcome = self.held(["gate-", &shut.gate].concat().into());
                return trace;
            }
        }
        trace.rules.reserve(rules.len());
        for rule in rules {
            let result = self.rule(rule, &mut trace);
            let unclear = result == Truth::Unknown && rule.when_unknown == WhenUnknown::Hold;
            if result != Truth::True && !unclear {
                continue;
            }
            trace.rule = Some(Arc::clone(&rule.text.id));
            trace.rule_name = Some(Arc::clone(&rule.text.name));
            if unclear {
                trace.outcome = "held: a fact this rule needs is unknown".into();
                decision.outcome = self.unclear(rule);
            } else {
                trace.outcome = self.act(rule, decision);
            }
            return trace;
        }
        trace.outcome = self.no_rule(decision);
        trace
    }

    fn rule(&self, rule: &ReadyRule, trace: &mut StageTrace) -> Truth {
        let (result, seen) = rule.when.run(self.facts, self.derived);
        let one_short = result != Truth::True && rule.when.distance(&seen) == Some(1);
        trace.rules.push(RuleTrace {
            rule: Arc::clone(&rule.text),
            near_miss: one_short && (seen.len() > 1 || result == Truth::Unknown),
            result,
            seen,
        });
        result
    }

    /// Held by the pathway itself, for the arbiter of the built-in gates.
    fn held(&self, code: Arc<str>) -> Outcome {
        let pathway = self.pathway;
        Outcome::Held { code, arbiter: pathway.arbiter.clone(), review_in: pathway.review_in }
    }

    fn unclear(&self, rule: &ReadyRule) -> Outcome {
        let code: Arc<str> = ["unclear-", &rule.text.id].concat().into();
        match &rule.then {
            Ready::Hold { arbiter, review_in, .. } => {
                Outcome::Held { code, arbiter: arbiter.clone(), review_in: *review_in }
            }
            _ => self.held(code),
        }
    }

    /// No rule matched. A linted document has defaults, so this is for documents that skipped the
    /// linter: without a playbook one can work, without anything else one cannot.
    fn no_rule(&self, decision: &mut Decision) -> Arc<str> {
        if self.stage == Stage::Playbook {
            return "no playbook".into();
        }
        decision.outcome = self.held(["no-rule-", self.stage.name()].concat().into());
        "held: no rule matched".into()
    }

    fn act(&self, rule: &ReadyRule, decision: &mut Decision) -> Arc<str> {
        match &rule.then {
            Ready::Pass => "passed".into(),
            Ready::Hold { code, arbiter, review_in } => {
                let (code, arbiter) = (Arc::clone(code), arbiter.clone());
                let words = ["held: ", &*code].concat().into();
                decision.outcome = Outcome::Held { code, arbiter, review_in: *review_in };
                words
            }
            Ready::Decline { code } => {
                decision.outcome = Outcome::Declined { code: Arc::clone(code) };
                ["declined: ", &**code].concat().into()
            }
            Ready::Priority(priority) => {
                decision.priority = Some(*priority);
                match priority {
                    crate::document::Priority::High => "high".into(),
                    crate::document::Priority::Normal => "normal".into(),
                    crate::document::Priority::Low => "low".into(),
                }
            }
            Ready::Owner { owner, fallback } => self.owner(owner, fallback.as_ref(), decision),
            Ready::Clocks(clocks) => {
                decision.clocks = Some(clocks.clone());
                let words = Period::words;
                let (accept, contact) = (words(clocks.accept_in), words(clocks.contact_in));
                let thanks = words(clocks.acknowledge_in);
                ["accept in ", &accept, ", contact in ", &contact, ", thanks in ", &thanks]
                    .concat()
                    .into()
            }
            Ready::Playbook(id) => {
                decision.playbook = Some(Arc::clone(id));
                Arc::clone(id)
            }
        }
    }

    /// An owner named by a fact becomes that member, or the fallback when the fact is unknown.
    fn owner(
        &self,
        owner: &Target,
        fallback: Option<&Target>,
        decision: &mut Decision,
    ) -> Arc<str> {
        let Some(fact) = owner.fact() else {
            decision.owner = Some(OwnerDecision {
                target: owner.clone(),
                fallback: fallback.cloned(),
                asked: None,
                fell_back: false,
            });
            return owner.to_string().into();
        };
        let named = self.facts.text(fact).map(|member| Target::Member(Arc::clone(member)));
        let fell_back = named.is_none();
        let Some(target) = named.or_else(|| fallback.filter(|f| !f.may_be_nobody()).cloned())
        else {
            decision.outcome = self.held("no-owner".into());
            return "held: the owner is unknown and there is no fallback".into();
        };
        let words = if fell_back {
            format!("{target}, since {owner} is unknown")
        } else {
            format!("{target} ({owner})")
        };
        decision.owner = Some(OwnerDecision {
            target,
            fallback: fallback.filter(|_| !fell_back).cloned(),
            asked: Some(owner.clone()),
            fell_back,
        });
        words.into()
    }
}
