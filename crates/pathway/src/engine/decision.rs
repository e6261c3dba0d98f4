//! A decision and its trace: what was decided, and everything it rests on.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::rule_trace::RuleTrace;
use super::score::ScoreSheet;
use crate::document::{BreachStep, Period, Priority, Stage, Target};
use crate::when::Truth;

/// What a pathway decided about one referral, with its trace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Id of the pathway.
    pub pathway: Arc<str>,
    /// Its version.
    pub version: u32,
    /// When it was decided.
    pub at: Timestamp,
    /// Routed, held or declined.
    pub outcome: Outcome,
    /// Priority; none unless routed.
    pub priority: Option<Priority>,
    /// Owner; none unless routed.
    pub owner: Option<OwnerDecision>,
    /// Clocks; none unless routed.
    pub clocks: Option<Clocks>,
    /// Playbook id; none unless routed and one applies.
    pub playbook: Option<Arc<str>>,
    /// The score and how it came about.
    pub score: ScoreSheet,
    /// The stages that ran, in order.
    pub stages: Vec<StageTrace>,
}

impl Decision {
    /// The decision as JSON: fixed key order, no spaces. The same decision gives the same bytes,
    /// and reading them back gives the same decision.
    ///
    /// # Errors
    /// When serialisation fails, which for these types means out of memory.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// What happens to the referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// It has an owner and clocks.
    Routed,
    /// Somebody decides first.
    Held {
        /// Coded reason.
        code: Arc<str>,
        /// Who decides.
        arbiter: Target,
        /// By when.
        review_in: Period,
    },
    /// It is not worked.
    Declined {
        /// Coded reason.
        code: Arc<str>,
    },
}

/// Whose the referral is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerDecision {
    /// Who gets it: a pool or a member. Never a name that has to be looked up again.
    pub target: Target,
    /// Who gets it if that comes to nobody (everybody of the pool is away).
    pub fallback: Option<Target>,
    /// What the rule asked for (`account-owner`), when that differs from the target.
    pub asked: Option<Target>,
    /// True when the target is already the fallback, since what was asked is nobody.
    pub fell_back: bool,
}

/// The clocks of a routed referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    /// From routed to accepted.
    pub accept_in: Period,
    /// From accepted to first contact.
    pub contact_in: Period,
    /// From received to the thank-you.
    pub acknowledge_in: Period,
    /// What a breach sets off, in order.
    pub on_breach: Vec<BreachStep>,
    /// Who is told by `escalate`.
    pub escalate_to: Option<Target>,
}

/// One stage as it ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageTrace {
    /// Which.
    pub stage: Stage,
    /// What came of it, in a few words.
    pub outcome: Arc<str>,
    /// Id of the rule that decided; none for a gate, or when no rule matched.
    pub rule: Option<Arc<str>>,
    /// Name of that rule.
    pub rule_name: Option<Arc<str>>,
    /// The built-in gates (compliance stage only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateTrace>,
    /// The rules looked at, in order; the last one decided, if any did.
    pub rules: Vec<RuleTrace>,
}

/// A built-in gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateTrace {
    /// Stable code: `source`, `type`, `door`, `verification`, `basis`.
    pub gate: Arc<str>,
    /// Whether it lets the referral through; unknown does not.
    pub result: Truth,
    /// Why, in one sentence.
    pub why: Arc<str>,
}
