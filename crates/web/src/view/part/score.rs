//! Score by its factors, and the trace of a routing decision.

use super::{Avatar, Seal, renders_itself};
use askama::Template;

/// One factor of a score.
#[derive(Clone, Debug, Default)]
pub struct ScoreStep {
    /// "Depth of the tie".
    pub name: String,
    /// What it was read from: "6 meetings, 11 answered mails".
    pub evidence: String,
    /// The factor's value: "0.81".
    pub value: String,
    /// Its exponent: "0.35"; empty for none.
    pub weight: String,
    /// Running total before this factor, in percent, `0..=100`.
    pub from: u8,
    /// Running total after this factor, in percent, `0..=100`.
    pub to: u8,
    /// Signed points: "−7.1".
    pub points: String,
}

impl ScoreStep {
    fn kept(&self) -> u8 {
        self.from.min(self.to)
    }

    fn moved(&self) -> u8 {
        self.from.abs_diff(self.to)
    }

    fn gains(&self) -> bool {
        self.to >= self.from
    }
}

/// A score with the steps that lead to it.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/step_table.html")]
pub struct StepTable {
    /// "Score".
    pub title: String,
    /// The figure: "83"; empty when gates refused and there is none.
    pub figure: String,
    /// What it is of: "of 100, high from 80".
    pub of: String,
    /// Page of the formula; empty for none.
    pub formula_href: String,
    /// The factors.
    pub steps: Vec<ScoreStep>,
    /// "Product of five factors, times 100".
    pub total_label: String,
    /// "83.4".
    pub total: String,
    /// The gates, each with its reason.
    pub gates: String,
}

/// Somebody who could have become the owner.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    /// Initials.
    pub avatar: Avatar,
    /// Name.
    pub name: String,
    /// Why this name stands where it does: "furthest below fair share".
    pub detail: String,
    /// "Chosen", or why not: "Away until Monday".
    pub outcome: String,
    /// Whether they were chosen.
    pub chosen: bool,
}

/// A stage of a decision.
#[derive(Clone, Debug, Default)]
pub struct TraceStage {
    /// "Compliance", "Owner".
    pub stage: String,
    /// What came out, in a sentence.
    pub outcome: String,
    /// The rule's id; empty for none.
    pub rule: String,
    /// Who was looked at, and why not chosen.
    pub candidates: Vec<Candidate>,
}

/// Why did I get this lead.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/route_trace.html")]
pub struct RouteTrace {
    /// "Why you got this lead".
    pub title: String,
    /// Replays the decision from stored facts; empty when not allowed.
    pub replay_href: String,
    /// The stages in order.
    pub stages: Vec<TraceStage>,
    /// "Pathway Customer referrals, version 12, decided 19 May at 09:02."
    pub decided: String,
    /// Its ledger entry.
    pub seal: Option<Seal>,
}

renders_itself!(StepTable, RouteTrace);
