//! Versions of a profile compared by outcome, and the lock on automation.

use serde::{Deserialize, Serialize};

/// Introductions made by hand that must have worked before anything may be automated, by default.
pub const PROVEN_BY_HAND: u32 = 3;

/// Below this many cases a rate is no finding.
pub const CASES_MIN: u32 = 20;

/// What came of the introductions of one version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// Introductions asked for.
    pub asked: u32,
    /// Of these, accepted by the connector.
    pub accepted: u32,
    /// Of these, with a meeting that took place.
    pub met: u32,
    /// Of these, that led on to a qualified conversation.
    pub worked: u32,
}

/// A share with its 95 percent interval after Wilson (1927).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// Cases.
    pub cases: u32,
    /// Share, 0 to 1; 0 where there are no cases.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Rate {
    /// The share of `hits` among `cases`; more hits than cases count as all.
    #[must_use]
    pub fn new(hits: u32, cases: u32) -> Self {
        if cases == 0 {
            return Self { cases, share: 0.0, low: 0.0, high: 1.0 };
        }
        let z = 1.959_963_984_540_054_f64;
        let n = f64::from(cases);
        let p = f64::from(hits.min(cases)) / n;
        let centre = p + z * z / (2.0 * n);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        Self {
            cases,
            share: p,
            low: ((centre - spread) / scale).max(0.0),
            high: ((centre + spread) / scale).min(1.0),
        }
    }
}

/// How a version compares with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Fewer than [`CASES_MIN`] cases on either side.
    NotEnoughData,
    /// The intervals overlap.
    NoDifference,
    /// The newer version works more often.
    Better,
    /// The newer version works less often.
    Worse,
}

/// Compares two versions by the share of asked introductions that worked.
#[must_use]
pub fn compare(older: Outcomes, newer: Outcomes) -> Comparison {
    if older.asked < CASES_MIN || newer.asked < CASES_MIN {
        return Comparison::NotEnoughData;
    }
    let (old, new) = (Rate::new(older.worked, older.asked), Rate::new(newer.worked, newer.asked));
    if new.low > old.high {
        Comparison::Better
    } else if new.high < old.low {
        Comparison::Worse
    } else {
        Comparison::NoDifference
    }
}

/// Whether a profile may be automated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Automation {
    /// So many introductions made by hand still have to work.
    Locked {
        /// How many.
        remaining: u32,
    },
    /// Enough introductions made by hand worked.
    Open,
}

/// The lock: `needed` introductions made by hand from this profile must have worked, one at least.
#[must_use]
pub fn automation(by_hand: Outcomes, needed: u32) -> Automation {
    let needed = needed.max(1);
    match needed.saturating_sub(by_hand.worked) {
        0 => Automation::Open,
        remaining => Automation::Locked { remaining },
    }
}

/// Where a profile stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written; not specific enough to ask with.
    Draft,
    /// Specific, with texts that are fit to be said; nobody has approved it yet.
    Specific,
    /// Approved: introductions are asked for by hand.
    Trial,
    /// Enough introductions made by hand worked.
    Proven,
    /// A person has allowed that asks are proposed without being asked for.
    Automatable,
    /// No longer asked with.
    Retired,
}

impl State {
    /// All states, in their order.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Specific, Self::Trial, Self::Proven, Self::Automatable, Self::Retired];

    /// The word for it, as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Specific => "specific",
            Self::Trial => "trial",
            Self::Proven => "proven",
            Self::Automatable => "automatable",
            Self::Retired => "retired",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What a person does with a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Approve the version that was written and ask with it by hand.
    StartTrial,
    /// Say that enough introductions worked.
    Prove,
    /// Let asks be proposed without being asked for.
    Automate,
    /// Take that back.
    StopAutomation,
    /// Ask with it no longer.
    Retire,
}

impl Move {
    /// All moves.
    pub const ALL: [Self; 5] =
        [Self::StartTrial, Self::Prove, Self::Automate, Self::StopAutomation, Self::Retire];

    /// The word for it in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StartTrial => "start_trial",
            Self::Prove => "prove",
            Self::Automate => "automate",
            Self::StopAutomation => "stop_automation",
            Self::Retire => "retire",
        }
    }

    /// The move with this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }
}

/// What a move is decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// A version stands written that is not approved yet.
    pub written: bool,
    /// Its verdict is "specific".
    pub specific: bool,
    /// Findings of its script, value line and benefit.
    pub text_findings: usize,
    /// The lock on automation, for the version in force.
    pub automation: Automation,
}

/// Why a move is not possible now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// There is nothing new to approve.
    #[error("There is no new version to approve.")]
    NothingWritten,
    /// The brief is vague or contradicts itself.
    #[error("The brief is not specific enough to ask with.")]
    NotSpecific,
    /// Script, value line or benefit are not fit to be said.
    #[error("Script, value line and benefit must be fit to be said first.")]
    TextsUnfit,
    /// Too few introductions made by hand worked.
    #[error("Introductions made by hand have to work first. Still to come: {remaining}.")]
    Locked {
        /// How many are missing.
        remaining: u32,
    },
    /// The state has no such move.
    #[error("This is not possible in this state.")]
    NotNow,
}

/// Where the move leads.
///
/// # Errors
///
/// [`Refusal`] with what is missing.
pub fn decide(state: State, step: Move, evidence: &Evidence) -> Result<State, Refusal> {
    match (state, step) {
        (State::Retired, _) => Err(Refusal::NotNow),
        (_, Move::Retire) => Ok(State::Retired),
        (_, Move::StartTrial) => {
            if !evidence.written {
                Err(Refusal::NothingWritten)
            } else if !evidence.specific {
                Err(Refusal::NotSpecific)
            } else if evidence.text_findings > 0 {
                Err(Refusal::TextsUnfit)
            } else {
                Ok(State::Trial)
            }
        }
        (State::Trial, Move::Prove) => unlocked(evidence, State::Proven),
        (State::Proven, Move::Automate) => unlocked(evidence, State::Automatable),
        (State::Automatable, Move::StopAutomation) => Ok(State::Proven),
        _ => Err(Refusal::NotNow),
    }
}

fn unlocked(evidence: &Evidence, to: State) -> Result<State, Refusal> {
    match evidence.automation {
        Automation::Open => Ok(to),
        Automation::Locked { remaining } => Err(Refusal::Locked { remaining }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(specific: bool, findings: usize, worked: u32) -> Evidence {
        let by_hand = Outcomes { asked: worked, worked, ..Outcomes::default() };
        Evidence {
            written: true,
            specific,
            text_findings: findings,
            automation: automation(by_hand, 3),
        }
    }

    #[test]
    fn a_vague_brief_never_leaves_draft() {
        for state in State::ALL {
            for step in Move::ALL.into_iter().filter(|step| *step == Move::StartTrial) {
                assert!(decide(state, step, &evidence(false, 0, 9)).is_err(), "{state:?}");
                assert!(decide(state, step, &evidence(true, 1, 9)).is_err(), "{state:?}");
            }
        }
    }

    #[test]
    fn nothing_is_automated_before_enough_worked_by_hand() {
        for state in State::ALL {
            for step in Move::ALL {
                let moved = decide(state, step, &evidence(true, 0, 2));
                assert!(state == State::Automatable || moved != Ok(State::Proven));
                assert_ne!(moved, Ok(State::Automatable));
            }
        }
        let open = evidence(true, 0, 3);
        assert_eq!(decide(State::Trial, Move::Prove, &open), Ok(State::Proven));
        assert_eq!(decide(State::Proven, Move::Automate, &open), Ok(State::Automatable));
        assert_eq!(decide(State::Trial, Move::Automate, &open), Err(Refusal::NotNow));
    }

    #[test]
    fn what_is_retired_stays_retired() {
        for step in Move::ALL {
            assert_eq!(decide(State::Retired, step, &evidence(true, 0, 9)), Err(Refusal::NotNow));
        }
    }
}
